//! The register of the corpus: an invented log with two witnesses, its tree made by the definition, and proofs of whatever one wants.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use verifier::log::{
    Hash, LeafView, NoteAlgorithm, SignatureLine, VerifierKey, cosigned_message, merkle,
};

use super::keys::{Key, key};

/// The name of the log.
pub(crate) const ORIGIN: &str = "university.example/log";

/// Who signs a checkpoint: a name for notes, and the name of a key.
#[derive(Clone, Copy)]
pub(crate) struct Signer {
    pub(crate) name: &'static str,
    pub(crate) key: &'static str,
    pub(crate) witness: bool,
}

/// The log itself.
pub(crate) const LOG: Signer = Signer { name: ORIGIN, key: "log", witness: false };
/// The witnesses of the trust list.
pub(crate) const WITNESSES: [Signer; 2] = [
    Signer { name: "witness.example/one", key: "witness one", witness: true },
    Signer { name: "witness.example/two", key: "witness two", witness: true },
];

impl Signer {
    fn secret(self) -> Key {
        key(self.key)
    }

    /// The public key of a note's signer.
    pub(crate) fn verifier_key(self) -> VerifierKey {
        let algorithm =
            if self.witness { NoteAlgorithm::CosignatureV1 } else { NoteAlgorithm::Ed25519 };
        match VerifierKey::new(self.name, algorithm, &self.secret().public_bytes()) {
            Ok(key) => key,
            Err(error) => panic!("{}: {error}", self.name),
        }
    }

    /// The line of this signer under a note with this text.
    pub(crate) fn line(self, text: &str) -> String {
        let key = self.verifier_key();
        let line = if self.witness {
            // 2020-01-15T09:00:05Z
            let time = 1_579_078_805;
            let signature = self.secret().sign(cosigned_message(text, time).as_bytes());
            SignatureLine::of_cosignature(&key, time, &signature)
        } else {
            SignatureLine::of_signature(&key, &self.secret().sign(text.as_bytes()))
        };
        format!("{line}\n")
    }
}

/// A leaf as the register of the issuer writes it.
pub(crate) fn leaf(kind: &str, index: usize, commitments: &[Hash]) -> String {
    let leaf = LeafView {
        commitments: commitments.to_vec(),
        index: number(index),
        kind: kind.to_owned(),
        time: format!("2020-01-15T09:00:00.{index:06}Z"),
    };
    leaf.text()
}

fn number(index: usize) -> u64 {
    u64::try_from(index).unwrap_or(u64::MAX)
}

/// The leaves of a log.
pub(crate) struct Register {
    pub(crate) leaves: Vec<String>,
}

impl Register {
    /// Another log with the same leaves but one.
    pub(crate) fn with(&self, index: usize, leaf: &str) -> Self {
        let mut leaves = self.leaves.clone();
        leaf.clone_into(&mut leaves[index]);
        Self { leaves }
    }

    fn hashes(&self, size: usize) -> Vec<Hash> {
        self.leaves[..size].iter().map(|leaf| merkle::leaf_hash(leaf.as_bytes())).collect()
    }

    /// The root of the first `size` leaves in base64.
    pub(crate) fn root(&self, size: usize) -> String {
        STANDARD.encode(root(&self.hashes(size)))
    }

    /// The text of a checkpoint.
    pub(crate) fn checkpoint(&self, origin: &str, size: usize) -> String {
        format!("{origin}\n{size}\n{}\n", self.root(size))
    }

    /// The lines of a proof before its checkpoint.
    pub(crate) fn path(&self, index: usize, size: usize) -> String {
        let mut lines = format!(
            "c2sp.org/tlog-proof@v1\nextra {}\nindex {index}\n",
            STANDARD.encode(&self.leaves[index])
        );
        for hash in path(index, &self.hashes(size)) {
            lines += &STANDARD.encode(hash);
            lines.push('\n');
        }
        lines
    }

    /// A proof that the entry is in the tree of this size, with a checkpoint by these signers.
    pub(crate) fn proof(&self, index: usize, size: usize, signers: &[Signer]) -> String {
        let text = self.checkpoint(ORIGIN, size);
        let lines: String = signers.iter().map(|signer| signer.line(&text)).collect();
        format!("{}\n{text}\n{lines}", self.path(index, size))
    }
}

/// RFC 6962, "Merkle Hash Trees", as it is written there: the verifier's own code is not asked.
fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Sha256::digest([]).into(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = halves(leaves);
            Sha256::new()
                .chain_update([1])
                .chain_update(root(left))
                .chain_update(root(right))
                .finalize()
                .into()
        }
    }
}

fn halves(leaves: &[Hash]) -> (&[Hash], &[Hash]) {
    leaves.split_at(leaves.len().next_power_of_two() / 2)
}

/// "Merkle Audit Paths".
fn path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let (left, right) = halves(leaves);
    let (mut lower, sibling) = if index < left.len() {
        (path(index, left), right)
    } else {
        (path(index - left.len(), right), left)
    };
    lower.push(root(sibling));
    lower
}
