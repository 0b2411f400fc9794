//! Known answers of the reference implementation and of the specifications, and what must not be read.

use ed25519_dalek::{Signer as _, SigningKey};

use super::*;

/// The key and note of the reference implementation (golang.org/x/mod/sumdb/note, package documentation).
const VKEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const TEXT: &str = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const LINE: &str = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";

/// The example of tlog-cosignature.
const COSIGNED: &str = "example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
";

/// The example of signed-note: a text with an empty line.
const POEM: &str = "Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
";

fn reference() -> VerifierKey {
    VerifierKey::parse(VKEY).unwrap()
}

fn signer(name: &str, algorithm: NoteAlgorithm, seed: u8) -> (SigningKey, VerifierKey) {
    let secret = SigningKey::from_bytes(&[seed; 32]);
    let key = VerifierKey::new(name, algorithm, secret.verifying_key().as_bytes()).unwrap();
    (secret, key)
}

fn log(seed: u8) -> (SigningKey, VerifierKey) {
    signer("log.example", NoteAlgorithm::Ed25519, seed)
}

fn signed((secret, key): &(SigningKey, VerifierKey), text: &str) -> SignatureLine {
    SignatureLine::of_signature(key, &secret.sign(text.as_bytes()).to_bytes())
}

fn cosigned((secret, key): &(SigningKey, VerifierKey), text: &str, time: u64) -> SignatureLine {
    let signature = secret.sign(cosigned_message(text, time).as_bytes());
    SignatureLine::of_cosignature(key, time, &signature.to_bytes())
}

#[test]
fn the_note_of_the_reference_implementation_verifies() {
    let note = Note::parse(format!("{TEXT}\n{LINE}\n").as_bytes()).unwrap();
    assert_eq!((note.text(), note.signatures().len()), (TEXT, 1));
    let known = [reference()];
    assert_eq!(known[0].id(), [0xc7, 0x4f, 0x20, 0xa3]);
    assert_eq!(note.verify(&known), Ok(vec![SignedBy { key: &known[0], time: None }]));
    assert_eq!(note.to_string(), format!("{TEXT}\n{LINE}\n"));
    let changed = TEXT.replace("answer", "answers");
    let changed = Note::parse(format!("{changed}\n{LINE}\n").as_bytes()).unwrap();
    assert_eq!(changed.verify(&known), Err(LogError::Signature("PeterNeumann".to_owned())));
}

#[test]
fn the_examples_of_the_specifications_are_read_and_written() {
    let note = Note::parse(COSIGNED.as_bytes()).unwrap();
    let names: Vec<&str> = note.signatures().iter().map(SignatureLine::name).collect();
    assert_eq!(names, ["example.com/behind-the-sofa", "witness.example.com/w1"]);
    assert_eq!(note.signatures()[1].bytes[4..12], 1_679_315_147_u64.to_be_bytes());
    assert_eq!(note.to_string(), COSIGNED);
    let note = Note::parse(POEM.as_bytes()).unwrap();
    assert!(note.text().ends_with("sole:\n\ned è subito sera.\n"), "{}", note.text());
    assert_eq!(note.to_string(), POEM);
    assert_eq!(note.verify(&[reference()]), Err(LogError::NotSigned));
    // tlog-cosignature, "Ed25519 signed message".
    let text = note_text(COSIGNED);
    let message = format!("cosignature/v1\ntime 1679315147\n{text}");
    assert_eq!(cosigned_message(&text, 1_679_315_147), message);
}

fn note_text(note: &str) -> String {
    Note::parse(note.as_bytes()).unwrap().text().to_owned()
}

#[test]
fn malformed_notes_are_refused() {
    let good = format!("{TEXT}\n{LINE}\n");
    assert!(Note::parse(good.as_bytes()).is_ok());
    let bad = [
        String::new(),
        "\n\n".to_owned(),
        TEXT.to_owned(),
        format!("{TEXT}\n"),
        format!("{TEXT}\n{LINE}"),
        format!("{TEXT}{LINE}\n"),
        format!("{TEXT}\n{LINE}\n\n"),
        format!("{TEXT}\n{LINE}\nmore\n"),
        format!("{TEXT}\nmore\n{LINE}\n"),
        good.replace('\n', "\r\n"),
        good.replace("then", "then\u{0}"),
        good.replace("then", "then\t"),
        good.replace('—', "-"),
        good.replace("— ", "—"),
        good.replace("— Peter", "—  Peter"),
        good.replace("Neumann x", "Neumann  x"),
        good.replace("nAM=", "nAM"),
        good.replace("nAM=", "nAN="),
        good.replace("nAM=", "nAM= "),
        good.replace("— PeterNeumann", "— "),
        good.replace("— PeterNeumann", "— Peter+Neumann"),
        good.replace("— PeterNeumann", "— Peter\u{2003}Neumann"),
        format!("{TEXT}\n— PeterNeumann x08gow==\n"),
        good.replace("— PeterNeumann", &format!("— {}", "a".repeat(256))),
    ];
    for note in bad {
        assert!(Note::parse(note.as_bytes()).is_err(), "{note:?}");
    }
    let mut latin = good.clone().into_bytes();
    latin[3] = 0xe8;
    assert!(Note::parse(&latin).is_err());
    let lines = |count: usize| format!("{TEXT}\n{}", format!("{LINE}\n").repeat(count));
    assert!(Note::parse(lines(limits::NOTE_SIGNATURES_MAX).as_bytes()).is_ok());
    let many = Note::parse(lines(limits::NOTE_SIGNATURES_MAX + 1).as_bytes());
    assert!(matches!(many, Err(LogError::TooMany { .. })));
    let large = Note::parse(&vec![b'\n'; limits::NOTE_BYTES_MAX + 1]);
    assert!(matches!(large, Err(LogError::TooMany { .. })));
}

#[test]
fn malformed_verifier_keys_are_refused() {
    for (from, to) in [
        ("c74f20a3", "c74f20a4"),
        ("c74f20a3", "C74F20A3"),
        ("c74f20a3", "c74f20a"),
        ("c74f20a3", ""),
        ("PeterNeumann", ""),
        ("PeterNeumann", "Peter Neumann"),
        ("PeterNeumann", "PeterNeumanm"),
        ("+ARpc", "+AhpC"),
        ("+ARpc", "+BBpc"),
        ("10TW", "10T"),
        ("10TW", "10TWAA=="),
        ("+ARpc", " ARpc"),
        ("+", "-"),
    ] {
        let vkey = VKEY.replacen(from, to, 1);
        assert_ne!(vkey, VKEY, "{from}");
        assert!(VerifierKey::parse(&vkey).is_err(), "{vkey}");
    }
    // The point of order one: under such a key every text is signed.
    let mut weak = [0; 32];
    weak[0] = 1;
    assert!(VerifierKey::new("log.example", NoteAlgorithm::Ed25519, &weak).is_err());
}

#[test]
fn names_and_ids_must_both_be_known() {
    let (first, second, other) = (log(1), log(2), signer("log2", NoteAlgorithm::Ed25519, 1));
    let text = "a\n";
    let note = Note::new(text, vec![signed(&first, text)]).unwrap();
    // One secret key under two names, and two keys under one name: neither is known by half.
    assert_eq!(note.verify(&[second.1.clone(), other.1.clone()]), Err(LogError::NotSigned));
    let known = [second.1.clone(), first.1.clone()];
    assert_eq!(note.verify(&known), Ok(vec![SignedBy { key: &known[1], time: None }]));
    // Lines of strangers are ignored, whatever they hold.
    let stranger = SignatureLine { name: "log.example".to_owned(), bytes: vec![0; 5] };
    let note = Note::new(text, vec![stranger, signed(&other, "b\n"), signed(&first, text)]);
    let known = [first.1.clone()];
    assert_eq!(note.unwrap().verify(&known).unwrap().len(), 1);
}

#[test]
fn one_wrong_line_of_a_known_key_refuses_the_note() {
    let (first, second) = (log(1), signer("other.example", NoteAlgorithm::Ed25519, 2));
    let text = "a\n";
    let known = [first.1.clone(), second.1.clone()];
    for lines in [
        vec![signed(&first, text), signed(&second, "b\n")],
        vec![signed(&second, "b\n"), signed(&first, text)],
        vec![signed(&first, text), signed(&first, "b\n")],
    ] {
        let note = Note::new(text, lines).unwrap();
        assert!(matches!(note.verify(&known), Err(LogError::Signature(_))));
    }
    let twice = Note::new(text, vec![signed(&first, text), signed(&first, text)]).unwrap();
    assert_eq!(twice.verify(&known).unwrap().len(), 1);
    let short = SignatureLine {
        bytes: first.1.id().into_iter().chain([1]).collect(),
        ..signed(&first, text)
    };
    let note = Note::new(text, vec![short]).unwrap();
    assert!(matches!(note.verify(&known), Err(LogError::Signature(_))));
}

#[test]
fn a_cosignature_covers_the_time_and_the_text() {
    let witness = signer("witness.example/w1", NoteAlgorithm::CosignatureV1, 3);
    let text = "log.example\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let line = cosigned(&witness, text, 1_790_000_000);
    assert_eq!(line.bytes.len(), 4 + 8 + 64);
    let known = [witness.1.clone()];
    let note = Note::new(text, vec![line.clone()]).unwrap();
    let by = SignedBy { key: &known[0], time: Some(1_790_000_000) };
    assert_eq!(note.verify(&known), Ok(vec![by]));
    assert_eq!(SignatureLine::parse(&line.to_string()), Ok(line.clone()));
    // Another time, another text, a signature without a time, a time beyond those that there are.
    let mut later = line;
    later.bytes[11] ^= 1;
    let plain = signer("witness.example/w1", NoteAlgorithm::Ed25519, 3);
    let untimed = witness.0.sign(text.as_bytes()).to_bytes();
    for line in [
        later,
        cosigned(&witness, "b\n", 1_790_000_000),
        SignatureLine::of_signature(&witness.1, &untimed),
        cosigned(&witness, text, 1 << 63),
    ] {
        let note = Note::new(text, vec![line]).unwrap();
        assert!(matches!(note.verify(&known), Err(LogError::Signature(_))));
    }
    // The same secret key with another type is another key.
    let note = Note::new(text, vec![signed(&plain, text)]).unwrap();
    assert_eq!(note.verify(&known), Err(LogError::NotSigned));
    assert_ne!(plain.1.id(), witness.1.id());
    assert_eq!(VerifierKey::parse(&witness.1.to_string()), Ok(witness.1));
}

#[test]
fn what_cannot_be_read_is_not_written() {
    let key = log(1);
    assert!(Note::new("a\n", Vec::new()).is_err());
    assert!(Note::new("a", vec![signed(&key, "a")]).is_err());
    assert!(Note::new("a\r\n", vec![signed(&key, "a\r\n")]).is_err());
    let smuggled = format!("a\n\n{}", signed(&key, "a\n"));
    assert!(Note::new(&smuggled, vec![signed(&key, &smuggled)]).is_err());
}
