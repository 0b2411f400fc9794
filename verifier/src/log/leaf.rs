//! The leaf of an entry of the register, and commitments to signatures: the public part of what is registered.
//! It reads what others publish; it must not learn from a leaf anything but what its commitments prove.

use std::fmt::{Display, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::LogError;
use super::merkle::Hash;
use crate::json::{self, Number, Object, Value};
use crate::limits;
use crate::time::Timestamp;

/// Separates commitments from every other hash that anyone makes of a signature.
const COMMITMENT_LABEL: &[u8] = b"tanu-commitment-v1";

/// What a leaf says: JSON text in the canonical form of RFC 8785 with exactly these members.
///
/// ```json
/// {"commitments":["q83v…"],"index":7,"kind":"certificate-issued","time":"2026-05-15T06:00:00.000000Z","version":1}
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LeafView {
    /// One for each signature made for the entry, and the one to what the entry says.
    pub commitments: Vec<Hash>,
    /// Index of the entry in the register.
    pub index: u64,
    /// The name of its kind, `certificate-issued` …
    pub kind: String,
    /// When it was appended: UTC, RFC 3339, six digits of fraction.
    pub time: String,
}

/// 32 bytes: the commitment to one signature, SHA-256("tanu-commitment-v1" ‖ 0x00 ‖ `format` ‖ 0x00 ‖
/// SHA-256(`signed_input`) ‖ `signature`).
///
/// The signature is the salt: a holder can recompute the commitment, nobody else learns anything from it.
/// `format` is ASCII without a zero byte, such as `eddsa-rdfc-2022`.
#[must_use]
pub fn commitment(format: &str, signed_input: &[u8], signature: &[u8; 64]) -> Hash {
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

impl LeafView {
    /// Reads a leaf.
    ///
    /// # Errors
    ///
    /// [`LogError::Malformed`] for any other members, values or spelling: of the text that [`LeafView::text`] writes, no byte may differ.
    pub fn parse(bytes: &[u8]) -> Result<Self, LogError> {
        let most = limits::LEAF_BYTES_MAX;
        if bytes.len() > most {
            return Err(LogError::TooMany { what: "bytes of a leaf", given: bytes.len(), most });
        }
        let malformed = |fault| LogError::Malformed { what: "leaf", fault };
        let object = json::parse(bytes).map_err(|_| malformed("it is not strict JSON"))?;
        let leaf =
            Self::of(&object).ok_or_else(|| malformed("a member of it is missing or wrong"))?;
        if leaf.text().as_bytes() == bytes {
            Ok(leaf)
        } else {
            Err(malformed("it is not in canonical form, or has further members"))
        }
    }

    fn of(object: &Object<'_>) -> Option<Self> {
        let Some(Value::Array(commitments)) = object.find("commitments") else { return None };
        let commitments = commitments.iter().map(|commitment| {
            let bytes = URL_SAFE_NO_PAD.decode(commitment.as_str()?).ok()?;
            Hash::try_from(bytes).ok()
        });
        let Some(Value::Number(Number::Integer(index))) = object.find("index") else { return None };
        let time = object.text("time")?;
        let kind = object.text("kind")?;
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
        let named = !kind.is_empty() && kind.bytes().all(plain);
        let timed = time.len() == "2026-05-15T06:00:00.000000Z".len()
            && time.ends_with('Z')
            && Timestamp::parse(time).is_some();
        if !named || !timed {
            return None;
        }
        Some(Self {
            commitments: commitments.collect::<Option<_>>()?,
            index: u64::try_from(*index).ok()?,
            kind: kind.to_owned(),
            time: time.to_owned(),
        })
    }

    /// The leaf itself. No value needs an escape: base64url, digits, a name of ours.
    #[must_use]
    pub fn text(&self) -> String {
        leaf_text(&self.commitments, self.index, (&self.kind, &self.time))
    }
}

/// The text of a leaf from its parts, as [`LeafView::text`] writes it; `time` displays as a leaf's time does. A register makes
/// one for each entry while others wait, so it is made in one piece.
#[must_use]
pub fn leaf_text(commitments: &[Hash], index: u64, (kind, time): (&str, impl Display)) -> String {
    // A commitment takes 43 characters, two quotes and a comma; all the rest about 110.
    let mut text = String::with_capacity(commitments.len().saturating_mul(46).saturating_add(160));
    // RFC 8785 sorts members by name.
    text.push_str(r#"{"commitments":["#);
    for (place, commitment) in commitments.iter().enumerate() {
        text.push_str(if place == 0 { "\"" } else { ",\"" });
        URL_SAFE_NO_PAD.encode_string(commitment, &mut text);
        text.push('"');
    }
    // Writing to memory does not fail.
    let _ = write!(text, r#"],"index":{index},"kind":"{kind}","time":"{time}","version":1}}"#);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The leaf of `docs/formats.md`.
    const EXAMPLE: &str = r#"{"commitments":["q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s"],"index":0,"kind":"instance-registered","time":"2026-05-15T06:00:00.000000Z","version":1}"#;

    #[test]
    fn a_leaf_is_read_and_written() {
        let leaf = LeafView::parse(EXAMPLE.as_bytes()).unwrap();
        assert_eq!(leaf.commitments, [[0xab; 32]]);
        assert_eq!((leaf.index, leaf.kind.as_str()), (0, "instance-registered"));
        assert_eq!(leaf.time, "2026-05-15T06:00:00.000000Z");
        assert_eq!(leaf.text(), EXAMPLE);
        let bare = EXAMPLE.replace("\"q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s\"", "");
        assert_eq!(LeafView::parse(bare.as_bytes()).unwrap().commitments, [[0; 32]; 0]);
    }

    #[test]
    fn every_other_spelling_is_refused() {
        for (from, to) in [
            ("\"index\":0", "\"index\":00"),
            ("\"index\":0", "\"index\":-1"),
            ("\"index\":0", "\"index\":0.0"),
            ("\"index\":0", "\"index\":\"0\""),
            ("\"index\":0", "\"index\":9007199254740993"),
            ("\"index\":0,", ""),
            ("\"index\":0", "\"index\":0,\"index\":0"),
            ("\"version\":1", "\"version\":2"),
            ("\"version\":1", "\"version\":1,\"x\":1"),
            ("{\"c", "{ \"c"),
            ("1}", "1}\n"),
            ("q6s\"", "q6t\""),
            ("q6s\"", "q6s=\""),
            ("q6ur", "q6u"),
            ("\"kind\":\"i", "\"kind\":\"I"),
            ("instance-registered", ""),
            ("instance-registered", "\\u0069nstance-registered"),
            ("000000Z", "000Z"),
            ("000000Z", "000000+00:00"),
            ("05-15", "13-15"),
            ("\"commitments\":[", "\"commitments\":[null,"),
        ] {
            let text = EXAMPLE.replacen(from, to, 1);
            assert_ne!(text, EXAMPLE, "{from}");
            assert!(LeafView::parse(text.as_bytes()).is_err(), "{text}");
        }
        let reordered = r#"{"index":0,"commitments":[],"kind":"a","time":"2026-05-15T06:00:00.000000Z","version":1}"#;
        assert!(LeafView::parse(reordered.as_bytes()).is_err());
        let large = vec![b' '; limits::LEAF_BYTES_MAX + 1];
        assert!(matches!(LeafView::parse(&large), Err(LogError::TooMany { .. })));
        assert!(LeafView::parse(b"").is_err());
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
        let expected: Hash = Sha256::digest(&by_hand).into();
        assert_eq!(base, expected);
    }
}
