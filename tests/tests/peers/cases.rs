//! Files that somebody made, each named after its case, and what must be said of every case. It knows no format.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tanu_tests::{binary, run};

use crate::peer::{Answer, Peer};

/// Every case, with our verdict and, unless that is `valid`, the check and the problem that say why.
const CASES: &[(&str, &str, Option<(&str, &str)>)] = &[
    ("valid", "valid", None),
    ("not-revoked", "valid", None),
    ("altered", "invalid", Some(("proof", "CRYPTOGRAPHIC_SECURITY_ERROR"))),
    ("issuer-renamed", "invalid", Some(("proof", "CRYPTOGRAPHIC_SECURITY_ERROR"))),
    ("removed", "invalid", Some(("proof", "CRYPTOGRAPHIC_SECURITY_ERROR"))),
    ("unrevoked-by-hand", "invalid", Some(("proof", "CRYPTOGRAPHIC_SECURITY_ERROR"))),
    ("expired", "invalid", Some(("validity", "EXPIRED"))),
    ("not-yet-valid", "invalid", Some(("validity", "NOT_YET_VALID"))),
    ("revoked", "invalid", Some(("status", "REVOKED"))),
    ("stranger", "invalid", Some(("key", "KEY_NOT_OF_ISSUER"))),
    ("unlisted", "untrusted", Some(("trust", "ISSUER_NOT_LISTED"))),
];

/// Those that need a status list, which VC Data Model 1.1 has no form for.
pub(crate) const WITH_STATUS: &[&str] = &["not-revoked", "revoked", "unrevoked-by-hand"];

/// The files of one format, with the names of their cases: all of them, but for those with status if `without_status`.
pub(crate) fn files(dir: &Path, format: &str) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(dir.join(format)).unwrap();
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), path))
        .collect();
    files.sort();
    let mut wanted: Vec<&str> = CASES.iter().map(|(name, _, _)| *name).collect();
    wanted.retain(|name| format != "Ed25519Signature2020" || !WITH_STATUS.contains(name));
    wanted.sort_unstable();
    assert_eq!(files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), wanted, "{format}");
    files
}

/// Our verdict on every case of a format, with the reason, by the real binary.
pub(crate) fn judged_right_here(dir: &Path, format: &str) {
    let files = files(dir, format);
    let mut check = std::process::Command::new(binary("verifier").unwrap());
    check.args(["check", "--json", "--offline", "--trust"]).arg(dir.join("trust.json"));
    check.arg("--documents").arg(dir.join("documents"));
    check.args(files.iter().map(|(_, path)| path));
    let reports = run(&mut check).ended(1).records();
    assert_eq!(reports.len(), files.len());
    for ((name, _), report) in files.iter().zip(reports) {
        let (_, verdict, reason) = CASES.iter().find(|(case, _, _)| case == name).unwrap();
        let said = (report["verdict"].as_str().unwrap(), first_problem(&report));
        let reason = reason.map(|(check, problem)| (check.to_owned(), problem.to_owned()));
        assert_eq!(said, (*verdict, reason), "{format} {name}: {report}");
    }
}

/// The first check that did not pass, and its problem without the namespace.
fn first_problem(report: &Value) -> Option<(String, String)> {
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
