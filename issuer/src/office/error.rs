//! Why an act was not performed, in a sentence that says what to do.

use std::io;
use std::path::{Path, PathBuf};

use crate::backup::BackupError;
use crate::document::{BakeError, EnbekError, NotDrawn, PaperError};
use crate::issuing::IssueError;
use crate::keys::KeyFileError;
use crate::profile::NotAPublicUrl;
use crate::register::{LogError, RegisterError};
use crate::store::{Progress, StoreError};

/// Why the office could not be opened, or an act not be performed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OfficeError {
    /// `init` on a directory that has a configuration.
    #[error("{} is initialized already; its keys and register stay as they are", .0.display())]
    AlreadyInitialized(PathBuf),
    /// No configuration or profile.
    #[error("{} is not a data directory; make one with `issuer init --dir {}`, or try `issuer demo`", .0.display(), .0.display())]
    NotInitialized(PathBuf),
    /// No key file.
    #[error("the key file {} is missing; restore it from the backup: without it nothing can be signed", .0.display())]
    NoKeys(PathBuf),
    /// The keys are those of `keys-example/`.
    #[error(
        "the key file holds an example key, whose secret everybody can read; make keys of your own with `issuer init`"
    )]
    ExampleKey,
    /// The configuration cannot be read.
    #[error("the configuration {} cannot be used: {reason}", .path.display())]
    Configuration {
        /// The file.
        path: PathBuf,
        /// Line and reason.
        reason: String,
    },
    /// The tokens cannot be read.
    #[error("the tokens {} cannot be used: {reason}", .path.display())]
    Tokens {
        /// The file.
        path: PathBuf,
        /// Line and reason.
        reason: String,
    },
    /// The profile cannot be read.
    #[error("the issuer profile {} cannot be used: {reason}", .path.display())]
    Profile {
        /// The file.
        path: PathBuf,
        /// Line and reason.
        reason: String,
    },
    /// Profile and public address disagree.
    #[error(
        "the issuer profile says {profile}, but the public address makes it {expected}; correct one of them"
    )]
    OtherIssuer {
        /// `id` of the profile.
        profile: String,
        /// The DID of the public address.
        expected: String,
    },
    /// The register belongs to another prefix.
    #[error(
        "the register was kept under the prefix {registered}; set it in tanu.toml again, or take another data directory"
    )]
    OtherPrefix {
        /// The prefix in the register.
        registered: String,
    },
    /// No public address.
    #[error(transparent)]
    PublicUrl(#[from] NotAPublicUrl),
    /// The key file does not open.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// The operating system has no randomness to give.
    #[error("the operating system gives no random numbers")]
    Randomness(#[from] getrandom::Error),
    /// The register cannot be opened.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// The log cannot be opened.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A witness of the configuration is none.
    #[error("a witness in tanu.toml cannot be used: {0}")]
    Witness(#[from] verifier::log::LogError),
    /// The store is not there yet.
    #[error(
        "the store is being rebuilt from the register ({} of {} entries); until it is there only `issuer revoke` works: repeat the command later", .0.applied, .0.size
    )]
    Rebuilding(Progress),
    /// The store is there, and the office could not be opened.
    #[error(
        "the service could not be started, and nothing was changed; see what it says, and repeat the command once it runs"
    )]
    NotOpened,
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nothing was issued.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// A paper was not made.
    #[error(transparent)]
    Paper(#[from] PaperError),
    /// A file cannot be read.
    #[error("{} cannot be read ({source}); see that it is there and that you may read it", .path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("{} cannot be written ({source}); see that there is room and that you may write there", .path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is no backup.
    #[error(transparent)]
    Backup(Box<BackupError>),
    /// No picture.
    #[error(transparent)]
    Picture(#[from] NotDrawn),
    /// Nothing was put into the picture.
    #[error(transparent)]
    Bake(#[from] BakeError),
    /// No package.
    #[error(transparent)]
    Enbek(#[from] EnbekError),
    /// What was asked for does not exist or makes no sense.
    #[error("{0}")]
    Request(String),
}

impl From<BackupError> for OfficeError {
    fn from(error: BackupError) -> Self {
        Self::Backup(Box::new(error))
    }
}

impl OfficeError {
    pub(super) fn write(path: &Path, source: io::Error) -> Self {
        Self::Write { path: path.to_owned(), source }
    }
}
