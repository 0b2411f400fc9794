//! What was signed of the log: history, checkpoint, cosigned ones, the anchor, and those that an auditor kept.
//! It reads notes and compares roots; it must not believe one of them more than another.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

use verifier::log::{Checkpoint, Hash, Note, TreeHead, VerifierKey};

use super::AuditError;
use super::finding::{Account, Invariant};

/// One file of notes.
struct Source {
    /// How it is called to people.
    name: String,
    path: PathBuf,
    /// Bytes that were there when the audit began: a service may add to it.
    length: u64,
    /// The bytes themselves of a small file, which a service may replace.
    small: Option<Vec<u8>>,
    /// What it must be.
    kind: Kind,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Kind {
    /// Sizes rise.
    History,
    /// Sizes do not fall.
    Cosigned,
    /// One note, or several in any order.
    Loose,
}

/// Bytes of a file that is kept in memory: many times a note.
const SMALL_BYTES_MAX: u64 = 1024 * 1024;

/// All checkpoints of one audit, by size: what root they say, and which files say so.
pub(super) struct Checkpoints {
    sources: Vec<Source>,
    /// Root by size; of several that differ the first, the others were told.
    roots: BTreeMap<u64, (Hash, String)>,
    /// Size of the last one of the history.
    pub(super) covered: u64,
    count: u64,
}

impl Checkpoints {
    /// Reads what every file says, without believing its signatures yet: the log's key stands in the register, which is read later.
    ///
    /// # Errors
    /// If a file cannot be read, or one that an auditor named is missing.
    pub(super) fn read(
        directory: &Path,
        (anchor, kept): (Option<&Path>, &[PathBuf]),
        account: &mut Account<'_>,
    ) -> Result<Self, AuditError> {
        let log = directory.join("log");
        // The checkpoint first: a service adds to the history before it shows a checkpoint.
        let mut wanted = vec![
            ("log/checkpoint".to_owned(), log.join("checkpoint"), Kind::Loose),
            ("log/history".to_owned(), log.join("history"), Kind::History),
            ("log/cosigned".to_owned(), log.join("cosigned"), Kind::Cosigned),
        ];
        let named = |what: &str, path: &Path| format!("{what} {}", path.display());
        wanted.extend(anchor.map(|path| (named("the anchor", path), path.to_owned(), Kind::Loose)));
        wanted.extend(kept.iter().map(|path| (named("the kept", path), path.clone(), Kind::Loose)));
        let mut read = Self { sources: Vec::new(), roots: BTreeMap::new(), covered: 0, count: 0 };
        for (name, path, kind) in wanted {
            match fs::metadata(&path) {
                Ok(metadata) => {
                    let length = metadata.len();
                    let small = if kind == Kind::Loose && length <= SMALL_BYTES_MAX {
                        fs::read(&path).ok()
                    } else {
                        None
                    };
                    let source = Source { name, path, length, small, kind };
                    read.take(source, account)?;
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound && !kept.contains(&path) => {
                    if kind != Kind::Cosigned {
                        account.find(Invariant::I2, name, "it is missing");
                    }
                }
                Err(source) => return Err(AuditError::Unreadable { path, source }),
            }
        }
        Ok(read)
    }

    fn take(&mut self, source: Source, account: &mut Account<'_>) -> Result<(), AuditError> {
        let mut last = 0;
        source.each(|place, note| {
            let Some(head) = note.and_then(|note| Checkpoint::parse(note.text()).ok()) else {
                account.find(Invariant::I2, place, "a checkpoint of it is not readable");
                return;
            };
            let TreeHead { size, root } = head.head;
            let is_back = match source.kind {
                Kind::History => size <= last,
                Kind::Cosigned => size < last,
                Kind::Loose => false,
            };
            if is_back {
                let what = format!("a checkpoint of {size} entries follows one of {last}");
                account.find(Invariant::I2, place, what);
            }
            last = size.max(last);
            self.count = self.count.saturating_add(1);
            self.note(size, (root, place), account);
        })?;
        if source.kind == Kind::History {
            self.covered = last;
        }
        self.sources.push(source);
        Ok(())
    }

    fn note(&mut self, size: u64, (root, place): (Hash, &str), account: &mut Account<'_>) {
        let known = self.roots.entry(size).or_insert_with(|| (root, place.to_owned()));
        if known.0 != root {
            let what = format!(
                "its checkpoint of {size} entries has another root than that of {}: two histories were signed",
                known.1
            );
            account.find(Invariant::I2, place, what);
        }
    }

    /// Compares the root that the register gives for its first `size` entries with all that was said of it.
    pub(super) fn compare(
        &self,
        size: u64,
        root: impl FnOnce() -> Hash,
        account: &mut Account<'_>,
    ) {
        if let Some((said, place)) = self.roots.get(&size)
            && *said != root()
        {
            let what = format!(
                "its checkpoint of {size} entries has another root than the register gives"
            );
            account.find(Invariant::I2, place, what);
        }
    }

    /// What can be said once the register was read to its end at `size`: who signed each note, and which reach beyond it.
    pub(super) fn finish(
        &self,
        (size, is_in_use): (u64, bool),
        (log, witnesses): (&[VerifierKey], &[VerifierKey]),
        account: &mut Account<'_>,
    ) -> Result<(), AuditError> {
        for (beyond, (_, place)) in self.roots.range(size.saturating_add(1)..) {
            let what =
                format!("a checkpoint of {beyond} entries was signed; the register holds {size}");
            account.find(Invariant::I2, place, what);
        }
        self.check_shown(is_in_use, account)?;
        if size > self.covered && !is_in_use {
            let what = format!(
                "entries {} to {} are covered by no checkpoint; the next start of the service, or `issuer register checkpoint`, signs one",
                self.covered,
                size - 1
            );
            account.find(Invariant::I2, "log/history", what);
        }
        for source in &self.sources {
            source.each(|place, note| {
                let Some(note) = note else { return };
                let signed = note.verify(log).is_ok_and(|by| {
                    Checkpoint::parse(note.text())
                        .is_ok_and(|said| by.iter().any(|by| by.key.name() == said.origin))
                });
                if !signed {
                    account.find(
                        Invariant::I2,
                        place,
                        "a checkpoint is not signed by the log's key",
                    );
                }
                if matches!(note.verify(witnesses), Err(verifier::log::LogError::Signature(_))) {
                    account.find(Invariant::I2, place, "a cosignature of a witness is wrong");
                }
            })?;
        }
        account.summary.checkpoints = self.count;
        Ok(())
    }

    /// The checkpoint that is served must be the last of the history; beside a service it may have been the last.
    fn check_shown(&self, is_in_use: bool, account: &mut Account<'_>) -> Result<(), AuditError> {
        let mut shown = 0;
        for source in self.sources.iter().filter(|source| source.name == "log/checkpoint") {
            source.each(|_, note| shown = size_of(note).unwrap_or(0).max(shown))?;
        }
        let is_last = shown == self.covered;
        if shown > 0 && !is_last && !(is_in_use && shown < self.covered) {
            let what = format!(
                "it covers {shown} entries, and the last checkpoint of the history {}",
                self.covered
            );
            account.find(Invariant::I2, "log/checkpoint", what);
        }
        Ok(())
    }
}

fn size_of(note: Option<Note>) -> Option<u64> {
    Some(Checkpoint::parse(note?.text()).ok()?.head.size)
}

impl Source {
    /// Each note of the file, with the name of its place; `None` for one that cannot be read.
    fn each(&self, mut on: impl FnMut(&str, Option<Note>)) -> Result<(), AuditError> {
        let unreadable = |source| AuditError::Unreadable { path: self.path.clone(), source };
        let mut lines: Box<dyn BufRead> = match &self.small {
            Some(bytes) => Box::new(bytes.as_slice()),
            None => {
                let file = File::open(&self.path).map_err(unreadable)?;
                Box::new(BufReader::new(file.take(self.length)))
            }
        };
        let (mut note, mut empty_lines, mut line) = (Vec::new(), 0, Vec::new());
        loop {
            line.clear();
            let is_end = lines.read_until(b'\n', &mut line).map_err(unreadable)? == 0;
            let is_empty = line == b"\n";
            empty_lines += usize::from(is_empty);
            // A note is text, an empty line, signatures; an empty line follows where another one does.
            if (is_end && !note.is_empty()) || empty_lines == 2 {
                let whole = Note::parse(&note).ok();
                // The end of a history that was cut off while it was written was shown to nobody.
                if whole.is_some() || !is_end || self.kind == Kind::Loose {
                    on(&self.name, whole);
                }
                note.clear();
                empty_lines = 0;
            } else {
                note.extend_from_slice(&line);
            }
            if is_end {
                return Ok(());
            }
        }
    }
}
