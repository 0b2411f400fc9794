//! Other JSON that says the same in RDF, or nearly: the signature does not see the difference, so the shape must. What a
//! reader of the JSON could take for something else is never `valid`.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;

use serde_json::{Map, Value, json};
use tanu_tests::{Judge, Place, demo, places, skip};
use verifier::Verdict;

const XSD: &str = "http://www.w3.org/2001/XMLSchema#";
const VC_2: &str = "https://www.w3.org/ns/credentials/v2";
const OB: &str = "https://purl.imsglobal.org/spec/ob/v3p0/";

/// A valid demo credential and those who judge it.
struct Bench {
    judge: Judge,
    document: Value,
}

impl Bench {
    fn set(test: &str) -> Option<Self> {
        let demo = demo().map_err(|why| skip(test, &why)).ok()?;
        let file = demo.files.iter().find(|file| file.valid && file.language == "en").unwrap();
        let document = serde_json::from_slice(&fs::read(&file.path).unwrap()).unwrap();
        let bench = Self { judge: Judge::of(&demo.dir), document };
        assert_eq!(bench.verdict(&bench.document), Verdict::Valid);
        Some(bench)
    }

    fn verdict(&self, document: &Value) -> Verdict {
        self.judge.verdict(document.to_string().as_bytes())
    }

    /// None of these documents is `valid` or `untrusted`; each is another one than the signed one.
    fn none_accepted(&self, reshaped: &[(String, Value)]) {
        assert!(!reshaped.is_empty());
        let signed = self.document.to_string();
        let accepted: Vec<_> = reshaped
            .iter()
            .filter(|(what, document)| {
                assert_ne!(document.to_string(), signed, "{what} changes nothing");
                matches!(self.verdict(document), Verdict::Valid | Verdict::Untrusted)
            })
            .map(|(what, _)| what)
            .collect();
        assert!(accepted.is_empty(), "accepted: {accepted:#?}");
    }

    fn at(&self, wanted: impl Fn(&Value) -> bool) -> Vec<Place> {
        places(&self.document).into_iter().filter(|at| wanted(at.of(&self.document))).collect()
    }

    fn objects(&self) -> Vec<Place> {
        self.at(Value::is_object)
    }
}

/// The value in every form that JSON-LD reads as the same, or as an array, a set, a list.
fn wrappings(value: &Value) -> Vec<Value> {
    let mut wrapped = vec![
        json!([value]),
        json!([[value]]),
        json!({ "@set": [value] }),
        json!({ "@list": [value] }),
        json!({ "@graph": [value] }),
    ];
    if !value.is_object() && !value.is_array() {
        wrapped.push(json!({ "@value": value }));
        wrapped.push(json!({ "@value": value, "@type": null }));
        wrapped.push(json!({ "@value": value, "@index": "x" }));
        wrapped.push(json!({ "@value": value, "@language": "en" }));
        for datatype in ["string", "anyURI", "dateTime", "float", "boolean"] {
            wrapped.push(json!({ "@value": value, "@type": format!("{XSD}{datatype}") }));
            wrapped.push(json!({ "@value": value, "type": format!("{XSD}{datatype}") }));
        }
        wrapped.push(json!({ "id": value }));
        wrapped.push(json!({ "@id": value }));
        wrapped.push(json!({ "@value": value.to_string().trim_matches('"') }));
    }
    wrapped
}

#[test]
fn a_value_in_a_wrapping_is_not_valid() {
    let Some(bench) = Bench::set("a_value_in_a_wrapping_is_not_valid") else { return };
    let mut reshaped = Vec::new();
    for at in places(&bench.document) {
        if at.0.is_empty() {
            continue;
        }
        for wrapped in wrappings(at.of(&bench.document)) {
            let kind = wrapped.to_string().chars().take(60).collect::<String>();
            reshaped.push((format!("{at} := {kind}"), at.replaced(&bench.document, wrapped)));
        }
    }
    bench.none_accepted(&reshaped);
}

#[test]
fn an_array_of_one_and_its_item_are_told_apart() {
    let Some(bench) = Bench::set("an_array_of_one_and_its_item_are_told_apart") else { return };
    let arrays = bench.at(|value| value.as_array().is_some_and(|items| items.len() == 1));
    let alone = |at: &Place| at.replaced(&bench.document, at.item(0).of(&bench.document).clone());
    let reshaped: Vec<_> = arrays
        .iter()
        // One proof may stand alone or in an array: VC Data Integrity, "Proofs". It is not part of what is signed.
        .filter(|at| at.to_string() != "/proof")
        .map(|at| (format!("{at} without its brackets"), alone(at)))
        .collect();
    assert!(reshaped.len() > 20, "{}", reshaped.len());
    bench.none_accepted(&reshaped);
}

#[test]
fn the_order_of_a_list_that_is_signed_or_fixed_is_kept() {
    let Some(bench) = Bench::set("the_order_of_a_list_that_is_signed_or_fixed_is_kept") else {
        return;
    };
    let mut reshaped = Vec::new();
    for at in bench.at(|value| value.as_array().is_some_and(|items| items.len() > 1)) {
        let fixed = ["@context", "type", "allowedValue"];
        if at.name().is_some_and(|name| fixed.contains(&name)) {
            let mut items = at.of(&bench.document).as_array().unwrap().clone();
            items.reverse();
            reshaped.push((format!("{at} reversed"), at.replaced(&bench.document, json!(items))));
        }
    }
    bench.none_accepted(&reshaped);
}

#[test]
fn another_word_for_the_same_term_is_not_valid() {
    let Some(bench) = Bench::set("another_word_for_the_same_term_is_not_valid") else { return };
    let mut reshaped = Vec::new();
    for at in places(&bench.document) {
        let Some(name) = at.name() else { continue };
        let mut others = vec![
            format!("https://schema.org/{name}"),
            format!("https://purl.imsglobal.org/spec/vc/ob/vocab.html#{name}"),
            format!("https://www.w3.org/2018/credentials#{name}"),
            format!("https://w3id.org/security#{name}"),
            format!("@{name}"),
            format!(" {name}"),
            format!("{name} "),
            format!("_:{name}"),
            name.to_uppercase(),
        ];
        others.retain(|other| other != name);
        for other in others {
            reshaped.push((format!("{at} as `{other}`"), at.renamed(&bench.document, &other)));
        }
    }
    for types in [
        json!(["VerifiableCredential", "AchievementCredential"]),
        json!(["VerifiableCredential", "OpenBadgeCredential", "AchievementCredential"]),
        json!(["VerifiableCredential", "VerifiableCredential", "OpenBadgeCredential"]),
        json!(["https://www.w3.org/2018/credentials#VerifiableCredential", "OpenBadgeCredential"]),
        json!(["OpenBadgeCredential"]),
        json!("OpenBadgeCredential"),
    ] {
        let what = format!("type {types}");
        reshaped.push((what, Place::default().with_member(&bench.document, "type", types)));
    }
    bench.none_accepted(&reshaped);
}

#[test]
fn keywords_do_not_reshape_a_credential() {
    let Some(bench) = Bench::set("keywords_do_not_reshape_a_credential") else { return };
    let mut reshaped = Vec::new();
    for at in bench.objects() {
        let members = at.object(&bench.document).unwrap();
        for (name, value) in members {
            let (name, value) = (name.as_str(), value.clone());
            // The member moves under a keyword.
            let moved = at.member(name).removed(&bench.document);
            for (keyword, content) in [
                ("@nest", json!({ name: value })),
                ("@graph", json!([{ name: value }])),
                ("@included", json!([{ name: value }])),
                ("@reverse", json!({ name: value })),
            ] {
                let to = at.with_member(&moved, keyword, content);
                reshaped.push((format!("{at}/{name} under {keyword}"), to));
            }
        }
        for (keyword, content) in [
            ("@context", json!({})),
            ("@context", json!([])),
            ("@context", json!(null)),
            ("@context", json!({ "name": "https://schema.org/description" })),
            ("@context", json!([VC_2, format!("{OB}context-3.0.3.json")])),
            ("@index", json!("x")),
            ("@version", json!(1.1)),
            ("@id", json!("_:b0")),
            ("@nest", json!({})),
            ("@included", json!([])),
            ("@reverse", json!({})),
            ("@graph", json!([])),
            ("@set", json!([])),
        ] {
            // At the top the context is another test's matter.
            if !(at.0.is_empty() && keyword == "@context") {
                let to = at.with_member(&bench.document, keyword, content.clone());
                reshaped.push((format!("{at} with {keyword}: {content}"), to));
            }
        }
    }
    for whole in [
        json!({ "@context": bench.document["@context"], "@graph": [bench.document] }),
        json!([bench.document]),
        json!({ "@context": bench.document["@context"], "@included": [bench.document] }),
    ] {
        reshaped.push(("the whole wrapped".to_owned(), whole));
    }
    bench.none_accepted(&reshaped);
}

#[test]
fn what_vanishes_from_the_signature_is_not_valid() {
    let Some(bench) = Bench::set("what_vanishes_from_the_signature_is_not_valid") else { return };
    let mut reshaped = Vec::new();
    for at in bench.objects() {
        let members = at.object(&bench.document).unwrap();
        let name = |wanted: &str| members.contains_key(wanted).then(|| "image".to_owned());
        let free = name("description").unwrap_or_else(|| "description".to_owned());
        for (name, value) in [
            (free.as_str(), json!(null)),
            (&free, json!([])),
            (&free, json!({})),
            (&free, json!([null])),
            (&free, json!([[]])),
            ("endorsement", json!([])),
            ("endorsement", json!(null)),
            ("endorsement", json!([{}])),
            ("unheardOf", json!(null)),
            ("unheardOf", json!([])),
            ("unheardOf", json!("x")),
            ("", json!(null)),
            ("", json!("x")),
            ("id", json!("_:b0")),
            ("id", json!("")),
            ("id", json!(null)),
        ] {
            let to = at.with_member(&bench.document, name, value.clone());
            reshaped.push((format!("{at} with {name}: {value}"), to));
        }
    }
    for at in bench.at(Value::is_array) {
        let items = at.of(&bench.document).as_array().unwrap();
        for nothing in [json!(null), json!([]), json!({}), json!({ "id": "_:b0" })] {
            let more: Vec<_> = items.iter().cloned().chain([nothing.clone()]).collect();
            reshaped.push((format!("{at} + {nothing}"), at.replaced(&bench.document, json!(more))));
        }
    }
    bench.none_accepted(&reshaped);
}

/// The whole object at every place that only names it, and only its name where it stood: the same quads.
fn moved_by_id(document: &Value) -> Vec<(String, Value)> {
    let all = places(document);
    let mut found = Vec::new();
    for at in all.iter().filter(|at| at.object(document).is_some_and(|object| object.len() > 1)) {
        let object = at.object(document).unwrap();
        let Some(id) = object.get("id") else { continue };
        let reference = json!({ "id": id });
        let typed = json!({ "id": id, "type": object.get("type") });
        for other in
            all.iter().filter(|place| place.of(document) == id && *place != &at.member("id"))
        {
            let there = other.replaced(document, Value::Object(object.clone()));
            found.push((format!("{at} also at {other}"), there.clone()));
            for rest in [&reference, &typed] {
                found.push((format!("{at} moved to {other}"), at.replaced(&there, rest.clone())));
            }
        }
        // Half of it where it stands, half of it as one more item of its own array.
        let half = |odd: usize| -> Map<String, Value> {
            let members = object.iter().enumerate();
            let kept = members.filter(|(index, (name, _))| {
                matches!(name.as_str(), "id" | "type") || index % 2 == odd
            });
            kept.map(|(_, (name, value))| (name.clone(), value.clone())).collect()
        };
        if let Some(parent) = at.parent()
            && let Some(items) = parent.of(document).as_array()
        {
            let split = at.replaced(document, json!(half(0)));
            let mut items = items.clone();
            let position = items.iter().position(|item| item == at.of(document)).unwrap();
            items[position] = json!(half(0));
            items.push(json!(half(1)));
            found.push((format!("{at} in two halves"), parent.replaced(&split, json!(items))));
        }
    }
    found
}

#[test]
fn an_object_does_not_move_by_its_id() {
    let Some(bench) = Bench::set("an_object_does_not_move_by_its_id") else { return };
    let moved = moved_by_id(&bench.document);
    assert!(moved.len() > 10, "{}", moved.len());
    bench.none_accepted(&moved);
}

#[test]
fn an_identifier_shared_by_two_objects_is_not_valid() {
    let Some(bench) = Bench::set("an_identifier_shared_by_two_objects_is_not_valid") else {
        return;
    };
    let labelled: Vec<_> = bench
        .objects()
        .into_iter()
        .filter(|at| at.object(&bench.document).is_some_and(|object| object.contains_key("id")))
        .collect();
    let mut reshaped = Vec::new();
    for at in &labelled {
        for other in labelled.iter().filter(|other| *other != at) {
            let id = other.member("id").of(&bench.document).clone();
            let to = at.with_member(&bench.document, "id", id);
            reshaped.push((format!("{at} with the id of {other}"), to));
        }
    }
    bench.none_accepted(&reshaped);
}

#[test]
fn only_the_contexts_of_the_profile_are_read() {
    let Some(bench) = Bench::set("only_the_contexts_of_the_profile_are_read") else { return };
    let ob = |name: &str| format!("{OB}{name}");
    let own = ob("context-3.0.3.json");
    let mut contexts = vec![
        json!([own, VC_2]),
        json!([VC_2]),
        json!([own]),
        json!([VC_2, VC_2, own]),
        json!([VC_2, own, own]),
        json!([VC_2, own, VC_2]),
        json!([VC_2, own, ob("extensions.json")]),
        json!([VC_2, own, {}]),
        json!([VC_2, own, null]),
        json!([VC_2, own, []]),
        json!([VC_2, own, { "@vocab": "https://example.org/" }]),
        json!([VC_2, own, { "@language": "en" }]),
        json!([VC_2, own, { "@base": "https://example.org/" }]),
        json!([VC_2, own, { "name": "https://schema.org/description" }]),
        json!([VC_2, { "@import": own }]),
        json!([VC_2, [own]]),
        json!([[VC_2, own]]),
        json!([VC_2, own, "https://w3id.org/security/data-integrity/v2"]),
        json!([VC_2, own, "https://example.org/context"]),
        json!(["https://www.w3.org/2018/credentials/v1", own]),
        json!([format!("{VC_2}#"), own]),
        json!([VC_2.replace("https", "http"), own]),
        json!([VC_2, own.replace("purl", "PURL")]),
        json!({ "0": VC_2, "1": own }),
        json!(VC_2),
        json!(null),
        json!([]),
        json!({}),
    ];
    for version in ["context-3.0.2.json", "context-3.0.1.json", "context.json"] {
        contexts.push(json!([VC_2, ob(version)]));
        contexts.push(json!([VC_2, own, ob(version)]));
        contexts.push(json!([VC_2, ob(version), own]));
    }
    let top = Place::default();
    let reshaped: Vec<_> = contexts
        .into_iter()
        .map(|context| (context.to_string(), top.with_member(&bench.document, "@context", context)))
        .collect();
    bench.none_accepted(&reshaped);
}
