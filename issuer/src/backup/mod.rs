//! Backups: a register up to one of its checkpoints, with what belongs to it, in one encrypted file; and a directory made of them again.
//! It copies and checks; it never holds a secret key of the university, and never appends to a register that is in use.

mod error;
mod findings;
mod handed_out;
mod limits;
mod make;
mod merge;
mod parts;
mod restore;
mod survey;
mod unpack;

pub use error::BackupError;
pub use make::{Made, Making};
pub use restore::{Believed, KeyCopy, Restore, Restored, Thefts, restore};
pub use unpack::verify;
