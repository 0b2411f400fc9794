//! Programmes for the public (regulation 9.1, 9.5): the list and the page of each. No names of people.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use verifier::Language;

use super::answer::{Failure, Named, page};
use super::desk::Desk;
use super::negotiation::languages;
use super::pages::Frame;
use super::words::{accreditation_kind, programme_status};
use crate::document::dates;
use crate::issuing::slug;
use crate::issuing::wording::{assessment_form, language_of_study, study_form, word};
use crate::programme::{Programme, Text};

/// A programme in a list.
pub(super) struct Line {
    pub(super) code: String,
    pub(super) title: String,
    pub(super) qualification: String,
    pub(super) level: String,
    pub(super) credits: u8,
    pub(super) hours: u16,
    pub(super) unit: String,
    pub(super) status: &'static str,
}

impl Line {
    /// Every programme, sorted by code.
    pub(super) fn all(desk: &Desk, language: Language) -> Vec<Self> {
        Self::those(desk, language, |_| true)
    }

    /// The programmes that `wanted` picks.
    pub(super) fn those(
        desk: &Desk,
        language: Language,
        wanted: impl Fn(&Programme) -> bool,
    ) -> Vec<Self> {
        let programmes = desk.office.issuance.programmes();
        let latest = programmes.codes().filter_map(|code| programmes.latest(code));
        latest
            .filter(|programme| wanted(programme))
            .map(|found| Self::of(found, language))
            .collect()
    }

    fn of(programme: &Programme, language: Language) -> Self {
        let text = |text| in_words(text, language);
        Self {
            code: programme.code.clone(),
            title: text(&programme.title),
            qualification: text(&programme.qualification_name),
            level: text(&programme.nqf_label),
            credits: programme.credits,
            hours: programme.hours,
            unit: text(&programme.responsible_unit),
            status: programme_status(programme.status, language),
        }
    }
}

/// The text in `language`, else in Kazakh, which every programme has.
fn in_words(text: &Text, language: Language) -> String {
    text.in_language(language).unwrap_or(&text.kk).to_owned()
}

#[derive(Template)]
#[template(path = "programme.html")]
struct ProgrammePage {
    frame: Frame,
    line: Line,
    registration_number: Option<String>,
    version: String,
    registered_on: Option<String>,
    validity: String,
    level_page: String,
    study_form: String,
    study_form_page: &'static str,
    study_languages: String,
    standard: String,
    standard_page: Option<String>,
    goal: String,
    description: String,
    outcomes: Vec<OutcomeRow>,
    competences: Vec<String>,
    prerequisites: Option<String>,
    assessment: String,
    accreditations: Vec<String>,
    alignments: Vec<Link>,
}

struct OutcomeRow {
    name: String,
    criteria: String,
    hours: u16,
}

struct Link {
    text: String,
    /// Only a web address: a programme file could say `javascript:`.
    url: Option<String>,
}

/// `GET /programmes/{code}`
pub(super) async fn programme(
    State(desk): State<Arc<Desk>>,
    Named(code): Named<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let programmes = desk.office.issuance.programmes();
    let programme = programmes.latest(&code).ok_or(Failure::NotFound)?;
    let available = programme.languages();
    let mut wanted = languages(&uri, &headers).into_iter();
    let language = wanted.find(|language| available.contains(language)).unwrap_or(Language::Kk);
    page_of(&desk, programme, language)
}

/// The page of one version of a programme.
pub(super) fn page_of(
    desk: &Desk,
    programme: &Programme,
    language: Language,
) -> Result<Response, Failure> {
    let text = |text| in_words(text, language);
    let day = |date| dates::day(date, language);
    let (form, form_page) = study_form(programme.study_form);
    let standard = &programme.professional_standard;
    let forms = programme.assessment_forms.iter().map(|form| assessment_form(form, language));
    let frame = Frame::among(desk, language, text(&programme.title), &programme.languages());
    let template = ProgrammePage {
        frame: frame.at(format!("/programmes/{}", programme.code)),
        line: Line::of(programme, language),
        registration_number: programme.registration_number.clone(),
        version: programme.version.clone(),
        registered_on: programme.registered_on.map(day),
        validity: format!("{} … {}", day(programme.valid_from), day(programme.valid_until)),
        level_page: format!("/frameworks/nqf-kz/{}", programme.nqf_level),
        study_form: programme
            .study_form_label
            .as_ref()
            .map_or_else(|| word(form, language).to_owned(), text),
        study_form_page: form_page,
        study_languages: study_languages(programme, language),
        standard: text(&standard.name),
        standard_page: standard.code.as_ref().map(|code| format!("/frameworks/ps/{}", slug(code))),
        goal: text(&programme.goal),
        description: text(&programme.course_description),
        outcomes: outcomes(programme, language),
        competences: programme.competences.iter().map(text).collect(),
        prerequisites: programme.prerequisites.as_ref().map(text),
        assessment: forms.collect::<Vec<_>>().join(", "),
        accreditations: accreditations(programme, language),
        alignments: alignments(programme),
    };
    page(&template, language)
}

fn study_languages(programme: &Programme, language: Language) -> String {
    let names = programme
        .languages_of_study
        .iter()
        .map(|tag| language_of_study(tag).map_or(tag.as_str(), |(name, _)| word(name, language)));
    names.collect::<Vec<_>>().join(", ")
}

fn outcomes(programme: &Programme, language: Language) -> Vec<OutcomeRow> {
    let rows = programme.outcomes.iter().map(|outcome| OutcomeRow {
        name: in_words(&outcome.name, language),
        criteria: in_words(&outcome.criteria, language),
        hours: outcome.hours,
    });
    rows.collect()
}

fn accreditations(programme: &Programme, language: Language) -> Vec<String> {
    let told = programme.accreditation.iter().map(|accreditation| {
        let kind = accreditation_kind(&accreditation.kind, language);
        format!("{} — {kind}", accreditation.agency)
    });
    told.collect()
}

fn alignments(programme: &Programme) -> Vec<Link> {
    let links = programme.alignment.iter().map(|alignment| Link {
        text: format!("{}: {} ({})", alignment.framework, alignment.name, alignment.code),
        url: Some(alignment.url.clone())
            .filter(|url| url.starts_with("https://") || url.starts_with("http://")),
    });
    links.collect()
}
