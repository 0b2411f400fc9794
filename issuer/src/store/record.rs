//! What the store keeps of a certificate and of a learner, and how it is written.

use std::io::Read as _;

use flate2::read::ZlibDecoder;
use serde::{Deserialize, Serialize};

use crate::completion::PersonName;
use crate::register::{
    Certificate, Event, KeyCompromise, KeyRetirement, RegisteredKey, Revocation,
};

/// Compressed bytes above which a record keeps only its place in the register. sled writes larger values
/// to files of their own, which `flush` does not sync and deletion leaks.
pub(super) const RECORD_BYTES_MAX: usize = 16 * 1024;

/// Bytes of an event before compression; what a damaged value may unpack to. What packs into a record unpacks to less: zlib
/// makes nothing a thousandth.
const PLAIN_BYTES_MAX: u64 = 17 * 1024 * 1024;

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

/// A record as stored: what can change as JSON, then the certificate as the register holds it. Without one it is to be read
/// from the register.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredRecord {
    pub(super) register_index: u64,
    pub(super) state: CertificateState,
    #[serde(default = "published", skip_serializing_if = "is_published")]
    pub(super) is_published: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) edition_indices: Vec<u64>,
    /// What was issued; never changed.
    #[serde(skip)]
    pub(super) certificate: Option<Certificate>,
    /// The event that issued it: JSON in zlib form. Empty if it is to be read from the register.
    #[serde(skip)]
    pub(super) packed: Vec<u8>,
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
    /// Four bytes: the length of the changeable part, big-endian; that part as JSON; the packed event, if with it the record
    /// is at most [`RECORD_BYTES_MAX`] long.
    pub(super) fn into_bytes(self) -> Result<Vec<u8>, serde_json::Error> {
        let head = serde_json::to_vec(&self)?;
        let length = u32::try_from(head.len()).unwrap_or(u32::MAX);
        let mut bytes = [length.to_be_bytes().as_slice(), &head].concat();
        if bytes.len().saturating_add(self.packed.len()) <= RECORD_BYTES_MAX {
            bytes.extend_from_slice(&self.packed);
        }
        Ok(bytes)
    }

    /// `None` if the bytes are damaged.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let (length, rest) = bytes.split_first_chunk()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (head, packed) = rest.split_at_checked(length)?;
        let mut record: Self = serde_json::from_slice(head).ok()?;
        if !packed.is_empty() {
            let mut plain = Vec::new();
            let mut unpacked = ZlibDecoder::new(packed).take(PLAIN_BYTES_MAX);
            unpacked.read_to_end(&mut plain).ok()?;
            let Event::CertificateIssued(certificate) = serde_json::from_slice(&plain).ok()? else {
                return None;
            };
            record.certificate = Some(*certificate);
            record.packed = packed.to_vec();
        }
        Some(record)
    }
}
