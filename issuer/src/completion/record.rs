//! Splits a text into records and fields (RFC 4180), with the lines they stand on.
//! Our own reader, because a registrar must be told of an unclosed quote and of every line it swallowed.

use super::limits::FIELDS_MAX;

/// One record of the text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Record<'a> {
    /// Line on which it starts, from 1.
    pub(super) line: usize,
    /// Its fields, without their quotes.
    pub(super) fields: Vec<String>,
    /// The record as it stands, without its line ending.
    pub(super) raw: &'a str,
    /// Whether its quotes match.
    pub(super) quotes_match: bool,
}

impl Record<'_> {
    /// An empty line, or one of delimiters only, as spreadsheets leave them at the end.
    pub(super) fn is_blank(&self) -> bool {
        self.quotes_match && self.fields.iter().all(|field| field.trim().is_empty())
    }
}

/// Reads records one after the other.
pub(super) struct Records<'a> {
    rest: &'a str,
    line: usize,
    delimiter: char,
}

impl<'a> Records<'a> {
    pub(super) const fn new(text: &'a str, delimiter: char) -> Self {
        Self { rest: text, line: 1, delimiter }
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let line = self.line;
        let mut scan = Scan::new(self.rest, self.delimiter);
        while scan.step() {}
        let (raw, rest) = self.rest.split_at(scan.at);
        self.rest =
            rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\n', '\r'])).unwrap_or(rest);
        self.line += line_ends(raw) + 1;
        let quotes_match = scan.quotes_match && scan.state != State::Quoted;
        scan.close_field();
        Some(Record { line, fields: scan.fields, raw, quotes_match })
    }
}

/// Line endings in a text: LF, CR LF, or CR alone.
pub(super) fn line_ends(text: &str) -> usize {
    text.split("\r\n").map(|part| part.matches(['\n', '\r']).count()).sum::<usize>()
        + text.matches("\r\n").count()
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum State {
    Start,
    Plain,
    Quoted,
    Closed,
}

struct Scan<'a> {
    text: &'a str,
    delimiter: char,
    at: usize,
    state: State,
    field: String,
    fields: Vec<String>,
    quotes_match: bool,
}

impl<'a> Scan<'a> {
    const fn new(text: &'a str, delimiter: char) -> Self {
        Self {
            text,
            delimiter,
            at: 0,
            state: State::Start,
            field: String::new(),
            fields: Vec::new(),
            quotes_match: true,
        }
    }

    /// Takes one character; `false` at the end of the record.
    fn step(&mut self) -> bool {
        let Some(next) = self.text.get(self.at..).and_then(|rest| rest.chars().next()) else {
            return false;
        };
        if self.state != State::Quoted && (next == '\n' || next == '\r') {
            return false;
        }
        self.at += next.len_utf8();
        match (self.state, next) {
            (State::Start, '"') => self.state = State::Quoted,
            (State::Quoted, '"')
                if self.text.get(self.at..).is_some_and(|rest| rest.starts_with('"')) =>
            {
                self.at += 1;
                self.field.push('"');
            }
            (State::Quoted, '"') => self.state = State::Closed,
            (State::Quoted, _) => self.field.push(next),
            (_, _) if next == self.delimiter => self.close_field(),
            (State::Closed, _) => {
                // Text after a closing quote: RFC 4180 has no meaning for it, so the record is not trusted.
                self.quotes_match = false;
                self.field.push(next);
            }
            // A quote inside an unquoted field is a character like any other: ТОО "ТЕСТ".
            (State::Start | State::Plain, _) => {
                self.state = State::Plain;
                self.field.push(next);
            }
        }
        true
    }

    fn close_field(&mut self) {
        let field = std::mem::take(&mut self.field);
        // Fields beyond any limit are not kept; the count is wrong anyway.
        if self.fields.len() <= FIELDS_MAX {
            self.fields.push(field);
        }
        self.state = State::Start;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Vec<(usize, Vec<String>, bool)> {
        Records::new(text, ',')
            .map(|record| (record.line, record.fields, record.quotes_match))
            .collect()
    }

    fn fields(fields: &[&str]) -> Vec<String> {
        fields.iter().map(|field| (*field).to_owned()).collect()
    }

    #[test]
    fn lines_are_those_of_the_file() {
        let text = "a,b\r\n\"x\ny\",2\r\n\n3,\"\"\"q\"\"\"";
        assert_eq!(
            read(text),
            [
                (1, fields(&["a", "b"]), true),
                (2, fields(&["x\ny", "2"]), true),
                (4, fields(&[""]), true),
                (5, fields(&["3", "\"q\""]), true),
            ]
        );
    }

    #[test]
    fn quotes_that_do_not_match_are_told() {
        assert_eq!(read("\"a,b\nc"), [(1, fields(&["a,b\nc"]), false)]);
        assert_eq!(read("\"a\"b,c"), [(1, fields(&["ab", "c"]), false)]);
        assert_eq!(read("a \"b\",c"), [(1, fields(&["a \"b\"", "c"]), true)]);
    }

    proptest! {
        /// What the `csv` crate writes, we read back.
        #[test]
        fn agrees_with_another_writer(rows in prop::collection::vec(prop::collection::vec("[a\",;\r\n а]{0,5}", 2..5), 1..6)) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let back: Vec<_> = Records::new(&text, ',').map(|record| record.fields).collect();
            prop_assert_eq!(back, rows);
        }
    }
}
