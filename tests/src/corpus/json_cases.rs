//! Section B: JSON that readers take differently, and bytes that are no JSON.

use serde_json::{Value, json};
use verifier::Check::{Context, Key, Proof, Read, Shape};
use verifier::Code;

use super::badge::{badge, by_university, changed, microcertificate_changed, signed};
use super::case::{Case, bytes_case, case, generated_case};

pub(super) fn cases() -> Vec<Case> {
    [twice(), deep(), numbers(), encodings(), texts(), wholes(), types(), cut()].concat()
}

fn honest() -> String {
    by_university(&badge()).to_string()
}

/// The honest badge's text with the first `from` replaced.
fn text(from: &str, to: &str) -> Vec<u8> {
    let honest = honest();
    assert!(honest.contains(from), "the badge does not say {from}");
    honest.replacen(from, to, 1).into_bytes()
}

/// B01, B02: a member twice.
fn twice() -> Vec<Case> {
    let twice = |id, from: &str, to: &str| {
        bytes_case(id, "A member stands twice: readers keep the first or the last.", text(from, to))
            .refused(Read, Code::DuplicateMember)
    };
    let name = r#""name":"Spectroscopy","issuer""#;
    vec![
        twice("B01-name", name, r#""name":"Doctor","name":"Spectroscopy","issuer""#),
        twice("B01-same-value", name, r#""name":"Spectroscopy","name":"Spectroscopy","issuer""#),
        twice("B01-issuer", r#""issuer":{"#, r#""issuer":"did:web:evil.example","issuer":{"#),
        twice(
            "B01-in-the-proof",
            r#""proofPurpose":"#,
            r#""proofPurpose":"authentication","proofPurpose":"#,
        ),
        twice("B01-proof", r#""proof":["#, r#""proof":[],"proof":["#),
        twice("B01-deep", r#""narrative":"#, r#""narrative":"None.","narrative":"#),
        twice("B01-context", r#"{"@context":"#, r#"{"@context":[],"@context":"#),
        twice("B02-escaped", name, r#""n\u0061me":"Doctor","name":"Spectroscopy","issuer""#),
        twice("B02-escaped-behind", name, r#""name":"Spectroscopy","nam\u0065":"Doctor","issuer""#),
    ]
}

/// B03: nesting and other masses.
fn deep() -> Vec<Case> {
    let refused =
        |id, says, generator| generated_case(id, says, generator).refused(Read, Code::Limit);
    vec![
        refused("B03-129-brackets", "Arrays nest 129 deep.", "brackets-129"),
        refused("B03-million-brackets", "Arrays nest a million deep.", "brackets-1000000"),
        refused("B03-million-objects", "Objects nest half a million deep.", "objects-500000"),
        refused("B03-wide", "An object has 250,000 members.", "members-250000"),
        refused(
            "B03-five-megabytes",
            "Five megabytes of spaces before an honest badge.",
            "spaces-5000000",
        ),
        generated_case("B03-megabyte-name", "A changed name of a megabyte.", "name-1000000")
            .invalid(Proof, Code::Signature),
        generated_case(
            "B03-three-megabytes-of-spaces",
            "An honest badge after three megabytes of spaces.",
            "spaces-3000000",
        ),
    ]
}

/// B05: numbers.
fn numbers() -> Vec<Case> {
    let spelt = |id, number: &str| {
        let text = text(r#""creditsEarned":3"#, &format!(r#""creditsEarned":{number}"#));
        bytes_case(id, "The credits are spelt in another way.", text)
    };
    let signed_number = |id, number: Value| {
        case(
            id,
            "The issuer signed this number.",
            &signed(|badge| badge["credentialSubject"]["creditsEarned"] = number),
        )
    };
    vec![
        spelt("B05-beyond-a-double", "1e400").refused(Read, Code::Parsing),
        spelt("B05-beyond-53-bits", "9007199254740993").refused(Read, Code::NumberRange),
        spelt("B05-beyond-64-bits", "18446744073709551617").refused(Read, Code::NumberRange),
        spelt("B05-leading-zero", "03").refused(Read, Code::Parsing),
        spelt("B05-plus", "+3").refused(Read, Code::Parsing),
        spelt("B05-hexadecimal", "0x3").refused(Read, Code::Parsing),
        spelt("B05-nan", "NaN").refused(Read, Code::Parsing),
        spelt("B05-infinity", "-Infinity").refused(Read, Code::Parsing),
        spelt("B05-minus-zero", "-0").invalid(Proof, Code::Signature),
        spelt("B05-another-digit", "3.0000000000000004").invalid(Proof, Code::Signature),
        // The credits are an xsd:float: all spellings have one canonical form, and every reader reads one number.
        spelt("B05-point", "3.0"),
        spelt("B05-exponent", "0.3E1"),
        spelt("B05-string", "\"3\"").invalid(Shape, Code::MalformedValue),
        signed_number("B05-fraction-signed", json!(0.1)),
    ]
}

/// B06: bytes that are no UTF-8.
fn encodings() -> Vec<Case> {
    let honest = honest();
    let utf_16 = honest.encode_utf16().flat_map(u16::to_le_bytes);
    let bytes = |id, says, bytes| bytes_case(id, says, bytes).refused(Read, Code::Parsing);
    let spliced = |more: &[u8]| {
        let text = honest.as_bytes();
        let at = honest.find("Spectroscopy").unwrap_or_default();
        [&text[..at], more, &text[at..]].concat()
    };
    vec![
        bytes(
            "B06-lone-surrogate",
            "A surrogate stands alone.",
            text("Spectroscopy", r"\ud800Spectroscopy"),
        ),
        bytes(
            "B06-low-surrogate-first",
            "Surrogates stand in the wrong order.",
            text("Spectroscopy", r"\udc00\ud800Spectroscopy"),
        ),
        bytes(
            "B06-byte-order-mark",
            "A byte order mark stands before.",
            [&[0xef, 0xbb, 0xbf], honest.as_bytes()].concat(),
        ),
        bytes(
            "B06-utf-16",
            "The file is UTF-16.",
            [0xff, 0xfe].into_iter().chain(utf_16).collect(),
        ),
        bytes("B06-invalid-byte", "One byte is no UTF-8.", spliced(&[0xff])),
        bytes("B06-overlong", "A slash is encoded in two bytes.", spliced(&[0xc0, 0xaf])),
        bytes(
            "B06-encoded-surrogate",
            "A surrogate is encoded as UTF-8.",
            spliced(&[0xed, 0xa0, 0x80]),
        ),
        bytes("B06-raw-control", "A line feed stands raw in a string.", spliced(b"\n")),
        bytes("B06-raw-nul", "A NUL stands raw in a string.", spliced(&[0])),
        bytes(
            "B06-comment",
            "A comment stands before.",
            [b"/* honest */".as_slice(), honest.as_bytes()].concat(),
        ),
        bytes(
            "B06-trailing-comma",
            "A comma stands before the end.",
            honest.replace("}]}", "}],}").into_bytes(),
        ),
        bytes(
            "B06-two-documents",
            "Two badges stand one after the other.",
            honest.repeat(2).into_bytes(),
        ),
        bytes(
            "B06-single-quotes",
            "Strings stand in single quotes.",
            honest.replace('"', "'").into_bytes(),
        ),
    ]
}

/// B07: texts that look like others.
fn texts() -> Vec<Case> {
    let name = |id, says, name: &str| {
        let document = signed(|badge| {
            badge["credentialSubject"]["identifier"][0]["identityHash"] = json!(name)
        });
        case(id, says, &document)
    };
    let changed_name = |id, says, name: &str| {
        case(
            id,
            says,
            &changed(|badge| {
                badge["credentialSubject"]["identifier"][0]["identityHash"] = json!(name)
            }),
        )
        .invalid(Proof, Code::Signature)
    };
    vec![
        name("B07-composed-signed", "A composed letter, as it was signed.", "Ayg\u{fc}l Example"),
        name(
            "B07-decomposed-signed",
            "A decomposed letter, as it was signed.",
            "Aygu\u{308}l Example",
        ),
        changed_name(
            "B07-soft-hyphen-added",
            "A letter that nobody sees is added.",
            "Aigerim\u{ad} Example",
        ),
        changed_name(
            "B07-zero-width-added",
            "A space without width is added.",
            "Aigerim\u{200b} Example",
        ),
        changed_name(
            "B07-homoglyph",
            "A Latin letter becomes a Cyrillic one.",
            "\u{410}igerim Example",
        ),
        bytes_case("B07-normalised", "A decomposed letter, signed, is composed.", {
            let document = signed(|badge| badge["name"] = json!("Aygu\u{308}l"));
            document.to_string().replace("u\u{308}", "\u{fc}").into_bytes()
        })
        .invalid(Proof, Code::Signature),
        bytes_case(
            "B07-escaped",
            "Letters are written as escapes: the same text.",
            text("Spectroscopy", r"\u0053pectroscop\u0079"),
        ),
    ]
}

/// B09, B10, B11: the wrong things at the top.
fn wholes() -> Vec<Case> {
    let honest = honest();
    let not_an_object = |id, text: String| {
        bytes_case(id, "The input is JSON, and no object.", text.into_bytes())
            .refused(Read, Code::Parsing)
    };
    let issuer = |id, issuer: Value| {
        case(
            id,
            "The issuer has a form that no specification has.",
            &changed(|badge| badge["issuer"] = issuer),
        )
    };
    let two = json!([{ "id": "did:web:university.example" }, { "id": "did:web:evil.example" }]);
    vec![
        not_an_object("B09-array", format!("[{honest}]")),
        not_an_object("B09-string", Value::from(honest.as_str()).to_string()),
        not_an_object("B09-number", "7".to_owned()),
        not_an_object("B09-null", "null".to_owned()),
        not_an_object("B09-nothing", String::new()),
        issuer("B10-two-issuers", two).invalid(Shape, Code::MalformedValue),
        issuer("B10-issuer-is-a-number", json!(1)).invalid(Shape, Code::MalformedValue),
        issuer(
            "B10-issuer-without-id",
            json!({ "type": ["Profile"], "name": "Example University" }),
        )
        .invalid(Shape, Code::MissingValue),
        issuer(
            "B10-issuer-id-is-an-array",
            json!({ "id": ["did:web:university.example"], "type": ["Profile"] }),
        )
        .invalid(Shape, Code::MalformedValue),
        case(
            "B11-proto",
            "A member is called __proto__.",
            &changed(|badge| badge["__proto__"] = json!({ "verified": true })),
        )
        .invalid(Context, Code::DataLoss),
        case(
            "B11-constructor",
            "A member is called constructor.",
            &changed(|badge| badge["constructor"] = json!("x")),
        )
        .invalid(Context, Code::DataLoss),
        bytes_case("B15-white-space", "Only white space and the order of members differ.", {
            let pretty = serde_json::to_string_pretty(&by_university(&badge())).unwrap_or_default();
            format!("\r\n{}\t", pretty.replace('\n', "\r\n")).into_bytes()
        }),
    ]
}

/// B10: `type` in other forms.
fn types() -> Vec<Case> {
    let typed = |id, types: Value| {
        case(id, "The type has another form.", &changed(|badge| badge["type"] = types))
    };
    let strict = |id, types: Value| {
        case(
            id,
            "The type of a microcertificate has another form.",
            &microcertificate_changed(|badge| badge["type"] = types),
        )
        .invalid(Shape, Code::MalformedValue)
    };
    vec![
        typed("B10-nested-types", json!([["VerifiableCredential", "OpenBadgeCredential"]]))
            .invalid(Shape, Code::MalformedValue),
        typed("B10-one-type", json!("OpenBadgeCredential")).invalid(Shape, Code::MalformedValue),
        typed(
            "B10-types-as-an-object",
            json!({ "0": "VerifiableCredential", "1": "OpenBadgeCredential" }),
        )
        .invalid(Shape, Code::MalformedValue),
        typed(
            "B10-both-synonyms",
            json!(["VerifiableCredential", "OpenBadgeCredential", "AchievementCredential"]),
        )
        .invalid(Shape, Code::MalformedValue),
        strict("B10-strict-reversed", json!(["OpenBadgeCredential", "VerifiableCredential"])),
        strict("B10-strict-synonym", json!(["VerifiableCredential", "AchievementCredential"])),
        case(
            "B10-proof-alone",
            "The proof stands alone instead of in an array of one.",
            &changed(|badge| {
                badge["proof"] = badge["proof"][0].clone();
            }),
        ),
        case(
            "B10-proof-in-two-arrays",
            "The proof stands in an array of an array.",
            &changed(|badge| {
                badge["proof"] = json!([badge["proof"]]);
            }),
        )
        .invalid(Shape, Code::MalformedValue),
        case(
            "B10-proof-method-as-object",
            "The key is named by an object.",
            &changed(|badge| {
                let method = badge["proof"][0]["verificationMethod"].clone();
                badge["proof"][0]["verificationMethod"] = json!({ "id": method });
            }),
        )
        .invalid(Key, Code::ProofMalformed),
    ]
}

/// B13: `tests/verdicts.rs` cuts at every byte.
fn cut() -> Vec<Case> {
    let length = honest().len();
    let cut = |id, count: usize| {
        generated_case(id, "An honest badge, cut.", &format!("truncated-{count}"))
            .refused(Read, Code::Parsing)
    };
    vec![
        cut("B13-last-byte", length - 1),
        cut("B13-half", length / 2),
        cut("B13-first-byte-only", 1),
    ]
}
