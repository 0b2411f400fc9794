//! Certificates in the forms that others take: the signed credential, its proof, the QR code of its address and statement, papers, the transcript of its learner.

use jiff::Timestamp;
use serde_json::Value;
use verifier::Language;

use super::act::ExportFormat;
use super::badges::certified;
use super::output::Output;
use super::papers::{self, PaperKind};
use super::qr::qr_svg;
use super::{Office, OfficeError};
use crate::document::{Package, Stated, enbek_package};
use crate::issuing::{IssueError, moment, qr_text};
use crate::programme::Text;
use crate::register::Certificate;
use crate::store::{CertificateRecord, CertificateState};

pub(super) fn export(
    office: &Office,
    (number, language): (&str, Language),
    (format, now): (ExportFormat, Timestamp),
    output: &mut dyn Output,
) -> Result<u8, OfficeError> {
    let record = office.record(number)?;
    let is_vouched_for = format != ExportFormat::TlogProof;
    if let Some(doubtful) = office.issuance.doubtful(&record)?.filter(|_| is_vouched_for) {
        return Err(IssueError::from(doubtful).into());
    }
    let certificate = &record.certificate;
    let edition = || {
        let edition = certificate.editions.iter().find(|edition| edition.language == language);
        edition.ok_or_else(|| {
            let (number, tag) = (&certificate.number, language.tag());
            OfficeError::Request(format!("{number} was not issued in the language {tag}"))
        })
    };
    match format {
        ExportFormat::Json => output.file(edition()?.credential.as_bytes()),
        ExportFormat::Png => output.file(&office.baked_png(certificate, edition()?)?),
        ExportFormat::Svg => output.file(office.baked_svg(certificate, edition()?)?.as_bytes()),
        ExportFormat::Enbek => output.file(&enbek(office, &record)?),
        ExportFormat::Clr => {
            let transcript = office.issuance.transcript(&certificate.number, language, now)?;
            output.file(transcript.credential.as_bytes());
        }
        ExportFormat::TlogProof => {
            let proof = office.issuance.prove(&record)?.ok_or_else(|| {
                OfficeError::Request(format!(
                    "no checkpoint covers {number} yet; one is signed within a second, so try again"
                ))
            })?;
            output.file(proof.to_string().as_bytes());
        }
        ExportFormat::Qr => {
            let text = qr_text(certificate, &office.issuance.identity.public_url);
            output.file(qr_svg(&text)?.as_bytes());
        }
        ExportFormat::Pdf => {
            papers::export(office, &record, (PaperKind::Certificate, language), output)?;
        }
        ExportFormat::Transcript => {
            papers::export(office, &record, (PaperKind::Transcript, language), output)?;
        }
    }
    Ok(0)
}

/// Where a certificate is shown and checked.
fn link(office: &Office, handle: &str) -> String {
    format!("{}/c/{handle}", office.issuance.identity.public_url.as_str())
}

/// The university's name as each edition was signed with it: a profile that says another one today changes no certificate.
fn signed_university(certificate: &Certificate) -> Text {
    let name = |language: Language| {
        let mut editions = certificate.editions.iter();
        let edition = editions.find(|edition| edition.language == language)?;
        let credential: Value = serde_json::from_str(&edition.credential).ok()?;
        // Of results nothing is asked here.
        Stated::of(&credential, 0).organisation
    };
    let [kk, ru] = [Language::Kk, Language::Ru].map(|language| name(language).unwrap_or_default());
    Text { kk, ru, en: name(Language::En) }
}

/// The package for personnel portals. A revoked certificate has none: nobody should be led to believe in it.
fn enbek(office: &Office, record: &CertificateRecord) -> Result<Vec<u8>, OfficeError> {
    let certificate = &record.certificate;
    if let CertificateState::Revoked(revocation) = &record.state {
        return Err(OfficeError::Request(format!(
            "{} was revoked on {}, so there is no package for portals",
            certificate.number,
            moment(revocation.revoked_at, Language::En)
        )));
    }
    let programmes = office.issuance.programmes();
    let pdf = office.print(record, PaperKind::Certificate, false)?.bytes;
    Ok(enbek_package(&Package {
        certificate,
        programme: certified(&programmes, certificate)?,
        university: &signed_university(certificate),
        link: &link(office, &certificate.handle),
        pdf: &pdf,
    })?)
}
