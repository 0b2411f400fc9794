//! What the rules must know of the past: learners and their certificates.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::request::{Completion, Iin, Learner, PersonName};

/// What the rules ask about the past. A learner is named by a *key*: the blind index of the identity number where one was
/// given, else the registrar's reference; the number itself is never kept here.
pub trait Known {
    /// The key of the learner with this identity number.
    fn key_of(&self, iin: &Iin) -> String;

    /// The learner with this key.
    fn by_key(&self, key: &str) -> Option<KnownLearner>;

    /// The learner whom the registrar calls by this reference.
    fn by_reference(&self, reference: &str) -> Option<KnownLearner>;

    /// The learner with this e-mail address, trimmed and lower-cased.
    fn by_email(&self, email: &str) -> Option<KnownLearner>;

    /// The certificate of this claim, if it is in force or about to be issued. A revoked one does not count.
    fn certificate(&self, claim: &Claim) -> Option<KnownCertificate>;
}

/// A learner of earlier certificates.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KnownLearner {
    /// Their key.
    pub key: String,
    /// Name on their certificates.
    pub name: PersonName,
    /// The registrar's reference.
    pub reference: String,
    /// E-mail address, if one is known.
    pub email: Option<String>,
}

/// What may be certified only once.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub struct Claim {
    /// The learner's key.
    pub learner_key: String,
    /// Code of the programme.
    pub programme_code: String,
    /// Version of the programme.
    pub programme_version: String,
    /// First day of study.
    pub period_start: Date,
    /// Last day of study.
    pub period_end: Date,
}

/// The certificate of a claim.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KnownCertificate {
    /// Its number; `None` if its row was accepted a moment ago and has none yet.
    pub number: Option<String>,
}

/// What is known, in memory: filled from the store, then with every row accepted from the same file.
pub struct Roster<'a> {
    blind_index: Box<dyn Fn(&Iin) -> String + Send + Sync + 'a>,
    learners: BTreeMap<String, KnownLearner>,
    keys_by_reference: BTreeMap<String, String>,
    keys_by_email: BTreeMap<String, String>,
    certificates: BTreeMap<Claim, Option<String>>,
}

impl<'a> Roster<'a> {
    /// An empty roster. `blind_index` is the keyed hash under which the store files an identity number.
    pub fn new(blind_index: impl Fn(&Iin) -> String + Send + Sync + 'a) -> Self {
        Self {
            blind_index: Box::new(blind_index),
            learners: BTreeMap::new(),
            keys_by_reference: BTreeMap::new(),
            keys_by_email: BTreeMap::new(),
            certificates: BTreeMap::new(),
        }
    }

    /// Adds a learner of the store. The first name under a key stays; further references and addresses are added to it.
    pub fn add_learner(&mut self, learner: KnownLearner) {
        self.keys_by_reference.insert(learner.reference.clone(), learner.key.clone());
        if let Some(email) = &learner.email {
            self.keys_by_email.insert(email.clone(), learner.key.clone());
        }
        self.learners.entry(learner.key.clone()).or_insert(learner);
    }

    /// Adds a certificate of the store that is in force, or a claim that is about to get its number.
    pub fn add_certificate(&mut self, claim: Claim, number: Option<String>) {
        self.certificates.insert(claim, number);
    }

    /// Adds an accepted row, so that the rows after it are checked against it too.
    pub fn accept(
        &mut self,
        completion: &Completion,
        learner_key: &str,
        programme_version: &str,
        number: Option<String>,
    ) {
        let learner_key = learner_key.to_owned();
        self.add_learner(KnownLearner {
            key: learner_key.clone(),
            name: completion.learner.name.clone(),
            reference: completion.learner.reference.clone(),
            email: completion.learner.email.clone(),
        });
        let claim = Claim {
            learner_key,
            programme_code: completion.programme_code.clone(),
            programme_version: programme_version.to_owned(),
            period_start: completion.period_start,
            period_end: completion.period_end,
        };
        self.add_certificate(claim, number);
    }

    /// The key under which this learner is filed: of the identity number, else the one already known for the
    /// reference, else the reference itself.
    #[must_use]
    pub fn learner_key(&self, learner: &Learner) -> String {
        match &learner.iin {
            Some(iin) => self.key_of(iin),
            None => {
                self.keys_by_reference.get(&learner.reference).unwrap_or(&learner.reference).clone()
            }
        }
    }

    fn by(&self, keys: &BTreeMap<String, String>, name: &str) -> Option<KnownLearner> {
        keys.get(name).and_then(|key| self.by_key(key))
    }
}

impl Known for Roster<'_> {
    fn key_of(&self, iin: &Iin) -> String {
        (self.blind_index)(iin)
    }

    fn by_key(&self, key: &str) -> Option<KnownLearner> {
        self.learners.get(key).cloned()
    }

    fn by_reference(&self, reference: &str) -> Option<KnownLearner> {
        self.by(&self.keys_by_reference, reference)
    }

    fn by_email(&self, email: &str) -> Option<KnownLearner> {
        self.by(&self.keys_by_email, email)
    }

    fn certificate(&self, claim: &Claim) -> Option<KnownCertificate> {
        self.certificates.get(claim).map(|number| KnownCertificate { number: number.clone() })
    }
}
