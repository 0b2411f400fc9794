//! The corridor for plain credentials: structure by the fixtures of the W3C suite, proofs by published chains.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use verifier::{ContextDocuments, Documents, Expectations, lint_credential, verify_credential};

fn vectors() -> PathBuf {
    PathBuf::from(std::env::var_os("TANU_SHARED_DATA").unwrap()).join("standards/vectors")
}

#[test]
fn fixtures() {
    let mut contexts = ContextDocuments::pinned();
    contexts
        .insert(
            "https://www.w3.org/ns/credentials/examples/v2",
            r#"{"@context":{"@vocab":"https://www.w3.org/ns/credentials/examples#"}}"#,
        )
        .unwrap();
    let mut wrong = Vec::new();
    let base = vectors().join("vc-data-model-2.0-test-suite/input");
    for folder in [base.clone(), base.join("names-and-descriptions")] {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            if !path.is_file() || name.starts_with("presentation") {
                continue;
            }
            let mut document: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            match &mut document["issuer"] {
                Value::Null
                    if name != "credential-issuer-null-fail"
                        && name != "credential-no-issuer-fail" =>
                {
                    document["issuer"] =
                        json!("did:key:z6MkhWqdDBPojHA7cprTGTt5yHv5yUi1B8cnXn8ReLumkw6E");
                }
                Value::Object(issuer) if !issuer.contains_key("id") => {
                    issuer.insert("id".into(), json!("did:example:x"));
                }
                _ => {}
            }
            let result = lint_credential(document.to_string().as_bytes(), &contexts);
            if result.is_ok() != name.ends_with("ok") {
                wrong.push(format!("{name}: {result:?}"));
            }
        }
    }
    let documents = Documents::new();
    let e = Expectations {
        contexts: &contexts,
        documents: &documents,
        status: true,
        domain: None,
        challenge: None,
        now: 1_780_000_000,
    };
    for entry in
        fs::read_dir(vectors().join("data-integrity-test-suite-inputs/eddsa-rdfc-2022")).unwrap()
    {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let result = verify_credential(&fs::read(&path).unwrap(), &e);
        if result.is_ok() != name.contains("Ok") {
            wrong.push(format!("{name}: {result:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
