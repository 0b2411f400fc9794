//! What a view says, whatever way it is written: two views of one meaning tell a reader the same. Sets are sets, an array of one
//! is its item, and a node is all that is said of it. It knows JSON and the few words of JSON-LD; it must not verify.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

/// What is said of each node that has an identifier, and the whole as a tree.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Meaning {
    root: String,
    nodes: BTreeMap<String, BTreeSet<String>>,
}

impl Meaning {
    /// The meaning of a document.
    #[must_use]
    pub fn of(view: &Value) -> Self {
        let mut nodes = BTreeMap::new();
        let root = told(view, "", &mut nodes).to_string();
        Self { root, nodes }
    }
}

/// Whether every node is told the same wherever it stands, so that no reader can take one telling for the whole.
#[must_use]
pub fn is_consistent(view: &Value) -> bool {
    let mut tellings = BTreeMap::new();
    tell_once(view, &mut tellings)
}

/// The value in one form; nodes with an identifier are put aside, and only named.
fn told(value: &Value, name: &str, nodes: &mut BTreeMap<String, BTreeSet<String>>) -> Value {
    match value {
        Value::Object(members) => {
            let mut told_members = BTreeSet::new();
            for (name, value) in members.iter().filter(|(name, _)| *name != "@context") {
                for item in set(told(value, name, nodes), name) {
                    told_members.insert(format!("{name} {item}"));
                }
            }
            match members.get("id").and_then(Value::as_str) {
                Some(id) => {
                    // A mere name says nothing of the node.
                    if members.len() > 1 {
                        nodes.entry(id.to_owned()).or_default().extend(told_members);
                    }
                    // A node is named by an object or by a text.
                    json!(id)
                }
                None => told_members.into_iter().collect(),
            }
        }
        Value::Array(items) => {
            one_form(items.iter().map(|item| told(item, name, nodes)).collect(), name)
        }
        Value::String(text) if name == "type" => json!(type_name(text)),
        Value::Number(number) => json!(number.as_f64()),
        other => other.clone(),
    }
}

/// The values of a member.
fn set(value: Value, name: &str) -> Vec<Value> {
    match value {
        Value::Array(items) if name != "allowedValue" => items,
        other => vec![other],
    }
}

fn one_form(items: Vec<Value>, name: &str) -> Value {
    if name == "allowedValue" {
        return Value::Array(items);
    }
    let mut items = items;
    items.sort_by_key(Value::to_string);
    // Objects without identifier are nodes of their own, however alike.
    items.dedup_by(|one, other| one == other && !one.is_array());
    if items.len() == 1 { items.remove(0) } else { Value::Array(items) }
}

/// Two names of one class, and their IRI.
fn type_name(text: &str) -> &str {
    let prefixes = [
        "https://purl.imsglobal.org/spec/vc/ob/vocab.html#",
        "https://www.w3.org/2018/credentials#",
    ];
    let name = prefixes.iter().find_map(|prefix| text.strip_prefix(prefix)).unwrap_or(text);
    if name == "AchievementCredential" { "OpenBadgeCredential" } else { name }
}

fn tell_once(value: &Value, tellings: &mut BTreeMap<String, Map<String, Value>>) -> bool {
    match value {
        Value::Object(members) => {
            let named_only = members.keys().all(|name| matches!(name.as_str(), "id" | "type"));
            if let (Some(id), false) = (members.get("id").and_then(Value::as_str), named_only) {
                match tellings.get(id) {
                    Some(known) if known != members => return false,
                    Some(_) => {}
                    None => {
                        tellings.insert(id.to_owned(), members.clone());
                    }
                }
            }
            members.values().all(|value| tell_once(value, tellings))
        }
        Value::Array(items) => items.iter().all(|item| tell_once(item, tellings)),
        _ => true,
    }
}
