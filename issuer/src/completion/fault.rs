//! Why a whole file is refused: nothing of it is attempted.

use std::fmt;

use verifier::Language;

use super::column::Column;
use super::file_wording;

/// A fault of the file itself.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum FileFault {
    /// There is nothing in it.
    Empty,
    /// It is larger than we read.
    TooLarge {
        /// Its size in bytes.
        bytes: usize,
        /// The limit in bytes.
        bytes_max: usize,
    },
    /// It has more rows than we read.
    TooManyRows {
        /// The limit.
        rows_max: usize,
    },
    /// It is a spreadsheet or another binary file, not a text.
    NotText,
    /// It is of another kind, by this name.
    Foreign(&'static str),
    /// It is UTF-16, as Excel's "Unicode text" is.
    Utf16,
    /// It is not UTF-8; most likely windows-1251, which has lost Kazakh letters already.
    NotUtf8 {
        /// Offset of the first wrong byte, from 0.
        byte: usize,
        /// Its line, from 1.
        line: usize,
    },
    /// It holds a NUL byte.
    Nul {
        /// Its offset, from 0.
        byte: usize,
        /// Its line, from 1.
        line: usize,
    },
    /// Its first line names no column that we know.
    NoHeader,
    /// The quotes of its first line do not match.
    HeaderQuotes,
    /// Columns that we do not know, by their headers.
    UnknownColumns(Vec<String>),
    /// Columns that are not there.
    MissingColumns(Vec<Column>),
    /// Columns that are there more than once.
    DuplicateColumns(Vec<Column>),
}

impl FileFault {
    /// What is wrong and what to do, in one plain sentence or two.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        file_wording::file_fault(self, language)
    }
}

impl fmt::Display for FileFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.sentence(Language::En))
    }
}

impl std::error::Error for FileFault {}
