//! The office: one opened data directory, and the acts that a registrar performs in it.
//! It brings rooms together; it must not parse command lines or HTTP, nor decide what a credential is.

mod act;
mod configuration;
mod directory;
mod error;
mod export;
mod import;
mod known;
mod output;
mod programmes;
mod records;

use std::sync::{Arc, Mutex};

use jiff::Timestamp;

pub use act::{Act, ExportFormat, ImportOptions};
pub use configuration::Configuration;
pub use directory::DataDirectory;
pub use error::OfficeError;
pub use export::qr_svg;
pub use output::{Output, Transcript};

use crate::issuing::{Identity, Issuance, StatusLists};
use crate::keys::{Keyring, Passphrase, WorkFactor};
use crate::profile::{IssuerProfile, PublicUrl};
use crate::register::{Event, FileRegister, KeyPurpose, Recovery, Register, RegisteredKey};
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
    /// Held by the import that runs: the rules ask about the past, and two imports at once would each not be the other's.
    importing: Mutex<()>,
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
            Some(bytes) => drop(Keyring::open(&bytes, &setup.passphrase)?),
            None => {
                let sealed = Keyring::generate()?.seal(&setup.passphrase, setup.work)?;
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
        let keyring = Keyring::open(&keys, passphrase)?;
        if keyring.is_published() && !configuration.demo {
            return Err(OfficeError::ExampleKey);
        }
        let (register, recovery) = FileRegister::open(directory.path())?;
        let register: Arc<dyn Register> = Arc::new(register);
        let shared = Arc::clone(&register);
        let store = Store::open_with_progress(directory.path(), shared, progress)?;
        let days = if configuration.demo { LIST_VALIDITY_DAYS_DEMO } else { LIST_VALIDITY_DAYS };
        let lists = StatusLists::new(&directory.status_lists(), days);
        let identity = Identity { profile, public_url, keyring };
        let prefix = configuration.prefix.clone();
        let issuance = Issuance::new(identity, prefix, register, (store, lists))?;
        let importing = Mutex::new(());
        let office = Self { directory, configuration, issuance, recovery, importing };
        office.register_itself(now)?;
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
        let registered = store.keys()?;
        for purpose in [KeyPurpose::Credentials, KeyPurpose::StatusLists] {
            let key = RegisteredKey {
                id: self.issuance.identity.key_id(purpose),
                multibase: self.issuance.identity.keyring.public_key(purpose),
                purpose,
            };
            if registered.iter().any(|known| known.id == key.id && *known != key) {
                return Err(OfficeError::OtherKey { id: key.id });
            }
            if !registered.contains(&key) {
                self.issuance.record_event(Event::KeyAdded(key), now)?;
            }
        }
        let did_document = self.issuance.identity.did_document().to_string();
        self.directory.write(&self.directory.did_document(), did_document.as_bytes())?;
        let trust_list = self.issuance.identity.trust_file().to_string();
        self.directory.write(&self.directory.trust_list(), trust_list.as_bytes())
    }

    /// Closes the store cleanly, so that the next start need not look twice.
    ///
    /// # Errors
    /// If the store cannot be written; the register is safe all the same.
    pub fn close(self) -> Result<(), OfficeError> {
        Ok(self.issuance.store.close()?)
    }
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
