//! What a signature over RDF does not fix: different JSON, same quads. The shape must close it.

use std::collections::HashMap;

use super::malformed;
use crate::json::{Object, Value, pointer};
use crate::problem::{Code, Problem};

/// Refuses every construct that reshapes a document under its signature; returns what merely can be
/// read two ways: one identifier on several nodes, one value twice in a set.
pub(super) fn check(document: &Object<'_>) -> Result<Vec<Problem>, Problem> {
    let mut walk = Walk::default();
    walk.object(document, "")?;
    Ok(walk.odd)
}

#[derive(Default)]
struct Walk {
    /// Where each identifier labels a node with members of its own.
    labelled: HashMap<String, String>,
    odd: Vec<Problem>,
}

impl Walk {
    fn object(&mut self, object: &Object<'_>, at: &str) -> Result<(), Problem> {
        if object.is_empty() {
            return Err(empty("An empty object says nothing.", at));
        }
        let embedded = at.is_empty() || is_credential(object);
        for (name, value) in object.members() {
            let at = pointer(at, name);
            // Keywords and absolute names say the same as terms do, in a form that readers of the JSON miss.
            if (name.starts_with('@') && !(name == "@context" && embedded)) || name.contains(':') {
                let detail = format!("The member `{name}` is not allowed in a credential.");
                return Err(Problem::new(Code::ForbiddenConstruct, detail).at(at));
            }
            // Labels of blank nodes are not signed.
            if name == "id" && value.as_str().is_some_and(|id| id.starts_with("_:")) {
                let detail = "An identifier must not be a blank node label.";
                return Err(Problem::new(Code::ForbiddenConstruct, detail).at(at));
            }
            if name != "@context" {
                self.value(name, value, &at)?;
            }
        }
        self.label(object, at);
        Ok(())
    }

    fn value(&mut self, name: &str, value: &Value<'_>, at: &str) -> Result<(), Problem> {
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

    fn array(&mut self, name: &str, items: &[Value<'_>], at: &str) -> Result<(), Problem> {
        for (index, item) in items.iter().enumerate() {
            let at = pointer(at, index);
            if matches!(item, Value::Array(_)) {
                return Err(malformed("An array must not stand in an array.", &at));
            }
            self.value(name, item, &at)?;
        }
        // `allowedValue` is the one ordered list of Open Badges 3.0; everything else is a set.
        if name != "allowedValue" && repeats(items) {
            let detail = format!("`{name}` holds one value twice.");
            self.odd.push(Problem::new(Code::RepeatedValue, detail).at(at));
        }
        Ok(())
    }

    fn label(&mut self, object: &Object<'_>, at: &str) {
        let Some(id) = object.text("id") else { return };
        let own_members = object.members().any(|(name, _)| !matches!(name, "id" | "type"));
        if !own_members {
            return;
        }
        if let Some(first) = self.labelled.insert(id.to_owned(), at.to_owned()) {
            let detail = format!(
                "The identifier `{id}` stands at `{first}` and again here: the signature does not fix which member belongs where."
            );
            self.odd.push(Problem::new(Code::RepeatedIdentifier, detail).at(at));
        }
    }
}

/// An embedded credential brings its own `@context` and its own proof.
fn is_credential(object: &Object<'_>) -> bool {
    let types = object.find("type").map(Value::items).unwrap_or_default();
    types.iter().any(|name| name.as_str() == Some("VerifiableCredential"))
}

/// Whether a scalar stands twice. Objects without identifier are nodes of their own, however alike.
fn repeats(items: &[Value<'_>]) -> bool {
    let mut seen: Vec<String> = items
        .iter()
        .filter_map(|item| match item {
            Value::Object(object) => object.text("id").map(str::to_owned),
            scalar => Some(scalar.to_serde().to_string()),
        })
        .collect();
    let all = seen.len();
    seen.sort_unstable();
    seen.dedup();
    seen.len() < all
}

fn empty(detail: &str, at: &str) -> Problem {
    Problem::new(Code::EmptyValue, detail).at(at)
}
