//! What a badge says of its programme, in one language. Badges that say the same are the same picture.

use verifier::Language;

use crate::programme::Programme;

/// The statements of a badge. It names no learner: whoever has earned the badge shows the same picture.
#[derive(Clone, Debug, Eq, PartialEq, Hash)]
pub struct Face {
    /// Language of every text.
    pub language: Language,
    /// Name of the microqualification.
    pub title: String,
    /// Level of the national qualifications framework, 1 to 8.
    pub nqf_level: u8,
    /// Academic credits.
    pub credits: u8,
    /// Academic hours.
    pub hours: u16,
    /// Name of the university.
    pub university: String,
}

impl Face {
    /// The badge of `programme`; `None` if the programme has no name in `language`. Of the texts are left out what a
    /// reader would not see: control characters, and marks of direction.
    #[must_use]
    pub fn of(programme: &Programme, university: &str, language: Language) -> Option<Self> {
        Some(Self {
            language,
            title: visible(programme.qualification_name.in_language(language)?),
            nqf_level: programme.nqf_level,
            credits: programme.credits,
            hours: programme.hours,
            university: visible(university),
        })
    }

    /// The words around the numbers.
    pub(super) fn words(&self) -> Words {
        let (credits, hours) = (u16::from(self.credits), self.hours);
        match self.language {
            Language::Kk => Words {
                ribbon: "МИКРОСЕРТИФИКАТ",
                mark: "ҚАЗ",
                level: "ҰБШ деңгейі",
                credits: "кредит",
                hours: "сағат",
            },
            Language::Ru => Words {
                ribbon: "МИКРОСЕРТИФИКАТ",
                mark: "РУС",
                level: "уровень НРК",
                credits: russian(credits, ["кредит", "кредита", "кредитов"]),
                hours: russian(hours, ["час", "часа", "часов"]),
            },
            Language::En => Words {
                ribbon: "MICROCERTIFICATE",
                mark: "ENG",
                level: "NQF level",
                credits: if credits == 1 { "credit" } else { "credits" },
                hours: if hours == 1 { "hour" } else { "hours" },
            },
        }
    }

    /// The badge in one sentence, for those who do not see it.
    pub(super) fn description(&self) -> String {
        let Self { title, nqf_level: level, credits, hours, university, .. } = self;
        match self.language {
            Language::Kk => format!(
                "Микросертификат бейджі: {title}. {university}. Ұлттық біліктілік шеңберінің {level}-деңгейі, академиялық кредит: {credits}, академиялық сағат: {hours}."
            ),
            Language::Ru => format!(
                "Бейдж микросертификата: {title}. {university}. Уровень национальной рамки квалификаций: {level}, академических кредитов: {credits}, академических часов: {hours}."
            ),
            Language::En => format!(
                "Badge of a microcertificate: {title}. {university}. Level {level} of the national qualifications framework, academic credits: {credits}, academic hours: {hours}."
            ),
        }
    }
}

/// The words of a badge that belong to its language.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words {
    pub(super) ribbon: &'static str,
    /// The language itself.
    pub(super) mark: &'static str,
    pub(super) level: &'static str,
    pub(super) credits: &'static str,
    pub(super) hours: &'static str,
}

/// The form that a Russian noun has behind a number: one, two to four, five and more.
const fn russian(count: u16, [one, few, many]: [&'static str; 3]) -> &'static str {
    match (count % 10, count % 100) {
        (_, 11..=14) => many,
        (1, _) => one,
        (2..=4, _) => few,
        _ => many,
    }
}

/// `text` on one line, without control characters and without those that change the direction or the drawing of others.
pub(in crate::document) fn visible(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.chars().filter(|character| !is_hidden(*character)).collect()
}

fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFF}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn russian_numbers_have_their_nouns() {
        let noun = |count| russian(count, ["кредит", "кредита", "кредитов"]);
        let nouns = [1, 2, 4, 5, 11, 12, 21, 22, 30, 112].map(noun);
        let [one, few, many] = ["кредит", "кредита", "кредитов"];
        assert_eq!(nouns, [one, few, few, many, many, many, one, few, many, many]);
    }

    #[test]
    fn hidden_characters_are_left_out() {
        assert_eq!(visible(" Үл\u{202e}гі\n\tатау\u{0}\u{feff} "), "Үлгі атау");
    }
}
