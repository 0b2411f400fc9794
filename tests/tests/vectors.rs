//! The official suite of RDFC-1.0, every case of it, and credentials that other implementations signed.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use tanu_tests::{Judge, places, repository, skip};
use verifier::{
    Canonical, Check, Code, HashFunction, Labelled, Outcome, Poisoned, Report, Verdict,
};
use verifier::{canonicalize, parse_n_quads};

/// One entry of the suite's manifest.
struct Case {
    id: String,
    kind: String,
    hash: HashFunction,
    action: String,
    result: Option<String>,
}

fn suite() -> PathBuf {
    repository().join("tests/vectors/rdf-canon")
}

fn cases() -> Vec<Case> {
    let manifest: Value =
        serde_json::from_slice(&fs::read(suite().join("manifest.jsonld")).unwrap()).unwrap();
    manifest["entries"].as_array().unwrap().iter().map(read_case).collect()
}

fn read_case(entry: &Value) -> Case {
    let text = |name: &str| entry[name].as_str().map(str::to_owned);
    let hash = match entry["hashAlgorithm"].as_str() {
        None | Some("SHA256") => HashFunction::Sha256,
        Some("SHA384") => HashFunction::Sha384,
        Some(other) => panic!("{entry}: unknown hash {other}"),
    };
    Case {
        id: text("id").unwrap(),
        kind: text("type").unwrap(),
        hash,
        action: fs::read_to_string(suite().join(text("action").unwrap())).unwrap(),
        result: text("result").map(|path| fs::read_to_string(suite().join(path)).unwrap()),
    }
}

impl Case {
    fn run(&self) -> (Labelled, Result<Canonical, Poisoned>) {
        let dataset = parse_n_quads(&self.action).unwrap_or_else(|| panic!("{}: read", self.id));
        let canonical = canonicalize(&dataset.quads, self.hash);
        (dataset, canonical)
    }

    /// The input's labels and the canonical ones, as the suite writes them.
    fn map(&self) -> BTreeMap<String, String> {
        let (dataset, canonical) = self.run();
        let issued = canonical.unwrap().issued;
        let labels = dataset.labels.into_iter();
        labels.map(|(label, blank)| (label, format!("c14n{}", issued[&blank]))).collect()
    }
}

fn of_kind(kind: &str) -> Vec<Case> {
    cases().into_iter().filter(|case| case.kind == kind).collect()
}

#[test]
fn the_suite_is_whole() {
    let kinds = ["rdfc:RDFC10EvalTest", "rdfc:RDFC10MapTest", "rdfc:RDFC10NegativeEvalTest"];
    let counts = kinds.map(|kind| of_kind(kind).len());
    assert_eq!(counts, [64, 21, 1]);
    assert_eq!(cases().len(), 86);
    let sha_384 = cases().iter().filter(|case| case.hash == HashFunction::Sha384).count();
    assert!(sha_384 > 0);
}

#[test]
fn every_dataset_becomes_its_canonical_form() {
    for case in of_kind("rdfc:RDFC10EvalTest") {
        let canonical = case.run().1.unwrap().n_quads;
        assert_eq!(Some(&canonical), case.result.as_ref(), "{}", case.id);
    }
}

#[test]
fn every_blank_node_gets_its_canonical_label() {
    for case in of_kind("rdfc:RDFC10MapTest") {
        let expected: BTreeMap<String, String> =
            serde_json::from_str(case.result.as_ref().unwrap()).unwrap();
        assert_eq!(case.map(), expected, "{}", case.id);
    }
}

#[test]
fn a_poisoned_dataset_is_given_up() {
    for case in of_kind("rdfc:RDFC10NegativeEvalTest") {
        assert_eq!(case.run().1, Err(Poisoned), "{}", case.id);
    }
}

/// The files that other implementations signed, or `None` with a loud word.
fn interop(test: &str) -> Option<PathBuf> {
    let shared = env::var_os("TANU_SHARED_DATA").map(PathBuf::from);
    let shared = shared.unwrap_or_else(|| repository().join("../shared/data"));
    let folder = shared.join("interop");
    if folder.is_dir() {
        return Some(folder);
    }
    skip(test, &format!("{} is missing; TANU_SHARED_DATA names its folder", folder.display()));
    None
}

/// A judge who trusts the did:key of this credential, with every document that it needs: none.
fn trusting_its_key(credential: &Value) -> Judge {
    let id = match &credential["issuer"] {
        Value::Object(issuer) => &issuer["id"],
        id => id,
    };
    let issuer = id.as_str().unwrap();
    let multibase = issuer.strip_prefix("did:key:").unwrap();
    let keys = json!([{ "id": format!("{issuer}#{multibase}"), "multibase": multibase }]);
    let list =
        json!({ "version": 1, "issuers": [{ "id": issuer, "name": "Interop", "keys": keys }] });
    let mut judge = Judge::alone();
    judge.trust(list.to_string().as_bytes()).unwrap();
    judge
}

fn problems(report: &Report) -> Vec<String> {
    report.problems().map(|problem| format!("{:?} {}", problem.code, problem.detail)).collect()
}

#[test]
fn credentials_signed_elsewhere_are_valid_here() {
    let Some(folder) = interop("credentials_signed_elsewhere_are_valid_here") else { return };
    // @digitalbazaar/vc and openbadgeslib, eddsa-rdfc-2022, and @digitalbazaar's eddsa-jcs-2022.
    for name in ["db-min", "obl-min", "db-jcs-min"] {
        let bytes = fs::read(folder.join(format!("signed-{name}.json"))).unwrap();
        let credential: Value = serde_json::from_slice(&bytes).unwrap();
        let report = trusting_its_key(&credential).report(&bytes);
        assert_eq!(report.verdict(), Verdict::Valid, "{name}: {:?}", problems(&report));
        assert_eq!(Judge::alone().verdict(&bytes), Verdict::Untrusted, "{name}");
    }
}

/// These tell their issuer and an image in two objects that differ: they are read as their signature fixes them. All that
/// is lacking for a verdict is the status list.
#[test]
fn a_badge_that_tells_a_node_in_two_ways_is_read_whole() {
    let test = "a_badge_that_tells_a_node_in_two_ways_is_read_whole";
    let Some(folder) = interop(test) else { return };
    for name in ["db-full", "obl-full", "db-jcs-full"] {
        let bytes = fs::read(folder.join(format!("signed-{name}.json"))).unwrap();
        let credential: Value = serde_json::from_slice(&bytes).unwrap();
        let report = trusting_its_key(&credential).report(&bytes);
        let codes: Vec<_> = report.problems().map(|problem| problem.code).collect();
        assert_eq!(codes, [Code::StatusRetrieval], "{name}: {:?}", problems(&report));
        assert_eq!(report.warnings().first().unwrap().code, Code::RepeatedIdentifier, "{name}");
        if name != "db-jcs-full" {
            let captions = &report.view().unwrap()["image"]["caption"];
            assert_eq!(captions, &json!(["Rust 101 белгісі", "Rust 101 белгісі / значок"]));
        }
    }
}

#[test]
fn canonical_forms_are_those_of_jsonld_js() {
    let Some(folder) = interop("canonical_forms_are_those_of_jsonld_js") else { return };
    let mut compared = 0;
    for folder in [folder.clone(), folder.join("variants")] {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let expected = fs::read_to_string(path.with_extension("nq"));
            let (Some("json"), Ok(expected)) =
                (path.extension().and_then(|extension| extension.to_str()), expected)
            else {
                continue;
            };
            let document: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            let canonical = verifier::canonical_document(&document);
            // Where jsonld.js refuses in safe mode, the file holds its error.
            let expected = if expected.starts_with("ERROR") { None } else { Some(expected) };
            assert!(canonical.ok() == expected, "{}", path.display());
            compared += 1;
        }
    }
    assert_eq!(compared, 13);
}

#[test]
fn no_leaf_of_a_credential_signed_elsewhere_can_be_changed() {
    let test = "no_leaf_of_a_credential_signed_elsewhere_can_be_changed";
    let Some(folder) = interop(test) else { return };
    let bytes = fs::read(folder.join("signed-db-min.json")).unwrap();
    let credential: Value = serde_json::from_slice(&bytes).unwrap();
    let judge = trusting_its_key(&credential);
    let mut changed = 0;
    for at in places(&credential) {
        let other = match at.of(&credential) {
            Value::String(text) => json!(format!("{text}x")),
            Value::Number(number) => json!(number.as_f64().unwrap() + 1.0),
            Value::Bool(bit) => json!(!bit),
            _ => continue,
        };
        let other = at.replaced(&credential, other);
        let report = judge.report(other.to_string().as_bytes());
        assert_ne!(report.outcome(Check::Proof), &Outcome::Pass, "{at}");
        assert!(!matches!(report.verdict(), Verdict::Valid | Verdict::Untrusted), "{at}");
        changed += 1;
    }
    assert!(changed > 20, "{changed}");
}
