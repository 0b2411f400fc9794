//! A target that rebuilds signed credentials: the bytes are read as edits of one, so that the fuzzer need not find JSON that expands.
//! It must not know which edits are harmless: what is shown afterwards says so.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::checks;
use super::world::World;

/// Edits of one credential. More only undo each other.
const EDITS_MAX: usize = 6;

/// Names and values that mean the same as others, or vanish, or are read differently.
const WORDS: [&str; 24] = [
    "id",
    "type",
    "@id",
    "@type",
    "@value",
    "@graph",
    "@context",
    "@list",
    "@set",
    "@reverse",
    "@included",
    "name",
    "description",
    "creator",
    "issuer",
    "achievement",
    "evidence",
    "endorsement",
    "proof",
    "OpenBadgeCredential",
    "AchievementCredential",
    "_:b0",
    "4.5E0",
    "did:web:issuer.example",
];

/// Whatever is done to a signed credential: it shows what was signed, or nothing.
pub(super) fn reshape(bytes: &[u8]) {
    let mut choices = Choices(bytes);
    let originals = World::get().originals();
    let Some(mut document) = choices.of(originals).cloned() else { return };
    // One edit alone is the likeliest to leave the signature whole.
    for _ in 0..=choices.number() % EDITS_MAX {
        edit(&mut document, &mut choices);
    }
    checks::verify(document.to_string().as_bytes());
}

/// Bytes that are bound to look like nothing: each decides many edits.
pub(super) fn seeds() -> Vec<Vec<u8>> {
    (0..48_u8).map(|number| Sha256::digest([number]).to_vec()).collect()
}

/// What the fuzzer decides, byte by byte.
struct Choices<'b>(&'b [u8]);

impl Choices<'_> {
    fn number(&mut self) -> usize {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*first)
    }

    fn of<'t, T>(&mut self, things: &'t [T]) -> Option<&'t T> {
        let number = self.number();
        things.get(number.checked_rem(things.len())?)
    }
}

fn edit(document: &mut Value, choices: &mut Choices<'_>) {
    let places = places(document);
    let act = choices.number() % 10;
    let (Some(here), Some(there)) = (choices.of(&places), choices.of(&places)) else { return };
    let Some(copied) = document.pointer(there).cloned() else { return };
    let word = choices.of(&WORDS).copied().unwrap_or_default();
    let Some(value) = document.pointer_mut(here) else { return };
    match act {
        0 => *value = copied,
        1 => swap(document, here, there),
        2 => *value = json!([value]),
        3 => *value = json!({ word: value }),
        4 => {
            *value = choices
                .of(&[json!(null), json!([]), json!({}), json!(""), json!(word)])
                .cloned()
                .unwrap_or_default()
        }
        5 => {
            if let Some([single]) = value.as_array().map(Vec::as_slice) {
                *value = single.clone();
            }
        }
        6 => match value {
            Value::Array(items) => items.push(copied),
            Value::Object(members) => {
                members.insert(word.to_owned(), copied);
            }
            other => *other = json!([other, copied]),
        },
        7 => take(document, here, |_| None),
        8 => transfer(document, there, here),
        _ => take(document, here, |_| Some(word)),
    }
}

fn swap(document: &mut Value, here: &str, there: &str) {
    let Some(value) = document.pointer(there).cloned() else { return };
    let Some(place) = document.pointer_mut(here) else { return };
    let other = std::mem::replace(place, value);
    if let Some(place) = document.pointer_mut(there) {
        *place = other;
    }
}

/// Moves the member at `there` into the object at `here`, under its own name: from one node to another.
fn transfer(document: &mut Value, there: &str, here: &str) {
    let Some(moved) = document.pointer(there).cloned() else { return };
    let name = there.rsplit('/').next().unwrap_or_default().to_owned();
    take(document, there, |_| None);
    if let Some(Value::Object(members)) = document.pointer_mut(here) {
        members.insert(name, moved);
    }
}

/// Takes the member at `here` out of its object, and puts it back under another name if there is one.
fn take(document: &mut Value, here: &str, rename: impl Fn(&str) -> Option<&str>) {
    let Some((parent, name)) = here.rsplit_once('/') else { return };
    let name = name.replace("~1", "/").replace("~0", "~");
    match document.pointer_mut(parent) {
        Some(Value::Object(members)) => {
            let Some(value) = members.remove(&name) else { return };
            if let Some(other) = rename(&name) {
                members.insert(other.to_owned(), value);
            }
        }
        Some(Value::Array(items)) => {
            if let Ok(index) = name.parse::<usize>()
                && index < items.len()
            {
                items.remove(index);
            }
        }
        _ => {}
    }
}

/// JSON Pointers to everything in a document.
fn places(document: &Value) -> Vec<String> {
    let mut places = vec![String::new()];
    let mut next = 0;
    while let Some(place) = places.get(next).cloned() {
        match document.pointer(&place) {
            Some(Value::Array(items)) => {
                places.extend((0..items.len()).map(|index| format!("{place}/{index}")));
            }
            Some(Value::Object(members)) => places.extend(
                members
                    .keys()
                    .map(|name| format!("{place}/{}", name.replace('~', "~0").replace('/', "~1"))),
            ),
            _ => {}
        }
        next += 1;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every member moved to every other object, and every two values swapped: what one node says, said by another.
    #[test]
    fn no_member_can_be_moved() {
        for original in World::get().originals() {
            let places = places(original);
            for there in &places {
                for here in &places {
                    let mut moved = original.clone();
                    if original.pointer(here).is_some_and(Value::is_object) {
                        transfer(&mut moved, there, here);
                    } else if here < there {
                        swap(&mut moved, here, there);
                    }
                    if moved != *original {
                        checks::verify(moved.to_string().as_bytes());
                    }
                }
            }
        }
    }
}
