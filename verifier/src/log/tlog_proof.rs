//! Inclusion proofs that travel with an entry (C2SP tlog-proof).
//! It reads and writes the text; what the extra data mean, and who signed the checkpoint, is for others to judge.

use std::fmt;

use super::LogError;
use super::checkpoint::Checkpoint;
use super::merkle::{self, Hash};
use super::note::Note;
use super::text;
use crate::limits;

/// That an entry is in the tree of a checkpoint, as one text: `NAME.tlog-proof`.
///
/// ```text
/// c2sp.org/tlog-proof@v1
/// extra eyJjb21taXRtZW50cyI6W10sImluZGV4IjoxLCJraW5kIjoia2V5LWFkZGVkIiw…
/// index 1
/// gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
///
/// credentials.example.org/log
/// 2
/// sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=
///
/// — credentials.example.org/log hI2DJw…
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TlogProof {
    /// What the application adds; in our proofs the bytes of the leaf. Nothing vouches for them but the proof itself.
    pub extra: Option<Vec<u8>>,
    /// Index of the entry.
    pub index: u64,
    /// From the leaf's sibling to the child of the root.
    pub path: Vec<Hash>,
    /// The checkpoint, signed.
    pub note: Note,
    /// What `note` says; believe it once the note is verified.
    pub checkpoint: Checkpoint,
}

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";

/// What proofs of every version begin with.
pub(crate) const START: &str = "c2sp.org/tlog-proof@";

impl TlogProof {
    /// Puts a proof together.
    ///
    /// # Errors
    ///
    /// What [`TlogProof::parse`] refuses.
    pub fn new(
        extra: Option<Vec<u8>>,
        index: u64,
        path: Vec<Hash>,
        note: Note,
    ) -> Result<Self, LogError> {
        let checkpoint = Checkpoint::parse(note.text())?;
        let proof = Self { extra, index, path, note, checkpoint };
        // What is written must be readable: the same rules, not the same rules again.
        Self::parse(proof.to_string().as_bytes())
    }

    /// Reads a proof. The path has the length that the index has in a tree of the checkpoint's size.
    ///
    /// # Errors
    ///
    /// [`LogError::Malformed`] for another spelling of anything; [`LogError::TooMany`] bytes, hashes or signatures;
    /// [`LogError::Outside`] and [`LogError::PathLength`] where there is no such entry or path.
    pub fn parse(bytes: &[u8]) -> Result<Self, LogError> {
        let most = limits::INCLUSION_PROOF_BYTES_MAX;
        if bytes.len() > most {
            return Err(LogError::TooMany { what: "bytes of a proof", given: bytes.len(), most });
        }
        let proof = std::str::from_utf8(bytes).map_err(|_| malformed("it is not UTF-8"))?;
        // The first empty line: no line before the checkpoint is empty, and a checkpoint has one of its own.
        let (lines, note) =
            proof.split_once("\n\n").ok_or_else(|| malformed("it has no checkpoint"))?;
        let note = Note::parse(note.as_bytes())?;
        let checkpoint = Checkpoint::parse(note.text())?;
        let mut lines = lines.split('\n').peekable();
        if lines.next() != Some(FIRST_LINE) {
            return Err(malformed("its first line is not `c2sp.org/tlog-proof@v1`"));
        }
        let extra = lines.peek().and_then(|line| line.strip_prefix("extra "));
        let extra = extra.map(|extra| {
            lines.next();
            text::base64(extra).ok_or_else(|| malformed("its extra data are not base64"))
        });
        let extra = extra.transpose()?;
        let index = lines.next().and_then(|line| line.strip_prefix("index "));
        let index = index
            .and_then(text::decimal)
            .ok_or_else(|| malformed("its index is missing or no plain decimal number"))?;
        let path = read_path(lines)?;
        let proof = Self { extra, index, path, note, checkpoint };
        proof.check_length()?;
        Ok(proof)
    }

    /// The extra data of what may be a proof, however malformed the rest is: only good for finding out what it is about.
    #[must_use]
    pub fn find_extra(bytes: &[u8]) -> Option<Vec<u8>> {
        let mut lines = bytes.split(|byte| *byte == b'\n');
        let line = lines.find_map(|line| line.strip_prefix(b"extra "))?;
        text::base64(std::str::from_utf8(line).ok()?.trim_end())
    }

    /// Whether the entry with this leaf is where the proof says.
    ///
    /// # Errors
    ///
    /// [`LogError::Root`] if its hash does not lead to the root of the checkpoint.
    pub fn check(&self, leaf: &[u8]) -> Result<(), LogError> {
        let head = self.checkpoint.head;
        let hash = merkle::leaf_hash(leaf);
        let root = merkle::root_from_inclusion(&hash, self.index, head.size, &self.path)?;
        if root == head.root { Ok(()) } else { Err(LogError::Root { size: head.size }) }
    }

    fn check_length(&self) -> Result<(), LogError> {
        let size = self.checkpoint.head.size;
        if self.index >= size {
            return Err(LogError::Outside { inner: self.index, size });
        }
        let (given, needed) = (self.path.len(), merkle::inclusion_length(self.index, size));
        if given == needed { Ok(()) } else { Err(LogError::PathLength { given, needed }) }
    }
}

fn read_path<'t>(lines: impl Iterator<Item = &'t str>) -> Result<Vec<Hash>, LogError> {
    let mut path = Vec::new();
    for line in lines {
        let (given, most) = (path.len() + 1, limits::PROOF_HASHES_MAX);
        if given > most {
            return Err(LogError::TooMany { what: "hashes of a proof", given, most });
        }
        path.push(text::hash(line).ok_or_else(|| malformed("a line of it is no hash in base64"))?);
    }
    Ok(path)
}

impl fmt::Display for TlogProof {
    /// The whole text.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{FIRST_LINE}")?;
        if let Some(extra) = &self.extra {
            writeln!(formatter, "extra {}", text::to_base64(extra))?;
        }
        writeln!(formatter, "index {}", self.index)?;
        self.path.iter().try_for_each(|hash| writeln!(formatter, "{}", text::to_base64(hash)))?;
        write!(formatter, "\n{}", self.note)
    }
}

const fn malformed(fault: &'static str) -> LogError {
    LogError::Malformed { what: "inclusion proof", fault }
}

#[cfg(test)]
mod tests;
