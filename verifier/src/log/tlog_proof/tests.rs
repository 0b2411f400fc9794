//! Proofs made by the definition, each with one thing wrong.

use ed25519_dalek::{Signer as _, SigningKey};

use super::super::merkle::TreeHead;
use super::super::note::{NoteAlgorithm, SignatureLine, VerifierKey};
use super::*;

const LEAF: &[u8] = b"leaf of index 2";

/// A tree of three leaves, the last of which is `LEAF`.
fn proof() -> TlogProof {
    let leaves = [merkle::leaf_hash(b"0"), merkle::leaf_hash(b"1"), merkle::leaf_hash(LEAF)];
    let left = merkle::node_hash(&leaves[0], &leaves[1]);
    let head = TreeHead { size: 3, root: merkle::node_hash(&left, &leaves[2]) };
    let checkpoint = Checkpoint { origin: "log.example".to_owned(), head };
    let secret = SigningKey::from_bytes(&[1; 32]);
    let public = secret.verifying_key();
    let key = VerifierKey::new("log.example", NoteAlgorithm::Ed25519, public.as_bytes()).unwrap();
    let text = checkpoint.to_string();
    let line = SignatureLine::of_signature(&key, &secret.sign(text.as_bytes()).to_bytes());
    let note = Note::new(&text, vec![line]).unwrap();
    TlogProof::new(Some(LEAF.to_vec()), 2, vec![left], note).unwrap()
}

#[test]
fn a_proof_is_written_read_and_checked() {
    let proof = proof();
    let text = proof.to_string();
    assert!(text.starts_with("c2sp.org/tlog-proof@v1\nextra bGVhZiBvZiBpbmRleCAy\nindex 2\n"));
    assert_eq!(TlogProof::parse(text.as_bytes()), Ok(proof.clone()));
    assert_eq!(proof.check(LEAF), Ok(()));
    assert_eq!(proof.check(b"0"), Err(LogError::Root { size: 3 }));
    let bare = TlogProof::new(None, 2, proof.path.clone(), proof.note.clone()).unwrap();
    assert_eq!(TlogProof::parse(bare.to_string().as_bytes()), Ok(bare.clone()));
    assert!(!bare.to_string().contains("extra"));
    let forged = TlogProof { path: vec![[0; 32]], ..proof };
    assert_eq!(forged.check(LEAF), Err(LogError::Root { size: 3 }));
}

#[test]
fn every_other_spelling_is_refused() {
    let text = proof().to_string();
    let hash = text.lines().nth(3).unwrap().to_owned();
    let twice = format!("{hash}\n{hash}\n\n");
    let none = format!("{hash}\n");
    let many = format!("{}\n", format!("{hash}\n").repeat(64));
    for (from, to) in [
        ("\n", "\r\n"),
        ("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2"),
        ("c2sp.org/tlog-proof@v1\n", ""),
        ("c2sp.org", "\u{feff}c2sp.org"),
        ("c2sp.org", "\nc2sp.org"),
        ("extra bG", "extra  bG"),
        ("extra bG", "extra b"),
        ("extra bG", "Extra bG"),
        ("extra bG", "extra AAAA\nextra bG"),
        ("index 2", "index 02"),
        ("index 2", "index +2"),
        ("index 2", "index -2"),
        ("index 2", "index 2 "),
        ("index 2", "index"),
        ("index 2", "index 3"),
        ("index 2", "index 18446744073709551616"),
        ("index 2", "index 0"),
        ("index 2\n", ""),
        ("index 2\n", "index 2\nindex 2\n"),
        ("index 2\n", "index 2\n\n"),
        (&none, ""),
        (&format!("{hash}\n\n"), &twice),
        (&format!("{hash}\n\n"), &many),
        (&hash, &hash[..40]),
        ("\n3\n", "\n03\n"),
        ("\n3\n", "\n0\n"),
        ("\n3\n", "\n2\n"),
        ("\n3\n", "\n9\n"),
        ("log.example\n3", "log.example\n\n3"),
        ("\n\n— ", "\nextension\n\n— "),
        ("\n\n— ", "\n— "),
    ] {
        let changed = text.replacen(from, to, if from == "\n" { usize::MAX } else { 1 });
        assert_ne!(changed, text, "{from}");
        assert!(TlogProof::parse(changed.as_bytes()).is_err(), "{changed}");
    }
    assert!(TlogProof::parse(&text.as_bytes()[..text.len() - 1]).is_err());
    assert!(TlogProof::parse(format!("{text}\n").as_bytes()).is_err());
    assert!(TlogProof::parse(format!("{text}more\n").as_bytes()).is_err());
    assert!(TlogProof::parse(b"").is_err());
    let large = vec![b'a'; limits::INCLUSION_PROOF_BYTES_MAX + 1];
    assert!(matches!(TlogProof::parse(&large), Err(LogError::TooMany { .. })));
}

#[test]
fn sixty_four_hashes_are_refused_before_their_place_is_asked() {
    let text = proof().to_string();
    let hash = text.lines().nth(3).unwrap().to_owned();
    let with =
        |count: usize| text.replacen(&format!("{hash}\n"), &format!("{hash}\n").repeat(count), 1);
    let parse = |count| TlogProof::parse(with(count).as_bytes());
    assert_eq!(
        parse(64),
        Err(LogError::TooMany { what: "hashes of a proof", given: 64, most: 63 })
    );
    assert_eq!(parse(63), Err(LogError::PathLength { given: 63, needed: 1 }));
}
