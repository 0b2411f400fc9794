//! What all pages share, and the pages that hold no certificate: start, register, failures, style sheet.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use verifier::Language;

use super::answer::{Failure, page};
use super::desk::Desk;
use super::negotiation::language;
use super::programmes::Line;
use super::tally::Count;
use super::words::{Words, words};
use crate::issuing::moment;
use crate::profile::PublicUrl;

/// Whose pages they are, whoever answers.
#[derive(Clone, Debug)]
pub(super) struct Masthead {
    /// Whether every page says that this is a demonstration.
    pub(super) demo: bool,
    /// Host and port of the public address: what a reader should see in the address bar.
    pub(super) host: String,
}

impl Masthead {
    /// For the pages at this public address.
    pub(super) fn of(public_url: &PublicUrl, demo: bool) -> Self {
        let url = public_url.as_str();
        let host = url.split_once("://").map_or(url, |(_, host)| host);
        Self { demo, host: host.to_owned() }
    }
}

/// What stands around every page.
pub(super) struct Frame {
    pub(super) language: Language,
    pub(super) title: String,
    pub(super) words: &'static Words,
    pub(super) demo: bool,
    pub(super) host: String,
    pub(super) languages: Vec<Choice>,
    /// Where the page is found in its other languages, if not at its own address.
    pub(super) path: String,
}

/// A language that the page exists in.
pub(super) struct Choice {
    pub(super) tag: &'static str,
    pub(super) name: &'static str,
    pub(super) current: bool,
}

impl Frame {
    /// The frame of a page that exists in all three languages.
    pub(super) fn new(desk: &Desk, language: Language, title: impl Into<String>) -> Self {
        Self::among(desk, language, title, &Language::ALL)
    }

    /// The frame of a page that exists in these languages.
    pub(super) fn among(
        desk: &Desk,
        language: Language,
        title: impl Into<String>,
        languages: &[Language],
    ) -> Self {
        Self::under(&desk.masthead, language, title, languages)
    }

    /// The frame of a page that needs no desk.
    pub(super) fn under(
        masthead: &Masthead,
        language: Language,
        title: impl Into<String>,
        languages: &[Language],
    ) -> Self {
        let choice = |choice: &Language| Choice {
            tag: choice.tag(),
            name: words(*choice).language_name,
            current: *choice == language,
        };
        Self {
            language,
            title: title.into(),
            words: words(language),
            demo: masthead.demo,
            host: masthead.host.clone(),
            languages: languages.iter().map(choice).collect(),
            path: String::new(),
        }
    }

    /// The same frame, whose language links lead to `path`.
    pub(super) fn at(mut self, path: String) -> Self {
        self.path = path;
        self
    }
}

#[derive(Template)]
#[template(path = "failure.html")]
pub(super) struct FailurePage {
    pub(super) frame: Frame,
    pub(super) sentence: &'static str,
}

#[derive(Template)]
#[template(path = "start.html")]
struct StartPage {
    frame: Frame,
    university: String,
    programmes: Vec<Line>,
}

#[derive(Template)]
#[template(path = "register.html")]
struct RegisterPage {
    frame: Frame,
    rows: Vec<(Line, Count)>,
    total: Count,
    as_of: String,
}

/// `GET /`
pub(super) async fn start(
    State(desk): State<Arc<Desk>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let language = language(&uri, &headers);
    let programmes = Line::all(&desk, language);
    let frame = Frame::new(&desk, language, words(language).start_title);
    let name = &desk.office.issuance.identity.profile.name;
    let university = name.in_language(language).unwrap_or(&name.kk).to_owned();
    page(&StartPage { frame, university, programmes }, language)
}

/// `GET /register`: plain numbers, no names.
pub(super) async fn register(
    State(desk): State<Arc<Desk>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let language = language(&uri, &headers);
    let now = desk.now();
    let counting = {
        let desk = Arc::clone(&desk);
        move || Ok(desk.tally.of(&desk.office.issuance.store, now)?)
    };
    let (time, counts) = desk.pages.run(counting).await?;
    let mut total = Count::default();
    let mut rows = Vec::new();
    for line in Line::all(&desk, language) {
        if let Some(count) = counts.get(&line.code) {
            rows.push((line, *count));
            total.issued += count.issued;
            total.revoked += count.revoked;
        }
    }
    let frame = Frame::new(&desk, language, words(language).register);
    page(&RegisterPage { frame, rows, total, as_of: moment(time, language) }, language)
}

/// `GET /style.css`
pub(super) async fn style() -> Response {
    let headers =
        [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "public, max-age=3600")];
    (headers, include_str!("../../templates/style.css")).into_response()
}

/// `GET /healthz`: 200 while certificates can be issued; 503 with one sentence once the register takes no more entries.
/// Pages, verification and status lists go on then.
pub(super) async fn health(State(desk): State<Arc<Desk>>) -> Response {
    health_of(desk.office.issuance.stopped())
}

/// The same by why the register takes no more entries, if it does not.
pub(super) fn health_of(stopped: Option<String>) -> Response {
    match stopped {
        None => "ok".into_response(),
        Some(_) => {
            // The reason names files; it is told to the operator alone.
            let sentence = "nothing is issued or revoked since a write to the register failed; restart the service, which checks and repairs it\n";
            (StatusCode::SERVICE_UNAVAILABLE, sentence).into_response()
        }
    }
}
