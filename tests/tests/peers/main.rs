//! Implementations that are not ours, in both directions: what we sign is verified by them, and what they sign by us. Right
//! and wrong credentials alike, each with its verdict and its reason.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod cases;
mod ours;
mod peer;
mod shared;
mod transcripts;

use std::fs;
use std::path::{Path, PathBuf};

use cases::{judged_right_by, judged_right_here};
use peer::{ALL, Answer, DIGITALBAZAAR, Interpreter, OPENBADGESLIB, Peer, VERIFIER_CORE};
use peer::{folder, installed, succeeded};
use serde_json::{Value, json};
use tanu_tests::{Demo, binary, demo, skip};
use tempfile::TempDir;

/// A copy of a demo credential in which the holder has another name.
fn renamed(demo: &Demo, dir: &Path) -> PathBuf {
    let valid = demo.files.iter().find(|file| file.valid).unwrap();
    let mut credential: Value = serde_json::from_slice(&fs::read(&valid.path).unwrap()).unwrap();
    let name = credential.pointer_mut("/credentialSubject/identifier/0/identityHash").unwrap();
    assert!(name.is_string());
    *name = json!("Basqa Adam");
    let path = dir.join("renamed.json");
    fs::write(&path, credential.to_string()).unwrap();
    path
}

/// The demo, if it and the peers are there.
fn set_up(test: &str) -> Option<Demo> {
    installed().and_then(|()| demo()).map_err(|why| skip(test, &why)).ok()
}

fn agrees_with_the_demo(demo: &Demo, peer: &Peer) -> Vec<Value> {
    let scratch = tempfile::tempdir().unwrap();
    let mut files: Vec<_> = demo.files.iter().map(|file| file.path.clone()).collect();
    files.push(renamed(demo, scratch.path()));

    let mut lines = peer.lines(&demo.dir, &files);
    let control = Answer::read(&lines.pop().unwrap());
    assert_eq!(control, Answer { verified: false, revoked: None }, "a changed name is accepted");

    for (file, line) in demo.files.iter().zip(&lines) {
        let answer = Answer::read(line);
        let expected = Answer { verified: true, revoked: Some(file.number == demo.revoked) };
        assert_eq!(answer, expected, "{} {}", file.number, file.language);
        // The demo breaks no signature: what it calls invalid is what it revoked.
        assert_eq!(file.valid, answer.revoked == Some(false), "{} {}", file.number, file.language);
    }
    assert!(demo.files.iter().any(|file| !file.valid), "the demo revokes nothing");
    lines
}

#[test]
fn digitalbazaar_agrees_with_the_demo() {
    if let Some(demo) = set_up("digitalbazaar_agrees_with_the_demo") {
        agrees_with_the_demo(&demo, &DIGITALBAZAAR);
    }
}

#[test]
fn openbadgeslib_agrees_with_the_demo() {
    if let Some(demo) = set_up("openbadgeslib_agrees_with_the_demo") {
        agrees_with_the_demo(&demo, &OPENBADGESLIB);
    }
}

/// This peer looks up the JSON Schema that belongs to the contexts, and the issuer in a registry, as well.
#[test]
fn verifier_core_agrees_with_the_demo() {
    let Some(demo) = set_up("verifier_core_agrees_with_the_demo") else { return };
    for line in agrees_with_the_demo(&demo, &VERIFIER_CORE) {
        assert_eq!([&line["schema"], &line["trusted"]], [true, true], "{line}");
    }
}

/// Known cases, good and bad: a peer that says yes to everything would agree with any demo.
#[test]
fn the_peers_tell_right_from_wrong() {
    if let Err(why) = installed() {
        return skip("the_peers_tell_right_from_wrong", &why);
    }
    let run = Interpreter::Node.run(&folder().join("selftest.mjs")).output().unwrap();
    println!("{}", succeeded("selftest.mjs", run));
}

/// Every case of one maker: our verdict, and the answer of every peer that reads the format.
fn everybody_agrees(dir: &Path, formats: &[&str]) {
    for format in formats {
        judged_right_here(dir, format);
        for peer in ALL.into_iter().filter(|peer| peer.reads(format)) {
            judged_right_by(peer, dir, format);
        }
    }
}

/// What the script of a maker makes, if all that is needed is there.
fn made(test: &str, interpreter: Interpreter, script: &str) -> Option<TempDir> {
    let built = || binary("verifier").ok_or_else(|| "the verifier is not built".to_owned());
    let ready = installed().and_then(|()| built());
    if let Err(why) = ready {
        skip(test, &why);
        return None;
    }
    let dir = tempfile::tempdir().unwrap();
    let mut make = interpreter.run(&folder().join("issue").join(script));
    succeeded(script, make.arg(dir.path()).output().unwrap());
    Some(dir)
}

#[test]
fn everybody_agrees_about_digitalbazaar() {
    let test = "everybody_agrees_about_digitalbazaar";
    let Some(dir) = made(test, Interpreter::Node, "digitalbazaar.mjs") else { return };
    let formats = ["eddsa-rdfc-2022", "eddsa-jcs-2022", "both", "Ed25519Signature2020"];
    everybody_agrees(dir.path(), &formats);
}

#[test]
fn everybody_agrees_about_digitalcredentials() {
    let test = "everybody_agrees_about_digitalcredentials";
    let Some(dir) = made(test, Interpreter::Node, "digitalcredentials.mjs") else { return };
    everybody_agrees(dir.path(), &["eddsa-rdfc-2022", "Ed25519Signature2020"]);
}

#[test]
fn everybody_agrees_about_openbadgeslib() {
    let test = "everybody_agrees_about_openbadgeslib";
    let Some(dir) = made(test, Interpreter::Python, "openbadgeslib.py") else { return };
    everybody_agrees(dir.path(), &["eddsa-rdfc-2022", "EdDSA", "ES256", "RS256"]);
}

#[test]
fn everybody_agrees_about_jose() {
    let Some(dir) = made("everybody_agrees_about_jose", Interpreter::Node, "jose.mjs") else {
        return;
    };
    everybody_agrees(dir.path(), &["ob3-jwt", "vc+jwt"]);
}

#[test]
fn everybody_agrees_about_us() {
    let test = "everybody_agrees_about_us";
    let Some(theirs) = made(test, Interpreter::Node, "digitalbazaar.mjs") else { return };
    let dir = tempfile::tempdir().unwrap();
    for part in ["documents", "trust.json"] {
        fs::rename(theirs.path().join(part), dir.path().join(part)).unwrap();
    }
    ours::make(dir.path(), theirs.path());
    everybody_agrees(dir.path(), ours::FORMATS);
}
