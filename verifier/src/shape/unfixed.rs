//! What a signature over RDF does not fix: different JSON, same quads. The shape must close it.

use std::collections::{HashMap, HashSet};

use super::malformed;
use crate::json::{At, Object, Value};
use crate::limits;
use crate::problem::{Code, Problem};

/// Refuses every construct that reshapes a document under its signature; returns what can be read two ways: a value told twice,
/// a node told in several objects, so that a member could be moved from one to the other.
pub(super) fn check(document: &Object<'_>) -> Result<Found, Problem> {
    let mut walk = Walk::default();
    walk.object(document, &At::Root)?;
    Ok(Found { odd: walk.odd, twin: walk.twin })
}

/// What can be read two ways.
pub(super) struct Found {
    /// Values told twice, and nodes told in several objects.
    pub(super) odd: Vec<Problem>,
    /// Of one embedded credential, two objects that differ: a proof holds for each alone, and nothing says which belongs here.
    pub(super) twin: Option<Problem>,
}

#[derive(Default)]
struct Walk<'v> {
    /// The identifiers of objects so far.
    labels: HashSet<&'v str>,
    /// The embedded credentials so far.
    credentials: HashMap<&'v str, &'v Object<'v>>,
    odd: Vec<Problem>,
    twin: Option<Problem>,
}

impl<'v> Walk<'v> {
    fn object(&mut self, object: &'v Object<'v>, at: &At<'_>) -> Result<(), Problem> {
        if object.is_empty() {
            return Err(empty("An empty object says nothing.", at));
        }
        let embedded = is_credential(object);
        if embedded && !matches!(at, At::Root) {
            return self.embedded(object, at);
        }
        self.members(object, at)
    }

    /// What stands in an embedded credential is fixed, or not, by its own proof: its nodes are told apart from those around it
    /// once that proof is known.
    fn embedded(&mut self, object: &'v Object<'v>, at: &At<'_>) -> Result<(), Problem> {
        if let Some(id) = object.text("id")
            && self.credentials.insert(id, object).is_some_and(|other| other != object)
        {
            let detail = format!("Two different credentials inside have the identifier `{id}`.");
            self.twin = Some(Problem::new(Code::RepeatedIdentifier, detail).at(at));
        }
        // The credentials of all depths are compared: a copy further in may say what was taken away here.
        let credentials = std::mem::take(&mut self.credentials);
        let mut inner = Walk { credentials, ..Walk::default() };
        inner.members(object, at)?;
        self.credentials = inner.credentials;
        self.twin = self.twin.take().or(inner.twin);
        Ok(())
    }

    fn members(&mut self, object: &'v Object<'v>, at: &At<'_>) -> Result<(), Problem> {
        // A credential has contexts of its own; so has a proof over its text.
        let own_context = is_credential(object) || is_proof(at);
        for (name, value) in object.members() {
            let at = At::Member(at, name);
            check_name(name, own_context, &at)?;
            // Labels of blank nodes are not signed.
            if name == "id" && value.as_str().is_some_and(|id| id.starts_with("_:")) {
                let detail = "An identifier must not be a blank node label.";
                return Err(Problem::new(Code::ForbiddenConstruct, detail).at(at));
            }
            if name == "type"
                && value.items().iter().filter_map(Value::as_str).any(is_known_class_by_address)
            {
                let detail = "A type is named by a term, not by its address.";
                return Err(Problem::new(Code::ForbiddenConstruct, detail).at(at));
            }
            if name != "@context" {
                self.value(name, value, &at)?;
            }
        }
        self.label(object, at);
        Ok(())
    }

    fn value(&mut self, name: &str, value: &'v Value<'v>, at: &At<'_>) -> Result<(), Problem> {
        match value {
            Value::Null => Err(empty("A null is not signed.", at)),
            Value::Object(object) => self.object(object, at),
            Value::Array(items) if items.is_empty() => {
                Err(empty("An empty array is not signed.", at))
            }
            Value::Array(items) => self.array(name, items, at),
            _ => Ok(()),
        }
    }

    fn array(&mut self, name: &str, items: &'v [Value<'v>], at: &At<'_>) -> Result<(), Problem> {
        for (index, item) in items.iter().enumerate() {
            let at = At::Item(at, index);
            if matches!(item, Value::Array(_)) {
                return Err(malformed("An array must not stand in an array.", &at));
            }
            self.value(name, item, &at)?;
        }
        // `allowedValue` is the one ordered list of Open Badges 3.0; everything else is a set.
        if name != "allowedValue" && repeats(name, items) {
            let detail = format!("`{name}` holds one value twice.");
            if self.odd.len() < limits::WARNINGS_MAX {
                self.odd.push(Problem::new(Code::RepeatedValue, detail).at(at));
            }
        }
        Ok(())
    }

    /// Objects with one identifier are one node: the signature does not fix which member stands in which. Even a mere reference
    /// could be the place that a member was taken from.
    fn label(&mut self, object: &'v Object<'v>, at: &At<'_>) {
        let Some(id) = object.text("id") else { return };
        if !self.labels.insert(id) && self.odd.len() < limits::WARNINGS_MAX {
            let detail = format!(
                "The identifier `{id}` labels two objects: the signature does not fix which member belongs where."
            );
            self.odd.push(Problem::new(Code::RepeatedIdentifier, detail).at(at));
        }
    }
}

/// Whether a list of the document is a set under its contexts: the first two of Open Badges 3.0 knew no order of `allowedValue`.
pub(crate) fn loses_order(document: &Object<'_>) -> bool {
    const WITHOUT_ORDER: [&str; 2] = [
        "https://purl.imsglobal.org/spec/ob/v3p0/context.json",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
    ];
    let contexts = document.find("@context").map(Value::items).unwrap_or_default();
    let mut contexts = contexts.iter().filter_map(Value::as_str);
    contexts.any(|context| WITHOUT_ORDER.contains(&context)) && has_list(document)
}

/// Whether there is an `allowedValue` of several values, but in credentials inside.
fn has_list(object: &Object<'_>) -> bool {
    object.members().any(|(name, value)| {
        let inner = value.items().iter().filter_map(Value::as_object);
        name == "allowedValue" && value.items().len() > 1
            || inner.filter(|inner| !is_credential(inner)).any(has_list)
    })
}

/// Keywords, absolute names and names of classes say the same as terms do, in a form that readers of the JSON miss.
fn check_name(name: &str, own_context: bool, at: &At<'_>) -> Result<(), Problem> {
    let top = matches!(at, At::Member(At::Root, _));
    let keyword = name.starts_with('@') && !(name == "@context" && (top || own_context));
    if keyword || name.contains(':') || name.starts_with(|first: char| first.is_ascii_uppercase()) {
        let detail = format!("The member `{name}` is not allowed in a credential.");
        return Err(Problem::new(Code::ForbiddenConstruct, detail).at(at));
    }
    Ok(())
}

/// A class of the standards by its address is the class by its name, in a form that readers of the JSON miss. Whoever has classes of his
/// own may name them so.
fn is_known_class_by_address(class: &str) -> bool {
    const STANDARDS: [&str; 6] = [
        "https://schema.org/",
        "http://schema.org/",
        "https://purl.imsglobal.org/",
        "https://www.w3.org/",
        "http://www.w3.org/",
        "https://w3id.org/",
    ];
    let foreign = ["https://", "http://", "urn:"].iter().any(|scheme| class.starts_with(scheme));
    class.contains(':') && (!foreign || STANDARDS.iter().any(|place| class.starts_with(place)))
}

fn is_proof(at: &At<'_>) -> bool {
    match at {
        At::Member(_, name) => *name == "proof",
        At::Item(At::Member(_, name), _) => *name == "proof",
        _ => false,
    }
}

/// An embedded credential brings its own `@context` and its own proof.
pub(crate) fn is_credential(object: &Object<'_>) -> bool {
    let types = object.find("type").map(Value::items).unwrap_or_default();
    types.iter().any(|name| name.as_str() == Some("VerifiableCredential"))
}

/// Whether a value stands twice. Objects without identifier are nodes of their own, however alike; but proofs are not signed, so one
/// could be written any number of times.
fn repeats(name: &str, items: &[Value<'_>]) -> bool {
    let mut seen: Vec<String> = items
        .iter()
        .filter_map(|item| match item {
            // What a proof is, its value says; the rest of it would be written again at every level of proofs in proofs.
            Value::Object(object) if name == "proof" => {
                object.text("proofValue").map(str::to_owned)
            }
            Value::Object(object) => object.text("id").map(str::to_owned),
            other => Some(other.to_serde().to_string()),
        })
        .collect();
    let all = seen.len();
    seen.sort_unstable();
    seen.dedup();
    seen.len() < all
}

fn empty(detail: &str, at: &At<'_>) -> Problem {
    Problem::new(Code::EmptyValue, detail).at(at)
}
