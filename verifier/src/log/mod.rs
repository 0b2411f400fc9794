//! The register as others see it: a Merkle tree, its checkpoints, and proofs that an entry is in it (RFC 6962; C2SP tlog-tiles,
//! tlog-checkpoint, tlog-cosignature, tlog-proof, signed-note). It reads and checks; it signs nothing and fetches nothing.

mod checkpoint;
mod inclusion;
mod leaf;
pub mod merkle;
mod note;
mod text;
mod tlog_proof;

pub use checkpoint::Checkpoint;
pub(crate) use checkpoint::is_origin;
pub use inclusion::commitment_urns;
pub(crate) use inclusion::{Inclusion, Question, Registrable, checkpoint_urn};
pub use leaf::{LeafView, commitment, leaf_text};
pub use merkle::{Hash, TreeHead};
pub use note::{Note, NoteAlgorithm, SignatureLine, SignedBy, VerifierKey, cosigned_message};
pub(crate) use text::hash as hash_of_text;
pub(crate) use tlog_proof::START as PROOF_START;
pub use tlog_proof::TlogProof;

/// Why a text of the log is not accepted, or does not prove what it claims.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// The text is not of its form.
    #[error("the {what} is malformed: {fault}")]
    Malformed {
        /// Which text: `note`, `checkpoint`, `inclusion proof`, `leaf`, `verifier key`.
        what: &'static str,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// More of something than is read.
    #[error("{given} {what}, where at most {most} are read")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there are.
        given: usize,
        /// How many may be.
        most: usize,
    },
    /// An entry outside the tree, or an older tree larger than the newer one.
    #[error("{inner} lies outside a tree of {size} leaves")]
    Outside {
        /// The index, or the older size.
        inner: u64,
        /// Leaves of the tree.
        size: u64,
    },
    /// A proof of another length than the place in the tree has.
    #[error("the proof has {given} hashes instead of {needed}")]
    PathLength {
        /// Hashes of the proof.
        given: usize,
        /// Hashes that it must have.
        needed: usize,
    },
    /// The hashes do not lead to the root that they should.
    #[error("the hashes do not lead to the root of the tree of {size} leaves")]
    Root {
        /// Leaves of the tree whose root is another.
        size: u64,
    },
    /// None of the known keys signed the note.
    #[error("no known key has signed the note")]
    NotSigned,
    /// A line under the name and id of a known key is no signature of it.
    #[error("the signature of {0} is wrong")]
    Signature(String),
}
