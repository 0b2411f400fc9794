//! Checks Open Badges 3.0 credentials: what a credential is, what gets signed, every check.
//!
//! The library is pure. It opens no file and no socket and reads no clock: documents, policy and the
//! time come in as arguments, a [`Report`] comes out.

mod documents;
mod identifier;
mod json;
mod language;
pub mod limits;
mod policy;
mod report;
mod time;
mod trust;
mod verify;
mod wording;

pub use documents::{Document, Documents, Unavailable};
pub use identifier::Multikey;
pub use language::Language;
pub use policy::Policy;
pub use report::{Check, Code, Outcome, Problem, Report, Subject, Verdict};
pub use time::Timestamp;
pub use trust::{TrustList, TrustListError};
pub use verify::verify;
pub use wording::{Phrase, human_report, plain_text, report_line};
