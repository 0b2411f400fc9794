//! The Merkle tree over the leaves, made anew, and the tiles and entry bundles held against it (C2SP tlog-tiles).
//! It keeps one hash for each subtree on the right edge and one tile of each level; it must not take a hash from a file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use verifier::log::Hash;
use verifier::log::merkle::{empty_root, leaf_hash, node_hash};

use super::finding::{Account, Invariant};

/// Hashes, or entries, of a full tile.
const WIDTH: usize = 256;
const WIDTH_U64: u64 = 256;

/// The tree so far.
pub(super) struct Tree {
    /// `DIR/log`.
    log: PathBuf,
    size: u64,
    /// Roots of the complete subtrees that the tree falls into, from the left, with the logarithms of their sizes.
    subtrees: Vec<(u32, Hash)>,
    /// The bytes of the bundle that is not full, and where in it each leaf ends.
    bundle: (Vec<u8>, Vec<usize>),
    /// The hashes of the tiles that are not full, by level.
    levels: Vec<Vec<Hash>>,
    /// Entries that the last checkpoint covers: their tiles must be there.
    covered: u64,
    /// Whether a service may add tiles meanwhile.
    is_in_use: bool,
}

impl Tree {
    pub(super) fn new(directory: &Path, covered: u64, is_in_use: bool) -> Self {
        Self {
            log: directory.join("log"),
            size: 0,
            subtrees: Vec::new(),
            bundle: (Vec::new(), Vec::new()),
            levels: Vec::new(),
            covered,
            is_in_use,
        }
    }

    pub(super) const fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf, and compares what it fills.
    pub(super) fn push(&mut self, leaf: &[u8], account: &mut Account<'_>) {
        let hash = leaf_hash(leaf);
        self.join(hash);
        let length = u16::try_from(leaf.len()).unwrap_or(u16::MAX);
        self.bundle.0.extend_from_slice(&length.to_be_bytes());
        self.bundle.0.extend_from_slice(leaf);
        self.bundle.1.push(self.bundle.0.len());
        let index = self.size / WIDTH_U64;
        if self.bundle.1.len() == WIDTH {
            let bundle = std::mem::take(&mut self.bundle);
            self.compare("entries", index, (&bundle.0, &bundle.1), account);
        }
        self.fill(hash, index, account);
        self.size = self.size.saturating_add(1);
    }

    /// The subtrees of a tree with one leaf more.
    fn join(&mut self, hash: Hash) {
        let (mut height, mut root) = (0, hash);
        while let Some((_, left)) = self.subtrees.pop_if(|subtree| subtree.0 == height) {
            root = node_hash(&left, &root);
            height += 1;
        }
        self.subtrees.push((height, root));
    }

    fn fill(&mut self, hash: Hash, mut index: u64, account: &mut Account<'_>) {
        let mut carried = hash;
        for level in 0.. {
            if self.levels.len() <= level {
                self.levels.push(Vec::new());
            }
            let Some(hashes) = self.levels.get_mut(level) else { return };
            hashes.push(carried);
            if hashes.len() < WIDTH {
                return;
            }
            let full = std::mem::take(hashes);
            self.compare_hashes(level, index, &full, account);
            carried = complete(&full);
            index /= WIDTH_U64;
        }
    }

    /// The root over all leaves so far (RFC 6962, "Merkle Hash Trees").
    pub(super) fn root(&self) -> Hash {
        let mut subtrees = self.subtrees.iter().rev().map(|subtree| subtree.1);
        let right = subtrees.next();
        right.map_or_else(empty_root, |right| {
            subtrees.fold(right, |right, left| node_hash(&left, &right))
        })
    }

    /// Compares the tiles that are not full, and tells of files that belong to no tile.
    pub(super) fn finish(&mut self, account: &mut Account<'_>) -> io::Result<()> {
        let mut index = self.size / WIDTH_U64;
        let bundle = std::mem::take(&mut self.bundle);
        self.compare("entries", index, (&bundle.0, &bundle.1), account);
        for (level, hashes) in std::mem::take(&mut self.levels).iter().enumerate() {
            self.compare_hashes(level, index, hashes, account);
            index /= WIDTH_U64;
        }
        self.find_strangers(account)
    }

    fn compare_hashes(&self, level: usize, index: u64, hashes: &[Hash], account: &mut Account<'_>) {
        let ends: Vec<usize> = (1..=hashes.len()).map(|count| count.saturating_mul(32)).collect();
        self.compare(&level.to_string(), index, (hashes.as_flattened(), &ends), account);
    }

    /// Compares the files of one tile, full and partial, with the bytes that they must have; `ends` says where each of its items ends.
    fn compare(
        &self,
        level: &str,
        index: u64,
        (bytes, ends): (&[u8], &[usize]),
        account: &mut Account<'_>,
    ) {
        let name = format!("tile/{level}/{}", index_path(index));
        let is_full = ends.len() == WIDTH;
        if is_full {
            let must = self.is_covered(level, index, WIDTH);
            self.compare_file(&name, bytes, must, account);
        }
        let partial = format!("{name}.p");
        let wanted = self.width_covered(level, index).filter(|width| !is_full && *width > 0);
        let mut widths = widths(&self.log.join(&partial));
        widths.extend(wanted.filter(|wanted| !widths.contains(wanted)));
        for width in widths {
            let end = width.checked_sub(1).and_then(|last| ends.get(last));
            if let Some(bytes) = end.and_then(|end| bytes.get(..*end)) {
                self.compare_file(&format!("{partial}/{width}"), bytes, true, account);
            }
        }
    }

    fn compare_file(&self, name: &str, bytes: &[u8], must: bool, account: &mut Account<'_>) {
        let place = format!("log/{name}");
        match fs::read(self.log.join(name)) {
            Ok(file) if file == bytes => {}
            Ok(_) => account.find(Invariant::I2, place, "it does not hold what the register gives"),
            // A service that fills a tile takes its partial ones away.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if must && !self.is_in_use {
                    account.find(Invariant::I2, place, "it is missing, and a checkpoint covers it");
                }
            }
            Err(error) => {
                account.find(Invariant::I2, place, format!("it cannot be read ({error})"))
            }
        }
    }

    /// How many items of this level the last checkpoint covers.
    fn items_covered(&self, level: &str) -> u64 {
        let level: u32 = level.parse().unwrap_or(0);
        self.covered.checked_shr(level.saturating_mul(8)).unwrap_or(0)
    }

    fn is_covered(&self, level: &str, index: u64, width: usize) -> bool {
        let width = u64::try_from(width).unwrap_or(u64::MAX);
        index.saturating_mul(WIDTH_U64).saturating_add(width) <= self.items_covered(level)
    }

    /// The width of the partial tile that the last checkpoint needs, if it is this one.
    fn width_covered(&self, level: &str, index: u64) -> Option<usize> {
        let items = self.items_covered(level);
        (items / WIDTH_U64 == index).then(|| usize::try_from(items % WIDTH_U64).ok()).flatten()
    }

    fn find_strangers(&self, account: &mut Account<'_>) -> io::Result<()> {
        let root = self.log.join("tile");
        let mut directories = vec![root.clone()];
        while let Some(directory) = directories.pop() {
            let entries = match fs::read_dir(&directory) {
                Ok(entries) => entries,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            for entry in entries {
                let path = entry?.path();
                if path.is_dir() {
                    directories.push(path);
                    continue;
                }
                let name = path.strip_prefix(&root).unwrap_or(&path).display().to_string();
                if !self.is_ours(&name) {
                    account.find(
                        Invariant::I2,
                        format!("log/tile/{name}"),
                        "no tile of this register has this place",
                    );
                }
            }
        }
        Ok(())
    }

    /// Whether a file below `tile/` is within the tree. What a write that was cut off left behind is served to nobody.
    fn is_ours(&self, name: &str) -> bool {
        if name.ends_with(".new") || self.is_in_use {
            return true;
        }
        let Some((level, rest)) = name.split_once('/') else { return false };
        let (index, width) = rest.split_once(".p/").unwrap_or((rest, "256"));
        let height = if level == "entries" { Some(0) } else { level.parse::<u32>().ok() };
        let number: Option<u64> = index.replace(['x', '/'], "").parse().ok();
        let (Some(height), Some(index), Ok(width)) = (height, number, width.parse::<u64>()) else {
            return false;
        };
        let items = self.size.checked_shr(height.saturating_mul(8)).unwrap_or(0);
        index.saturating_mul(WIDTH_U64).saturating_add(width) <= items
    }
}

/// The widths of the partial tiles in a directory.
fn widths(directory: &Path) -> Vec<usize> {
    let Ok(entries) = fs::read_dir(directory) else { return Vec::new() };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    names.filter_map(|name| name.parse().ok()).collect()
}

/// Groups of three digits, all but the last behind an `x`.
fn index_path(index: u64) -> String {
    let mut path = format!("{:03}", index % 1_000);
    let mut rest = index / 1_000;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1_000);
        rest /= 1_000;
    }
    path
}

/// The root over a power of two of hashes.
fn complete(hashes: &[Hash]) -> Hash {
    let mut level = hashes.to_vec();
    while level.len() > 1 {
        let pairs = level.as_chunks::<2>().0.iter();
        level = pairs.map(|[left, right]| node_hash(left, right)).collect();
    }
    level.first().copied().unwrap_or_else(empty_root)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        assert_eq!(index_path(0), "000");
        assert_eq!(index_path(1_234_067), "x001/x234/067");
    }
}
