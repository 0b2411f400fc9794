//! What the register keeps of the acts on certificates that were issued: pages hidden and shown again, the stop switch,
//! erasures. None of it names a learner; who acted is named for good.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Kind, Register, RegisterError, StatusEntry, TreePin};

/// The page of a certificate was hidden, or shown again. The credential itself stays what it is.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct PageChange {
    /// Which certificate.
    pub number: String,
    /// Who asked for it.
    pub by: String,
    /// When.
    pub changed_at: Timestamp,
}

/// Issuing was stopped, or taken up again.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Switch {
    /// Who did it.
    pub by: String,
    /// One sentence: why.
    pub reason: String,
    /// When.
    pub switched_at: Timestamp,
}

/// The personal data of one learner's certificates were erased.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Erasure {
    /// Who proposed it.
    pub by: String,
    /// The second person.
    pub confirmed_by: String,
    /// When.
    pub erased_at: Timestamp,
    /// The entries whose payloads are erased, with what must outlast them.
    pub certificates: Vec<ErasedCertificate>,
    /// Indices of the entries that held transcripts of these certificates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transcripts: Vec<u64>,
}

impl Erasure {
    /// Every entry whose payload it erases, each with the kind that it must be of.
    pub fn entries(&self) -> impl Iterator<Item = (u64, Kind)> {
        let transcripts = self.transcripts.iter().map(|index| (*index, Kind::TranscriptIssued));
        self.certificates.iter().flat_map(ErasedCertificate::entries).chain(transcripts)
    }
}

/// Refuses entries that are not of the kind under which an erasure names them: it takes certificates, their new signatures and
/// their transcripts out of the files. A revocation that went with them would bring a certificate back into force.
///
/// # Errors
/// [`RegisterError::NotErasable`] for the first of them; if heads cannot be read.
pub fn check_erasable(
    register: &dyn Register,
    entries: impl IntoIterator<Item = (u64, Kind)>,
) -> Result<(), RegisterError> {
    for (index, named) in entries {
        let found = register.kinds(index, 1)?.pop();
        if found != Some(named) {
            let found = found.map_or("none", Kind::name);
            return Err(RegisterError::NotErasable { index, named: named.name(), found });
        }
    }
    Ok(())
}

/// What is left of a certificate whose payload was erased: numbers that must not be given again and bits that must stay set.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ErasedCertificate {
    /// Index of the entry that issued it.
    pub index: u64,
    /// Its number.
    pub number: String,
    /// Its line in the journal.
    pub registration_number: String,
    /// Its date of issue: where its line stands in the journal.
    pub issue_date: Date,
    /// Indices of the entries that held newer signatures of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edition_indices: Vec<u64>,
    /// Its bits in the status lists, one for each edition.
    pub statuses: Vec<StatusEntry>,
}

impl ErasedCertificate {
    /// Every entry of it whose payload is erased, each with the kind that it must be of.
    pub fn entries(&self) -> impl Iterator<Item = (u64, Kind)> {
        let anew = self.edition_indices.iter().map(|index| (*index, Kind::EditionAdded));
        std::iter::once((self.index, Kind::CertificateIssued)).chain(anew)
    }
}

/// The register was restored from a backup: a new epoch, in which no number, index or checkpoint of the lost tail comes again.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Restoration {
    /// The last checkpoint in the backup: what is kept.
    pub from: TreePin,
    /// The epoch that begins.
    pub epoch: u32,
    /// The prefix of all numbers from now on.
    pub prefix: String,
    /// The log that ends here, as a vkey; its name is its origin.
    pub log: String,
    /// The status list from which on indices are given.
    pub first_status_list: u32,
    /// Revoked bits of certificates that are lost: they stay set.
    pub kept: Vec<StatusEntry>,
    /// Who restored it.
    pub by: String,
    /// When.
    pub restored_at: Timestamp,
}
