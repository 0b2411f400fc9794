//! A holder who signs by the letter of the specification and not by our code.

use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use verifier::{
    ContextDocuments, HashFunction, Losses, Multikey, Processing, canonicalize, general_quads,
};

use crate::changed;

pub(crate) const DOMAIN: &str = "verifier.example";
pub(crate) const CHALLENGE: &str = "u4bPx";

/// A holder of the test's own, who signs by the letter of the specification and not by our code.
pub(crate) struct Holder(SigningKey);

impl Holder {
    pub(crate) fn new(seed: u8) -> Self {
        Self(SigningKey::from_bytes(&[seed; 32]))
    }

    pub(crate) fn did(&self) -> String {
        format!("did:key:{}", self.multikey())
    }

    fn multikey(&self) -> String {
        Multikey::from_bytes(self.0.verifying_key().as_bytes()).unwrap().to_string()
    }

    /// "Add Proof" with `eddsa-rdfc-2022`.
    pub(crate) fn signed(&self, document: &Value, options: &Value) -> Value {
        let mut proof = json!({
            "type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "created": "2026-01-01T00:00:00Z",
            "verificationMethod": format!("{}#{}", self.did(), self.multikey()),
        });
        proof.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
        let mut configuration = proof.clone();
        configuration["@context"] = document["@context"].clone();
        let hashes = [digest(&configuration), digest(document)].concat();
        let signature = self.0.sign(&hashes).to_bytes();
        proof["proofValue"] = format!("z{}", bs58::encode(signature).into_string()).into();
        changed(document, "/proof", Some(proof))
    }

    pub(crate) fn presents(&self, presentation: &Value) -> Value {
        let options =
            json!({ "proofPurpose": "authentication", "domain": DOMAIN, "challenge": CHALLENGE });
        self.signed(presentation, &options)
    }
}

fn digest(document: &Value) -> Vec<u8> {
    let contexts = ContextDocuments::pinned();
    // A signer who does not look for what is lost: some of these documents must be refused.
    let careless = Processing { losses: Losses::Drop, ..Processing::safe() };
    let quads = general_quads(&document.to_string(), &contexts, &careless, 10_000).unwrap();
    Sha256::digest(canonicalize(&quads, HashFunction::Sha256).unwrap().n_quads).to_vec()
}
