//! Which error code a context deserves ("JsonLdErrorCode"): the crate reads a context into types first, and has one code for whatever
//! does not fit. It names what has failed already; it must not decide whether anything fails.

use json_ld::syntax::{Object, Value};

use super::losses::KEYWORDS;

/// The code for the first fault in the contexts of `document`, in the order written; `None` if none is known.
pub(super) fn code(document: &Value) -> Option<&'static str> {
    match document {
        Value::Array(items) => items.iter().find_map(code),
        Value::Object(object) => object.iter().find_map(|entry| match entry.key.as_str() {
            "@context" => of_context(&entry.value),
            _ => code(&entry.value),
        }),
        _ => None,
    }
}

/// "Context Processing Algorithm".
fn of_context(context: &Value) -> Option<&'static str> {
    match context {
        Value::Null | Value::String(_) => None,
        Value::Array(items) => items.iter().find_map(of_context),
        Value::Object(definitions) => {
            definitions.iter().find_map(|entry| of_definition(entry.key.as_str(), &entry.value))
        }
        _ => Some("invalid local context"),
    }
}

fn of_definition(name: &str, value: &Value) -> Option<&'static str> {
    let text_or_null = value.is_null() || value.is_string();
    let (good, code) = match name {
        "@base" => (text_or_null, "invalid base IRI"),
        "@direction" => (is_direction(value), "invalid base direction"),
        "@import" => (value.is_string(), "invalid @import value"),
        "@language" => (text_or_null, "invalid default language"),
        "@propagate" => (value.is_boolean(), "invalid @propagate value"),
        "@protected" => (value.is_boolean(), "invalid @protected value"),
        "@type" => (is_type_definition(value), "keyword redefinition"),
        "@version" => (is_version(value), "invalid @version value"),
        "@vocab" => (text_or_null, "invalid vocab mapping"),
        keyword if KEYWORDS.contains(&keyword) => (false, "keyword redefinition"),
        _ => return of_term(value),
    };
    if good { None } else { Some(code) }
}

/// "Create Term Definition".
fn of_term(definition: &Value) -> Option<&'static str> {
    match definition {
        Value::Null | Value::String(_) => None,
        Value::Object(members) => {
            members.iter().find_map(|entry| of_member(entry.key.as_str(), &entry.value))
        }
        _ => Some("invalid term definition"),
    }
}

fn of_member(name: &str, value: &Value) -> Option<&'static str> {
    let text_or_null = value.is_null() || value.is_string();
    let (good, code) = match name {
        "@container" => (is_container(value), "invalid container mapping"),
        "@context" => return of_context(value),
        "@direction" => (is_direction(value), "invalid base direction"),
        "@id" => (text_or_null, "invalid IRI mapping"),
        "@index" => (value.is_string(), "invalid term definition"),
        "@language" => (text_or_null, "invalid language mapping"),
        "@nest" => (value.is_string(), "invalid @nest value"),
        "@prefix" => (value.is_boolean(), "invalid @prefix value"),
        "@protected" => (value.is_boolean(), "invalid @protected value"),
        "@reverse" => (value.is_string(), "invalid IRI mapping"),
        "@type" => (value.is_string(), "invalid type mapping"),
        _ => (false, "invalid term definition"),
    };
    if good { None } else { Some(code) }
}

fn is_direction(value: &Value) -> bool {
    value.is_null() || matches!(value.as_str(), Some("ltr" | "rtl"))
}

fn is_version(value: &Value) -> bool {
    value.as_number().is_some_and(|number| number.as_str() == "1.1")
}

/// Of `@type`, only the container and the protection may be set.
fn is_type_definition(value: &Value) -> bool {
    value.as_object().is_some_and(|members: &Object| {
        !members.is_empty()
            && members.iter().all(|entry| match entry.key.as_str() {
                "@container" => entry.value.as_str() == Some("@set"),
                "@protected" => entry.value.is_boolean(),
                _ => false,
            })
    })
}

fn is_container(value: &Value) -> bool {
    value.force_as_array().iter().all(|item| {
        matches!(
            item.as_str(),
            Some("@graph" | "@id" | "@index" | "@language" | "@list" | "@set" | "@type")
        )
    })
}
