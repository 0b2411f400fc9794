//! The anchor: the last checkpoint in a place that whoever restores or edits the directory does not turn back with it.
//! It keeps one note; whether the register agrees with it is the log's question.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::LogError;
use crate::issuing::write_whole;

/// A file outside the data directory: on another disk, another machine's share, a stick in a safe.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Anchor(PathBuf);

impl Anchor {
    /// The anchor in this file.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// The checkpoint in it. A missing file is none before anything was signed, and a fault after.
    pub(super) fn read(&self, is_expected: bool) -> Result<Option<String>, LogError> {
        match fs::read_to_string(&self.0) {
            Ok(note) => Ok(Some(note)),
            Err(error) if error.kind() == io::ErrorKind::NotFound && !is_expected => Ok(None),
            Err(error) => Err(self.unusable(&error)),
        }
    }

    /// Replaces the checkpoint in it.
    pub(super) fn write(&self, note: &str) -> Result<(), LogError> {
        // Made here, it would lie on the wrong disk: a share that is not mounted, a name mistyped.
        let folder = self.0.parent().filter(|folder| !folder.as_os_str().is_empty());
        if folder.is_some_and(|folder| !folder.is_dir()) {
            return Err(self.unusable(&io::Error::other("its folder is not there")));
        }
        write_whole(&self.0, note.as_bytes()).map_err(|error| self.unusable(&error))
    }

    fn unusable(&self, error: &io::Error) -> LogError {
        LogError::Anchor { anchor: self.0.display().to_string(), reason: error.to_string() }
    }
}
