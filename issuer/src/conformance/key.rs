//! A signing key that protects nothing: made at start, never written, gone with the process.
//! It must not be one of the university's keys: those sign only what the issuing room prepared.

use std::fmt;

use ed25519_dalek::{Signer, SigningKey};
use verifier::Multikey;
use zeroize::Zeroizing;

/// An Ed25519 key and the did:key that it makes.
pub(super) struct ThrowawayKey {
    key: SigningKey,
    multikey: String,
}

impl ThrowawayKey {
    /// A fresh key from the operating system's random source.
    ///
    /// # Errors
    /// If the operating system has no randomness to give.
    pub(super) fn generate() -> Result<Self, getrandom::Error> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut_slice())?;
        let key = SigningKey::from_bytes(&seed);
        // A key made from a seed is never weak, so the text is never empty.
        let multikey = Multikey::from_bytes(key.verifying_key().as_bytes());
        let multikey = multikey.map(|key| key.to_string()).unwrap_or_default();
        Ok(Self { key, multikey })
    }

    /// `did:key:z6Mk…`
    pub(super) fn did(&self) -> String {
        format!("did:key:{}", self.multikey)
    }

    /// `did:key:z6Mk…#z6Mk…`
    pub(super) fn method(&self) -> String {
        format!("{}#{}", self.did(), self.multikey)
    }

    pub(super) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }
}

impl fmt::Debug for ThrowawayKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("ThrowawayKey").field(&self.multikey).finish()
    }
}
