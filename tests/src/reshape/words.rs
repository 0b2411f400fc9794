//! Other spellings: of a value, a name, a type, a text, a number, a context. It moves nothing.

use serde_json::{Value, json};

use super::{Original, Reshape};
use crate::place::Place;

const XSD: &str = "http://www.w3.org/2001/XMLSchema#";

/// Each value in every form that JSON-LD reads as the same, or nearly.
pub(super) fn wrapped(original: &Original<'_>, each: &mut dyn FnMut(String, Value)) {
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
pub(super) fn renamed(original: &Original<'_>, each: &mut dyn FnMut(String, Value)) {
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

/// Types under other names, in other orders, more and fewer.
pub(super) fn types(original: &Original<'_>, each: &mut dyn FnMut(String, Value)) {
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
pub(super) fn texts(original: &Original<'_>, each: &mut dyn FnMut(String, Value)) {
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
pub(super) fn keywords(original: &Original<'_>, each: &mut dyn FnMut(String, Value)) {
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
}

/// Other lists of contexts.
pub(super) fn contexts(original: &Original<'_>, each: &mut dyn FnMut(String, Value)) {
    let document = original.document;
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

/// Numbers that are the same number, or nearly, in other spellings: text that no JSON value keeps.
pub(super) fn spellings(original: &Original<'_>, before: &str, each: &mut dyn FnMut(Reshape)) {
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
