//! What is remembered of a segment that is finished, so that opening need not read it: a projection, written beside it.
//! A summary that does not fit its segment in every respect is no summary; it must never stand for bytes that changed.

use std::io;

use super::index::{Segment, summary_name};
use super::scan::Tail;
use super::storage::Storage;

/// What a summary begins with; the last byte is its format.
const MAGIC: [u8; 8] = *b"TnuSum\x00\x01";
/// Bytes of one landmark: index and offset.
const LANDMARK_BYTES: usize = 16;

/// A finished segment as it was when every byte of it had been checked or written by this program.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Summary {
    /// Nanoseconds since 1970, as the file system tells: whoever writes to the segment changes it.
    modified: u64,
    pub(super) length: u64,
    pub(super) first_index: u64,
    /// Index behind the last entry.
    pub(super) end: u64,
    /// Time of the last entry.
    pub(super) time_microseconds: u64,
    /// Epoch of the last entry.
    pub(super) epoch: u32,
    pub(super) landmarks: Vec<(u64, u64)>,
}

impl Summary {
    /// Reads the summary of the segment that begins with `first_index`. `None` if there is none that fits.
    pub(super) fn read(storage: &dyn Storage, segment: &str, first_index: u64) -> Option<Self> {
        let name = summary_name(first_index);
        let length = usize::try_from(storage.length(&name).ok()?).ok()?;
        let summary = Self::parse(&storage.read_at(&name, 0, length).ok()?)?;
        let fits = summary.first_index == first_index
            && summary.end > first_index
            && summary.length == storage.length(segment).ok()?
            && summary.modified == storage.modified(segment).ok()?;
        fits.then_some(summary)
    }

    /// Writes the summary of a finished segment; `tail` is where it ends. It is not synced: one that is lost or torn
    /// costs time, no more.
    pub(super) fn write(storage: &dyn Storage, segment: &Segment, tail: &Tail) -> io::Result<()> {
        let (Some(end), Some(time_microseconds)) = (tail.index, tail.time_microseconds) else {
            return Ok(());
        };
        let summary = Self {
            modified: storage.modified(&segment.name())?,
            length: segment.length,
            first_index: segment.first_index,
            end,
            time_microseconds,
            epoch: tail.epoch,
            landmarks: segment.landmarks().to_vec(),
        };
        let name = summary_name(segment.first_index);
        storage.create(&name)?;
        storage.write_at(&name, 0, &summary.to_bytes())
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        let fields =
            [self.modified, self.length, self.first_index, self.end, self.time_microseconds];
        for field in fields {
            bytes.extend_from_slice(&field.to_le_bytes());
        }
        bytes.extend_from_slice(&self.epoch.to_le_bytes());
        for (index, offset) in &self.landmarks {
            bytes.extend_from_slice(&index.to_le_bytes());
            bytes.extend_from_slice(&offset.to_le_bytes());
        }
        bytes.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
        bytes
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (covered, crc) = bytes.split_last_chunk()?;
        if crc32fast::hash(covered) != u32::from_le_bytes(*crc) {
            return None;
        }
        let mut rest = covered.strip_prefix(&MAGIC)?;
        let summary = Self {
            modified: u64::from_le_bytes(take(&mut rest)?),
            length: u64::from_le_bytes(take(&mut rest)?),
            first_index: u64::from_le_bytes(take(&mut rest)?),
            end: u64::from_le_bytes(take(&mut rest)?),
            time_microseconds: u64::from_le_bytes(take(&mut rest)?),
            epoch: u32::from_le_bytes(take(&mut rest)?),
            landmarks: Vec::new(),
        };
        if !rest.len().is_multiple_of(LANDMARK_BYTES) {
            return None;
        }
        let landmark = |mut pair: &[u8]| {
            Some((u64::from_le_bytes(take(&mut pair)?), u64::from_le_bytes(take(&mut pair)?)))
        };
        let landmarks = rest.chunks(LANDMARK_BYTES).map(landmark).collect::<Option<Vec<_>>>()?;
        Some(Self { landmarks, ..summary })
    }
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (field, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*field)
}
