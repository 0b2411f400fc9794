//! PNG from its chunks.

use flate2::{Compression, Crc, write::ZlibEncoder};
use std::io::Write as _;

/// A chunk: its kind and its body.
#[derive(Clone, Debug)]
pub(crate) struct Chunk {
    pub(crate) kind: [u8; 4],
    pub(crate) body: Vec<u8>,
}

impl Chunk {
    pub(crate) fn new(kind: &[u8; 4], body: impl Into<Vec<u8>>) -> Self {
        Self { kind: *kind, body: body.into() }
    }

    /// Length, kind, body and checksum.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let covered = [&self.kind[..], &self.body].concat();
        let mut crc = Crc::new();
        crc.update(&covered);
        let length = u32::try_from(self.body.len()).unwrap_or(u32::MAX);
        [&length.to_be_bytes()[..], &covered, &crc.sum().to_be_bytes()].concat()
    }
}

/// A PNG of these grey pixels with `more` chunks behind its header.
pub(crate) fn png(width: usize, pixels: &[u8], more: &[Chunk]) -> Vec<u8> {
    let rows: Vec<u8> = pixels.chunks(width).flat_map(|row| [&[0], row].concat()).collect();
    assembled([width, pixels.len() / width], &deflated(&rows), more)
}

/// A PNG of this size that holds this stream for its rows.
pub(crate) fn png_of(width: usize, height: usize, stream: &[u8]) -> Vec<u8> {
    assembled([width, height], stream, &[])
}

fn assembled(size: [usize; 2], stream: &[u8], more: &[Chunk]) -> Vec<u8> {
    let size = size.map(|side| u32::try_from(side).unwrap_or(u32::MAX).to_be_bytes());
    // 8 bits, grey, nothing special.
    let header = [&size.concat()[..], &[8, 0, 0, 0, 0]].concat();
    let head = [Chunk::new(b"IHDR", header)];
    let tail = [Chunk::new(b"IDAT", stream), Chunk::new(b"IEND", [])];
    let chunks = head.iter().chain(more).chain(&tail).flat_map(Chunk::bytes);
    b"\x89PNG\r\n\x1a\n".iter().copied().chain(chunks).collect()
}

/// An `iTXt` chunk as Open Badges asks for: not compressed, no language.
pub(crate) fn itxt(text: &[u8]) -> Chunk {
    itxt_with("openbadgecredential", &[0, 0, 0, 0], text)
}

/// The same with another keyword, and with other bytes between keyword and text.
pub(crate) fn itxt_with(keyword: &str, between: &[u8], text: &[u8]) -> Chunk {
    Chunk::new(b"iTXt", [keyword.as_bytes(), &[0], between, text].concat())
}

/// A `tEXt` or `zTXt` chunk.
pub(crate) fn text(kind: &[u8; 4], keyword: &str, text: &[u8]) -> Chunk {
    let body = if kind == b"zTXt" { [&[0], &*deflated(text)].concat() } else { text.to_vec() };
    Chunk::new(kind, [keyword.as_bytes(), &[0], &body].concat())
}

pub(crate) fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    match encoder.write_all(bytes).and_then(|()| encoder.finish()) {
        Ok(deflated) => deflated,
        Err(error) => panic!("{error}"),
    }
}
