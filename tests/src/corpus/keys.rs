//! The keys of the corpus: published, synthetic, the same at every run. They protect nothing, and no trust list outside the
//! corpus may name them.

use ed25519_dalek::{Signer as _, SigningKey};
use sha2::{Digest as _, Sha256};
use verifier::Multikey;

/// A key pair that anybody can make again from its name.
pub(crate) struct Key(SigningKey);

/// The key of this name: its seed is the SHA-256 of `tanu corpus key: NAME`.
pub(crate) fn key(name: &str) -> Key {
    let seed = Sha256::digest(format!("tanu corpus key: {name}"));
    Key(SigningKey::from_bytes(&seed.into()))
}

impl Key {
    /// The public key, `z6Mk…`.
    pub(crate) fn multibase(&self) -> String {
        match Multikey::from_bytes(&self.public_bytes()) {
            Ok(key) => key.to_string(),
            Err(error) => panic!("a key of the corpus: {error}"),
        }
    }

    /// The public key of RFC 8032.
    pub(crate) fn public_bytes(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// The did:key of this key.
    pub(crate) fn did(&self) -> String {
        format!("did:key:{}", self.multibase())
    }

    /// The URL of the key in its did:key.
    pub(crate) fn did_url(&self) -> String {
        format!("{}#{}", self.did(), self.multibase())
    }

    /// An Ed25519 signature.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

/// `z` and the base58btc of these bytes: Multikey with its multicodec, `proofValue` without.
pub(crate) fn multibase(bytes: &[u8]) -> String {
    format!("z{}", bs58::encode(bytes).into_string())
}
