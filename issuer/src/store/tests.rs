//! The store against the register: grown, rebuilt, damaged, ahead.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use verifier::Language;

use super::{CertificateState, Store, StoreError};
use crate::register::Certificate;
use crate::register::samples::{self, certificate, entry, issued, prefix, revocation};
use crate::register::{
    ErasedCertificate, Erasure, IssuedTranscript, PageChange, Switch, check_erasable,
};
use crate::register::{Event, KeyPurpose, MemoryRegister, NewEntry, Register, RegisteredKey, Void};

type Dump = BTreeMap<Vec<u8>, Vec<u8>>;

fn dump(store: &Store) -> Dump {
    store
        .tree
        .iter()
        .map(|found| found.map(|(key, value)| (key.to_vec(), value.to_vec())).unwrap())
        .collect()
}

fn revoked(number: &str) -> NewEntry {
    entry(9, Event::CertificateRevoked(revocation(number)))
}

fn programme(code: &str, version: &str) -> NewEntry {
    let programme = serde_json::json!({"code": code, "register": {"version": version}});
    entry(2, Event::ProgrammeRegistered { programme })
}

fn key(id: &str) -> NewEntry {
    let multibase = "z6Mk".to_owned();
    let key = RegisteredKey { id: id.to_owned(), multibase, purpose: KeyPurpose::Credentials };
    entry(3, Event::KeyAdded(key))
}

/// A certificate that does not compress below 16 KiB.
fn large(n: u32) -> Certificate {
    let mut certificate = certificate(n, 1);
    let mut noise = 88_172_645_463_325_252_u64;
    for _ in 0..4_000 {
        noise ^= noise << 13;
        noise ^= noise >> 7;
        noise ^= noise << 17;
        certificate.editions[0].credential.push_str(&format!("{noise:016x}"));
    }
    certificate
}

fn registered(entries: &[NewEntry]) -> Arc<MemoryRegister> {
    let register = Arc::new(MemoryRegister::new());
    register.append(0, entries).unwrap();
    register
}

fn some_entries() -> Vec<NewEntry> {
    vec![
        prefix("A"),
        programme("MK-DL-01", "1.0"),
        key("did:web:example.org#b"),
        key("did:web:example.org#a"),
        issued(certificate(1, 1)),
        issued(certificate(3, 2)),
        issued(certificate(2, 1)),
        programme("MK-DL-01", "0.9"),
        revoked("T-000003-K"),
        entry(
            10,
            Event::NumbersVoided(Void {
                number: "T-000009-K".to_owned(),
                registration_number: "2026-A-000007".to_owned(),
                reason: "the disk was full".to_owned(),
            }),
        ),
    ]
}

#[test]
fn answers_every_lookup() {
    let directory = tempfile::tempdir().unwrap();
    let register = registered(&some_entries());
    let store = Store::open(directory.path(), register.clone()).unwrap();
    assert_eq!(store.applied_size().unwrap(), 10);

    let record = store.certificate("T-000003-K").unwrap().unwrap();
    assert_eq!(record.certificate, certificate(3, 2));
    assert_eq!(record.register_index, 5);
    assert_eq!(record.state, CertificateState::Revoked(revocation("T-000003-K")));
    let by_handle = store.certificate_by_handle("handle0000000003").unwrap();
    assert_eq!(by_handle.as_ref(), Some(&record));
    assert_eq!(store.certificate_by_idempotency_key("request-3").unwrap(), Some(record));
    assert_eq!(store.certificate("T-000004-K").unwrap(), None);

    assert_eq!(store.numbers_of_learner("learner/1").unwrap(), ["T-000001-K", "T-000002-K"]);
    assert_eq!(store.numbers_of_learner("learner").unwrap(), [""; 0]);
    let learner = store.learner("learner/2").unwrap().unwrap();
    assert_eq!(learner.reference, "SYN-0002");
    let by_email = store.learner_key_by_email("SYN2@Example.org").unwrap();
    assert_eq!(by_email.as_deref(), Some("learner/2"));

    let in_order: Vec<_> =
        store.certificates().map(|record| record.unwrap().certificate.number).collect();
    assert_eq!(in_order, ["T-000001-K", "T-000003-K", "T-000002-K"]);
    assert_eq!(store.programmes().unwrap().len(), 1);
    let latest = store.programme("MK-DL-01").unwrap().unwrap();
    assert_eq!(latest["register"]["version"], "0.9");
    assert!(store.programme_version("MK-DL-01", "1.0").unwrap().is_some());
    let keys = store.keys().unwrap();
    assert_eq!(keys[0].key.id, "did:web:example.org#b");
    assert_eq!(store.prefix().unwrap().as_deref(), Some("A"));

    assert_eq!(store.serial("2026-A").unwrap(), 7);
    assert_eq!(store.serial("T").unwrap(), 9);
    assert_eq!(store.serial("2027-A").unwrap(), 0);
    assert_eq!(store.highest_list().unwrap(), Some(1));
    assert_eq!(store.used_indices(1).unwrap(), [2, 3, 4, 5, 6, 7]);
    assert_eq!(store.revoked_indices(1).unwrap(), [6, 7]);
    assert_eq!(store.used_indices(2).unwrap(), [0; 0]);
}

#[test]
fn keeps_status_bits_at_the_ends_of_chunks_and_lists() {
    let directory = tempfile::tempdir().unwrap();
    let mut issue = certificate(1, 1);
    let places = [(1, 0), (1, 4_095), (1, 4_096), (1, 131_071), (300, 8)];
    let edition = issue.editions[0].clone();
    issue.editions = places
        .map(|(list, index)| {
            let mut edition = edition.clone();
            edition.status.list = list;
            edition.status.index = index;
            edition
        })
        .to_vec();
    let register = registered(&[issued(issue), revoked("T-000001-K")]);
    let store = Store::open(directory.path(), register).unwrap();
    assert_eq!(store.used_indices(1).unwrap(), [0, 4_095, 4_096, 131_071]);
    assert_eq!(store.revoked_indices(300).unwrap(), [8]);
    assert_eq!(store.highest_list().unwrap(), Some(300));
}

#[test]
fn reads_large_records_from_the_register() {
    let directory = tempfile::tempdir().unwrap();
    let register = registered(&[issued(large(1)), issued(certificate(2, 2))]);
    let store = Store::open(directory.path(), register.clone()).unwrap();
    assert!(dump(&store).values().all(|value| value.len() < 1_024));
    assert_eq!(store.certificate("T-000001-K").unwrap().unwrap().certificate, large(1));
    register.append(2, &[revoked("T-000001-K")]).unwrap();
    assert_eq!(store.catch_up().unwrap(), 3);
    let record = store.certificate("T-000001-K").unwrap().unwrap();
    assert_eq!(record.certificate, large(1));
    assert!(matches!(record.state, CertificateState::Revoked(_)));
    assert_eq!(store.revoked_indices(1).unwrap(), [2, 3]);
}

#[test]
fn follows_a_changed_email_address() {
    let directory = tempfile::tempdir().unwrap();
    let with_email = |n, email: Option<&str>| {
        let mut certificate = certificate(n, 1);
        certificate.completion.learner.email = email.map(str::to_owned);
        issued(certificate)
    };
    let register = registered(&[
        with_email(1, Some("old@example.org")),
        with_email(2, Some("New@example.org")),
        with_email(3, None),
    ]);
    let store = Store::open(directory.path(), register).unwrap();
    assert_eq!(store.learner_key_by_email("old@example.org").unwrap(), None);
    assert!(store.learner_key_by_email("new@example.org").unwrap().is_some());
    let learner = store.learner("learner/1").unwrap().unwrap();
    assert_eq!(learner.email.as_deref(), Some("new@example.org"));
}

/// Opens, changes the closed store, opens again; the content must be the same.
fn survives(change: impl Fn(&Path)) {
    let directory = tempfile::tempdir().unwrap();
    let register = registered(&some_entries());
    let store = Store::open(directory.path(), register.clone()).unwrap();
    let before = dump(&store);
    store.close().unwrap();
    change(&directory.path().join("store"));
    let store = Store::open(directory.path(), register).unwrap();
    assert!(dump(&store) == before);
}

fn first_snapshot(root: &Path) -> Option<std::path::PathBuf> {
    let found = fs::read_dir(root.join("db")).unwrap().map(|entry| entry.unwrap().path());
    found.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("snap.")).min()
}

#[test]
fn survives_closing_and_every_loss() {
    survives(|_| {});
    survives(|root| fs::remove_dir_all(root).unwrap());
    survives(|root| fs::remove_dir_all(root.join("db")).unwrap());
    survives(|root| fs::remove_file(root.join("state")).unwrap());
    survives(|root| fs::write(root.join("state"), "damaged").unwrap());
    survives(|root| fs::write(root.join("db/snap.00000000000000FF.generating"), "").unwrap());
    survives(|root| fs::write(root.join("db/snap.FFFFFFFFFFFFFF00"), "garbage").unwrap());
    survives(|root| {
        if let Some(snapshot) = first_snapshot(root) {
            fs::write(snapshot, [0xa5; 40]).unwrap();
        }
    });
    survives(|root| fs::write(root.join("db/conf"), "garbage").unwrap());
    survives(|root| fs::write(root.join("db/db"), vec![0xa5; 100_000]).unwrap());
    survives(|root| fs::write(root.join("db/db"), "").unwrap());
}

/// Leaves the store without closing it, as a killed process does.
fn abandon(directory: &Path, register: Arc<dyn Register>, boot_id: &str) -> Dump {
    let store = Store::open_in_boot(directory, register, boot_id).unwrap();
    store.catch_up().unwrap();
    store.tree.insert("z/trace", "of the abandoned store").unwrap();
    store.tree.flush().unwrap();
    dump(&store)
}

#[test]
fn rebuilds_only_after_a_new_boot() {
    let directory = tempfile::tempdir().unwrap();
    let register = registered(&some_entries());
    let before = abandon(directory.path(), register.clone(), "boot-1");
    let same = Store::open_in_boot(directory.path(), register.clone(), "boot-1").unwrap();
    assert!(dump(&same) == before, "the same boot keeps the store");
    drop(same);
    let next = Store::open_in_boot(directory.path(), register.clone(), "boot-2").unwrap();
    assert_eq!(next.applied_size().unwrap(), 0, "another boot begins again");
    next.catch_up().unwrap();
    assert!(!dump(&next).contains_key(b"z/trace".as_slice()));
    assert!(directory.path().join("store/aside").exists());
    next.close().unwrap();
    let later = Store::open_in_boot(directory.path(), register.clone(), "boot-3").unwrap();
    assert_eq!(later.applied_size().unwrap(), 10, "a clean close is trusted in any boot");
    drop(later);
    let unknown = Store::open_in_boot(directory.path(), register, "").unwrap();
    assert_eq!(unknown.applied_size().unwrap(), 0, "no boot id is no proof");
}

#[test]
fn refuses_a_register_that_lost_entries() {
    for boot_id in ["boot-1", "boot-2"] {
        let directory = tempfile::tempdir().unwrap();
        drop(abandon(directory.path(), registered(&some_entries()), "boot-1"));
        let shorter = registered(&some_entries()[..9]);
        let refused = Store::open_in_boot(directory.path(), shorter, boot_id).err().unwrap();
        assert!(matches!(refused, StoreError::Ahead { applied: 10, size: 9, .. }), "{refused}");
        assert!(refused.to_string().contains("restore"), "{refused}");
        let whole = registered(&some_entries());
        Store::open_in_boot(directory.path(), whole, boot_id).unwrap();
    }
}

#[test]
fn refuses_another_history_of_the_same_length() {
    let directory = tempfile::tempdir().unwrap();
    drop(abandon(directory.path(), registered(&some_entries()), "boot-1"));
    let mut other = some_entries();
    other.swap(4, 9);
    let refused = Store::open_in_boot(directory.path(), registered(&other), "boot-1");
    assert!(matches!(refused.err().unwrap(), StoreError::OtherHistory { index: 9, .. }));
}

#[test]
fn one_process_at_a_time() {
    let directory = tempfile::tempdir().unwrap();
    let register = registered(&some_entries());
    let store = Store::open(directory.path(), register.clone()).unwrap();
    let second = Store::open(directory.path(), register.clone()).err().unwrap();
    assert!(matches!(second, StoreError::Locked { .. }), "{second}");
    drop(store);
    Store::open(directory.path(), register).unwrap();
}

#[test]
fn rebuilds_after_a_damaged_value_was_met() {
    let directory = tempfile::tempdir().unwrap();
    let register = registered(&some_entries());
    let store = Store::open(directory.path(), register.clone()).unwrap();
    let before = dump(&store);
    store.tree.insert(super::key::record(4), b"garbage").unwrap();
    let damaged = store.certificate("T-000001-K").unwrap_err();
    assert!(matches!(damaged, StoreError::Damaged { .. }), "{damaged}");
    store.close().unwrap();
    let store = Store::open(directory.path(), register).unwrap();
    assert!(dump(&store) == before);
}

#[test]
fn reports_the_progress_of_a_long_rebuild() {
    let directory = tempfile::tempdir().unwrap();
    let entries: Vec<_> = (0..600).map(|n| issued(certificate(n, n % 7))).collect();
    let register = registered(&entries);
    let mut seen = Vec::new();
    Store::open_with_progress(directory.path(), register, &mut |progress| {
        seen.push((progress.applied, progress.size));
    })
    .unwrap();
    assert_eq!(seen, [(256, 600), (512, 600), (600, 600)]);
}

fn any_entry() -> impl Strategy<Value = NewEntry> {
    prop_oneof![
        6 => (0..30_u32, 0..4_u32).prop_map(|(n, learner)| issued(certificate(n, learner))),
        1 => (0..30_u32).prop_map(|n| issued(large(n))),
        3 => (0..30_u32).prop_map(|n| revoked(&format!("T-{n:06}-K"))),
        1 => (0..3_u32, 0..3_u32).prop_map(|(code, version)| {
            programme(&format!("MK-{code}"), &version.to_string())
        }),
        1 => Just(prefix("B")),
        1 => (0..3_u32).prop_map(|n| key(&format!("did:web:example.org#{n}"))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn a_rebuilt_store_equals_one_that_grew(
        groups in prop::collection::vec(prop::collection::vec(any_entry(), 1..5), 1..12),
    ) {
        let register = Arc::new(MemoryRegister::new());
        let [grown, rebuilt] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let store = Store::open(grown.path(), register.clone()).unwrap();
        for group in &groups {
            register.append(register.size(), group).unwrap();
            store.catch_up().unwrap();
        }
        let fresh = Store::open(rebuilt.path(), register).unwrap();
        prop_assert!(dump(&store) == dump(&fresh));
        for record in fresh.certificates() {
            prop_assert!(record.is_ok());
        }
    }
}

/// A store that saw an erased certificate, and one rebuilt from a register that no longer holds it, are the same.
#[test]
fn forgets_so_that_nothing_tells_it_ever_knew() {
    let mut entries = some_entries();
    entries.push(issued(large(8)));
    entries.push(revoked("T-000008-K"));
    entries.push(entry(11, Event::PageUnpublished(page_change("T-000002-K"))));
    entries.push(entry(12, Event::IssuingStopped(switch())));
    entries.push(entry(13, Event::IssuingResumed(switch())));
    entries.push(entry(14, Event::TranscriptIssued(Box::new(transcript("TRANSCRIPTHANDLE")))));
    let register = registered(&entries);
    let grown_in = tempfile::tempdir().unwrap();
    let grown = Store::open(grown_in.path(), register.clone()).unwrap();
    // All of the first learner, a large record among them.
    let certificates: Vec<_> =
        ["T-000001-K", "T-000002-K", "T-000008-K"].map(|number| left(&grown, number)).into();
    let transcripts = grown.transcripts_holding("T-000001-K").unwrap();
    let mut indices: Vec<u64> = certificates.iter().map(|certificate| certificate.index).collect();
    indices.extend(&transcripts);
    let erasure = Erasure {
        by: "a".to_owned(),
        confirmed_by: "b".to_owned(),
        erased_at: samples::time(20),
        certificates,
        transcripts,
    };
    register.append(register.size(), &[entry(20, Event::PayloadErased(erasure))]).unwrap();
    grown.catch_up().unwrap();
    register.erase(&indices).unwrap();
    let text = format!("{:?}", dump(&grown));
    for personal in [
        "learner/1",
        "HANDLE0000000001",
        "SYN-0001",
        "syn1@example.org",
        "request-1",
        "TRANSCRIPTHANDLE",
    ] {
        assert!(!text.contains(personal), "{personal}");
    }
    let rebuilt_in = tempfile::tempdir().unwrap();
    let rebuilt = Store::open(rebuilt_in.path(), register.clone()).unwrap();
    assert_eq!(dump(&rebuilt), dump(&grown));
    let erased = rebuilt.erased_entries().unwrap();
    assert_eq!(erased.iter().map(|(index, _)| *index).collect::<Vec<_>>(), indices);
    check_erasable(&*register, erased).unwrap();
    assert_eq!(rebuilt.serial("T").unwrap(), 9);
    let revoked = rebuilt.revoked_indices(1).unwrap();
    assert!([2, 3, 4, 5, 16, 17].iter().all(|index| revoked.contains(index)), "{revoked:?}");
    // A learner who comes back is a new one.
    register.append(register.size(), &[issued(certificate(20, 1))]).unwrap();
    for store in [&grown, &rebuilt] {
        store.catch_up().unwrap();
        assert_eq!(store.numbers_of_learner("learner/1").unwrap(), ["T-000020-K"]);
    }
    assert_eq!(dump(&rebuilt), dump(&grown));
}

#[test]
fn knows_pages_the_switch_and_what_replaced_what() {
    let directory = tempfile::tempdir().unwrap();
    let mut superseded = revocation("T-000001-K");
    superseded.superseded_by = Some("T-000002-K".to_owned());
    let entries = [
        issued(certificate(1, 1)),
        issued(certificate(2, 1)),
        entry(3, Event::CertificateRevoked(superseded)),
        entry(4, Event::PageUnpublished(page_change("T-000002-K"))),
        entry(5, Event::PageUnpublished(page_change("T-000077-K"))),
        entry(6, Event::IssuingStopped(switch())),
    ];
    let register = registered(&entries);
    let store = Store::open(directory.path(), register.clone()).unwrap();
    assert_eq!(store.supersedes("T-000002-K").unwrap().as_deref(), Some("T-000001-K"));
    assert_eq!(store.supersedes("T-000001-K").unwrap(), None);
    let published = |number: &str| store.certificate(number).unwrap().unwrap().is_published;
    assert!(published("T-000001-K") && !published("T-000002-K"));
    assert_eq!(store.issuing_stopped().unwrap(), Some(switch()));
    let more = [
        entry(7, Event::PagePublished(page_change("T-000002-K"))),
        entry(8, Event::IssuingResumed(switch())),
    ];
    register.append(register.size(), &more).unwrap();
    store.catch_up().unwrap();
    assert!(published("T-000002-K"));
    assert_eq!(store.issuing_stopped().unwrap(), None);
}

/// What an erasure leaves of a certificate.
fn left(store: &Store, number: &str) -> ErasedCertificate {
    let record = store.certificate(number).unwrap().unwrap();
    let certificate = record.certificate;
    ErasedCertificate {
        index: record.register_index,
        edition_indices: Vec::new(),
        number: certificate.number,
        registration_number: certificate.registration_number,
        issue_date: certificate.completion.issue_date,
        statuses: certificate.editions.iter().map(|edition| edition.status).collect(),
    }
}

#[test]
fn finds_transcripts_by_handle_and_by_what_they_hold() {
    let directory = tempfile::tempdir().unwrap();
    let issued_twice = ["FIRST", "SECOND"].map(transcript);
    let entries = issued_twice.clone().map(|one| entry(14, Event::TranscriptIssued(Box::new(one))));
    let store = Store::open(directory.path(), registered(&entries)).unwrap();
    let [first, second] = issued_twice;
    assert_eq!(store.transcript_by_handle("first").unwrap(), Some((0, first)));
    assert_eq!(store.transcript_at(1).unwrap(), Some(second));
    assert_eq!(store.transcript_by_handle("third").unwrap(), None);
    for (number, indices) in
        [("T-000001-K", &[0, 1][..]), ("T-000002-K", &[0, 1]), ("T-00000", &[])]
    {
        assert_eq!(store.transcripts_holding(number).unwrap(), indices, "{number}");
    }
}

fn transcript(handle: &str) -> IssuedTranscript {
    IssuedTranscript {
        handle: handle.to_owned(),
        learner_key: "learner/1".to_owned(),
        language: Language::Kk,
        numbers: ["T-000001-K", "T-000002-K"].map(str::to_owned).into(),
        partial: false,
        credential: r#"{"id":"/clr/TRANSCRIPTHANDLE"}"#.to_owned(),
        issued_at: samples::time(14),
    }
}

fn page_change(number: &str) -> PageChange {
    let by = "registrar".to_owned();
    PageChange { number: number.to_owned(), by, changed_at: samples::time(11) }
}

fn switch() -> Switch {
    let (by, reason) = ("registrar".to_owned(), "a drill".to_owned());
    Switch { by, reason, switched_at: samples::time(12) }
}
