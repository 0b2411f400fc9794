//! The answer to an archive: one line for each of its files, as a page, as text, or as JSON Lines.
//! Nothing of the archive is unpacked to anywhere.

use std::io::Cursor;

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

/// The report on every file of an archive, in its order, texts beside credentials named among them; on those that were reached
/// when it was no longer `in_time`, which is asked before each, that they were not checked. An archive in which nothing is to be
/// checked has one report, as a file without a credential has.
///
/// # Errors
///
/// [`Failure::TooLarge`] if it has more files than one request may have checked.
pub(super) fn verify_each(
    desk: &Desk,
    archive: &[u8],
    now: Timestamp,
    in_time: &dyn Fn() -> bool,
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
                    Ok(_) if !in_time() => Unpackable::NotInTime.report(now.as_second()),
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

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::io::Write as _;
    use std::sync::Arc;

    use super::*;
    use crate::keys::{Passphrase, WorkFactor};
    use crate::office::{Configuration, DataDirectory, Office, Setup};
    use verifier::{Check, Code, Outcome};
    use zip::CompressionMethod;
    use zip::write::SimpleFileOptions;

    fn clock() -> Timestamp {
        "2026-11-23T06:00:00Z".parse().unwrap()
    }

    fn desk(directory: &std::path::Path) -> Desk {
        let setup = Setup {
            configuration: Configuration::new("https://credentials.example.org", true),
            profile: serde_json::from_str(include_str!("../../sample/issuer.json")).unwrap(),
            passphrase: Passphrase::new("a passphrase of the tests"),
            work: WorkFactor::Low,
        };
        let directory = DataDirectory::new(directory);
        Office::init(&directory, &setup).unwrap();
        let office = Office::open(directory, &setup.passphrase, clock()).unwrap();
        Desk::new(Arc::new(office), clock)
    }

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
            writer.start_file(*name, stored).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    /// What a report says was wrong at the reading, if anything was.
    fn unread(told: &Told) -> Option<Code> {
        match told.1.as_ref()?.outcome(Check::Read) {
            Outcome::Refused(problem) => Some(problem.code),
            _ => None,
        }
    }

    #[test]
    fn no_file_is_begun_once_the_time_is_over_and_each_is_told() {
        let directory = tempfile::tempdir().unwrap();
        let desk = desk(directory.path());
        let names = ["1.json", "2.json", "3.json", "4.json"];
        let archive = archive(&names.map(|name| (name, &b"{}"[..])));
        for left in 0..=names.len() {
            let asked = Cell::new(0);
            let in_time = || {
                asked.set(asked.get() + 1);
                asked.get() <= left
            };
            let told = verify_each(&desk, &archive, clock(), &in_time).unwrap();
            assert_eq!(told.iter().map(|(name, _)| name).collect::<Vec<_>>(), names);
            let (begun, late) = told.split_at(left);
            assert!(begun.iter().all(|told| unread(told).is_none()), "{left}");
            for late in late {
                let verdict = late.1.as_ref().map(Report::verdict);
                assert_eq!(verdict, Some(Verdict::Refused), "{left}: {}", late.0);
                assert_eq!(unread(late), Some(Code::NotInTime), "{left}: {}", late.0);
            }
            // Each file is asked for anew: one that took long leaves none to those behind it.
            assert_eq!(asked.get(), names.len());
        }
    }

    #[test]
    fn a_file_that_cannot_be_read_keeps_its_own_reason_when_time_is_over() {
        let directory = tempfile::tempdir().unwrap();
        let desk = desk(directory.path());
        let mut archive = archive(&[("1.json", b"{}"), ("2.json", b"the sum will not fit")]);
        let place = archive.windows(7).position(|window| window == b"the sum").unwrap();
        archive[place] = b'T';
        let told = verify_each(&desk, &archive, clock(), &|| false).unwrap();
        let codes: Vec<_> = told.iter().map(unread).collect();
        assert_eq!(codes, [Some(Code::NotInTime), Some(Code::CarrierMalformed)]);
    }
}
