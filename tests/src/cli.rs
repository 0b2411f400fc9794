//! Running the binaries as a person or a script would: words in, exit code and two texts out. It judges nothing but that a
//! program never panics and never waits for input.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::repository;

/// What a command left when it ended.
#[derive(Debug)]
pub struct Finished {
    /// Its exit code; -1 if a signal ended it.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// Runs `command` to its end, with nobody at the keyboard.
///
/// # Panics
///
/// If it cannot be started, writes something that is no UTF-8, or panics.
pub fn run(command: &mut Command) -> Finished {
    let output = match command.stdin(Stdio::null()).output() {
        Ok(output) => output,
        Err(error) => panic!("{command:?}: {error}"),
    };
    let text = |bytes| match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => panic!("{command:?} writes no UTF-8: {error}"),
    };
    let finished = Finished {
        code: output.status.code().unwrap_or(-1),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    };
    assert!(!finished.stderr.contains("panicked at"), "{command:?}: {}", finished.stderr);
    finished
}

/// `tests/audit/check.py` on a folder, not yet started.
///
/// # Errors
///
/// One sentence, if Python is not installed.
pub fn checker(folder: &Path) -> Result<Command, String> {
    let python = Command::new("python3").arg("--version").stdout(Stdio::null()).status();
    if !python.is_ok_and(|status| status.success()) {
        return Err("python3 is not installed (Debian: apt-get install python3)".to_owned());
    }
    let mut command = Command::new("python3");
    command.arg(repository().join("tests/audit/check.py")).arg(folder);
    Ok(command)
}

/// Starts `command` with a pipe on its standard output, and nobody at the keyboard.
///
/// # Panics
///
/// If it cannot be started.
pub fn start(command: &mut Command) -> Child {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    match command.spawn() {
        Ok(child) => child,
        Err(error) => panic!("{command:?}: {error}"),
    }
}

impl Finished {
    /// The records on standard output, one JSON object a line.
    ///
    /// # Panics
    ///
    /// If a line is no JSON.
    #[must_use]
    pub fn records(&self) -> Vec<Value> {
        records(&self.stdout)
    }

    /// The one record on standard output.
    ///
    /// # Panics
    ///
    /// If there is none, or there are several.
    #[must_use]
    pub fn record(&self) -> Value {
        let mut records = self.records();
        assert_eq!(records.len(), 1, "{self:?}");
        records.remove(0)
    }

    /// The same, once the exit code is as expected.
    ///
    /// # Panics
    ///
    /// If the command ended with another code.
    #[must_use]
    pub fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }

    /// The one plain sentence that a command leaves when it was not performed.
    ///
    /// # Panics
    ///
    /// If there is more or less than one line, something on standard output, or a word of the machine room.
    #[must_use]
    pub fn sentence(&self) -> &str {
        assert_eq!(self.stdout, "", "something was done: {self:?}");
        assert_eq!(self.stderr.lines().count(), 1, "not one sentence: {self:?}");
        for jargon in ["RUST_BACKTRACE", "Error {", "Some(", "Err(", "Custom {"] {
            assert!(!self.stderr.contains(jargon), "no plain sentence: {self:?}");
        }
        self.stderr.trim_end()
    }
}

/// Text as records, one JSON object a line. A last line without its end is left out: it was cut off.
///
/// # Panics
///
/// If a whole line is no JSON.
#[must_use]
pub fn records(text: &str) -> Vec<Value> {
    text.split_inclusive('\n')
        .filter(|line| line.ends_with('\n'))
        .map(|line| match serde_json::from_str(line) {
            Ok(record) => record,
            Err(error) => panic!("no JSON ({error}): {line}"),
        })
        .collect()
}
