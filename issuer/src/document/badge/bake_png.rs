//! A credential into a PNG (Open Badges 3.0, "Baked Badges", "PNG"; PNG 3rd edition, "iTXt"). Every chunk that was there stays
//! as it was: what is added is one chunk.

use super::bake::{BakeError, Signed};

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The keyword that Open Badges 3.0 gives the chunk.
const KEYWORD: &[u8] = b"openbadgecredential";

/// Behind the keyword: its end, no compression, its method, no language, no translated keyword.
const PLAIN: &[u8] = &[0, 0, 0, 0, 0];

/// Largest chunk, bytes (PNG, "Chunk layout").
const CHUNK_BYTES_MAX: usize = (1 << 31) - 1;

/// The picture with the credential in one uncompressed `iTXt` chunk directly behind its header.
///
/// # Errors
/// [`BakeError`], if the picture is no whole PNG or carries a credential, or if the credential is none.
pub fn bake_png(png: &[u8], credential: Signed<'_>) -> Result<Vec<u8>, BakeError> {
    let text = credential.checked()?;
    let header_end = behind_header(png)?;
    let content = [KEYWORD, PLAIN, text.as_bytes()].concat();
    let length = u32::try_from(content.len()).ok().filter(|_| content.len() <= CHUNK_BYTES_MAX);
    let length = length.ok_or(BakeError::NotACredential)?;
    let (before, behind) = png.split_at_checked(header_end).ok_or(BakeError::NotPng)?;
    // The CRC covers type and content, not the length.
    let mut crc = crc32fast::Hasher::new();
    crc.update(b"iTXt");
    crc.update(&content);
    let (length, crc) = (length.to_be_bytes(), crc.finalize().to_be_bytes());
    Ok([before, &length, b"iTXt", &content, &crc, behind].concat())
}

/// Where the header chunk ends, if all chunks are there and none carries a credential.
fn behind_header(png: &[u8]) -> Result<usize, BakeError> {
    let mut rest = png.strip_prefix(SIGNATURE).ok_or(BakeError::NotPng)?;
    let mut header_end = None;
    loop {
        let (kind, content, behind) = chunk(rest).ok_or(BakeError::NotPng)?;
        match (header_end, kind) {
            (None, b"IHDR") => header_end = Some(png.len() - behind.len()),
            (None, _) => return Err(BakeError::NotPng),
            (Some(_), b"iTXt" | b"tEXt" | b"zTXt") if is_ours(content) => {
                return Err(BakeError::AlreadyBaked);
            }
            (Some(end), b"IEND") if behind.is_empty() => return Ok(end),
            (Some(_), b"IEND" | b"IHDR") => return Err(BakeError::NotPng),
            _ => {}
        }
        rest = behind;
    }
}

/// The first chunk: its type, its content, and what comes behind its CRC.
fn chunk(bytes: &[u8]) -> Option<(&[u8; 4], &[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (kind, rest) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (content, rest) = rest.split_at_checked(length)?;
    let (_crc, rest) = rest.split_first_chunk::<4>()?;
    Some((kind, content, rest))
}

/// Whether the keyword is that of Open Badges, 3.0 or the `openbadges` of 2.0, in whatever case.
fn is_ours(content: &[u8]) -> bool {
    let keyword = content.split(|byte| *byte == 0).next().unwrap_or_default();
    keyword.eq_ignore_ascii_case(KEYWORD) || keyword.eq_ignore_ascii_case(b"openbadges")
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREDENTIAL: &str = r#"{"name":"Үлгі ]]> \u0000"}"#;

    /// A picture of one pixel, as resvg writes it.
    fn picture() -> Vec<u8> {
        let mut pixels = resvg::tiny_skia::Pixmap::new(1, 1).unwrap();
        pixels.fill(resvg::tiny_skia::Color::from_rgba8(9, 8, 7, 255));
        pixels.encode_png().unwrap()
    }

    /// Type, content and CRC of every chunk.
    fn chunks(png: &[u8]) -> Vec<([u8; 4], Vec<u8>, u32)> {
        let mut rest = png.strip_prefix(SIGNATURE).unwrap();
        let mut found = Vec::new();
        while !rest.is_empty() {
            let (kind, content, behind) = chunk(rest).unwrap();
            let crc = rest[8 + content.len()..][..4].try_into().unwrap();
            found.push((*kind, content.to_vec(), u32::from_be_bytes(crc)));
            rest = behind;
        }
        found
    }

    #[test]
    fn one_plain_chunk_goes_behind_the_header_and_the_others_stay() {
        let png = picture();
        let baked = bake_png(&png, Signed::Json(CREDENTIAL)).unwrap();
        let mut found = chunks(&baked);
        assert_eq!(&found[0].0, b"IHDR");
        let (kind, content, crc) = found.remove(1);
        assert_eq!(&kind, b"iTXt");
        let text = content.strip_prefix(b"openbadgecredential\0\0\0\0\0".as_slice()).unwrap();
        assert_eq!(text, CREDENTIAL.as_bytes());
        let mut expected = crc32fast::Hasher::new();
        expected.update(b"iTXt");
        expected.update(&content);
        assert_eq!(crc, expected.finalize());
        assert_eq!(found, chunks(&png), "another chunk was touched");
        assert_eq!(&found.last().unwrap().0, b"IEND");
        let pixels = |png| resvg::tiny_skia::Pixmap::decode_png(png).unwrap();
        assert_eq!(pixels(&baked), pixels(&png));
    }

    #[test]
    fn a_picture_is_baked_once() {
        for text in [Signed::Json(CREDENTIAL), Signed::Token("eyJh.eyJi.c2ln")] {
            let baked = bake_png(&picture(), text).unwrap();
            assert_eq!(bake_png(&baked, Signed::Json(CREDENTIAL)), Err(BakeError::AlreadyBaked));
        }
        let mut old = picture();
        let end = behind_header(&old).unwrap();
        let chunk = [b"\0\0\0\x0btEXt".as_slice(), b"OpenBadges\0", b"\0\0\0\0"].concat();
        old.splice(end..end, chunk);
        assert_eq!(bake_png(&old, Signed::Json(CREDENTIAL)), Err(BakeError::AlreadyBaked));
    }

    #[test]
    fn what_is_no_whole_picture_is_refused() {
        let png = picture();
        for length in 0..png.len() {
            let torn = bake_png(&png[..length], Signed::Json(CREDENTIAL));
            assert_eq!(torn, Err(BakeError::NotPng), "{length}");
        }
        let longer = [png.as_slice(), b"x"].concat();
        assert_eq!(bake_png(&longer, Signed::Json(CREDENTIAL)), Err(BakeError::NotPng));
        let mut wrong = png;
        wrong[8..12].copy_from_slice(&u32::MAX.to_be_bytes());
        assert_eq!(bake_png(&wrong, Signed::Json(CREDENTIAL)), Err(BakeError::NotPng));
    }

    #[test]
    fn what_is_no_credential_is_refused() {
        for text in [
            Signed::Json(""),
            Signed::Json("[]"),
            Signed::Json("{\"a\":\"\0\"}"),
            Signed::Token(""),
            Signed::Token("a.b"),
            Signed::Token("a.b.c.d"),
            Signed::Token("a.b.\"/>"),
        ] {
            assert_eq!(bake_png(&picture(), text), Err(BakeError::NotACredential), "{text:?}");
        }
    }
}
