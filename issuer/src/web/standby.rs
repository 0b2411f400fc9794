//! What everybody may see while the store is rebuilt: status lists, the published keys, the log, and that it is so.
//! It tells nothing of certificates, which are in the store.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::json;

use super::answer::{Failure, Named};
use super::desk::{Clock, Queue};
use super::negotiation::JSON;
use super::pages::{self, Masthead};
use super::{documents, log, status};
use crate::office::Standby;
use crate::store::Progress;

/// What every request is answered with meanwhile.
pub(super) struct Counter {
    standby: Arc<Standby>,
    pub(super) masthead: Masthead,
    clock: Clock,
    lists: Queue,
}

impl Counter {
    pub(super) fn new(standby: Arc<Standby>, clock: Clock) -> Self {
        let masthead = Masthead::of(standby.public_url(), standby.demo);
        Self { standby, masthead, clock, lists: Queue::new() }
    }
}

/// `GET /status/{n}`
pub(super) async fn list(
    State(counter): State<Arc<Counter>>,
    Named(number): Named<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let number = status::asked(&uri, &number)?;
    let now: Timestamp = (counter.clock)();
    let standby = Arc::clone(&counter.standby);
    let work = move || standby.status_list(number, now)?.ok_or(Failure::NotFound);
    Ok(status::response(&*counter.lists.run(work).await?, &headers, now))
}

/// `GET /.well-known/did.json`
pub(super) async fn did(State(counter): State<Arc<Counter>>, headers: HeaderMap) -> Response {
    documents::did_response(&counter.standby.published(), &headers)
}

/// `GET /log/checkpoint`
pub(super) async fn checkpoint(State(counter): State<Arc<Counter>>) -> Result<Response, Failure> {
    let standby = Arc::clone(&counter.standby);
    log::checkpoint_response(counter.lists.run(move || Ok(standby.checkpoint()?)).await?)
}

/// `GET /log/tile/{path}`
pub(super) async fn tile(
    State(counter): State<Arc<Counter>>,
    Named(path): Named<String>,
) -> Result<Response, Failure> {
    log::read_tile(&counter.lists, &counter.standby.directory, path).await
}

/// `GET /healthz`: a service that rebuilds its store is healthy; ending it would only begin the work again.
pub(super) async fn health(State(counter): State<Arc<Counter>>) -> Response {
    pages::health_of(counter.standby.stopped())
}

/// `GET /readyz`: not yet, and how far it is.
pub(super) async fn ready(State(counter): State<Arc<Counter>>) -> Response {
    let Progress { applied, size } = counter.standby.progress();
    let reason = "the store is being rebuilt from the register";
    let body = json!({ "ready": false, "reason": reason, "applied": applied, "size": size });
    let headers = [(CONTENT_TYPE, JSON), (RETRY_AFTER, "10")];
    (StatusCode::SERVICE_UNAVAILABLE, headers, format!("{body}\n")).into_response()
}
