use ed25519_dalek::{Signer, SigningKey};

use super::*;
use crate::documents::{Document, Documents};
use crate::identifier::Multikey;
use crate::policy::Policy;
use crate::report::{Check, Outcome, Report, Verdict};
use crate::trust::TrustList;
use crate::verify;

const ISSUER: &str = "did:web:credentials.example.org";
const ADDRESS: &str = "https://credentials.example.org/c/AAAQEAYEAUDAOCAJ";
/// 2026-06-01.
const NOW: i64 = 1_780_272_000;

/// Of a person who does not exist.
fn sample() -> Statement {
    Statement {
        issuer: ISSUER.to_owned(),
        handle: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        number: "MC-A-000004-KRTB-O".to_owned(),
        registration_number: "2026-A-000004".to_owned(),
        holder: "Қалыпова Әсем Деректіқызы".to_owned(),
        programme: StatedProgramme {
            registration_number: "SYN-MK-2026-0004".to_owned(),
            version: "1.0".to_owned(),
            digest: [7; 16],
            title: "Инженерлік жобаларды басқару негіздері".to_owned(),
            qualification: "Жоба үйлестірушісі".to_owned(),
            level: 6,
            hours: 90,
            credits: 3,
            study_form: 0,
        },
        period: [20_549, 20_581],
        commission_day: 20_586,
        issue_day: 20_588,
        percent: 90,
        scores: vec![92, 88],
        competences: vec!["жоспарлайды".to_owned(), "тәуекелдерді бағалайды".to_owned()],
        status: [1, 4_711],
        editions: [9; 32],
    }
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn text(statement: &Statement) -> String {
    let unsigned = statement.prepare("qr-1");
    let signature = key().sign(unsigned.signing_input()).to_bytes();
    format!("{ADDRESS}{}", unsigned.fragment(&signature))
}

/// These claims behind the sample's address, signed.
fn with_claims(claims: Vec<u8>) -> String {
    let contents = Contents::of(claims, "qr-1");
    let signature = key().sign(&contents.signing_input()).to_bytes();
    format!("{ADDRESS}{MARK}{}", base41::encode(&contents.sealed(&signature)))
}

/// The report of somebody who pins the key for this use, and has the issuer's document.
fn report(text: &str, by_use: &str) -> Report {
    let multikey = Multikey::from_bytes(key().verifying_key().as_bytes()).unwrap();
    let id = format!("{ISSUER}#qr-1");
    let document = serde_json::json!({
        "id": ISSUER, "assertionMethod": [id],
        "verificationMethod": [{ "id": id, "type": "Multikey", "controller": ISSUER, "publicKeyMultibase": multikey.to_string() }],
    });
    let pinned = serde_json::json!({ "id": id, "multibase": multikey.to_string(), "use": by_use });
    let trust =
        serde_json::json!({ "version": 1, "issuers": [{ "id": ISSUER, "keys": [pinned] }] });
    let mut documents = Documents::new();
    documents.insert(ISSUER, Ok(Document::new(document.to_string().into_bytes(), None)));
    let policy = Policy::badge(TrustList::parse(trust.to_string().as_bytes()).unwrap());
    verify(text.as_bytes(), &documents, &policy, NOW)
}

fn code(report: &Report, check: Check) -> Option<Code> {
    match report.outcome(check) {
        Outcome::Fail(problem)
        | Outcome::Refused(problem)
        | Outcome::Unknown(problem)
        | Outcome::Unlisted(problem) => Some(problem.code),
        _ => None,
    }
}

#[test]
fn what_is_written_is_read() {
    for statement in [
        sample(),
        Statement { competences: Vec::new(), ..sample() },
        Statement { scores: Vec::new(), competences: Vec::new(), ..sample() },
    ] {
        let text = text(&statement);
        let carried = Carried::read(text.as_bytes()).unwrap();
        assert_eq!(carried.statement().unwrap(), statement);
        assert_eq!(carried.url(), ADDRESS);
        let multikey = key().verifying_key();
        let signature = ed25519_dalek::Signature::from_bytes(&carried.envelope.signature);
        multikey.verify_strict(&carried.envelope.signing_input, &signature).unwrap();
    }
}

#[test]
fn a_genuine_statement_lacks_only_its_status_list() {
    let report = report(&text(&sample()), "qr-statements");
    for check in
        [Check::Read, Check::Shape, Check::Key, Check::Proof, Check::Validity, Check::Trust]
    {
        assert_eq!(*report.outcome(check), Outcome::Pass, "{report:?}");
    }
    for check in [Check::Context, Check::Inclusion] {
        assert_eq!(*report.outcome(check), Outcome::Absent);
    }
    assert_eq!(report.verdict(), Verdict::Indeterminate);
    assert_eq!(report.documents_missing(), ["https://credentials.example.org/status/1"]);
    assert_eq!(report.subject().id.as_deref(), Some(ADDRESS));
    let view = report.view().unwrap();
    assert_eq!(
        view["credentialSubject"]["identifier"][0]["identityHash"],
        "Қалыпова Әсем Деректіқызы"
    );
    assert_eq!(view["validFrom"], "2026-05-15T00:00:00+05:00");
    assert_eq!(view["credentialSubject"]["activityStartDate"], "2026-04-06T00:00:00+05:00");
}

#[test]
fn its_key_signs_nothing_else_and_no_other_key_signs_it() {
    let report = report(&text(&sample()), "credentials");
    assert_eq!(code(&report, Check::Trust), Some(Code::KeyNotPinned));
}

#[test]
fn no_character_can_be_changed_or_left_out() {
    let honest = text(&sample());
    let accepted =
        |text: &str| report(text, "qr-statements").outcome(Check::Proof) == &Outcome::Pass;
    assert!(accepted(&honest));
    for (at, character) in honest.char_indices() {
        for other in ['0', 'A', '$', '*', 'z', '.', '/'] {
            // The host is read in any case, and `localhost` alone has two schemes.
            if !other.eq_ignore_ascii_case(&character) {
                let mut changed = honest.clone();
                changed.replace_range(at..=at, &other.to_string());
                assert!(!accepted(&changed), "{changed}");
            }
        }
        assert!(!accepted(&honest[..at]), "cut at {at}");
        assert!(!accepted(&format!("{}{}", &honest[..at], &honest[at + 1..])), "without {at}");
    }
    for ending in ["0", "00", "000", "#", "%20", "."] {
        assert!(!accepted(&format!("{honest}{ending}")), "{ending}");
    }
    assert!(accepted(&honest.replacen("https://credentials", "HTTPS://CREDENTIALS", 1)));
    assert!(accepted(&format!(" {honest}\n")));
}

/// K01: the genuine statement behind the address of somebody else.
#[test]
fn a_statement_behind_another_address_is_invalid() {
    let honest = text(&sample());
    for (from, to) in [
        ("credentials.example.org", "credentials.example.org.evil.example"),
        ("credentials.example.org", "credentia1s.example.org"),
        ("credentials.example.org", "credentials.example.org@evil.example"),
        ("https://", "http://"),
        ("AAAQEAYEAUDAOCAJ", "AAAQEAYEAUDAOCAK"),
        ("AAAQEAYEAUDAOCAJ", "aaaqeayeaudaocaj"),
        ("AAAQEAYEAUDAOCAJ", "AAAQEAYEAUDAOCAJ?next=1"),
    ] {
        let moved = honest.replacen(from, to, 1);
        let report = report(&moved, "qr-statements");
        assert_eq!(code(&report, Check::Shape), Some(Code::AddressNotOfIssuer), "{moved}");
        assert_eq!(report.verdict(), Verdict::Invalid);
        assert!(report.view().is_none());
    }
}

/// K08: what inflates beyond all measure.
#[test]
fn a_bomb_is_refused() {
    let text = with_claims(vec![0; 3 * 1024 * 1024]);
    assert!(text.len() < limits::QR_TEXT_CHARS_MAX * 2, "{}", text.len());
    let bomb = with_claims(vec![0; 1024 * 1024]);
    assert!(bomb.len() < limits::QR_TEXT_CHARS_MAX);
    for text in [text, bomb] {
        let report = report(&text, "qr-statements");
        assert_eq!(code(&report, Check::Read), Some(Code::Limit));
        assert_eq!(report.verdict(), Verdict::Refused);
    }
}

/// The members of the sample's claims, changed and signed.
fn changed(change: impl FnOnce(&mut Vec<(i64, Value<'_>)>)) -> Report {
    let encoded = sample().encode();
    let Ok(Value::Map(mut members)) = Value::decode(&encoded) else {
        panic!("the sample is a map")
    };
    change(&mut members);
    report(&with_claims(Value::Map(members).encode()), "qr-statements")
}

/// The same of our own claims.
fn own_changed(change: impl FnOnce(&mut Vec<(i64, Value<'_>)>)) -> Report {
    changed(|members| match members.last_mut() {
        Some((-65_537, Value::Map(own))) => change(own),
        _ => panic!("our own claims are the last"),
    })
}

fn replaced(key: i64, value: Value<'_>) -> Report {
    let value = value.encode();
    own_changed(|own| {
        let leaked: &'static [u8] = Box::leak(value.into_boxed_slice());
        own.iter_mut().find(|(known, _)| *known == key).unwrap().1 = Value::decode(leaked).unwrap();
    })
}

#[test]
fn unknown_missing_and_malformed_claims_are_invalid() {
    assert_eq!(code(&changed(|_| {}), Check::Shape), None);
    let signed_and_odd = [
        changed(|members| members.insert(3, (8, Value::Number(1)))),
        changed(|members| members.push((-65_538, Value::Number(1)))),
        changed(|members| drop(members.remove(0))),
        changed(|members| drop(members.pop())),
        changed(|members| members[1].1 = Value::Number(1)),
        changed(|members| members[2].1 = Value::Bytes(vec![1; 9].into())),
        own_changed(|own| own.push((18, Value::Number(1)))),
        own_changed(|own| drop(own.remove(2))),
        own_changed(|own| drop(own.remove(13))),
        replaced(1, Value::text("")),
        replaced(3, Value::Number(1)),
        replaced(4, Value::Array(vec![])),
        replaced(7, Value::Number(9)),
        replaced(8, Value::Number(-1)),
        replaced(10, Value::Number(4)),
        replaced(11, Value::Array(vec![Value::Number(2), Value::Number(1)])),
        replaced(12, Value::Number(10_000_000)),
        replaced(13, Value::Number(101)),
        replaced(14, Value::Array(vec![Value::Number(101), Value::Number(1)])),
        replaced(15, Value::Array(vec![Value::text("one")])),
        replaced(15, Value::Array(vec![])),
        replaced(16, Value::Array(vec![Value::Number(0), Value::Number(1)])),
        replaced(16, Value::Array(vec![Value::Number(1), Value::Number(1 << 32)])),
        replaced(17, Value::Bytes(vec![1; 31].into())),
    ];
    for (row, report) in signed_and_odd.iter().enumerate() {
        assert_eq!(code(report, Check::Shape), Some(Code::MalformedValue), "row {row}: {report:?}");
        assert_eq!(report.verdict(), Verdict::Invalid, "row {row}");
    }
}

#[test]
fn another_spelling_of_the_same_claims_is_refused() {
    let claims = sample().encode();
    // The map of four with its length in two bytes; something behind it; a key twice.
    let longer = [&[0xb8, 4], &claims[1..]].concat();
    let followed = [claims.as_slice(), &[0]].concat();
    let twice = [&[0xa5, 1, 0], &claims[1..]].concat();
    for claims in [longer, followed, twice, b"{}".to_vec(), Vec::new()] {
        let report = report(&with_claims(claims), "qr-statements");
        assert_eq!(code(&report, Check::Read), Some(Code::StatementMalformed));
    }
}

#[test]
fn envelopes_of_another_form_are_refused() {
    let contents = Contents::of(sample().encode(), "qr-1");
    let signature = key().sign(&contents.signing_input()).to_bytes();
    let sealed = contents.sealed(&signature);
    let opened = |bytes: &[u8]| Envelope::open(bytes).is_ok();
    assert!(opened(&sealed));
    let Ok(Value::Tag(18, parts)) = Value::decode(&sealed) else { panic!("a COSE_Sign1") };
    let Value::Array(parts) = *parts else { panic!("of four parts") };
    let with = |place: usize, part: Value<'_>| {
        let mut parts = parts.clone();
        let bytes: &'static [u8] = Box::leak(part.encode().into_boxed_slice());
        parts[place] = Value::decode(bytes).unwrap();
        Value::Tag(18, Box::new(Value::Array(parts))).encode()
    };
    let header = |members: &[(i64, i64)], key: &str| {
        let mut members: Vec<_> = members.iter().map(|(k, v)| (*k, Value::Number(*v))).collect();
        members.push((4, Value::text(key)));
        Value::Bytes(Value::Map(members).encode().into())
    };
    assert!(!opened(&sealed[1..]));
    assert!(!opened(&Value::Tag(98, Box::new(Value::Array(parts.clone()))).encode()));
    assert!(!opened(&Value::Tag(18, Box::new(Value::Array(parts[..3].to_vec()))).encode()));
    assert!(!opened(&with(1, Value::Map(vec![(4, Value::bytes(b"qr-1"))]))));
    assert!(!opened(&with(3, Value::Bytes(vec![0; 63].into()))));
    assert!(!opened(&with(0, Value::Bytes(Vec::new().into()))));
    // A key's name as text, other algorithms and types, a member that nobody knows.
    assert!(!opened(&with(0, header(&[(1, -8), (3, 11_060)], "qr-1"))));
    for members in [
        vec![(1, -7), (3, 11_060)],
        vec![(1, -8), (3, 50)],
        vec![(1, -8)],
        vec![(1, -8), (2, 1), (3, 60)],
    ] {
        let mut members: Vec<_> = members.into_iter().map(|(k, v)| (k, Value::Number(v))).collect();
        members.push((4, Value::bytes(b"qr-1")));
        assert!(!opened(&with(0, Value::Bytes(Value::Map(members).encode().into()))));
    }
    for name in ["", "QR-1", "qr#1", "qr 1", &"q".repeat(33)] {
        let contents = Contents::of(sample().encode(), name);
        assert!(!opened(&contents.sealed(&signature)), "{name}");
    }
}

#[test]
fn handles_are_base32() {
    assert_eq!(handle_text(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), "AAAQEAYEAUDAOCAJ");
    assert_eq!(handle_text(&[0xff; 10]), "7".repeat(16));
    for bytes in [[0; 10], [0xff; 10], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [0x80; 10]] {
        assert_eq!(handle_bytes(&handle_text(&bytes)), Some(bytes));
    }
    for text in
        ["", "A", "AAAQEAYEAUDAOCA", "AAAQEAYEAUDAOCAJA", "AAAQEAYEAUDAOCA1", "aaaqeayeaudaocaj"]
    {
        assert_eq!(handle_bytes(text), None, "{text}");
    }
}

#[test]
fn the_digest_of_editions_depends_on_each_and_their_order() {
    let digest = editions_digest(&[[1; 32], [2; 32]]);
    let by_hand = [b"tanu-editions-v1\0".as_slice(), &[1; 32], &[2; 32]].concat();
    assert_eq!(digest, Hash::from(Sha256::digest(by_hand)));
    assert_ne!(digest, editions_digest(&[[2; 32], [1; 32]]));
}
