//! What we issue passes both families of the Open Badges 3.0 JSON Schemas, and the vendored files
//! are the ones their index names.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::path::Path;

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};
use tanu_tests::{demo, repository, skip};

const STRICT: &str = "strict/achievementcredential.json";
const CURRENT: &str = "current/ob_v3p0_achievementcredential_schema.json";

/// A schema family under the name that tests report.
struct Family {
    name: &'static str,
    validator: Validator,
}

fn families() -> [Family; 2] {
    [STRICT, CURRENT].map(|name| {
        let schema = json_file(&repository().join("schemas/open-badges").join(name));
        // Draft 2019-09 only annotates `format` unless it is asserted; the published verifiers assert it.
        let options = jsonschema::options().with_draft(Draft::Draft201909);
        let validator = options.should_validate_formats(true).build(&schema).unwrap();
        Family { name, validator }
    })
}

fn json_file(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// A credential in our profile that was written by hand and carries no proof.
fn sample() -> Value {
    let mut sample = json_file(&repository().join("tests/peers/selftest/credential.json"));
    sample["proof"] = json!([{
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-05-15T00:00:00Z",
        "verificationMethod": "did:web:credentials.example.org#example-credentials-1",
        "proofPurpose": "assertionMethod",
        "proofValue": "z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4K1FBTQsCZahKZme",
    }]);
    sample
}

/// Every complaint as `pointer: sentence`.
fn complaints(family: &Family, credential: &Value) -> Vec<String> {
    let errors = family.validator.iter_errors(credential);
    errors.map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// Requires that both families refuse the credential after the change.
#[track_caller]
fn must_fail(credential: &Value, change: impl FnOnce(&mut Value), what: &str) {
    let mut changed = credential.clone();
    change(&mut changed);
    assert_ne!(&changed, credential, "the change must change something");
    for family in families() {
        assert!(!family.validator.is_valid(&changed), "{} takes {what}", family.name);
    }
}

fn without_criteria(credential: &mut Value) {
    let achievement = credential.pointer_mut("/credentialSubject/achievement").unwrap();
    achievement.as_object_mut().unwrap().remove("criteria").unwrap();
}

#[test]
fn every_demo_credential_passes_both_families() {
    let demo = match demo() {
        Ok(demo) => demo,
        Err(why) => return skip("every_demo_credential_passes_both_families", &why),
    };
    assert!(!demo.files.is_empty());
    let families = families();
    for file in &demo.files {
        let credential = json_file(&file.path);
        for family in &families {
            let complaints = complaints(family, &credential);
            assert!(complaints.is_empty(), "{}: {complaints:#?}", file.path.display());
        }
    }
    let first = json_file(&demo.files.first().unwrap().path);
    must_fail(&first, without_criteria, "a demo credential without criteria");
}

#[test]
fn the_sample_passes_both_families() {
    for family in families() {
        assert_eq!(complaints(&family, &sample()), Vec::<String>::new(), "{}", family.name);
    }
}

#[test]
fn both_families_refuse_what_they_should() {
    let sample = sample();
    must_fail(&sample, without_criteria, "a credential without criteria");
    must_fail(&sample, |c| c["validFrom"] = json!("2026-13-32T00:00:00Z"), "a thirteenth month");
    must_fail(&sample, |c| c["awardedDate"] = json!("13 May 2026"), "a date in words");
    must_fail(&sample, |c| c["issuer"]["id"] = json!(7), "an issuer with a number for an id");
    must_fail(
        &sample,
        |c| c["@context"] = json!(["https://www.w3.org/ns/credentials/v2"]),
        "a credential without the Open Badges context",
    );
}

/// Would fail if both names led to the same schema: the families differ in exactly this.
#[test]
fn only_the_strict_family_insists_on_arrays() {
    let mut compacted = sample();
    compacted["credentialSubject"]["achievement"]["type"] = json!("Achievement");
    let [strict, current] = families();
    assert!(!strict.validator.is_valid(&compacted));
    assert_eq!(complaints(&current, &compacted), Vec::<String>::new());
}

/// `SHA256SUMS` proves the bytes; this proves that the index speaks of the same files, all of them.
#[test]
fn the_index_of_contexts_agrees_with_the_sums() {
    let schemas = repository().join("schemas");
    let sums = fs::read_to_string(schemas.join("SHA256SUMS")).unwrap();
    let index = json_file(&schemas.join("contexts/index.json"));
    let index = index.as_array().unwrap();
    for entry in index {
        let file = entry["file"].as_str().unwrap();
        let line = format!("{}  contexts/{file}", entry["sha256"].as_str().unwrap());
        assert!(sums.lines().any(|sum| sum == line), "{file}");
        let bytes = fs::metadata(schemas.join("contexts").join(file)).unwrap().len();
        assert_eq!(entry["bytes"].as_u64().unwrap(), bytes, "{file}");
    }
    let contexts = sums.lines().filter(|sum| sum.contains("  contexts/")).count();
    assert_eq!(contexts, index.len(), "a context is missing in the index");
}
