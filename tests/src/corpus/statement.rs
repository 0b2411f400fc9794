//! Statements of QR codes, made without the code that is tested: CBOR by ciborium, base41 by hand. From them the cases of section K are
//! made, and the vectors of `docs/qr.md`. Everybody in them is invented.

use std::io::Write as _;

use ciborium::Value;
use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::badge::UNIVERSITY;
use super::keys::key;

/// The address of the certificate.
pub(crate) const ADDRESS: &str = "https://university.example/c/AAAQEAYEAUDAOCAJ";
/// The name of the key.
pub(crate) const KEY_NAME: &str = "qr-1";

/// An envelope before it is signed.
pub(crate) struct Parts {
    /// The encoded claims.
    pub(crate) claims: Vec<u8>,
    /// The members of the protected header.
    pub(crate) header: Vec<(Value, Value)>,
    pub(crate) unprotected: Vec<(Value, Value)>,
    /// How the claims become the payload.
    pub(crate) coding: fn(&[u8]) -> Vec<u8>,
    pub(crate) tag: u64,
    /// Who signs.
    pub(crate) signer: &'static str,
}

pub(crate) fn number(number: i64) -> Value {
    Value::Integer(number.into())
}

pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn numbers(all: &[i64]) -> Value {
    Value::Array(all.iter().copied().map(number).collect())
}

pub(crate) fn cbor(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    match ciborium::into_writer(value, &mut bytes) {
        Ok(()) => bytes,
        Err(error) => panic!("a statement of the corpus: {error}"),
    }
}

/// What the sample says of its certificate, by the keys of the private claim.
pub(crate) fn own() -> Vec<(i64, Value)> {
    let programme = vec![text("SYN-MK-2026-0004"), text("1.0"), Value::Bytes(vec![7; 16])];
    vec![
        (1, text("MC-A-000004-KRTB-O")),
        (2, text("2020-A-000004")),
        (3, text("Қалыпова Әсем Деректіқызы")),
        (4, Value::Array(programme)),
        (5, text("Инженерлік жобаларды басқару негіздері")),
        (6, text("Жоба үйлестірушісі")),
        (7, number(6)),
        (8, number(90)),
        (9, number(3)),
        (10, number(0)),
        (11, numbers(&[18_238, 18_270])),
        (12, number(18_273)),
        (13, number(90)),
        (14, numbers(&[92, 88])),
        (15, Value::Array(vec![text("жоспарлайды"), text("тәуекелдерді бағалайды")])),
        (16, numbers(&[41, 4_711])),
        (17, Value::Bytes(vec![9; 32])),
    ]
}

/// The claims around it. The day of issue is 2020-01-15.
pub(crate) fn claims(own: Vec<(i64, Value)>) -> Vec<(i64, Value)> {
    vec![
        (1, text(UNIVERSITY)),
        (5, number(18_276 * 86_400 - 18_000)),
        (7, Value::Bytes((0..10).collect())),
        (-65_537, map(own)),
    ]
}

pub(crate) fn map(members: Vec<(i64, Value)>) -> Value {
    Value::Map(members.into_iter().map(|(key, value)| (number(key), value)).collect())
}

pub(crate) fn header(format: i64, name: &str) -> Vec<(Value, Value)> {
    let name = Value::Bytes(name.as_bytes().to_vec());
    vec![(number(1), number(-8)), (number(3), number(format)), (number(4), name)]
}

pub(crate) fn zlib(claims: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    match encoder.write_all(claims).and_then(|()| encoder.finish()) {
        Ok(bytes) => bytes,
        Err(error) => panic!("deflating: {error}"),
    }
}

/// The honest envelope of these encoded claims.
pub(crate) fn parts(claims: Vec<u8>) -> Parts {
    Parts {
        claims,
        header: header(11_060, KEY_NAME),
        unprotected: Vec::new(),
        coding: zlib,
        tag: 18,
        signer: "qr",
    }
}

/// The honest envelope of the sample.
pub(crate) fn sample() -> Parts {
    parts(cbor(&map(claims(own()))))
}

impl Parts {
    /// What is signed (RFC 9052, "Signing and Verification Process").
    pub(crate) fn structure(&self) -> Vec<u8> {
        cbor(&Value::Array(vec![
            text("Signature1"),
            Value::Bytes(cbor(&Value::Map(self.header.clone()))),
            Value::Bytes(Vec::new()),
            Value::Bytes((self.coding)(&self.claims)),
        ]))
    }

    pub(crate) fn sealed(&self) -> Vec<u8> {
        let signature = key(self.signer).sign(&self.structure());
        let parts = vec![
            Value::Bytes(cbor(&Value::Map(self.header.clone()))),
            Value::Map(self.unprotected.clone()),
            Value::Bytes((self.coding)(&self.claims)),
            Value::Bytes(signature.to_vec()),
        ];
        cbor(&Value::Tag(self.tag, Box::new(Value::Array(parts))))
    }

    /// The text of the QR code.
    pub(crate) fn text(&self) -> String {
        format!("{ADDRESS}#T1{}", base41(&self.sealed()))
    }
}

/// `docs/qr.md`, "Base41".
pub(crate) fn base41(bytes: &[u8]) -> String {
    let digits: Vec<char> = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$+-/*".chars().collect();
    let mut text = String::new();
    for pair in bytes.chunks(2) {
        let mut number = pair.iter().fold(0, |number, byte| number * 256 + usize::from(*byte));
        for _ in 0..=pair.len() {
            text.push(digits[number % 41]);
            number /= 41;
        }
    }
    text
}
