//! Opening, following and closing the store: when it is trusted, and when it is rebuilt.
//! It must never rebuild silently over the sign that the register lost entries.

use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::os::unix::fs::DirBuilderExt as _;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::database::{self, guarded, io_error};
use super::error::StoreError;
use super::key;
use super::projection::{Projection, integer};
use crate::register::{Event, Register, Stored, StoredEntry};

/// Where the store is in the data directory.
const DIRECTORY: &str = "store";
const DATABASE: &str = "db";
/// The database that was replaced last. It holds personal data.
const ASIDE: &str = "aside";
const LOCK: &str = "lock";
/// `closed`, or `open` with the boot id, or `damaged`, or `erased`.
const STATE: &str = "state";
/// The state of a store whose files may hold what was erased.
const ERASED: &str = "erased";
const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";

/// Entries applied at once: some megabytes of memory, and as much for those that are read meanwhile.
const BATCH_ENTRIES: usize = 256;

/// Records and lookups, in `DIR/store`.
pub struct Store {
    pub(super) tree: sled::Db,
    pub(super) register: Arc<dyn Register>,
    root: PathBuf,
    /// One at a time applies entries.
    applying: Mutex<()>,
    _lock: File,
}

/// How far the store has followed the register.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Progress {
    /// Entries applied.
    pub applied: u64,
    /// Entries in the register.
    pub size: u64,
}

impl Store {
    /// Opens the store in `directory/store`, rebuilt from `register` where it cannot be trusted, and
    /// applies every entry that it lacks.
    ///
    /// # Errors
    /// [`StoreError::Ahead`] or [`StoreError::OtherHistory`] if the register is not the one it was:
    /// then nothing is rebuilt. [`StoreError::Locked`] if another process uses the store. Otherwise if the
    /// database, the register or the operating system fails.
    pub fn open(directory: &Path, register: Arc<dyn Register>) -> Result<Self, StoreError> {
        Self::open_with_progress(directory, register, &mut |_| {})
    }

    /// As [`Store::open`], calling `progress` after each batch of entries.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_with_progress(
        directory: &Path,
        register: Arc<dyn Register>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Self, StoreError> {
        let store = Self::open_as_it_is(directory, register)?;
        store.catch_up_with_progress(progress)?;
        Ok(store)
    }

    /// As [`Store::open`], applying nothing yet: one that cannot be trusted is then empty, and says so by its applied size.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_as_it_is(
        directory: &Path,
        register: Arc<dyn Register>,
    ) -> Result<Self, StoreError> {
        // Where there is no boot id, only a clean close is trusted.
        let boot_id = fs::read_to_string(BOOT_ID).unwrap_or_default();
        Self::open_in_boot(directory, register, boot_id.trim())
    }

    pub(super) fn open_in_boot(
        directory: &Path,
        register: Arc<dyn Register>,
        boot_id: &str,
    ) -> Result<Self, StoreError> {
        let root = directory.join(DIRECTORY);
        // It holds names and addresses.
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&root);
        made.map_err(io_error("create", &root))?;
        let lock = lock(&root.join(LOCK))?;
        let kept = if is_trusted(&root, boot_id) {
            write_state(&root, &format!("open {boot_id}"))?;
            open_checked(&root, &*register, true)?
        } else {
            // Only a look: after a power loss sled may hold anything, but a store that saw more than
            // the register has is still the sign of a loss.
            open_checked(&root, &*register, false)?;
            None
        };
        let tree = match kept {
            Some(tree) => tree,
            None => begin_again(&root, boot_id)?,
        };
        Ok(Self { tree, register, root, applying: Mutex::new(()), _lock: lock })
    }

    /// Applies the entries that the register has and the store lacks. Returns the applied size.
    ///
    /// # Errors
    /// If the register cannot be read or the store cannot be written. What was applied stays.
    pub fn catch_up(&self) -> Result<u64, StoreError> {
        self.catch_up_with_progress(&mut |_| {})
    }

    /// Writes everything to the disk and marks the store as cleanly closed.
    ///
    /// # Errors
    /// If that fails; the next start then trusts the store only if the machine was not started anew.
    pub fn close(self) -> Result<(), StoreError> {
        let Self { tree, root, .. } = self;
        tree.flush().map_err(StoreError::database("flush"))?;
        drop(tree);
        database::sync_all(&root.join(DATABASE))?;
        if is_marked(&root, "damaged") || is_marked(&root, ERASED) {
            return Ok(());
        }
        write_state(&root, "closed")
    }

    /// Hands everything to the operating system: a process that is killed then loses nothing of it.
    ///
    /// # Errors
    /// If that fails.
    pub fn flush(&self) -> Result<(), StoreError> {
        self.tree.flush().map(|_| ()).map_err(StoreError::database("flush"))
    }

    /// Has the next start make the files of the store anew and keep nothing of the old ones: sled leaves what it removed in
    /// its files.
    ///
    /// # Errors
    /// If that cannot be written down.
    pub fn make_anew_at_next_start(&self) -> Result<(), StoreError> {
        write_state(&self.root, ERASED)
    }

    /// How many entries of the register are applied.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn applied_size(&self) -> Result<u64, StoreError> {
        match self.tree.get(key::APPLIED).map_err(|error| self.unread(error))? {
            None => Ok(0),
            Some(bytes) => integer(&bytes).ok_or_else(|| self.damaged(key::APPLIED)),
        }
    }

    /// The error for a value that cannot be read.
    pub(super) fn damaged(&self, key: &[u8]) -> StoreError {
        let error = StoreError::damaged(key);
        self.note(&error);
        error
    }

    /// The error for a failure of the database.
    pub(super) fn unread(&self, source: sled::Error) -> StoreError {
        let error = StoreError::Database { action: "read", source };
        self.note(&error);
        error
    }

    /// If the error shows damage, the store counts as damaged from now on: the next start rebuilds it.
    fn note(&self, error: &StoreError) {
        let is_damage = matches!(
            error,
            StoreError::Damaged { .. }
                | StoreError::Database { source: sled::Error::Corruption { .. }, .. }
        );
        // A store to be made anew without a trace of the old one stays so marked.
        if is_damage && !is_marked(&self.root, ERASED) {
            // If even the mark cannot be written, the error itself still asks for a restart.
            let _ = write_state(&self.root, "damaged");
        }
    }

    /// As [`Store::catch_up`], calling `progress` after each batch of entries.
    ///
    /// # Errors
    /// As [`Store::catch_up`].
    pub fn catch_up_with_progress(
        &self,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<u64, StoreError> {
        let _one = self.applying.lock().unwrap_or_else(PoisonError::into_inner);
        let mut applied = self.applied_size()?;
        let mut entries = self.register.read_stored(applied, BATCH_ENTRIES)?;
        while let Some(last) = entries.last() {
            applied = last.index.saturating_add(1);
            // The next ones are read while these are applied: a rebuild keeps both processors busy.
            entries = if applied < self.register.size() {
                thread::scope(|scope| {
                    let next = scope.spawn(|| self.register.read_stored(applied, BATCH_ENTRIES));
                    self.apply_all(entries)?;
                    Ok::<_, StoreError>(next.join().unwrap_or_else(|panic| resume_unwind(panic))?)
                })?
            } else {
                self.apply_all(entries)?;
                self.register.read_stored(applied, BATCH_ENTRIES)?
            };
            progress(Progress { applied, size: self.register.size() });
        }
        Ok(applied)
    }

    /// Applies these entries at once.
    fn apply_all(&self, entries: Vec<StoredEntry>) -> Result<(), StoreError> {
        let changes = self.changes(entries).inspect_err(|error| self.note(error))?;
        let written = self.tree.apply_batch(changes).map_err(StoreError::database("write"));
        written.inspect_err(|error| self.note(error))
    }

    fn changes(&self, entries: Vec<StoredEntry>) -> Result<sled::Batch, StoreError> {
        let mut projection = Projection::new(&self.tree);
        for entry in entries {
            self.apply(&mut projection, entry)?;
        }
        Ok(projection.into_batch())
    }

    fn apply(&self, projection: &mut Projection<'_>, entry: StoredEntry) -> Result<(), StoreError> {
        if let Stored::Other(Event::CertificateRevoked(revocation)) = &entry.payload
            && let Some(index) = projection.place_only(&revocation.number)?
            && let Some(certificate) = self.issued_by(index)?
        {
            projection.revoke_bits(&certificate)?;
        }
        if let Stored::Other(Event::PayloadErased(erasure)) = &entry.payload {
            for erased in &erasure.certificates {
                if projection.place_only(&erased.number)? == Some(erased.index) {
                    // The register is asked while it still has it: the payload goes once the store has followed.
                    let key = key::record(erased.index);
                    let known = self.issued_by(erased.index)?;
                    projection.forget(&known.ok_or_else(|| StoreError::damaged(&key))?)?;
                }
            }
        }
        projection.apply(entry)
    }
}

fn lock(path: &Path) -> Result<File, StoreError> {
    let file = File::options().create(true).truncate(false).write(true).open(path);
    let file = file.map_err(io_error("open", path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked { lock: path.to_owned() }),
        Err(TryLockError::Error(error)) => Err(io_error("lock", path)(error)),
    }
}

/// A store is trusted after a clean close, or if the machine has run ever since it was opened: then
/// the operating system still holds what sled wrote, whatever ended the process.
fn is_trusted(root: &Path, boot_id: &str) -> bool {
    let state = fs::read_to_string(root.join(STATE)).unwrap_or_default();
    match state.trim().split_once(' ') {
        None => state.trim() == "closed",
        Some((word, opened_in)) => word == "open" && !boot_id.is_empty() && opened_in == boot_id,
    }
}

fn is_marked(root: &Path, mark: &str) -> bool {
    fs::read_to_string(root.join(STATE)).is_ok_and(|state| state.trim() == mark)
}

/// The database, if it is there, sound and of this register. `None`: it has to be rebuilt.
fn open_checked(
    root: &Path,
    register: &dyn Register,
    is_trusted: bool,
) -> Result<Option<sled::Db>, StoreError> {
    let path = root.join(DATABASE);
    if !path.exists() {
        return Ok(None);
    }
    let Some(tree) = database::open(&path, root)? else { return Ok(None) };
    let Some(Some(seen)) = guarded(|| last_seen(&tree)) else { return Ok(None) };
    let size = register.size();
    if seen.applied > size {
        return Err(StoreError::Ahead { applied: seen.applied, size, store: root.to_owned() });
    }
    let Some(index) = seen.applied.checked_sub(1) else { return Ok(Some(tree)) };
    let entry = register.read(index, 1)?;
    let is_same = entry.first().is_some_and(|entry| entry.leaf.hash()[..] == seen.last_leaf[..]);
    if !is_same && is_trusted {
        return Err(StoreError::OtherHistory { index, store: root.to_owned() });
    }
    Ok(is_same.then_some(tree))
}

/// What the store says of the register that it followed.
struct LastSeen {
    applied: u64,
    last_leaf: Vec<u8>,
}

/// `None` if the store is of another format or cannot be read.
fn last_seen(tree: &sled::Db) -> Option<LastSeen> {
    let value = |key| tree.get(key).ok().flatten();
    let Some(format) = value(key::FORMAT_KEY) else {
        // Made and not yet filled: it lacks everything, which is no damage.
        return tree.is_empty().then(|| LastSeen { applied: 0, last_leaf: Vec::new() });
    };
    if format != key::FORMAT {
        return None;
    }
    let applied = integer(&value(key::APPLIED)?)?;
    Some(LastSeen { applied, last_leaf: value(key::LAST_LEAF)?.to_vec() })
}

/// Moves the old database aside, over the one that was there, and begins an empty one.
fn begin_again(root: &Path, boot_id: &str) -> Result<sled::Db, StoreError> {
    let (path, aside) = (root.join(DATABASE), root.join(ASIDE));
    if path.exists() {
        if aside.exists() {
            fs::remove_dir_all(&aside).map_err(io_error("remove", &aside))?;
        }
        fs::rename(&path, &aside).map_err(io_error("move", &path))?;
    }
    if is_marked(root, ERASED) {
        // Nothing is kept: an older one that was put aside may hold it too.
        for kept in [aside, root.join(database::SNAPSHOTS_ASIDE)] {
            if kept.exists() {
                fs::remove_dir_all(&kept).map_err(io_error("remove", &kept))?;
            }
        }
    }
    write_state(root, &format!("open {boot_id}"))?;
    database::open(&path, root)?.ok_or_else(|| StoreError::damaged(b"an empty database"))
}

/// Replaces the state file, durably.
fn write_state(root: &Path, state: &str) -> Result<(), StoreError> {
    let (path, fresh) = (root.join(STATE), root.join("state.new"));
    let write = || {
        let mut file = File::create(&fresh)?;
        file.write_all(state.as_bytes())?;
        file.sync_all()?;
        fs::rename(&fresh, &path)?;
        File::open(root)?.sync_all()
    };
    write().map_err(io_error("write", &path))
}
