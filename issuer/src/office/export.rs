//! Certificates in the forms that others take: the signed credential, a QR code of its address, the transcript of its learner.

use jiff::Timestamp;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use verifier::Language;

use super::act::ExportFormat;
use super::output::Output;
use super::{Office, OfficeError};

pub(super) fn export(
    office: &Office,
    (number, language): (&str, Language),
    (format, now): (ExportFormat, Timestamp),
    output: &mut dyn Output,
) -> Result<u8, OfficeError> {
    let certificate = office.record(number)?.certificate;
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
        ExportFormat::Clr => {
            let number = &certificate.number;
            let transcript = office.issuance.transcript(number, language, now)?;
            output.file(transcript.credential.as_bytes());
        }
        ExportFormat::TlogProof => {
            let record = office.record(number)?;
            let proof = office.issuance.prove(&record)?.ok_or_else(|| {
                OfficeError::Request(format!(
                    "no checkpoint covers {number} yet; one is signed within a second, so try again"
                ))
            })?;
            output.file(proof.to_string().as_bytes());
        }
        ExportFormat::Qr => {
            let url = format!(
                "{}/c/{}",
                office.issuance.identity.public_url.as_str(),
                certificate.handle
            );
            output.file(qr_svg(&url)?.as_bytes());
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
