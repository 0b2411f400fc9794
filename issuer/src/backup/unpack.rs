//! Reads a backup from its envelope, part by part, into a directory or nowhere. It writes no file whose name it does not know.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::BackupError;
use super::limits::COPY_BYTES;
use super::parts::{Manifest, PartReader, Span, copy_all};
use crate::keys::Opener;
use crate::register::TreePin;

/// A backup that was opened, and whose first line was read.
pub(super) struct Packed<'o> {
    pub(super) path: PathBuf,
    pub(super) span: Span,
    opener: &'o Opener,
}

/// Reads a backup back from its first byte to its last, and returns the tree at its end.
///
/// # Errors
/// [`BackupError`] if it does not open, or is not as it was written.
pub fn verify(path: &Path, opener: &Opener) -> Result<TreePin, BackupError> {
    Ok(Packed::open(path, opener)?.unpack(None)?.tree)
}

impl<'o> Packed<'o> {
    pub(super) fn open(path: &Path, opener: &'o Opener) -> Result<Self, BackupError> {
        let span = reader(path, opener)?.span;
        Ok(Self { path: path.to_owned(), span, opener })
    }

    /// Unpacks all parts into `directory`, durably; into nowhere if there is none.
    pub(super) fn unpack(&self, directory: Option<&Path>) -> Result<Manifest, BackupError> {
        let mut written = Ok(());
        let manifest = reader(&self.path, self.opener)?.read(|name, part| {
            let destination = Destination::of(name).ok_or_else(|| {
                io::Error::new(io::ErrorKind::InvalidData, "it holds a part of an unknown name")
            })?;
            match directory {
                None => copy_all(part, &mut io::sink()),
                Some(directory) => {
                    destination.write(&directory.join(name), part).inspect_err(|error| {
                        written = Err((directory.join(name), error.kind()));
                    })
                }
            }
        });
        match (manifest, written) {
            (Ok(manifest), _) => Ok(manifest),
            // The disk that is written to, not the backup.
            (Err(source), Err((path, kind)))
                if kind != io::ErrorKind::InvalidData && source.kind() == kind =>
            {
                Err(BackupError::Io { action: "restore", path, source })
            }
            (Err(source), _) => Err(BackupError::damaged(&self.path, source.to_string())),
        }
    }
}

fn reader(path: &Path, opener: &Opener) -> Result<PartReader<impl io::BufRead>, BackupError> {
    let file = File::open(path).map_err(BackupError::io("read", path))?;
    let sealed = BufReader::with_capacity(COPY_BYTES, file);
    let plain = opener.open(sealed);
    let plain = plain.map_err(|source| BackupError::Envelope {
        file: path.to_owned(),
        source: Box::new(source),
    })?;
    PartReader::new(BufReader::with_capacity(COPY_BYTES, plain))
        .map_err(|error| BackupError::damaged(path, error.to_string()))
}

/// What becomes of a part.
enum Destination {
    /// It goes on where the file of this name ends.
    Append,
    /// It is the file of this name.
    Replace,
}

impl Destination {
    /// `None` for a name that no backup has: nothing is written outside of what is listed here.
    fn of(name: &str) -> Option<Self> {
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match name {
            "log/history" => return Some(Self::Append),
            "tanu.toml" | "issuer.json" | "tokens.json" | "log/cosigned" | "log/checkpoint" => {
                return Some(Self::Replace);
            }
            _ => {}
        }
        if let Some(segment) =
            name.strip_prefix("register/").and_then(|name| name.strip_suffix(".seg"))
        {
            return (segment.len() == 20 && digits(segment)).then_some(Self::Append);
        }
        if let Some(list) = name.strip_prefix("status/").and_then(|name| name.strip_suffix(".json"))
        {
            return digits(list).then_some(Self::Replace);
        }
        let (place, file) = name.strip_prefix("log/earlier/")?.split_once('/')?;
        let is_known = matches!(file, "history" | "cosigned" | "checkpoint");
        (digits(place) && is_known).then_some(Self::Replace)
    }

    fn write(&self, path: &Path, part: &mut dyn Read) -> io::Result<()> {
        if let Some(parent) = path.parent() {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(parent)?;
        }
        let mut options = OpenOptions::new();
        options.create(true).mode(0o600);
        match self {
            Self::Append => options.append(true),
            Self::Replace => options.write(true).truncate(true),
        };
        let mut file = options.open(path)?;
        copy_all(part, &mut file)?;
        file.sync_all()
    }
}
