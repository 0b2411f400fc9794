//! Targets for what a register publishes: notes, checkpoints, leaves and proofs, and the log that they begin with.
//! What they assert: every text has one spelling, and nothing is proven but what the log signed.

use std::sync::LazyLock;

use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};

use super::samples;
use super::world::{World, shown};
use crate::data_integrity::{Cryptosuite, signing_input};
use crate::log::{
    Checkpoint, LeafView, LogError, Note, NoteAlgorithm, SignatureLine, TlogProof, TreeHead,
    VerifierKey, commitment, cosigned_message, merkle,
};
use crate::report::Verdict;
use crate::trust::TrustList;

const ORIGIN: &str = "issuer.example/log";

/// The log of the known issuer, in which his badge is entry 2 of 3.
struct Log {
    key: VerifierKey,
    witness: VerifierKey,
    leaf: LeafView,
    proof: TlogProof,
}

static LOG: LazyLock<Log> = LazyLock::new(|| match Log::new() {
    Ok(log) => log,
    Err(error) => panic!("{error}"),
});

impl Log {
    fn new() -> Result<Self, LogError> {
        let secrets = [3, 4].map(|seed| SigningKey::from_bytes(&[seed; 32]));
        let [log, other] = &secrets;
        let key = log.verifying_key();
        let key = VerifierKey::new(ORIGIN, NoteAlgorithm::Ed25519, key.as_bytes())?;
        let witness = other.verifying_key();
        let witness =
            VerifierKey::new("w.example", NoteAlgorithm::CosignatureV1, witness.as_bytes())?;
        let leaf = LeafView {
            commitments: vec![own_commitment(), [7; 32]],
            index: 1,
            kind: "certificate-issued".to_owned(),
            time: "2026-01-15T09:30:00.000000Z".to_owned(),
        };
        let (left, right) = (merkle::leaf_hash(b"left"), merkle::leaf_hash(b"right"));
        let hash = merkle::leaf_hash(leaf.text().as_bytes());
        let root = merkle::node_hash(&merkle::node_hash(&left, &hash), &right);
        let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), head: TreeHead { size: 3, root } };
        let text = checkpoint.to_string();
        let own = log.sign(text.as_bytes()).to_bytes();
        let time = 1_780_000_000;
        let theirs = other.sign(cosigned_message(&text, time).as_bytes()).to_bytes();
        let lines = vec![
            SignatureLine::of_signature(&key, &own),
            SignatureLine::of_cosignature(&witness, time, &theirs),
        ];
        let note = Note::new(&text, lines)?;
        let extra = Some(leaf.text().into_bytes());
        let proof = TlogProof::new(extra, 1, vec![left, right], note)?;
        Ok(Self { key, witness, leaf, proof })
    }

    /// The trust list of the others, and this log.
    fn trust(&self) -> Value {
        let mut list = samples::trust_list();
        let log = json!({ "origin": ORIGIN, "vkey": self.key.to_string() });
        if let Some(issuer) = list.pointer_mut("/issuers/0").and_then(Value::as_object_mut) {
            issuer.insert("log".to_owned(), log);
            issuer.insert("witnesses".to_owned(), json!([self.witness.to_string()]));
            issuer.insert("quorum".to_owned(), json!(1));
        }
        list
    }
}

/// The commitment to the signature of the badge that every report of these targets is about.
fn own_commitment() -> [u8; 32] {
    let options = samples::proof_options(Cryptosuite::EddsaRdfc2022);
    match signing_input(&samples::badge(), &options) {
        Ok(input) => {
            let signature = samples::signing_key().sign(input.as_bytes()).to_bytes();
            commitment("eddsa-rdfc-2022", input.as_bytes(), &signature)
        }
        Err(problem) => panic!("{problem:?}"),
    }
}

/// A note has one spelling, and a known key signed only the text that it signed.
pub(super) fn note(bytes: &[u8]) {
    let Ok(note) = Note::parse(bytes) else { return };
    assert_eq!(note.to_string().as_bytes(), bytes);
    for key in [&LOG.key, &LOG.witness] {
        if note.verify(std::slice::from_ref(key)).is_ok() {
            assert_eq!(note.text(), LOG.proof.note.text(), "a forgery: {note}");
        }
    }
}

pub(super) fn notes() -> Vec<Vec<u8>> {
    let poem = "a\n\nb\n\n\u{2014} quasimodo.example/salvatore NnugSzTj\n";
    vec![LOG.proof.note.to_string().into_bytes(), poem.into()]
}

/// A checkpoint has one spelling.
pub(super) fn checkpoint(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let Ok(checkpoint) = Checkpoint::parse(text) else { return };
    assert_eq!(checkpoint.to_string(), text);
    assert!(checkpoint.head.size > 0, "{text}");
}

pub(super) fn checkpoints() -> Vec<Vec<u8>> {
    vec![LOG.proof.checkpoint.to_string().into_bytes()]
}

/// A leaf has one spelling.
pub(super) fn leaf(bytes: &[u8]) {
    let Ok(leaf) = LeafView::parse(bytes) else { return };
    assert_eq!(leaf.text().as_bytes(), bytes);
}

pub(super) fn leaves() -> Vec<Vec<u8>> {
    let bare = LeafView { commitments: Vec::new(), ..LOG.leaf.clone() };
    [&LOG.leaf, &bare].map(|leaf| leaf.text().into_bytes()).into()
}

/// The key of a log has one spelling.
pub(super) fn verifier_key(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let Ok(key) = VerifierKey::parse(text) else { return };
    assert_eq!(key.to_string(), text);
}

pub(super) fn verifier_keys() -> Vec<Vec<u8>> {
    [&LOG.key, &LOG.witness].map(|key| key.to_string().into_bytes()).into()
}

/// A proof has one spelling, and the badge is registered by no other proof than that of its log; strangers may have signed too.
pub(super) fn tlog_proof(bytes: &[u8]) {
    static TRUST: LazyLock<TrustList> =
        LazyLock::new(|| TrustList::parse(LOG.trust().to_string().as_bytes()).unwrap_or_default());
    let verdict = World::get().with_proof(TRUST.clone(), bytes.to_vec());
    let Ok(proof) = TlogProof::parse(bytes) else {
        assert_eq!(verdict, Verdict::Refused, "{}", shown(bytes));
        return;
    };
    assert_eq!(proof.to_string().as_bytes(), bytes);
    if verdict == Verdict::Valid {
        let known = TlogProof { note: LOG.proof.note.clone(), ..proof };
        assert_eq!(known, LOG.proof, "registered by {}", shown(bytes));
    }
}

pub(super) fn tlog_proofs() -> Vec<Vec<u8>> {
    let proof = &LOG.proof;
    let bare = TlogProof { extra: None, ..proof.clone() };
    let by_log = proof.note.signatures().iter().take(1).cloned().collect();
    let unwitnessed = match Note::new(proof.note.text(), by_log) {
        Ok(note) => TlogProof { note, ..proof.clone() },
        Err(error) => panic!("{error}"),
    };
    [proof, &bare, &unwitnessed].map(|proof| proof.to_string().into_bytes()).into()
}

/// A trust list that names the log.
pub(super) fn trust_list() -> Value {
    LOG.trust()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_badge_is_registered() {
        let trust = TrustList::parse(LOG.trust().to_string().as_bytes()).unwrap();
        let judged = |bytes: Vec<u8>| World::get().with_proof(trust.clone(), bytes);
        let verdicts: Vec<Verdict> = tlog_proofs().into_iter().map(judged).collect();
        assert_eq!(verdicts, [Verdict::Valid, Verdict::Refused, Verdict::Indeterminate]);
    }
}
