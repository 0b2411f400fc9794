//! Makes a backup while others issue: everything up to the last checkpoint, streamed into an encrypted file.
//! A file that was not written to its end keeps a name of its own and vanishes; keys are never read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Seek as _, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::BackupError;
use super::limits::{ATTEMPTS_MAX, CHUNK_ENTRIES, COPY_BYTES};
use super::parts::{Manifest, PartWriter, Span};
use crate::keys::Envelope;
use crate::office::DataDirectory;
use crate::register::{FileRegister, Kind, Register as _, TreePin, read_checkpoints};

/// What a backup is made of.
pub struct Making<'m> {
    /// The data directory.
    pub directory: &'m DataDirectory,
    /// Its register, which this process has open.
    pub register: &'m FileRegister,
    /// For whom it is encrypted.
    pub envelope: &'m Envelope,
}

/// A backup that is on the disk.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Made {
    /// The file.
    pub file: PathBuf,
    /// The entry that it begins with: 0, or where the increment goes on.
    pub from: u64,
    /// The tree at its end.
    pub tree: TreePin,
    /// Length of the file.
    pub bytes: u64,
}

/// The checkpoint that a backup ends at.
struct End {
    tree: TreePin,
    note: String,
}

impl Making<'_> {
    /// Writes a backup to `out`, a new file or a directory to put one in: all entries, or those from `from` on, up to the last checkpoint.
    /// `None` if there is nothing new.
    ///
    /// # Errors
    /// [`BackupError`]; then there is no file that looks like a backup.
    pub fn write(
        &self,
        out: &Path,
        from: Option<u64>,
        now: Timestamp,
    ) -> Result<Option<Made>, BackupError> {
        self.check_outside(out)?;
        for _ in 0..ATTEMPTS_MAX {
            let Some(end) = self.end()?.filter(|end| from != Some(end.tree.size)) else {
                return if from.is_some() { Ok(None) } else { Err(BackupError::NoCheckpoint) };
            };
            let span = Span { from: from.unwrap_or(0), until: end.tree.size };
            let file = place(out, span);
            if file.exists() {
                return Err(BackupError::Exists(file));
            }
            let unfinished = Unfinished::create(&file)?;
            let bytes = self.write_into(&unfinished, (from, &end), now)?;
            // A payload that was erased behind the checkpoint is gone from the files, and the backup would lack the licence for that.
            if self.erased_behind(span.until)? {
                continue;
            }
            unfinished.keep(&file)?;
            return Ok(Some(Made { file, from: span.from, tree: end.tree, bytes }));
        }
        Err(BackupError::Erased)
    }

    fn check_outside(&self, out: &Path) -> Result<(), BackupError> {
        let place = if out.is_dir() { Some(out) } else { out.parent() };
        let place = place.and_then(|place| place.canonicalize().ok());
        let own = self.directory.path().canonicalize().ok();
        match (place, own) {
            (Some(place), Some(own)) if place.starts_with(&own) => {
                Err(BackupError::Inside(out.to_owned()))
            }
            _ => Ok(()),
        }
    }

    /// The last checkpoint that is on the disk whole.
    fn end(&self) -> Result<Option<End>, BackupError> {
        let size = self.register.size();
        let notes = read_checkpoints(&self.directory.log().join("history"))?;
        let last = notes.into_iter().rfind(|(covered, _)| *covered <= size);
        Ok(last.map(|(size, note)| End { tree: pin(size, &note), note }))
    }

    fn write_into(
        &self,
        unfinished: &Unfinished,
        (from, end): (Option<u64>, &End),
        now: Timestamp,
    ) -> Result<u64, BackupError> {
        let fault =
            |source| BackupError::Io { action: "write", path: unfinished.path.clone(), source };
        let span = Span { from: from.unwrap_or(0), until: end.tree.size };
        let output = BufWriter::with_capacity(COPY_BYTES, &unfinished.file);
        let sealed = self.envelope.seal(output)?;
        let mut parts = PartWriter::new(sealed, span).map_err(fault)?;
        self.add_register(&mut parts, span)?;
        let from = self.add_log(&mut parts, from, end)?;
        self.add_files(&mut parts, span)?;
        let manifest = Manifest {
            version: 1,
            from,
            tree: end.tree.clone(),
            checkpoint: end.note.clone(),
            made_at: now,
            parts: Vec::new(),
        };
        let sealed = parts.finish(manifest).map_err(fault)?;
        let mut output = sealed.finish().map_err(fault)?;
        output.flush().map_err(fault)?;
        unfinished.file.sync_all().map_err(fault)?;
        Ok(unfinished.file.metadata().map_err(fault)?.len())
    }

    fn add_register<W: Write>(
        &self,
        parts: &mut PartWriter<W>,
        span: Span,
    ) -> Result<(), BackupError> {
        let mut next = span.from;
        while let Some(mut groups) = self.register.raw_groups(next, span.until)? {
            let name = format!("register/{}", groups.segment);
            groups
                .file
                .seek(SeekFrom::Start(groups.offset))
                .and_then(|_| parts.add(&name, groups.length, &mut groups.file))
                .map_err(BackupError::io("back up", Path::new(&name)))?;
            next = groups.next;
        }
        Ok(())
    }

    /// The checkpoints: those that were signed are added to, those that came back cosigned are given whole.
    fn add_log<W: Write>(
        &self,
        parts: &mut PartWriter<W>,
        from: Option<u64>,
        end: &End,
    ) -> Result<Option<TreePin>, BackupError> {
        let log = self.directory.log();
        let signed = read_checkpoints(&log.join("history"))?;
        let begin = match from {
            None => None,
            Some(from) => {
                let note = signed.iter().find(|(size, _)| *size == from);
                Some(note.ok_or(BackupError::NoSuchCheckpoint(from))?)
            }
        };
        let new = signed.iter().filter(|(size, _)| from.is_none_or(|from| *size > from));
        add_notes(parts, "log/history", new, end)?;
        add_notes(parts, "log/cosigned", read_checkpoints(&log.join("cosigned"))?.iter(), end)?;
        add_text(parts, "log/checkpoint", &end.note)?;
        if from.is_none() {
            for earlier in (1_u32..).map(|place| format!("log/earlier/{place}")) {
                let directory = self.directory.path().join(&earlier);
                if !directory.is_dir() {
                    break;
                }
                for name in ["history", "cosigned", "checkpoint"] {
                    self.add_file(parts, &format!("{earlier}/{name}"))?;
                }
            }
        }
        Ok(begin.map(|(size, note)| pin(*size, note)))
    }

    fn add_files<W: Write>(
        &self,
        parts: &mut PartWriter<W>,
        span: Span,
    ) -> Result<(), BackupError> {
        // By name, one by one: whatever else lies in the directory, keys first of all, is in no backup.
        for name in ["tanu.toml", "issuer.json", "tokens.json"] {
            self.add_file(parts, name)?;
        }
        if span.from > 0 {
            return Ok(());
        }
        let directory = self.directory.status_lists();
        let listed = match fs::read_dir(&directory) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            listed => listed.map_err(BackupError::io("list", &directory))?,
        };
        for entry in listed {
            let name = entry.map_err(BackupError::io("list", &directory))?.file_name();
            if let Some(name) = name.to_str().filter(|name| name.ends_with(".json")) {
                self.add_file(parts, &format!("status/{name}"))?;
            }
        }
        Ok(())
    }

    /// A file that is replaced as a whole, if it is there: its bytes of one moment.
    fn add_file<W: Write>(&self, parts: &mut PartWriter<W>, name: &str) -> Result<(), BackupError> {
        let path = self.directory.path().join(name);
        let mut file = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            opened => opened.map_err(BackupError::io("read", &path))?,
        };
        let length = file.metadata().map_err(BackupError::io("read", &path))?.len();
        parts.add(name, length, &mut file).map_err(BackupError::io("back up", &path))
    }

    /// Whether personal data were erased by an entry behind the first `size`.
    fn erased_behind(&self, size: u64) -> Result<bool, BackupError> {
        let mut next = size;
        loop {
            let entries = self.register.read(next, CHUNK_ENTRIES)?;
            let Some(last) = entries.last() else { return Ok(false) };
            if entries.iter().any(|entry| entry.kind == Kind::PayloadErased) {
                return Ok(true);
            }
            next = last.index.saturating_add(1);
        }
    }
}

/// Where the backup goes: into a directory under a name that sorts.
fn place(out: &Path, span: Span) -> PathBuf {
    if out.is_dir() {
        out.join(format!("{:012}-{:012}.tanu-backup", span.from, span.until))
    } else {
        out.to_owned()
    }
}

fn add_notes<'n, W: Write>(
    parts: &mut PartWriter<W>,
    name: &str,
    notes: impl Iterator<Item = &'n (u64, String)>,
    end: &End,
) -> Result<(), BackupError> {
    let covered = notes.filter(|(size, _)| *size <= end.tree.size);
    let text: String = covered.map(|(_, note)| format!("{note}\n")).collect();
    add_text(parts, name, &text)
}

fn add_text<W: Write>(
    parts: &mut PartWriter<W>,
    name: &str,
    text: &str,
) -> Result<(), BackupError> {
    let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
    parts
        .add(name, length, &mut text.as_bytes())
        .map_err(BackupError::io("back up", Path::new(name)))
}

/// Size and root as the note has them.
pub(super) fn pin(size: u64, note: &str) -> TreePin {
    TreePin { size, root: note.lines().nth(2).unwrap_or_default().to_owned() }
}

/// A file that is being written, under a name that no backup has. It vanishes unless it is kept.
struct Unfinished {
    path: PathBuf,
    file: File,
}

impl Unfinished {
    fn create(whole: &Path) -> Result<Self, BackupError> {
        let mut name = whole.file_name().unwrap_or_default().to_owned();
        name.push(".unfinished");
        let path = whole.with_file_name(name);
        let options =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).clone();
        let file = options.open(&path).map_err(BackupError::io("create", &path))?;
        Ok(Self { path, file })
    }

    fn keep(self, whole: &Path) -> Result<(), BackupError> {
        let directory = whole.parent().filter(|parent| !parent.as_os_str().is_empty());
        let directory = directory.unwrap_or_else(|| Path::new("."));
        fs::rename(&self.path, whole)
            .and_then(|()| File::open(directory)?.sync_all())
            .map_err(BackupError::io("write", whole))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Gone already if it was kept. What cannot be removed has a name that says what it is, and does not open as a backup.
        let _ = fs::remove_file(&self.path);
    }
}
