//! What can go wrong in the store, with a sentence for the person who runs it.

use std::io;
use std::path::PathBuf;

use crate::register::RegisterError;

/// The store refused or failed. The register is untouched by any of this.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The store has seen entries that the register no longer has. Nothing was changed.
    #[error(
        "the register has {size} entries but {applied} were applied before: acknowledged certificates are missing; restore DIR/register from a newer backup, or, if you went back on purpose, remove {}",
        store.display()
    )]
    Ahead {
        /// Entries applied to the store.
        applied: u64,
        /// Entries in the register.
        size: u64,
        /// The directory of the store.
        store: PathBuf,
    },
    /// The register has another entry where the store saw one. Nothing was changed.
    #[error(
        "entry {index} of the register is not the one that was applied before: this is another register, or its history was changed; restore DIR/register, or, if you went back on purpose, remove {}",
        store.display()
    )]
    OtherHistory {
        /// Index of the last applied entry.
        index: u64,
        /// The directory of the store.
        store: PathBuf,
    },
    /// Another process has the store open.
    #[error("another process uses the store (lock {}); stop it first", lock.display())]
    Locked {
        /// The lock file.
        lock: PathBuf,
    },
    /// A value cannot be read. The next start rebuilds the store from the register.
    #[error("the store is damaged at {key}; restart, and it is rebuilt from the register")]
    Damaged {
        /// What kind of value; its key could hold a name.
        key: String,
    },
    /// A programme in the register has no code.
    #[error("the programme in entry {index} of the register has no code")]
    NoProgrammeCode {
        /// Index of the entry.
        index: u64,
    },
    /// A record could not be written as JSON.
    #[error("the record of entry {index} cannot be written: {source}")]
    Unwritable {
        /// Index of the entry.
        index: u64,
        /// Why.
        source: serde_json::Error,
    },
    /// The embedded database failed.
    #[error("the store could not {action}: {source}")]
    Database {
        /// What was tried, such as `write`.
        action: &'static str,
        /// Why it failed.
        source: sled::Error,
    },
    /// The operating system failed.
    #[error("could not {action} {}: {source}", path.display())]
    Io {
        /// What was tried, such as `rename`.
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// The register could not be read.
    #[error(transparent)]
    Register(#[from] RegisterError),
}

impl StoreError {
    /// For `map_err` on a result of the database.
    pub(super) fn database(action: &'static str) -> impl FnOnce(sled::Error) -> Self {
        move |source| Self::Database { action, source }
    }

    pub(super) fn damaged(key: &[u8]) -> Self {
        // Keys hold references, addresses and handles: only their kind is told.
        let kind = key.split(|byte| *byte == b'/').next().unwrap_or_default();
        Self::Damaged { key: kind.escape_ascii().to_string() }
    }
}
