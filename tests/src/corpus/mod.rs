//! The corpus of attacks and bad inputs: every case is made here, from fixed keys and honest credentials, and written to
//! `tests/corpus`. It says what the right answer is; it must not ask the verifier for it.

mod badge;
mod carrier_cases;
mod case;
mod documents;
mod edit;
mod files;
mod generated;
mod honest;
mod inclusion_cases;
mod inside_cases;
mod json_cases;
mod key_cases;
mod keys;
mod known_gaps;
mod measure;
mod proof_cases;
mod qr_cases;
mod qr_rows;
mod qr_values;
mod rdf_cases;
mod register;
mod rows;
mod sign;
mod signature_cases;
mod statement;
mod status_cases;
mod suite_cases;
mod time_cases;
mod token_cases;
mod wrap;

pub use case::{Case, Environment, Expect, ExpectedProblem, Found, Input};
pub use files::{Files, committed, made, read_cases, rewrite};
pub use generated::{generated_documents, generated_input};
pub use honest::{Honest, honest};
pub use known_gaps::{KNOWN_GAPS, KnownGap};
pub use measure::{Cost, measure};
pub use qr_cases::qr_vectors;
pub use rows::{ABSENT, rows};

/// Every case, in the order of the catalogue.
#[must_use]
pub fn cases() -> Vec<Case> {
    [
        proof_cases::cases(),
        signature_cases::cases(),
        suite_cases::cases(),
        json_cases::cases(),
        rdf_cases::cases(),
        token_cases::cases(),
        key_cases::cases(),
        status_cases::cases(),
        time_cases::cases(),
        inside_cases::cases(),
        inclusion_cases::cases(),
        carrier_cases::cases(),
        qr_cases::cases(),
    ]
    .concat()
}
