//! QR codes in pictures: which sizes and forms of a picture are searched, one after the other, until a code is read in one. Work is counted
//! over all of them and has an end.

mod decoding;
mod patch;
mod search;

use super::{malformed, over, several};
use crate::limits;
use crate::report::Finding;

use self::search::{Work, search};

/// The text of the one QR code in a PNG or JPEG. The same code twice is one code.
///
/// # Errors
///
/// [`Finding::Refused`] if there is none, if there are different ones, or if the picture is damaged or too large.
pub(super) fn read_code(input: &[u8]) -> Result<String, Finding> {
    let picture = if input.starts_with(&[0xff, 0xd8]) {
        decoding::jpeg(input)?
    } else {
        decoding::png(input)?
    };
    let mut texts = texts(&picture)?;
    match (texts.pop(), texts.is_empty()) {
        (Some(text), true) => Ok(text),
        (None, _) => Err(super::png::nothing()),
        _ => Err(several("The picture shows different QR codes: photograph one of them alone.")),
    }
}

/// The different texts of the first attempt that reads any.
fn texts(picture: &Picture) -> Result<Vec<String>, Finding> {
    let work = Work::new();
    // The noise of a photograph hides a code, and so does what the smaller picture lost of a fine one.
    let mut small = picture.reduced(limits::PHOTO_SIDE_MAX);
    for smoothed in [false, true, true] {
        small = if smoothed { small.smoothed() } else { small };
        let texts = search(small.clone(), &work)?;
        if !texts.is_empty() {
            return Ok(texts);
        }
    }
    drop(small);
    // On a scanned page the code is small: its patch alone, enlarged.
    if let Some(patch) = picture.patch(limits::PHOTO_SIDE_MAX) {
        for patch in [patch.clone(), patch.smoothed()] {
            let texts = search(patch, &work)?;
            if !texts.is_empty() {
                return Ok(texts);
            }
        }
    }
    match picture.width.max(picture.height) > limits::PHOTO_SIDE_MAX {
        true => search(picture.reduced(2 * limits::PHOTO_SIDE_MAX), &work),
        false => Ok(Vec::new()),
    }
}

/// Brightness, a byte for each pixel, row by row.
#[derive(Clone)]
struct Picture {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Picture {
    /// The picture with a longest side of at most `side`, each pixel the mean of a square.
    fn reduced(&self, side: usize) -> Self {
        let step = self.width.max(self.height).div_ceil(side).max(1);
        if step == 1 {
            return self.clone();
        }
        let (width, height) = (self.width / step, self.height / step);
        let mut pixels = Vec::with_capacity(width * height);
        let mut sums = vec![0_usize; width];
        for (number, row) in self.pixels.chunks_exact(self.width).enumerate().take(height * step) {
            for (sum, square) in sums.iter_mut().zip(row.chunks_exact(step)) {
                *sum += square.iter().map(|pixel| usize::from(*pixel)).sum::<usize>();
            }
            if number % step == step - 1 {
                let mean = |sum: &usize| u8::try_from(sum / (step * step)).unwrap_or(u8::MAX);
                pixels.extend(sums.iter().map(mean));
                sums.fill(0);
            }
        }
        Self { width, height, pixels }
    }
}

impl Picture {
    /// Every pixel the mean of itself and its neighbours to the left and right, then above and below; those at the edge stay.
    fn smoothed(&self) -> Self {
        let mut picture = self.clone();
        let mean = |near: [u8; 3]| {
            let sum: u16 = near.into_iter().map(u16::from).sum();
            u8::try_from(sum / 3).unwrap_or(u8::MAX)
        };
        for row in picture.pixels.chunks_exact_mut(self.width) {
            let before = row.to_vec();
            let inner = row.iter_mut().skip(1);
            for (pixel, near) in inner.zip(before.windows(3)) {
                *pixel = near.try_into().map_or(*pixel, mean);
            }
        }
        let before = picture.pixels.clone();
        let (above, below) = (before.iter(), before.iter().skip(2 * self.width));
        let inner = picture.pixels.iter_mut().skip(self.width);
        for ((pixel, above), below) in inner.zip(above).zip(below) {
            *pixel = mean([*above, *pixel, *below]);
        }
        picture
    }
}
