//! How the log is opened: the tree of the last checkpoint, what was appended since, and whether everything that was ever
//! signed still holds. It signs nothing.

use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

use verifier::log::TreeHead;

use super::history::History;
use super::tiles::{TILE_WIDTH, Tiles};
use super::tree::{Edge, Tree};
use super::{Log, LogError, LogPlace, State, Unasked, extend, read};
use crate::register::{Kind, Register};

impl Log {
    /// Opens the log, makes its tiles anew where they are missing or wrong, and checks that the register still says what was signed.
    ///
    /// # Errors
    /// [`LogError::Lost`] if the register holds less than a checkpoint says, [`LogError::Gone`] if there is none, [`LogError::Contradiction`] if it holds something else,
    /// [`LogError::Anchor`] if the anchor cannot be read, [`LogError::Foreign`] if it holds another log's checkpoint, [`LogError::Damaged`] or [`LogError::Io`].
    pub fn open(place: LogPlace, register: &dyn Register) -> Result<Self, LogError> {
        let log = Self::begin(place, register)?;
        log.settle()?;
        Ok(log)
    }

    /// Opens the log for whoever only reads: an anchor that cannot be asked stops nobody then. The log signs nothing in that case,
    /// shows nothing, and [`Log::unasked`] says why.
    ///
    /// # Errors
    /// As [`Log::open`], but for [`LogError::Anchor`]: an anchor that was asked and says more than the register, or something else, is no matter of reach.
    pub fn open_to_read(place: LogPlace, register: &dyn Register) -> Result<Self, LogError> {
        let mut log = Self::begin(place, register)?;
        match log.settle() {
            Err(LogError::Anchor { anchor, reason }) => {
                log.check_shown(&log.state())?;
                log.unasked = Some(Unasked { anchor, reason });
            }
            settled => settled?,
        }
        Ok(log)
    }

    /// Why the anchor was not asked, if the log was opened to be read without it.
    #[must_use]
    pub const fn unasked(&self) -> Option<&Unasked> {
        self.unasked.as_ref()
    }

    /// The tree of everything that the register holds, and what was signed of it.
    fn begin(place: LogPlace, register: &dyn Register) -> Result<Self, LogError> {
        let history = History::open(&place.directory, "history")?;
        let cosigned = History::open(&place.directory, "cosigned")?;
        let tiles = Tiles::new(&place.directory);
        let last = history.last()?.map(|note| place.read(&note)).transpose()?.map(|(_, head)| head);
        let edge = match &last {
            Some(last) => at_checkpoint(&tiles, *last, register)?,
            // Each start ends with a checkpoint, before anything can be issued.
            None if has_issued(register)? => return Err(LogError::Gone { path: place.directory }),
            None => Edge::default(),
        };
        let earlier = (1..=place.earlier.len()).map(|epoch| {
            let directory = place.directory.join("earlier").join(epoch.to_string());
            Ok([History::open(&directory, "history")?, History::open(&directory, "cosigned")?])
        });
        let earlier = earlier.collect::<Result<_, LogError>>()?;
        let state = Mutex::new(State { edge, history, cosigned, shown: 0 });
        let log = Self { place, tiles, state, earlier, unasked: None };
        extend(&mut log.state().edge, &log.tiles, register, register.size())?;
        Ok(log)
    }

    /// Holds the log against what others saw of it, and puts its last checkpoint where they find it.
    fn settle(&self) -> Result<(), LogError> {
        let mut state = self.state();
        self.check_anchor(&state)?;
        self.check_shown(&state)?;
        self.show(&mut state)
    }

    /// Nothing is signed, and no cosignature taken, before the anchor was asked.
    pub(super) fn check_asked(&self) -> Result<(), LogError> {
        self.unasked.clone().map_or(Ok(()), |unasked| Err(unasked.into()))
    }

    /// The anchor must not know more than the register: then the directory is an old copy.
    fn check_anchor(&self, state: &State) -> Result<(), LogError> {
        let Some(anchor) = &self.place.anchor else { return Ok(()) };
        let Some(note) = anchor.read(state.history.size() > 0)? else { return Ok(()) };
        let (_, anchored) = self.place.read(&note).map_err(|_| LogError::Foreign {
            anchor: anchor.to_string(),
            origin: self.place.key.name().to_owned(),
        })?;
        if anchored.size > state.edge.size() {
            let (held, signed) = (state.edge.size(), anchored.size);
            return Err(LogError::Lost { held, signed });
        }
        let tree = Tree { tiles: &self.tiles, edge: &state.edge };
        let root = tree.root(0, anchored.size).map_err(|source| self.io("read", source))?;
        if root != anchored.root {
            return Err(LogError::Contradiction { size: anchored.size });
        }
        self.check_history(state, anchored.size)
    }

    /// A checkpoint is shown once it is in the history: one that is beyond it was signed by a history that is gone.
    fn check_shown(&self, state: &State) -> Result<(), LogError> {
        let shown = fs::read_to_string(self.place.directory.join("checkpoint"));
        // A file that is none of ours, or not there, is written anew.
        let shown = shown.ok().and_then(|note| self.place.read(&note).ok());
        shown.map_or(Ok(()), |(_, head)| self.check_history(state, head.size))
    }

    fn check_history(&self, state: &State, signed: u64) -> Result<(), LogError> {
        if signed <= state.history.size() {
            return Ok(());
        }
        let path = self.place.directory.join("history");
        let reason = "it lacks a checkpoint that was signed";
        Err(LogError::Damaged { path, reason })
    }
}

/// Whether a certificate was issued since the log began: with the register, or with its last restore.
fn has_issued(register: &dyn Register) -> Result<bool, LogError> {
    let (mut next, size, mut issued) = (0, register.size(), false);
    while next < size {
        for entry in read(register, next, size)? {
            match entry.kind {
                Kind::CertificateIssued => issued = true,
                Kind::RegisterRestored => issued = false,
                _ => {}
            }
            next = entry.index.saturating_add(1);
        }
    }
    Ok(issued)
}

/// The tree of the last checkpoint: from its tiles if they lead to its root, else made anew from the register.
fn at_checkpoint(tiles: &Tiles, last: TreeHead, register: &dyn Register) -> Result<Edge, LogError> {
    if register.size() < last.size {
        return Err(LogError::Lost { held: register.size(), signed: last.size });
    }
    let bundle = last.size - last.size % u64::try_from(TILE_WIDTH).unwrap_or(u64::MAX);
    let mut leaves = Vec::new();
    for entry in read(register, bundle, last.size)? {
        leaves.push(entry.leaf.bytes().to_vec());
    }
    let known = Edge::read(tiles, last.size, leaves).ok().flatten();
    if let Some(edge) = known.filter(|edge| edge.root() == last.root) {
        return Ok(edge);
    }
    let mut edge = Edge::default();
    extend(&mut edge, tiles, register, last.size)?;
    if edge.root() != last.root {
        return Err(LogError::Contradiction { size: last.size });
    }
    edge.write_partial(tiles).map_err(|source| LogError::Io {
        action: "write",
        path: PathBuf::from("tile"),
        source,
    })?;
    Ok(edge)
}
