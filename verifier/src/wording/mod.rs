//! How a report is told: one line of JSON for programs, a block of text for people in three languages.
//! It must not judge, and never shows a credential's content from anywhere but [`Report::view`].

mod codes;
mod content;
mod human;
mod label;
mod line;
mod moment;
mod passed_over;
mod plain;
mod row;
mod words;

pub use human::human_report;
pub use line::report_line;
pub use moment::moment_text;
pub use passed_over::PassedOver;
pub use plain::plain_text;
pub use row::Row;
pub use words::Phrase;

#[cfg(doc)]
use crate::report::Report;
