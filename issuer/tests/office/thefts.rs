//! Thefts of keys, found out in whatever order: what stays valid, what is signed anew, and what nobody makes the university's own.

use std::fs;

use issuer::issuing::{Doubtful, IssueError, Stolen, Touched};
use issuer::office::{Act, Corrected, ExportFormat, Office, Transcript};
use issuer::register::{KeyPurpose, RevocationReason};
use verifier::log::{NoteAlgorithm, VerifierKey};
use verifier::{Check, Language, Outcome, Verdict, open_statement};

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
        stolen: Stolen::InUse(KeyPurpose::QrStatements),
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
        let act = Act::DeclareCompromise {
            stolen: Stolen::InUse(purpose),
            since: at(since),
            by,
            confirmed_by: None,
        };
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
    let act = Act::DeclareCompromise {
        stolen: Stolen::InUse(purpose),
        since: at(since),
        by,
        confirmed_by: None,
    };
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
    stolen(&office, KeyPurpose::QrStatements, (0, 4));
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
    perform(
        &office,
        7,
        Act::DeclareCompromise {
            stolen: Stolen::InUse(purpose),
            since: at(3),
            by,
            confirmed_by: None,
        },
    );
    let key_id = format!("{}#key-1", office.issuance.identity.profile.id);
    let doubtful = vec![Doubtful { number: number.clone(), issued: number.clone(), key_id }];
    let touched = office.issuance.touched().unwrap();
    assert_eq!(touched, Touched { to_sign: Vec::new(), doubtful });
    let error = office.issuance.reissue(std::slice::from_ref(&number), at(7)).unwrap_err();
    assert!(matches!(error, IssueError::Forged { .. }), "{error}");
    let mut told = Transcript::default();
    let code = office.perform(Act::Reissue { json: false }, at(7), &mut told).unwrap();
    assert_eq!(code, 1, "{told:?}");
    assert!(told.notes.iter().any(|note| note.starts_with(&number)), "{told:?}");
    // The office gives out nothing of it but where it stands in the log.
    for format in [ExportFormat::Json, ExportFormat::Pdf, ExportFormat::Png, ExportFormat::Clr] {
        let act = Act::Export { number: number.clone(), language: Language::Kk, format };
        let error = office.perform(act, at(7), &mut Transcript::default()).unwrap_err();
        assert!(error.to_string().starts_with(&number), "{format:?}: {error}");
    }
    let format = ExportFormat::TlogProof;
    perform(&office, 7, Act::Export { number: number.clone(), language: Language::Kk, format });
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

/// What was corrected says what the forgery said: two persons who correct a letter of a name have not looked at who issued it.
#[test]
fn a_correction_of_a_forgery_is_as_doubtful() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 2);
    perform(&office, 2, Act::PublishCheckpoint);
    let lines: Vec<&str> = COMPLETIONS.lines().collect();
    perform(&office, 4, fixture::completions(&format!("{}\n{}\n", lines[0], lines[3])));
    perform(&office, 5, Act::RotateKey { purpose: KeyPurpose::Credentials });
    let forged = records(&office).pop().unwrap().certificate;
    let family = &forged.completion.learner.name.family;
    let right = lines[3].replace(&family.to_string(), &format!("{family}а"));
    assert_ne!(right, lines[3]);
    let act = Act::Correct {
        number: forged.number.clone(),
        corrected: Corrected::Csv(format!("{}\n{right}\n", lines[0])),
        by: "Registrar".to_owned(),
        confirmed_by: "Head".to_owned(),
        language: Language::En,
        json: true,
    };
    perform(&office, 5, act);
    let corrected = records(&office).pop().unwrap().certificate.number;
    assert_ne!(corrected, forged.number);

    let declared = declare(&office, 7, Stolen::InUse(KeyPurpose::Credentials), 3);
    assert!(declared.notes.iter().all(|note| !note.contains("still believed")), "{declared:?}");
    let touched = office.issuance.touched().unwrap();
    let [doubtful] = touched.doubtful.as_slice() else { panic!("{touched:?}") };
    assert_eq!((&doubtful.number, &doubtful.issued), (&corrected, &forged.number));
    drop(office);
    let found = findings(directory.path());
    assert!(matches!(found.as_slice(), [one] if one.what.contains("#key-1")), "{found:#?}");
}

fn declare(office: &Office, hours: i64, stolen: Stolen, since: i64) -> Transcript {
    let by = "Key Holder".to_owned();
    perform(
        office,
        hours,
        Act::DeclareCompromise { stolen, since: at(since), by, confirmed_by: None },
    )
}

/// An old copy of the key file: the key was retired when it was stolen, and nothing that it signed since is in the log.
#[test]
fn a_retired_key_can_be_declared_stolen_by_its_name() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 2);
    perform(&office, 2, Act::PublishCheckpoint);
    let old = records(&office)[0].certificate.editions[0].credential.clone();
    perform(&office, 3, Act::RotateKey { purpose: KeyPurpose::Credentials });
    let unknown = Act::DeclareCompromise {
        stolen: Stolen::Named("key-7".to_owned()),
        since: at(4),
        by: "Key Holder".to_owned(),
        confirmed_by: None,
    };
    let error = office.perform(unknown, at(5), &mut Transcript::default()).unwrap_err();
    assert!(error.to_string().contains("there is no key key-7"), "{error}");
    declare(&office, 5, Stolen::Named("key-1".to_owned()), 4);
    let key = office.issuance.identity.key_in_use(KeyPurpose::Credentials);
    assert!(key.id.ends_with("#key-2"), "the key that was not stolen stays in use: {key:?}");
    assert_eq!(check(&office, &old, 6).verdict(), Verdict::Indeterminate);
    perform(&office, 6, Act::Reissue { json: true });
    assert_given_out(&office, "key-2");
    drop(office);
    assert_sound(directory.path());

    // Whoever names the time alone is asked about the older key.
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 1);
    perform(&office, 3, Act::RotateKey { purpose: KeyPurpose::Credentials });
    let told = declare(&office, 5, Stolen::InUse(KeyPurpose::Credentials), 4);
    assert!(told.notes.iter().any(|note| note.contains("#key-1, which was retired")), "{told:?}");
}

#[test]
fn no_key_was_stolen_long_before_it_was_made() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 1);
    let declare = |since| {
        let (stolen, by) = (Stolen::InUse(KeyPurpose::Credentials), "Key Holder".to_owned());
        let act = Act::DeclareCompromise { stolen, since: at(since), by, confirmed_by: None };
        office.perform(act, at(5), &mut Transcript::default())
    };
    let error = declare(-50_000).unwrap_err();
    assert!(error.to_string().contains("came into use on"), "{error}");
    assert_eq!(office.issuance.touched().unwrap(), Touched::default());
    assert_eq!(declare(-6).unwrap(), 0);
}

/// With other witnesses in the configuration an earlier time could lead to a later tree.
#[test]
fn a_pin_never_grows() {
    let directory = tempfile::tempdir().unwrap();
    let key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]).verifying_key().to_bytes();
    let vkey = VerifierKey::new("witness.example.org", NoteAlgorithm::CosignatureV1, &key).unwrap();
    let configuration = directory.path().join("tanu.toml");
    drop(crate::office(directory.path(), 1));
    let plain = fs::read_to_string(&configuration).unwrap();
    let watched = format!("witnesses = [\"{vkey}\"]\nquorum = 1\n{plain}");
    fs::write(&configuration, watched).unwrap();
    let office = fixture::open(directory.path(), at(2));
    // No witness saw anything: nothing is believed.
    declare(&office, 4, Stolen::InUse(KeyPurpose::Credentials), 3);
    let pin = |office: &Office| {
        let keys = office.issuance.store.keys().unwrap();
        keys.iter().find_map(|known| known.compromised.as_ref()).unwrap().pin.size
    };
    assert_eq!(pin(&office), 0);
    drop(office);
    fs::write(&configuration, plain).unwrap();
    let office = fixture::open(directory.path(), at(5));
    declare(&office, 6, Stolen::Named("key-1".to_owned()), 2);
    assert_eq!(pin(&office), 0);
}
