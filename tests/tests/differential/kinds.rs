//! What we refuse and jsonld.js signs: every kind, with the rule by which a refusal belongs to it.

use serde_json::{Value, json};
use tanu_tests::places;
use verifier::limits::NODE_TYPES_MAX;
use verifier::{Code, Problem};

/// The contexts that credentials may use here. jsonld.js was given all of `schemas/contexts`.
const PINNED: &[&str] = &[
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
    "https://www.w3.org/ns/credentials/status/v1",
    "https://w3id.org/security/data-integrity/v2",
    "https://w3id.org/security/data-integrity/v1",
    "https://www.w3.org/2018/credentials/v1",
    "https://w3id.org/security/suites/ed25519-2020/v1",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context.json",
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
    "https://purl.imsglobal.org/spec/clr/v2p0/context.json",
];

/// The terms whose values are JSON literals (`"@type": "@json"` in `credentials-v2.jsonld`).
const JSON_TERMS: &[&str] = &["jsonSchema", "_sd", "jwk"];

type Rule = fn(&Refusal<'_>) -> bool;

/// Each kind: its name, the code that we refuse with, and what must be true of the document.
const KINDS: &[(&str, Code, Rule)] = &[
    ("a context that is not pinned, or none", Code::ContextNotAllowed, |refusal| {
        let is_pinned = |url: &Value| PINNED.iter().any(|pinned| url == pinned);
        refusal.value().is_none_or(|contexts| match contexts {
            Value::Array(urls) => !urls.iter().all(is_pinned),
            other => !is_pinned(other),
        })
    }),
    ("an array in an array", Code::ForbiddenConstruct, |refusal| {
        refusal.value().is_some_and(Value::is_array)
            && refusal.parent().is_some_and(Value::is_array)
    }),
    ("a keyword", Code::ForbiddenConstruct, |refusal| refusal.name().starts_with('@')),
    ("a JSON literal", Code::ForbiddenConstruct, |refusal| {
        JSON_TERMS.contains(&refusal.name())
            || refusal.up_name().is_some_and(|name| JSON_TERMS.contains(&name))
    }),
    // JavaScript drops it; nobody else would.
    ("a member named __proto__", Code::DataLoss, |refusal| refusal.name() == "__proto__"),
    ("a null", Code::DataLoss, |refusal| refusal.value() == Some(&Value::Null)),
    ("a null", Code::ForbiddenConstruct, |refusal| refusal.value() == Some(&Value::Null)),
    // jsonld.js escapes the first ones; U+0085 is white space to Rust, not to ECMAScript.
    ("an IRI with a character that N-Quads escapes", Code::DataLoss, |refusal| {
        let value = refusal.value().map(|value| value.get("@type").unwrap_or(value));
        let text = value.and_then(Value::as_str);
        text.is_some_and(|text| {
            text.contains(|at: char| "<>\"{}|\\^`\u{85}".contains(at) || at <= ' ')
        })
    }),
    // Members without values keep a node for jsonld.js, but not its identifier.
    ("a node that states nothing", Code::DataLoss, |refusal| {
        let members = refusal.value().and_then(Value::as_object);
        members.is_some_and(|members| {
            members.iter().all(|(name, value)| {
                ["id", "@context"].contains(&name.as_str())
                    || value.as_array().is_some_and(Vec::is_empty)
            })
        })
    }),
    ("an empty reference", Code::DataLoss, |refusal| refusal.value() == Some(&json!(""))),
    // jsonld.js signs 1e-7 as the integer 0.
    ("a number that jsonld.js takes for 0", Code::DataLoss, |refusal| {
        let number = refusal
            .value()
            .map(|value| value.get("@value").unwrap_or(value))
            .and_then(Value::as_f64);
        number.is_some_and(|number| number.abs() < 1e-6 && !format!("{number:e}").contains('.'))
    }),
    ("a blank node label", Code::DataLoss, |refusal| {
        refusal.value().and_then(Value::as_str).is_some_and(|text| text.starts_with("_:"))
    }),
    ("a value object of another form", Code::ForbiddenConstruct, |refusal| {
        let value = refusal.value().and_then(Value::as_object);
        value.is_some_and(|value| value.contains_key("@value") && !value.iter().all(is_usual))
    }),
    ("a node with more types than are read", Code::Limit, |refusal| {
        let types = refusal.value().and_then(|node| node["type"].as_array());
        types.is_some_and(|types| types.len() > NODE_TYPES_MAX)
    }),
];

/// The declared kind of this refusal, if it has one.
pub(crate) fn declared(document: &Value, problem: &Problem) -> Option<&'static str> {
    if problem.code == Code::NumberRange {
        return numbers(document).any(is_beyond_53_bits).then_some("a number beyond 53 bits");
    }
    let refusal = Refusal { document, pointer: problem.pointer.as_deref()? };
    let of_code = KINDS.iter().filter(|(_, code, _)| *code == problem.code);
    of_code.filter(|(_, _, rule)| rule(&refusal)).map(|(kind, _, _)| *kind).next()
}

/// A member that value objects have here: a scalar, and the name of its type or language.
fn is_usual((name, value): (&String, &Value)) -> bool {
    match name.as_str() {
        "@value" => !value.is_array() && !value.is_object() && !value.is_null(),
        "@type" | "@language" => value.is_string(),
        _ => false,
    }
}

fn numbers(document: &Value) -> impl Iterator<Item = f64> {
    places(document).into_iter().filter_map(|at| at.of(document).as_f64())
}

fn is_beyond_53_bits(number: f64) -> bool {
    number.abs() >= 9_007_199_254_740_992.0
}

/// Where in which document we stopped.
struct Refusal<'d> {
    document: &'d Value,
    pointer: &'d str,
}

impl<'d> Refusal<'d> {
    fn value(&self) -> Option<&'d Value> {
        self.document.pointer(self.pointer)
    }

    fn parent(&self) -> Option<&'d Value> {
        self.document.pointer(self.pointer.rsplit_once('/')?.0)
    }

    /// The name of the member that an item stands in.
    fn up_name(&self) -> Option<&'d str> {
        Some(self.pointer.rsplit_once('/')?.0.rsplit_once('/')?.1)
    }

    fn name(&self) -> &'d str {
        self.pointer.rsplit_once('/').map_or("", |(_, name)| name)
    }
}
