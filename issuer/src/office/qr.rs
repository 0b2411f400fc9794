//! The QR code of a certificate (regulation 6.2.1) as a grid of modules and as a drawing. What it says is decided in `issuing`.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use verifier::is_statement;

use super::OfficeError;
use crate::document::code::Coded;

/// The code of this text, as small as it can be. With a statement it has level M, so that it stays small
/// enough for 40 mm; an address alone has room for level Q, which survives a crease and a stamp.
///
/// # Errors
/// If the text is too long for a QR code.
pub fn qr_code(text: &str) -> Result<QrCode, OfficeError> {
    let level = if is_statement(text.as_bytes()) { EcLevel::M } else { EcLevel::Q };
    Coded::smallest(text, level)
        .and_then(Coded::draw)
        .ok_or_else(|| OfficeError::Request("the address is too long for a QR code".to_owned()))
}

/// The same as SVG, with its quiet zone.
///
/// # Errors
/// As [`qr_code`].
pub fn qr_svg(text: &str) -> Result<String, OfficeError> {
    let code = qr_code(text)?;
    Ok(code.render::<svg::Color<'_>>().min_dimensions(240, 240).quiet_zone(true).build())
}
