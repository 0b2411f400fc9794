//! The drawing as pixels, in PNG. It knows nothing of credentials.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use super::drawing::SIZE;

/// Pixels for one unit of the drawing: sharp also where a screen has two for one.
const PIXELS: u16 = 2;

/// The PNG of one of our own drawings, 1024 by 1024 pixels, transparent around the badge.
///
/// `None` if it is no drawing of ours. Nothing is ever loaded from elsewhere.
pub(super) fn png(svg: &str) -> Option<Vec<u8>> {
    let tree = Tree::from_str(svg, &Options::default()).ok()?;
    let side = u32::from(SIZE) * u32::from(PIXELS);
    let mut pixels = Pixmap::new(side, side)?;
    let scale = f32::from(PIXELS);
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().ok()
}
