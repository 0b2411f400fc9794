//! Every checkpoint that was ever signed, in order, in one file that only grows.
//! What was signed cannot be unsigned: it never forgets one, and it must not judge them.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::LogError;

/// The signed checkpoints: one note behind the other, an empty line between them.
#[derive(Debug)]
pub(super) struct History {
    path: PathBuf,
    file: File,
    /// Size of the tree and where the note lies, rising in both.
    notes: Vec<Place>,
    length: u64,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    size: u64,
    offset: u64,
    length: u64,
}

impl History {
    /// Opens the history, or begins one. A note that was cut off while it was written was never shown to anybody and is cut away.
    pub(super) fn open(directory: &Path, name: &str) -> Result<Self, LogError> {
        let path = directory.join(name);
        let fault = |source| LogError::Io { action: "open", path: path.clone(), source };
        std::fs::create_dir_all(directory).map_err(fault)?;
        let is_new = !path.exists();
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(fault)?;
        if is_new {
            // Without its name a checkpoint that was shown would be gone with the power.
            let folders = [Some(directory), directory.parent()].into_iter().flatten();
            let mut folders = folders.filter(|folder| !folder.as_os_str().is_empty());
            folders.try_for_each(|folder| File::open(folder)?.sync_all()).map_err(fault)?;
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(fault)?;
        let mut history = Self { path: path.clone(), file, notes: Vec::new(), length: 0 };
        for note in notes(&bytes) {
            let size = size_of(note).filter(|size| history.size() <= *size);
            let size = size.ok_or_else(|| history.damaged("a checkpoint of it is not readable"))?;
            history.note(size, note.len());
        }
        if bytes.len() > usize::try_from(history.length).unwrap_or(usize::MAX) {
            history
                .file
                .set_len(history.length)
                .and_then(|()| history.file.sync_all())
                .map_err(fault)?;
        }
        Ok(history)
    }

    /// Size of the tree of the last checkpoint, 0 if there is none.
    pub(super) fn size(&self) -> u64 {
        self.notes.last().map_or(0, |place| place.size)
    }

    /// Adds a checkpoint. It is on the disk when this returns.
    pub(super) fn append(&mut self, size: u64, note: &str) -> Result<(), LogError> {
        let fault = |source| LogError::Io { action: "write", path: self.path.clone(), source };
        let mut file = &self.file;
        let written = file
            .seek(SeekFrom::Start(self.length))
            .and_then(|_| file.write_all(format!("{note}\n").as_bytes()))
            .and_then(|()| file.sync_data());
        written.map_err(fault)?;
        self.note(size, note.len());
        Ok(())
    }

    /// The last checkpoint.
    pub(super) fn last(&self) -> Result<Option<String>, LogError> {
        self.notes.last().map(|place| self.read(*place)).transpose()
    }

    /// The first checkpoint whose tree has more leaves than `index`.
    pub(super) fn covering(&self, index: u64) -> Result<Option<String>, LogError> {
        let place = self.notes.partition_point(|place| place.size <= index);
        self.notes.get(place).map(|place| self.read(*place)).transpose()
    }

    /// The last checkpoint whose tree has at most `size` leaves.
    pub(super) fn within(&self, size: u64) -> Result<Option<String>, LogError> {
        let end = self.notes.partition_point(|place| place.size <= size);
        let place = end.checked_sub(1).and_then(|place| self.notes.get(place));
        place.map(|place| self.read(*place)).transpose()
    }

    /// The last checkpoint that `is_it`.
    pub(super) fn last_that(
        &self,
        is_it: impl Fn(&str) -> bool,
    ) -> Result<Option<String>, LogError> {
        for place in self.notes.iter().rev() {
            let note = self.read(*place)?;
            if is_it(&note) {
                return Ok(Some(note));
            }
        }
        Ok(None)
    }

    fn read(&self, place: Place) -> Result<String, LogError> {
        let mut text = String::new();
        let mut file = &self.file;
        let read = file
            .seek(SeekFrom::Start(place.offset))
            .and_then(|_| file.take(place.length).read_to_string(&mut text));
        read.map_err(|source| LogError::Io { action: "read", path: self.path.clone(), source })?;
        Ok(text)
    }

    fn note(&mut self, size: u64, length: usize) {
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        self.notes.push(Place { size, offset: self.length, length });
        // The empty line behind it.
        self.length = self.length.saturating_add(length).saturating_add(1);
    }

    fn damaged(&self, reason: &'static str) -> LogError {
        LogError::Damaged { path: self.path.clone(), reason }
    }
}

/// The whole checkpoints in a file of them, each with the size of its tree, read beside the one who writes it. A file that is not
/// there holds none; what follows the last whole one is left out.
///
/// # Errors
/// [`LogError::Io`], or [`LogError::Damaged`] if one is not readable.
pub fn read_checkpoints(path: &Path) -> Result<Vec<(u64, String)>, LogError> {
    let bytes = match std::fs::read(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => {
            read.map_err(|source| LogError::Io { action: "read", path: path.into(), source })?
        }
    };
    let damaged = || LogError::Damaged {
        path: path.to_owned(),
        reason: "a checkpoint of it is not readable",
    };
    let read = |note: &[u8]| {
        let text = String::from_utf8(note.to_vec()).map_err(|_| damaged())?;
        Ok((size_of(note).ok_or_else(damaged)?, text))
    };
    notes(&bytes).map(read).collect()
}

/// The whole notes of a history: text, empty line, signatures, empty line. What follows the last one is left out.
pub(super) fn notes(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let body = paragraph(rest)?.saturating_add(1);
        let signatures = paragraph(rest.get(body..)?)?;
        let (note, behind) = rest.split_at_checked(body.saturating_add(signatures))?;
        rest = behind.get(1..)?;
        Some(note)
    })
}

/// Length of the lines before the first empty one, with their last line feed.
fn paragraph(bytes: &[u8]) -> Option<usize> {
    let end = bytes.windows(2).position(|pair| pair == b"\n\n")?;
    end.checked_add(1)
}

fn size_of(note: &[u8]) -> Option<u64> {
    std::str::from_utf8(note).ok()?.lines().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(size: u64) -> String {
        format!("example.org/log\n{size}\nroot{size}\n\n— example.org/log sig{size}\n")
    }

    #[test]
    fn what_was_signed_is_found_again() {
        let directory = tempfile::tempdir().unwrap();
        let mut history = History::open(directory.path(), "history").unwrap();
        assert_eq!((history.size(), history.last().unwrap()), (0, None));
        for size in [3, 4, 10] {
            history.append(size, &note(size)).unwrap();
        }
        let history = History::open(directory.path(), "history").unwrap();
        assert_eq!((history.size(), history.last().unwrap()), (10, Some(note(10))));
        for (index, covering) in
            [(0, Some(3)), (2, Some(3)), (3, Some(4)), (4, Some(10)), (9, Some(10)), (10, None)]
        {
            assert_eq!(history.covering(index).unwrap(), covering.map(note), "{index}");
        }
        for (size, within) in [(2, None), (3, Some(3)), (9, Some(4)), (99, Some(10))] {
            assert_eq!(history.within(size).unwrap(), within.map(note), "{size}");
        }
    }

    #[test]
    fn a_torn_end_is_cut_at_any_byte() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("history");
        let whole = format!("{}\n{}\n", note(3), note(4));
        let first = note(3).len() + 1;
        for length in first..whole.len() {
            std::fs::write(&path, &whole.as_bytes()[..length]).unwrap();
            let mut history = History::open(directory.path(), "history").unwrap();
            assert_eq!(history.size(), 3, "{length}");
            history.append(5, &note(5)).unwrap();
            assert_eq!(
                History::open(directory.path(), "history").unwrap().last().unwrap(),
                Some(note(5))
            );
        }
    }

    #[test]
    fn a_history_that_goes_back_is_damage() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("history"), format!("{}\n{}\n", note(4), note(3)))
            .unwrap();
        assert!(matches!(
            History::open(directory.path(), "history"),
            Err(LogError::Damaged { .. })
        ));
    }
}
