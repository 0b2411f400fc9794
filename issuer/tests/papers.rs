//! Papers of an opened data directory: what their file says of the register, and when.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::Path;

use issuer::keys::{Passphrase, WorkFactor};
use issuer::office::{
    Act, Configuration, DataDirectory, ExportFormat, ImportOptions, Office, Setup, Transcript,
};
use jiff::Timestamp;
use serde_json::Value;
use verifier::{Carrier, Check, Documents, Language, Outcome, Policy, TrustList, verify};

const COMPLETIONS: &str = include_str!("../sample/completions.csv");

fn now() -> Timestamp {
    "2026-11-23T06:00:00Z".parse().unwrap()
}

/// An office with one certificate, which no checkpoint covers, and its number.
fn office(directory: &Path) -> (Office, String) {
    let profile: issuer::profile::IssuerProfile =
        serde_json::from_str(include_str!("../sample/issuer.json")).unwrap();
    let setup = Setup {
        configuration: Configuration::new(&profile.url, true),
        profile,
        passphrase: Passphrase::new("test"),
        work: WorkFactor::Low,
    };
    let directory = DataDirectory::new(directory);
    Office::init(&directory, &setup).unwrap();
    let office = Office::open(directory, &Passphrase::new("test"), now()).unwrap();
    let programmes =
        Act::ImportProgrammes { file: include_bytes!("../sample/programmes.json").to_vec() };
    let _ = perform(&office, programmes);
    let rows: Vec<&str> = COMPLETIONS.lines().take(2).collect();
    let options =
        ImportOptions { dry_run: false, language: Language::En, json: true, report: false };
    let file = format!("{}\n", rows.join("\n")).into_bytes();
    let told = perform(&office, Act::ImportCompletions { file, options });
    let row: Value = serde_json::from_str(&told.lines[0]).unwrap();
    (office, row["number"].as_str().unwrap().to_owned())
}

fn perform(office: &Office, act: Act) -> Transcript {
    let mut transcript = Transcript::default();
    assert_eq!(office.perform(act, now(), &mut transcript).unwrap(), 0);
    transcript
}

/// Whether the proof of the register is in the file.
fn has_proof(pdf: &[u8]) -> bool {
    pdf.windows(b".tlog-proof".len()).any(|window| window == b".tlog-proof")
}

#[test]
fn a_paper_before_the_checkpoint_says_that_its_proof_is_pending() {
    let directory = tempfile::tempdir().unwrap();
    let (office, number) = office(directory.path());
    for format in [ExportFormat::Pdf, ExportFormat::Transcript] {
        let export = || Act::Export { number: number.clone(), language: Language::Kk, format };
        let early = perform(&office, export());
        let [note] = early.notes.as_slice() else { panic!("{:?}", early.notes) };
        assert!(note.starts_with("proof pending") && note.contains(&number), "{note}");
        let early = early.file.unwrap();
        assert!(!has_proof(&early));
        // What it lacks is a proof, nothing else: its credentials are read.
        assert_eq!(Carrier::of(&early), Carrier::Pdf);
        let policy = Policy::badge(TrustList::default());
        let report = verify(&early, &Documents::new(), &policy, now().as_second());
        assert_eq!((report.outcome(Check::Read), report.editions().len()), (&Outcome::Pass, 3));
    }
    let _ = perform(&office, Act::PublishCheckpoint);
    for format in [ExportFormat::Pdf, ExportFormat::Transcript] {
        let later = perform(
            &office,
            Act::Export { number: number.clone(), language: Language::Kk, format },
        );
        assert!(later.notes.is_empty(), "{:?}", later.notes);
        assert!(has_proof(&later.file.unwrap()));
    }
}
