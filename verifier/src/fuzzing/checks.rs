//! Targets for whole checks: a credential that one known key signed, and whatever foreign bytes stand around it.
//! What they assert is the promise of the verifier: nothing but what was signed is ever shown or valid.

use std::io::Read as _;

use ed25519_dalek::{Signer as _, SigningKey};
use flate2::read::MultiGzDecoder;
use serde_json::Value;

use super::samples;
use super::world::{self, World};
use crate::data_integrity::{Cryptosuite, canonical_document};
use crate::linked_data::{HashFunction, canonicalize, parse_n_quads};
use crate::report::Verdict;
use crate::signing::{Securing, verify_proofs};
use crate::trust::TrustList;

/// Canonical N-Quads of a document are canonical, and do not depend on the order of its members.
pub(super) fn credential(bytes: &[u8]) {
    let Ok(document) = serde_json::from_slice::<Value>(bytes) else { return };
    let Ok(canonical) = canonical_document(&document) else { return };
    let turned = canonical_document(&turned(&document));
    assert_eq!(turned.as_ref(), Ok(&canonical), "the order of members counts");
    let Some(dataset) = parse_n_quads(&canonical) else { panic!("{canonical} is not readable") };
    let again = canonicalize(&dataset.quads, HashFunction::Sha256);
    assert_eq!(again.map(|again| again.n_quads), Ok(canonical));
}

/// The same value with the members of every object in the opposite order.
fn turned(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(turned).collect(),
        Value::Object(members) => {
            members.iter().rev().map(|(name, value)| (name.clone(), turned(value))).collect()
        }
        other => other.clone(),
    }
}

/// Whatever is accepted for signing verifies once it is signed, under the key that signed it alone.
pub(super) fn securing(bytes: &[u8]) {
    let stranger = samples::multikey_of(&SigningKey::from_bytes(&[8; 32]));
    for cryptosuite in [Cryptosuite::EddsaRdfc2022, Cryptosuite::EddsaJcs2022] {
        let options = samples::proof_options(cryptosuite);
        let Ok(securing) = Securing::of(bytes, &options) else { continue };
        let signature = samples::signing_key().sign(securing.input().as_bytes()).to_bytes();
        let secured = securing.secure(&signature);
        let [own, other] = [samples::multikey_of(samples::signing_key()), stranger]
            .map(|key| verify_proofs(&secured, &key, samples::NOW));
        assert_eq!(own, Ok(()), "{}", world::shown(&secured));
        assert!(other.is_err(), "anybody signed {}", world::shown(&secured));
    }
}

/// Nothing of the known issuer is shown but what his key signed, and nothing else at all is valid.
pub(super) fn verify(bytes: &[u8]) {
    let report = World::get().verify(bytes);
    let verdict = report.verdict();
    for view in world::views(&report) {
        // Others sign with keys of their own, as many inputs of the corpus are.
        let signed = is_foreign(view) || World::get().signed(view);
        assert!(signed, "{verdict:?}, although nobody signed {view}");
    }
    let shown = report.view().is_some_and(|view| verdict != Verdict::Valid || !is_foreign(view));
    let proven = matches!(verdict, Verdict::Valid | Verdict::Untrusted);
    assert!(!proven || shown, "{report:?}");
    assert_eq!(World::get().verify(bytes), report, "the same input, another report");
}

/// Whether a view is of an issuer whose key stands in his name, and who is in no trust list.
fn is_foreign(view: &Value) -> bool {
    let issuer = view.get("issuer").map(|issuer| issuer.get("id").unwrap_or(issuer));
    issuer.and_then(Value::as_str).is_some_and(|issuer| issuer.starts_with("did:key:"))
}

/// A list that nobody signed says nothing; one that was signed says what an independent reader finds in its bits.
pub(super) fn status_list(bytes: &[u8]) {
    let world = World::get();
    let as_document = bytes.first() == Some(&b'{');
    let list =
        if as_document { bytes.to_vec() } else { samples::status_list(bytes).to_string().into() };
    if world.with_document(samples::STATUS_LIST_URL, list) != Verdict::Valid {
        return;
    }
    let holds = if as_document {
        serde_json::from_slice(bytes).is_ok_and(|list| world::same(&list, &world.status_list))
    } else {
        is_clean(bytes)
    };
    assert!(holds, "valid by {}", world::shown(bytes));
}

fn is_clean(compressed: &[u8]) -> bool {
    let mut bits = Vec::new();
    let whole = MultiGzDecoder::new(compressed).take(1 << 20).read_to_end(&mut bits).is_ok();
    let place = usize::try_from(samples::STATUS_LIST_INDEX / 8).ok().and_then(|at| bits.get(at));
    let clear = place.is_some_and(|byte| byte >> (7 - samples::STATUS_LIST_INDEX % 8) & 1 == 0);
    whole && clear && bits.len() >= 16 * 1024
}

/// Without the issuer's own document, with his key in it, his credential is not valid.
pub(super) fn did_document(bytes: &[u8]) {
    let verdict = World::get().with_document(samples::ISSUER, bytes.to_vec());
    if verdict == Verdict::Valid {
        let document: Value = serde_json::from_slice(bytes).unwrap_or_default();
        assert_eq!(document.get("id").and_then(Value::as_str), Some(samples::ISSUER));
        let key = samples::multikey();
        assert!(holds_text(&document, &key), "{document} does not hold the key");
        assert!(document.get("assertionMethod").is_some(), "{document}");
    }
}

/// A list that does not name the issuer vouches for nobody.
pub(super) fn trust_list(bytes: &[u8]) {
    let Ok(list) = TrustList::parse(bytes) else { return };
    if World::get().with_trust(list) == Verdict::Valid {
        let list: Value = serde_json::from_slice(bytes).unwrap_or_default();
        assert!(holds_text(&list, samples::ISSUER), "{list} does not name the issuer");
    }
}

fn holds_text(value: &Value, wanted: &str) -> bool {
    match value {
        Value::String(text) => text == wanted,
        Value::Array(items) => items.iter().any(|item| holds_text(item, wanted)),
        Value::Object(members) => members.values().any(|value| holds_text(value, wanted)),
        _ => false,
    }
}
