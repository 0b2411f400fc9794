//! What became of the same row before: a row is recognised by its content, and its certificate may have been corrected or
//! revoked since. It reads the store and decides nothing.

use serde_json::{Value, json};
use verifier::Language;

use super::{Office, OfficeError, journal};
use crate::completion::{Completion, Refusal, RefusalCode, Row, fingerprint};
use crate::issuing::kazakhstan;
use crate::register::Revocation;
use crate::store::{CertificateState, StoreError};

/// What a row has from earlier imports.
pub(super) enum Earlier {
    /// Nothing. It is issued under this key.
    Nothing(String),
    /// This certificate is in force for it.
    InForce(Standing),
    /// Its certificate is revoked, and none is in its place.
    Revoked(Ended),
}

/// The certificate in force of a row.
pub(super) struct Standing {
    pub(super) number: String,
    /// The certificate whose place it took: one that was corrected, or revoked and issued again.
    pub(super) replaces: Option<String>,
}

/// How the last certificate of a row ended.
pub(super) struct Ended {
    pub(super) revocation: Revocation,
    /// Under this key the row can be issued again; `None` if it was corrected, so that the row is known to be wrong.
    pub(super) key: Option<String>,
}

impl Office {
    /// What the repetition of a row is recognised by: the same content in any column order, delimiter or header language.
    pub(super) fn row_key(&self, row: &Row) -> String {
        let key = self.issuance.identity.keyring.personal_data();
        format!("row.{}", key.blind_index("row", &fingerprint(row)))
    }

    /// What the row has, whatever became of the certificate that it was first given.
    pub(super) fn earlier(&self, row: &Row) -> Result<Earlier, OfficeError> {
        let row_key = self.row_key(row);
        let (mut key, mut ended) = (row_key.clone(), None::<Revocation>);
        // Every certificate has one key, and names the next one, so no step comes back.
        while let Some(record) = self.issuance.store.certificate_by_idempotency_key(&key)? {
            let number = record.certificate.number;
            let CertificateState::Revoked(revocation) = record.state else {
                let replaces = ended.map(|revocation| revocation.number);
                return Ok(Earlier::InForce(Standing { number, replaces }));
            };
            if revocation.superseded_by.is_some() {
                return Ok(self.after(revocation, key)?);
            }
            // One revocation, one more certificate: whoever repeats the import finds the one that was issued then.
            key = format!("again.{number}.{row_key}");
            ended = Some(revocation);
        }
        Ok(match ended {
            None => Earlier::Nothing(key),
            Some(revocation) => Earlier::Revoked(Ended { revocation, key: Some(key) }),
        })
    }

    /// What a row has that was never imported, if the same content was certified on another way, by a correction or for a
    /// program, and revoked. `key` is the row's own.
    pub(super) fn earlier_alike(
        &self,
        completion: &Completion,
        learner_key: &str,
        key: String,
    ) -> Result<Earlier, OfficeError> {
        let mut completion = completion.clone();
        // The register keeps it sealed; the learner's key tells whether it is the same.
        completion.learner.iin = None;
        let mut last = None;
        for number in self.issuance.store.numbers_of_learner(learner_key)? {
            let record = self.record(&number)?;
            if let CertificateState::Revoked(revocation) = record.state
                && record.certificate.completion == completion
            {
                last = Some(revocation);
            }
        }
        Ok(match last {
            None => Earlier::Nothing(key),
            Some(revocation) => self.after(revocation, key)?,
        })
    }

    /// What is left after a revocation; if nothing is, `key` is the one to issue it again under.
    fn after(&self, revocation: Revocation, key: String) -> Result<Earlier, StoreError> {
        let first = revocation.number.clone();
        let is_corrected = revocation.superseded_by.is_some();
        Ok(match self.last_correction(revocation)? {
            Ok(number) => Earlier::InForce(Standing { number, replaces: Some(first) }),
            Err(revocation) => {
                Earlier::Revoked(Ended { revocation, key: (!is_corrected).then_some(key) })
            }
        })
    }

    /// The certificate in force at the end of a chain of corrections, or how the last one ended.
    pub(super) fn last_correction(
        &self,
        first: Revocation,
    ) -> Result<Result<String, Revocation>, StoreError> {
        let mut revocation = first;
        // A correction is issued in the append that names it, so the chain only leads to later certificates.
        while let Some(next) = &revocation.superseded_by {
            match self.issuance.store.certificate(next)?.map(|record| record.state) {
                Some(CertificateState::Active) => return Ok(Ok(next.clone())),
                Some(CertificateState::Revoked(later)) => revocation = later,
                // Erased, and revoked with it.
                None => break,
            }
        }
        Ok(Err(revocation))
    }
}

impl Earlier {
    /// The key under which the row would be issued.
    pub(super) fn key(&self) -> Option<&str> {
        match self {
            Self::Nothing(key) => Some(key),
            Self::Revoked(ended) => ended.key.as_deref(),
            Self::InForce(_) => None,
        }
    }
}

impl Standing {
    /// The members that a program is told.
    pub(super) fn members(&self) -> Value {
        match &self.replaces {
            None => json!({ "number": self.number }),
            Some(first) => json!({ "number": self.number, "replaces": first }),
        }
    }
}

impl Ended {
    /// Why the row is refused: number, day and reason of the revocation, and what to do.
    pub(super) fn refusal(&self, language: Language) -> Refusal {
        let Revocation { number, reason, revoked_at, .. } = &self.revocation;
        let day = revoked_at.to_zoned(kazakhstan()).date();
        let reason = journal::revocation_reason(*reason, language);
        let code = match self.key {
            Some(_) => RefusalCode::CertificateRevoked,
            None => RefusalCode::CorrectionRevoked,
        };
        Refusal { code, column: None, value: format!("{number}, {day}, {reason}"), proposal: None }
    }

    /// The members that a program is told beside the refusal.
    pub(super) fn members(&self) -> Value {
        let Revocation { number, reason, revoked_at, .. } = &self.revocation;
        json!({ "number": number, "revocation": { "reason": reason, "revoked_at": revoked_at } })
    }
}
