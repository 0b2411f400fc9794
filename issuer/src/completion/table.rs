//! Reads a CSV file of completions into rows: encoding, delimiter, header, structure.
//! It changes no field, except that it takes back the apostrophe with which we disarm formulas.

use verifier::Language;

use super::column::Column;
use super::fault::FileFault;
use super::limits::{FILE_BYTES_MAX, ROWS_MAX};
use super::record::{Record, Records, line_ends};
use super::refusal::{Refusal, RefusalCode};
use super::report_file;

/// The byte order mark of UTF-8, which Excel needs and others skip.
pub(super) const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// A file of completions, read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Table {
    /// How the file was written: the report is written likewise.
    pub form: TableForm,
    /// Its rows in order; a broken one stands where it stood.
    pub rows: Vec<Result<Row, BrokenRow>>,
}

/// How a file was written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TableForm {
    /// `,` or `;`.
    pub delimiter: char,
    /// Whether it starts with a byte order mark.
    pub has_byte_order_mark: bool,
    /// Whether lines end with CR LF.
    pub has_crlf: bool,
    /// Header texts in the file's order, without the columns of an earlier report.
    pub header: Vec<String>,
    /// The columns in the same order.
    pub columns: Vec<Column>,
}

/// One row: a text for every column.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Row {
    /// Line of the file on which it starts, from 1; the header is line 1.
    pub line: usize,
    /// The texts in canonical order, exactly as in the file.
    fields: Vec<String>,
}

impl Row {
    /// A row made by a caller, such as the HTTP interface: texts by column, the others empty.
    #[must_use]
    pub fn from_columns<'a>(
        line: usize,
        columns: impl IntoIterator<Item = (Column, &'a str)>,
    ) -> Self {
        let mut row = Self { line, fields: vec![String::new(); Column::ALL.len()] };
        for (column, text) in columns {
            row.put(column, text.to_owned());
        }
        row
    }

    /// The text of this column, exactly as in the file.
    #[must_use]
    pub fn field(&self, column: Column) -> &str {
        self.fields.get(column.position()).map_or("", String::as_str)
    }

    fn put(&mut self, column: Column, text: String) {
        if let Some(field) = self.fields.get_mut(column.position()) {
            *field = text;
        }
    }
}

/// A row that cannot be told apart into columns.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BrokenRow {
    /// Line of the file, from 1.
    pub line: usize,
    /// What could be told apart of it, or the whole line as one field.
    pub fields: Vec<String>,
    /// Why it is refused.
    pub refusal: Refusal,
}

impl Table {
    /// Reads a file.
    ///
    /// # Errors
    /// [`FileFault`], if nothing of the file may be attempted.
    pub fn read(bytes: &[u8]) -> Result<Self, FileFault> {
        let text = decode(bytes)?;
        let has_byte_order_mark = text.starts_with(BYTE_ORDER_MARK);
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        if text.trim().is_empty() {
            return Err(FileFault::Empty);
        }
        let delimiter = delimiter(text);
        let mut records = Records::new(text, delimiter);
        let header = records.next().ok_or(FileFault::Empty)?;
        let layout = Layout::read(&header)?;
        let has_crlf = text.get(header.raw.len()..).is_some_and(|rest| rest.starts_with("\r\n"));
        let rows = rows(records, &layout)?;
        let form = TableForm {
            delimiter,
            has_byte_order_mark,
            has_crlf,
            header: layout.header(),
            columns: layout.columns.into_iter().flatten().collect(),
        };
        Ok(Self { form, rows })
    }
}

/// What a file is that no table begins like.
fn foreign(bytes: &[u8]) -> Option<&'static str> {
    match bytes.trim_ascii_start() {
        [b'%', b'P', b'D', b'F', ..] => Some("PDF"),
        [0x89, b'P', b'N', b'G', ..] => Some("PNG"),
        [0xFF, 0xD8, 0xFF, ..] => Some("JPEG"),
        [b'{' | b'[', ..] => Some("JSON"),
        [b'<', ..] => Some("XML"),
        _ => None,
    }
}

fn decode(bytes: &[u8]) -> Result<&str, FileFault> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(FileFault::TooLarge { bytes: bytes.len(), bytes_max: FILE_BYTES_MAX });
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Err(FileFault::NotText);
    }
    if let Some(kind) = foreign(bytes) {
        return Err(FileFault::Foreign(kind));
    }
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") || looks_like_utf16(bytes) {
        return Err(FileFault::Utf16);
    }
    let text = std::str::from_utf8(bytes).map_err(|error| FileFault::NotUtf8 {
        byte: error.valid_up_to(),
        line: line_of(bytes, error.valid_up_to()),
    })?;
    match bytes.iter().position(|byte| *byte == 0) {
        Some(byte) => Err(FileFault::Nul { byte, line: line_of(bytes, byte) }),
        None => Ok(text),
    }
}

/// UTF-16 without its mark: every second byte of an ASCII header is NUL.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    let nul_at = |parity: usize| {
        bytes.len() >= 16 && bytes.iter().take(16).skip(parity).step_by(2).all(|byte| *byte == 0)
    };
    nul_at(0) || nul_at(1)
}

fn line_of(bytes: &[u8], byte: usize) -> usize {
    1 + bytes.iter().take(byte).filter(|byte| **byte == b'\n').count()
}

/// The delimiter under which more of the header makes sense; «Итоговая оценка, %» holds a comma of its own.
fn delimiter(text: &str) -> char {
    let recognised = |delimiter: char| {
        let header = Records::new(text, delimiter).next();
        header.map_or(0, |header| {
            header.fields.iter().filter(|field| Column::from_header(field).is_some()).count()
        })
    };
    if recognised(';') > recognised(',') { ';' } else { ',' }
}

/// What stands where in a line: `None` is a column of an earlier report, which is skipped.
struct Layout {
    columns: Vec<Option<Column>>,
    texts: Vec<String>,
}

impl Layout {
    fn read(header: &Record<'_>) -> Result<Self, FileFault> {
        if !header.quotes_match {
            return Err(FileFault::HeaderQuotes);
        }
        let texts: Vec<String> =
            header.fields.iter().map(|text| report_file::armed(text)).collect();
        let known: Vec<Option<Column>> =
            texts.iter().map(|text| Column::from_header(text)).collect();
        if known.iter().flatten().next().is_none() {
            return Err(FileFault::NoHeader);
        }
        let unknown: Vec<String> = texts
            .iter()
            .zip(&known)
            .filter(|(text, column)| column.is_none() && !report_file::is_own_column(text))
            .map(|(text, _)| text.trim().to_owned())
            .collect();
        if !unknown.is_empty() {
            return Err(FileFault::UnknownColumns(unknown));
        }
        let times =
            |column: &Column| known.iter().flatten().filter(|known| *known == column).count();
        let (missing, duplicate) =
            (|column: &Column| times(column) == 0, |column: &Column| times(column) > 1);
        let duplicates: Vec<Column> = Column::ALL.into_iter().filter(duplicate).collect();
        if !duplicates.is_empty() {
            return Err(FileFault::DuplicateColumns(duplicates));
        }
        let absent: Vec<Column> = Column::ALL.into_iter().filter(missing).collect();
        if !absent.is_empty() {
            return Err(FileFault::MissingColumns(absent));
        }
        Ok(Self { columns: known, texts })
    }

    fn header(&self) -> Vec<String> {
        let kept = self.texts.iter().zip(&self.columns).filter(|(_, column)| column.is_some());
        kept.map(|(text, _)| text.clone()).collect()
    }

    /// Fields of a faulty record in the order of the report, as far as they can be told apart.
    fn kept(&self, fields: &[String]) -> Vec<String> {
        let skipped = |index: usize| matches!(self.columns.get(index), Some(None));
        let kept = fields.iter().enumerate().filter(|(index, _)| !skipped(*index));
        kept.map(|(_, field)| report_file::armed(field)).collect()
    }
}

fn rows(records: Records<'_>, layout: &Layout) -> Result<Vec<Result<Row, BrokenRow>>, FileFault> {
    let mut rows = Vec::new();
    for record in records.filter(|record| !record.is_blank()) {
        let is_miscounted = record.fields.len() != layout.columns.len();
        if !record.quotes_match || (is_miscounted && line_ends(record.raw) > 0) {
            rows.extend(unclosed(&record).map(Err));
        } else if is_miscounted {
            rows.push(Err(miscounted(&record, layout)));
        } else {
            rows.push(Ok(row(record, layout)));
        }
        if rows.len() > ROWS_MAX {
            return Err(FileFault::TooManyRows { rows_max: ROWS_MAX });
        }
    }
    Ok(rows)
}

fn row(record: Record<'_>, layout: &Layout) -> Row {
    let mut row = Row::from_columns(record.line, []);
    for (column, field) in layout.columns.iter().zip(record.fields) {
        if let Some(column) = column {
            row.put(*column, report_file::armed(&field));
        }
    }
    row
}

fn miscounted(record: &Record<'_>, layout: &Layout) -> BrokenRow {
    let counts = format!("{} / {}", record.fields.len(), layout.columns.len());
    BrokenRow {
        line: record.line,
        fields: layout.kept(&record.fields),
        refusal: Refusal::of_row(RefusalCode::RowFieldCount, &counts),
    }
}

/// An unclosed quote swallows the lines after it. What they mean is a guess, so each is refused and none is lost.
fn unclosed(record: &Record<'_>) -> impl Iterator<Item = BrokenRow> {
    let lines = record.raw.split("\r\n").flat_map(|part| part.split(['\n', '\r']));
    let first = record.line;
    lines.enumerate().filter(|(_, text)| !text.trim().is_empty()).map(move |(index, text)| {
        BrokenRow {
            line: first + index,
            fields: vec![text.to_owned()],
            refusal: Refusal::of_row(RefusalCode::RowUnclosedQuote, text),
        }
    })
}

impl TableForm {
    /// The form of a file that was never read, such as the report of requests that came over HTTP.
    #[must_use]
    pub fn plain(language: Language) -> Self {
        Self {
            delimiter: ',',
            has_byte_order_mark: false,
            has_crlf: false,
            header: Column::ALL.map(|column| column.header(language).to_owned()).to_vec(),
            columns: Column::ALL.to_vec(),
        }
    }
}
