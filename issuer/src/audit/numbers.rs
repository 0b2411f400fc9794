//! Certificate and registration numbers: their form, their check characters, and which of a series were given.
//! It computes on its own; it must not ask the code that gives numbers.

use std::collections::HashMap;

use super::finding::{Account, Invariant};

/// The serial that a series may reach: what a damaged number may make us allocate, about 80 MB.
const SERIAL_MAX: u64 = 20_000_000;
/// What stands at the place of a serial that was given and not used.
const VOID: u32 = u32::MAX;

/// A number taken apart.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Parsed {
    /// What its serial counts in: `MC-A`, `2026-A`.
    series: String,
    pub(super) prefix: String,
    /// Of a registration number.
    pub(super) year: Option<i16>,
    serial: u64,
}

/// Who has each number: certificates by their ordinal, from 0.
#[derive(Default)]
pub(super) struct Numbers {
    /// 0 where none was given, else one more than the ordinal.
    series: HashMap<String, Vec<u32>>,
}

/// Letters of the random part of a certificate number; the first directories gave numbers without one.
const LETTERS: usize = 4;

/// Reads a certificate number, `MC-A-000001-KRTB-T`.
pub(super) fn certificate(number: &str) -> Result<Parsed, &'static str> {
    let (body, check) = number.rsplit_once('-').ok_or("it has no check character")?;
    let mut parts = body.split('-');
    let form = "it is not of the form MC-PREFIX-SERIAL-LETTERS-CHECK";
    let (Some("MC"), Some(prefix), Some(serial), letters, None) =
        (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(form);
    };
    let are_letters = |letters: &str| {
        letters.len() == LETTERS && letters.bytes().all(|letter| letter.is_ascii_uppercase())
    };
    if !letters.is_none_or(are_letters) {
        return Err(form);
    }
    let expected = check_character(body).to_string();
    if check != expected {
        return Err("its check character is wrong");
    }
    parsed(format!("MC-{prefix}"), prefix, serial)
}

/// Reads a registration number, `2026-A-000001`.
pub(super) fn registration(number: &str) -> Result<Parsed, &'static str> {
    let mut parts = number.split('-');
    let (Some(year), Some(prefix), Some(serial), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err("it is not of the form YEAR-PREFIX-SERIAL");
    };
    let year = year.parse().map_err(|_| "its year is no year")?;
    let parsed = parsed(format!("{year}-{prefix}"), prefix, serial)?;
    Ok(Parsed { year: Some(year), ..parsed })
}

fn parsed(series: String, prefix: &str, serial: &str) -> Result<Parsed, &'static str> {
    let value: u64 = serial.parse().map_err(|_| "its serial is no number")?;
    if format!("{value:06}") != serial || !(1..=SERIAL_MAX).contains(&value) {
        return Err("its serial is not written as serials are, or beyond all that were given");
    }
    Ok(Parsed { series, prefix: prefix.to_owned(), year: None, serial: value })
}

/// ISO 7064, MOD 37,36: the character that brings the pure system to 1.
fn check_character(body: &str) -> char {
    let values = body.chars().filter_map(|character| character.to_digit(36));
    let carried = values.fold(36, |carried, value| {
        let sum = match (carried + value) % 36 {
            0 => 36,
            sum => sum,
        };
        sum * 2 % 37
    });
    let value = (37 - carried) % 36;
    char::from_digit(value, 36).map_or('?', |character| character.to_ascii_uppercase())
}

impl Numbers {
    /// Gives a number to the certificate of this ordinal, or to none. The error is the place of who had it before.
    pub(super) fn take(&mut self, number: &Parsed, ordinal: Option<u32>) -> Result<(), ()> {
        let places = self.series.entry(number.series.clone()).or_default();
        let place = usize::try_from(number.serial).unwrap_or(usize::MAX);
        if places.len() <= place {
            places.resize(place + 1, 0);
        }
        let Some(owner) = places.get_mut(place) else { return Err(()) };
        if *owner != 0 {
            return Err(());
        }
        *owner = ordinal.map_or(VOID, |ordinal| ordinal.saturating_add(1));
        Ok(())
    }

    /// The certificate that has a number.
    pub(super) fn owner(&self, number: &Parsed) -> Option<u32> {
        let places = self.series.get(&number.series)?;
        let owner = places.get(usize::try_from(number.serial).ok()?)?;
        owner.checked_sub(1).filter(|_| *owner != VOID)
    }

    /// Tells of serials below the highest that nobody has.
    pub(super) fn find_gaps(&self, account: &mut Account<'_>) {
        let mut series: Vec<_> = self.series.iter().collect();
        series.sort_unstable();
        for (series, places) in series {
            let mut from = None;
            for (serial, owner) in places.iter().enumerate().skip(1) {
                match (*owner, from) {
                    (0, None) => from = Some(serial),
                    (1.., Some(first)) => {
                        let what = format!(
                            "{series}-{first:06} to {:06} were never given, and no entry says why",
                            serial - 1
                        );
                        account.find(Invariant::I3, "the journal", what);
                        from = None;
                    }
                    _ => {}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_taken_apart() {
        for number in ["MC-A-000001-X", "MC-A-000001-KRTB-T"] {
            let number = certificate(number).unwrap();
            assert_eq!((number.prefix.as_str(), number.serial), ("A", 1));
        }
        assert_eq!(check_character("A12425GABC1234002"), 'M');
        for wrong in [
            "MC-A-000001-Y",
            "MC-A-000010-X",
            "MC-A-1-X",
            "MC-000001-X",
            "X",
            "",
            "MC-A-000001-KR2B-S",
            "MC-A-000001-KRTBB-0",
        ] {
            assert!(certificate(wrong).is_err(), "{wrong}");
        }
        let number = registration("2026-B-1000000").unwrap();
        assert_eq!((number.year, number.serial), (Some(2026), 1_000_000));
        for wrong in ["2026-A-000000", "2026-A-1", "2026-A", "x-A-000001", "2026-A-99999999"] {
            assert!(registration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_number_is_taken_once_and_gaps_show() {
        let mut numbers = Numbers::default();
        let number = |serial: u64| registration(&format!("2026-A-{serial:06}")).unwrap();
        assert_eq!(numbers.take(&number(1), Some(0)), Ok(()));
        assert_eq!(numbers.take(&number(1), Some(1)), Err(()));
        assert_eq!(numbers.take(&number(4), None), Ok(()));
        assert_eq!(numbers.owner(&number(1)), Some(0));
        assert_eq!((numbers.owner(&number(4)), numbers.owner(&number(2))), (None, None));
        let mut told = Vec::new();
        let mut tell = |finding: &super::super::Finding| told.push(finding.what.clone());
        numbers.find_gaps(&mut Account::new(&mut tell));
        assert_eq!(told, ["2026-A-000002 to 000003 were never given, and no entry says why"]);
    }
}
