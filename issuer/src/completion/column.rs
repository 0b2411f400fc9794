//! The columns of a file of completions and their headers in three languages.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;
use verifier::Language;

/// Kazakh and Russian headers: data, so that a word can change without code.
const ALIASES: &str = include_str!("column_aliases.json");

/// Defines the columns once: variant, canonical header, what it holds.
macro_rules! columns {
    ($($variant:ident $name:literal $doc:literal)+) => {
        /// One column of a file of completions.
        #[derive(Clone, Copy, Debug, Eq, PartialEq, Hash, Ord, PartialOrd)]
        pub enum Column { $(#[doc = $doc] $variant),+ }

        impl Column {
            /// All columns in their canonical order.
            pub const ALL: [Self; 22] = [$(Self::$variant),+];

            /// The canonical English header: `family_name`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }
    };
}

columns! {
    LearnerRef "learner_ref" "The registrar's own reference of the learner."
    FamilyName "family_name" "Surname."
    GivenName "given_name" "Given name."
    Patronymic "patronymic" "Patronymic, if any."
    NameLatin "name_latin" "Name in Latin script, as the holder spells it."
    Iin "iin" "National identity number."
    Email "email" "E-mail address."
    LearnerCategory "learner_category" "Group of learners (5.2)."
    Employer "employer" "Employer who ordered the training."
    ProgrammeCode "programme_code" "Code of the programme."
    StudyForm "study_form" "Form of study (5.3)."
    Language "language" "Language of study."
    PeriodStart "period_start" "First day of study."
    PeriodEnd "period_end" "Last day of study."
    ScorePercent "score_percent" "Final result, percent."
    LoScores "lo_scores" "Result per learning outcome."
    CommissionDate "commission_date" "Day of the commission's decision."
    CommissionProtocol "commission_protocol" "Number of the commission's protocol."
    IssueDate "issue_date" "Day of issue."
    ConsentPersonalData "consent_personal_data" "Consent to the processing of personal data."
    ConsentDate "consent_date" "Day of the consent."
    HolderDid "holder_did" "The learner's own DID."
}

impl Column {
    /// The header in this language; English is the canonical name.
    #[must_use]
    pub fn header(self, language: Language) -> &'static str {
        let names = HEADERS.aliases.get(self.name());
        match (language, names) {
            (Language::Kk, Some(names)) => &names.kk,
            (Language::Ru, Some(names)) => &names.ru,
            _ => self.name(),
        }
    }

    /// The column of this header in any of the languages; letter case and spaces do not matter.
    #[must_use]
    pub fn from_header(header: &str) -> Option<Self> {
        HEADERS.columns.get(&folded(header)).copied()
    }

    /// Its place in the canonical order, from 0.
    pub(super) fn position(self) -> usize {
        Self::ALL.iter().position(|column| *column == self).unwrap_or_default()
    }
}

#[derive(Deserialize)]
struct Names {
    ru: String,
    kk: String,
}

#[derive(Deserialize)]
struct AliasFile {
    aliases: BTreeMap<String, Names>,
}

struct Headers {
    aliases: BTreeMap<String, Names>,
    columns: BTreeMap<String, Column>,
}

static HEADERS: LazyLock<Headers> = LazyLock::new(|| {
    // The file is part of the program and a test reads it; without it the canonical headers still work.
    let aliases = serde_json::from_str::<AliasFile>(ALIASES).map(|file| file.aliases);
    let aliases = aliases.unwrap_or_default();
    let mut columns = BTreeMap::new();
    for column in Column::ALL {
        columns.insert(folded(column.name()), column);
        if let Some(names) = aliases.get(column.name()) {
            columns.insert(folded(&names.ru), column);
            columns.insert(folded(&names.kk), column);
        }
    }
    Headers { aliases, columns }
});

fn folded(header: &str) -> String {
    let composed: String = header.nfc().filter(|character| !character.is_whitespace()).collect();
    composed.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_a_header_in_every_language() {
        assert_eq!(ALIASES.as_bytes(), include_bytes!("../../sample/column_aliases.json"));
        assert_eq!(HEADERS.aliases.len(), Column::ALL.len());
        for column in Column::ALL {
            for language in Language::ALL {
                assert_eq!(Column::from_header(column.header(language)), Some(column));
            }
        }
        assert_eq!(Column::Iin.header(Language::Kk), "ЖСН");
    }

    #[test]
    fn case_and_spaces_do_not_matter() {
        assert_eq!(Column::from_header(" итоговая  оценка,% "), Some(Column::ScorePercent));
        assert_eq!(Column::from_header("FAMILY_NAME"), Some(Column::FamilyName));
        assert_eq!(Column::from_header("grade"), None);
    }
}
