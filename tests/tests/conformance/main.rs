//! `issuer conformance` over HTTPS, by the checks of the W3C and CCG suites. A control shows that a verifier which always agrees,
//! or never does, would fail here.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod cases;
mod holder;
mod issuing;
mod presentations;
mod server;
mod status;
mod verifying;

use std::env;
use std::path::PathBuf;

use serde_json::{Value, json};
use tanu_tests::{Answer, Conformance, repository, skip};

pub(crate) const VC_1: &str = "https://www.w3.org/2018/credentials/v1";
pub(crate) const VC_2: &str = "https://www.w3.org/ns/credentials/v2";

pub(crate) fn server() -> Conformance {
    Conformance::start().unwrap_or_else(|why| panic!("{why}"))
}

pub(crate) fn vectors(test: &str) -> Option<PathBuf> {
    let shared = env::var_os("TANU_SHARED_DATA").map(PathBuf::from);
    let shared = shared.unwrap_or_else(|| repository().join("../shared/data"));
    let folder = shared.join("standards/vectors");
    if folder.is_dir() {
        return Some(folder);
    }
    skip(test, &format!("{} is missing; TANU_SHARED_DATA names its folder", folder.display()));
    None
}

pub(crate) fn credential() -> Value {
    json!({
        "@context": [VC_2], "type": ["VerifiableCredential"],
        "credentialSubject": { "id": "did:example:subject" }
    })
}

/// The same in the data model 1.1.
pub(crate) fn older_credential() -> Value {
    json!({
        "@context": [VC_1], "type": ["VerifiableCredential"], "id": "urn:uuid:1",
        "issuanceDate": "2024-01-01T00:00:00Z", "credentialSubject": { "id": "did:example:subject" }
    })
}

/// A refusal that the suites take for one: the client is at fault, and the answer says so in JSON.
pub(crate) fn is_refusal(answer: &Answer) -> bool {
    matches!(answer.status, 400 | 422)
        && answer.media_type.contains("json")
        && answer.body.is_object()
}

/// `value` with the member at `pointer` replaced, or removed for `None`.
pub(crate) fn changed(value: &Value, pointer: &str, by: Option<Value>) -> Value {
    let mut value = value.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let members = value.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match by {
        Some(by) => drop(members.insert(name.to_owned(), by)),
        None => drop(members.shift_remove(name)),
    }
    value
}

/// As the suite fills its fixtures: the issuer's DID where none is named.
pub(crate) fn filled(fixture: &Value, did: &str) -> Value {
    let mut fixture = fixture.clone();
    match fixture.get_mut("issuer") {
        None => fixture["issuer"] = did.into(),
        Some(Value::Object(issuer)) => drop(issuer.entry("id").or_insert_with(|| did.into())),
        Some(_) => {}
    }
    fixture
}
