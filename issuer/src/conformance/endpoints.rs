//! Every address of the conformance server, and what its requests must be.
//! It turns requests into calls; what a credential is, it does not know.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::Timestamp;
use serde_json::{Value, json};
use verifier::limits::INPUT_BYTES_MAX;

use super::answer::Refusal;
use super::bench::Bench;
use super::did_key::{self, ResolutionOptions};

type Shared = State<Arc<Bench>>;
type Answer = Result<(StatusCode, Json<Value>), Refusal>;

/// Every route.
pub(super) fn routes(bench: Bench) -> axum::Router {
    axum::Router::new()
        .route("/issuers/{name}/credentials/issue", post(issue))
        .route("/issuers/{name}/credentials/status", post(set_status))
        .route("/credentials/verify", post(verify_credential))
        .route("/presentations/verify", post(verify_presentation))
        .route("/status/{number}", get(status_list))
        .route("/status/{number}/publish", post(publish))
        .route("/did/{did}", get(resolve))
        .method_not_allowed_fallback(|| async { Refusal::Method })
        .fallback(|| async { Refusal::NotFound })
        .layer(DefaultBodyLimit::max(INPUT_BYTES_MAX))
        .with_state(Arc::new(bench))
}

async fn issue(State(bench): Shared, Path(name): Path<String>, body: Bytes) -> Answer {
    work(move || {
        let issuer = bench.issuer(&name).ok_or(Refusal::NotFound)?;
        let issued = bench.issue(issuer, &read(&body)?, Timestamp::now())?;
        Ok((StatusCode::CREATED, Json(json!({ "verifiableCredential": issued }))))
    })
    .await
}

async fn set_status(State(bench): Shared, Path(name): Path<String>, body: Bytes) -> Answer {
    work(move || {
        if name != "status" {
            return Err(Refusal::NotFound);
        }
        let request = read(&body)?;
        let id = request.get("credentialId").and_then(Value::as_str);
        let id = id.ok_or(Refusal::Request("`credentialId` is not a text."))?;
        let purpose = request.pointer("/credentialStatus/statusPurpose");
        if purpose.is_some_and(|purpose| purpose != "revocation") {
            return Err(Refusal::Request("Only revocation is kept here."));
        }
        let revoked = request.get("status").and_then(Value::as_bool).unwrap_or(true);
        bench.revoke(id, revoked)?;
        Ok((StatusCode::OK, Json(json!({ "credentialId": id, "status": revoked }))))
    })
    .await
}

async fn verify_credential(State(bench): Shared, body: Bytes) -> Answer {
    work(move || {
        let verified = bench.verify_credential(&read(&body)?, Timestamp::now())?;
        Ok((StatusCode::OK, Json(verified)))
    })
    .await
}

async fn verify_presentation(State(bench): Shared, body: Bytes) -> Answer {
    work(move || {
        let verified = bench.verify_presentation(&read(&body)?, Timestamp::now())?;
        Ok((StatusCode::OK, Json(verified)))
    })
    .await
}

async fn status_list(State(bench): Shared, Path(number): Path<String>) -> Answer {
    work(move || {
        let number = number.parse().map_err(|_| Refusal::NotFound)?;
        Ok((StatusCode::OK, Json(bench.signed_list(number, Timestamp::now())?)))
    })
    .await
}

/// Lists are signed when they are asked for, so there is nothing to publish.
async fn publish(State(bench): Shared, Path(number): Path<String>) -> Response {
    match number.parse() {
        Ok(number) if bench.lists().contains(&number) => StatusCode::NO_CONTENT.into_response(),
        _ => Refusal::NotFound.into_response(),
    }
}

async fn resolve(
    Path(did): Path<String>,
    Query(options): Query<ResolutionOptions>,
) -> (StatusCode, Json<Value>) {
    let (status, result) = did_key::resolve(&did, &options);
    (status, Json(result))
}

/// A request body: strict JSON, as everywhere.
fn read(body: &[u8]) -> Result<Value, Refusal> {
    verifier::read_json(body).map_err(|_| Refusal::Request("The body is not one JSON object."))
}

/// Signing and verifying take milliseconds of work: not on the threads that wait for connections.
async fn work(task: impl FnOnce() -> Answer + Send + 'static) -> Answer {
    let done = tokio::task::spawn_blocking(task).await;
    // It ends without an answer only if it broke down, and then on what the client sent.
    done.unwrap_or(Err(Refusal::Request("The request cannot be worked on.")))
}
