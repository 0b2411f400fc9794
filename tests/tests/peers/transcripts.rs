//! Transcripts (CLR 2.0) made by openbadgeslib, each with one badge inside: our verdict on both, with the reasons. And ours, whose
//! proofs a peer verifies.

use std::fs;
use std::process::Command;

use serde_json::Value;
use tanu_tests::{Office, binary, run, sample, skip};

use crate::cases::first_problem;
use crate::made;
use crate::peer::{DIGITALBAZAAR, Interpreter, installed};

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

/// Both proofs, and each alone; none of them once anything was changed, outside or inside.
#[test]
fn digitalbazaar_verifies_the_proofs_of_our_transcripts() {
    let test = "digitalbazaar_verifies_the_proofs_of_our_transcripts";
    let office = installed().and_then(|()| Office::ready());
    let Ok(office) = office.map_err(|why| skip(test, &why)) else { return };
    let _ = office.import(&sample("completions.csv"), &[]).ended(1);
    let first = office.run(&["list", "--json"]).ended(0).records().remove(0);
    let words = ["export", first["number"].as_str().unwrap(), "--lang", "kk", "--format", "clr"];
    let text = office.run(&words).ended(0).stdout;
    let whole: Value = serde_json::from_str(&text).unwrap();
    let with = |change: &dyn Fn(&mut Value)| {
        let mut changed = whole.clone();
        change(&mut changed);
        changed.to_string()
    };
    let alone =
        |nth: usize| with(&move |it| it["proof"] = Value::Array(vec![it["proof"][nth].clone()]));
    let inside = "/credentialSubject/verifiableCredential/0/credentialSubject/creditsEarned";
    let cases = [
        ("whole", text.clone(), true),
        ("by statements", alone(0), true),
        ("by the text", alone(1), true),
        ("renamed", with(&|it| it["name"] = "Diploma".into()), false),
        ("more credits", with(&|it| *it.pointer_mut(inside).unwrap() = 99.into()), false),
    ];
    let documents = office.scratch.join("documents");
    fs::create_dir(&documents).unwrap();
    fs::copy(office.dir.join("did.json"), documents.join("did.json")).unwrap();
    let files = cases.iter().map(|(name, text, _)| office.file(name, text.as_bytes()));
    let answers = DIGITALBAZAAR.verify(&office.scratch, &files.collect::<Vec<_>>());
    for ((name, _, expected), answer) in cases.iter().zip(answers) {
        assert_eq!(answer.verified, *expected, "{name}");
    }
}
