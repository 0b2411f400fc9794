//! The texts of QR codes of which the format alone says what they are (`docs/qr.md`): genuine ones, and everything else.

#![expect(clippy::too_many_lines, reason = "a table of texts is as long as it is")]

use ciborium::Value;

use super::qr_values;
use super::statement::{
    ADDRESS, KEY_NAME, Parts, base41, cbor, claims, header, map, number, own, parts, sample, text,
    zlib,
};

/// One text, and how a reader of the format answers.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) id: &'static str,
    pub(super) says: &'static str,
    pub(super) text: String,
    pub(super) answer: Answer,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Genuine,
    /// Not readable.
    Refused,
    /// Beyond a limit.
    Limit,
    /// Readable, and wrong.
    Claims,
    /// The address is that of somebody else.
    Address,
    Signature,
}

/// The texts of which the format alone says what they are.
pub(super) fn rows() -> Vec<Row> {
    let claims = [odd_claims(), qr_values::rows()].concat();
    let sections = [genuine(), addresses(), spellings(), envelopes(), payloads(), claims];
    sections.into_iter().flatten().collect()
}

pub(super) fn row(id: &'static str, says: &'static str, text: String, answer: Answer) -> Row {
    Row { id, says, text, answer }
}

/// The sample with another value in the private claim.
pub(super) fn changed(place: i64, value: Value) -> Parts {
    let mut own = own();
    if let Some((_, old)) = own.iter_mut().find(|(key, _)| *key == place) {
        *old = value;
    }
    parts(cbor(&map(claims(own))))
}

fn genuine() -> Vec<Row> {
    let mut nameless = own();
    nameless.retain(|(key, _)| *key != 15);
    let plain = Parts { header: header(60, KEY_NAME), coding: <[u8]>::to_vec, ..sample() };
    let capitals =
        sample().text().replacen("https://university.example", "HTTPS://UNIVERSITY.EXAMPLE", 1);
    vec![
        row("K01-genuine", "A genuine statement.", sample().text(), Answer::Genuine),
        row("K01-capitals", "Scheme and host in capitals.", capitals, Answer::Genuine),
        row(
            "K01-white-space",
            "White space around the text.",
            format!(" {}\r\n", sample().text()),
            Answer::Genuine,
        ),
        row(
            "K01-without-names",
            "Without the names of the competences.",
            parts(cbor(&map(claims(nameless)))).text(),
            Answer::Genuine,
        ),
        row("K01-not-deflated", "Claims that are not deflated.", plain.text(), Answer::Genuine),
    ]
}

fn addresses() -> Vec<Row> {
    let moved = |from: &str, to: &str| sample().text().replacen(from, to, 1);
    let behind = |id, says, from, to| row(id, says, moved(from, to), Answer::Address);
    vec![
        behind(
            "K01-look-alike",
            "The genuine statement behind a host whose name looks alike.",
            "university.example",
            "un1versity.example",
        ),
        behind(
            "K01-longer-host",
            "The issuer's host as the beginning of another one.",
            "university.example",
            "university.example.evil.example",
        ),
        behind(
            "K01-user",
            "The issuer's host as the user of another one.",
            "university.example",
            "university.example@evil.example",
        ),
        behind(
            "K01-port",
            "Another port of the issuer's host.",
            "university.example",
            "university.example:8443",
        ),
        behind(
            "K01-homoglyph",
            "A Cyrillic letter in the host.",
            "university.example",
            "univ\u{435}rsity.example",
        ),
        behind("K01-no-tls", "The issuer's address without TLS.", "https://", "http://"),
        behind(
            "K01-another-certificate",
            "The address of another certificate.",
            "AAAQEAYEAUDAOCAJ",
            "AAAQEAYEAUDAOCAK",
        ),
        behind(
            "K01-small-handle",
            "The handle in small letters.",
            "AAAQEAYEAUDAOCAJ",
            "aaaqeayeaudaocaj",
        ),
        behind(
            "K01-query",
            "A query behind the handle.",
            "AAAQEAYEAUDAOCAJ",
            "AAAQEAYEAUDAOCAJ?next=//evil.example",
        ),
        behind(
            "K01-language",
            "The address of an edition.",
            "AAAQEAYEAUDAOCAJ",
            "AAAQEAYEAUDAOCAJ/kk",
        ),
        row(
            "K01-no-certificate",
            "An address that is none of a certificate.",
            moved("/c/", "/x/"),
            Answer::Refused,
        ),
        row(
            "K01-no-handle",
            "An address without a handle.",
            moved("AAAQEAYEAUDAOCAJ", ""),
            Answer::Refused,
        ),
    ]
}

fn spellings() -> Vec<Row> {
    let honest = sample().text();
    let half = honest.len() / 2;
    let (first, second) = honest.split_at(half);
    let start = format!("{ADDRESS}#T1");
    let refused = |id, says, text| row(id, says, text, Answer::Refused);
    let nothing = "";
    vec![
        row(
            "K06-beyond-any-code",
            "More characters than a code of version 40 holds.",
            format!("{start}{}", "0".repeat(4_500)),
            Answer::Limit,
        ),
        refused("K06-first-half", "The first half of a text.", first.to_owned()),
        refused(
            "K06-second-half",
            "The second half behind the address.",
            format!("{start}{second}"),
        ),
        refused("K06-half-of-another", "Halves of two statements.", {
            let other = changed(3, text("Басқаев Бір")).text();
            let half = other.len() / 2 / 3 * 3;
            format!("{}{}", &honest[..half], &other[half..])
        }),
        refused("K07-nothing", "The mark and nothing behind it.", format!("{start}{nothing}")),
        refused("K07-one-character-more", "A character left over.", format!("{honest}0")),
        refused(
            "K07-three-characters-more",
            "Two bytes behind the envelope.",
            format!(
                "{honest}{}",
                if base41(&sample().sealed()).len().is_multiple_of(3) { "000" } else { "0000" }
            ),
        ),
        refused(
            "K07-small-letters",
            "Base41 in small letters.",
            format!("{start}{}", honest[start.len()..].to_ascii_lowercase()),
        ),
        refused(
            "K07-space",
            "A character of the alphanumeric mode that is no digit.",
            format!("{start} {}", &honest[start.len()..]),
        ),
        refused(
            "K07-number-too-large",
            "Three digits beyond two bytes.",
            format!("{start}***{}", &honest[start.len()..]),
        ),
        refused(
            "K07-encoded-fragment",
            "Digits as a browser might encode them.",
            honest.replacen("#T1", "#T1%30", 1),
        ),
        refused("K07-second-mark", "A second fragment.", format!("{honest}#T1")),
    ]
}

fn envelopes() -> Vec<Row> {
    let refused = |id, says, parts: Parts| row(id, says, parts.text(), Answer::Refused);
    let with = |header: Vec<(Value, Value)>| Parts { header, ..sample() };
    let member = |place: usize, value: Value| {
        let mut header = header(11_060, KEY_NAME);
        header[place].1 = value;
        with(header)
    };
    let mut critical = header(11_060, KEY_NAME);
    critical.insert(1, (number(2), Value::Array(vec![number(99)])));
    let mut without_type = header(11_060, KEY_NAME);
    without_type.remove(1);
    let mut untagged = sample().sealed();
    untagged.remove(0);
    let kid = vec![(number(4), Value::Bytes(b"qr-2".to_vec()))];
    let mut last = sample().sealed();
    if let Some(byte) = last.last_mut() {
        *byte ^= 1;
    }
    let sealed_by = |bytes: &[u8]| format!("{ADDRESS}#T1{}", base41(bytes));
    vec![
        row("K07-untagged", "A COSE_Sign1 without its tag.", sealed_by(&untagged), Answer::Refused),
        refused("K07-other-tag", "The tag of another structure.", Parts { tag: 98, ..sample() }),
        refused(
            "K07-unprotected-member",
            "A header member that is not signed.",
            Parts { unprotected: kid, ..sample() },
        ),
        refused("K07-algorithm", "Another algorithm.", member(0, number(-7))),
        refused("K07-algorithm-by-name", "The algorithm by its name.", member(0, text("EdDSA"))),
        refused("K07-content-type", "Another content type.", member(1, number(50))),
        refused("K07-key-as-text", "The name of the key as text.", member(2, text("qr-1"))),
        refused(
            "K07-key-with-capitals",
            "A name with capitals.",
            member(2, Value::Bytes(b"QR-1".to_vec())),
        ),
        refused("K07-critical", "A header member that must be understood.", with(critical)),
        refused("K07-no-content-type", "A header without content type.", with(without_type)),
        row(
            "K07-bit-of-the-signature",
            "The last bit of the signature turned.",
            sealed_by(&last),
            Answer::Signature,
        ),
        row(
            "K07-another-signer",
            "Signed by somebody else under the key's name.",
            Parts { signer: "stranger", ..sample() }.text(),
            Answer::Signature,
        ),
    ]
}

fn payloads() -> Vec<Row> {
    let refused = |id, says, parts: Parts| row(id, says, parts.text(), Answer::Refused);
    let coded = |coding| Parts { coding, ..sample() };
    let honest = sample().claims;
    // The map of four members with its length in two bytes, and as one of no stated length.
    let longer = [&[0xb8, 4], &honest[1..]].concat();
    let endless = [&[0xbf], &honest[1..], &[0xff]].concat();
    let twice = [&[0xa5, 1, 0], &honest[1..]].concat();
    let mut turned = claims(own());
    turned.swap(0, 1);
    let mut last_is_null = own();
    last_is_null[16].1 = Value::Null;
    vec![
        row(
            "K08-bomb",
            "Claims of one mebibyte in a code of a kilobyte.",
            parts(vec![0; 1 << 20]).text(),
            Answer::Limit,
        ),
        row(
            "K08-a-byte-too-many",
            "One byte more than the limit.",
            parts(vec![0; 16_385]).text(),
            Answer::Limit,
        ),
        refused(
            "K08-not-a-map",
            "As many bytes as the limit, and no claims.",
            parts(vec![0; 16_384]),
        ),
        refused(
            "K08-not-deflated",
            "Claims that are said to be deflated and are not.",
            coded(<[u8]>::to_vec),
        ),
        refused(
            "K08-behind-the-stream",
            "Something behind the deflated claims.",
            coded(|claims| [zlib(claims), vec![0]].concat()),
        ),
        refused(
            "K08-cut",
            "Deflated claims without their end.",
            coded(|claims| {
                let mut bytes = zlib(claims);
                bytes.truncate(bytes.len() - 1);
                bytes
            }),
        ),
        refused(
            "K08-wrong-checksum",
            "Deflated claims with another checksum.",
            coded(|claims| {
                let mut bytes = zlib(claims);
                if let Some(last) = bytes.last_mut() {
                    *last ^= 1;
                }
                bytes
            }),
        ),
        refused("K07-longer-length", "A length that is not in its shortest form.", parts(longer)),
        refused("K07-no-length", "A map of no stated length.", parts(endless)),
        refused("K07-claim-twice", "A claim twice.", parts(twice)),
        refused("K07-claims-turned", "Claims in another order.", parts(cbor(&map(turned)))),
        refused(
            "K07-behind-the-claims",
            "A value behind the claims.",
            parts([honest.as_slice(), &[0]].concat()),
        ),
        refused(
            "K07-null",
            "A value of a type that statements do not have.",
            parts(cbor(&map(claims(last_is_null)))),
        ),
    ]
}

fn odd_claims() -> Vec<Row> {
    let odd = |id, says, parts: Parts| row(id, says, parts.text(), Answer::Claims);
    let claimed = |change: fn(&mut Vec<(i64, Value)>)| {
        let mut claims = claims(own());
        change(&mut claims);
        parts(cbor(&map(claims)))
    };
    let said = |change: fn(&mut Vec<(i64, Value)>)| {
        let mut own = own();
        change(&mut own);
        parts(cbor(&map(claims(own))))
    };
    let pair = |first, second| Value::Array(vec![number(first), number(second)]);
    vec![
        odd(
            "K07-claim-unknown",
            "A claim that nobody knows: an end.",
            claimed(|claims| claims.insert(1, (4, number(2_000_000_000)))),
        ),
        odd("K07-claim-missing", "No issuer.", claimed(|claims| drop(claims.remove(0)))),
        odd(
            "K07-not-midnight",
            "A day of issue that begins at another hour.",
            claimed(|claims| claims[1].1 = number(1_579_046_400)),
        ),
        odd(
            "K07-own-claim-unknown",
            "A private claim that nobody knows.",
            said(|own| own.push((18, number(1)))),
        ),
        odd("K07-own-claim-missing", "No holder.", said(|own| drop(own.remove(2)))),
        odd("K07-empty-name", "A holder without a name.", changed(3, text(""))),
        odd("K07-level-9", "A level that there is not.", changed(7, number(9))),
        odd("K07-no-hours", "No hours.", changed(8, number(0))),
        odd("K07-study-form", "A form of study that there is not.", changed(10, number(4))),
        odd(
            "K07-period-turned",
            "A period that ends before it begins.",
            changed(11, pair(18_270, 18_238)),
        ),
        odd("K07-percent-101", "More than a hundred percent.", changed(13, number(101))),
        odd("K07-percent-as-text", "The result as text.", changed(13, text("90"))),
        odd(
            "K07-names-too-few",
            "One name for two results.",
            changed(15, Value::Array(vec![text("жоспарлайды")])),
        ),
        odd("K07-list-0", "A status list of number 0.", changed(16, pair(0, 4_711))),
        odd(
            "K07-list-too-large",
            "A status list beyond 32 bits.",
            changed(16, pair(1 << 32, 4_711)),
        ),
        odd("K07-short-digest", "A digest of 31 bytes.", changed(17, Value::Bytes(vec![9; 31]))),
    ]
}
