//! An opened data directory, in process: what must hold however often acts are asked for, wherever they are cut off, and whoever asks.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod acts;
mod answer;
mod api;
mod fixture;
mod imports;
mod keys;
mod papers;
mod qr;
mod web;

use std::path::Path;

use issuer::office::Office;
use jiff::Timestamp;

/// When offices are made, and their certificates issued.
fn made_at() -> Timestamp {
    "2026-11-23T06:00:00Z".parse().unwrap()
}

/// An office with the certificates of the first `rows` rows of the sample.
fn office(directory: &Path, rows: usize) -> Office {
    fixture::office(directory, (fixture::PROGRAMMES, rows), made_at())
}
