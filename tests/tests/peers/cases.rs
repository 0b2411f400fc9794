//! Files that somebody made, each named after its case, and what must be said of every case. It knows no format.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tanu_tests::{binary, run};

use crate::peer::{Answer, Peer};

/// A case, and our verdict on it.
struct Case {
    name: &'static str,
    verdict: &'static str,
    /// The check and the problem that say why, unless it is `valid`.
    reason: Option<(&'static str, &'static str)>,
}

const fn valid(name: &'static str) -> Case {
    Case { name, verdict: "valid", reason: None }
}

const fn invalid(name: &'static str, check: &'static str, problem: &'static str) -> Case {
    Case { name, verdict: "invalid", reason: Some((check, problem)) }
}

const CASES: &[Case] = &[
    valid("valid"),
    valid("not-revoked"),
    invalid("altered", "proof", "CRYPTOGRAPHIC_SECURITY_ERROR"),
    invalid("issuer-renamed", "proof", "CRYPTOGRAPHIC_SECURITY_ERROR"),
    invalid("removed", "proof", "CRYPTOGRAPHIC_SECURITY_ERROR"),
    invalid("unrevoked-by-hand", "proof", "CRYPTOGRAPHIC_SECURITY_ERROR"),
    invalid("expired", "validity", "EXPIRED"),
    invalid("not-yet-valid", "validity", "NOT_YET_VALID"),
    invalid("revoked", "status", "REVOKED"),
    invalid("stranger", "key", "KEY_NOT_OF_ISSUER"),
    Case { name: "unlisted", verdict: "untrusted", reason: Some(("trust", "ISSUER_NOT_LISTED")) },
];

/// Those that need a status list, which VC Data Model 1.1 has no form for.
const WITH_STATUS: &[&str] = &["not-revoked", "revoked", "unrevoked-by-hand"];

/// The files of one format, with the names of their cases: all of them that the format has.
pub(crate) fn files(dir: &Path, format: &str) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(dir.join(format)).unwrap();
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), path))
        .collect();
    files.sort();
    let mut wanted: Vec<&str> = CASES.iter().map(|case| case.name).collect();
    wanted.retain(|name| format != "Ed25519Signature2020" || !WITH_STATUS.contains(name));
    wanted.sort_unstable();
    assert_eq!(files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), wanted, "{format}");
    files
}

/// Our verdict on every case of a format, with the reason, by the real binary.
pub(crate) fn judged_right_here(dir: &Path, format: &str) {
    let files = files(dir, format);
    let mut check = Command::new(binary("verifier").unwrap());
    check.args(["check", "--json", "--offline", "--trust"]).arg(dir.join("trust.json"));
    check.arg("--documents").arg(dir.join("documents"));
    check.args(files.iter().map(|(_, path)| path));
    let reports = run(&mut check).ended(1).records();
    assert_eq!(reports.len(), files.len());
    for ((name, _), report) in files.iter().zip(reports) {
        let case = CASES.iter().find(|case| case.name == name).unwrap();
        let said = (report["verdict"].as_str().unwrap(), first_problem(&report));
        let reason = case.reason.map(|(check, problem)| (check.to_owned(), problem.to_owned()));
        assert_eq!(said, (case.verdict, reason), "{format} {name}: {report}");
    }
}

/// The first check that did not pass, and its problem without the namespace.
pub(crate) fn first_problem(report: &Value) -> Option<(String, String)> {
    let checks = report["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check.get("problem").is_some())?;
    let problem = check["problem"]["type"].as_str().unwrap();
    let name = problem.rsplit(['#', ':']).next().unwrap();
    Some((check["name"].as_str().unwrap().to_owned(), name.to_owned()))
}

/// A peer's answer to every case of a format that it reads.
pub(crate) fn judged_right_by(peer: &Peer, dir: &Path, format: &str) {
    let files = files(dir, format);
    let paths: Vec<PathBuf> = files.iter().map(|(_, path)| path.clone()).collect();
    for ((name, _), answer) in files.iter().zip(peer.verify(dir, &paths)) {
        assert_eq!(answer, expected(peer, format, name), "{} on {format} {name}", peer.name);
    }
}

fn expected(peer: &Peer, format: &str, name: &str) -> Answer {
    let mut verified = matches!(name, "valid" | "not-revoked" | "revoked" | "unlisted");
    // jose knows claims, and `vc+jwt` says with none of them when a credential is valid.
    if peer.name == "jose" && format == "vc+jwt" {
        verified |= matches!(name, "expired" | "not-yet-valid");
    }
    let revoked = match name {
        "revoked" => Some(true),
        "not-revoked" => Some(false),
        _ => None,
    };
    Answer { verified, revoked: revoked.filter(|_| peer.asks_status) }
}
