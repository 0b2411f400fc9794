//! Rows whose certificate is revoked: none of them looks fine, and each is issued again on purpose alone, once.

use issuer::completion::{Column, Row};
use issuer::office::ImportOptions;

use super::*;

const AGAIN: bool = true;

/// What an import says: its exit code, and each row.
struct Told {
    code: u8,
    rows: Vec<Value>,
    report: String,
}

fn told(office: &Office, file: &str, (again, dry_run): (bool, bool)) -> Told {
    let language = Language::En;
    let options = ImportOptions { dry_run, again, language, json: true, report: true };
    let act = Act::ImportCompletions { file: file.as_bytes().to_vec(), options };
    let (code, transcript) = perform(office, act).unwrap();
    let report = String::from_utf8(transcript.file.clone().unwrap()).unwrap();
    Told { code, rows: objects(&transcript), report }
}

/// The import of one row: exit code, outcome, number.
fn one(office: &Office, row: &str, again: bool) -> (u8, String, String) {
    let Told { code, rows, .. } = told(office, &file(row), (again, false));
    assert_eq!(rows.len(), 1);
    let text = |name: &str| rows[0][name].as_str().unwrap_or_default().to_owned();
    (code, text("outcome"), text("number"))
}

fn expected(code: u8, outcome: &str, number: &str) -> (u8, String, String) {
    (code, outcome.to_owned(), number.to_owned())
}

fn revoke(office: &Office, number: &str) {
    let act = Act::Revoke {
        number: number.to_owned(),
        reason: RevocationReason::IssuedInError,
        by: "registrar".to_owned(),
        confirmed_by: Some("dean".to_owned()),
        json: true,
    };
    assert_eq!(perform(office, act).unwrap().0, 0);
}

fn in_force(office: &Office) -> usize {
    let records = office.issuance.store.certificates().map(Result::unwrap);
    records.filter(|record| record.state == CertificateState::Active).count()
}

#[test]
fn a_revoked_row_is_told_with_number_day_and_reason() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 2);
    let number = numbers(&office).remove(0);
    revoke(&office, &number);
    let before = size(&office);
    let two = format!("{}\n{}\n{}\n", header(), row(1), row(2));
    for dry_run in [true, false] {
        let Told { code, rows, report } = told(&office, &two, (false, dry_run));
        assert_eq!((code, rows[1]["outcome"].as_str()), (1, Some("unchanged")));
        let expected = serde_json::json!({
            "line": 2, "outcome": "revoked", "number": number, "codes": ["CERTIFICATE_REVOKED"],
            "revocation": { "reason": "issued-in-error", "revoked_at": "2026-11-23T06:00:00Z" },
            "reason": rows[0]["reason"],
        });
        assert_eq!(rows[0], expected);
        for part in [number.as_str(), "2026-11-23", "issued in error", "--again"] {
            assert!(rows[0]["reason"].as_str().unwrap().contains(part), "{}", rows[0]["reason"]);
        }
        assert_eq!(report.lines().count(), 2, "{report}");
        assert!(report.contains("CERTIFICATE_REVOKED"), "{report}");
    }
    assert_eq!(size(&office), before);
    for (language, reason) in [(Language::Kk, "қате берілген"), (Language::Ru, "выдан ошибочно")]
    {
        let (dry_run, again) = (false, false);
        let options = ImportOptions { dry_run, again, language, json: false, report: false };
        let act = Act::ImportCompletions { file: file(&row(1)).into_bytes(), options };
        let (code, told) = perform(&office, act).unwrap();
        assert_eq!(code, 1);
        assert!(told.lines[0].contains(&number) && told.lines[0].contains(reason), "{told:?}");
    }
}

#[test]
fn again_issues_once_for_each_revocation() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 2);
    let mut last = numbers(&office).remove(0);
    for _ in 0..2 {
        revoke(&office, &last);
        let before = in_force(&office);
        let report = told(&office, &file(&row(1)), (false, false)).report;
        let rehearsed = told(&office, &report, (AGAIN, true));
        assert_eq!((rehearsed.code, &rehearsed.rows[0]["outcome"]), (0, &"acceptable".into()));
        assert_eq!(in_force(&office), before);
        // The row twice, beside one that needs nothing; as the report gives it back, and in the file.
        let twice = format!("{}\n{}\n{}\n{}\n", header(), row(1), row(2), row(1));
        let Told { code, rows, .. } = told(&office, &twice, (AGAIN, false));
        let outcomes: Vec<_> = rows.iter().map(|row| row["outcome"].as_str().unwrap()).collect();
        assert_eq!((code, outcomes), (0, vec!["issued", "unchanged", "unchanged"]));
        let new = rows[0]["number"].as_str().unwrap().to_owned();
        assert_eq!((&rows[2]["number"], &rows[2]["replaces"]), (&rows[0]["number"], &last.into()));
        assert_eq!(one(&office, &row(1), AGAIN), expected(0, "unchanged", &new));
        assert_eq!(one(&office, &row(1), false), expected(0, "unchanged", &new));
        let Told { code, rows, .. } = told(&office, &report, (AGAIN, false));
        assert_eq!((code, &rows[0]["number"]), (0, &Value::from(new.clone())));
        assert_eq!(in_force(&office), before + 1);
        last = new;
    }
}

#[test]
fn two_who_issue_again_at_once_issue_one() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 1);
    revoke(&office, &numbers(&office)[0]);
    let outcomes = std::thread::scope(|scope| {
        let threads = [(); 4].map(|()| scope.spawn(|| one(&office, &row(1), AGAIN)));
        threads.map(|thread| thread.join().unwrap())
    });
    assert_eq!(outcomes.iter().filter(|told| told.1 == "issued").count(), 1, "{outcomes:?}");
    assert!(outcomes.iter().all(|told| told.0 == 0 && told.2 == outcomes[0].2), "{outcomes:?}");
    assert_eq!(in_force(&office), 1);
}

#[test]
fn a_corrected_row_names_the_correction_and_is_never_issued_again() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 3);
    let old = numbers(&office)[2].clone();
    let right = row(3).replacen("Үлгібаев", "Үлгібаева", 1);
    let new = correct(&office, &old, &right).unwrap().1["number"].as_str().unwrap().to_owned();
    for again in [false, AGAIN] {
        let Told { code, rows, .. } = told(&office, &file(&row(3)), (again, false));
        assert_eq!((code, &rows[0]["outcome"]), (0, &"unchanged".into()));
        assert_eq!(
            (&rows[0]["number"], &rows[0]["replaces"]),
            (&new.as_str().into(), &old.as_str().into())
        );
    }
    revoke(&office, &new);
    let before = size(&office);
    // The row is known to be wrong: what can be issued again is the corrected one, and that on purpose alone.
    for again in [false, AGAIN] {
        let Told { code, rows, .. } = told(&office, &file(&row(3)), (again, false));
        assert_eq!((code, &rows[0]["number"]), (1, &new.as_str().into()));
        assert_eq!(rows[0]["codes"], serde_json::json!(["CORRECTION_REVOKED"]));
    }
    assert_eq!(one(&office, &right, false), expected(1, "revoked", &new));
    let refused = correct(&office, &old, &right).unwrap_err().to_string();
    assert!(refused.contains(&new) && refused.contains("--again"), "{refused}");
    let refused = correct(&office, &new, &row(3)).unwrap_err().to_string();
    assert!(refused.contains("--again"), "{refused}");
    assert_eq!(size(&office), before);
    let (code, outcome, third) = one(&office, &right, AGAIN);
    assert_eq!((code, outcome.as_str()), (0, "issued"));
    assert_eq!(one(&office, &right, AGAIN), expected(0, "unchanged", &third));
    // The wrong row is no better for it.
    assert_eq!(one(&office, &row(3), AGAIN).0, 1);
    assert_eq!(in_force(&office), 3);
}

#[test]
fn what_another_row_has_in_force_is_not_issued_again() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 1);
    revoke(&office, &numbers(&office)[0]);
    let other = row(1).replacen("SYN-QC", "NEW-QC", 1);
    let (code, outcome, number) = one(&office, &other, false);
    assert_eq!((code, outcome.as_str()), (0, "issued"));
    for again in [false, AGAIN] {
        let Told { code, rows, .. } = told(&office, &file(&row(1)), (again, false));
        assert_eq!((code, &rows[0]["outcome"]), (1, &"refused".into()));
        assert_eq!(rows[0]["codes"], serde_json::json!(["DUPLICATE_COMPLETION"]));
        assert!(rows[0]["reason"].as_str().unwrap().contains(&number), "{}", rows[0]);
    }
    assert_eq!(in_force(&office), 1);
}

#[test]
fn a_request_of_a_program_keeps_its_answer_and_its_row_is_no_less_revoked() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 0);
    let columns = header().split(',').map(|name| Column::from_header(name).unwrap());
    let sent = Row::from_columns(1, columns.zip(row(1).split(',')));
    let complete = || {
        let asked = vec![Asked { row: sent.clone(), idempotency_key: "first".to_owned() }];
        match office.complete("client", asked, made_at()).unwrap().remove(0) {
            Answer::Issued(record, is_new) => (record.certificate, is_new),
            other => panic!("{other:?}"),
        }
    };
    let (first, is_new) = complete();
    assert!(is_new);
    revoke(&office, &first.number);
    assert_eq!(complete(), (first.clone(), false));
    assert_eq!(one(&office, &row(1), false), expected(1, "revoked", &first.number));
    let (code, outcome, number) = one(&office, &row(1), AGAIN);
    assert_eq!((code, outcome.as_str()), (0, "issued"));
    assert_eq!(one(&office, &row(1), AGAIN), expected(0, "unchanged", &number));
    assert_eq!(complete(), (first, false));
    assert_eq!(in_force(&office), 1);
}
