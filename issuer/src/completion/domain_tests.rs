//! The sample files of the domain through the whole room, and properties of any bytes.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde_json::Value;
use verifier::Language;

use super::*;
use crate::programme::{ProgrammeFile, Programmes};

const GOOD: &[u8] = include_bytes!("../../sample/completions.csv");
const BROKEN: &[u8] = include_bytes!("../../sample/broken_rows.csv");
const TODAY: Date = date(2026, 11, 23);

fn programmes() -> Programmes {
    let file = ProgrammeFile::parse(include_bytes!("../../sample/programmes.json")).unwrap();
    file.programmes.into_iter().collect()
}

fn roster() -> Roster<'static> {
    Roster::new(|iin| format!("index of {}", iin.expose()))
}

/// Checks every row in order, as an import does: line and codes of the refused ones.
fn import(bytes: &[u8], roster: &mut Roster<'_>) -> (usize, Vec<(usize, BTreeSet<String>)>) {
    let programmes = programmes();
    let (mut accepted, mut refused) = (0, Vec::new());
    for row in Table::read(bytes).unwrap().rows {
        let row = row.unwrap();
        match check_row(&row, &programmes, roster, TODAY) {
            Ok(completion) => {
                accepted += 1;
                let key = roster.learner_key(&completion.learner);
                roster.accept(&completion, &key, "1.0", Some(format!("N-{}", row.line)));
            }
            Err(refusals) => {
                let codes = refusals.iter().map(|refusal| refusal.code.name().to_owned());
                refused.push((row.line, codes.collect()));
            }
        }
    }
    (accepted, refused)
}

#[test]
fn the_good_file_leaves_four_below_the_pass_mark() {
    let (accepted, refused) = import(GOOD, &mut roster());
    let below = |line| (line, BTreeSet::from(["SCORE_BELOW_PASS".to_owned()]));
    assert_eq!((accepted, refused), (68, vec![below(22), below(23), below(24), below(25)]));
}

#[test]
fn the_good_file_twice_is_all_duplicates() {
    let mut roster = roster();
    import(GOOD, &mut roster);
    let (accepted, refused) = import(GOOD, &mut roster);
    assert_eq!((accepted, refused.len()), (0, 72));
    let duplicate = BTreeSet::from(["DUPLICATE_COMPLETION".to_owned()]);
    assert_eq!(refused.iter().filter(|(_, codes)| *codes == duplicate).count(), 68);
}

#[test]
fn every_broken_row_is_refused_with_exactly_its_codes() {
    let expected = include_str!("../../sample/broken_rows_expected.json");
    let expected: Value = serde_json::from_str(expected).unwrap();
    let mut roster = roster();
    import(GOOD, &mut roster);
    let (accepted, refused) = import(BROKEN, &mut roster);
    assert_eq!((accepted, refused.len()), (0, 20));
    for (found, row) in refused.iter().zip(expected["rows"].as_array().unwrap()) {
        let codes: BTreeSet<String> = serde_json::from_value(row["errors"].clone()).unwrap();
        assert_eq!(found.1, codes, "row {}: {}", row["row"], row["why"]);
    }
}

#[test]
fn what_a_machine_could_repair_is_proposed() {
    let proposals = |line: usize| {
        let table = Table::read(BROKEN).unwrap();
        let row = table.rows[line - 2].as_ref().unwrap();
        let refusals = check_row(row, &programmes(), &roster(), TODAY).unwrap_err();
        refusals.into_iter().filter_map(|refusal| refusal.proposal).collect::<BTreeSet<_>>()
    };
    let set = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    assert_eq!(proposals(5), set(&["970304684915"]));
    assert_eq!(proposals(7), set(&["Қателова"]));
    assert_eq!(proposals(9), set(&["Ошибкина", "Мария", "Ивановна"]));
    assert_eq!(proposals(14), set(&["MK-PM-04"]));
}

#[test]
fn a_duplicate_names_its_certificate() {
    let mut roster = roster();
    import(GOOD, &mut roster);
    let table = Table::read(BROKEN).unwrap();
    let row = table.rows[18].as_ref().unwrap();
    let refusals = check_row(row, &programmes(), &roster, TODAY).unwrap_err();
    assert_eq!(refusals[0].value, "N-21");
}

#[test]
fn any_way_of_writing_gives_the_same_fingerprints() {
    let good = Table::read(GOOD).unwrap();
    let excel = Table::read(include_bytes!("../../sample/completions_excel_ru.csv")).unwrap();
    assert_eq!((excel.form.delimiter, excel.rows.len()), (';', 10));
    assert!(excel.form.has_byte_order_mark && excel.form.has_crlf);
    for (first, second) in good.rows.iter().zip(&excel.rows) {
        let (first, second) = (first.as_ref().unwrap(), second.as_ref().unwrap());
        assert_eq!(fingerprint(first), fingerprint(second));
    }
    let (accepted, _) =
        import(include_bytes!("../../sample/completions_excel_ru.csv"), &mut roster());
    assert_eq!(accepted, 10);
}

#[test]
fn kazakh_headers_in_any_order() {
    let good = Table::read(GOOD).unwrap();
    let mut form = TableForm::plain(Language::Kk);
    form.header.reverse();
    form.columns.reverse();
    form.delimiter = ';';
    let rows: Vec<RefusedRow> =
        good.rows.iter().map(|row| RefusedRow::new(row.as_ref().unwrap(), &form, vec![])).collect();
    let again = Table::read(&write_report(&form, &rows, Language::Kk)).unwrap();
    for (first, second) in good.rows.iter().zip(&again.rows) {
        assert_eq!(fingerprint(first.as_ref().unwrap()), fingerprint(second.as_ref().unwrap()));
    }
}

#[test]
fn rows_of_broken_structure_are_refused_one_by_one() {
    let bytes = include_bytes!("../../sample/broken_structure.csv");
    let table = Table::read(bytes).unwrap();
    let codes: Vec<_> = table
        .rows
        .iter()
        .map(|row| row.as_ref().map_err(|row| (row.line, row.refusal.code)).unwrap_err())
        .collect();
    assert_eq!(
        codes,
        [
            (2, RefusalCode::RowFieldCount),
            (3, RefusalCode::RowFieldCount),
            (4, RefusalCode::RowUnclosedQuote)
        ]
    );
}

#[test]
fn the_report_of_broken_rows_imports_too() {
    let table = Table::read(include_bytes!("../../sample/broken_structure.csv")).unwrap();
    let rows = table.rows.into_iter().map(|row| RefusedRow::from(row.unwrap_err()));
    let report = write_report(&table.form, &rows.collect::<Vec<_>>(), Language::Kk);
    let again = Table::read(&report).unwrap();
    assert!(again.rows.len() == 3 && again.rows.iter().all(Result::is_ok));
}

#[test]
fn good_rows_go_on_around_a_broken_one_and_none_is_lost() {
    let text = std::str::from_utf8(GOOD).unwrap();
    let mut lines: Vec<String> = text.lines().take(6).map(str::to_owned).collect();
    lines[2].push_str(",extra");
    lines[4].insert(0, '"');
    let table = Table::read(lines.join("\n").as_bytes()).unwrap();
    let faults: Vec<_> = table
        .rows
        .iter()
        .map(|row| row.as_ref().map_or_else(|broken| (broken.line, false), |row| (row.line, true)))
        .collect();
    assert_eq!(faults, [(2, true), (3, false), (4, true), (5, false), (6, false)]);
}

#[test]
fn files_that_cannot_be_read_say_what_to_do() {
    let legacy = include_bytes!("../../sample/broken_encoding_cp1251.csv");
    let fault = Table::read(legacy).unwrap_err();
    assert_eq!(fault, FileFault::NotUtf8 { byte: 0, line: 1 });
    assert!(
        fault.to_string().contains("windows-1251") && fault.to_string().contains("byte 1, line 1")
    );
    let utf16: Vec<u8> = "learner_ref,x".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(Table::read(&utf16), Err(FileFault::Utf16));
    assert_eq!(Table::read(b""), Err(FileFault::Empty));
    assert_eq!(Table::read(b"\xEF\xBB\xBF \n"), Err(FileFault::Empty));
    assert_eq!(Table::read(b"PK\x03\x04"), Err(FileFault::NotText));
    for (bytes, kind) in [
        (&b"%PDF-1.7\n\xE2"[..], "PDF"),
        (b"\x89PNG\r\n", "PNG"),
        (b"\xFF\xD8\xFF\xE0", "JPEG"),
        (b" {\"rows\":[]}", "JSON"),
        (b"<html>", "XML"),
    ] {
        assert_eq!(Table::read(bytes), Err(FileFault::Foreign(kind)));
    }
    assert_eq!(Table::read(b"a,b\n1,2"), Err(FileFault::NoHeader));
    assert_eq!(Table::read(b"iin,\"b\n1,2"), Err(FileFault::HeaderQuotes));
    assert_eq!(Table::read(b"iin,grade\n"), Err(FileFault::UnknownColumns(vec!["grade".into()])));
    assert!(
        matches!(Table::read(b"iin,email\n"), Err(FileFault::MissingColumns(missing)) if missing.len() == 20)
    );
    assert_eq!(
        Table::read("iin,ЖСН\n".as_bytes()),
        Err(FileFault::DuplicateColumns(vec![Column::Iin]))
    );
    assert_eq!(Table::read(b"iin\n1\0"), Err(FileFault::Nul { byte: 5, line: 2 }));
}

#[test]
fn the_report_imports_again() {
    let table = Table::read(BROKEN).unwrap();
    let programmes = programmes();
    let roster = roster();
    let mut refused = Vec::new();
    for row in table.rows.iter().map(|row| row.as_ref().unwrap()) {
        if let Err(refusals) = check_row(row, &programmes, &roster, TODAY) {
            refused.push((row, RefusedRow::new(row, &table.form, refusals)));
        }
    }
    let rows: Vec<RefusedRow> = refused.iter().map(|(_, refused)| refused.clone()).collect();
    let report = write_report(&table.form, &rows, Language::Ru);
    let again = Table::read(&report).unwrap();
    assert_eq!((again.rows.len(), &again.form), (refused.len(), &table.form));
    for (row, (original, _)) in again.rows.iter().zip(&refused) {
        for column in Column::ALL {
            assert_eq!(row.as_ref().unwrap().field(column), original.field(column));
        }
    }
    assert!(String::from_utf8(report).unwrap().contains("IIN_CHECK_DIGIT"));
}

#[test]
fn a_learner_without_a_number_is_known_by_reference() {
    let good = Table::read(GOOD).unwrap();
    let first = good.rows[0].as_ref().unwrap();
    let with = |changes: &[(Column, &'static str)]| {
        let old = Column::ALL.map(|column| (column, first.field(column)));
        Row::from_columns(2, old.into_iter().chain(changes.iter().copied()))
    };
    let programmes = programmes();
    let mut roster = roster();
    let codes = |row: &Row, roster: &Roster<'_>| match check_row(row, &programmes, roster, TODAY) {
        Ok(_) => vec![],
        Err(refusals) => refusals.iter().map(|refusal| refusal.code.name()).collect(),
    };
    let nameless = with(&[(Column::Iin, "")]);
    let completion = check_row(&nameless, &programmes, &roster, TODAY).unwrap();
    let key = roster.learner_key(&completion.learner);
    roster.accept(&completion, &key, "1.0", None);
    assert_eq!(codes(first, &roster), ["DUPLICATE_COMPLETION"]);
    assert_eq!(codes(&nameless, &roster), ["DUPLICATE_COMPLETION"]);
    let other = with(&[(Column::GivenName, "Тест"), (Column::Iin, "")]);
    assert_eq!(codes(&other, &roster), ["REFERENCE_BELONGS_TO_ANOTHER"]);
    let nobody = with(&[(Column::LearnerRef, ""), (Column::Iin, "")]);
    assert_eq!(codes(&nobody, &roster), ["LEARNER_UNIDENTIFIED"]);
    assert_eq!(codes(&with(&[(Column::LearnerRef, " ")]), &roster), ["REFERENCE_MISSING"]);
}

/// One good row with one cell replaced: exactly this code.
#[test]
fn single_faults_have_their_own_codes() {
    let good = Table::read(GOOD).unwrap();
    let first = good.rows[0].as_ref().unwrap();
    let mut programmes = programmes();
    let mut suspended = programmes.latest("MK-DL-01").unwrap().clone();
    suspended.code = "MK-DL-09".into();
    suspended.status = crate::programme::ProgrammeStatus::Suspended;
    programmes.add(suspended);
    let cases = [
        (Column::LearnerCategory, "", "CATEGORY_MISSING"),
        (Column::LearnerCategory, "guest", "CATEGORY_UNKNOWN"),
        (Column::Employer, " ", "EMPLOYER_MISSING"),
        (Column::Employer, "ТОО\u{202E}", "TEXT_CHARACTERS"),
        (Column::Employer, "ТОО\nТЕСТ", "TEXT_CHARACTERS"),
        (Column::ProgrammeCode, "", "PROGRAMME_MISSING"),
        (Column::ProgrammeCode, "MK-DL-09", "PROGRAMME_NOT_ACTIVE"),
        (Column::StudyForm, "", "STUDY_FORM_MISSING"),
        (Column::StudyForm, "күндізгі", "STUDY_FORM_MISMATCH"),
        (Column::Language, "", "LANGUAGE_MISSING"),
        (Column::Language, "английский", "LANGUAGE_NOT_OFFERED"),
        (Column::PeriodStart, "", "DATE_MISSING"),
        (Column::IssueDate, "", "DATE_MISSING"),
        (Column::ConsentDate, "", "DATE_MISSING"),
        (Column::ConsentDate, "2027-01-01", "DATE_IN_FUTURE"),
        (Column::ConsentPersonalData, "no", "CONSENT_MISSING"),
        (Column::ScorePercent, "", "SCORE_MISSING"),
        (Column::LoScores, "", "LO_SCORES_INCOMPLETE"),
        (Column::LoScores, "LO1:90|LO2:90|LO3:90|LO4:90", "LO_UNKNOWN"),
        (Column::LoScores, "LO1:90|LO2:90|LO3:90|LO3:90", "LO_TWICE"),
        (Column::LoScores, "LO1:90|LO2:90|LO3:90|", "LO_SCORES_FORMAT"),
        (Column::LoScores, "LO1:90|LO2:90|LO3:101", "SCORE_OUT_OF_RANGE"),
        (Column::LoScores, "LO1:90|LO2:90|LO3:9,5", "SCORE_FORMAT"),
        (Column::CommissionProtocol, "", "PROTOCOL_MISSING"),
        (Column::HolderDid, "did:key:abc", "DID_INVALID"),
        (Column::NameLatin, "MYSАLIEV", "NAME_MIXED_SCRIPT"),
    ];
    for (column, cell, code) in cases {
        let old = Column::ALL.into_iter().map(|column| (column, first.field(column)));
        let row = Row::from_columns(2, old.chain([(column, cell)]));
        let refusals = check_row(&row, &programmes, &roster(), TODAY).unwrap_err();
        let codes: Vec<_> = refusals.iter().map(|refusal| refusal.code.name()).collect();
        assert_eq!(codes, [code], "{column:?} = {cell:?}");
    }
}

#[test]
fn words_of_the_regulation_are_understood() {
    let good = Table::read(GOOD).unwrap();
    let first = good.rows[0].as_ref().unwrap();
    let words = [
        (Column::LearnerCategory, "Работник"),
        (Column::StudyForm, "қашықтықтан"),
        (Column::Language, "Русский"),
        (Column::ConsentPersonalData, "Иә"),
    ];
    let old = Column::ALL.into_iter().map(|column| (column, first.field(column)));
    let row = Row::from_columns(2, old.chain(words));
    let completion = check_row(&row, &programmes(), &roster(), TODAY);
    assert_eq!(completion, check_row(first, &programmes(), &roster(), TODAY));
    assert!(completion.is_ok());
}

/// Replaces single cells of a good row by anything.
fn any_row() -> impl Strategy<Value = Row> {
    let cell = prop_oneof![
        "\\PC{0,12}",
        "[0-9]{1,4}-[0-9]{2}-[0-9]{2}",
        "[0-9]{1,3}",
        "LO[0-9]:[0-9]{1,3}"
    ];
    prop::collection::vec((0..Column::ALL.len(), cell), 0..4).prop_map(|changes| {
        let table = Table::read(GOOD).unwrap();
        let first = table.rows[0].as_ref().unwrap();
        let old = Column::ALL.into_iter().map(|column| (column, first.field(column)));
        let new = changes.iter().map(|(index, cell)| (Column::ALL[*index], cell.as_str()));
        Row::from_columns(2, old.chain(new))
    })
}

fn check_invariants(completion: &Completion) {
    assert!(completion.period_start <= completion.period_end);
    assert!(completion.period_end <= completion.commission_date);
    assert!(completion.commission_date <= completion.issue_date);
    assert!(completion.issue_date <= TODAY && completion.consent_date <= TODAY);
    assert!((50..=100).contains(&completion.score_percent));
    assert!(completion.outcome_scores.iter().all(|(_, score)| *score <= 100));
    assert!(!completion.learner.reference.is_empty() && !completion.learner.name.family.is_empty());
}

proptest! {
    #[test]
    fn a_completion_holds_its_invariants(row in any_row()) {
        match check_row(&row, &programmes(), &roster(), TODAY) {
            Ok(completion) => check_invariants(&completion),
            Err(refusals) => {
                prop_assert!(!refusals.is_empty());
                for refusal in refusals {
                    for language in Language::ALL {
                        prop_assert!(refusal.sentence(language).ends_with('.'));
                    }
                }
            }
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), with_header: bool) {
        let mut file = Vec::new();
        if with_header {
            file.extend(GOOD.split(|byte| *byte == b'\n').next().unwrap());
            file.push(b'\n');
        }
        file.extend(&bytes);
        check_file(&file);
        check_file(String::from_utf8_lossy(&file).as_bytes());
    }
}

fn check_file(file: &[u8]) {
    let Ok(table) = Table::read(file) else {
        return;
    };
    for row in table.rows.into_iter().flatten() {
        if let Ok(completion) = check_row(&row, &programmes(), &roster(), TODAY) {
            check_invariants(&completion);
        }
    }
}
