//! Points in time as people here read them: in Kazakhstan's time, in their language. Programs get RFC 3339.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use verifier::{Language, moment_text};

/// Kazakhstan's one time zone.
const AHEAD: Offset = Offset::constant(5);

/// Kazakhstan's one time zone, UTC+5.
#[must_use]
pub fn kazakhstan() -> TimeZone {
    TimeZone::fixed(AHEAD)
}

/// `15 May 2026, 00:00 (UTC+5)`, `15 мая 2026 г., 00:00 (UTC+5)`, `2026 жылғы 15 мамыр, 00:00 (UTC+5)`.
pub(crate) fn moment(time: Timestamp, language: Language) -> String {
    moment_text(time.as_second(), AHEAD.seconds().into(), language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_that_of_kazakhstan() {
        let time: Timestamp = "2026-12-31T19:30:05.75Z".parse().unwrap();
        assert_eq!(moment(time, Language::En), "1 January 2027, 00:30:05 (UTC+5)");
        assert_eq!(moment(time, Language::Ru), "1 января 2027 г., 00:30:05 (UTC+5)");
    }
}
