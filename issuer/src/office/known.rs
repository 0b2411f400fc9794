//! What the rules ask about the past, answered by the store and by the rows accepted a moment ago.

use std::cell::RefCell;

use crate::completion::{Claim, Completion, Iin, Known, KnownCertificate, KnownLearner, Roster};
use crate::issuing::Issuance;
use crate::store::{CertificateRecord, CertificateState, StoreError};

/// The store behind, the rows of this file before it.
pub(super) struct Past<'o> {
    issuance: &'o Issuance,
    accepted: Roster<'o>,
    /// The rules have no way to hear of a failing store; whoever asked them looks here.
    failure: RefCell<Option<StoreError>>,
}

impl<'o> Past<'o> {
    pub(super) fn new(issuance: &'o Issuance) -> Self {
        let key = issuance.identity.keyring.personal_data();
        let accepted =
            Roster::new(move |iin: &Iin| key.blind_index("iin", iin.expose().as_bytes()));
        Self { issuance, accepted, failure: RefCell::new(None) }
    }

    /// Adds a row that will be issued.
    pub(super) fn accept(&mut self, completion: &Completion, learner_key: &str, version: &str) {
        self.accepted.accept(completion, learner_key, version, None);
    }

    /// The key under which this learner is filed.
    pub(super) fn learner_key(&self, completion: &Completion) -> String {
        let learner = &completion.learner;
        match &learner.iin {
            Some(iin) => self.key_of(iin),
            None => self
                .by_reference(&learner.reference)
                .map_or_else(|| self.accepted.learner_key(learner), |known| known.key),
        }
    }

    /// Fails if the store failed while the rules asked.
    pub(super) fn checked(&self) -> Result<(), StoreError> {
        self.failure.borrow_mut().take().map_or(Ok(()), Err)
    }

    fn asked<T>(&self, answer: Result<Option<T>, StoreError>) -> Option<T> {
        answer.unwrap_or_else(|error| {
            self.failure.borrow_mut().get_or_insert(error);
            None
        })
    }

    fn stored(&self, key: Option<String>) -> Option<KnownLearner> {
        let key = key?;
        let record = self.asked(self.issuance.store.learner(&key))?;
        Some(KnownLearner {
            key,
            name: record.name,
            reference: record.reference,
            email: record.email,
        })
    }
}

/// The past as a correction sees it: the certificate that is wrong does not count, and what it says of its learner may be
/// the very mistake.
pub(super) struct Unsettled<'p, 'o> {
    past: &'p Past<'o>,
    number: &'p str,
    learner_key: &'p str,
}

impl<'p, 'o> Unsettled<'p, 'o> {
    pub(super) fn new(past: &'p Past<'o>, wrong: &'p CertificateRecord) -> Self {
        let certificate = &wrong.certificate;
        Self { past, number: &certificate.number, learner_key: &certificate.learner_key }
    }

    /// Another learner than the one to be corrected.
    fn other(&self, found: Option<KnownLearner>) -> Option<KnownLearner> {
        found.filter(|learner| learner.key != self.learner_key)
    }
}

impl Known for Unsettled<'_, '_> {
    fn key_of(&self, iin: &Iin) -> String {
        self.past.key_of(iin)
    }

    fn by_key(&self, key: &str) -> Option<KnownLearner> {
        self.other(self.past.by_key(key))
    }

    fn by_reference(&self, reference: &str) -> Option<KnownLearner> {
        self.other(self.past.by_reference(reference))
    }

    fn by_email(&self, email: &str) -> Option<KnownLearner> {
        self.other(self.past.by_email(email))
    }

    fn certificate(&self, claim: &Claim) -> Option<KnownCertificate> {
        let found = self.past.certificate(claim);
        found.filter(|certificate| certificate.number.as_deref() != Some(self.number))
    }
}

impl Known for Past<'_> {
    fn key_of(&self, iin: &Iin) -> String {
        self.accepted.key_of(iin)
    }

    fn by_key(&self, key: &str) -> Option<KnownLearner> {
        self.accepted.by_key(key).or_else(|| self.stored(Some(key.to_owned())))
    }

    fn by_reference(&self, reference: &str) -> Option<KnownLearner> {
        self.accepted.by_reference(reference).or_else(|| {
            self.stored(self.asked(self.issuance.store.learner_key_by_reference(reference)))
        })
    }

    fn by_email(&self, email: &str) -> Option<KnownLearner> {
        self.accepted
            .by_email(email)
            .or_else(|| self.stored(self.asked(self.issuance.store.learner_key_by_email(email))))
    }

    fn certificate(&self, claim: &Claim) -> Option<KnownCertificate> {
        if let Some(accepted) = self.accepted.certificate(claim) {
            return Some(accepted);
        }
        let numbers = self.issuance.store.numbers_of_learner(&claim.learner_key).map(Some);
        self.asked(numbers)?.into_iter().find_map(|number| {
            let record = self.asked(self.issuance.store.certificate(&number))?;
            let completion = &record.certificate.completion;
            let same = completion.programme_code == claim.programme_code
                && record.certificate.programme_version == claim.programme_version
                && completion.period_start == claim.period_start
                && completion.period_end == claim.period_end;
            (same && record.state == CertificateState::Active)
                .then_some(KnownCertificate { number: Some(number) })
        })
    }
}
