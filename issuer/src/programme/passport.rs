//! One programme of microqualification: what the register, Appendices В, Г and Д say of it.

use jiff::civil::Date;
use serde_json::Value;
use verifier::Language;

use super::Text;
use super::problem::ProgrammeProblem;
use crate::programme::StudyForm;

/// A programme that satisfies every rule of the regulation.
#[derive(Clone, Debug, PartialEq)]
pub struct Programme {
    /// Code (`MK-PM-04`), unique in the university.
    pub code: String,
    /// Unique registration number (9.4); a draft has none yet.
    pub registration_number: Option<String>,
    /// Version: changes need re-registration (9.6).
    pub version: String,
    /// Name of the programme.
    pub title: Text,
    /// Name of the microqualification that it gives.
    pub qualification_name: Text,
    /// Level of the national qualifications framework, 1 to 8.
    pub nqf_level: u8,
    /// The level in figures and words, as Appendix Б wants it.
    pub nqf_label: Text,
    /// Academic credits, 1 to 6 (4.6).
    pub credits: u8,
    /// Academic hours, 30 per credit (4.15).
    pub hours: u16,
    /// Unit that answers for it (9.5).
    pub responsible_unit: Text,
    /// Status in the register of programmes (9.5).
    pub status: ProgrammeStatus,
    /// Day of registration; a draft has none yet.
    pub registered_on: Option<Date>,
    /// First day of validity (4.13).
    pub valid_from: Date,
    /// Last day of validity (4.13).
    pub valid_until: Date,
    /// Goal (Appendix Д 3).
    pub goal: Text,
    /// Course description (Appendix Г).
    pub course_description: Text,
    /// Competences formed (Appendix Г).
    pub competences: Vec<Text>,
    /// Prerequisites (Appendix Г), if stated.
    pub prerequisites: Option<Text>,
    /// Learning outcomes in order, at least one (11.2.1).
    pub outcomes: Vec<Outcome>,
    /// Form of study (5.3).
    pub study_form: StudyForm,
    /// Words for the form of study, if stated.
    pub study_form_label: Option<Text>,
    /// Forms of assessment (11.2.3), such as `testing`.
    pub assessment_forms: Vec<String>,
    /// Languages of study, BCP 47 (Appendix Д 8).
    pub languages_of_study: Vec<String>,
    /// Professional standard, or the regulation's fixed phrase (Appendix Д 9).
    pub professional_standard: ProfessionalStandard,
    /// Accreditations (Appendix Д 6); there may be none.
    pub accreditation: Vec<Accreditation>,
    /// Field of study, ISCED-F 2013.
    pub field_of_study: Option<FieldOfStudy>,
    /// Tags of the badge.
    pub tags: Vec<String>,
    /// Alignments of the badge to outside frameworks.
    pub alignment: Vec<Alignment>,
    /// The entry as it was read.
    pub(super) document: Value,
}

impl Programme {
    /// Reads one entry of the file format of `programmes.json` and checks every rule.
    ///
    /// # Errors
    /// All problems at once, each with a JSON Pointer into `value`.
    pub fn parse(value: &Value) -> Result<Self, Vec<ProgrammeProblem>> {
        super::rules::parse(value)
    }

    /// The entry as it was read, whole: what the register of programmes keeps.
    #[must_use]
    pub const fn document(&self) -> &Value {
        &self.document
    }

    /// Whether its status allows certificates at all.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.status == ProgrammeStatus::Active
    }

    /// Whether every day of this period lies within its validity (4.13), both ends included.
    #[must_use]
    pub fn is_valid_for(&self, period_start: Date, period_end: Date) -> bool {
        self.valid_from <= period_start && period_end <= self.valid_until
            // A period written backwards must not slip through with only its ends inside.
            && period_start <= self.valid_until && self.valid_from <= period_end
    }

    /// Whether a completion of this period may be certified: active, and valid on all its days.
    #[must_use]
    pub fn accepts(&self, period_start: Date, period_end: Date) -> bool {
        self.is_active() && self.is_valid_for(period_start, period_end)
    }

    /// Languages in which every text of a badge exists, in the order kk, ru, en: one credential is issued in each.
    #[must_use]
    pub fn languages(&self) -> Vec<Language> {
        let complete = |language: &Language| {
            self.badge_texts().all(|text| text.in_language(*language).is_some())
        };
        Language::ALL.into_iter().filter(complete).collect()
    }

    fn badge_texts(&self) -> impl Iterator<Item = &Text> {
        [
            &self.title,
            &self.qualification_name,
            &self.nqf_label,
            &self.responsible_unit,
            &self.goal,
            &self.course_description,
            &self.professional_standard.name,
        ]
        .into_iter()
        .chain(self.outcomes.iter().flat_map(|outcome| [&outcome.name, &outcome.criteria]))
        .chain(&self.competences)
    }
}

/// Status of a programme in the register (9.5).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub enum ProgrammeStatus {
    /// Being written.
    Draft,
    /// In expertise or before the council.
    InReview,
    /// Registered: certificates may be issued.
    Active,
    /// Registered, but stopped for now.
    Suspended,
    /// Its validity ran out.
    Expired,
    /// Taken out of the register.
    Withdrawn,
}

impl ProgrammeStatus {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Draft,
        Self::InReview,
        Self::Active,
        Self::Suspended,
        Self::Expired,
        Self::Withdrawn,
    ];

    /// The word of the file format: `active`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InReview => "in_review",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The status of this word; `registered` is another word for `active`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let word = if word == "registered" { "active" } else { word };
        Self::ALL.into_iter().find(|status| status.word() == word)
    }

    /// Whether the programme has been registered: then approval and registration number must be there.
    pub(super) const fn is_registered(self) -> bool {
        !matches!(self, Self::Draft | Self::InReview)
    }
}

/// One row of the content table of Appendix Г.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Outcome {
    /// Full id (`MK-PM-04/LO1`).
    pub id: String,
    /// The id within the programme (`LO1`), as completions name it.
    pub short_id: String,
    /// The learning outcome.
    pub name: Text,
    /// Its assessment criteria.
    pub criteria: Text,
    /// Its academic hours.
    pub hours: u16,
}

/// What the programme was developed from (Appendix Д 9).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ProfessionalStandard {
    /// Code of the professional standard; `None` if there is none and the name is the fixed phrase.
    pub code: Option<String>,
    /// Name of the standard, or the regulation's phrase.
    pub name: Text,
}

/// One accreditation (Appendix Д 6).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Accreditation {
    /// Kind, such as `national_institutional`.
    pub kind: String,
    /// Agency that gave it.
    pub agency: String,
}

/// Field of study of ISCED-F 2013.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FieldOfStudy {
    /// Four digits (`0413`).
    pub code: String,
    /// Name, in English as UNESCO gives it.
    pub name: String,
}

/// Alignment to an outside framework of skills.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Alignment {
    /// Name of the framework (`ESCO`).
    pub framework: String,
    /// Code in it.
    pub code: String,
    /// Name in it.
    pub name: String,
    /// Where it is described.
    pub url: String,
}
