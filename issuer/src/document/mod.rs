//! The documents of a certificate: its badge, and the package for personnel portals (regulation 6.1, 6.2).
//! They show and carry what was signed; nothing is signed here.

mod badge;
mod enbek;
mod fonts;

pub use badge::{BakeError, Face, NotDrawn, Picture, Pictures, Signed, bake_png, bake_svg};
pub use enbek::{EnbekError, Package, enbek_package};
