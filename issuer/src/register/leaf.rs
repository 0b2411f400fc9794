//! The public part of an entry, which the Merkle tree hashes; it must never hold personal data.

use jiff::Timestamp;
pub use verifier::log::commitment;
use verifier::log::leaf_text;
pub(super) use verifier::log::merkle::leaf_hash;

use super::Kind;

/// A leaf: JSON text in the canonical form of RFC 8785.
///
/// ```json
/// {"commitments":["q83v…"],"index":7,"kind":"certificate-issued","time":"2026-05-15T06:00:00.000000Z","version":1}
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Leaf(Vec<u8>);

impl Leaf {
    /// The leaf of the entry at `index`. `time` is written with microseconds, in UTC.
    #[must_use]
    pub fn compose(kind: Kind, index: u64, time: Timestamp, commitments: &[[u8; 32]]) -> Self {
        Self(leaf_text(commitments, index, (kind.name(), format_args!("{time:.6}"))).into_bytes())
    }

    pub(super) fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The JSON text, UTF-8.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// 32 bytes: SHA-256(0x00 ‖ leaf), the leaf hash of RFC 6962, "Merkle Hash Trees".
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        leaf_hash(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leaf_is_canonical_json() {
        let time: Timestamp = "2026-05-15T06:00:00.0000015Z".parse().unwrap();
        let leaf = Leaf::compose(Kind::CertificateIssued, 7, time, &[[0xff; 32], [0; 32]]);
        assert_eq!(
            std::str::from_utf8(leaf.bytes()).unwrap(),
            r#"{"commitments":["__________________________________________8","AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],"index":7,"kind":"certificate-issued","time":"2026-05-15T06:00:00.000001Z","version":1}"#
        );
        let bare = Leaf::compose(Kind::KeyAdded, 0, Timestamp::UNIX_EPOCH, &[]);
        assert_eq!(
            std::str::from_utf8(bare.bytes()).unwrap(),
            r#"{"commitments":[],"index":0,"kind":"key-added","time":"1970-01-01T00:00:00.000000Z","version":1}"#
        );
    }

    #[test]
    fn hashes_leaves_as_rfc_6962_does() {
        // The hash of the empty leaf, from the test data of Certificate Transparency.
        let empty = Leaf::from_bytes(Vec::new()).hash();
        let hex: String = empty.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    }
}
