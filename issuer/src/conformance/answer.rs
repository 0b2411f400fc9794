//! What goes back: JSON, always. An error says what is wrong with the request; the server itself never is.

use axum::Json;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use verifier::Problem;

/// Why a request was not fulfilled.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The request itself is not what the endpoint takes.
    Request(&'static str),
    /// The credential or presentation in it is not good.
    Document(Problem),
    /// There is nothing here.
    NotFound,
    /// There is something here, for another method.
    Method,
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Document(problem)
    }
}

impl Refusal {
    fn parts(&self) -> (StatusCode, Value) {
        match self {
            Self::Request(detail) => (
                StatusCode::BAD_REQUEST,
                json!({ "type": "about:blank", "title": "Bad request", "detail": detail }),
            ),
            Self::Document(problem) => (StatusCode::UNPROCESSABLE_ENTITY, json!(problem)),
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                json!({ "type": "about:blank", "title": "Not found", "detail": "There is nothing here." }),
            ),
            Self::Method => (
                StatusCode::METHOD_NOT_ALLOWED,
                json!({ "type": "about:blank", "title": "Method not allowed", "detail": "This address takes another method." }),
            ),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, problem) = self.parts();
        let mut body = problem.clone();
        body["status"] = status.as_u16().into();
        body["verified"] = false.into();
        body["problemDetails"] = json!([problem]);
        let mut response = (status, Json(body)).into_response();
        let media_type = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(CONTENT_TYPE, media_type);
        response
    }
}
