//! Fetching as a user meets it: the real binary, and addresses of this machine that it must not touch.
#![expect(clippy::unwrap_used, reason = "a test that cannot set up its case shall stop")]

use std::fs;
use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};

use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use verifier::{Cryptosuite, Multikey, ProofOptions, secure, signing_input};

/// The badge of `tests/synthetic`, as somebody else signs it.
fn badge(issuer: &str, method: &str, list: Option<&str>) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/synthetic/signed-db-min.json");
    let mut credential: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let members = credential.as_object_mut().unwrap();
    members.remove("proof");
    members["issuer"]["id"] = issuer.into();
    if let Some(list) = list {
        let entry = json!({
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "5",
            "statusListCredential": list,
        });
        members.insert("credentialStatus".to_owned(), entry);
    }
    let options = ProofOptions {
        cryptosuite: Cryptosuite::EddsaRdfc2022,
        verification_method: method.to_owned(),
        created: "2026-01-15T09:30:00Z".to_owned(),
    };
    let signature = key().sign(signing_input(&credential, &options).unwrap().as_bytes());
    secure(&credential, &options, &signature.to_bytes()).to_string()
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn by_did_web(did: &str) -> String {
    badge(did, &format!("{did}#key-1"), None)
}

/// Signed with a did:key, so that nothing but the list is missing.
fn with_list(list: &str) -> String {
    let key = Multikey::from_bytes(key().verifying_key().as_bytes()).unwrap();
    badge(&format!("did:key:{key}"), &format!("did:key:{key}#{key}"), Some(list))
}

/// A door of this machine, and badges that name it in every way.
fn door() -> (TcpListener, Vec<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let issuers = ["localhost", "127.0.0.1", "0", "2130706433", "0x7f.1", "localhost.localdomain"]
        .map(|host| by_did_web(&format!("did:web:{host}%3A{port}")));
    let lists = [
        format!("https://localhost:{port}/status/1"),
        format!("https://127.0.0.1:{port}/status/1"),
        format!("http://127.0.0.1:{port}/status/1"),
        format!("https://0x7f000001:{port}/status/1"),
        format!("https://[::ffff:127.0.0.1]:{port}/status/1"),
        format!("https://user@127.0.0.1:{port}/status/1"),
        "file:///etc/hostname".to_owned(),
    ]
    .map(|list| with_list(&list));
    (listener, issuers.into_iter().chain(lists).collect())
}

fn nobody_knocked(listener: &TcpListener) {
    assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
}

/// The problems of a report, without their namespace.
fn problems(report: &Value) -> Vec<&str> {
    let checks = report["checks"].as_array().unwrap();
    checks
        .iter()
        .filter_map(|check| check["problem"]["type"].as_str())
        .map(|name| name.rsplit([':', '#']).next().unwrap())
        .collect()
}

#[test]
fn check_does_not_knock_at_this_machine() {
    let (listener, badges) = door();
    let folder = tempfile::tempdir().unwrap();
    for offline in [false, true] {
        for badge in &badges {
            let path = folder.path().join("badge.json");
            fs::write(&path, badge).unwrap();
            let mut command = Command::new(env!("CARGO_BIN_EXE_verifier"));
            command.args(["check", "--json", "--at", "2026-05-15"]).arg(&path);
            if offline {
                command.arg("--offline");
            }
            let output = command.output().unwrap();
            let report: Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!(output.status.code(), Some(3), "{report}");
            assert_eq!(report["documents_missing"].as_array().unwrap().len(), 1, "{report}");
            let refused = problems(&report).contains(&"ADDRESS_NOT_ALLOWED");
            assert_eq!(refused, !offline, "{report}");
            nobody_knocked(&listener);
        }
    }
}

#[test]
fn serve_does_not_knock_at_this_machine() {
    let (listener, badges) = door();
    for words in [&[][..], &["--offline"]] {
        let mut service = Command::new(env!("CARGO_BIN_EXE_verifier"))
            .args(["serve", "--listen", "127.0.0.1:0", "--json"])
            .args(words)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(service.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let line: Value = serde_json::from_str(&line).unwrap();
        let address = line["listening"].as_str().unwrap();
        for badge in &badges {
            let answer = posted(address, badge);
            let body = answer.split_once("\r\n\r\n").unwrap().1;
            let report: Value = serde_json::from_str(body).unwrap();
            assert_eq!(report["verdict"], "indeterminate", "{report}");
            let refused = problems(&report).contains(&"ADDRESS_NOT_ALLOWED");
            assert_eq!(refused, words.is_empty(), "{report}");
        }
        let _ = service.kill();
        service.wait().unwrap();
    }
    nobody_knocked(&listener);
}

fn posted(address: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    let head = "POST /verify HTTP/1.1\r\nhost: x\r\nconnection: close\r\n";
    write!(stream, "{head}content-length: {length}\r\n\r\n{body}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
