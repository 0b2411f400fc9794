//! The documents and trust lists of the corpus: what the invented issuers publish, and what hostile ones put in its place.
//! Every document has an identifier of its own, so that one folder serves all cases.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::badge::{KEY, UNIVERSITY, VC_2};
use super::keys::{Key, key, multibase};
use super::sign::{options, prove, with_proofs};
use super::token_cases::{base64url, p256_jwk};

/// The university's key for status lists.
const STATUS_KEY: &str = "did:web:university.example#status-1";
/// The university's key for the statements of QR codes.
const QR_KEY: &str = "did:web:university.example#qr-1";
/// A second honest issuer.
pub(crate) const PARTNER: &str = "did:web:partner.example";
/// The bits of a list that are set in the list `revoked`.
const SET: [usize; 6] = [0, 1, 7, 8, 94, 131_071];
/// Bytes of the smallest list of the specification.
const LIST_BYTES: usize = 16_384;

/// Every small document by its file name, without ending.
pub(crate) fn documents() -> Vec<(String, Value)> {
    let mut all = vec![
        ("did-university".to_owned(), university()),
        ("did-partner".to_owned(), simple_did(PARTNER, &key("partner"))),
        ("did-stranger".to_owned(), simple_did("did:web:stranger.example", &key("stranger"))),
        ("did-impostor".to_owned(), impostor()),
    ];
    all.extend(lists().into_iter().map(|(name, list)| (format!("status-{name}"), list)));
    all
}

/// Every trust list by its file name, without ending.
pub(crate) fn trust_lists() -> Vec<(String, Value)> {
    let pin = |id: &str, key: &Key, by_use: &str| json!({ "id": id, "multibase": key.multibase(), "use": by_use });
    let university = json!({
        "id": UNIVERSITY,
        "name": "Example University",
        "keys": [
            pin(KEY, &key("university"), "credentials"),
            pin(STATUS_KEY, &key("status"), "status-lists"),
            pin(QR_KEY, &key("qr"), "qr-statements"),
            pin(&format!("{UNIVERSITY}#removed"), &key("removed"), "credentials"),
        ],
    });
    let partner = json!({ "id": PARTNER, "name": "Partner" });
    let holder = key("did-key issuer");
    let by_did_key = json!({ "id": holder.did(), "name": "An issuer under did:key" });
    let dated = |from: &str, until: &str| json!({ "id": UNIVERSITY, "keys": [{ "id": KEY, "multibase": key("university").multibase(), "from": from, "until": until }] });
    let another = json!({ "id": UNIVERSITY, "keys": [{ "id": KEY, "multibase": key("stranger").multibase() }] });
    let list = |issuers: Value| json!({ "version": 1, "issuers": issuers });
    vec![
        ("university".to_owned(), list(json!([university, partner, by_did_key]))),
        ("nobody".to_owned(), list(json!([]))),
        ("another-key".to_owned(), list(json!([another]))),
        (
            "key-ended".to_owned(),
            list(json!([dated("2019-01-01T00:00:00Z", "2020-01-01T00:00:00Z")])),
        ),
        (
            "key-later".to_owned(),
            list(json!([dated("2021-01-01T00:00:00Z", "9000-01-01T00:00:00Z")])),
        ),
    ]
}

fn method(id: &str, key: &str) -> Value {
    json!({ "id": id, "type": "Multikey", "controller": UNIVERSITY, "publicKeyMultibase": key })
}

fn simple_did(id: &str, key: &Key) -> Value {
    let url = format!("{id}#key-1");
    json!({
        "id": id,
        "verificationMethod": [{ "id": url, "type": "Multikey", "controller": id, "publicKeyMultibase": key.multibase() }],
        "assertionMethod": [url],
    })
}

/// A stranger's document that says its key is controlled by the university.
fn impostor() -> Value {
    let mut document = simple_did("did:web:impostor.example", &key("impostor"));
    document["verificationMethod"][0]["controller"] = json!(UNIVERSITY);
    document["controller"] = json!(UNIVERSITY);
    document
}

/// The public keys of the university that no signature may be verified with, by fragment.
fn unusable_keys() -> Vec<(&'static str, String)> {
    let public = key("university").public_bytes();
    let coded = |codec: &[u8], key: &[u8]| multibase(&[codec, key].concat());
    let mut identity = [0; 32];
    identity[0] = 1;
    vec![
        ("x25519", coded(&[0xec, 0x01], &public)),
        ("p256", coded(&[0x80, 0x24], &[&[2], public.as_slice()].concat())),
        ("long-varint", coded(&[0xed, 0x81, 0x00], &public)),
        ("short", coded(&[0xed, 0x01], &public[..31])),
        ("long", coded(&[0xed, 0x01], &[&public[..], &[0]].concat())),
        ("weak", coded(&[0xed, 0x01], &identity)),
        (
            "base64url",
            format!("u{}", URL_SAFE_NO_PAD.encode([&[0xed, 0x01], public.as_slice()].concat())),
        ),
    ]
}

/// The university's keys in JWK: one good, the others such that no signature may be verified with them.
fn tokens_keys() -> Vec<(&'static str, Value)> {
    let public = base64url(key("university").public_bytes());
    let rsa =
        |bytes: usize, e: &str| json!({ "kty": "RSA", "n": base64url(vec![0xc5; bytes]), "e": e });
    let good = p256_jwk();
    let mut off = good.clone();
    off["y"] = off["x"].clone();
    let mut private = good.clone();
    private["d"] = json!(base64url([1; 32]));
    vec![
        ("p256-jwk", good),
        ("p256-off", off),
        ("p256-private", private),
        ("x25519-jwk", json!({ "kty": "OKP", "crv": "X25519", "x": public })),
        ("rsa-512", rsa(64, "AQAB")),
        ("rsa-1024", rsa(128, "AQAB")),
        ("rsa-e-1", rsa(256, "AQ")),
    ]
}

fn university() -> Value {
    let url = |fragment: &str| format!("{UNIVERSITY}#{fragment}");
    let honest = key("university").multibase();
    let mut methods = vec![
        method(KEY, &honest),
        method(STATUS_KEY, &key("status").multibase()),
        method(QR_KEY, &key("qr").multibase()),
        method(&url("login"), &key("login").multibase()),
        method(&url("twice"), &honest),
        method(&url("twice"), &key("stranger").multibase()),
    ];
    let mut assertion = [KEY, STATUS_KEY, QR_KEY].map(str::to_owned).to_vec();
    assertion.push(url("twice"));
    let mut special = |fragment: &str, member: &str, value: Value| {
        let mut special = method(&url(fragment), &honest);
        special[member] = value;
        methods.push(special);
        assertion.push(url(fragment));
    };
    special("borrowed", "controller", json!(PARTNER));
    special("two-controllers", "controller", json!([UNIVERSITY, PARTNER]));
    special("revoked", "revoked", json!("2020-06-01T00:00:00Z"));
    special("expired", "expires", json!("2020-06-01T00:00:00Z"));
    special("expires-never-said", "expires", json!("soon"));
    special("unknown-type", "type", json!("JsonWebKey2020"));
    for (fragment, text) in unusable_keys() {
        special(fragment, "publicKeyMultibase", json!(text));
    }
    for (fragment, jwk) in tokens_keys() {
        let id = url(fragment);
        methods.push(json!({ "id": id, "type": "JsonWebKey", "controller": UNIVERSITY, "publicKeyJwk": jwk }));
        assertion.push(id);
    }
    json!({
        "id": UNIVERSITY,
        "verificationMethod": methods,
        "authentication": [url("login")],
        "assertionMethod": assertion,
    })
}

/// The bits with these set, in GZIP.
fn gzip(bits: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    match encoder.write_all(bits).and_then(|()| encoder.finish()) {
        Ok(compressed) => compressed,
        Err(error) => panic!("a list of the corpus: {error}"),
    }
}

fn bits(set: &[usize], bytes: usize) -> Vec<u8> {
    let mut bits = vec![0_u8; bytes];
    set.iter().for_each(|index| bits[index / 8] |= 0x80 >> (index % 8));
    bits
}

/// `encodedList` of these compressed bytes.
pub(crate) fn encoded(compressed: &[u8]) -> String {
    format!("u{}", URL_SAFE_NO_PAD.encode(compressed))
}

/// The smallest list, all clear, in GZIP.
pub(crate) fn zero_list() -> Vec<u8> {
    gzip(&bits(&[], LIST_BYTES))
}

/// An unsigned list under this name, about revocation.
pub(crate) fn unsigned_list(name: &str, compressed: &[u8]) -> Value {
    let url = format!("https://university.example/status/{name}");
    json!({
        "@context": [VC_2],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": UNIVERSITY,
        "validFrom": "2020-01-15T09:00:00Z",
        "validUntil": "9000-01-01T00:00:00Z",
        "credentialSubject": {
            "id": format!("{url}#list"),
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded(compressed),
        },
    })
}

/// The list with a proof by the university's key for lists.
pub(crate) fn signed_list(list: &Value) -> Value {
    with_proofs(list, vec![prove(list, &options(STATUS_KEY), &key("status"))])
}

fn lists() -> Vec<(String, Value)> {
    let zeros = gzip(&bits(&[], LIST_BYTES));
    let mut lists = vec![("clean", signed_list(&unsigned_list("clean", &zeros)))];
    let mut with_bits =
        |name, compressed: &[u8]| lists.push((name, signed_list(&unsigned_list(name, compressed))));
    with_bits("revoked", &gzip(&bits(&SET, LIST_BYTES)));
    // Statements name lists by number.
    with_bits("41", &zeros);
    with_bits("42", &gzip(&bits(&SET, LIST_BYTES)));
    with_bits("short", &gzip(&bits(&[], LIST_BYTES - 1)));
    with_bits("two-members", &[zeros.clone(), zeros.clone()].concat());
    with_bits("trailing", &[zeros.as_slice(), b"more"].concat());
    with_bits("truncated", &zeros[..zeros.len() - 5]);
    with_bits("wrong-sum", &flipped(&zeros, 8));
    with_bits("wrong-length", &flipped(&zeros, 1));
    with_bits("not-gzip", b"not GZIP at all");
    with_bits("too-long", &gzip(&bits(&[], 16 * LIST_BYTES + 1)));
    lists.extend(odd_lists(&zeros));
    lists.into_iter().map(|(name, list)| (name.to_owned(), list)).collect()
}

/// The bytes with one bit of the `back`-th from the end turned.
fn flipped(bytes: &[u8], back: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let place = bytes.len() - back;
    bytes[place] ^= 1;
    bytes
}

fn odd_lists(zeros: &[u8]) -> Vec<(&'static str, Value)> {
    let list = |name: &str, change: &dyn Fn(&mut Value)| {
        let mut list = unsigned_list(name, zeros);
        change(&mut list);
        list
    };
    let signed = |name, change: &dyn Fn(&mut Value)| (name, signed_list(&list(name, change)));
    let by_key = |name, method: &str, key: &Key, change: &dyn Fn(&mut Value)| {
        let list = list(name, change);
        (name, with_proofs(&list, vec![prove(&list, &options(method), key)]))
    };
    let unchanged = |_: &mut Value| {};
    let mut tampered = signed_list(&unsigned_list("tampered", &gzip(&bits(&[94], LIST_BYTES))));
    tampered["credentialSubject"]["encodedList"] = json!(encoded(zeros));
    let by_partner = |list: &mut Value| list["issuer"] = json!(PARTNER);
    vec![
        ("unsigned", list("unsigned", &unchanged)),
        ("tampered", tampered),
        by_key("by-partner", &format!("{PARTNER}#key-1"), &key("partner"), &by_partner),
        by_key(
            "by-partner-as-university",
            &format!("{PARTNER}#key-1"),
            &key("partner"),
            &unchanged,
        ),
        by_key("by-credential-key", KEY, &key("university"), &unchanged),
        signed("suspended", &|list| {
            list["credentialSubject"]["statusPurpose"] = json!("suspension");
            list["credentialSubject"]["encodedList"] =
                json!(encoded(&gzip(&bits(&SET, LIST_BYTES))));
        }),
        signed("both-purposes", &|list| {
            list["credentialSubject"]["statusPurpose"] = json!(["suspension", "revocation"]);
        }),
        signed("not-yet", &|list| list["validFrom"] = json!("9000-01-01T00:00:00Z")),
        signed("expired", &|list| list["validUntil"] = json!("2020-02-15T09:00:00Z")),
        signed("endless", &|list| {
            list.as_object_mut().and_then(|list| list.shift_remove("validUntil"));
        }),
        signed("no-list-type", &|list| list["type"] = json!(["VerifiableCredential"])),
        signed("plain-base64", &|list| {
            let text = list["credentialSubject"]["encodedList"].as_str().unwrap_or_default();
            list["credentialSubject"]["encodedList"] = json!(text.trim_start_matches('u'));
        }),
        signed("messages", &|list| {
            list["credentialSubject"]["statusPurpose"] = json!("message");
            let bits = bits(&[15], 2 * LIST_BYTES);
            list["credentialSubject"]["encodedList"] = json!(encoded(&gzip(&bits)));
        }),
    ]
}
