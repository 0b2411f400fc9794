//! What a correction replaces, and the rules it keeps.

use super::*;

#[test]
fn a_correction_replaces_in_one_append_and_once() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 4);
    let old = numbers(&office)[2].clone();
    let before = size(&office);
    // A name: what the wrong certificate says of its learner does not count against it.
    let right = row(3).replacen("Үлгібаев", "Үлгібаева", 1);
    let (code, done) = correct(&office, &old, &right).unwrap();
    assert_eq!(
        (code, &done["outcome"], &done["supersedes"]),
        (0, &"corrected".into(), &old.clone().into())
    );
    let new = done["number"].as_str().unwrap().to_owned();
    let entries = office.issuance.register().read(before, 10).unwrap();
    assert_eq!(entries.len(), 2, "one to issue, one to revoke");
    assert!(
        matches!(&entries[0].payload, Payload::Present(Event::CertificateIssued(issued)) if issued.number == new)
    );
    assert!(matches!(&entries[1].payload, Payload::Present(Event::CertificateRevoked(revoked))
        if revoked.number == old && revoked.reason == RevocationReason::Superseded
            && revoked.superseded_by.as_deref() == Some(&new)));

    let record = office.record(&new).unwrap();
    assert_eq!(record.certificate.completion.learner.name.family, "Үлгібаева");
    let wrong = office.record(&old).unwrap();
    assert_eq!(record.certificate.learner_key, wrong.certificate.learner_key);
    assert!(matches!(wrong.state, CertificateState::Revoked(_)));
    for edition in &wrong.certificate.editions {
        let revoked = office.issuance.store.revoked_indices(edition.status.list).unwrap();
        assert!(revoked.contains(&edition.status.index));
    }

    let (code, again) = correct(&office, &old, &right).unwrap();
    assert_eq!(
        (code, &again["outcome"], &again["number"]),
        (0, &"unchanged".into(), &new.clone().into())
    );
    assert_eq!(size(&office), before + 2, "a repetition appends nothing");
    let other = correct(&office, &old, &row(3)).unwrap_err().to_string();
    assert!(other.contains(&new), "{other}");
    // The new one can be corrected in its turn, by its own row too.
    let (code, third) = correct(&office, &new, &row(3)).unwrap();
    assert_eq!((code, &third["supersedes"]), (0, &new.clone().into()));

    let show = Act::Show { number: new.clone(), json: true };
    let shown = objects(&perform(&office, show).unwrap().1).remove(0);
    assert_eq!((&shown["supersedes"], &shown["superseded_by"]), (&old.into(), &third["number"]));
}

#[test]
fn a_correction_keeps_the_rules() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 4);
    let all = numbers(&office);
    let before = size(&office);
    // The same completion, another learner's identity number and reference, a failed result, two rows.
    let same = correct(&office, &all[0], &row(1)).unwrap_err().to_string();
    assert!(same.contains("the same"), "{same}");
    let iin = |line: usize| row(line).split(',').nth(5).unwrap().to_owned();
    let stolen = row(1).replacen(&iin(1), &iin(2), 1);
    let (code, refused) = correct(&office, &all[0], &stolen).unwrap();
    assert_eq!((code, &refused["codes"]), (1, &serde_json::json!(["IIN_BELONGS_TO_ANOTHER"])));
    let (code, refused) = correct(&office, &all[0], &row(2)).unwrap();
    assert_eq!((code, &refused["codes"]), (1, &serde_json::json!(["DUPLICATE_COMPLETION"])));
    let two = format!("{}\n{}", row(1), row(2));
    assert!(correct(&office, &all[0], &two).is_err());
    assert!(correct(&office, "MC-A-999999-0", &row(1)).is_err());
    for (by, confirmed_by) in [("a", "A "), ("", "b"), ("a", " "), ("a\nb", "c")] {
        let act = Act::Correct {
            number: all[0].clone(),
            corrected: Corrected::Json("{}".to_owned()),
            by: by.to_owned(),
            confirmed_by: confirmed_by.to_owned(),
            language: Language::En,
            json: true,
        };
        assert!(perform(&office, act).is_err(), "{by:?} {confirmed_by:?}");
    }
    assert_eq!(size(&office), before, "a refused correction appends nothing");
}

#[test]
fn a_correction_without_the_number_keeps_the_sealed_one() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 1);
    let number = numbers(&office).remove(0);
    let old = office.record(&number).unwrap().certificate;
    let iin = row(1).split(',').nth(5).unwrap().to_owned();
    let (code, done) =
        correct(&office, &number, &row(1).replacen(&iin, "", 1).replacen("SYN-QC", "NEW-QC", 1))
            .unwrap();
    assert_eq!(code, 0, "{done}");
    let new = office.record(done["number"].as_str().unwrap()).unwrap().certificate;
    assert_eq!((new.learner_key, new.sealed_iin), (old.learner_key, old.sealed_iin));
}
