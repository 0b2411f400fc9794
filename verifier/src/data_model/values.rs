//! The forms of values that the data model asks for: URLs, dates, texts, typed objects.
//! It knows no property of a credential by name.

use crate::json::{At, Object, Value};
use crate::problem::{Code, Problem};
use crate::time::Timestamp;

pub(super) fn malformed(at: At<'_>, detail: impl Into<String>) -> Problem {
    Problem::new(Code::MalformedValue, detail).at(at)
}

pub(super) fn missing(at: At<'_>, name: &str) -> Problem {
    Problem::new(Code::MissingValue, format!("`{name}` is missing.")).at(At::Member(&at, name))
}

/// Section "Identifiers": one URL.
pub(super) fn check_url(value: &Value<'_>, at: At<'_>) -> Result<(), Problem> {
    match value.as_str() {
        Some(text) if is_url(text) => Ok(()),
        Some(text) => Err(malformed(at, format!("`{text}` is not a URL."))),
        None => Err(malformed(at, format!("{} stands where one URL belongs.", value.kind()))),
    }
}

/// The member `id` of `object`, if it has one.
pub(super) fn check_id(object: &Object<'_>, at: At<'_>) -> Result<(), Problem> {
    object.find("id").map_or(Ok(()), |id| check_url(id, At::Member(&at, "id")))
}

/// A scheme, a colon, and characters that an IRI may hold (RFC 3987; the URL Standard's parser would repair others).
pub(super) fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let mut letters = scheme.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter))
        && !rest.is_empty()
        && !rest.chars().any(|character| {
            character.is_whitespace() || character.is_control() || "<>\"{}|\\^`".contains(character)
        })
}

/// "dateTimeStamp", with its offset.
pub(super) fn date(
    object: &Object<'_>,
    name: &str,
    at: At<'_>,
) -> Result<Option<Timestamp>, Problem> {
    let Some(value) = object.find(name) else { return Ok(None) };
    match value.as_str().and_then(Timestamp::parse) {
        Some(timestamp) => Ok(Some(timestamp)),
        None => Err(malformed(At::Member(&at, name), format!("`{name}` is not a date and time."))),
    }
}

/// A list of names, one of them `required`.
pub(super) fn check_types(object: &Object<'_>, required: &str, at: At<'_>) -> Result<(), Problem> {
    let types = object.find("type").ok_or_else(|| missing(at, "type"))?;
    let at = At::Member(&at, "type");
    let Value::Array(names) = types else {
        return Err(malformed(at, format!("`type` is {}, not an array.", types.kind())));
    };
    if !names.iter().all(|name| name.as_str().is_some_and(|name| !name.is_empty())) {
        return Err(malformed(at, "`type` holds something other than names."));
    }
    if !names.iter().any(|name| name.as_str() == Some(required)) {
        return Err(malformed(at, format!("`type` lacks `{required}`.")));
    }
    Ok(())
}

/// One object or several, each with a type, and with a URL for its `id` if it has one.
pub(super) fn check_typed(object: &Object<'_>, name: &str, at: At<'_>) -> Result<(), Problem> {
    each_object(object, name, at, |item, at| {
        let types = item.find("type").ok_or_else(|| missing(at, "type"))?;
        let named = !types.items().is_empty()
            && types.items().iter().all(|name| name.as_str().is_some_and(|name| !name.is_empty()));
        if !named {
            return Err(malformed(At::Member(&at, "type"), "`type` is not a name."));
        }
        check_id(item, at)
    })
}

/// Runs `check` on the object, or on each object of a non-empty array, that the member `name` holds, if there is one.
pub(super) fn each_object(
    object: &Object<'_>,
    name: &str,
    at: At<'_>,
    mut check: impl FnMut(&Object<'_>, At<'_>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let Some(value) = object.find(name) else { return Ok(()) };
    let at = At::Member(&at, name);
    if value.items().is_empty() {
        return Err(malformed(at, format!("`{name}` is empty.")));
    }
    for (index, item) in value.items().iter().enumerate() {
        let at = match value {
            Value::Array(_) => At::Item(&at, index),
            _ => at,
        };
        match item {
            Value::Object(item) => check(item, at)?,
            other => return Err(malformed(at, format!("{} is not an object.", other.kind()))),
        }
    }
    Ok(())
}

/// "Names and Descriptions": a string, a language value object, or an array of them.
pub(super) fn check_text(object: &Object<'_>, name: &str, at: At<'_>) -> Result<(), Problem> {
    let Some(value) = object.find(name) else { return Ok(()) };
    let at = At::Member(&at, name);
    if value.items().is_empty() {
        return Err(malformed(at, format!("`{name}` is empty.")));
    }
    value.items().iter().try_for_each(|item| match item {
        Value::String(_) => Ok(()),
        Value::Object(text) => check_language_value(text, at),
        other => Err(malformed(at, format!("{} stands where a text belongs.", other.kind()))),
    })
}

fn check_language_value(text: &Object<'_>, at: At<'_>) -> Result<(), Problem> {
    for (name, value) in text.members() {
        let good = match (name, value.as_str()) {
            ("@value" | "@language", Some(_)) => true,
            ("@direction", Some(direction)) => matches!(direction, "ltr" | "rtl"),
            _ => false,
        };
        if !good {
            let detail = format!("`{name}` does not belong into a text with a language.");
            return Err(malformed(At::Member(&at, name), detail));
        }
    }
    text.find("@value").map(|_| ()).ok_or_else(|| missing(at, "@value"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_absolute() {
        for url in ["did:example:a", "https://example.org/#x", "urn:uuid:1", "tag:ә,2026:x"] {
            assert!(is_url(url), "{url}");
        }
        for text in
            ["", "x", ":x", "x:", "1a:b", "https ://a", "https://a b", "a:<>", "fake-issuer"]
        {
            assert!(!is_url(text), "{text}");
        }
    }
}
