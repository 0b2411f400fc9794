//! A text in the languages of the regulation.

use serde::{Deserialize, Serialize};
use verifier::Language;

/// A text in Kazakh and Russian, which the regulation demands, and perhaps in English.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Text {
    /// Kazakh.
    pub kk: String,
    /// Russian.
    pub ru: String,
    /// English, if somebody translated it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl Text {
    /// The text in this language; `None` if it is missing or blank. Never another language instead.
    #[must_use]
    pub fn in_language(&self, language: Language) -> Option<&str> {
        let text = match language {
            Language::Kk => Some(self.kk.as_str()),
            Language::Ru => Some(self.ru.as_str()),
            Language::En => self.en.as_deref(),
        };
        text.filter(|text| !text.trim().is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_text_is_a_missing_one() {
        let text = Text { kk: "сынақ".into(), ru: " ".into(), en: None };
        assert_eq!(text.in_language(Language::Kk), Some("сынақ"));
        assert_eq!(text.in_language(Language::Ru), None);
        assert_eq!(text.in_language(Language::En), None);
        assert_eq!(serde_json::to_string(&text).unwrap(), r#"{"kk":"сынақ","ru":" "}"#);
    }
}
