//! Backups: made while others issue, damaged in every way, restored into a register that goes on without giving anything twice.

#![expect(clippy::unwrap_used, reason = "a test may stop on its way")]

mod damaged;
mod made;
mod restored;
mod shown;

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
