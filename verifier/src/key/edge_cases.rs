//! Ed25519 where implementations differ: every vector of two public collections, with a frozen verdict for each. What is accepted
//! here must be accepted on every machine, and the other way round.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::Value;

use super::{Algorithm, PublicKey};
use crate::identifier::Multikey;

fn read(name: &str) -> String {
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/ed25519").join(name);
    fs::read_to_string(path).unwrap()
}

fn bytes(hexadecimal: &Value) -> Vec<u8> {
    let text = hexadecimal.as_str().unwrap();
    (0..text.len() / 2)
        .map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap())
        .collect()
}

/// What becomes of a signature.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Verdict {
    /// Whether the key may be used at all.
    usable: bool,
    /// Whether `verify_strict` takes the signature, could the key be used.
    strict: bool,
    /// Whether we accept it.
    accepted: bool,
}

impl Verdict {
    fn of(public: &[u8], message: &[u8], signature: &[u8]) -> Self {
        let key = public.try_into().ok().and_then(|public| Multikey::from_bytes(public).ok());
        let raw = VerifyingKey::try_from(public).ok().zip(Signature::from_slice(signature).ok());
        let strict =
            raw.is_some_and(|(key, signature)| key.verify_strict(message, &signature).is_ok());
        let accepted = key.is_some_and(|key| {
            PublicKey::Ed25519(key).verify(Algorithm::EdDsa, message, signature).is_ok()
        });
        Self { usable: key.is_some(), strict, accepted }
    }

    /// The word in the frozen tables.
    fn word(self) -> &'static str {
        match self {
            Self { usable: true, strict: true, accepted: true } => "accepted",
            Self { usable: true, strict: false, accepted: false } => "refused",
            Self { usable: false, strict: false, accepted: false } => "key-refused",
            other => panic!("our key and `verify_strict` disagree: {other:?}"),
        }
    }
}

/// Compares with the frozen table: one line a vector, its number and the word.
fn compare(table: &str, verdicts: &BTreeMap<u64, Verdict>) {
    let lines = verdicts.iter().map(|(number, verdict)| format!("{number} {}\n", verdict.word()));
    let found: String = lines.collect();
    if std::env::var_os("TANU_FREEZE").is_some() {
        let path =
            PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/ed25519").join(table);
        fs::write(path, &found).unwrap();
    }
    let frozen = read(table);
    for (found, frozen) in found.lines().zip(frozen.lines()) {
        assert_eq!(found, frozen);
    }
    assert_eq!(found.len(), frozen.len());
}

#[test]
fn points_of_low_order_and_odd_encodings_are_never_accepted() {
    let vectors: Vec<Value> = serde_json::from_str(&read("cctv.json")).unwrap();
    assert_eq!(vectors.len(), 914);
    let mut verdicts = BTreeMap::new();
    for vector in &vectors {
        let message = vector["msg"].as_str().unwrap();
        let verdict =
            Verdict::of(&bytes(&vector["key"]), message.as_bytes(), &bytes(&vector["sig"]));
        let flags = vector["flags"].as_array().map(Vec::as_slice).unwrap_or_default();
        let flagged =
            |names: &[&str]| flags.iter().any(|flag| names.contains(&flag.as_str().unwrap()));
        // The table follows from what the vectors say of themselves: a point with a low-order component alone is no fault.
        let unusable = flagged(&["low_order_A", "non_canonical_A"]);
        let faulty =
            flagged(&["low_order_R", "non_canonical_R", "low_order_residue", "reencoded_k"]);
        assert_eq!(verdict.usable, !unusable, "{vector}");
        assert_eq!(verdict.accepted, !unusable && !faulty, "{vector}");
        verdicts.insert(vector["number"].as_u64().unwrap(), verdict);
    }
    assert_eq!(verdicts.values().filter(|verdict| verdict.accepted).count(), 43);
    compare("cctv-verdicts.txt", &verdicts);
}

#[test]
fn the_vectors_of_wycheproof_get_their_result() {
    let suite: Value = serde_json::from_str(&read("wycheproof.json")).unwrap();
    let mut verdicts = BTreeMap::new();
    for group in suite["testGroups"].as_array().unwrap() {
        for vector in group["tests"].as_array().unwrap() {
            let message = bytes(&vector["msg"]);
            let verdict =
                Verdict::of(&bytes(&group["publicKey"]["pk"]), &message, &bytes(&vector["sig"]));
            match vector["result"].as_str().unwrap() {
                "valid" => assert!(verdict.accepted, "{vector}"),
                "invalid" => assert!(!verdict.accepted, "{vector}"),
                // The table says which of those that are left to the implementation we take.
                "acceptable" => {}
                other => panic!("{other}"),
            }
            verdicts.insert(vector["tcId"].as_u64().unwrap(), verdict);
        }
    }
    assert_eq!(verdicts.len(), 210);
    compare("wycheproof-verdicts.txt", &verdicts);
}
