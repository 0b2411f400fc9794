//! Keys: the one room that sees secret key bytes.
//! It signs what was prepared and seals what must not be read; it takes no public key and no raw JSON from outside.

mod file;
mod keyring;
mod personal;
mod published;

pub use file::{KeyFileError, Passphrase, WorkFactor};
pub use keyring::{Keyring, Prepared};
pub use personal::{PersonalDataKey, SealError};
