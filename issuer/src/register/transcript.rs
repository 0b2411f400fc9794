//! What the register keeps of one transcript: the certificates of a learner in one signed document (Comprehensive Learner Record 2.0).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use verifier::Language;

/// A transcript as it was given out.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct IssuedTranscript {
    /// The secret part of its address: 16 characters of upper-case base32, 80 random bits.
    pub handle: String,
    /// The learner's key in the store.
    pub learner_key: String,
    /// In which language its credentials are.
    pub language: Language,
    /// Numbers of the certificates in it, in journal order.
    pub numbers: Vec<String>,
    /// Whether the learner had certificates in force that are not in it.
    pub partial: bool,
    /// The signed document, byte for byte as released: compact JSON.
    pub credential: String,
    /// When it was signed.
    pub issued_at: Timestamp,
}
