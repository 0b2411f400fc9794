//! The sequence: one per process. It gives numbers and status indices in order; it appends nothing itself.

use std::collections::{HashMap, HashSet};

use super::IssueError;
use super::number::{
    Handle, certificate_number, certificate_series, journal_series, registration_number,
};
use super::status_lists::ENTRIES;
use crate::register::StatusEntry;
use crate::store::Store;

/// A list is closed to new entries at three quarters: a random index is then still found in a few tries, and what is free
/// tells nothing about who was issued when.
const ENTRIES_USED_MAX: usize = 98_304;

/// What was given last. Lives only as long as the register agrees with it; made anew from the store after any failure.
#[derive(Debug, Default)]
pub(super) struct Sequence {
    serials: HashMap<String, u64>,
    list: u32,
    used: HashSet<u32>,
}

/// The list in which the next index is given. After a restore it lies beyond every list that the lost tail may have used.
pub(super) fn open_list(store: &Store) -> Result<u32, IssueError> {
    let first = store.restorations()?.last().map_or(1, |restored| restored.first_status_list);
    Ok(store.highest_list()?.unwrap_or(1).max(first))
}

/// The numbers of one certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Assignment {
    pub(super) number: String,
    pub(super) registration_number: String,
    pub(super) handle: String,
    pub(super) statuses: Vec<StatusEntry>,
}

impl Sequence {
    /// Takes up where the register left off.
    pub(super) fn resume(store: &Store) -> Result<Self, IssueError> {
        let list = open_list(store)?;
        Ok(Self {
            serials: HashMap::new(),
            list,
            used: store.used_indices(list)?.into_iter().collect(),
        })
    }

    /// Numbers for one certificate of the journal of `year`, with `editions` status entries.
    pub(super) fn assign(
        &mut self,
        store: &Store,
        prefix: &str,
        year: i16,
        editions: usize,
    ) -> Result<Assignment, IssueError> {
        let certificates = certificate_series(prefix);
        let journal = journal_series(prefix, year);
        Ok(Assignment {
            number: certificate_number(&certificates, self.next(store, &certificates)?)?,
            registration_number: registration_number(&journal, self.next(store, &journal)?),
            handle: Handle::random()?.to_string(),
            statuses: (0..editions).map(|_| self.status()).collect::<Result<_, _>>()?,
        })
    }

    fn next(&mut self, store: &Store, series: &str) -> Result<u64, IssueError> {
        let last = match self.serials.get(series) {
            Some(last) => *last,
            None => store.serial(series)?,
        };
        self.serials.insert(series.to_owned(), last + 1);
        Ok(last + 1)
    }

    /// A random index that was never used: neighbours in a list then say nothing about neighbours in time.
    fn status(&mut self) -> Result<StatusEntry, IssueError> {
        if self.used.len() >= ENTRIES_USED_MAX {
            self.list += 1;
            self.used.clear();
        }
        loop {
            let mut bytes = [0; 4];
            getrandom::fill(&mut bytes)?;
            let index = u32::from_le_bytes(bytes) % ENTRIES;
            if self.used.insert(index) {
                return Ok(StatusEntry { list: self.list, index });
            }
        }
    }
}
