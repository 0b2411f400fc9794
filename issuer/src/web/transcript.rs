//! `/clr/{handle}`: a transcript for whoever has its address. It shows no page, and nothing of a learner who hid a page of his.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::answer::{Failure, Named, document};
use super::desk::Desk;
use super::negotiation::{CREDENTIAL, JSON, preferred};
use crate::register::IssuedTranscript;

/// `GET /clr/{handle}`: the address that is the transcript's `id`. `GET /clr/{handle}.json`: the same as a file.
/// `GET /clr/{handle}.tlog-proof`: that it is in the register; not found while no checkpoint covers it.
pub(super) async fn transcript(
    State(desk): State<Arc<Desk>>,
    Named(name): Named<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if let Some(handle) = name.strip_suffix(".tlog-proof") {
        return proof(desk, handle.to_owned()).await;
    }
    let [first, ..] = CREDENTIAL;
    let (handle, otherwise) = match name.strip_suffix(".json") {
        Some(handle) => (handle.to_owned(), JSON),
        None => (name.clone(), first),
    };
    let form = preferred(&headers, &CREDENTIAL).unwrap_or(otherwise);
    let work = {
        let desk = Arc::clone(&desk);
        move || Ok(document(form, find(&desk, &handle)?.1.credential))
    };
    desk.pages.run(work).await
}

async fn proof(desk: Arc<Desk>, handle: String) -> Result<Response, Failure> {
    let work = {
        let desk = Arc::clone(&desk);
        move || {
            let (index, found) = find(&desk, &handle)?;
            let proof = desk.office.issuance.prove_transcript((index, &found))?;
            Ok(proof.ok_or(Failure::NotFound)?.to_string())
        }
    };
    let proof = desk.pages.run(work).await?;
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], proof).into_response())
}

/// The transcript of this handle, unless the page of a certificate in it is hidden.
fn find(desk: &Desk, handle: &str) -> Result<(u64, IssuedTranscript), Failure> {
    let store = &desk.office.issuance.store;
    let (index, found) = store.transcript_by_handle(handle)?.ok_or(Failure::NotFound)?;
    for number in &found.numbers {
        let record = store.certificate(number)?.ok_or(Failure::NotFound)?;
        if !record.is_published {
            return Err(Failure::Unpublished);
        }
        if desk.office.issuance.doubtful(&record)?.is_some() {
            return Err(Failure::Doubtful);
        }
    }
    Ok((index, found))
}
