//! What expansion would drop without a word, found in the document before it is expanded.
//! It must not refuse what quads can hold; what they cannot hold but expansion keeps is refused in `statements`.

use super::JsonLdError;
use crate::json::{At, Object, Value};

/// JSON-LD 1.1, "Syntax Tokens and Keywords".
pub(super) const KEYWORDS: [&str; 24] = [
    "@base",
    "@container",
    "@context",
    "@direction",
    "@graph",
    "@id",
    "@import",
    "@included",
    "@index",
    "@json",
    "@language",
    "@list",
    "@nest",
    "@none",
    "@prefix",
    "@propagate",
    "@protected",
    "@reverse",
    "@set",
    "@type",
    "@value",
    "@version",
    "@vocab",
    "@default",
];

/// Refuses a document that expansion would quietly lose a part of.
pub(super) fn check(document: &Object<'_>) -> Result<(), JsonLdError> {
    check_object(document, At::Root)
}

fn lost(at: At<'_>, what: &str) -> JsonLdError {
    JsonLdError::Lost(format!("{what} (at `{at}`)"))
}

fn check_object(object: &Object<'_>, at: At<'_>) -> Result<(), JsonLdError> {
    for (name, value) in object.members() {
        let at = At::Member(&at, name);
        if name == "@context" {
            check_context(value, at)?;
            continue;
        }
        if is_unknown_keyword(name) {
            return Err(lost(at, "A name of the form of a keyword is ignored."));
        }
        if matches!(name, "@id" | "id") && value.as_str().is_some_and(is_unknown_keyword) {
            return Err(lost(at, "An identifier of the form of a keyword is ignored."));
        }
        if matches!(name, "@graph" | "@included") {
            check_nodes(value, at)?;
        }
        check_value(value, at)?;
    }
    Ok(())
}

fn check_value(value: &Value<'_>, at: At<'_>) -> Result<(), JsonLdError> {
    match value {
        Value::Null => Err(lost(at, "A null is dropped.")),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(index, item)| check_value(item, At::Item(&at, index))),
        Value::Object(object) => check_object(object, at),
        _ => Ok(()),
    }
}

/// Only nodes that say something stay in a graph, and equal ones without an identifier become one.
fn check_nodes(value: &Value<'_>, at: At<'_>) -> Result<(), JsonLdError> {
    let nodes = value.items();
    for (index, node) in nodes.iter().enumerate() {
        let at = At::Item(&at, index);
        let says = node.as_object().is_some_and(|node| {
            node.members().any(|(name, _)| !matches!(name, "@id" | "id" | "@context"))
        });
        if !says {
            return Err(lost(at, "A graph drops what is not a node with properties."));
        }
        if nodes.iter().take(index).any(|earlier| earlier == node) {
            return Err(lost(at, "A graph keeps one of two equal nodes."));
        }
    }
    Ok(())
}

/// A context may not take a meaning away, and the names under which graphs hide stay plain.
fn check_context(context: &Value<'_>, at: At<'_>) -> Result<(), JsonLdError> {
    for definitions in context.items().iter().filter_map(Value::as_object) {
        for (name, definition) in definitions.members() {
            let at = At::Member(&at, name);
            if name == "@context" {
                // A context document where a context belongs.
                check_context(definition, at)?;
                continue;
            }
            if name.starts_with('@') {
                continue;
            }
            if is_unknown_keyword(name) || meaning(definition).is_some_and(is_unknown_keyword) {
                return Err(lost(at, "A term of the form of a keyword is ignored."));
            }
            if matches!(meaning(definition), Some("@graph" | "@included")) {
                return Err(lost(at, "Another name for a graph is not supported."));
            }
            check_definition(definition, at)?;
        }
    }
    Ok(())
}

fn check_definition(definition: &Value<'_>, at: At<'_>) -> Result<(), JsonLdError> {
    let Value::Object(members) = definition else {
        return match definition {
            Value::Null => Err(lost(at, "A term without a meaning is dropped.")),
            _ => Ok(()),
        };
    };
    if matches!(members.find("@id"), Some(Value::Null)) {
        return Err(lost(at, "A term without a meaning is dropped."));
    }
    // The crate drops the property that indexes a reverse property.
    if members.find("@reverse").is_some() && members.find("@index").is_some() {
        return Err(lost(at, "An indexed reverse property is not supported."));
    }
    members.find("@context").map_or(Ok(()), |scoped| check_context(scoped, at))
}

fn meaning<'v>(definition: &'v Value<'_>) -> Option<&'v str> {
    match definition {
        Value::Object(members) => members.text("@id"),
        other => other.as_str(),
    }
}

/// "A string matching the regex `"@"1*ALPHA`" is ignored where it is not a keyword.
fn is_unknown_keyword(name: &str) -> bool {
    let form = name.strip_prefix('@').is_some_and(|rest| {
        !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphabetic())
    });
    form && !KEYWORDS.contains(&name)
}
