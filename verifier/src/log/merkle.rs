//! The Merkle tree of RFC 6962, "Merkle Hash Trees": hashes of leaves and nodes, and whether a proof leads to a root.
//! It sees hashes alone; it must not know what a leaf says nor who signed a root.

use sha2::{Digest, Sha256};

use super::LogError;
use crate::limits;

/// 32 bytes: SHA-256 of a leaf, of a node, or of a whole tree.
pub type Hash = [u8; 32];

/// A tree: how many leaves it has, and its root.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TreeHead {
    /// Number of leaves.
    pub size: u64,
    /// Merkle Tree Hash of these leaves.
    pub root: Hash,
}

// Different first bytes, so that no node can be passed off as a leaf.
const LEAF: [u8; 1] = [0];
const NODE: [u8; 1] = [1];

/// SHA-256(0x00 ‖ `leaf`).
#[must_use]
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    Sha256::new().chain_update(LEAF).chain_update(leaf).finalize().into()
}

/// SHA-256(0x01 ‖ `left` ‖ `right`).
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update(NODE).chain_update(left).chain_update(right).finalize().into()
}

/// The root of a tree without leaves: SHA-256 of nothing.
#[must_use]
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// How many leaves the left part of a tree of `size` leaves has: the largest power of two smaller than `size`. Zero for trees
/// that have no two parts.
#[must_use]
pub const fn split_point(size: u64) -> u64 {
    match size {
        0 | 1 => 0,
        _ => 1 << (size - 1).ilog2(),
    }
}

/// The root that `path` leads to from the leaf at `index` of a tree of `size` leaves. `path` goes from the leaf's sibling to the
/// child of the root ("Merkle Audit Paths").
///
/// # Errors
///
/// [`LogError::Outside`] or [`LogError::PathLength`]: then there is no such root. Whether the root is the right one is the caller's question.
pub fn root_from_inclusion(
    leaf_hash: &Hash,
    index: u64,
    size: u64,
    path: &[Hash],
) -> Result<Hash, LogError> {
    if index >= size {
        return Err(LogError::Outside { inner: index, size });
    }
    let needed = inclusion_length(index, size);
    if path.len() != needed {
        return Err(LogError::PathLength { given: path.len(), needed });
    }
    let mut place = Place { node: index, last: size - 1 };
    Ok(path.iter().fold(*leaf_hash, |hash, sibling| {
        let parent = if place.is_right_child() {
            node_hash(sibling, &hash)
        } else {
            node_hash(&hash, sibling)
        };
        place.climb();
        parent
    }))
}

/// Whether the tree `new` continues the tree `old`: its first leaves are those of `old` ("Merkle Consistency Proofs").
/// The path is empty where `old` has no leaves or both are of one size.
///
/// # Errors
///
/// [`LogError::Outside`] if `old` is larger, [`LogError::PathLength`], or [`LogError::Root`] for the tree that the path does not lead to.
pub fn verify_consistency(old: TreeHead, new: TreeHead, path: &[Hash]) -> Result<(), LogError> {
    if old.size > new.size {
        return Err(LogError::Outside { inner: old.size, size: new.size });
    }
    let is = |head: TreeHead, root: Hash| match head.root == root {
        true => Ok(()),
        false => Err(LogError::Root { size: head.size }),
    };
    if old.size == 0 || old.size == new.size {
        return match path {
            [] if old.size == 0 => is(old, empty_root()),
            [] => is(old, new.root),
            _ => Err(LogError::PathLength { given: path.len(), needed: 0 }),
        };
    }
    // RFC 9162, "Verifying Consistency between Two Tree Heads": up to the largest full subtree that ends where the old tree ends.
    let mut place = Place { node: old.size - 1, last: new.size - 1 };
    while place.node % 2 == 1 {
        place.rise();
    }
    // The whole old tree is that subtree if its size is a power of two; then its root is not said again.
    let (seed, rest) = match path.split_first() {
        Some(_) if old.size.is_power_of_two() => (old.root, path),
        Some((first, rest)) => (*first, rest),
        None => return Err(LogError::PathLength { given: 0, needed: 1 }),
    };
    let needed = place.climbs();
    if rest.len() != needed {
        let seeds = path.len() - rest.len();
        return Err(LogError::PathLength { given: path.len(), needed: needed + seeds });
    }
    let (mut old_root, mut new_root) = (seed, seed);
    for sibling in rest {
        if place.is_right_child() {
            old_root = node_hash(sibling, &old_root);
            new_root = node_hash(sibling, &new_root);
        } else {
            new_root = node_hash(&new_root, sibling);
        }
        place.climb();
    }
    is(old, old_root)?;
    is(new, new_root)
}

/// How many hashes the inclusion proof for `index` in a tree of `size` leaves has, at most [`limits::PROOF_HASHES_MAX`] for sizes
/// below 2^63. Zero if there is no such leaf.
#[must_use]
pub fn inclusion_length(index: u64, size: u64) -> usize {
    if index < size { Place { node: index, last: size - 1 }.climbs() } else { 0 }
}

const _: () =
    assert!(limits::PROOF_HASHES_MAX == 63, "a tree of 2^63 leaves has 63 levels of nodes");

/// A node on its level, and the last node of that level.
#[derive(Clone, Copy)]
struct Place {
    node: u64,
    last: u64,
}

impl Place {
    /// A node that is last and stands alone has no sibling on its level: its sibling is to the left, some levels up.
    const fn is_right_child(self) -> bool {
        self.node % 2 == 1 || self.node == self.last
    }

    /// Up one level.
    const fn rise(&mut self) {
        self.node /= 2;
        self.last /= 2;
    }

    /// To the parent of this node and its sibling.
    const fn climb(&mut self) {
        if self.node == self.last {
            while self.node.is_multiple_of(2) && self.node != 0 {
                self.rise();
            }
        }
        self.rise();
    }

    /// How many siblings lie between here and the root.
    fn climbs(mut self) -> usize {
        let mut count = 0;
        while self.last > 0 {
            self.climb();
            count += 1;
        }
        count
    }
}

#[cfg(test)]
mod tests;
