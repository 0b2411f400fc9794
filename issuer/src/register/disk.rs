//! A disk in memory that fails, tears writes and loses power, for tests; it knows nothing of the format.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};

use super::file::Sizes;
use super::payload::{EXAMPLE_SALT, Salt};
use super::storage::Storage;
use super::{FileRegister, Recovery, RegisterError};

/// Small, so that a few appends make several segments.
pub(super) const SIZES: Sizes = Sizes { segment_bytes_max: 2_500, reserve_bytes: 0 };

/// What happens to an operation that fails.
#[derive(Clone, Copy, Debug)]
pub(super) enum Failure {
    /// Nothing of it is done.
    Undone,
    /// It is done, and reported as failed.
    Done,
    /// So many bytes of a write are done; other operations are not.
    Torn(usize),
}

#[derive(Clone, Debug)]
pub(super) enum Pending {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

#[derive(Clone, Debug, Default)]
pub(super) struct SimulatedFile {
    /// What readers see.
    cached: Vec<u8>,
    /// What is left after a power loss.
    durable: Vec<u8>,
    pending: Vec<Pending>,
    name_is_durable: bool,
    /// Counts changes, as a clock that is fine enough.
    modified: u64,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) files: BTreeMap<String, SimulatedFile>,
    operations: usize,
    /// Operations from the first number to before the second one fail.
    pub(super) failing: Option<(usize, usize, Failure)>,
    clock: u64,
    /// Bytes that fit on the disk, if it can be full.
    pub(super) capacity: Option<usize>,
    /// Renames that no sync of the directory has made durable: from, to, and the file that was replaced.
    renames: Vec<(String, String, Option<SimulatedFile>)>,
}

impl State {
    /// Bytes that can still be written.
    fn room(&self) -> usize {
        let used: usize = self.files.values().map(|file| file.cached.len()).sum();
        self.capacity.map_or(usize::MAX, |capacity| capacity.saturating_sub(used))
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct Disk(Arc<Mutex<State>>);

impl Disk {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub(super) fn open(&self) -> Result<(FileRegister, Recovery), RegisterError> {
        self.open_sized(SIZES)
    }

    pub(super) fn open_sized(
        &self,
        sizes: Sizes,
    ) -> Result<(FileRegister, Recovery), RegisterError> {
        FileRegister::open_on(Box::new(self.clone()), None, sizes)
    }

    pub(super) fn fail(&self, from: usize, count: usize, failure: Failure) {
        let mut state = self.state();
        state.operations = 0;
        state.failing = Some((from, from.saturating_add(count), failure));
    }

    pub(super) fn lose_power(&self) {
        let mut state = self.state();
        for (from, to, replaced) in std::mem::take(&mut state.renames).into_iter().rev() {
            let moved = state.files.remove(&to).unwrap();
            state.files.extend(replaced.map(|file| (to, file)));
            state.files.insert(from, moved);
        }
        state.files.retain(|_, file| file.name_is_durable);
        for file in state.files.values_mut() {
            file.cached = file.durable.clone();
            file.pending.clear();
        }
    }

    /// Counts an operation that changes the disk; says how it fails, if it does.
    fn count(&self) -> Option<Failure> {
        let mut state = self.state();
        let number = state.operations;
        state.operations += 1;
        let (from, to, failure) = state.failing?;
        (from..to).contains(&number).then_some(failure)
    }

    fn changed(&self, name: &str) {
        let mut state = self.state();
        state.clock += 1;
        let now = state.clock;
        if let Some(file) = state.files.get_mut(name) {
            file.modified = now;
        }
    }

    fn with<T>(&self, name: &str, act: impl FnOnce(&mut SimulatedFile) -> T) -> io::Result<T> {
        let mut state = self.state();
        Ok(act(state.files.get_mut(name).ok_or(io::ErrorKind::NotFound)?))
    }

    pub(super) fn bytes(&self, name: &str) -> Vec<u8> {
        self.with(name, |file| file.cached.clone()).unwrap()
    }

    pub(super) fn set_bytes(&self, name: &str, bytes: &[u8]) {
        self.with(name, |file| {
            file.cached = bytes.to_vec();
            file.durable = bytes.to_vec();
            file.pending.clear();
        })
        .unwrap();
        self.changed(name);
    }

    /// Changes bytes as a failing disk does: nobody is told, not even by the time of the last change.
    pub(super) fn rot(&self, name: &str, bytes: &[u8]) {
        let modified = self.modified(name).unwrap();
        self.set_bytes(name, bytes);
        self.with(name, |file| file.modified = modified).unwrap();
    }

    pub(super) fn segments(&self) -> Vec<String> {
        self.names().unwrap().into_iter().filter(|name| name.ends_with(".seg")).collect()
    }

    /// Runs an operation as its failure wants: `act` does it, or the part of it that is done.
    fn change(&self, act: impl FnOnce(Option<usize>)) -> io::Result<()> {
        let failure = self.count();
        match failure {
            None => act(None),
            Some(Failure::Done) => act(None),
            Some(Failure::Torn(bytes)) => act(Some(bytes)),
            Some(Failure::Undone) => act(Some(0)),
        }
        if failure.is_some() { Err(io::Error::other("simulated")) } else { Ok(()) }
    }
}

fn put(bytes: &mut Vec<u8>, offset: usize, new: &[u8]) {
    bytes.resize(bytes.len().max(offset + new.len()), 0);
    bytes[offset..offset + new.len()].copy_from_slice(new);
}

impl Storage for Disk {
    /// Disks that were told the same hold the same bytes.
    fn salt(&self) -> Result<Salt, getrandom::Error> {
        Ok(EXAMPLE_SALT)
    }

    fn names(&self) -> io::Result<Vec<String>> {
        Ok(self.state().files.keys().cloned().collect())
    }

    fn length(&self, name: &str) -> io::Result<u64> {
        self.with(name, |file| u64::try_from(file.cached.len()).unwrap())
    }

    fn modified(&self, name: &str) -> io::Result<u64> {
        self.with(name, |file| file.modified)
    }

    fn read_at(&self, name: &str, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let offset = usize::try_from(offset).unwrap();
        self.with(name, |file| file.cached.iter().skip(offset).take(length).copied().collect())
    }

    fn create(&self, name: &str) -> io::Result<()> {
        self.change(|part| {
            if part.is_none() {
                self.state().files.insert(name.to_owned(), SimulatedFile::default());
            }
        })
    }

    fn write_at(&self, name: &str, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let offset = usize::try_from(offset).unwrap();
        self.changed(name);
        let over = (offset + bytes.len()).saturating_sub(self.bytes(name).len());
        let room = self.state().room();
        if over > room {
            // What fits is written, as a full disk does.
            let fits = &bytes[..bytes.len() - (over - room).min(bytes.len())];
            self.with(name, |file| {
                put(&mut file.cached, offset, fits);
                file.pending.push(Pending::Write(offset, fits.to_vec()));
            })?;
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.change(|part| {
            let bytes = &bytes[..part.unwrap_or(bytes.len()).min(bytes.len())];
            if !bytes.is_empty() {
                self.with(name, |file| {
                    put(&mut file.cached, offset, bytes);
                    file.pending.push(Pending::Write(offset, bytes.to_vec()));
                })
                .unwrap();
            }
        })
    }

    fn truncate(&self, name: &str, length: u64) -> io::Result<()> {
        let length = usize::try_from(length).unwrap();
        self.changed(name);
        self.change(|part| {
            if part.is_none() {
                self.with(name, |file| {
                    file.cached.truncate(length);
                    file.pending.push(Pending::Truncate(length));
                })
                .unwrap();
            }
        })
    }

    /// A failed sync drops what it was to write, as Linux does: a later one does not bring it back.
    fn sync(&self, name: &str) -> io::Result<()> {
        self.change(|part| {
            let pending = self.with(name, |file| std::mem::take(&mut file.pending)).unwrap();
            let done = part.unwrap_or(pending.len()).min(pending.len());
            for operation in &pending[..done] {
                self.with(name, |file| match operation {
                    Pending::Write(offset, bytes) => put(&mut file.durable, *offset, bytes),
                    Pending::Truncate(length) => file.durable.truncate(*length),
                })
                .unwrap();
            }
        })
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.change(|part| {
            if part.is_none() {
                self.state().renames.clear();
                self.state().files.values_mut().for_each(|file| file.name_is_durable = true);
            }
        })
    }

    fn prepare(&self, _: &str) -> io::Result<()> {
        self.change(|_| ())
    }

    fn room(&self) -> io::Result<u64> {
        Ok(u64::try_from(self.state().room()).unwrap())
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.change(|part| {
            if part.is_none() {
                let mut state = self.state();
                let moved = state.files.remove(from).unwrap();
                let replaced = state.files.insert(to.to_owned(), moved);
                state.renames.push((from.to_owned(), to.to_owned(), replaced));
            }
        })
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.change(|part| {
            if part.is_none() {
                self.state().files.remove(name);
            }
        })
    }

    fn path(&self, name: &str) -> PathBuf {
        PathBuf::from(name)
    }
}
