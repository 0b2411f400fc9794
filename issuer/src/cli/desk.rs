//! Who performs an act: a service that runs on the directory, or this process.

use std::path::Path;

use issuer::office::{Act, DataDirectory, Office, Output};
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

fn tell_progress(progress: Progress, told: &mut Option<u64>) {
    let steps = progress.applied / PROGRESS_ENTRIES;
    // What is applied in one step, as after any start, needs no line.
    if told.replace(steps).is_some_and(|before| before < steps) {
        let Progress { applied, size } = progress;
        say(&format!("the store is rebuilt from the register: {applied} of {size} entries"));
    }
}

/// Opens the directory in this process, and tells of what had to be repaired.
pub(super) fn open(
    directory: &DataDirectory,
    passphrase_file: Option<&Path>,
) -> Result<Office, Failure> {
    // A directory that is none is told before anybody is asked for a passphrase.
    if !directory.is_initialized()? {
        let path = directory.path().to_owned();
        return Err(issuer::office::OfficeError::NotInitialized(path).into());
    }
    let passphrase = passphrase::known(directory, passphrase_file)?;
    let mut told = None;
    let mut progress = |progress: Progress| tell_progress(progress, &mut told);
    let now = Timestamp::now();
    let office = Office::open_with_progress(directory.clone(), &passphrase, (now, &mut progress))?;
    if let Some(torn) = &office.recovery.torn {
        let kept = torn.kept_as.as_deref().unwrap_or_else(|| Path::new("nowhere")).display();
        say(&format!(
            "an append was cut off when the program was stopped; its {} bytes were never acknowledged and are kept in {kept}",
            torn.length_bytes
        ));
    }
    Ok(office)
}
