//! Credentials that nobody would write: known ones after a few changes of values and structure. It does not know what is right.

use serde_json::{Map, Value, json};
use tanu_tests::{Place, Random, places};

use crate::palette::{self, pick};

/// Makes one credential after the other.
pub(crate) struct Generator {
    random: Random,
    bases: Vec<Value>,
    names: Vec<String>,
}

/// A credential, and what was done to a known one to come to it.
pub(crate) struct Generated {
    pub(crate) document: Value,
    pub(crate) steps: Vec<String>,
}

type Change = fn(&mut Generator, &Value, &Place) -> Value;

/// Changes after which a credential is mostly accepted still.
const GENTLE: &[(&str, Change)] = &[
    ("a text", |made, document, at| at.replaced(document, json!(palette::text(&mut made.random)))),
    ("a number", |made, document, at| at.replaced(document, palette::number(&mut made.random))),
    ("a date", |made, document, at| at.replaced(document, json!(palette::date(&mut made.random)))),
    ("a boolean", |made, document, at| at.replaced(document, json!(made.random.below(2) == 0))),
    ("a value object", |made, document, at| {
        at.replaced(document, palette::value_object(&mut made.random))
    }),
    ("an array of one", |_, document, at| at.replaced(document, json!([at.of(document)]))),
    ("a twin", twin),
    ("alike", alike),
    ("another order", another_order),
    ("without", |_, document, at| at.removed(document)),
    ("a borrowed member", borrowed),
    ("one identifier", one_identifier),
    ("nameless", nameless),
];

/// Changes that mostly make it refusable.
const ROUGH: &[(&str, Change)] = &[
    ("a reference", |made, document, at| {
        at.replaced(document, json!(palette::reference(&mut made.random)))
    }),
    ("a null", |_, document, at| at.replaced(document, Value::Null)),
    ("an empty array", |_, document, at| at.replaced(document, json!([]))),
    ("an empty object", |_, document, at| at.replaced(document, json!({}))),
    ("an array in an array", |_, document, at| at.replaced(document, json!([[at.of(document)]]))),
    ("a list", |_, document, at| at.replaced(document, json!({ "@list": [at.of(document)] }))),
    ("a set", |_, document, at| at.replaced(document, json!({ "@set": [at.of(document)] }))),
    ("a keyword", |made, document, at| {
        let (name, value) = palette::keyword(&mut made.random);
        at.with_member(document, name, value)
    }),
    ("another name", |made, document, at| match at.name() {
        Some(_) => at.renamed(document, &pick(&mut made.random, &made.names)),
        None => document.clone(),
    }),
    ("a new member", |made, document, at| {
        let name = pick(&mut made.random, &made.names);
        at.with_member(document, &name, palette::scalar(&mut made.random))
    }),
    ("a new type", new_type),
    ("an identifier", |made, document, at| {
        at.with_member(document, "id", json!(palette::reference(&mut made.random)))
    }),
    ("an embedded context", embedded_context),
    ("other contexts", other_contexts),
];

impl Generator {
    /// Begins with those of these documents that have a canonical form, each as likely as the other.
    pub(crate) fn new(test: &str, bases: Vec<(String, Value)>) -> Self {
        // The demo's are many and alike; three of them are enough.
        let (demo, others): (Vec<_>, Vec<_>) =
            bases.into_iter().partition(|(name, _)| name.contains("/export/"));
        let kept = demo.into_iter().take(3).chain(others);
        // What is refused as it stands would be so after most changes.
        let accepted = kept.filter(|(_, document)| verifier::canonical_document(document).is_ok());
        let bases = accepted.map(|(_, document)| unsecured(document)).collect();
        Self { random: Random::announced(test), bases, names: palette::names() }
    }

    /// The next one.
    pub(crate) fn generate(&mut self) -> Generated {
        let mut made =
            Generated { document: pick(&mut self.random, &self.bases), steps: Vec::new() };
        let rough = self.random.below(3) == 0;
        for _ in 0..=self.random.below(4) {
            let changes = if rough && self.random.below(2) == 0 { ROUGH } else { GENTLE };
            let (name, change) = pick(&mut self.random, changes);
            let at = self.place(&made.document, rough);
            made.steps.push(format!("{name} at {at}"));
            made.document = change(self, &made.document, &at);
        }
        made
    }

    /// A place; unless it may be rough, none that every implementation needs as it is.
    fn place(&mut self, document: &Value, rough: bool) -> Place {
        let mut found = places(document);
        found.retain(|at| {
            let path = at.to_string();
            let named = ["id", "type", "@context"].iter().any(|name| at.name() == Some(name));
            !path.is_empty()
                && !path.starts_with("/@context")
                && (rough || !(named || path.contains("/type/") || path.contains("/@context/")))
        });
        if found.is_empty() { Place::default() } else { pick(&mut self.random, &found) }
    }
}

fn unsecured(mut document: Value) -> Value {
    if let Value::Object(members) = &mut document {
        members.shift_remove("proof");
    }
    document
}

/// The item stands twice in its array.
fn twin(_: &mut Generator, document: &Value, at: &Place) -> Value {
    repeated(document, at, |item| vec![item.clone(), item.clone()])
}

/// Several nodes without names that differ in nothing, or in one member deep inside: RDFC-1.0 must tell them apart.
fn alike(made: &mut Generator, document: &Value, at: &Place) -> Value {
    let count = 2 + made.random.below(3);
    let differ = made.random.below(2) == 0;
    repeated(document, at, |item| {
        let nameless = without_names(item);
        let mut copies = vec![nameless; count];
        if differ && let Some(Value::Object(members)) = copies.last_mut() {
            let other = json!({ "type": ["Profile"], "name": "other" });
            members.insert("creator".to_owned(), other);
        }
        copies
    })
}

fn repeated(document: &Value, at: &Place, copies: impl FnOnce(&Value) -> Vec<Value>) -> Value {
    let copies = copies(at.of(document));
    match at.parent().filter(|parent| parent.of(document).is_array()) {
        // In an array already: the others stay.
        Some(parent) => {
            let mut items = parent.of(document).as_array().cloned().unwrap_or_default();
            items.extend(copies);
            parent.replaced(document, json!(items))
        }
        None => at.replaced(document, json!(copies)),
    }
}

fn without_names(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(without_names).collect(),
        Value::Object(members) => {
            let kept = members.iter().filter(|(name, _)| *name != "id");
            kept.map(|(name, value)| (name.clone(), without_names(value))).collect()
        }
        other => other.clone(),
    }
}

fn nameless(_: &mut Generator, document: &Value, at: &Place) -> Value {
    at.replaced(document, without_names(at.of(document)))
}

/// Members and items in another order.
fn another_order(made: &mut Generator, document: &Value, at: &Place) -> Value {
    let shuffled = match at.of(document) {
        Value::Array(items) => {
            let mut items = items.clone();
            made.random.shuffle(&mut items);
            json!(items)
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.clone().into_iter().collect();
            made.random.shuffle(&mut members);
            Value::Object(members.into_iter().collect::<Map<_, _>>())
        }
        other => other.clone(),
    };
    at.replaced(document, shuffled)
}

/// A member of another known document, as it stands there.
fn borrowed(made: &mut Generator, document: &Value, at: &Place) -> Value {
    let other = pick(&mut made.random, &made.bases);
    let from = made.place(&other, false);
    match from.name() {
        Some(name) => at.with_member(document, name, from.of(&other).clone()),
        None => document.clone(),
    }
}

/// Two objects get one name.
fn one_identifier(made: &mut Generator, document: &Value, at: &Place) -> Value {
    let objects: Vec<_> =
        places(document).into_iter().filter(|at| at.object(document).is_some()).collect();
    if objects.is_empty() {
        return document.clone();
    }
    let id = pick(&mut made.random, &objects).of(document)["id"].clone();
    if id.is_null() { document.clone() } else { at.with_member(document, "id", id) }
}

fn new_type(made: &mut Generator, document: &Value, at: &Place) -> Value {
    let name = json!(pick(&mut made.random, &made.names));
    let mut types = match at.object(document).and_then(|object| object.get("type")) {
        Some(Value::Array(types)) => types.clone(),
        Some(one) => vec![one.clone()],
        None => Vec::new(),
    };
    types.insert(made.random.below(types.len() + 1), name);
    at.with_member(document, "type", json!(types))
}

const CONTEXTS: &[&str] = &[
    "https://www.w3.org/ns/credentials/v2",
    "https://www.w3.org/2018/credentials/v1",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context.json",
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
    "https://w3id.org/security/suites/ed25519-2020/v1",
    "https://w3id.org/security/data-integrity/v2",
    "https://w3id.org/security/multikey/v1",
    "https://example.org/unknown",
];

fn some_contexts(random: &mut Random) -> Value {
    (0..=random.below(3)).map(|_| json!(pick(random, CONTEXTS))).collect()
}

fn embedded_context(made: &mut Generator, document: &Value, at: &Place) -> Value {
    at.with_member(document, "@context", some_contexts(&mut made.random))
}

fn other_contexts(made: &mut Generator, document: &Value, _: &Place) -> Value {
    let mut contexts = some_contexts(&mut made.random);
    if let (Value::Array(contexts), Some(own)) = (&mut contexts, document["@context"].as_array())
        && made.random.below(2) == 0
    {
        contexts.splice(0..0, own.iter().cloned());
    }
    Place::default().with_member(document, "@context", contexts)
}
