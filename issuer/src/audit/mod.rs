//! The audit of a data directory: every invariant of the register, checked by code of its own from the first byte to the last.
//! It reads; it must not write, hold a key, or take the word of the store or of the code that issues.

mod checkpoints;
mod credentials;
mod export;
mod finding;
mod frames;
mod given_out;
mod keys;
mod ledger;
mod lists;
mod numbers;
mod payloads;
mod place;
mod reading;
mod statement;
mod transcripts;
mod tree;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

pub use export::export;
pub use finding::{Finding, Invariant, Summary};

use checkpoints::Checkpoints;
use finding::Account;
use lists::Lists;
use place::Place;
use reading::Reading;

/// Bytes of a segment: 64 MiB and one append behind them. What is longer was not written by us.
const SEGMENT_BYTES_MAX: u64 = 192 * 1024 * 1024;

/// Why a directory could not be audited.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuditError {
    /// Something that must be there cannot be read.
    #[error("{} cannot be read ({source}); see that this is a data directory and that you may read it", .path.display())]
    Unreadable {
        /// What.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The configuration does not tell what the directory is.
    #[error("{} cannot be used: {reason}", .path.display())]
    Configuration {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A file that was asked for cannot be written.
    #[error("{} cannot be written ({source}); name a folder that does not exist yet, where you may write", .path.display())]
    Unwritable {
        /// What.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A segment is longer than any that is written.
    #[error("{} has {bytes} bytes; no segment of a register is that long", .path.display())]
    TooLong {
        /// The segment.
        path: PathBuf,
        /// Its length, bytes.
        bytes: u64,
    },
}

/// What is audited.
#[derive(Clone, Debug)]
pub struct Audit {
    /// The data directory, in use or not, or a copy of one.
    pub directory: PathBuf,
    /// Checkpoints that an auditor kept from before, as notes: the register must agree with them too.
    pub kept: Vec<PathBuf>,
}

impl Audit {
    /// Checks every invariant as of `now`, Unix seconds. `tell` gets each finding as it is made, `progress` bytes read and bytes in all.
    ///
    /// # Errors
    /// If the directory cannot be read; then nothing is known of what was not told.
    pub fn verify(
        &self,
        now: i64,
        tell: &mut dyn FnMut(&Finding),
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Summary, AuditError> {
        let mut account = Account::new(tell);
        let account = &mut account;
        let directory = &self.directory;
        let place = Place::read(directory)?;
        // What follows the register is read before it: then the register is never behind.
        let kept = (place.anchor_file(account), self.kept.as_slice());
        let checkpoints = Checkpoints::read(directory, kept, account)?;
        let lists = Lists::read(directory);
        let mut reading = Reading::new(&place, directory, &checkpoints);
        let segments = segments(directory)?;
        let total = segments.iter().map(|segment| segment.bytes).sum();
        let mut done = 0_u64;
        for (count, segment) in segments.iter().enumerate() {
            let bytes =
                fs::read(&segment.path).map_err(|source| unreadable(&segment.path, source))?;
            let is_last = count + 1 == segments.len();
            reading.segment((segment, is_last), &bytes, account, &mut |inside| {
                progress(done.saturating_add(inside), total);
            });
            done = done.saturating_add(segment.bytes);
            progress(done, total);
        }
        reading.finish(account).map_err(|source| unreadable(directory, source))?;
        let Reading { keys, ledger, tree, .. } = reading;
        let log_keys = keys.of_log(&place.url);
        let signers = (log_keys.as_slice(), place.witnesses.as_slice());
        checkpoints.finish((tree.size(), place.is_in_use), signers, account)?;
        ledger.finish(&keys, account);
        lists.compare((&place, &keys, &ledger), now, account);
        place.compare_published(directory, &keys, account);
        given_out::compare_exports(directory, &ledger, account)?;
        if place.is_in_use {
            account.note("a service uses the directory, so its store was not looked at");
        } else {
            given_out::compare_store(directory, &ledger, account)?;
        }
        Ok(std::mem::take(&mut account.summary))
    }
}

/// A file of the register.
struct SegmentFile {
    path: PathBuf,
    name: String,
    first_index: u64,
    bytes: u64,
}

fn segments(directory: &Path) -> Result<Vec<SegmentFile>, AuditError> {
    let register = directory.join("register");
    let fault = |source| unreadable(&register, source);
    let mut segments = Vec::new();
    for entry in fs::read_dir(&register).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let digits = name.strip_suffix(".seg").filter(|digits| digits.len() == 20);
        let Some(first_index) = digits.and_then(|digits| digits.parse().ok()) else { continue };
        let bytes = entry.metadata().map_err(fault)?.len();
        let path = entry.path();
        if bytes > SEGMENT_BYTES_MAX {
            return Err(AuditError::TooLong { path, bytes });
        }
        segments.push(SegmentFile { path, name, first_index, bytes });
    }
    segments.sort_unstable_by_key(|segment| segment.first_index);
    Ok(segments)
}

fn unreadable(path: &Path, source: io::Error) -> AuditError {
    AuditError::Unreadable { path: path.to_owned(), source }
}
