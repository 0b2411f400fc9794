//! How much canonicalization may cost. One input has one budget, however many documents it holds.
//! It counts; it must not know what for.

use std::cell::Cell;

use super::canonicalize::Poisoned;
use crate::limits;

/// What is left of the budget.
#[derive(Debug)]
pub(crate) struct Work {
    calls_left: Cell<u32>,
    visits_left: Cell<usize>,
    bytes_left: Cell<usize>,
}

impl Default for Work {
    fn default() -> Self {
        Self {
            calls_left: Cell::new(limits::N_DEGREE_CALLS_MAX),
            visits_left: Cell::new(limits::N_DEGREE_VISITS_MAX),
            bytes_left: Cell::new(limits::STATEMENT_BYTES_MAX),
        }
    }
}

impl Work {
    /// Takes one call of "Hash N-Degree Quads" that looks at so many nodes.
    pub(super) fn call(&self, visits: usize) -> Result<(), Poisoned> {
        let calls = self.calls_left.get().checked_sub(1).ok_or(Poisoned)?;
        let visits = self.visits_left.get().checked_sub(visits).ok_or(Poisoned)?;
        self.calls_left.set(calls);
        self.visits_left.set(visits);
        Ok(())
    }

    /// Takes one statement whose line has so many bytes. `None` if that is too much.
    pub(super) fn state(&self, bytes: usize) -> Option<()> {
        self.bytes_left.set(self.bytes_left.get().checked_sub(bytes)?);
        Some(())
    }
}
