//! Opening a data directory step by step: keys and register first, then the store, which may take minutes to follow, then the
//! office. It writes nothing but what these rooms repair in themselves.

use std::sync::Arc;

use jiff::Timestamp;
use verifier::log::VerifierKey;

use super::standby::Standby;
use super::{Configuration, DataDirectory, Office, OfficeError};
use crate::issuing::{Ground, Identity, Interim, Issuance, StatusLists, Witnesses};
use crate::keys::{KeyFile, Keyring, Passphrase, WorkFactor};
use crate::profile::{IssuerProfile, PublicUrl};
use crate::register::{
    FileRegister, KeyPurpose, Log, LogError, LogPlace, Recovery, Register, Restoration,
};
use crate::store::{Progress, Store};

/// How long a status list is valid, days: a week in service; longer in the demonstration, whose lists nobody re-signs.
const LIST_VALIDITY_DAYS: i64 = 7;
const LIST_VALIDITY_DAYS_DEMO: i64 = 30;

/// Entries that a store applies while one waits: below a second. With more it is rebuilt, or was left far behind.
const BEHIND_ENTRIES: u64 = 512;

/// A data directory whose register is open, and whose store has not followed it yet. No other process can open it meanwhile.
pub struct Opening {
    footing: Footing,
    signing: Signing,
}

/// What an office is made of, but for what signs.
struct Footing {
    directory: DataDirectory,
    configuration: Configuration,
    passphrase: Passphrase,
    files: Arc<FileRegister>,
    recovery: Recovery,
    store: Store,
}

/// Who signs, before it is known in which epoch.
struct Signing {
    profile: IssuerProfile,
    public_url: PublicUrl,
    keyring: Keyring,
    witnesses: Witnesses,
}

impl Opening {
    /// Reads configuration, profile and keys, and opens the register and the store as they are.
    ///
    /// # Errors
    /// [`OfficeError`] with what to do, if anything that is needed is missing, unreadable, damaged, in use or unfit.
    pub fn begin(directory: DataDirectory, passphrase: &Passphrase) -> Result<Self, OfficeError> {
        let configuration = Configuration::read(&directory)?;
        let public_url = configuration.checked_public_url()?;
        let profile = read_profile(&directory)?;
        check_profile(&profile, &public_url)?;
        let keys = directory
            .read_optional(&directory.keys())?
            .ok_or_else(|| OfficeError::NoKeys(directory.keys()))?;
        let keys = open_keys(&directory, &keys, passphrase, configuration.demo)?;
        let keyring = keys.into_keyring();
        if keyring.is_published() && !configuration.demo {
            return Err(OfficeError::ExampleKey);
        }
        let witnesses = configuration.checked_witnesses()?;
        let (register, recovery) = FileRegister::open(directory.path())?;
        let files = Arc::new(register);
        let store = Store::open_as_it_is(directory.path(), files.clone())?;
        let passphrase = passphrase.clone();
        let footing = Footing { directory, configuration, passphrase, files, recovery, store };
        Ok(Self { footing, signing: Signing { profile, public_url, keyring, witnesses } })
    }

    /// How the directory is set up.
    #[must_use]
    pub const fn configuration(&self) -> &Configuration {
        &self.footing.configuration
    }

    /// What was repaired when the register was opened.
    #[must_use]
    pub const fn recovery(&self) -> &Recovery {
        &self.footing.recovery
    }

    /// Whether the store lacks so much that following the register takes longer than anybody should wait.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn is_behind(&self) -> Result<bool, OfficeError> {
        let applied = self.footing.store.applied_size()?;
        Ok(self.footing.files.size().saturating_sub(applied) > BEHIND_ENTRIES)
    }

    /// Has the store follow the register, and opens the office.
    ///
    /// # Errors
    /// As [`Opening::begin`].
    pub fn open(
        self,
        now: Timestamp,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Office, OfficeError> {
        let Self { footing, signing } = self;
        footing.store.catch_up_with_progress(progress)?;
        let ground = footing.ground(signing, &footing.store.restorations()?)?;
        footing.assemble(ground, now)
    }

    /// As [`Opening::open`] for acts that only read: an anchor that cannot be asked stops none of them, and every other act is refused
    /// then. [`Office::unasked`] says why.
    ///
    /// # Errors
    /// As [`Opening::begin`].
    pub fn open_to_read(
        self,
        now: Timestamp,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Office, OfficeError> {
        let Self { footing, signing } = self;
        footing.store.catch_up_with_progress(progress)?;
        let restorations = footing.store.restorations()?;
        let ground = footing.ground_on(signing, &restorations, Log::open_to_read)?;
        footing.assemble(ground, now)
    }

    /// Has the register alone stand in for the office, and returns what is left to be done. Nobody stands in where a key in
    /// use is not in the register, or is good no more, or the prefix is another one: the opening itself settles that.
    ///
    /// # Errors
    /// As [`Opening::begin`].
    pub fn stand_by(self) -> Result<(Option<Arc<Standby>>, Rebuild), OfficeError> {
        let Self { footing, signing } = self;
        let interim = Interim::read(footing.files.clone())?;
        let ground = footing.ground(signing, interim.restorations())?;
        let prefix = &footing.configuration.prefix;
        let fits = interim.prefix() == Some(prefix) && is_registered(&ground.identity, &interim);
        let applied = footing.store.applied_size()?;
        let standby = fits.then(|| {
            let place = (footing.directory.clone(), footing.configuration.demo);
            Arc::new(Standby::new(ground.clone(), interim, place, applied))
        });
        Ok((standby.clone(), Rebuild { footing, ground, standby }))
    }
}

/// What is left to be done once somebody stands in for the office: the store follows the register, then the office takes over.
pub struct Rebuild {
    footing: Footing,
    ground: Ground,
    standby: Option<Arc<Standby>>,
}

impl Rebuild {
    /// Has the store follow the register, opens the office, and hands over to it: nothing that was revoked meanwhile is lost,
    /// and whoever revokes in between waits.
    ///
    /// # Errors
    /// As [`Opening::begin`]. Whoever waits to revoke is told of it.
    pub fn run(
        self,
        clock: fn() -> Timestamp,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Arc<Office>, OfficeError> {
        let standby = self.standby.clone();
        let office = self.open(clock, progress);
        // Nobody waits for an office that will not come.
        let office = office.inspect_err(|_| standby.iter().for_each(|standby| standby.fail()))?;
        let office = Arc::new(office);
        standby.iter().for_each(|standby| standby.hand_over(&office));
        Ok(office)
    }

    fn open(
        self,
        clock: fn() -> Timestamp,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Office, OfficeError> {
        let Self { footing, ground, standby } = self;
        footing.store.catch_up_with_progress(&mut |now| {
            standby.iter().for_each(|standby| standby.note(now));
            progress(now);
        })?;
        standby.iter().for_each(|standby| standby.close());
        // What was revoked since the last look; from here on nobody appends but the office.
        footing.store.catch_up()?;
        footing.assemble(ground, clock())
    }
}

impl Footing {
    /// What signs and publishes, in the epoch that these restorations led to.
    fn ground(
        &self,
        signing: Signing,
        restorations: &[Restoration],
    ) -> Result<Ground, OfficeError> {
        self.ground_on(signing, restorations, Log::open)
    }

    /// As [`Footing::ground`], with the log opened this way.
    fn ground_on(
        &self,
        signing: Signing,
        restorations: &[Restoration],
        open_log: fn(LogPlace, &dyn Register) -> Result<Log, LogError>,
    ) -> Result<Ground, OfficeError> {
        let Signing { profile, public_url, keyring, witnesses } = signing;
        let epoch = restorations.last().map_or(1, |restored| restored.epoch);
        let earlier = restorations.iter().map(|restored| VerifierKey::parse(&restored.log));
        let earlier_logs: Vec<VerifierKey> = earlier.collect::<Result<_, _>>()?;
        let identity = Identity { profile, public_url, keyring, witnesses, epoch, earlier_logs };
        let place = LogPlace {
            directory: self.directory.log(),
            key: identity.log_key()?,
            anchor: self.configuration.anchor.clone(),
            earlier: identity.earlier_logs.clone(),
        };
        let log = open_log(place, &*self.files)?;
        let days =
            if self.configuration.demo { LIST_VALIDITY_DAYS_DEMO } else { LIST_VALIDITY_DAYS };
        let lists = StatusLists::new(&self.directory.status_lists(), days);
        Ok(Ground {
            identity: Arc::new(identity),
            register: self.files.clone(),
            status_lists: Arc::new(lists),
            log: Arc::new(log),
        })
    }

    /// The office, once the store has followed the register.
    fn assemble(self, ground: Ground, now: Timestamp) -> Result<Office, OfficeError> {
        let Self { directory, configuration, passphrase, files, recovery, store } = self;
        let issuance = Issuance::new(ground, configuration.prefix.clone(), store)?;
        let office = Office {
            directory,
            configuration,
            issuance,
            recovery,
            pictures: super::Pictures::default(),
            files,
            passphrase,
            intake: super::Intake::default(),
        };
        // First, since it refuses a register whose erasures this program did not write: nothing is signed over such a one.
        office.issuance.finish_erasures()?;
        // Who only reads needs no entry of ours.
        if office.unasked().is_none() {
            office.register_itself(now)?;
        }
        Ok(office)
    }
}

/// Whether the register knows every key in use, and none of them is given up: only such keys sign before an office is open.
fn is_registered(identity: &Identity, interim: &Interim) -> bool {
    let known = interim.keys();
    KeyPurpose::ALL.into_iter().all(|purpose| {
        let key = identity.key_in_use(purpose);
        let mut same = known.iter().filter(|known| known.key.id == key.id).peekable();
        same.peek().is_some()
            && same.all(|known| {
                known.key == key && known.retired.is_none() && known.compromised.is_none()
            })
    })
}

/// The keys of the file; where one was added, the file is written before the key is used.
fn open_keys(
    directory: &DataDirectory,
    bytes: &[u8],
    passphrase: &Passphrase,
    is_demo: bool,
) -> Result<KeyFile, OfficeError> {
    let keys = KeyFile::open(bytes, passphrase)?;
    if keys.is_incomplete() {
        let work = if is_demo { WorkFactor::Low } else { WorkFactor::Tuned };
        directory.write_private(&directory.keys(), &keys.seal(passphrase, work)?)?;
    }
    Ok(keys)
}

fn read_profile(directory: &DataDirectory) -> Result<IssuerProfile, OfficeError> {
    let path = directory.profile();
    let bytes = directory
        .read_optional(&path)?
        .ok_or_else(|| OfficeError::NotInitialized(directory.path().to_owned()))?;
    serde_json::from_slice(&bytes)
        .map_err(|error| OfficeError::Profile { path, reason: error.to_string() })
}

/// The DID must be that of the public address: whoever reads a credential looks for its key there.
pub(super) fn check_profile(
    profile: &IssuerProfile,
    public_url: &PublicUrl,
) -> Result<(), OfficeError> {
    if profile.id == public_url.did() {
        return Ok(());
    }
    Err(OfficeError::OtherIssuer { profile: profile.id.clone(), expected: public_url.did() })
}
