//! The corridor of issuing: compose, lint, number, sign, verify, append. It owns the order of these steps.

mod acts;
mod correct;
mod erase;
mod programmes;
mod reissue;
mod revoke;
mod signing;
mod transcripts;

use std::sync::{Arc, MutexGuard, PoisonError, RwLock};

use jiff::Timestamp;

pub use correct::Correction;
pub use erase::ErasureRequest;
pub use reissue::{Doubtful, Touched};
use signing::Drawn;

use super::IssueError;
use super::compose::Draft;
use super::group::{
    Accepted, Answer, Group, Job, Numbered, Place, TURN_REQUESTS_MAX, depends_on, told_to_all,
};
use super::identity::Identity;
use super::keys::Published;
use super::moment::kazakhstan;
use super::sequencer::{Assignment, Sequence};
use super::status_lists::StatusLists;
use super::turns::Turns;
use crate::completion::Completion;
use crate::processors::on_all_processors;
use crate::programme::{Programme, Programmes};
use crate::register::{
    AppendError, Certificate, Event, Log, NewEntry, Register, RegisterError, Switch, Void,
};
use crate::store::{CertificateRecord, CertificateState, Store};

/// One request to issue: a validated completion, and what its repetition will be recognised by.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is certified.
    pub completion: Completion,
    /// Key of the learner in the store.
    pub learner_key: String,
    /// The learner's identity number, sealed.
    pub sealed_iin: Option<String>,
    /// A repetition of this request carries the same key.
    pub idempotency_key: String,
    /// Keyed hash of the request's content.
    pub request_hash: String,
}

/// What became of one request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// A certificate was issued, and is durable.
    Issued(String),
    /// The same request was fulfilled before, with this certificate.
    Unchanged(String),
    /// Another request was fulfilled under this idempotency key.
    Conflict(String),
    /// The learner already has this certificate for this programme, version and period.
    Duplicate(String),
    /// The certificate would not be valid; nothing was released. The sentence says why.
    Refused(String),
    /// Issuing is stopped; nothing was done.
    Stopped(Switch),
}

/// What is there before the store is: with it alone status lists are signed and checkpoints published.
#[derive(Clone)]
pub struct Ground {
    /// Who signs.
    pub identity: Arc<Identity>,
    /// The truth.
    pub register: Arc<dyn Register>,
    /// The lists that say what is revoked.
    pub status_lists: Arc<StatusLists>,
    /// The log of the register.
    pub log: Arc<Log>,
}

/// The issuing room with all that it works on.
pub struct Issuance {
    /// Who signs.
    pub identity: Arc<Identity>,
    /// Prefix of this instance's numbers.
    pub prefix: String,
    /// The truth.
    pub(super) register: Arc<dyn Register>,
    /// Its projection.
    pub store: Store,
    pub(super) status_lists: Arc<StatusLists>,
    turns: Turns<Option<Sequence>, Job, Answer>,
    programmes: RwLock<Arc<Programmes>>,
    pub(super) log: Arc<Log>,
    pub(super) published: RwLock<Arc<Published>>,
}

/// What one append takes, and what it answers once it is durable.
type Entries = (Vec<NewEntry>, Vec<(Place, Outcome)>);

impl Issuance {
    /// Puts the room together; the sequence is taken up at the first request.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn new(ground: Ground, prefix: String, store: Store) -> Result<Self, IssueError> {
        let Ground { identity, register, status_lists, log } = ground;
        let programmes = RwLock::new(Arc::new(programmes::read(&store)?));
        let published = RwLock::new(Arc::new(Published::of(&identity, &store.keys()?)));
        let turns = Turns::new(None);
        Ok(Self {
            identity,
            prefix,
            register,
            store,
            status_lists,
            turns,
            programmes,
            log,
            published,
        })
    }

    /// The register of programmes.
    #[must_use]
    pub fn programmes(&self) -> Arc<Programmes> {
        Arc::clone(&self.programmes.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Issues a batch: one outcome for each request, in order. When it returns, what it says is durable. Callers who come
    /// at the same time are served together, by one append.
    ///
    /// # Errors
    /// [`IssueError`] if the register did not take the batch: then none of it was issued, as far as this process knows;
    /// repeat it, and the idempotency keys will tell.
    pub fn issue(&self, requests: &[Request], now: Timestamp) -> Result<Vec<Outcome>, IssueError> {
        let job = Job { requests: requests.to_vec(), now };
        let answer =
            self.turns.together(job, (Job::weight, TURN_REQUESTS_MAX), |sequence, jobs| {
                let issued = self.issue_together(sequence, jobs);
                issued.unwrap_or_else(|error| told_to_all(error, jobs.len()))
            });
        answer.unwrap_or(Err(IssueError::BrokenOff))
    }

    /// One turn: the answers of all callers, or the failure of the turn. A request that another one of the turn may answer
    /// waits for the next round, and is then answered from what is durable.
    pub(super) fn issue_together(
        &self,
        sequence: &mut Option<Sequence>,
        jobs: &[&Job],
    ) -> Result<Vec<Answer>, IssueError> {
        self.may_write()?;
        self.store.catch_up()?;
        // Left empty on any failure: what was assigned and not appended is then forgotten.
        let mut current = match sequence.take() {
            Some(current) => current,
            None => Sequence::resume(&self.store)?,
        };
        let mut group = Group::new(jobs);
        let now = group.now();
        while group.is_open() {
            let accepted = self.judge(&mut group)?;
            let numbered = self.number(accepted, &mut current, now)?;
            let (entries, outcomes) = self.draw(&numbered, now)?;
            if !entries.is_empty() {
                self.append(&entries)?;
            }
            for (place, outcome) in outcomes {
                group.answer(place, outcome);
            }
        }
        *sequence = Some(current);
        Ok(group.into_answers())
    }

    /// Waits for its turn, and for the store: after a failure it may lag behind what the register took.
    pub(super) fn turn(&self) -> Result<MutexGuard<'_, Option<Sequence>>, IssueError> {
        let turn = self.turns.alone();
        self.may_write()?;
        self.store.catch_up()?;
        Ok(turn)
    }

    /// Nothing is acknowledged any more once the register stopped, not even what needs no entry.
    fn may_write(&self) -> Result<(), IssueError> {
        match self.register.stopped() {
            None => Ok(()),
            Some(reason) => {
                Err(IssueError::Append(AppendError::Storage(RegisterError::Stopped { reason })))
            }
        }
    }

    /// Why the register takes no more entries until the program is started again; `None` if it takes them.
    #[must_use]
    pub fn stopped(&self) -> Option<String> {
        self.register.stopped()
    }

    /// Answers what the register or the form decide, and returns what is to be signed. No number is given yet, so a caller
    /// whose requests cannot be judged costs none.
    fn judge<'j>(&self, group: &mut Group<'j>) -> Result<Vec<Accepted<'j>>, IssueError> {
        let mut accepted = Vec::new();
        for caller in 0..group.callers() {
            let before = accepted.len();
            for (place, request) in group.open(caller) {
                if depends_on(request, &accepted) {
                    continue;
                }
                match self.judge_one(request) {
                    Ok(Ok(programme)) => accepted.push(Accepted { place, request, programme }),
                    Ok(Err(outcome)) => group.answer(place, outcome),
                    Err(error @ IssueError::Programme { .. }) => {
                        accepted.truncate(before);
                        group.fail(caller, error);
                        break;
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(accepted)
    }

    /// The programme under which a certificate is to be signed, or what is answered without one.
    fn judge_one(&self, request: &Request) -> Result<Result<Programme, Outcome>, IssueError> {
        if let Some(outcome) = self.earlier(request)? {
            return Ok(Err(outcome));
        }
        self.admit(request)
    }

    /// The programme under which a request that is new is to be signed, or why it is not.
    fn admit(&self, request: &Request) -> Result<Result<Programme, Outcome>, IssueError> {
        // Under the turn: once a stop has returned, nothing passes here.
        if let Some(switch) = self.switched_off()? {
            return Ok(Err(Outcome::Stopped(switch)));
        }
        let programme = self.programme(&request.completion)?;
        // Before any number is given: what the form and the specification refuse is refused here.
        Ok(match self.rehearse(request, &programme) {
            Ok(()) => Ok(programme),
            Err(refusal) => Err(Outcome::Refused(refusal.to_string())),
        })
    }

    /// Whether the register already answers the request.
    fn earlier(&self, request: &Request) -> Result<Option<Outcome>, IssueError> {
        let completion = &request.completion;
        let programmes = self.programmes();
        let version = programmes
            .accepting(&completion.programme_code, completion.period_start, completion.period_end)
            .map(|programme| programme.version.as_str());
        if let Some(record) = self.store.certificate_by_idempotency_key(&request.idempotency_key)? {
            return Ok(answered_by(request, version, &record.certificate, true));
        }
        for number in self.store.numbers_of_learner(&request.learner_key)? {
            let record = self.record(&number)?;
            let in_force = record.state == CertificateState::Active;
            if let Some(outcome) = answered_by(request, version, &record.certificate, in_force) {
                return Ok(Some(outcome));
            }
        }
        Ok(None)
    }

    fn number<'j>(
        &self,
        accepted: Vec<Accepted<'j>>,
        sequence: &mut Sequence,
        now: Timestamp,
    ) -> Result<Vec<Numbered<'j>>, IssueError> {
        let year = now.to_zoned(kazakhstan()).year();
        let number = |accepted: Accepted<'j>| {
            let editions = accepted.programme.languages().len();
            let assignment = sequence.assign(&self.store, &self.prefix, year, editions)?;
            Ok(Numbered { accepted, assignment })
        };
        accepted.into_iter().map(number).collect()
    }

    /// Signs and verifies every certificate, and makes the entries of one append.
    fn draw(&self, numbered: &[Numbered<'_>], now: Timestamp) -> Result<Entries, IssueError> {
        let statuses = numbered.iter().flat_map(|numbered| &numbered.assignment.statuses);
        let documents = self.documents(statuses, now)?;
        let sign = |numbered: &Numbered<'_>| self.sign(numbered, &documents, now);
        let mut entries = Vec::with_capacity(numbered.len());
        let mut outcomes = Vec::with_capacity(numbered.len());
        for (numbered, signed) in numbered.iter().zip(on_all_processors(numbered, sign)) {
            let (entry, outcome) = match signed {
                Ok(Drawn { certificate, commitments }) => {
                    let number = certificate.number.clone();
                    let payload = Event::CertificateIssued(Box::new(certificate));
                    (NewEntry { time: now, commitments, payload }, Outcome::Issued(number))
                }
                Err(error @ (IssueError::Refused(_) | IssueError::NotValid { .. })) => {
                    let reason = error.to_string();
                    (void(&numbered.assignment, &reason, now), Outcome::Refused(reason))
                }
                Err(error) => return Err(error),
            };
            entries.push(entry);
            outcomes.push((numbered.accepted.place, outcome));
        }
        Ok((entries, outcomes))
    }

    fn programme(&self, completion: &Completion) -> Result<Programme, IssueError> {
        self.programmes()
            .accepting(&completion.programme_code, completion.period_start, completion.period_end)
            .cloned()
            .ok_or_else(|| IssueError::Programme { code: completion.programme_code.clone() })
    }

    fn draft<'d>(
        &'d self,
        request: &'d Request,
        programme: &'d Programme,
        assignment: &'d Assignment,
    ) -> Draft<'d> {
        Draft {
            profile: &self.identity.profile,
            public_url: &self.identity.public_url,
            programme,
            completion: &request.completion,
            number: &assignment.number,
            registration_number: &assignment.registration_number,
            handle: &assignment.handle,
        }
    }

    /// Appends an event of another room in its turn.
    ///
    /// # Errors
    /// If the register does not take it.
    pub fn record_event(&self, payload: Event, now: Timestamp) -> Result<(), IssueError> {
        let _turn = self.turn()?;
        self.append(&[NewEntry::unsigned(payload, now)])
    }

    /// Durable first, then visible.
    pub(super) fn append(&self, entries: &[NewEntry]) -> Result<(), IssueError> {
        self.register.append(self.store.applied_size()?, entries)?;
        self.store.catch_up().map_err(IssueError::NotVisible)?;
        Ok(())
    }

    fn record(&self, number: &str) -> Result<CertificateRecord, IssueError> {
        self.store.certificate(number)?.ok_or_else(|| IssueError::Unknown(number.to_owned()))
    }
}

/// What an earlier certificate says to a request: the same request, another one under its key, or the same learner,
/// programme, version and period (only while that certificate is in force).
fn answered_by(
    request: &Request,
    version: Option<&str>,
    earlier: &Certificate,
    in_force: bool,
) -> Option<Outcome> {
    let number = || earlier.number.clone();
    if earlier.idempotency_key == request.idempotency_key {
        let same = earlier.request_hash == request.request_hash;
        return Some(if same { Outcome::Unchanged(number()) } else { Outcome::Conflict(number()) });
    }
    let (old, new) = (&earlier.completion, &request.completion);
    let claim = earlier.learner_key == request.learner_key
        && old.programme_code == new.programme_code
        && version == Some(earlier.programme_version.as_str())
        && old.period_start == new.period_start
        && old.period_end == new.period_end;
    (in_force && claim).then(|| Outcome::Duplicate(number()))
}

/// The numbers are gone; the journal says where.
fn void(assignment: &Assignment, reason: &str, now: Timestamp) -> NewEntry {
    let void = Void {
        number: assignment.number.clone(),
        registration_number: assignment.registration_number.clone(),
        reason: reason.to_owned(),
    };
    NewEntry::unsigned(Event::NumbersVoided(void), now)
}

/// Dates in credentials: fractions are legal, and not every verifier reads them.
fn whole_seconds(now: Timestamp) -> Timestamp {
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}
