//! The QR code of every certificate of the sample: how large it is, what its statement says, and what becomes of it when keys change.

use std::collections::BTreeMap;

use issuer::issuing::kazakhstan;
use issuer::office::{Act, ExportFormat, qr_code, qr_svg};
use issuer::register::{KeyPurpose, RevocationReason};
use jiff::Timestamp;
use qrcode::Version;
use serde_json::Value;
use verifier::{Check, Code, Language, Outcome, Verdict, achievement_digest, open_statement};

use crate::fixture::{self, PROGRAMMES};
use crate::judged::{assert_sound, check, check_by, check_with_proof, records, text};
use crate::{made_at, perform};

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
