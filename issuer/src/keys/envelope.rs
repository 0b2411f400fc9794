//! Envelopes for backups: a stream encrypted with age (age-encryption.org/v1) to a recipient or under a passphrase of its own.
//! It never sees the university's keys, and never writes what it encrypts anywhere else.

use std::fmt;
use std::io::{Read, Write};
use std::str::FromStr as _;

use age::stream::{StreamReader, StreamWriter};

use super::file::{Passphrase, WORK_FACTOR_MAX};

/// For whom a backup is encrypted.
pub struct Envelope(Box<dyn age::Recipient>);

/// Who opens a backup.
pub struct Opener(Vec<Box<dyn age::Identity>>);

/// Why a backup is not encrypted or not opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// No recipient of age.
    #[error("`{0}` is no recipient of age: it must begin with age1")]
    Recipient(String),
    /// No secret key in the file.
    #[error(
        "the identity file holds no secret key of age: a line must begin with AGE-SECRET-KEY-1"
    )]
    Identity,
    /// Another passphrase or key, or no backup.
    #[error("this file does not open with this key or passphrase, or it is no backup")]
    Locked(#[source] age::DecryptError),
    /// It cannot be encrypted.
    #[error("the backup cannot be encrypted")]
    Encrypt(#[source] age::EncryptError),
    /// The disk fails.
    #[error("the backup cannot be written ({0})")]
    Io(#[from] std::io::Error),
}

impl Envelope {
    /// For the holder of the secret key to this public one, `age1…`.
    ///
    /// # Errors
    /// [`EnvelopeError::Recipient`].
    pub fn to_recipient(text: &str) -> Result<Self, EnvelopeError> {
        let recipient = age::x25519::Recipient::from_str(text.trim());
        recipient
            .map(|recipient| Self(Box::new(recipient)))
            .map_err(|_| EnvelopeError::Recipient(text.to_owned()))
    }

    /// For whoever knows this passphrase. Guessing it costs about a second a try.
    #[must_use]
    pub fn under_passphrase(passphrase: &Passphrase) -> Self {
        Self(Box::new(age::scrypt::Recipient::new(passphrase.0.clone())))
    }

    /// A writer that encrypts into `output`; what is written is whole only once it was finished.
    ///
    /// # Errors
    /// If the header cannot be written.
    pub fn seal<W: Write>(&self, output: W) -> Result<StreamWriter<W>, EnvelopeError> {
        let recipients = std::iter::once(&*self.0);
        let encryptor =
            age::Encryptor::with_recipients(recipients).map_err(EnvelopeError::Encrypt)?;
        Ok(encryptor.wrap_output(output)?)
    }
}

impl Opener {
    /// With the secret keys of an identity file of age: one a line, comments begin with `#`.
    ///
    /// # Errors
    /// [`EnvelopeError::Identity`].
    pub fn with_identities(text: &str) -> Result<Self, EnvelopeError> {
        let lines = text.lines().map(str::trim);
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let identities = lines.map(|line| {
            let identity = age::x25519::Identity::from_str(line);
            let boxed = |identity| -> Box<dyn age::Identity> { Box::new(identity) };
            identity.map(boxed).map_err(|_| EnvelopeError::Identity)
        });
        let identities: Vec<_> = identities.collect::<Result<_, _>>()?;
        if identities.is_empty() { Err(EnvelopeError::Identity) } else { Ok(Self(identities)) }
    }

    /// With a passphrase.
    #[must_use]
    pub fn with_passphrase(passphrase: &Passphrase) -> Self {
        let mut identity = age::scrypt::Identity::new(passphrase.0.clone());
        identity.set_max_work_factor(WORK_FACTOR_MAX);
        Self(vec![Box::new(identity)])
    }

    /// A reader of what is in the envelope. Each piece is authentic when it is read, and the end only when it was reached.
    ///
    /// # Errors
    /// [`EnvelopeError::Locked`].
    pub fn open<R: Read>(&self, input: R) -> Result<StreamReader<R>, EnvelopeError> {
        let decryptor = age::Decryptor::new(input).map_err(EnvelopeError::Locked)?;
        let identities = self.0.iter().map(|identity| &**identity);
        decryptor.decrypt(identities).map_err(EnvelopeError::Locked)
    }
}

impl fmt::Debug for Envelope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Envelope(…)")
    }
}

impl fmt::Debug for Opener {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Opener(…)")
    }
}
