//! `/readyz`: whether this service answers, and whether it issues. It tells nobody who stopped issuing, or why.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::answer::Failure;
use super::desk::Desk;
use super::negotiation::JSON;

/// `GET /readyz`. A service that does not issue is ready: verification and revocation go on.
pub(super) async fn ready(State(desk): State<Arc<Desk>>) -> Result<Response, Failure> {
    let office = Arc::clone(&desk.office);
    let stopped = desk.lists.run(move || Ok(office.issuance.switched_off()?)).await?;
    let issuing = if stopped.is_some() { "stopped" } else { "running" };
    let body = format!("{}\n", json!({ "ready": true, "issuing": issuing }));
    Ok(([(CONTENT_TYPE, JSON)], body).into_response())
}
