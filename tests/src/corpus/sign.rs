//! Signing what nobody should sign: any document that can be expanded, with any proof options. The product signs only what it
//! composed itself.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use verifier::canonical_document;

use super::keys::{Key, multibase};

/// The options of an honest proof by this verification method.
pub(crate) fn options(verification_method: &str) -> Value {
    json!({
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2020-01-15T09:00:00Z",
        "verificationMethod": verification_method,
        "proofPurpose": "assertionMethod",
    })
}

/// A proof of `document` with these options, by `eddsa-rdfc-2022` ("Create Proof"), whatever the options say.
pub(crate) fn prove(document: &Value, options: &Value, key: &Key) -> Value {
    let mut proof = options.clone();
    proof["proofValue"] = json!(multibase(&key.sign(&signing_input(document, options))));
    proof
}

/// The 64 bytes that such a proof signs.
pub(crate) fn signing_input(document: &Value, options: &Value) -> Vec<u8> {
    let mut configuration = json!({ "@context": document["@context"] });
    extend(&mut configuration, options);
    [digest(&configuration), digest(document)].concat()
}

/// A proof by `eddsa-jcs-2022` of `document` and, in a chain, of the proofs that `others` are ("Proof Chains").
pub(crate) fn prove_text(document: &Value, others: &[Value], options: &Value, key: &Key) -> Value {
    let mut proof = options.clone();
    proof["cryptosuite"] = json!("eddsa-jcs-2022");
    proof["@context"] = document["@context"].clone();
    let mut document = document.clone();
    if !others.is_empty() {
        document["proof"] = json!(others);
    }
    let input = [canonical_text(&proof), canonical_text(&document)].map(Sha256::digest).concat();
    proof["proofValue"] = json!(multibase(&key.sign(&input)));
    proof
}

/// RFC 8785 for what the corpus writes: ASCII names, integers and strings.
fn canonical_text(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let sorted: BTreeMap<_, _> = members.iter().collect();
            let members = sorted
                .into_iter()
                .map(|(name, value)| format!("{}:{}", json!(name), canonical_text(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(canonical_text).collect::<Vec<_>>().join(","))
        }
        leaf => leaf.to_string(),
    }
}

/// The document with one honest proof.
pub(crate) fn secured(document: &Value, verification_method: &str, key: &Key) -> Value {
    with_proofs(document, vec![prove(document, &options(verification_method), key)])
}

/// The document with these proofs instead of its own.
pub(crate) fn with_proofs(document: &Value, proofs: Vec<Value>) -> Value {
    let mut secured = document.clone();
    secured["proof"] = Value::Array(proofs);
    secured
}

/// Adds the members of `more`, in their order.
pub(crate) fn extend(object: &mut Value, more: &Value) {
    if let (Value::Object(object), Value::Object(more)) = (object, more) {
        object.extend(more.clone());
    }
}

fn digest(document: &Value) -> [u8; 32] {
    match canonical_document(document) {
        Ok(quads) => Sha256::digest(quads).into(),
        Err(problem) => panic!("{}: {document}", problem.detail),
    }
}
