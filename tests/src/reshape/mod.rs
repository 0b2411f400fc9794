//! Other JSON for the same credential, or nearly: everything somebody could write who has no key. It makes documents, one after
//! the other; it must not judge them. Here objects and members are moved; `words` spells what stands in them in other ways.

mod words;

use serde_json::{Map, Value, json};

use crate::place::{Place, places};
use words::{contexts, keywords, renamed, spellings, texts, types, wrapped};

/// One reshape: what was done, and the text that came of it.
#[derive(Clone, Debug)]
pub struct Reshape {
    /// For the person who looks for it.
    pub what: String,
    /// The document.
    pub text: String,
}

/// A kind of reshape: the documents that it makes of one.
type Kind = fn(&Original<'_>, &mut dyn FnMut(String, Value));

/// Every kind, with its name.
const KINDS: [(&str, Kind); 13] = [
    ("wrapped", wrapped),
    ("renamed", renamed),
    ("moved", moved),
    ("swapped", swapped),
    ("split", split),
    ("sets", sets),
    ("identifiers", identifiers),
    ("empty", empty),
    ("types", types),
    ("texts", texts),
    ("keywords", keywords),
    ("contexts", contexts),
    ("objects", objects),
];

/// A document and its places.
struct Original<'d> {
    document: &'d Value,
    places: Vec<Place>,
}

/// Every reshape of `document`, in an order that is always the same.
pub fn reshapes(document: &Value, each: &mut dyn FnMut(Reshape)) {
    let original = Original { document, places: places(document) };
    let before = document.to_string();
    for (name, kind) in KINDS {
        kind(&original, &mut |what, changed| {
            let text = changed.to_string();
            if text != before {
                each(Reshape { what: format!("{name}: {what}"), text });
            }
        });
    }
    spellings(&original, &before, each);
}

impl Original<'_> {
    fn at(&self, wanted: fn(&Value) -> bool) -> impl Iterator<Item = &Place> {
        self.places.iter().filter(move |place| wanted(place.of(self.document)))
    }

    fn objects(&self) -> impl Iterator<Item = &Place> {
        self.at(Value::is_object)
    }

    /// Members, each of an object.
    fn members(&self) -> impl Iterator<Item = (&Place, &str)> {
        self.places.iter().filter_map(|place| Some((place, place.name()?)))
    }

    fn strings(&self) -> impl Iterator<Item = (&Place, &str)> {
        self.places.iter().filter_map(|place| Some((place, place.of(self.document).as_str()?)))
    }
}

/// Each member in each other object: beside what is there, instead of it, and gone from where it was.
fn moved(original: &Original<'_>, each: &mut dyn FnMut(String, Value)) {
    for (place, name) in original.members() {
        let value = place.of(original.document).clone();
        let without = place.removed(original.document);
        for object in original.objects() {
            let Some(members) = object.object(original.document) else { continue };
            if place.parent().as_ref() == Some(object)
                || place == object
                || is_within(object, place)
            {
                continue;
            }
            // Where the place of the object is another once the member is gone, only the copy is made.
            let copied = object.with_member(original.document, name, value.clone());
            each(format!("{place} also in {object}"), copied);
            if reaches(&without, object) {
                each(
                    format!("{place} moved to {object}"),
                    object.with_member(&without, name, value.clone()),
                );
            }
            if let Some(there) = members.get(name) {
                let joined: Value =
                    [there, &value].into_iter().flat_map(items_of).cloned().collect();
                each(
                    format!("{place} joined to {object}"),
                    object.with_member(original.document, name, joined),
                );
            }
        }
    }
}

/// The items of an array, or the value alone.
fn items_of(value: &Value) -> &[Value] {
    value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice)
}

fn is_within(inner: &Place, outer: &Place) -> bool {
    inner.0.starts_with(&outer.0)
}

fn reaches(document: &Value, place: &Place) -> bool {
    document.pointer(&place.to_string()).is_some_and(Value::is_object)
}

/// Two values of one kind change places.
fn swapped(original: &Original<'_>, each: &mut dyn FnMut(String, Value)) {
    let same = |one: &Value, other: &Value| {
        one != other && std::mem::discriminant(one) == std::mem::discriminant(other)
    };
    for (index, one) in original.places.iter().enumerate() {
        for other in &original.places[index + 1..] {
            let (first, second) = (one.of(original.document), other.of(original.document));
            let named = one.name().is_some() && one.name() == other.name();
            // Everything with everything of its name; texts with any other text of the same object.
            let near = one.parent() == other.parent();
            if (named || near) && same(first, second) && !is_within(other, one) {
                let swapped =
                    other.replaced(&one.replaced(original.document, second.clone()), first.clone());
                each(format!("{one} with {other}"), swapped);
            }
        }
    }
}

/// Each object in two: beside each other, and the second half in every array of objects.
fn split(original: &Original<'_>, each: &mut dyn FnMut(String, Value)) {
    for place in original.objects().filter(|place| !place.0.is_empty()) {
        let Some(object) = place.object(original.document) else { continue };
        for (kept, other) in halves(object) {
            let both = json!([kept, other]);
            each(format!("{place} as two"), place.replaced(original.document, both));
            let first = place.replaced(original.document, kept.clone());
            for array in original.at(Value::is_array).filter(|array| !is_within(array, place)) {
                let mut items = array.of(&first).as_array().cloned().unwrap_or_default();
                items.push(other.clone());
                each(
                    format!("half of {place} also in {array}"),
                    array.replaced(&first, json!(items)),
                );
            }
            for member in ["evidence", "related", "endorsement", "image", "creator", "source"] {
                let there = Place::default().with_member(&first, member, other.clone());
                each(format!("half of {place} as {member}"), there);
            }
        }
    }
}

/// An object's members in two objects, in several ways; both have its identifier and types.
fn halves(object: &Map<String, Value>) -> Vec<(Value, Value)> {
    let stays = |name: &str| matches!(name, "id" | "type");
    let part = |wanted: &dyn Fn(usize) -> bool| -> Value {
        let members = object.iter().enumerate();
        let kept = members.filter(|(index, (name, _))| stays(name) || wanted(*index));
        Value::Object(kept.map(|(_, (name, value))| (name.clone(), value.clone())).collect())
    };
    let mut halves = vec![
        (part(&|index| index % 2 == 0), part(&|index| index % 2 == 1)),
        (part(&|_| true), part(&|_| true)),
        (part(&|_| false), part(&|_| true)),
    ];
    for (index, (name, _)) in object.iter().enumerate().filter(|(_, (name, _))| !stays(name)) {
        let _ = name;
        halves.push((part(&|other| other != index), part(&|other| other == index)));
    }
    halves
}

/// Sets in another order, with a member twice, without one.
fn sets(original: &Original<'_>, each: &mut dyn FnMut(String, Value)) {
    for place in original.at(Value::is_array) {
        let Some(items) = place.of(original.document).as_array() else { continue };
        let mut turned = items.clone();
        turned.reverse();
        each(format!("{place} turned"), place.replaced(original.document, json!(turned)));
        for (index, item) in items.iter().enumerate() {
            let mut twice = items.clone();
            twice.push(item.clone());
            each(format!("{place}/{index} twice"), place.replaced(original.document, json!(twice)));
            let nested: Vec<_> = items.iter().map(|item| json!([item])).collect();
            each(format!("{place} nested"), place.replaced(original.document, json!(nested)));
            each(format!("{place}/{index} gone"), place.item(index).removed(original.document));
        }
        // The items of every other array of that name, too.
        for other in original.at(Value::is_array).filter(|other| other.name() == place.name()) {
            let more = other.of(original.document).as_array().into_iter().flatten();
            let joined: Vec<_> = items.iter().chain(more).cloned().collect();
            each(format!("{place} and {other}"), place.replaced(original.document, json!(joined)));
        }
    }
}

/// Objects under other identifiers: another object's, a blank node's, none.
fn identifiers(original: &Original<'_>, each: &mut dyn FnMut(String, Value)) {
    let known: Vec<Value> = original
        .objects()
        .filter_map(|place| place.object(original.document)?.get("id").cloned())
        .collect();
    for place in original.objects() {
        let others = known.iter().cloned().chain([
            json!("_:b0"),
            json!(""),
            json!("#x"),
            json!(["urn:x:1"]),
        ]);
        for id in others {
            each(
                format!("{place} is {id}"),
                place.with_member(original.document, "id", id.clone()),
            );
        }
        if place.object(original.document).is_some_and(|object| object.contains_key("id")) {
            each(format!("{place} has no name"), place.member("id").removed(original.document));
        }
    }
    // A reference becomes the whole node, and the node a reference.
    for place in original.objects() {
        let Some(object) = place.object(original.document) else { continue };
        let Some(id) = object.get("id") else { continue };
        let same =
            |other: &&Place| other.of(original.document) == id && **other != place.member("id");
        for other in original.places.iter().filter(same) {
            let whole = other.replaced(original.document, Value::Object(object.clone()));
            each(format!("{place} also at {other}"), whole.clone());
            if reaches(&whole, place) {
                let named = json!({ "id": id, "type": object.get("type") });
                each(format!("{place} moved to {other}"), place.replaced(&whole, named));
                each(
                    format!("{place} moved to {other} barely"),
                    place.replaced(&whole, json!({ "id": id })),
                );
            }
        }
    }
}

/// What vanishes from RDF, in every object and every array.
fn empty(original: &Original<'_>, each: &mut dyn FnMut(String, Value)) {
    let nothing = || [json!(null), json!([]), json!({}), json!([null]), json!([[]]), json!([{}])];
    for place in original.objects() {
        for name in
            ["description", "endorsement", "evidence", "image", "narrative", "unheardOf", ""]
        {
            for value in nothing() {
                let what = format!("{place} with {name}: {value}");
                each(what, place.with_member(original.document, name, value));
            }
        }
    }
    for place in original.places.iter().filter(|place| !place.0.is_empty()) {
        for value in nothing() {
            each(format!("{place} := {value}"), place.replaced(original.document, value));
        }
        each(format!("{place} removed"), place.removed(original.document));
    }
}

/// Whole objects: each in place of another, each also in each array.
fn objects(original: &Original<'_>, each: &mut dyn FnMut(String, Value)) {
    let places: Vec<&Place> = original.objects().filter(|place| !place.0.is_empty()).collect();
    for one in &places {
        let object = one.of(original.document);
        for other in places
            .iter()
            .filter(|other| **other != *one && !is_within(other, one) && !is_within(one, other))
        {
            each(
                format!("{one} instead of {other}"),
                other.replaced(original.document, object.clone()),
            );
        }
        for array in original.at(Value::is_array).filter(|array| !is_within(array, one)) {
            let mut items = array.of(original.document).as_array().cloned().unwrap_or_default();
            items.push(object.clone());
            let more = array.replaced(original.document, json!(items));
            if reaches(&one.removed(&more), array) || one.name().is_some() {
                each(format!("{one} moved into {array}"), one.removed(&more));
            }
            each(format!("{one} also in {array}"), more);
        }
    }
}
