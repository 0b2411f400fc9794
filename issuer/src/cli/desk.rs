//! Who performs an act: a service that runs on the directory, or this process.

use std::path::Path;

use issuer::office::{Act, DataDirectory, Office, Opening, Output};
use issuer::store::Progress;
use jiff::Timestamp;

use super::control::Connection;
use super::failure::Failure;
use super::{passphrase, say};

/// The one place that may write to the directory now.
pub(super) enum Desk {
    /// This process has opened it.
    Here(Box<Office>),
    /// A running service has it.
    Service(DataDirectory),
}

impl Desk {
    /// Finds the running service, or opens the directory.
    pub(super) fn open(
        directory: &DataDirectory,
        passphrase_file: Option<&Path>,
    ) -> Result<Self, Failure> {
        if Connection::find(directory).is_some() {
            return Ok(Self::Service(directory.clone()));
        }
        Ok(Self::Here(Box::new(open(directory, passphrase_file)?)))
    }

    /// As [`Desk::open`], for this act alone: one that only reads is performed also while the anchor cannot be asked.
    pub(super) fn open_for(
        act: &Act,
        directory: &DataDirectory,
        passphrase_file: Option<&Path>,
    ) -> Result<Self, Failure> {
        if !act.only_reads() || Connection::find(directory).is_some() {
            return Self::open(directory, passphrase_file);
        }
        let opening = begin(directory, passphrase_file)?;
        let office = opening.open_to_read(Timestamp::now(), &mut told_progress())?;
        if let Some(unasked) = office.unasked() {
            say(&unasked.to_string());
        }
        Ok(Self::Here(Box::new(office)))
    }

    /// Performs one act; returns the exit code of the command.
    pub(super) fn perform(&self, act: Act, output: &mut dyn Output) -> Result<u8, Failure> {
        match self {
            Self::Here(office) => Ok(office.perform(act, Timestamp::now(), output)?),
            Self::Service(directory) => {
                Connection::find(directory).ok_or(Failure::ControlClosed)?.perform(&act, output)
            }
        }
    }

    /// Leaves the directory as it should be found.
    pub(super) fn close(self) -> Result<(), Failure> {
        match self {
            Self::Here(office) => Ok(office.close()?),
            Self::Service(_) => Ok(()),
        }
    }
}

/// Entries between two lines about a store that is rebuilt: a few seconds. A smaller one is rebuilt without a word.
const PROGRESS_ENTRIES: u64 = 20_000;

/// Tells how far a rebuild is, now and then.
pub(super) fn told_progress() -> impl FnMut(Progress) {
    let mut told = None;
    move |Progress { applied, size }| {
        let steps = applied / PROGRESS_ENTRIES;
        // What is applied in one step, as after any start, needs no line.
        if told.replace(steps).is_some_and(|before| before < steps) {
            say(&format!("the store is rebuilt from the register: {applied} of {size} entries"));
        }
    }
}

/// Opens the directory in this process, and tells of what had to be repaired.
pub(super) fn open(
    directory: &DataDirectory,
    passphrase_file: Option<&Path>,
) -> Result<Office, Failure> {
    let opening = begin(directory, passphrase_file)?;
    Ok(opening.open(Timestamp::now(), &mut told_progress())?)
}

/// Begins to open the directory: whether its store has to be rebuilt is known then.
pub(super) fn begin(
    directory: &DataDirectory,
    passphrase_file: Option<&Path>,
) -> Result<Opening, Failure> {
    // A directory that is none is told before anybody is asked for a passphrase.
    if !directory.is_initialized()? {
        let path = directory.path().to_owned();
        return Err(issuer::office::OfficeError::NotInitialized(path).into());
    }
    let passphrase = passphrase::known(directory, passphrase_file)?;
    let opening = Opening::begin(directory.clone(), &passphrase)?;
    if let Some(torn) = &opening.recovery().torn {
        let kept = torn.kept_as.as_deref().unwrap_or_else(|| Path::new("nowhere")).display();
        say(&format!(
            "an append was cut off when the program was stopped; its {} bytes were never acknowledged and are kept in {kept}",
            torn.length_bytes
        ));
    }
    Ok(opening)
}
