//! `kill -9` at any moment: what was acknowledged is there afterwards, once, with its number, and valid; the same command run
//! again comes to its end. `TANU_CRASH_CYCLES` sets how many times; `TANU_SEED` repeats the moments.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::io::Read as _;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tanu_tests::{Judge, Office, Random, Service, records, run, sample, skip, start, text};
use verifier::Verdict;

/// Certificates of the sample.
const ISSUED: usize = 68;

/// How many of the twenty cycles, or of as many as are asked for, this command gets.
fn cycles(of_twenty: usize) -> usize {
    let asked = env::var("TANU_CRASH_CYCLES").ok().and_then(|cycles| cycles.parse().ok());
    (asked.unwrap_or(20) * of_twenty).div_ceil(20)
}

/// Number of each line that was acknowledged.
fn acknowledged(stdout: &str) -> BTreeMap<u64, String> {
    let records = records(stdout);
    let acknowledged = records.iter().filter_map(|record| {
        let number = record["number"].as_str()?.to_owned();
        Some((record["line"].as_u64()?, number))
    });
    acknowledged.collect()
}

/// Kills `child` after `delay` and returns what it had written by then.
fn killed_after(mut child: Child, delay: Duration) -> String {
    let mut pipe = child.stdout.take().unwrap();
    let reader = thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        // A last line that was cut off may end within a character.
        String::from_utf8_lossy(&bytes).into_owned()
    });
    thread::sleep(delay);
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap()
}

/// How long `command` takes when nobody disturbs it.
fn measured(command: &mut Command) -> Duration {
    let began = Instant::now();
    let finished = run(command);
    assert!(matches!(finished.code, 0 | 1), "{finished:?}");
    began.elapsed()
}

fn moment(within: Duration, random: &mut Random) -> Duration {
    let micros = usize::try_from(within.as_micros()).unwrap();
    Duration::from_micros(random.below(micros).try_into().unwrap())
}

/// Everything is there exactly once, whatever happened before.
fn assert_whole(office: &Office) {
    let listed = records(&office.list());
    assert_eq!(listed.len(), ISSUED);
    let unique = |name: &str| {
        let values = listed.iter().map(|record| record[name].as_str().unwrap().to_owned());
        values.collect::<BTreeSet<_>>().len()
    };
    for name in ["number", "registration_number", "handle"] {
        assert_eq!(unique(name), ISSUED, "{name}");
    }
    let mut places = BTreeSet::new();
    for edition in listed.iter().flat_map(|record| record["editions"].as_array().unwrap()) {
        let place = (edition["status_list"].to_string(), edition["status_index"].as_u64().unwrap());
        assert!(places.insert(place), "one place in a status list for two credentials: {edition}");
    }
    assert_eq!(places.len(), 3 * ISSUED);
    let completions: BTreeSet<_> = listed
        .iter()
        .map(|record| (record["learner"].to_string(), record["programme"].to_string()))
        .collect();
    assert_eq!(completions.len(), ISSUED, "two certificates for one completion");
}

fn assert_valid<'n>(office: &Office, numbers: impl IntoIterator<Item = &'n String>) {
    let judge = Judge::of(&office.dir);
    for (number, language) in numbers.into_iter().zip(["kk", "ru", "en"].into_iter().cycle()) {
        let credential = office.credential(number, language);
        assert_eq!(judge.verdict(credential.as_bytes()), Verdict::Valid, "{number} {language}");
    }
}

/// The import, run again to its end, knows every row that was acknowledged.
fn assert_kept(office: &Office, before: &BTreeMap<u64, String>) {
    let again = office.import(&sample("completions.csv"), &[]).ended(1);
    let after = acknowledged(&again.stdout);
    assert_eq!(after.len(), ISSUED);
    for (line, number) in before {
        assert_eq!(after.get(line), Some(number), "line {line} was acknowledged");
        let unchanged = again.records().into_iter().any(|record| {
            record["line"].as_u64() == Some(*line) && record["outcome"] == "unchanged"
        });
        assert!(unchanged, "line {line} was acknowledged and is issued anew");
    }
    let numbers: BTreeSet<_> = after.values().collect();
    assert_eq!(numbers.len(), ISSUED, "one number for two rows");
    assert_whole(office);
    assert_valid(office, before.values());
}

#[test]
fn an_import_that_is_killed_loses_nothing_that_it_acknowledged() {
    let test = "an_import_that_is_killed_loses_nothing_that_it_acknowledged";
    let mut random = Random::announced(test);
    let file = text(&sample("completions.csv"));
    let Ok(first) = Office::ready().map_err(|why| skip(test, &why)) else { return };
    let whole = measured(&mut first.command(&["import", "--json", &file]));
    for cycle in 0..cycles(8) {
        let office = Office::ready().unwrap();
        let mut before = BTreeMap::new();
        // Killed twice: the second time while it repairs and repeats.
        for _ in 0..2 {
            let delay = moment(whole, &mut random);
            let child = start(&mut office.command(&["import", "--json", &file]));
            let seen = acknowledged(&killed_after(child, delay));
            println!("cycle {cycle}: killed after {delay:?}, {} acknowledged", seen.len());
            for (line, number) in &seen {
                let known = before.entry(*line).or_insert_with(|| number.clone());
                assert_eq!(known, number, "line {line} got another number");
            }
        }
        assert_kept(&office, &before);
    }
}

#[test]
fn a_demonstration_that_is_killed_is_finished_by_the_next_one() {
    let test = "a_demonstration_that_is_killed_is_finished_by_the_next_one";
    let mut random = Random::announced(test);
    let Ok(first) = Office::empty().map_err(|why| skip(test, &why)) else { return };
    let whole = measured(&mut first.demo());
    for cycle in 0..cycles(6) {
        let office = Office::empty().unwrap();
        for _ in 0..2 {
            let delay = moment(whole, &mut random);
            println!("cycle {cycle}: killed after {delay:?}");
            killed_after(start(&mut office.demo()), delay);
        }
        let finished = run(&mut office.demo()).ended(0);
        assert!(finished.stdout.contains("201 valid, 3 invalid"), "{}", finished.stdout);
        assert!(!finished.stdout.contains("unexpected"), "{}", finished.stdout);
        std::fs::copy(office.dir.join("demo-passphrase"), office.scratch.join("passphrase"))
            .unwrap();
        assert_whole(&office);
        assert_index(&office);
        let index = std::fs::read(office.dir.join("demo.json")).unwrap();
        let _ = run(&mut office.demo()).ended(0);
        assert_eq!(std::fs::read(office.dir.join("demo.json")).unwrap(), index);
    }
}

/// Every file of `demo.json` has the verdict that stands there, and nothing else was exported.
fn assert_index(office: &Office) {
    let judge = Judge::of(&office.dir);
    let index = std::fs::read(office.dir.join("demo.json")).unwrap();
    let index: Value = serde_json::from_slice(&index).unwrap();
    let certificates = index["certificates"].as_array().unwrap();
    let mut files = 0;
    for file in certificates.iter().flat_map(|one| one["files"].as_array().unwrap()) {
        let bytes = std::fs::read(office.dir.join(file["file"].as_str().unwrap())).unwrap();
        assert_eq!(judge.verdict(&bytes).name(), file["verdict"], "{file}");
        files += 1;
    }
    assert_eq!(files, 3 * ISSUED);
    assert_eq!(std::fs::read_dir(office.dir.join("export")).unwrap().count(), files);
}

#[test]
fn a_service_that_is_killed_loses_nothing_that_it_acknowledged() {
    let test = "a_service_that_is_killed_loses_nothing_that_it_acknowledged";
    let mut random = Random::announced(test);
    let file = text(&sample("completions.csv"));
    let Ok(first) = Office::ready().map_err(|why| skip(test, &why)) else { return };
    let whole = measured(&mut first.command(&["import", "--json", &file]));
    for cycle in 0..cycles(6) {
        let office = Office::ready().unwrap();
        let service = Service::start(&office);
        let client = start(&mut office.command(&["import", "--json", &file]));
        let delay = moment(whole, &mut random);
        thread::sleep(delay);
        service.kill();
        let output = client.wait_with_output().unwrap();
        let before = acknowledged(&String::from_utf8(output.stdout).unwrap());
        let told = String::from_utf8(output.stderr).unwrap();
        println!("cycle {cycle}: killed after {delay:?}, {} acknowledged; {told}", before.len());
        assert!(matches!(output.status.code(), Some(1 | 2)), "{:?}: {told}", output.status);
        // The socket that it left behind stands in nobody's way: first through a service, then alone.
        let service = Service::start(&office);
        assert_kept(&office, &before);
        service.kill();
        assert_kept(&office, &before);
    }
}

#[test]
fn two_imports_at_once_issue_everything_once() {
    let test = "two_imports_at_once_issue_everything_once";
    let file = text(&sample("completions.csv"));
    let Ok(office) = Office::ready().map_err(|why| skip(test, &why)) else { return };
    let import = || start(&mut office.command(&["import", "--json", &file]));
    let mut before = BTreeMap::new();
    for child in [import(), import(), import()] {
        let output = child.wait_with_output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        match output.status.code() {
            Some(1) => {}
            Some(2) => assert!(told.contains("another process"), "{told}"),
            other => panic!("{other:?}: {told}"),
        }
        before.extend(acknowledged(&String::from_utf8(output.stdout).unwrap()));
    }
    assert_eq!(before.len(), ISSUED, "nobody got through");
    assert_kept(&office, &before);
}

#[test]
fn two_imports_through_the_service_issue_everything_once() {
    let test = "two_imports_through_the_service_issue_everything_once";
    let file = text(&sample("completions.csv"));
    let Ok(office) = Office::ready().map_err(|why| skip(test, &why)) else { return };
    let service = Service::start(&office);
    let import = || start(&mut office.command(&["import", "--json", &file]));
    let answers: Vec<_> = [import(), import(), import()]
        .into_iter()
        .map(|child| {
            let output = child.wait_with_output().unwrap();
            assert_eq!(output.status.code(), Some(1), "{output:?}");
            acknowledged(&String::from_utf8(output.stdout).unwrap())
        })
        .collect();
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    assert_kept(&office, &answers[0]);
    service.kill();
}
