//! Grey pictures of QR codes, and pictures that look like them.

use qrcode::{Color, EcLevel, QrCode};

use super::png::png;

/// Pixels of a module.
const MODULE: usize = 4;

fn pixels(text: &str) -> (usize, Vec<u8>) {
    let code = match QrCode::with_error_correction_level(text, EcLevel::M) {
        Ok(code) => code,
        Err(error) => panic!("{error}"),
    };
    let modules = code.width();
    let width = (modules + 8) * MODULE;
    let dark = |x: usize, y: usize| {
        let (x, y) = ((x / MODULE).checked_sub(4), (y / MODULE).checked_sub(4));
        match x.zip(y) {
            Some((x, y)) if x < modules && y < modules => code[(x, y)] == Color::Dark,
            _ => false,
        }
    };
    let pixel = |at: usize| if dark(at % width, at / width) { 0 } else { 255 };
    (width, (0..width * width).map(pixel).collect())
}

/// A picture of one code.
pub(crate) fn code(text: &str) -> Vec<u8> {
    let (width, pixels) = pixels(text);
    png(width, &pixels, &[])
}

/// Two codes of the same size beside each other.
pub(crate) fn side_by_side(one: &str, other: &str) -> Vec<u8> {
    let ((width, left), (other_width, right)) = (pixels(one), pixels(other));
    assert_eq!(width, other_width, "codes of one size");
    let rows = left.chunks(width).zip(right.chunks(width));
    let rows: Vec<u8> = rows.flat_map(|(left, right)| [left, right].concat()).collect();
    png(2 * width, &rows, &[])
}

/// A picture of `side` by `side` pixels full of the corners of codes.
pub(crate) fn finders(side: usize, module: usize) -> Vec<u8> {
    let dark = |x: usize, y: usize| {
        let (x, y) = ((x / module) % 8, (y / module) % 8);
        let ring = |near: usize, far: usize| (near..=far).contains(&x) && (near..=far).contains(&y);
        ring(0, 6) && (!ring(1, 5) || ring(2, 4))
    };
    let pixel = |at: usize| if dark(at % side, at / side) { 0 } else { 255 };
    png(side, &(0..side * side).map(pixel).collect::<Vec<_>>(), &[])
}

/// Lines of one pixel across and down, behind a corner of a code that touches them.
pub(crate) fn stripes(side: usize) -> Vec<u8> {
    let dark = |x: usize, y: usize| match (x.checked_sub(3), y) {
        (None, _) | (_, 0..=2) => false,
        (Some(x @ 0..=6), _) => matches!(x, 0 | 2..=4 | 6),
        (Some(x), y) => x % 2 == 1 || y % 2 == 1,
    };
    let pixel = |at: usize| if dark(at % side, at / side) { 0 } else { 255 };
    png(side, &(0..side * side).map(pixel).collect::<Vec<_>>(), &[])
}

/// Grey noise, always the same.
pub(crate) fn noise(side: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut pixel = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    png(side, &(0..side * side).map(|_| pixel()).collect::<Vec<_>>(), &[])
}
