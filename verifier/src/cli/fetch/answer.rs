//! What a server may answer: which content types, how large, in which form.
//! It must not believe a word of the content; that is for whoever verifies it.

use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};
use hyper::{Response, StatusCode};
use verifier::Unavailable;
use verifier::limits::{INCLUSION_PROOF_BYTES_MAX, NOTE_BYTES_MAX};

use super::Kind;
use crate::cli::limits::{KEY_DOCUMENT_BYTES_MAX, STATUS_LIST_ANSWER_BYTES_MAX};

/// How a document is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Form {
    Json,
    /// JWS Compact Serialization (RFC 7515): three parts in base64url.
    Jwt,
    /// C2SP tlog-proof.
    TlogProof,
    /// C2SP signed-note.
    Note,
}

impl Kind {
    /// The header `Accept`.
    pub(super) const fn accepted(self) -> &'static str {
        match self {
            Self::KeyDocument => {
                "application/did+json, application/did+ld+json, application/json;q=0.9"
            }
            Self::StatusList => {
                "application/vc, application/vc+jwt, application/ld+json;q=0.9, application/json;q=0.8"
            }
            Self::InclusionProof | Self::Checkpoint => "text/plain, application/octet-stream",
        }
    }

    const fn bytes_max(self) -> usize {
        match self {
            Self::KeyDocument => KEY_DOCUMENT_BYTES_MAX,
            Self::StatusList => STATUS_LIST_ANSWER_BYTES_MAX,
            Self::InclusionProof => INCLUSION_PROOF_BYTES_MAX,
            Self::Checkpoint => NOTE_BYTES_MAX,
        }
    }

    /// The form that a content type promises; `None` if such a document is never of that type. Whoever may put
    /// files on the issuer's host puts pictures and pages there, not these (CVE-2024-25636).
    fn form_of(self, essence: &str) -> Option<Form> {
        match (self, essence) {
            (Self::KeyDocument | Self::StatusList, "application/json" | "application/ld+json")
            | (
                Self::KeyDocument,
                "application/did" | "application/did+json" | "application/did+ld+json",
            )
            | (Self::StatusList, "application/vc" | "application/vc+ld+json") => Some(Form::Json),
            // Open Badges serves compact JWTs as text.
            (Self::StatusList, "application/jwt" | "application/vc+jwt" | "text/plain") => {
                Some(Form::Jwt)
            }
            (Self::InclusionProof, "text/plain" | "application/octet-stream") => {
                Some(Form::TlogProof)
            }
            (Self::Checkpoint, "text/plain" | "application/octet-stream") => Some(Form::Note),
            _ => None,
        }
    }
}

/// The bytes of the document that `response` carries.
pub(super) async fn read(kind: Kind, response: Response<Incoming>) -> Result<Vec<u8>, Unavailable> {
    match response.status() {
        StatusCode::OK => {}
        // A redirect's new address would need all the rules again, and a key or a list has one address. Half an
        // answer, or one that somebody changed on the way, is none.
        odd if odd.is_redirection() || odd.is_success() => {
            return Err(Unavailable::AnswerNotAcceptable);
        }
        StatusCode::NOT_FOUND | StatusCode::GONE => return Err(Unavailable::NotThere),
        _ => return Err(Unavailable::NotFetched),
    }
    let form = check_headers(kind, response.headers())?;
    let bytes = read_body(response.into_body(), kind.bytes_max()).await?;
    if has_form(form, &bytes) { Ok(bytes) } else { Err(Unavailable::AnswerNotAcceptable) }
}

/// One content type that fits, and no encoding: an inflated answer could be a thousand times as large.
fn check_headers(kind: Kind, headers: &HeaderMap) -> Result<Form, Unavailable> {
    let identity =
        |value: &hyper::header::HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity");
    if !headers.get_all(CONTENT_ENCODING).iter().all(identity) {
        return Err(Unavailable::AnswerNotAcceptable);
    }
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let (Some(content_type), None) = (types.next(), types.next()) else {
        return Err(Unavailable::AnswerNotAcceptable);
    };
    let content_type = content_type.to_str().unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind.form_of(&essence).ok_or(Unavailable::AnswerNotAcceptable)
}

/// The whole body, if it has at most `bytes_max` bytes. What is announced as larger is not even begun.
async fn read_body(mut body: Incoming, bytes_max: usize) -> Result<Vec<u8>, Unavailable> {
    let fits = |bytes: usize| {
        if bytes <= bytes_max { Ok(()) } else { Err(Unavailable::AnswerNotAcceptable) }
    };
    fits(usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX))?;
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Unavailable::NotFetched)?;
        let chunk = frame.into_data().unwrap_or_default();
        fits(bytes.len().saturating_add(chunk.len()))?;
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Whether the bytes look like what their type promised: a login page calls itself anything.
fn has_form(form: Form, bytes: &[u8]) -> bool {
    match form {
        Form::Json => bytes.trim_ascii_start().first() == Some(&b'{'),
        Form::Jwt => {
            let token = bytes.trim_ascii();
            let letter =
                |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
            token.iter().all(letter) && token.iter().filter(|byte| **byte == b'.').count() == 2
        }
        Form::TlogProof => bytes.starts_with(b"c2sp.org/tlog-proof@"),
        Form::Note => {
            bytes.split(|byte| *byte == b'\n').any(|line| line.starts_with("— ".as_bytes()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(kind: Kind, headers: &[(&'static str, &'static str)]) -> Option<Form> {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        check_headers(kind, &headers).ok()
    }

    #[test]
    fn each_kind_has_its_content_types() {
        let both = |value| {
            let headers = [("content-type", value)];
            (form(Kind::KeyDocument, &headers), form(Kind::StatusList, &headers))
        };
        for (value, proof) in [
            ("text/plain", true),
            ("text/plain; charset=utf-8", true),
            ("application/octet-stream", true),
            ("text/html", false),
            ("application/json", false),
            ("image/png", false),
        ] {
            let found = form(Kind::InclusionProof, &[("content-type", value)]);
            assert_eq!(found, proof.then_some(Form::TlogProof), "{value}");
        }
        for (value, key, list) in [
            ("application/did+json", Some(Form::Json), None),
            ("application/did+ld+json", Some(Form::Json), None),
            ("application/json", Some(Form::Json), Some(Form::Json)),
            ("Application/JSON; charset=utf-8", Some(Form::Json), Some(Form::Json)),
            ("application/ld+json;profile=\"x\"", Some(Form::Json), Some(Form::Json)),
            ("application/vc", None, Some(Form::Json)),
            ("application/vc+ld+json", None, Some(Form::Json)),
            ("application/vc+jwt", None, Some(Form::Jwt)),
            ("application/jwt", None, Some(Form::Jwt)),
            ("text/plain; charset=utf-8", None, Some(Form::Jwt)),
            ("text/html", None, None),
            ("text/html; x=application/json", None, None),
            ("application/octet-stream", None, None),
            ("application/jsonp", None, None),
            ("image/svg+xml", None, None),
            ("", None, None),
            ("text/html, application/json", None, None),
        ] {
            assert_eq!(both(value), (key, list), "{value}");
        }
        assert_eq!(form(Kind::StatusList, &[]), None, "no type at all");
        let twice = [("content-type", "application/json"), ("content-type", "application/json")];
        assert_eq!(form(Kind::StatusList, &twice), None, "two types");
    }

    #[test]
    fn an_encoded_answer_is_not_inflated() {
        let json = ("content-type", "application/json");
        for coding in ["gzip", "br", "deflate", "zstd", "identity, gzip", ""] {
            assert_eq!(
                form(Kind::StatusList, &[json, ("content-encoding", coding)]),
                None,
                "{coding}"
            );
        }
        assert!(form(Kind::StatusList, &[json, ("content-encoding", "Identity")]).is_some());
    }

    #[test]
    fn the_first_bytes_must_fit_the_type() {
        assert!(has_form(Form::Json, b" \r\n{\"id\":1}"));
        assert!(has_form(Form::Jwt, b"eyJ.eyJ.s-_\n"));
        assert!(has_form(Form::TlogProof, b"c2sp.org/tlog-proof@v1\nindex 0\n"));
        for bytes in [&b""[..], b"{}", b" c2sp.org/tlog-proof@v1\n", b"<html>"] {
            assert!(!has_form(Form::TlogProof, bytes));
        }
        for bytes in [&b""[..], b"<!doctype html>", b"[]", b"\"{\"", b"eyJ.eyJ.sig"] {
            assert!(!has_form(Form::Json, bytes));
        }
        for bytes in [&b""[..], b"{}", b"a.b", b"a.b.c.d", b"a.b.c\nd", b"<a>..</a>"] {
            assert!(!has_form(Form::Jwt, bytes));
        }
    }
}
