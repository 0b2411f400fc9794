//! What an audit has to say: findings, each of one invariant, and what was looked at.
//! It keeps the account; it judges nothing.

use std::fmt;

use serde_json::{Value, json};

/// What must hold, as `docs/formats.md` numbers it ("What `issuer register verify` checks").
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Invariant {
    /// Every frame is whole and in its place.
    I1,
    /// The tree is the one that every checkpoint says.
    I2,
    /// Numbers are right, unique and without unexplained gaps.
    I3,
    /// Status entries are unique, and the published lists say what the register says.
    I4,
    /// Every credential is genuine and says what its entry says.
    I5,
    /// Nothing is signed that is not registered, and nothing with a key that is not in use.
    I6,
    /// No request and no completion counts twice.
    I7,
}

impl fmt::Display for Invariant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}

/// Something that is not as it must be.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    /// Which invariant does not hold.
    pub invariant: Invariant,
    /// Where: a file, and a place in it; or an entry.
    pub place: String,
    /// What is wrong, in one sentence without a full stop.
    pub what: String,
}

impl Finding {
    /// One JSON object.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({ "invariant": self.invariant.to_string(), "where": self.place, "what": self.what })
    }
}

impl fmt::Display for Finding {
    /// One line: invariant, place, what.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}  {}: {}", self.invariant, self.place, self.what)
    }
}

/// What was looked at.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Summary {
    /// Entries of the register.
    pub entries: u64,
    /// Certificates among them, also those that are erased.
    pub certificates: u64,
    /// Signatures that were verified.
    pub signatures: u64,
    /// Checkpoints whose roots were compared.
    pub checkpoints: u64,
    /// Findings.
    pub findings: u64,
    /// What could not be looked at, or was of no consequence: one sentence each.
    pub notes: Vec<String>,
}

impl Summary {
    /// One JSON object.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "summary": true, "entries": self.entries, "certificates": self.certificates, "signatures": self.signatures,
            "checkpoints": self.checkpoints, "findings": self.findings, "notes": self.notes,
        })
    }
}

impl fmt::Display for Summary {
    /// One line.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} entries, {} certificates, {} signatures, {} checkpoints: ",
            self.entries, self.certificates, self.signatures, self.checkpoints
        )?;
        match self.findings {
            0 => formatter.write_str("everything is as it must be"),
            1 => formatter.write_str("1 finding"),
            many => write!(formatter, "{many} findings"),
        }
    }
}

/// Takes findings as they are made: a damaged register has more of them than memory should hold.
pub(super) struct Account<'f> {
    tell: &'f mut dyn FnMut(&Finding),
    pub(super) summary: Summary,
}

impl<'f> Account<'f> {
    pub(super) fn new(tell: &'f mut dyn FnMut(&Finding)) -> Self {
        Self { tell, summary: Summary::default() }
    }

    pub(super) fn find(
        &mut self,
        invariant: Invariant,
        place: impl fmt::Display,
        what: impl Into<String>,
    ) {
        self.summary.findings = self.summary.findings.saturating_add(1);
        (self.tell)(&Finding { invariant, place: place.to_string(), what: what.into() });
    }

    pub(super) fn note(&mut self, sentence: impl Into<String>) {
        self.summary.notes.push(sentence.into());
    }
}
