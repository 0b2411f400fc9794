//! Certificates in the forms that others take: the signed credential, its proof, a QR code of its address, papers.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use verifier::Language;

use super::act::ExportFormat;
use super::output::Output;
use super::papers::{self, PaperKind};
use super::{Office, OfficeError};

pub(super) fn export(
    office: &Office,
    number: &str,
    language: Language,
    format: ExportFormat,
    output: &mut dyn Output,
) -> Result<u8, OfficeError> {
    let record = office.record(number)?;
    let certificate = &record.certificate;
    match format {
        ExportFormat::Json => {
            let edition = certificate.editions.iter().find(|edition| edition.language == language);
            let edition = edition.ok_or_else(|| {
                OfficeError::Request(format!(
                    "{} was not issued in the language {}",
                    certificate.number,
                    language.tag()
                ))
            })?;
            output.file(edition.credential.as_bytes());
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
            output.file(qr_svg(&office.address(certificate))?.as_bytes());
        }
        ExportFormat::Pdf => {
            papers::export(office, &record, (PaperKind::Certificate, language), output)?
        }
        ExportFormat::Transcript => {
            papers::export(office, &record, (PaperKind::Transcript, language), output)?
        }
    }
    Ok(0)
}

/// The QR code of regulation 6.2.1 as SVG. Level Q: a printed code must survive a crease and a stamp.
///
/// # Errors
/// If the text is too long for a QR code.
pub fn qr_svg(text: &str) -> Result<String, OfficeError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::Q)
        .map_err(|_| OfficeError::Request("the address is too long for a QR code".to_owned()))?;
    Ok(code.render::<svg::Color<'_>>().min_dimensions(240, 240).quiet_zone(true).build())
}
