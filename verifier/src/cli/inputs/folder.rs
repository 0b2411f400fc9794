//! The files of a folder and of those in it that may hold a credential, sorted by path. Links are not followed: what they lead to
//! lies elsewhere, or is met anyway.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::limits::{FOLDER_DEPTH_MAX, FOLDER_FILES_MAX};
use crate::cli::{say, shown};

/// Endings of files that may be credentials. Others are passed over: a folder has other things too.
const ENDINGS: [&str; 13] = [
    "json", "jsonld", "jwt", "jws", "png", "svg", "svgz", "pdf", "jpg", "jpeg", "heic", "txt",
    "zip",
];

/// Every such file. What was passed over is told on standard error.
pub(super) fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut passed_over = 0_usize;
    let mut waiting = vec![(folder.to_path_buf(), 0)];
    while let Some((folder, depth)) = waiting.pop() {
        if depth > FOLDER_DEPTH_MAX {
            return Err(io::Error::other(format!(
                "folders lie more than {FOLDER_DEPTH_MAX} deep in it"
            )));
        }
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                waiting.push((entry.path(), depth + 1));
            } else if kind.is_file() && may_be_credential(&entry.path()) {
                found.push(entry.path());
            } else {
                passed_over += 1;
            }
        }
        if found.len() > FOLDER_FILES_MAX {
            return Err(io::Error::other(format!("it has more than {FOLDER_FILES_MAX} files")));
        }
    }
    if passed_over > 0 {
        say(&format!("{}: {passed_over} files of other kinds are passed over", shown(folder)));
    }
    found.sort();
    Ok(found)
}

fn may_be_credential(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending))
}
