//! The seam to whoever holds the secret keys: this process, from the encrypted file, or one day a device.
//! What goes through it is typed and prepared by our own rooms; never JSON or a hash from outside.

use verifier::log::Checkpoint;
use verifier::{SigningInput, UnsignedStatement};

use crate::register::KeyPurpose;

/// Holds the secret keys and signs with them.
pub trait Signer: Send + Sync {
    /// The key in use for `purpose`.
    fn public_key(&self, purpose: KeyPurpose) -> SignerKey;

    /// 64 bytes: the Ed25519 signature (RFC 8032) over the message of `prepared`, with the key in use for its purpose.
    ///
    /// # Errors
    /// [`SignerError`] if there is none to be had.
    fn sign(&self, prepared: &Prepared) -> Result<[u8; 64], SignerError>;
}

/// A public key of ours.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SignerKey {
    /// Which key of its purpose it is, from 1; never used twice.
    pub number: u32,
    /// The public key, 32 bytes.
    pub bytes: [u8; 32],
}

/// Why nothing was signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SignerError {
    /// The device does not answer, or refuses.
    #[error("the signing device does not sign")]
    Unavailable,
    /// What it gave does not verify with its public key: bad memory, a fault attack.
    #[error(
        "a signature came out wrong and was thrown away; the machine or its signing device is faulty"
    )]
    Wrong,
}

/// What may be signed: only our own rooms make one, from a document that they composed.
#[derive(Clone, Debug)]
pub struct Prepared {
    purpose: KeyPurpose,
    message: Vec<u8>,
}

impl Prepared {
    /// A credential or a status list.
    pub(crate) fn document(purpose: KeyPurpose, input: &SigningInput) -> Self {
        Self { purpose, message: input.as_bytes().to_vec() }
    }

    /// A checkpoint of the log, signed as a note.
    pub(crate) fn checkpoint(checkpoint: &Checkpoint) -> Self {
        Self { purpose: KeyPurpose::Log, message: checkpoint.to_string().into_bytes() }
    }

    /// The statement of a QR code.
    pub(crate) fn statement(statement: &UnsignedStatement) -> Self {
        Self { purpose: KeyPurpose::QrStatements, message: statement.signing_input().to_vec() }
    }

    /// Which key signs it.
    #[must_use]
    pub const fn purpose(&self) -> KeyPurpose {
        self.purpose
    }

    /// The bytes that are signed.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        &self.message
    }
}
