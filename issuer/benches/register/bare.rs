//! What the disk alone costs: bytes at the end of a file, and `fdatasync`.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

/// A file that grows.
pub(crate) struct BareLog {
    file: File,
    bytes: Vec<u8>,
}

impl BareLog {
    pub(crate) fn new(directory: &Path, name: &str) -> Self {
        Self { file: File::create(directory.join(name)).unwrap(), bytes: Vec::new() }
    }

    /// Appends so many bytes durably; returns the microseconds it took.
    pub(crate) fn write(&mut self, length: u64) -> f64 {
        self.bytes.resize(usize::try_from(length).unwrap(), 0xA5);
        let began = Instant::now();
        self.file.write_all(&self.bytes).unwrap();
        self.file.sync_data().unwrap();
        super::us(began)
    }
}
