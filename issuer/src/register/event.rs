//! What an entry of the register says: the payload, as JSON, tagged by its kind.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::register::{
    Certificate, Edition, Erasure, IssuedTranscript, PageChange, Restoration, Revocation, Switch,
};

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
    /// A certificate was signed anew.
    EditionAdded(EditionsAdded),
    /// A public key is not used any more.
    KeyRetired(KeyRetirement),
    /// A public key is believed no more.
    KeyCompromised(KeyCompromise),
    /// The register goes on from a backup; what was appended after it is lost.
    RegisterRestored(Restoration),
    /// A transcript was issued.
    TranscriptIssued(Box<IssuedTranscript>),
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
    /// Checkpoints of the log.
    Log,
    /// Statements in QR codes.
    QrStatements,
}

impl KeyPurpose {
    /// Every purpose.
    pub const ALL: [Self; 4] =
        [Self::Credentials, Self::StatusLists, Self::Log, Self::QrStatements];
}

/// New signatures for a certificate that was issued before.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct EditionsAdded {
    /// Which certificate.
    pub number: String,
    /// The credentials as they are given out from now on: same numbers, same status entries, another key.
    pub editions: Vec<Edition>,
    /// The statement of the QR code, if its key was compromised too; else the one before stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
    /// When they were signed.
    pub signed_at: Timestamp,
}

/// A key that is not used any more; what it signed stays good.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct KeyRetirement {
    /// The DID URL of the key.
    pub id: String,
    /// When the next one came into use.
    pub retired_at: Timestamp,
}

impl KeyRetirement {
    /// The first moment at which nothing is signed with the key any more: dates in documents are whole seconds.
    #[must_use]
    pub fn until(&self) -> Timestamp {
        let second = self.retired_at.as_second().saturating_add(1);
        Timestamp::from_second(second).unwrap_or(Timestamp::MAX)
    }
}

/// A key that somebody else may have.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct KeyCompromise {
    /// The DID URL of the key.
    pub id: String,
    /// From when on it may have been in wrong hands.
    pub since: Timestamp,
    /// The last state of the log that is believed: what is in it stays good.
    pub pin: TreePin,
    /// Who declared it.
    pub by: String,
    /// The second person, if one confirmed it.
    pub confirmed_by: Option<String>,
    /// When it was declared.
    pub declared_at: Timestamp,
}

/// A state of the log: how many entries, and the root over them.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct TreePin {
    /// Number of entries.
    pub size: u64,
    /// Root, base64 as in a checkpoint.
    pub root: String,
}
