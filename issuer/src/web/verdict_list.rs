//! The answer to an archive: one line for each of its files, as a page, as text, or as JSON Lines.
//! Nothing of the archive is unpacked to anywhere.

use std::io::Cursor;
use std::time::Instant;

use askama::Template;
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE, VARY};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use verifier::{
    Archive, Entry, Language, PassedOver, Report, Row, Unpackable, Verdict, plain_text, report_line,
};

use super::answer::{Failure, page};
use super::desk::Desk;
use super::limits::ARCHIVE_FILES_MAX;
use super::negotiation::{HTML, TEXT};
use super::pages::Frame;
use super::words::words;

#[derive(Template)]
#[template(path = "verdict_list.html")]
struct ListPage {
    frame: Frame,
    counts: String,
    rows: Vec<Line>,
}

/// A file of an archive by its name, and its report; `None` for a text beside credentials, which is passed over.
pub(super) type Told = (String, Option<Report>);

/// One file as the page shows it.
#[derive(Default)]
struct Line {
    file: String,
    /// Class of the style sheet.
    class: &'static str,
    verdict: &'static str,
    reason: Option<String>,
    number: String,
    holder: String,
    title: String,
}

impl Line {
    fn of((file, report): &Told, language: Language) -> Self {
        let Some(report) = report else {
            let reason = PassedOver { input: file }.reason(language);
            return Self {
                file: plain_text(file),
                reason: Some(reason.to_owned()),
                ..Self::default()
            };
        };
        let row = Row::of(report, language);
        Self {
            file: plain_text(file),
            class: match row.verdict {
                Verdict::Valid => "yes",
                Verdict::Invalid | Verdict::Refused => "no",
                Verdict::Untrusted | Verdict::Indeterminate => "unknown",
            },
            verdict: row.verdict.phrase(language).name,
            reason: row.reason.map(|(_, _, sentence)| sentence),
            number: row.number.unwrap_or_default(),
            holder: row.holder.unwrap_or_default(),
            title: row.title.unwrap_or_default(),
        }
    }
}

/// The report on every file of an archive, in its order, texts beside credentials named among them; on those that were not reached by `deadline`, that they were not. An
/// archive in which nothing is to be checked has one report, as a file without a credential has.
///
/// # Errors
///
/// [`Failure::TooLarge`] if it has more files than one request may have checked.
pub(super) fn verify_each(
    desk: &Desk,
    archive: &[u8],
    now: Timestamp,
    deadline: Instant,
) -> Result<Vec<Told>, Failure> {
    let whole = |error: Unpackable| ("-".to_owned(), Some(error.report(now.as_second())));
    let mut archive = match Archive::open(Cursor::new(archive)) {
        Ok(archive) => archive,
        Err(error) => return Ok(vec![whole(error)]),
    };
    if archive.len() > ARCHIVE_FILES_MAX {
        return Err(Failure::TooLarge);
    }
    let mut told: Vec<Told> = Vec::new();
    loop {
        match archive.read_next() {
            Ok(None) if told.iter().all(|(_, report)| report.is_none()) => {
                return Ok(vec![whole(Unpackable::Empty)]);
            }
            Ok(None) => return Ok(told),
            Ok(Some(entry)) if entry.is_companion() => told.push((entry.name, None)),
            Ok(Some(Entry { name, bytes })) => {
                let report = match bytes {
                    Ok(_) if Instant::now() >= deadline => {
                        Unpackable::NotInTime.report(now.as_second())
                    }
                    Ok(bytes) => desk.verify(&bytes, None, now),
                    Err(error) => error.report(now.as_second()),
                };
                told.push((name, Some(report)));
            }
            Err(error) => {
                told.push(whole(error));
                return Ok(told);
            }
        }
    }
}

/// 200 and all of them.
pub(super) fn answer(
    desk: &Desk,
    told: &[Told],
    form: &'static str,
    language: Language,
) -> Result<Response, Failure> {
    let vary = (VARY, "accept, accept-language");
    Ok(match form {
        HTML => {
            let rows = told.iter().map(|told| Line::of(told, language));
            let frame = Frame::among(desk, language, words(language).verify, &[]);
            let counts = counts(told, language);
            return page(&ListPage { frame, counts, rows: rows.collect() }, language);
        }
        TEXT => {
            let line = |(file, report): &Told| match report {
                Some(report) => Row::of(report, language).line(file, language) + "\n",
                None => PassedOver { input: file }.text(language) + "\n",
            };
            let headers = [
                (CONTENT_TYPE, "text/plain; charset=utf-8"),
                (CONTENT_LANGUAGE, language.tag()),
                vary,
            ];
            (headers, told.iter().map(line).collect::<String>()).into_response()
        }
        _ => {
            let line = |(file, report): &Told| match report {
                Some(report) => report_line(report, file) + "\n",
                None => PassedOver { input: file }.line() + "\n",
            };
            let lines: String = told.iter().map(line).collect();
            ([(CONTENT_TYPE, "application/jsonl"), vary], lines).into_response()
        }
    })
}

/// `VALID: 3, INVALID: 1`.
fn counts(told: &[Told], language: Language) -> String {
    use Verdict::{Indeterminate, Invalid, Refused, Untrusted, Valid};
    let counted = [Valid, Untrusted, Indeterminate, Refused, Invalid].map(|verdict| {
        let reports = told.iter().filter_map(|(_, report)| report.as_ref());
        let count = reports.filter(|report| report.verdict() == verdict).count();
        (verdict.phrase(language).name, count)
    });
    let counted = counted.iter().filter(|(_, count)| *count > 0);
    counted.map(|(name, count)| format!("{name}: {count}")).collect::<Vec<_>>().join(", ")
}
