//! What an entry of the register says: the payload, as JSON, tagged by its kind.

use serde::{Deserialize, Serialize};

use crate::register::{Certificate, Erasure, PageChange, Revocation, Switch};

/// The content of one entry.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Event {
    /// A process took its prefix of journal numbers.
    InstanceRegistered {
        /// Upper-case letters; every number that the instance gives carries them.
        prefix: String,
    },
    /// A programme entered the register of programmes, in this version.
    ProgrammeRegistered {
        /// The programme file's entry, whole.
        programme: serde_json::Value,
    },
    /// A certificate was issued.
    CertificateIssued(Box<Certificate>),
    /// A certificate was revoked.
    CertificateRevoked(Revocation),
    /// Numbers were given and not used; the journal explains the gap.
    NumbersVoided(Void),
    /// A public key came into use.
    KeyAdded(RegisteredKey),
    /// The page of a certificate was hidden.
    PageUnpublished(PageChange),
    /// Payloads were erased; this entry is their licence to be gone.
    PayloadErased(Erasure),
    /// The page of a certificate was shown again.
    PagePublished(PageChange),
    /// Issuing was stopped.
    IssuingStopped(Switch),
    /// Issuing was taken up again.
    IssuingResumed(Switch),
}

/// Numbers that were assigned and never appeared on a certificate.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Void {
    /// The certificate number.
    pub number: String,
    /// The registration number.
    pub registration_number: String,
    /// One sentence: why.
    pub reason: String,
}

/// A public key of the university.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct RegisteredKey {
    /// The DID URL under which proofs name it.
    pub id: String,
    /// The public key as a Multikey (`z6Mk…`).
    pub multibase: String,
    /// What it signs.
    pub purpose: KeyPurpose,
}

/// What a key signs. Each purpose has a key of its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyPurpose {
    /// Credentials.
    Credentials,
    /// Status lists.
    StatusLists,
}
