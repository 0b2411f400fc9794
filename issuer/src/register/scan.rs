//! Walks a segment from frame to frame and checks each; it repairs nothing.

use crc32fast::Hasher;

use super::error::RegisterError;
use super::frame::{
    COMMIT_BYTES, COMMIT_MAGIC, Commit, ERASED, HEAD_BYTES, HEAD_MAGIC, Head, MARKER_BYTES,
    PRESENT, Unframed,
};
use super::leaf::leaf_hash;
use super::limits::{CHUNK_BYTES, GROUP_ENTRIES_MAX};
use super::storage::Storage;

/// A place in a segment, with the bytes that follow it.
pub(super) struct Cursor<'a> {
    storage: &'a dyn Storage,
    name: &'a str,
    offset: u64,
    buffer: Vec<u8>,
    /// Place of `offset` in `buffer`.
    position: usize,
}

/// Why a walk ended early.
#[derive(Debug)]
pub(super) enum Fault {
    /// The bytes at this offset are wrong.
    Bad(u64, &'static str),
    /// The bytes at this offset are right but of a later version.
    Newer(u64, String),
    /// They could not be read.
    Unread(RegisterError),
}

impl Fault {
    /// The error for a place where nothing but whole groups may be.
    pub(super) fn into_error(self, file: &str) -> RegisterError {
        let file = file.to_owned();
        match self {
            Self::Bad(offset, reason) => RegisterError::Damaged { file, offset, reason },
            Self::Newer(offset, what) => RegisterError::Newer { file, offset, what },
            Self::Unread(error) => error,
        }
    }

    fn at(offset: u64, unframed: Unframed) -> Self {
        match unframed {
            Unframed::Bad(reason) => Self::Bad(offset, reason),
            Unframed::Newer(what) => Self::Newer(offset, what),
        }
    }
}

impl<'a> Cursor<'a> {
    pub(super) fn new(storage: &'a dyn Storage, name: &'a str, offset: u64) -> Self {
        Self { storage, name, offset, buffer: Vec::new(), position: 0 }
    }

    /// Bytes from the start of the segment.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    pub(super) fn at_end(&mut self) -> Result<bool, Fault> {
        Ok(self.ahead(1)?.is_none())
    }

    /// The next `length` bytes, without moving.
    pub(super) fn peek(&mut self, length: usize) -> Result<&[u8], Fault> {
        let offset = self.offset;
        self.ahead(length)?.ok_or(Fault::Bad(offset, "the file ends inside a group"))
    }

    pub(super) fn skip(&mut self, length: usize) {
        self.offset = self.offset.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
        self.position = self.position.saturating_add(length);
        if self.position > self.buffer.len() {
            self.buffer.clear();
            self.position = 0;
        }
    }

    /// The head here, and its bytes.
    pub(super) fn head(&mut self) -> Result<(Head, Vec<u8>), Fault> {
        let offset = self.offset;
        let bytes = self.peek(HEAD_BYTES)?.to_vec();
        let head = Head::parse(&bytes).map_err(|unframed| Fault::at(offset, unframed))?;
        self.skip(HEAD_BYTES);
        Ok((head, bytes))
    }

    /// The leaf here, checked against its head.
    pub(super) fn leaf(&mut self, head: &Head) -> Result<Vec<u8>, Fault> {
        let offset = self.offset;
        let leaf = self.peek(head.leaf_length())?.to_vec();
        if leaf_hash(&leaf) != head.leaf_hash {
            return Err(Fault::Bad(offset, "a leaf does not match its hash"));
        }
        self.skip(leaf.len());
        Ok(leaf)
    }

    /// The payload here as stored and checked, `None` if it was erased.
    pub(super) fn payload(&mut self, head: &Head) -> Result<Option<Vec<u8>>, Fault> {
        let offset = self.offset;
        let marker = self.peek(MARKER_BYTES)?;
        if marker == ERASED {
            self.skip(MARKER_BYTES);
            return Ok(None);
        }
        if marker != PRESENT {
            return Err(Fault::Bad(offset, "a payload is neither there nor erased"));
        }
        let frame = self.peek(MARKER_BYTES + head.stored_length())?;
        let stored = frame.get(MARKER_BYTES..).unwrap_or_default().to_vec();
        if crc32fast::hash(&stored) != head.payload_crc {
            return Err(Fault::Bad(offset, "the checksum of a payload is wrong"));
        }
        self.skip(MARKER_BYTES + stored.len());
        Ok(Some(stored))
    }

    /// Passes over a payload whatever its bytes are.
    pub(super) fn pass_payload(&mut self, head: &Head) -> Result<(), Fault> {
        let erased = self.peek(MARKER_BYTES)? == ERASED;
        self.skip(MARKER_BYTES + if erased { 0 } else { head.stored_length() });
        Ok(())
    }

    /// Passes over leaf and payload of the head that was read, whatever their bytes are.
    pub(super) fn pass_entry(&mut self, head: &Head) -> Result<(), Fault> {
        self.skip(head.leaf_length());
        self.pass_payload(head)
    }

    /// Passes over a commit frame, if one is here.
    pub(super) fn pass_commit(&mut self) -> Result<(), Fault> {
        if self.peek(COMMIT_MAGIC.len())? == COMMIT_MAGIC {
            self.skip(COMMIT_BYTES);
        }
        Ok(())
    }

    fn ahead(&mut self, length: usize) -> Result<Option<&[u8]>, Fault> {
        if self.buffer.len() < self.position.saturating_add(length) {
            self.buffer = self
                .storage
                .read_at(self.name, self.offset, length.max(CHUNK_BYTES))
                .map_err(|source| Fault::Unread(self.unread(source)))?;
            self.position = 0;
        }
        Ok(self.buffer.get(self.position..).and_then(|rest| rest.get(..length)))
    }

    fn unread(&self, source: std::io::Error) -> RegisterError {
        RegisterError::Io { action: "read", path: self.storage.path(self.name), source }
    }
}

/// What the next head must follow. The default follows nothing, as for a group found by search.
#[derive(Clone, Debug, Default)]
pub(super) struct Tail {
    /// Index of the next entry.
    pub(super) index: Option<u64>,
    /// Time of the last entry, microseconds.
    pub(super) time_microseconds: Option<u64>,
    /// Epoch of the last entry.
    pub(super) epoch: u32,
}

impl Tail {
    fn accept(&mut self, head: &Head) -> Result<(), &'static str> {
        if self.index.is_some_and(|index| index != head.index) {
            return Err("an entry has the wrong index");
        }
        if self.time_microseconds.is_some_and(|time| time >= head.time_microseconds) {
            return Err("an entry is not later than the one before");
        }
        if head.epoch < self.epoch {
            return Err("an entry has an earlier epoch than the one before");
        }
        self.index = Some(head.index.saturating_add(1));
        self.time_microseconds = Some(head.time_microseconds);
        self.epoch = head.epoch;
        Ok(())
    }
}

/// How far a walk looks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Depth {
    /// Heads, leaves, payloads and the commit frame.
    All,
    /// Heads, leaves and the commit frame: enough to know that a group was once written whole.
    Frames,
}

/// Walks one group, moves `tail` behind it and returns where its entries begin: (index, offset).
pub(super) fn scan_group(
    cursor: &mut Cursor<'_>,
    tail: &mut Tail,
    depth: Depth,
) -> Result<Vec<(u64, u64)>, Fault> {
    let mut entries = Vec::new();
    let mut hasher = Hasher::new();
    while entries.len() <= GROUP_ENTRIES_MAX {
        let offset = cursor.offset();
        if !entries.is_empty() && cursor.peek(COMMIT_MAGIC.len())? == COMMIT_MAGIC {
            let commit = Commit::parse(cursor.peek(COMMIT_BYTES)?, hasher)
                .map_err(|unframed| Fault::at(offset, unframed))?;
            if !closes(commit, &entries) {
                return Err(Fault::Bad(offset, "a group does not have the size it states"));
            }
            cursor.skip(COMMIT_BYTES);
            return Ok(entries);
        }
        let (head, bytes) = cursor.head()?;
        tail.accept(&head).map_err(|reason| Fault::Bad(offset, reason))?;
        let leaf = cursor.leaf(&head)?;
        hasher.update(&bytes);
        hasher.update(&leaf);
        match depth {
            Depth::All => drop(cursor.payload(&head)?),
            Depth::Frames => cursor.pass_payload(&head)?,
        }
        entries.push((head.index, offset));
    }
    Err(Fault::Bad(cursor.offset(), "a group has too many entries"))
}

fn closes(commit: Commit, entries: &[(u64, u64)]) -> bool {
    let first = entries.first().map(|entry| entry.0);
    let next = entries.last().map(|entry| entry.0.saturating_add(1));
    first == Some(commit.first_index)
        && next == Some(commit.size_after)
        && u32::try_from(entries.len()) == Ok(commit.entries)
}

/// Is there, anywhere behind `offset`, a group that was once written whole? Then what is at `offset`
/// was acknowledged before it, and is damaged, not torn.
pub(super) fn whole_group_behind(
    storage: &dyn Storage,
    name: &str,
    offset: u64,
) -> Result<bool, RegisterError> {
    let mut search = Cursor::new(storage, name, offset.saturating_add(1));
    while let Some(candidate) = next_head(&mut search).map_err(|fault| fault.into_error(name))? {
        let mut cursor = Cursor::new(storage, name, candidate);
        match scan_group(&mut cursor, &mut Tail::default(), Depth::Frames) {
            Ok(_) => return Ok(true),
            // Heads of a later version carry a right checksum, so they were written whole.
            Err(Fault::Newer(..)) => return Ok(true),
            Err(Fault::Bad(..)) => search.skip(1),
            Err(Fault::Unread(error)) => return Err(error),
        }
    }
    Ok(false)
}

/// Moves to the next bytes that begin like a head.
fn next_head(cursor: &mut Cursor<'_>) -> Result<Option<u64>, Fault> {
    loop {
        let Some(window) = cursor.window()? else { return Ok(None) };
        let found = window.windows(HEAD_MAGIC.len()).position(|bytes| bytes == HEAD_MAGIC);
        let passed = found.unwrap_or(window.len() + 1 - HEAD_MAGIC.len());
        cursor.skip(passed);
        if found.is_some() {
            return Ok(Some(cursor.offset()));
        }
    }
}

impl Cursor<'_> {
    /// All buffered bytes from here on, at least as many as a magic has. `None` at the end.
    fn window(&mut self) -> Result<Option<&[u8]>, Fault> {
        if self.ahead(HEAD_MAGIC.len())?.is_none() {
            return Ok(None);
        }
        Ok(self.buffer.get(self.position..))
    }
}
