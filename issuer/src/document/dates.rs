//! Dates as the form of Appendix Б writes them. Kazakh months change their ending with their place in the sentence.

use jiff::civil::Date;
use verifier::Language;

/// Names of one month: Kazakh nominative, ablative (… бастап), dative (… дейін), locative-attributive (… шешімімен);
/// Russian genitive; English.
struct Month([&'static str; 6]);

const MONTHS: [Month; 12] = [
    Month(["қаңтар", "қаңтардан", "қаңтарға", "қаңтардағы", "января", "January"]),
    Month(["ақпан", "ақпаннан", "ақпанға", "ақпандағы", "февраля", "February"]),
    Month(["наурыз", "наурыздан", "наурызға", "наурыздағы", "марта", "March"]),
    Month(["сәуір", "сәуірден", "сәуірге", "сәуірдегі", "апреля", "April"]),
    Month(["мамыр", "мамырдан", "мамырға", "мамырдағы", "мая", "May"]),
    Month(["маусым", "маусымнан", "маусымға", "маусымдағы", "июня", "June"]),
    Month(["шілде", "шілдеден", "шілдеге", "шілдедегі", "июля", "July"]),
    Month(["тамыз", "тамыздан", "тамызға", "тамыздағы", "августа", "August"]),
    Month(["қыркүйек", "қыркүйектен", "қыркүйекке", "қыркүйектегі", "сентября", "September"]),
    Month(["қазан", "қазаннан", "қазанға", "қазандағы", "октября", "October"]),
    Month(["қараша", "қарашадан", "қарашаға", "қарашадағы", "ноября", "November"]),
    Month(["желтоқсан", "желтоқсаннан", "желтоқсанға", "желтоқсандағы", "декабря", "December"]),
];

fn month(date: Date) -> &'static Month {
    let index = usize::try_from(date.month() - 1).unwrap_or_default();
    // jiff's months run from 1 to 12.
    MONTHS.get(index).unwrap_or(&MONTHS[0])
}

/// `2026 жылғы «06» сәуірден`, `«06» апреля 2026`, `6 April 2026`: the first day of study.
pub(crate) fn first_day(date: Date, language: Language) -> String {
    let Month([_, from, ..]) = month(date);
    in_sentence(date, from, language)
}

/// `2026 жылғы «08» мамырға`: the last day of study.
pub(crate) fn last_day(date: Date, language: Language) -> String {
    let Month([_, _, to, ..]) = month(date);
    in_sentence(date, to, language)
}

/// `2026 жылғы «13» мамырдағы`: the day of a decision.
pub(crate) fn decision_day(date: Date, language: Language) -> String {
    let Month([_, _, _, of, ..]) = month(date);
    in_sentence(date, of, language)
}

/// `«15» мамыр 2026 ж.`, `«15» мая 2026 г.`, `15 May 2026`: a date that stands alone.
pub(crate) fn day(date: Date, language: Language) -> String {
    let Month([kk, _, _, _, ru, _]) = month(date);
    let (day, year) = (date.day(), date.year());
    match language {
        Language::Kk => format!("«{day:02}» {kk} {year} ж."),
        Language::Ru => format!("«{day:02}» {ru} {year} г."),
        Language::En => in_sentence(date, "", language),
    }
}

fn in_sentence(date: Date, kk: &str, language: Language) -> String {
    let Month([_, _, _, _, ru, en]) = month(date);
    let (day, year) = (date.day(), date.year());
    match language {
        Language::Kk => format!("{year} жылғы «{day:02}» {kk}"),
        Language::Ru => format!("«{day:02}» {ru} {year}"),
        Language::En => format!("{day} {en} {year}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_that_of_the_sample_data() {
        let file: serde_json::Value =
            serde_json::from_str(include_str!("../../sample/kk_months.json")).unwrap();
        for (row, Month(names)) in file["months"].as_array().unwrap().iter().zip(&MONTHS) {
            for (member, name) in
                ["kk", "kk_from", "kk_to", "kk_of", "ru_genitive"].into_iter().zip(names)
            {
                assert_eq!(row[member], *name);
            }
        }
    }

    #[test]
    fn dates_are_written_as_on_the_form() {
        let date = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(first_day(date("2026-04-06"), Language::Kk), "2026 жылғы «06» сәуірден");
        assert_eq!(last_day(date("2026-05-08"), Language::Kk), "2026 жылғы «08» мамырға");
        assert_eq!(last_day(date("2026-05-08"), Language::Ru), "«08» мая 2026");
        assert_eq!(decision_day(date("2026-05-13"), Language::Kk), "2026 жылғы «13» мамырдағы");
        assert_eq!(day(date("2026-05-15"), Language::Kk), "«15» мамыр 2026 ж.");
        assert_eq!(day(date("2026-12-01"), Language::Ru), "«01» декабря 2026 г.");
        assert_eq!(day(date("2026-01-31"), Language::En), "31 January 2026");
    }
}
