//! What an outside auditor needs, as a folder: leaves, tiles, every checkpoint, public keys. Nothing personal is in any of it.
//! It copies what is published; it must not touch a payload.

use std::fs::{self, DirBuilder};
use std::io;
use std::path::{Path, PathBuf};

use super::AuditError;

/// What is copied, in an order in which nothing is ahead of what it is made from: a service may run meanwhile.
const FILES: [&str; 5] =
    ["log/checkpoint", "log/cosigned", "log/history", "trust.json", "did.json"];

/// Copies the log and the public keys of `directory` to `out`, which must not be there yet. Returns how many files.
///
/// # Errors
/// If something cannot be read or written.
pub fn export(directory: &Path, out: &Path) -> Result<usize, AuditError> {
    let written = |source| AuditError::Unwritable { path: out.to_owned(), source };
    DirBuilder::new().create(out).map_err(written)?;
    let mut count = 0;
    let mut wanted: Vec<PathBuf> = FILES.iter().map(PathBuf::from).collect();
    wanted.extend(tiles(directory)?);
    for name in wanted {
        let bytes = match fs::read(directory.join(&name)) {
            Ok(bytes) => bytes,
            // A partial tile goes when it is full; what is missing else, the auditor will say.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(source) => return Err(AuditError::Unreadable { path: name, source }),
        };
        let target = out.join(&name);
        let parent = target.parent().unwrap_or(out);
        fs::create_dir_all(parent).and_then(|()| fs::write(&target, bytes)).map_err(written)?;
        count += 1;
    }
    Ok(count)
}

/// The files below `log/tile`, relative to the directory.
fn tiles(directory: &Path) -> Result<Vec<PathBuf>, AuditError> {
    let mut files = Vec::new();
    let mut pending = vec![PathBuf::from("log/tile")];
    while let Some(name) = pending.pop() {
        let path = directory.join(&name);
        let unreadable = |source| AuditError::Unreadable { path: path.clone(), source };
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(source) => return Err(unreadable(source)),
        };
        for entry in entries {
            let entry = entry.map_err(unreadable)?;
            let inside = name.join(entry.file_name());
            if entry.file_type().map_err(unreadable)?.is_dir() {
                pending.push(inside);
            } else if inside.extension().is_none_or(|extension| extension != "new") {
                files.push(inside);
            }
        }
    }
    files.sort_unstable();
    Ok(files)
}
