//! What is restored: nothing is valid again that was revoked, and nothing is given twice.

use super::*;

/// A register that went on after its last backup: a certificate that is in it was revoked since, and two were issued, one of them revoked.
struct Tail {
    office: Office,
    recipient: Recipient,
    file: PathBuf,
    made: Value,
    kept: Vec<String>,
    lost: Vec<String>,
    /// The anchor, and what it says.
    anchor: (PathBuf, Vec<u8>),
}

impl Tail {
    fn new() -> Result<Self, String> {
        let office = Office::ready()?;
        let recipient = Recipient::of(&office);
        let anchor = office.scratch.join("anchor");
        let configuration = fs::read_to_string(office.dir.join("tanu.toml")).unwrap();
        let configuration = format!("anchor = \"{}\"\n{configuration}", anchor.display());
        fs::write(office.dir.join("tanu.toml"), configuration).unwrap();
        fs::copy(office.dir.join("log/checkpoint"), &anchor).unwrap();
        let kept = import(&office, "KEPT", 0..3);
        let file = office.scratch.join("full.tanu-backup");
        let made = recipient.back_up(&office, &file);
        let lost = import(&office, "LOST", 0..2);
        for number in [&kept[1], &lost[0]] {
            let words =
                ["revoke", number, "--reason", "misconduct", "--by", "A", "--confirmed-by", "B"];
            let _ = office.run(&words).ended(0);
        }
        let evidence = fs::read(&anchor).unwrap();
        assert_eq!(evidence, fs::read(office.dir.join("log/checkpoint")).unwrap());
        Ok(Self { office, recipient, file, made, kept, lost, anchor: (anchor, evidence) })
    }

    /// The words that restore it for another directory.
    fn words(&self, other: &Office, prefix: &str) -> Vec<String> {
        let file = std::slice::from_ref(&self.file);
        self.recipient.restore((&self.office, other), prefix, file)
    }

    /// Restored with everything that is known.
    fn restored(&self) -> (Office, Value) {
        let other = Office::empty().unwrap();
        let mut words = self.words(&other, "B");
        words.extend(["--status-list".to_owned(), text(&self.office.dir.join("status/1.json"))]);
        words.extend(["--checkpoint".to_owned(), text(&self.office.dir.join("log/checkpoint"))]);
        let restored = perform(&other, &words).ended(0).record();
        (other, restored)
    }
}

#[test]
fn what_was_revoked_and_lost_stays_revoked() {
    let tail = match Tail::new() {
        Ok(tail) => tail,
        Err(reason) => return skip("what_was_revoked_and_lost_stays_revoked", &reason),
    };
    let (kept, lost) = (&tail.kept, &tail.lost);
    // A list that no key of the university signed is not believed.
    let list = fs::read_to_string(tail.office.dir.join("status/1.json")).unwrap();
    let forged = list.replace("validUntil\":\"2", "validUntil\":\"3");
    let forged = tail.office.file("forged.json", forged.as_bytes());
    let other = Office::empty().unwrap();
    let mut words = tail.words(&other, "B");
    words.extend(["--status-list".to_owned(), text(&forged)]);
    assert!(perform(&other, &words).ended(1).sentence().contains("no key for status lists"));
    assert!(!other.dir.join("tanu.toml").exists());

    let (other, restored) = tail.restored();
    assert_eq!(restored["last_number"], kept[2].as_str());
    assert_eq!(restored["revoked"], serde_json::json!([kept[1]]));
    assert_eq!(restored["kept"].as_array().unwrap().len(), 3);
    assert_eq!(restored["lists_missing"], serde_json::json!([]));
    let shown = other.run(&["show", &kept[1], "--json"]).ended(0).stdout;
    assert!(shown.contains("not-recorded"), "{shown}");
    // The lists that the restored register signs say the same of what is lost as before.
    sign_lists(&other);
    let judge = Judge::of(&other.dir);
    for (number, verdict) in [
        (&kept[0], Verdict::Valid),
        (&kept[1], Verdict::Invalid),
        (&lost[0], Verdict::Invalid),
        (&lost[1], Verdict::Valid),
    ] {
        let credential = tail.office.credential(number, "en");
        assert_eq!(judge.verdict(credential.as_bytes()), verdict, "{number}");
    }
}

#[test]
fn the_lost_range_is_told_and_the_anchor_is_kept() {
    let tail = match Tail::new() {
        Ok(tail) => tail,
        Err(reason) => return skip("the_lost_range_is_told_and_the_anchor_is_kept", &reason),
    };
    let (anchor, evidence) = &tail.anchor;
    let (other, restored) = tail.restored();
    let signed = String::from_utf8(evidence.clone()).unwrap();
    let size: u64 = signed.lines().nth(1).unwrap().parse().unwrap();
    let lost = size - tail.made["size"].as_u64().unwrap();
    assert!(lost >= 4);
    assert_eq!(restored["lost_entries"].as_u64(), Some(lost));
    let _ = import(&other, "NEW", 0..1);
    assert_eq!(&fs::read(anchor).unwrap(), evidence, "the old anchor is evidence");
    let new = fs::read_to_string(tail.office.scratch.join("anchor.log-2")).unwrap();
    assert!(new.starts_with("credentials.example.org/log-2\n"), "{new}");
    let ended = fs::read_to_string(other.dir.join("log/earlier/1/history")).unwrap();
    let last = fs::read_to_string(other.dir.join("log/earlier/1/checkpoint")).unwrap();
    assert!(ended.trim_end().ends_with(last.trim_end()), "{last}");
}

#[test]
fn a_restored_register_is_restored_again_under_a_third_prefix() {
    let tail = match Tail::new() {
        Ok(tail) => tail,
        Err(reason) => {
            return skip("a_restored_register_is_restored_again_under_a_third_prefix", &reason);
        }
    };
    let (other, _) = tail.restored();
    let _ = import(&other, "NEW", 0..1);
    let again = other.scratch.join("again.tanu-backup");
    let _ = tail.recipient.back_up(&other, &again);
    for (prefix, code) in [("B", 1), ("A", 1), ("b", 1), ("C", 0)] {
        let third = Office::empty().unwrap();
        let files = std::slice::from_ref(&again);
        let words = tail.recipient.restore((&other, &third), prefix, files);
        let finished = perform(&third, &words).ended(code);
        if code == 1 {
            assert!(finished.sentence().contains(&format!("prefix {prefix}")));
            continue;
        }
        assert_eq!(finished.record()["epoch"], 3);
        let issued = import(&third, "NEWER", 0..1);
        assert!(issued[0].starts_with("MC-C-"), "{issued:?}");
        let proof = third.run(&["register", "prove", &tail.kept[0]]).ended(0).stdout;
        assert!(proof.contains("\ncredentials.example.org/log-3\n"), "{proof}");
        // The audit knows the logs of all epochs. The lists are signed anew by a service.
        sign_lists(&third);
        let _ = third.run(&["register", "verify"]).ended(0);
    }
}

/// The state that is believed after a theft may lie before a restore: then the checkpoint of the log that ended proves it.
#[test]
fn a_key_stolen_before_a_restore_is_pinned_to_the_log_that_ended() {
    let office = match Office::ready() {
        Ok(office) => office,
        Err(reason) => {
            return skip("a_key_stolen_before_a_restore_is_pinned_to_the_log_that_ended", &reason);
        }
    };
    let recipient = Recipient::of(&office);
    let kept = import(&office, "KEPT", 0..2);
    let before = office.credential(&kept[0], "kk");
    std::thread::sleep(Duration::from_millis(1_100));
    let since = clock();
    std::thread::sleep(Duration::from_millis(1_100));
    let file = office.scratch.join("full.tanu-backup");
    let made = recipient.back_up(&office, &file);
    let other = Office::empty().unwrap();
    let _ = perform(&other, &recipient.restore((&office, &other), "B", &[file])).ended(0);
    // The last entry of the backup is older than this, and the first of the new epoch is not.
    let restored = fs::read_to_string(other.dir.join("log/earlier/1/checkpoint")).unwrap();
    assert_eq!(restored.lines().nth(1).unwrap(), made["size"].to_string());
    let words = ["key", "compromise", "--purpose", "credentials", "--since", &since];
    let words = [&words[..], &["--by", "A", "--confirmed-by", "B"]].concat();
    let _ = other.run(&words).ended(0);
    let trust: Value =
        serde_json::from_slice(&fs::read(other.dir.join("trust.json")).unwrap()).unwrap();
    let issuer = &trust["issuers"][0];
    assert_eq!(issuer["keys"][0]["compromised"]["size"], made["size"]);
    assert_eq!(issuer["earlier_logs"][0]["origin"], "credentials.example.org/log");
    let proof = other.run(&["register", "prove", &kept[0]]).ended(0).stdout;
    assert!(proof.contains("\ncredentials.example.org/log\n"), "{proof}");
    sign_lists(&other);
    let mut judge = Judge::of(&other.dir);
    assert_eq!(judge.verdict(before.as_bytes()), Verdict::Indeterminate);
    tanu_tests::offer(&mut judge.documents, proof.into_bytes()).unwrap();
    assert_eq!(judge.verdict(before.as_bytes()), Verdict::Valid);
}
