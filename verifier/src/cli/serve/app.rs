//! Every route of `verifier serve`, and what each does.
//! It must not log a request: a body is somebody's certificate.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT_ENCODING, ALLOW, CONNECTION, CONTENT_ENCODING, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{get, post};
use tokio::sync::Semaphore;
use verifier::limits::INPUT_BYTES_MAX;
use verifier::{Policy, Report, verify};

use super::answer::{self, Form};
use super::body;
use crate::cli::Clock;
use crate::cli::documents_folder::Watched;
use crate::cli::limits::{BODY_TIME, REQUESTS_MAX};

/// What every request is checked with.
pub(super) struct Desk {
    policy: Policy,
    documents: Watched,
    clock: Clock,
    /// Time for a whole body.
    pub(super) body_time: Duration,
    /// One permit for each body in memory.
    pub(super) requests: Semaphore,
    /// One permit for each processor: verification is all computation.
    verifications: Arc<Semaphore>,
}

impl Desk {
    pub(super) fn new(policy: Policy, documents: Watched, clock: Clock) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            policy,
            documents,
            clock,
            body_time: BODY_TIME,
            requests: Semaphore::new(REQUESTS_MAX),
            verifications: Arc::new(Semaphore::new(processors)),
        }
    }

    /// Verifies away from the threads that serve sockets. `None` if the verification broke down.
    async fn verify(self: Arc<Self>, input: Vec<u8>) -> Option<Report> {
        let desk = Arc::clone(&self);
        let permit = Arc::clone(&self.verifications).acquire_owned().await.ok()?;
        // Held by the work, not by the request: whoever hangs up must not set it free to be begun once more.
        let work = move || {
            let report = verify(&input, &desk.documents.current(), &desk.policy, (desk.clock)());
            drop(permit);
            report
        };
        tokio::task::spawn_blocking(work).await.ok()
    }
}

/// The routes; tests call this in process.
pub(super) fn app(desk: Desk) -> Router {
    Router::new()
        .route("/verify", post(verify_body).fallback(|| not_allowed("POST")))
        .route("/healthz", get(async || "ok").fallback(|| not_allowed("GET, HEAD")))
        .fallback(not_found)
        .layer(map_response(answer::guarded))
        .with_state(Arc::new(desk))
}

/// `POST /verify`: the body is the credential, whatever its content type says.
async fn verify_body(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    if !is_identity(request.headers()) {
        let problem = answer::problem(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Send the credential without content encoding.",
        );
        return with(problem, ACCEPT_ENCODING, "identity");
    }
    let form = Form::of(request.uri(), request.headers());
    let Ok(_permit) = desk.requests.try_acquire() else {
        let problem = answer::problem(
            StatusCode::SERVICE_UNAVAILABLE,
            "Too many requests are being answered. Try again in a second.",
        );
        return with(problem, RETRY_AFTER, "1");
    };
    let input = match body::read(request.into_body(), INPUT_BYTES_MAX, desk.body_time).await {
        Ok(input) => input,
        Err(status) => {
            let problem = answer::problem(status, "The body did not arrive whole and in time.");
            return with(problem, CONNECTION, "close");
        }
    };
    match Arc::clone(&desk).verify(input).await {
        Some(report) => answer::report(&report, form),
        // Never a verdict: nothing was found out.
        None => answer::problem(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The verification broke down. This says nothing about the credential.",
        ),
    }
}

/// Whether the body is as it was written: an inflated body could be a thousand times as large.
fn is_identity(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_ENCODING).iter().all(|value| {
        value.to_str().is_ok_and(|codings| {
            codings
                .split(',')
                .map(str::trim)
                .all(|coding| coding.is_empty() || coding.eq_ignore_ascii_case("identity"))
        })
    })
}

async fn not_allowed(methods: &'static str) -> Response {
    let problem = answer::problem(
        StatusCode::METHOD_NOT_ALLOWED,
        &format!("This address answers {methods} only."),
    );
    with(problem, ALLOW, methods)
}

async fn not_found() -> Response {
    answer::problem(StatusCode::NOT_FOUND, "There is POST /verify, and GET /healthz.")
}

fn with(mut response: Response, name: HeaderName, value: &'static str) -> Response {
    response.headers_mut().insert(name, HeaderValue::from_static(value));
    response
}
