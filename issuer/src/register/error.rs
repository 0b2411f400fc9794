//! What can go wrong in the register, with a sentence for the person who runs it.

use std::io;
use std::path::PathBuf;

/// The register refused or failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// Another process has the register open for writing.
    #[error("another process writes the register (lock {}); stop it first", lock.display())]
    Locked {
        /// The lock file.
        lock: PathBuf,
    },
    /// Bytes that were once acknowledged are wrong. Nothing was changed.
    #[error(
        "the register is damaged in {file} at byte {offset}: {reason}; restore this file from a backup, nothing was changed"
    )]
    Damaged {
        /// Name of the segment.
        file: String,
        /// Where in it, bytes from its start.
        offset: u64,
        /// What is wrong there.
        reason: &'static str,
    },
    /// A newer version of this program wrote the register.
    #[error(
        "{file} at byte {offset} was written by a newer version of Tanu ({what}); use that version"
    )]
    Newer {
        /// Name of the segment.
        file: String,
        /// Where in it, bytes from its start.
        offset: u64,
        /// What this version does not know, such as `format 2`.
        what: String,
    },
    /// The operating system failed.
    #[error("could not {action} {}: {source}", path.display())]
    Io {
        /// What was tried, such as `write`.
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// The disk is full. Nothing was written, and nothing is issued until there is room.
    #[error(
        "the disk has {room_bytes} bytes of room left, too little to issue; free some, then repeat the command: revoking works meanwhile"
    )]
    Full {
        /// Bytes that this account may still write.
        room_bytes: u64,
    },
    /// An entry or a group is larger than the format allows. Nothing was written.
    #[error("{what} is {measured}, over the limit of {max}; split the request")]
    TooLarge {
        /// What was measured, such as `a payload in bytes`.
        what: &'static str,
        /// The measured value.
        measured: usize,
        /// The largest allowed value.
        max: usize,
    },
    /// An earlier failure left it unclear what is on disk, so this process writes no more.
    #[error("the register stopped after a failed write ({reason}); restart to check and repair it")]
    Stopped {
        /// The first failure.
        reason: String,
    },
    /// This register was opened for reading only.
    #[error("the register is open for reading only")]
    ReadOnly,
    /// The operating system has no randomness to give. Nothing was written.
    #[error("the operating system gives no random numbers: {0}")]
    Randomness(#[from] getrandom::Error),
    /// A payload is no JSON of a known event.
    #[error("the payload of entry {index} cannot be read or written: {source}")]
    Payload {
        /// Index of the entry.
        index: u64,
        /// Why.
        source: serde_json::Error,
    },
    /// An erasure names an entry that it cannot erase. Nothing was erased.
    #[error(
        "an erasure names entry {index} as {named}, and what stands there is {found}; nothing was erased; `issuer register verify` tells what else is wrong with the register"
    )]
    NotErasable {
        /// Index of the entry.
        index: u64,
        /// Name of the kind as which the erasure has it.
        named: &'static str,
        /// Name of its kind, `none` behind the end.
        found: &'static str,
    },
    /// A time is outside the years 1970 to 9999.
    #[error("the time of entry {index} is outside the years 1970 to 9999; check the clock")]
    Time {
        /// Index of the entry.
        index: u64,
    },
}

/// An append did not happen. Nothing of it will be read from this register.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppendError {
    /// Someone else appended first: read the tail from the expected size, decide again, append again.
    #[error("the register has {size} entries by now; read the new ones and try again")]
    Conflict {
        /// Entries that the register holds.
        size: u64,
    },
    /// The entries could not be made durable. After a restart they are there whole or not at all.
    #[error(transparent)]
    Storage(#[from] RegisterError),
}
