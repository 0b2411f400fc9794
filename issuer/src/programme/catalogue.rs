//! The programmes that are known: the file they come in, and the look-up by code and period.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde_json::Value;

use super::limits::FILE_BYTES_MAX;
use super::{Programme, ProgrammeProblem};

/// A file of programmes: `{"programmes": […]}`.
#[derive(Clone, Debug, PartialEq)]
pub struct ProgrammeFile {
    /// Its programmes, in order, no code twice.
    pub programmes: Vec<Programme>,
}

impl ProgrammeFile {
    /// Reads a whole file; a byte order mark is skipped.
    ///
    /// # Errors
    /// The problems of all its programmes at once, with JSON Pointers into the file.
    pub fn parse(bytes: &[u8]) -> Result<Self, Vec<ProgrammeProblem>> {
        if bytes.len() > FILE_BYTES_MAX {
            return Err(whole_file(format!("The file is larger than {FILE_BYTES_MAX} bytes.")));
        }
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let file: Value = serde_json::from_slice(bytes)
            .map_err(|error| whole_file(format!("The file is not JSON: {error}.")))?;
        let Some(Value::Array(entries)) = file.get("programmes") else {
            return Err(whole_file("The file must hold {\"programmes\": [ … ]}.".to_owned()));
        };
        parse_entries(entries)
    }
}

fn parse_entries(entries: &[Value]) -> Result<ProgrammeFile, Vec<ProgrammeProblem>> {
    let mut programmes = Vec::new();
    let mut problems = Vec::new();
    let mut codes = BTreeSet::new();
    for (index, entry) in entries.iter().enumerate() {
        if let Some(code) = entry.get("code").and_then(Value::as_str)
            && !codes.insert(code)
        {
            problems.push(ProgrammeProblem {
                pointer: format!("/programmes/{index}/code"),
                sentence: format!("The code {code} stands twice in this file."),
            });
        }
        match Programme::parse(entry) {
            Ok(programme) => programmes.push(programme),
            Err(found) => problems.extend(found.into_iter().map(|problem| ProgrammeProblem {
                pointer: format!("/programmes/{index}{}", problem.pointer),
                ..problem
            })),
        }
    }
    if problems.is_empty() { Ok(ProgrammeFile { programmes }) } else { Err(problems) }
}

fn whole_file(sentence: String) -> Vec<ProgrammeProblem> {
    vec![ProgrammeProblem { pointer: String::new(), sentence }]
}

/// The programmes that completions may name, every registered version of each (9.6).
#[derive(Clone, Debug, Default)]
pub struct Programmes {
    versions: BTreeMap<String, Vec<Programme>>,
}

impl Programmes {
    /// Adds a programme; the same code and version again replaces the earlier one.
    pub fn add(&mut self, programme: Programme) {
        let versions = self.versions.entry(programme.code.clone()).or_default();
        versions.retain(|known| known.version != programme.version);
        versions.push(programme);
    }

    /// The version last added; `None` if no programme has this code.
    #[must_use]
    pub fn latest(&self, code: &str) -> Option<&Programme> {
        self.versions.get(code).and_then(|versions| versions.last())
    }

    /// This version of a programme; `None` if it was never registered.
    #[must_use]
    pub fn version(&self, code: &str, version: &str) -> Option<&Programme> {
        let versions = self.versions.get(code)?;
        versions.iter().find(|programme| programme.version == version)
    }

    /// The version under which a completion of this period is certified: the last added that accepts it.
    #[must_use]
    pub fn accepting(
        &self,
        code: &str,
        period_start: Date,
        period_end: Date,
    ) -> Option<&Programme> {
        let versions = self.versions.get(code)?;
        versions.iter().rev().find(|programme| programme.accepts(period_start, period_end))
    }

    /// Every version of every programme, sorted by code, each code's in the order in which they were added.
    pub fn all(&self) -> impl Iterator<Item = &Programme> {
        self.versions.values().flatten()
    }

    /// All codes, sorted.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.versions.keys().map(String::as_str)
    }
}

impl Extend<Programme> for Programmes {
    fn extend<I: IntoIterator<Item = Programme>>(&mut self, programmes: I) {
        for programme in programmes {
            self.add(programme);
        }
    }
}

impl FromIterator<Programme> for Programmes {
    fn from_iter<I: IntoIterator<Item = Programme>>(programmes: I) -> Self {
        let mut known = Self::default();
        known.extend(programmes);
        known
    }
}
