//! Room kept on the disk, so that a revocation works when the disk is full; it must not hold anything.

use std::io;

use super::error::RegisterError;
use super::limits::{ISSUING_ROOM_BYTES_MIN, RESERVE_CHUNK_BYTES, URGENT_ROOM_BYTES_MIN};
use super::recovery::attempt;
use super::storage::Storage;

/// The file, in the directory of the register: bytes without meaning.
const RESERVE: &str = "reserve";

/// The reserve of a register that writes.
#[derive(Debug)]
pub(super) struct Reserve {
    bytes: u64,
    is_whole: bool,
}

impl Reserve {
    /// Makes the reserve whole, if the disk has room for it. On a full disk it is given up at once: whoever opens the
    /// register needs room for more than the register.
    pub(super) fn open(storage: &dyn Storage, bytes: u64) -> Result<Self, RegisterError> {
        let kept =
            attempt(storage, "list", "", storage.names())?.iter().any(|name| name == RESERVE);
        let length = if kept { storage.length(RESERVE) } else { Ok(0) };
        let length = attempt(storage, "read the length of", RESERVE, length)?;
        let mut reserve = Self { bytes, is_whole: length >= bytes };
        let room = room(storage)?;
        if reserve.is_whole && room < URGENT_ROOM_BYTES_MIN {
            reserve.release(storage)?;
        } else if !reserve.is_whole {
            reserve.refill(storage, room)?;
        }
        Ok(reserve)
    }

    /// May something be issued? Only while there is room for all that must work later: the reserve is whole, and what
    /// follows the register (store, status lists) finds room too.
    pub(super) fn allows_issuing(&mut self, storage: &dyn Storage) -> Result<(), RegisterError> {
        let room = room(storage)?;
        if !self.is_whole {
            self.refill(storage, room)?;
        }
        if self.is_whole && room >= ISSUING_ROOM_BYTES_MIN {
            return Ok(());
        }
        Err(RegisterError::Full { room_bytes: room })
    }

    /// Before an act that must work on a full disk: gives the reserve up as soon as there is little room, so that the store
    /// and the status lists find some of it.
    pub(super) fn make_room(&mut self, storage: &dyn Storage) -> Result<(), RegisterError> {
        if self.is_whole && room(storage)? < URGENT_ROOM_BYTES_MIN {
            self.release(storage)?;
        }
        Ok(())
    }

    /// Gives the reserve up. Returns whether there was one.
    pub(super) fn release(&mut self, storage: &dyn Storage) -> Result<bool, RegisterError> {
        if !self.is_whole {
            return Ok(false);
        }
        self.is_whole = false;
        attempt(storage, "shorten", RESERVE, storage.truncate(RESERVE, 0))?;
        // A journalling file system gives blocks out again only after the shorter length is on the disk.
        attempt(storage, "sync", RESERVE, storage.sync(RESERVE))?;
        Ok(true)
    }

    /// Writes the reserve anew if twice as much is free. Not being able to is no error: it is tried again.
    fn refill(&mut self, storage: &dyn Storage, room: u64) -> Result<(), RegisterError> {
        if room < self.bytes.saturating_mul(2) {
            return Ok(());
        }
        match fill(storage, self.bytes) {
            Ok(()) => self.is_whole = true,
            Err(error) if is_full(&error) => {
                // Half a reserve would only be in the way.
                let _ = storage.truncate(RESERVE, 0);
            }
            Err(source) => return attempt(storage, "write", RESERVE, Err(source)),
        }
        Ok(())
    }
}

/// The disk, or this account's part of it, is full.
pub(super) fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

fn room(storage: &dyn Storage) -> Result<u64, RegisterError> {
    attempt(storage, "see the room on the disk of", "", storage.room())
}

/// Real blocks, not a hole; and not zeros, which some file systems do not keep.
fn fill(storage: &dyn Storage, bytes: u64) -> io::Result<()> {
    storage.create(RESERVE)?;
    let mut chunk = vec![0; RESERVE_CHUNK_BYTES];
    let mut written = 0;
    while written < bytes {
        getrandom::fill(&mut chunk).map_err(io::Error::other)?;
        let wanted = usize::try_from(bytes - written).unwrap_or(usize::MAX).min(chunk.len());
        storage.write_at(RESERVE, written, chunk.get(..wanted).unwrap_or_default())?;
        written = written.saturating_add(u64::try_from(wanted).unwrap_or(u64::MAX));
    }
    storage.sync(RESERVE)
}
