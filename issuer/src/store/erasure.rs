//! What an erasure leaves in the store: numbers that are taken, bits that are set, and nothing that tells of a person.
//! A store that saw the certificate and one that is rebuilt without it must become the same.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::key;
use super::lookup::json_of;
use super::open::Store;
use super::projection::{Projection, json};
use super::record::{LearnerRecord, StoredRecord};
use crate::register::{Certificate, ErasedCertificate, Erasure, Kind};

/// A certificate whose personal data were erased.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ErasedRecord {
    /// What is left of it.
    pub certificate: ErasedCertificate,
    /// When the rest was erased.
    pub erased_at: Timestamp,
}

impl Projection<'_> {
    /// Replaces the records of the erased certificates by what is left of them.
    pub(super) fn erase(&mut self, index: u64, erasure: &Erasure) -> Result<(), StoreError> {
        for certificate in &erasure.certificates {
            if let Some(bytes) = self.value(&key::record(certificate.index))?
                && let Some(known) = StoredRecord::parse(&bytes).and_then(|found| found.certificate)
            {
                self.forget(&known)?;
            }
            self.remove(key::record(certificate.index));
            self.remove(key::number(&certificate.number));
            self.count_number(&certificate.number)?;
            self.count_number(&certificate.registration_number)?;
            for status in &certificate.statuses {
                self.set_bit(key::USED, *status)?;
                self.set_bit(key::REVOKED, *status)?;
            }
            let erased_at = erasure.erased_at;
            let left = ErasedRecord { certificate: certificate.clone(), erased_at };
            self.put(key::erased(&certificate.number), json(index, &left)?);
        }
        erasure.transcripts.iter().try_for_each(|index| self.forget_transcript(*index))
    }

    /// Removes every way that leads to this certificate and to its learner. An erasure takes all certificates of a learner
    /// at once, so none is left without its learner.
    pub(super) fn forget(&mut self, certificate: &Certificate) -> Result<(), StoreError> {
        self.remove(key::handle(&certificate.handle));
        self.remove(key::idempotency(&certificate.idempotency_key));
        let of_learner = key::of_learner(&certificate.learner_key);
        self.remove(key::join(&of_learner, certificate.number.as_bytes()));
        let learner = &certificate.completion.learner;
        let learner_key = certificate.learner_key.as_bytes();
        let place = key::learner(&certificate.learner_key);
        let kept = self.value(&place)?.and_then(|bytes| json_of::<LearnerRecord>(&bytes));
        let references =
            kept.iter().map(|record| &record.reference).chain([&learner.reference]).cloned();
        let emails = kept.iter().filter_map(|record| record.email.clone());
        let mut ways: Vec<Vec<u8>> =
            references.map(|reference| key::reference(&reference)).collect();
        ways.extend(emails.chain(learner.email.clone()).map(|email| key::email(&email)));
        for way in ways {
            // It may lead to somebody else by now.
            if self.value(&way)?.as_deref() == Some(learner_key) {
                self.remove(way);
            }
        }
        self.remove(place);
        Ok(())
    }
}

impl Store {
    /// What is left of the certificate with this number, if it was erased.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn erased(&self, number: &str) -> Result<Option<ErasedRecord>, StoreError> {
        self.json_at(&key::erased(number))
    }

    /// All entries whose payloads the register says are erased, each with the kind under which the erasure names it.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn erased_entries(&self) -> Result<Vec<(u64, Kind)>, StoreError> {
        let records: Vec<ErasedRecord> = self.json_below(key::ERASED)?;
        let transcripts: Vec<u64> = self.json_below(key::ERASED_TRANSCRIPTS)?;
        let entries = records.iter().flat_map(|record| record.certificate.entries());
        let inside = transcripts.into_iter().map(|index| (index, Kind::TranscriptIssued));
        Ok(entries.chain(inside).collect())
    }
}
