//! Certificates in the forms that others take: the signed credential, the QR code of its address and statement.

use verifier::Language;

use super::act::ExportFormat;
use super::output::Output;
use super::qr::qr_svg;
use super::{Office, OfficeError};
use crate::issuing::qr_text;

pub(super) fn export(
    office: &Office,
    number: &str,
    language: Language,
    format: ExportFormat,
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
            let text = qr_text(&certificate, &office.issuance.identity.public_url);
            output.file(qr_svg(&text)?.as_bytes());
        }
    }
    Ok(0)
}
