//! Our path from JSON to canonical N-Quads against jsonld.js and rdf-canonize in safe mode: the same text, or both refuse.
//!
//! We refuse more than jsonld.js does, but only of the kinds that `kinds.rs` declares. We accept nothing that it refuses.
//! `TANU_DIFFERENTIAL=20000` sets how many credentials are generated, `TANU_SEED` which.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod bases;
mod generator;
mod jsonld_js;
mod kinds;
mod palette;

use std::collections::BTreeMap;
use std::env;

use bases::known_documents;
use generator::Generator;
use jsonld_js::JsonldJs;
use serde_json::Value;
use tanu_tests::{places, skip};

/// In the ordinary run. The long run of `tests/peers/README.md` has its own number.
const GENERATED: usize = 600;

/// How many documents wait between the two processes at once.
const BATCH: usize = 200;

/// What came of one document.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Outcome {
    Same,
    BothRefuse,
    /// Only we refuse; of this declared kind.
    Declared(&'static str),
    Divergence(Divergence),
}

/// Anything else, with what is said of it.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Divergence {
    kind: String,
    detail: String,
}

fn compare(documents: &[Value], theirs: &mut JsonldJs) -> Vec<Outcome> {
    let answers = theirs.ask(documents);
    let pairs = documents.iter().zip(answers);
    pairs.map(|(document, theirs)| outcome(document, theirs)).collect()
}

fn outcome(document: &Value, theirs: Result<String, String>) -> Outcome {
    let divergence = |kind: String, detail| Outcome::Divergence(Divergence { kind, detail });
    match (verifier::canonical_document(document), theirs) {
        (Ok(ours), Ok(theirs)) if jsonld_js::digest(&ours) == theirs => Outcome::Same,
        (Ok(ours), Ok(_)) => divergence("the canonical forms differ".to_owned(), ours),
        (Ok(ours), Err(why)) => divergence(format!("only jsonld.js refuses: {why}"), ours),
        (Err(_), Err(_)) => Outcome::BothRefuse,
        (Err(problem), Ok(_)) => match kinds::declared(document, &problem) {
            Some(kind) => Outcome::Declared(kind),
            None => divergence(
                format!("only we refuse: {}", problem.code.name()),
                format!("{} {:?}", problem.detail, problem.pointer),
            ),
        },
    }
}

/// A smaller document with the same divergence: each place is taken out if it stays.
fn shrunk(mut document: Value, kind: &str, theirs: &mut JsonldJs) -> (Value, String) {
    let (mut kept, mut detail) = (1, String::new());
    loop {
        let left: Vec<_> = places(&document).into_iter().skip(kept).take(BATCH / 4).collect();
        if left.is_empty() {
            return (document, detail);
        }
        let smaller: Vec<Value> = left.iter().map(|at| at.removed(&document)).collect();
        let outcomes = compare(&smaller, theirs).into_iter().enumerate();
        let still = outcomes.filter_map(|(index, outcome)| match outcome {
            Outcome::Divergence(found) if found.kind == kind => Some((index, found.detail)),
            _ => None,
        });
        match { still }.next() {
            Some((index, found)) => {
                (document, detail) = (smaller[index].clone(), found);
                kept += index;
            }
            None => kept += left.len(),
        }
    }
}

/// Stops if there are any, and prints one of each kind, as small as it gets.
fn no_divergence(found: &[(String, Divergence, Value)], theirs: &mut JsonldJs) {
    let mut kinds: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for one in found {
        kinds.entry(&one.1.kind).or_default().push(one);
    }
    for (kind, found) in kinds {
        let (from, _, document) = found[0];
        println!("{} times {kind}: {from}", found.len());
        let (small, detail) = shrunk(document.clone(), kind, theirs);
        println!("{small}\n{detail}\n");
    }
    assert!(found.is_empty(), "{} divergences", found.len());
}

#[test]
fn generated_credentials_have_one_canonical_form() {
    let test = "generated_credentials_have_one_canonical_form";
    let (mut theirs, bases) = match (JsonldJs::start(), known_documents()) {
        (Ok(theirs), Ok(bases)) => (theirs, bases),
        (Err(why), _) | (_, Err(why)) => return skip(test, &why),
    };
    let wanted = env::var("TANU_DIFFERENTIAL").map_or(GENERATED, |count| count.parse().unwrap());
    let mut generator = Generator::new(test, bases);
    let (mut counts, mut divergences) = (BTreeMap::new(), Vec::new());
    for begin in (0..wanted).step_by(BATCH) {
        let batch: Vec<_> =
            (begin..wanted.min(begin + BATCH)).map(|_| generator.generate()).collect();
        let documents: Vec<Value> = batch.iter().map(|made| made.document.clone()).collect();
        for (made, outcome) in batch.into_iter().zip(compare(&documents, &mut theirs)) {
            let name = match outcome {
                Outcome::Same => "same",
                Outcome::BothRefuse => "both refuse",
                Outcome::Declared(kind) => kind,
                Outcome::Divergence(found) => {
                    divergences.push((made.steps.join(", "), found, made.document));
                    "divergence"
                }
            };
            *counts.entry(name).or_insert(0_usize) += 1;
        }
    }
    println!("{wanted} credentials: {counts:#?}");
    no_divergence(&divergences, &mut theirs);
    // A generator whose credentials are all refused would compare nothing.
    assert!(counts["same"] * 3 > wanted, "too few were accepted");
    assert!(counts["both refuse"] * 20 > wanted, "too few were refused");
}

#[test]
fn every_known_document_has_one_canonical_form() {
    let test = "every_known_document_has_one_canonical_form";
    let (mut theirs, known) = match (JsonldJs::start(), known_documents()) {
        (Ok(theirs), Ok(known)) => (theirs, known),
        (Err(why), _) | (_, Err(why)) => return skip(test, &why),
    };
    let documents: Vec<Value> = known.iter().map(|(_, document)| document.clone()).collect();
    let outcomes = compare(&documents, &mut theirs);
    let mut divergences = Vec::new();
    for ((name, document), outcome) in known.into_iter().zip(&outcomes) {
        match outcome {
            Outcome::Divergence(found) => divergences.push((name, found.clone(), document)),
            Outcome::Same => {}
            other => println!("{name}: {other:?}"),
        }
    }
    no_divergence(&divergences, &mut theirs);
    let same = outcomes.iter().filter(|outcome| **outcome == Outcome::Same).count();
    assert!(same > 200, "{same}");
}

/// The comparison itself can tell: a document that only one of the two would take is noticed.
#[test]
fn a_divergence_is_noticed() {
    let Ok(mut theirs) = JsonldJs::start() else {
        return skip("a_divergence_is_noticed", "jsonld.js is not installed; run tests/run");
    };
    let badge = bases::badge();
    let accepted = theirs.ask(std::slice::from_ref(&badge)).remove(0).unwrap();
    let other = bases::badge_with("/name", "another name");
    assert_eq!(outcome(&badge, Ok(accepted.clone())), Outcome::Same);
    assert!(matches!(outcome(&other, Ok(accepted.clone())), Outcome::Divergence(_)));
    assert!(matches!(outcome(&badge, Err("no".to_owned())), Outcome::Divergence(_)));
    let undefined = bases::badge_with("/notDefined", "x");
    assert!(matches!(outcome(&undefined, Ok(accepted)), Outcome::Divergence(_)));
}
