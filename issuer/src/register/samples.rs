//! Synthetic entries for tests of this room and of the store; no real person is in them.

use jiff::Timestamp;
use jiff::civil::date;
use verifier::Language;

use crate::completion::{Completion, Learner, LearnerCategory, PersonName};
use crate::programme::StudyForm;
use crate::register::{Certificate, Edition, Revocation, RevocationReason, StatusEntry};

use super::{Event, NewEntry};

pub(crate) fn time(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_778_800_000 + seconds).unwrap()
}

pub(crate) fn entry(seconds: i64, payload: Event) -> NewEntry {
    NewEntry { time: time(seconds), commitments: vec![[7; 32], [9; 32]], payload }
}

pub(crate) fn prefix(prefix: &str) -> NewEntry {
    entry(0, Event::InstanceRegistered { prefix: prefix.to_owned() })
}

pub(crate) fn issued(certificate: Certificate) -> NewEntry {
    entry(1, Event::CertificateIssued(Box::new(certificate)))
}

pub(crate) fn revocation(number: &str) -> Revocation {
    Revocation {
        number: number.to_owned(),
        reason: RevocationReason::Misconduct,
        by: "registrar".to_owned(),
        confirmed_by: None,
        revoked_at: time(5),
        superseded_by: None,
    }
}

/// The certificate `n` of the learner `learner`, two editions, status indices 2n and 2n + 1 of list 1.
pub(crate) fn certificate(n: u32, learner: u32) -> Certificate {
    let edition = |language: Language, index| Edition {
        language,
        credential: format!(r#"{{"id":"/c/H{n}/{}","name":"Үлгі {n}"}}"#, language.tag()),
        status: StatusEntry { list: 1, index },
    };
    Certificate {
        number: format!("T-{n:06}-K"),
        registration_number: format!("2026-A-{n:06}"),
        handle: format!("HANDLE{n:010}"),
        learner_key: format!("learner/{learner}"),
        sealed_iin: None,
        idempotency_key: format!("request-{n}"),
        request_hash: "00".repeat(32),
        completion: completion(learner),
        programme_version: "1.0".to_owned(),
        issued_at: time(1),
        editions: vec![edition(Language::Kk, 2 * n), edition(Language::Ru, 2 * n + 1)],
        statement: Some(format!("#T1{n:010}")),
    }
}

fn completion(learner: u32) -> Completion {
    Completion {
        learner: Learner {
            reference: format!("SYN-{learner:04}"),
            name: PersonName {
                family: "Үлгіқызы".to_owned(),
                given: format!("Сынақ{learner}"),
                patronymic: None,
            },
            name_latin: None,
            iin: None,
            email: Some(format!("syn{learner}@example.org")),
            category: LearnerCategory::Student,
            employer: None,
            did: None,
        },
        programme_code: "MK-DL-01".to_owned(),
        study_form: StudyForm::Blended,
        language: "kk".to_owned(),
        period_start: date(2026, 2, 2),
        period_end: date(2026, 5, 1),
        score_percent: 91,
        outcome_scores: vec![("LO1".to_owned(), 90), ("LO2".to_owned(), 92)],
        commission_date: date(2026, 5, 4),
        commission_protocol: "SYN-7".to_owned(),
        issue_date: date(2026, 5, 15),
        consent_date: date(2026, 1, 30),
    }
}
