//! Baked PNG (Open Badges 3.0, "PNG"): one `iTXt` chunk with the keyword `openbadgecredential`, not compressed. Every chunk is walked and its
//! CRC checked; the picture itself is never decoded here.

use std::borrow::Cow;

use super::{Contents, Parcel, absent, baked_warnings, malformed, over, picture, several};
use crate::limits;
use crate::problem::Code;
use crate::report::Finding;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Keywords of the chunk: of badges, and of transcripts.
const KEYWORDS: [&[u8]; 2] = [b"openbadgecredential", b"clrcredential"];
/// The keyword of Open Badges 2.
const OLDER: &[u8] = b"openbadges";

/// Takes the credential out of a PNG; without one, looks for a QR code in it.
pub(super) fn unpack(input: &[u8]) -> Result<Parcel<'_>, Finding> {
    match find(input)? {
        Found::Credential { text, older_beside } => {
            let warnings = baked_warnings(older_beside);
            Ok(Parcel { contents: Contents::Credential(Cow::Borrowed(text)), warnings })
        }
        Found::Older => {
            let detail = "The picture carries a badge of Open Badges 2, which has no signature of the kind that is checked here. Ask the issuer for it in Open Badges 3.0.";
            Err(Finding::refused(Code::CarrierNotRead, detail))
        }
        Found::Nothing => picture(input),
    }
}

/// What a picture carries.
enum Found<'i> {
    Credential {
        text: &'i [u8],
        /// A badge of Open Badges 2 stands beside it, which a program that knows no other would show.
        older_beside: bool,
    },
    Older,
    Nothing,
}

struct Chunk<'i> {
    kind: [u8; 4],
    body: &'i [u8],
}

/// Walks all chunks, from IHDR to IEND, after which nothing may stand.
fn find(input: &[u8]) -> Result<Found<'_>, Finding> {
    let mut rest = input.strip_prefix(SIGNATURE).ok_or_else(|| malformed("The PNG is damaged."))?;
    let mut found = Found::Nothing;
    for number in 0..limits::PNG_CHUNKS_MAX {
        let (chunk, after) = next(rest)?;
        rest = after;
        if (number == 0) != (chunk.kind == *b"IHDR") {
            return Err(malformed("The PNG does not begin with one header."));
        }
        match &chunk.kind {
            b"IHDR" if chunk.body.len() != 13 => {
                return Err(malformed("The header of the PNG has a wrong length."));
            }
            b"IEND" => return ended(&chunk, rest).map(|()| found),
            b"iTXt" | b"tEXt" | b"zTXt" => found = joined(found, text_of(&chunk)?)?,
            // A critical chunk that nobody knows changes what the picture is (PNG, "Chunk naming conventions").
            kind if !matches!(kind, b"IHDR" | b"IDAT" | b"PLTE")
                && kind[0].is_ascii_uppercase() =>
            {
                return Err(malformed("The PNG has a part of an unknown kind."));
            }
            _ => {}
        }
    }
    Err(over("parts", limits::PNG_CHUNKS_MAX))
}

/// The pieces of the compressed pixels, one after another.
#[cfg(feature = "photo")]
pub(super) fn pixels(input: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = input.strip_prefix(SIGNATURE).unwrap_or_default();
    let chunks = std::iter::from_fn(move || {
        let (chunk, after) = next(rest).ok()?;
        rest = after;
        Some(chunk)
    });
    chunks.filter(|chunk| chunk.kind == *b"IDAT").map(|chunk| chunk.body)
}

fn ended(end: &Chunk<'_>, rest: &[u8]) -> Result<(), Finding> {
    if !end.body.is_empty() {
        return Err(malformed("The end of the PNG is not empty."));
    }
    if rest.is_empty() {
        return Ok(());
    }
    // One program reads what stands behind the end, another one does not.
    let detail = format!("{} bytes stand behind the end of the PNG.", rest.len());
    Err(if contains_keyword(rest) { several(detail) } else { malformed(detail) })
}

fn contains_keyword(bytes: &[u8]) -> bool {
    KEYWORDS.iter().any(|keyword| {
        bytes.windows(keyword.len()).any(|window| window.eq_ignore_ascii_case(keyword))
    })
}

/// The first chunk of `rest`, whole and with the right CRC, and what follows it.
fn next(rest: &[u8]) -> Result<(Chunk<'_>, &[u8]), Finding> {
    let cut = || malformed("The PNG is cut short, or a length in it is wrong.");
    let (length, after) = rest.split_first_chunk::<4>().ok_or_else(cut)?;
    let length = u32::from_be_bytes(*length);
    // PNG, "Chunk layout": the length must not exceed 2^31 - 1.
    let length = usize::try_from(length).ok().filter(|length| *length < 1 << 31).ok_or_else(cut)?;
    let covered = length.checked_add(4).and_then(|covered| after.get(..covered)).ok_or_else(cut)?;
    let (kind, body) = covered.split_first_chunk::<4>().ok_or_else(cut)?;
    let (crc, following) =
        after.get(covered.len()..).and_then(<[u8]>::split_first_chunk::<4>).ok_or_else(cut)?;
    if !kind.iter().all(u8::is_ascii_alphabetic) {
        return Err(malformed("A part of the PNG has no name."));
    }
    if crc32fast::hash(covered) != u32::from_be_bytes(*crc) {
        return Err(malformed("A checksum in the PNG is wrong: the file was damaged or changed."));
    }
    Ok((Chunk { kind: *kind, body }, following))
}

/// What a chunk of text carries.
fn text_of<'i>(chunk: &Chunk<'i>) -> Result<Found<'i>, Finding> {
    let end = chunk.body.iter().position(|byte| *byte == 0);
    let (keyword, rest) = chunk.body.split_at(end.unwrap_or(chunk.body.len()));
    // `OpenBadgeCredential` is another keyword, which some program may take for ours.
    let alike = keyword.trim_ascii();
    if alike.eq_ignore_ascii_case(OLDER) {
        return Ok(Found::Older);
    }
    let Some(ours) = KEYWORDS.iter().find(|ours| ours.eq_ignore_ascii_case(alike)) else {
        return Ok(Found::Nothing);
    };
    if chunk.kind != *b"iTXt" || keyword != *ours {
        return Err(several(
            "The credential stands in the picture in another form than Open Badges asks for: programs do not agree on what it says.",
        ));
    }
    match rest {
        // Compression flag and method, and no language, no translated keyword.
        [0, 0, 0, 0, 0, text @ ..] => {
            whole(text).map(|text| Found::Credential { text, older_beside: false })
        }
        [0, 0, ..] => {
            Err(malformed("The credential in the picture has a language or a translated keyword."))
        }
        _ => Err(Finding::refused(
            Code::CarrierNotRead,
            "The credential in the picture is compressed, which Open Badges forbids.",
        )),
    }
}

fn whole(text: &[u8]) -> Result<&[u8], Finding> {
    let plain = std::str::from_utf8(text).is_ok_and(|text| !text.contains('\0'));
    if plain { Ok(text) } else { Err(malformed("The credential in the picture is not UTF-8.")) }
}

fn joined<'i>(found: Found<'i>, more: Found<'i>) -> Result<Found<'i>, Finding> {
    match (found, more) {
        (Found::Nothing, one) | (one, Found::Nothing) => Ok(one),
        (Found::Older, Found::Older) => Ok(Found::Older),
        // A badge of both versions says which one is meant here; that there is another one is told.
        (Found::Credential { text, .. }, Found::Older)
        | (Found::Older, Found::Credential { text, .. }) => {
            Ok(Found::Credential { text, older_beside: true })
        }
        (Found::Credential { .. }, Found::Credential { .. }) => {
            Err(several("The picture carries two credentials."))
        }
    }
}

/// Nothing was found in the picture either.
#[cfg_attr(not(feature = "photo"), expect(dead_code, reason = "said where pictures are searched"))]
pub(super) fn nothing() -> Finding {
    absent(
        "The picture carries no credential and no QR code that can be read. Telephones and messengers remove the credential from a picture: ask for the original file, or for the link.",
    )
}
