//! The report of refused rows: the same file again, with line, codes and reason, to correct and import.

use verifier::Language;

use super::refusal::Refusal;
use super::table::{BYTE_ORDER_MARK, BrokenRow, Row, TableForm};

/// Columns that a report adds and an import ignores: line of the refused row, its codes, the reason.
const OWN_COLUMNS: [&str; 3] = ["refused_line", "refused_codes", "refused_reason"];

/// First characters that make a spreadsheet take a cell for a formula (OWASP ASVS, "Injection Prevention").
const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A refused row as the report shows it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RefusedRow {
    /// Line of the file it came from.
    pub line: usize,
    /// Its texts in the order of the file's columns.
    pub fields: Vec<String>,
    /// Why it was refused.
    pub refusals: Vec<Refusal>,
}

impl RefusedRow {
    /// A row that the rules refused.
    #[must_use]
    pub fn new(row: &Row, form: &TableForm, refusals: Vec<Refusal>) -> Self {
        let fields = form.columns.iter().map(|column| row.field(*column).to_owned()).collect();
        Self { line: row.line, fields, refusals }
    }

    /// Its codes, each once, in order, separated by spaces.
    #[must_use]
    pub fn codes(&self) -> String {
        let mut codes: Vec<&str> = Vec::new();
        for refusal in &self.refusals {
            if !codes.contains(&refusal.code.name()) {
                codes.push(refusal.code.name());
            }
        }
        codes.join(" ")
    }

    /// Its reasons as plain sentences.
    #[must_use]
    pub fn reason(&self, language: Language) -> String {
        let sentences = self.refusals.iter().map(|refusal| refusal.sentence(language));
        sentences.collect::<Vec<_>>().join(" ")
    }
}

impl From<BrokenRow> for RefusedRow {
    fn from(row: BrokenRow) -> Self {
        Self { line: row.line, fields: row.fields, refusals: vec![row.refusal] }
    }
}

/// The bytes of the report: delimiter, header texts, byte order mark and line endings as in the file it came from.
/// Sentences are in `language`.
#[must_use]
pub fn write_report(form: &TableForm, rows: &[RefusedRow], language: Language) -> Vec<u8> {
    let line_end = if form.has_crlf { "\r\n" } else { "\n" };
    let mut report = String::new();
    if form.has_byte_order_mark {
        report.push_str(BYTE_ORDER_MARK);
    }
    let own = OWN_COLUMNS.map(str::to_owned);
    write_line(&mut report, form.header.iter().chain(&own), form.delimiter, line_end);
    for row in rows {
        // A row that had too many or too few fields still gets one cell per column.
        let fields = row.fields.iter().cloned().chain(std::iter::repeat(String::new()));
        let cells: Vec<String> = fields
            .take(form.columns.len())
            .chain([row.line.to_string(), row.codes(), row.reason(language)])
            .collect();
        write_line(&mut report, cells.iter(), form.delimiter, line_end);
    }
    report.into_bytes()
}

/// Whether this header belongs to a column that a report added.
pub(super) fn is_own_column(header: &str) -> bool {
    OWN_COLUMNS.contains(&header.trim().to_lowercase().as_str())
}

/// The cell as it was before [`disarmed`]: one apostrophe before a formula start is ours.
pub(super) fn armed(cell: &str) -> String {
    match cell.strip_prefix('\'') {
        Some(rest) if looks_like_formula(rest) => rest.to_owned(),
        _ => cell.to_owned(),
    }
}

/// The cell as a spreadsheet can take it for nothing but text. [`armed`] undoes exactly this.
fn disarmed(cell: &str) -> String {
    if looks_like_formula(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// Apostrophes before a formula start count too, so that a cell that had one keeps it over a round trip.
fn looks_like_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(FORMULA_STARTS)
}

/// Adds a line of cells to a CSV text: formulas disarmed, quoted where needed.
pub(crate) fn write_line<'a>(
    report: &mut String,
    cells: impl Iterator<Item = &'a String>,
    delimiter: char,
    line_end: &str,
) {
    let cells: Vec<String> = cells.map(|cell| quoted(&disarmed(cell), delimiter)).collect();
    report.push_str(&cells.join(delimiter.to_string().as_str()));
    report.push_str(line_end);
}

/// Quotes a cell if it needs it (RFC 4180), and also around the other delimiter: a spreadsheet that splits there would
/// start a new cell in the middle of ours, and that one could be a formula.
fn quoted(cell: &str, delimiter: char) -> String {
    let splits = [delimiter, '"', '\n', '\r', '\t'];
    let could_split_elsewhere = cell.contains([';', ',']) && cell.contains(FORMULA_STARTS);
    if cell.contains(splits) || could_split_elsewhere {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::completion::{Column, RefusalCode, Table};

    fn round_trip(cell: &str, form: &TableForm) -> String {
        let row = Row::from_columns(7, [(Column::LearnerRef, "SYN"), (Column::Employer, cell)]);
        let refusals = vec![Refusal::of_row(RefusalCode::EmployerMissing, cell)];
        let report = write_report(form, &[RefusedRow::new(&row, form, refusals)], Language::Ru);
        let table = Table::read(&report).unwrap();
        assert_eq!(&table.form, form);
        table.rows[0].as_ref().unwrap().field(Column::Employer).to_owned()
    }

    #[test]
    fn formulas_are_disarmed_and_come_back() {
        let form = TableForm::plain(Language::En);
        for cell in [
            "=HYPERLINK(\"http://x\")",
            "+7 700",
            "-1",
            "@x",
            "\tx",
            "\rx",
            "'=x",
            "''=x",
            "'x",
            "a;=b",
            "a,\"b\"\nc",
        ] {
            assert_eq!(round_trip(cell, &form), cell);
        }
        assert_eq!(disarmed("=1+1"), "'=1+1");
    }

    proptest! {
        #[test]
        fn every_cell_comes_back(cell in "['=+@\t\r\n\",;а-]{0,8}", semicolon: bool, mark: bool, crlf: bool) {
            let form = TableForm {
                delimiter: if semicolon { ';' } else { ',' },
                has_byte_order_mark: mark,
                has_crlf: crlf,
                ..TableForm::plain(Language::Kk)
            };
            prop_assert_eq!(round_trip(&cell, &form), cell);
        }
    }
}
