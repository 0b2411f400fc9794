//! National identity numbers (ИИН, ЖСН): twelve digits, the last one a check.
//! Only length and check digit are looked at: since Government Resolution № 853 of 26 August 2013 the other digits mean nothing,
//! so neither a birth date nor a sex is derived from them.

use super::column::Column;
use super::refusal::{Findings, RefusalCode};
use super::request::Iin;
use super::table::Row;

const DIGITS: usize = 12;
/// Weights of the first round, and of the second, which is taken when the first gives 10.
const WEIGHTS: [[u32; 11]; 2] =
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]];

/// The number of a row, if there is one and it holds.
pub(super) fn iin(row: &Row, findings: &mut Findings) -> Option<Iin> {
    let text = row.field(Column::Iin).trim();
    if text.is_empty() {
        return None;
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        findings.propose(RefusalCode::IinFormat, Column::Iin, text, repaired(text));
    } else if text.len() != DIGITS {
        findings.refuse(RefusalCode::IinLength, Column::Iin, &masked(text));
    } else if !has_check_digit(text) {
        findings.refuse(RefusalCode::IinCheckDigit, Column::Iin, &masked(text));
    } else {
        return Some(Iin(text.to_owned()));
    }
    None
}

/// The last four digits: enough to find the row, too few for a log to leak the number.
pub(super) fn masked(text: &str) -> String {
    let hidden = text.chars().count().saturating_sub(4);
    format!("…{}", text.chars().skip(hidden).collect::<String>())
}

/// Letters typed for digits and separators taken out; proposed only if the number then holds.
fn repaired(text: &str) -> Option<String> {
    let digits: String = text
        .chars()
        .filter(|character| {
            !character.is_whitespace() && !matches!(character, '-' | '\u{2011}' | '\'')
        })
        .map(|character| match character {
            'О' | 'о' | 'O' | 'o' => '0',
            'З' | 'з' => '3',
            'I' | 'l' | 'І' | 'і' => '1',
            other => other,
        })
        .collect();
    let holds = digits.len() == DIGITS
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && has_check_digit(&digits);
    holds.then_some(digits)
}

/// Whether the twelfth of twelve ASCII digits is the check of the eleven before it.
fn has_check_digit(digits: &str) -> bool {
    let digits: Vec<u32> = digits.chars().filter_map(|digit| digit.to_digit(10)).collect();
    let check =
        WEIGHTS.into_iter().map(|weights| weighted(&digits, &weights)).find(|sum| *sum != 10);
    // Ten in both rounds: such a number is never given out.
    check.is_some() && check.as_ref() == digits.last()
}

fn weighted(digits: &[u32], weights: &[u32; 11]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum::<u32>() % 11
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> (Option<Iin>, Vec<(&'static str, Option<String>)>) {
        let mut findings = Findings::default();
        let iin = iin(&Row::from_columns(2, [(Column::Iin, text)]), &mut findings);
        let refusals = findings.into_refusals();
        (iin, refusals.into_iter().map(|found| (found.code.name(), found.proposal)).collect())
    }

    #[test]
    fn both_rounds_hold() {
        for text in ["960418502546", " 990626680213 ", "961004565070"] {
            let (iin, refusals) = check(text);
            assert_eq!((iin.unwrap().expose(), refusals), (text.trim(), vec![]));
        }
        assert_eq!(check(""), (None, vec![]));
    }

    #[test]
    fn faults_are_told_apart() {
        assert_eq!(check("960814620178").1, [("IIN_CHECK_DIGIT", None)]);
        assert_eq!(check("97041659122").1, [("IIN_LENGTH", None)]);
        assert_eq!(check("9,90101E+11").1, [("IIN_FORMAT", None)]);
        assert_eq!(check("97 О304 684915").1, [("IIN_FORMAT", Some("970304684915".to_owned()))]);
        assert_eq!(check("٩٦٠٤١٨٥٠٢٥٤٦").1, [("IIN_FORMAT", None)]);
    }

    #[test]
    fn a_number_is_not_repeated_in_full() {
        let mut findings = Findings::default();
        iin(&Row::from_columns(2, [(Column::Iin, "960814620178")]), &mut findings);
        assert_eq!(findings.into_refusals()[0].value, "…0178");
    }
}
