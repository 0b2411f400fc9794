//! The university's keys while the process runs: a signer, which can be exchanged for one with newer keys, and the key for identity numbers.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use ed25519_dalek::{Signature, VerifyingKey};
use verifier::Multikey;

use super::file::KeyFile;
use super::personal::PersonalDataKey;
use super::published;
use super::signer::{Prepared, Signer, SignerError};
use crate::register::KeyPurpose;

/// The keys. `Debug` shows none of their bytes; memory is wiped when it is dropped.
pub struct Keyring {
    signer: RwLock<Arc<dyn Signer>>,
    personal_data: PersonalDataKey,
}

impl Keyring {
    /// Fresh keys from the operating system's random source.
    ///
    /// # Errors
    /// If the operating system has no randomness to give.
    pub fn generate() -> Result<Self, getrandom::Error> {
        Ok(KeyFile::generate()?.into_keyring())
    }

    /// A keyring that signs with `signer`.
    #[must_use]
    pub fn new(signer: Arc<dyn Signer>, personal_data: PersonalDataKey) -> Self {
        Self { signer: RwLock::new(signer), personal_data }
    }

    /// The signer in use. Whoever names a key and signs with it asks once: in between another one may come into use.
    #[must_use]
    pub fn signer(&self) -> Arc<dyn Signer> {
        Arc::clone(&self.signer.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on signs with `signer`.
    pub fn exchange(&self, signer: Arc<dyn Signer>) {
        *self.signer.write().unwrap_or_else(PoisonError::into_inner) = signer;
    }

    /// The key for identity numbers at rest.
    #[must_use]
    pub const fn personal_data(&self) -> &PersonalDataKey {
        &self.personal_data
    }

    /// Whether a key is one of `keys-example/`, whose secrets everybody can read.
    #[must_use]
    pub fn is_published(&self) -> bool {
        let signer = self.signer();
        KeyPurpose::ALL
            .into_iter()
            .any(|purpose| published::contains(&multibase(&*signer, purpose)))
    }
}

/// The public key of this purpose, as a Multikey (`z6Mk…`).
#[must_use]
pub fn multibase(signer: &dyn Signer, purpose: KeyPurpose) -> String {
    // A key made from a seed is never weak, so the text is never empty.
    Multikey::from_bytes(&signer.public_key(purpose).bytes)
        .map(|key| key.to_string())
        .unwrap_or_default()
}

/// Signs, and verifies the signature before anybody sees it.
///
/// # Errors
/// [`SignerError`].
pub fn sign(signer: &dyn Signer, prepared: &Prepared) -> Result<[u8; 64], SignerError> {
    let signature = signer.sign(prepared)?;
    let key = signer.public_key(prepared.purpose());
    VerifyingKey::from_bytes(&key.bytes)
        .and_then(|key| key.verify_strict(prepared.message(), &Signature::from_bytes(&signature)))
        .map_err(|_| SignerError::Wrong)?;
    Ok(signature)
}

impl fmt::Debug for Keyring {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Keyring(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::SignerKey;
    use verifier::log::{Checkpoint, TreeHead};

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
        let signer = keyring.signer();
        let keys = KeyPurpose::ALL.map(|purpose| multibase(&*signer, purpose));
        assert!(keys.iter().all(|key| key.starts_with("z6Mk")), "{keys:?}");
        assert!(keys[0] != keys[1] && keys[1] != keys[2] && keys[0] != keys[2]);
        assert!(!keyring.is_published());
    }

    /// A signer with bad memory.
    struct Faulty(Arc<dyn Signer>);

    impl Signer for Faulty {
        fn public_key(&self, purpose: KeyPurpose) -> SignerKey {
            self.0.public_key(purpose)
        }

        fn sign(&self, prepared: &Prepared) -> Result<[u8; 64], SignerError> {
            let mut signature = self.0.sign(prepared)?;
            signature[40] ^= 4;
            Ok(signature)
        }
    }

    #[test]
    fn a_wrong_signature_is_thrown_away() {
        let signer = Keyring::generate().unwrap().signer();
        let head = TreeHead { size: 1, root: [7; 32] };
        let checkpoint = Checkpoint { origin: "example.org/log".to_owned(), head };
        let prepared = Prepared::checkpoint(&checkpoint);
        assert!(sign(&*signer, &prepared).is_ok());
        assert_eq!(sign(&Faulty(signer), &prepared), Err(SignerError::Wrong));
    }
}
