//! Who performs the acts of a running service: its office, or who stands in for it while the store is rebuilt.

use std::sync::Arc;

use issuer::issuing::IssueError;
use issuer::office::{Act, Office, OfficeError, Output, Standby};
use jiff::Timestamp;

/// The one behind the control socket.
#[derive(Clone)]
pub(super) enum Door {
    /// The office is open.
    Office(Arc<Office>),
    /// Its store is being rebuilt; once the office is open, this one passes everything on to it.
    Standby(Arc<Standby>),
}

impl Door {
    /// Performs an act; returns the exit code of the command.
    pub(super) fn perform(
        &self,
        act: Act,
        now: Timestamp,
        output: &mut dyn Output,
    ) -> Result<u8, OfficeError> {
        match self {
            Self::Office(office) => office.perform(act, now, output),
            Self::Standby(standby) => standby.perform(act, now, output),
        }
    }

    /// Signs a checkpoint of all that the register holds, unless the last one covers it.
    pub(super) fn publish_checkpoint(&self) -> Result<u64, IssueError> {
        match self {
            Self::Office(office) => office.issuance.publish_checkpoint(),
            Self::Standby(standby) => standby.publish_checkpoint(),
        }
    }
}
