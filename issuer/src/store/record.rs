//! What the store keeps of a certificate and of a learner, and how it is written.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use serde::{Deserialize, Serialize};

use crate::completion::PersonName;
use crate::register::{Certificate, KeyCompromise, KeyRetirement, RegisteredKey, Revocation};

/// Compressed bytes above which a record keeps only its place in the register. sled writes larger values
/// to files of their own, which `flush` does not sync and deletion leaks.
pub(super) const RECORD_BYTES_MAX: usize = 16 * 1024;

/// Bytes of a record before compression; what a damaged value may unpack to.
const PLAIN_BYTES_MAX: u64 = 1024 * 1024;

/// A certificate as it stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CertificateRecord {
    /// What was issued.
    pub certificate: Certificate,
    /// Index of the entry that issued it.
    pub register_index: u64,
    /// Is it active?
    pub state: CertificateState,
    /// Whether its page is shown. A hidden one changes nothing about the credential.
    pub is_published: bool,
    /// Indices of the entries that hold newer signatures; the last one holds those that are given out.
    pub edition_indices: Vec<u64>,
}

impl CertificateRecord {
    /// Index of the entry whose leaf commits to the signatures that are given out.
    #[must_use]
    pub fn signed_index(&self) -> u64 {
        self.edition_indices.last().copied().unwrap_or(self.register_index)
    }
}

/// State of a certificate.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CertificateState {
    /// Issued and not revoked.
    Active,
    /// Revoked, all its editions at once.
    Revoked(Revocation),
}

/// A learner as the latest certificate names them.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct LearnerRecord {
    /// The name as it is printed.
    pub name: PersonName,
    /// The registrar's own reference.
    pub reference: String,
    /// E-mail address, lower-cased: the last one that was given.
    pub email: Option<String>,
}

/// A public key of the university and what became of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KnownKey {
    /// The key.
    pub key: RegisteredKey,
    /// Set once a newer one took its place.
    pub retired: Option<KeyRetirement>,
    /// Set once somebody else may have it.
    pub compromised: Option<KeyCompromise>,
}

/// A record as stored; without a certificate that is to be read from the register.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredRecord {
    pub(super) register_index: u64,
    pub(super) state: CertificateState,
    #[serde(default = "published", skip_serializing_if = "is_published")]
    pub(super) is_published: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) edition_indices: Vec<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) certificate: Option<Certificate>,
}

/// A page is published until it is hidden; records of before have no word for it.
const fn published() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
const fn is_published(is_published: &bool) -> bool {
    *is_published
}

impl StoredRecord {
    /// Compressed JSON, at most [`RECORD_BYTES_MAX`] as long as the state is short.
    pub(super) fn into_bytes(mut self) -> Result<Vec<u8>, serde_json::Error> {
        let plain = serde_json::to_vec(&self)?;
        let packed = pack(&plain);
        // What could not be unpacked again within the limit stays in the register alone.
        let readable = u64::try_from(plain.len()).is_ok_and(|length| length < PLAIN_BYTES_MAX);
        if readable && packed.len() <= RECORD_BYTES_MAX {
            return Ok(packed);
        }
        self.certificate = None;
        Ok(pack(&serde_json::to_vec(&self)?))
    }

    /// `None` if the bytes are damaged.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let mut plain = Vec::new();
        ZlibDecoder::new(bytes).take(PLAIN_BYTES_MAX).read_to_end(&mut plain).ok()?;
        serde_json::from_slice(&plain).ok()
    }
}

fn pack(plain: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail; an empty value would be found damaged and rebuilt.
    encoder.write_all(plain).and_then(|()| encoder.finish()).unwrap_or_default()
}
