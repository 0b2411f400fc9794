//! Documents that a holder carries away: papers and badges. It says what was issued; it must not issue, sign or verify.

pub(crate) mod dates;
mod paper;
pub(crate) mod stated;

pub use paper::{Paper, PaperError};
pub(crate) use stated::Stated;
