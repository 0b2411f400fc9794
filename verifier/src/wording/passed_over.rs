//! How a text beside credentials is told, which is named and not judged: in the same words wherever many files are checked.

use super::plain::plain_text;
use crate::language::Language;

/// A file among others that only accompanies credentials, as [`is_companion`](crate::is_companion) tells. It has no report.
#[derive(Clone, Copy, Debug)]
pub struct PassedOver<'a> {
    /// What the report on it would be called; it may hold anything.
    pub input: &'a str,
}

impl PassedOver<'_> {
    /// What follows its name.
    #[must_use]
    pub const fn reason(self, language: Language) -> &'static str {
        match language {
            Language::Kk => "мәтін, сертификат емес: тексерілмеді",
            Language::Ru => "это текст, а не сертификат: не проверялся",
            Language::En => "is a text and no credential: passed over",
        }
    }

    /// One line for people, without a line break. Plain text.
    #[must_use]
    pub fn text(self, language: Language) -> String {
        let dash = if language == Language::En { "" } else { "— " };
        format!("{} {dash}{}", plain_text(self.input), self.reason(language))
    }

    /// One line of JSON, without a line break: `{"input":"a/skills.txt","passed_over":"is a text and no credential: passed over"}`.
    #[must_use]
    pub fn line(self) -> String {
        let reason = self.reason(Language::En);
        serde_json::json!({"input": self.input, "passed_over": reason}).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_named_in_every_language_and_by_no_control_character() {
        let companion = PassedOver { input: "a\u{1b}[2J/skills.txt" };
        for language in Language::ALL {
            let text = companion.text(language);
            assert!(text.contains("/skills.txt ") && text.ends_with(companion.reason(language)));
            assert!(
                !text.contains('\u{1b}') && text.is_ascii() == (language == Language::En),
                "{text}"
            );
        }
        let line = PassedOver { input: "a\n\"/skills.txt" }.line();
        let read: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!((&read["input"], line.lines().count()), (&"a\n\"/skills.txt".into(), 1));
        assert_eq!(read["passed_over"], "is a text and no credential: passed over");
        assert!(read.get("verdict").is_none());
    }
}
