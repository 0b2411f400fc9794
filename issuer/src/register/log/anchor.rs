//! The anchor: the last checkpoint in a place that whoever restores or edits the directory does not turn back with it.
//! It keeps one note; whether the register agrees with it is the log's question.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use ureq::Agent;
use verifier::log::{Checkpoint, Note};

use super::LogError;
use crate::issuing::write_whole;

/// What an address may take to answer, and how much of an answer is read: a note has less than 1 kB for each witness.
const ANSWER_TIME: Duration = Duration::from_secs(10);
const ANSWER_BYTES_MAX: u64 = 64 * 1024;

/// Where the last checkpoint is kept outside the data directory.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub enum Anchor {
    /// A file on another disk, another machine's share, a stick in a safe. Each checkpoint is written to it.
    File(PathBuf),
    /// An address where somebody else shows the last checkpoint that he saw: a witness, a monitor, a mirror. It is read, never written.
    Url(String),
}

impl Anchor {
    /// The checkpoint in it. A missing one is none before anything was signed, and a fault after.
    pub(super) fn read(&self, is_expected: bool) -> Result<Option<String>, LogError> {
        let read = match self {
            Self::File(path) => optional(path),
            Self::Url(url) => fetch(url),
        };
        match read {
            Ok(None) if is_expected => Err(self.unusable("nothing is there".to_owned())),
            read => read.map_err(|reason| self.unusable(reason)),
        }
    }

    /// The checkpoint in it, if it is within reach. What is no checkpoint of anybody, such as a page that says the server is out
    /// of order, is none; whose it is, the caller must see.
    #[must_use]
    pub fn last(&self) -> Option<String> {
        let is_checkpoint = |note: &String| {
            let note = Note::parse(note.as_bytes());
            note.is_ok_and(|note| Checkpoint::parse(note.text()).is_ok())
        };
        self.read(false).ok().flatten().filter(is_checkpoint)
    }

    /// Replaces the checkpoint in it, where that is ours to do.
    pub(super) fn write(&self, note: &str) -> Result<(), LogError> {
        let Self::File(path) = self else { return Ok(()) };
        // Made here, it would lie on the wrong disk: a share that is not mounted, a name mistyped.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if folder.is_some_and(|folder| !folder.is_dir()) {
            return Err(self.unusable("its folder is not there".to_owned()));
        }
        write_whole(path, note.as_bytes()).map_err(|error| self.unusable(error.to_string()))
    }

    fn unusable(&self, reason: String) -> LogError {
        LogError::Anchor { anchor: self.to_string(), reason }
    }
}

/// An anchor that could not be asked when the log was opened to be read: nothing is signed, and nobody can tell whether the
/// directory is an old copy.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Unasked {
    pub(super) anchor: String,
    pub(super) reason: String,
}

impl fmt::Display for Unasked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { anchor, reason } = self;
        write!(
            formatter,
            "the anchor {anchor} could not be asked ({reason}): this may be an old copy of the register; it is read, and nothing is signed or entered until the anchor is within reach"
        )
    }
}

impl From<Unasked> for LogError {
    fn from(Unasked { anchor, reason }: Unasked) -> Self {
        Self::Anchor { anchor, reason }
    }
}

fn optional(path: &Path) -> Result<Option<String>, String> {
    match fs::read_to_string(path) {
        Ok(note) => Ok(Some(note)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// What the address answers; `None` for 404. A redirection is no answer: the place was chosen by whoever wrote `tanu.toml`.
fn fetch(url: &str) -> Result<Option<String>, String> {
    let agent: Agent = Agent::config_builder()
        .timeout_global(Some(ANSWER_TIME))
        .max_redirects(0)
        .proxy(None)
        .build()
        .into();
    match agent.get(url).call() {
        Ok(answer) if answer.status() == 200 => {
            let body = answer.into_body().into_with_config().limit(ANSWER_BYTES_MAX);
            body.read_to_string().map(Some).map_err(|error| error.to_string())
        }
        Ok(answer) => Err(format!("it answers {}", answer.status())),
        Err(ureq::Error::StatusCode(404)) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// Whether a text is an address rather than the name of a file.
fn is_url(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

impl From<String> for Anchor {
    fn from(text: String) -> Self {
        if is_url(&text) { Self::Url(text) } else { Self::File(PathBuf::from(text)) }
    }
}

impl From<Anchor> for String {
    fn from(anchor: Anchor) -> Self {
        anchor.to_string()
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(formatter),
            Self::Url(url) => formatter.write_str(url),
        }
    }
}
