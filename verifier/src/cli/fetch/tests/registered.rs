//! What the log of the issuer of the tests proves of its badges.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use verifier::log::{
    Checkpoint, Hash, LeafView, Note, NoteAlgorithm, SignatureLine, TlogProof, TreeHead,
    VerifierKey, commitment, merkle,
};
use verifier::{ProofOptions, secure, signing_input};

use super::documents::{CREDENTIAL, Issuer, key};

/// A badge that was signed twice; the log has an entry for each time.
pub(in crate::cli) struct SignedAnew {
    /// As it was signed first.
    pub(in crate::cli) badge: String,
    /// That the log holds this signature, in entry 0.
    pub(in crate::cli) proof: String,
    /// That the log holds the second signature, in entry 1.
    pub(in crate::cli) newer: String,
    /// The commitment to the first signature, base64url.
    pub(in crate::cli) commitment: String,
}

impl Issuer {
    /// A badge of this id, and the proof that it is the first and only entry of the issuer's log.
    pub(in crate::cli) fn registered_badge(&self, id: &str) -> (String, String) {
        let (badge, own) = self.signed(id, &self.options());
        let leaf = leaf(0, "certificate-issued", own);
        let head = TreeHead { size: 1, root: leaf_hash(&leaf) };
        (badge, proof(&leaf, Vec::new(), head))
    }

    /// A badge of this id that was signed once more since.
    pub(in crate::cli) fn badge_signed_anew(&self, id: &str) -> SignedAnew {
        let (badge, own) = self.signed(id, &self.options());
        let later = ProofOptions { created: "2026-03-01T09:30:00Z".to_owned(), ..self.options() };
        let (_, other) = self.signed(id, &later);
        let (first, second) = (leaf(0, "certificate-issued", own), leaf(1, "edition-added", other));
        let (left, right) = (leaf_hash(&first), leaf_hash(&second));
        let head = TreeHead { size: 2, root: merkle::node_hash(&left, &right) };
        SignedAnew {
            badge,
            proof: proof(&first, vec![right], head),
            newer: proof(&second, vec![left], head),
            commitment: URL_SAFE_NO_PAD.encode(own),
        }
    }

    /// A badge of this id, and the commitment to its signature.
    fn signed(&self, id: &str, options: &ProofOptions) -> (String, Hash) {
        let mut credential: Value = serde_json::from_str(CREDENTIAL).unwrap();
        let members = credential.as_object_mut().unwrap();
        members.remove("proof");
        members["issuer"]["id"] = self.did.clone().into();
        members["id"] = id.into();
        let input = signing_input(&credential, options).unwrap();
        let signature = key().sign(input.as_bytes()).to_bytes();
        let commitment = commitment("eddsa-rdfc-2022", input.as_bytes(), &signature);
        (secure(&credential, options, &signature).to_string(), commitment)
    }

    /// A list that believes this issuer, and his log.
    pub(in crate::cli) fn trust_with_log(&self) -> String {
        let log = json!({"origin": LOG, "vkey": log_key().to_string()});
        json!({"version": 1, "issuers": [{"id": self.did, "log": log}]}).to_string()
    }
}

fn leaf(index: u64, kind: &str, commitment: Hash) -> LeafView {
    LeafView {
        commitments: vec![commitment],
        index,
        kind: kind.to_owned(),
        time: "2026-01-15T09:30:00.000000Z".to_owned(),
    }
}

fn leaf_hash(leaf: &LeafView) -> Hash {
    merkle::leaf_hash(leaf.text().as_bytes())
}

/// The proof, with a checkpoint that the log has signed, that its tree holds `leaf`.
fn proof(leaf: &LeafView, path: Vec<Hash>, head: TreeHead) -> String {
    let text = Checkpoint { origin: LOG.to_owned(), head }.to_string();
    let line = SignatureLine::of_signature(&log_key(), &log().sign(text.as_bytes()).to_bytes());
    let note = Note::new(&text, vec![line]).unwrap();
    TlogProof::new(Some(leaf.text().into_bytes()), leaf.index, path, note).unwrap().to_string()
}

/// The name of the issuer's log.
const LOG: &str = "badges.kz/log";

fn log() -> SigningKey {
    SigningKey::from_bytes(&[8; 32])
}

fn log_key() -> VerifierKey {
    VerifierKey::new(LOG, NoteAlgorithm::Ed25519, log().verifying_key().as_bytes()).unwrap()
}
