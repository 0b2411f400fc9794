//! The form of the verification page as browsers send it: `multipart/form-data` (RFC 7578) or URL-encoded.
//! A strict reader of just that: what no browser sends is refused, not guessed at.

use super::answer::Failure;
use super::limits::{FORM_PARTS_MAX, PART_HEAD_BYTES_MAX};

/// What kind of body a content type announces.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Kind {
    /// The body is the credential itself.
    Raw,
    /// `application/x-www-form-urlencoded`.
    UrlEncoded,
    /// `multipart/form-data` with this boundary.
    Multipart(String),
}

impl Kind {
    /// The kind that a `Content-Type` names; whatever is no form is the credential itself.
    ///
    /// # Errors
    /// [`Failure::Form`] for a multipart form without a usable boundary.
    pub(super) fn of(content_type: Option<&str>) -> Result<Self, Failure> {
        let mut parts = content_type.unwrap_or_default().split(';').map(str::trim);
        let media_type = parts.next().unwrap_or_default().to_ascii_lowercase();
        match media_type.as_str() {
            "application/x-www-form-urlencoded" => Ok(Self::UrlEncoded),
            "multipart/form-data" => {
                let boundary = parts.find_map(|part| {
                    let (name, value) = part.split_once('=')?;
                    name.eq_ignore_ascii_case("boundary").then(|| value.trim_matches('"'))
                });
                // RFC 2046, "Common Syntax": 1 to 70 characters.
                match boundary.filter(|boundary| (1..=70).contains(&boundary.len())) {
                    Some(boundary) => Ok(Self::Multipart(boundary.to_owned())),
                    None => Err(Failure::Form),
                }
            }
            _ => Ok(Self::Raw),
        }
    }
}

/// The one credential in a form: the file, or the pasted text.
///
/// # Errors
/// [`Failure::Form`] if the form cannot be read, or holds none or both: then it is not clear what was to be verified.
pub(super) fn credential(kind: &Kind, body: Vec<u8>) -> Result<Vec<u8>, Failure> {
    let fields = match kind {
        Kind::Raw => return Ok(body),
        Kind::UrlEncoded => match url_encoded(&body) {
            // Tools call any body a form unless they are told otherwise; one without our fields is the credential itself.
            Some(fields) if fields.iter().any(|(name, _)| is_ours(name)) => Some(fields),
            _ => return Ok(body),
        },
        Kind::Multipart(boundary) => multipart(&body, boundary),
    };
    let fields = fields.ok_or(Failure::Form)?;
    let mut filled = fields
        .into_iter()
        .filter(|(name, _)| is_ours(name))
        .filter(|(_, value)| !value.trim_ascii().is_empty());
    match (filled.next(), filled.next()) {
        (Some((_, value)), None) => Ok(value),
        _ => Err(Failure::Form),
    }
}

/// The two fields of our page.
fn is_ours(name: &str) -> bool {
    matches!(name, "file" | "text")
}

type Fields = Vec<(String, Vec<u8>)>;

fn multipart(body: &[u8], boundary: &str) -> Option<Fields> {
    let first = format!("--{boundary}");
    let delimiter = format!("\r\n--{boundary}");
    let mut rest = body.strip_prefix(first.as_bytes())?;
    let mut fields = Fields::new();
    loop {
        if let Some(end) = rest.strip_prefix(b"--") {
            return end.trim_ascii().is_empty().then_some(fields);
        }
        if fields.len() == FORM_PARTS_MAX {
            return None;
        }
        rest = rest.strip_prefix(b"\r\n")?;
        let head_end = find(rest.get(..PART_HEAD_BYTES_MAX.min(rest.len()))?, b"\r\n\r\n")?;
        let name = part_name(rest.get(..head_end)?)?;
        rest = rest.get(head_end + 4..)?;
        let value_end = find(rest, delimiter.as_bytes())?;
        fields.push((name, rest.get(..value_end)?.to_vec()));
        rest = rest.get(value_end + delimiter.len()..)?;
    }
}

/// The `name` of the part's `Content-Disposition`.
fn part_name(head: &[u8]) -> Option<String> {
    let head = std::str::from_utf8(head).ok()?;
    let line = head.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-disposition").then_some(value)
    })?;
    let mut parts = line.split(';').map(str::trim);
    if !parts.next()?.eq_ignore_ascii_case("form-data") {
        return None;
    }
    // Our names hold nothing that a browser would escape; a file name may, and is not looked at.
    let name = parts.find_map(|part| part.strip_prefix("name=\"")?.strip_suffix('"'))?;
    Some(name.to_owned())
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

fn url_encoded(body: &[u8]) -> Option<Fields> {
    let parts = body.split(|byte| *byte == b'&').filter(|part| !part.is_empty());
    let fields: Option<Fields> = parts
        .take(FORM_PARTS_MAX + 1)
        .map(|part| {
            let middle = part.iter().position(|byte| *byte == b'=').unwrap_or(part.len());
            let name = decoded(part.get(..middle)?)?;
            let value = decoded(part.get(middle + 1..).unwrap_or_default())?;
            Some((String::from_utf8(name).ok()?, value))
        })
        .collect();
    fields.filter(|fields| fields.len() <= FORM_PARTS_MAX)
}

/// `+` is a space, `%2B` a byte; a broken escape is `None`.
fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = text.iter();
    let mut plain = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        plain.push(match byte {
            b'+' => b' ',
            b'%' => hexadecimal(*bytes.next()?)? * 16 + hexadecimal(*bytes.next()?)?,
            other => *other,
        });
    }
    Some(plain)
}

fn hexadecimal(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content_type: &str, body: &str) -> Result<String, Failure> {
        let kind = Kind::of(Some(content_type))?;
        credential(&kind, body.as_bytes().to_vec()).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    fn part(name: &str, value: &str) -> String {
        format!("--b\r\nContent-Disposition: form-data; {name}\r\n\r\n{value}\r\n")
    }

    #[test]
    fn the_filled_field_is_the_credential() {
        let multipart = "multipart/form-data; boundary=b";
        let file = part("name=\"file\"; filename=\"a;b.json\"", "{\"a\":\r\n1}");
        let empty = part("name=\"text\"", " \r\n");
        assert_eq!(read(multipart, &format!("{file}{empty}--b--\r\n")).unwrap(), "{\"a\":\r\n1}");
        assert_eq!(read(multipart, &format!("{empty}{file}--b--")).unwrap(), "{\"a\":\r\n1}");
        let quoted = "Multipart/Form-Data; charset=utf-8; boundary=\"b\"";
        assert_eq!(read(quoted, &format!("{file}--b--\r\n")).unwrap(), "{\"a\":\r\n1}");
        let encoded = "application/x-www-form-urlencoded; charset=utf-8";
        assert_eq!(read(encoded, "file=&text=%7B%22%D3%99%22+%3A1%7d").unwrap(), "{\"ә\" :1}");
        assert_eq!(read("application/vc", "file=").unwrap(), "file=");
    }

    #[test]
    fn an_unclear_or_broken_form_is_refused() {
        let multipart = "multipart/form-data; boundary=b";
        let text = part("name=\"text\"", "{}");
        let file = part("name=\"file\"; filename=\"\"", "{}");
        let many = part("name=\"x\"", "").repeat(9);
        for body in [
            String::new(),
            "--b--\r\n".to_owned(),
            text.clone(),
            format!("{text}{file}--b--\r\n"),
            format!("{many}{text}--b--\r\n"),
            format!("{text}--b--\r\nmore"),
            format!("x{text}--b--\r\n"),
            text.replace("form-data", "attachment") + "--b--\r\n",
            "--b\r\n\r\n{}\r\n--b--\r\n".to_owned(),
        ] {
            assert_eq!(read(multipart, &body), Err(Failure::Form), "{body}");
        }
        assert_eq!(read("multipart/form-data", &text), Err(Failure::Form));
        for body in ["text=", "text=a&file=b", "text=a&text=b"] {
            assert_eq!(read("application/x-www-form-urlencoded", body), Err(Failure::Form));
        }
        // Without our fields it is no form of ours: tools call any body one.
        for body in ["", "{\"id\":\"urn:a\"}", "text=%7", "x=1"] {
            assert_eq!(read("application/x-www-form-urlencoded", body), Ok(body.to_owned()));
        }
    }
}
