//! Known answers of Certificate Transparency, and the definition itself as an oracle.

use proptest::prelude::*;

use super::*;

/// The leaves of the reference implementation's test (certificate-transparency, `merkletree/merkle_tree_test.cc`).
const LEAVES: [&str; 8] = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
];

/// Roots of the trees of the first one to eight of them.
const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/// Index, size, and the path of the same test.
const PATHS: [(u64, u64, &[&str]); 5] = [
    (0, 1, &[]),
    (
        0,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        &[
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        &[
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
];

/// Two sizes, and the consistency proof between them, of the same test.
const CONSISTENCY: [(u64, u64, &[&str]); 4] = [
    (1, 1, &[]),
    (
        1,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        &[
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        &[
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
];

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u32> = hex.chars().map(|digit| digit.to_digit(16).unwrap()).collect();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap()).collect()
}

fn hash(hex: &str) -> Hash {
    bytes(hex).try_into().unwrap()
}

fn hashes(path: &[&str]) -> Vec<Hash> {
    path.iter().map(|hex| hash(hex)).collect()
}

fn known(size: u64) -> TreeHead {
    TreeHead { size, root: hash(ROOTS[usize::try_from(size).unwrap() - 1]) }
}

/// RFC 6962, "Merkle Hash Trees", as it is written there.
fn naive_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Sha256::digest([]).into(),
        [leaf] => *leaf,
        _ => {
            let mut k = 1;
            while k * 2 < leaves.len() {
                k *= 2;
            }
            let (left, right) = leaves.split_at(k);
            let mut text = vec![1];
            text.extend(naive_root(left));
            text.extend(naive_root(right));
            Sha256::digest(text).into()
        }
    }
}

fn halves(leaves: &[Hash]) -> (&[Hash], &[Hash]) {
    let mut k = 1;
    while k * 2 < leaves.len() {
        k *= 2;
    }
    leaves.split_at(k)
}

/// "Merkle Audit Paths", PATH.
fn naive_path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let (left, right) = halves(leaves);
    let (mut path, sibling) = if index < left.len() {
        (naive_path(index, left), right)
    } else {
        (naive_path(index - left.len(), right), left)
    };
    path.push(naive_root(sibling));
    path
}

/// "Merkle Consistency Proofs", SUBPROOF.
fn naive_consistency(old: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
    if old == leaves.len() {
        return if whole { Vec::new() } else { vec![naive_root(leaves)] };
    }
    let (left, right) = halves(leaves);
    let (mut path, sibling) = if old <= left.len() {
        (naive_consistency(old, left, whole), right)
    } else {
        (naive_consistency(old - left.len(), right, false), left)
    };
    path.push(naive_root(sibling));
    path
}

fn some_leaves(count: usize) -> Vec<Hash> {
    (0..count).map(|index| leaf_hash(format!("leaf {index}").as_bytes())).collect()
}

fn head(leaves: &[Hash]) -> TreeHead {
    TreeHead { size: u64::try_from(leaves.len()).unwrap(), root: naive_root(leaves) }
}

#[test]
fn the_roots_of_certificate_transparency() {
    let leaves: Vec<Hash> = LEAVES.iter().map(|leaf| leaf_hash(&bytes(leaf))).collect();
    for (index, root) in ROOTS.iter().enumerate() {
        assert_eq!(naive_root(&leaves[..=index]), hash(root), "{} leaves", index + 1);
    }
    assert_eq!(
        empty_root(),
        hash("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    );
    assert_eq!(node_hash(&leaves[0], &leaves[1]), hash(ROOTS[1]));
}

#[test]
fn the_paths_of_certificate_transparency() {
    for (index, size, path) in PATHS {
        let leaf = leaf_hash(&bytes(LEAVES[usize::try_from(index).unwrap()]));
        let root = root_from_inclusion(&leaf, index, size, &hashes(path));
        assert_eq!(root, Ok(known(size).root), "{index} of {size}");
    }
    for (old, new, path) in CONSISTENCY {
        let verified = verify_consistency(known(old), known(new), &hashes(path));
        assert_eq!(verified, Ok(()), "{old} to {new}");
    }
}

#[test]
fn the_definition_agrees_for_every_place_in_every_tree_to_130() {
    let all = some_leaves(130);
    for size in 1..=130 {
        let leaves = &all[..size];
        let head = head(leaves);
        for (index, leaf) in leaves.iter().enumerate() {
            let path = naive_path(index, leaves);
            let at = u64::try_from(index).unwrap();
            assert_eq!(inclusion_length(at, head.size), path.len(), "{index} of {size}");
            assert_eq!(root_from_inclusion(leaf, at, head.size, &path), Ok(head.root));
        }
    }
}

#[test]
fn the_definition_agrees_for_every_two_trees_to_130() {
    let all = some_leaves(130);
    let heads: Vec<TreeHead> = (0..=130).map(|size| head(&all[..size])).collect();
    for (new, new_head) in heads.iter().enumerate() {
        for (old, old_head) in heads[..=new].iter().enumerate() {
            let path =
                if old == 0 { Vec::new() } else { naive_consistency(old, &all[..new], true) };
            assert_eq!(verify_consistency(*old_head, *new_head, &path), Ok(()), "{old} to {new}");
            let longer: Vec<Hash> = path.iter().copied().chain([[7; 32]]).collect();
            assert!(verify_consistency(*old_head, *new_head, &longer).is_err(), "{old} to {new}");
            if let Some((_, shorter)) = path.split_last() {
                assert!(verify_consistency(*old_head, *new_head, shorter).is_err());
            }
            if old < new {
                assert!(verify_consistency(*new_head, *old_head, &path).is_err());
            }
            let forged = TreeHead { root: [9; 32], ..*old_head };
            assert!(verify_consistency(forged, *new_head, &path).is_err(), "{old} to {new}");
            // From nothing every tree follows: that says nothing about its root.
            if old > 0 {
                let forged = TreeHead { root: [9; 32], ..*new_head };
                assert!(verify_consistency(*old_head, forged, &path).is_err(), "{old} to {new}");
            }
        }
    }
}

#[test]
fn the_left_part_is_the_largest_smaller_power_of_two() {
    let expected =
        [(0, 0), (1, 0), (2, 1), (3, 2), (4, 2), (5, 4), (8, 4), (9, 8), (130, 128), (256, 128)];
    for (size, left) in expected {
        assert_eq!(split_point(size), left, "{size}");
    }
    assert_eq!(split_point(u64::MAX), 1 << 63);
}

#[test]
fn what_lies_outside_is_refused() {
    let outside = |index, size| root_from_inclusion(&[0; 32], index, size, &[]);
    assert_eq!(outside(0, 0), Err(LogError::Outside { inner: 0, size: 0 }));
    assert_eq!(outside(5, 5), Err(LogError::Outside { inner: 5, size: 5 }));
    assert_eq!(outside(0, 2), Err(LogError::PathLength { given: 0, needed: 1 }));
    // The largest tree that is read: 63 hashes, no more.
    assert_eq!(inclusion_length(0, limits::TREE_SIZE_MAX), 63);
    assert_eq!(inclusion_length(limits::TREE_SIZE_MAX - 1, limits::TREE_SIZE_MAX), 62);
}

proptest! {
    #[test]
    fn one_changed_bit_leads_elsewhere(size in 2_usize..130, pick in any::<(u16, u16, u8)>()) {
        let leaves = some_leaves(size);
        let index = usize::from(pick.0) % size;
        let mut path = naive_path(index, &leaves);
        let hash = usize::from(pick.1) % path.len();
        path[hash][usize::from(pick.2 >> 3)] ^= 1 << (pick.2 & 7);
        let at = u64::try_from(index).unwrap();
        let root = root_from_inclusion(&leaves[index], at, head(&leaves).size, &path);
        prop_assert_ne!(root, Ok(naive_root(&leaves)));
    }

    #[test]
    fn another_place_leads_elsewhere(size in 2_usize..130, pick in any::<(u16, u16)>()) {
        let leaves = some_leaves(size);
        let (index, other) = (usize::from(pick.0) % size, usize::from(pick.1) % size);
        prop_assume!(index != other);
        let path = naive_path(index, &leaves);
        let root = root_from_inclusion(
            &leaves[index],
            u64::try_from(other).unwrap(),
            head(&leaves).size,
            &path,
        );
        prop_assert_ne!(root, Ok(naive_root(&leaves)));
    }

    #[test]
    fn any_hashes_for_any_place_are_answered(index: u64, size: u64, path in prop::collection::vec(any::<[u8; 32]>(), 0..70)) {
        let root = root_from_inclusion(&[1; 32], index, size, &path);
        prop_assert_eq!(root.is_ok(), index < size && path.len() == inclusion_length(index, size));
        let (old, new) = (TreeHead { size: index, root: [1; 32] }, TreeHead { size, root: [2; 32] });
        prop_assert!(verify_consistency(old, new, &path).is_err());
    }
}
