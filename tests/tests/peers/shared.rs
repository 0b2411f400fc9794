//! The credentials of the shared folder `interop`, signed long ago by two peers with one key: all of them are valid here, with a
//! status list of that key. Without the folder there is nothing to test.

use std::env;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tanu_tests::{Judge, skip};
use verifier::{Code, Cryptosuite, Verdict};

use crate::ours::Key;

const LIST: &str = "https://badges.example.kz/status/3";
const INDEX: usize = 94_567;

/// The key that signed them; its seed is the bytes 1 to 32.
const MULTIBASE: &str = "z6MkneMkZqwqRiU5mJzSG3kDwzt9P8C59N4NGTfBLfSGE7c7";

fn signed_files() -> Result<Vec<PathBuf>, String> {
    let shared = env::var_os("TANU_SHARED_DATA").map(PathBuf::from);
    let folder = shared.map(|shared| shared.join("interop")).filter(|folder| folder.is_dir());
    let folder = folder.ok_or("TANU_SHARED_DATA names no folder with `interop`")?;
    let entries = fs::read_dir(folder).map_err(|error| error.to_string())?;
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.file_name().unwrap().to_str().unwrap().starts_with("signed-"));
    files.sort();
    Ok(files)
}

/// Trusts that key, and has a status list of it in which the badge is revoked or not.
fn judge(revoked: bool) -> Judge {
    let did = format!("did:key:{MULTIBASE}");
    let keys = json!([{ "id": format!("{did}#{MULTIBASE}"), "multibase": MULTIBASE }]);
    let issuers = json!([{ "id": did, "name": "Interop", "keys": keys }]);
    let mut judge = Judge::alone();
    judge.trust(json!({ "version": 1, "issuers": issuers }).to_string().as_bytes()).unwrap();
    let list = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": LIST,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": did,
        "validFrom": "2026-05-15T00:00:00Z",
        "validUntil": "2199-01-01T00:00:00Z",
        "credentialSubject": {
            "id": format!("{LIST}#list"),
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded(revoked),
        },
    });
    let seed = std::array::from_fn(|index| u8::try_from(index + 1).unwrap());
    let key = Key::new(format!("{did}#{MULTIBASE}"), seed);
    judge.add(key.prove(&list, Cryptosuite::EddsaRdfc2022).to_string().into_bytes()).unwrap();
    judge
}

/// Bitstring Status List, "Bitstring Generation Algorithm": index 0 is the highest bit of the first byte.
fn encoded(revoked: bool) -> String {
    let mut bits = vec![0_u8; 131_072 / 8];
    if revoked {
        bits[INDEX / 8] |= 0x80 >> (INDEX % 8);
    }
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(&bits).unwrap();
    format!("u{}", URL_SAFE_NO_PAD.encode(gzip.finish().unwrap()))
}

#[test]
fn every_shared_credential_is_valid() {
    let files = match signed_files() {
        Ok(files) => files,
        Err(why) => return skip("every_shared_credential_is_valid", &why),
    };
    let mut with_status = 0;
    for file in &files {
        let bytes = fs::read(file).unwrap();
        let report = judge(false).report(&bytes);
        let problems: Vec<_> = report.problems().collect();
        assert_eq!(report.verdict(), Verdict::Valid, "{}: {problems:?}", file.display());

        let credential: Value = serde_json::from_slice(&bytes).unwrap();
        if credential.get("credentialStatus").is_some() {
            let report = judge(true).report(&bytes);
            let codes: Vec<_> = report.problems().map(|problem| problem.code).collect();
            assert_eq!(codes, [Code::Revoked], "{}", file.display());
            with_status += 1;
        }
    }
    assert_eq!((files.len(), with_status), (6, 3));
}
