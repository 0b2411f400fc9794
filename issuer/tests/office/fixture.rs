//! A fresh office with the sample's programmes and certificates, on a clock that stands still. What opens an office in process begins here: tests and benchmarks.

use std::path::Path;

use issuer::keys::{Passphrase, WorkFactor};
use issuer::office::{Act, Configuration, DataDirectory, ImportOptions, Office, Setup, Transcript};
use jiff::Timestamp;
use verifier::Language;

pub(crate) const PUBLIC_URL: &str = "https://credentials.example.org";
pub(crate) const PASSPHRASE: &str = "a passphrase of the tests";
pub(crate) const PROGRAMMES: &str = include_str!("../../sample/programmes.json");
pub(crate) const COMPLETIONS: &str = include_str!("../../sample/completions.csv");

/// An office with these programmes and the certificates of the first `rows` rows of the sample; `usize::MAX` is all of them.
pub(crate) fn office(
    directory: &Path,
    (programmes, rows): (&str, usize),
    now: Timestamp,
) -> Office {
    init(directory);
    let office = open(directory, now);
    let act = Act::ImportProgrammes { file: programmes.as_bytes().to_vec() };
    office.perform(act, now, &mut Transcript::default()).unwrap();
    if rows > 0 {
        let lines: Vec<&str> = COMPLETIONS.lines().take(rows.saturating_add(1)).collect();
        let act = completions(&format!("{}\n", lines.join("\n")));
        office.perform(act, now, &mut Transcript::default()).unwrap();
    }
    office
}

/// A data directory without programmes.
pub(crate) fn init(directory: &Path) {
    let setup = Setup {
        configuration: Configuration::new(PUBLIC_URL, true),
        profile: serde_json::from_str(include_str!("../../sample/issuer.json")).unwrap(),
        passphrase: passphrase(),
        work: WorkFactor::Low,
    };
    Office::init(&DataDirectory::new(directory), &setup).unwrap();
}

pub(crate) fn open(directory: &Path, now: Timestamp) -> Office {
    Office::open(DataDirectory::new(directory), &passphrase(), now).unwrap()
}

/// The import of a file, with one JSON line of each row.
pub(crate) fn completions(file: &str) -> Act {
    let (dry_run, again, report) = (false, false, false);
    let options = ImportOptions { dry_run, again, language: Language::En, json: true, report };
    Act::ImportCompletions { file: file.as_bytes().to_vec(), options }
}

pub(crate) fn passphrase() -> Passphrase {
    Passphrase::new(PASSPHRASE)
}
