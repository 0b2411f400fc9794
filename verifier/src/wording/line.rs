//! The JSON form of a report: one line, members in a fixed order (`docs/formats.md`, "Report").

use serde::Serialize;

use super::plain::plain_json;
use crate::problem::Problem;
use crate::report::{Check, EmbeddedReport, Outcome, Report, Role, Subject};

#[derive(Serialize)]
struct Line<'a> {
    input: &'a str,
    verdict: &'static str,
    credential: &'a Subject,
    checks: Vec<CheckLine<'a>>,
    documents_missing: &'a [String],
    checked_at: String,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    secured_with: &'a [&'static str],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    embedded: Vec<EmbeddedLine<'a>>,
    #[serde(skip_serializing_if = "<[Problem]>::is_empty")]
    warnings: &'a [Problem],
}

/// The report on a credential inside the document.
#[derive(Serialize)]
struct EmbeddedLine<'a> {
    pointer: &'a str,
    role: Role,
    verdict: &'static str,
    credential: &'a Subject,
    checks: Vec<CheckLine<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    secured_with: &'a [&'static str],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    embedded: Vec<Self>,
}

#[derive(Serialize)]
struct CheckLine<'a> {
    name: &'static str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<&'a Problem>,
}

/// The report on `input` as one line of JSON, without the line feed:
/// `{input, verdict, credential: {id, issuer}, checks: [{name, outcome, problem?}], documents_missing, checked_at,
/// secured_with?, embedded?: [{pointer, role, verdict, credential, checks, …}], warnings?}`.
///
/// `checked_at` is RFC 3339 in UTC. Hidden characters are escaped, so the line is safe to print.
#[must_use]
pub fn report_line(report: &Report, input: &str) -> String {
    let line = Line {
        input,
        verdict: report.verdict().name(),
        credential: report.subject(),
        checks: checks(report),
        documents_missing: report.documents_missing(),
        checked_at: rfc3339(report.checked_at()),
        secured_with: report.secured_with(),
        embedded: embedded(report),
        warnings: report.warnings(),
    };
    // Strings, sequences and structs only: none of them can fail to serialize.
    serde_json::to_string(&line).map(|json| plain_json(&json)).unwrap_or_default()
}

fn checks(report: &Report) -> Vec<CheckLine<'_>> {
    let line = |(check, outcome): (Check, _)| CheckLine {
        name: check.name(),
        outcome: Outcome::name(outcome),
        problem: problem(outcome),
    };
    report.checks().map(line).collect()
}

fn embedded(report: &Report) -> Vec<EmbeddedLine<'_>> {
    report.embedded().iter().map(embedded_line).collect()
}

fn embedded_line(inner: &EmbeddedReport) -> EmbeddedLine<'_> {
    let report = &inner.report;
    EmbeddedLine {
        pointer: &inner.pointer,
        role: inner.role,
        verdict: report.verdict().name(),
        credential: report.subject(),
        checks: checks(report),
        secured_with: report.secured_with(),
        embedded: embedded(report),
    }
}

/// The problem of an outcome that has one.
pub(super) const fn problem(outcome: &Outcome) -> Option<&Problem> {
    match outcome {
        Outcome::Fail(problem)
        | Outcome::Unknown(problem)
        | Outcome::Unlisted(problem)
        | Outcome::Refused(problem) => Some(problem),
        Outcome::Pass | Outcome::Absent | Outcome::NotRun => None,
    }
}

/// Unix seconds as `2026-05-15T07:00:00Z`. Years 0000 to 9999 are RFC 3339; others keep their sign.
pub(super) fn rfc3339(unix_seconds: i64) -> String {
    let (days, second) = (unix_seconds.div_euclid(86_400), unix_seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// The proleptic Gregorian date `days` after 1970-01-01. Eras of 400 years have 146,097 days; years are
/// counted from March, so that the leap day comes last.
const fn civil(days: i64) -> (i64, i64, i64) {
    let from_march = days + 719_468;
    let era = from_march.div_euclid(146_097);
    let day_of_era = from_march.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Code;
    use crate::report::Finding;
    use crate::time::Timestamp;

    #[test]
    fn times_are_written_as_they_are_read() {
        for seconds in (-62_135_596_800..253_402_300_799).step_by(86_399 * 13) {
            let parsed = Timestamp::parse(&rfc3339(seconds)).map(Timestamp::unix_seconds);
            assert_eq!(parsed, Some(seconds));
        }
        assert_eq!(rfc3339(1_709_251_199), "2024-02-29T23:59:59Z");
        assert_eq!(rfc3339(253_402_300_799), "9999-12-31T23:59:59Z");
    }

    #[test]
    fn the_line_has_the_fixed_form() {
        let mut report = Report::new(1_778_785_200);
        report.record(Check::Read, Ok(()));
        report.absent(Check::Status);
        let missing = Problem::new(Code::DocumentMissing, "y");
        let missing = Finding::Missing(missing, vec!["did:web:example.kz".to_owned()]);
        report.record::<()>(Check::Trust, Err(missing));
        report.record::<()>(Check::Proof, Err(Finding::fail(Code::Signature, "x").at("/proof")));
        let expected = concat!(
            r#"{"input":"a.json","verdict":"invalid","credential":{"id":null,"issuer":null},"checks":["#,
            r#"{"name":"read","outcome":"pass"},{"name":"shape","outcome":"not-run"},"#,
            r#"{"name":"context","outcome":"not-run"},{"name":"key","outcome":"not-run"},"#,
            r#"{"name":"proof","outcome":"fail","problem":{"#,
            r#""type":"https://www.w3.org/TR/vc-data-model#CRYPTOGRAPHIC_SECURITY_ERROR","#,
            r#""title":"Signature does not match","detail":"x","pointer":"/proof"}},"#,
            r#"{"name":"validity","outcome":"not-run"},{"name":"status","outcome":"absent"},"#,
            r#"{"name":"inclusion","outcome":"not-run"},{"name":"trust","outcome":"unknown","problem":{"#,
            r#""type":"urn:tanu:problem:DOCUMENT_MISSING","title":"Document not at hand","detail":"y"}}],"#,
            r#""documents_missing":["did:web:example.kz"],"checked_at":"2026-05-14T19:00:00Z"}"#,
        );
        assert_eq!(report_line(&report, "a.json"), expected);
    }

    #[test]
    fn warnings_appear_only_when_there_are_some() {
        let mut report = Report::new(0);
        assert!(!report_line(&report, "-").contains("warnings"));
        report.warn(Problem::new(Code::RepeatedIdentifier, "x"));
        assert!(report_line(&report, "-").contains(r#","warnings":[{"type":"urn:tanu:"#));
    }
}
