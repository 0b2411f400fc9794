//! The frames of format 1 as bytes (`docs/formats.md`, "Register, format 1"); it reads and writes no file.

use std::io::Write as _;

use crc32fast::Hasher;
use flate2::write::ZlibEncoder;
use flate2::{Compression, Decompress, FlushDecompress, Status};

use super::Kind;
use super::entry::{Sealed, within};
use super::error::RegisterError;
use super::limits::{GROUP_BYTES_MAX, LEAF_BYTES_MAX, PAYLOAD_BYTES_MAX};

/// Bytes of a head, fixed for format 1.
pub(super) const HEAD_BYTES: usize = 88;
/// Bytes of the marker before a payload.
pub(super) const MARKER_BYTES: usize = 4;
/// Bytes of a commit frame, fixed for format 1.
pub(super) const COMMIT_BYTES: usize = 32;

pub(super) const HEAD_MAGIC: [u8; 4] = *b"TnuH";
pub(super) const COMMIT_MAGIC: [u8; 4] = *b"TnuC";
/// No single wrong bit, and no run of zeros, turns one of these into the other.
pub(super) const PRESENT: [u8; 4] = *b"here";
pub(super) const ERASED: [u8; 4] = *b"gone";

const FORMAT: u16 = 1;
/// The head without its own CRC; later formats keep the CRC at this place.
const HEAD_CRC_AT: usize = HEAD_BYTES - 4;
const COMMIT_CRC_AT: usize = COMMIT_BYTES - 4;

/// Why bytes are no frame.
#[derive(Debug)]
pub(super) enum Unframed {
    /// They are wrong: torn or damaged.
    Bad(&'static str),
    /// They are right and say something that this version does not know.
    Newer(String),
}

/// How a payload is stored.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Codec {
    None,
    Zlib,
}

/// The fixed part of an entry. Nothing personal, never changed.
#[derive(Clone, Debug)]
pub(super) struct Head {
    pub(super) kind: Kind,
    pub(super) epoch: u32,
    pub(super) instance: u32,
    pub(super) index: u64,
    pub(super) time_microseconds: u64,
    pub(super) leaf_hash: [u8; 32],
    pub(super) leaf_bytes: u32,
    pub(super) codec: Codec,
    pub(super) stored_bytes: u32,
    pub(super) plain_bytes: u32,
    pub(super) payload_crc: u32,
}

impl Head {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD_BYTES);
        bytes.extend_from_slice(&HEAD_MAGIC);
        bytes.extend_from_slice(&FORMAT.to_le_bytes());
        bytes.extend_from_slice(&self.kind.number().to_le_bytes());
        bytes.extend_from_slice(&self.epoch.to_le_bytes());
        bytes.extend_from_slice(&self.instance.to_le_bytes());
        bytes.extend_from_slice(&self.index.to_le_bytes());
        bytes.extend_from_slice(&self.time_microseconds.to_le_bytes());
        bytes.extend_from_slice(&self.leaf_hash);
        bytes.extend_from_slice(&self.leaf_bytes.to_le_bytes());
        bytes.extend_from_slice(&[self.codec.number(), 0, 0, 0]);
        bytes.extend_from_slice(&self.stored_bytes.to_le_bytes());
        bytes.extend_from_slice(&self.plain_bytes.to_le_bytes());
        bytes.extend_from_slice(&self.payload_crc.to_le_bytes());
        bytes.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
        bytes
    }

    /// Reads 88 bytes. The CRC comes before the version: a wrong bit is never taken for a newer format.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Unframed> {
        let mut fields = Fields(bytes);
        if fields.take::<4>()? != HEAD_MAGIC {
            return Err(Unframed::Bad("no entry begins here"));
        }
        check_crc(bytes, HEAD_CRC_AT, Hasher::new(), "the checksum of a head is wrong")?;
        let format = u16::from_le_bytes(fields.take()?);
        if format != FORMAT {
            return Err(Unframed::Newer(format!("format {format}")));
        }
        let kind = u16::from_le_bytes(fields.take()?);
        let head = Self {
            kind: Kind::from_number(kind)
                .ok_or_else(|| Unframed::Newer(format!("entries of kind {kind}")))?,
            epoch: u32::from_le_bytes(fields.take()?),
            instance: u32::from_le_bytes(fields.take()?),
            index: u64::from_le_bytes(fields.take()?),
            time_microseconds: u64::from_le_bytes(fields.take()?),
            leaf_hash: fields.take()?,
            leaf_bytes: u32::from_le_bytes(fields.take()?),
            codec: Codec::from_field(fields.take()?)?,
            stored_bytes: u32::from_le_bytes(fields.take()?),
            plain_bytes: u32::from_le_bytes(fields.take()?),
            payload_crc: u32::from_le_bytes(fields.take()?),
        };
        head.check_lengths()?;
        Ok(head)
    }

    pub(super) fn leaf_length(&self) -> usize {
        length(self.leaf_bytes)
    }

    pub(super) fn stored_length(&self) -> usize {
        length(self.stored_bytes)
    }

    /// The JSON text of a payload as stored. `None` if it does not match the head.
    pub(super) fn open_payload(&self, stored: &[u8]) -> Option<Vec<u8>> {
        if crc32fast::hash(stored) != self.payload_crc {
            return None;
        }
        let plain = match self.codec {
            Codec::None => stored.to_vec(),
            Codec::Zlib => inflate(stored, length(self.plain_bytes))?,
        };
        (plain.len() == length(self.plain_bytes)).then_some(plain)
    }

    fn check_lengths(&self) -> Result<(), Unframed> {
        let stored_longer = self.stored_bytes > self.plain_bytes;
        let too_long = length(self.leaf_bytes) > LEAF_BYTES_MAX
            || length(self.plain_bytes) > PAYLOAD_BYTES_MAX;
        if stored_longer || too_long {
            return Err(Unframed::Bad("the lengths in a head are impossible"));
        }
        Ok(())
    }
}

impl Codec {
    fn number(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Zlib => 1,
        }
    }

    fn from_field(field: [u8; 4]) -> Result<Self, Unframed> {
        match field {
            [0, 0, 0, 0] => Ok(Self::None),
            [1, 0, 0, 0] => Ok(Self::Zlib),
            _ => Err(Unframed::Newer(format!("codec {}", u32::from_le_bytes(field)))),
        }
    }
}

/// The end of a group: with it the group counts, without it nothing of the group does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Commit {
    pub(super) entries: u32,
    pub(super) first_index: u64,
    pub(super) size_after: u64,
}

impl Commit {
    /// `heads_and_leaves` has hashed every head and leaf of the group in order.
    pub(super) fn to_bytes(self, mut heads_and_leaves: Hasher) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(COMMIT_BYTES);
        bytes.extend_from_slice(&COMMIT_MAGIC);
        bytes.extend_from_slice(&FORMAT.to_le_bytes());
        bytes.extend_from_slice(&[0; 2]);
        bytes.extend_from_slice(&self.entries.to_le_bytes());
        bytes.extend_from_slice(&self.first_index.to_le_bytes());
        bytes.extend_from_slice(&self.size_after.to_le_bytes());
        heads_and_leaves.update(&bytes);
        bytes.extend_from_slice(&heads_and_leaves.finalize().to_le_bytes());
        bytes
    }

    /// Reads 32 bytes and checks them against the heads and leaves before.
    pub(super) fn parse(bytes: &[u8], heads_and_leaves: Hasher) -> Result<Self, Unframed> {
        check_crc(bytes, COMMIT_CRC_AT, heads_and_leaves, "the checksum of a group is wrong")?;
        let mut fields = Fields(bytes);
        if fields.take::<4>()? != COMMIT_MAGIC {
            return Err(Unframed::Bad("no group ends here"));
        }
        let format = u16::from_le_bytes(fields.take()?);
        if format != FORMAT || fields.take::<2>()? != [0; 2] {
            return Err(Unframed::Newer(format!("groups of format {format}")));
        }
        Ok(Self {
            entries: u32::from_le_bytes(fields.take()?),
            first_index: u64::from_le_bytes(fields.take()?),
            size_after: u64::from_le_bytes(fields.take()?),
        })
    }
}

/// A payload as it is stored.
#[derive(Clone, Debug)]
pub(super) struct StoredPayload {
    codec: Codec,
    pub(super) bytes: Vec<u8>,
    plain_bytes: usize,
    crc: u32,
}

impl StoredPayload {
    /// Packs the JSON text of an event: compressed if that is shorter, so that the stored form is never the longer one.
    pub(super) fn pack(plain: &[u8]) -> Self {
        let packed = deflate(plain);
        let is_shorter = packed.len() < plain.len();
        let (codec, bytes) =
            if is_shorter { (Codec::Zlib, packed) } else { (Codec::None, plain.to_vec()) };
        Self { codec, plain_bytes: plain.len(), crc: crc32fast::hash(&bytes), bytes }
    }
}

/// The bytes of one append, and where in them each entry begins. The payloads, nearly all of it, stay where they were packed.
pub(super) struct EncodedGroup<'e> {
    /// All else: heads, leaves, markers, the commit frame.
    pub(super) frames: Vec<u8>,
    /// The payloads, each with the place in `frames` before which it belongs.
    payloads: Vec<(usize, &'e [u8])>,
    pub(super) entry_offsets: Vec<(u64, u64)>,
    /// How long the group is, bytes.
    pub(super) length: usize,
}

impl EncodedGroup<'_> {
    /// The group in order, piece by piece.
    pub(super) fn parts(&self) -> Vec<&[u8]> {
        let mut parts = Vec::with_capacity(self.payloads.len().saturating_mul(2).saturating_add(1));
        let mut begin = 0;
        for (place, payload) in &self.payloads {
            parts.push(self.frames.get(begin..*place).unwrap_or_default());
            parts.push(payload);
            begin = *place;
        }
        parts.push(self.frames.get(begin..).unwrap_or_default());
        parts
    }
}

/// Encodes a group of at least one entry, into a buffer that may have been used before.
pub(super) fn encode_group<'e>(
    entries: &'e [Sealed],
    (epoch, instance): (u32, u32),
    buffer: Vec<u8>,
) -> Result<EncodedGroup<'e>, RegisterError> {
    let mut frames = buffer;
    frames.clear();
    let mut payloads = Vec::with_capacity(entries.len());
    let mut payload_bytes = 0_usize;
    let mut entry_offsets = Vec::with_capacity(entries.len());
    let mut hasher = Hasher::new();
    for entry in entries {
        let offset = frames.len().saturating_add(payload_bytes);
        entry_offsets.push((entry.index, u64::try_from(offset).unwrap_or(u64::MAX)));
        let StoredPayload { codec, bytes: stored, plain_bytes, crc } = &entry.payload;
        let head = Head {
            kind: entry.kind,
            epoch,
            instance,
            index: entry.index,
            time_microseconds: u64::try_from(entry.time.as_microsecond())
                .map_err(|_| RegisterError::Time { index: entry.index })?,
            leaf_hash: entry.leaf.hash(),
            leaf_bytes: field("a leaf in bytes", entry.leaf.bytes().len())?,
            codec: *codec,
            stored_bytes: field("a payload in bytes", stored.len())?,
            plain_bytes: field("a payload in bytes", *plain_bytes)?,
            payload_crc: *crc,
        }
        .to_bytes();
        hasher.update(&head);
        hasher.update(entry.leaf.bytes());
        frames.extend_from_slice(&head);
        frames.extend_from_slice(entry.leaf.bytes());
        frames.extend_from_slice(&PRESENT);
        payloads.push((frames.len(), stored.as_slice()));
        payload_bytes = payload_bytes.saturating_add(stored.len());
        let length = frames.len().saturating_add(payload_bytes);
        within("an append in bytes", length, GROUP_BYTES_MAX)?;
    }
    let first_index = entries.first().map_or(0, |entry| entry.index);
    let count = field("the number of entries of an append", entries.len())?;
    let size_after = first_index + u64::from(count);
    let commit = Commit { entries: count, first_index, size_after };
    frames.extend_from_slice(&commit.to_bytes(hasher));
    let length = frames.len().saturating_add(payload_bytes);
    Ok(EncodedGroup { frames, payloads, entry_offsets, length })
}

/// Consumes fixed-size fields from the front.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Unframed> {
        let (field, rest) =
            self.0.split_first_chunk().ok_or(Unframed::Bad("a frame is cut short"))?;
        self.0 = rest;
        Ok(*field)
    }
}

fn check_crc(
    bytes: &[u8],
    crc_at: usize,
    mut hasher: Hasher,
    wrong: &'static str,
) -> Result<(), Unframed> {
    let (covered, crc) =
        bytes.split_at_checked(crc_at).ok_or(Unframed::Bad("a frame is cut short"))?;
    hasher.update(covered);
    if hasher.finalize().to_le_bytes().as_slice() != crc {
        return Err(Unframed::Bad(wrong));
    }
    Ok(())
}

/// The zlib form (RFC 1950).
pub(super) fn deflate(plain: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    encoder.write_all(plain).and_then(|()| encoder.finish()).unwrap_or_default()
}

/// `plain_length` bytes, or fewer; `None` if they are more, or the packed form is cut short. Unpacked in one step into the
/// place where they stay: a rebuild of the store does this for every entry.
fn inflate(packed: &[u8], plain_length: usize) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(plain_length);
    let unpacked =
        Decompress::new(true).decompress_vec(packed, &mut plain, FlushDecompress::Finish);
    matches!(unpacked, Ok(Status::StreamEnd)).then_some(plain)
}

/// A length as a field of four bytes; the limits of this room are far below.
fn field(what: &'static str, length: usize) -> Result<u32, RegisterError> {
    let max = usize::try_from(u32::MAX).unwrap_or(usize::MAX);
    u32::try_from(length).map_err(|_| RegisterError::TooLarge { what, measured: length, max })
}

/// A field of four bytes as a length. Where `usize` is shorter no such frame could be held anyway.
fn length(field: u32) -> usize {
    usize::try_from(field).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::entry::seal;
    use super::super::payload::EXAMPLE_SALT;
    use super::super::{Event, NewEntry};
    use super::*;

    /// The example of `docs/formats.md`.
    fn example() -> Vec<u8> {
        let entry = NewEntry {
            time: "2026-05-15T06:00:00Z".parse().unwrap(),
            commitments: Vec::new(),
            payload: Event::InstanceRegistered { prefix: "A".to_owned() },
        };
        let sealed = seal(0, None, vec![entry.pack_with(0, &EXAMPLE_SALT).unwrap()]).unwrap();
        let encoded = encode_group(&sealed, (1, 1), Vec::new()).unwrap();
        let bytes = encoded.parts().concat();
        assert_eq!(bytes.len(), encoded.length);
        bytes
    }

    #[test]
    fn the_documented_example_is_what_is_written() {
        let page = include_str!("../../../docs/formats.md");
        let (_, section) = page.split_once("\n## Register, format 1").unwrap();
        let section = section.split("\n## ").next().unwrap();
        let documented: Vec<_> = section
            .lines()
            .filter_map(|line| line.split_once(": "))
            .filter(|(offset, _)| offset.len() == 4 && u16::from_str_radix(offset, 16).is_ok())
            .map(|(_, hex)| hex.to_owned())
            .collect();
        let written: Vec<_> = example()
            .chunks(16)
            .map(|line| line.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(documented, written);
    }

    #[test]
    fn a_head_reads_back() {
        let bytes = example();
        let head = Head::parse(&bytes[..HEAD_BYTES]).unwrap();
        assert_eq!(head.to_bytes(), bytes[..HEAD_BYTES]);
        assert!(matches!(Head::parse(&bytes[..40]), Err(Unframed::Bad(_))));
        let payload_at = HEAD_BYTES + head.leaf_length() + MARKER_BYTES;
        let stored = &bytes[payload_at..payload_at + head.stored_length()];
        let plain = head.open_payload(stored).unwrap();
        assert_eq!(
            plain,
            br#"{"kind":"instance-registered","prefix":"A","salt":"nzrhBHvIXSbxYCya1Bc-iA"}"#
        );
        assert_eq!(head.open_payload(&stored[1..]), None);
    }

    #[test]
    fn a_payload_unpacks_to_its_stated_length_only() {
        let plain = vec![b'a'; 100_000];
        let stored = deflate(&plain);
        assert_eq!(StoredPayload::pack(&plain).codec, Codec::Zlib);
        let mut head = Head::parse(&example()[..HEAD_BYTES]).unwrap();
        head.codec = Codec::Zlib;
        head.payload_crc = crc32fast::hash(&stored);
        for (stated, expected) in [(100_000, true), (99_999, false), (100_001, false), (0, false)] {
            head.plain_bytes = stated;
            assert_eq!(head.open_payload(&stored).is_some(), expected, "{stated}");
        }
    }
}
