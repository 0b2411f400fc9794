//! The documents that credentials point at, as programs read them: DID document, achievements, profiles.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde_json::json;
use verifier::Language;

use super::answer::{Failure, Named, document, with};
use super::desk::Desk;
use super::negotiation::{HTML, JSON, language, languages, preferred};
use super::{badges, programmes};
use crate::issuing::{Published, achievement, issuer, slug};
use crate::programme::{Programme, Text};

const DID_JSON: &str = "application/did+json";
const DID_LD_JSON: &str = "application/did+ld+json";

/// Caches may keep what changes with a new version of a programme or a new key for this long.
pub(super) const CACHED: &str = "public, max-age=300";

/// `GET /.well-known/did.json` (did:web Method Specification, "Read").
pub(super) async fn did(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    did_response(&desk.published(), &headers)
}

pub(super) fn did_response(published: &Published, headers: &HeaderMap) -> Response {
    let media_type = preferred(headers, &[JSON, DID_JSON, DID_LD_JSON]).unwrap_or(JSON);
    with(document(media_type, published.did_document.clone()), CACHE_CONTROL, CACHED)
}

/// `GET /achievements/{code}/{version}/{lang}`: the achievement, or the page of its programme in that version.
/// `GET /achievements/{code}/{version}/{lang}.png`, `.svg`: its badge.
pub(super) async fn one_achievement(
    State(desk): State<Arc<Desk>>,
    Named((code, version, tag)): Named<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let picture = badges::Form::of(&tag);
    let language = picture.map(|(language, _)| language).or_else(|| exact_language(&tag));
    let language = language.ok_or(Failure::NotFound)?;
    let found = desk.office.issuance.store.programme_version(&code, &version)?;
    let programme = found.and_then(|document| Programme::parse(&document).ok());
    let programme = programme.filter(|programme| programme.languages().contains(&language));
    let programme = programme.ok_or(Failure::NotFound)?;
    if let Some(picture) = picture {
        return badges::programme(desk, programme, picture).await;
    }
    if preferred(&headers, &[JSON, HTML]) == Some(HTML) {
        return programmes::page_of(&desk, &programme, language);
    }
    let public_url = &desk.office.issuance.identity.public_url;
    let json = achievement(public_url, &programme, language);
    Ok(with(document(JSON, json.to_string()), CACHE_CONTROL, CACHED))
}

/// `GET /issuers/{id}`: the profile of the university or of a responsible unit, by the slug of its English name.
pub(super) async fn profile(
    State(desk): State<Arc<Desk>>,
    Named(id): Named<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let profile = &desk.office.issuance.identity.profile;
    let json = if slug(profile.name.en.as_deref().unwrap_or(&profile.name.ru)) == id {
        issuer(profile, language(&uri, &headers))
    } else {
        let name = unit(&desk, &id).ok_or(Failure::NotFound)?;
        let mut names = languages(&uri, &headers).into_iter();
        let name = names.find_map(|language| name.in_language(language)).unwrap_or(&name.kk);
        let id = format!("{}/issuers/{id}", desk.public_url());
        json!({ "id": id, "type": ["Profile"], "name": name })
    };
    Ok(with(document(JSON, json.to_string()), CACHE_CONTROL, CACHED))
}

/// The name of the responsible unit that credentials call by this slug, in any version of any programme.
fn unit(desk: &Desk, id: &str) -> Option<Text> {
    let programmes = desk.office.issuance.programmes();
    let found = programmes.all().find(|programme| {
        slug(programme.responsible_unit.en.as_deref().unwrap_or(&programme.code)) == id
    });
    found.map(|programme| programme.responsible_unit.clone())
}

/// The language of exactly this tag: an address is not a wish.
pub(super) fn exact_language(tag: &str) -> Option<Language> {
    Language::ALL.into_iter().find(|language| language.tag() == tag)
}
