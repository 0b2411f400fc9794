//! Why a backup was not made or not restored, in a sentence that says what to do.

use std::io;
use std::path::{Path, PathBuf};

use crate::keys::{EnvelopeError, KeyFileError};
use crate::office::OfficeError;
use crate::register::{AppendError, LogError, RegisterError};

/// Why a backup was not made or not restored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// The envelope.
    #[error("{file}: {source}", file = .file.display())]
    Envelope {
        /// The backup.
        file: PathBuf,
        /// Why.
        source: Box<EnvelopeError>,
    },
    /// A key or passphrase that was given cannot be used.
    #[error(transparent)]
    Opening(Box<EnvelopeError>),
    /// The backup is cut off, changed, or not of this format.
    #[error("{file} is no whole backup: {reason}; take another one", file = .file.display())]
    Damaged {
        /// The backup.
        file: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Nothing is covered by a checkpoint.
    #[error(
        "there is no checkpoint yet that a backup could end at; run `issuer register checkpoint` first"
    )]
    NoCheckpoint,
    /// The increment would not begin where a checkpoint is.
    #[error("no checkpoint of {0} entries was signed; begin with a full backup")]
    NoSuchCheckpoint(u64),
    /// Whatever takes the directory takes this backup too.
    #[error("{} lies in the data directory that it should save; take a place on another disk", .0.display())]
    Inside(PathBuf),
    /// The file is there.
    #[error("{} is there already; backups are never overwritten, take another name", .0.display())]
    Exists(PathBuf),
    /// Erasures kept coming.
    #[error("personal data were erased while the backup was made; repeat the command")]
    Erased,
    /// The files do not belong together.
    #[error(
        "the backups do not follow each other: {0}; give one full backup and all its increments"
    )]
    Chain(String),
    /// The directory to restore to is in use.
    #[error("{} is not empty; restore into a new directory", .0.display())]
    NotEmpty(PathBuf),
    /// The new prefix cannot be used.
    #[error("the prefix {prefix} cannot be used: {reason}")]
    Prefix {
        /// The prefix.
        prefix: String,
        /// Why.
        reason: &'static str,
    },
    /// A key was exchanged since the backup, and nobody said whether it was stolen.
    #[error(
        "the backup does not know the key for {purpose} that keys.age has, so a key was exchanged since: hand over the trust.json that was given out last (--trust-list), or say that no key was stolen (--no-trust-list)"
    )]
    KeyExchanged {
        /// What the key is for.
        purpose: &'static str,
    },
    /// The key file is not there or not open, and nobody said whether a key was stolen.
    #[error(
        "whether a key was exchanged since the backup cannot be seen: hand over keys.age (--keys) with its passphrase (--keys-passphrase-file), or the trust.json that was given out last (--trust-list), or say that no key was stolen (--no-trust-list)"
    )]
    KeysUnseen,
    /// The key file does not open.
    #[error(transparent)]
    Keys(Box<KeyFileError>),
    /// What was restored is not what was signed.
    #[error("the restored register is not what its checkpoints say ({0}); nothing was made of it")]
    Contradiction(String),
    /// A file that was handed in.
    #[error("{file} cannot be used: {reason}", file = .file.display())]
    Unfit {
        /// The file.
        file: PathBuf,
        /// Why.
        reason: String,
    },
    /// The operating system fails.
    #[error("cannot {action} {path}: {source}", path = .path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// With which file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The register.
    #[error(transparent)]
    Register(Box<RegisterError>),
    /// An append to the restored register.
    #[error(transparent)]
    Append(Box<AppendError>),
    /// The log.
    #[error(transparent)]
    Log(Box<LogError>),
    /// Configuration or profile.
    #[error(transparent)]
    Office(Box<OfficeError>),
    /// The operating system has no randomness to give.
    #[error("the operating system gives no random numbers")]
    Randomness(#[from] getrandom::Error),
}

impl BackupError {
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }

    pub(super) fn damaged(file: &Path, reason: impl Into<String>) -> Self {
        Self::Damaged { file: file.to_owned(), reason: reason.into() }
    }

    pub(super) fn unfit(file: &Path, reason: impl Into<String>) -> Self {
        Self::Unfit { file: file.to_owned(), reason: reason.into() }
    }
}

impl From<OfficeError> for BackupError {
    fn from(error: OfficeError) -> Self {
        Self::Office(Box::new(error))
    }
}

impl From<KeyFileError> for BackupError {
    fn from(error: KeyFileError) -> Self {
        Self::Keys(Box::new(error))
    }
}

impl From<EnvelopeError> for BackupError {
    fn from(error: EnvelopeError) -> Self {
        Self::Opening(Box::new(error))
    }
}

impl From<RegisterError> for BackupError {
    fn from(error: RegisterError) -> Self {
        Self::Register(Box::new(error))
    }
}

impl From<AppendError> for BackupError {
    fn from(error: AppendError) -> Self {
        Self::Append(Box::new(error))
    }
}

impl From<LogError> for BackupError {
    fn from(error: LogError) -> Self {
        Self::Log(Box::new(error))
    }
}
