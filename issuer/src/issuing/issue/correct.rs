//! Correction: a new certificate is issued and the old one revoked in one append, so that there is never a moment with
//! both in force or none. It decides nothing about the content of the new one.

use jiff::Timestamp;

use super::{Accepted, Issuance, IssueError, Outcome, Request, Sequence, answered_by};
use crate::register::{Event, NewEntry, PageChange, Revocation, RevocationReason};
use crate::store::{CertificateRecord, CertificateState};

/// What replaces a certificate, and who says so.
#[derive(Clone, Debug)]
pub struct Correction {
    /// Number of the certificate that is wrong.
    pub number: String,
    /// What is right.
    pub request: Request,
    /// Who proposes it.
    pub by: String,
    /// The second person.
    pub confirmed_by: String,
}

impl Issuance {
    /// Replaces a certificate by a corrected one. Returns once both are durable and the status lists say so. The same
    /// correction again changes nothing.
    ///
    /// # Errors
    /// [`IssueError::Unknown`]; [`IssueError::NotCorrectable`] if the certificate is not in force any more, or nothing would
    /// change; otherwise as [`Issuance::issue`].
    pub fn correct(&self, correction: &Correction, now: Timestamp) -> Result<Outcome, IssueError> {
        let mut sequence = self.turn()?;
        let old = self.record(&correction.number)?;
        let outcome = match self.corrected_before(correction, &old)? {
            Some(outcome) => outcome,
            None => self.replace(correction, &old, &mut sequence, now)?,
        };
        drop(sequence);
        for edition in &old.certificate.editions {
            self.status_list(edition.status.list, now)?;
        }
        Ok(outcome)
    }

    /// Issues the new certificate and revokes the old one, in one append.
    fn replace(
        &self,
        correction: &Correction,
        old: &CertificateRecord,
        sequence: &mut Option<Sequence>,
        now: Timestamp,
    ) -> Result<Outcome, IssueError> {
        let request = &correction.request;
        let programme = match self.admit(request)? {
            Ok(programme) => programme,
            Err(outcome) => return Ok(outcome),
        };
        // Left empty on any failure, as when issuing.
        let mut current = match sequence.take() {
            Some(current) => current,
            None => Sequence::resume(&self.store)?,
        };
        let accepted = vec![Accepted { place: (0, 0), request, programme }];
        let numbered = self.number(accepted, &mut current, now)?;
        let (mut entries, outcomes) = self.draw(&numbered, now)?;
        let outcome = outcomes.into_iter().map(|(_, outcome)| outcome).next();
        let outcome = outcome.ok_or(IssueError::BrokenOff)?;
        if let Outcome::Issued(new) = &outcome {
            entries.push(supersede(correction, new, now));
            if !old.is_published {
                entries.push(unpublish(correction, new, now));
            }
        }
        self.append(&entries)?;
        *sequence = Some(current);
        Ok(outcome)
    }

    /// What the register already says to this correction.
    fn corrected_before(
        &self,
        correction: &Correction,
        old: &CertificateRecord,
    ) -> Result<Option<Outcome>, IssueError> {
        let request = &correction.request;
        let same_request = self.store.certificate_by_idempotency_key(&request.idempotency_key)?;
        if let Some(new) = same_request {
            return Ok(Some(Outcome::Unchanged(new.certificate.number)));
        }
        old.check_correctable()?;
        let same_learner = old.certificate.learner_key == request.learner_key;
        let mut completion = request.completion.clone();
        // The register keeps it sealed; the learner's key tells whether it is the same.
        completion.learner.iin = None;
        if same_learner && old.certificate.completion == completion {
            let reason = "the completion is the same, so nothing would change".to_owned();
            let number = correction.number.clone();
            return Err(IssueError::NotCorrectable { number, reason });
        }
        let programme = self.programme(&request.completion)?;
        for number in self.store.numbers_of_learner(&request.learner_key)? {
            let record = self.record(&number)?;
            let in_force = number != correction.number && record.state == CertificateState::Active;
            let version = Some(programme.version.as_str());
            if let Some(outcome) = answered_by(request, version, &record.certificate, in_force) {
                return Ok(Some(outcome));
            }
        }
        Ok(None)
    }
}

impl CertificateRecord {
    /// Whether a correction may replace it.
    ///
    /// # Errors
    /// [`IssueError::NotCorrectable`] if it is not in force any more.
    pub(crate) fn check_correctable(&self) -> Result<(), IssueError> {
        let CertificateState::Revoked(revocation) = &self.state else { return Ok(()) };
        let reason = match &revocation.superseded_by {
            Some(new) => format!("it was replaced by {new}; correct that one"),
            None => "it is revoked; import the corrected row, or the same row with `issuer import --again`".to_owned(),
        };
        Err(IssueError::NotCorrectable { number: self.certificate.number.clone(), reason })
    }
}

/// The entry that revokes the old certificate in favour of the new one.
fn supersede(correction: &Correction, new: &str, now: Timestamp) -> NewEntry {
    let revocation = Revocation {
        number: correction.number.clone(),
        reason: RevocationReason::Superseded,
        by: correction.by.clone(),
        confirmed_by: Some(correction.confirmed_by.clone()),
        revoked_at: now,
        superseded_by: Some(new.to_owned()),
    };
    let payload = Event::CertificateRevoked(revocation);
    NewEntry::unsigned(payload, now)
}

/// Whoever had the page hidden did not ask for it to be shown again under another number.
fn unpublish(correction: &Correction, new: &str, now: Timestamp) -> NewEntry {
    let change = PageChange { number: new.to_owned(), by: correction.by.clone(), changed_at: now };
    let payload = Event::PageUnpublished(change);
    NewEntry::unsigned(payload, now)
}
