//! The register: the append-only journal of issued certificates (regulation, App. А row 3), and the truth.
//! It keeps entries durable and in order; it must not know what a credential is.

mod acts;
mod append;
mod certificate;
mod copy;
mod entry;
mod erase;
mod error;
mod event;
mod file;
mod frame;
mod index;
mod kind;
mod leaf;
mod limits;
mod log;
mod memory;
mod outline;
mod payload;
mod recovery;
mod reserve;
mod scan;
mod storage;
mod summary;
mod transcript;

#[cfg(test)]
mod disk;
#[cfg(test)]
mod erasing;
#[cfg(test)]
mod faults;
#[cfg(test)]
pub(crate) mod moody;
#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod suite;

pub use acts::{ErasedCertificate, Erasure, PageChange, Restoration, Switch, check_erasable};
pub use certificate::{Certificate, Edition, Revocation, RevocationReason, StatusEntry};
pub use copy::RawGroups;
pub use entry::{Entry, NewEntry, PackedEntry, Payload, Register, Stored, StoredEntry};
pub use error::{AppendError, RegisterError};
pub use event::{
    EditionsAdded, Event, KeyCompromise, KeyPurpose, KeyRetirement, RegisteredKey, TreePin, Void,
};
pub use file::FileRegister;
pub use kind::Kind;
pub use leaf::{Leaf, commitment};
pub use log::{
    Anchor, Log, LogError, LogPlace, SignCheckpoint, Unasked, is_tile_path, read_checkpoints,
};
pub use memory::MemoryRegister;
pub use outline::{Outline, OutlineCompletion, OutlineEdition, OutlineLearner};
pub use recovery::{Recovery, Torn};
pub use transcript::IssuedTranscript;
