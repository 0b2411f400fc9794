//! Documents with the same RDF and the same proofs as honest ones, in which statements stand elsewhere: what is shown of them must be
//! the same, or they must not be valid.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use verifier::{Documents, Policy, Report, TrustList, Verdict, verify};

/// 2026-11-23.
const NOW: i64 = 1_795_392_000;

fn file(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/synthetic/inside");
    fs::read(folder.join(name)).unwrap()
}

fn report(name: &str) -> Report {
    let policy = Policy::badge(TrustList::parse(&file("trust.json")).unwrap());
    verify(&file(name), &Documents::new(), &policy, NOW)
}

#[test]
fn a_statement_that_stands_elsewhere_is_shown_the_same_or_not_at_all() {
    let mut valid = 0;
    for pair in [1, 2, 4, 6, 7, 8, 9, 10, 11, 12, 13] {
        let [honest, changed] =
            ["honest", "changed"].map(|name| report(&format!("{pair}-{name}.json")));
        valid += i32::from(honest.verdict() == Verdict::Valid);
        if changed.verdict() == Verdict::Valid {
            assert_eq!(honest.verdict(), Verdict::Valid, "{pair}");
            assert_eq!(sorted(honest.view()), sorted(changed.view()), "{pair}");
        }
    }
    // Otherwise nothing was compared with anything.
    assert!(valid >= 2, "{valid} of the honest ones are valid");
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
