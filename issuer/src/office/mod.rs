//! The office: one opened data directory, and the acts that a registrar performs in it.
//! It brings rooms together; it must not parse command lines or HTTP, nor decide what a credential is.

mod act;
mod backup;
mod badges;
mod completions;
mod configuration;
mod correction;
mod directory;
mod erasure;
mod error;
mod export;
mod import;
mod intake;
mod journal;
mod keys;
mod known;
mod output;
mod papers;
mod persons;
mod programmes;
mod qr;
mod records;
mod switches;
mod tokens;

use std::sync::Arc;

use jiff::Timestamp;
use verifier::log::VerifierKey;

pub use act::{Act, ExportFormat, ImportOptions, Seal};
pub use completions::{Answer, Asked};
pub use configuration::Configuration;
pub use correction::Corrected;
pub use directory::DataDirectory;
pub use error::OfficeError;
pub use journal::{JournalFormat, Period};
pub use output::{Output, Transcript};
pub use papers::{PaperKind, Printed};
pub use qr::{qr_code, qr_svg};
pub use tokens::{Scope, Token, TokenAct};

use intake::Intake;

use crate::document::Pictures;
use crate::issuing::{Identity, Issuance, StatusLists};
use crate::keys::{KeyFile, Passphrase, WorkFactor};
use crate::profile::{IssuerProfile, PublicUrl};
use crate::register::{Event, FileRegister, Log, LogPlace, Recovery, Register};
use crate::store::{Progress, Store};

/// How long a status list is valid, days: a week in service; longer in the demonstration, whose lists nobody re-signs.
const LIST_VALIDITY_DAYS: i64 = 7;
const LIST_VALIDITY_DAYS_DEMO: i64 = 30;

/// An opened data directory. While it lives, no other process can open it.
pub struct Office {
    /// Where it is.
    pub directory: DataDirectory,
    /// How it is set up.
    pub configuration: Configuration,
    /// Where certificates are issued and revoked.
    pub issuance: Issuance,
    /// What was repaired when the register was opened.
    pub recovery: Recovery,
    /// The pictures of the badges that were asked for.
    pictures: Pictures,
    /// The register's files, for whoever backs them up.
    files: Arc<FileRegister>,
    /// What the key file is written anew under when a key is exchanged.
    passphrase: Passphrase,
    /// One at a time judges completions: the rules ask about the past, and two at once would each not be the other's.
    intake: Intake<completions::Keyed, completions::Answers>,
}

/// What a new data directory is made from.
pub struct Setup {
    /// The configuration to be written.
    pub configuration: Configuration,
    /// Who issues.
    pub profile: IssuerProfile,
    /// What the key file is encrypted under.
    pub passphrase: Passphrase,
    /// How hard guessing it is made.
    pub work: WorkFactor,
}

impl Office {
    /// Makes a data directory: fresh keys, profile, configuration, DID document. An interrupted `init` is taken up where
    /// it was; keys that are there are never replaced.
    ///
    /// # Errors
    /// [`OfficeError`] if it was initialized before, if the profile and the public address disagree, or if a file
    /// cannot be written.
    pub fn init(directory: &DataDirectory, setup: &Setup) -> Result<(), OfficeError> {
        if directory.is_initialized()? {
            return Err(OfficeError::AlreadyInitialized(directory.path().to_owned()));
        }
        let public_url = setup.configuration.checked_public_url()?;
        check_profile(&setup.profile, &public_url)?;
        directory.make()?;
        match directory.read_optional(&directory.keys())? {
            // Left by an `init` that was cut off: kept, if the passphrase opens them.
            Some(bytes) => drop(KeyFile::open(&bytes, &setup.passphrase)?),
            None => {
                let sealed = KeyFile::generate()?.seal(&setup.passphrase, setup.work)?;
                directory.write_private(&directory.keys(), &sealed)?;
            }
        }
        let profile = serde_json::to_vec_pretty(&setup.profile).unwrap_or_default();
        directory.write(&directory.profile(), &profile)?;
        // The configuration comes last: with it the directory counts as initialized.
        directory.write(&directory.configuration(), setup.configuration.to_toml().as_bytes())?;
        Ok(())
    }

    /// Opens a data directory: register, store, keys, status lists.
    ///
    /// # Errors
    /// [`OfficeError`] with what to do, if anything that is needed is missing, unreadable, damaged, in use or unfit.
    pub fn open(
        directory: DataDirectory,
        passphrase: &Passphrase,
        now: Timestamp,
    ) -> Result<Self, OfficeError> {
        Self::open_with_progress(directory, passphrase, (now, &mut |_| {}))
    }

    /// As [`Office::open`], telling how far the store has followed the register: a store that must be rebuilt takes its time.
    ///
    /// # Errors
    /// As [`Office::open`].
    pub fn open_with_progress(
        directory: DataDirectory,
        passphrase: &Passphrase,
        (now, progress): (Timestamp, &mut dyn FnMut(Progress)),
    ) -> Result<Self, OfficeError> {
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
        let register: Arc<dyn Register> = files.clone();
        let shared = Arc::clone(&register);
        let store = Store::open_with_progress(directory.path(), shared, progress)?;
        let restorations = store.restorations()?;
        let epoch = restorations.last().map_or(1, |restored| restored.epoch);
        let earlier = restorations.iter().map(|restored| VerifierKey::parse(&restored.log));
        let earlier_logs: Vec<VerifierKey> = earlier.collect::<Result<_, _>>()?;
        let identity = Identity { profile, public_url, keyring, witnesses, epoch, earlier_logs };
        let place = LogPlace {
            directory: directory.log(),
            key: identity.log_key()?,
            anchor: configuration.anchor.clone(),
            earlier: identity.earlier_logs.clone(),
        };
        let log = Log::open(place, &*register)?;
        let days = if configuration.demo { LIST_VALIDITY_DAYS_DEMO } else { LIST_VALIDITY_DAYS };
        let lists = StatusLists::new(&directory.status_lists(), days);
        let prefix = configuration.prefix.clone();
        let issuance = Issuance::new(identity, prefix, register, (store, lists, log))?;
        let intake = Intake::default();
        let passphrase = passphrase.clone();
        let pictures = Pictures::default();
        let office = Self {
            directory,
            configuration,
            issuance,
            recovery,
            pictures,
            files,
            passphrase,
            intake,
        };
        office.register_itself(now)?;
        office.issuance.finish_erasures()?;
        Ok(office)
    }

    /// The first entries of a register: the instance's prefix and the public keys. A key that is not yet in the register
    /// is added; a prefix that is another one is refused.
    fn register_itself(&self, now: Timestamp) -> Result<(), OfficeError> {
        let store = &self.issuance.store;
        match store.prefix()? {
            Some(prefix) if prefix == self.configuration.prefix => {}
            Some(prefix) => return Err(OfficeError::OtherPrefix { registered: prefix }),
            None => {
                let prefix = self.configuration.prefix.clone();
                self.issuance.record_event(Event::InstanceRegistered { prefix }, now)?;
            }
        }
        for purpose in self.issuance.compromised_in_use()? {
            // Declared by a process that was cut off before it exchanged the key.
            self.rotate_key(purpose, now)?;
        }
        self.issuance.register_keys(now)?;
        self.issuance.publish_checkpoint()?;
        self.write_published()
    }

    /// The files that tell others of the keys.
    pub(super) fn write_published(&self) -> Result<(), OfficeError> {
        let published = self.issuance.published();
        self.directory.write(&self.directory.did_document(), published.did_document.as_bytes())?;
        self.directory.write(&self.directory.trust_list(), published.trust_list.as_bytes())
    }

    /// Signs a checkpoint of what is not covered yet, and closes the store cleanly, so that the next start need not look twice.
    ///
    /// # Errors
    /// If the last checkpoint or the store cannot be written; the register is safe all the same.
    pub fn close(self) -> Result<(), OfficeError> {
        self.issuance.publish_checkpoint()?;
        Ok(self.issuance.store.close()?)
    }
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
fn check_profile(profile: &IssuerProfile, public_url: &PublicUrl) -> Result<(), OfficeError> {
    if profile.id == public_url.did() {
        return Ok(());
    }
    Err(OfficeError::OtherIssuer { profile: profile.id.clone(), expected: public_url.did() })
}
