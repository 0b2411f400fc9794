//! Where an act writes: a terminal, a socket, or memory. It carries text and bytes; it formats nothing.

/// Receives what an act has to say.
pub trait Output {
    /// A line of the answer.
    fn line(&mut self, text: &str);

    /// A line beside the answer: what a person should know, and a program can leave out.
    fn note(&mut self, text: &str);

    /// `done` of `total` steps are over.
    fn progress(&mut self, done: usize, total: usize);

    /// A file that is the answer, or comes with it.
    fn file(&mut self, bytes: &[u8]);
}

/// An answer kept in memory.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Transcript {
    /// The lines of the answer.
    pub lines: Vec<String>,
    /// The notes.
    pub notes: Vec<String>,
    /// The file, if one came.
    pub file: Option<Vec<u8>>,
}

impl Output for Transcript {
    fn line(&mut self, text: &str) {
        self.lines.push(text.to_owned());
    }

    fn note(&mut self, text: &str) {
        self.notes.push(text.to_owned());
    }

    fn progress(&mut self, _done: usize, _total: usize) {}

    fn file(&mut self, bytes: &[u8]) {
        self.file = Some(bytes.to_vec());
    }
}
