//! An anchor out of reach: what only reads works and says so; what signs or enters anything is refused, and nothing is changed.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use tanu_tests::{Office, completions, skip, text};

/// An office with two certificates, whose anchor is named but not there.
struct Adrift {
    office: Office,
    numbers: Vec<String>,
    /// What `tanu.toml` said before.
    configuration: String,
}

impl Adrift {
    fn new() -> Result<Self, String> {
        let office = Office::ready()?;
        let file = office.file("two.csv", completions("ANCHOR", 0..2).as_bytes());
        let rows = office.import(&file, &[]).ended(0).records();
        let numbers = rows.iter().map(|row| row["number"].as_str().unwrap().to_owned()).collect();
        let configuration = fs::read_to_string(office.dir.join("tanu.toml")).unwrap();
        Ok(Self { office, numbers, configuration })
    }

    fn anchor_at(&self, anchor: &str) {
        let configuration = format!("anchor = {anchor:?}\n{}", self.configuration);
        fs::write(self.office.dir.join("tanu.toml"), configuration).unwrap();
    }

    /// Everything that is truth: register and log.
    fn kept(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut kept = BTreeMap::new();
        for room in ["register", "log", "status"] {
            gather(&self.office.dir.join(room), &mut kept);
        }
        assert!(kept.keys().any(|path| path.ends_with("log/history")));
        kept
    }
}

fn gather(folder: &Path, kept: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, kept);
        } else {
            let _ = kept.insert(path.clone(), fs::read(path).unwrap());
        }
    }
}

/// A file that is gone, one whose folder is (a share that is not mounted), a folder in its place, and an address where nobody answers.
fn out_of_reach(office: &Office) -> Vec<String> {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    vec![
        text(&office.scratch.join("gone")),
        text(&office.scratch.join("not-mounted/anchor")),
        text(&office.scratch),
        format!("http://{closed}/checkpoint"),
    ]
}

#[test]
fn what_only_reads_works_without_the_anchor_and_says_so() {
    let adrift = match Adrift::new() {
        Ok(adrift) => adrift,
        Err(reason) => {
            return skip("what_only_reads_works_without_the_anchor_and_says_so", &reason);
        }
    };
    let number = adrift.numbers[0].as_str();
    let more = text(&adrift.office.file("more.csv", completions("MORE", 0..1).as_bytes()));
    let readings: [&[&str]; 11] = [
        &["list", "--json"],
        &["show", number, "--json"],
        &["journal", "--json"],
        &["programme", "list"],
        &["programme", "show", "MK-DL-01"],
        &["key", "list", "--json"],
        &["token", "list"],
        &["export", number, "--format", "json"],
        &["export", number, "--format", "svg"],
        &["register", "prove", number],
        &["import", "--dry-run", "--json", &more],
    ];
    let within_reach: Vec<_> =
        readings.iter().map(|words| adrift.office.run(words).ended(0)).collect();
    assert!(within_reach[0].stdout.contains(number), "{:?}", within_reach[0]);
    let before = adrift.kept();
    for anchor in out_of_reach(&adrift.office) {
        adrift.anchor_at(&anchor);
        for (words, known) in readings.iter().zip(&within_reach) {
            let finished = adrift.office.run(words).ended(known.code);
            assert_eq!(finished.stdout, known.stdout, "{words:?} {anchor}");
            let note = finished.stderr.lines().next().unwrap_or_default();
            let told = format!("issuer: the anchor {anchor} could not be asked");
            assert!(note.starts_with(&told), "{words:?}: {finished:?}");
            assert!(!known.stderr.contains("anchor"), "{words:?}: {known:?}");
        }
        assert_eq!(adrift.kept(), before, "{anchor}");
    }
    assert!(!adrift.office.scratch.join("gone").exists(), "an anchor is not begun by reading");
}

#[test]
fn what_signs_or_enters_is_refused_without_the_anchor() {
    let adrift = match Adrift::new() {
        Ok(adrift) => adrift,
        Err(reason) => return skip("what_signs_or_enters_is_refused_without_the_anchor", &reason),
    };
    let number = adrift.numbers[0].as_str();
    let more = text(&adrift.office.file("more.csv", completions("MORE", 0..1).as_bytes()));
    let by = ["--by", "A", "--confirmed-by", "B"];
    let revoke = [&["revoke", number, "--reason", "misconduct"], &by[..]].concat();
    let erase = [&["erase", "SYN-ANCHOR-0"], &by[..]].concat();
    let writings: [&[&str]; 10] = [
        &["serve", "--listen", "127.0.0.1:0"],
        &["import", "--json", &more],
        &revoke,
        &erase,
        &["unpublish", number],
        &["stop", "--by", "A", "--reason", "trial"],
        &["token", "create", "--name", "lms", "--scope", "issue"],
        &["key", "rotate", "--purpose", "credentials"],
        &["register", "checkpoint"],
        &["export", number, "--format", "clr"],
    ];
    let before = adrift.kept();
    for anchor in out_of_reach(&adrift.office) {
        adrift.anchor_at(&anchor);
        for words in writings {
            let finished = adrift.office.run(words);
            assert_ne!(finished.code, 0, "{words:?} {anchor}");
            let told = format!("issuer: the anchor {anchor} cannot be used");
            assert!(finished.sentence().starts_with(&told), "{words:?}: {finished:?}");
        }
        assert_eq!(adrift.kept(), before, "{anchor}");
    }
    assert!(!adrift.office.dir.join("tokens.json").exists());
}

/// An anchor that was asked and knows more is no matter of reach: then nobody is shown what an old copy says.
#[test]
fn an_anchor_that_knows_more_stops_who_reads_too() {
    let adrift = match Adrift::new() {
        Ok(adrift) => adrift,
        Err(reason) => return skip("an_anchor_that_knows_more_stops_who_reads_too", &reason),
    };
    let Adrift { office, numbers, .. } = &adrift;
    let old = office.scratch.join("old");
    let copied = std::process::Command::new("cp").arg("-a").arg(&office.dir).arg(&old).status();
    assert!(copied.unwrap().success());
    let revoke = ["revoke", &numbers[0], "--reason", "misconduct", "--by", "A"];
    let _ = office.run(&[&revoke[..], &["--confirmed-by", "B"]].concat()).ended(0);
    let anchor = office.scratch.join("anchor");
    fs::copy(office.dir.join("log/checkpoint"), &anchor).unwrap();
    let now = office.scratch.join("now");
    fs::rename(&office.dir, &now).unwrap();
    fs::rename(&old, &office.dir).unwrap();
    adrift.anchor_at(&text(&anchor));
    for words in [&["list"][..], &["show", &numbers[0]]] {
        let finished = office.run(words).ended(1);
        assert!(finished.sentence().contains("an old copy"), "{finished:?}");
    }
}
