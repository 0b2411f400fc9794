//! Who answers while the store is rebuilt: status lists, the published keys, checkpoints and revocations, from the register
//! alone. It does nothing else, and passes everything on to the office from the moment that there is one.

use std::collections::BTreeSet;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

use jiff::Timestamp;

use super::records::{self, Records, Revoking};
use super::{Act, DataDirectory, Office, OfficeError, Output};
use crate::issuing::{Ground, Interim, IssueError, Published, PublishedList, RevokedBits};
use crate::profile::PublicUrl;
use crate::register::Revocation;
use crate::store::{CertificateRecord, Progress};

/// Stands in for an [`Office`] whose store is being rebuilt.
pub struct Standby {
    ground: Ground,
    /// Where it is.
    pub directory: DataDirectory,
    /// Whether it is a demonstration.
    pub demo: bool,
    published: Arc<Published>,
    lists: BTreeSet<u32>,
    revoked: Arc<RevokedBits>,
    turn: Mutex<Turn>,
    handed_over: Condvar,
    successor: OnceLock<Arc<Office>>,
    progress: Mutex<Progress>,
}

/// One at a time looks up and revokes.
struct Turn {
    interim: Interim,
    stage: Stage,
}

/// How far the office is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Stage {
    /// Revocations are taken here.
    Taking,
    /// The office is about to take over: from now on nobody appends here.
    Closed,
    /// The office could not be opened.
    Failed,
}

/// Who takes a revocation.
enum Taker<'s> {
    Interim(MutexGuard<'s, Turn>),
    Office(Arc<Office>),
}

impl Standby {
    /// `applied` is how many entries the store has followed so far.
    pub(super) fn new(
        ground: Ground,
        interim: Interim,
        (directory, demo): (DataDirectory, bool),
        applied: u64,
    ) -> Self {
        let progress = Progress { applied, size: ground.register.size() };
        Self {
            published: Arc::new(Published::of(&ground.identity, &interim.keys())),
            lists: interim.lists().clone(),
            revoked: interim.revoked_bits(),
            turn: Mutex::new(Turn { interim, stage: Stage::Taking }),
            handed_over: Condvar::new(),
            successor: OnceLock::new(),
            progress: Mutex::new(progress),
            ground,
            directory,
            demo,
        }
    }

    /// Performs a revocation, and any other act once the office is open. Returns the exit code of the command.
    ///
    /// # Errors
    /// [`OfficeError::Rebuilding`] for what has to wait; else as [`Office::perform`].
    pub fn perform(
        &self,
        act: Act,
        now: Timestamp,
        output: &mut dyn Output,
    ) -> Result<u8, OfficeError> {
        if let Some(office) = self.successor.get() {
            return office.perform(act, now, output);
        }
        let Act::Revoke { number, reason, by, confirmed_by, json } = act else {
            return Err(OfficeError::Rebuilding(self.progress()));
        };
        let act = Revoking { number, reason, by, confirmed_by };
        records::revoke(self, act, now, (json, output))
    }

    /// The status list of this number as of now, `None` if there is none.
    ///
    /// # Errors
    /// If it cannot be signed.
    pub fn status_list(
        &self,
        number: u32,
        now: Timestamp,
    ) -> Result<Option<Arc<PublishedList>>, IssueError> {
        let exists = match self.successor.get() {
            Some(office) => office.issuance.status_list_numbers()?.contains(&number),
            None => self.lists.contains(&number),
        };
        if !exists {
            return Ok(None);
        }
        let Ground { identity, status_lists, .. } = &self.ground;
        let revoked = |list| self.revoked_indices(list);
        status_lists.serve(number, identity, &revoked, now).map(Some)
    }

    /// What others read of the keys.
    #[must_use]
    pub fn published(&self) -> Arc<Published> {
        match self.successor.get() {
            Some(office) => office.issuance.published(),
            None => Arc::clone(&self.published),
        }
    }

    /// The last checkpoint of the log, as a signed note.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn checkpoint(&self) -> Result<Option<String>, IssueError> {
        Ok(self.ground.log.checkpoint()?)
    }

    /// Signs a checkpoint of all that the register holds, unless the last one covers it.
    ///
    /// # Errors
    /// [`IssueError::Log`]: then nothing new was published.
    pub fn publish_checkpoint(&self) -> Result<u64, IssueError> {
        let Ground { identity, register, log, .. } = &self.ground;
        Ok(log.publish(&**register, &**identity)?)
    }

    /// Why the register takes no more entries until the program is started again; `None` if it takes them.
    #[must_use]
    pub fn stopped(&self) -> Option<String> {
        self.ground.register.stopped()
    }

    /// How far the store has followed the register.
    #[must_use]
    pub fn progress(&self) -> Progress {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The public address of the service.
    #[must_use]
    pub fn public_url(&self) -> &PublicUrl {
        &self.ground.identity.public_url
    }

    pub(super) fn note(&self, progress: Progress) {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner) = progress;
    }

    /// From now on nothing is appended here: who comes to revoke waits for the office.
    pub(super) fn close(&self) {
        self.locked().stage = Stage::Closed;
    }

    /// There will be no office: who waits for it is told so.
    pub(super) fn fail(&self) {
        self.locked().stage = Stage::Failed;
        self.handed_over.notify_all();
    }

    /// From now on the office answers, also those who wait.
    pub(super) fn hand_over(&self, office: &Arc<Office>) {
        // Set under the lock: nobody can look in vain and then begin to wait.
        let turn = self.locked();
        let _ = self.successor.set(Arc::clone(office));
        drop(turn);
        self.handed_over.notify_all();
    }

    fn locked(&self) -> MutexGuard<'_, Turn> {
        // What is durable is in the register, and the rest is set in one step after it.
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The turn, or the office that took over; waits while it is about to.
    fn taker(&self) -> Result<Taker<'_>, OfficeError> {
        let waits = |turn: &mut Turn| turn.stage == Stage::Closed && self.successor.get().is_none();
        let turn = self.handed_over.wait_while(self.locked(), waits);
        let turn = turn.unwrap_or_else(PoisonError::into_inner);
        match (self.successor.get(), turn.stage) {
            (Some(office), _) => Ok(Taker::Office(Arc::clone(office))),
            (None, Stage::Failed) => Err(OfficeError::NotOpened),
            (None, _) => Ok(Taker::Interim(turn)),
        }
    }

    /// Asked under the lock of the lists: once the office revokes, only its answer is signed.
    fn revoked_indices(&self, list: u32) -> Result<Vec<u32>, IssueError> {
        match self.successor.get() {
            None => Ok(self.revoked.of(list)),
            Some(office) => office.issuance.revoked_indices(list),
        }
    }
}

impl Records for Standby {
    fn certificate(&self, number: &str) -> Result<Option<CertificateRecord>, OfficeError> {
        match self.taker()? {
            Taker::Interim(mut turn) => Ok(turn.interim.certificate(number)?),
            Taker::Office(office) => office.certificate(number),
        }
    }

    fn erased_at(&self, number: &str) -> Result<Option<Timestamp>, OfficeError> {
        match self.taker()? {
            Taker::Interim(turn) => Ok(turn.interim.erased(number).map(|erased| erased.erased_at)),
            Taker::Office(office) => office.erased_at(number),
        }
    }

    fn supersedes(&self, number: &str) -> Result<Option<String>, OfficeError> {
        match self.taker()? {
            Taker::Interim(turn) => Ok(turn.interim.supersedes(number).map(str::to_owned)),
            Taker::Office(office) => office.supersedes(number),
        }
    }

    fn revoke(&self, revocation: Revocation) -> Result<CertificateRecord, OfficeError> {
        let mut turn = match self.taker()? {
            Taker::Interim(turn) => turn,
            Taker::Office(office) => return office.revoke(revocation),
        };
        let now = revocation.revoked_at;
        let record = turn.interim.revoke(revocation)?;
        drop(turn);
        let Ground { identity, status_lists, .. } = &self.ground;
        for edition in &record.certificate.editions {
            let revoked = |list| self.revoked_indices(list);
            status_lists.publish(edition.status.list, identity, &revoked, now)?;
        }
        Ok(record)
    }

    fn public_url(&self) -> &PublicUrl {
        &self.ground.identity.public_url
    }
}
