//! `GET /status/{n}`: the signed status list (Bitstring Status List v1.0). For anybody, without cookies, cacheable.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;

use super::answer::{Failure, Named, document};
use super::desk::Desk;
use super::negotiation::{CREDENTIAL, parameter, preferred};
use super::verification::list_number;
use crate::issuing::{PublishedList, TTL_SECONDS};

pub(super) async fn list(
    State(desk): State<Arc<Desk>>,
    Named(number): Named<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let number = asked(&uri, &number)?;
    let now = desk.now();
    let work = {
        let desk = Arc::clone(&desk);
        move || {
            if !desk.has_list(number)? {
                return Err(Failure::NotFound);
            }
            Ok(desk.office.issuance.served_status_list(number, now)?)
        }
    };
    let list: Arc<PublishedList> = desk.lists.run(work).await?;
    Ok(response(&list, &headers, now))
}

/// The number of the list that was asked for.
pub(super) fn asked(uri: &Uri, number: &str) -> Result<u32, Failure> {
    // "If the issuer does not support timestamps": an error, never the present list under another time.
    if parameter(uri, "timestamp").is_some() {
        return Err(Failure::History);
    }
    list_number(number).ok_or(Failure::NotFound)
}

/// The list as these headers want it.
pub(super) fn response(list: &PublishedList, headers: &HeaderMap, now: Timestamp) -> Response {
    let media_type = preferred(headers, &CREDENTIAL).unwrap_or(CREDENTIAL[0]);
    let mut response = if is_known(headers, &list.etag) {
        let mut unchanged = document(media_type, String::new());
        *unchanged.status_mut() = StatusCode::NOT_MODIFIED;
        unchanged.headers_mut().remove("content-type");
        unchanged
    } else {
        document(media_type, list.text.clone()).into_response()
    };
    let age = format!("public, max-age={}", seconds_usable(list, now));
    for (name, value) in [(CACHE_CONTROL, age.as_str()), (ETAG, list.etag.as_str())] {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// How long a cache may answer with this list. A verifier uses a list for `ttl` from the moment it gets it; a cache
/// before it adds to that, so it gets what is left of the list's own `ttl`, and never more than half of it: by then
/// the list was signed anew.
fn seconds_usable(list: &PublishedList, now: Timestamp) -> i64 {
    let age = now.duration_since(list.signed_at).as_secs();
    (TTL_SECONDS - age).clamp(0, TTL_SECONDS / 2)
}

/// RFC 9110, "If-None-Match": a weak comparison with each listed tag.
fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let values = headers.get_all(IF_NONE_MATCH).into_iter().filter_map(|value| value.to_str().ok());
    let mut tags = values.flat_map(|value| value.split(',')).map(str::trim);
    tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}
