//! The university's secret keys, one for each purpose, while the process runs.

use std::fmt;

use ed25519_dalek::{Signer, SigningKey};
use verifier::{Multikey, SigningInput};
use zeroize::Zeroizing;

use super::personal::PersonalDataKey;
use super::published;
use crate::register::KeyPurpose;

/// What may be signed: only the issuing room makes one, from a document that it composed.
#[derive(Clone, Debug)]
pub struct Prepared {
    purpose: KeyPurpose,
    input: SigningInput,
}

impl Prepared {
    pub(crate) const fn new(purpose: KeyPurpose, input: SigningInput) -> Self {
        Self { purpose, input }
    }

    /// The 64 bytes that will be signed.
    #[must_use]
    pub const fn input(&self) -> &SigningInput {
        &self.input
    }
}

/// The secret keys. `Debug` shows none of their bytes; memory is wiped when it is dropped.
pub struct Keyring {
    credentials: SigningKey,
    status_lists: SigningKey,
    personal_data: PersonalDataKey,
}

impl Keyring {
    /// Fresh keys from the operating system's random source.
    ///
    /// # Errors
    /// If the operating system has no randomness to give.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut seeds = Zeroizing::new([[0; 32]; 3]);
        for seed in seeds.iter_mut() {
            getrandom::fill(seed)?;
        }
        Ok(Self::from_seeds(&seeds))
    }

    /// Credentials, status lists, personal data: in this order, as in the key file.
    pub(super) fn from_seeds([credentials, status_lists, personal]: &[[u8; 32]; 3]) -> Self {
        Self {
            credentials: SigningKey::from_bytes(credentials),
            status_lists: SigningKey::from_bytes(status_lists),
            personal_data: PersonalDataKey::new(*personal),
        }
    }

    pub(super) fn seeds(&self) -> Zeroizing<[[u8; 32]; 3]> {
        Zeroizing::new([
            self.credentials.to_bytes(),
            self.status_lists.to_bytes(),
            *self.personal_data.bytes(),
        ])
    }

    /// Signs with the key of the document's purpose (RFC 8032).
    #[must_use]
    pub fn sign(&self, prepared: &Prepared) -> [u8; 64] {
        self.of(prepared.purpose).sign(prepared.input.as_bytes()).to_bytes()
    }

    /// The public key of this purpose, as a Multikey (`z6Mk…`).
    #[must_use]
    pub fn public_key(&self, purpose: KeyPurpose) -> String {
        let key = self.of(purpose).verifying_key();
        // A key made from a seed is never weak, so the text is never empty.
        Multikey::from_bytes(key.as_bytes()).map(|key| key.to_string()).unwrap_or_default()
    }

    /// The key for identity numbers at rest.
    #[must_use]
    pub const fn personal_data(&self) -> &PersonalDataKey {
        &self.personal_data
    }

    /// Whether a key is one of `keys-example/`, whose secrets everybody can read.
    #[must_use]
    pub fn is_published(&self) -> bool {
        [KeyPurpose::Credentials, KeyPurpose::StatusLists]
            .into_iter()
            .any(|purpose| published::contains(&self.public_key(purpose)))
    }

    const fn of(&self, purpose: KeyPurpose) -> &SigningKey {
        match purpose {
            KeyPurpose::Credentials => &self.credentials,
            KeyPurpose::StatusLists => &self.status_lists,
        }
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Keyring(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_tells_no_secret() {
        let keyring = Keyring::generate().unwrap();
        assert_eq!(
            format!("{keyring:?} {:?}", keyring.personal_data()),
            "Keyring(…) PersonalDataKey(…)"
        );
    }

    #[test]
    fn each_purpose_has_its_key() {
        let keyring = Keyring::generate().unwrap();
        assert_ne!(
            keyring.public_key(KeyPurpose::Credentials),
            keyring.public_key(KeyPurpose::StatusLists)
        );
        assert!(keyring.public_key(KeyPurpose::Credentials).starts_with("z6Mk"));
        assert!(!keyring.is_published());
    }
}
