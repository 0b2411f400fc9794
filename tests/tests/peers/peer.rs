//! The implementations that are not ours, as scripts in `tests/peers`: how each is run, and what it can read. It judges nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tanu_tests::repository;

/// One implementation that verifies.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    interpreter: Interpreter,
    script: &'static str,
    /// The formats that it can read at all; `tests/peers/README.md` says why not the others.
    reads: &'static [&'static str],
    /// Whether it looks a status list up.
    pub(crate) asks_status: bool,
}

#[derive(Clone, Copy)]
pub(crate) enum Interpreter {
    Node,
    Python,
}

pub(crate) const DIGITALBAZAAR: Peer = Peer {
    name: "@digitalbazaar/vc",
    interpreter: Interpreter::Node,
    script: "verify.mjs",
    reads: &["eddsa-rdfc-2022", "eddsa-jcs-2022", "both", "Ed25519Signature2020"],
    asks_status: true,
};

pub(crate) const VERIFIER_CORE: Peer = Peer {
    name: "@digitalcredentials/verifier-core",
    interpreter: Interpreter::Node,
    script: "verify-core.mjs",
    reads: &["eddsa-rdfc-2022", "both", "Ed25519Signature2020"],
    asks_status: true,
};

pub(crate) const OPENBADGESLIB: Peer = Peer {
    name: "openbadgeslib",
    interpreter: Interpreter::Python,
    script: "verify.py",
    reads: &["eddsa-rdfc-2022", "both", "ob3-jwt", "EdDSA"],
    asks_status: true,
};

pub(crate) const JOSE: Peer = Peer {
    name: "jose",
    interpreter: Interpreter::Node,
    script: "verify-token.mjs",
    reads: &["ob3-jwt", "vc+jwt"],
    asks_status: false,
};

pub(crate) const ALL: [&Peer; 4] = [&DIGITALBAZAAR, &VERIFIER_CORE, &OPENBADGESLIB, &JOSE];

/// A peer's answer about one file.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) verified: bool,
    pub(crate) revoked: Option<bool>,
}

impl Peer {
    /// Whether it has a reader for this format.
    pub(crate) fn reads(&self, format: &str) -> bool {
        self.reads.contains(&format)
    }

    /// Runs the peer once over all files; one line per file, in order. `dir` holds `documents/` and `trust.json`.
    pub(crate) fn lines(&self, dir: &Path, files: &[PathBuf]) -> Vec<Value> {
        let mut run = self.interpreter.run(&folder().join(self.script));
        run.arg("--documents").arg(dir.join("documents"));
        if self.script == VERIFIER_CORE.script {
            run.arg("--trust").arg(dir.join("trust.json"));
        }
        let output = succeeded(self.script, run.args(files).output().unwrap());
        let lines: Vec<Value> =
            output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), files.len());
        for (line, file) in lines.iter().zip(files) {
            assert_eq!(line["file"].as_str().unwrap(), file.to_str().unwrap());
        }
        lines
    }

    /// The same, as answers.
    pub(crate) fn verify(&self, dir: &Path, files: &[PathBuf]) -> Vec<Answer> {
        self.lines(dir, files).iter().map(Answer::read).collect()
    }
}

impl Answer {
    pub(crate) fn read(line: &Value) -> Self {
        if let Some(error) = line.get("error") {
            println!("{}: {error}", line["file"]);
        }
        Self { verified: line["verified"].as_bool().unwrap(), revoked: line["revoked"].as_bool() }
    }
}

impl Interpreter {
    /// This interpreter on a script.
    pub(crate) fn run(self, script: &Path) -> Command {
        let mut command = match self {
            Self::Node => Command::new("node"),
            Self::Python => Command::new(folder().join(".venv/bin/python")),
        };
        command.arg(script);
        command
    }
}

/// Whether every peer is installed, or a sentence for the one who reads of a skipped test.
pub(crate) fn installed() -> Result<(), String> {
    for part in ["node_modules/@digitalcredentials/verifier-core", ".venv/bin/python"] {
        if fs::metadata(folder().join(part)).is_err() {
            return Err(format!("tests/peers/{part} is missing; run tests/run"));
        }
    }
    let node = Command::new("node").arg("--version").output();
    node.map(drop).map_err(|error| format!("node: {error}"))
}

pub(crate) fn folder() -> PathBuf {
    repository().join("tests/peers")
}

pub(crate) fn succeeded(what: &str, output: Output) -> String {
    let (stdout, stderr) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{what}: {}\n{stdout}\n{stderr}", output.status);
    stdout
}
