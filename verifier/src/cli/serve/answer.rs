//! What goes back: reports, and RFC 9457 problems for misuse of HTTP. It chooses form and language.
//! It must not tell more about a failure than the sender already knows.

use axum::http::header::{
    ACCEPT, ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use verifier::{Language, PassedOver, Report, Row, human_report, report_line};

/// What a report calls a body, which has no name: the same as standard input.
const BODY: &str = "-";

/// How the sender wants to be answered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Form {
    /// One line of JSON.
    Json,
    /// Text for people.
    Text(Language),
}

impl Form {
    /// Text if `Accept` prefers it to JSON; the language of `?lang=`, else of `Accept-Language`, else English.
    pub(super) fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        let accepted = weighted(headers, &ACCEPT);
        let quality = |wanted: &str| {
            let general = wanted.split('/').next().unwrap_or_default();
            // The most specific range decides, whatever its weight (RFC 9110, "Accept").
            [wanted, &format!("{general}/*"), "*/*"]
                .into_iter()
                .find_map(|range| accepted.iter().find(|(name, _)| name == range))
                .map_or(0, |(_, weight)| *weight)
        };
        if quality("text/plain") > quality("application/json") {
            Self::Text(language(uri, headers))
        } else {
            Self::Json
        }
    }
}

fn language(uri: &Uri, headers: &HeaderMap) -> Language {
    let asked =
        uri.query().unwrap_or_default().split('&').find_map(|part| part.strip_prefix("lang="));
    let accepted = || {
        let mut ranges = weighted(headers, &ACCEPT_LANGUAGE);
        ranges.retain(|(_, weight)| *weight > 0);
        // Stable: of equal weights the first one written.
        ranges.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
        ranges.iter().find_map(|(tag, _)| Language::from_tag(tag))
    };
    asked.and_then(Language::from_tag).or_else(accepted).unwrap_or(Language::En)
}

/// The ranges of a header in lower case, each with its weight in thousandths (RFC 9110, "Quality Values").
fn weighted(headers: &HeaderMap, name: &HeaderName) -> Vec<(String, u16)> {
    let ranges = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    let ranges = ranges.flat_map(|value| value.split(','));
    ranges
        .map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default().to_ascii_lowercase();
            let weight = parts
                .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
                .map_or(Some(1_000), thousandths);
            (name, weight.unwrap_or(0))
        })
        .filter(|(name, _)| !name.is_empty())
        .collect()
}

/// `0.5` as 500; `None` if it is no weight.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let fraction: u16 = format!("{fraction:0<3}").parse().ok()?;
    match whole {
        "0" => Some(fraction),
        "1" if fraction == 0 => Some(1_000),
        _ => None,
    }
}

/// 200 and the report, whatever it says.
pub(super) fn report(report: &Report, form: Form) -> Response {
    let vary = (VARY, "accept, accept-language");
    match form {
        Form::Json => {
            let body = format!("{}\n", report_line(report, BODY));
            ([(CONTENT_TYPE, "application/json"), vary], body).into_response()
        }
        Form::Text(language) => {
            let headers = [
                (CONTENT_TYPE, "text/plain; charset=utf-8"),
                (CONTENT_LANGUAGE, language.tag()),
                vary,
            ];
            (headers, human_report(report, BODY, language)).into_response()
        }
    }
}

/// 200 and a line for each file of an archive, under its name: its report, or that it was passed over, where it has none. JSON
/// Lines, or text.
pub(super) fn reports(reports: &[(String, Option<Report>)], form: Form) -> Response {
    let vary = (VARY, "accept, accept-language");
    let line = |(name, report): &(String, Option<Report>)| match (form, report) {
        (Form::Json, Some(report)) => report_line(report, name),
        (Form::Json, None) => PassedOver { input: name }.line(),
        (Form::Text(language), Some(report)) => Row::of(report, language).line(name, language),
        (Form::Text(language), None) => PassedOver { input: name }.text(language),
    };
    let body: String = reports.iter().map(|told| line(told) + "\n").collect();
    match form {
        Form::Json => ([(CONTENT_TYPE, "application/jsonl"), vary], body).into_response(),
        Form::Text(language) => {
            let headers = [
                (CONTENT_TYPE, "text/plain; charset=utf-8"),
                (CONTENT_LANGUAGE, language.tag()),
                vary,
            ];
            (headers, body).into_response()
        }
    }
}

/// A problem document (RFC 9457); `detail` is one sentence about what to do.
pub(super) fn problem(status: StatusCode, detail: &str) -> Response {
    let body = serde_json::json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or_default(),
        "status": status.as_u16(),
        "detail": detail,
    });
    let headers = [(CONTENT_TYPE, "application/problem+json")];
    (status, headers, format!("{body}\n")).into_response()
}

/// A verdict is true for a moment and for its reader: no cache keeps it, no browser guesses its type.
pub(super) async fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(uri: &str, headers: &[(HeaderName, &'static str)]) -> Form {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)))
            .collect();
        Form::of(&uri.parse().unwrap(), &headers)
    }

    #[test]
    fn json_unless_text_is_preferred() {
        for accept in
            ["*/*", "application/json", "text/plain;q=0.5, */*", "text/plain, application/json", ""]
        {
            assert_eq!(form("/verify", &[(ACCEPT, accept)]), Form::Json, "{accept}");
        }
        assert_eq!(form("/verify", &[]), Form::Json);
        for accept in
            ["text/plain", "TEXT/*", "text/plain, application/json;q=0.9", "*/*;q=0.1, text/plain"]
        {
            assert_eq!(form("/verify", &[(ACCEPT, accept)]), Form::Text(Language::En), "{accept}");
        }
    }

    #[test]
    fn the_query_is_heard_before_the_header() {
        let text =
            |uri, languages| form(uri, &[(ACCEPT, "text/plain"), (ACCEPT_LANGUAGE, languages)]);
        assert_eq!(text("/verify?lang=kk", "ru"), Form::Text(Language::Kk));
        assert_eq!(text("/verify?lang=de", "ru-KZ"), Form::Text(Language::Ru));
        assert_eq!(text("/verify", "de, ru;q=0.5, kk;q=0.8"), Form::Text(Language::Kk));
        assert_eq!(text("/verify", "ru;q=0, *"), Form::Text(Language::En));
        assert_eq!(text("/verify", "ru;q=nonsense"), Form::Text(Language::En));
    }
}
