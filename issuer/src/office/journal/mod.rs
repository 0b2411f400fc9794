//! The journal of issue (regulation, App. А row 3): who was given which certificate when, read from the register alone.
//! It reads and prints; what the store thinks of a certificate is not asked.

mod form;
mod lines;
mod words;

pub(super) use words::reason as revocation_reason;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use verifier::Language;

use super::output::Output;
use super::{Office, OfficeError};

/// The days whose journal is asked for, the first and the last included; without one the journal is open at that end.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Period {
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
}

impl Period {
    fn contains(self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// The form of a printed journal.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum JournalFormat {
    /// Lines for a terminal.
    Text,
    /// For a spreadsheet: UTF-8 with byte order mark, commas, formulas disarmed.
    Csv,
    /// A page to be printed.
    Html,
    /// One JSON object a line.
    Json,
}

/// Prints the journal of a period as the file of the answer.
pub(super) fn journal(
    office: &Office,
    period: Period,
    (format, language): (JournalFormat, Language),
    output: &mut dyn Output,
) -> Result<u8, OfficeError> {
    if let (Some(from), Some(to)) = (period.from, period.to)
        && from > to
    {
        return Err(OfficeError::Request(format!("the period ends on {to}, before {from}")));
    }
    let lines = lines::read(office.issuance.register(), period)?;
    let journal = form::Journal::new(office, period, &lines, language);
    let text = match format {
        JournalFormat::Text => journal.text(),
        JournalFormat::Csv => journal.csv(),
        JournalFormat::Html => journal.html(),
        JournalFormat::Json => journal.json(&lines),
    };
    output.file(text.as_bytes());
    Ok(0)
}
