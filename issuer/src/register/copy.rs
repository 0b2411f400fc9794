//! Gives out groups as they lie in the files of the register, for a backup that is made while others append.
//! It changes nothing; what is done with the bytes is not known here.

use std::fs::File;

use super::file::FileRegister;
use super::recovery::attempt;
use super::scan::{Cursor, Depth, Tail, scan_group};
use super::{Register as _, RegisterError};

/// Whole groups that follow each other in one segment.
#[derive(Debug)]
pub struct RawGroups {
    /// Name of the segment.
    pub segment: String,
    /// The segment, open: an erasure that replaces it later does not change what is read here.
    pub file: File,
    /// Where in it the groups begin, bytes.
    pub offset: u64,
    /// How long they are together, bytes.
    pub length: u64,
    /// Index behind their last entry.
    pub next: u64,
}

impl FileRegister {
    /// The groups of one segment that hold the entry `from` and what follows it before `until`; both must be where a group ends.
    /// `None` if there are none.
    ///
    /// # Errors
    /// If the segment cannot be read, or a group reaches over one of the two ends.
    pub fn raw_groups(&self, from: u64, until: u64) -> Result<Option<RawGroups>, RegisterError> {
        if from >= until.min(self.size()) {
            return Ok(None);
        }
        self.in_place(|| self.find_groups(from, until))
    }

    fn find_groups(&self, from: u64, until: u64) -> Result<Option<RawGroups>, RegisterError> {
        let (stretch, whole) = {
            let index = self.index();
            (index.locate(from), index.segment_of(from))
        };
        let (Some(stretch), Some((first, length))) = (stretch, whole) else { return Ok(None) };
        let next = stretch.end.min(until);
        let start = self.end_of_group(&stretch.segment, first, from)?;
        let end = if next == stretch.end {
            length
        } else {
            self.end_of_group(&stretch.segment, first, next)?
        };
        let path = self.storage.path(&stretch.segment);
        let file = attempt(&*self.storage, "open", &stretch.segment, File::open(path))?;
        let length = end.saturating_sub(start);
        Ok(Some(RawGroups { segment: stretch.segment, file, offset: start, length, next }))
    }

    /// Where in the segment the group ends whose last entry is the one before `index`.
    fn end_of_group(&self, segment: &str, first: u64, index: u64) -> Result<u64, RegisterError> {
        let mut cursor = Cursor::new(&*self.storage, segment, 0);
        let mut tail = Tail { index: Some(first), ..Tail::default() };
        while tail.index.is_some_and(|next| next < index) {
            scan_group(&mut cursor, &mut tail, Depth::Frames)
                .map_err(|fault| fault.into_error(segment))?;
        }
        if tail.index != Some(index) {
            let reason = "a checkpoint ends inside a group";
            let (file, offset) = (segment.to_owned(), cursor.offset());
            return Err(RegisterError::Damaged { file, offset, reason });
        }
        Ok(cursor.offset())
    }
}
