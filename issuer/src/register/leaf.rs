//! The public part of an entry, which the Merkle tree hashes; it must never hold personal data.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::Kind;

/// Separates commitments from every other hash that anyone makes of a signature.
const COMMITMENT_LABEL: &[u8] = b"tanu-commitment-v1";

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
        // RFC 8785 sorts members by name. No value here needs an escape: base64url, digits and our own names.
        let commitments: Vec<String> = commitments
            .iter()
            .map(|commitment| format!("\"{}\"", URL_SAFE_NO_PAD.encode(commitment)))
            .collect();
        let text = format!(
            r#"{{"commitments":[{}],"index":{index},"kind":"{}","time":"{time:.6}","version":1}}"#,
            commitments.join(","),
            kind.name(),
        );
        Self(text.into_bytes())
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

pub(super) fn leaf_hash(leaf: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update([0]).chain_update(leaf).finalize().into()
}

/// 32 bytes: the commitment to one signature, SHA-256("tanu-commitment-v1" ‖ 0x00 ‖ `format` ‖ 0x00 ‖
/// SHA-256(`signed_input`) ‖ `signature`).
///
/// The signature is the salt: a holder can recompute the commitment, nobody else learns anything from it.
/// `format` is ASCII without a zero byte, such as `eddsa-rdfc-2022`.
#[must_use]
pub fn commitment(format: &str, signed_input: &[u8], signature: &[u8; 64]) -> [u8; 32] {
    debug_assert!(format.bytes().all(|byte| byte.is_ascii_graphic()), "format names are ASCII");
    Sha256::new()
        .chain_update(COMMITMENT_LABEL)
        .chain_update([0])
        .chain_update(format)
        .chain_update([0])
        .chain_update(Sha256::digest(signed_input))
        .chain_update(signature)
        .finalize()
        .into()
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

    #[test]
    fn a_commitment_depends_on_every_part() {
        let base = commitment("eddsa-rdfc-2022", b"input", &[1; 64]);
        assert_ne!(base, commitment("eddsa-jcs-2022", b"input", &[1; 64]));
        assert_ne!(base, commitment("eddsa-rdfc-2022", b"other", &[1; 64]));
        assert_ne!(base, commitment("eddsa-rdfc-2022", b"input", &[2; 64]));
        let mut by_hand = b"tanu-commitment-v1\0eddsa-rdfc-2022\0".to_vec();
        by_hand.extend_from_slice(&Sha256::digest(b"input"));
        by_hand.extend_from_slice(&[1; 64]);
        let expected: [u8; 32] = Sha256::digest(&by_hand).into();
        assert_eq!(base, expected);
    }
}
