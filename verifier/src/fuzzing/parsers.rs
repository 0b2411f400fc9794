//! Targets for parsers alone: what is read is written again, and means the same.
//! They must not verify whole credentials.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::Signer as _;
use serde_json::Value;

use super::samples;
use crate::base58;
use crate::did_web::did_web_url;
use crate::host_name::is_canonical_host;
use crate::identifier::Multikey;
use crate::jcs::canonical;
use crate::jose::{CompactJws, read_claims};
use crate::json::{self, Object};
use crate::key::PublicKey;
use crate::limits;
use crate::linked_data::{HashFunction, canonicalize, parse_n_quads};
use crate::statement::{
    StatedProgramme, Statement, handle_bytes, handle_text, is_statement, open_statement,
};
use crate::time::Timestamp;

/// Strict JSON is JSON to everybody else, and means the same.
pub(super) fn json(bytes: &[u8]) {
    let Ok(object) = json::parse(bytes) else { return };
    let theirs: Value = match serde_json::from_slice(bytes) {
        Ok(theirs) => theirs,
        Err(error) => panic!("only we can read this: {error}"),
    };
    assert_eq!(object.to_serde(), theirs);
    let text = theirs.to_string();
    assert!(json::parse(text.as_bytes()).is_ok_and(|again| again == object), "{text}");
}

/// The canonical form reads as the same value, and is its own canonical form.
pub(super) fn jcs(bytes: &[u8]) {
    let Ok(object) = json::parse(bytes) else { return };
    let text = canonical_text(&object);
    let again = json::parse(text.as_bytes());
    let again = again.unwrap_or_else(|problem| panic!("{text} is not readable: {problem:?}"));
    assert_eq!(canonical_text(&again), text);
    let (ours, theirs) = (again.to_serde(), object.to_serde());
    assert!(equal(&ours, &theirs), "{ours} is not {theirs}");
}

/// Equality by value: `1` and `1.0` are one number.
fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(name, value)| right.get(name).is_some_and(|it| equal(it, value)))
        }
        _ => left == right,
    }
}

fn canonical_text(object: &Object<'_>) -> String {
    let mut text = String::new();
    canonical(object, &mut text);
    text
}

/// A token has one spelling, and only what the known key signed verifies under it.
pub(super) fn token(bytes: &[u8]) {
    let Ok(jws) = CompactJws::parse(bytes) else { return };
    let text = String::from_utf8_lossy(bytes);
    let parts: Vec<&str> = text.split('.').collect();
    let [_, payload, _] = parts[..] else { panic!("{text} has not three parts") };
    assert_eq!(URL_SAFE_NO_PAD.encode(&jws.payload), payload);
    if jws.verify(&samples::public_key()).is_ok() {
        assert!(samples::tokens().iter().any(|signed| signed == bytes), "a forgery: {text}");
    }
    let Ok(payload) = json::parse(&jws.payload) else { return };
    let Ok(claims) = read_claims(&payload, &jws.header) else { return };
    for name in ["iss", "sub", "jti", "nbf", "exp", "iat", "vp", "aud"] {
        assert!(payload.find("vc").is_some() || claims.credential.find(name).is_none(), "{name}");
    }
}

/// A key that is taken shows nothing private, is read the same again, and verifies no signature of zeros.
pub(super) fn jwk(bytes: &[u8]) {
    let Ok(object) = json::parse(bytes) else { return };
    let Ok(key) = PublicKey::from_jwk(&object) else { return };
    assert!(["d", "p", "q", "k"].iter().all(|member| object.find(member).is_none()));
    assert_eq!(PublicKey::from_jwk(&object).as_ref(), Ok(&key));
    for length in [0, 64, 256] {
        assert!(key.verify(key.algorithm(), b"message", &vec![0; length]).is_err());
    }
}

pub(super) fn jwks() -> Vec<Vec<u8>> {
    let x = URL_SAFE_NO_PAD.encode(samples::signing_key().verifying_key().as_bytes());
    [
        format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}","alg":"EdDSA","use":"sig"}}"#),
        r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","key_ops":["verify"]}"#.to_owned(),
        r#"{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}"#.to_owned(),
    ]
    .map(String::into_bytes)
    .into()
}

/// A Multikey has one spelling.
pub(super) fn multikey(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let read = PublicKey::from_multikey(text);
    if let Ok(key) = Multikey::parse(text) {
        assert_eq!(key.to_string(), text);
        assert_eq!(read, Ok(PublicKey::Ed25519(key)));
    }
}

pub(super) fn multikeys() -> Vec<Vec<u8>> {
    let p256 = "zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169".to_owned();
    [samples::multikey(), p256].map(String::into_bytes).into()
}

/// Canonical N-Quads can be read, and are their own canonical form.
pub(super) fn n_quads(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let Some(dataset) = parse_n_quads(text) else { return };
    let Ok(canonical) = canonicalize(&dataset.quads, HashFunction::Sha256) else { return };
    let again = parse_n_quads(&canonical.n_quads);
    let again = again.unwrap_or_else(|| panic!("{} is not readable", canonical.n_quads));
    let Ok(again) = canonicalize(&again.quads, HashFunction::Sha256) else {
        panic!("the canonical form is harder than the first: {}", canonical.n_quads)
    };
    assert_eq!(again.n_quads, canonical.n_quads);
}

/// A date that is read is written, and read again as the same second.
pub(super) fn date(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let Some(date) = Timestamp::parse(text) else { return };
    if Timestamp::YEARS.contains(&date.unix_seconds()) {
        let again = Timestamp::parse(&date.to_string()).map(Timestamp::unix_seconds);
        assert_eq!(again, Some(date.unix_seconds()), "{text}");
    }
}

pub(super) fn dates() -> Vec<Vec<u8>> {
    ["2026-05-15T00:00:00+05:00", "2024-02-29T23:59:59.999Z", "0001-01-01T00:00:00-14:00"]
        .map(|text| text.as_bytes().to_vec())
        .into()
}

/// An address that is computed lies on the host that the identifier names, and nowhere above its root.
pub(super) fn did_web(bytes: &[u8]) {
    let Ok(did) = str::from_utf8(bytes) else { return };
    let Ok(url) = did_web_url(did) else { return };
    let Some((authority, path)) = url.strip_prefix("https://").and_then(|it| it.split_once('/'))
    else {
        panic!("{url} is no HTTPS address")
    };
    let host = authority.split(':').next().unwrap_or_default();
    assert!(is_canonical_host(host) && did.starts_with(&format!("did:web:{host}")), "{did}: {url}");
    assert!(path.split('/').all(|segment| !matches!(segment, "" | "." | "..")), "{did}: {url}");
    assert!(!url.contains(['%', '?', '#', '@', '\\', ' ']) && url.is_ascii(), "{did}: {url}");
}

pub(super) fn dids() -> Vec<Vec<u8>> {
    ["did:web:a.example", "did:web:a.example%3A8443:u:7", "did:web:xn--80ak6aa92e.example"]
        .map(|text| text.as_bytes().to_vec())
        .into()
}

/// What is written in base 58 is read again, and what is read is written so.
pub(super) fn base_58(bytes: &[u8]) {
    if let Ok(signature) = <[u8; 64]>::try_from(bytes) {
        assert_eq!(base58::decode(&base58::encode(&signature)), Some(signature));
    }
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Some(signature) = base58::decode::<64>(text) {
        assert_eq!(base58::encode(&signature), text);
    }
    if let Some(key) = base58::decode::<34>(text) {
        assert_eq!(base58::encode(&key), text);
    }
}

pub(super) fn figures() -> Vec<Vec<u8>> {
    let signature = samples::signing_key().to_bytes().repeat(2);
    let zeros = [0; 64];
    let written = [signature.as_slice(), &zeros, signature.get(..34).unwrap_or_default()];
    let written = written.map(|bytes| base58::encode(bytes).into_bytes());
    written.into_iter().chain([signature, zeros.to_vec()]).collect()
}

/// What the text of a code says is written again as the same claims; and a URL that is read has one spelling but for the case of its host.
pub(super) fn statement(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let Ok(opened) = open_statement(text) else { return };
    assert!(is_statement(bytes) && text.len() <= limits::QR_TEXT_CHARS_MAX, "{text}");
    let name = opened.key_id.rsplit('#').next().unwrap_or_default();
    let fragment = opened.statement.prepare(name).fragment(&opened.signature);
    let address = text.split('#').next().unwrap_or_default().trim_start();
    let again = open_statement(&format!("{address}{fragment}"));
    let again = again.unwrap_or_else(|problem| panic!("{text}: {problem:?}"));
    assert_eq!((&again.statement, again.signature), (&opened.statement, opened.signature));
    let handle = handle_text(&again.statement.handle);
    assert!(address.ends_with(&format!("/c/{handle}")), "{address}");
    assert_eq!(handle_bytes(&handle), Some(again.statement.handle));
}

pub(super) fn statements() -> Vec<Vec<u8>> {
    let programme = StatedProgramme {
        registration_number: "SYN-MK-2026-0001".to_owned(),
        version: "1.0".to_owned(),
        digest: [1; 16],
        title: "Жоба".to_owned(),
        qualification: "Үйлестіруші".to_owned(),
        level: 6,
        hours: 90,
        credits: 3,
        study_form: 1,
    };
    let named = Statement {
        issuer: samples::ISSUER.to_owned(),
        handle: [0; 10],
        number: "MC-A-000001-BBBB-0".to_owned(),
        registration_number: "2026-A-000001".to_owned(),
        holder: "Қалыпова Әсем".to_owned(),
        programme,
        period: [20_549, 20_581],
        commission_day: 20_586,
        issue_day: 20_588,
        percent: 90,
        scores: vec![92, 88],
        competences: vec!["бір".to_owned(), "екі".to_owned()],
        status: [1, 4_099],
        editions: [3; 32],
    };
    let short = Statement { scores: Vec::new(), competences: Vec::new(), ..named.clone() };
    let written = [named, short].map(|statement| {
        let unsigned = statement.prepare("qr-1");
        let signature = samples::signing_key().sign(unsigned.signing_input()).to_bytes();
        format!("https://issuer.example/c/AAAAAAAAAAAAAAAA{}", unsigned.fragment(&signature))
    });
    written.map(String::into_bytes).into()
}
