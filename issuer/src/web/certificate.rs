//! `/c/{handle}`: the certificate as page, as credential, as QR code. The page shows nothing that was not verified as it
//! was asked for; whoever does not know the handle learns nothing, not even that it is wrong.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::header::CONTENT_DISPOSITION;
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::response::Response;
use verifier::Language;

use super::answer::{Failure, Named, document, page};
use super::badges;
use super::desk::Desk;
use super::documents::exact_language;
use super::limits::RESULTS_SHOWN_MAX;
use super::log;
use super::negotiation::{CREDENTIAL, HTML, JSON, languages, preferred};
use super::pages::Frame;
use super::paper;
use super::verdict::Telling;
use super::words::words;
use crate::document::{Stated, dates};
use crate::issuing::qr_text;
use crate::office::qr_svg;
use crate::register::Edition;
use crate::store::{CertificateRecord, CertificateState};

#[derive(Template)]
#[template(path = "certificate.html")]
struct CertificatePage {
    frame: Frame,
    telling: Telling,
    /// `None` if the stored credential did not verify: then nothing of it is shown.
    paper: Option<Paper>,
    handle: String,
    /// The address of this page, to be passed on.
    link: String,
    did_document: String,
}

/// The form of Appendix Б, filled in. What is missing is a blank, as on paper.
struct Paper {
    stated: Stated,
    number: String,
    organisation: String,
    holder: String,
    first_day: String,
    last_day: String,
    programme: String,
    hours: String,
    credits: String,
    level: String,
    study_form: String,
    decision_day: String,
    protocol: String,
    qualification: String,
    head: String,
    registration_number: String,
    issue_day: String,
    id: String,
}

impl Paper {
    fn new(stated: Stated, language: Language) -> Self {
        let blank = || "_____".to_owned();
        let or_blank = |text: &Option<String>| text.clone().unwrap_or_else(blank);
        let day = |date: Option<jiff::civil::Date>, write: fn(_, _) -> String| {
            date.map_or_else(blank, |date| write(date, language))
        };
        Self {
            number: or_blank(&stated.number),
            organisation: or_blank(&stated.organisation),
            holder: or_blank(&stated.whose()),
            first_day: day(stated.period_start, dates::first_day),
            last_day: day(stated.period_end, dates::last_day),
            programme: or_blank(&stated.programme),
            hours: or_blank(&stated.hours),
            credits: or_blank(&stated.credits),
            level: or_blank(&stated.level),
            study_form: or_blank(&stated.study_form),
            decision_day: day(stated.commission_date, dates::decision_day),
            protocol: or_blank(&stated.commission_protocol),
            qualification: or_blank(&stated.qualification),
            head: or_blank(&stated.head),
            registration_number: or_blank(&stated.registration_number),
            issue_day: day(stated.issue_date, dates::day),
            id: or_blank(&stated.id),
            stated,
        }
    }
}

/// `GET /c/{handle}`: the page in the language that the reader wants; the credential for a program that asks for it.
/// `GET /c/{handle}.pdf`: the certificate on paper.
pub(super) async fn certificate(
    State(desk): State<Arc<Desk>>,
    Named(handle): Named<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if let Some(handle) = handle.strip_suffix(".pdf") {
        return paper::paper(desk, handle.to_owned(), &uri).await;
    }
    let [first, second, third, fourth] = CREDENTIAL;
    let form = preferred(&headers, &[HTML, first, second, third, fourth]).unwrap_or(HTML);
    let wanted = languages(&uri, &headers);
    answer(desk, handle, move |record| {
        let mut languages = wanted.into_iter();
        Some((languages.find_map(|language| edition(record, language))?, form))
    })
    .await
}

/// `GET /c/{handle}/{lang}`: the address that is the credential's `id`, so the credential unless a page is asked for.
/// `GET /c/{handle}/{lang}.json`: the credential to be kept as a file; `.png`, `.svg`: the badge with the credential inside.
pub(super) async fn one_edition(
    State(desk): State<Arc<Desk>>,
    Named((handle, name)): Named<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if let Some(tag) = name.strip_suffix(".tlog-proof") {
        return log::proof(desk, handle, tag).await;
    }
    if let Some(picture) = badges::Form::of(&name) {
        return badges::baked(desk, handle, picture).await;
    }
    let [first, second, third, fourth] = CREDENTIAL;
    let (tag, form, is_file) = match name.strip_suffix(".json") {
        Some(tag) => (tag, preferred(&headers, &CREDENTIAL).unwrap_or(JSON), true),
        None => {
            let form = preferred(&headers, &[first, second, third, fourth, HTML]).unwrap_or(first);
            (name.as_str(), form, false)
        }
    };
    let language = exact_language(tag).ok_or(Failure::NotFound)?;
    let found = answer(desk, handle, move |record| Some((edition(record, language)?, form)));
    let mut response = found.await?;
    let file = format!("attachment; filename=\"microcertificate-{tag}.json\"");
    if let Some(file) = HeaderValue::from_str(&file).ok().filter(|_| is_file) {
        response.headers_mut().insert(CONTENT_DISPOSITION, file);
    }
    Ok(response)
}

/// `GET /c/{handle}/qr.svg`: the QR code of regulation 6.2.1.
pub(super) async fn qr(
    State(desk): State<Arc<Desk>>,
    Named(handle): Named<String>,
) -> Result<Response, Failure> {
    let work = {
        let desk = Arc::clone(&desk);
        move || {
            let record = vouched(&desk, &handle)?;
            let public_url = &desk.office.issuance.identity.public_url;
            Ok(qr_svg(&qr_text(&record.certificate, public_url))?)
        }
    };
    Ok(badges::drawing(desk.pages.run(work).await?))
}

/// Finds the record, lets `choose` pick edition and form, and answers.
async fn answer(
    desk: Arc<Desk>,
    handle: String,
    choose: impl FnOnce(&CertificateRecord) -> Option<(&Edition, &'static str)> + Send + 'static,
) -> Result<Response, Failure> {
    let now = desk.now();
    let work = {
        let desk = Arc::clone(&desk);
        move || {
            let record = vouched(&desk, &handle)?;
            let (edition, form) = choose(&record).ok_or(Failure::NotFound)?;
            if form != HTML {
                return Ok(document(form, edition.credential.clone()));
            }
            let report = desk.verify(edition.credential.as_bytes(), Some(edition.status.list), now);
            let paper = report
                .view()
                .map(|view| Paper::new(Stated::of(view, RESULTS_SHOWN_MAX), edition.language));
            show(&desk, &record, edition.language, &report, paper)
        }
    };
    desk.pages.run(work).await
}

fn show(
    desk: &Desk,
    record: &CertificateRecord,
    language: Language,
    report: &verifier::Report,
    paper: Option<Paper>,
) -> Result<Response, Failure> {
    let revocation = match &record.state {
        CertificateState::Active => None,
        CertificateState::Revoked(revocation) => Some(revocation),
    };
    let editions = record.certificate.editions.iter();
    let available: Vec<Language> = editions.map(|edition| edition.language).collect();
    let frame = Frame::among(desk, language, words(language).certificate, &available);
    let template = CertificatePage {
        frame: frame.at(format!("/c/{}", record.certificate.handle)),
        telling: Telling::new(report, revocation, language),
        paper,
        link: format!("{}/c/{}", desk.public_url(), record.certificate.handle),
        handle: record.certificate.handle.clone(),
        did_document: format!("{}/.well-known/did.json", desk.public_url()),
    };
    page(&template, language)
}

/// The certificate of this handle, read in upper or lower case.
pub(super) fn record(desk: &Desk, handle: &str) -> Result<CertificateRecord, Failure> {
    let found = desk.office.issuance.store.certificate_by_handle(handle)?;
    let record = found.ok_or(Failure::NotFound)?;
    if record.is_published { Ok(record) } else { Err(Failure::Unpublished) }
}

/// The same, if the university stands by it: of what a stolen key may have issued, only the proof of its place in the log is given out.
pub(super) fn vouched(desk: &Desk, handle: &str) -> Result<CertificateRecord, Failure> {
    let record = record(desk, handle)?;
    match desk.office.issuance.doubtful(&record)? {
        None => Ok(record),
        Some(_) => Err(Failure::Doubtful),
    }
}

pub(super) fn edition(record: &CertificateRecord, language: Language) -> Option<&Edition> {
    record.certificate.editions.iter().find(|edition| edition.language == language)
}
