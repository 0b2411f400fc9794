//! What the known key signed, and the seeds made of it.
//! The key protects nothing; it exists in no other build than that of tests and fuzz targets.

use std::io::Write as _;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::register;
use super::world::World;
use crate::data_integrity::{Cryptosuite, ProofOptions, canonical_document, secure, signing_input};
use crate::identifier::Multikey;
use crate::jose::{TokenOptions, TokenProfile, token_input};
use crate::key::PublicKey;

pub(crate) const ISSUER: &str = "did:web:issuer.example";
pub(crate) const STATUS_LIST_URL: &str = "https://issuer.example/status/1";
pub(super) const STATUS_LIST_INDEX: u64 = 4_099;

/// The inclusion proof of the badge.
pub(super) const PROOF_NAME: &str = "urn:uuid:8d1b5c90-1d0f-4a53-a94f-25d1d7f6b001.tlog-proof";

const KEY_ID: &str = "did:web:issuer.example#key-1";
const CONTEXTS: [&str; 2] = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
];
pub(crate) const NOW: i64 = 1_780_000_000;

/// A key of what it signs: when that changes, what an older build signed is signed by nobody.
pub(super) fn signing_key() -> &'static SigningKey {
    static KEY: LazyLock<SigningKey> = LazyLock::new(|| {
        let unsigned = json!([badge(), noted_badge(), endorsement()]);
        SigningKey::from_bytes(&Sha256::digest(unsigned.to_string()).into())
    });
    &KEY
}

pub(super) fn public_key() -> PublicKey {
    match PublicKey::from_multikey(&multikey()) {
        Ok(key) => key,
        Err(fault) => panic!("the key of the tests cannot be used: {fault}"),
    }
}

pub(super) fn multikey() -> String {
    multikey_of(signing_key()).to_string()
}

pub(super) fn multikey_of(key: &SigningKey) -> Multikey {
    match Multikey::from_bytes(key.verifying_key().as_bytes()) {
        Ok(key) => key,
        Err(fault) => panic!("{fault}"),
    }
}

pub(super) fn proof_options(cryptosuite: Cryptosuite) -> ProofOptions {
    let verification_method = KEY_ID.to_owned();
    ProofOptions { cryptosuite, verification_method, created: "2026-01-15T09:30:00Z".to_owned() }
}

pub(super) fn credentials_unproved() -> [Value; 4] {
    [badge(), noted_badge(), endorsed_badge(), transcript()]
}

/// Two badges of one learner in one record: whatever the outer signature leaves open, the inner ones must hold.
fn transcript() -> Value {
    let mut other = badge();
    for (pointer, value) in [
        ("/id", "urn:uuid:8d1b5c90-1d0f-4a53-a94f-25d1d7f6b005"),
        ("/credentialSubject/achievement/id", "https://issuer.example/achievements/chess"),
        ("/credentialSubject/achievement/name", "Chess"),
    ] {
        if let Some(place) = other.pointer_mut(pointer) {
            *place = value.into();
        }
    }
    let [badge, other] = [badge(), other].map(|badge| signed(&badge, Cryptosuite::EddsaRdfc2022));
    let [model, of_badges] = CONTEXTS;
    json!({
        "@context": [model, "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json", of_badges],
        "id": "urn:uuid:8d1b5c90-1d0f-4a53-a94f-25d1d7f6b004",
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": "Transcript",
        "issuer": { "id": ISSUER, "type": ["Profile"], "name": "Example University" },
        "validFrom": "2026-01-15T09:00:00Z",
        "credentialSubject": {
            "id": "did:example:learner",
            "type": ["ClrSubject"],
            "verifiableCredential": [badge, other],
        },
    })
}

pub(crate) fn badge() -> Value {
    json!({
        "@context": CONTEXTS,
        "id": "urn:uuid:8d1b5c90-1d0f-4a53-a94f-25d1d7f6b001",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": { "id": ISSUER, "type": ["Profile"], "name": "Example University" },
        "validFrom": "2026-01-15T09:00:00Z",
        "name": "Teamwork",
        "credentialSubject": {
            "id": "did:example:learner",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://issuer.example/achievements/teamwork",
                "type": ["Achievement"],
                "criteria": { "narrative": "Peers nominate." },
                "description": "Collaborates.",
                "name": "Teamwork",
                "creditsAvailable": 4.5,
            },
        },
        "credentialStatus": {
            "id": format!("{STATUS_LIST_URL}#{STATUS_LIST_INDEX}"),
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": STATUS_LIST_INDEX.to_string(),
            "statusListCredential": STATUS_LIST_URL,
        },
    })
}

/// Another of the same issuer: one node told in two objects, and nodes that have no identifier.
fn noted_badge() -> Value {
    let mut badge = badge();
    if let Some(Value::Object(achievement)) = badge.pointer_mut("/credentialSubject/achievement") {
        let creator =
            json!({ "id": ISSUER, "type": ["Profile"], "url": "https://issuer.example/" });
        achievement.insert("creator".to_owned(), creator);
    }
    if let Some(members) = badge.as_object_mut() {
        members.insert("id".to_owned(), "urn:uuid:8d1b5c90-1d0f-4a53-a94f-25d1d7f6b002".into());
        members.remove("credentialStatus");
        let evidence = json!([
            { "id": "https://issuer.example/e/1", "type": ["Evidence"], "name": "a" },
            { "type": ["Evidence"], "name": "b" },
            { "type": ["Evidence"], "name": "c", "narrative": "b" },
        ]);
        members.insert("evidence".to_owned(), evidence);
    }
    badge
}

/// Somebody's word on an achievement.
fn endorsement() -> Value {
    json!({
        "@context": CONTEXTS,
        "id": "urn:uuid:8d1b5c90-1d0f-4a53-a94f-25d1d7f6b003",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Endorsement",
        "issuer": { "id": ISSUER, "type": ["Profile"], "name": "Example University" },
        "validFrom": "2026-01-15T09:00:00Z",
        "credentialSubject": {
            "id": "https://issuer.example/achievements/teamwork",
            "type": ["EndorsementSubject"],
            "endorsementComment": "Good.",
        },
    })
}

fn endorsed_badge() -> Value {
    let mut badge = badge();
    let by_quads = signed(&endorsement(), Cryptosuite::EddsaRdfc2022);
    if let Some(Value::Object(achievement)) = badge.pointer_mut("/credentialSubject/achievement") {
        achievement.insert("endorsement".to_owned(), json!([by_quads]));
    }
    badge
}

/// A status list that the issuer signed, with these compressed bits.
pub(crate) fn status_list(compressed: &[u8]) -> Value {
    let unsigned = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": STATUS_LIST_URL,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": ISSUER,
        "validFrom": "2026-05-01T00:00:00Z",
        "validUntil": "2026-07-01T00:00:00Z",
        "credentialSubject": {
            "id": format!("{STATUS_LIST_URL}#list"),
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": format!("u{}", URL_SAFE_NO_PAD.encode(compressed)),
        },
    });
    signed(&unsigned, Cryptosuite::EddsaRdfc2022)
}

/// `document` with a proof more.
fn signed(document: &Value, cryptosuite: Cryptosuite) -> Value {
    let options = proof_options(cryptosuite);
    match signing_input(document, &options) {
        Ok(input) => secure(document, &options, &signing_key().sign(input.as_bytes()).to_bytes()),
        Err(problem) => panic!("{problem:?}"),
    }
}

/// A badge as it is signed by each suite, and by both.
pub(crate) fn proved(badge: &Value) -> [Value; 3] {
    let proof = |document: &Value, suite| signed(document, suite);
    let by_quads = proof(badge, Cryptosuite::EddsaRdfc2022);
    let by_both = proof(&by_quads, Cryptosuite::EddsaJcs2022);
    [by_quads, proof(badge, Cryptosuite::EddsaJcs2022), by_both]
}

pub(crate) fn did_document() -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": ISSUER,
        "verificationMethod": [{
            "id": KEY_ID,
            "type": "Multikey",
            "controller": ISSUER,
            "publicKeyMultibase": multikey(),
        }],
        "assertionMethod": [KEY_ID],
    })
}

pub(crate) fn trust_list() -> Value {
    json!({ "version": 1, "issuers": [{ "id": ISSUER, "name": "Example University" }] })
}

/// The compressed bits of a list in which these are set.
pub(crate) fn bits(set: &[usize]) -> Vec<u8> {
    let mut bytes = vec![0_u8; 16 * 1024];
    for index in set {
        if let Some(byte) = bytes.get_mut(index / 8) {
            *byte |= 0x80 >> (index % 8);
        }
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    match encoder.write_all(&bytes).and_then(|()| encoder.finish()) {
        Ok(compressed) => compressed,
        Err(error) => panic!("{error}"),
    }
}

pub(super) fn documents() -> Vec<Vec<u8>> {
    let numbers = r#"{"n":[0,-0,1.0,1e-7,333333333.33333329,9007199254740991],"":"\u0000\ud83d\ude00/","\ufb33":null}"#;
    [badge(), noted_badge(), did_document(), trust_list()]
        .map(|document| document.to_string().into_bytes())
        .into_iter()
        .chain([numbers.into()])
        .chain(credentials())
        .collect()
}

pub(super) fn credentials() -> Vec<Vec<u8>> {
    let credentials = credentials_unproved();
    credentials
        .iter()
        .flat_map(proved)
        .map(|badge| badge.to_string().into_bytes())
        .chain(tokens())
        .collect()
}

/// The badges as tokens in both profiles.
pub(super) fn tokens() -> Vec<Vec<u8>> {
    let mut tokens = Vec::new();
    for badge in [badge(), noted_badge()] {
        for profile in [TokenProfile::Ob3Jwt, TokenProfile::VcJwt] {
            let options = TokenOptions { profile, key_id: KEY_ID.to_owned(), issued_at: None };
            match token_input(&badge, &options) {
                Ok(input) => {
                    let signature = signing_key().sign(input.as_bytes()).to_bytes();
                    tokens.push(input.secure(&signature).into_bytes());
                }
                Err(problem) => panic!("{problem:?}"),
            }
        }
    }
    tokens
}

pub(super) fn n_quads() -> Vec<Vec<u8>> {
    [badge(), noted_badge()]
        .iter()
        .filter_map(|badge| canonical_document(badge).ok())
        .map(String::into_bytes)
        .collect()
}

pub(super) fn status_lists() -> Vec<Vec<u8>> {
    let revoked = usize::try_from(STATUS_LIST_INDEX).unwrap_or_default();
    let document = World::get().status_list.to_string().into_bytes();
    vec![bits(&[]), bits(&[revoked]), bits(&[0, 7, 8, revoked - 1, revoked + 1]), document]
}

pub(super) fn did_documents() -> Vec<Vec<u8>> {
    let mut embedded = did_document();
    if let Some(members) = embedded.as_object_mut() {
        let methods = members.remove("verificationMethod").unwrap_or_default();
        members.insert("assertionMethod".to_owned(), methods);
    }
    [did_document(), embedded].map(|document| document.to_string().into_bytes()).into()
}

pub(super) fn trust_lists() -> Vec<Vec<u8>> {
    let pinned = json!({
        "version": 1,
        "issuers": [{
            "id": ISSUER,
            "name": "Example University",
            "keys": [{ "id": KEY_ID, "multibase": multikey(), "from": "2020-01-01T00:00:00Z", "until": "2030-01-01T00:00:00Z" }],
        }],
    });
    [trust_list(), pinned, register::trust_list()].map(|list| list.to_string().into_bytes()).into()
}
