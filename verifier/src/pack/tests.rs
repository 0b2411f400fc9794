use serde_json::{Value, json};

use super::*;
use crate::fuzzing::packs::{draft, sample, seal};
use crate::fuzzing::samples::{self, NOW};
use crate::policy::{Freshness, Policy};
use crate::report::{Check, Outcome, Report, Verdict};
use crate::wording::{human_report, report_line};
use crate::{Language, Problem};

/// 2026-05-01T00:00:00Z, when the list of the samples was signed.
const LIST_SIGNED: i64 = 1_777_593_600;

/// The report on a signed badge of the samples by nothing but this pack.
fn judged(pack: Pack, age_seconds_max: i64, now: i64) -> Report {
    let freshness = Freshness { as_of: pack.as_of(), age_seconds_max };
    let (trust, documents) = pack.into_parts();
    let [badge, ..] = samples::proved(&samples::badge());
    let policy = Policy::badge(trust).with_freshness(freshness);
    crate::verify(badge.to_string().as_bytes(), &documents, &policy, now)
}

fn open(revoked: &[usize]) -> Pack {
    let sealed = sample(revoked);
    Pack::open(&sealed.bytes, &sealed.key).unwrap()
}

/// A pack whose body is changed before it is signed.
fn changed(change: impl FnOnce(&mut Value)) -> Result<Pack, PackError> {
    let text = draft(&[]).unwrap().text().unwrap();
    let mut body: Value = serde_json::from_str(text.strip_prefix(FIRST_LINE).unwrap()).unwrap();
    change(&mut body);
    let sealed = seal(&format!("{FIRST_LINE}{body}\n"), 5).unwrap();
    Pack::open(&sealed.bytes, &sealed.key)
}

#[test]
fn a_pack_is_all_that_a_verdict_needs() {
    let pack = open(&[]);
    assert_eq!((pack.made_at(), pack.as_of()), (NOW, LIST_SIGNED));
    assert_eq!(pack.documents().len(), 2);
    assert!(pack.trust().issuers().eq([samples::ISSUER]));
    let age = NOW - LIST_SIGNED;
    assert_eq!(judged(pack, age, NOW).verdict(), Verdict::Valid);
    assert_eq!(judged(open(&[4_099]), age, NOW).verdict(), Verdict::Invalid);
}

#[test]
fn the_same_documents_make_the_same_pack() {
    assert_eq!(draft(&[]).unwrap().text(), draft(&[]).unwrap().text());
    assert_ne!(draft(&[]).unwrap().text(), draft(&[1]).unwrap().text());
}

#[test]
fn what_is_too_old_says_nothing_of_a_status_but_that_it_was_revoked() {
    let late = LIST_SIGNED + 3_601;
    for (revoked, age, verdict) in [
        (&[][..], 3_600, Verdict::Indeterminate),
        (&[], 3_601, Verdict::Valid),
        (&[4_099], 3_600, Verdict::Invalid),
    ] {
        let report = judged(open(revoked), age, late);
        assert_eq!(report.verdict(), verdict, "{report:?}");
    }
    let report = judged(open(&[]), 3_600, late);
    let Outcome::Unknown(Problem { code, detail, .. }) = report.outcome(Check::Status) else {
        panic!("{report:?}");
    };
    assert_eq!(*code, crate::Code::StatusStale);
    assert!(detail.contains("2026-05-01T00:00:00Z"), "{detail}");
    // Whoever has no status list has keys, which are as old.
    let mut plain = samples::badge();
    plain.as_object_mut().unwrap().remove("credentialStatus");
    let [plain, ..] = samples::proved(&plain);
    for (age, verdict) in [(3_601, Verdict::Valid), (3_600, Verdict::Indeterminate)] {
        let freshness = Freshness { as_of: LIST_SIGNED, age_seconds_max: age };
        let (trust, documents) = open(&[]).into_parts();
        let policy = Policy::badge(trust).with_freshness(freshness);
        let report = crate::verify(plain.to_string().as_bytes(), &documents, &policy, late);
        assert_eq!(report.verdict(), verdict, "{report:?}");
    }
}

#[test]
fn a_report_says_of_when_it_is() {
    let report = judged(open(&[]), i64::MAX, LIST_SIGNED + 7_300);
    assert_eq!(report.as_of(), Some(LIST_SIGNED));
    assert!(report_line(&report, "-").contains(r#","as_of":"2026-05-01T00:00:00Z","#));
    for (language, told) in [
        (Language::En, "Offline pack as of:           1 May 2026, 00:00 (UTC) (age in hours: 2)"),
        (
            Language::Ru,
            "Офлайн-пакет по состоянию на: 1 мая 2026 г., 00:00 (UTC) (прошло часов: 2)",
        ),
        (Language::Kk, "2026 жылғы 1 мамыр, 00:00 (UTC) (өткен сағат: 2)"),
    ] {
        let text = human_report(&report, "-", language);
        assert!(text.contains(told), "{text}");
    }
    // Before the pack was made it is not old, and its list is not valid yet.
    let report = judged(open(&[]), 0, LIST_SIGNED - 1);
    assert_eq!(report.verdict(), Verdict::Indeterminate);
}

#[test]
fn every_flipped_bit_and_every_cut_is_refused() {
    let sealed = sample(&[]);
    let opens = |bytes: &[u8]| Pack::open(bytes, &sealed.key).is_ok();
    assert!(opens(&sealed.bytes));
    for at in 0..sealed.bytes.len() {
        let mut flipped = sealed.bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        assert!(!opens(&flipped), "byte {at}");
        assert!(!opens(&sealed.bytes[..at]), "cut at {at}");
    }
    let more = [&sealed.bytes[..], b"x"].concat();
    assert!(!opens(&more));
}

#[test]
fn nobody_else_signs_packs() {
    let text = draft(&[]).unwrap().text().unwrap();
    let [own, other] = [5, 6].map(|seed| seal(&text, seed).unwrap());
    assert!(Pack::open(&own.bytes, &own.key).is_ok());
    for (pack, key) in [(&own, &other), (&other, &own)] {
        let refused = Pack::open(&pack.bytes, &key.key);
        assert_eq!(refused.unwrap_err(), PackError::Signature(LogError::NotSigned));
    }
    // What the key signs elsewhere is no pack.
    let note = seal("example.org/log\n1\nAAAA\n", 5).unwrap();
    assert!(matches!(Pack::open(&note.bytes, &note.key), Err(PackError::Malformed(_))));
}

#[test]
fn a_signed_body_is_read_strictly() {
    assert!(changed(|_| {}).is_ok());
    let malformed =
        |result: Result<Pack, PackError>| matches!(result, Err(PackError::Malformed(_)));
    assert!(malformed(changed(|body| body["note"] = json!("x"))));
    assert!(malformed(changed(|body| body["documents"][0]["note"] = json!("x"))));
    assert!(malformed(changed(|body| body["documents"][0]["kind"] = json!("leaflet"))));
    assert!(malformed(changed(|body| body["made_at"] = json!("2026-05-01T05:00:00+05:00"))));
    assert!(malformed(changed(
        |body| body["documents"][0]["as_of"] = json!("2099-01-01T00:00:00Z")
    )));
    assert_eq!(changed(|body| body["version"] = json!(2)).unwrap_err(), PackError::Version(2));
    let trust = changed(|body| body["trust"] = json!("{}"));
    assert!(matches!(trust, Err(PackError::Trust(_))));
    let twice = changed(|body| {
        let first = body["documents"][0].clone();
        body["documents"].as_array_mut().unwrap().push(first);
    });
    assert_eq!(twice.unwrap_err(), PackError::Repeated(samples::ISSUER.to_owned()));
    let many = changed(|body| {
        let first = body["documents"][0].clone();
        let most = limits::PACK_DOCUMENTS_MAX + 1;
        body["documents"] = (0..most).map(|_| first.clone()).collect();
    });
    assert!(matches!(many, Err(PackError::TooMany { .. })));
}

#[test]
fn a_list_in_the_place_of_another_one_is_not_believed() {
    let pack = changed(|body| {
        let documents = body["documents"].as_array_mut().unwrap();
        let list = documents.iter_mut().find(|one| one["kind"] == "status-list").unwrap();
        // The list of somebody who is not the issuer, under the name of the issuer's.
        list["text"] = list["text"].as_str().unwrap().replace("/status/1", "/status/2").into();
    });
    assert_eq!(judged(pack.unwrap(), i64::MAX, NOW).verdict(), Verdict::Indeterminate);
}

#[test]
fn only_what_verifies_is_packed() {
    let fault = |result: Result<(), PackError>| match result {
        Err(PackError::Document { fault, .. }) => fault,
        other => panic!("{other:?}"),
    };
    let trust = samples::trust_list().to_string();
    let document = || samples::did_document().to_string().into_bytes();
    let list = || samples::status_list(&samples::bits(&[])).to_string();
    let mut draft = PackDraft::new(trust.as_bytes(), NOW).unwrap();
    let url = samples::STATUS_LIST_URL;

    let stranger = fault(draft.add_key_document("did:web:other.example", document(), None));
    assert!(stranger.contains("does not name"), "{stranger}");
    let empty = format!(r#"{{"id":"{}"}}"#, samples::ISSUER).into_bytes();
    let keyless = fault(draft.add_key_document(samples::ISSUER, empty, None));
    assert!(keyless.contains("no usable key"), "{keyless}");
    // A list without the key that signed it.
    let _ = fault(draft.add_status_list(url, list().into_bytes(), None).map(drop));
    draft.add_key_document(samples::ISSUER, document(), None).unwrap();
    let again = draft.add_key_document(samples::ISSUER, document(), None);
    assert_eq!(again, Err(PackError::Repeated(samples::ISSUER.to_owned())));

    let forged = list().replace("2026-07-01", "2036-07-01").into_bytes();
    let forged = fault(draft.add_status_list(url, forged, None).map(drop));
    assert!(forged.contains("signature"), "{forged}");
    let other = fault(
        draft.add_status_list("https://issuer.example/status/2", list().into(), None).map(drop),
    );
    assert!(other.contains("another one"), "{other}");
    let _ = fault(draft.add_status_list(url, b"{}".to_vec(), None).map(drop));
    draft.add_status_list(url, list().into_bytes(), Some(NOW - 60)).unwrap();
    let sealed = seal(&draft.text().unwrap(), 5).unwrap();
    // Fetched: it was what its issuer published a minute ago.
    assert_eq!(Pack::open(&sealed.bytes, &sealed.key).unwrap().as_of(), NOW - 60);

    let mut late = PackDraft::new(trust.as_bytes(), 1_790_000_000).unwrap();
    late.add_key_document(samples::ISSUER, document(), None).unwrap();
    let stale = fault(late.add_status_list(url, list().into_bytes(), None).map(drop));
    assert!(stale.contains("expired"), "{stale}");
}
