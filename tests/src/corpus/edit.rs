//! Changing a document at a JSON Pointer (RFC 6901). A pointer to nothing stops the maker: a case that changes nothing tests nothing.

use serde_json::Value;

/// Another value at a place that there is.
pub(crate) fn set(document: &mut Value, pointer: &str, value: Value) {
    *place(document, pointer) = value;
}

/// A member more, or another value for it, in the object at this place.
pub(crate) fn add(document: &mut Value, pointer: &str, name: &str, value: Value) {
    match place(document, pointer) {
        Value::Object(members) => members.insert(name.to_owned(), value),
        other => panic!("{pointer} is no object: {other}"),
    };
}

/// One item more in the array at this place.
pub(crate) fn push(document: &mut Value, pointer: &str, item: Value) {
    match place(document, pointer) {
        Value::Array(items) => items.push(item),
        other => panic!("{pointer} is no array: {other}"),
    }
}

/// The member at this place is gone.
pub(crate) fn remove(document: &mut Value, pointer: &str) {
    let (parent, name) = pointer.rsplit_once('/').unwrap_or_default();
    let removed =
        place(document, parent).as_object_mut().and_then(|members| members.shift_remove(name));
    assert!(removed.is_some(), "there is no {pointer} to remove");
}

fn place<'d>(document: &'d mut Value, pointer: &str) -> &'d mut Value {
    match document.pointer_mut(pointer) {
        Some(place) => place,
        None => panic!("there is no {pointer}"),
    }
}
