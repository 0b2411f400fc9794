//! The file operations that the register needs, and no others; what the bytes mean is not known here.

use std::fs::{self, File, OpenOptions};
use std::io::{self, IoSlice};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use super::payload::{Salt, fresh_salt};

/// One directory of files, and what else the register has of the machine. A seam: tests replace it with a disk that fails and loses power.
pub(super) trait Storage: Send + Sync {
    /// Names of the files.
    fn names(&self) -> io::Result<Vec<String>>;
    /// Length of a file in bytes.
    fn length(&self, name: &str) -> io::Result<u64>;
    /// When a file was changed last, nanoseconds since 1970.
    fn modified(&self, name: &str) -> io::Result<u64>;
    /// `length` bytes from `offset` on; fewer only where the file ends.
    fn read_at(&self, name: &str, offset: u64, length: usize) -> io::Result<Vec<u8>>;
    /// Makes an empty file of this name, emptying the one that is there.
    fn create(&self, name: &str) -> io::Result<()>;
    /// Writes all bytes at `offset` of a file that exists.
    fn write_at(&self, name: &str, offset: u64, bytes: &[u8]) -> io::Result<()>;
    /// Writes these pieces one behind the other, as one write.
    fn write_parts_at(&self, name: &str, offset: u64, parts: &[&[u8]]) -> io::Result<()> {
        self.write_at(name, offset, &parts.concat())
    }
    /// Cuts a file to `length` bytes.
    fn truncate(&self, name: &str, length: u64) -> io::Result<()>;
    /// Makes the content and length of a file durable.
    fn sync(&self, name: &str) -> io::Result<()>;
    /// Makes the names of the files durable.
    fn sync_directory(&self) -> io::Result<()>;
    /// Makes a file ready for writing, and changes nothing: what this lacks, such as descriptors, is lacking before
    /// anything was written.
    fn prepare(&self, name: &str) -> io::Result<()>;
    /// Bytes that can still be written to this disk.
    fn room(&self) -> io::Result<u64>;
    /// Puts the file `from` in the place of `to`: whoever opens `to` finds the old or the new one, whole.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, name: &str) -> io::Result<()>;
    /// Where a file is, for messages.
    fn path(&self, name: &str) -> PathBuf;
    /// Sixteen random bytes for a payload.
    fn salt(&self) -> Result<Salt, getrandom::Error> {
        fresh_salt()
    }
}

/// A directory of the file system.
pub(super) struct Directory {
    path: PathBuf,
    /// Open, so that its names are made durable though no descriptor is left.
    directory: File,
    /// The files written last stay open: an error of their write-back is reported to these very handles.
    writing: Mutex<Vec<(String, Arc<File>)>>,
}

/// Pieces of one write: no system takes more (`IOV_MAX` of Linux).
const SLICES_MAX: usize = 1_024;

/// Files that stay open for writing: a segment, the reserve, and one more.
const WRITING_MAX: usize = 3;

impl Directory {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let directory = File::open(path)?;
        Ok(Self { path: path.to_owned(), directory, writing: Mutex::default() })
    }

    fn writable(&self, name: &str) -> io::Result<Arc<File>> {
        let mut writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let known = writing.iter().position(|(open_name, _)| open_name == name);
        let (name, file) = match known {
            Some(place) => writing.remove(place),
            None => {
                let file = OpenOptions::new().write(true).open(self.path.join(name))?;
                (name.to_owned(), Arc::new(file))
            }
        };
        // The one used last stands last.
        if writing.len() >= WRITING_MAX {
            writing.remove(0);
        }
        writing.push((name, Arc::clone(&file)));
        Ok(file)
    }

    /// Closes the open files of these names.
    fn forget(&self, names: &[&str]) {
        let mut writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        writing.retain(|(open_name, _)| !names.contains(&open_name.as_str()));
    }
}

impl Storage for Directory {
    fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            // A name that is no UTF-8 is none of ours.
            names.extend(entry?.file_name().into_string().ok());
        }
        Ok(names)
    }

    fn length(&self, name: &str) -> io::Result<u64> {
        Ok(fs::metadata(self.path.join(name))?.len())
    }

    fn modified(&self, name: &str) -> io::Result<u64> {
        let modified = fs::metadata(self.path.join(name))?.modified()?;
        let since = modified.duration_since(UNIX_EPOCH).map_err(io::Error::other)?;
        u64::try_from(since.as_nanos()).map_err(io::Error::other)
    }

    fn read_at(&self, name: &str, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let file = File::open(self.path.join(name))?;
        let mut bytes = vec![0; length];
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            let position = offset + u64::try_from(filled).unwrap_or(u64::MAX);
            match file.read_at(rest, position) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        bytes.truncate(filled);
        Ok(bytes)
    }

    fn create(&self, name: &str) -> io::Result<()> {
        let path = self.path.join(name);
        // Payloads name people: only the account of the service reads them.
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
        Ok(())
    }

    fn write_at(&self, name: &str, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.writable(name)?.write_all_at(bytes, offset)
    }

    /// The operating system takes the pieces where they are: putting them together first would move every byte of a group
    /// once more, a tenth of the time of a durable append of sixty-four.
    fn write_parts_at(&self, name: &str, mut offset: u64, parts: &[&[u8]]) -> io::Result<()> {
        let file = self.writable(name)?;
        let mut slices: Vec<IoSlice<'_>> = parts.iter().map(|part| IoSlice::new(part)).collect();
        let mut rest = slices.as_mut_slice();
        // Empty ones in front are no write that wrote nothing.
        IoSlice::advance_slices(&mut rest, 0);
        while !rest.is_empty() {
            let now = rest.get(..SLICES_MAX).unwrap_or(rest);
            match rustix::io::pwritev(&*file, now, offset) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => {
                    IoSlice::advance_slices(&mut rest, written);
                    offset = offset.saturating_add(u64::try_from(written).unwrap_or(u64::MAX));
                }
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn truncate(&self, name: &str, length: u64) -> io::Result<()> {
        self.writable(name)?.set_len(length)
    }

    fn sync(&self, name: &str) -> io::Result<()> {
        self.writable(name)?.sync_data()
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.directory.sync_all()
    }

    fn prepare(&self, name: &str) -> io::Result<()> {
        self.writable(name).map(drop)
    }

    fn room(&self) -> io::Result<u64> {
        let disk = rustix::fs::fstatvfs(&self.directory)?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        // A handle on the file that is replaced would write where nobody reads.
        self.forget(&[from, to]);
        fs::rename(self.path.join(from), self.path.join(to))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.forget(&[name]);
        fs::remove_file(self.path.join(name))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_pieces_are_one_write() {
        let directory = tempfile::tempdir().unwrap();
        let storage = Directory::open(directory.path()).unwrap();
        storage.create("file").unwrap();
        // More than the system takes at once, some of them empty, also at both ends.
        let pieces: Vec<Vec<u8>> = (0..3_001_u32)
            .map(|n| if n % 5 == 0 { Vec::new() } else { n.to_be_bytes().repeat(40) })
            .collect();
        let parts: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
        storage.write_parts_at("file", 7, &parts).unwrap();
        storage.write_parts_at("file", 0, &[b"", b"before", b"|"]).unwrap();
        storage.write_parts_at("file", 0, &[b"", b""]).unwrap();
        let whole = [b"before|".as_slice(), &pieces.concat()].concat();
        assert_eq!(storage.read_at("file", 0, whole.len() + 1).unwrap(), whole);
    }
}
