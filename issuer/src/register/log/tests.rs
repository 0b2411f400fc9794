//! What the log must notice: entries that are gone, changed or turned back; and that what it proves holds.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::thread;

use ed25519_dalek::{Signer as _, SigningKey};
use verifier::log::merkle::{root_from_inclusion, verify_consistency};
use verifier::log::{NoteAlgorithm, SignatureLine, cosigned_message};

use super::*;
use crate::register::samples::{certificate, entry, issued};
use crate::register::{Event, MemoryRegister, NewEntry, Restoration, TreePin};

const ORIGIN: &str = "credentials.example.org/log";

/// The log's key, and its signer.
struct Key(SigningKey);

impl Key {
    fn verifier(&self, name: &str, algorithm: NoteAlgorithm) -> VerifierKey {
        VerifierKey::new(name, algorithm, self.0.verifying_key().as_bytes()).unwrap()
    }
}

impl SignCheckpoint for Key {
    fn sign_checkpoint(&self, checkpoint: &Checkpoint) -> Result<Note, SignerError> {
        let text = checkpoint.to_string();
        let signature = self.0.sign(text.as_bytes()).to_bytes();
        let key = self.verifier(ORIGIN, NoteAlgorithm::Ed25519);
        Ok(Note::new(&text, vec![SignatureLine::of_signature(&key, &signature)]).unwrap())
    }
}

fn key() -> Key {
    Key(SigningKey::from_bytes(&[7; 32]))
}

fn place(directory: &Path, anchor: Option<&Path>) -> LogPlace {
    LogPlace {
        directory: directory.to_owned(),
        key: key().verifier(ORIGIN, NoteAlgorithm::Ed25519),
        anchor: anchor.map(|path| Anchor::File(path.to_owned())),
        earlier: Vec::new(),
    }
}

/// A register of `count` entries, which differ from those of another `seed`.
fn register(count: u64, seed: u8) -> MemoryRegister {
    let register = MemoryRegister::new();
    grow(&register, count, seed);
    register
}

fn grow(register: &MemoryRegister, count: u64, seed: u8) {
    let entry = |index: u64| NewEntry {
        time: Timestamp::from_second(1_780_000_000 + i64::try_from(index).unwrap()).unwrap(),
        commitments: vec![[seed; 32]],
        payload: Event::InstanceRegistered { prefix: "A".to_owned() },
    };
    let size = register.size();
    let entries: Vec<_> = (size..size + count).map(entry).collect();
    for chunk in entries.chunks(500) {
        register.append(register.size(), chunk).unwrap();
    }
}

fn published(directory: &Path, register: &MemoryRegister) -> Log {
    let log = Log::open(place(directory, None), register).unwrap();
    log.publish(register, &key()).unwrap();
    log
}

#[test]
fn every_entry_is_proven_to_the_first_checkpoint_that_covers_it() {
    let directory = tempfile::tempdir().unwrap();
    let register = register(3, 1);
    let log = published(directory.path(), &register);
    grow(&register, 597, 1);
    assert_eq!(log.publish(&register, &key()).unwrap(), 600);
    assert_eq!(log.publish(&register, &key()).unwrap(), 600);
    for (index, size) in [(0, 3), (2, 3), (3, 600), (255, 600), (599, 600)] {
        let entry = register.read(index, 1).unwrap().pop().unwrap();
        let proof = log.prove(&entry).unwrap().unwrap();
        assert_eq!((proof.index, proof.checkpoint.head.size), (index, size));
        assert_eq!(proof.extra.as_deref(), Some(entry.leaf.bytes()));
        let root = root_from_inclusion(&entry.leaf.hash(), index, size, &proof.path).unwrap();
        assert_eq!(root, proof.checkpoint.head.root);
        TlogProof::parse(proof.to_string().as_bytes()).unwrap();
    }
    let heads = [3, 600].map(|size| {
        let note = log.checkpoint_within(size).unwrap().unwrap();
        place(directory.path(), None).read(&note).unwrap().1
    });
    verify_consistency(heads[0], heads[1], &log.consistency(3, 600).unwrap()).unwrap();
}

#[test]
fn a_log_opens_where_it_was_and_makes_lost_tiles_anew() {
    let directory = tempfile::tempdir().unwrap();
    let register = register(300, 1);
    let note = published(directory.path(), &register).checkpoint().unwrap();
    for change in ["nothing", "tiles", "a tile", "checkpoint"] {
        match change {
            "tiles" => fs::remove_dir_all(directory.path().join("tile")).unwrap(),
            "a tile" => fs::write(directory.path().join("tile/0/001.p/44"), [9; 44 * 32]).unwrap(),
            "checkpoint" => fs::remove_file(directory.path().join("checkpoint")).unwrap(),
            _ => {}
        }
        let log = Log::open(place(directory.path(), None), &register).unwrap();
        assert_eq!((log.size(), log.checkpoint().unwrap()), (300, note.clone()), "{change}");
        assert_eq!(fs::read_to_string(directory.path().join("checkpoint")).ok(), note, "{change}");
        let entry = register.read(299, 1).unwrap().pop().unwrap();
        log.prove(&entry).unwrap().unwrap();
    }
}

#[test]
fn a_register_that_holds_less_or_something_else_signs_nothing() {
    let directory = tempfile::tempdir().unwrap();
    published(directory.path(), &register(300, 1));
    let open = |register: &MemoryRegister| Log::open(place(directory.path(), None), register);
    assert!(matches!(open(&register(299, 1)), Err(LogError::Lost { held: 299, signed: 300 })));
    assert!(matches!(open(&register(300, 2)), Err(LogError::Contradiction { size: 300 })));
    assert!(open(&register(301, 1)).is_ok());
}

#[test]
fn a_history_that_lost_what_was_signed_signs_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let register = register(3, 1);
    let log = published(directory.path(), &register);
    let early = fs::read(directory.path().join("history")).unwrap();
    grow(&register, 4, 1);
    log.publish(&register, &key()).unwrap();
    for history in [&early[..], b""] {
        fs::write(directory.path().join("history"), history).unwrap();
        let opened = Log::open(place(directory.path(), None), &register);
        assert!(matches!(opened, Err(LogError::Damaged { .. })));
    }
}

#[test]
fn a_log_that_was_taken_away_whole_does_not_begin_anew() {
    let directory = tempfile::tempdir().unwrap();
    let register = register(3, 1);
    let open = |register: &MemoryRegister| Log::open(place(directory.path(), None), register);
    assert!(open(&register).is_ok(), "nothing was issued yet");
    register.append(3, &[issued(certificate(1, 1))]).unwrap();
    let refused = open(&register).err().unwrap();
    assert!(matches!(refused, LogError::Gone { .. }), "{refused}");
    // A restore ends one log and begins another.
    let restored = Restoration {
        from: TreePin { size: 4, root: String::new() },
        epoch: 2,
        prefix: "B".to_owned(),
        log: String::new(),
        first_status_list: 1_001,
        kept: Vec::new(),
        by: "registrar".to_owned(),
        restored_at: Timestamp::UNIX_EPOCH,
    };
    register.append(4, &[entry(9, Event::RegisterRestored(restored))]).unwrap();
    assert!(open(&register).is_ok());
}

#[test]
fn a_directory_that_was_turned_back_is_told_by_its_anchor() {
    let directory = tempfile::tempdir().unwrap();
    let anchor = directory.path().join("anchor");
    let today = directory.path().join("today");
    let yesterday = directory.path().join("yesterday");
    let old = register(5, 1);
    published(&yesterday, &old);
    let new = register(9, 1);
    let log = Log::open(place(&today, Some(&anchor)), &new).unwrap();
    log.publish(&new, &key()).unwrap();
    let behind = Log::open(place(&yesterday, Some(&anchor)), &old);
    assert!(matches!(behind, Err(LogError::Lost { held: 5, signed: 9 })));
    // One that went another way since is no better.
    let other = register(12, 2);
    let forked = directory.path().join("forked");
    published(&forked, &other);
    let forked = Log::open(place(&forked, Some(&anchor)), &other);
    assert!(matches!(forked, Err(LogError::Contradiction { size: 9 })));
    // An anchor that is gone is no permission.
    fs::remove_file(&anchor).unwrap();
    assert!(matches!(Log::open(place(&today, Some(&anchor)), &new), Err(LogError::Anchor { .. })));
}

/// Answers every request with the same status line and body, until the test ends.
fn serve(answer: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let answering = move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]).unwrap();
            let _ = stream.write_all(answer.as_bytes());
        }
    };
    thread::spawn(answering);
    format!("http://{address}/checkpoint")
}

#[test]
fn an_anchor_that_others_show_is_asked_and_never_written() {
    let directory = tempfile::tempdir().unwrap();
    let today = directory.path().join("today");
    let new = register(9, 1);
    let note = published(&today, &new).checkpoint().unwrap().unwrap();
    let ok = |body: &str| {
        let length = body.len();
        serve(format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        ))
    };
    let open = |folder: &Path, register: &MemoryRegister, url: String| {
        let place = LogPlace { anchor: Some(Anchor::Url(url)), ..place(folder, None) };
        Log::open(place, register)
    };
    grow(&new, 1, 1);
    let log = open(&today, &new, ok(&note)).unwrap();
    assert_eq!(log.publish(&new, &key()).unwrap(), 10, "what others show may be behind");
    let yesterday = directory.path().join("yesterday");
    let old = register(5, 1);
    published(&yesterday, &old);
    let behind = open(&yesterday, &old, ok(&note));
    assert!(matches!(behind, Err(LogError::Lost { held: 5, signed: 9 })));
    // Silence, a redirection and an error page are no permission.
    for answer in [
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99\r\nConnection: close\r\n\r\nhalf",
        "",
    ] {
        let refused = open(&today, &new, serve(answer.to_owned()));
        assert!(matches!(refused, Err(LogError::Anchor { .. })), "{answer}");
    }
    assert!(open(&today, &new, ok(&"x".repeat(100_000))).is_err());
    assert!(matches!(open(&today, &new, ok("no note")), Err(LogError::Foreign { .. })));
}

#[test]
fn a_checkpoint_of_somebody_else_is_none() {
    let directory = tempfile::tempdir().unwrap();
    let register = register(2, 1);
    published(directory.path(), &register);
    let mut other = place(directory.path(), None);
    other.key = Key(SigningKey::from_bytes(&[8; 32])).verifier(ORIGIN, NoteAlgorithm::Ed25519);
    assert!(matches!(Log::open(other, &register), Err(LogError::Damaged { .. })));
}

#[test]
fn cosignatures_are_taken_from_known_witnesses_alone() {
    let directory = tempfile::tempdir().unwrap();
    let register = register(4, 1);
    let log = published(directory.path(), &register);
    let witness = Key(SigningKey::from_bytes(&[9; 32]));
    let other = Key(SigningKey::from_bytes(&[10; 32]));
    let name = witness.verifier("witness.example", NoteAlgorithm::CosignatureV1);
    let other_name = other.verifier("other.example", NoteAlgorithm::CosignatureV1);
    let note = log.checkpoint().unwrap().unwrap();
    let cosigned_by = |witness: &Key, name: &VerifierKey, time: u64| {
        let text = Note::parse(note.as_bytes()).unwrap().text().to_owned();
        let signature = witness.0.sign(cosigned_message(&text, time).as_bytes()).to_bytes();
        format!("{note}{}\n", SignatureLine::of_cosignature(name, time, &signature))
    };
    let cosigned = |time| cosigned_by(&witness, &name, time);
    let known = [name.clone()];
    assert!(matches!(log.cosign(&note, &known), Err(LogError::NotCosigned)));
    assert!(matches!(log.cosign(&cosigned(1_780_000_100), &[]), Err(LogError::NotCosigned)));
    assert_eq!(log.cosign(&cosigned(1_780_000_100), &known).unwrap(), 4);
    let before = |second: i64, quorum| {
        let since = Timestamp::from_second(second).unwrap();
        log.cosigned_before(since, &known, quorum).unwrap().is_some()
    };
    assert!(before(1_780_000_101, 1) && !before(1_780_000_100, 1) && !before(1_780_000_101, 2));
    let served = log.checkpoint().unwrap().unwrap();
    assert_eq!(Note::parse(served.as_bytes()).unwrap().signatures().len(), 2);
    // The cosigned checkpoint is what proofs lead to from now on.
    let entry = register.read(0, 1).unwrap().pop().unwrap();
    assert_eq!(log.prove(&entry).unwrap().unwrap().note.signatures().len(), 2);
    // Each witness hands in his own line.
    let both = [name.clone(), other_name.clone()];
    log.cosign(&cosigned_by(&other, &other_name, 1_780_000_100), &both).unwrap();
    let since = Timestamp::from_second(1_780_000_101).unwrap();
    assert!(log.cosigned_before(since, &both, 2).unwrap().is_some());
}

#[test]
fn a_witness_that_repeats_itself_shuts_no_other_out() {
    let directory = tempfile::tempdir().unwrap();
    let register = register(4, 1);
    let log = published(directory.path(), &register);
    let bare = log.checkpoint().unwrap().unwrap();
    let text = Note::parse(bare.as_bytes()).unwrap().text().to_owned();
    let keys = [9, 10, 11].map(|seed| Key(SigningKey::from_bytes(&[seed; 32])));
    let names = ["first.example", "second.example", "stranger.example"];
    let known: Vec<VerifierKey> = std::iter::zip(&keys, names)
        .map(|(key, name)| key.verifier(name, NoteAlgorithm::CosignatureV1))
        .collect();
    let line = |which: usize, time: u64| {
        let signature = keys[which].0.sign(cosigned_message(&text, time).as_bytes()).to_bytes();
        SignatureLine::of_cosignature(&known[which], time, &signature)
    };
    let witnesses = &known[..2];
    let lines = || Note::parse(log.checkpoint().unwrap().unwrap().as_bytes()).unwrap();
    let first = 1_780_000_100;
    for time in first..first + 100 {
        log.cosign(&format!("{bare}{}\n", line(0, time)), witnesses).unwrap();
    }
    // One line of the log and the newest of the witness.
    assert_eq!(lines().signatures()[1..], [line(0, first + 99)]);
    // Lines of a stranger go through nobody's door.
    let strange: String = (0..50).map(|time| format!("{}\n", line(2, time))).collect();
    log.cosign(&format!("{bare}{strange}{}\n", line(0, first + 100)), witnesses).unwrap();
    assert_eq!(lines().signatures()[1..], [line(0, first + 100)]);

    log.cosign(&format!("{bare}{}\n", line(1, first)), witnesses).unwrap();
    assert_eq!(lines().signatures()[1..], [line(1, first), line(0, first + 100)]);
    let by = lines().verify(witnesses).unwrap().len();
    assert_eq!(by, 2);
    let kept = fs::read_to_string(directory.path().join("cosigned")).unwrap();
    assert_eq!(kept.lines().filter(|line| line.starts_with('—')).count(), 2 * 102 + 1);
    // What was signed first still tells the time.
    let since = Timestamp::from_second(first.cast_signed() + 1).unwrap();
    assert!(log.cosigned_before(since, witnesses, 1).unwrap().is_some());
}
