//! The scale of section 6: percents to letters and levels. A credential signs percents; letters and words come from here.

use crate::programme::Text;

/// Version of this scale: a change of a cut point or a word needs a new one.
pub const SCALE_VERSION: &str = "1";
/// The pass mark, percent.
pub const PASS_PERCENT: u8 = 50;

/// A band of the regulation's scale.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Band {
    /// Letters of the band as the regulation prints them: `B+ / B / B-`.
    pub letters: &'static str,
    /// Its lowest percent.
    pub percent_min: u8,
    /// Its highest percent.
    pub percent_max: u8,
    /// Level of achievement: kk, ru, en. The regulation has no English; it is ours.
    level: [&'static str; 3],
    /// Description of the result: kk, ru, en.
    description: [&'static str; 3],
}

impl Band {
    /// Level of achievement: «өте жақсы», «отлично», "excellent".
    #[must_use]
    pub fn level(&self) -> Text {
        text(self.level)
    }

    /// Description of the result.
    #[must_use]
    pub fn description(&self) -> Text {
        text(self.description)
    }
}

fn text([kk, ru, en]: [&str; 3]) -> Text {
    Text { kk: kk.to_owned(), ru: ru.to_owned(), en: Some(en.to_owned()) }
}

/// Bands of the table of section 6, highest first.
pub const BANDS: [Band; 5] = [
    Band {
        letters: "A / A-",
        percent_min: 90,
        percent_max: 100,
        level: ["өте жақсы", "отлично", "excellent"],
        description: [
            "Сараптамалық орындау, нақты жұмыс ортасында қолдануға дайын болу",
            "Экспертное выполнение, готовность к применению в реальной рабочей среде",
            "Expert performance, ready for use in a real working environment",
        ],
    },
    Band {
        letters: "B+ / B / B-",
        percent_min: 75,
        percent_max: 89,
        level: ["аса жақсы", "очень хорошо", "very good"],
        description: [
            "Дағдыларды сенімді меңгеру, минималды қолдау қажет",
            "Уверенное владение навыком, требуется минимальная поддержка",
            "Confident command of the skill, minimal support needed",
        ],
    },
    Band {
        letters: "C+ / C",
        percent_min: 60,
        percent_max: 74,
        level: ["жақсы", "хорошо", "good"],
        description: [
            "Жеке дәлсіздіктерге жол беріледі, тәлімгерлік қажет",
            "Допускаются отдельные неточности, требуется наставничество",
            "Occasional inaccuracies, mentoring needed",
        ],
    },
    Band {
        letters: "D+ / D",
        percent_min: 50,
        percent_max: 59,
        level: ["қанағаттанарлық", "удовлетворительно", "satisfactory"],
        description: [
            "Негізгі түсінік, тәжірибеде шектеулі қолдану",
            "Базовое понимание, ограниченная применимость на практике",
            "Basic understanding, limited use in practice",
        ],
    },
    FAILED,
];

const FAILED: Band = Band {
    letters: "F",
    percent_min: 0,
    percent_max: 49,
    level: ["қанағаттандырылғысыз", "неудовлетворительно", "unsatisfactory"],
    description: [
        "Құзырет қалыптаспаған",
        "Компетенция не сформирована",
        "The competence has not been formed",
    ],
};

/// National cut points, restricted to the letters that the regulation lists: no C- and no FX.
pub const LETTERS: [(u8, &str); 10] = [
    (95, "A"),
    (90, "A-"),
    (85, "B+"),
    (80, "B"),
    (75, "B-"),
    (70, "C+"),
    (60, "C"),
    (55, "D+"),
    (50, "D"),
    (0, "F"),
];

/// The letter of a whole percent.
#[must_use]
pub fn letter(percent: u8) -> &'static str {
    LETTERS.iter().find(|(cut, _)| percent >= *cut).map_or("F", |(_, letter)| letter)
}

/// The band of a whole percent.
#[must_use]
pub fn band(percent: u8) -> &'static Band {
    BANDS.iter().find(|band| percent >= band.percent_min).unwrap_or(&FAILED)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn letters_and_bands_of_the_sample() {
        let expected = include_str!("../../sample/completions_expected.json");
        let expected: Value = serde_json::from_str(expected).unwrap();
        for row in expected["rows"].as_array().unwrap() {
            let percent = u8::try_from(row["score_percent"].as_u64().unwrap()).unwrap();
            assert_eq!(letter(percent), row["letter_national_cut"], "{percent}");
            assert_eq!(band(percent).letters, row["band"], "{percent}");
            let level = serde_json::to_value(band(percent).level()).unwrap();
            assert_eq!(level, row["level"], "{percent}");
            assert_eq!(percent >= PASS_PERCENT, row["eligible_for_certificate"], "{percent}");
        }
    }

    #[test]
    fn bands_leave_no_gap_and_hold_their_letters() {
        for pair in BANDS.windows(2) {
            assert_eq!(pair[0].percent_min, pair[1].percent_max + 1);
        }
        for percent in 0..=100 {
            assert!(
                band(percent).letters.split(" / ").any(|own| own == letter(percent)),
                "{percent}"
            );
        }
    }
}
