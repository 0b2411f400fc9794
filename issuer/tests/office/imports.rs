//! Acts on an opened data directory: what must hold between rows, files and imports.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::thread;

use issuer::office::{Act, Office, Transcript};
use serde_json::{Value, json};

use crate::fixture::{COMPLETIONS, PROGRAMMES, completions};
use crate::made_at;

/// Imports these rows under the sample's header; the outcome of each, with its codes.
fn import(office: &Office, rows: &[String]) -> Vec<Value> {
    let header = COMPLETIONS.lines().next().unwrap();
    let act = completions(&format!("{header}\n{}\n", rows.join("\n")));
    let mut transcript = Transcript::default();
    office.perform(act, made_at(), &mut transcript).unwrap();
    transcript.lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn sample_row(line: usize) -> String {
    COMPLETIONS.lines().nth(line).unwrap().to_owned()
}

fn without_iin(row: &str) -> String {
    let mut fields: Vec<&str> = row.split(',').collect();
    fields[5] = "";
    fields.join(",")
}

#[test]
fn two_imports_at_once_keep_the_rules_between_them() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 0);
    for line in 1..=8 {
        let one = sample_row(line);
        let name = one.split(',').nth(1).unwrap().to_owned();
        let reference = one.split(',').next().unwrap().to_owned();
        // The same identity number under another name and reference.
        let other = one.replacen(&reference, &format!("OTHER-{line}"), 1);
        let other = other.replacen(&name, "Басқаев", 1).replacen("learner", "other", 1);
        let outcomes = thread::scope(|scope| {
            let first = scope.spawn(|| import(&office, &[one]));
            let second = scope.spawn(|| import(&office, &[other]));
            [first.join().unwrap(), second.join().unwrap()].concat()
        });
        let issued = outcomes.iter().filter(|row| row["outcome"] == "issued").count();
        assert_eq!(issued, 1, "{outcomes:?}");
        let refused = outcomes.iter().find(|row| row["outcome"] == "refused").unwrap();
        assert_eq!(refused["codes"], serde_json::json!(["IIN_BELONGS_TO_ANOTHER"]));
    }
}

#[test]
fn a_known_learner_without_a_number_is_still_the_same_person() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 0);
    let first = sample_row(1);
    assert_eq!(import(&office, std::slice::from_ref(&first))[0]["outcome"], "issued");
    // The same claim again without the number, behind another row of the same learner in one file.
    let again = without_iin(&first);
    let later = again.replace("2026-02-09,2026-03-06", "2026-02-10,2026-03-06");
    let outcomes = import(&office, &[later, again]);
    assert_eq!(outcomes[0]["outcome"], "issued", "{outcomes:?}");
    assert_eq!(outcomes[1]["codes"], serde_json::json!(["DUPLICATE_COMPLETION"]), "{outcomes:?}");
}

#[test]
fn a_directory_that_was_open_to_others_is_closed() {
    let directory = tempfile::tempdir().unwrap();
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let office = crate::office(directory.path(), 0);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(directory.path()), 0o700);
    assert_eq!(mode(&directory.path().join("store")), 0o700);
    drop(office);
}

/// The regulation's 9.4: a certificate and its code name the programme by this number.
#[test]
fn no_two_programmes_have_one_registration_number() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 0);
    let mut file: Value = serde_json::from_str(PROGRAMMES).unwrap();
    let programmes = file["programmes"].as_array_mut().unwrap();
    programmes.truncate(1);
    let code = programmes[0]["code"].as_str().unwrap().to_owned();
    let renamed = programmes[0].to_string().replace(&code, "MK-OTHER-01");
    programmes[0] = serde_json::from_str(&renamed).unwrap();
    let number = programmes[0]["register"]["registration_number"].clone();
    let import = |file: &Value| {
        let mut told = Transcript::default();
        let act = Act::ImportProgrammes { file: file.to_string().into_bytes() };
        (office.perform(act, made_at(), &mut told).unwrap(), told)
    };
    let (code, told) = import(&file);
    assert_eq!(code, 1, "{told:?}");
    let sentence = told.notes.join(" ");
    assert!(sentence.contains(number.as_str().unwrap()) && sentence.contains("9.4"), "{told:?}");
    let codes: Vec<_> = office.issuance.programmes().codes().map(str::to_owned).collect();
    assert!(!codes.contains(&"MK-OTHER-01".to_owned()), "{codes:?}");

    file["programmes"][0]["register"]["registration_number"] = json!("SYN-MK-2026-9999");
    assert_eq!(import(&file).0, 0);
    file["programmes"] = json!([]);
    let (code, told) = import(&file);
    assert!(code == 1 && told.notes[0].contains("no programme"), "{told:?}");
}
