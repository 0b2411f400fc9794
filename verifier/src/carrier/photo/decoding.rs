//! The brightness of the pixels of a PNG or JPEG, within bounds that are checked before any memory is taken.

use std::io::Cursor;

use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::{Picture, malformed, over};
use crate::carrier::inflate::{self, Fault, Wrapping};
use crate::carrier::png::pixels;
use crate::limits;
use crate::report::Finding;

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
pub(super) fn jpeg(input: &[u8]) -> Result<Picture, Finding> {
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
pub(super) fn png(input: &[u8]) -> Result<Picture, Finding> {
    check_stream(input)?;
    let limit = png::Limits { bytes: 4 * limits::PHOTO_ROW_BYTES_MAX };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(input), limit);
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    // Every part was checked when the file was walked.
    decoder.ignore_checksums(true);
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

/// Refuses a large stream of pixels whose blocks nobody honest makes, since whoever decodes it would not count them.
fn check_stream(input: &[u8]) -> Result<(), Finding> {
    if pixels(input).map(<[u8]>::len).sum::<usize>() <= limits::PHOTO_STREAM_BYTES_MAX {
        return Ok(());
    }
    let mut left = limits::PHOTO_BYTES_MAX;
    let walked = inflate::walk(pixels(input), Wrapping::Zlib, &mut |piece| {
        left = left.checked_sub(piece.len()).ok_or(Fault::TooMuch)?;
        Ok(())
    });
    walked.map_err(|fault| match fault {
        Fault::Damaged => damaged(),
        Fault::TooMuch => over("bytes when it is inflated", limits::PHOTO_BYTES_MAX),
    })
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
