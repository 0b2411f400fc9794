//! Other JSON for the same credential, or nearly: everything somebody could write who has no key. It makes documents, one after
//! the other; it must not judge them.

use serde_json::{Map, Value, json};

use crate::place::{Place, places};

const XSD: &str = "http://www.w3.org/2001/XMLSchema#";

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
const KINDS: [(&str, Kind); 12] = [
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

/// Each value in every form that JSON-LD reads as the same, or nearly.
fn wrapped(original: &Original<'_>, each: &mut dyn FnMut(String, Value)) {
    for place in original.places.iter().filter(|place| !place.0.is_empty()) {
        let value = place.of(original.document);
        for form in forms(value) {
            let what =
                format!("{place} := {}", form.to_string().chars().take(60).collect::<String>());
            each(what, place.replaced(original.document, form));
        }
    }
}

fn forms(value: &Value) -> Vec<Value> {
    let mut forms = vec![
        json!([value]),
        json!([[value]]),
        json!({ "@set": [value] }),
        json!({ "@list": [value] }),
        json!({ "@graph": [value] }),
    ];
    match value {
        Value::Array(items) if items.len() == 1 => forms.push(items[0].clone()),
        Value::Array(_) => {}
        Value::Object(object) => {
            forms.extend(object.get("id").cloned());
            forms.extend(object.get("id").map(|id| json!({ "id": id })));
        }
        leaf => {
            forms.extend([
                json!({ "@value": leaf }),
                json!({ "@value": leaf, "@type": null }),
                json!({ "@value": leaf, "@index": "x" }),
                json!({ "@value": leaf, "@language": "en" }),
                json!({ "@value": leaf, "@direction": "rtl" }),
                json!({ "id": leaf }),
                json!({ "@id": leaf }),
                json!({ "id": leaf, "type": [] }),
            ]);
            for datatype in
                ["string", "anyURI", "dateTime", "float", "boolean", "integer", "double"]
            {
                forms.push(json!({ "@value": leaf, "@type": format!("{XSD}{datatype}") }));
                forms.push(json!({ "@value": leaf.to_string().trim_matches('"'), "type": format!("{XSD}{datatype}") }));
            }
        }
    }
    forms
}

/// Each member under another word for its term.
fn renamed(original: &Original<'_>, each: &mut dyn FnMut(String, Value)) {
    for (place, name) in original.members() {
        let capital = name.chars().take(1).flat_map(char::to_uppercase).chain(name.chars().skip(1));
        let others = [
            format!("https://schema.org/{name}"),
            format!("https://purl.imsglobal.org/spec/vc/ob/vocab.html#{name}"),
            format!("https://www.w3.org/2018/credentials#{name}"),
            format!("https://w3id.org/security#{name}"),
            format!("@{name}"),
            format!("{name} "),
            format!("{name}\u{200b}"),
            format!("_:{name}"),
            capital.collect(),
            name.to_uppercase(),
        ];
        for other in others.iter().filter(|other| *other != name) {
            each(format!("{place} as `{other}`"), place.renamed(original.document, other));
        }
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
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
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

/// Types under other names, in other orders, more and fewer.
fn types(original: &Original<'_>, each: &mut dyn FnMut(String, Value)) {
    const OB: &str = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#";
    let more = [
        "AchievementCredential",
        "OpenBadgeCredential",
        "EndorsementCredential",
        "ClrCredential",
        "VerifiableCredential",
        "Profile",
        "Achievement",
        "Evidence",
        "EndorsementSubject",
        "EvilRole",
    ];
    for place in original.objects() {
        let Some(object) = place.object(original.document) else { continue };
        let types = match object.get("type") {
            Some(Value::Array(types)) => types.clone(),
            Some(single) => vec![single.clone()],
            None => Vec::new(),
        };
        let mut others: Vec<Value> = Vec::new();
        for name in more {
            others.push(json!([types.clone(), vec![json!(name)]].concat()));
            others.push(json!([vec![json!(name)], types.clone()].concat()));
            others.push(json!(name));
            others.push(json!(
                types
                    .iter()
                    .take(types.len().saturating_sub(1))
                    .cloned()
                    .chain([json!(name)])
                    .collect::<Vec<_>>()
            ));
        }
        for prefix in [OB, "https://www.w3.org/2018/credentials#", "https://schema.org/", "cred:"] {
            others.push(
                types
                    .iter()
                    .map(|name| json!(format!("{prefix}{}", name.as_str().unwrap_or_default())))
                    .collect(),
            );
        }
        others.extend([
            json!([types.clone(), types.clone()].concat()),
            json!([types]),
            json!(types.first()),
        ]);
        for types in others {
            each(
                format!("{place} is a {types}"),
                place.with_member(original.document, "type", types.clone()),
            );
        }
    }
}

/// Texts that look or mean the same.
fn texts(original: &Original<'_>, each: &mut dyn FnMut(String, Value)) {
    for (place, text) in original.strings() {
        let mut others = vec![
            format!("{text} "),
            format!(" {text}"),
            format!("{text}\u{200b}"),
            format!("\u{feff}{text}"),
            format!("{text}\u{301}"),
            format!("\u{202e}{text}"),
            format!("{text}\n"),
            format!("{text}\0"),
            text.to_uppercase(),
            text.to_lowercase(),
            text.replace('a', "\u{430}"),
            text.replace(' ', "\u{a0}"),
            text.replace('-', "\u{2010}"),
            text.replace('é', "e\u{301}"),
            text.replace('й', "и\u{306}"),
            text.replace('Й', "И\u{306}"),
            text.chars().rev().collect(),
        ];
        if text.contains(':') {
            others.extend([
                format!("{text}/"),
                format!("{text}#"),
                format!("{text}?"),
                format!("{text}#x"),
                text.replacen("https", "HTTPS", 1),
                text.replacen("https", "http", 1),
                text.replacen(".example", ".EXAMPLE", 1),
                text.replacen(".example", ".example:443", 1),
                text.replacen("/1", "/./1", 1),
                text.replacen("/1", "/x/../1", 1),
                text.replacen("/1", "/%31", 1),
                text.replacen("did:", "DID:", 1),
                text.replacen('-', "%2D", 1),
            ]);
        }
        if text.ends_with('Z') && text.contains('T') {
            others.extend([
                text.replace('Z', "+00:00"),
                text.replace('Z', ".000Z"),
                text.replace('Z', "-00:00"),
                text.replace('Z', ""),
                text.replace('T', "t"),
            ]);
        }
        for other in others.into_iter().filter(|other| other != text) {
            each(format!("{place} := {other:?}"), place.replaced(original.document, json!(other)));
        }
    }
}

/// JSON-LD keywords around members, in every object, and around the whole.
fn keywords(original: &Original<'_>, each: &mut dyn FnMut(String, Value)) {
    let document = original.document;
    for place in original.objects() {
        let Some(members) = place.object(document) else { continue };
        for (name, value) in members {
            let without = place.member(name).removed(document);
            for keyword in
                ["@nest", "@graph", "@included", "@reverse", "@set", "@id", "@type", "@value"]
            {
                let single = json!({ name.as_str(): value });
                for content in [single.clone(), json!([single]), value.clone()] {
                    each(
                        format!("{place}/{name} under {keyword}"),
                        place.with_member(&without, keyword, content),
                    );
                }
            }
        }
        for (keyword, content) in [
            ("@context", json!({})),
            ("@context", json!([])),
            ("@context", json!(null)),
            ("@context", json!({ "name": "https://schema.org/description" })),
            ("@context", document["@context"].clone()),
            ("@index", json!("x")),
            ("@version", json!(1.1)),
            ("@id", json!("_:b0")),
            ("@included", json!([])),
            ("@reverse", json!({})),
            ("@graph", json!([])),
            ("@set", json!([])),
            ("@base", json!("urn:x")),
            ("@vocab", json!("urn:x")),
            ("@language", json!("kk")),
            ("@propagate", json!(true)),
            ("@protected", json!(true)),
            ("@direction", json!("rtl")),
            ("@import", json!("urn:x")),
        ] {
            each(format!("{place} with {keyword}"), place.with_member(document, keyword, content));
        }
    }
    for keyword in ["@graph", "@included", "@set", "@list"] {
        each(
            format!("all under {keyword}"),
            json!({ "@context": document["@context"], keyword: [document] }),
        );
    }
    each("in an array".to_owned(), json!([document]));
    let Some(contexts) = document["@context"].as_array() else { return };
    for extra in [
        json!({}),
        json!(null),
        json!([]),
        json!({ "@vocab": "https://example.org/" }),
        json!({ "@language": "en" }),
        json!({ "@base": "https://example.org/" }),
        json!({ "name": "https://schema.org/description" }),
        json!({ "n": "name" }),
        json!({ "@import": contexts[0] }),
        contexts[0].clone(),
        json!("https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"),
        json!("https://w3id.org/security/data-integrity/v2"),
        json!("https://example.org/c"),
    ] {
        for at in 0..=contexts.len() {
            let mut contexts = contexts.clone();
            contexts.insert(at, extra.clone());
            each(
                format!("context {extra}"),
                Place::default().with_member(document, "@context", json!(contexts)),
            );
        }
    }
    for (index, context) in contexts.iter().enumerate() {
        let Some(url) = context.as_str() else { continue };
        let versions = ["context-3.0.3", "context-3.0.2", "context-3.0.1", "context"];
        let mut others: Vec<String> = versions
            .iter()
            .flat_map(|from| {
                versions.map(|to| url.replace(&format!("{from}.json"), &format!("{to}.json")))
            })
            .collect();
        others.extend([
            format!("{url}#"),
            url.replace("https", "http"),
            url.replace("/v2", "/v1"),
            url.to_uppercase(),
        ]);
        for other in others.iter().filter(|other| *other != url) {
            let place = Place::default().member("@context").item(index);
            each(format!("context {other}"), place.replaced(document, json!(other)));
        }
        each(
            format!("context {index} gone"),
            Place::default().member("@context").item(index).removed(document),
        );
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

/// Numbers that are the same number, or nearly, in other spellings: text that no JSON value keeps.
fn spellings(original: &Original<'_>, before: &str, each: &mut dyn FnMut(Reshape)) {
    for place in original.at(Value::is_number) {
        let number = place.of(original.document).to_string();
        let marked = place.replaced(original.document, json!("\u{1}")).to_string();
        let mark = json!("\u{1}").to_string();
        for other in [
            format!("{number}.0"),
            format!("{number}e0"),
            format!("{number}E+0"),
            format!("{number}0e-1"),
            format!("{number}.00000000000000001"),
            format!("-{number}"),
            format!("0{number}"),
            format!("+{number}"),
            format!("{number}.5"),
            format!("{number}e1"),
            format!("\"{number}\""),
            format!("{number}.0000001"),
            "1e400".to_owned(),
            "-0".to_owned(),
            "true".to_owned(),
        ] {
            let text = marked.replacen(&mark, &other, 1);
            if text != before {
                each(Reshape { what: format!("spellings: {place} := {other}"), text });
            }
        }
    }
}
