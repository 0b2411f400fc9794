//! The register in files: one writer, one directory, segments of format 1.
//! It acknowledges nothing that is not on the disk, and stops when it cannot know.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError, RwLock, RwLockReadGuard};

use jiff::Timestamp;

use super::append::Writer;
use super::entry::pack_all;
use super::erase;
use super::frame::{Codec, Head, deflate};
use super::index::{Index, Stretch};
use super::limits::{RESERVE_BYTES, SEGMENT_BYTES_MAX, SHARED_ENTRIES_MIN};
use super::recovery::{Checked, Trust, attempt, check, repair, timestamp};
use super::reserve::Reserve;
use super::scan::{Cursor, Fault};
use super::storage::{Directory, Storage};
use super::{
    AppendError, Entry, Event, Kind, Leaf, NewEntry, Outline, Payload, Recovery, Register,
    RegisterError, Stored, StoredEntry,
};
use crate::processors::on_all_processors;

/// Where the register is in the data directory.
const DIRECTORY: &str = "register";
const LOCK: &str = "lock";
/// Holds the epoch in decimal digits, once a restore raised it.
const EPOCH: &str = "epoch";

/// The register in `DIR/register`.
pub struct FileRegister {
    pub(super) storage: Box<dyn Storage>,
    pub(super) segment_bytes_max: u64,
    pub(super) index: RwLock<Index>,
    /// Held by readers; an erasure that replaces a segment waits for them, since places in the old one are none in the new.
    replacing: RwLock<()>,
    /// `None` if it was opened for reading only.
    pub(super) writer: Option<Mutex<Writer>>,
    /// Why it takes no more entries, from the first failure that left it unclear what is on the disk.
    pub(super) stopped: OnceLock<String>,
    /// Held while this value lives; the operating system releases it however the process ends.
    _lock: Option<File>,
}

/// How large files are made. Tests take small ones.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    pub(super) segment_bytes_max: u64,
    pub(super) reserve_bytes: u64,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { segment_bytes_max: SEGMENT_BYTES_MAX, reserve_bytes: RESERVE_BYTES }
    }
}

impl FileRegister {
    /// Opens the register in `directory/register` for reading and writing, making it if there is none.
    ///
    /// Checks every entry that was not checked before: of a finished segment that nobody touched since, its summary is
    /// enough. Whatever is read later is checked then. The remains of an append that was cut off are moved to a file `torn-…`
    /// beside the segments.
    ///
    /// # Errors
    /// [`RegisterError::Locked`] if another process writes it, [`RegisterError::Damaged`] if an
    /// acknowledged entry is not as it was written, [`RegisterError::Newer`] if a later version wrote it,
    /// [`RegisterError::Io`] if the operating system fails.
    pub fn open(directory: &Path) -> Result<(Self, Recovery), RegisterError> {
        let path = directory.join(DIRECTORY);
        prepare(directory, &path).map_err(|source| RegisterError::Io {
            action: "create",
            path: path.clone(),
            source,
        })?;
        let lock = lock(&path)?;
        Self::open_on(directory_storage(&path)?, Some(lock), Sizes::default())
    }

    /// Opens the register for reading beside a process that writes it: the entries of this moment. Reads and checks
    /// every byte, whatever summaries say.
    ///
    /// # Errors
    /// As [`FileRegister::open`], except that no lock is needed.
    pub fn open_read_only(directory: &Path) -> Result<(Self, Recovery), RegisterError> {
        let storage = directory_storage(&directory.join(DIRECTORY))?;
        let checked = check(&*storage, Trust::Nothing)?;
        Ok(Self::assemble(storage, None, Sizes::default(), (checked, None)))
    }

    pub(super) fn open_on(
        storage: Box<dyn Storage>,
        lock: Option<File>,
        sizes: Sizes,
    ) -> Result<(Self, Recovery), RegisterError> {
        let mut checked = check(&*storage, Trust::Summaries)?;
        repair(&*storage, &mut checked)?;
        let epoch = checked.epoch.max(raised_epoch(&*storage)?).max(1);
        let reserve = Reserve::open(&*storage, sizes.reserve_bytes)?;
        Ok(Self::assemble(
            storage,
            lock,
            sizes,
            (checked, Some(Writer { epoch, reserve, buffer: Vec::new() })),
        ))
    }

    fn assemble(
        storage: Box<dyn Storage>,
        lock: Option<File>,
        sizes: Sizes,
        (checked, writer): (Checked, Option<Writer>),
    ) -> (Self, Recovery) {
        let register = Self {
            storage,
            segment_bytes_max: sizes.segment_bytes_max,
            index: RwLock::new(checked.index),
            writer: writer.map(Mutex::new),
            stopped: OnceLock::new(),
            replacing: RwLock::new(()),
            _lock: lock,
        };
        (register, checked.recovery)
    }

    /// Starts the next epoch, durably, and returns it. A restore calls this once, before anything is
    /// appended: an index that was used again is then told apart by its epoch.
    ///
    /// # Errors
    /// If this register cannot write.
    pub fn raise_epoch(&self) -> Result<u32, RegisterError> {
        let mut writer = self.writer()?;
        let epoch = writer.epoch.saturating_add(1);
        let storage = &*self.storage;
        // The file is padded so that a shorter number never leaves digits of a longer one behind.
        let text = format!("{epoch:010}\n");
        if !attempt(storage, "list", "", storage.names())?.iter().any(|name| name == EPOCH) {
            attempt(storage, "create", EPOCH, storage.create(EPOCH))?;
        }
        attempt(storage, "write", EPOCH, storage.write_at(EPOCH, 0, text.as_bytes()))?;
        attempt(storage, "sync", EPOCH, storage.sync(EPOCH))?;
        attempt(storage, "sync", "", storage.sync_directory())?;
        writer.epoch = epoch;
        Ok(epoch)
    }

    /// The epoch of what is appended next.
    ///
    /// # Errors
    /// If this register cannot write.
    pub fn epoch(&self) -> Result<u32, RegisterError> {
        Ok(self.writer()?.epoch)
    }

    /// Runs `copy` while no erasure replaces a segment.
    pub(super) fn in_place<T>(&self, copy: impl FnOnce() -> T) -> T {
        let _in_place = self.replacing.read().unwrap_or_else(PoisonError::into_inner);
        copy()
    }

    pub(super) fn index(&self) -> RwLockReadGuard<'_, Index> {
        // The index changes in one place, which cannot panic half-way.
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// At most `count_max` entries from `from` on, as they are stored, each checked.
    fn read_frames(&self, from: u64, count_max: usize) -> Result<Vec<Frames>, RegisterError> {
        let mut frames = Vec::new();
        self.walk(from, count_max, &mut |(segment, offset), head, cursor| {
            let leaf = Leaf::from_bytes(cursor.leaf(&head)?);
            let stored = cursor.payload(&head)?;
            let place = (segment.to_owned(), offset);
            frames.push(Frames { head, leaf, stored, place });
            Ok(())
        })?;
        Ok(frames)
    }

    /// Walks at most `count_max` entries from `from` on. `visit` gets the head of each, where it begins, and
    /// the cursor behind it, which it moves behind the payload.
    fn walk(
        &self,
        from: u64,
        count_max: usize,
        visit: &mut Visit<'_>,
    ) -> Result<(), RegisterError> {
        let _in_place = self.replacing.read().unwrap_or_else(PoisonError::into_inner);
        let (mut next, mut left) = (from, count_max);
        while left > 0 {
            let Some(stretch) = self.index().locate(next) else { break };
            left = self.walk_stretch(&stretch, next, (left, visit))?;
            next = stretch.end;
        }
        Ok(())
    }

    /// Walks the entries of one segment, from `from` on, until `left` of them were visited. Returns how many are left.
    fn walk_stretch(
        &self,
        stretch: &Stretch,
        from: u64,
        (mut left, visit): (usize, &mut Visit<'_>),
    ) -> Result<usize, RegisterError> {
        let mut cursor = Cursor::new(&*self.storage, &stretch.segment, stretch.offset);
        let damaged = |fault: Fault| fault.into_error(&stretch.segment);
        let mut expected = stretch.first;
        while left > 0 {
            cursor.pass_commit().map_err(damaged)?;
            let offset = cursor.offset();
            let (head, _) = cursor.head().map_err(damaged)?;
            let index = head.index;
            if index != expected {
                return Err(damaged(Fault::Bad(offset, "another entry stands here")));
            }
            expected = index.saturating_add(1);
            if index < from {
                cursor.pass_entry(&head).map_err(damaged)?;
            } else {
                visit((&stretch.segment, offset), head, &mut cursor).map_err(damaged)?;
                left -= 1;
            }
            if index.saturating_add(1) >= stretch.end {
                break;
            }
        }
        Ok(left)
    }
}

/// What a walk does with each entry.
type Visit<'v> = dyn FnMut((&str, u64), Head, &mut Cursor<'_>) -> Result<(), Fault> + 'v;

/// An entry as it is stored, checked against its head.
struct Frames {
    head: Head,
    leaf: Leaf,
    /// `None` if it was erased.
    stored: Option<Vec<u8>>,
    /// Segment, and where in it the entry begins.
    place: (String, u64),
}

impl Frames {
    fn entry(&self) -> Result<Entry, RegisterError> {
        let index = self.head.index;
        let payload = match &self.stored {
            None => Payload::Erased,
            Some(stored) => Payload::Present(self.event(&self.plain(stored)?)?),
        };
        Ok(Entry {
            index,
            kind: self.head.kind,
            epoch: self.head.epoch,
            instance: self.head.instance,
            time: timestamp(self.head.time_microseconds, index)?,
            leaf: self.leaf.clone(),
            payload,
        })
    }

    fn stored_entry(&self) -> Result<StoredEntry, RegisterError> {
        let payload = match &self.stored {
            None => Stored::Erased,
            Some(stored) => {
                let plain = self.plain(stored)?;
                match self.head.kind {
                    Kind::CertificateIssued => {
                        let outline =
                            Outline::parse(&plain).map_err(|source| self.unread(source))?;
                        let packed = match self.head.codec {
                            Codec::Zlib => stored.clone(),
                            Codec::None => deflate(&plain),
                        };
                        Stored::Certificate(Box::new(outline), packed)
                    }
                    _ => Stored::Other(self.event(&plain)?),
                }
            }
        };
        Ok(StoredEntry { index: self.head.index, leaf_hash: self.head.leaf_hash, payload })
    }

    /// The JSON text of the payload.
    fn plain(&self, stored: &[u8]) -> Result<Vec<u8>, RegisterError> {
        self.head.open_payload(stored).ok_or_else(|| {
            let (segment, offset) = &self.place;
            Fault::Bad(*offset, "a payload does not unpack").into_error(segment)
        })
    }

    fn event(&self, plain: &[u8]) -> Result<Event, RegisterError> {
        serde_json::from_slice(plain).map_err(|source| self.unread(source))
    }

    fn unread(&self, source: serde_json::Error) -> RegisterError {
        RegisterError::Payload { index: self.head.index, source }
    }
}

/// What `read` makes of these frames; many are unpacked on all processors.
fn read_all<T: Send>(
    frames: &[Frames],
    read: fn(&Frames) -> Result<T, RegisterError>,
) -> Result<Vec<T>, RegisterError> {
    if frames.len() < SHARED_ENTRIES_MIN {
        return frames.iter().map(read).collect();
    }
    on_all_processors(frames, read).into_iter().collect()
}

impl Register for FileRegister {
    fn append(&self, expected_size: u64, entries: &[NewEntry]) -> Result<u64, AppendError> {
        // Looked at again in the turn; here only so that nothing is packed in vain.
        let size = self.size();
        if size != expected_size {
            return Err(AppendError::Conflict { size });
        }
        let packed = pack_all(size, entries, &|| self.storage.salt())?;
        self.append_packed(expected_size, packed)
    }

    fn read(&self, from: u64, count_max: usize) -> Result<Vec<Entry>, RegisterError> {
        read_all(&self.read_frames(from, count_max)?, Frames::entry)
    }

    fn read_stored(&self, from: u64, count_max: usize) -> Result<Vec<StoredEntry>, RegisterError> {
        read_all(&self.read_frames(from, count_max)?, Frames::stored_entry)
    }

    fn kinds(&self, from: u64, count_max: usize) -> Result<Vec<Kind>, RegisterError> {
        let mut kinds = Vec::new();
        self.walk(from, count_max, &mut |_, head, cursor| {
            kinds.push(head.kind);
            cursor.pass_entry(&head)
        })?;
        Ok(kinds)
    }

    fn erase(&self, indices: &[u64]) -> Result<(), RegisterError> {
        // No append meanwhile: the segment that is written anew may be the last one.
        let _writer = self.writer()?;
        let storage = &*self.storage;
        erase::remove_torn(storage)?;
        let places = erase::places(&self.index(), indices);
        for place in places {
            let Some(rewritten) = place.rewrite(storage)? else { continue };
            let _alone = self.replacing.write().unwrap_or_else(PoisonError::into_inner);
            // Which of the two files is there after a failure is not known, so this process appends no more.
            let segment = rewritten.replace(storage).map_err(|error| self.stop(error))?;
            self.index.write().unwrap_or_else(PoisonError::into_inner).replace(segment);
        }
        Ok(())
    }

    fn size(&self) -> u64 {
        self.index().size
    }

    fn last_time(&self) -> Option<Timestamp> {
        self.index().last_time
    }

    fn stopped(&self) -> Option<String> {
        self.stopped.get().cloned()
    }
}

fn directory_storage(path: &Path) -> Result<Box<dyn Storage>, RegisterError> {
    match Directory::open(path) {
        Ok(directory) => Ok(Box::new(directory)),
        Err(source) => Err(RegisterError::Io { action: "open", path: path.to_owned(), source }),
    }
}

/// Makes the directory, durably.
fn prepare(parent: &Path, path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)?;
    File::open(parent)?.sync_all()
}

fn lock(directory: &Path) -> Result<File, RegisterError> {
    let path = directory.join(LOCK);
    let open = File::options().create(true).truncate(false).write(true).open(&path);
    let file =
        open.map_err(|source| RegisterError::Io { action: "open", path: path.clone(), source })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(RegisterError::Locked { lock: path }),
        Err(TryLockError::Error(source)) => Err(RegisterError::Io { action: "lock", path, source }),
    }
}

/// The epoch that a restore left behind, 0 if there was none.
fn raised_epoch(storage: &dyn Storage) -> Result<u32, RegisterError> {
    if !attempt(storage, "list", "", storage.names())?.iter().any(|name| name == EPOCH) {
        return Ok(0);
    }
    let bytes = attempt(storage, "read", EPOCH, storage.read_at(EPOCH, 0, 16))?;
    let text = String::from_utf8_lossy(&bytes);
    // A restore that was cut off leaves an empty file; it starts again from the beginning.
    if text.trim().is_empty() {
        return Ok(0);
    }
    text.trim().parse().map_err(|_| RegisterError::Damaged {
        file: EPOCH.to_owned(),
        offset: 0,
        reason: "it holds no epoch number",
    })
}
