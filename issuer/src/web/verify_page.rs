//! `/verify`: the form, and the check of what is sent. Nothing of a body is ever written anywhere.

use std::sync::Arc;
use std::time::Instant;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Response};
use verifier::limits::CARRIER_BYTES_MAX;
use verifier::{Carrier, Language, Report, human_report, report_line};

use super::answer::{Failure, page};
use super::body;
use super::desk::Desk;
use super::form::{Kind, credential};
use super::limits::{ARCHIVE_TIME, BODY_TIME, FORM_BYTES_MAX, RESULTS_SHOWN_MAX};
use super::negotiation::{HTML, JSON, TEXT, language, preferred};
use super::pages::Frame;
use super::verdict::Telling;
use super::verdict_list::{self, Told};
use super::words::{Words, words};
use crate::document::{Stated, dates};

/// What a report calls a body, which has no name: the same as standard input.
const BODY: &str = "-";

#[derive(Template)]
#[template(path = "verify.html")]
struct VerifyPage {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "verdict.html")]
struct VerdictPage {
    frame: Frame,
    telling: Telling,
    stated: Option<Stated>,
    rows: Vec<(&'static str, String)>,
    /// The credential's own page, if it is one of ours.
    own_page: Option<String>,
}

/// `GET /verify`
pub(super) async fn ask(
    State(desk): State<Arc<Desk>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let language = language(&uri, &headers);
    page(&VerifyPage { frame: Frame::new(&desk, language, words(language).verify) }, language)
}

/// `POST /verify`: 200 and the report, whatever the verdict.
pub(super) async fn check(
    State(desk): State<Arc<Desk>>,
    request: Request,
) -> Result<Response, Failure> {
    if !is_identity(request.headers()) {
        return Err(Failure::Coding);
    }
    let form = preferred(request.headers(), &[JSON, TEXT, HTML]).unwrap_or(JSON);
    let language = language(request.uri(), request.headers());
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = Kind::of(kind)?;
    let bytes_max = if kind == Kind::Raw { CARRIER_BYTES_MAX } else { FORM_BYTES_MAX };
    let _body = desk.bodies.try_acquire().map_err(|_| Failure::Busy)?;
    let body = body::read(request.into_body(), bytes_max, BODY_TIME).await?;
    if kind != Kind::Raw && body.len() > bytes_max {
        return Err(Failure::TooLarge);
    }
    let now = desk.now();
    // From here, not from when it is its turn: whoever waited for that has less left.
    let deadline = Instant::now() + ARCHIVE_TIME;
    let work = {
        let desk = Arc::clone(&desk);
        move || {
            let input = credential(&kind, body)?;
            Ok(match Carrier::of(&input) {
                Carrier::Archive => {
                    let in_time = || Instant::now() < deadline;
                    Answer::Many(verdict_list::verify_each(&desk, &input, now, &in_time)?)
                }
                _ => Answer::One(Box::new(desk.verify(&input, None, now))),
            })
        }
    };
    match desk.strangers.run(work).await? {
        Answer::One(report) => answer(&desk, &report, form, language),
        Answer::Many(told) => verdict_list::answer(&desk, &told, form, language),
    }
}

/// What was found of one credential, or of every file of an archive.
enum Answer {
    One(Box<Report>),
    Many(Vec<Told>),
}

/// Whether the body is as it was written: an inflated body could be a thousand times as large.
fn is_identity(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_ENCODING).iter().all(|value| {
        value.to_str().is_ok_and(|codings| {
            let mut codings = codings.split(',').map(str::trim);
            codings.all(|coding| coding.is_empty() || coding.eq_ignore_ascii_case("identity"))
        })
    })
}

fn answer(
    desk: &Desk,
    report: &Report,
    form: &'static str,
    language: Language,
) -> Result<Response, Failure> {
    let vary = (VARY, "accept, accept-language");
    Ok(match form {
        HTML => {
            let words = words(language);
            let stated = report.view_in(language).map(|view| Stated::of(view, RESULTS_SHOWN_MAX));
            let rows = stated.as_ref().map_or_else(Vec::new, |it| rows(it, words, language));
            let own_page = stated.as_ref().and_then(|stated| own_page(desk, stated));
            let telling = Telling::new(report, None, language);
            let frame = Frame::among(desk, language, words.verify, &[]);
            return page(&VerdictPage { frame, telling, stated, rows, own_page }, language);
        }
        TEXT => {
            let headers = [
                (CONTENT_TYPE, "text/plain; charset=utf-8"),
                (CONTENT_LANGUAGE, language.tag()),
                vary,
            ];
            (headers, human_report(report, BODY, language)).into_response()
        }
        _ => {
            let line = format!("{}\n", report_line(report, BODY));
            ([(CONTENT_TYPE, JSON), vary], line).into_response()
        }
    })
}

/// The statements that there are, with the labels of the form.
fn rows(stated: &Stated, words: &Words, language: Language) -> Vec<(&'static str, String)> {
    let day = |date: Option<_>| date.map(|date| dates::day(date, language));
    let of = |text: &Option<String>| text.clone();
    let rows = [
        (words.holder, stated.whose()),
        (words.qualification, of(&stated.qualification)),
        (words.programme_title, of(&stated.programme)),
        (words.organisation, of(&stated.organisation)),
        (words.issuer, of(&stated.issuer_id)),
        (words.number, of(&stated.number)),
        (words.registration_number, of(&stated.registration_number)),
        (words.hours, of(&stated.hours)),
        (words.credits, of(&stated.credits)),
        (words.level, of(&stated.level)),
        (words.study_form, of(&stated.study_form)),
        (words.issue_date, day(stated.issue_date)),
        (words.valid_until, day(stated.valid_until)),
        (words.identifier, of(&stated.id)),
    ];
    rows.into_iter().filter_map(|(label, text)| Some((label, text?))).collect()
}

/// Path of the page of a verified credential, or of the certificate of a verified code, that lives at our address.
fn own_page(desk: &Desk, stated: &Stated) -> Option<String> {
    let path = stated.id.as_deref()?.strip_prefix(desk.public_url())?.strip_prefix("/c/")?;
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match path.split_once('/') {
        Some((handle, tag)) if plain(handle) && plain(tag) => {
            Some(format!("/c/{handle}?lang={tag}"))
        }
        None if plain(path) => Some(format!("/c/{path}")),
        _ => None,
    }
}
