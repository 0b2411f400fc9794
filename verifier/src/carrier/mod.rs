//! What people send: a credential in a picture, in a PDF, in a QR code, or as it is. The room tells what a file is by its first bytes and takes
//! the credential out of it, strictly; it must not judge one, and never takes a document from the input but proofs that need no belief.

pub(crate) mod archive;
mod code;
mod inflate;
mod pdf;
#[cfg(feature = "photo")]
mod photo;
mod png;
mod svg;

use std::borrow::Cow;

use crate::limits;
use crate::problem::{Code, Problem};
use crate::report::Finding;

pub(crate) use code::refuse as refuse_code;
pub(crate) use pdf::check_editions;

/// What a credential came in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Carrier {
    /// JSON, or what may be meant as JSON.
    Json,
    /// A compact JWS.
    Token,
    /// A PNG: a baked badge, or a picture of a QR code.
    Png,
    /// A baked SVG.
    Svg,
    /// A PDF with attachments.
    Pdf,
    /// A JPEG: a photograph of a QR code.
    Jpeg,
    /// The text of a QR code.
    QrText,
    /// An archive of many files, each of which is checked on its own.
    Archive,
    /// A format that is known and not read.
    Other(&'static str),
}

impl Carrier {
    /// Tells what `input` is by its first bytes. What is nothing else is taken for JSON, whose reader says what is wrong.
    #[must_use]
    pub fn of(input: &[u8]) -> Self {
        let text = input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input).trim_ascii();
        match input {
            [0x89, b'P', b'N', b'G', ..] => Self::Png,
            [0xff, 0xd8, 0xff, ..] => Self::Jpeg,
            [b'%', b'P', b'D', b'F', b'-', ..] => Self::Pdf,
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Self::Archive,
            [0x1f, 0x8b, ..] => Self::Other("compressed with GZIP"),
            [b'G', b'I', b'F', b'8', ..] => Self::Other("a GIF"),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => {
                Self::Other("a WebP")
            }
            [_, _, _, _, b'f', b't', b'y', b'p', ..] => Self::Other("a HEIC or AVIF"),
            [0xff, 0xfe, b'<', 0, ..] | [0xfe, 0xff, 0, b'<', ..] => Self::Other("XML in UTF-16"),
            [b'<', 0, ..] | [0, b'<', ..] => Self::Other("XML in UTF-16"),
            _ if text.starts_with(b"<") => Self::Svg,
            _ if crate::jose::is_token(input.trim_ascii()) => Self::Token,
            _ if code::is_code(input.trim_ascii()) => Self::QrText,
            _ => Self::Json,
        }
    }

    /// The name in reports, of what is more than the credential itself.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Png => Some("png"),
            Self::Svg => Some("svg"),
            Self::Pdf => Some("pdf"),
            Self::Jpeg => Some("jpeg"),
            Self::QrText => Some("qr"),
            Self::Json | Self::Token | Self::Archive | Self::Other(_) => None,
        }
    }
}

/// Whether a file among others only accompanies credentials: a plain text named `.txt` that is neither JSON nor a token, nor the
/// statement of a QR code, as the skills and the link in a package for portals are. It is passed over, never judged.
#[must_use]
pub fn is_companion(name: &str, bytes: &[u8]) -> bool {
    let is_text = name.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("txt"));
    is_text && std::str::from_utf8(bytes).is_ok_and(is_prose)
}

/// Nobody sees what Windows Notepad writes before a text, and a credential behind it is one all the same: whoever passed it over
/// would say nothing of a revoked certificate. What only looks like one is judged too, and refused.
fn is_prose(text: &str) -> bool {
    // UTF-16 has a zero in every Latin letter, and some of it is UTF-8 by chance.
    if text.contains('\0') {
        return false;
    }
    let seen = |letter: char| !letter.is_whitespace() && !letter.is_control() && !is_unseen(letter);
    let text = text.trim_start_matches(|letter| !seen(letter));
    match Carrier::of(text.as_bytes()) {
        Carrier::QrText => !crate::statement::is_statement(text.as_bytes()),
        Carrier::Json => !text.starts_with(['{', '[', '"']),
        _ => false,
    }
}

/// The byte order mark, and the other marks of no width (Unicode, "Layout Controls").
const fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}')
}

/// What was taken out of a carrier.
pub(crate) struct Parcel<'i> {
    pub(crate) contents: Contents<'i>,
    /// What of the carrier is not verified, and what is odd about it.
    pub(crate) warnings: Vec<Problem>,
}

/// What a carrier held.
pub(crate) enum Contents<'i> {
    /// One credential, JSON or a token.
    Credential(Cow<'i, [u8]>),
    /// The text of a QR code.
    QrText(Cow<'i, str>),
    /// The attachments of a PDF.
    Attachments(Attachments),
}

/// The attachments of a PDF that mean something here.
#[derive(Debug, Default)]
pub(crate) struct Attachments {
    /// The credentials by their file names, in the order of the names. Not empty.
    pub(crate) credentials: Vec<(String, Vec<u8>)>,
    /// Inclusion proofs.
    pub(crate) proofs: Vec<Vec<u8>>,
    /// What the PDF says of itself which certificate it is (`dc:identifier`, `xmp:Identifier`).
    pub(crate) identifiers: Vec<String>,
}

/// Takes the credential out of what was sent.
///
/// # Errors
///
/// [`Finding::Refused`] with the reason: no credential, more than one, damaged, too large, a form that is not read.
pub(crate) fn unpack(carrier: Carrier, input: &[u8]) -> Result<Parcel<'_>, Finding> {
    if input.len() > limits::CARRIER_BYTES_MAX {
        let detail = format!("The input is larger than {} bytes.", limits::CARRIER_BYTES_MAX);
        return Err(Finding::refused(Code::Limit, detail));
    }
    match carrier {
        Carrier::Json | Carrier::Token => Ok(plain(input)),
        Carrier::Png => png::unpack(input),
        Carrier::Svg => svg::unpack(input),
        Carrier::Pdf => pdf::unpack(input),
        Carrier::Jpeg => picture(input),
        Carrier::QrText => code::unpack(input),
        Carrier::Archive => {
            let detail =
                "This is an archive of several files: each of them must be checked on its own.";
            Err(Finding::refused(Code::SeveralCredentials, detail))
        }
        Carrier::Other(what) => {
            let detail = format!(
                "The file is {what}. Send the credential as JSON, JWT, PDF, PNG, SVG, or a photograph of the QR code as PNG or JPEG."
            );
            Err(Finding::refused(Code::CarrierNotRead, detail))
        }
    }
}

fn plain(input: &[u8]) -> Parcel<'_> {
    Parcel { contents: Contents::Credential(Cow::Borrowed(input)), warnings: Vec::new() }
}

/// A picture without a credential of its own: a photograph of a QR code, perhaps.
#[cfg(feature = "photo")]
fn picture(input: &[u8]) -> Result<Parcel<'_>, Finding> {
    let text = photo::read_code(input)?;
    let detail = "The credential is that of the QR code; the rest of the picture is not verified.";
    let warnings = vec![Problem::new(Code::PictureNotVerified, detail)];
    Ok(Parcel { contents: Contents::QrText(Cow::Owned(text)), warnings })
}

#[cfg(not(feature = "photo"))]
fn picture(_: &[u8]) -> Result<Parcel<'_>, Finding> {
    let detail = "The picture carries no credential; QR codes in pictures are not read here.";
    Err(Finding::refused(Code::NoCredential, detail))
}

fn malformed(detail: impl Into<String>) -> Finding {
    Finding::refused(Code::CarrierMalformed, detail)
}

fn several(detail: impl Into<String>) -> Finding {
    Finding::refused(Code::SeveralCredentials, detail)
}

/// What of a baked picture is not verified: the picture, and a badge of Open Badges 2 that stands beside the credential. A program that
/// knows nothing newer shows that one, so whoever looks at both must know which one was checked.
fn baked_warnings(older_beside: bool) -> Vec<Problem> {
    let detail = "The picture is not verified: go by what is shown here.";
    let mut warnings = vec![Problem::new(Code::PictureNotVerified, detail)];
    if older_beside {
        let detail = "The picture also carries a badge of Open Badges 2, which is not verified.";
        warnings.push(Problem::new(Code::AttachmentNotVerified, detail));
    }
    warnings
}

fn absent(detail: impl Into<String>) -> Finding {
    Finding::refused(Code::NoCredential, detail)
}

fn over(what: &str, most: impl ToString) -> Finding {
    Finding::refused(Code::Limit, format!("The file has more than {} {what}.", most.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_told_by_its_first_bytes() {
        for (bytes, carrier) in [
            (&b"\x89PNG\r\n"[..], Carrier::Png),
            (b"\xff\xd8\xff\xe0", Carrier::Jpeg),
            (b"%PDF-1.7", Carrier::Pdf),
            (b" %PDF-1.7", Carrier::Json),
            (b"PK\x03\x04", Carrier::Archive),
            (b"\xef\xbb\xbf <svg", Carrier::Svg),
            (b"\n<?xml", Carrier::Svg),
            (b"eyJ", Carrier::Token),
            (b" {\"a\":1}", Carrier::Json),
            (b"\xff\xfe{\0", Carrier::Json),
            (b"", Carrier::Json),
            (b"https://a.example/", Carrier::QrText),
            (b"\0\0\0\x18ftypheic", Carrier::Other("a HEIC or AVIF")),
        ] {
            assert_eq!(Carrier::of(bytes), carrier, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn nothing_that_may_be_a_credential_only_accompanies_one() {
        let utf_16 =
            |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        let marked = |text: &str| [b"\xef\xbb\xbf", text.as_bytes()].concat();
        for text in [
            marked("Skills: {a}, [b]"),
            "Құзыреттер".into(),
            marked("https://credentials.example.org/c/X"),
            Vec::new(),
        ] {
            assert!(is_companion("a.TXT", &text), "{}", text.escape_ascii());
            assert!(!is_companion("a.json", &text), "{}", text.escape_ascii());
        }
        let token = "eyJhbGciOiJFZERTQSJ9.e30.c2ln";
        for text in [
            marked(" {}"),
            marked("[{}]"),
            marked(token),
            "\u{200b}\u{a0}{}".into(),
            token.into(),
            marked("<svg/>"),
            utf_16("{}"),
            utf_16("\u{feff}{}"),
            [&b"\xfe\xff"[..], b"\0{\0}"].concat(),
            b"\0{\0}".to_vec(),
            b"\xcd\xe0\xe2\xfb\xea\xe8".to_vec(),
        ] {
            assert!(!is_companion("a.txt", &text), "{}", text.escape_ascii());
        }
    }

    #[test]
    fn an_archive_is_no_single_credential() {
        let archive = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
        let Err(Finding::Refused(problem)) = unpack(Carrier::of(archive), archive) else {
            panic!("an archive was unpacked")
        };
        assert_eq!(problem.code, Code::SeveralCredentials);
    }

    #[test]
    fn no_carrier_is_larger_than_the_limit() {
        for begin in [&b"\x89PNG"[..], b"%PDF-", b"<", b"{", b"\xff\xd8\xff", b"x:y"] {
            let mut bytes = begin.to_vec();
            bytes.resize(limits::CARRIER_BYTES_MAX + 1, b' ');
            let Err(Finding::Refused(problem)) = unpack(Carrier::of(&bytes), &bytes) else {
                panic!("{}", begin.escape_ascii())
            };
            assert_eq!(problem.code, Code::Limit);
        }
    }
}
