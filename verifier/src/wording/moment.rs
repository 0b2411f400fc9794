//! Dates and times as people read them, always with their zone; programs get RFC 3339.
//! It writes what it is given; it must not choose a zone.

use crate::language::Language;
use crate::time::Timestamp;

/// Names of the months, Kazakh nominative, Russian genitive, English.
const MONTHS: [[&str; 3]; 12] = [
    ["қаңтар", "января", "January"],
    ["ақпан", "февраля", "February"],
    ["наурыз", "марта", "March"],
    ["сәуір", "апреля", "April"],
    ["мамыр", "мая", "May"],
    ["маусым", "июня", "June"],
    ["шілде", "июля", "July"],
    ["тамыз", "августа", "August"],
    ["қыркүйек", "сентября", "September"],
    ["қазан", "октября", "October"],
    ["қараша", "ноября", "November"],
    ["желтоқсан", "декабря", "December"],
];

/// A point in time, Unix seconds, in the zone that is `ahead_seconds` ahead of UTC: `14 May 2026, 19:00 (UTC)`,
/// `15 мая 2026 г., 00:00 (UTC+5)`, `2026 жылғы 15 мамыр, 00:00 (UTC+5)`. Seconds are written only where there are some.
///
/// ```
/// use verifier::{Language, moment_text};
///
/// assert_eq!(moment_text(1_778_785_200, 5 * 3_600, Language::En), "15 May 2026, 00:00 (UTC+5)");
/// ```
#[must_use]
pub fn moment_text(unix_seconds: i64, ahead_seconds: i64, language: Language) -> String {
    let there = Timestamp::from_unix_seconds(unix_seconds.saturating_add(ahead_seconds));
    let ([year, month, day], [hour, minute, second]) = there.civil();
    let month = usize::try_from(month - 1).ok().and_then(|index| MONTHS.get(index));
    let [kk, ru, en] = month.copied().unwrap_or_default();
    let date = match language {
        Language::Kk => format!("{year} жылғы {day} {kk}"),
        Language::Ru => format!("{day} {ru} {year} г."),
        Language::En => format!("{day} {en} {year}"),
    };
    let second = if second == 0 { String::new() } else { format!(":{second:02}") };
    format!("{date}, {hour:02}:{minute:02}{second} ({})", zone(ahead_seconds))
}

/// The same of a date and time as a document writes it, in the offset in which it is written; `None` if it is anything else.
pub(super) fn written_moment(text: &str, language: Language) -> Option<String> {
    let (time, ahead_seconds) = Timestamp::parse_with_offset(text)?;
    Some(moment_text(time.unix_seconds(), ahead_seconds, language))
}

/// `UTC`, `UTC+5`, `UTC-3:30`.
fn zone(ahead_seconds: i64) -> String {
    let sign = if ahead_seconds < 0 { '-' } else { '+' };
    let minutes = ahead_seconds.saturating_abs() / 60;
    match (minutes / 60, minutes % 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_with_its_zone_in_every_language() {
        for (language, written) in [
            (Language::Kk, "2026 жылғы 15 мамыр, 00:00 (UTC+5)"),
            (Language::Ru, "15 мая 2026 г., 00:00 (UTC+5)"),
            (Language::En, "15 May 2026, 00:00 (UTC+5)"),
        ] {
            assert_eq!(
                written_moment("2026-05-15T00:00:00+05:00", language).as_deref(),
                Some(written)
            );
            assert_eq!(moment_text(1_778_785_200, 18_000, language), written);
        }
    }

    #[test]
    fn what_is_written_otherwise_is_left_to_the_caller() {
        let written = |text| written_moment(text, Language::En);
        assert_eq!(
            written("2026-12-31T23:59:07.9-03:30").as_deref(),
            Some("31 December 2026, 23:59:07 (UTC-3:30)")
        );
        assert_eq!(written("1970-01-01T00:00:00Z").as_deref(), Some("1 January 1970, 00:00 (UTC)"));
        for text in ["", "2026-05-15", "2026-05-15T00:00:00", "tomorrow"] {
            assert_eq!(written(text), None, "{text}");
        }
    }
}
