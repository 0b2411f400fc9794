//! Synthetic completions of a test's own, as many as it wants: rows of the sample under other learners.

use std::fs;
use std::ops::Range;

use crate::sample;

/// A file of completions of one programme: a row for each learner, called after `series`, with no identity number.
///
/// # Panics
///
/// If the sample cannot be read.
#[must_use]
pub fn completions(series: &str, learners: Range<usize>) -> String {
    let text = match fs::read_to_string(sample("completions.csv")) {
        Ok(text) => text,
        Err(error) => panic!("completions.csv: {error}"),
    };
    let mut lines = text.lines();
    let (Some(header), Some(row)) = (lines.next(), lines.next()) else {
        panic!("completions.csv has no row")
    };
    let columns: Vec<&str> = header.split(',').collect();
    let rows = learners.map(|learner| {
        let cells = row.split(',').zip(&columns).map(|(cell, column)| match *column {
            "learner_ref" => format!("SYN-{series}-{learner}"),
            "iin" | "email" => String::new(),
            _ => cell.to_owned(),
        });
        cells.collect::<Vec<_>>().join(",")
    });
    let lines: Vec<String> = std::iter::once(header.to_owned()).chain(rows).collect();
    lines.join("\n") + "\n"
}
