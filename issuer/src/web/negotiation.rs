//! What the reader wants: media type and language, from the request's headers and query (RFC 9110, "Content Negotiation").
//! It chooses among what is offered; it must not know what stands behind an offer.

use axum::http::header::{ACCEPT, ACCEPT_LANGUAGE};
use axum::http::{HeaderMap, HeaderName, Uri};
use verifier::Language;

pub(super) const HTML: &str = "text/html";
pub(super) const TEXT: &str = "text/plain";
pub(super) const JSON: &str = "application/json";
pub(super) const PROBLEM: &str = "application/problem+json";

/// A credential's media types (Open Badges 3.0, "Web Resource"; VC Data Model 2.0, "Media Types"), the default first.
pub(super) const CREDENTIAL: [&str; 4] =
    ["application/vc+ld+json", "application/vc", "application/ld+json", JSON];

/// The offer that `Accept` prefers, the earlier of two equal ones; `None` if it takes none of them.
///
/// Of two ranges with one weight the one that names its type wins: `application/json, */*` means JSON.
pub(super) fn preferred(headers: &HeaderMap, offers: &[&'static str]) -> Option<&'static str> {
    let accepted = weighted(headers, &ACCEPT);
    if accepted.is_empty() {
        return offers.first().copied();
    }
    let mut best: Option<((u16, usize), &'static str)> = None;
    for offer in offers {
        let rank = rank(&accepted, offer);
        if rank.0 > 0 && best.is_none_or(|(found, _)| rank > found) {
            best = Some((rank, offer));
        }
    }
    best.map(|(_, offer)| offer)
}

/// Weight and precision of the most specific range that covers `offer`.
fn rank(accepted: &[(String, u16)], offer: &str) -> (u16, usize) {
    let general = offer.split('/').next().unwrap_or_default();
    let ranges = ["*/*".to_owned(), format!("{general}/*"), offer.to_owned()];
    let covering = ranges.iter().enumerate().rev().find_map(|(precision, range)| {
        let (_, weight) = accepted.iter().find(|(name, _)| name == range)?;
        Some((*weight, precision))
    });
    covering.unwrap_or((0, 0))
}

/// Whether a page is preferred to anything for programs. A reader that names no type is a program.
pub(super) fn wants_page(headers: &HeaderMap) -> bool {
    preferred(headers, &[PROBLEM, JSON, HTML]) == Some(HTML)
}

/// Languages in the order in which the reader wants them: `?lang=`, then `Accept-Language`, then Kazakh, Russian, English.
pub(super) fn languages(uri: &Uri, headers: &HeaderMap) -> [Language; 3] {
    let asked = parameter(uri, "lang").and_then(Language::from_tag);
    let mut ranges = weighted(headers, &ACCEPT_LANGUAGE);
    ranges.retain(|(_, weight)| *weight > 0);
    // Stable: of equal weights the first one written.
    ranges.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    let accepted = ranges.iter().filter_map(|(tag, _)| Language::from_tag(tag));
    let mut order = Vec::with_capacity(3);
    for language in asked.into_iter().chain(accepted).chain(Language::ALL) {
        if !order.contains(&language) {
            order.push(language);
        }
    }
    <[Language; 3]>::try_from(order).unwrap_or(Language::ALL)
}

/// The language that the reader wants most.
pub(super) fn language(uri: &Uri, headers: &HeaderMap) -> Language {
    let [first, ..] = languages(uri, headers);
    first
}

/// The raw value of a parameter of the query.
pub(super) fn parameter<'u>(uri: &'u Uri, name: &str) -> Option<&'u str> {
    let parts = uri.query().unwrap_or_default().split('&');
    parts
        .map(|part| part.split_once('=').unwrap_or((part, "")))
        .find_map(|(found, value)| (found == name).then_some(value))
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

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(name: HeaderName, value: &'static str) -> HeaderMap {
        [(name, HeaderValue::from_static(value))].into_iter().collect()
    }

    #[test]
    fn the_weight_decides_then_precision_then_our_order() {
        let chosen = |accept| preferred(&headers(ACCEPT, accept), &[HTML, CREDENTIAL[0], JSON]);
        assert_eq!(chosen(""), Some(HTML));
        assert_eq!(chosen("*/*"), Some(HTML));
        assert_eq!(chosen("application/json, text/plain, */*"), Some(JSON));
        assert_eq!(chosen("application/*"), Some(CREDENTIAL[0]));
        assert_eq!(chosen("text/html,application/xhtml+xml,*/*;q=0.8"), Some(HTML));
        assert_eq!(chosen("text/html;q=0, */*"), Some(CREDENTIAL[0]));
        assert_eq!(chosen("text/html;q=0.4, application/json;q=0.5"), Some(JSON));
        assert_eq!(chosen("image/png"), None);
    }

    #[test]
    fn only_a_named_page_is_a_page() {
        for accept in ["text/html", "text/*", "text/html,application/json;q=0.9", "TEXT/HTML, */*"]
        {
            assert!(wants_page(&headers(ACCEPT, accept)), "{accept}");
        }
        for accept in ["*/*", "application/json", "application/problem+json, text/html;q=0.5", ""] {
            assert!(!wants_page(&headers(ACCEPT, accept)), "{accept}");
        }
    }

    #[test]
    fn the_query_is_heard_before_the_header_and_kazakh_before_all() {
        let chosen = |uri: &str, accept| {
            languages(&uri.parse().unwrap(), &headers(ACCEPT_LANGUAGE, accept)).map(Language::tag)
        };
        assert_eq!(chosen("/", ""), ["kk", "ru", "en"]);
        assert_eq!(chosen("/?lang=en", "ru"), ["en", "ru", "kk"]);
        assert_eq!(chosen("/?lang=de", "ru-KZ"), ["ru", "kk", "en"]);
        assert_eq!(chosen("/", "de, ru;q=0.5, en;q=0.8"), ["en", "ru", "kk"]);
        assert_eq!(chosen("/", "ru;q=0, *"), ["kk", "ru", "en"]);
        assert_eq!(chosen("/?xlang=en", "ru;q=x"), ["kk", "ru", "en"]);
    }
}
