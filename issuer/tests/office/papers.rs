//! Papers of an opened data directory: what their file says of the register, and when.

use std::path::Path;

use issuer::office::{Act, ExportFormat, Office, Transcript};
use verifier::{Carrier, Check, Documents, Language, Outcome, Policy, TrustList, verify};

use crate::made_at;

/// An office with one certificate, which no checkpoint covers, and its number.
fn office(directory: &Path) -> (Office, String) {
    let office = crate::office(directory, 1);
    let record = office.issuance.store.certificates().next().unwrap().unwrap();
    (office, record.certificate.number)
}

fn perform(office: &Office, act: Act) -> Transcript {
    let mut transcript = Transcript::default();
    assert_eq!(office.perform(act, made_at(), &mut transcript).unwrap(), 0);
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
        let report = verify(&early, &Documents::new(), &policy, made_at().as_second());
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
