//! Keys: the one room that sees secret key bytes.
//! It signs what was prepared and seals what must not be read; it takes no public key and no raw JSON from outside.

mod envelope;
mod file;
mod keyring;
mod personal;
mod published;
mod signer;

pub use envelope::{Envelope, EnvelopeError, Opener};
pub use file::{KeyFile, KeyFileError, Passphrase, WorkFactor};
pub use keyring::{Keyring, multibase, sign};
pub use personal::{PersonalDataKey, SealError};
pub use signer::{Prepared, Signer, SignerError, SignerKey};
