//! Where the log lies and who it is, and which checkpoints are its own. It opens no file.

use std::path::PathBuf;

use verifier::log::{Checkpoint, Note, TreeHead, VerifierKey};

use super::{Anchor, LogError};

/// Where the log lies, and who it is.
#[derive(Clone, Debug)]
pub struct LogPlace {
    /// Directory of what is served under `/log/`.
    pub directory: PathBuf,
    /// The key that signs its checkpoints; its name is the origin.
    pub key: VerifierKey,
    /// Where the last checkpoint is kept out of reach of whoever can write to the directory, if anywhere.
    pub anchor: Option<Anchor>,
    /// The logs of the register before it was restored, the first first: each with its key, whose name is its origin.
    pub earlier: Vec<VerifierKey>,
}

impl LogPlace {
    /// A checkpoint of this log, whose signature holds.
    pub(super) fn read(&self, note: &str) -> Result<(Note, TreeHead), LogError> {
        self.read_as(&self.key, note)
    }

    /// A checkpoint of this log or of an earlier one.
    pub(super) fn read_any(&self, note: &str) -> Result<(Note, TreeHead), LogError> {
        let origin = note.lines().next().unwrap_or_default();
        let key = self.earlier.iter().find(|key| key.name() == origin);
        self.read_as(key.unwrap_or(&self.key), note)
    }

    fn read_as(&self, key: &VerifierKey, note: &str) -> Result<(Note, TreeHead), LogError> {
        let foreign = || LogError::Damaged {
            path: self.directory.clone(),
            reason: "a checkpoint is not signed by the log's key",
        };
        let signed = Note::parse(note.as_bytes()).map_err(|_| foreign())?;
        signed.verify(std::slice::from_ref(key)).map_err(|_| foreign())?;
        let checkpoint = Checkpoint::parse(signed.text()).map_err(|_| foreign())?;
        if checkpoint.origin != key.name() {
            return Err(foreign());
        }
        Ok((signed, checkpoint.head))
    }
}
