//! `--report`: the results of one call as a table, CSV for spreadsheets or JSON for programs. It is written beside its place and moved there
//! when it is complete.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use verifier::{Language, PassedOver, Report, Row, report_line};

use super::reason::Unreadable;

/// The columns of the CSV form.
const COLUMNS: [&str; 12] = [
    "input", "verdict", "carrier", "number", "holder", "title", "issuer", "id", "check", "problem",
    "reason", "warnings",
];

/// First characters that make a spreadsheet take a cell for a formula (OWASP ASVS, "Injection Prevention"), those of full width too, which
/// spreadsheets of East Asia take for the same.
const FORMULA_STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A table in the making.
pub(super) struct Table {
    place: PathBuf,
    unfinished: PathBuf,
    out: BufWriter<File>,
    form: Form,
    rows: usize,
    language: Language,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Form {
    Csv,
    Json,
}

impl Table {
    /// Begins the table that shall be at `place`; its ending decides the form.
    pub(super) fn create(place: &Path, language: Language) -> io::Result<Self> {
        let is = |ending: &str| {
            place.extension().is_some_and(|found| found.eq_ignore_ascii_case(ending))
        };
        let form = match (is("csv"), is("json")) {
            (true, _) => Form::Csv,
            (_, true) => Form::Json,
            _ => {
                return Err(io::Error::other("the name of the report must end with .csv or .json"));
            }
        };
        let mut name = place.file_name().map_or_else(OsString::new, OsString::from);
        name.push(".part");
        let unfinished = place.with_file_name(name);
        let mut out = BufWriter::new(File::create(&unfinished)?);
        match form {
            // Spreadsheets need the mark to read Kazakh.
            Form::Csv => write!(out, "\u{feff}{}\r\n", COLUMNS.join(","))?,
            Form::Json => write!(out, "[")?,
        }
        Ok(Self { place: place.to_path_buf(), unfinished, out, form, rows: 0, language })
    }

    /// Leaves nothing behind: there is nothing to tell. Whoever cannot remove it sees it.
    pub(super) fn abandon(self) {
        let _ = fs::remove_file(&self.unfinished);
    }

    /// Adds a report.
    pub(super) fn add(&mut self, input: &str, report: &Report) -> io::Result<()> {
        if self.form == Form::Json {
            return self.add_json(&report_line(report, input));
        }
        let row = Row::of(report, self.language);
        let (check, problem, reason) = match row.reason {
            Some((check, problem, reason)) => (check.name().to_owned(), problem, reason),
            None => Default::default(),
        };
        let of = Option::unwrap_or_default;
        self.add_csv(&[
            verifier::plain_text(input),
            row.verdict.name().to_owned(),
            row.carrier.unwrap_or_default().to_owned(),
            of(row.number),
            of(row.holder),
            of(row.title),
            of(row.issuer),
            of(row.id),
            check,
            problem,
            reason,
            row.warnings.join(" "),
        ])
    }

    /// Adds an input that could not be read: it has no verdict.
    pub(super) fn add_unreadable(&mut self, input: &str, reason: &Unreadable) -> io::Result<()> {
        if self.form == Form::Json {
            let sentence = reason.sentence(Language::En);
            return self
                .add_json(&serde_json::json!({"input": input, "error": sentence}).to_string());
        }
        self.add_reason(input, &reason.sentence(self.language))
    }

    /// Adds a text beside credentials: it has no verdict either.
    pub(super) fn add_passed_over(&mut self, text: PassedOver<'_>) -> io::Result<()> {
        if self.form == Form::Json {
            return self.add_json(&text.line());
        }
        self.add_reason(text.input, text.reason(self.language))
    }

    /// A row that says nothing but why there is no verdict.
    fn add_reason(&mut self, input: &str, reason: &str) -> io::Result<()> {
        let mut cells = [const { String::new() }; COLUMNS.len()];
        for (cell, column) in cells.iter_mut().zip(COLUMNS) {
            match column {
                "input" => *cell = verifier::plain_text(input),
                "reason" => reason.clone_into(cell),
                _ => {}
            }
        }
        self.add_csv(&cells)
    }

    fn add_json(&mut self, line: &str) -> io::Result<()> {
        let between = if self.rows == 0 { "\n" } else { ",\n" };
        self.rows += 1;
        write!(self.out, "{between}{line}")
    }

    fn add_csv(&mut self, cells: &[String]) -> io::Result<()> {
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        self.rows += 1;
        write!(self.out, "{}\r\n", cells.join(","))
    }

    /// Completes the table and moves it to its place.
    pub(super) fn finish(mut self) -> io::Result<()> {
        if self.form == Form::Json {
            write!(self.out, "\n]\n")?;
        }
        self.out.flush()?;
        self.out.get_ref().sync_all()?;
        fs::rename(&self.unfinished, &self.place)
    }
}

/// The cell as a spreadsheet can take it for nothing but text (RFC 4180): an apostrophe before what looks like a formula, and quotes.
fn quoted(cell: &str) -> String {
    // What stands before it and is not shown, or taken off by the spreadsheet.
    let bare =
        cell.trim_start_matches(|it: char| it == '\'' || it == '\u{feff}' || it.is_whitespace());
    let looks_like_formula = [cell, bare].iter().any(|cell| cell.starts_with(FORMULA_STARTS));
    let cell = if looks_like_formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([',', ';', '"', '\'', '\n', '\r', '\t']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (cell, expected) in [
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@x", "\"'@x\""),
            (" =1", "\"' =1\""),
            ("\t1", "\"'\t1\""),
            ("\r1", "\"'\r1\""),
            ("\n1", "\"'\n1\""),
            ("\u{a0}\u{feff}=1", "\"'\u{a0}\u{feff}=1\""),
            ("\u{3000}\t＝1", "\"'\u{3000}\t＝1\""),
            ("＝1", "\"'＝1\""),
            ("＋1", "\"'＋1\""),
            ("－1", "\"'－1\""),
            ("＠SUM(1)", "\"'＠SUM(1)\""),
            ("a;b", "\"a;b\""),
            ("Айгерім", "Айгерім"),
        ] {
            assert_eq!(quoted(cell), expected);
        }
    }

    #[test]
    fn a_table_appears_when_it_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        for (name, empty) in [("a.csv", "\u{feff}input,verdict"), ("a.json", "[\n]\n")] {
            let place = folder.path().join(name);
            let mut table = Table::create(&place, Language::En).unwrap();
            if name == "a.csv" {
                let reason = io::Error::other("no more").into();
                table.add_unreadable("=x", &reason).unwrap();
            }
            assert!(!place.exists());
            table.finish().unwrap();
            let text = fs::read_to_string(&place).unwrap();
            assert!(text.starts_with(empty), "{text}");
            assert_eq!(
                text.contains("\"'=x\",,,,,,,,,,cannot be read: no more,"),
                name == "a.csv",
                "{text}"
            );
        }
        assert!(Table::create(&folder.path().join("a.xlsx"), Language::En).is_err());
    }
}
