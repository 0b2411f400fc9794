//! Thefts of keys, found out in whatever order: what stays valid, what is signed anew, and what nobody makes the university's own.

use issuer::issuing::{Doubtful, IssueError, Touched};
use issuer::office::{Act, Office, Transcript};
use issuer::register::{KeyPurpose, RevocationReason};
use verifier::{Check, Outcome, Verdict, open_statement};

use crate::fixture::{self, COMPLETIONS};
use crate::judged::{assert_sound, check, check_with_proof, findings, records, text};
use crate::{at, perform};

#[test]
fn after_a_theft_of_its_key_codes_are_signed_anew() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 3);
    perform(&office, 2, Act::PublishCheckpoint);
    let before: Vec<String> = records(&office).iter().map(|record| text(&office, record)).collect();
    let act = Act::DeclareCompromise {
        purpose: KeyPurpose::QrStatements,
        since: at(3),
        by: "Key Holder".to_owned(),
        confirmed_by: None,
    };
    perform(&office, 4, act);
    // The register vouches for the old code; without its proof nobody can.
    let report = check(&office, &before[0], 5);
    assert_eq!(report.verdict(), Verdict::Indeterminate, "{report:?}");
    let missing = report.documents_missing().join(" ");
    assert!(missing.ends_with("/qr-1.tlog-proof"), "{missing}");
    assert_eq!(office.issuance.touched().unwrap().to_sign.len(), before.len());

    perform(&office, 5, Act::Reissue { json: true });
    assert_eq!(office.issuance.touched().unwrap(), Touched::default());
    for (record, old) in records(&office).iter().zip(&before) {
        let new = text(&office, record);
        assert_ne!(new, *old);
        assert!(open_statement(&new).unwrap().key_id.ends_with("#qr-2"));
        assert_eq!(check(&office, &new, 7).verdict(), Verdict::Valid);
        // What is on paper keeps its proof, and the new code has its own.
        for (text, key) in [(old, "qr-1"), (&new, "qr-2")] {
            let report = check_with_proof(&office, record, (text, key));
            assert_eq!(*report.outcome(Check::Inclusion), Outcome::Pass, "{key}: {report:?}");
            assert_eq!(report.verdict(), Verdict::Valid, "{key}: {report:?}");
        }
        let report = check_with_proof(&office, record, (old, "qr-2"));
        assert_eq!(report.verdict(), Verdict::Invalid, "{report:?}");
    }
    drop(office);
    assert_sound(directory.path());
}

#[test]
fn after_a_theft_of_another_key_codes_stay_as_they_are() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 2);
    perform(&office, 2, Act::PublishCheckpoint);
    let before: Vec<String> = records(&office).iter().map(|record| text(&office, record)).collect();
    let act = |purpose, since, now| {
        let by = "Key Holder".to_owned();
        let act = Act::DeclareCompromise { purpose, since: at(since), by, confirmed_by: None };
        perform(&office, now, act);
        perform(&office, now, Act::Reissue { json: true });
    };
    act(KeyPurpose::Credentials, 3, 4);
    for (record, old) in records(&office).iter().zip(&before) {
        assert!(record.certificate.editions[0].credential.contains("#key-2"));
        assert_eq!(text(&office, record), *old);
        let report = check_with_proof(&office, record, (old, "qr-1"));
        assert_eq!(*report.outcome(Check::Inclusion), Outcome::Pass, "{report:?}");
        assert_eq!(report.verdict(), Verdict::Valid);
    }
    // Then theirs: it was registered before, although the credentials were signed since.
    act(KeyPurpose::QrStatements, 3, 6);
    for (record, old) in records(&office).iter().zip(&before) {
        assert!(open_statement(&text(&office, record)).unwrap().key_id.ends_with("#qr-2"));
        let report = check_with_proof(&office, record, (old, "qr-1"));
        assert_eq!(report.verdict(), Verdict::Valid, "{report:?}");
    }
    drop(office);
    assert_sound(directory.path());
}

/// Declares a theft, and signs anew what it touched.
fn stolen(office: &Office, purpose: KeyPurpose, (since, now): (i64, i64)) {
    let by = "Key Holder".to_owned();
    let act = Act::DeclareCompromise { purpose, since: at(since), by, confirmed_by: None };
    perform(office, now, act);
    perform(office, now, Act::Reissue { json: true });
    assert_eq!(office.issuance.touched().unwrap(), Touched::default());
}

/// Each credential that is given out, and its code, are valid.
fn assert_given_out(office: &Office, key: &str) {
    for record in records(office) {
        for edition in &record.certificate.editions {
            assert!(edition.credential.contains(&format!("#{key}\"")), "{}", edition.credential);
            let report = check(office, &edition.credential, 9);
            assert_eq!(report.verdict(), Verdict::Valid, "{report:?}");
        }
        let report = check(office, &text(office, &record), 9);
        assert_eq!(report.verdict(), Verdict::Valid, "{report:?}");
    }
}

/// The thief of the codes' key had the other one too, as is found out later: what was signed anew meanwhile lies beyond the pin.
#[test]
fn a_theft_that_is_found_out_after_codes_were_signed_anew_strands_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 3);
    perform(&office, 2, Act::PublishCheckpoint);
    stolen(&office, KeyPurpose::QrStatements, (3, 4));
    assert_given_out(&office, "key-1");
    stolen(&office, KeyPurpose::Credentials, (3, 6));
    assert_given_out(&office, "key-2");
    drop(office);
    assert_sound(directory.path());
}

#[test]
fn a_second_theft_of_the_credentials_key_strands_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 3);
    perform(&office, 2, Act::PublishCheckpoint);
    stolen(&office, KeyPurpose::Credentials, (3, 4));
    assert_given_out(&office, "key-2");
    stolen(&office, KeyPurpose::Credentials, (4, 6));
    assert_given_out(&office, "key-3");
    drop(office);
    assert_sound(directory.path());
}

/// Who has the key of the codes alone cannot issue: the credentials vouch for the certificate.
#[test]
fn a_stolen_key_of_the_codes_makes_no_certificate_a_forgery() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 3);
    perform(&office, 2, Act::PublishCheckpoint);
    stolen(&office, KeyPurpose::QrStatements, (-1, 4));
    assert_given_out(&office, "key-1");
    for record in records(&office) {
        assert!(open_statement(&text(&office, &record)).unwrap().key_id.ends_with("#qr-2"));
    }
    drop(office);
    assert_sound(directory.path());
}

/// The thief issued with the university's own office, and all was signed anew with the next key before anybody knew: that makes the
/// certificate no more the university's own.
#[test]
fn a_forgery_that_was_signed_anew_stays_one() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 2);
    perform(&office, 2, Act::PublishCheckpoint);
    let lines: Vec<&str> = COMPLETIONS.lines().collect();
    perform(&office, 4, fixture::completions(&format!("{}\n{}\n", lines[0], lines[3])));
    perform(&office, 5, Act::RotateKey { purpose: KeyPurpose::Credentials });
    stolen(&office, KeyPurpose::QrStatements, (3, 6));
    assert_given_out(&office, "key-2");
    let issued = records(&office);
    let [.., forged] = issued.as_slice() else { panic!("{issued:?}") };
    let number = forged.certificate.number.clone();

    let by = "Key Holder".to_owned();
    let purpose = KeyPurpose::Credentials;
    perform(&office, 7, Act::DeclareCompromise { purpose, since: at(3), by, confirmed_by: None });
    let key_id = format!("{}#key-1", office.issuance.identity.profile.id);
    let doubtful = vec![Doubtful { number: number.clone(), key_id }];
    let touched = office.issuance.touched().unwrap();
    assert_eq!(touched, Touched { to_sign: Vec::new(), doubtful });
    let error = office.issuance.reissue(std::slice::from_ref(&number), at(7)).unwrap_err();
    assert!(matches!(error, IssueError::Forged { .. }), "{error}");
    let mut told = Transcript::default();
    let code = office.perform(Act::Reissue { json: false }, at(7), &mut told).unwrap();
    assert_eq!(code, 1, "{told:?}");
    assert!(told.notes.iter().any(|note| note.starts_with(&number)), "{told:?}");
    drop(office);
    let found = findings(directory.path());
    let [finding] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!(finding.place, format!("entry {}", forged.register_index), "{finding:?}");
    assert!(finding.what.contains("#key-1"), "{finding:?}");

    let office = fixture::open(directory.path(), at(8));
    let by = "Registrar".to_owned();
    let reason = RevocationReason::IssuedInError;
    let confirmed_by = Some("Head".to_owned());
    perform(&office, 8, Act::Revoke { number, reason, by, confirmed_by, json: true });
    assert_eq!(office.issuance.touched().unwrap(), Touched::default());
    office.close().unwrap();
    assert_sound(directory.path());
}
