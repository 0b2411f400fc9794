//! `xsd:dateTimeStamp` values as seconds; it reads no clock.

use std::fmt;
use std::ops::RangeInclusive;

use serde::Deserialize;

/// A point in time. Ordered; fractions of a second count.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct Timestamp {
    seconds: i64,
    nanoseconds: u32,
}

impl Timestamp {
    /// The point `seconds` after 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn from_unix_seconds(seconds: i64) -> Self {
        Self { seconds, nanoseconds: 0 }
    }

    /// The Unix seconds of the years 0001 to 9999, which texts can say.
    pub(crate) const YEARS: RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

    /// Whether this is the beginning of a second.
    pub(crate) const fn is_whole_second(self) -> bool {
        self.nanoseconds == 0
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    #[must_use]
    pub const fn unix_seconds(self) -> i64 {
        self.seconds
    }

    /// Reads an `xsd:dateTimeStamp` (XML Schema 1.1 Part 2, "dateTimeStamp"): a date and time with its
    /// offset. Years 0001 to 9999; no leap seconds. `None` if it is anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_with_offset(text).map(|(time, _)| time)
    }

    /// The same, and how many seconds ahead of UTC it is written.
    pub(crate) fn parse_with_offset(text: &str) -> Option<(Self, i64)> {
        let bytes = text.as_bytes();
        let (clock, rest) = bytes.split_at_checked(19)?;
        let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, b'T', h0, h1, b':', n0, n1, b':', s0, s1] =
            clock
        else {
            return None;
        };
        let year = digits(&[*y0, *y1, *y2, *y3])?;
        let month = digits(&[*m0, *m1])?;
        let day = digits(&[*d0, *d1])?;
        let hour = digits(&[*h0, *h1])?;
        let minute = digits(&[*n0, *n1])?;
        let second = digits(&[*s0, *s1])?;
        if year == 0 || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        if !(1..=12).contains(&month) || day == 0 || day > days_in_month(year, month) {
            return None;
        }
        let (nanoseconds, rest) = fraction(rest)?;
        let offset = offset_seconds(rest)?;
        let days = days_from_epoch(year, month, day);
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset;
        Some((Self { seconds, nanoseconds }, offset))
    }

    /// Year, month and day, then hour, minute and second in UTC.
    pub(crate) fn civil(self) -> ([i64; 3], [i64; 3]) {
        let (days, second) = (self.seconds.div_euclid(86_400), self.seconds.rem_euclid(86_400));
        let (year, month, day) = date_of_day(days);
        ([year, month, day], [second / 3_600, second / 60 % 60, second % 60])
    }
}

impl Timestamp {
    /// As [`Self::parse`], and without an offset the time is in UTC: dates of proofs were often written so
    /// (VC Data Integrity, "Proofs": such values are to be read as UTC).
    pub(crate) fn parse_lenient(text: &str) -> Option<Self> {
        Self::parse(text).or_else(|| Self::parse(&format!("{text}Z")))
    }
}

impl fmt::Display for Timestamp {
    /// The whole second as an `xsd:dateTimeStamp` in UTC, `2026-05-15T08:00:00Z`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ([year, month, day], [hour, minute, second]) = self.civil();
        write!(formatter, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(format_args!("`{text}` is not a date and time with an offset"))
        })
    }
}

fn digits(ascii: &[u8]) -> Option<i64> {
    ascii.iter().try_fold(0, |value: i64, byte| {
        byte.is_ascii_digit().then(|| value * 10 + i64::from(byte - b'0'))
    })
}

/// `.123` and what follows it; no digits after the point, or a missing one, is not a fraction.
fn fraction(rest: &[u8]) -> Option<(u32, &[u8])> {
    let Some((b'.', rest)) = rest.split_first() else { return Some((0, rest)) };
    let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (figures, rest) = rest.split_at_checked(length)?;
    if figures.is_empty() {
        return None;
    }
    let padded = figures.iter().copied().chain(std::iter::repeat(b'0')).take(9);
    let nanoseconds = padded.fold(0_u32, |value, byte| value * 10 + u32::from(byte - b'0'));
    Some((nanoseconds, rest))
}

/// `Z` or `±hh:mm` up to fourteen hours.
fn offset_seconds(rest: &[u8]) -> Option<i64> {
    let (sign, clock) = match rest.split_first()? {
        (b'Z', []) => return Some(0),
        (b'+', clock) => (1, clock),
        (b'-', clock) => (-1, clock),
        _ => return None,
    };
    let [h0, h1, b':', m0, m1] = clock else { return None };
    let (hours, minutes) = (digits(&[*h0, *h1])?, digits(&[*m0, *m1])?);
    let within = hours < 14 && minutes < 60 || hours == 14 && minutes == 0;
    within.then_some(sign * (hours * 3_600 + minutes * 60))
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar, counting years from March so that the
/// leap day comes last.
fn days_from_epoch(year: i64, month: i64, day: i64) -> i64 {
    let shifted_year = if month > 2 { year } else { year - 1 };
    let shifted_month = (month + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let leap_days = shifted_year / 4 - shifted_year / 100 + shifted_year / 400;
    shifted_year * 365 + leap_days + day_of_year - 719_468
}

/// Year, month and day of the day so many days after 1970-01-01: [`days_from_epoch`] turned round.
fn date_of_day(days: i64) -> (i64, i64, i64) {
    const DAYS_OF_400_YEARS: i64 = 146_097;
    let from_march_0000 = days + 719_468;
    let (era, day) = (
        from_march_0000.div_euclid(DAYS_OF_400_YEARS),
        from_march_0000.rem_euclid(DAYS_OF_400_YEARS),
    );
    let year = (day - day / 1_460 + day / 36_524 - day / (DAYS_OF_400_YEARS - 1)) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let shifted_year = era * 400 + year;
    (if month <= 2 { shifted_year + 1 } else { shifted_year }, month, day_of_month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_dates_with_offsets() {
        let seconds = |text| Timestamp::parse(text).map(Timestamp::unix_seconds);
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(seconds("2026-05-15T00:00:00+05:00"), Some(1_778_785_200));
        assert_eq!(seconds("2024-02-29T23:59:59.999Z"), Some(1_709_251_199));
        assert_eq!(seconds("0001-01-01T00:00:00Z"), Some(-62_135_596_800));
        assert!(
            Timestamp::parse("2026-01-01T00:00:00.5Z") > Timestamp::parse("2026-01-01T00:00:00Z")
        );
    }

    #[test]
    fn refuses_everything_else() {
        for text in [
            "",
            "2026-05-15",
            "2026-05-15T00:00:00",
            "2026-02-29T00:00:00Z",
            "2026-05-15T24:00:00Z",
            "2026-05-15T00:00:60Z",
            "2026-13-01T00:00:00Z",
            "2026-05-15T00:00:00.Z",
            "0000-01-01T00:00:00Z",
            "10000-01-01T00:00:00Z",
            "2026-05-15T00:00:00+14:01",
            "2026-05-15T00:00:00+0500",
            "2026-05-15 00:00:00Z",
            "2026-05-15T00:00:00ZZ",
            "２026-05-15T00:00:00Z",
            "2026-05-15T00:00:00z",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn writes_what_it_reads() {
        for text in ["0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59Z"] {
            assert_eq!(Timestamp::parse(text).unwrap().to_string(), text);
        }
        let (first, last) = (Timestamp::YEARS.start(), Timestamp::YEARS.end());
        // A prime number of seconds: every time of day, every day of the year.
        for seconds in (*first..=*last).step_by(1_000_003) {
            let written = Timestamp::from_unix_seconds(seconds).to_string();
            assert_eq!(Timestamp::parse(&written).unwrap().unix_seconds(), seconds, "{written}");
        }
    }
}
