//! The sample programmes, and each of them broken in one place.

use jiff::civil::date;
use serde_json::{Value, json};
use verifier::Language;

use super::{Programme, ProgrammeFile, ProgrammeStatus, Programmes};

const SAMPLE: &[u8] = include_bytes!("../../sample/programmes.json");

fn sample(index: usize) -> Value {
    let file: Value = serde_json::from_slice(SAMPLE).unwrap();
    file["programmes"][index].clone()
}

/// The pointers of the problems after one value of the third programme was replaced.
fn broken(pointer: &str, value: Value) -> Vec<String> {
    let mut entry = sample(2);
    *entry.pointer_mut(pointer).unwrap() = value;
    match Programme::parse(&entry) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.into_iter().map(|problem| problem.pointer).collect(),
    }
}

#[test]
fn all_sample_programmes_hold() {
    let file = ProgrammeFile::parse(SAMPLE).unwrap();
    let codes: Vec<_> = file.programmes.iter().map(|programme| programme.code.as_str()).collect();
    assert_eq!(codes, ["MK-DL-01", "MK-AI-02", "MK-DA-03", "MK-PM-04", "MK-GS-05", "MK-CS-06"]);
    let management = &file.programmes[3];
    assert_eq!((management.credits, management.hours, management.nqf_level), (3, 90, 6));
    assert_eq!(management.outcomes[0].short_id, "LO1");
    assert_eq!(management.professional_standard.code.as_deref(), Some("SYN-PS-002"));
    assert_eq!(management.languages(), Language::ALL);
    assert_eq!(management.document(), &sample(3));
    assert_eq!(file.programmes[4].accreditation, []);
}

#[test]
fn a_programme_without_english_is_issued_in_two_languages() {
    let mut entry = sample(0);
    entry["register"]["title"].as_object_mut().unwrap().remove("en");
    entry["appendix_D_register_application"]["2_programme_name"]
        .as_object_mut()
        .unwrap()
        .remove("en");
    assert_eq!(Programme::parse(&entry).unwrap().languages(), [Language::Kk, Language::Ru]);
}

#[test]
fn each_rule_names_its_place() {
    let rows = "/appendix_G_explanatory_note/content/rows";
    let cases = [
        ("/register/volume/academic_credits", json!(7)),
        ("/register/volume/academic_credits", json!(0)),
        ("/register/volume/academic_credits", json!(1.5)),
        ("/register/volume/academic_hours", json!(121)),
        ("/register/valid_until", json!("2026-12-31")),
        ("/register/valid_until", json!("2029-02-01")),
        ("/register/valid_until", json!("31.01.2029")),
        ("/register/status", json!("sleeping")),
        ("/register/nqf_level", json!(9)),
        ("/register/title/kk", json!(" ")),
        ("/register/registration_number", Value::Null),
        ("/approval/internal_review/result", json!("negative")),
        ("/approval/external_review", Value::Null),
        ("/approval/order/date", json!("2026-01-18")),
        ("/approval/submitted_documents", json!(["application"])),
        ("/code", json!("MK-DА-03")),
        ("/delivery/study_form", json!("evening")),
    ];
    for (pointer, value) in cases {
        let found = broken(pointer, value.clone());
        assert!(
            found.iter().any(|place| place.starts_with(pointer)),
            "{pointer} = {value}: {found:?}"
        );
    }
    assert_eq!(
        broken(&format!("{rows}/1/hours_total"), json!(29))[0],
        format!("{rows}/1/hours_total")
    );
    assert!(broken(rows, json!([])).contains(&rows.to_owned()));
    assert!(broken("/register/title/ru", json!("Другое"))[0].contains("2_programme_name"));
}

#[test]
fn less_than_half_practical_is_refused() {
    let mut entry = sample(0);
    let row = &mut entry["appendix_G_explanatory_note"]["content"]["rows"][0]["of_which"];
    row["theoretical"] = json!(3);
    row["individual"] = json!(0);
    entry["appendix_G_explanatory_note"]["content"]["totals"] = Value::Null;
    let problems = Programme::parse(&entry).unwrap_err();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].sentence.contains("11.2.2"));
}

#[test]
fn problems_come_all_at_once() {
    let mut entry = sample(0);
    entry["register"]["volume"]["academic_credits"] = json!(9);
    entry["register"]["status"] = json!("x");
    entry["badge"]["qualification_name"]["kk"] = Value::Null;
    assert!(Programme::parse(&entry).unwrap_err().len() >= 3);
    assert!(Programme::parse(&json!(null)).is_err());
    assert!(Programme::parse(&json!({})).unwrap_err().len() > 15);
}

#[test]
fn a_draft_needs_no_approval_yet() {
    let mut entry = sample(0);
    entry["register"]["status"] = json!("draft");
    entry["register"]["registration_number"] = Value::Null;
    entry["register"]["registered_on"] = Value::Null;
    entry["approval"] = json!({});
    let draft = Programme::parse(&entry).unwrap();
    assert_eq!(draft.status, ProgrammeStatus::Draft);
    assert!(!draft.accepts(date(2026, 3, 1), date(2026, 3, 2)));
}

#[test]
fn a_code_twice_in_a_file_is_refused() {
    let twice = json!({"programmes": [sample(0), sample(0)]}).to_string();
    let problems = ProgrammeFile::parse(twice.as_bytes()).unwrap_err();
    assert_eq!(problems[0].pointer, "/programmes/1/code");
    assert!(ProgrammeFile::parse(b"[]").is_err());
    assert!(ProgrammeFile::parse(b"{").is_err());
}

#[test]
fn validity_includes_both_its_days() {
    let programmes: Programmes =
        ProgrammeFile::parse(SAMPLE).unwrap().programmes.into_iter().collect();
    let accepts = |from, to| programmes.accepting("MK-DL-01", from, to).is_some();
    assert!(accepts(date(2026, 2, 1), date(2027, 1, 31)));
    assert!(!accepts(date(2026, 1, 31), date(2026, 2, 10)));
    assert!(!accepts(date(2027, 1, 20), date(2027, 2, 1)));
}

#[test]
fn a_new_version_leaves_the_old_one_to_its_time() {
    let mut programmes: Programmes =
        ProgrammeFile::parse(SAMPLE).unwrap().programmes.into_iter().collect();
    let mut next = programmes.latest("MK-DL-01").unwrap().clone();
    next.version = "2.0".into();
    next.valid_from = date(2027, 2, 1);
    next.valid_until = date(2028, 1, 31);
    programmes.add(next);
    let version = |from, to| {
        programmes.accepting("MK-DL-01", from, to).map(|programme| programme.version.as_str())
    };
    assert_eq!(version(date(2026, 3, 1), date(2026, 3, 9)), Some("1.0"));
    assert_eq!(version(date(2027, 3, 1), date(2027, 3, 9)), Some("2.0"));
}
