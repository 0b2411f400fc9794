//! What can be looked up of a certificate, read from its payload without the signed credentials, which are most of it.
//! It changes nothing and keeps nothing.

use serde::Deserialize;

use super::{Certificate, StatusEntry};
use crate::completion::PersonName;

/// A certificate without its credentials. The members have the names and places that they have in [`Certificate`].
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
pub struct Outline {
    /// Certificate number.
    pub number: String,
    /// Registration number.
    pub registration_number: String,
    /// The secret part of the credential's URL.
    pub handle: String,
    /// The learner's key in the store.
    pub learner_key: String,
    /// Key under which a repetition of the same request finds this certificate.
    pub idempotency_key: String,
    /// What is looked up of the completion.
    pub completion: OutlineCompletion,
    /// One for each language.
    pub editions: Vec<OutlineEdition>,
}

/// What is looked up of a completion.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
pub struct OutlineCompletion {
    /// Who completed.
    pub learner: OutlineLearner,
}

/// What is looked up of a learner.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
pub struct OutlineLearner {
    /// The registrar's own reference.
    pub reference: String,
    /// The name as it is printed.
    pub name: PersonName,
    /// E-mail address.
    pub email: Option<String>,
}

/// What is looked up of an edition.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize)]
pub struct OutlineEdition {
    /// Where its revocation bit is.
    pub status: StatusEntry,
}

impl Outline {
    /// Reads the payload of an entry that issued a certificate. The credentials are passed over, not unescaped and not
    /// kept, which takes a fraction of the time and memory.
    pub(super) fn parse(plain: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(plain)
    }
}

impl From<&Certificate> for Outline {
    fn from(certificate: &Certificate) -> Self {
        let learner = &certificate.completion.learner;
        let learner = OutlineLearner {
            reference: learner.reference.clone(),
            name: learner.name.clone(),
            email: learner.email.clone(),
        };
        let editions = certificate.editions.iter();
        Self {
            number: certificate.number.clone(),
            registration_number: certificate.registration_number.clone(),
            handle: certificate.handle.clone(),
            learner_key: certificate.learner_key.clone(),
            idempotency_key: certificate.idempotency_key.clone(),
            completion: OutlineCompletion { learner },
            editions: editions.map(|edition| OutlineEdition { status: edition.status }).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Event, samples};
    use super::*;

    #[test]
    fn an_outline_is_what_the_whole_payload_says() {
        let certificate = samples::certificate(3, 1);
        let plain =
            serde_json::to_vec(&Event::CertificateIssued(Box::new(certificate.clone()))).unwrap();
        assert_eq!(Outline::parse(&plain).unwrap(), Outline::from(&certificate));
        assert!(Outline::parse(&plain[..plain.len() - 1]).is_err(), "all of it is read");
    }
}
