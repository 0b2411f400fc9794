//! The text of a QR code. It tells a code by its form, and says of those that are no certificate what they are for;
//! it must not follow an address.

use std::borrow::Cow;

use super::{Contents, Parcel, malformed, over};
use crate::limits;
use crate::problem::Code;
use crate::report::Finding;
use crate::wording::plain_text;

/// What codes of others begin with, and what they are.
const FOREIGN: [(&str, &str); 17] = [
    ("shc:/", "a SMART Health Card, a health record"),
    ("shlink:/", "a SMART Health Link, a health record"),
    ("hc1:", "an EU health certificate"),
    (
        "openid-credential-offer:",
        "an offer of a credential: scan it with the wallet that shall receive it",
    ),
    ("openid4vp:", "a request for a presentation: scan it with your wallet"),
    ("openid:", "a request for a presentation: scan it with your wallet"),
    ("haip:", "a request for a presentation: scan it with your wallet"),
    ("otpauth:", "a secret for one-time passwords: show it to nobody"),
    ("otpauth-migration:", "secrets for one-time passwords: show them to nobody"),
    ("wifi:", "the access to a wireless network"),
    ("begin:vcard", "a contact"),
    ("mecard:", "a contact"),
    ("mailto:", "an e-mail address"),
    ("tel:", "a telephone number"),
    ("geo:", "a place on a map"),
    ("bitcoin:", "a request for a payment"),
    ("vp1-", "a presentation in several parts"),
];

/// Whether a text is that of a code: an address of some scheme, or a part of a longer code.
pub(super) fn is_code(text: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else { return false };
    is_part(text) || foreign(text).is_some() || scheme(text).is_some()
}

/// The scheme of an address (RFC 3986, "Scheme").
fn scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once(':')?;
    let mut characters = scheme.chars();
    let plain = |character: char| character.is_ascii_alphanumeric() || "+-.".contains(character);
    let is_scheme = characters.next()?.is_ascii_alphabetic() && characters.all(plain);
    (is_scheme && !rest.is_empty() && scheme.len() <= 32).then_some(scheme)
}

/// `1/3` and the like, as codes that are cut into parts begin.
fn is_part(text: &str) -> bool {
    let number = |digits: &str| {
        (1..=7).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit())
    };
    let head = text.get(..text.floor_char_boundary(24)).unwrap_or_default();
    let Some((first, rest)) = head.split_once('/') else { return false };
    let end = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
    let (second, tail) = rest.split_at(end);
    number(first)
        && number(second)
        && (tail.is_empty() || tail.starts_with([' ', '/', ':', '|', ';', ',']))
}

fn foreign(text: &str) -> Option<&'static str> {
    let head = text.get(..text.floor_char_boundary(40)).unwrap_or_default().to_ascii_lowercase();
    FOREIGN.iter().find(|(begins, _)| head.starts_with(begins)).map(|(_, what)| *what)
}

/// The text as it was scanned, without white space around it.
pub(super) fn unpack(input: &[u8]) -> Result<Parcel<'_>, Finding> {
    let text = std::str::from_utf8(input.trim_ascii());
    let text = text.map_err(|_| malformed("The text of the code is not UTF-8."))?;
    if text.chars().count() > limits::CODE_CHARS_MAX {
        return Err(over("characters for a QR code", limits::CODE_CHARS_MAX));
    }
    Ok(Parcel { contents: Contents::QrText(Cow::Borrowed(text)), warnings: Vec::new() })
}

/// Why the text of a code holds nothing to check: what it is, and what to do with it.
pub(crate) fn refuse(text: &str) -> Finding {
    let detail = if let Some(what) = foreign(text) {
        format!("The code is no certificate but {what}.")
    } else if is_part(text) {
        "The code is one part of several. Certificates have one code each: a code in parts is not read.".to_owned()
    } else if let Some(scheme) = scheme(text) {
        match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" => format!(
                "The address {} holds no signed statement: it proves nothing by itself. If you know its host, open it, download the .json file of the certificate there, and check that; or ask for the certificate as a file.",
                plain_text(text)
            ),
            _ => format!(
                "The code is no certificate but an address of the kind `{}:`.",
                plain_text(scheme)
            ),
        }
    } else {
        format!("The code holds a text and no certificate: {}", plain_text(text))
    };
    Finding::refused(Code::ForeignCode, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_told_by_its_form() {
        for text in [
            "https://university.example/c/X",
            "HTTP://X",
            "shc:/56",
            "1/3 abc",
            "12/34",
            "a.b-c+d:x",
            "BEGIN:VCARD\nVERSION:3.0",
        ] {
            assert!(is_code(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            "nonsense",
            "{\"a\":\"b:c\"}",
            "[1/3]",
            "1/",
            "/3",
            "1/3abc",
            "12345678/9",
            ":x",
            "a b:c",
        ] {
            assert!(!is_code(text.as_bytes()), "{text}");
        }
        assert!(!is_code(b"https://\xff"));
    }

    #[test]
    fn what_is_no_certificate_is_named() {
        for (text, named) in [
            ("shc:/56", "a SMART Health Card"),
            ("WIFI:S:x;;", "a wireless network"),
            ("2/3 x", "one part of several"),
            ("https://a.example/\u{202e}x", "https://a.example/[U+202E]x"),
            ("javascript:alert(1)", "`javascript:`"),
        ] {
            let Finding::Refused(problem) = refuse(text) else { panic!("{text}") };
            assert_eq!(problem.code, Code::ForeignCode);
            assert!(problem.detail.contains(named), "{}", problem.detail);
        }
    }
}
