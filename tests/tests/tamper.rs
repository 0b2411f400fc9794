//! The tamper drill: a clerk with a shell edits a data directory in every way we know, and each time somebody must notice.
//! Long run, which rewrites its table in `docs/reliability.md`:
//! `TANU_TAMPER=100 TANU_WRITE=1 cargo test --release -p tanu-tests --test tamper -- --nocapture`

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "tamper/classes.rs"]
mod classes;
#[path = "tamper/day.rs"]
mod day;

use std::collections::BTreeMap;
use std::fs;
use std::sync::Mutex;

use classes::{CHANGES, CLASSES};
use day::{Day, Seen};
use tanu_tests::{Random, Segment, base64url, checker, repository, run, skip};

/// Positions of each class that `tests/run` tries.
const POSITIONS: usize = 2;
const WORKERS: usize = 2;

#[test]
fn every_tampering_is_noticed() {
    let test = "every_tampering_is_noticed";
    let Some(day) = Day::new().map_err(|why| skip(test, &why)).ok() else { return };
    let untouched = day.look(&day.copy("untouched"), false);
    assert!(untouched.is_clean(), "an honest directory is suspected: {untouched:?}");

    let mut random = Random::announced(test);
    let given = std::env::var("TANU_TAMPER").ok().and_then(|given| given.parse().ok());
    let positions: usize = given.unwrap_or(POSITIONS);
    let mut cases: Vec<_> = (0..CLASSES.len() * positions)
        .map(|case| (case / positions, case % positions, random.below(usize::MAX)))
        .collect();
    random.shuffle(&mut cases);
    let cases = Mutex::new(cases);
    let seen: Mutex<BTreeMap<usize, Vec<Seen>>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let Some((class, position, seed)) = cases.lock().unwrap().pop() else { return };
                    let place = day.copy(&format!("{class}-{position}"));
                    let (_, needs_kept, tamper) = CLASSES[class];
                    tamper(&day, &place, &mut Random::of(seed));
                    let noticed = day.look(&place, needs_kept);
                    if noticed.is_clean() {
                        println!("UNDETECTED: {} at seed {seed}", CLASSES[class].0);
                    }
                    fs::remove_dir_all(&place).unwrap();
                    seen.lock().unwrap().entry(class).or_default().push(noticed);
                }
            });
        }
    });
    let seen = seen.into_inner().unwrap();
    let table = table(&seen, positions);
    println!("{table}");
    if std::env::var_os("TANU_WRITE").is_some() {
        write_down(&table);
    }
    assert!(seen.values().flatten().all(|seen| !seen.is_clean()), "something was not noticed");
    for (class, seen) in &seen {
        let (name, needs_kept, _) = CLASSES[*class];
        if needs_kept {
            assert!(seen.iter().all(|seen| seen.refuses()), "{name}: it is opened, and signs");
        }
    }
}

#[test]
fn what_a_certificate_says_is_read_and_not_its_commitment_alone() {
    let test = "what_a_certificate_says_is_read_and_not_its_commitment_alone";
    let Some(day) = Day::new().map_err(|why| skip(test, &why)).ok() else { return };
    let mut random = Random::announced(test);
    let place = day.copy("says");
    let path = place.join("register/00000000000000000000.seg");
    let honest = Segment::parse(&fs::read(&path).unwrap());
    let issued = honest.places().into_iter().filter(|at| honest.0[at.0][at.1].kind == 3);
    let issued: Vec<(usize, usize)> = issued.collect();
    for (nth, (change, sentence)) in CHANGES.into_iter().enumerate() {
        let (group, at) = issued[random.below(issued.len())];
        let mut segment = honest.clone();
        let frame = &mut segment.0[group][at];
        frame.say(change);
        let entry = format!("entry {}", frame.index);
        fs::write(&path, segment.to_bytes()).unwrap();
        let audit = run(&mut day.command(&place, &["register", "verify", "--json"])).ended(1);
        let told = audit.records().into_iter().filter(|record| record["where"] == entry.as_str());
        let told: Vec<String> = told.map(|record| record["what"].to_string()).collect();
        assert!(told.iter().any(|what| what.contains(sentence)), "change {nth}: {told:#?}");
        // Only the log tells that the leaf is another.
        assert!(
            !told.iter().any(|what| what.contains("commit to what")),
            "change {nth}: {told:#?}"
        );
    }
}

/// Class by class: how often each detector noticed.
fn table(seen: &BTreeMap<usize, Vec<Seen>>, positions: usize) -> String {
    let mut table = String::from(
        "| what was done | tried | opening refuses | `register verify` | `check.py` | undetected |\n|---|---|---|---|---|---|\n",
    );
    let mut undetected = 0;
    for (class, seen) in seen {
        let count =
            |noticed: &dyn Fn(&Seen) -> bool| seen.iter().filter(|seen| noticed(seen)).count();
        let verify = count(&|seen| !seen.invariants.is_empty());
        let mut invariants: Vec<&str> =
            seen.iter().flat_map(|seen| &seen.invariants).map(String::as_str).collect();
        invariants.sort_unstable();
        invariants.dedup();
        let missed = count(&Seen::is_clean);
        undetected += missed;
        table.push_str(&format!(
            "| {} | {} | {} | {verify}: {} | {} | {missed} |\n",
            CLASSES[*class].0,
            seen.len(),
            count(&Seen::refuses),
            invariants.join(" "),
            count(&|seen| seen.script),
        ));
    }
    let tried = seen.len() * positions;
    format!("{table}\n**{undetected} of {tried} undetected.**\n")
}

/// Replaces the table in the section of the page.
fn write_down(table: &str) {
    let path = repository().join("docs/reliability.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once("<!-- tamper drill -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- end -->").unwrap();
    let begin = "<!-- tamper drill -->\n";
    fs::write(&path, format!("{before}{begin}{table}<!-- end -->{after}")).unwrap();
}

#[test]
fn a_proof_is_checked_by_the_script_against_the_credential() {
    let test = "a_proof_is_checked_by_the_script_against_the_credential";
    let Some(day) = Day::new().map_err(|why| skip(test, &why)).ok() else { return };
    let place = day.copy("proof");
    let out = place.join("outside");
    let words = ["register", "export", "--out", out.to_str().unwrap()];
    let exported = run(&mut day.command(&place, &words)).ended(0);
    assert!(exported.stdout.contains("none of them is personal"), "{exported:?}");
    let proof = place.join("a.tlog-proof");
    let number = &day.numbers[5];
    let words = ["register", "prove", number, "--out", proof.to_str().unwrap()];
    let _ = run(&mut day.command(&place, &words)).ended(0);
    let check = |commitment: &str| {
        let mut script = checker(&out).unwrap();
        script.arg("--proof").arg(&proof).arg(format!("--commitment={commitment}"));
        run(&mut script)
    };
    for language in ["kk", "ru", "en"] {
        let commitment = base64url(&day::commitment(&place, number, language));
        let checked = check(&commitment).ended(0);
        assert!(checked.stdout.contains("0 findings"), "{checked:?}");
    }
    let other = base64url(&day::commitment(&place, &day.numbers[6], "kk"));
    let checked = check(&other).ended(1);
    assert!(checked.stdout.contains("does not commit to this credential"), "{checked:?}");
    // A proof whose leaf is another one leads nowhere.
    let text = fs::read_to_string(&proof).unwrap();
    fs::write(&proof, text.replacen("index ", "index 1", 1)).unwrap();
    let _ = check(&other).ended(1);
    // What is handed to auditors names nobody.
    let entries = fs::read(out.join("log/tile/entries/000.p").join(day.width().to_string()));
    let entries = String::from_utf8_lossy(&entries.unwrap()).into_owned();
    let is_plain = |letter: char| letter.is_ascii() || letter == char::REPLACEMENT_CHARACTER;
    assert!(entries.contains("certificate-issued") && entries.chars().all(is_plain), "{entries}");
}

#[test]
fn the_audit_runs_beside_a_service_and_on_a_copy_without_what_is_made_again() {
    let test = "the_audit_runs_beside_a_service_and_on_a_copy_without_what_is_made_again";
    let Some(day) = Day::new().map_err(|why| skip(test, &why)).ok() else { return };
    let place = day.copy("backup");
    for made_again in ["store", "status", "did.json", "trust.json", "export", "keys.age"] {
        let path = place.join(made_again);
        let _ = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
    }
    let verify = ["register", "verify", "--json"];
    let told = run(&mut day.command(&place, &verify)).ended(0);
    let summary = told.record();
    assert_eq!(summary["findings"], 0, "{summary}");
    assert_eq!(summary["certificates"], 68, "{summary}");
    // Three editions and the statement of the QR code, each.
    assert_eq!(summary["signatures"], 4 * 68, "{summary}");

    let place = day.copy("served");
    let mut service = day.command(&place, &["serve", "--listen", "127.0.0.1:0", "--json"]);
    let mut service = tanu_tests::start(&mut service);
    let mut line = String::new();
    let mut out = std::io::BufReader::new(service.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut out, &mut line).unwrap();
    for number in &day.numbers[20..23] {
        let revoke = ["revoke", number, "--reason", "superseded", "--confirmed-by", "dean"];
        let _ = run(&mut day.command(&place, &revoke)).ended(0);
        let told = run(&mut day.command(&place, &verify));
        assert_eq!(told.code, 0, "{told:?}");
        let summary = told.record();
        assert!(summary["notes"][0].as_str().unwrap().contains("a service uses"), "{summary}");
    }
    service.kill().unwrap();
    service.wait().unwrap();
}
