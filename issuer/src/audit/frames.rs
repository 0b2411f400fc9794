//! The segments of the register, read frame by frame as `docs/formats.md` has them ("Register, format 1").
//! It tells what is wrong and goes on behind it; it must share nothing with the code that writes them.

use std::io::Read as _;

use crc32fast::Hasher;
use flate2::read::ZlibDecoder;
use verifier::log::merkle::leaf_hash;

const HEAD_BYTES: usize = 88;
const COMMIT_BYTES: usize = 32;
/// Bytes of a plain payload, at most: what a damaged length may make us allocate.
const PLAIN_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Bytes of a leaf, at most.
const LEAF_BYTES_MAX: usize = 64 * 1024;

/// The fixed part of an entry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) kind: u16,
    pub(super) epoch: u32,
    pub(super) index: u64,
    pub(super) microseconds: u64,
    leaf_hash: [u8; 32],
    leaf_length: usize,
    codec: u32,
    stored_length: usize,
    plain_length: usize,
    payload_crc: u32,
}

/// A payload as it lies there.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stored<'s> {
    Present(&'s [u8]),
    Erased,
    /// Its checksum is wrong.
    Damaged,
}

/// An entry as it lies in a segment.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawEntry<'s> {
    /// Bytes from the start of the segment.
    pub(super) offset: usize,
    pub(super) head: Head,
    pub(super) leaf: &'s [u8],
    pub(super) stored: Stored<'s>,
}

/// What a walk comes past.
pub(super) enum Step<'s> {
    /// A group and its end.
    Group(Vec<RawEntry<'s>>),
    /// Something wrong at an offset; the walk goes on behind it.
    Fault(usize, &'static str),
    /// Bytes from an offset on that are no whole group, at the end of the last segment: an append that was never acknowledged.
    Torn(usize),
}

/// Walks a segment from its first byte to its last.
pub(super) fn walk<'s>(bytes: &'s [u8], is_last: bool, on: &mut dyn FnMut(Step<'s>)) {
    let mut open = Open::default();
    let mut at = 0;
    while at < bytes.len() {
        match frame(bytes, at) {
            Ok(Frame::Entry(entry, end)) => {
                for fault in faults(&entry) {
                    on(Step::Fault(at, fault));
                }
                open.add(bytes, entry);
                at = end;
            }
            Ok(Frame::Commit(commit, end)) => {
                if let Some(fault) = open.fault(bytes.get(at..end).unwrap_or_default(), commit) {
                    on(Step::Fault(at, fault));
                }
                on(Step::Group(std::mem::take(&mut open).entries));
                at = end;
            }
            Err(fault) => match next_frame(bytes, at + 1) {
                Some(next) => {
                    on(Step::Fault(at, fault));
                    open.is_broken = true;
                    at = next;
                }
                None => {
                    end_inside(&open, at, (is_last, fault), on);
                    return;
                }
            },
        }
    }
    if !open.entries.is_empty() {
        end_inside(&open, at, (is_last, "the file ends inside a group"), on);
    }
}

/// Nothing that could have been acknowledged follows in the last segment; in an earlier one the next segment does.
fn end_inside<'s>(
    open: &Open<'_>,
    at: usize,
    (is_last, fault): (bool, &'static str),
    on: &mut dyn FnMut(Step<'s>),
) {
    let start = open.entries.first().map_or(at, |entry| entry.offset);
    on(if is_last { Step::Torn(start) } else { Step::Fault(at, fault) });
}

fn faults(entry: &RawEntry<'_>) -> impl Iterator<Item = &'static str> {
    let leaf = leaf_hash(entry.leaf) != entry.head.leaf_hash;
    let payload = matches!(entry.stored, Stored::Damaged);
    let leaf = leaf.then_some("the leaf does not match its hash");
    leaf.into_iter().chain(payload.then_some("the checksum of the payload is wrong"))
}

/// A group whose end was not met yet.
#[derive(Default)]
struct Open<'s> {
    entries: Vec<RawEntry<'s>>,
    hasher: Hasher,
    /// Something was wrong in it that was told already.
    is_broken: bool,
}

impl<'s> Open<'s> {
    fn add(&mut self, bytes: &'s [u8], entry: RawEntry<'s>) {
        let head = entry.offset..entry.offset.saturating_add(HEAD_BYTES);
        self.hasher.update(bytes.get(head).unwrap_or_default());
        self.hasher.update(entry.leaf);
        self.entries.push(entry);
    }

    fn fault(&self, frame: &[u8], commit: Commit) -> Option<&'static str> {
        if self.is_broken {
            return None;
        }
        let mut hasher = self.hasher.clone();
        hasher.update(frame.get(..COMMIT_BYTES - 4).unwrap_or_default());
        if hasher.finalize() != commit.crc {
            return Some("the checksum of a group is wrong");
        }
        let first = self.entries.first().map(|entry| entry.head.index);
        let next = self.entries.last().map(|entry| entry.head.index.saturating_add(1));
        let count = u32::try_from(self.entries.len()).ok();
        let states = (Some(commit.first), Some(commit.size_after), Some(commit.entries));
        ((first, next, count) != states).then_some("a group does not have the size it states")
    }
}

#[derive(Clone, Copy)]
struct Commit {
    entries: u32,
    first: u64,
    size_after: u64,
    crc: u32,
}

enum Frame<'s> {
    Entry(RawEntry<'s>, usize),
    Commit(Commit, usize),
}

/// The frame at `at`, and where it ends.
fn frame(bytes: &[u8], at: usize) -> Result<Frame<'_>, &'static str> {
    let rest = bytes.get(at..).unwrap_or_default();
    if rest.starts_with(b"TnuC") {
        let commit = commit(rest).ok_or("the end of a group is cut short or of another format")?;
        return Ok(Frame::Commit(commit, at.saturating_add(COMMIT_BYTES)));
    }
    if !rest.starts_with(b"TnuH") {
        return Err("no entry begins here");
    }
    let head = head(rest)?;
    let (leaf, rest) = rest
        .get(HEAD_BYTES..)
        .and_then(|rest| rest.split_at_checked(head.leaf_length))
        .ok_or("the file ends inside an entry")?;
    let (marker, rest) = rest.split_at_checked(4).ok_or("the file ends inside an entry")?;
    let (stored, length) = match marker {
        b"gone" => (Stored::Erased, 0),
        b"here" => {
            let stored = rest.get(..head.stored_length).ok_or("the file ends inside an entry")?;
            let whole = crc32fast::hash(stored) == head.payload_crc;
            let stored = if whole { Stored::Present(stored) } else { Stored::Damaged };
            (stored, head.stored_length)
        }
        _ => return Err("a payload is neither there nor erased"),
    };
    let end = at + HEAD_BYTES + head.leaf_length + 4 + length;
    Ok(Frame::Entry(RawEntry { offset: at, head, leaf, stored }, end))
}

fn head(bytes: &[u8]) -> Result<Head, &'static str> {
    let head = bytes.get(..HEAD_BYTES).ok_or("a head is cut short")?;
    let mut fields = Fields(head.get(4..).unwrap_or_default());
    let crc = head.last_chunk().map(|crc| u32::from_le_bytes(*crc));
    if Some(crc32fast::hash(head.get(..HEAD_BYTES - 4).unwrap_or_default())) != crc {
        return Err("the checksum of a head is wrong");
    }
    if fields.u16() != 1 {
        return Err("a head is of another format than 1");
    }
    let (kind, epoch, _instance) = (fields.u16(), fields.u32(), fields.u32());
    let (index, microseconds) = (fields.u64(), fields.u64());
    let leaf_hash = fields.take();
    let (leaf_length, codec) = (fields.length(), fields.u32());
    let (stored_length, plain_length, payload_crc) =
        (fields.length(), fields.length(), fields.u32());
    if leaf_length > LEAF_BYTES_MAX
        || plain_length > PLAIN_BYTES_MAX
        || stored_length > plain_length
    {
        return Err("the lengths in a head are impossible");
    }
    Ok(Head {
        kind,
        epoch,
        index,
        microseconds,
        leaf_hash,
        leaf_length,
        codec,
        stored_length,
        plain_length,
        payload_crc,
    })
}

fn commit(bytes: &[u8]) -> Option<Commit> {
    let mut fields = Fields(bytes.get(4..COMMIT_BYTES)?);
    if (fields.u16(), fields.u16()) != (1, 0) {
        return None;
    }
    let (entries, first, size_after) = (fields.u32(), fields.u64(), fields.u64());
    Some(Commit { entries, first, size_after, crc: fields.u32() })
}

/// Where, from `from` on, something lies that can only be the beginning of a frame.
fn next_frame(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let starts = rest.windows(4).enumerate().filter(|(_, window)| window.starts_with(b"Tnu"));
    let mut places = starts.map(|(place, _)| from.saturating_add(place));
    places.find(|place| {
        let rest = bytes.get(*place..).unwrap_or_default();
        match rest.get(3) {
            Some(b'H') => head(rest).is_ok(),
            Some(b'C') => commit(rest).is_some(),
            _ => false,
        }
    })
}

impl Head {
    /// The JSON text of a payload. `None` if it does not unpack to the length that the head states.
    pub(super) fn unpack(&self, stored: &[u8]) -> Option<Vec<u8>> {
        let plain = match self.codec {
            0 => stored.to_vec(),
            1 => {
                let limit = u64::try_from(self.plain_length).ok()?.checked_add(1)?;
                let mut plain = Vec::with_capacity(self.plain_length);
                ZlibDecoder::new(stored).take(limit).read_to_end(&mut plain).ok()?;
                plain
            }
            _ => return None,
        };
        (plain.len() == self.plain_length).then_some(plain)
    }
}

/// Fields of fixed size, little-endian; zeros where the bytes end, which no caller gets to.
struct Fields<'b>(&'b [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let Some((field, rest)) = self.0.split_first_chunk::<N>() else { return [0; N] };
        self.0 = rest;
        *field
    }

    fn u16(&mut self) -> u16 {
        u16::from_le_bytes(self.take())
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.take())
    }

    fn length(&mut self) -> usize {
        usize::try_from(self.u32()).unwrap_or(usize::MAX)
    }
}
