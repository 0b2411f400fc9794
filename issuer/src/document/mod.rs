//! Documents that a holder carries away: papers, badges, the package for personnel portals (regulation 6.1, 6.2).
//! They say what was issued and carry what was signed; nothing is issued, signed or verified here.

mod badge;
pub(crate) mod code;
pub(crate) mod dates;
mod enbek;
mod fonts;
mod paper;
pub(crate) mod stated;

pub use badge::{BakeError, Face, NotDrawn, Picture, Pictures, Signed, bake_png, bake_svg};
pub use enbek::{EnbekError, Package, enbek_package};
pub use paper::{Paper, PaperError};
pub(crate) use stated::Stated;
