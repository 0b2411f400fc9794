//! The time as a person writes it on a command line. It asks no clock of the product.

use std::time::{SystemTime, UNIX_EPOCH};

/// Now, in UTC, whole seconds: `2026-11-23T06:00:00Z` (RFC 3339).
///
/// # Panics
///
/// If the clock stands before 1970.
#[must_use]
pub fn clock() -> String {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(now) => written(now.as_secs()),
        Err(error) => panic!("the clock is wrong: {error}"),
    }
}

/// Days are counted from 1 March of the year 0, so that the leap day ends a year.
fn written(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    #[test]
    fn dates_are_those_of_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_413_605, "2026-11-23T06:00:05Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
        ] {
            assert_eq!(super::written(seconds), text);
        }
    }
}
