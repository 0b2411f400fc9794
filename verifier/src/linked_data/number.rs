//! Numbers as literals of RDF (JSON-LD 1.1 Processing Algorithms and API, "Data Round Tripping").
//! It writes what every implementation writes; it must not know where the number stands.

use super::quad::{XSD_DOUBLE, XSD_INTEGER};
use crate::json::Number;

/// The lexical form of `number`, and the datatype that it has unless a context gives another.
pub(super) fn lexical(number: Number, datatype: Option<&str>) -> (String, &'static str) {
    let wants_double = datatype == Some(XSD_DOUBLE);
    match number {
        Number::Integer(value) if wants_double => (double(decimal(value)), XSD_DOUBLE),
        Number::Integer(value) => (value.to_string(), XSD_INTEGER),
        // A whole number is an integer whatever its spelling: 5.0 is 5, -0.0 is 0.
        Number::Double(value) if value.fract() == 0.0 && !wants_double => {
            (format!("{:.0}", value + 0.0), XSD_INTEGER)
        }
        Number::Double(value) => (double(value), XSD_DOUBLE),
    }
}

/// Whether others sign `number` as 0: ECMAScript writes 1e-7 without a point, and jsonld.js takes a number without a point for an
/// integer. What is signed of such a number is not the number.
pub(super) fn is_signed_as_zero(number: Number, datatype: Option<&str>) -> bool {
    match number {
        Number::Double(value) if datatype != Some(XSD_DOUBLE) => {
            value != 0.0 && value.abs() < 1e-6 && !format!("{value:e}").contains('.')
        }
        _ => false,
    }
}

/// An integer of 53 bits as the double that equals it.
fn decimal(value: i64) -> f64 {
    // 53 bits are two exact parts: a high word times 2^32 and a low word.
    let high = i32::try_from(value >> 32).map_or(0.0, f64::from);
    let low = u32::try_from(value & 0xFFFF_FFFF).map_or(0.0, f64::from);
    high * 4_294_967_296.0 + low
}

/// Canonical `xsd:double` of "Data Round Tripping": one digit, a point, at most fifteen more, `E`.
///
/// A tie in the sixteenth digit goes away from zero, as ECMAScript's `toExponential` has it: the other
/// implementations sign with that.
fn double(value: f64) -> String {
    const KEPT: usize = "d.ddddddddddddddd".len();
    let exact = format!("{:.40e}", value.abs());
    let (digits, exponent) = exact.split_once('e').unwrap_or((&exact, "0"));
    let (kept, rest) = digits.split_at_checked(KEPT).unwrap_or((digits, ""));
    let mut figures: Vec<u8> =
        kept.bytes().filter(u8::is_ascii_digit).map(|byte| byte - b'0').collect();
    let mut exponent: i32 = exponent.parse().unwrap_or(0);
    if rest.bytes().next().is_some_and(|next| next >= b'5') && !increment(&mut figures) {
        // 9.99… became 10: one figure more before the point.
        figures.insert(0, 1);
        exponent += 1;
    }
    while figures.len() > 2 && figures.last() == Some(&0) {
        figures.pop();
    }
    let text: String = figures.iter().map(|figure| char::from(b'0' + figure)).collect();
    let (first, others) = text.split_at_checked(1).unwrap_or(("0", "0"));
    let sign = if value < 0.0 { "-" } else { "" };
    format!("{sign}{first}.{others}E{exponent}")
}

/// Adds one to a decimal number; `false` if it overflowed to zero.
fn increment(figures: &mut [u8]) -> bool {
    for figure in figures.iter_mut().rev() {
        if *figure < 9 {
            *figure += 1;
            return true;
        }
        *figure = 0;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_other_implementations_sign_as_zero_is_known() {
        for (value, as_zero) in [
            (1e-7, true),
            (-2e-9, true),
            (5e-324, true),
            (1.5e-7, false),
            (0.000_001, false),
            (0.1, false),
            (-0.0, false),
        ] {
            assert_eq!(is_signed_as_zero(Number::Double(value), None), as_zero, "{value}");
        }
        assert!(!is_signed_as_zero(Number::Double(1e-7), Some(XSD_DOUBLE)));
    }

    #[test]
    fn doubles_are_canonical() {
        for (value, text) in [
            (5.5, "5.5E0"),
            (7.5, "7.5E0"),
            (1e-7, "1.0E-7"),
            (0.1, "1.0E-1"),
            (-12.25, "-1.225E1"),
            // ECMAScript: (1000000000000000.5).toExponential(15) is 1.000000000000001e+15.
            (1_000_000_000_000_000.5, "1.000000000000001E15"),
            (0.999_999_999_999_999_9, "9.999999999999999E-1"),
            (1.5e300, "1.5E300"),
            (5e-324, "4.940656458412465E-324"),
        ] {
            assert_eq!(double(value), text);
        }
        assert_eq!(decimal(-9_007_199_254_740_991), -9_007_199_254_740_991.0);
        assert_eq!(decimal(4_294_967_297), 4_294_967_297.0);
    }
}
