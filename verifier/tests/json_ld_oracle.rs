//! Our path from JSON to canonical N-Quads against another implementation of JSON-LD, the crate `json-ld`: the same text,
//! or both refuse.
//!
//! Known divergence: `json-ld` writes the shortest decimal of a double (7.69E1), where "Data Round Tripping" and jsonld.js write
//! sixteen digits (7.690000000000001E1). So only doubles of few binary digits are compared here. And it drops nodes whose
//! identifier has two number signs, which jsonld.js keeps: no such identifier is made here.
//!
//! The long run: `PROPTEST_CASES=10000 cargo test --release -p verifier --test json_ld_oracle`

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![recursion_limit = "256"]

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use json_ld::expansion::{Action, Policy};
use json_ld::rdf_types::{RdfDisplay, generator};
use json_ld::syntax::Parse;
use json_ld::{IriBuf, JsonLdProcessor, Options, RemoteDocument, iref::Iri};
use proptest::prelude::*;
use serde_json::{Value, json};
use verifier::{Code, HashFunction, canonical_document, canonicalize, parse_n_quads};

fn schemas() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../schemas/contexts")
}

fn read(text: &str, url: Option<IriBuf>) -> RemoteDocument {
    let (value, _) = json_ld::syntax::Value::parse_str(text).unwrap();
    RemoteDocument::new(url, None, value)
}

/// The pinned contexts, as the other implementation wants them.
fn loader() -> HashMap<IriBuf, RemoteDocument> {
    let index = fs::read_to_string(schemas().join("index.json")).unwrap();
    let index: Value = serde_json::from_str(&index).unwrap();
    let contexts = index.as_array().unwrap().iter().map(|entry| {
        let url = Iri::new(entry["url"].as_str().unwrap()).unwrap().to_owned();
        let text = fs::read_to_string(schemas().join(entry["file"].as_str().unwrap())).unwrap();
        (url.clone(), read(&text, Some(url)))
    });
    contexts.collect()
}

/// Nothing waits for anything: every document is in memory.
fn finish<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
    }
}

/// Canonical N-Quads of the other implementation; `None` if it refuses in strict mode.
fn oracle(document: &Value, loader: &HashMap<IriBuf, RemoteDocument>) -> Option<String> {
    let strict = Policy { invalid: Action::Reject, vocab: Action::Reject, allow_undefined: false };
    let options = Options { expansion_policy: strict, ..Options::default() };
    let remote = read(&document.to_string(), None);
    let mut rdf = finish(remote.to_rdf_using(
        generator::Blank::new_with_prefix("x".to_owned()),
        loader,
        options,
    ))
    .ok()?;
    let lines: String =
        rdf.cloned_quads().map(|quad| format!("{} .\n", quad.rdf_display())).collect();
    let dataset = parse_n_quads(&lines)?;
    Some(canonicalize(&dataset.quads, HashFunction::Sha256).unwrap().n_quads)
}

/// A credential that uses every construct of Open Badges 3.0 that RDF treats in a way of its own.
fn badge() -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        "id": "urn:uuid:8d1b5c90-1d0f-4a53-a94f-25d1d7f6b001",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": { "id": "did:web:example.org", "type": ["Profile"], "name": "Университет «Ү»",
            "address": { "type": ["Address"], "addressCountryCode": "KZ", "geo": { "type": "GeoCoordinates", "latitude": 43.25, "longitude": 76.875 } },
            "otherIdentifier": [{ "type": "IdentifierEntry", "identifierType": "ext:KZ-BIN", "identifier": "1" }] },
        "validFrom": "2026-01-15T09:00:00Z", "awardedDate": "2026-01-14T09:00:00+05:00", "name": "Name",
        "credentialSubject": {
            "type": ["AchievementSubject"], "creditsEarned": 2.5,
            "identifier": [{ "type": "IdentityObject", "identityType": "name", "hashed": false, "identityHash": "Ә" }],
            "activityStartDate": "2026-01-01T00:00:00+05:00",
            "result": [{ "type": ["Result"], "resultDescription": "urn:x#a", "value": "5" }, { "type": ["Result"], "resultDescription": "urn:x#a", "value": "5" }],
            "achievement": { "id": "https://example.org/a", "type": ["Achievement"], "name": "A", "description": "line\nline\ttab \"quote\" \\",
                "criteria": { "id": "https://example.org/c", "narrative": "N" }, "creditsAvailable": 5.0, "tag": ["b", "a"],
                "creator": { "id": "https://example.org/u", "type": ["Profile"] },
                "related": [{ "id": "https://example.org/r", "type": ["Related"], "inLanguage": "kk" }],
                "alignment": [{ "type": ["Alignment"], "targetName": "T", "targetUrl": "https://example.org/t" }],
                "resultDescription": [{ "id": "urn:x#a", "type": ["ResultDescription"], "name": "R", "resultType": "LetterGrade", "allowedValue": ["F", "D", "A", "A"] }] }
        },
        "evidence": [{ "id": "urn:uuid:1", "type": ["Evidence"], "genre": "g" }, { "type": ["Evidence"], "genre": "g" }],
        "credentialStatus": { "id": "https://example.org/s#1", "type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "1", "statusListCredential": "https://example.org/s" }
    })
}

/// A badge under the data model 1.1, as platforms sign it with Ed25519Signature2020.
fn older_badge(badge_context: &str) -> Value {
    json!({
        "@context": ["https://www.w3.org/2018/credentials/v1", badge_context, "https://w3id.org/security/suites/ed25519-2020/v1"],
        "id": "https://example.org/credentials/1",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": { "id": "https://example.org/issuer", "type": ["Profile"], "name": "U", "url": "https://example.org",
            "image": { "id": "https://example.org/logo.png", "type": "Image", "caption": "L" },
            "otherIdentifier": [{ "type": "IdentifierEntry", "identifierType": "ext:KZ-BIN", "identifier": "1" }] },
        "issuanceDate": "2026-01-15T09:00:00Z", "expirationDate": "2036-01-15T09:00:00Z", "name": "Name",
        "credentialSubject": { "id": "did:example:l", "type": ["AchievementSubject"], "creditsEarned": 2.5, "role": "R",
            "identifier": [{ "type": "IdentityObject", "identityType": "name", "hashed": true, "identityHash": "sha256$0", "salt": "s" }],
            "activityStartDate": "2026-01-01T00:00:00Z",
            "result": [{ "type": ["Result"], "resultDescription": "urn:x#a", "value": "5", "alignment": [{ "type": ["Alignment"], "targetName": "T", "targetUrl": "https://example.org/t" }] }],
            "achievement": { "id": "https://example.org/a", "type": ["Achievement"], "name": "A", "description": "D", "achievementType": "Course",
                "criteria": { "narrative": "N" }, "creditsAvailable": 5.0, "tag": ["b", "a"], "humanCode": "H",
                "creator": { "id": "https://example.org/u", "type": ["Profile"], "name": "V" },
                "resultDescription": [{ "id": "urn:x#a", "type": ["ResultDescription"], "name": "R", "resultType": "RubricCriterionLevel", "allowedValue": ["F", "D"],
                    "rubricCriterionLevel": [{ "id": "urn:x#l", "type": ["RubricCriterionLevel"], "name": "L", "points": "1" }] }] }
        },
        "evidence": [{ "id": "urn:uuid:1", "type": ["Evidence"], "genre": "g", "name": "E" }]
    })
}

/// A Comprehensive Learner Record that holds a badge with contexts of its own.
fn learner_record(data_model: &str, clr_context: &str, inner: Value) -> Value {
    let (from, badge_context) = match data_model {
        V1 => ("issuanceDate", inner["@context"][1].clone()),
        _ => ("validFrom", json!("https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json")),
    };
    json!({
        "@context": [data_model, clr_context, badge_context],
        "id": "urn:uuid:record", "type": ["VerifiableCredential", "ClrCredential"], "name": "Record",
        from: "2026-01-15T09:00:00Z", "issuer": { "id": "did:web:example.org", "type": ["Profile"], "name": "U" },
        "credentialSubject": { "id": "did:example:l", "type": ["ClrSubject"],
            "achievement": [{ "id": "https://example.org/a", "type": ["Achievement"], "name": "A", "description": "D", "criteria": { "narrative": "N" } }],
            "association": [{ "type": "Association", "associationType": "isParentOf", "sourceId": "https://example.org/a", "targetId": "https://example.org/b" }],
            "verifiableCredential": [inner] }
    })
}

const V1: &str = "https://www.w3.org/2018/credentials/v1";
const V2: &str = "https://www.w3.org/ns/credentials/v2";

/// One document of every kind that the pinned contexts are for.
fn documents() -> Vec<Value> {
    let old = ["", "-3.0.1"].map(|version| {
        older_badge(&format!("https://purl.imsglobal.org/spec/ob/v3p0/context{version}.json"))
    });
    let records = ["", "-2.0.1"].map(|version| {
        let clr = format!("https://purl.imsglobal.org/spec/clr/v2p0/context{version}.json");
        [learner_record(V1, &clr, old[1].clone()), learner_record(V2, &clr, badge())]
    });
    let mut proof = json!({ "type": "Ed25519Signature2020", "created": "2026-01-15T09:00:00Z", "proofPurpose": "assertionMethod",
        "verificationMethod": "https://example.org/issuer#key" });
    proof["@context"] = old[0]["@context"].clone();
    let integrity = json!({ "@context": "https://w3id.org/security/data-integrity/v1", "type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-01-15T09:00:00Z", "proofPurpose": "assertionMethod", "verificationMethod": "did:web:example.org#k" });
    let mut all = vec![badge(), proof, integrity];
    all.extend(old);
    all.extend(records.into_iter().flatten());
    all
}

#[test]
fn documents_of_every_construct_have_one_canonical_form() {
    let loader = loader();
    for document in documents() {
        let expected = oracle(&document, &loader);
        assert!(expected.is_some(), "the other implementation refuses {document:#}");
        let ours = canonical_document(&document).map_err(|problem| format!("{problem:?}"));
        assert_eq!(ours, expected.ok_or_else(String::new), "{document}");
    }
}

/// Data models do not mix: the second redefines what the first protects.
#[test]
fn a_badge_of_another_data_model_is_refused_by_both() {
    let clr = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json";
    let older = older_badge("https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json");
    let document = learner_record(V2, clr, older);
    assert_eq!(oracle(&document, &loader()), None);
    assert_eq!(
        canonical_document(&document).map_err(|problem| problem.code),
        Err(Code::ContextNotAllowed)
    );
}

#[test]
fn what_is_undefined_is_refused_by_both() {
    let loader = loader();
    for pointer in
        ["", "/issuer", "/credentialSubject", "/credentialSubject/achievement", "/evidence/0"]
    {
        for (member, value) in [("notDefined", json!("x")), ("type", json!(["NotDefined"]))] {
            let mut document = badge();
            document.pointer_mut(pointer).unwrap()[member] = value;
            assert_eq!(canonical_document(&document).ok(), None, "{pointer} {member}");
            assert_eq!(oracle(&document, &loader), None, "{pointer} {member}");
        }
    }
}

/// A name in a JSON Pointer (RFC 6901).
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Every place of a document, as JSON Pointers.
fn places(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members.iter().filter(|(name, _)| *name != "@context") {
                places(value, format!("{at}/{}", escaped(name)), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                places(item, format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
    found.push(at);
}

fn replacement() -> impl Strategy<Value = Value> {
    prop_oneof![
        "[a-zA-Z0-9 әқ\u{1}-\u{8}\n\r\"\\\\]{0,12}".prop_map(Value::from),
        "(urn:|_:|https://example\\.org/)?[a-zA-Z0-9/!>ә]{0,8}(#[a-z]{0,2})?|(xsd|cred):[a-z]{0,4}"
            .prop_map(Value::from),
        (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(Value::from),
        (-8_000_000_i32..8_000_000).prop_map(|eighths| Value::from(f64::from(eighths) / 8.0)),
        any::<bool>().prop_map(Value::from),
        Just(json!({ "id": "urn:new", "type": ["Profile"], "name": "n" })),
        Just(json!({ "id": "urn:new" })),
        Just(json!(["x", "y"])),
        Just(json!(["Profile", "Achievement"])),
        Just(json!({ "type": ["Evidence"], "narrative": "n" })),
        Just(
            json!([{ "type": ["Evidence"], "narrative": "n" }, { "type": ["Evidence"], "narrative": "n" }])
        ),
        Just(json!({ "id": "urn:new", "notDefined": "x" })),
        Just(Value::Null),
    ]
}

/// One change of a document: another value at a place, one member less, one more, or the same item twice.
#[derive(Clone, Debug)]
enum Change {
    Replace(prop::sample::Index, Value),
    Remove(prop::sample::Index),
    Add(prop::sample::Index, String, Value),
    Repeat(prop::sample::Index),
}

fn change() -> impl Strategy<Value = Change> {
    let name = prop::sample::select(vec![
        "name",
        "type",
        "id",
        "description",
        "image",
        "narrative",
        "tag",
        "achievement",
        "proof",
        "evidence",
        "notDefined",
        "xsd:x",
        "https://example.org/p",
        "creditsEarned",
        "validFrom",
        "issuer",
    ]);
    prop_oneof![
        4 => (any::<prop::sample::Index>(), replacement()).prop_map(|(at, value)| Change::Replace(at, value)),
        2 => any::<prop::sample::Index>().prop_map(Change::Remove),
        2 => (any::<prop::sample::Index>(), name, replacement())
            .prop_map(|(at, name, value)| Change::Add(at, name.to_owned(), value)),
        1 => any::<prop::sample::Index>().prop_map(Change::Repeat),
    ]
}

impl Change {
    fn apply(&self, document: &mut Value) {
        let mut found = Vec::new();
        places(document, String::new(), &mut found);
        let (Self::Replace(at, _) | Self::Remove(at) | Self::Add(at, ..) | Self::Repeat(at)) = self;
        let place = at.get(&found);
        let Some((parent, name)) = place.rsplit_once('/') else { return };
        match self {
            Self::Replace(_, value) => *document.pointer_mut(place).unwrap() = value.clone(),
            Self::Remove(_) => {
                if let Some(members) = document.pointer_mut(parent).unwrap().as_object_mut() {
                    members.remove(&name.replace("~1", "/").replace("~0", "~"));
                }
            }
            Self::Add(_, name, value) => {
                if let Some(members) = document.pointer_mut(place).unwrap().as_object_mut() {
                    members.insert(name.clone(), value.clone());
                }
            }
            Self::Repeat(_) => {
                if let Some(items) = document.pointer_mut(place).unwrap().as_array_mut() {
                    items.extend_from_within(..);
                }
            }
        }
    }
}

/// Why we refuse what the other implementation reads: it drops such a value, or takes it for something that another reader may not.
const STRICTER: [&str; 10] = [
    "Some implementations sign this number as 0",
    "Nothing is said of this node",
    "is not an absolute IRI",
    "A null is dropped",
    "An array stands inside an array",
    "is not a string",
    "JSON-LD keywords are not allowed",
    "JSON literals are not supported",
    "Only an object can stand here",
    "too many types",
];

proptest! {
    /// A changed document has one canonical form, or both refuse it, or we say which of our stricter rules it breaks.
    #[test]
    fn changed_documents_have_one_canonical_form(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec(change(), 1..4),
    ) {
        let mut document = which.get(&documents()).clone();
        changes.iter().for_each(|change| change.apply(&mut document));
        let theirs = oracle(&document, &loader());
        match canonical_document(&document) {
            Ok(ours) => prop_assert_eq!(Some(ours), theirs, "{}", document),
            Err(problem) if theirs.is_some() => {
                let known = STRICTER.iter().any(|reason| problem.detail.contains(reason));
                prop_assert!(known, "{:?} in {}", problem, document);
            }
            Err(_) => {}
        }
    }
}
