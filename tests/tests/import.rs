//! Completions through the real binary: every row is answered for, good ones once, bad ones with the reason, and the report of
//! refused rows can be corrected and imported.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};
use tanu_tests::{Finished, Judge, Office, sample, skip, text};
use verifier::Verdict;

/// A directory with the programmes of the sample, or a loud word.
fn ready(test: &str) -> Option<Office> {
    Office::ready().map_err(|why| skip(test, &why)).ok()
}

fn outcomes(finished: &Finished) -> Vec<(u64, String)> {
    let records = finished.records();
    let outcome = |record: &Value| record["outcome"].as_str().unwrap().to_owned();
    records.iter().map(|record| (record["line"].as_u64().unwrap(), outcome(record))).collect()
}

fn count(finished: &Finished, outcome: &str) -> usize {
    outcomes(finished).iter().filter(|(_, found)| found == outcome).count()
}

fn numbers(finished: &Finished) -> Vec<(u64, String)> {
    let records = finished.records();
    let number = |record: &Value| {
        let number = record["number"].as_str()?.to_owned();
        Some((record["line"].as_u64().unwrap(), number))
    };
    records.iter().filter_map(number).collect()
}

fn codes(record: &Value) -> BTreeSet<String> {
    let codes = record["codes"].as_array().unwrap().iter();
    codes.map(|code| code.as_str().unwrap().to_owned()).collect()
}

/// A record has exactly the members of its outcome (docs/formats.md; design §5).
fn assert_members(record: &Value) {
    let members: BTreeSet<_> = record.as_object().unwrap().keys().map(String::as_str).collect();
    let expected: &[&str] = match record["outcome"].as_str().unwrap() {
        "issued" | "unchanged" => &["line", "outcome", "number"],
        "refused" => &["line", "outcome", "codes", "reason"],
        other => panic!("outcome {other}"),
    };
    assert_eq!(members, expected.iter().copied().collect(), "{record}");
    if let Some(number) = record["number"].as_str() {
        let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
        assert!(!number.is_empty() && number.chars().all(plain), "{number}");
    }
}

#[test]
fn every_row_is_answered_for_and_issued_once() {
    let Some(office) = ready("every_row_is_answered_for_and_issued_once") else { return };
    let file = sample("completions.csv");
    let first = office.import(&file, &[]).ended(1);
    first.records().iter().for_each(assert_members);
    let lines: Vec<u64> = outcomes(&first).into_iter().map(|(line, _)| line).collect();
    assert_eq!(lines, (2..=73).collect::<Vec<_>>());
    assert_eq!((count(&first, "issued"), count(&first, "refused")), (68, 4));
    let expected: Value =
        serde_json::from_slice(&fs::read(sample("completions_expected.json")).unwrap()).unwrap();
    for (record, row) in first.records().iter().zip(expected["rows"].as_array().unwrap()) {
        let eligible = row["eligible_for_certificate"].as_bool().unwrap();
        assert_eq!(record["outcome"] == "issued", eligible, "{record} {row}");
        if !eligible {
            assert_eq!(codes(record), BTreeSet::from(["SCORE_BELOW_PASS".to_owned()]));
        }
    }
    let unique: BTreeSet<_> = numbers(&first).into_iter().map(|(_, number)| number).collect();
    assert_eq!(unique.len(), 68);

    let listed = office.list();
    let second = office.import(&file, &[]).ended(1);
    second.records().iter().for_each(assert_members);
    assert_eq!((count(&second, "unchanged"), count(&second, "refused")), (68, 4));
    assert_eq!(numbers(&first), numbers(&second));
    assert_eq!(office.list(), listed, "the second import changed something");
}

#[test]
fn the_same_rows_in_another_dress_are_unchanged() {
    let Some(office) = ready("the_same_rows_in_another_dress_are_unchanged") else { return };
    let first = office.import(&sample("completions.csv"), &[]);
    let excel = office.import(&sample("completions_excel_ru.csv"), &[]).ended(0);
    assert_eq!(count(&excel, "unchanged"), 10);
    assert_eq!(numbers(&excel), numbers(&first)[..10]);
    for language in ["kk", "ru"] {
        let file = office.file("headers.csv", with_headers(language).as_bytes());
        let again = office.import(&file, &[]).ended(1);
        assert_eq!((count(&again, "unchanged"), count(&again, "refused")), (68, 4), "{language}");
        assert_eq!(numbers(&again), numbers(&first), "{language}");
    }
}

/// The sample with the column names of `language`.
fn with_headers(language: &str) -> String {
    let aliases: Value =
        serde_json::from_slice(&fs::read(sample("column_aliases.json")).unwrap()).unwrap();
    let completions = fs::read_to_string(sample("completions.csv")).unwrap();
    let (header, rows) = completions.split_once('\n').unwrap();
    let named = header.trim_end().split(',').map(|column| {
        let name = aliases["aliases"][column][language].as_str().unwrap();
        format!("\"{name}\"")
    });
    format!("{}\n{rows}", named.collect::<Vec<_>>().join(","))
}

#[test]
fn broken_rows_are_refused_with_exactly_their_codes() {
    let Some(office) = ready("broken_rows_are_refused_with_exactly_their_codes") else { return };
    let _ = office.import(&sample("completions.csv"), &[]).ended(1);
    let listed = office.list();
    let expected: Value =
        serde_json::from_slice(&fs::read(sample("broken_rows_expected.json")).unwrap()).unwrap();
    for language in ["kk", "ru", "en"] {
        let refused = office.import(&sample("broken_rows.csv"), &["--lang", language]).ended(1);
        assert_eq!(count(&refused, "refused"), 20);
        let records = refused.records();
        for (record, row) in records.iter().zip(expected["rows"].as_array().unwrap()) {
            assert_members(record);
            assert_eq!(record["line"].as_u64().unwrap(), row["row"].as_u64().unwrap() + 1);
            let wanted = codes(&json!({ "codes": row["errors"] }));
            assert_eq!(codes(record), wanted, "{row}");
            assert!(record["reason"].as_str().unwrap().ends_with('.'), "{record}");
        }
    }
    assert_eq!(office.list(), listed, "a refused row changed something");
}

#[test]
fn a_corrected_row_of_the_report_is_issued_and_the_others_stay_refused() {
    let test = "a_corrected_row_of_the_report_is_issued_and_the_others_stay_refused";
    let Some(office) = ready(test) else { return };
    let _ = office.import(&sample("completions.csv"), &[]);
    let report = office.scratch.join("refused.csv");
    let refused = office.import(&sample("broken_rows.csv"), &["--report", &text(&report)]).ended(1);
    let written = fs::read_to_string(&report).unwrap();
    let original = fs::read_to_string(sample("broken_rows.csv")).unwrap();
    let header = original.lines().next().unwrap();
    let own = "refused_line,refused_codes,refused_reason";
    assert_eq!(written.lines().next().unwrap(), format!("{header},{own}"));
    assert_eq!(written.lines().count(), 21);

    // The letter O typed for a zero.
    let corrected = written.replacen("MK-PM-O4,full_time", "MK-PM-04,full_time", 1);
    assert_ne!(corrected, written);
    let corrected = office.file("corrected.csv", corrected.as_bytes());
    let again = office.scratch.join("again.csv");
    let second = office.import(&corrected, &["--report", &text(&again)]).ended(1);
    assert_eq!((count(&second, "issued"), count(&second, "refused")), (1, 19));
    for (before, after) in refused.records().iter().zip(second.records()) {
        if after["outcome"] == "refused" {
            assert_eq!(codes(before), codes(&after), "{after}");
        } else {
            assert_eq!(codes(before), BTreeSet::from(["PROGRAMME_UNKNOWN".to_owned()]));
        }
    }
    let again = fs::read_to_string(&again).unwrap();
    assert_eq!(again.matches("refused_line").count(), 1, "the columns pile up");
    assert_eq!(count(&office.import(&corrected, &[]).ended(1), "unchanged"), 1);
}

#[test]
fn no_cell_of_a_report_is_a_formula() {
    let Some(office) = ready("no_cell_of_a_report_is_a_formula") else { return };
    let broken = fs::read_to_string(sample("broken_rows.csv")).unwrap();
    let header = broken.lines().next().unwrap();
    let row = broken.lines().nth(6).unwrap();
    let (name, employer) = ("Қaтeлoвa", "СЫНАҚ ЖШС / ТОО ТЕСТ");
    assert!(row.contains(name) && row.contains(employer));
    for formula in [
        "=HYPERLINK(\"http://example.org\")",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "=1;=2",
        "'=1",
        "a\n=1",
        "a,=1",
    ] {
        let cell = format!("\"{}\"", formula.replace('"', "\"\""));
        let rows = [row.replace(employer, &cell), row.replace(name, &cell)].join("\n");
        let file = office.file("formula.csv", format!("{header}\n{rows}\n").as_bytes());
        let report = office.scratch.join("formula-refused.csv");
        let first = office.import(&file, &["--report", &text(&report)]).ended(1);
        assert_eq!(count(&first, "refused"), 2, "{formula}");
        let cells = cells(&fs::read_to_string(&report).unwrap());
        let armed: Vec<_> = cells
            .iter()
            .filter(|cell| cell.starts_with(['=', '+', '-', '@', '\t', '\r']))
            .collect();
        assert!(armed.is_empty(), "{formula}: {armed:?}");
        // Read back, the cell is what it was: the same rows are refused for the same reasons.
        let second = office.import(&report, &[]).ended(1);
        assert_eq!(first.stdout, second.stdout, "{formula}");
    }
}

/// The cells of a CSV file with commas (RFC 4180).
fn cells(csv: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    for character in csv.chars() {
        match character {
            '"' => quoted = !quoted,
            ',' | '\n' if !quoted => cells.push(std::mem::take(&mut cell)),
            other => cell.push(other),
        }
    }
    cells.push(cell);
    cells
}

#[test]
fn a_dry_run_issues_nothing() {
    let Some(office) = ready("a_dry_run_issues_nothing") else { return };
    let before = office.run(&["programme", "list", "--json"]).stdout;
    let dry = office.import(&sample("completions.csv"), &["--dry-run"]).ended(1);
    assert_eq!(dry.records().len(), 72);
    assert_eq!(count(&dry, "refused"), 4);
    assert_eq!((count(&dry, "issued"), numbers(&dry).len()), (0, 0));
    assert_eq!(office.list(), "");
    assert_eq!(office.run(&["programme", "list", "--json"]).stdout, before);
    // The real run afterwards is not disturbed by it.
    assert_eq!(count(&office.import(&sample("completions.csv"), &[]), "issued"), 68);
}

#[test]
fn a_broken_file_is_refused_with_a_sentence_and_issues_nothing() {
    let test = "a_broken_file_is_refused_with_a_sentence_and_issues_nothing";
    let Some(office) = ready(test) else { return };
    for language in ["kk", "ru", "en"] {
        let words = ["--lang", language];
        let structure = office.import(&sample("broken_structure.csv"), &words).ended(1);
        assert_eq!(outcomes(&structure), [2, 3, 4].map(|line| (line, "refused".to_owned())));
        let encoding = office.import(&sample("broken_encoding_cp1251.csv"), &words).ended(1);
        assert!(encoding.sentence().contains("UTF-8"), "{encoding:?}");
    }
    let good = fs::read(sample("completions.csv")).unwrap();
    let header = good.split_inclusive(|byte| *byte == b'\n').next().unwrap();
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(good.iter().flat_map(|b| [*b, 0])).collect();
    let (doubled, unknown) = (
        format!("iin,{}", String::from_utf8_lossy(&good)),
        String::from_utf8_lossy(&good).replacen("family_name", "surname", 1),
    );
    for (name, bytes) in [
        ("empty.csv", Vec::new()),
        ("words.csv", b"hello\nworld\n".to_vec()),
        ("zip.csv", b"PK\x03\x04\x14\x00\x06\x00".to_vec()),
        ("zeros.csv", vec![0; 4096]),
        ("utf16.csv", utf16),
        ("doubled.csv", doubled.into_bytes()),
        ("unknown.csv", unknown.into_bytes()),
        ("half-header.csv", header[..header.len() / 2].to_vec()),
    ] {
        let finished = office.import(&office.file(name, &bytes), &[]).ended(1);
        assert!(!finished.sentence().is_empty(), "{name}");
    }
    assert_eq!(office.list(), "");
}

#[test]
fn what_is_issued_is_valid_for_everybody() {
    let Some(office) = ready("what_is_issued_is_valid_for_everybody") else { return };
    let issued = office.import(&sample("completions_excel_ru.csv"), &[]).ended(0);
    let judge = Judge::of(&office.dir);
    for (line, number) in numbers(&issued) {
        for language in ["kk", "ru", "en"] {
            let credential = office.credential(&number, language);
            assert_eq!(judge.verdict(credential.as_bytes()), Verdict::Valid, "{line} {language}");
        }
    }
}
