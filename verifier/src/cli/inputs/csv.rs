//! A table of credentials (RFC 4180): the column `credential` holds JSON or a token, or the column `file` the name of a file beside the
//! table. One row at a time is in memory.

use std::io::{self, BufRead};
use std::mem;
use std::path::{Component, Path, PathBuf};

use verifier::limits::CARRIER_BYTES_MAX;

use crate::cli::limits::{TABLE_COLUMNS_MAX, TABLE_ROW_BYTES_MAX};
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
        let names = cells(head, table.delimiter, TABLE_COLUMNS_MAX + 1)?;
        if names.len() > TABLE_COLUMNS_MAX {
            return Err(malformed(format!("it has more than {TABLE_COLUMNS_MAX} columns")));
        }
        let named = |name: &String, wanted: &str| name.trim().eq_ignore_ascii_case(wanted);
        let column = |wanted: &str| names.iter().position(|name| named(name, wanted));
        for wanted in ["credential", "file"] {
            if names.iter().filter(|name| named(name, wanted)).count() > 1 {
                return Err(malformed(format!("its first line names the column `{wanted}` twice")));
            }
        }
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
            // One cell more than there should be is enough to tell.
            let mut cells = cells(&text, self.delimiter, self.columns + 1)?;
            if cells.len() != self.columns {
                let more = if cells.len() > self.columns { "more" } else { "fewer" };
                let sentence = format!(
                    "line {line} has {more} cells than the first line, which has {}",
                    self.columns
                );
                return Err(malformed(sentence));
            }
            let mut cell = |column: Option<usize>| {
                let text = column.and_then(|column| cells.get_mut(column)).map(mem::take);
                text.map(trimmed).filter(|text| !text.is_empty())
            };
            let (credential, file) = (cell(self.credential), cell(self.file));
            return Ok(Some(Row { line, credential, file }));
        }
    }

    /// The text of one record: lines, until every quote is closed.
    fn record_text(&mut self) -> io::Result<Option<String>> {
        let begin = self.line;
        let mut bytes = Vec::new();
        let mut open = false;
        loop {
            let before = bytes.len();
            // One byte more shows that the row is too long.
            let room = (TABLE_ROW_BYTES_MAX + 1).saturating_sub(before);
            let room = u64::try_from(room).unwrap_or(u64::MAX);
            let read = io::Read::take(&mut self.source, room).read_until(b'\n', &mut bytes)?;
            let added = bytes.get(before..).unwrap_or_default();
            open ^= added.iter().filter(|byte| **byte == b'"').count() % 2 == 1;
            if bytes.len() > TABLE_ROW_BYTES_MAX {
                return Err(malformed(format!(
                    "the row from line {begin} on has more than {TABLE_ROW_BYTES_MAX} bytes: perhaps a quote in it is not closed"
                )));
            }
            if read == 0 && open {
                return Err(malformed(format!("a quote in line {begin} or below is not closed")));
            }
            if bytes.is_empty() {
                return Ok(None);
            }
            self.line += usize::from(read > 0);
            if !open {
                let mut text =
                    String::from_utf8(bytes).map_err(|_| malformed("it is not UTF-8"))?;
                text.truncate(text.trim_end_matches(['\r', '\n']).len());
                return Ok(Some(text));
            }
        }
    }
}

/// Without white space around it, in place: a cell can be large.
fn trimmed(mut text: String) -> String {
    text.truncate(text.trim_end().len());
    text.drain(..text.len() - text.trim_start().len());
    text
}

/// The cells of one record, but no more than `most`: a table of nothing but delimiters would take twenty times its size.
fn cells(record: &str, delimiter: u8, most: usize) -> io::Result<Vec<String>> {
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
            other if other == delimiter && !quoted => {
                if cells.len() == most {
                    break;
                }
                cells.push(String::new());
            }
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
            (None, Some(name)) => read_file(&beside(folder, &name)?, CARRIER_BYTES_MAX),
            (None, None) => Err(malformed("the row names no credential")),
            (Some(_), Some(_)) => Err(malformed("the row names two credentials")),
        }
    }
}

/// The place of a file that a row names. Whoever wrote the table must not choose what of this machine is read: no link on the way leads
/// elsewhere, and nothing is opened but a file, since a device or a pipe may never end.
fn beside(folder: &Path, name: &str) -> io::Result<PathBuf> {
    let name = Path::new(name);
    if !name.components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(malformed("the file is not named as one beside the table"));
    }
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let place = here.canonicalize()?.join(name);
    if place.canonicalize()? != place {
        return Err(malformed("the file is a link, or lies in a folder that is one"));
    }
    if !place.symlink_metadata()?.is_file() {
        return Err(malformed("what the row names is no file"));
    }
    Ok(place)
}

fn malformed(sentence: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, sentence.into())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::process::Command;

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
            "file,FILE\na,b",
            "credential;file;Credential \na;;b",
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
    fn a_table_of_nothing_but_delimiters_takes_no_more_than_its_size() {
        let commas = ",".repeat(TABLE_ROW_BYTES_MAX);
        let told = |text: &str| rows(text).unwrap_err().to_string();
        // Counted to the bound and no further.
        assert_eq!(cells(&commas, b',', 7).unwrap().len(), 7);
        assert!(told(&format!("file{}", ",".repeat(300))).contains("column"));
        assert!(told(&format!("file\n{}", &commas[1..])).contains("more cells"));
        assert!(told("file,a\nx").contains("fewer cells"));
    }

    #[test]
    fn a_row_that_is_too_long_is_told_and_not_cut() {
        let long = "a".repeat(TABLE_ROW_BYTES_MAX);
        assert_eq!(rows(&format!("credential\n{long}")).unwrap()[0].1.as_ref(), Some(&long));
        for text in [
            format!("credential\n{long}b\nc"),
            format!("credential\n\"{long}\n\"\nc"),
            format!("credential\n\"{}", "a\n".repeat(TABLE_ROW_BYTES_MAX)),
        ] {
            let told = rows(&text).unwrap_err().to_string();
            assert!(told.contains("from line 2 on") && told.contains("bytes"), "{told}");
        }
        let told = rows("credential\na\n\"b\nc\n").unwrap_err().to_string();
        assert_eq!(told, "a quote in line 3 or below is not closed");
    }

    #[test]
    #[cfg(unix)]
    fn a_row_opens_nothing_but_a_file_beside_the_table() {
        use std::os::unix::fs::symlink;

        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::create_dir(folder.path().join("in")).unwrap();
        for place in [folder.path().join("in/a.json"), other.path().join("a.json")] {
            fs::write(place, b"{}").unwrap();
        }
        symlink(other.path(), folder.path().join("linked")).unwrap();
        symlink("in/a.json", folder.path().join("link.json")).unwrap();
        symlink("in", folder.path().join("near")).unwrap();
        let pipe = Command::new("mkfifo").arg(folder.path().join("pipe.json")).status().unwrap();
        assert!(pipe.success());
        let read = |name: &str| {
            let file = Some(name.to_owned());
            Row { line: 2, credential: None, file }.credential(folder.path())
        };
        assert_eq!(read("in/a.json").unwrap(), b"{}");
        for name in ["linked/a.json", "link.json", "near/a.json"] {
            assert!(read(name).unwrap_err().to_string().contains("link"), "{name}");
        }
        for name in ["pipe.json", "in"] {
            assert!(read(name).unwrap_err().to_string().contains("no file"), "{name}");
        }
        // The folder of the table may itself be reached over a link: its owner said so.
        let row = Row { line: 2, credential: None, file: Some("a.json".to_owned()) };
        assert_eq!(row.credential(&folder.path().join("linked")).unwrap(), b"{}");
    }

    #[test]
    fn a_row_names_one_credential_and_no_file_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.json"), b"{}").unwrap();
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
