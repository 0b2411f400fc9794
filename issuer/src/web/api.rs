//! What the interface for programs has in common: who asks, with which token, under which key, and in what form it is
//! told what was not done. It must not let a token into any answer or line of a log.

use axum::http::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::limits::IDEMPOTENCY_KEY_CHARACTERS_MAX;
use super::negotiation::{JSON, PROBLEM};

/// "The Idempotency-Key HTTP Header Field" (IETF HTTPAPI).
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Why a request of a program was not fulfilled, as an RFC 9457 problem. Its sentence is English, for whoever programs.
#[derive(Debug)]
pub(super) struct Refused(Box<RefusedParts>);

#[derive(Debug)]
struct RefusedParts {
    status: StatusCode,
    detail: String,
    /// Further members of the problem.
    members: Value,
    header: Option<(HeaderName, HeaderValue)>,
}

impl Refused {
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        let (detail, members) = (detail.into(), Value::Null);
        Self(Box::new(RefusedParts { status, detail, members, header: None }))
    }

    /// The same with members of its own.
    pub(super) fn with(mut self, members: Value) -> Self {
        self.0.members = members;
        self
    }

    /// The same, to be tried again in so many seconds.
    pub(super) fn after(mut self, seconds: i64) -> Self {
        self.0.header = Some((RETRY_AFTER, HeaderValue::from(seconds)));
        self
    }

    fn unauthorized(detail: &str) -> Self {
        let challenge = HeaderValue::from_static("Bearer realm=\"api\"");
        let mut refused = Self::new(StatusCode::UNAUTHORIZED, detail);
        refused.0.header = Some((WWW_AUTHENTICATE, challenge));
        refused
    }

    /// The token is not one in force. Unknown, expired, revoked: nobody is told which.
    pub(super) fn unknown_token() -> Self {
        Self::unauthorized(
            "This token is not in force. The registrar makes one with `issuer token create`.",
        )
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let parts = *self.0;
        let mut problem = json!({
            "type": "about:blank",
            "title": parts.status.canonical_reason().unwrap_or_default(),
            "status": parts.status.as_u16(),
            "detail": parts.detail,
        });
        if let (Some(problem), Value::Object(members)) = (problem.as_object_mut(), parts.members) {
            problem.extend(members);
        }
        let headers = [(CONTENT_TYPE, PROBLEM)];
        let mut response = (parts.status, headers, format!("{problem}\n")).into_response();
        if let Some((name, value)) = parts.header {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

/// The token of the request (RFC 6750, "Authorization Request Header Field").
///
/// # Errors
/// 401, if there is none.
pub(super) fn bearer(headers: &HeaderMap) -> Result<&str, Refused> {
    let value = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = value.and_then(|value| value.split_once(' '));
    token
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .filter(|token| !token.is_empty())
        .ok_or_else(|| Refused::unauthorized("Send a token as `Authorization: Bearer …`."))
}

/// Refuses a body that is not plain JSON.
///
/// # Errors
/// 415.
pub(super) fn check_json(headers: &HeaderMap) -> Result<(), Refused> {
    let refuse = |detail| Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
    let named = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = named.and_then(|value| value.split(';').next()).unwrap_or_default();
    if !media_type.trim().eq_ignore_ascii_case(JSON) {
        return refuse("Send the completions as `Content-Type: application/json`.");
    }
    match headers.get(CONTENT_ENCODING) {
        Some(coding) if coding != "identity" => {
            refuse("Send the completions without content encoding.")
        }
        _ => Ok(()),
    }
}

/// The key under which the request is repeated; in quotes, as the draft has it, or without.
///
/// # Errors
/// 400, if there is none, or two, or it is no key.
pub(super) fn idempotency_key(headers: &HeaderMap) -> Result<String, Refused> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let value = values.next().and_then(|value| value.to_str().ok()).map(str::trim);
    let quoted = value.map(|value| {
        value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value)
    });
    let key = quoted.filter(|key| values.next().is_none() && is_key(key));
    key.map(str::to_owned).ok_or_else(|| {
        let detail = "Send one `Idempotency-Key` of 1 to 255 visible ASCII characters: a new one for each request, the same one when it is repeated.";
        Refused::new(StatusCode::BAD_REQUEST, detail)
    })
}

/// Whether this is an idempotency key.
pub(super) fn is_key(key: &str) -> bool {
    let plain = key.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"');
    plain && (1..=IDEMPOTENCY_KEY_CHARACTERS_MAX).contains(&key.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, values: &[&'static str]) -> HeaderMap {
        let named = values
            .iter()
            .map(|value| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        named.fold(HeaderMap::new(), |mut headers, (name, value)| {
            headers.append(name, value);
            headers
        })
    }

    #[test]
    fn only_a_bearer_token_is_one() {
        let token = |value| bearer(&headers("authorization", &[value])).ok().map(str::to_owned);
        assert_eq!(token("Bearer abc").as_deref(), Some("abc"));
        assert_eq!(token("bearer  abc ").as_deref(), Some("abc"));
        for other in ["", "abc", "Basic abc", "Bearer", "Bearer "] {
            assert_eq!(token(other), None, "{other}");
        }
    }

    #[test]
    fn one_key_with_or_without_quotes() {
        let key =
            |values: &[&'static str]| idempotency_key(&headers("idempotency-key", values)).ok();
        assert_eq!(key(&["a-1"]).as_deref(), Some("a-1"));
        assert_eq!(key(&["\"a-1\""]).as_deref(), Some("a-1"));
        for other in [&[][..], &[""], &["\"\""], &["a b"], &["a", "a"], &["\"a"]] {
            assert_eq!(key(other), None, "{other:?}");
        }
        assert!(is_key(&"k".repeat(255)) && !is_key(&"k".repeat(256)));
    }

    #[test]
    fn plain_json_alone_is_taken() {
        let taken = |value| check_json(&headers("content-type", &[value])).is_ok();
        assert!(taken("application/json") && taken("Application/JSON; charset=utf-8"));
        assert!(!taken("text/plain") && !taken("application/jsonx") && !taken(""));
    }
}
