//! How entries get into the files: one at a time writes, and nothing counts before it is on the disk.
//! After a failure that leaves this unclear it must never acknowledge anything again.

use std::io;
use std::sync::{MutexGuard, PoisonError};

use jiff::Timestamp;

use super::entry::{PackedEntry, Sealed, seal};
use super::file::FileRegister;
use super::frame::{EncodedGroup, encode_group};
use super::index::{Index, Segment};
use super::limits::{BUFFER_BYTES_MAX, URGENT_BYTES_MAX};
use super::reserve::{Reserve, is_full};
use super::scan::Tail;
use super::summary::Summary;
use super::{AppendError, Register as _, RegisterError};

/// A file has one writer.
const INSTANCE: u32 = 1;

/// What the one who writes needs.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) epoch: u32,
    pub(super) reserve: Reserve,
    /// Of the group before: memory that is there already costs nothing.
    pub(super) buffer: Vec<u8>,
}

/// A group that is durable.
struct Appended<'a> {
    encoded: &'a EncodedGroup<'a>,
    size_after: u64,
    last_time: Timestamp,
    epoch: u32,
}

/// Why a group is not on the disk.
enum Unwritten {
    /// There is no room, and no trace of the group.
    Full,
    Failed(RegisterError),
}

impl FileRegister {
    /// Appends entries that were packed before; all else is as with `append`.
    ///
    /// # Errors
    /// As `append`.
    pub fn append_packed(
        &self,
        expected_size: u64,
        entries: Vec<PackedEntry>,
    ) -> Result<u64, AppendError> {
        let mut writer = self.writer()?;
        let (size, time_before) = (self.size(), self.last_time());
        if size != expected_size {
            return Err(AppendError::Conflict { size });
        }
        let sealed = seal(size, time_before, entries)?;
        let Some(last) = sealed.last() else { return Ok(size) };
        let buffer = std::mem::take(&mut writer.buffer);
        let encoded = encode_group(&sealed, (writer.epoch, INSTANCE), buffer)?;
        let is_urgent = is_urgent(&sealed, &encoded);
        if is_urgent {
            writer.reserve.make_room(&*self.storage)?;
        } else {
            writer.reserve.allows_issuing(&*self.storage)?;
        }
        let (segment, is_new) =
            self.write_with_reserve(&mut writer, &encoded.parts(), is_urgent)?;
        let size_after = last.index.saturating_add(1);
        let (last_time, epoch) = (last.time, writer.epoch);
        let appended = Appended { encoded: &encoded, size_after, last_time, epoch };
        self.publish(segment, is_new, &appended);
        writer.buffer = encoded.frames;
        writer.buffer.truncate(BUFFER_BYTES_MAX);
        writer.buffer.shrink_to(BUFFER_BYTES_MAX);
        Ok(size_after)
    }

    /// The turn to write.
    pub(super) fn writer(&self) -> Result<MutexGuard<'_, Writer>, RegisterError> {
        let writer = self.writer.as_ref().ok_or(RegisterError::ReadOnly)?;
        let writer = writer.lock().unwrap_or_else(|poisoned| {
            // A panic during an append leaves it unclear how far it came.
            let _ = self.stopped.set("the program failed during an append".to_owned());
            poisoned.into_inner()
        });
        match self.stopped.get() {
            Some(reason) => Err(RegisterError::Stopped { reason: reason.clone() }),
            None => Ok(writer),
        }
    }

    /// Refuses every further append and hands the first failure on.
    pub(super) fn stop(&self, error: RegisterError) -> RegisterError {
        let _ = self.stopped.set(error.to_string());
        error
    }

    /// Writes a group where it belongs. A full disk gives up its reserve; then an urgent group is tried again, and any
    /// other one is refused: the room is for what must go on.
    fn write_with_reserve(
        &self,
        writer: &mut Writer,
        parts: &[&[u8]],
        is_urgent: bool,
    ) -> Result<(Segment, bool), RegisterError> {
        loop {
            match self.write(parts) {
                Ok(written) => return Ok(written),
                Err(Unwritten::Failed(error)) => return Err(error),
                Err(Unwritten::Full) => {
                    let released = writer.reserve.release(&*self.storage)?;
                    if !(released && is_urgent) {
                        return Err(RegisterError::Full { room_bytes: 0 });
                    }
                }
            }
        }
    }

    /// Writes a group and makes it durable, or leaves no trace of it, or stops. Returns the segment as it was before, and
    /// whether it is a new one.
    fn write(&self, parts: &[&[u8]]) -> Result<(Segment, bool), Unwritten> {
        let (segment, is_new) = self.open_segment()?;
        let storage = &*self.storage;
        let name = segment.name();
        let take_back =
            || storage.truncate(&name, segment.length).and_then(|()| storage.sync(&name));
        if let Err(error) = storage.write_parts_at(&name, segment.length, parts) {
            let taken_back = take_back().is_ok();
            // Want of room is the one failure of a write that says nothing about the disk.
            if taken_back && is_full(&error) {
                return Err(Unwritten::Full);
            }
            return Err(Unwritten::Failed(self.stop(self.failed("write", &name, error))));
        }
        if let Err(error) = storage.sync(&name) {
            // Whether the group is on the disk is unknown, and a second sync would not tell. Taking it
            // back is worth a try; either way this process appends no more.
            let _ = take_back();
            return Err(Unwritten::Failed(self.stop(self.failed("sync", &name, error))));
        }
        Ok((segment, is_new))
    }

    /// The segment to append to: the last one with its length, or a new one.
    fn open_segment(&self) -> Result<(Segment, bool), Unwritten> {
        let size = {
            let index = self.index();
            if let Some(last) = index.segments.last()
                && last.length < self.segment_bytes_max
            {
                let segment = Segment::at(last.first_index, last.length);
                return match self.storage.prepare(&segment.name()) {
                    Ok(()) => Ok((segment, false)),
                    // Nothing was written, so nothing is unclear: another try may find what was lacking.
                    Err(error) => {
                        Err(Unwritten::Failed(self.failed("open", &segment.name(), error)))
                    }
                };
            }
            index.size
        };
        let segment = Segment::empty(size);
        let name = segment.name();
        // No entry at or behind `size` was acknowledged, so a file of this name holds none.
        self.storage.create(&name).map_err(|error| {
            if is_full(&error) {
                Unwritten::Full
            } else {
                Unwritten::Failed(self.failed("create", &name, error))
            }
        })?;
        if let Err(error) = self.storage.sync_directory() {
            return Err(Unwritten::Failed(self.stop(self.failed("sync", "", error))));
        }
        Ok((segment, true))
    }

    fn failed(&self, action: &'static str, name: &str, source: io::Error) -> RegisterError {
        RegisterError::Io { action, path: self.storage.path(name), source }
    }

    /// Remembers the last segment of `index`, to which nothing will be added any more.
    fn summarize(&self, index: &Index) {
        let Some(finished) = index.segments.last() else { return };
        let time_microseconds =
            index.last_time.and_then(|time| u64::try_from(time.as_microsecond()).ok());
        let tail = Tail { index: Some(index.size), time_microseconds, epoch: index.epoch };
        // Without it the next start takes longer, no more.
        let _ = Summary::write(&*self.storage, finished, &tail);
    }

    fn publish(&self, segment: Segment, is_new: bool, group: &Appended<'_>) {
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        let start = segment.length;
        if is_new {
            self.summarize(&index);
            index.segments.push(segment);
        }
        let offsets: Vec<_> = group
            .encoded
            .entry_offsets
            .iter()
            .map(|(entry, offset)| (*entry, start.saturating_add(*offset)))
            .collect();
        let length = u64::try_from(group.encoded.length).unwrap_or(u64::MAX);
        if let Some(last) = index.segments.last_mut() {
            last.extend(&offsets, start.saturating_add(length));
        }
        index.size = group.size_after;
        index.epoch = group.epoch;
        index.last_time = Some(group.last_time);
    }
}

/// Small, and nothing but what must be recorded even when the disk is full.
fn is_urgent(entries: &[Sealed], encoded: &EncodedGroup<'_>) -> bool {
    encoded.length <= URGENT_BYTES_MAX && entries.iter().all(|entry| entry.kind.is_urgent())
}
