//! Erasure of a learner's personal data: revoked, licensed and forgotten in one append, then taken out of the files.
//! It must leave every hash, every number and every status bit as they are.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Issuance, IssueError};
use crate::register::{
    ErasedCertificate, Erasure, Event, NewEntry, Payload, Revocation, RevocationReason,
    check_erasable,
};
use crate::store::{CertificateRecord, CertificateState};

/// Whose personal data are erased, and who says so.
#[derive(Clone, Debug)]
pub struct ErasureRequest {
    /// The registrar's reference of the learner.
    pub reference: String,
    /// Who proposes it.
    pub by: String,
    /// The second person.
    pub confirmed_by: String,
}

impl Issuance {
    /// Erases the personal data of all certificates of a learner, and revokes those that are in force. Returns what is left
    /// of them once the data are gone from the register; empty if there is no such learner.
    ///
    /// # Errors
    /// [`IssueError`]; once the erasure is in the register, a start finishes what was cut off.
    pub fn erase(
        &self,
        request: &ErasureRequest,
        now: Timestamp,
    ) -> Result<Vec<ErasedCertificate>, IssueError> {
        let turn = self.turn()?;
        let records = self.records_of(&request.reference)?;
        if records.is_empty() {
            return Ok(Vec::new());
        }
        let mut entries = Vec::with_capacity(records.len() + 1);
        let active = records.iter().filter(|record| record.state == CertificateState::Active);
        for record in active {
            let revocation = Revocation {
                number: record.certificate.number.clone(),
                reason: RevocationReason::HolderRequest,
                by: request.by.clone(),
                confirmed_by: Some(request.confirmed_by.clone()),
                revoked_at: now,
                superseded_by: None,
            };
            entries.push(NewEntry::unsigned(Event::CertificateRevoked(revocation), now));
        }
        let certificates: Vec<ErasedCertificate> = records.iter().map(what_is_left).collect();
        let mut transcripts = BTreeSet::new();
        for certificate in &certificates {
            transcripts.extend(self.store.transcripts_holding(&certificate.number)?);
        }
        let erasure = Erasure {
            by: request.by.clone(),
            confirmed_by: request.confirmed_by.clone(),
            erased_at: now,
            certificates: certificates.clone(),
            transcripts: transcripts.into_iter().collect(),
        };
        check_erasable(self.register.as_ref(), erasure.entries())?;
        entries.push(NewEntry::unsigned(Event::PayloadErased(erasure), now));
        self.append(&entries)?;
        drop(turn);
        let lists = certificates.iter().flat_map(|certificate| &certificate.statuses);
        for list in lists.map(|status| status.list).collect::<BTreeSet<_>>() {
            self.status_list(list, now)?;
        }
        self.finish_erasures()?;
        Ok(certificates)
    }

    /// Takes out of the files what the register says is erased and an earlier process did not get to. Returns how many
    /// payloads there were.
    ///
    /// # Errors
    /// [`RegisterError::NotErasable`](crate::register::RegisterError::NotErasable) if an erasure names an entry of another kind; if the
    /// register cannot be read or written.
    pub fn finish_erasures(&self) -> Result<usize, IssueError> {
        let entries = self.store.erased_entries()?;
        // All of them before a byte goes: an erasure that names something else was not written by this program.
        check_erasable(self.register.as_ref(), entries.iter().copied())?;
        let mut pending = Vec::new();
        for (index, _) in entries {
            let entry = self.register.read(index, 1)?.pop();
            if entry.is_some_and(|entry| entry.payload != Payload::Erased) {
                pending.push(index);
            }
        }
        if pending.is_empty() {
            return Ok(0);
        }
        // The store forgets before the register does: afterwards it could not look up what to forget.
        self.store.flush()?;
        self.store.make_anew_at_next_start()?;
        self.register.erase(&pending)?;
        Ok(pending.len())
    }

    /// Every certificate of the learner, also one that is filed under another key since an identity number was added or
    /// corrected: so the whole journal is looked through.
    fn records_of(&self, reference: &str) -> Result<Vec<CertificateRecord>, IssueError> {
        let key = self.store.learner_key_by_reference(reference)?;
        let mut found = Vec::new();
        for record in self.store.certificates() {
            let record = record?;
            let same_key = key.as_ref() == Some(&record.certificate.learner_key);
            if same_key || record.certificate.completion.learner.reference == reference {
                found.push(record);
            }
        }
        Ok(found)
    }
}

fn what_is_left(record: &CertificateRecord) -> ErasedCertificate {
    let certificate = &record.certificate;
    ErasedCertificate {
        index: record.register_index,
        edition_indices: record.edition_indices.clone(),
        number: certificate.number.clone(),
        registration_number: certificate.registration_number.clone(),
        issue_date: certificate.completion.issue_date,
        statuses: certificate.editions.iter().map(|edition| edition.status).collect(),
    }
}
