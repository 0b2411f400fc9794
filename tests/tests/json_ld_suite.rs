//! The official suite of the JSON-LD 1.1 algorithms, `toRdf` and `expand`: every case of version 1.1, through the general path.
//! No case needs more than the suite's own folder. A known divergence carries its reason, and the run fails when it disappears.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::env;
use std::fs;
use std::io::Write;
use std::path::PathBuf;

use serde_json::Value;
use tanu_tests::{repository, skip};
use verifier::{
    ContextDocuments, Dataset, Direction, HashFunction, JsonLdError, Losses, Processing, Version,
    canonicalize, expand, general_quads, parse_n_quads,
};

/// Where the suite says that its files lie.
const BASE: &str = "https://w3c.github.io/json-ld-api/tests/";

/// Statements of one case; the largest has a few hundred.
const QUADS_MAX: usize = 10_000;

/// Cases whose outcome differs from the suite's, each with the reason.
const DIVERGENCES: &[(&str, &str)] = &[
    (
        "toRdf/e075-in.jsonld #te075",
        "generalized RDF is no RDF: a blank node as a property has no canonical form",
    ),
    ("toRdf/e122-in.jsonld #te122", IGNORED_REFERENCE),
    ("expand/0122-in.jsonld #t0122", IGNORED_REFERENCE),
    (
        "toRdf/li12-in.jsonld #tli12",
        "json-ld 0.21.4 refuses a base that is no IRI, where the suite wants what depends on it dropped",
    ),
    (
        "expand/0131-in.jsonld #t0131",
        "json-ld 0.21.4 drops the property that indexes a reverse property; safe mode refuses such a term",
    ),
];

const IGNORED_REFERENCE: &str =
    "json-ld 0.21.4 makes a new node of a reference that must be ignored; safe mode refuses it";

/// Refusals under another code than the suite's.
const OTHER_CODES: &[(&str, &[&str])] = &[
    // The crate says no more of a remote context that is none.
    ("loading remote context failed", &["#ter05"]),
    // Seen before the protection is.
    ("invalid term definition", &["#tpr32"]),
];

/// One case of a manifest.
struct Case {
    id: String,
    positive: bool,
    input: String,
    expected: Option<String>,
    error: Option<String>,
    option: Value,
}

fn suite() -> PathBuf {
    let shared = env::var_os("TANU_SHARED_DATA").map(PathBuf::from);
    let shared = shared.unwrap_or_else(|| repository().join("../shared/data"));
    shared.join("standards/json-ld-api-tests")
}

fn file(path: &str) -> String {
    fs::read_to_string(suite().join(path)).unwrap()
}

/// The cases of version 1.1 in one manifest.
fn cases(manifest: &str) -> Vec<Case> {
    let manifest: Value =
        serde_json::from_str(&file(&format!("{manifest}-manifest.jsonld"))).unwrap();
    let entries = manifest["sequence"].as_array().unwrap().iter();
    let of_this_version = entries.filter(|entry| entry["option"]["specVersion"] != "json-ld-1.0");
    of_this_version.map(read_case).collect()
}

fn read_case(entry: &Value) -> Case {
    let text = |name: &str| entry[name].as_str().map(str::to_owned);
    let kinds = entry["@type"].as_array().unwrap();
    Case {
        id: format!("{} {}", text("input").unwrap(), text("@id").unwrap()),
        positive: !kinds.iter().any(|kind| kind == "jld:NegativeEvaluationTest"),
        input: text("input").unwrap(),
        expected: text("expect"),
        error: text("expectErrorCode"),
        option: entry["option"].clone(),
    }
}

/// Every context of the suite, under the address it has there: no case of these manifests needs another.
fn contexts() -> ContextDocuments {
    let mut documents = ContextDocuments::default();
    for folder in ["expand", "toRdf", "expand/c031", "toRdf/c031"] {
        for entry in fs::read_dir(suite().join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if name.ends_with(".jsonld") {
                let path = format!("{folder}/{name}");
                // Some inputs are broken on purpose; they are no contexts.
                let _ = documents.insert(&format!("{BASE}{path}"), &file(&path));
            }
        }
    }
    documents
}

impl Case {
    /// What was found: `Ok`, or how it differs from what the suite expects.
    fn run(
        &self,
        contexts: &ContextDocuments,
        agrees: fn(&Self, &ContextDocuments, &Processing<'_>) -> Result<bool, JsonLdError>,
    ) -> Result<(), String> {
        let base = self.option["base"]
            .as_str()
            .map_or_else(|| format!("{BASE}{}", self.input), str::to_owned);
        let expand_context =
            self.option["expandContext"].as_str().map(|path| format!("{BASE}{path}"));
        let processing = Processing {
            base: Some(&base),
            expand_context: expand_context.as_deref(),
            losses: Losses::Drop,
            direction: match self.option["rdfDirection"].as_str() {
                Some("i18n-datatype") => Some(Direction::I18nDatatype),
                Some("compound-literal") => Some(Direction::CompoundLiteral),
                _ => None,
            },
            version: match self.option["processingMode"].as_str() {
                Some("json-ld-1.0") => Version::One,
                _ => Version::OnePointOne,
            },
        };
        match (agrees(self, contexts, &processing), self.positive) {
            (Ok(true), true) => Ok(()),
            (Ok(false), true) => Err("another result".to_owned()),
            (Ok(_), false) => Err(format!("no error, where {:?} is due", self.error)),
            (Err(error), true) => Err(format!("an error: {error}")),
            (Err(error), false) => self.same_error(&error),
        }
    }

    fn other_code(&self) -> Option<&'static str> {
        let known = |ids: &[&str]| ids.iter().any(|id| self.id.ends_with(&format!(" {id}")));
        OTHER_CODES.iter().find(|(_, ids)| known(ids)).map(|(code, _)| *code)
    }

    fn same_error(&self, error: &JsonLdError) -> Result<(), String> {
        let code = match error {
            JsonLdError::Processing { code, .. } => code.as_str(),
            // JSON that is none is a document that cannot be loaded.
            JsonLdError::Unreadable(_) => "loading document failed",
            other => panic!("{}: {other}", self.id),
        };
        match &self.error {
            Some(expected) if expected == code => match self.other_code() {
                None => Ok(()),
                Some(other) => Err(format!("the right error; it is no longer `{other}`")),
            },
            _ if self.other_code() == Some(code) => Ok(()),
            expected => Err(format!("the error `{code}`, where {expected:?} is due")),
        }
    }
}

fn same_expansion(
    case: &Case,
    contexts: &ContextDocuments,
    processing: &Processing<'_>,
) -> Result<bool, JsonLdError> {
    let found = expand(&file(&case.input), contexts, processing)?;
    let expected = case.expected.as_ref();
    Ok(expected.is_none_or(|path| same(&found, &serde_json::from_str(&file(path)).unwrap(), false)))
}

/// Whether two expanded documents say the same: the order of arrays matters in lists and JSON literals alone.
fn same(left: &Value, right: &Value, ordered: bool) -> bool {
    match (left, right) {
        (Value::Array(left), Value::Array(right)) if ordered => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| same(left, right, ordered))
        }
        (Value::Array(left), Value::Array(right)) => {
            let mut rest: Vec<&Value> = right.iter().collect();
            left.len() == right.len()
                && left.iter().all(|item| {
                    let found = rest.iter().position(|other| same(item, other, false));
                    found.map(|index| rest.swap_remove(index)).is_some()
                })
        }
        (Value::Object(left), Value::Object(right)) => {
            let json = left.get("@type").is_some_and(|kind| kind == "@json");
            left.len() == right.len()
                && left.iter().all(|(name, value)| {
                    let ordered = ordered || name == "@list" || (json && name == "@value");
                    right.get(name).is_some_and(|other| {
                        same(value, other, ordered && (json || name == "@list"))
                    })
                })
        }
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        _ => left == right,
    }
}

fn same_dataset(
    case: &Case,
    contexts: &ContextDocuments,
    processing: &Processing<'_>,
) -> Result<bool, JsonLdError> {
    let found = general_quads(&file(&case.input), contexts, processing, QUADS_MAX)?;
    let canonical =
        |quads: &Dataset<'_>| canonicalize(quads, HashFunction::Sha256).unwrap().n_quads;
    Ok(case.expected.as_ref().is_none_or(|path| {
        // What is no RDF is no dataset of ours either.
        let expected = parse_n_quads(&file(path));
        expected.is_some_and(|expected| canonical(&found) == canonical(&expected.quads))
    }))
}

/// Runs a manifest, prints what passed, and compares the rest with what is known to diverge.
fn run(
    manifest: &str,
    agrees: fn(&Case, &ContextDocuments, &Processing<'_>) -> Result<bool, JsonLdError>,
    count: usize,
) {
    if !suite().is_dir() {
        skip(
            manifest,
            &format!("{} is missing; TANU_SHARED_DATA names its folder", suite().display()),
        );
        return;
    }
    let (contexts, cases) = (contexts(), cases(manifest));
    assert_eq!(cases.len(), count, "the suite is not the whole one");
    let mut surprises = Vec::new();
    let mut passed = 0;
    for case in &cases {
        let known = DIVERGENCES.iter().find(|(id, _)| *id == case.id);
        match (case.run(&contexts, agrees), known) {
            (Ok(()), None) => passed += 1,
            (Err(_), Some(_)) => {}
            (Ok(()), Some((_, reason))) => {
                surprises.push(format!("{}: passes, though {reason}", case.id));
            }
            (Err(difference), None) => surprises.push(format!("{}: {difference}", case.id)),
        }
    }
    let coarse = cases.iter().filter(|case| case.other_code().is_some()).count();
    let _ = writeln!(
        std::io::stderr(),
        "JSON-LD {manifest}: {passed} of {count} cases pass, {coarse} of them refused under another code"
    );
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
}

#[test]
fn to_rdf() {
    run("toRdf", same_dataset, 456);
}

#[test]
fn expansion() {
    run("expand", same_expansion, 376);
}
