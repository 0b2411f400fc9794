//! The corridor of issuing under trouble: repetitions, failures of the register, programmes in several versions.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::thread;

use jiff::Timestamp;
use serde_json::Value;

use super::group::{Answer, Job};
use super::{Ground, Identity, Issuance, IssueError, Outcome, Request, StatusLists, Witnesses};
use crate::completion::{Claim, Completion, Known, Table, check_row};
use crate::keys::Keyring;
use crate::profile::{IssuerProfile, PublicUrl};
use crate::programme::{Programme, ProgrammeFile};
use crate::register::moody::Moody;
use crate::register::{AppendError, Log, LogPlace, Register, Revocation, RevocationReason};
use crate::store::Store;

/// Nobody is known yet.
struct Nobody;

impl Known for Nobody {
    fn key_of(&self, iin: &crate::completion::Iin) -> String {
        iin.expose().to_owned()
    }

    fn by_key(&self, _: &str) -> Option<crate::completion::KnownLearner> {
        None
    }

    fn by_reference(&self, _: &str) -> Option<crate::completion::KnownLearner> {
        None
    }

    fn by_email(&self, _: &str) -> Option<crate::completion::KnownLearner> {
        None
    }

    fn certificate(&self, _: &Claim) -> Option<crate::completion::KnownCertificate> {
        None
    }
}

fn now() -> Timestamp {
    "2026-11-23T06:00:00Z".parse().unwrap()
}

fn issuance(directory: &Path, programmes: &[Programme]) -> (Issuance, Arc<Moody>) {
    let profile: IssuerProfile =
        serde_json::from_str(include_str!("../../sample/issuer.json")).unwrap();
    let public_url = PublicUrl::parse(&profile.url).unwrap();
    let keyring = Keyring::generate().unwrap();
    let identity = Identity {
        profile,
        public_url,
        keyring,
        witnesses: Witnesses::default(),
        epoch: 1,
        earlier_logs: Vec::new(),
    };
    let moody = Arc::new(Moody::default());
    let register: Arc<dyn Register> = moody.clone();
    let store = Store::open(directory, Arc::clone(&register)).unwrap();
    let lists = StatusLists::new(&directory.join("status"), 7);
    let key = identity.log_key().unwrap();
    let place =
        LogPlace { directory: directory.join("log"), key, anchor: None, earlier: Vec::new() };
    let log = Log::open(place, &*register).unwrap();
    let ground = Ground {
        identity: Arc::new(identity),
        register,
        status_lists: Arc::new(lists),
        log: Arc::new(log),
    };
    let issuance = Issuance::new(ground, "A".to_owned(), store).unwrap();
    issuance.register_keys(now()).unwrap();
    issuance.register_programmes(programmes, now()).unwrap();
    (issuance, moody)
}

fn programmes() -> Vec<Programme> {
    ProgrammeFile::parse(include_bytes!("../../sample/programmes.json")).unwrap().programmes
}

fn completions(count: usize) -> Vec<Completion> {
    let table = Table::read(include_bytes!("../../sample/completions.csv")).unwrap();
    let known = programmes().into_iter().collect();
    let today = "2026-11-23".parse().unwrap();
    let rows = table.rows.into_iter().take(count).map(Result::unwrap);
    rows.map(|row| check_row(&row, &known, &Nobody, today).unwrap()).collect()
}

fn request(completion: &Completion, key: &str) -> Request {
    Request {
        learner_key: completion.learner.reference.clone(),
        sealed_iin: None,
        idempotency_key: key.to_owned(),
        request_hash: key.to_owned(),
        completion: completion.clone(),
    }
}

fn number(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Issued(number) => number,
        other => panic!("{other:?}"),
    }
}

/// A long piece of work goes by the time of its beginning, and meanwhile the service signs the list anew.
#[test]
fn a_status_list_that_was_signed_meanwhile_does_not_stop_the_work() {
    let directory = tempfile::tempdir().unwrap();
    let (issuance, _) = issuance(directory.path(), &programmes());
    let later = now().checked_add(jiff::SignedDuration::from_mins(10)).unwrap();
    issuance.status_list(1, later).unwrap();
    let first = &completions(1)[0];
    let outcome = issuance.issue(&[request(first, "one")], now()).unwrap();
    assert!(number(&outcome[0]).starts_with("MC-A-"));
}

#[test]
fn a_repetition_gets_the_first_answer() {
    let directory = tempfile::tempdir().unwrap();
    let (issuance, _) = issuance(directory.path(), &programmes());
    let first = &completions(1)[0];
    // In one batch and in the next.
    let twice = [request(first, "k"), request(first, "k"), request(first, "other key")];
    let outcomes = issuance.issue(&twice, now()).unwrap();
    let issued = number(&outcomes[0]).to_owned();
    assert_eq!(outcomes[1], Outcome::Unchanged(issued.clone()));
    assert_eq!(outcomes[2], Outcome::Duplicate(issued.clone()));
    let mut changed = request(first, "k");
    changed.request_hash = "another body".to_owned();
    let later = issuance.issue(&[request(first, "k"), changed], now()).unwrap();
    assert_eq!(later, [Outcome::Unchanged(issued.clone()), Outcome::Conflict(issued.clone())]);
    // Once it is revoked, another act may certify the same completion; the same act still finds the old one.
    let revocation = Revocation {
        number: issued.clone(),
        reason: RevocationReason::IssuedInError,
        by: "a".to_owned(),
        confirmed_by: None,
        revoked_at: now(),
        superseded_by: None,
    };
    issuance.revoke(revocation).unwrap();
    let again = issuance.issue(&[request(first, "k"), request(first, "new")], now()).unwrap();
    assert_eq!(again[0], Outcome::Unchanged(issued.clone()));
    assert_ne!(number(&again[1]), issued);
}

#[test]
fn numbers_of_a_refused_append_are_given_again_and_nothing_is_doubled() {
    let directory = tempfile::tempdir().unwrap();
    let (issuance, register) = issuance(directory.path(), &programmes());
    let rows = completions(3);
    let requests: Vec<Request> =
        rows.iter().map(|row| request(row, &row.learner.reference)).collect();
    let first = issuance.issue(&requests[..1], now()).unwrap();
    register.refuse(true);
    let refused = issuance.issue(&requests, now());
    assert!(matches!(refused, Err(IssueError::Append(AppendError::Conflict { .. }))));
    register.refuse(false);
    let outcomes = issuance.issue(&requests, now()).unwrap();
    assert_eq!(outcomes[0], Outcome::Unchanged(number(&first[0]).to_owned()));
    let numbers: Vec<&str> = outcomes[1..].iter().map(number).collect();
    assert!(numbers[0].starts_with("MC-A-000002-") && numbers[1].starts_with("MC-A-000003-"));
    assert_eq!(issuance.store.certificates().count(), 3);
}

#[test]
fn the_version_registered_last_certifies() {
    let directory = tempfile::tempdir().unwrap();
    let version = |version: &str| {
        let mut document: Value = programmes()[0].document().clone();
        document["register"]["version"] = version.into();
        Programme::parse(&document).unwrap()
    };
    let (issuance, _) = issuance(directory.path(), &[version("1.9"), version("1.10")]);
    let completion = &completions(1)[0];
    let outcomes = issuance.issue(&[request(completion, "k")], now()).unwrap();
    let record = issuance.store.certificate(number(&outcomes[0])).unwrap().unwrap();
    assert_eq!(record.certificate.programme_version, "1.10");
    assert_eq!(issuance.programmes().latest(&completion.programme_code).unwrap().version, "1.10");
}

#[test]
fn a_changed_programme_stops_the_whole_file() {
    let directory = tempfile::tempdir().unwrap();
    let all = programmes();
    let (issuance, _) = issuance(directory.path(), &all[..1]);
    assert_eq!(issuance.register_programmes(&all[..1], now()).unwrap(), [false]);
    let mut document: Value = all[0].document().clone();
    document["badge"]["tags"] = serde_json::json!(["other"]);
    let changed = Programme::parse(&document).unwrap();
    let refused = issuance.register_programmes(&[all[1].clone(), changed], now());
    assert!(matches!(refused, Err(IssueError::ProgrammeChanged { .. })));
    assert_eq!(issuance.programmes().codes().count(), 1);
}

#[test]
fn a_status_list_is_never_turned_back() {
    let directory = tempfile::tempdir().unwrap();
    let (issuance, _) = issuance(directory.path(), &programmes());
    let later = issuance.status_list(1, now()).unwrap();
    let earlier = now() - jiff::SignedDuration::from_secs(3_600);
    assert_eq!(issuance.status_list(1, earlier).unwrap(), later);
}

fn job(requests: Vec<Request>) -> Job {
    Job { requests, now: now() }
}

/// The answers of one turn in which these callers were served together, by one append.
fn together(issuance: &Issuance, jobs: &[&Job]) -> Result<Vec<Answer>, IssueError> {
    issuance.issue_together(&mut None, jobs)
}

#[test]
fn callers_of_one_turn_get_each_their_own_answer() {
    let directory = tempfile::tempdir().unwrap();
    let (issuance, _) = issuance(directory.path(), &programmes());
    let rows = completions(3);
    let good = job(vec![request(&rows[0], "0"), request(&rows[1], "1")]);
    let same = job(vec![request(&rows[1], "1"), request(&rows[2], "2")]);
    let mut unknown = rows[2].clone();
    unknown.programme_code = "MK-NONE-01".to_owned();
    let bad = job(vec![request(&rows[2], "3"), request(&unknown, "4")]);
    let answers = together(&issuance, &[&good, &bad, &same]).unwrap();
    let [Ok(good), Err(IssueError::Programme { .. }), Ok(same)] = &answers[..] else {
        panic!("{answers:?}")
    };
    assert_eq!(same[0], Outcome::Unchanged(number(&good[1]).to_owned()));
    // The caller who got none cost no number, and his other request keeps nobody from it.
    let serials = [&good[0], &good[1], &same[1]].map(|outcome| number(outcome)[5..11].to_owned());
    assert_eq!(serials, ["000001", "000002", "000003"]);
    assert_eq!(issuance.store.certificates().count(), 3);
}

#[test]
fn a_failed_turn_is_told_to_everyone_and_acknowledges_nobody() {
    let directory = tempfile::tempdir().unwrap();
    let (issuance, register) = issuance(directory.path(), &programmes());
    let rows = completions(8);
    register.refuse(true);
    thread::scope(|scope| {
        for row in &rows {
            let issuance = &issuance;
            scope.spawn(move || {
                let refused = issuance.issue(&[request(row, &row.learner.reference)], now());
                let refused = refused.unwrap_err();
                assert!(matches!(refused.cause(), IssueError::Append(_)), "{refused}");
                assert!(refused.to_string().contains("did not take"), "{refused}");
            });
        }
    });
    assert_eq!(issuance.store.certificates().count(), 0);
}

#[test]
fn many_callers_are_each_answered_once() {
    let directory = tempfile::tempdir().unwrap();
    let (issuance, _) = issuance(directory.path(), &programmes());
    let rows = completions(16);
    // Each row twice, by callers who do not know of each other.
    let answers: Vec<(String, Outcome)> = thread::scope(|scope| {
        let callers: Vec<_> = rows
            .iter()
            .chain(&rows)
            .map(|row| {
                let issuance = &issuance;
                scope.spawn(move || {
                    let key = format!("{}/{}", row.learner.reference, row.programme_code);
                    let outcomes = issuance.issue(&[request(row, &key)], now()).unwrap();
                    (key, outcomes[0].clone())
                })
            })
            .collect();
        callers.into_iter().map(|caller| caller.join().unwrap()).collect()
    });
    let issued: HashMap<_, _> = answers
        .iter()
        .filter_map(|(key, outcome)| match outcome {
            Outcome::Issued(number) => Some((key, number)),
            _ => None,
        })
        .collect();
    assert_eq!(issued.len(), rows.len());
    for (key, outcome) in &answers {
        let (Outcome::Issued(number) | Outcome::Unchanged(number)) = outcome else {
            panic!("{outcome:?}")
        };
        assert_eq!(issued[key], number);
    }
    let numbers: HashSet<_> = issued.values().collect();
    assert_eq!(numbers.len(), rows.len());
    assert_eq!(issuance.store.serial("MC-A").unwrap(), 16, "no number is lost");
}
