//! The key file: the secret seeds, encrypted under a passphrase with age (age-encryption.org/v1, scrypt).

use std::fmt;

use age::secrecy::SecretString;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::keyring::Keyring;

/// A passphrase. `Debug` does not show it.
pub struct Passphrase(SecretString);

/// How much work guessing a passphrase costs: scrypt's `log2(N)`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum WorkFactor {
    /// About a second of this machine: for real keys.
    Tuned,
    /// Next to nothing: for tests and the demonstration, whose passphrase lies beside the key.
    Low,
}

/// Highest work factor that is honoured on opening: about a minute. A file that demands more was not made here.
const WORK_FACTOR_MAX: u8 = 22;
const WORK_FACTOR_LOW: u8 = 4;

/// Why a key file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFileError {
    /// The passphrase is another one, or the file is no key file.
    #[error(
        "the key file does not open with this passphrase; give the one that `issuer init` was given"
    )]
    Locked(#[source] age::DecryptError),
    /// The file opens, but does not hold the keys.
    #[error("the key file opens, but its content is damaged; restore it from a backup")]
    Content,
    /// It cannot be encrypted.
    #[error("the keys cannot be encrypted")]
    Encrypt(#[source] age::EncryptError),
}

/// What is encrypted, as JSON.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct Content {
    version: u32,
    credentials: [u8; 32],
    status_lists: [u8; 32],
    personal_data: [u8; 32],
}

impl Passphrase {
    /// Takes the first line of `text`, without its line end.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.lines().next().unwrap_or_default().to_owned().into())
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Passphrase(…)")
    }
}

impl Keyring {
    /// The key file's bytes.
    ///
    /// # Errors
    /// [`KeyFileError::Encrypt`] if the system has no randomness to give.
    pub fn seal(&self, passphrase: &Passphrase, work: WorkFactor) -> Result<Vec<u8>, KeyFileError> {
        let mut recipient = age::scrypt::Recipient::new(passphrase.0.clone());
        if work == WorkFactor::Low {
            recipient.set_work_factor(WORK_FACTOR_LOW);
        }
        let seeds = self.seeds();
        let [credentials, status_lists, personal_data] = *seeds;
        let content = Content { version: 1, credentials, status_lists, personal_data };
        let plain = serde_json::to_vec(&content).map_err(|_| KeyFileError::Content)?;
        age::encrypt(&recipient, &Zeroizing::new(plain)).map_err(KeyFileError::Encrypt)
    }

    /// Opens a key file.
    ///
    /// # Errors
    /// [`KeyFileError::Locked`] if the passphrase is another one, [`KeyFileError::Content`] if the content is damaged.
    pub fn open(bytes: &[u8], passphrase: &Passphrase) -> Result<Self, KeyFileError> {
        let mut identity = age::scrypt::Identity::new(passphrase.0.clone());
        identity.set_max_work_factor(WORK_FACTOR_MAX);
        let plain = Zeroizing::new(age::decrypt(&identity, bytes).map_err(KeyFileError::Locked)?);
        let content: Content = serde_json::from_slice(&plain).map_err(|_| KeyFileError::Content)?;
        if content.version != 1 {
            return Err(KeyFileError::Content);
        }
        let seeds = [content.credentials, content.status_lists, content.personal_data];
        Ok(Self::from_seeds(&Zeroizing::new(seeds)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::KeyPurpose;

    #[test]
    fn opens_with_its_passphrase_and_no_other() {
        let keyring = Keyring::generate().unwrap();
        let sealed = keyring.seal(&Passphrase::new("one\n"), WorkFactor::Low).unwrap();
        let opened = Keyring::open(&sealed, &Passphrase::new("one")).unwrap();
        for purpose in [KeyPurpose::Credentials, KeyPurpose::StatusLists] {
            assert_eq!(opened.public_key(purpose), keyring.public_key(purpose));
        }
        let wrong = Keyring::open(&sealed, &Passphrase::new("two"));
        assert!(matches!(wrong, Err(KeyFileError::Locked(_))));
        assert!(Keyring::open(&sealed[..sealed.len() - 1], &Passphrase::new("one")).is_err());
        assert!(Keyring::open(b"", &Passphrase::new("one")).is_err());
    }
}
