//! What is refused.

use super::*;

#[test]
fn a_damaged_backup_is_refused_with_a_sentence() {
    let office = match Office::ready() {
        Ok(office) => office,
        Err(reason) => return skip("a_damaged_backup_is_refused_with_a_sentence", &reason),
    };
    let recipient = Recipient::of(&office);
    let _ = import(&office, "D", 0..2);
    let file = office.scratch.join("whole.tanu-backup");
    let _ = recipient.back_up(&office, &file);
    let whole = fs::read(&file).unwrap();
    let damaged = office.scratch.join("damaged.tanu-backup");
    let refused = |bytes: &[u8], what: &str| {
        fs::write(&damaged, bytes).unwrap();
        let other = Office::empty().unwrap();
        let words = recipient.restore((&office, &other), "B", std::slice::from_ref(&damaged));
        let sentence = perform(&other, &words).ended(1);
        let sentence = sentence.sentence();
        assert!(sentence.contains("backup"), "{what}: {sentence}");
        assert!(!other.dir.join("tanu.toml").exists(), "{what}: it looks restored");
    };
    for part in 0..30 {
        refused(&whole[..whole.len() * part / 30], &format!("cut at {part}/30"));
        let mut flipped = whole.clone();
        let place = whole.len() * (2 * part + 1) / 60;
        flipped[place] ^= 1 << (part % 8);
        refused(&flipped, &format!("a bit of byte {place}"));
    }
    refused(&whole[..whole.len() - 1], "the last byte is missing");
    refused(&[whole.as_slice(), b"\n"].concat(), "a byte more");
}

#[test]
fn another_key_another_passphrase_and_files_that_are_there_are_refused() {
    let office = match Office::ready() {
        Ok(office) => office,
        Err(reason) => {
            let name = "another_key_another_passphrase_and_files_that_are_there_are_refused";
            return skip(name, &reason);
        }
    };
    let recipient = Recipient::of(&office);
    let file = office.scratch.join("whole.tanu-backup");
    let _ = import(&office, "D", 0..2);
    let _ = recipient.back_up(&office, &file);
    let stranger = Office::empty().unwrap();
    let other_key = Recipient::of(&stranger);
    let words = other_key.restore((&office, &stranger), "B", std::slice::from_ref(&file));
    assert!(perform(&stranger, &words).ended(1).sentence().contains("does not open"));
    let _ = office.file("own", b"six invented owls\n");
    let own = office.scratch.join("own");
    let sealed = office.scratch.join("sealed.tanu-backup");
    let issuer = tanu_tests::binary("issuer").unwrap();
    let command = |dir: &Path, passphrase: &Path, words: &[&str]| {
        let mut command = std::process::Command::new(&issuer);
        command.arg("--dir").arg(dir).arg("--passphrase-file").arg(passphrase).args(words);
        run(&mut command)
    };
    let out = text(&sealed);
    let made = command(&office.dir, &own, &["backup", "--verify", "--out", &out]).ended(0);
    assert!(!made.stdout.contains("owls") && !made.stderr.contains("owls"));
    let again = command(&office.dir, &own, &["backup", "--out", &out]).ended(1);
    assert!(again.sentence().contains("never overwritten"));
    let keys = office.scratch.join("passphrase");
    let other = Office::empty().unwrap();
    let wrong = command(&other.dir, &keys, &["restore", &out, "--prefix", "B"]).ended(1);
    assert!(wrong.sentence().contains("does not open"));
    let other = Office::empty().unwrap();
    // Without the keys nobody sees whether one was exchanged since: somebody must say so.
    let unsaid = command(&other.dir, &own, &["restore", &out, "--prefix", "B"]).ended(1);
    assert!(unsaid.sentence().contains("--trust-list"), "{unsaid:?}");
    assert!(!other.dir.join("tanu.toml").exists());
    let words = ["restore", &out, "--prefix", "B", "--no-trust-list"];
    let _ = command(&other.dir, &own, &words).ended(0);
    let without = command(&other.dir, &keys, &["list"]).ended(1);
    assert!(without.sentence().contains("keys.age is missing"), "{without:?}");
    fs::copy(office.dir.join("keys.age"), other.dir.join("keys.age")).unwrap();
    assert_eq!(numbers(&other), numbers(&office));
    assert!(!office.scratch.join("sealed.tanu-backup.unfinished").exists());
}
