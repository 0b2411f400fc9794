//! Certificate and transcript on paper: PDF/A-3 with the signed credentials inside. Everything that they say is read out of the credentials
//! and of the programme's version of then, so that the same certificate is the same file whenever it is printed.

mod attachments;
mod certificate;
mod content_table;
mod error;
mod flow;
mod font;
mod form;
mod ink;
#[cfg(test)]
mod layout_tests;
mod ornament;
mod pdf;
mod print;
mod qr;
mod scale_table;
mod sheet;
#[cfg(test)]
mod signed_texts;
mod strip;
mod text;
mod transcript;
mod words;

pub use error::PaperError;
pub use print::Paper;
