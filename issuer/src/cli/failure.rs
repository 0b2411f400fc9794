//! Why a command did not get to its end, in one sentence.

use std::io;
use std::path::PathBuf;

use issuer::audit::AuditError;
use issuer::office::OfficeError;
use issuer::profile::NotAPublicUrl;

/// The command line was wrong (sysexits.h, EX_USAGE).
pub(super) const USAGE: u8 = 64;
/// An input file cannot be read (EX_NOINPUT).
const NO_INPUT: u8 = 66;

#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error(transparent)]
    Office(#[from] OfficeError),
    #[error(transparent)]
    PublicUrl(#[from] NotAPublicUrl),
    #[error("{} cannot be read ({source}); see that it is there and that you may read it", .path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{} cannot be written ({source})", .path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("{} is not UTF-8 text; save it as CSV UTF-8", .0.display())]
    NotUtf8(PathBuf),
    #[error("the report would overwrite {}, the file it reports on; give the report another name", .0.display())]
    ReportOverInput(PathBuf),
    #[error("the profile {} cannot be used: {reason}", .path.display())]
    Profile { path: PathBuf, reason: String },
    #[error(
        "no passphrase: name a file with --passphrase-file, or run this in a terminal to be asked"
    )]
    NoPassphrase,
    #[error("the two passphrases differ; nothing was made")]
    PassphrasesDiffer,
    #[error("the passphrase is empty; take one of several words")]
    EmptyPassphrase,
    #[error("the passphrase cannot be asked for ({0})")]
    Prompt(io::Error),
    #[error("the running service does not answer ({0}); stop it, or repeat the command")]
    Control(io::Error),
    #[error(
        "the running service stopped before it answered; repeat the command, nothing is done twice"
    )]
    ControlClosed,
    #[error("{0}")]
    Remote(String),
    #[error("cannot listen on {address} ({source}); take another address with --listen")]
    Listen { address: String, source: io::Error },
    #[error("the service stopped: {0}")]
    Served(io::Error),
    #[error("the program failed while it rebuilt the store; start it again, nothing is lost")]
    BrokenOff,
    #[error(
        "the public address is {configured}, as in tanu.toml; identifiers do not move to {asked}"
    )]
    OtherPublicUrl { configured: String, asked: String },
    #[error(transparent)]
    Audit(#[from] AuditError),
    #[error("{0}")]
    Demo(String),
}

impl Failure {
    /// The exit code, where it does not depend on the command.
    pub(super) const fn exit_code(&self) -> Option<u8> {
        match self {
            Self::PublicUrl(_) => Some(USAGE),
            Self::Audit(AuditError::Unwritable { .. }) => None,
            Self::Read { .. } | Self::Audit(_) => Some(NO_INPUT),
            _ => None,
        }
    }
}
