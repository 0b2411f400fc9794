//! Signed documents of an issuer that exists only in tests: badges, its key document, its status lists.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use verifier::{
    Cryptosuite, Multikey, ProofOptions, TokenOptions, TokenProfile, secure, signing_input,
    token_input,
};

/// A valid credential by a did:key issuer; what is signed here is made from it.
pub(super) const CREDENTIAL: &str = include_str!("../../../../tests/synthetic/signed-db-min.json");

/// 2026-05-15T00:00:00Z, when everything here is valid.
pub(in crate::cli) const NOW: i64 = 1_778_803_200;

/// An issuer with one key, made of sevens.
pub(in crate::cli) struct Issuer {
    pub(in crate::cli) did: String,
}

impl Issuer {
    pub(in crate::cli) fn new(did: &str) -> Self {
        Self { did: did.to_owned() }
    }

    fn method(&self) -> String {
        format!("{}#key-1", self.did)
    }

    /// `document`, which has no proof yet, with one of this issuer.
    pub(in crate::cli) fn sign(&self, document: &Value) -> String {
        let options = self.options();
        let signature = key().sign(signing_input(document, &options).unwrap().as_bytes());
        secure(document, &options, &signature.to_bytes()).to_string()
    }

    pub(super) fn options(&self) -> ProofOptions {
        ProofOptions {
            cryptosuite: Cryptosuite::EddsaRdfc2022,
            verification_method: self.method(),
            created: "2026-01-15T09:30:00Z".to_owned(),
        }
    }

    pub(in crate::cli) fn document(&self) -> String {
        let multibase = Multikey::from_bytes(key().verifying_key().as_bytes()).unwrap().to_string();
        json!({
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
            "id": self.did,
            "verificationMethod": [{
                "id": self.method(),
                "type": "Multikey",
                "controller": self.did,
                "publicKeyMultibase": multibase,
            }],
            "assertionMethod": [self.method()],
        })
        .to_string()
    }

    /// A badge whose status stands in the lists at these addresses, at place 5 of each.
    pub(in crate::cli) fn badge(&self, lists: &[&str]) -> String {
        let mut credential: Value = serde_json::from_str(CREDENTIAL).unwrap();
        let members = credential.as_object_mut().unwrap();
        members.remove("proof");
        members["issuer"]["id"] = self.did.clone().into();
        let entry = |list: &&str| {
            json!({
                "type": "BitstringStatusListEntry",
                "statusPurpose": "revocation",
                "statusListIndex": "5",
                "statusListCredential": list,
            })
        };
        if !lists.is_empty() {
            members.insert("credentialStatus".to_owned(), lists.iter().map(entry).collect());
        }
        self.sign(&credential)
    }

    /// The status list at `url`, of this date, with place 5 set or not.
    pub(in crate::cli) fn list(&self, url: &str, valid_from: &str, revoked: bool) -> String {
        self.sign(&self.unsigned_list(url, valid_from, revoked))
    }

    /// A list that may be used offline until it ends; it revokes nothing.
    pub(in crate::cli) fn list_until(&self, url: &str, from: &str, until: &str) -> String {
        let mut list = self.unsigned_list(url, from, false);
        list["validUntil"] = until.into();
        self.sign(&list)
    }

    /// The same as a compact JWT.
    pub(in crate::cli) fn list_token(&self, url: &str, valid_from: &str, revoked: bool) -> String {
        let options =
            TokenOptions { profile: TokenProfile::VcJwt, key_id: self.method(), issued_at: None };
        let list = self.unsigned_list(url, valid_from, revoked);
        let input = token_input(&list, &options).unwrap();
        input.secure(&key().sign(input.as_bytes()).to_bytes())
    }

    fn unsigned_list(&self, url: &str, valid_from: &str, revoked: bool) -> Value {
        let mut bits = vec![0_u8; 16_384];
        bits[0] = if revoked { 0b0000_0100 } else { 0 };
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&bits).unwrap();
        let encoded = URL_SAFE_NO_PAD.encode(encoder.finish().unwrap());
        json!({
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "id": url,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": self.did,
            "validFrom": valid_from,
            "credentialSubject": {
                "id": format!("{url}#list"),
                "type": "BitstringStatusList",
                "statusPurpose": "revocation",
                "encodedList": format!("u{encoded}"),
                "ttl": 300_000,
            },
        })
    }

    /// A list that believes this issuer.
    pub(in crate::cli) fn trust(&self) -> String {
        json!({"version": 1, "issuers": [{"id": self.did}]}).to_string()
    }
}

pub(super) fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}
