//! A printed code as a telephone sees it: dots of ink, then perspective, blur, uneven light and noise. The same picture at every run.

#![expect(
    clippy::as_conversions,
    reason = "positions are rounded to pixels, brightness to 256 steps"
)]

use image::{GrayImage, Luma};
use qrcode::{Color, QrCode};
use tanu_tests::Random;

/// How a picture is taken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pose {
    /// Turn of the paper, degrees.
    pub(crate) turned: f64,
    /// How much nearer the left edge is than the right one, and the top than the bottom.
    pub(crate) tilted: [f64; 2],
    /// Pixels of the picture for one dot of the print.
    pub(crate) scale: f64,
    /// Standard deviation of the blur, pixels.
    pub(crate) blur: f64,
    /// Light in the darkest corner, as a part of that in the brightest.
    pub(crate) light: f64,
    /// Largest noise of a pixel, of 256 steps.
    pub(crate) noise: usize,
}

const INK: f64 = 40.0;
const PAPER: f64 = 225.0;
/// Dots of a printer.
const DOTS_PER_INCH: f64 = 300.0;
const QUIET_MODULES: i64 = 4;

/// The code with its quiet zone, printed `millimetres` wide: each dot as dark as the part of it that modules cover.
pub(crate) fn print(code: &QrCode, millimetres: f64) -> GrayImage {
    let modules = code.width() as i64 + 2 * QUIET_MODULES;
    let dots = (millimetres / 25.4 * DOTS_PER_INCH).round() as u32;
    let module = f64::from(dots) / modules as f64;
    // Each dot is looked at in 64 places.
    let dark = |x: f64, y: f64| {
        let place = |at: f64| (at / module).floor() as i64 - QUIET_MODULES;
        let inside = 0..code.width() as i64;
        let (x, y) = (place(x), place(y));
        inside.contains(&x) && inside.contains(&y) && code[(x as usize, y as usize)] == Color::Dark
    };
    GrayImage::from_fn(dots, dots, |x, y| {
        let places = (0..64).map(|place| (f64::from(place % 8), f64::from(place / 8)));
        let covered = places.filter(|(dx, dy)| {
            dark(f64::from(x) + (dx + 0.5) / 8.0, f64::from(y) + (dy + 0.5) / 8.0)
        });
        let covered = covered.count() as f64 / 64.0;
        Luma([(PAPER + (INK - PAPER) * covered).round() as u8])
    })
}

/// The photograph of a print that lies on a table.
pub(crate) fn photograph(print: &GrayImage, pose: Pose) -> GrayImage {
    let side = f64::from(print.width());
    let out = (side * pose.scale * 1.5).round() as u32;
    let middle = f64::from(out) / 2.0;
    let (sine, cosine) = pose.turned.to_radians().sin_cos();
    let seen = GrayImage::from_fn(out, out, |x, y| {
        let (x, y) = ((f64::from(x) - middle) / middle, (f64::from(y) - middle) / middle);
        // Where on the paper this ray ends: the far side is seen smaller.
        let far = 1.0 + pose.tilted[0] * x + pose.tilted[1] * y;
        let (x, y) = (x / far, y / far);
        let (x, y) = (cosine * x + sine * y, cosine * y - sine * x);
        let place = |at: f64| side / 2.0 + at * middle / pose.scale;
        Luma([sample(print, place(x), place(y)).round() as u8])
    });
    let mut random = Random::of(out as usize);
    let blurred = image::imageops::blur(&seen, pose.blur as f32);
    GrayImage::from_fn(out, out, |x, y| {
        let across = f64::from(x + y) / f64::from(2 * out);
        let light = 1.0 - (1.0 - pose.light) * across;
        let noise = random.below(2 * pose.noise + 1) as f64 - pose.noise as f64;
        let Luma([value]) = *blurred.get_pixel(x, y);
        Luma([(f64::from(value) * light + noise).clamp(0.0, 255.0).round() as u8])
    })
}

/// The brightness between four dots. Beside the code is the table.
fn sample(print: &GrayImage, x: f64, y: f64) -> f64 {
    let (x, y) = (x - 0.5, y - 0.5);
    let dot = |x: f64, y: f64| {
        let inside =
            x >= 0.0 && y >= 0.0 && x < f64::from(print.width()) && y < f64::from(print.height());
        if inside { f64::from(print.get_pixel(x as u32, y as u32).0[0]) } else { PAPER - 15.0 }
    };
    let (left, top) = (x.floor(), y.floor());
    let (right, bottom) = (x - left, y - top);
    let row = |y: f64| dot(left, y) * (1.0 - right) + dot(left + 1.0, y) * right;
    row(top) * (1.0 - bottom) + row(top + 1.0) * bottom
}
