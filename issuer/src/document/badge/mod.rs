//! The badge: its picture, and the picture with the signed credential inside (Open Badges 3.0, "Baked Badges").
//! It draws programmes and carries credentials; it signs nothing and reads no file.

mod bake;
mod bake_png;
mod bake_svg;
mod drawing;
mod face;
mod lettering;
mod ornament;
mod path;
mod pictures;
mod pixels;
mod setting;
#[cfg(test)]
mod tests;

pub use bake::{BakeError, Signed};
pub use bake_png::bake_png;
pub use bake_svg::bake_svg;
pub use face::Face;
pub(super) use face::visible;
pub use pictures::{NotDrawn, Picture, Pictures};
