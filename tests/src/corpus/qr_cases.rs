//! Section K: the texts of QR codes, and the vectors of their format.

use ciborium::Value;
use serde_json::{Value as Json, json};
use verifier::{Check, Code};

use super::case::{Case, bytes_case};
use super::keys::key;
use super::qr_rows::{Answer, changed, rows};
use super::statement::{
    ADDRESS, KEY_NAME, Parts, cbor, claims, header, map, number, own, parts, sample,
};

pub(super) fn cases() -> Vec<Case> {
    let rows = rows().into_iter().map(|row| {
        let case = text_case(row.id, row.says, row.text);
        match row.answer {
            Answer::Genuine => case,
            Answer::Refused => case.refused(Check::Read, Code::StatementMalformed),
            Answer::Limit => case.refused(Check::Read, Code::Limit),
            Answer::Claims => case.invalid(Check::Shape, Code::MalformedValue),
            Answer::Address => case.invalid(Check::Shape, Code::AddressNotOfIssuer),
            Answer::Signature => case.invalid(Check::Proof, Code::Signature),
        }
    });
    rows.chain(verdicts()).chain(other_texts()).collect()
}

fn text_case(id: &str, says: &str, text: String) -> Case {
    bytes_case(id, says, text.into_bytes()).named("code.txt")
}

/// What depends on more than the text: the register of keys, the status list, the time.
fn verdicts() -> Vec<Case> {
    let honest = || sample().text();
    let with_status =
        |list: i64, place: i64| changed(16, Value::Array(vec![number(list), number(place)])).text();
    let by = |name: &'static str, signer| {
        Parts { header: header(11_060, name), signer, ..sample() }.text()
    };
    let issued_on = |day: i64| {
        let mut claims = claims(own());
        claims[1].1 = number(day * 86_400 - 18_000);
        parts(cbor(&map(claims))).text()
    };
    vec![
        text_case("K01-no-documents", "A genuine statement and nothing else.", honest())
            .alone()
            .indeterminate(Check::Key, Code::DocumentMissing),
        text_case("K01-nobody-trusted", "A genuine statement for somebody who trusts nobody.", honest())
            .trusting("nobody")
            .untrusted(Code::NoTrustList),
        text_case("K01-revoked", "The status list revokes the certificate.", with_status(42, 94))
            .invalid(Check::Status, Code::Revoked),
        text_case("K01-no-list", "The status list is not at hand.", with_status(43, 94))
            .indeterminate(Check::Status, Code::StatusRetrieval),
        text_case(
            "K01-key-of-credentials",
            "A statement signed with the issuer's key for credentials, which is pinned for those alone.",
            by("key-1", "university"),
        )
        .untrusted(Code::KeyNotPinned),
        text_case("K01-unknown-key", "A key that the issuer's document does not list.", by("qr-9", "qr"))
            .invalid(Check::Key, Code::VerificationMethod),
        text_case(
            "K01-not-yet-issued",
            "The day of issue lies in the future.",
            issued_on(18_300),
        )
        .at("2020-02-07T18:59:59Z")
        .invalid(Check::Validity, Code::NotYetValid),
        text_case(
            "K01-issued-today",
            "The day of issue begins this second, in Kazakhstan.",
            issued_on(18_300),
        )
        .at("2020-02-07T19:00:00Z"),
    ]
}

/// Texts of other codes: none of them is taken for a statement.
fn other_texts() -> Vec<Case> {
    [
        (
            "K07-plain-address",
            "The address of a certificate without a statement.",
            ADDRESS.to_owned(),
        ),
        (
            "K07-health-certificate",
            "An EU Digital COVID Certificate.",
            "HC1:6BFOXN%TS3DH0YOJ58S S-W5HDC".to_owned(),
        ),
        (
            "K07-statement-of-a-script",
            "A script as the scheme.",
            sample().text().replacen("https", "javascript", 1),
        ),
        (
            "K07-later-version",
            "A mark of a later version.",
            sample().text().replacen("#T1", "#T2", 1),
        ),
    ]
    .map(|(id, says, text)| text_case(id, says, text).refused(Check::Read, Code::ForeignCode))
    .into_iter()
    .chain([text_case("K07-nul", "NUL before the address.", format!("\0{}", sample().text()))
        .refused(Check::Read, Code::Parsing)])
    .collect()
}

/// `tests/vectors/qr/vectors.json`: what `docs/qr.md` says of each text.
#[must_use]
pub fn qr_vectors() -> Json {
    let vectors = rows().into_iter().map(|row| {
        let outcome = match row.answer {
            Answer::Genuine => "genuine",
            Answer::Refused | Answer::Limit => "refused",
            Answer::Claims | Answer::Address | Answer::Signature => "invalid",
        };
        let mut vector = json!({ "says": row.says, "text": row.text, "outcome": outcome });
        if row.id == "K01-genuine" {
            vector["key"] = json!(KEY_NAME);
            vector["claims"] = json_of(&map(claims(own())));
            vector["signed"] = json!(hex(&sample().structure()));
        }
        vector
    });
    json!({
        "synthetic": true,
        "says": "Texts of QR codes as docs/qr.md describes them; byte strings in hexadecimal digits. `signed` is the Sig_structure.",
        "public_key": hex(&key("qr").public_bytes()),
        "vectors": vectors.collect::<Vec<_>>(),
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn json_of(value: &Value) -> Json {
    match value {
        Value::Integer(number) => {
            json!(i128::from(*number).to_string().parse::<i64>().unwrap_or_default())
        }
        Value::Bytes(bytes) => json!(hex(bytes)),
        Value::Text(text) => json!(text),
        Value::Array(items) => items.iter().map(json_of).collect(),
        Value::Map(members) => {
            let member = |(key, value): &(Value, Value)| (json_of(key).to_string(), json_of(value));
            Json::Object(members.iter().map(member).collect())
        }
        other => panic!("a statement of the corpus holds {other:?}"),
    }
}
