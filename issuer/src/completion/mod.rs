//! Completions: results and commission decisions, from a file to validated requests (regulation §6).
//! It decides whether a row may become a certificate; it must not issue one.

mod request;

pub use request::{Completion, Iin, Learner, LearnerCategory, PersonName, StudyForm};
