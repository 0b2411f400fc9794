//! Completions: results and commission decisions, from a file to validated requests (regulation §6).
//! It decides whether a row may become a certificate; it must not issue one.

mod column;
mod date;
mod did;
#[cfg(test)]
mod domain_tests;
mod email;
mod fault;
mod file_wording;
mod fingerprint;
mod identity;
mod iin;
mod known;
mod limits;
mod name;
mod record;
mod refusal;
mod report_file;
mod request;
mod rules;
mod scale;
mod score;
mod script;
mod submission;
mod table;
mod text;
mod wording;

pub use column::Column;
pub use fault::FileFault;
pub use fingerprint::fingerprint;
pub use known::{Claim, Known, KnownCertificate, KnownLearner, Roster};
pub use refusal::{Refusal, RefusalCode};
pub(crate) use report_file::write_line;
pub use report_file::{RefusedRow, write_report};
pub use request::{Completion, Iin, Learner, LearnerCategory, PersonName};
pub use rules::check_row;
pub use scale::{BANDS, Band, LETTERS, PASS_PERCENT, SCALE_VERSION, band, letter};
pub use submission::{Submission, SubmissionFault, Submissions};
pub use table::{BrokenRow, Row, Table, TableForm};
