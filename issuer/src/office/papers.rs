//! Certificates and transcripts on paper: everything that they need is fetched here. It prints what was issued; it issues nothing.

use std::thread;
use std::time::{Duration, Instant};

use verifier::Language;

use super::output::Output;
use super::{Office, OfficeError};
use crate::document::Paper;
use crate::issuing::{moment, qr_text};
use crate::store::{CertificateRecord, CertificateState};

/// How long a paper waits for the checkpoint that covers its certificate: a running service signs one every second.
const CHECKPOINT_TIME: Duration = Duration::from_secs(3);
/// How often it looks.
const LOOK_TIME: Duration = Duration::from_millis(50);

/// Which paper.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PaperKind {
    /// The certificate (Appendix Б).
    Certificate,
    /// The transcript (6.2.2).
    Transcript,
}

/// A printed paper.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Printed {
    /// The PDF file.
    pub bytes: Vec<u8>,
    /// Whether the proof that the certificate is in the register is inside. Once it is, the file stays the
    /// same until the certificate is signed anew, or a key of its credentials is declared compromised: the proof then leads to the pin.
    pub is_proven: bool,
}

impl Office {
    /// Prints a paper as it can be printed now: without a proof while no checkpoint covers the certificate.
    ///
    /// # Errors
    /// [`OfficeError::Paper`] if a text cannot be printed or the edition does not exist, or if the register cannot be read.
    pub fn print(
        &self,
        record: &CertificateRecord,
        kind: PaperKind,
        english: bool,
    ) -> Result<Printed, OfficeError> {
        let programme = self.issuance.programme_version(record)?;
        let proof = self.issuance.prove_first(record)?.map(|proof| proof.to_string());
        let certificate = &record.certificate;
        let paper = Paper {
            certificate,
            programme: &programme,
            proof: proof.as_deref(),
            qr: &qr_text(certificate, &self.issuance.identity.public_url),
            english,
        };
        let bytes = match kind {
            PaperKind::Certificate => paper.certificate()?,
            PaperKind::Transcript => paper.transcript()?,
        };
        Ok(Printed { bytes, is_proven: proof.is_some() })
    }
}

pub(super) fn export(
    office: &Office,
    record: &CertificateRecord,
    (kind, language): (PaperKind, Language),
    output: &mut dyn Output,
) -> Result<(), OfficeError> {
    let began = Instant::now();
    while office.issuance.log().size() <= record.signed_index() && began.elapsed() < CHECKPOINT_TIME
    {
        thread::sleep(LOOK_TIME);
    }
    let printed = office.print(record, kind, language == Language::En)?;
    let number = &record.certificate.number;
    if !printed.is_proven {
        output.note(&format!(
            "proof pending: no checkpoint covers {number} yet, so the paper carries no proof of the register; print it again later"
        ));
    }
    if let CertificateState::Revoked(revocation) = &record.state {
        output.note(&format!(
            "{number} was revoked on {}; the paper itself does not say so",
            moment(revocation.revoked_at, Language::En)
        ));
    }
    output.file(&printed.bytes);
    Ok(())
}
