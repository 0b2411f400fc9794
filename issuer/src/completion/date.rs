//! Dates of a row: year-month-day, on the calendar, and not in the future.

use jiff::civil::Date;

use super::column::Column;
use super::refusal::{Findings, RefusalCode};
use super::table::Row;

/// The date of this column; an empty one is `None` and no fault.
pub(super) fn optional(
    row: &Row,
    column: Column,
    today: Date,
    findings: &mut Findings,
) -> Option<Date> {
    let text = row.field(column).trim();
    if text.is_empty() {
        return None;
    }
    let Some((year, month, day)) = iso(text) else {
        refuse_format(text, column, findings);
        return None;
    };
    let Ok(date) = Date::new(year, month, day) else {
        findings.refuse(RefusalCode::DateImpossible, column, text);
        return None;
    };
    if date > today {
        findings.refuse(RefusalCode::DateInFuture, column, text);
    }
    Some(date)
}

/// The date of this column, which must be there.
pub(super) fn required(
    row: &Row,
    column: Column,
    today: Date,
    findings: &mut Findings,
) -> Option<Date> {
    if row.field(column).trim().is_empty() {
        findings.refuse(RefusalCode::DateMissing, column, "");
    }
    optional(row, column, today, findings)
}

/// Day-first with points, as the country writes it, can be told for certain; with slashes it cannot.
fn refuse_format(text: &str, column: Column, findings: &mut Findings) {
    let parts: Vec<&str> = text.split('.').collect();
    let day_first = match parts.as_slice() {
        [day, month, year] if year.len() == 4 => number(day).zip(number(month)).zip(number(year)),
        _ => None,
    };
    let date = day_first.map(|((day, month), year)| {
        let narrow = |number: i16| i8::try_from(number).unwrap_or_default();
        Date::new(year, narrow(month), narrow(day))
    });
    let proposal = date.as_ref().and_then(|date| date.as_ref().ok()).map(Date::to_string);
    findings.propose(RefusalCode::DateFormat, column, text, proposal);
    if let Some(Err(_)) = date {
        findings.refuse(RefusalCode::DateImpossible, column, text);
    }
}

fn iso(text: &str) -> Option<(i16, i8, i8)> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    if (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return None;
    }
    Some((number(year)?, i8::try_from(number(month)?).ok()?, i8::try_from(number(day)?).ok()?))
}

fn number(text: &str) -> Option<i16> {
    let is_plain = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn check(text: &str) -> (Option<Date>, Vec<(&'static str, Option<String>)>) {
        let mut findings = Findings::default();
        let row = Row::from_columns(2, [(Column::IssueDate, text)]);
        let found = required(&row, Column::IssueDate, date(2026, 6, 1), &mut findings);
        let refusals = findings.into_refusals();
        (found, refusals.into_iter().map(|found| (found.code.name(), found.proposal)).collect())
    }

    #[test]
    fn faults_are_told_apart() {
        assert_eq!(check(" 2026-06-01 "), (Some(date(2026, 6, 1)), vec![]));
        assert_eq!(check("").1, [("DATE_MISSING", None)]);
        assert_eq!(check("2026-06-02").1, [("DATE_IN_FUTURE", None)]);
        assert_eq!(check("2026-02-30").1, [("DATE_IMPOSSIBLE", None)]);
        assert_eq!(check("2026-13-01").1, [("DATE_IMPOSSIBLE", None)]);
        assert_eq!(check("31.02.2026").1, [("DATE_FORMAT", None), ("DATE_IMPOSSIBLE", None)]);
        assert_eq!(check("05.03.2026").1, [("DATE_FORMAT", Some("2026-03-05".to_owned()))]);
        for text in
            ["2026-6-1", "03/05/2026", "2026-06-01T00:00", "+2026-06-01", "46000", "20260601"]
        {
            assert_eq!(check(text).1, [("DATE_FORMAT", None)], "{text}");
        }
    }
}
