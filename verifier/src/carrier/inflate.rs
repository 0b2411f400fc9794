//! Deflate streams inside carriers (RFC 1951), inflated piece by piece: no more comes out than is asked for, and their blocks are counted.
//! A block may hold nothing and still cost a microsecond for its tables; eleven bytes are enough for one.

use miniz_oxide::inflate::TINFLStatus as Status;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags as flags};

use crate::limits;

/// What stands around the stream.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Wrapping {
    /// Nothing.
    None,
    /// Two bytes before it and a checksum behind it (RFC 1950).
    Zlib,
}

/// Why a stream was not inflated.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Fault {
    /// It has no end, is none, or is cut into far more blocks than any program makes.
    Damaged,
    /// More comes out than was asked for.
    TooMuch,
}

/// Bytes that later ones may refer back to (RFC 1951, "Compressed representation overview").
const WINDOW_BYTES: usize = 32 * 1024;

/// All that `stream` inflates to, at most `most` bytes. What stands behind its end is left.
pub(super) fn inflated(stream: &[u8], wrapping: Wrapping, most: usize) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    walk([stream].into_iter(), wrapping, &mut |piece| {
        if bytes.len() + piece.len() > most {
            return Err(Fault::TooMuch);
        }
        bytes.extend_from_slice(piece);
        Ok(())
    })?;
    Ok(bytes)
}

/// Inflates the stream that `pieces` make together, and hands over what comes out.
pub(super) fn walk<'p>(
    pieces: impl Iterator<Item = &'p [u8]>,
    wrapping: Wrapping,
    hand_over: &mut dyn FnMut(&[u8]) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let header = if wrapping == Wrapping::Zlib { flags::TINFL_FLAG_PARSE_ZLIB_HEADER } else { 0 };
    let how = header | flags::TINFL_FLAG_HAS_MORE_INPUT | flags::TINFL_FLAG_STOP_ON_BLOCK_BOUNDARY;
    let mut inflater = Box::<DecompressorOxide>::default();
    let mut window = vec![0; WINDOW_BYTES];
    let (mut at, mut brought, mut blocks) = (0, 0_usize, 0_usize);
    for mut rest in pieces {
        loop {
            let (status, taken, more) = decompress(&mut inflater, rest, &mut window, at, how);
            rest = rest.get(taken..).unwrap_or_default();
            hand_over(window.get(at..at + more).unwrap_or_default())?;
            (at, brought) = ((at + more) % WINDOW_BYTES, brought + more);
            match status {
                Status::Done => return Ok(()),
                Status::NeedsMoreInput => break,
                Status::HasMoreOutput => {}
                Status::BlockBoundary => blocks += 1,
                _ => return Err(Fault::Damaged),
            }
            if blocks > limits::DEFLATE_BLOCKS_MAX + brought / limits::DEFLATE_BLOCK_BYTES_MIN {
                return Err(Fault::Damaged);
            }
        }
    }
    Err(Fault::Damaged)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::DeflateEncoder, write::ZlibEncoder};

    use super::*;

    #[test]
    fn what_was_deflated_comes_out_again_and_no_more() {
        let text: Vec<u8> = (0..60_000_u32).flat_map(|n| (n * n).to_le_bytes()).collect();
        for level in [Compression::none(), Compression::fast(), Compression::best()] {
            let mut raw = DeflateEncoder::new(Vec::new(), level);
            raw.write_all(&text).unwrap();
            let raw = raw.finish().unwrap();
            let mut zlib = ZlibEncoder::new(Vec::new(), level);
            zlib.write_all(&text).unwrap();
            let zlib = zlib.finish().unwrap();
            for (stream, wrapping) in [(raw, Wrapping::None), (zlib, Wrapping::Zlib)] {
                let inflated = |most| inflated(&stream, wrapping, most);
                assert_eq!(inflated(text.len()).as_ref(), Ok(&text));
                assert_eq!(inflated(text.len() - 1), Err(Fault::TooMuch));
                let cut = &stream[..stream.len() / 2];
                assert_eq!(super::inflated(cut, wrapping, text.len()), Err(Fault::Damaged));
            }
        }
        assert_eq!(inflated(b"no stream", Wrapping::Zlib, 9), Err(Fault::Damaged));
        assert_eq!(inflated(b"", Wrapping::None, 9), Err(Fault::Damaged));
    }

    #[test]
    fn a_wrong_checksum_is_no_end() {
        let mut stream = ZlibEncoder::new(Vec::new(), Compression::best());
        stream.write_all(b"text").unwrap();
        let mut stream = stream.finish().unwrap();
        *stream.last_mut().unwrap() ^= 1;
        assert_eq!(inflated(&stream, Wrapping::Zlib, 9), Err(Fault::Damaged));
    }

    #[test]
    fn a_stream_in_pieces_is_one() {
        let text = b"abc".repeat(30_000);
        let mut stream = DeflateEncoder::new(Vec::new(), Compression::fast());
        stream.write_all(&text).unwrap();
        let stream = stream.finish().unwrap();
        for size in [1, 7, stream.len()] {
            let mut bytes = Vec::new();
            let mut take = |piece: &[u8]| {
                bytes.extend_from_slice(piece);
                Ok(())
            };
            assert_eq!(walk(stream.chunks(size), Wrapping::None, &mut take), Ok(()));
            assert_eq!(bytes, text);
        }
    }

    /// Stored blocks of so many bytes each (RFC 1951, "Non-compressed blocks"), and the last one.
    fn blocks(count: usize, bytes: u8) -> Vec<u8> {
        let block = [&[0, bytes, 0, !bytes, 0xff][..], &vec![b' '; bytes.into()]].concat();
        [&block.repeat(count)[..], &[1, 0, 0, 0xff, 0xff]].concat()
    }

    #[test]
    fn a_stream_of_too_many_blocks_is_left_early() {
        let most = limits::DEFLATE_BLOCKS_MAX;
        let length = |count, bytes| {
            inflated(&blocks(count, bytes), Wrapping::None, usize::MAX).map(|found| found.len())
        };
        assert_eq!(length(most, 0), Ok(0));
        assert_eq!(length(most + 1, 0), Err(Fault::Damaged));
        assert_eq!(length(2 * most, 40), Err(Fault::Damaged));
        assert_eq!(length(most, 255), Ok(255 * most));
    }

    #[test]
    fn a_program_that_ends_a_block_after_every_line_is_read() {
        let mut stream = DeflateEncoder::new(Vec::new(), Compression::fast());
        for line in 0..1_000 {
            writeln!(stream, "line {line}").unwrap();
            stream.flush().unwrap();
        }
        let stream = stream.finish().unwrap();
        assert!(inflated(&stream, Wrapping::None, usize::MAX).unwrap().ends_with(b"line 999\n"));
    }
}
