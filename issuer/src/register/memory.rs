//! A register in memory, for tests and trials; it must not be used where anything has to last.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::entry::{Sealed, pack_all, seal};
use super::payload::Salt;
use super::{AppendError, Entry, NewEntry, Payload, Register, RegisterError};

/// A register that is lost with the process. It publishes nothing, so all its salts are one: two of the same entries are alike.
#[derive(Debug, Default)]
pub struct MemoryRegister {
    entries: Mutex<Vec<Entry>>,
}

impl MemoryRegister {
    /// An empty register.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn entries(&self) -> MutexGuard<'_, Vec<Entry>> {
        // Entries are added in one `extend`, so a panic elsewhere leaves them whole.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Register for MemoryRegister {
    fn append(&self, expected_size: u64, entries: &[NewEntry]) -> Result<u64, AppendError> {
        let mut kept = self.entries();
        let size = count(&kept);
        if size != expected_size {
            return Err(AppendError::Conflict { size });
        }
        let packed = pack_all(size, entries, &|| Ok(Salt::default()))?;
        let sealed = seal(size, kept.last().map(|entry| entry.time), packed)?;
        let added =
            sealed.iter().zip(entries).map(entry_of).collect::<Result<Vec<_>, RegisterError>>()?;
        kept.extend(added);
        Ok(count(&kept))
    }

    fn read(&self, from: u64, count_max: usize) -> Result<Vec<Entry>, RegisterError> {
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        Ok(self.entries().iter().skip(from).take(count_max).cloned().collect())
    }

    fn erase(&self, indices: &[u64]) -> Result<(), RegisterError> {
        let mut entries = self.entries();
        for entry in entries.iter_mut().filter(|entry| indices.contains(&entry.index)) {
            entry.payload = Payload::Erased;
        }
        Ok(())
    }

    fn size(&self) -> u64 {
        count(&self.entries())
    }

    fn last_time(&self) -> Option<Timestamp> {
        self.entries().last().map(|entry| entry.time)
    }
}

fn count(entries: &[Entry]) -> u64 {
    u64::try_from(entries.len()).unwrap_or(u64::MAX)
}

/// The payload goes through JSON as in a file, so that what is not serialized is lost here too.
fn entry_of((sealed, new): (&Sealed, &NewEntry)) -> Result<Entry, RegisterError> {
    let index = sealed.index;
    let unread = |source| RegisterError::Payload { index, source };
    let event = serde_json::to_value(&new.payload).and_then(serde_json::from_value);
    Ok(Entry {
        index,
        kind: sealed.kind,
        epoch: 1,
        instance: 1,
        time: sealed.time,
        leaf: sealed.leaf.clone(),
        payload: Payload::Present(event.map_err(unread)?),
    })
}
