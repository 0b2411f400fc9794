//! An opened data directory, in process: what must hold however often acts are asked for, wherever they are cut off, and whoever asks.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod acts;
mod answer;
mod api;
mod fixture;
mod imports;
mod judged;
mod keys;
mod papers;
mod qr;
mod thefts;
mod web;

use std::path::Path;

use issuer::office::{Act, Office, Transcript};
use jiff::{SignedDuration, Timestamp};

/// When offices are made, and their certificates issued.
fn made_at() -> Timestamp {
    "2026-11-23T06:00:00Z".parse().unwrap()
}

/// So many hours after the directory was made.
fn at(hours: i64) -> Timestamp {
    made_at().checked_add(SignedDuration::from_hours(hours)).unwrap()
}

fn perform(office: &Office, hours: i64, act: Act) -> Transcript {
    let mut transcript = Transcript::default();
    office.perform(act, at(hours), &mut transcript).unwrap();
    transcript
}

/// An office with the certificates of the first `rows` rows of the sample.
fn office(directory: &Path, rows: usize) -> Office {
    fixture::office(directory, (fixture::PROGRAMMES, rows), made_at())
}
