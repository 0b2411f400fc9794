//! What is wrong with a programme.

use std::fmt;

/// One rule that a programme breaks: where, and a plain sentence.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ProgrammeProblem {
    /// JSON Pointer (RFC 6901) to the place in the file; empty for the whole file.
    pub pointer: String,
    /// What is wrong and which rule says so, in English.
    pub sentence: String,
}

impl fmt::Display for ProgrammeProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.pointer.is_empty() {
            return formatter.write_str(&self.sentence);
        }
        write!(formatter, "{}: {}", self.pointer, self.sentence)
    }
}
