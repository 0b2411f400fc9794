//! What the verifier is given beside the input: one issuer's documents, and a list that trusts him.
//! It remembers what may be shown; it must not judge how that came about.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::samples::{
    self, ISSUER, NOW, STATUS_LIST_URL, badge, bits, credentials, credentials_unproved, proved,
    status_list,
};
use crate::documents::{Document, Documents};
use crate::jcs::canonical;
use crate::json;
use crate::policy::Policy;
use crate::report::{Report, Verdict};
use crate::trust::TrustList;

/// The documents at hand, and what was signed.
pub(super) struct World {
    documents: Documents,
    trust: TrustList,
    secured: Vec<u8>,
    pub(super) status_list: Value,
    /// Every credential that the key signed in JSON.
    originals: Vec<Value>,
    /// What is shown of everything that the key signed, and of what is embedded in it.
    views: Vec<Value>,
}

impl World {
    pub(super) fn get() -> &'static Self {
        static WORLD: LazyLock<World> = LazyLock::new(World::new);
        &WORLD
    }

    fn new() -> Self {
        let mut documents = Documents::new();
        let status_list = status_list(&bits(&[]));
        let did_document = samples::did_document().to_string();
        for (url, text) in [(ISSUER, did_document), (STATUS_LIST_URL, status_list.to_string())] {
            documents.insert(url, Ok(document(text.into_bytes())));
        }
        let trust =
            TrustList::parse(samples::trust_list().to_string().as_bytes()).unwrap_or_default();
        let [secured, ..] = proved(&badge()).map(|badge| badge.to_string().into_bytes());
        let originals = credentials_unproved().iter().flat_map(proved).collect();
        let mut world =
            Self { documents, trust, secured, status_list, originals, views: Vec::new() };
        for input in credentials() {
            let report = world.verify(&input);
            assert_eq!(report.verdict(), Verdict::Valid, "{report:?}");
            world.views.extend(views(&report).cloned());
        }
        assert!(world.views.iter().any(|view| same(view, &badge())));
        world
    }

    pub(super) fn verify(&self, input: &[u8]) -> Report {
        crate::verify(input, &self.documents, &Policy::badge(self.trust.clone()), NOW)
    }

    /// The verdict on the signed badge with another document in the place of one.
    pub(super) fn with_document(&self, url: &str, bytes: Vec<u8>) -> Verdict {
        let mut documents = self.documents.clone();
        documents.insert(url, Ok(document(bytes)));
        let policy = Policy::badge(self.trust.clone());
        crate::verify(&self.secured, &documents, &policy, NOW).verdict()
    }

    /// The verdict on the signed badge under another trust list.
    pub(super) fn with_trust(&self, trust: TrustList) -> Verdict {
        crate::verify(&self.secured, &self.documents, &Policy::badge(trust), NOW).verdict()
    }

    /// The verdict on the signed badge where this proof must show that it is registered.
    pub(super) fn with_proof(&self, trust: TrustList, proof: Vec<u8>) -> Verdict {
        let mut documents = self.documents.clone();
        documents.insert(samples::PROOF_NAME, Ok(document(proof)));
        let policy = Policy::badge(trust).requiring_inclusion(true);
        crate::verify(&self.secured, &documents, &policy, NOW).verdict()
    }

    pub(super) fn originals(&self) -> &[Value] {
        &self.originals
    }

    /// Whether the key signed what this view shows.
    pub(super) fn signed(&self, view: &Value) -> bool {
        self.views.iter().any(|signed| same(signed, view))
    }
}

/// Everything that a report shows.
pub(super) fn views(report: &Report) -> impl Iterator<Item = &Value> {
    let embedded = report.embedded().iter().map(|embedded| &embedded.report);
    [report].into_iter().chain(embedded).filter_map(Report::view)
}

fn document(bytes: Vec<u8>) -> Document {
    Document::new(bytes, None)
}

/// Whether two documents say the same: numbers by value, sets in any order, a set of one as its member, a node as its name.
pub(super) fn same(left: &Value, right: &Value) -> bool {
    canonical_text(&sorted(left)) == canonical_text(&sorted(right))
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(sorted).collect();
            items.sort_by_cached_key(canonical_text);
            items.dedup();
            match <[Value; 1]>::try_from(items) {
                Ok([single]) => single,
                Err(items) => Value::Array(items),
            }
        }
        // A node of which nothing is told but its name is its name.
        Value::Object(members) => match members.get("id") {
            Some(id @ Value::String(_)) if members.len() == 1 => id.clone(),
            _ => members.iter().map(|(name, value)| (name.clone(), sorted(value))).collect(),
        },
        other => other.clone(),
    }
}

fn canonical_text(value: &Value) -> String {
    let text = json!({ "value": value }).to_string();
    let mut canonical_form = String::new();
    match json::parse(text.as_bytes()) {
        Ok(object) => canonical(&object, &mut canonical_form),
        Err(problem) => panic!("{problem:?}"),
    }
    canonical_form
}

/// Bytes as text, for what is said when a target fails.
pub(super) fn shown(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}
