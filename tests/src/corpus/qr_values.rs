//! Values inside genuine envelopes about which decoders of CBOR differ: tags, and whole numbers where those of 64 bits end (`docs/qr.md`,
//! "CBOR"). A tag is readable and no claim has one; a number of 2^63 and beyond is not readable, wherever it stands.

use ciborium::Value;
use ciborium::value::Integer;

use super::qr_rows::{Answer, Row, changed, row};
use super::statement::{cbor, claims, map, number, own, parts, text};

/// The first number that is not read.
const BEYOND: i128 = 1 << 63;

pub(super) fn rows() -> Vec<Row> {
    [tags(), numbers()].into_iter().flatten().collect()
}

fn tagged(tag: u64, value: Value) -> Value {
    Value::Tag(tag, Box::new(value))
}

/// A whole number of CBOR, from -2^64 to 2^64 - 1.
fn wide(value: i128) -> Value {
    match Integer::try_from(value) {
        Ok(value) => Value::Integer(value),
        Err(error) => panic!("a number of the corpus: {error}"),
    }
}

fn tags() -> Vec<Row> {
    let odd = |id, says, text| row(id, says, text, Answer::Claims);
    let mut dated = claims(own());
    dated[1].1 = tagged(1, dated[1].1.clone());
    let token = tagged(61, map(claims(own())));
    let deep = |levels: usize| (0..levels).fold(number(90), |value, _| tagged(1, value));
    vec![
        odd(
            "K07-tag-on-the-claims",
            "The claims under the tag of a token.",
            parts(cbor(&token)).text(),
        ),
        odd(
            "K07-tag-on-a-date",
            "The day of issue under the tag of a time.",
            parts(cbor(&map(dated))).text(),
        ),
        odd(
            "K07-tag-on-a-text",
            "The holder under the tag of an address.",
            changed(3, tagged(32, text("Қалыпова Әсем Деректіқызы"))).text(),
        ),
        odd(
            "K07-large-number",
            "The hours as a large number in bytes.",
            changed(8, tagged(2, Value::Bytes(vec![90]))).text(),
        ),
        odd(
            "K07-tag-in-an-array",
            "A result under a tag that nobody knows.",
            changed(14, Value::Array(vec![number(92), tagged(65_537, number(88))])).text(),
        ),
        odd(
            "K07-tags-as-deep-as-may-be",
            "Tags inside one another, eight levels with the claims around them.",
            changed(13, deep(6)).text(),
        ),
        row("K07-tags-too-deep", "One tag more.", changed(13, deep(7)).text(), Answer::Refused),
    ]
}

fn numbers() -> Vec<Row> {
    let odd = |id, says, text| row(id, says, text, Answer::Claims);
    let refused = |id, says, text| row(id, says, text, Answer::Refused);
    let hours = |value: i128| changed(8, wide(value)).text();
    let issued = |value: i128| {
        let mut claims = claims(own());
        claims[1].1 = wide(value);
        parts(cbor(&map(claims))).text()
    };
    let keyed = |key: i128| {
        let mut members: Vec<_> =
            own().into_iter().map(|(key, value)| (number(key), value)).collect();
        members.push((wide(key), number(1)));
        let mut claims = claims(own());
        claims[3].1 = Value::Map(members);
        parts(cbor(&map(claims))).text()
    };
    vec![
        odd("K07-number-of-63-bits", "Hours of 2^63 - 1.", hours(BEYOND - 1)),
        odd("K07-number-of-63-bits-below", "Hours of -2^63.", hours(-BEYOND)),
        refused("K07-number-of-64-bits", "Hours of 2^63.", hours(BEYOND)),
        refused("K07-largest-number", "Hours of 2^64 - 1.", hours(2 * BEYOND - 1)),
        refused("K07-number-of-64-bits-below", "Hours of -2^63 - 1.", hours(-BEYOND - 1)),
        refused("K07-least-number", "Hours of -2^64.", hours(-2 * BEYOND)),
        odd("K07-last-second", "A day of issue at the second 2^63 - 1.", issued(BEYOND - 1)),
        odd("K07-first-second", "A day of issue at the second -2^63.", issued(-BEYOND)),
        refused("K07-second-of-64-bits", "A day of issue at the second 2^63.", issued(BEYOND)),
        refused(
            "K07-place-of-64-bits",
            "A place of 2^63 in the status list.",
            changed(16, Value::Array(vec![number(41), wide(BEYOND)])).text(),
        ),
        odd("K07-key-of-63-bits", "A private claim of the number 2^63 - 1.", keyed(BEYOND - 1)),
        refused("K07-key-of-64-bits", "A private claim of the number 2^63.", keyed(BEYOND)),
        refused(
            "K07-tagged-number-of-64-bits",
            "A result of 2^63 under a tag.",
            changed(13, tagged(1, wide(BEYOND))).text(),
        ),
        odd(
            "K07-no-names",
            "An empty list of names.",
            changed(15, Value::Array(Vec::new())).text(),
        ),
    ]
}
