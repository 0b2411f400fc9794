//! The reason that `verifier check` prints where several checks have one: that of the check that decides the verdict.
#![expect(clippy::unwrap_used, reason = "a test that cannot set up its case shall stop")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use tempfile::TempDir;
use verifier::log::{
    Checkpoint, Hash, LeafView, Note, NoteAlgorithm, SignatureLine, TlogProof, TreeHead,
    VerifierKey, commitment, merkle,
};
use verifier::{Cryptosuite, Multikey, ProofOptions, secure, signing_input};

const DID: &str = "did:web:badges.kz";
const LOG: &str = "badges.kz/log";

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn log_key() -> VerifierKey {
    VerifierKey::new(LOG, NoteAlgorithm::Ed25519, key(8).verifying_key().as_bytes()).unwrap()
}

/// A badge whose status stands in a list that nobody has, and the commitment to its signature.
fn badge() -> (String, Hash) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/synthetic/signed-db-min.json");
    let mut credential: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let members = credential.as_object_mut().unwrap();
    members.remove("proof");
    members["issuer"]["id"] = DID.into();
    members["id"] = "https://badges.kz/c/1/kk".into();
    let entry = json!({
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "5",
        "statusListCredential": "https://badges.kz/status/1",
    });
    members.insert("credentialStatus".to_owned(), entry);
    let options = ProofOptions {
        cryptosuite: Cryptosuite::EddsaRdfc2022,
        verification_method: format!("{DID}#key-1"),
        created: "2026-01-15T09:30:00Z".to_owned(),
    };
    let input = signing_input(&credential, &options).unwrap();
    let signature = key(7).sign(input.as_bytes()).to_bytes();
    let own = commitment("eddsa-rdfc-2022", input.as_bytes(), &signature);
    (secure(&credential, &options, &signature).to_string(), own)
}

fn key_document() -> String {
    let multibase = Multikey::from_bytes(key(7).verifying_key().as_bytes()).unwrap().to_string();
    json!({
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": DID,
        "verificationMethod": [{
            "id": format!("{DID}#key-1"),
            "type": "Multikey",
            "controller": DID,
            "publicKeyMultibase": multibase,
        }],
        "assertionMethod": [format!("{DID}#key-1")],
    })
    .to_string()
}

/// A checkpoint that the log has signed, and a leaf with this commitment that its tree does not hold.
fn forged_proof(own: Hash) -> String {
    let leaf = LeafView {
        commitments: vec![own],
        index: 0,
        kind: "certificate-issued".to_owned(),
        time: "2026-01-15T09:30:00.000000Z".to_owned(),
    };
    let head = TreeHead { size: 1, root: merkle::leaf_hash(b"another leaf") };
    let text = Checkpoint { origin: LOG.to_owned(), head }.to_string();
    let signature = key(8).sign(text.as_bytes()).to_bytes();
    let note = Note::new(&text, vec![SignatureLine::of_signature(&log_key(), &signature)]).unwrap();
    TlogProof::new(Some(leaf.text().into_bytes()), 0, Vec::new(), note).unwrap().to_string()
}

/// The badge, a trust list that names the log, and a folder with the key document, and with the forged proof or without.
fn desk(is_proof_handed_over: bool) -> TempDir {
    let desk = tempfile::tempdir().unwrap();
    let place = |name: &str| desk.path().join(name);
    let (badge, own) = badge();
    fs::write(place("badge.json"), badge).unwrap();
    let log = json!({"origin": LOG, "vkey": log_key().to_string()});
    let trust = json!({"version": 1, "issuers": [{"id": DID, "log": log}]});
    fs::write(place("trust.json"), trust.to_string()).unwrap();
    fs::create_dir(place("documents")).unwrap();
    fs::write(place("documents/did.json"), key_document()).unwrap();
    if is_proof_handed_over {
        fs::write(place("documents/a.tlog-proof"), forged_proof(own)).unwrap();
    }
    desk
}

fn check(desk: &TempDir, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_verifier"));
    command.args(["check", "--offline", "--trust", "trust.json", "--documents", "documents"]);
    command.args(words).arg("badge.json").current_dir(desk.path()).stdin(Stdio::null());
    command.env_remove("NO_COLOR").output().unwrap()
}

/// Every check that has a problem, by name, outcome and the last part of its kind.
fn troubles(output: &Output) -> Vec<String> {
    let line: Value = serde_json::from_slice(&output.stdout).unwrap();
    let checks = line["checks"].as_array().unwrap().iter();
    let troubled = checks.filter(|check| check.get("problem").is_some());
    let told = troubled.map(|check| {
        let [name, outcome] = ["name", "outcome"].map(|member| check[member].as_str().unwrap());
        let kind = check["problem"]["type"].as_str().unwrap();
        format!("{name} {outcome} {}", kind.rsplit([':', '#']).next().unwrap())
    });
    told.collect()
}

/// Exit code, what people read first, and the cells `check` and `problem` of the table.
fn reason(desk: &TempDir, words: &[&str]) -> (Option<i32>, String, [String; 2]) {
    let output = check(desk, &[&["--report", "r.csv"], words].concat());
    let text = String::from_utf8(output.stdout).unwrap();
    let first: Vec<&str> = text.lines().take(2).collect();
    let table = fs::read_to_string(desk.path().join("r.csv")).unwrap();
    let rows: Vec<Vec<&str>> = table.lines().map(|row| row.split(',').collect()).collect();
    let cell = |name: &str| {
        let at = rows[0].iter().position(|column| *column == name).unwrap();
        rows[1][at].to_owned()
    };
    (output.status.code(), first.join("\n"), [cell("check"), cell("problem")])
}

#[test]
fn a_check_that_fails_decides_before_one_that_found_nothing_out() {
    let (desk, at) = (desk(true), ["--at", "2026-05-15"]);
    let output = check(&desk, &["--json", at[0], at[1]]);
    let told = ["status unknown STATUS_RETRIEVAL_ERROR", "inclusion fail INCLUSION_PROOF_ERROR"];
    assert_eq!(troubles(&output), told);
    let (code, text, cells) = reason(&desk, &at);
    assert_eq!((code, cells), (Some(1), ["inclusion", "INCLUSION_PROOF_ERROR"].map(str::to_owned)));
    assert!(text.starts_with("INVALID") && text.contains("The inclusion proof does not hold"));
    assert!(!text.contains("status list"), "{text}");
}

#[test]
fn of_two_that_weigh_the_same_the_first_decides() {
    let at = ["--at", "2026-05-15", "--require-inclusion"];
    let unproven = desk(false);
    let output = check(&unproven, &[&["--json"], &at[..]].concat());
    let told = ["status unknown STATUS_RETRIEVAL_ERROR", "inclusion unknown INCLUSION_MISSING"];
    assert_eq!(troubles(&output), told);
    let (code, _, cells) = reason(&unproven, &at);
    assert_eq!((code, cells), (Some(3), ["status", "STATUS_RETRIEVAL_ERROR"].map(str::to_owned)));

    let (early, at) = (desk(true), ["--at", "1999-01-01"]);
    let output = check(&early, &["--json", at[0], at[1]]);
    let told = [
        "validity fail NOT_YET_VALID",
        "status unknown STATUS_RETRIEVAL_ERROR",
        "inclusion fail INCLUSION_PROOF_ERROR",
    ];
    assert_eq!(troubles(&output), told);
    let (code, text, cells) = reason(&early, &at);
    assert_eq!((code, cells), (Some(1), ["validity", "NOT_YET_VALID"].map(str::to_owned)));
    assert!(!text.contains("inclusion proof"), "{text}");
}
