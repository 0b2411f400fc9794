//! What is made: whole while others issue, shipped group by group, and without secrets.

use super::*;

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

/// The files of a folder, in the order of their names.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

fn is_whole(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "tanu-backup")
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
