//! What goes back: pages, documents, and one form of failure for everything that went wrong, told as a page to people and
//! as an RFC 9457 problem to programs. No failure tells more than its sender knows.

use askama::Template;
use axum::extract::{FromRequestParts, Path, Request, State};
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY,
};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use verifier::Language;

use super::negotiation;
use super::pages::{FailurePage, Frame, Masthead};
use crate::issuing::IssueError;
use crate::office::OfficeError;
use crate::register::LogError;
use crate::store::StoreError;

/// Why a request was not fulfilled.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Failure {
    /// There is nothing here, or nothing that may be told of.
    NotFound,
    /// The certificate is there, and its page is not published.
    Unpublished,
    /// The certificate is revoked: no paper of it is printed, since the paper would not say so.
    Revoked,
    /// The certificate was issued with a stolen key, and nobody knows by whom.
    Doubtful,
    /// The address takes other methods.
    NotAllowed,
    /// Too many requests are being answered.
    Busy,
    /// The store is being rebuilt, and what was asked for is in it.
    Rebuilding,
    /// The body did not arrive in time.
    Late,
    /// The body did not arrive whole.
    Torn,
    /// The form is larger than any that holds one credential.
    TooLarge,
    /// The form cannot be read, or holds no credential or two.
    Form,
    /// The body is compressed.
    Coding,
    /// A status list of another time was asked for.
    History,
    /// Something broke here; the request is not at fault.
    Broken,
}

impl Failure {
    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::NotFound | Self::Unpublished => StatusCode::NOT_FOUND,
            Self::Revoked => StatusCode::GONE,
            Self::Doubtful => StatusCode::CONFLICT,
            Self::NotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Busy | Self::Rebuilding => StatusCode::SERVICE_UNAVAILABLE,
            Self::Late => StatusCode::REQUEST_TIMEOUT,
            Self::Torn | Self::Form | Self::History => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Coding => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// Carried out to [`guard`], which knows who asked and in what form to say it.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The inside sentence of a failure: written once, here, for the operator alone.
fn broken(error: &dyn std::error::Error) -> Failure {
    eprintln!("web: {error}");
    Failure::Broken
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        broken(&error)
    }
}

impl From<LogError> for Failure {
    fn from(error: LogError) -> Self {
        broken(&error)
    }
}

impl From<IssueError> for Failure {
    fn from(error: IssueError) -> Self {
        broken(&error)
    }
}

impl From<OfficeError> for Failure {
    fn from(error: OfficeError) -> Self {
        broken(&error)
    }
}

/// The named parts of a path; one that is not text is not found, like any other that names nothing.
pub(super) struct Named<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Named<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let path = Path::<T>::from_request_parts(parts, state).await;
        path.map(|Path(names)| Self(names)).map_err(|_| Failure::NotFound)
    }
}

/// A rendered page.
pub(super) fn page(template: &impl Template, language: Language) -> Result<Response, Failure> {
    let html = template.render().map_err(|error| broken(&error))?;
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_LANGUAGE, language.tag()),
        (VARY, "accept, accept-language"),
    ];
    Ok((headers, html).into_response())
}

/// A public document of this media type that anybody's script may read.
pub(super) fn document(media_type: &'static str, text: String) -> Response {
    let headers = [(CONTENT_TYPE, media_type), (VARY, "accept, accept-language")];
    let mut response = (headers, text).into_response();
    set(&mut response, "access-control-allow-origin", "*");
    response
}

/// The same response with one more header.
pub(super) fn with(mut response: Response, name: HeaderName, value: &'static str) -> Response {
    response.headers_mut().insert(name, HeaderValue::from_static(value));
    response
}

fn set(response: &mut Response, name: &'static str, value: &'static str) {
    let name = HeaderName::from_static(name);
    response.headers_mut().insert(name, HeaderValue::from_static(value));
}

/// The outermost layer: failures get their form, and every answer the headers that keep a browser from doing more than showing it.
pub(super) async fn guard(
    State(masthead): State<Masthead>,
    request: Request,
    next: Next,
) -> Response {
    let language = negotiation::language(request.uri(), request.headers());
    let wants_page = negotiation::wants_page(request.headers());
    let holds_names = request.uri().path().starts_with("/c/");
    let mut response = next.run(request).await;
    if let Some(failure) = response.extensions().get::<Failure>().copied() {
        let allow = response.headers().get(ALLOW).cloned();
        response = tell(&masthead, failure, language, wants_page);
        if let Some(allow) = allow {
            response.headers_mut().insert(ALLOW, allow);
        }
    }
    let unset = !response.headers().contains_key(CACHE_CONTROL);
    if unset {
        // A verdict is true for a moment and for its reader.
        set(&mut response, "cache-control", "no-store");
    }
    if holds_names {
        set(&mut response, "x-robots-tag", "noindex, nofollow, noarchive");
    }
    set(&mut response, "referrer-policy", "no-referrer");
    set(&mut response, "x-content-type-options", "nosniff");
    let unset = !response.headers().contains_key(CONTENT_SECURITY_POLICY);
    if unset {
        set(
            &mut response,
            "content-security-policy",
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        );
    }
    response
}

fn tell(masthead: &Masthead, failure: Failure, language: Language, wants_page: bool) -> Response {
    let status = failure.status();
    let page = wants_page.then(|| {
        let frame = Frame::under(masthead, language, failure.title(language), &[]);
        page(&FailurePage { frame, sentence: failure.sentence(language) }, language)
    });
    let mut response = match page {
        Some(Ok(page)) => (status, page).into_response(),
        _ => problem(failure, language),
    };
    match failure {
        Failure::Busy => set(&mut response, "retry-after", "1"),
        Failure::Rebuilding => set(&mut response, "retry-after", "10"),
        Failure::Late | Failure::Torn | Failure::TooLarge => {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        Failure::Coding => set(&mut response, "accept-encoding", "identity"),
        _ => {}
    }
    response
}

/// RFC 9457.
fn problem(failure: Failure, language: Language) -> Response {
    let status = failure.status();
    let body = serde_json::json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or_default(),
        "status": status.as_u16(),
        "detail": failure.sentence(language),
    });
    let headers = [(CONTENT_TYPE, negotiation::PROBLEM), (VARY, "accept, accept-language")];
    (status, headers, format!("{body}\n")).into_response()
}
