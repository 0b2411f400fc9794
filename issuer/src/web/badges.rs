//! Pictures: badges with and without a credential inside, as PNG and SVG. A picture is shown, never run: what an SVG could
//! hold is switched off by its headers, whoever opens it by itself.

use std::sync::Arc;

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE,
};
use axum::response::{IntoResponse, Response};
use verifier::Language;

use super::answer::{Failure, with};
use super::certificate::{edition, vouched};
use super::desk::Desk;
use super::documents::{CACHED, exact_language};
use crate::programme::Programme;

/// The two forms of a picture.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Form {
    Png,
    Svg,
}

impl Form {
    /// The language and form that a file name spells, such as `kk.png`; `None` if it names no picture.
    pub(super) fn of(name: &str) -> Option<(Language, Self)> {
        let (tag, ending) = name.split_once('.')?;
        let form = match ending {
            "png" => Self::Png,
            "svg" => Self::Svg,
            _ => return None,
        };
        Some((exact_language(tag)?, form))
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Svg => "svg",
        }
    }
}

/// `GET /c/{handle}/{lang}.png`, `.svg`: the badge with the credential inside (Open Badges 3.0, "Baked Badges").
pub(super) async fn baked(
    desk: Arc<Desk>,
    handle: String,
    (language, form): (Language, Form),
) -> Result<Response, Failure> {
    let work = {
        let desk = Arc::clone(&desk);
        move || {
            let record = vouched(&desk, &handle)?;
            let certificate = &record.certificate;
            let edition = edition(&record, language).ok_or(Failure::NotFound)?;
            Ok(match form {
                Form::Png => desk.office.baked_png(certificate, edition)?,
                Form::Svg => desk.office.baked_svg(certificate, edition)?.into_bytes(),
            })
        }
    };
    let picture = answer(form, desk.pages.run(work).await?);
    let (tag, ending) = (language.tag(), form.ending());
    Ok(named(picture, &format!("microcertificate-{tag}.{ending}")))
}

/// `GET /achievements/{code}/{version}/{lang}.png`, `.svg`: the badge of a programme, with nothing inside.
pub(super) async fn programme(
    desk: Arc<Desk>,
    programme: Programme,
    (language, form): (Language, Form),
) -> Result<Response, Failure> {
    let work = {
        let desk = Arc::clone(&desk);
        move || {
            let picture = desk.office.picture(&programme, language)?;
            Ok(match form {
                Form::Png => picture.png.clone(),
                Form::Svg => picture.svg.clone().into_bytes(),
            })
        }
    };
    let picture = desk.pages.run(work).await?;
    Ok(with(answer(form, picture), CACHE_CONTROL, CACHED))
}

/// A drawing of ours as an answer of its own.
pub(super) fn drawing(svg: String) -> Response {
    answer(Form::Svg, svg)
}

fn answer(form: Form, picture: impl Into<Body>) -> Response {
    let media_type = match form {
        Form::Png => "image/png",
        Form::Svg => "image/svg+xml",
    };
    let headers = [
        (CONTENT_TYPE, media_type),
        (CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (headers, picture.into()).into_response()
}

/// What a browser calls the file when somebody keeps it.
fn named(mut response: Response, name: &str) -> Response {
    let told = HeaderValue::from_str(&format!("inline; filename=\"{name}\""));
    if let Ok(told) = told {
        response.headers_mut().insert(CONTENT_DISPOSITION, told);
    }
    response
}
