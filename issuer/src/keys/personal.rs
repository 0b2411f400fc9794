//! The key for national identity numbers at rest: sealed to be kept, blindly indexed to be found
//! (law 94-V; the number itself is stored nowhere in clear and in no credential at all).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Seals identity numbers and makes their blind index.
pub struct PersonalDataKey(Zeroizing<[u8; 32]>);

/// Why a number cannot be sealed or opened.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// The operating system has no randomness to give.
    #[error("the operating system gives no random numbers")]
    Randomness,
    /// The text was not sealed with this key.
    #[error("the sealed number does not open with this key")]
    Locked,
}

impl PersonalDataKey {
    pub(super) fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// A keyed hash of `text`, 128 bits as 22 characters: equal texts have equal ones, and without the key nobody can try
    /// the 7·10⁸ possible numbers. `label` keeps hashes made for different ends apart.
    #[must_use]
    pub fn blind_index(&self, label: &str, text: &[u8]) -> String {
        // HMAC takes keys of any length: 32 bytes cannot be refused.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.as_slice()) else {
            return String::new();
        };
        mac.update(label.as_bytes());
        mac.update(&[0]);
        mac.update(text);
        let hash = mac.finalize().into_bytes();
        URL_SAFE_NO_PAD.encode(hash.get(..16).unwrap_or_default())
    }

    /// Encrypts `text` (XChaCha20-Poly1305, random nonce before the ciphertext, base64url).
    ///
    /// # Errors
    /// [`SealError::Randomness`].
    pub fn seal(&self, text: &str) -> Result<String, SealError> {
        let mut nonce = [0; 24];
        getrandom::fill(&mut nonce).map_err(|_| SealError::Randomness)?;
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(nonce), text.as_bytes())
            .map_err(|_| SealError::Locked)?;
        Ok(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// Decrypts what [`PersonalDataKey::seal`] made.
    ///
    /// # Errors
    /// [`SealError::Locked`] if it was made with another key or changed since.
    pub fn open(&self, sealed: &str) -> Result<Zeroizing<String>, SealError> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| SealError::Locked)?;
        let (nonce, sealed) = bytes.split_at_checked(24).ok_or(SealError::Locked)?;
        let nonce: [u8; 24] = nonce.try_into().map_err(|_| SealError::Locked)?;
        let plain =
            self.cipher().decrypt(&XNonce::from(nonce), sealed).map_err(|_| SealError::Locked)?;
        String::from_utf8(plain).map(Zeroizing::new).map_err(|_| SealError::Locked)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&(*self.0).into())
    }
}

impl fmt::Debug for PersonalDataKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PersonalDataKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_numbers_open_only_with_their_key() {
        let key = PersonalDataKey::new([7; 32]);
        let sealed = key.seal("960418502546").unwrap();
        assert_ne!(sealed, key.seal("960418502546").unwrap());
        assert_eq!(key.open(&sealed).unwrap().as_str(), "960418502546");
        assert_eq!(PersonalDataKey::new([8; 32]).open(&sealed), Err(SealError::Locked));
        assert!(!sealed.contains("9604"));
    }

    #[test]
    fn the_blind_index_is_stable_and_keyed() {
        let key = PersonalDataKey::new([7; 32]);
        assert_eq!(key.blind_index("iin", b"x"), key.blind_index("iin", b"x"));
        assert_ne!(key.blind_index("iin", b"x"), key.blind_index("row", b"x"));
        assert_ne!(
            key.blind_index("iin", b"x"),
            PersonalDataKey::new([8; 32]).blind_index("iin", b"x")
        );
        assert_eq!(key.blind_index("iin", b"x").len(), 22);
    }
}
