//! Why the log cannot go on.

use std::io;
use std::path::PathBuf;

use crate::keys::SignerError;
use crate::register::RegisterError;

/// What is wrong with the log, or with the register that it was made from.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// Less is there than was signed: the directory is an old copy, or entries were taken away.
    #[error(
        "the register holds {held} entries, but a checkpoint of {signed} was signed; this directory is an old copy or was shortened, and nothing is signed with it. If it is a backup, use `issuer restore`"
    )]
    Lost {
        /// Entries in the register.
        held: u64,
        /// Entries that a checkpoint covers.
        signed: u64,
    },
    /// Certificates are there, and no checkpoint that was ever signed of them.
    #[error(
        "{path} holds no checkpoint, though certificates were issued: it was taken away, and nothing is signed without it. Put it back from a backup, or use `issuer restore`",
        path = path.display()
    )]
    Gone {
        /// The directory of the log.
        path: PathBuf,
    },
    /// Something else is there than was signed.
    #[error(
        "the first {size} entries of the register are not those that were signed; entries were changed, and nothing is signed with them. `issuer register verify` says which"
    )]
    Contradiction {
        /// Entries that the contradicted checkpoint covers.
        size: u64,
    },
    /// The anchor cannot be read or written.
    #[error(
        "the anchor {anchor} cannot be used: {reason}; nothing is signed without it. Put it back within reach, or begin it anew with a copy of DIR/log/checkpoint"
    )]
    Anchor {
        /// Where it is.
        anchor: String,
        /// Why, in a few words.
        reason: String,
    },
    /// The anchor holds no checkpoint that this log signed: one of another log, or no checkpoint at all.
    #[error(
        "what the anchor {anchor} holds is no checkpoint of the log {origin}, and nothing is signed beside it. After a restore, have DIR/log/checkpoint of the new log put there first; else see who changed it"
    )]
    Foreign {
        /// Where it is.
        anchor: String,
        /// The log whose checkpoint was expected.
        origin: String,
    },
    /// A file of the log does not hold what it should.
    #[error("{path} is damaged: {reason}; restore it from a backup", path = path.display())]
    Damaged {
        /// The file or directory.
        path: PathBuf,
        /// What is wrong.
        reason: &'static str,
    },
    /// A note that was handed in as cosigned is no checkpoint of this log.
    #[error(
        "this is no checkpoint of this log; hand over what the witness gave back, and nothing was changed"
    )]
    NotOurs,
    /// No witness of ours has signed a note that was handed in as cosigned.
    #[error("no witness of tanu.toml has cosigned this checkpoint")]
    NotCosigned,
    /// A cosigned checkpoint older than the last one.
    #[error("the checkpoint of {size} entries is older than the last cosigned one, of {last}")]
    OldCosignature {
        /// Entries that it covers.
        size: u64,
        /// Entries that the last one covers.
        last: u64,
    },
    /// No checkpoint covers the entry.
    #[error("entry {index} is not among the {size} entries that are proven")]
    NotCovered {
        /// The entry.
        index: u64,
        /// Entries covered.
        size: u64,
    },
    /// The checkpoint cannot be signed.
    #[error(transparent)]
    Signer(#[from] SignerError),
    /// A text of the log would not be readable.
    #[error("the log cannot be written down: {0}")]
    Text(#[from] verifier::log::LogError),
    /// Entries cannot be read back.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// The operating system fails.
    #[error("cannot {action} {path}: {source}", path = path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// With which file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}
