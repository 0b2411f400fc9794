//! Backups: made while others issue, damaged in every way, restored into a register that goes on without giving anything twice.

#![expect(clippy::unwrap_used, reason = "a test may stop on its way")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use age::secrecy::ExposeSecret as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tanu_tests::{
    Judge, Office, PASSPHRASE, Service, clock, completions, records, run, skip, start, text,
};
use verifier::Verdict;

/// A recipient of backups, with the file of its secret key.
struct Recipient {
    public: String,
    secret: age::x25519::Identity,
    file: PathBuf,
}

impl Recipient {
    fn of(office: &Office) -> Self {
        let secret = age::x25519::Identity::generate();
        let line = format!("# synthetic\n{}\n", secret.to_string().expose_secret());
        let file = office.file("identity", line.as_bytes());
        Self { public: secret.to_public().to_string(), secret, file }
    }

    /// A full backup, read back.
    fn back_up(&self, office: &Office, out: &Path) -> Value {
        let (out, file) = (text(out), text(&self.file));
        let words = ["backup", "--json", "--verify", "--recipient", &self.public];
        office.run(&[&words[..], &["--identity", &file, "--out", &out]].concat()).ended(0).record()
    }

    /// `issuer restore` of these files for another directory, not yet started.
    fn restore(
        &self,
        (from, to): (&Office, &Office),
        prefix: &str,
        files: &[PathBuf],
    ) -> Vec<String> {
        let keys = from.dir.join("keys.age");
        let mut words = vec!["restore".to_owned(), "--json".to_owned()];
        words.extend(["--prefix".to_owned(), prefix.to_owned()]);
        words.extend(["--identity".to_owned(), text(&self.file), "--keys".to_owned(), text(&keys)]);
        words.extend(files.iter().map(|file| text(file)));
        assert!(!to.dir.exists(), "a new directory");
        words
    }
}

fn perform(office: &Office, words: &[String]) -> tanu_tests::Finished {
    office.run(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

fn import(office: &Office, series: &str, learners: std::ops::Range<usize>) -> Vec<String> {
    let file = office.file(
        &format!("{series}-{}.csv", learners.start),
        completions(series, learners).as_bytes(),
    );
    let done = office.import(&file, &[]).ended(0);
    let numbers = done.records().into_iter().map(|row| row["number"].as_str().unwrap().to_owned());
    numbers.collect()
}

/// Everything that must never be given twice: numbers, registration numbers, handles, places in status lists.
fn given(office: &Office) -> BTreeSet<String> {
    let mut given = BTreeSet::new();
    for record in records(&office.list()) {
        for name in ["number", "registration_number", "handle"] {
            given.insert(format!("{name} {}", record[name].as_str().unwrap()));
        }
        for edition in record["editions"].as_array().unwrap() {
            given.insert(format!("status {} {}", edition["status_list"], edition["status_index"]));
        }
    }
    given
}

fn numbers(office: &Office) -> BTreeSet<String> {
    let listed = records(&office.list()).into_iter();
    listed.map(|record| record["number"].as_str().unwrap().to_owned()).collect()
}

/// Twenty backups while eight clients issue: each restores to what was there, and goes on with nothing that was given before or since.
#[test]
fn backups_made_while_others_issue_are_whole_and_go_on_without_a_repetition() {
    let office = match Office::ready() {
        Ok(office) => office,
        Err(reason) => {
            return skip(
                "backups_made_while_others_issue_are_whole_and_go_on_without_a_repetition",
                &reason,
            );
        }
    };
    let recipient = Recipient::of(&office);
    let service = Service::start(&office);
    let acknowledged = Mutex::new(BTreeSet::new());
    let stop = AtomicBool::new(false);
    let mut backups = Vec::new();
    std::thread::scope(|scope| {
        for client in 0..8 {
            let (office, acknowledged, stop) = (&office, &acknowledged, &stop);
            scope.spawn(move || {
                let mut next = 0;
                while !stop.load(Ordering::Relaxed) {
                    let issued = import(office, &format!("C{client}"), next..next + 2);
                    acknowledged.lock().unwrap().extend(issued);
                    next += 2;
                }
            });
        }
        for place in 0..20 {
            let before: BTreeSet<String> = acknowledged.lock().unwrap().clone();
            let file = office.scratch.join(format!("{place}.tanu-backup"));
            let made = recipient.back_up(&office, &file);
            backups.push((file, made, before));
        }
        stop.store(true, Ordering::Relaxed);
    });
    assert!(service.told("TERM").success());
    let (all, everything) = (numbers(&office), given(&office));
    assert_eq!(all, *acknowledged.lock().unwrap());
    let sizes: BTreeSet<u64> =
        backups.iter().map(|(_, made, _)| made["size"].as_u64().unwrap()).collect();
    assert!(sizes.len() > 5, "the backups are of few moments: {sizes:?}");
    for (place, (file, made, before)) in backups.iter().enumerate() {
        let other = Office::empty().unwrap();
        let words = recipient.restore((&office, &other), "B", std::slice::from_ref(file));
        // Every checkpoint of the backup is compared with the root of the restored entries.
        let restored = perform(&other, &words).ended(0).record();
        assert_eq!((&restored["size"], &restored["root"]), (&made["size"], &made["root"]));
        let kept = numbers(&other);
        assert!(before.is_subset(&kept) && kept.is_subset(&all), "{made}");
        let issued: BTreeSet<String> = import(&other, "NEW", 0..2).into_iter().collect();
        assert!(issued.is_disjoint(&all), "{issued:?}");
        let new: BTreeSet<String> =
            given(&other).into_iter().filter(|one| !everything.contains(one)).collect();
        // Two certificates with number, registration number, handle and three places each.
        assert_eq!(new.len(), 12, "something was given twice: {new:?}");
        if place % 7 == 0 {
            proves_old_and_new(&office, &other, (before.first(), issued.first()));
        }
    }
}

/// The restored register signs and proves again, under a log of its own; and who has the old trust list goes on believing the old proofs.
fn proves_old_and_new(old: &Office, new: &Office, numbers: (Option<&String>, Option<&String>)) {
    let prove = |office: &Office, number: &str| {
        office.run(&["register", "prove", number]).ended(0).stdout.into_bytes()
    };
    let judge = |office: &Office, proof: Vec<u8>| {
        let mut judge = Judge::of(&office.dir);
        judge.policy.require_inclusion = true;
        tanu_tests::offer(&mut judge.documents, proof).unwrap();
        judge
    };
    if numbers.0.is_some() {
        sign_lists(new);
    }
    let number = numbers.1.unwrap();
    let proof = prove(new, number);
    assert!(String::from_utf8_lossy(&proof).contains("\ncredentials.example.org/log-2\n"));
    let credential = new.credential(number, "kk");
    assert_eq!(judge(new, proof).verdict(credential.as_bytes()), Verdict::Valid);
    let Some(number) = numbers.0 else { return };
    let (credential, proof) = (old.credential(number, "ru"), prove(old, number));
    assert!(String::from_utf8_lossy(&proof).contains("\ncredentials.example.org/log\n"));
    for office in [old, new] {
        let verdict = judge(office, proof.clone()).verdict(credential.as_bytes());
        assert_eq!(verdict, Verdict::Valid, "an old proof under the trust list of {office:?}");
    }
    // And the restored register proves it to its own log.
    let proof = prove(new, number);
    assert_eq!(judge(new, proof).verdict(credential.as_bytes()), Verdict::Valid);
}

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

/// Waits until the service of this directory has signed the old list anew.
fn sign_lists(office: &Office) {
    let service = Service::start(office);
    assert_eq!(service.get("/status/1").0, 200);
    // One that the lost tail may have used is never given out empty.
    assert_eq!(service.get("/status/2").0, 404);
    let began = Instant::now();
    while !office.dir.join("status/1.json").exists() {
        assert!(began.elapsed() < Duration::from_secs(20), "the old list is not signed anew");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(service.told("TERM").success());
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

/// The files of a folder, in the order of their names.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn every_group_is_shipped_while_a_service_issues() {
    let office = match Office::ready() {
        Ok(office) => office,
        Err(reason) => return skip("every_group_is_shipped_while_a_service_issues", &reason),
    };
    let recipient = Recipient::of(&office);
    let folder = office.scratch.join("backups");
    fs::create_dir(&folder).unwrap();
    let words = ["backup", "--follow", "--recipient", &recipient.public, "--out"];
    let alone = office.run(&[&words[..], &[&text(&folder)]].concat()).ended(1);
    assert!(alone.sentence().contains("issuer serve"));
    let service = Service::start(&office);
    let mut follower = start(office.command(&words).arg(&folder));
    let mut issued = Vec::new();
    for place in 0..3 {
        let before = files(&folder).len();
        issued.extend(import(&office, "F", place * 2..place * 2 + 2));
        let began = Instant::now();
        // Whole files alone: one that is being written has another name.
        while files(&folder).iter().filter(|file| is_whole(file)).count() <= before {
            assert!(began.elapsed() < Duration::from_secs(20), "nothing is shipped");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    let size = || {
        let checkpoint = fs::read_to_string(office.dir.join("log/checkpoint")).unwrap();
        checkpoint.lines().nth(1).unwrap().parse::<u64>().unwrap()
    };
    let before = size();
    let _ = office.run(&["erase", "SYN-F-0", "--by", "A", "--confirmed-by", "B"]).ended(0);
    let began = Instant::now();
    while size() == before
        || !files(&folder)
            .iter()
            .any(|file| text(file).ends_with(&format!("-{:012}.tanu-backup", size())))
    {
        assert!(began.elapsed() < Duration::from_secs(20), "the erasure is not shipped");
        std::thread::sleep(Duration::from_millis(50));
    }
    follower.kill().unwrap();
    follower.wait().unwrap();
    assert!(service.told("TERM").success());

    let mut shipped: Vec<PathBuf> =
        files(&folder).into_iter().filter(|file| is_whole(file)).collect();
    assert!(shipped.len() >= 3, "{shipped:?}");
    shipped.reverse();
    let other = Office::empty().unwrap();
    let _ = perform(&other, &recipient.restore((&office, &other), "B", &shipped)).ended(0);
    assert_eq!(numbers(&other), numbers(&office));
    assert!(!numbers(&other).contains(&issued[0]), "an erasure is replayed");
    for missing in 0..shipped.len() - 1 {
        let other = Office::empty().unwrap();
        let mut some = shipped.clone();
        // The first of the reversed list is the last increment, without which the rest is whole.
        some.remove(missing + 1);
        let refused = perform(&other, &recipient.restore((&office, &other), "B", &some)).ended(1);
        assert!(refused.sentence().contains("do not follow each other"), "{refused:?}");
    }
}

fn is_whole(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "tanu-backup")
}

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

    // Somebody else's key, another passphrase, and files that are there.
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
    let _ = command(&other.dir, &own, &["restore", &out, "--prefix", "B"]).ended(0);
    let without = command(&other.dir, &keys, &["list"]).ended(1);
    assert!(without.sentence().contains("keys.age is missing"), "{without:?}");
    fs::copy(office.dir.join("keys.age"), other.dir.join("keys.age")).unwrap();
    assert_eq!(numbers(&other), numbers(&office));
    assert!(!office.scratch.join("sealed.tanu-backup.unfinished").exists());
}

#[test]
fn no_seed_and_no_key_file_is_in_a_backup() {
    let office = match Office::ready() {
        Ok(office) => office,
        Err(reason) => return skip("no_seed_and_no_key_file_is_in_a_backup", &reason),
    };
    let recipient = Recipient::of(&office);
    let _ = import(&office, "S", 0..2);
    let sealed = fs::read(office.dir.join("keys.age")).unwrap();
    let passphrase = age::scrypt::Identity::new(PASSPHRASE.to_owned().into());
    let keys: Value = serde_json::from_slice(&age::decrypt(&passphrase, &sealed).unwrap()).unwrap();
    let seeds: Vec<Vec<u8>> = ["credentials", "status_lists", "log"]
        .iter()
        .map(|purpose| &keys[purpose]["seed"])
        .chain([&keys["personal_data"]])
        .map(|seed| {
            let bytes = seed.as_array().unwrap().iter();
            bytes.map(|byte| u8::try_from(byte.as_u64().unwrap()).unwrap()).collect()
        })
        .collect();
    let file = office.scratch.join("seeds.tanu-backup");
    let _ = recipient.back_up(&office, &file);
    let plain = age::decrypt(&recipient.secret, &fs::read(&file).unwrap()).unwrap();
    let holds = |needle: &[u8]| plain.windows(needle.len()).any(|window| window == needle);
    assert!(holds(b"part register/00000000000000000000.seg ") && holds(b"part issuer.json "));
    assert!(!holds(b"keys.age") && !holds(&sealed[..64]) && !holds(PASSPHRASE.as_bytes()));
    for seed in seeds {
        assert_eq!(seed.len(), 32);
        let hex: String = seed.iter().map(|byte| format!("{byte:02x}")).collect();
        let list = serde_json::to_string(&seed).unwrap();
        let base64 = STANDARD.encode(&seed);
        // In every spelling, and no half of one either.
        assert!(!holds(&seed[..16]) && !holds(&seed[16..]));
        for spelling in [&hex[..32], &list[..list.len() / 2], &base64[..20]] {
            assert!(!holds(spelling.as_bytes()));
        }
    }
    assert!(seeds_would_be_found(&plain));
}

/// The search is no search for nothing: what is in the backup is found the same way.
fn seeds_would_be_found(plain: &[u8]) -> bool {
    plain.windows(10).any(|window| window == b"\npublic_ur")
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
