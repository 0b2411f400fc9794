//! An erasure takes what is personal and nothing else.

use super::*;
use crate::fixture;
use issuer::register::Kind;

/// What must be left once the certificates of a learner are erased.
struct Left<'a> {
    serial: u64,
    certificates: usize,
    theirs: &'a [issuer::register::Certificate],
}

fn assert_erased(office: &Office, left: &Left<'_>, case: &str) {
    let store = &office.issuance.store;
    assert_eq!(store.serial("MC-A").unwrap(), left.serial, "{case}");
    assert_eq!(store.certificates().count(), left.certificates, "{case}");
    assert_eq!(store.learner_key_by_reference("SYN-0007").unwrap(), None, "{case}");
    for certificate in left.theirs {
        let gone = office.record(&certificate.number).unwrap_err().to_string();
        assert!(gone.contains("erased"), "{case}: {gone}");
        assert_eq!(store.certificate_by_handle(&certificate.handle).unwrap(), None, "{case}");
        assert_eq!(
            store.certificate_by_idempotency_key(&certificate.idempotency_key).unwrap(),
            None
        );
        assert_eq!(store.learner(&certificate.learner_key).unwrap(), None, "{case}");
        let email = certificate.completion.learner.email.as_deref().unwrap();
        assert_eq!(store.learner_key_by_email(email).unwrap(), None, "{case}");
        for edition in &certificate.editions {
            let index = edition.status.index;
            assert!(store.revoked_indices(edition.status.list).unwrap().contains(&index), "{case}");
            assert!(store.used_indices(edition.status.list).unwrap().contains(&index), "{case}");
        }
    }
    let entries = office.issuance.register().read(0, 1_000).unwrap();
    let erased = entries.iter().filter(|entry| entry.payload == Payload::Erased).count();
    assert_eq!(erased, left.theirs.len(), "{case}");
}

#[test]
fn an_erasure_leaves_numbers_bits_and_hashes() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 66);
    let learner = "SYN-0007";
    let records: Vec<_> = office.issuance.store.certificates().map(Result::unwrap).collect();
    let theirs: Vec<_> = records
        .iter()
        .filter(|record| record.certificate.completion.learner.reference == learner)
        .map(|record| record.certificate.clone())
        .collect();
    assert!(theirs.len() > 1, "the case needs a learner with several certificates");
    let leaves = |office: &Office| -> Vec<[u8; 32]> {
        office
            .issuance
            .register()
            .read(0, 1_000)
            .unwrap()
            .iter()
            .map(|entry| entry.leaf.hash())
            .collect()
    };
    let before = leaves(&office);
    let serial = office.issuance.store.serial("MC-A").unwrap();
    let (code, done) = erase(&office, learner).unwrap();
    assert_eq!((code, done.lines.len()), (0, theirs.len()));
    assert_eq!(leaves(&office)[..before.len()], before);

    let left = Left { serial, certificates: records.len() - theirs.len(), theirs: &theirs };
    assert_erased(&office, &left, "at once");
    assert!(erase(&office, learner).unwrap_err().to_string().contains("nothing to erase"));
    let list = std::fs::read_to_string(directory.path().join("status/1.json")).unwrap();
    office.close().unwrap();
    // The next start makes the store anew and keeps nothing of the old one.
    let office = fixture::open(directory.path(), made_at());
    assert_erased(&office, &left, "after a restart");
    assert!(!directory.path().join("store/aside").exists());
    assert_eq!(
        office.issuance.status_list(1, made_at()).unwrap().text,
        list,
        "no bit was turned back"
    );
    // New certificates take new numbers, and the journal keeps the line.
    let next: Vec<String> = (67..=72).map(row).collect();
    let issued = import(&office, &file(&next.join("\n"))).unwrap();
    assert!(issued.iter().any(|line| line["outcome"] == "issued"), "{issued:?}");
    assert!(
        issued.iter().all(|line| !theirs.iter().any(|old| line["number"] == old.number.as_str()))
    );
    let lines = journal_lines(&office, Period::default());
    let erased: Vec<_> = lines.iter().filter(|line| line["entry"] == "erased").collect();
    assert_eq!(erased.len(), theirs.len());
    assert!(erased.iter().all(|line| line.get("name").is_none()));
    office.close().unwrap();
    assert_eq!(std::fs::read_to_string(directory.path().join("store/state")).unwrap(), "closed");
}

#[test]
fn an_erasure_that_was_cut_off_is_finished_at_the_next_start() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 8);
    let record = office.issuance.store.certificates().next().unwrap().unwrap();
    let certificate = &record.certificate;
    // What a process leaves that was killed between the append and the files.
    let left = issuer::register::ErasedCertificate {
        index: record.register_index,
        edition_indices: Vec::new(),
        number: certificate.number.clone(),
        registration_number: certificate.registration_number.clone(),
        issue_date: certificate.completion.issue_date,
        statuses: certificate.editions.iter().map(|edition| edition.status).collect(),
    };
    let erasure = issuer::register::Erasure {
        by: "a".to_owned(),
        confirmed_by: "b".to_owned(),
        erased_at: made_at(),
        certificates: vec![left],
        transcripts: Vec::new(),
    };
    office.issuance.record_event(Event::PayloadErased(erasure), made_at()).unwrap();
    let payload = |office: &Office| {
        office.issuance.register().read(record.register_index, 1).unwrap().remove(0).payload
    };
    assert_ne!(payload(&office), Payload::Erased);
    drop(office);
    std::fs::write(directory.path().join("register/torn-00000000000000000000-7-1"), "x").unwrap();
    let office = fixture::open(directory.path(), made_at());
    assert_eq!(payload(&office), Payload::Erased);
    assert!(!directory.path().join("register/torn-00000000000000000000-7-1").exists());
    assert_eq!(office.issuance.finish_erasures().unwrap(), 0);
    assert_eq!(office.issuance.store.certificates().count(), 7);
}

/// Each names a revocation as something that an erasure may take.
const FORGED: [fn(&mut issuer::register::Erasure, u64); 3] = [
    |erasure, revocation| erasure.certificates[0].edition_indices.push(revocation),
    |erasure, revocation| erasure.transcripts.push(revocation),
    |erasure, revocation| erasure.certificates[0].index = revocation,
];

#[test]
fn an_erasure_takes_nothing_but_what_may_be_erased() {
    for forge in FORGED {
        let directory = tempfile::tempdir().unwrap();
        let office = crate::office(directory.path(), 3);
        let records: Vec<_> = office.issuance.store.certificates().map(Result::unwrap).collect();
        let number = &records[0].certificate.number;
        correct(&office, number, &row(1).replacen("SYN-QC", "NEW-QC", 1)).unwrap();
        let register = office.issuance.register();
        let entries = register.read(0, 1_000).unwrap();
        let revocation =
            entries.iter().find(|entry| entry.kind == Kind::CertificateRevoked).unwrap().index;
        let certificate = &records[1].certificate;
        let left = issuer::register::ErasedCertificate {
            index: records[1].register_index,
            edition_indices: Vec::new(),
            number: certificate.number.clone(),
            registration_number: certificate.registration_number.clone(),
            issue_date: certificate.completion.issue_date,
            statuses: certificate.editions.iter().map(|edition| edition.status).collect(),
        };
        let mut erasure = issuer::register::Erasure {
            by: "a".to_owned(),
            confirmed_by: "b".to_owned(),
            erased_at: made_at(),
            certificates: vec![left],
            transcripts: Vec::new(),
        };
        forge(&mut erasure, revocation);
        office.issuance.record_event(Event::PayloadErased(erasure), made_at()).unwrap();
        let refused = office.issuance.finish_erasures().unwrap_err().to_string();
        let place = format!("an erasure names entry {revocation} as ");
        assert!(refused.starts_with(&place), "{refused}");
        assert!(refused.contains("what stands there is certificate-revoked"), "{refused}");
        // Before a byte went, also of what it may take.
        let entries = register.read(0, 1_000).unwrap();
        assert!(entries.iter().all(|entry| entry.payload != Payload::Erased));
    }
}

#[test]
fn an_erasure_needs_two_persons() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 1);
    for (by, confirmed_by) in [("a", "a"), ("a", ""), ("", "b")] {
        let act = Act::Erase {
            learner: "SYN-0001".to_owned(),
            by: by.to_owned(),
            confirmed_by: confirmed_by.to_owned(),
            json: false,
        };
        assert!(perform(&office, act).is_err());
    }
    assert_eq!(numbers(&office).len(), 1);
}
