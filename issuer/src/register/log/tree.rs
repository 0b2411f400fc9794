//! The Merkle tree over the leaves (RFC 6962, "Merkle Hash Trees"): its right edge in memory, the rest in tiles.
//! It hashes and proves; it must not know what a leaf says, nor who signs a root.

use std::io;

use verifier::log::Hash;
use verifier::log::merkle::{empty_root, leaf_hash, node_hash, split_point};

use super::tiles::{Level, TILE_WIDTH, Tiles};

/// Height of a tile: 256 hashes below one.
const TILE_HEIGHT: u32 = 8;

/// The tiles that are not full yet, by level, and how many leaves there are.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Edge {
    size: u64,
    levels: Vec<Vec<Hash>>,
    /// The leaves of the entry bundle that is not full.
    leaves: Vec<Vec<u8>>,
}

impl Edge {
    /// The edge of a tree of `size` leaves: the leaves of its last bundle, and above them the hashes that the tiles have. `None` if a tile
    /// is missing, or the leaves are not as many as belong there.
    pub(super) fn read(tiles: &Tiles, size: u64, leaves: Vec<Vec<u8>>) -> io::Result<Option<Self>> {
        if leaves.len() != remainder(size) {
            return Ok(None);
        }
        let mut levels = vec![leaves.iter().map(|leaf| leaf_hash(leaf)).collect()];
        let mut count = size / width();
        for level in 1_u8.. {
            if count == 0 {
                break;
            }
            let (index, width) = (count / width(), remainder(count));
            let hashes =
                if width == 0 { Some(Vec::new()) } else { tiles.hashes(level, index, width)? };
            let Some(hashes) = hashes else { return Ok(None) };
            levels.push(hashes);
            count = index;
        }
        Ok(Some(Self { size, levels, leaves }))
    }

    pub(super) const fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf, and writes every tile that it fills.
    pub(super) fn push(&mut self, tiles: &Tiles, leaf: &[u8], hash: Hash) -> io::Result<()> {
        self.leaves.push(leaf.to_vec());
        if self.leaves.len() == TILE_WIDTH {
            let index = self.size / width();
            tiles.write_entries(index, &self.leaves)?;
            tiles.remove_partial(Level::Entries, index);
            self.leaves.clear();
        }
        let mut carried = hash;
        let mut index = self.size / width();
        for level in 0_u8.. {
            let place = usize::from(level);
            if self.levels.len() == place {
                self.levels.push(Vec::new());
            }
            let Some(hashes) = self.levels.get_mut(place) else { break };
            hashes.push(carried);
            if hashes.len() < TILE_WIDTH {
                break;
            }
            tiles.write_hashes(level, index, hashes)?;
            tiles.remove_partial(Level::Hashes(level), index);
            carried = complete(hashes);
            hashes.clear();
            index /= width();
        }
        self.size = self.size.saturating_add(1);
        Ok(())
    }

    /// Writes the tiles that are not full, as a checkpoint of this size needs them.
    pub(super) fn write_partial(&self, tiles: &Tiles) -> io::Result<()> {
        let mut index = self.size;
        if !self.leaves.is_empty() {
            tiles.write_entries(self.size / width(), &self.leaves)?;
        }
        for (level, hashes) in (0_u8..).zip(&self.levels) {
            index /= width();
            if !hashes.is_empty() {
                tiles.write_hashes(level, index, hashes)?;
            }
        }
        Ok(())
    }

    /// The root: "MTH" of all leaves.
    pub(super) fn root(&self) -> Hash {
        let mut root = None;
        for hashes in &self.levels {
            // The complete subtrees of this level from right to left, the smallest first.
            let mut end = hashes.len();
            while end > 0 {
                let start = end - (1 << end.trailing_zeros());
                let subtree = complete(hashes.get(start..end).unwrap_or_default());
                root = Some(root.map_or(subtree, |right| node_hash(&subtree, &right)));
                end = start;
            }
        }
        root.unwrap_or_else(empty_root)
    }
}

/// All that proofs are made of: the tiles, and the edge of the tree.
pub(super) struct Tree<'t> {
    pub(super) tiles: &'t Tiles,
    pub(super) edge: &'t Edge,
}

impl Tree<'_> {
    /// "Merkle Audit Paths": of leaf `index` in the tree of the first `size` leaves. The caller has checked index < size ≤ leaves.
    pub(super) fn inclusion(&self, index: u64, size: u64) -> io::Result<Vec<Hash>> {
        let (mut start, mut end) = (0, size);
        let mut path = Vec::new();
        while end - start > 1 {
            let middle = start + split_point(end - start);
            if index < middle {
                path.push(self.root(middle, end)?);
                end = middle;
            } else {
                path.push(self.root(start, middle)?);
                start = middle;
            }
        }
        path.reverse();
        Ok(path)
    }

    /// "Merkle Consistency Proofs": that the first `old` leaves of the tree of `size` leaves are those of the older tree. The caller
    /// has checked old ≤ size ≤ leaves.
    pub(super) fn consistency(&self, old: u64, size: u64) -> io::Result<Vec<Hash>> {
        if old == 0 || old == size {
            return Ok(Vec::new());
        }
        let (mut start, mut end) = (0, size);
        let mut path = Vec::new();
        while end != old {
            let middle = start + split_point(end - start);
            if old <= middle {
                path.push(self.root(middle, end)?);
                end = middle;
            } else {
                path.push(self.root(start, middle)?);
                start = middle;
            }
        }
        // The whole of the older tree needs no telling: who asks has its root.
        if start > 0 {
            path.push(self.root(start, end)?);
        }
        path.reverse();
        Ok(path)
    }

    /// The root of the leaves from `start` to `end`; `start` is where such a tree begins.
    pub(super) fn root(&self, start: u64, end: u64) -> io::Result<Hash> {
        let count = end.saturating_sub(start);
        if count == 0 {
            return Ok(empty_root());
        }
        if count.is_power_of_two() {
            return self.subtree(count.trailing_zeros(), start / count);
        }
        let middle = start + split_point(count);
        Ok(node_hash(&self.root(start, middle)?, &self.root(middle, end)?))
    }

    /// The root of the complete subtree of this height that begins at leaf `index` · 2^height.
    fn subtree(&self, height: u32, index: u64) -> io::Result<Hash> {
        let (level, inner) = (height / TILE_HEIGHT, height % TILE_HEIGHT);
        let first = index << inner;
        let hashes = self.tile(u8::try_from(level).unwrap_or(u8::MAX), first / width())?;
        let from = remainder(first);
        let hashes = hashes.get(from..from + (1 << inner));
        hashes
            .map(complete)
            .ok_or_else(|| io::Error::other("a tile of the log holds too few hashes"))
    }

    fn tile(&self, level: u8, index: u64) -> io::Result<Vec<Hash>> {
        let full = self.edge.size.checked_shr(TILE_HEIGHT * (u32::from(level) + 1)).unwrap_or(0);
        if index < full {
            return self.tiles.hashes(level, index, TILE_WIDTH)?.ok_or_else(|| {
                io::Error::other(format!("tile {level}/{index} of the log is missing or damaged"))
            });
        }
        Ok(self.edge.levels.get(usize::from(level)).cloned().unwrap_or_default())
    }
}

/// The root over 2^n hashes.
fn complete(hashes: &[Hash]) -> Hash {
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        let (pairs, _) = row.as_chunks::<2>();
        row = pairs.iter().map(|[left, right]| node_hash(left, right)).collect();
    }
    row.first().copied().unwrap_or_else(empty_root)
}

fn width() -> u64 {
    1 << TILE_HEIGHT
}

/// How many of `count` are in a tile that is not full.
fn remainder(count: u64) -> usize {
    usize::try_from(count % width()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use verifier::log::TreeHead;
    use verifier::log::merkle::{root_from_inclusion, verify_consistency};

    /// RFC 6962, "Merkle Hash Trees", word for word and without any cleverness.
    fn naive(leaves: &[Vec<u8>]) -> Hash {
        match leaves {
            [] => empty_root(),
            [leaf] => leaf_hash(leaf),
            _ => {
                let (left, right) = leaves.split_at(1 << (leaves.len() - 1).ilog2());
                node_hash(&naive(left), &naive(right))
            }
        }
    }

    fn leaf(index: u64) -> Vec<u8> {
        format!("leaf {index}").into_bytes()
    }

    fn grown(tiles: &Tiles, size: u64) -> Edge {
        let mut edge = Edge::default();
        (0..size)
            .for_each(|index| edge.push(tiles, &leaf(index), leaf_hash(&leaf(index))).unwrap());
        edge
    }

    #[test]
    fn every_root_is_that_of_the_definition() {
        let directory = tempfile::tempdir().unwrap();
        let tiles = Tiles::new(directory.path());
        let leaves: Vec<_> = (0..700).map(leaf).collect();
        let mut edge = Edge::default();
        for size in 0..leaves.len() {
            assert_eq!(edge.root(), naive(&leaves[..size]), "{size}");
            edge.push(&tiles, &leaves[size], leaf_hash(&leaves[size])).unwrap();
        }
    }

    #[test]
    fn an_edge_reads_back_from_tiles() {
        let directory = tempfile::tempdir().unwrap();
        let tiles = Tiles::new(directory.path());
        for size in [1, 2, 255, 256, 257, 600] {
            let edge = grown(&tiles, size);
            edge.write_partial(&tiles).unwrap();
            let leaves = edge.leaves.clone();
            assert_eq!(Edge::read(&tiles, size, leaves).unwrap().as_ref(), Some(&edge), "{size}");
        }
        assert_eq!(Edge::read(&tiles, 601, Vec::new()).unwrap(), None);
    }

    #[test]
    fn proofs_hold_at_every_size() {
        let directory = tempfile::tempdir().unwrap();
        let tiles = Tiles::new(directory.path());
        let edge = grown(&tiles, 600);
        let tree = Tree { tiles: &tiles, edge: &edge };
        for size in (1..=40).chain([255, 256, 257, 511, 512, 513, 600]) {
            let root = tree.root(0, size).unwrap();
            for index in (0..size).step_by(if size > 40 { 17 } else { 1 }) {
                let path = tree.inclusion(index, size).unwrap();
                let climbed = root_from_inclusion(&leaf_hash(&leaf(index)), index, size, &path);
                assert_eq!(climbed.ok(), Some(root), "{index} of {size}");
            }
            for old in (1..=size).step_by(if size > 40 { 13 } else { 1 }) {
                let path = tree.consistency(old, size).unwrap();
                let old_root = tree.root(0, old).unwrap();
                let old = TreeHead { size: old, root: old_root };
                verify_consistency(old, TreeHead { size, root }, &path).unwrap();
            }
        }
    }
}
