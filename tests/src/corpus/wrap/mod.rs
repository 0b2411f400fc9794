//! Files that carry credentials, written byte by byte: honest ones, and those that nobody honest writes. No code of the product is asked.

mod pdf;
mod picture;
mod png;
mod svg;

pub(crate) use pdf::{Pdf, packed, packed_with, repeating};
pub(crate) use picture::{code, finders, noise, side_by_side, stripes};
pub(crate) use png::{Chunk, itxt, itxt_with, png, png_of, text};
pub(crate) use svg::{SVG_END, baked, element, svg};
