//! QR codes in pictures: the brightness of the pixels, made small enough, and what rqrr finds there. Work is counted and has an end, since a
//! picture full of finder patterns would cost hours.

mod patch;

use std::cell::Cell;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

use image::{GenericImage, GenericImageView, GrayImage, Luma};
use rqrr::PreparedImage;
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::{malformed, over, several};
use crate::limits;
use crate::report::Finding;

/// The text of the one QR code in a PNG or JPEG. The same code twice is one code.
///
/// # Errors
///
/// [`Finding::Refused`] if there is none, if there are different ones, or if the picture is damaged or too large.
pub(super) fn read_code(input: &[u8]) -> Result<String, Finding> {
    let picture = if input.starts_with(&[0xff, 0xd8]) { jpeg(input)? } else { png(input)? };
    let work = Rc::new(Cell::new(limits::PHOTO_WORK_MAX));
    let small = picture.reduced(limits::PHOTO_SIDE_MAX);
    // The noise of a photograph hides a code, and so does what the smaller picture lost of a fine one.
    let mut attempts = [small.clone(), small.smoothed(), small.smoothed().smoothed()].into_iter();
    let mut texts = Vec::new();
    while let Some(attempt) = attempts.next().filter(|_| texts.is_empty()) {
        texts = search(attempt, &work)?;
    }
    // On a scanned page the code is small: its patch alone, enlarged.
    let patch = texts.is_empty().then(|| picture.patch(limits::PHOTO_SIDE_MAX)).flatten();
    let attempts = patch.into_iter().flat_map(|patch| [patch.clone(), patch.smoothed()]);
    for attempt in attempts {
        if texts.is_empty() {
            texts = search(attempt, &work)?;
        }
    }
    if texts.is_empty() && picture.width.max(picture.height) > limits::PHOTO_SIDE_MAX {
        texts = search(picture.reduced(2 * limits::PHOTO_SIDE_MAX), &work)?;
    }
    texts.sort();
    texts.dedup();
    match (texts.pop(), texts.is_empty()) {
        (Some(text), true) => Ok(text),
        (None, _) => Err(super::png::nothing()),
        _ => Err(several("The picture shows different QR codes: photograph one of them alone.")),
    }
}

/// The texts of all codes that can be read.
fn search(picture: Picture, work: &Rc<Cell<u64>>) -> Result<Vec<String>, Finding> {
    let size = [picture.width, picture.height].map(u32::try_from);
    let [Ok(width), Ok(height)] = size else { return Err(damaged()) };
    let picture = GrayImage::from_raw(width, height, picture.pixels).ok_or_else(damaged)?;
    let counted = Counted { picture, work: Rc::clone(work) };
    // The search is left where the work is used up: it has no other way out. Nothing of it is used afterwards.
    let searched = catch_unwind(AssertUnwindSafe(|| {
        let mut prepared = PreparedImage::prepare(counted);
        let grids = prepared.detect_grids();
        grids.iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect()
    }));
    searched.map_err(|_| {
        over(
            "shapes like those of QR codes; photograph one code alone, and so that it is large",
            "the usual number of",
        )
    })
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

/// A picture whose every touch is counted.
struct Counted {
    picture: GrayImage,
    work: Rc<Cell<u64>>,
}

impl Counted {
    fn count(&self, touches: u64) {
        match self.work.get().checked_sub(touches) {
            Some(left) => self.work.set(left),
            // No message is printed: this is no fault.
            None => resume_unwind(Box::new("the search took too much work")),
        }
    }
}

impl Clone for Counted {
    /// Copying is quicker than looking.
    fn clone(&self) -> Self {
        self.count(u64::try_from(self.picture.as_raw().len() / 16).unwrap_or(u64::MAX));
        Self { picture: self.picture.clone(), work: Rc::clone(&self.work) }
    }
}

impl GenericImageView for Counted {
    type Pixel = Luma<u8>;

    fn dimensions(&self) -> (u32, u32) {
        self.picture.dimensions()
    }

    fn get_pixel(&self, x: u32, y: u32) -> Luma<u8> {
        self.count(1);
        self.picture.get_pixel_checked(x, y).copied().unwrap_or(Luma([0]))
    }
}

impl GenericImage for Counted {
    fn get_pixel_mut(&mut self, x: u32, y: u32) -> &mut Luma<u8> {
        self.count(1);
        self.picture.get_pixel_mut(x, y)
    }

    fn put_pixel(&mut self, x: u32, y: u32, pixel: Luma<u8>) {
        self.count(1);
        if let Some(place) = self.picture.get_pixel_mut_checked(x, y) {
            *place = pixel;
        }
    }

    fn blend_pixel(&mut self, x: u32, y: u32, pixel: Luma<u8>) {
        self.put_pixel(x, y, pixel);
    }
}

/// Refuses what would take too much memory, before any is taken.
fn check_size(width: usize, height: usize, pixels_max: usize) -> Result<(), Finding> {
    let fits = width.checked_mul(height).is_some_and(|pixels| pixels <= pixels_max);
    if width == 0 || height == 0 {
        return Err(malformed("The picture has no pixels."));
    }
    if fits { Ok(()) } else { Err(over("pixels", pixels_max)) }
}

fn damaged() -> Finding {
    malformed("The picture is damaged or of a kind that is not read.")
}

/// The brightness of a JPEG; its colours are never made.
fn jpeg(input: &[u8]) -> Result<Picture, Finding> {
    let options = DecoderOptions::default()
        .set_use_unsafe(false)
        .jpeg_set_max_scans(64)
        .jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(input), options);
    decoder.decode_headers().map_err(|_| damaged())?;
    let (width, height) = decoder.dimensions().ok_or_else(damaged)?;
    let progressive = is_progressive(input);
    let most = if progressive { limits::PROGRESSIVE_PIXELS_MAX } else { limits::PHOTO_PIXELS_MAX };
    check_size(width, height, most)?;
    let pixels = decoder.decode().map_err(|_| damaged())?;
    if pixels.len() != width * height {
        return Err(damaged());
    }
    Ok(Picture { width, height, pixels })
}

/// Whether the frame is progressive (ITU-T T.81, "SOF2"). What cannot be walked counts as such, whose limit is the lower one.
fn is_progressive(input: &[u8]) -> bool {
    let mut rest = input.get(2..).unwrap_or_default();
    loop {
        match rest {
            [0xff, 0xff, ..] => rest = rest.get(1..).unwrap_or_default(),
            [0xff, 0xc0 | 0xc1, ..] => return false,
            [0xff, 0xc4 | 0xc8 | 0xcc | 0xd0..=0xfe, high, low, ..] => {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                rest = rest.get(2 + length..).unwrap_or_default();
            }
            _ => return true,
        }
    }
}

/// The brightness of a PNG, row by row, so that only one row of its colours is in memory.
fn png(input: &[u8]) -> Result<Picture, Finding> {
    let limit = png::Limits { bytes: 4 * limits::PHOTO_ROW_BYTES_MAX };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(input), limit);
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(|_| damaged())?;
    let info = reader.info();
    let size = [info.width, info.height].map(usize::try_from);
    let [Ok(width), Ok(height)] = size else { return Err(damaged()) };
    check_size(width, height, limits::PHOTO_PIXELS_MAX)?;
    if info.interlaced {
        return Err(malformed(
            "QR codes are not read in an interlaced picture: save it in another way.",
        ));
    }
    let samples = reader.output_color_type().0.samples();
    let mut pixels = Vec::with_capacity(width * height);
    while let Some(row) = reader.next_row().map_err(|_| damaged())? {
        let row = row.data().chunks_exact(samples).take(width);
        pixels.extend(row.map(brightness));
    }
    if pixels.len() != width * height {
        return Err(damaged());
    }
    Ok(Picture { width, height, pixels })
}

/// Of grey, of grey and opacity, of colours, of colours and opacity; what is transparent lies on white paper.
fn brightness(samples: &[u8]) -> u8 {
    let (grey, opacity) = match *samples {
        [grey] => (u32::from(grey), 255),
        [grey, opacity] => (u32::from(grey), u32::from(opacity)),
        [red, green, blue] => (luma(red, green, blue), 255),
        [red, green, blue, opacity] => (luma(red, green, blue), u32::from(opacity)),
        _ => (255, 255),
    };
    u8::try_from((grey * opacity + 255 * (255 - opacity)) / 255).unwrap_or(u8::MAX)
}

fn luma(red: u8, green: u8, blue: u8) -> u32 {
    (u32::from(red) * 299 + u32::from(green) * 587 + u32::from(blue) * 114) / 1000
}
