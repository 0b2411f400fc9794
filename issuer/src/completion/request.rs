//! The validated request: everything a microcertificate needs to know of one completion.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::programme::StudyForm;

/// One completion that satisfied every rule of the regulation and of the form.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Completion {
    /// Who completed the programme.
    pub learner: Learner,
    /// Code of the programme, as in the register of programmes (`MK-PM-04`).
    pub programme_code: String,
    /// Form of study (regulation 5.3).
    pub study_form: StudyForm,
    /// Language of study, BCP 47.
    pub language: String,
    /// First day of study.
    pub period_start: Date,
    /// Last day of study, not before the first.
    pub period_end: Date,
    /// Final result, whole percents, 50 to 100.
    pub score_percent: u8,
    /// Result per learning outcome in the programme's order: (`LO1`, whole percents).
    pub outcome_scores: Vec<(String, u8)>,
    /// Day of the qualification commission's decision, not before the last day of study.
    pub commission_date: Date,
    /// Number of the commission's protocol.
    pub commission_protocol: String,
    /// Day of issue, not before the decision.
    pub issue_date: Date,
    /// Day on which the learner consented to the processing of personal data (law 94-V).
    pub consent_date: Date,
}

/// The learner, as the registrar knows them.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Learner {
    /// The registrar's own reference (`SYN-0004`).
    pub reference: String,
    /// The name as it is printed.
    pub name: PersonName,
    /// The name in Latin script as the holder spells it; never transliterated by us.
    pub name_latin: Option<String>,
    /// The national identity number. Never serialized: the store keeps it sealed, a credential not at all.
    #[serde(skip)]
    pub iin: Option<Iin>,
    /// E-mail address, trimmed and lower-cased.
    pub email: Option<String>,
    /// Which of the three groups of regulation 5.2.
    pub category: LearnerCategory,
    /// The employer who ordered the training; always there for an employee.
    pub employer: Option<String>,
    /// The holder's own DID, if they gave one.
    pub did: Option<String>,
}

/// Surname, given name and, if any, patronymic, in NFC.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct PersonName {
    /// Surname.
    pub family: String,
    /// Given name.
    pub given: String,
    /// Patronymic, if any.
    pub patronymic: Option<String>,
}

impl fmt::Display for PersonName {
    /// Surname, given name, patronymic: the order of Appendix Б.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.family, self.given)?;
        match &self.patronymic {
            Some(patronymic) => write!(formatter, " {patronymic}"),
            None => Ok(()),
        }
    }
}

/// A national identity number (ИИН, ЖСН): twelve digits whose check digit holds.
/// `Debug` shows none of them.
#[derive(Clone, Eq, PartialEq, Hash)]
pub struct Iin(pub(super) String);

impl Iin {
    /// The twelve digits. For sealing and blind indexing only.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Iin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Iin(…)")
    }
}

/// Group of learners (regulation 5.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LearnerCategory {
    /// Learner of the university.
    Student,
    /// Employee of another organisation, by contract.
    Employee,
    /// Free listener.
    FreeListener,
}
