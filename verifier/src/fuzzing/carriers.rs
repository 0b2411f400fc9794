//! Targets for what people send: pictures, PDF, archives and codes around credentials that the known key signed.
//! What they assert: nothing is shown that was not signed, and nothing is taken out that was not in it, within the limits.

use std::io::Cursor;

use super::checks;
use super::samples;
use crate::carrier::archive::Archive;
use crate::carrier::{self, Carrier, Contents};
use crate::limits;

/// What is taken out of a PNG stands in it, letter by letter.
pub(super) fn png(bytes: &[u8]) {
    let opened = carrier::unpack(Carrier::Png, bytes);
    if let Ok(Contents::Credential(text)) = opened.map(|parcel| parcel.contents) {
        assert!(bytes.windows(text.len().max(1)).any(|window| window == &*text) || text.is_empty());
    }
    checks::verify(bytes);
}

/// What is taken out of an SVG is text, and no longer than it.
pub(super) fn svg(bytes: &[u8]) {
    let opened = carrier::unpack(Carrier::Svg, bytes);
    if let Ok(Contents::Credential(text)) = opened.map(|parcel| parcel.contents) {
        assert!(std::str::from_utf8(&text).is_ok() && text.len() <= bytes.len());
    }
    checks::verify(bytes);
}

/// What is taken out of a PDF stays within its limits.
pub(super) fn pdf(bytes: &[u8]) {
    let opened = carrier::unpack(Carrier::Pdf, bytes);
    if let Ok(Contents::Attachments(found)) = opened.map(|parcel| parcel.contents) {
        assert!((1..=limits::EDITIONS_MAX).contains(&found.credentials.len()));
        let credentials = found.credentials.iter().map(|(_, text)| text.len());
        let all: usize = credentials.chain(found.proofs.iter().map(Vec::len)).sum();
        assert!(all <= limits::PDF_INFLATED_BYTES_MAX);
    }
    checks::verify(bytes);
}

/// The files of an archive are as many as it says, and none is larger than one may be.
pub(super) fn zip(bytes: &[u8]) {
    let Ok(mut archive) = Archive::open(Cursor::new(bytes)) else { return };
    let most = archive.len();
    let mut files = 0;
    while let Ok(Some(entry)) = archive.read_next() {
        files += 1;
        if let Ok(unpacked) = entry.bytes {
            assert!(unpacked.len() <= limits::CARRIER_BYTES_MAX);
            checks::verify(&unpacked);
        }
    }
    assert!(files <= most);
}

/// Whatever a picture or a text is: no panic, and no more than one text.
pub(super) fn code(bytes: &[u8]) {
    let carrier = Carrier::of(bytes);
    if let Ok(Contents::QrText(text)) =
        carrier::unpack(carrier, bytes).map(|parcel| parcel.contents)
    {
        assert!(text.chars().count() <= limits::CODE_CHARS_MAX || carrier != Carrier::QrText);
    }
    checks::verify(bytes);
}

pub(super) fn pngs() -> Vec<Vec<u8>> {
    samples::credentials().iter().map(|text| in_png(text)).collect()
}

pub(super) fn svgs() -> Vec<Vec<u8>> {
    let svg = |text: Vec<u8>| {
        let text = String::from_utf8_lossy(&text).into_owned();
        let credential = match text.starts_with('{') {
            true => format!("<o:credential><![CDATA[{text}]]></o:credential>"),
            false => format!("<o:credential verify=\"{text}\"/>"),
        };
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:o=\"https://purl.imsglobal.org/ob/v3p0\">{credential}</svg>").into_bytes()
    };
    samples::credentials().into_iter().map(svg).collect()
}

pub(super) fn pdfs() -> Vec<Vec<u8>> {
    samples::credentials().iter().map(|text| in_pdf(text)).collect()
}

pub(super) fn zips() -> Vec<Vec<u8>> {
    samples::credentials().iter().map(|text| in_zip(text)).collect()
}

pub(super) fn codes() -> Vec<Vec<u8>> {
    ["https://issuer.example/c/1", "shc:/56", "1/3 x", "otpauth://totp/x"]
        .map(|text| text.as_bytes().to_vec())
        .into_iter()
        .chain([in_png(b"x")])
        .collect()
}

fn in_png(text: &[u8]) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let header = [0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0];
    // One white pixel, deflated.
    let pixel = [0x78, 0x9c, 0x63, 0xf8, 0x0f, 0x00, 0x01, 0x01, 0x01, 0x00];
    let baked = [b"openbadgecredential\0\0\0\0\0", text].concat();
    for (kind, body) in
        [(b"IHDR", &header[..]), (b"iTXt", &baked), (b"IDAT", &pixel), (b"IEND", &[])]
    {
        let covered = [&kind[..], body].concat();
        png.extend(u32::try_from(body.len()).unwrap_or_default().to_be_bytes());
        png.extend(&covered);
        png.extend(crc32fast::hash(&covered).to_be_bytes());
    }
    png
}

fn in_pdf(text: &[u8]) -> Vec<u8> {
    let length = text.len();
    let heads = [
        "<< /Type /Catalog /Names << /EmbeddedFiles << /Names [(a) 2 0 R] >> >> >>".to_owned(),
        "<< /Type /Filespec /F (a.json) /EF << /F 3 0 R >> >>".to_owned(),
        format!("<< /Type /EmbeddedFile /Length {length} >>\nstream\n"),
    ];
    let mut pdf = b"%PDF-1.7\n".to_vec();
    let mut table = "xref\n0 4\n0000000000 65535 f \n".to_owned();
    for (index, head) in heads.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", pdf.len());
        pdf.extend(format!("{} 0 obj\n{head}", index + 1).into_bytes());
        if index == 2 {
            pdf.extend([text, b"\nendstream"].concat());
        }
        pdf.extend(b"\nendobj\n");
    }
    let at = pdf.len();
    pdf.extend(
        format!("{table}trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n{at}\n%%EOF\n").into_bytes(),
    );
    pdf
}

/// One file, stored as it is.
fn in_zip(text: &[u8]) -> Vec<u8> {
    let size = u32::try_from(text.len()).unwrap_or_default().to_le_bytes();
    let common = [
        &[20, 0, 0, 0, 0, 0, 0, 0, 0, 0][..],
        &crc32fast::hash(text).to_le_bytes(),
        &size,
        &size,
        &[6, 0, 0, 0],
    ];
    let common = common.concat();
    let local = [b"PK\x03\x04", &common[..], b"a.json", text].concat();
    let listed = [b"PK\x01\x02\x14\0", &common[..], &[0; 14], b"a.json"].concat();
    let number = |length: usize| u32::try_from(length).unwrap_or_default().to_le_bytes();
    let end = [
        b"PK\x05\x06\0\0\0\0\x01\0\x01\0",
        &number(listed.len())[..],
        &number(local.len()),
        &[0, 0],
    ]
    .concat();
    [local, listed, end].concat()
}
