//! A register in memory for tests of those who use one: it counts looks, refuses, and stops as it is told.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use jiff::Timestamp;

use super::{AppendError, Entry, MemoryRegister, NewEntry, Register, RegisterError, StoredEntry};

/// A register with moods. As it is made it has none.
#[derive(Debug, Default)]
pub(crate) struct Moody {
    register: MemoryRegister,
    refuses: AtomicBool,
    stopped: AtomicBool,
    looks: AtomicUsize,
}

impl Moody {
    /// Whether it refuses from now on, as if somebody else had appended.
    pub(crate) fn refuse(&self, refuses: bool) {
        self.refuses.store(refuses, Ordering::SeqCst);
    }

    /// From now on it says that its disk failed.
    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
    }

    /// How many stored entries were asked for since this was asked last.
    pub(crate) fn looks(&self) -> usize {
        self.looks.swap(0, Ordering::SeqCst)
    }
}

impl Register for Moody {
    fn append(&self, expected_size: u64, entries: &[NewEntry]) -> Result<u64, AppendError> {
        if self.refuses.load(Ordering::SeqCst) {
            return Err(AppendError::Conflict { size: self.size() });
        }
        self.register.append(expected_size, entries)
    }

    fn read(&self, from: u64, count_max: usize) -> Result<Vec<Entry>, RegisterError> {
        self.register.read(from, count_max)
    }

    fn read_stored(&self, from: u64, count_max: usize) -> Result<Vec<StoredEntry>, RegisterError> {
        let _ = self.looks.fetch_add(count_max, Ordering::SeqCst);
        self.register.read_stored(from, count_max)
    }

    fn erase(&self, indices: &[u64]) -> Result<(), RegisterError> {
        self.register.erase(indices)
    }

    fn size(&self) -> u64 {
        self.register.size()
    }

    fn last_time(&self) -> Option<Timestamp> {
        self.register.last_time()
    }

    fn stopped(&self) -> Option<String> {
        self.stopped.load(Ordering::SeqCst).then(|| "a write failed".to_owned())
    }
}
