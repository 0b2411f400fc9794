//! Opening a register: check every byte, set a torn tail aside, refuse damage.
//! It must never drop bytes that could have been acknowledged, and never change a whole group.

use std::io;
use std::path::PathBuf;

use jiff::Timestamp;

use super::error::RegisterError;
use super::index::{Index, Segment, first_index_of, segment_name};
use super::scan::{Cursor, Depth, Fault, Tail, scan_group, whole_group_behind};
use super::storage::Storage;
use super::summary::Summary;

/// Bytes copied at once when a torn tail is set aside.
const COPY_BYTES: usize = 1024 * 1024;

/// What was found when a register was opened.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Recovery {
    /// Whole entries.
    pub size: u64,
    /// Files that hold them.
    pub segments: usize,
    /// An append that was cut off before it was acknowledged, if there was one.
    pub torn: Option<Torn>,
}

/// The remains of an append that was never acknowledged.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Torn {
    /// The segment that it was found in.
    pub segment: String,
    /// Where in it, bytes from its start.
    pub offset: u64,
    /// How long it was.
    pub length_bytes: u64,
    /// Where its bytes are kept now; `None` if the register was opened for reading only.
    pub kept_as: Option<PathBuf>,
}

/// A register that was checked.
pub(super) struct Checked {
    pub(super) index: Index,
    /// Epoch of the last entry, 0 if there is none.
    pub(super) epoch: u32,
    pub(super) recovery: Recovery,
    /// Segment, offset and length of the last group, `None` if the last segment holds none.
    last_group: Option<(String, u64, u64)>,
    /// Finished segments that were read for want of a summary, and where each ends.
    unsummarized: Vec<(usize, Tail)>,
}

/// How much of the finished segments is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Trust {
    /// Every byte.
    Nothing,
    /// None where a summary fits: what went wrong on the disk since is found when it is read.
    Summaries,
}

/// Checks all segments, the last one always whole. Changes nothing.
pub(super) fn check(storage: &dyn Storage, trust: Trust) -> Result<Checked, RegisterError> {
    let firsts = segment_firsts(storage)?;
    let mut checked = Checked {
        index: Index::default(),
        epoch: 0,
        recovery: Recovery::default(),
        last_group: None,
        unsummarized: Vec::new(),
    };
    let mut tail = Tail { index: Some(0), ..Tail::default() };
    for (place, first) in firsts.iter().enumerate() {
        if tail.index != Some(*first) {
            let reason = "entries before this segment are missing or there twice";
            return Err(RegisterError::Damaged { file: segment_name(*first), offset: 0, reason });
        }
        let is_last = place + 1 == firsts.len();
        let remembered = trust == Trust::Summaries && !is_last;
        if !(remembered && checked.remember_segment(storage, &mut tail, *first)) {
            checked.check_segment(storage, &mut tail, is_last)?;
        }
    }
    checked.finish(&tail)
}

/// Sets a torn tail aside and makes sure that the last group is on the disk.
pub(super) fn repair(storage: &dyn Storage, checked: &mut Checked) -> Result<(), RegisterError> {
    if let Some(torn) = &mut checked.recovery.torn {
        let name = keep_torn(storage, torn)?;
        attempt(storage, "shorten", &torn.segment, storage.truncate(&torn.segment, torn.offset))?;
        attempt(storage, "sync", &torn.segment, storage.sync(&torn.segment))?;
        torn.kept_as = Some(storage.path(&name));
    }
    if let Some((name, offset, length)) = &checked.last_group {
        confirm(storage, name, *offset, *length)?;
    }
    for (place, tail) in &checked.unsummarized {
        if let Some(segment) = checked.index.segments.get(*place) {
            // Without it the next start takes longer, no more.
            let _ = Summary::write(storage, segment, tail);
        }
    }
    attempt(storage, "sync", "", storage.sync_directory())
}

/// Names the file and the action in an error of the operating system.
pub(super) fn attempt<T>(
    storage: &dyn Storage,
    action: &'static str,
    name: &str,
    result: io::Result<T>,
) -> Result<T, RegisterError> {
    result.map_err(|source| RegisterError::Io { action, path: storage.path(name), source })
}

impl Checked {
    /// Takes a segment as its summary says. `false` if there is none that fits and follows `tail`.
    fn remember_segment(&mut self, storage: &dyn Storage, tail: &mut Tail, first: u64) -> bool {
        let Some(summary) = Summary::read(storage, &segment_name(first), first) else {
            return false;
        };
        let later = tail.time_microseconds.is_none_or(|time| time < summary.time_microseconds);
        if !later || summary.epoch < tail.epoch {
            return false;
        }
        *tail = Tail {
            index: Some(summary.end),
            time_microseconds: Some(summary.time_microseconds),
            epoch: summary.epoch,
        };
        let segment = Segment::remembered(first, summary.length, summary.landmarks);
        self.index.segments.push(segment);
        true
    }

    fn check_segment(
        &mut self,
        storage: &dyn Storage,
        tail: &mut Tail,
        is_last: bool,
    ) -> Result<(), RegisterError> {
        let mut segment = Segment::empty(tail.index.unwrap_or_default());
        let name = segment.name();
        let mut cursor = Cursor::new(storage, &name, 0);
        self.last_group = None;
        while !cursor.at_end().map_err(|fault| fault.into_error(&name))? {
            let start = cursor.offset();
            let mut after = tail.clone();
            match scan_group(&mut cursor, &mut after, Depth::All) {
                Ok(entries) => {
                    *tail = after;
                    segment.extend(&entries, cursor.offset());
                    self.last_group = Some((name.clone(), start, cursor.offset() - start));
                }
                Err(fault @ Fault::Bad(..))
                    if is_last && !whole_group_behind(storage, &name, start)? =>
                {
                    drop(fault);
                    self.recovery.torn = Some(torn_from(storage, &name, start)?);
                    break;
                }
                Err(fault) => return Err(fault.into_error(&name)),
            }
        }
        if !is_last {
            self.unsummarized.push((self.index.segments.len(), tail.clone()));
        }
        self.index.segments.push(segment);
        Ok(())
    }

    fn finish(mut self, tail: &Tail) -> Result<Self, RegisterError> {
        let size = tail.index.unwrap_or_default();
        self.index.size = size;
        self.index.last_time = tail
            .time_microseconds
            .map(|time| timestamp(time, size.saturating_sub(1)))
            .transpose()?;
        self.epoch = tail.epoch;
        self.index.epoch = tail.epoch;
        self.recovery.size = size;
        self.recovery.segments = self.index.segments.len();
        Ok(self)
    }
}

/// A time of a head.
pub(super) fn timestamp(microseconds: u64, index: u64) -> Result<Timestamp, RegisterError> {
    i64::try_from(microseconds)
        .ok()
        .and_then(|microseconds| Timestamp::from_microsecond(microseconds).ok())
        .ok_or(RegisterError::Time { index })
}

fn segment_firsts(storage: &dyn Storage) -> Result<Vec<u64>, RegisterError> {
    let names = attempt(storage, "list", "", storage.names())?;
    let mut firsts: Vec<u64> = names.iter().filter_map(|name| first_index_of(name)).collect();
    firsts.sort_unstable();
    Ok(firsts)
}

fn torn_from(storage: &dyn Storage, name: &str, offset: u64) -> Result<Torn, RegisterError> {
    let length = attempt(storage, "read the length of", name, storage.length(name))?;
    let length_bytes = length.saturating_sub(offset);
    Ok(Torn { segment: name.to_owned(), offset, length_bytes, kept_as: None })
}

/// Copies the torn bytes to a file of their own: whoever asks later what was cut off can see it.
fn keep_torn(storage: &dyn Storage, torn: &Torn) -> Result<String, RegisterError> {
    let names = attempt(storage, "list", "", storage.names())?;
    let segment = torn.segment.trim_end_matches(".seg");
    let name = (1_u32..)
        .map(|n| format!("torn-{segment}-{}-{n}", torn.offset))
        .find(|name| !names.contains(name))
        .unwrap_or_default();
    attempt(storage, "create", &name, storage.create(&name))?;
    let mut copied = 0;
    while copied < torn.length_bytes {
        let offset = torn.offset.saturating_add(copied);
        let bytes = storage.read_at(&torn.segment, offset, COPY_BYTES);
        let bytes = attempt(storage, "read", &torn.segment, bytes)?;
        if bytes.is_empty() {
            break;
        }
        attempt(storage, "write", &name, storage.write_at(&name, copied, &bytes))?;
        copied = copied.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
    }
    attempt(storage, "sync", &name, storage.sync(&name))?;
    attempt(storage, "sync", "", storage.sync_directory())?;
    Ok(name)
}

/// Writes the last group once more, the same bytes at the same place, and syncs.
///
/// After a failed `fsync` Linux drops the pages from its list of dirty ones, yet serves them to
/// readers: a restart would find the group whole, build on it, and lose it with the power. Earlier
/// groups need none of this: no append follows a failed sync.
fn confirm(
    storage: &dyn Storage,
    name: &str,
    offset: u64,
    length: u64,
) -> Result<(), RegisterError> {
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let bytes = attempt(storage, "read", name, storage.read_at(name, offset, length))?;
    attempt(storage, "write", name, storage.write_at(name, offset, &bytes))?;
    attempt(storage, "sync", name, storage.sync(name))
}
