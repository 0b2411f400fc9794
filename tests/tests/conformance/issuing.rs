//! What is issued, and what is not.

use std::fs;

use serde_json::{Value, json};
use tanu_tests::Conformance;

use crate::{
    VC_1, VC_2, changed, credential, filled, is_refusal, older_credential, server, vectors,
};

/// The fixtures of vc-data-model-2.0-test-suite: `…-ok` is issued and then verifies, `…-fail` is refused.
#[test]
fn fixtures_of_the_data_model_are_issued_or_refused() {
    let Some(folder) = vectors("fixtures_of_the_data_model_are_issued_or_refused") else { return };
    let server = server();
    let mut counts = [0, 0];
    let folder = folder.join("vc-data-model-2.0-test-suite/input");
    for folder in [folder.clone(), folder.join("names-and-descriptions")] {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            if path.is_dir() || name.starts_with("presentation") {
                continue;
            }
            let fixture = fs::read_to_string(&path).unwrap();
            let fixture = fixture
                .replace("PAST DATE", "2020-01-01T00:00:00Z")
                .replace("FUTURE DATE", "2120-01-01T00:00:00Z");
            let fixture: Value = serde_json::from_str(&fixture).unwrap();
            let good = name.ends_with("ok");
            counts[usize::from(good)] += 1;
            for issuer in ["rdfc", "jcs", "status"] {
                let answer = server.issue(issuer, &filled(&fixture, server.did(issuer)));
                if good {
                    assert_eq!(answer.status, 201, "{name}: {}", answer.body);
                    check_issued(&server, &name, &answer.body["verifiableCredential"]);
                } else {
                    assert!(is_refusal(&answer), "{name}: {answer:?}");
                }
            }
        }
    }
    assert_eq!(counts, [41, 54]);
}

fn check_issued(server: &Conformance, name: &str, issued: &Value) {
    // These were never, are no longer, or are not yet valid, or carry a proof that nobody can verify: they are issued all the same.
    let standing = !["validuntil", "far-future", "proof-ok"]
        .iter()
        .any(|part| name.to_lowercase().contains(part))
        || name == "credential-validUntil-validFrom-ok";
    let verified = server.verify(issued);
    assert_eq!(verified.status == 200, standing, "{name}: {}", verified.body);
    let other = changed(issued, "/credentialSubject", Some(json!({ "id": "did:example:other" })));
    assert!(is_refusal(&server.verify(&other)), "{name}: changed after issuing");
}

/// Values of members that every credential must have, none of them good; without the member it is no better.
fn bad_values() -> Vec<(&'static str, Vec<Value>)> {
    vec![
        (
            "/@context",
            vec![
                json!(null),
                json!(4),
                json!("https://example.org/"),
                json!([]),
                json!([4, false, null]),
                json!([[VC_2]]),
                json!({}),
            ],
        ),
        (
            "/type",
            vec![
                json!(null),
                json!(4),
                json!("VerifiableCredential"),
                json!([]),
                json!(["Other"]),
                json!(["VerifiableCredential", 2]),
                json!(["VerifiableCredential", null]),
            ],
        ),
        (
            "/issuer",
            vec![
                json!(null),
                json!(4),
                json!([]),
                json!({}),
                json!(""),
                json!("did:example:stranger"),
                json!({ "id": 4 }),
            ],
        ),
        (
            "/credentialSubject",
            vec![
                json!(null),
                json!(4),
                json!("x"),
                json!([]),
                json!([null, true, 4]),
                json!({}),
                json!({ "id": "relative" }),
            ],
        ),
    ]
}

/// Members that a credential need not have, with values that none may have.
fn bad_additions() -> Vec<(&'static str, Value)> {
    let entry = json!({
        "type": "BitstringStatusListEntry", "statusListIndex": true, "statusListCredential": "https://example.com"
    });
    vec![
        ("/id", json!(4)),
        ("/id", json!("relative")),
        ("/id", json!(["urn:a"])),
        ("/undefined", json!("x")),
        ("/credentialStatus", json!({})),
        ("/credentialStatus", json!("urn:s")),
        ("/credentialStatus", entry),
        ("/proof", json!({})),
        ("/proof", json!([{}])),
        ("/proof", json!("x")),
    ]
}

#[test]
fn what_is_malformed_is_not_issued() {
    let server = server();
    for base in [credential(), older_credential()] {
        let base = filled(&base, server.did("rdfc"));
        assert_eq!(server.issue("rdfc", &base).status, 201);
        let mut documents = Vec::new();
        for (pointer, values) in bad_values() {
            documents.push(changed(&base, pointer, None));
            let values = values.into_iter();
            documents.extend(values.map(|value| changed(&base, pointer, Some(value))));
        }
        let additions = bad_additions().into_iter();
        documents.extend(additions.map(|(pointer, value)| changed(&base, pointer, Some(value))));
        assert!(documents.len() > 40);
        for document in documents {
            let answer = server.issue("rdfc", &document);
            assert!(is_refusal(&answer), "{document} {answer:?}");
        }
    }
}

#[test]
fn dates_and_texts_are_held_to_their_form() {
    let server = server();
    for (base, pointer, value) in [
        (credential(), "/validFrom", json!("yesterday")),
        (credential(), "/validFrom", json!("2024-01-01")),
        (credential(), "/validUntil", json!(4)),
        (credential(), "/name", json!({ "@value": "x", "url": "urn:x" })),
        (credential(), "/name", json!(["x", 4])),
        (older_credential(), "/issuanceDate", json!("yesterday")),
        (older_credential(), "/expirationDate", json!("2020-01-01T00:00:00Z")),
    ] {
        let base = filled(&base, server.did("rdfc"));
        let answer = server.issue("rdfc", &changed(&base, pointer, Some(value)));
        assert!(is_refusal(&answer), "{pointer} {answer:?}");
    }
}

#[test]
fn every_issuer_names_itself_and_its_key() {
    let server = server();
    for (name, suite) in
        [("rdfc", "eddsa-rdfc-2022"), ("jcs", "eddsa-jcs-2022"), ("status", "eddsa-rdfc-2022")]
    {
        for base in [credential(), older_credential()] {
            let issued = server.issued(name, &base);
            let did = server.did(name);
            let proof = &issued["proof"];
            assert_eq!(proof["type"], "DataIntegrityProof");
            assert_eq!(proof["cryptosuite"], suite);
            assert_eq!(proof["proofPurpose"], "assertionMethod");
            let key = did.trim_start_matches("did:key:");
            assert_eq!(proof["verificationMethod"], format!("{did}#{key}"));
            let value = proof["proofValue"].as_str().unwrap().strip_prefix('z').unwrap();
            assert_eq!(bs58::decode(value).into_vec().unwrap().len(), 64);
            let model_1 = base["@context"][0] == VC_1;
            let added = issued["@context"]
                .as_array()
                .unwrap()
                .contains(&json!("https://w3id.org/security/data-integrity/v2"));
            assert_eq!(added, model_1, "{issued}");
            assert_eq!(server.verify(&issued).status, 200);
        }
    }
}

#[test]
fn related_resources_are_held_to_their_digests() {
    let server = server();
    // SHA-256 of credentials/v2: of the Recommendation, and of July 2024, whose credentials carry it.
    let recommended = "sha256-WZVc7WaX1h4D8rJVb+vlMIqxaEKEb1tYbX8fet7JJzQ=";
    let mut issued = 0;
    for (resources, good) in [
        (json!([{ "id": VC_2, "digestSRI": recommended }]), true),
        (json!({ "id": VC_2, "digestSRI": recommended, "mediaType": "application/ld+json" }), true),
        (
            json!([{ "id": VC_2, "digestMultibase": "uJKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k" }]),
            true,
        ),
        (
            json!([{ "id": VC_2, "digestSRI": "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" }]),
            false,
        ),
        (
            json!([{ "id": VC_2, "digestSRI": recommended, "digestMultibase": "uAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }]),
            false,
        ),
        (json!([{ "id": VC_2, "digestSRI": "ca3d163bab05" }]), false),
        (json!([{ "id": "https://example.org/x", "digestSRI": recommended }]), false),
        (json!([{ "id": VC_2 }]), false),
        (json!([{ "digestSRI": recommended }]), false),
        (
            json!([{ "id": VC_2, "digestSRI": recommended }, { "id": VC_2, "digestSRI": recommended }]),
            false,
        ),
        (json!([VC_2]), false),
        (json!([]), false),
    ] {
        let mut document = filled(&credential(), server.did("rdfc"));
        document["relatedResource"] = resources;
        let answer = server.issue("rdfc", &document);
        assert_eq!(answer.status == 201, good, "{document} {}", answer.body);
        assert!(good || is_refusal(&answer));
        issued += u32::from(good);
    }
    assert_eq!(issued, 3);
}
