//! Documents with the same RDF and the same proofs as honest ones, in which statements stand elsewhere: what is shown of them must be
//! the same, or they must not be valid.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use verifier::{
    Document, Documents, Language, Policy, Report, TrustList, Verdict, human_report, verify,
};

/// 2026-11-23.
const NOW: i64 = 1_795_392_000;

fn file(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/synthetic/inside");
    fs::read(folder.join(name)).unwrap()
}

fn report(name: &str) -> Report {
    let policy = Policy::badge(TrustList::parse(&file("trust.json")).unwrap());
    let mut documents = Documents::new();
    let list = Document::new(file("27-status-list.json"), None);
    documents.insert("https://u.example/status/1", Ok(list));
    verify(&file(name), &documents, &policy, NOW)
}

/// What the issuer says inside of a node of his own document was copied to the outside: the honest document leaves open who says it,
/// the changed one shows what he has said, and nothing else.
const COPIES_OF_HIS_OWN_WORD: [i32; 1] = [4];

/// A set is a list of one in one document, and its member in the other: people are told the same.
const LISTS_OF_ONE: [i32; 2] = [44, 61];

#[test]
fn a_statement_that_stands_elsewhere_is_shown_the_same_or_not_at_all() {
    let mut valid = 0;
    for pair in [1, 2, 4]
        .into_iter()
        .chain(6..=13)
        .chain(21..=34)
        .chain(36..=38)
        .chain(41..=51)
        .chain(61..=66)
    {
        // A number that was never given.
        if pair == 47 {
            continue;
        }
        let [honest, changed] =
            ["honest", "changed"].map(|name| report(&format!("{pair}-{name}.json")));
        valid += i32::from(honest.verdict() == Verdict::Valid);
        if changed.verdict() == Verdict::Valid && !COPIES_OF_HIS_OWN_WORD.contains(&pair) {
            assert_eq!(told(&honest), told(&changed), "{pair}");
            if !LISTS_OF_ONE.contains(&pair) {
                assert_eq!(shown(&honest), shown(&changed), "{pair}");
            }
        }
    }
    // Otherwise nothing was compared with anything.
    assert!(valid >= 2, "{valid} of the honest ones are valid");
}

/// What people are told, whatever the order of sets, but for what is odd about the form.
fn told(report: &Report) -> Vec<String> {
    let text = human_report(report, "-", Language::En);
    let told = text.split("\n  Warnings").next().unwrap();
    let mut lines: Vec<String> =
        told.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
    lines.retain(|line| !line.contains("Checked at"));
    lines.sort();
    lines
}

/// Verdict and view of a document and of all that is in it.
fn shown(report: &Report) -> Vec<(Verdict, Value)> {
    let view = report.view().map_or(Value::Null, |view| sorted(Some(view)));
    let mut inside: Vec<_> =
        report.embedded().iter().flat_map(|inner| shown(&inner.report)).collect();
    inside.sort_by_key(|(_, view)| view.to_string());
    std::iter::once((report.verdict(), view)).chain(inside).collect()
}

/// A view in which the order of sets and members does not count.
fn sorted(view: Option<&Value>) -> Value {
    match view.unwrap() {
        Value::Array(items) => {
            let mut items: Vec<_> = items.iter().map(|item| sorted(Some(item))).collect();
            items.sort_by_key(ToString::to_string);
            items.into()
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| name.as_str());
            members.into_iter().map(|(name, value)| (name.clone(), sorted(Some(value)))).collect()
        }
        scalar => scalar.clone(),
    }
}
