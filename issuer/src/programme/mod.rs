//! Programmes: the passport, its rules, the register of programmes (regulation §4, §9).
//! It says what a programme is and whether it may be issued under; it must not issue.

mod catalogue;
mod content;
mod entry;
mod hours;
mod limits;
mod passport;
mod problem;
mod reading;
mod rules;
#[cfg(test)]
mod sample_tests;
mod study_form;
mod text;

pub use catalogue::{ProgrammeFile, Programmes};
pub use content::ContentRow;
pub use passport::{
    Accreditation, Alignment, FieldOfStudy, Outcome, ProfessionalStandard, Programme,
    ProgrammeStatus,
};
pub use problem::ProgrammeProblem;
pub use study_form::StudyForm;
pub use text::Text;
