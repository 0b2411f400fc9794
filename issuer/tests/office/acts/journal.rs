//! The journal of issue.

use super::*;

#[test]
fn the_journal_tells_everything_of_its_days_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 12);
    let all = numbers(&office);
    correct(&office, &all[2], &row(3).replacen("SYN-QC", "NEW-QC", 1)).unwrap();
    erase(&office, "SYN-0005").unwrap();
    let void = issuer::register::Void {
        number: "MC-A-000999-X".to_owned(),
        registration_number: "2026-A-000999".to_owned(),
        reason: "=the disk, was full".to_owned(),
    };
    office.issuance.record_event(Event::NumbersVoided(void), made_at()).unwrap();

    let lines = journal_lines(&office, Period::default());
    let entries =
        |lines: &[Value], word: &str| lines.iter().filter(|line| line["entry"] == word).count();
    assert_eq!(
        (
            lines.len(),
            entries(&lines, "issued"),
            entries(&lines, "erased"),
            entries(&lines, "voided")
        ),
        (14, 12, 1, 1)
    );
    // The totals say what the lines say: one was corrected, the erased one is revoked too.
    for (language, totals, revoked) in [
        (Language::Kk, "кері қайтарып алынғаны — 2", "кері қайтарып алын"),
        (Language::Ru, "из них отозвано — 2", "отозван"),
        (Language::En, "of them revoked — 2", "revoked"),
    ] {
        let form = |format| journal(&office, Period::default(), format, language);
        let (text, html) = (form(JournalFormat::Text), form(JournalFormat::Html));
        assert!(text.contains(totals) && html.contains(totals), "{text}");
        // Two lines and the total.
        assert_eq!(text.matches(revoked).count(), 3, "{text}");
    }
    assert_eq!(lines[0]["number"], all[0].as_str());
    assert_eq!((&lines[0]["hours"], &lines[0]["credits"]), (&30.into(), &1.into()));
    assert_eq!(lines[2]["revocation"]["superseded_by"], lines[12]["number"]);
    assert_eq!(
        (&lines[2]["revocation"]["by"], &lines[2]["revocation"]["confirmed_by"]),
        (&"registrar".into(), &"dean".into())
    );

    // Every day is in exactly one of the periods around it.
    let day = |text: &str| Some(text.parse().unwrap());
    let before = journal_lines(&office, Period { from: None, to: day("2026-05-03") });
    let within = journal_lines(&office, Period { from: day("2026-05-04"), to: day("2026-05-15") });
    let after = journal_lines(&office, Period { from: day("2026-05-16"), to: None });
    assert_eq!(before.len() + within.len() + after.len(), lines.len());
    assert!(
        within
            .iter()
            .all(|line| ("2026-05-04"..="2026-05-15").contains(&line["date"].as_str().unwrap()))
    );
    assert!(!within.is_empty() && !before.is_empty());
    assert_eq!(entries(&after, "voided"), 1);
    assert!(journal_lines(&office, Period { from: day("2027-01-01"), to: None }).is_empty());
    let backwards = Period { from: day("2026-05-16"), to: day("2026-05-15") };
    let act =
        Act::Journal { period: backwards, format: JournalFormat::Text, language: Language::En };
    assert!(perform(&office, act).is_err());
}

#[test]
fn every_form_of_the_journal_holds_every_line_in_three_languages() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 3);
    let evil = row(4).replacen("SYN-QC-04/2026", "\"=cmd|x!A1 <script>\"", 1);
    let issued = import(&office, &file(&evil)).unwrap();
    assert_eq!(issued[0]["outcome"], "issued", "{issued:?}");
    let words = [
        (Language::Kk, "беру кітабы"),
        (Language::Ru, "Книга выдачи"),
        (Language::En, "Journal of"),
    ];
    for (language, title) in words {
        let form = |format| journal(&office, Period::default(), format, language);
        let (text, html, csv) =
            (form(JournalFormat::Text), form(JournalFormat::Html), form(JournalFormat::Csv));
        for number in numbers(&office) {
            assert!(text.contains(&number) && html.contains(&number) && csv.contains(&number));
        }
        assert!(text.contains(title) && html.contains(title));
        assert!(!html.contains("<script>") && html.contains("&#60;script&#62;"));
        assert!(html.contains(&format!("<html lang=\"{}\">", language.tag())));
        assert!(html.contains("counter(page)") && html.contains("table-header-group"));
        // What a spreadsheet reads: nothing begins like a formula, every line has all cells.
        let mut reader = csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
        let records: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert_eq!(records.len(), 4);
        for record in &records {
            assert_eq!(record.len(), 10);
            assert!(record.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])));
        }
    }
    let csv = journal(&office, Period::default(), JournalFormat::Csv, Language::Ru);
    assert!(csv.starts_with('\u{feff}') && csv.contains("\r\n"));
}
