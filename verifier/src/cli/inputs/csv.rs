//! A table of credentials (RFC 4180): the column `credential` holds JSON or a token, or the column `file` the name of a file beside the
//! table. One row at a time is in memory.

use std::io::{self, BufRead};
use std::path::{Component, Path};

use verifier::limits::CARRIER_BYTES_MAX;

use crate::cli::read_file;

/// A table that is being read.
pub(super) struct Table<R> {
    source: R,
    delimiter: u8,
    columns: usize,
    credential: Option<usize>,
    file: Option<usize>,
    /// Of the row that comes next, from 1.
    line: usize,
}

/// A row.
pub(super) struct Row {
    /// Line of the file in which it begins.
    pub(super) line: usize,
    credential: Option<String>,
    file: Option<String>,
}

impl<R: BufRead> Table<R> {
    /// Reads the header: its delimiter is `,` or `;`, whichever stands there.
    pub(super) fn open(source: R) -> io::Result<Self> {
        let mut table =
            Self { source, delimiter: b',', columns: 0, credential: None, file: None, line: 1 };
        let head = table.record_text()?.unwrap_or_default();
        let head = head.strip_prefix('\u{feff}').unwrap_or(&head);
        if head.contains(';') && !head.contains(',') {
            table.delimiter = b';';
        }
        let names = cells(head, table.delimiter)?;
        let column =
            |wanted: &str| names.iter().position(|name| name.trim().eq_ignore_ascii_case(wanted));
        (table.credential, table.file, table.columns) =
            (column("credential"), column("file"), names.len());
        match table.credential.or(table.file) {
            Some(_) => Ok(table),
            None => Err(malformed(
                "its first line names neither a column `credential` nor a column `file`",
            )),
        }
    }

    /// The next row; empty lines are passed over.
    pub(super) fn read_next(&mut self) -> io::Result<Option<Row>> {
        loop {
            let line = self.line;
            let Some(text) = self.record_text()? else { return Ok(None) };
            if text.trim().is_empty() {
                continue;
            }
            let cells = cells(&text, self.delimiter)?;
            if cells.len() != self.columns {
                let sentence = format!(
                    "line {line} has {} cells, and the first line has {}",
                    cells.len(),
                    self.columns
                );
                return Err(malformed(sentence));
            }
            let cell = |column: Option<usize>| {
                let text = column.and_then(|column| cells.get(column));
                text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
            };
            return Ok(Some(Row {
                line,
                credential: cell(self.credential),
                file: cell(self.file),
            }));
        }
    }

    /// The text of one record: lines, until every quote is closed.
    fn record_text(&mut self) -> io::Result<Option<String>> {
        let mut bytes = Vec::new();
        let mut open = false;
        loop {
            let before = bytes.len();
            let room =
                u64::try_from((2 * CARRIER_BYTES_MAX).saturating_sub(before)).unwrap_or(u64::MAX);
            let read = io::Read::take(&mut self.source, room).read_until(b'\n', &mut bytes)?;
            let added = bytes.get(before..).unwrap_or_default();
            open ^= added.iter().filter(|byte| **byte == b'"').count() % 2 == 1;
            match (read, open) {
                (0, true) => {
                    return Err(malformed(format!(
                        "a quote before line {} is not closed, or a row is too long",
                        self.line
                    )));
                }
                (0, false) if bytes.is_empty() => return Ok(None),
                _ => {}
            }
            self.line += usize::from(read > 0);
            if !open {
                let text = String::from_utf8(bytes).map_err(|_| malformed("it is not UTF-8"))?;
                return Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()));
            }
        }
    }
}

/// The cells of one record.
fn cells(record: &str, delimiter: u8) -> io::Result<Vec<String>> {
    let delimiter = char::from(delimiter);
    let mut cells = vec![String::new()];
    let mut characters = record.chars().peekable();
    let mut quoted = false;
    while let Some(character) = characters.next() {
        let Some(cell) = cells.last_mut() else { break };
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => cell.extend(characters.next()),
            '"' if quoted => {
                quoted = false;
                if characters.peek().is_some_and(|next| *next != delimiter) {
                    return Err(malformed("a cell goes on behind its closing quote"));
                }
            }
            '"' if cell.is_empty() => quoted = true,
            '"' => return Err(malformed("a quote stands in the middle of a cell")),
            other if other == delimiter && !quoted => cells.push(String::new()),
            other => cell.push(other),
        }
    }
    Ok(cells)
}

impl Row {
    /// The credential of the row, or the file that it names in the folder of the table.
    pub(super) fn credential(self, folder: &Path) -> io::Result<Vec<u8>> {
        match (self.credential, self.file) {
            (Some(text), None) => Ok(text.into_bytes()),
            (None, Some(name)) => {
                let path = Path::new(&name);
                // Whoever wrote the table must not choose what of this machine is read.
                let inside = path.components().all(|part| matches!(part, Component::Normal(_)));
                let linked =
                    || folder.join(path).symlink_metadata().is_ok_and(|found| found.is_symlink());
                if !inside || linked() {
                    return Err(malformed("the file is not named as one beside the table"));
                }
                read_file(&folder.join(path), CARRIER_BYTES_MAX)
            }
            (None, None) => Err(malformed("the row names no credential")),
            (Some(_), Some(_)) => Err(malformed("the row names two credentials")),
        }
    }
}

fn malformed(sentence: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, sentence.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Line, credential and file of a row.
    type Told = (usize, Option<String>, Option<String>);

    fn rows(text: &str) -> io::Result<Vec<Told>> {
        let mut table = Table::open(text.as_bytes())?;
        let mut rows = Vec::new();
        while let Some(row) = table.read_next()? {
            rows.push((row.line, row.credential, row.file));
        }
        Ok(rows)
    }

    #[test]
    fn rows_are_read_with_their_lines() {
        let text =
            "\u{feff}name;File;credential\r\n\"A; \"\"B\"\"\";;\"{\r\n}\"\r\n\r\nC;c.png;\r\n";
        let expected = [(2, Some("{\r\n}".to_owned()), None), (5, None, Some("c.png".to_owned()))];
        assert_eq!(rows(text).unwrap(), expected);
        assert_eq!(rows("credential\na").unwrap(), [(2, Some("a".to_owned()), None)]);
        assert_eq!(rows("file\n").unwrap(), []);
    }

    #[test]
    fn a_broken_table_is_told() {
        for text in [
            "",
            "name\nx",
            "file\n\"a",
            "file,b\nx",
            "file\n\"a\"b",
            "file\na\"b\"",
            "file\n\u{0}\u{0}\",\"",
        ] {
            assert!(rows(text).is_err(), "{text:?}");
        }
        let latin = Table::open(&b"file\n\xe9"[..]).unwrap().read_next();
        assert!(latin.is_err());
    }

    #[test]
    fn a_row_names_one_credential_and_no_file_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.json"), b"{}").unwrap();
        let read = |credential: Option<&str>, file: Option<&str>| {
            let [credential, file] = [credential, file].map(|text| text.map(str::to_owned));
            Row { line: 2, credential, file }.credential(folder.path()).ok()
        };
        assert_eq!(read(None, Some("a.json")), Some(b"{}".to_vec()));
        assert_eq!(read(Some("{}"), None), Some(b"{}".to_vec()));
        for (credential, file) in [
            (None, None),
            (Some("{}"), Some("a.json")),
            (None, Some("/etc/passwd")),
            (None, Some("../a.json")),
            (None, Some("x/../../a.json")),
            (None, Some("b.json")),
        ] {
            assert_eq!(read(credential, file), None, "{file:?}");
        }
    }
}
