//! The tiles of the log as files, where they are served from (C2SP tlog-tiles, "APIs").
//! It knows paths and widths; it must not hash, and never decides what belongs into a tile.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use verifier::log::Hash;

use crate::issuing::write_whole;

/// Hashes, or entries, of a full tile ("Merkle Tree").
pub(super) const TILE_WIDTH: usize = 256;

/// What a tile holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Level {
    /// Hashes of complete subtrees with 256^level leaves.
    Hashes(u8),
    /// The entries themselves, which are leaves.
    Entries,
}

/// The tiles under one directory.
#[derive(Debug)]
pub(super) struct Tiles {
    directory: PathBuf,
}

impl Tiles {
    /// Those under `directory/tile`.
    pub(super) fn new(directory: &Path) -> Self {
        Self { directory: directory.to_owned() }
    }

    /// The hashes of a tile, as many as are there; `None` if there is no such file or it is cut short.
    pub(super) fn hashes(
        &self,
        level: u8,
        index: u64,
        width: usize,
    ) -> io::Result<Option<Vec<Hash>>> {
        let path = self.directory.join(path(Level::Hashes(level), index, width));
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let (hashes, rest) = bytes.as_chunks::<32>();
        Ok((hashes.len() == width && rest.is_empty()).then(|| hashes.to_vec()))
    }

    /// Writes a tile, whole or not at all.
    pub(super) fn write_hashes(&self, level: u8, index: u64, hashes: &[Hash]) -> io::Result<()> {
        let path = path(Level::Hashes(level), index, hashes.len());
        write_whole(&self.directory.join(path), hashes.as_flattened())
    }

    /// Writes an entry bundle: each leaf behind its length ("Log entries").
    pub(super) fn write_entries(&self, index: u64, leaves: &[Vec<u8>]) -> io::Result<()> {
        let mut bundle = Vec::new();
        for leaf in leaves {
            let length = u16::try_from(leaf.len())
                .map_err(|_| io::Error::other("a leaf is too long for an entry bundle"))?;
            bundle.extend_from_slice(&length.to_be_bytes());
            bundle.extend_from_slice(leaf);
        }
        let path = path(Level::Entries, index, leaves.len());
        write_whole(&self.directory.join(path), &bundle)
    }

    /// Takes away the partial tiles that a full one replaces. What cannot be taken away does no harm.
    pub(super) fn remove_partial(&self, level: Level, index: u64) {
        let mut name = path(level, index, TILE_WIDTH).into_os_string();
        name.push(".p");
        let _ = fs::remove_dir_all(self.directory.join(name));
    }
}

/// `tile/<L>/<N>[.p/<W>]`.
fn path(level: Level, index: u64, width: usize) -> PathBuf {
    let level = match level {
        Level::Hashes(level) => level.to_string(),
        Level::Entries => "entries".to_owned(),
    };
    let mut path = format!("tile/{level}/{}", index_path(index));
    if width < TILE_WIDTH {
        path.push_str(&format!(".p/{width}"));
    }
    path.into()
}

/// Groups of three digits, all but the last one after an `x`: 1234067 is `x001/x234/067`.
fn index_path(index: u64) -> String {
    let digits = index.to_string();
    let padded = format!("{:0>width$}", digits, width = digits.len().div_ceil(3) * 3);
    let groups: Vec<&str> = padded
        .as_bytes()
        .chunks(3)
        .map(|group| std::str::from_utf8(group).unwrap_or_default())
        .collect();
    format!("x{}", groups.join("/x"))
        .rsplit_once('x')
        .map_or_else(String::new, |(head, last)| format!("{head}{last}"))
}

/// Whether `path` is what may stand behind `/tile/`: `<L>/<N>` or `<L>/<N>.p/<W>`, in the one spelling of the specification.
#[must_use]
pub fn is_tile_path(path: &str) -> bool {
    let Some((level, index)) = path.split_once('/') else { return false };
    let number = |text: &str, max: u64| {
        text.parse::<u64>().is_ok_and(|number| number <= max && number.to_string() == text)
    };
    let (index, width) = match index.split_once(".p/") {
        Some((index, width)) => (index, width),
        None => (index, "1"),
    };
    let mut groups: Vec<&str> = index.split('/').collect();
    let is_group =
        |group: &str| group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit());
    let last = groups.pop().is_some_and(is_group);
    let first = groups.first().is_none_or(|first| *first != "x000");
    let rest = groups.iter().all(|group| group.strip_prefix('x').is_some_and(is_group));
    let short = groups.len() < INDEX_GROUPS_MAX;
    let level = level == "entries" || number(level, 63);
    level && last && first && rest && short && number(width, 255) && width != "0"
}

/// Groups of three digits in the index of a tile; 20 digits are all that a 64-bit number has.
const INDEX_GROUPS_MAX: usize = 7;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        assert_eq!(index_path(0), "000");
        assert_eq!(index_path(67), "067");
        assert_eq!(index_path(1_000), "x001/000");
        assert_eq!(index_path(1_234_067), "x001/x234/067");
        assert_eq!(path(Level::Hashes(0), 273, 112), Path::new("tile/0/273.p/112"));
        assert_eq!(path(Level::Hashes(1), 0, 256), Path::new("tile/1/000"));
        assert_eq!(path(Level::Entries, 5, 1), Path::new("tile/entries/005.p/1"));
    }

    #[test]
    fn nothing_else_is_a_tile() {
        for path in ["0/000", "entries/x001/x234/067", "1/000.p/1", "63/999.p/255"] {
            assert!(is_tile_path(path), "{path}");
        }
        for path in [
            "",
            "0",
            "0/",
            "0/00",
            "0/0000",
            "64/000",
            "00/000",
            "0/x000/000",
            "0/000.p/0",
            "0/000.p/256",
            "0/000.p/01",
            "0/../000",
            "0/000/..",
            "../../keys.age",
            "0/001/002",
            "x/000",
            "0/x001",
            "0/000.p/1/2",
        ] {
            assert!(!is_tile_path(path), "{path}");
        }
    }

    #[test]
    fn a_tile_reads_back_and_a_torn_one_does_not() {
        let directory = tempfile::tempdir().unwrap();
        let tiles = Tiles::new(directory.path());
        let hashes = [[1; 32], [2; 32]];
        tiles.write_hashes(0, 7, &hashes).unwrap();
        assert_eq!(tiles.hashes(0, 7, 2).unwrap().as_deref(), Some(&hashes[..]));
        assert_eq!(tiles.hashes(0, 7, 3).unwrap(), None);
        fs::write(directory.path().join("tile/0/007.p/2"), [1; 63]).unwrap();
        assert_eq!(tiles.hashes(0, 7, 2).unwrap(), None);
        tiles.remove_partial(Level::Hashes(0), 7);
        assert!(!directory.path().join("tile/0/007.p").exists());
    }

    #[test]
    fn a_bundle_holds_each_leaf_behind_its_length() {
        let directory = tempfile::tempdir().unwrap();
        let tiles = Tiles::new(directory.path());
        tiles.write_entries(0, &[b"ab".to_vec(), Vec::new()]).unwrap();
        let bundle = fs::read(directory.path().join("tile/entries/000.p/2")).unwrap();
        assert_eq!(bundle, [0, 2, b'a', b'b', 0, 0]);
    }
}
