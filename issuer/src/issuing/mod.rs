//! Issuing: compose, lint, number, sign, verify, append; status lists; revocation (regulation 6.2).
//! It owns the order of these steps; it must not read files or parse requests.

mod certificate;

pub use certificate::{Certificate, Edition, Revocation, RevocationReason, StatusEntry};
