//! Why a row is refused: a stable code, the place, what stood there, and what it should be.

use verifier::Language;

use super::column::Column;
use super::limits::SHOWN_CHARACTERS_MAX;
use super::wording;

/// Defines the codes once: variant, its stable name, what it means.
macro_rules! codes {
    ($($variant:ident $name:literal $doc:literal)+) => {
        /// Why a row is refused. The names are stable: reports and other programs rely on them.
        #[non_exhaustive]
        #[derive(Clone, Copy, Debug, Eq, PartialEq, Hash, Ord, PartialOrd)]
        pub enum RefusalCode { $(#[doc = $doc] $variant),+ }

        impl RefusalCode {
            /// All codes.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable name: `IIN_CHECK_DIGIT`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }
    };
}

codes! {
    RowFieldCount "ROW_FIELD_COUNT" "The line has more or fewer fields than the header."
    RowUnclosedQuote "ROW_UNCLOSED_QUOTE" "The quotation marks of the line do not match."
    LearnerUnidentified "LEARNER_UNIDENTIFIED" "Neither a reference nor an identity number."
    ReferenceMissing "REFERENCE_MISSING" "No reference of the learner."
    ReferenceBelongsToAnother "REFERENCE_BELONGS_TO_ANOTHER" "The reference is another learner's."
    FamilyNameMissing "FAMILY_NAME_MISSING" "No surname."
    GivenNameMissing "GIVEN_NAME_MISSING" "No given name."
    NameInOneColumn "NAME_IN_ONE_COLUMN" "The whole name stands in the surname's column."
    NameWhitespace "NAME_WHITESPACE" "Needless or unusual spaces in a name."
    NameCase "NAME_CASE" "A name in capitals or in small letters."
    NameMixedScript "NAME_MIXED_SCRIPT" "Latin and Cyrillic letters in one name."
    NameEncodingLoss "NAME_ENCODING_LOSS" "Letters of a name were lost on the way."
    NameCharacters "NAME_CHARACTERS" "Characters that no name has."
    IinFormat "IIN_FORMAT" "An identity number with something other than digits."
    IinLength "IIN_LENGTH" "An identity number without twelve digits."
    IinCheckDigit "IIN_CHECK_DIGIT" "An identity number whose check digit does not hold."
    IinBelongsToAnother "IIN_BELONGS_TO_ANOTHER" "The identity number is another learner's."
    EmailInvalid "EMAIL_INVALID" "Not an e-mail address."
    EmailNotUnique "EMAIL_NOT_UNIQUE" "The e-mail address is another learner's."
    CategoryMissing "CATEGORY_MISSING" "No group of learners."
    CategoryUnknown "CATEGORY_UNKNOWN" "No such group of learners (5.2)."
    EmployerMissing "EMPLOYER_MISSING" "An employee without an employer."
    ProgrammeMissing "PROGRAMME_MISSING" "No code of a programme."
    ProgrammeUnknown "PROGRAMME_UNKNOWN" "No such programme."
    ProgrammeNotActive "PROGRAMME_NOT_ACTIVE" "The programme is not active."
    ProgrammeNotValidOnDate "PROGRAMME_NOT_VALID_ON_DATE" "The programme was not valid in this period (4.13)."
    StudyFormMissing "STUDY_FORM_MISSING" "No form of study."
    StudyFormUnknown "STUDY_FORM_UNKNOWN" "No such form of study (5.3)."
    StudyFormMismatch "STUDY_FORM_MISMATCH" "Not the programme's form of study."
    LanguageMissing "LANGUAGE_MISSING" "No language of study."
    LanguageNotOffered "LANGUAGE_NOT_OFFERED" "Not a language of the programme."
    DateMissing "DATE_MISSING" "No date."
    DateFormat "DATE_FORMAT" "A date not written as year-month-day."
    DateImpossible "DATE_IMPOSSIBLE" "A date that no calendar has."
    DateInFuture "DATE_IN_FUTURE" "A date that has not come."
    PeriodOrder "PERIOD_ORDER" "The study ends before it begins."
    CommissionBeforeEnd "COMMISSION_BEFORE_END" "The commission decided before the study ended."
    IssueBeforeCommission "ISSUE_BEFORE_COMMISSION" "Issued before the commission decided."
    ScoreMissing "SCORE_MISSING" "No final result."
    ScoreFormat "SCORE_FORMAT" "A result that is no whole percent."
    ScoreOutOfRange "SCORE_OUT_OF_RANGE" "A result outside 0 to 100."
    ScoreFractionBetweenBands "SCORE_FRACTION_BETWEEN_BANDS" "A fraction between two bands of the scale."
    ScoreBelowPass "SCORE_BELOW_PASS" "Below 50: no certificate (section 6)."
    CertificateForFail "CERTIFICATE_FOR_FAIL" "A day of issue for a result below 50."
    LoScoresFormat "LO_SCORES_FORMAT" "Results of outcomes not written as LO1:90|LO2:85."
    LoScoresIncomplete "LO_SCORES_INCOMPLETE" "A learning outcome without a result."
    LoUnknown "LO_UNKNOWN" "A learning outcome that the programme does not have."
    LoTwice "LO_TWICE" "A learning outcome with two results."
    ProtocolMissing "PROTOCOL_MISSING" "No number of the commission's protocol."
    ConsentMissing "CONSENT_MISSING" "No consent to the processing of personal data (law 94-V)."
    DidInvalid "DID_INVALID" "Not a DID."
    TextCharacters "TEXT_CHARACTERS" "Control or direction characters in a text."
    TextTooLong "TEXT_TOO_LONG" "A text longer than its limit."
    DuplicateCompletion "DUPLICATE_COMPLETION" "This completion has its certificate already."
    CertificateRevoked "CERTIFICATE_REVOKED" "The certificate of this row is revoked."
    CorrectionRevoked "CORRECTION_REVOKED" "The certificate of this row was corrected, and the correction is revoked."
    NotIssuable "NOT_ISSUABLE" "The credential would not be valid, so nothing was issued."
}

/// One reason for which a row is refused.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refusal {
    /// Which rule.
    pub code: RefusalCode,
    /// Which column; `None` for the row as a whole.
    pub column: Option<Column>,
    /// What stood there, shortened; twelve digits of an identity number only by the last four. Still personal data.
    pub value: String,
    /// What should stand there, if that can be told: for a person to confirm, never applied by itself.
    pub proposal: Option<String>,
}

impl Refusal {
    /// A reason that concerns the row as a whole.
    pub(super) fn of_row(code: RefusalCode, value: &str) -> Self {
        Self { code, column: None, value: shown(value), proposal: None }
    }

    /// A plain sentence for the registrar; the line is the caller's to name.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        wording::refusal(self, language)
    }
}

/// Collects what is wrong with one row, so that the registrar sees all of it at once.
#[derive(Default)]
pub(super) struct Findings {
    refusals: Vec<Refusal>,
}

impl Findings {
    pub(super) fn refuse(&mut self, code: RefusalCode, column: Column, value: &str) {
        self.push(code, column, value, None);
    }

    pub(super) fn propose(
        &mut self,
        code: RefusalCode,
        column: Column,
        value: &str,
        proposal: Option<String>,
    ) {
        self.push(code, column, value, proposal);
    }

    fn push(&mut self, code: RefusalCode, column: Column, value: &str, proposal: Option<String>) {
        let refusal = Refusal { code, column: Some(column), value: shown(value), proposal };
        if !self.refusals.contains(&refusal) {
            self.refusals.push(refusal);
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.refusals.is_empty()
    }

    pub(super) fn into_refusals(self) -> Vec<Refusal> {
        self.refusals
    }
}

/// A value as a sentence may repeat it: short, and with nothing that would disturb a line of text.
fn shown(value: &str) -> String {
    let visible = |character: char| if character.is_control() { '␣' } else { character };
    let mut shown: String = value.trim().chars().take(SHOWN_CHARACTERS_MAX).map(visible).collect();
    if value.trim().chars().count() > SHOWN_CHARACTERS_MAX {
        shown.push('…');
    }
    shown
}
