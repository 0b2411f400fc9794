//! The QR code of every certificate of the sample: how large it is, what its statement says, and what becomes of it when keys change.

use std::collections::BTreeMap;
use std::path::Path;

use issuer::audit::{Audit, Finding};
use issuer::issuing::{kazakhstan, qr_text};
use issuer::office::{Act, ExportFormat, Office, Transcript, qr_code, qr_svg};
use issuer::register::{KeyPurpose, RevocationReason};
use issuer::store::CertificateRecord;
use jiff::{SignedDuration, Timestamp};
use qrcode::Version;
use serde_json::Value;
use verifier::{
    Check, Code, Document, Documents, Language, Outcome, Policy, Report, TrustList, Verdict,
    achievement_digest, open_statement, verify,
};

use crate::fixture::{self, PROGRAMMES};
use crate::made_at;

/// So many hours after the directory was made.
fn at(hours: i64) -> Timestamp {
    made_at().checked_add(SignedDuration::from_hours(hours)).unwrap()
}

fn perform(office: &Office, hours: i64, act: Act) -> Transcript {
    let mut transcript = Transcript::default();
    office.perform(act, at(hours), &mut transcript).unwrap();
    transcript
}

fn records(office: &Office) -> Vec<CertificateRecord> {
    office.issuance.store.certificates().map(Result::unwrap).collect()
}

fn text(office: &Office, record: &CertificateRecord) -> String {
    qr_text(&record.certificate, &office.issuance.identity.public_url)
}

/// The report of somebody with the published documents and nothing else.
fn check(office: &Office, text: &str, hours: i64) -> Report {
    check_by(office, text, hours, &office.issuance.published().trust_list)
}

fn check_by(office: &Office, text: &str, hours: i64, trust: &str) -> Report {
    let own = |text: &str| Ok(Document::new(text.as_bytes().to_vec(), None));
    let mut documents = Documents::new();
    let identity = &office.issuance.identity;
    documents.insert(&identity.profile.id, own(&office.issuance.published().did_document));
    let list = office.issuance.status_list(1, at(hours)).unwrap();
    documents.insert(identity.public_url.status_list(1), own(&list.text));
    let policy = Policy::badge(TrustList::parse(trust.as_bytes()).unwrap());
    verify(text.as_bytes(), &documents, &policy, at(hours).as_second())
}

fn assert_sound(directory: &Path) {
    let audit = Audit { directory: directory.to_owned(), kept: Vec::new() };
    let mut findings = Vec::new();
    let mut tell = |finding: &Finding| findings.push(format!("{finding:?}"));
    let _ = audit.verify(at(9).as_second(), &mut tell, &mut |_, _| ()).unwrap();
    assert!(findings.is_empty(), "{findings:#?}");
}

#[test]
fn every_certificate_of_the_sample_has_a_code_of_version_22_or_less() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 100);
    let mut versions = BTreeMap::new();
    let mut longest = 0;
    for record in records(&office) {
        let certificate = &record.certificate;
        let text = text(&office, &record);
        let Version::Normal(version) = qr_code(&text).unwrap().version() else {
            panic!("a micro code")
        };
        *versions.entry(version).or_insert(0) += 1;
        longest = longest.max(text.len());

        let said = open_statement(&text).unwrap().statement;
        assert_eq!(said.number, certificate.number);
        assert_eq!(said.holder, certificate.completion.learner.name.to_string());
        let scores: Vec<u8> =
            certificate.completion.outcome_scores.iter().map(|(_, score)| *score).collect();
        assert_eq!(said.scores, scores);
        assert_eq!(said.competences.len(), scores.len(), "{text}");
        let kk: Value = serde_json::from_str(&certificate.editions[0].credential).unwrap();
        let achievement = kk["credentialSubject"]["achievement"].to_string();
        assert_eq!(said.programme.digest, achievement_digest(achievement.as_bytes()).unwrap());
        assert_eq!(kk["credentialSubject"]["licenseNumber"], *said.number);
        let issued = Timestamp::from_second(i64::from(said.issue_day) * 86_400).unwrap();
        let issued = issued.to_zoned(kazakhstan()).date();
        assert_eq!(issued, certificate.completion.issue_date);

        let report = check(&office, &text, 1);
        assert_eq!(report.verdict(), Verdict::Valid, "{report:?}");
        assert!(qr_svg(&text).unwrap().starts_with("<?xml"));
    }
    println!("versions at level M: {versions:?}; the longest text has {longest} characters");
    assert!(versions.values().sum::<usize>() > 50, "{versions:?}");
    assert!(versions.keys().all(|version| *version <= 22), "{versions:?}");
    office.close().unwrap();
    assert_sound(directory.path());
}

#[test]
fn competence_names_stay_away_where_there_is_no_room() {
    let directory = tempfile::tempdir().unwrap();
    let mut programmes: Value = serde_json::from_str(PROGRAMMES).unwrap();
    for programme in programmes["programmes"].as_array_mut().unwrap() {
        let rows = programme.pointer_mut("/appendix_G_explanatory_note/content/rows").unwrap();
        for (place, row) in rows.as_array_mut().unwrap().iter_mut().enumerate() {
            // Texts that do not deflate well.
            let name: String = (0..120_u32)
                .map(|n| {
                    char::from_u32(
                        0x430 + (n * n * 7 + n * 31 + u32::try_from(place).unwrap() * 13) % 32,
                    )
                    .unwrap()
                })
                .collect();
            row["learning_outcome"]["kk"] = name.into();
        }
    }
    let office = fixture::office(directory.path(), (&programmes.to_string(), 5), made_at());
    for record in records(&office) {
        let text = text(&office, &record);
        let said = open_statement(&text).unwrap().statement;
        assert!(said.competences.is_empty() && said.scores.len() >= 3, "{said:?}");
        let Version::Normal(version) = qr_code(&text).unwrap().version() else {
            panic!("a micro code")
        };
        assert!(version <= 18, "{version}");
        let report = check(&office, &text, 1);
        assert_eq!(report.verdict(), Verdict::Valid, "{report:?}");
        // They go by their places.
        assert!(report.view().unwrap().to_string().contains("1-құзырет"));
    }
}

/// Letters of the Kazakh alphabet that do not deflate: what no programme has, and the rules allow.
fn noise(length: u32, seed: u32) -> String {
    let letter = |n: u32| {
        let mut mixed =
            (n + 1).wrapping_mul(0x9e37_79b9).wrapping_add(seed.wrapping_mul(0x85eb_ca6b));
        mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x2c1b_3c6d);
        char::from_u32(0x430 + (mixed ^ (mixed >> 13)) % 32).unwrap()
    };
    (0..length).map(letter).collect()
}

#[test]
fn a_statement_that_no_paper_could_show_is_not_signed() {
    let mut seen = Vec::new();
    // The longest texts that a programme may have, and long ones.
    for length in [120, 300] {
        let directory = tempfile::tempdir().unwrap();
        let mut programmes: Value = serde_json::from_str(PROGRAMMES).unwrap();
        for (programme, seed) in
            programmes["programmes"].as_array_mut().unwrap().iter_mut().zip(1..)
        {
            let (title, name) = (noise(length, seed), noise(length, seed + 100));
            programme["register"]["title"]["kk"] = title.clone().into();
            programme["appendix_D_register_application"]["2_programme_name"]["kk"] = title.into();
            programme["badge"]["qualification_name"]["kk"] = name.clone().into();
            programme["appendix_V_title_page"]["microqualification_name"]["kk"] = name.into();
        }
        let office = fixture::office(directory.path(), (&programmes.to_string(), 1), made_at());
        for record in records(&office) {
            let text = text(&office, &record);
            seen.push((length, text.contains('#')));
            for format in [ExportFormat::Pdf, ExportFormat::Transcript, ExportFormat::Enbek] {
                let (number, language) = (record.certificate.number.clone(), Language::Kk);
                assert!(
                    !perform(&office, 1, Act::Export { number, language, format })
                        .file
                        .unwrap()
                        .is_empty()
                );
            }
        }
        office.close().unwrap();
        assert_sound(directory.path());
    }
    assert!(seen.contains(&(120, true)) && seen.contains(&(300, false)), "{seen:?}");
}

#[test]
fn a_revoked_certificate_has_a_revoked_code() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 2);
    let record = &records(&office)[0];
    let act = Act::Revoke {
        number: record.certificate.number.clone(),
        reason: RevocationReason::IssuedInError,
        by: "Registrar".to_owned(),
        confirmed_by: Some("Head".to_owned()),
        json: true,
    };
    perform(&office, 2, act);
    let report = check(&office, &text(&office, record), 2);
    assert_eq!(report.verdict(), Verdict::Invalid);
    assert!(
        matches!(report.outcome(Check::Status), Outcome::Fail(problem) if problem.code == Code::Revoked)
    );
    let other = &records(&office)[1];
    assert_eq!(check(&office, &text(&office, other), 2).verdict(), Verdict::Valid);
}

#[test]
fn a_code_outlives_the_rotation_of_its_key() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 1);
    let printed = text(&office, &records(&office)[0]);
    perform(&office, 5, Act::RotateKey { purpose: KeyPurpose::QrStatements });
    assert_eq!(check(&office, &printed, 6).verdict(), Verdict::Valid);
    let listed = perform(&office, 6, Act::ListKeys { json: true }).lines.join("\n");
    assert!(
        listed.contains(r#"#qr-2""#) && listed.contains(r#""purpose":"qr-statements""#),
        "{listed}"
    );
    // It is trusted for statements alone.
    let trust = office.issuance.published().trust_list.replace("qr-statements", "credentials");
    let report = check_by(&office, &printed, 6, &trust);
    assert_eq!(report.verdict(), Verdict::Untrusted);
    drop(office);
    assert_sound(directory.path());
}

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
    assert_eq!(office.issuance.compromised_numbers().unwrap().len(), before.len());

    perform(&office, 5, Act::Reissue { json: true });
    assert!(office.issuance.compromised_numbers().unwrap().is_empty());
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
    assert!(office.issuance.compromised_numbers().unwrap().is_empty());
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

/// The report of somebody who asks for proof of registration, and gets that of the statement under this key.
fn check_with_proof(
    office: &Office,
    record: &CertificateRecord,
    (text, key): (&str, &str),
) -> Report {
    let published = office.issuance.published();
    let identity = &office.issuance.identity;
    let own = |text: &str| Ok(Document::new(text.as_bytes().to_vec(), None));
    let mut documents = Documents::new();
    documents.insert(&identity.profile.id, own(&published.did_document));
    let list = office.issuance.status_list(1, at(7)).unwrap();
    documents.insert(identity.public_url.status_list(1), own(&list.text));
    let proof = office.issuance.prove_statement(record, key).unwrap().unwrap();
    let address = identity.public_url.certificate(&record.certificate.handle);
    let named = open_statement(text).unwrap().key_id;
    let named = named.rsplit('#').next().unwrap();
    documents.insert(format!("{address}/{named}.tlog-proof"), own(&proof.to_string()));
    let policy = published.policy.clone().requiring_inclusion(true);
    verify(text.as_bytes(), &documents, &policy, at(7).as_second())
}

/// A certificate is what is signed and what the register commits to: the digest in the statement is that of the leaf.
#[test]
fn the_code_is_tied_to_the_credentials() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 1);
    perform(&office, 2, Act::PublishCheckpoint);
    let record = &records(&office)[0];
    let text = text(&office, record);
    let opened = open_statement(&text).unwrap();
    let proof = office.issuance.prove(record).unwrap().unwrap();
    let leaf = verifier::log::LeafView::parse(proof.extra.as_deref().unwrap()).unwrap();
    // Behind the signatures stands the commitment to what the entry says.
    let (_, signatures) = leaf.commitments.split_last().unwrap();
    let (statement, editions) = signatures.split_last().unwrap();
    assert_eq!(*statement, opened.commitment());
    assert_eq!(opened.statement.editions, verifier::editions_digest(editions));
    // With the proof at hand the register vouches for it.
    let report = check_with_proof(&office, record, (&text, "qr-1"));
    assert_eq!(*report.outcome(Check::Inclusion), Outcome::Pass, "{report:?}");
    assert_eq!(report.verdict(), Verdict::Valid);
    assert!(office.issuance.prove_statement(record, "qr-2").unwrap().is_none());
}
