//! Issuing: compose, lint, number, sign, verify, append; status lists; revocation (regulation 6.2).
//! It owns the order of these steps; it must not read requests from files or know of HTTP.

mod achievement;
mod compose;
mod error;
mod group;
mod identity;
mod interim;
mod issue;
mod keys;
mod moment;
mod number;
mod proofs;
mod sequencer;
mod statement;
mod status_lists;
#[cfg(test)]
mod tests;
mod transcript;
mod turns;
pub(crate) mod wording;

pub use achievement::achievement;
pub use compose::{issuer, slug};
pub use error::IssueError;
pub(crate) use identity::log_origin;
pub use identity::{Identity, Witnesses};
pub(crate) use interim::{Interim, RevokedBits};
pub use issue::{
    Correction, Doubtful, ErasureRequest, Ground, Issuance, Outcome, Request, Touched,
};
pub use keys::{Declaration, Published, Stolen};
pub use moment::kazakhstan;
pub(crate) use moment::moment;
pub use number::{Handle, is_certificate_number};
pub use statement::qr_text;
pub(crate) use status_lists::write_whole;
pub use status_lists::{PublishedList, Revoked, StatusLists, TTL_SECONDS};
