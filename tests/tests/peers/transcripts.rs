//! Transcripts (CLR 2.0) made by openbadgeslib, each with one badge inside: our verdict on both, with the reasons.

use std::process::Command;

use serde_json::Value;
use tanu_tests::{binary, run};

use crate::cases::first_problem;
use crate::made;
use crate::peer::Interpreter;

/// What must be said of a transcript, and of the badge inside if it is looked at.
struct Expected {
    name: &'static str,
    outer: Finding,
    inner: Option<Finding>,
}

/// A verdict, with check and problem unless nothing is wrong there.
#[derive(Debug, PartialEq)]
struct Finding {
    verdict: String,
    reason: Option<(String, String)>,
}

fn finding(verdict: &str, reason: Option<(&str, &str)>) -> Finding {
    let reason = reason.map(|(check, problem)| (check.to_owned(), problem.to_owned()));
    Finding { verdict: verdict.to_owned(), reason }
}

fn table() -> Vec<Expected> {
    let case = |name, outer, inner| Expected { name, outer, inner };
    let invalid = |check, problem| finding("invalid", Some((check, problem)));
    let signature = || invalid("proof", "CRYPTOGRAPHIC_SECURITY_ERROR");
    // What a badge inside says is told apart from what the transcript says by the badge's own proof alone.
    let untold = || invalid("proof", "REPEATED_IDENTIFIER");
    let by_member = || finding("invalid", None);
    vec![
        case("valid", finding("valid", None), Some(finding("valid", None))),
        case("altered", signature(), None),
        case("stranger", invalid("key", "KEY_NOT_OF_ISSUER"), None),
        case("other-order-of-contexts", invalid("context", "CONTEXT_NOT_ALLOWED"), None),
        case("member-altered", untold(), Some(signature())),
        case("member-altered-later", signature(), None),
        case("member-unsigned", untold(), Some(invalid("key", "NO_PROOF"))),
        case("member-expired", by_member(), Some(invalid("validity", "EXPIRED"))),
        case("member-revoked", by_member(), Some(invalid("status", "REVOKED"))),
    ]
}

fn found(report: &Value) -> Finding {
    let verdict = report["verdict"].as_str().unwrap().to_owned();
    Finding { verdict, reason: first_problem(report) }
}

#[test]
fn transcripts_of_openbadgeslib_are_judged_with_what_is_inside() {
    let test = "transcripts_of_openbadgeslib_are_judged_with_what_is_inside";
    let Some(dir) = made(test, Interpreter::Python, "openbadgeslib.py") else { return };
    let table = table();
    let mut check = Command::new(binary("verifier").unwrap());
    check.args(["check", "--json", "--offline", "--trust"]).arg(dir.path().join("trust.json"));
    check.arg("--documents").arg(dir.path().join("documents"));
    check.args(table.iter().map(|case| dir.path().join("clr").join(format!("{}.json", case.name))));
    let reports = run(&mut check).ended(1).records();
    assert_eq!(reports.len(), table.len());
    for (case, report) in table.into_iter().zip(reports) {
        let inner = report.get("embedded").map(|embedded| found(&embedded[0]));
        assert_eq!((found(&report), inner), (case.outer, case.inner), "{}: {report}", case.name);
    }
}
