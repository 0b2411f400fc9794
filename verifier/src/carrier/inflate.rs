//! Deflate streams inside carriers (RFC 1951), inflated piece by piece: no more comes out than is asked for, and what goes in must bring
//! something out.

use flate2::{Decompress, FlushDecompress, Status};

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
    /// It has no end, is none, or holds next to nothing for its length.
    Damaged,
    /// More comes out than was asked for.
    TooMuch,
}

/// Bytes that are read, and room that is made, at a time.
const PIECE: usize = 16 * 1024;

/// All that `stream` inflates to, at most `most` bytes. What stands behind its end is left.
pub(super) fn inflated(stream: &[u8], wrapping: Wrapping, most: usize) -> Result<Vec<u8>, Fault> {
    let mut inflater = Decompress::new(wrapping == Wrapping::Zlib);
    let (mut rest, mut bytes) = (stream, Vec::new());
    loop {
        let piece = rest.get(..PIECE).unwrap_or(rest);
        bytes.reserve(PIECE);
        let before = (inflater.total_in(), bytes.len());
        let status = inflater
            .decompress_vec(piece, &mut bytes, FlushDecompress::None)
            .map_err(|_| Fault::Damaged)?;
        if bytes.len() > most {
            return Err(Fault::TooMuch);
        }
        if matches!(status, Status::StreamEnd) {
            return Ok(bytes);
        }
        let taken = usize::try_from(inflater.total_in() - before.0).map_err(|_| Fault::Damaged)?;
        rest = rest.get(taken..).unwrap_or_default();
        let stands = taken == 0 && bytes.len() == before.1;
        if stands || !pays(inflater.total_in(), inflater.total_out()) {
            return Err(Fault::Damaged);
        }
    }
}

/// Whether so many bytes may have brought out so few. Blocks without content cost as much as those with one.
pub(super) const fn pays(taken: u64, brought: u64) -> bool {
    taken <= brought.saturating_add(brought / 8).saturating_add(limits::DEFLATE_EMPTY_BYTES_MAX)
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
    fn a_stream_of_nothing_is_left_early() {
        // Stored blocks of no bytes (RFC 1951, "Non-compressed blocks"), and the last one.
        let empty = [0, 0, 0, 0xff, 0xff];
        let stream = |count: usize| [&empty.repeat(count)[..], &[1, 0, 0, 0xff, 0xff]].concat();
        assert_eq!(inflated(&stream(100), Wrapping::None, 9), Ok(Vec::new()));
        assert_eq!(inflated(&stream(100_000), Wrapping::None, 9), Err(Fault::Damaged));
    }
}
