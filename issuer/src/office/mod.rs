//! The office: one opened data directory, and the acts that a registrar performs in it.
//! It brings rooms together; it must not parse command lines or HTTP, nor decide what a credential is.

mod act;
mod backup;
mod badges;
mod completions;
mod configuration;
mod correction;
mod directory;
mod earlier;
mod erasure;
mod error;
mod export;
mod import;
mod intake;
mod journal;
mod keys;
mod known;
mod opening;
mod output;
mod papers;
mod persons;
mod programmes;
mod qr;
mod records;
mod standby;
mod switches;
mod tokens;

use std::sync::Arc;

use jiff::Timestamp;

pub use act::{Act, ExportFormat, ImportOptions, Seal};
pub use completions::{Answer, Asked};
pub use configuration::Configuration;
pub use correction::Corrected;
pub use directory::DataDirectory;
pub use error::OfficeError;
pub use journal::{JournalFormat, Period};
pub use opening::{Opening, Rebuild};
pub use output::{Output, Transcript};
pub use papers::{PaperKind, Printed};
pub use qr::{qr_code, qr_svg};
pub use standby::Standby;
pub use tokens::{Scope, Token, TokenAct};

use intake::Intake;
use opening::check_profile;

use crate::document::Pictures;
use crate::issuing::Issuance;
use crate::keys::{KeyFile, Passphrase, WorkFactor};
use crate::profile::IssuerProfile;
use crate::register::{Event, FileRegister, Recovery, Unasked};
use crate::store::Progress;

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
        Opening::begin(directory, passphrase)?.open(now, progress)
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

    /// Why the anchor was not asked, if the directory was opened to be read without it: then acts that do more are refused.
    #[must_use]
    pub fn unasked(&self) -> Option<&Unasked> {
        self.issuance.log().unasked()
    }

    /// Signs a checkpoint of what is not covered yet, and closes the store cleanly, so that the next start need not look twice.
    ///
    /// # Errors
    /// If the last checkpoint or the store cannot be written; the register is safe all the same.
    pub fn close(self) -> Result<(), OfficeError> {
        if self.unasked().is_none() {
            self.issuance.publish_checkpoint()?;
        }
        Ok(self.issuance.store.close()?)
    }
}
