//! The general path in safe mode: what it says of badges is what our own path says, and what RDF would lose it refuses.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use serde_json::{Value, json};
use verifier::{
    ContextDocuments, HashFunction, JsonLdError, Processing, canonical_document, canonicalize,
    general_quads,
};

const VC_2: &str = "https://www.w3.org/ns/credentials/v2";

fn safely(document: &Value) -> Result<String, JsonLdError> {
    let contexts = ContextDocuments::pinned();
    let quads = general_quads(&document.to_string(), &contexts, &Processing::safe(), 1_000)?;
    Ok(canonicalize(&quads, HashFunction::Sha256).unwrap().n_quads)
}

/// A document under `context` whose members `members` adds to an identifier and a type.
fn document(context: &Value, members: &Value) -> Value {
    let mut document = json!({ "@context": context, "@id": "urn:x", "@type": "urn:T" });
    let document_members = document.as_object_mut().unwrap();
    document_members.extend(members.as_object().unwrap().clone());
    document
}

#[test]
fn both_paths_agree_on_a_badge() {
    let badge = json!({
        "@context": [VC_2, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        "id": "urn:uuid:1", "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": { "id": "did:web:example.org", "type": ["Profile"], "name": "Университет «Ү»" },
        "validFrom": "2026-01-15T09:00:00Z", "name": "Name",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            // Its sixteen digits are not its shortest form.
            "creditsEarned": 76.9,
            "achievement": {
                "id": "https://example.org/a", "type": ["Achievement"], "name": "A", "description": "D",
                "criteria": { "narrative": "N" }, "creditsAvailable": 5.0, "tag": ["b", "a"],
                "resultDescription": [{
                    "id": "urn:x#a", "type": ["ResultDescription"], "name": "R", "resultType": "LetterGrade",
                    "allowedValue": ["F", "D", "A", "A"]
                }]
            }
        }
    });
    assert_eq!(safely(&badge).unwrap(), canonical_document(&badge).unwrap());
    assert!(safely(&badge).unwrap().contains("7.690000000000001E1"));
}

#[test]
fn what_rdf_holds_is_kept() {
    for (context, members, line) in [
        (json!({ "a": "urn:a" }), json!({ "a": "x" }), "<urn:x> <urn:a> \"x\" ."),
        (
            json!({ "@vocab": "urn:v#" }),
            json!({ "a": 1e-7 }),
            "<urn:x> <urn:v#a> \"1.0E-7\"^^<http://www.w3.org/2001/XMLSchema#double> .",
        ),
        (
            json!({ "@vocab": "urn:v#" }),
            json!({ "a": { "@value": "x", "@language": "kk-Arab", "@direction": "rtl" } }),
            "<urn:x> <urn:v#a> \"x\"^^<https://www.w3.org/ns/i18n#kk-arab_rtl> .",
        ),
        (
            json!({ "a": { "@id": "urn:a", "@type": "@json" } }),
            json!({ "a": { "b": 1.0, "a": [1e2] } }),
            r#"<urn:x> <urn:a> "{\"a\":[100],\"b\":1}"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON> ."#,
        ),
        (
            json!({ "of": { "@reverse": "urn:has" } }),
            json!({ "of": { "@id": "urn:y" } }),
            "<urn:y> <urn:has> <urn:x> .",
        ),
        (
            json!({}),
            json!({ "@graph": { "@id": "urn:y", "urn:p": true } }),
            "<urn:y> <urn:p> \"true\"^^<http://www.w3.org/2001/XMLSchema#boolean> <urn:x> .",
        ),
        // A context document where a context belongs.
        (json!({ "@context": { "a": "urn:a" } }), json!({ "a": "x" }), "<urn:x> <urn:a> \"x\" ."),
        (
            json!([{ "@context": [{ "a": "urn:a" }] }]),
            json!({ "a": "x" }),
            "<urn:x> <urn:a> \"x\" .",
        ),
    ] {
        let canonical = safely(&document(&context, &members));
        assert!(canonical.clone().unwrap().lines().any(|found| found == line), "{canonical:?}");
    }
}

#[test]
fn what_rdf_would_lose_is_refused() {
    let none = json!({});
    for (context, members) in [
        (&none, json!({ "undefined": "x" })),
        (&none, json!({ "@type": "Undefined" })),
        (&none, json!({ "urn:p": { "@type": "Undefined", "urn:q": 1 } })),
        (&none, json!({ "@id": "relative" })),
        (&none, json!({ "urn:p": { "@id": "relative", "urn:q": 1 } })),
        (&none, json!({ "urn:p": { "@id": "http://a b" } })),
        (&none, json!({ "urn:p": { "@value": "x", "@type": "relative" } })),
        (&none, json!({ "urn:p": { "@value": "x", "@language": "not a tag" } })),
        (&none, json!({ "urn:p": { "@value": null } })),
        (&none, json!({ "urn:p": null })),
        (&none, json!({ "urn:p": ["x", null] })),
        (&none, json!({ "urn:p": {} })),
        (&none, json!({ "urn:p": { "@id": "@ignored" } })),
        (&none, json!({ "@ignored": "x" })),
        (&none, json!({ "_:p": "x" })),
        (&none, json!({ "urn:p": { "@value": "x", "@index": "i" } })),
        (&none, json!({ "@graph": ["x"] })),
        (&none, json!({ "@graph": [{ "@id": "urn:y" }] })),
        (&none, json!({ "@graph": [{ "urn:p": 1 }, { "urn:p": 1 }] })),
        (&json!({ "@vocab": "_:" }), json!({ "a": "x" })),
        (&json!({ "@vocab": "relative/" }), json!({ "a": "x" })),
        (&json!({ "a": null }), json!({ "a": "x" })),
        (&json!({ "a": { "@id": null } }), json!({ "a": "x" })),
        (&json!({ "a": "@ignored" }), json!({ "a": "x" })),
        (&json!({ "g": "@graph" }), json!({ "g": ["x"] })),
        (&json!({ "a": { "@id": "urn:a", "@type": "@id" } }), json!({ "a": "relative" })),
        (&json!({ "a": { "@id": "urn:a", "@type": "@id" } }), json!({ "a": "@ignored" })),
        (&json!({ "a": { "@id": "urn:a", "@container": "@index" } }), json!({ "a": { "i": "x" } })),
        (
            &json!({ "a": { "@id": "urn:a", "@context": { "b": null } } }),
            json!({ "a": { "b": "x" } }),
        ),
        (&json!("https://example.org/unknown"), json!({})),
    ] {
        let document = document(context, &members);
        assert!(safely(&document).is_err(), "{document} gives {:?}", safely(&document));
    }
    assert!(safely(&json!({ "@id": "urn:x" })).is_err(), "says nothing");
    assert!(safely(&document(&none, &json!({ "urn:p": "x" }))).is_ok());
}

#[test]
fn a_protected_term_keeps_its_meaning() {
    let credential = |context: Value| json!({ "@context": [VC_2, context], "type": "VerifiableCredential", "issuer": "did:key:z", "credentialSubject": { "id": "urn:x" } });
    assert!(safely(&credential(json!({ "nickname": "urn:nickname" }))).is_ok());
    for term in ["type", "name", "VerifiableCredential"] {
        assert!(safely(&credential(json!({ term: "urn:other" }))).is_err(), "{term}");
    }
    // Defined again by the type's own context, which comes later.
    let renamed = safely(&credential(json!({ "issuer": "urn:other" }))).unwrap();
    assert!(renamed.contains("<https://www.w3.org/2018/credentials#issuer> <did:key:z>"));
    assert!(safely(&json!({ "@context": [VC_2, null], "urn:p": 1 })).is_err());
}

#[test]
fn hostile_nesting_ends() {
    let mut deep = json!("x");
    for _ in 0..60 {
        deep = json!({ "urn:p": [deep] });
    }
    // Deeper than any document that is read: refused before the stack is.
    assert!(matches!(safely(&deep), Err(JsonLdError::Unreadable(_))));
    let mut allowed = json!("x");
    for level in 0..62 {
        allowed = json!({ "@id": format!("urn:{level}"), "urn:p": allowed });
    }
    let in_a_small_stack = std::thread::Builder::new().stack_size(2 * 1024 * 1024);
    let quads = in_a_small_stack.spawn(move || safely(&allowed).map(|text| text.lines().count()));
    assert_eq!(quads.unwrap().join().unwrap(), Ok(62));
    let many: Vec<Value> = (0..2_000).map(|n| json!({ "urn:p": n })).collect();
    assert_eq!(safely(&json!({ "urn:q": many })), Err(JsonLdError::TooLarge(1_000)));
}
