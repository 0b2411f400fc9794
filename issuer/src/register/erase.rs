//! Erases payloads: a segment is written anew beside the old one without them, checked, and put in its place.
//! It changes no head, leaf or commit frame; whether something may be erased is not decided here.

use std::collections::{BTreeMap, BTreeSet};

use super::error::RegisterError;
use super::frame::{ERASED, MARKER_BYTES, PRESENT};
use super::index::{Index, Segment};
use super::limits::CHUNK_BYTES;
use super::recovery::attempt;
use super::scan::{Cursor, Depth, Fault, Tail, scan_group};
use super::storage::Storage;

/// What the name of a segment ends with while it is written anew. No segment is called so: a start leaves it alone, and
/// the erasure that is then finished writes it again.
const BESIDE_SUFFIX: &str = ".erasing";

/// Copies of appends that were cut off; they may hold what is to be erased, and nothing that was acknowledged.
const TORN_PREFIX: &str = "torn-";

/// One segment and what is to be erased from it.
pub(super) struct Place {
    first_index: u64,
    length: u64,
    indices: BTreeSet<u64>,
}

/// Where the payload frame of an entry begins, and how long the stored payload is.
struct Frame {
    offset: u64,
    stored_bytes: u64,
}

/// The segments that hold these entries. What is behind the end of the register is in none.
pub(super) fn places(index: &Index, indices: &[u64]) -> Vec<Place> {
    let mut places: BTreeMap<u64, Place> = BTreeMap::new();
    for entry in indices {
        let Some((first_index, length)) = index.segment_of(*entry) else { continue };
        let new = || Place { first_index, length, indices: BTreeSet::new() };
        places.entry(first_index).or_insert_with(new).indices.insert(*entry);
    }
    places.into_values().collect()
}

/// Removes the copies of appends that were cut off.
pub(super) fn remove_torn(storage: &dyn Storage) -> Result<(), RegisterError> {
    let names = attempt(storage, "list", "", storage.names())?;
    let mut removed = false;
    for name in names.iter().filter(|name| name.starts_with(TORN_PREFIX)) {
        attempt(storage, "remove", name, storage.remove(name))?;
        removed = true;
    }
    if removed {
        attempt(storage, "sync", "", storage.sync_directory())?;
    }
    Ok(())
}

/// A segment as it will be, whole and durable beside the one that it will replace.
pub(super) struct Rewritten {
    segment: Segment,
    beside: String,
}

impl Place {
    /// Writes the segment anew without the payloads. `None` if they are erased already.
    pub(super) fn rewrite(
        &self,
        storage: &dyn Storage,
    ) -> Result<Option<Rewritten>, RegisterError> {
        let name = Segment::empty(self.first_index).name();
        let frames = self.frames(storage, &name).map_err(|fault| fault.into_error(&name))?;
        if frames.is_empty() {
            return Ok(None);
        }
        let beside = format!("{name}{BESIDE_SUFFIX}");
        attempt(storage, "create", &beside, storage.create(&beside))?;
        let length = self.copy(storage, (&name, &beside), &frames)?;
        attempt(storage, "sync", &beside, storage.sync(&beside))?;
        // Read back before it replaces anything: a fault of the disk or of this program must not cost an entry.
        let before = self.scan(storage, &name, self.length)?;
        let after = self.scan(storage, &beside, length)?;
        if before.tail != after.tail || before.entries != after.entries {
            let reason = "the rewritten segment does not hold the same entries";
            return Err(RegisterError::Damaged { file: beside, offset: 0, reason });
        }
        Ok(Some(Rewritten { segment: after.segment, beside }))
    }

    /// The payload frames to be erased that are still there.
    fn frames(&self, storage: &dyn Storage, name: &str) -> Result<Vec<Frame>, Fault> {
        let mut cursor = Cursor::new(storage, name, 0);
        let mut frames = Vec::new();
        while cursor.offset() < self.length {
            cursor.pass_commit()?;
            if cursor.offset() >= self.length {
                break;
            }
            let (head, _) = cursor.head()?;
            cursor.skip(head.leaf_length());
            let offset = cursor.offset();
            if self.indices.contains(&head.index) && cursor.peek(MARKER_BYTES)? == PRESENT {
                frames.push(Frame { offset, stored_bytes: u64::from(head.stored_bytes) });
            }
            cursor.pass_payload(&head)?;
        }
        Ok(frames)
    }

    /// Copies the segment without the payloads of `frames`; returns the length of the copy.
    fn copy(
        &self,
        storage: &dyn Storage,
        (name, beside): (&str, &str),
        frames: &[Frame],
    ) -> Result<u64, RegisterError> {
        let mut copy = Copy { storage, name, beside, read: 0, written: 0 };
        for frame in frames {
            copy.until(frame.offset)?;
            copy.write(&ERASED)?;
            let marker = u64::try_from(MARKER_BYTES).unwrap_or_default();
            copy.read = frame.offset.saturating_add(marker).saturating_add(frame.stored_bytes);
        }
        copy.until(self.length)?;
        Ok(copy.written)
    }

    /// Checks every frame of a segment, and finds the places of its entries.
    fn scan(
        &self,
        storage: &dyn Storage,
        name: &str,
        length: u64,
    ) -> Result<Scanned, RegisterError> {
        let mut segment = Segment::empty(self.first_index);
        let mut cursor = Cursor::new(storage, name, 0);
        let (mut tail, mut entries) = (Tail::default(), 0_usize);
        while cursor.offset() < length {
            let group = scan_group(&mut cursor, &mut tail, Depth::All);
            let group = group.map_err(|fault| fault.into_error(name))?;
            entries = entries.saturating_add(group.len());
            segment.extend(&group, cursor.offset());
        }
        Ok(Scanned { segment, entries, tail: (tail.index, tail.time_microseconds, tail.epoch) })
    }
}

impl Rewritten {
    /// Puts the new file in the place of the old one, durably. The caller keeps readers out until the index follows.
    pub(super) fn replace(self, storage: &dyn Storage) -> Result<Segment, RegisterError> {
        let name = self.segment.name();
        attempt(storage, "replace", &name, storage.rename(&self.beside, &name))?;
        attempt(storage, "sync", "", storage.sync_directory())?;
        Ok(self.segment)
    }
}

/// A segment that was checked.
struct Scanned {
    segment: Segment,
    entries: usize,
    /// Index, time and epoch at its end.
    tail: (Option<u64>, Option<u64>, u32),
}

/// A copy under way.
struct Copy<'a> {
    storage: &'a dyn Storage,
    name: &'a str,
    beside: &'a str,
    read: u64,
    written: u64,
}

impl Copy<'_> {
    /// Copies what stands before `end`.
    fn until(&mut self, end: u64) -> Result<(), RegisterError> {
        while self.read < end {
            let wanted = usize::try_from(end - self.read).unwrap_or(usize::MAX).min(CHUNK_BYTES);
            let bytes = self.storage.read_at(self.name, self.read, wanted);
            let bytes = attempt(self.storage, "read", self.name, bytes)?;
            if bytes.is_empty() {
                let reason = "the file ends before its last group";
                let file = self.name.to_owned();
                return Err(RegisterError::Damaged { file, offset: self.read, reason });
            }
            self.write(&bytes)?;
            self.read = self.read.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        }
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), RegisterError> {
        let written = self.storage.write_at(self.beside, self.written, bytes);
        attempt(self.storage, "write", self.beside, written)?;
        self.written = self.written.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        Ok(())
    }
}
