//! The JSON form of a report: one line, members in a fixed order (`docs/formats.md`, "Report").

use serde::Serialize;

use super::plain::plain_json;
use crate::carrier::Carrier;
use crate::problem::Problem;
use crate::report::{Check, Edition, EmbeddedReport, ListPeriod, Outcome, Report, Role, Subject};
use crate::time::Timestamp;

#[derive(Serialize)]
struct Line<'a> {
    input: &'a str,
    verdict: &'static str,
    credential: &'a Subject,
    checks: Vec<CheckLine<'a>>,
    documents_missing: &'a [String],
    checked_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    status_lists: Vec<ListLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    carrier: Option<&'static str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    secured_with: &'a [&'static str],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    embedded: Vec<EmbeddedLine<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    editions: Vec<EditionLine<'a>>,
    #[serde(skip_serializing_if = "<[Problem]>::is_empty")]
    warnings: &'a [Problem],
}

/// A status list that was asked.
#[derive(Serialize)]
struct ListLine<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<String>,
}

/// The report on one credential of a PDF with several.
#[derive(Serialize)]
struct EditionLine<'a> {
    name: &'a str,
    verdict: &'static str,
    credential: &'a Subject,
    checks: Vec<CheckLine<'a>>,
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
/// as_of?, status_lists?: [{id, valid_from?, valid_until?}], carrier?, secured_with?, embedded?: [{pointer, role, verdict, credential, checks, …}], editions?: [{name, verdict, credential, checks}],
/// warnings?}`.
///
/// Times are RFC 3339 in UTC; `as_of` is there when an offline pack was used, `status_lists` when a list was asked. Hidden characters are escaped, so the line is safe to print.
#[must_use]
pub fn report_line(report: &Report, input: &str) -> String {
    let line = Line {
        input,
        verdict: report.verdict().name(),
        credential: report.subject(),
        checks: checks(report),
        documents_missing: report.documents_missing(),
        checked_at: written(report.checked_at()),
        as_of: report.as_of().map(written),
        status_lists: report.status_lists().iter().map(list_line).collect(),
        carrier: report.carrier().and_then(Carrier::name),
        secured_with: report.secured_with(),
        embedded: embedded(report),
        editions: report.editions().iter().map(edition_line).collect(),
        warnings: report.warnings(),
    };
    // Strings, sequences and structs only: none of them can fail to serialize.
    serde_json::to_string(&line).map(|json| plain_json(&json)).unwrap_or_default()
}

/// RFC 3339 in UTC.
fn written(unix_seconds: i64) -> String {
    Timestamp::from_unix_seconds(unix_seconds).to_string()
}

fn list_line(list: &ListPeriod) -> ListLine<'_> {
    let ListPeriod { id, valid_from, valid_until } = list;
    ListLine { id, valid_from: valid_from.map(written), valid_until: valid_until.map(written) }
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

fn edition_line(edition: &Edition) -> EditionLine<'_> {
    let Edition { name, report } = edition;
    EditionLine {
        name,
        verdict: report.verdict().name(),
        credential: report.subject(),
        checks: checks(report),
    }
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
    outcome.problem()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Code;
    use crate::report::Finding;

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
