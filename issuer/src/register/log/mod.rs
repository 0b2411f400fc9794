//! The log: a Merkle tree over the register's entries, published as tiles, with signed checkpoints (C2SP tlog-tiles).
//! It is read back from the register and never ahead of it; it must not sign a root that contradicts an earlier one.

mod anchor;
mod error;
mod history;
mod opening;
mod place;
mod tiles;
mod tree;

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use verifier::log::{Checkpoint, Hash, Note, SignatureLine, TlogProof, TreeHead, VerifierKey};

pub use anchor::{Anchor, Unasked};
pub use error::LogError;
use history::History;
pub use history::read_checkpoints;
pub use place::LogPlace;
use tiles::Tiles;
pub use tiles::is_tile_path;
use tree::{Edge, Tree};

use super::{Entry, Register};
use crate::issuing::write_whole;
use crate::keys::SignerError;

/// Entries read from the register at once.
const CHUNK_ENTRIES: usize = 256;

/// Who signs checkpoints.
pub trait SignCheckpoint {
    /// The checkpoint as a signed note.
    ///
    /// # Errors
    /// [`SignerError`] if there is no signature to be had.
    fn sign_checkpoint(&self, checkpoint: &Checkpoint) -> Result<Note, SignerError>;
}

/// The log of a register. One process has it open: the one that has the register.
pub struct Log {
    place: LogPlace,
    tiles: Tiles,
    state: Mutex<State>,
    /// The checkpoints of the earlier logs: their own, then those that witnesses gave back.
    earlier: Vec<[History; 2]>,
    /// Why the anchor was not asked; then nothing is signed.
    unasked: Option<Unasked>,
}

struct State {
    edge: Edge,
    history: History,
    /// Those that witnesses gave back.
    cosigned: History,
    /// Size of the last checkpoint that is where others find it.
    shown: u64,
}

impl Log {
    /// Signs a checkpoint of all that the register holds, if there is anything new, and makes it durable before anybody sees it.
    /// Returns the size of the tree.
    ///
    /// # Errors
    /// If entries cannot be read back or a file cannot be written. What was not shown to anybody is shown next time.
    /// [`LogError::Anchor`] if the log was opened to be read while the anchor was out of reach.
    pub fn publish(
        &self,
        register: &dyn Register,
        signer: &dyn SignCheckpoint,
    ) -> Result<u64, LogError> {
        self.check_asked()?;
        let mut state = self.state();
        extend(&mut state.edge, &self.tiles, register, register.size())?;
        let size = state.edge.size();
        if size > state.history.size() {
            state.edge.write_partial(&self.tiles).map_err(|source| self.io("write", source))?;
            let origin = self.place.key.name().to_owned();
            let head = TreeHead { size, root: state.edge.root() };
            let note = signer.sign_checkpoint(&Checkpoint { origin, head })?.to_string();
            // A signature that does not verify is released to nobody.
            self.place.read(&note)?;
            state.history.append(size, &note)?;
        }
        self.show(&mut state)?;
        Ok(size)
    }

    /// Puts the last checkpoint where others find it.
    fn show(&self, state: &mut State) -> Result<(), LogError> {
        let size = state.history.size();
        let Some(note) = state.history.last()?.filter(|_| state.shown < size) else {
            return Ok(());
        };
        let path = self.place.directory.join("checkpoint");
        write_whole(&path, note.as_bytes()).map_err(|source| LogError::Io {
            action: "write",
            path,
            source,
        })?;
        if let Some(anchor) = &self.place.anchor {
            anchor.write(&note)?;
        }
        state.shown = size;
        Ok(())
    }

    /// The last checkpoint, as a signed note, with the cosignatures of witnesses if there are any for it.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn checkpoint(&self) -> Result<Option<String>, LogError> {
        let state = self.state();
        let is_cosigned = state.cosigned.size() == state.history.size();
        if is_cosigned { state.cosigned.last() } else { state.history.last() }
    }

    /// The last checkpoint of at most `size` entries, as a signed note.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn checkpoint_within(&self, size: u64) -> Result<Option<String>, LogError> {
        if let Some(note) = self.state().history.within(size)? {
            return Ok(Some(note));
        }
        // From before a restore: the tree of then is the beginning of this one.
        let notes = self.earlier.iter().rev().map(|[history, _]| history.within(size));
        Ok(notes.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().next())
    }

    /// Takes the cosignatures of witnesses for a checkpoint of ours (C2SP tlog-cosignature): the note as they gave it back. Returns its size.
    ///
    /// # Errors
    /// [`LogError::NotOurs`] if it is none of our checkpoints, [`LogError::NotCosigned`] if no witness of ours has signed it,
    /// [`LogError::Anchor`] as in [`Log::publish`].
    pub fn cosign(&self, note: &str, witnesses: &[VerifierKey]) -> Result<u64, LogError> {
        self.check_asked()?;
        let (signed, head) = self.place.read(note).map_err(|_| LogError::NotOurs)?;
        let mut state = self.state();
        let tree = Tree { tiles: &self.tiles, edge: &state.edge };
        if head.size > state.edge.size()
            || tree.root(0, head.size).map_err(|source| self.io("read", source))? != head.root
        {
            return Err(LogError::Contradiction { size: head.size });
        }
        signed.verify(witnesses).map_err(|_| LogError::NotCosigned)?;
        if head.size < state.cosigned.size() {
            return Err(LogError::OldCosignature { size: head.size, last: state.cosigned.size() });
        }
        let keys: Vec<&VerifierKey> = witnesses.iter().chain([&self.place.key]).collect();
        let joined = joined(&signed, &keys, state.cosigned.last()?)?;
        state.cosigned.append(head.size, &joined.to_string())?;
        Ok(head.size)
    }

    /// The last checkpoint that enough witnesses have cosigned before `since`.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn cosigned_before(
        &self,
        since: Timestamp,
        witnesses: &[VerifierKey],
        quorum: usize,
    ) -> Result<Option<String>, LogError> {
        let limit = u64::try_from(since.as_second()).unwrap_or_default();
        let is_before = |note: &str| {
            let signed = Note::parse(note.as_bytes()).ok();
            let by = signed.as_ref().and_then(|signed| signed.verify(witnesses).ok());
            let by = by.unwrap_or_default();
            by.iter().filter(|by| by.time.is_some_and(|time| time < limit)).count() >= quorum
        };
        if let Some(note) = self.state().cosigned.last_that(is_before)? {
            return Ok(Some(note));
        }
        let notes = self.earlier.iter().rev().map(|[_, cosigned]| cosigned.last_that(is_before));
        Ok(notes.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().next())
    }

    /// How many entries the last checkpoint covers.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.state().history.size()
    }

    /// The proof that the entry is in the log, to the first checkpoint that covers it, a cosigned one if there is any; `None` while there
    /// is none.
    ///
    /// # Errors
    /// If a tile or checkpoint cannot be read.
    pub fn prove(&self, entry: &Entry) -> Result<Option<TlogProof>, LogError> {
        let note = {
            let state = self.state();
            match state.cosigned.covering(entry.index)? {
                Some(note) => Some(note),
                None => state.history.covering(entry.index)?,
            }
        };
        note.map(|note| self.prove_to(entry, &note)).transpose()
    }

    /// The proof that the entry is in the log, to the first checkpoint that was ever signed for it, cosigned or not: it stays the same.
    ///
    /// # Errors
    /// If a tile or checkpoint cannot be read.
    pub fn prove_first(&self, entry: &Entry) -> Result<Option<TlogProof>, LogError> {
        // What covered it before a restore was signed before what covers it now.
        let earlier = self.earlier.iter().map(|[history, _]| history.covering(entry.index));
        let earlier = earlier.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().next();
        let note = match earlier {
            Some(note) => Some(note),
            None => self.state().history.covering(entry.index)?,
        };
        note.map(|note| self.prove_to(entry, &note)).transpose()
    }

    /// The proof that the entry is in the tree of this checkpoint of ours, which covers it.
    ///
    /// # Errors
    /// If a tile cannot be read, or the checkpoint is none of ours or does not cover the entry.
    pub fn prove_to(&self, entry: &Entry, note: &str) -> Result<TlogProof, LogError> {
        let (signed, head) = self.place.read_any(note)?;
        if entry.index >= head.size {
            return Err(LogError::NotCovered { index: entry.index, size: head.size });
        }
        let state = self.state();
        let tree = Tree { tiles: &self.tiles, edge: &state.edge };
        let path = tree.inclusion(entry.index, head.size);
        let path = path.map_err(|source| self.io("read", source))?;
        Ok(TlogProof::new(Some(entry.leaf.bytes().to_vec()), entry.index, path, signed)?)
    }

    /// The proof that the tree of `old` entries is the beginning of that of `size` entries, both at most what is in the log.
    ///
    /// # Errors
    /// If a tile cannot be read, or there are fewer entries.
    pub fn consistency(&self, old: u64, size: u64) -> Result<Vec<Hash>, LogError> {
        let state = self.state();
        if old > size || size > state.edge.size() {
            return Err(LogError::NotCovered { index: size, size: state.edge.size() });
        }
        let tree = Tree { tiles: &self.tiles, edge: &state.edge };
        tree.consistency(old, size).map_err(|source| self.io("read", source))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each step leaves tree and history in agreement; a panic between them only leaves work to catch up with.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn io(&self, action: &'static str, source: std::io::Error) -> LogError {
        LogError::Io { action, path: self.place.directory.clone(), source }
    }
}

/// The note with the lines of other witnesses that were handed in before it for the same checkpoint: one line of each key, the
/// newest, and none of keys that we do not know. A note holds 64 lines, and who repeats himself must shut nobody out.
fn joined(signed: &Note, keys: &[&VerifierKey], before: Option<String>) -> Result<Note, LogError> {
    let before = before.map(|note| Note::parse(note.as_bytes())).transpose()?;
    let before = before.filter(|before| before.text() == signed.text());
    let earlier = before.iter().flat_map(Note::signatures);
    let lines: Vec<&SignatureLine> = signed.signatures().iter().chain(earlier).collect();
    let mut known: Vec<usize> =
        keys.iter().filter_map(|key| lines.iter().position(|line| line.is_by(key))).collect();
    known.sort_unstable();
    known.dedup();
    let kept = known.iter().filter_map(|at| lines.get(*at).copied()).cloned();
    Ok(Note::new(signed.text(), kept.collect())?)
}

/// Adds the register's entries up to `size` to the tree.
fn extend(
    edge: &mut Edge,
    tiles: &Tiles,
    register: &dyn Register,
    size: u64,
) -> Result<(), LogError> {
    while edge.size() < size {
        for entry in read(register, edge.size(), size)? {
            edge.push(tiles, entry.leaf.bytes(), entry.leaf.hash()).map_err(|source| {
                LogError::Io { action: "write", path: PathBuf::from("tile"), source }
            })?;
        }
    }
    Ok(())
}

/// A chunk of entries from `from` on, at least one if there is one before `until`.
fn read(register: &dyn Register, from: u64, until: u64) -> Result<Vec<Entry>, LogError> {
    let count = usize::try_from(until.saturating_sub(from)).unwrap_or(usize::MAX);
    let entries = register.read(from, count.min(CHUNK_ENTRIES))?;
    if entries.is_empty() && from < until {
        return Err(LogError::Lost { held: from, signed: until });
    }
    Ok(entries)
}
