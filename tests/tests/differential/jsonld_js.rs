//! jsonld.js and rdf-canonize, in one Node.js process that reads documents line by line. It knows no credential.

use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tanu_tests::repository;

/// The running process.
pub(crate) struct JsonldJs {
    process: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl JsonldJs {
    /// Starts the process; the error is a sentence for the one who reads of a skipped test.
    pub(crate) fn start() -> Result<Self, String> {
        let peers = repository().join("tests/peers");
        if !peers.join("node_modules/jsonld").exists() {
            return Err("jsonld.js is not installed; run tests/run".to_owned());
        }
        let mut command = Command::new("node");
        command.arg(peers.join("canonicalize.mjs")).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().map_err(|error| format!("node: {error}"))?;
        let questions = process.stdin.take();
        let answers = BufReader::new(process.stdout.take().unwrap());
        Ok(Self { process, questions, answers })
    }

    /// The SHA-256 of each document's canonical form, in hexadecimal, or why there is none.
    pub(crate) fn ask(&mut self, documents: &[Value]) -> Vec<Result<String, String>> {
        let mut pipe = self.questions.take().unwrap();
        // Written while the answers are read: each pipe holds only some kilobytes.
        thread::scope(|scope| {
            let writer = scope.spawn(move || {
                let mut lines = BufWriter::new(&mut pipe);
                documents.iter().for_each(|document| writeln!(lines, "{document}").unwrap());
                lines.flush().unwrap();
                drop(lines);
                pipe
            });
            let answers = documents.iter().map(|_| self.answer()).collect();
            self.questions = Some(writer.join().unwrap());
            answers
        })
    }

    fn answer(&mut self) -> Result<String, String> {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap();
        match answer["refused"].as_str() {
            Some(why) => Err(why.to_owned()),
            None => Ok(answer["sha256"].as_str().unwrap().to_owned()),
        }
    }
}

impl Drop for JsonldJs {
    fn drop(&mut self) {
        // Its input ends, and so does it.
        drop(self.questions.take());
        let _ = self.process.wait();
    }
}

/// SHA-256 in hexadecimal.
pub(crate) fn digest(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
