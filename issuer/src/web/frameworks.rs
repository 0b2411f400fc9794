//! The small pages that alignments of a credential point at: a level, a professional standard, a form of study.
//! Each says what it is and which programmes have it.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use verifier::Language;

use super::answer::{Failure, Named, page};
use super::desk::Desk;
use super::negotiation::language;
use super::pages::Frame;
use super::programmes::Line;
use super::verification::list_number;
use super::words::words;
use crate::issuing::slug;
use crate::issuing::wording::{PROFESSIONAL_STANDARDS, study_form, word};
use crate::programme::Programme;
use crate::programme::StudyForm;

#[derive(Template)]
#[template(path = "framework.html")]
struct FrameworkPage {
    frame: Frame,
    framework: &'static str,
    programmes: Vec<Line>,
}

/// Levels of the national framework in figures and words.
const LEVELS: [[&str; 3]; 8] = [
    ["1 (бірінші) деңгей", "1 (первый) уровень", "Level 1 (first)"],
    ["2 (екінші) деңгей", "2 (второй) уровень", "Level 2 (second)"],
    ["3 (үшінші) деңгей", "3 (третий) уровень", "Level 3 (third)"],
    ["4 (төртінші) деңгей", "4 (четвёртый) уровень", "Level 4 (fourth)"],
    ["5 (бесінші) деңгей", "5 (пятый) уровень", "Level 5 (fifth)"],
    ["6 (алтыншы) деңгей", "6 (шестой) уровень", "Level 6 (sixth)"],
    ["7 (жетінші) деңгей", "7 (седьмой) уровень", "Level 7 (seventh)"],
    ["8 (сегізінші) деңгей", "8 (восьмой) уровень", "Level 8 (eighth)"],
];

/// `GET /frameworks/nqf-kz/{level}`
pub(super) async fn level(
    State(desk): State<Arc<Desk>>,
    Named(number): Named<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let language = language(&uri, &headers);
    let number = list_number(&number).ok_or(Failure::NotFound)?;
    let index = number.checked_sub(1).and_then(|index| usize::try_from(index).ok());
    let level = index.and_then(|index| LEVELS.get(index)).ok_or(Failure::NotFound)?;
    let wanted = |programme: &Programme| u32::from(programme.nqf_level) == number;
    answer(&desk, word(*level, language), (words(language).nqf, language), wanted)
}

/// `GET /frameworks/ps/{code}`
pub(super) async fn standard(
    State(desk): State<Arc<Desk>>,
    Named(code): Named<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let language = language(&uri, &headers);
    let wanted = |programme: &Programme| {
        programme.professional_standard.code.as_ref().is_some_and(|known| slug(known) == code)
    };
    let programmes = desk.office.issuance.programmes();
    let mut known = programmes.codes().filter_map(|code| programmes.latest(code));
    let programme = known.find(|programme| wanted(programme)).ok_or(Failure::NotFound)?;
    let standard = &programme.professional_standard;
    let name = standard.name.in_language(language).unwrap_or(&standard.name.kk);
    let title = format!("{} {name}", standard.code.as_deref().unwrap_or_default());
    answer(&desk, &title, (word(PROFESSIONAL_STANDARDS, language), language), wanted)
}

/// `GET /study-forms/{form}`
pub(super) async fn form_of_study(
    State(desk): State<Arc<Desk>>,
    Named(name): Named<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let language = language(&uri, &headers);
    let forms = [StudyForm::FullTime, StudyForm::Distance, StudyForm::Blended, StudyForm::Dual];
    let form = forms.into_iter().find(|form| study_form(*form).1 == name);
    let form = form.ok_or(Failure::NotFound)?;
    let title = word(study_form(form).0, language);
    let wanted = |programme: &Programme| programme.study_form == form;
    answer(&desk, title, (words(language).study_form, language), wanted)
}

fn answer(
    desk: &Desk,
    title: &str,
    (framework, language): (&'static str, Language),
    wanted: impl Fn(&Programme) -> bool,
) -> Result<Response, Failure> {
    let programmes = Line::those(desk, language, wanted);
    page(
        &FrameworkPage { frame: Frame::new(desk, language, title), framework, programmes },
        language,
    )
}
