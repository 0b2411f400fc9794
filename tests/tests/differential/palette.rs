//! Values that implementations of JSON-LD are known to treat differently: texts, numbers, references, names. It knows no
//! document; what is drawn here may stand anywhere.

use std::fs;

use serde_json::{Value, json};
use tanu_tests::{Random, repository};

/// Pieces of texts: characters that N-Quads escapes, that some escape and others not, and those beyond 16 bits.
const PIECES: &[&str] = &[
    "a",
    "Әқ",
    " ",
    "  ",
    "\n",
    "\r",
    "\t",
    "\"",
    "\\",
    "\\n",
    "\\u0041",
    "\u{0}",
    "\u{1}",
    "\u{7}",
    "\u{8}",
    "\u{b}",
    "\u{c}",
    "\u{e}",
    "\u{1f}",
    "\u{7f}",
    "\u{80}",
    "\u{85}",
    "\u{9f}",
    "\u{a0}",
    "\u{ad}",
    "\u{200d}",
    "\u{2028}",
    "\u{2029}",
    "\u{feff}",
    "\u{fffd}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{1f393}",
    "\u{1d306}",
    "\u{10ffff}",
    "e\u{301}",
    "é",
    "İ",
    "ß",
    "<",
    ">",
    "{",
    "}",
    "|",
    "^",
    "`",
    "@",
    "@en",
    "^^<x>",
    "_:b0",
    ".",
    " .\n",
    "#",
    "%20",
    "/",
    "null",
    "0",
];

const REFERENCES: &[&str] = &[
    "https://example.org/a",
    "HTTPS://EXAMPLE.ORG/%7Ea/../b",
    "https://example.org/әріп",
    "https://example.org/\u{1f393}",
    "https://example.org/a?b=c#d",
    "http://example.org:80",
    "https://example.org/a b",
    "https://example.org/<a>",
    "https://[::1]/",
    "https://example.org/{a}",
    "https://example.org/a|b",
    "https://example.org/a\\b",
    "https://example.org/a^b",
    "https://example.org/`",
    "https://example.org/\"",
    "https://example.org/\u{7f}",
    "https://example.org/\u{a0}",
    "https://example.org/\u{2028}",
    "https://example.org/\u{1}",
    "https://example.org/%",
    "urn:uuid:1",
    "urn:",
    "urn:x y",
    "did:key:z6Mk",
    "did:web:a%3A1#k",
    "mailto:a@b.example",
    "data:text/plain;base64,YQ==",
    "tag:a,2026:b",
    "a:b",
    "a+b-c.d:e",
    "A:b",
    "1a:b",
    ":a",
    ":",
    "a:",
    "",
    "#",
    "#a",
    "?a",
    "/a",
    "//a",
    "a",
    "a/b",
    "./a",
    "../a",
    ".",
    "_:a",
    "_:",
    "_:a b",
    "_:c14n0",
    "@id",
    "@type",
    "@none",
    "@a",
    "@",
    "name",
    "type",
    "id",
    "Achievement",
    "xsd:string",
    "ext:a",
    "schema:name",
    "cred:x",
    "sec:proof",
    "did:",
    "https:",
    "https://",
    "https:a",
    "rdf:type",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
    "http://www.w3.org/2001/XMLSchema#dateTime",
];

const LANGUAGES: &[&str] = &[
    "kk",
    "ru",
    "en",
    "EN",
    "kk-Cyrl-KZ",
    "zh-Hans",
    "de-1901",
    "x-y",
    "a b",
    "",
    "en_US",
    "toolonglanguage",
    "1",
    "ұ",
];

const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "0.0",
    "-0.0",
    "1",
    "-1",
    "5.0",
    "5.5",
    "7.69E1",
    "76.9",
    "0.1",
    "0.3",
    "1e-7",
    "1e15",
    "1e21",
    "-1e21",
    "1.5e300",
    "5e-324",
    "2.2250738585072014e-308",
    "9007199254740991",
    "-9007199254740991",
    "9007199254740992",
    "9007199254740993",
    "9007199254740991.0",
    "4503599627370495.5",
    "4503599627370496.5",
    "1000000000000000.5",
    "123456789012345.67",
    "0.30000000000000004",
    "99.99999999999999",
    "9.999999999999999e22",
    "100",
    "1e2",
    "1E+2",
    "0.000001",
    "1e-6",
    "18446744073709551615",
    "-9223372036854775808",
    "1e400",
];

/// A text of up to eight pieces.
pub(crate) fn text(random: &mut Random) -> String {
    (0..random.below(9)).map(|_| pick(random, PIECES)).collect()
}

/// Something that stands where an IRI should.
pub(crate) fn reference(random: &mut Random) -> String {
    match random.below(4) {
        0 => format!("https://example.org/{}", text(random)),
        1 => format!("urn:x:{}", random.below(1000)),
        _ => pick(random, REFERENCES).to_owned(),
    }
}

/// A number as JSON spells it, often a double of many digits.
pub(crate) fn number(random: &mut Random) -> Value {
    let spelled = |text: &str| serde_json::from_str(text).unwrap_or(Value::Null);
    match random.below(6) {
        0 => spelled(pick(random, NUMBERS)),
        1 => json!(any_double(random)),
        2 => spelled(&format!("{}.{}", random.below(1000), random.below(1_000_000_000))),
        3 => json!(whole(random.below(1 << 20)) / 8.0),
        4 => json!(whole(random.below(1 << 30)) / 3.0),
        _ => json!(random.below(1 << 53)),
    }
}

fn whole(number: usize) -> f64 {
    u32::try_from(number).map_or(0.0, f64::from)
}

/// Any double below 2^53, by its bits.
fn any_double(random: &mut Random) -> f64 {
    let (high, low) = (random.below(1 << 32), random.below(1 << 32));
    let bits = u64::try_from(high << 32 | low).unwrap_or_default();
    let double = f64::from_bits(bits);
    // Half of all exponents mean 2^53 and more; that is refused early, so it must not be half of the cases.
    if double.abs() < 9e15 { double } else { double.recip() }
}

/// A date and time, or nearly.
pub(crate) fn date(random: &mut Random) -> String {
    const ZONES: &[&str] = &["Z", "+05:00", "-00:00", "", "z", ".5Z", ".000Z", "+14:00"];
    let (month, day) = (random.below(14), random.below(33));
    let zone = pick(random, ZONES);
    format!("20{:02}-{month:02}-{day:02}T{:02}:00:00{zone}", random.below(40), random.below(25))
}

/// A scalar of any kind.
pub(crate) fn scalar(random: &mut Random) -> Value {
    match random.below(8) {
        0..=2 => json!(text(random)),
        3 => json!(reference(random)),
        4 => json!(date(random)),
        5 => json!(random.below(2) == 0),
        _ => number(random),
    }
}

/// A value object ("Value Objects" of JSON-LD 1.1), right or nearly.
pub(crate) fn value_object(random: &mut Random) -> Value {
    let language = pick(random, LANGUAGES);
    match random.below(7) {
        0 | 1 => json!({ "@value": text(random), "@language": language }),
        2 => json!({ "@value": scalar(random), "@type": reference(random) }),
        3 => json!({ "@value": scalar(random) }),
        4 => json!({ "@value": text(random), "@language": language, "@direction": "rtl" }),
        5 => json!({ "@value": text(random), "@language": language, "@type": "xsd:string" }),
        _ => json!({ "@value": scalar(random), "@type": "xsd:date", "@index": "i" }),
    }
}

/// What JSON-LD keeps for itself, with a value that could stand there.
pub(crate) fn keyword(random: &mut Random) -> (&'static str, Value) {
    let text = json!(reference(random));
    match random.below(12) {
        0 => ("@id", text),
        1 => ("@type", text),
        2 => ("@graph", json!([{ "id": text }])),
        3 => ("@list", json!([text])),
        4 => ("@set", json!([text])),
        5 => ("@reverse", json!({ "issuer": { "id": text } })),
        6 => ("@index", text),
        7 => ("@included", json!([{ "id": text, "type": "Profile" }])),
        8 => ("@nest", json!({ "name": text })),
        9 => ("@value", text),
        10 => ("@context", json!([null, text, { "name": "https://schema.org/name" }])),
        _ => ("@unknown", text),
    }
}

/// Every name that a vendored context defines, with a few that none does.
pub(crate) fn names() -> Vec<String> {
    let folder = repository().join("schemas/contexts");
    let read = |path| -> Value { serde_json::from_slice(&fs::read(path).unwrap()).unwrap() };
    let mut names: Vec<String> = Vec::new();
    for entry in read(folder.join("index.json")).as_array().unwrap() {
        collect(&read(folder.join(entry["file"].as_str().unwrap()))["@context"], &mut names);
    }
    names.sort_unstable();
    names.dedup();
    let others = [
        "undefined",
        "Undefined",
        "constructor",
        "__proto__",
        "toString",
        "",
        " ",
        "a b",
        "a:b",
        "_:a",
        "https://example.org/p",
    ];
    names.extend(others.map(str::to_owned));
    names
}

fn collect(context: &Value, names: &mut Vec<String>) {
    match context {
        Value::Array(contexts) => contexts.iter().for_each(|context| collect(context, names)),
        Value::Object(terms) => {
            for (name, definition) in terms.iter().filter(|(name, _)| !name.starts_with('@')) {
                names.push(name.clone());
                collect(&definition["@context"], names);
            }
        }
        _ => {}
    }
}

/// One of these.
pub(crate) fn pick<T: Clone>(random: &mut Random, items: &[T]) -> T {
    items[random.below(items.len())].clone()
}
