//! The three languages of certificates and reports.

use serde::{Deserialize, Serialize};

/// A language of the regulation's documents, by its BCP 47 tag.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Kazakh, Cyrillic script.
    Kk,
    /// Russian.
    Ru,
    /// English.
    En,
}

impl Language {
    /// All three, in the order in which documents show them.
    pub const ALL: [Self; 3] = [Self::Kk, Self::Ru, Self::En];

    /// The BCP 47 tag: `kk`, `ru` or `en`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Kk => "kk",
            Self::Ru => "ru",
            Self::En => "en",
        }
    }

    /// The language of this tag, case-insensitively, ignoring any subtag after it (`ru-KZ` is Russian).
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }
}
