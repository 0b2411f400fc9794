//! How much of one PDF is read, however often its parts refer to one another. It counts; it reads nothing.

use std::cell::Cell;

use crate::carrier::over;
use crate::limits;
use crate::report::Finding;

/// What may still be read of one file.
pub(super) struct Budget {
    values: Cell<usize>,
    bytes: Cell<usize>,
    inflated: Cell<usize>,
}

impl Budget {
    pub(super) const fn new() -> Self {
        Self {
            values: Cell::new(limits::PDF_VALUES_MAX),
            bytes: Cell::new(limits::PDF_READ_BYTES_MAX),
            inflated: Cell::new(limits::PDF_INFLATED_BYTES_MAX),
        }
    }

    /// One value more is read.
    pub(super) fn take_value(&self) -> Result<(), Finding> {
        take(&self.values, 1).ok_or_else(|| over("values", limits::PDF_VALUES_MAX))
    }

    /// So many bytes were read. An object is read anew for each reference to it, so a large one must not be referred to often.
    pub(super) fn take_bytes(&self, count: usize) -> Result<(), Finding> {
        take(&self.bytes, count).ok_or_else(|| {
            over("bytes to read on the way to its attachments", limits::PDF_READ_BYTES_MAX)
        })
    }

    /// Bytes that streams may still inflate to.
    pub(super) const fn inflated_left(&self) -> usize {
        self.inflated.get()
    }

    /// A stream inflated to so many bytes.
    pub(super) fn take_inflated(&self, count: usize) -> Result<(), Finding> {
        take(&self.inflated, count).ok_or_else(too_inflated)
    }
}

/// Of a stream that inflates to more than is left.
pub(super) fn too_inflated() -> Finding {
    over("bytes when it is inflated", limits::PDF_INFLATED_BYTES_MAX)
}

fn take(left: &Cell<usize>, count: usize) -> Option<()> {
    left.set(left.get().checked_sub(count)?);
    Some(())
}
