//! `POST /api/v1/completions`: other systems send completions and get certificates. The same request gets the same bytes,
//! however often it comes; what it says is durable.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use verifier::Language;

use super::answer::Failure;
use super::api::{Refused, bearer, check_json, idempotency_key, is_key};
use super::body;
use super::desk::Desk;
use super::limits::{BODY_TIME, COMPLETIONS_BYTES_MAX, COMPLETIONS_MAX};
use super::negotiation::JSON;
use crate::completion::{Refusal, Submission, Submissions};
use crate::office::{Answer, Asked, Scope, Token};
use crate::store::CertificateRecord;

/// What this request was not fulfilled for: a failure that every route knows, or one of this interface.
enum Told {
    Failure(Failure),
    Refused(Refused),
}

impl From<Failure> for Told {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<Refused> for Told {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

/// `POST /api/v1/completions`
pub(super) async fn post(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    match fulfil(desk, &headers, body).await {
        Ok(response) => response,
        Err(Told::Failure(failure)) => failure.into_response(),
        Err(Told::Refused(refused)) => refused.into_response(),
    }
}

async fn fulfil(desk: Arc<Desk>, headers: &HeaderMap, body: Body) -> Result<Response, Told> {
    // Who may not ask is not read.
    let token = token(&desk, headers).await?;
    check_json(headers)?;
    let key = idempotency_key(headers)?;
    let submissions = read(&desk, body).await?;
    let is_batch = matches!(submissions, Submissions::Many(_));
    let asked = asked(submissions, &key)?;
    let answers = complete(&desk, token, asked).await?;
    if is_batch {
        return Ok(outcomes(&desk, &answers));
    }
    match answers.into_iter().next() {
        Some(answer) => Ok(one(&desk, answer)?),
        None => Err(Failure::Broken.into()),
    }
}

/// The token of the request, if it is in force and opens issuing.
async fn token(desk: &Arc<Desk>, headers: &HeaderMap) -> Result<Token, Told> {
    let secret = bearer(headers)?.to_owned();
    let (office, now) = (Arc::clone(&desk.office), desk.now());
    let found = desk.senders.run(move || Ok(office.token(&secret, now)?)).await?;
    let token = found.ok_or_else(Refused::unknown_token)?;
    if !token.scopes.contains(&Scope::Issue) {
        let detail = "This token does not open issuing; it needs the scope `issue`.";
        return Err(Refused::new(StatusCode::FORBIDDEN, detail).into());
    }
    Ok(token)
}

async fn read(desk: &Desk, body: Body) -> Result<Submissions, Told> {
    let _permit = desk.bodies.acquire().await.map_err(|_| Failure::Busy)?;
    let bytes = body::read(body, COMPLETIONS_BYTES_MAX, BODY_TIME).await?;
    if bytes.len() > COMPLETIONS_BYTES_MAX {
        let detail = format!("The body is larger than {COMPLETIONS_BYTES_MAX} bytes.");
        return Err(Refused::new(StatusCode::PAYLOAD_TOO_LARGE, detail).into());
    }
    let submissions = Submissions::read(&bytes, COMPLETIONS_MAX);
    Ok(submissions.map_err(|fault| Refused::new(StatusCode::BAD_REQUEST, fault.to_string()))?)
}

/// The completions with their keys: that of the request, or in an array each its own or one derived from it and the place.
fn asked(submissions: Submissions, key: &str) -> Result<Vec<Asked>, Refused> {
    let in_array = |Submission { row, idempotency_key }| match idempotency_key {
        Some(idempotency_key) if is_key(&idempotency_key) => Ok(Asked { row, idempotency_key }),
        Some(_) => {
            let place = row.line;
            let detail = format!(
                "`idempotency_key` of completion {place} must have 1 to 255 visible ASCII characters."
            );
            Err(Refused::new(StatusCode::BAD_REQUEST, detail))
        }
        // No key that is sent holds a space, so a derived one is never the key of another completion.
        None => Ok(Asked { idempotency_key: format!("{key} {}", row.line), row }),
    };
    match submissions {
        Submissions::One(submission) => {
            if submission.idempotency_key.is_some() {
                let detail = "`idempotency_key` is for arrays; one completion has the `Idempotency-Key` of its request.";
                return Err(Refused::new(StatusCode::BAD_REQUEST, detail));
            }
            Ok(vec![Asked { row: submission.row, idempotency_key: key.to_owned() }])
        }
        Submissions::Many(submissions) => submissions.into_iter().map(in_array).collect(),
    }
}

/// Has the office do it, within what the token may do in an hour.
async fn complete(desk: &Arc<Desk>, token: Token, asked: Vec<Asked>) -> Result<Vec<Answer>, Told> {
    let now = desk.now();
    let count = u32::try_from(asked.len()).unwrap_or(u32::MAX);
    desk.pace.take((&token.name, token.per_hour), count, now).map_err(|seconds| {
        let detail = "This token has made as many certificates as it may in an hour.";
        Refused::new(StatusCode::TOO_MANY_REQUESTS, detail).after(seconds)
    })?;
    let (office, name) = (Arc::clone(&desk.office), token.name.clone());
    let work = move || {
        office.complete(&name, asked, now).map_err(|error| {
            eprintln!("api: {error}");
            Failure::Broken
        })
    };
    let answers = desk.senders.run(work).await;
    // Only what is new counts: whoever repeats a request must not lock himself out.
    let done = answers.as_deref().unwrap_or_default().iter();
    let new = done.filter(|answer| matches!(answer, Answer::Issued(_, true)));
    let new = u32::try_from(new.count()).unwrap_or(u32::MAX);
    desk.pace.give_back(&token.name, count.saturating_sub(new));
    Ok(answers?)
}

/// The answer to a single completion.
fn one(desk: &Desk, answer: Answer) -> Result<Response, Refused> {
    let refuse = |status, detail: String| Err(Refused::new(status, detail));
    match answer {
        Answer::Issued(record, _) => {
            let body = format!("{}\n", certificate(desk, &record));
            let mut response = (StatusCode::CREATED, [(CONTENT_TYPE, JSON)], body).into_response();
            if let Ok(page) = HeaderValue::from_str(&page(desk, &record)) {
                response.headers_mut().insert(LOCATION, page);
            }
            Ok(response)
        }
        Answer::Conflict => refuse(StatusCode::CONFLICT, OTHER_BODY.to_owned()),
        Answer::Duplicate(number) => {
            let detail = format!(
                "The learner has the certificate {number} for this programme and period; if it is wrong, replace it with `issuer correct`."
            );
            Err(Refused::new(StatusCode::CONFLICT, detail).with(json!({ "number": number })))
        }
        Answer::Refused(refusals) => {
            let detail = "The completion breaks the rules; see `refusals`.";
            let members = json!({ "refusals": reasons(&refusals) });
            Err(Refused::new(StatusCode::UNPROCESSABLE_ENTITY, detail).with(members))
        }
        Answer::NotIssuable(reason) => refuse(StatusCode::UNPROCESSABLE_ENTITY, reason),
        Answer::Stopped => {
            let refused = Refused::new(StatusCode::SERVICE_UNAVAILABLE, STOPPED);
            Err(refused.after(STOPPED_SECONDS))
        }
    }
}

const OTHER_BODY: &str =
    "Another completion was sent under this idempotency key; take a new key for a new completion.";
const STOPPED: &str = "Issuing is stopped by the registrar; nothing was done. Send it again later.";
/// When to ask again whether issuing was taken up.
const STOPPED_SECONDS: i64 = 60;

/// The answer to an array: one outcome for each completion, in order.
fn outcomes(desk: &Desk, answers: &[Answer]) -> Response {
    let outcome = |(place, answer): (usize, &Answer)| {
        let mut outcome = match answer {
            Answer::Issued(record, _) => certificate(desk, record),
            Answer::Conflict => json!({ "outcome": "conflict", "reason": OTHER_BODY }),
            Answer::Duplicate(number) => json!({ "outcome": "duplicate", "number": number }),
            Answer::Refused(refusals) => {
                json!({ "outcome": "refused", "refusals": reasons(refusals) })
            }
            Answer::NotIssuable(reason) => json!({ "outcome": "refused", "reason": reason }),
            Answer::Stopped => json!({ "outcome": "stopped", "reason": STOPPED }),
        };
        if let Some(members) = outcome.as_object_mut() {
            members.insert("index".to_owned(), place.into());
        }
        outcome
    };
    let outcomes: Vec<Value> = answers.iter().enumerate().map(outcome).collect();
    let body = format!("{}\n", json!({ "outcomes": outcomes }));
    ([(CONTENT_TYPE, JSON)], body).into_response()
}

/// A certificate as it was issued: nothing that changes later, so that every repetition gets the same bytes.
fn certificate(desk: &Desk, record: &CertificateRecord) -> Value {
    let certificate = &record.certificate;
    let url = &desk.office.issuance.identity.public_url;
    let editions = certificate.editions.iter();
    let credentials: Vec<String> = editions
        .map(|edition| url.credential(&certificate.handle, edition.language.tag()))
        .collect();
    json!({
        "outcome": "issued",
        "number": certificate.number,
        "registration_number": certificate.registration_number,
        "issued_at": certificate.issued_at.to_string(),
        "page": page(desk, record),
        "credentials": credentials,
    })
}

fn page(desk: &Desk, record: &CertificateRecord) -> String {
    format!("{}/c/{}", desk.public_url(), record.certificate.handle)
}

/// Codes are stable; sentences are for people. The value that was refused stays with its sender.
fn reasons(refusals: &[Refusal]) -> Vec<Value> {
    let reason = |refusal: &Refusal| {
        json!({
            "code": refusal.code.name(),
            "member": refusal.column.map(crate::completion::Column::name),
            "detail": refusal.sentence(Language::En),
        })
    };
    refusals.iter().map(reason).collect()
}
