//! Implementations that are not ours agree with the demo about every credential that it issues.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};
use tanu_tests::{Demo, demo, repository, skip};

/// One of the scripts in `tests/peers`, with what runs it.
struct Peer {
    interpreter: PathBuf,
    script: &'static str,
}

/// A peer's answer about one file.
#[derive(Debug, PartialEq)]
struct Answer {
    verified: bool,
    revoked: Option<bool>,
}

impl Peer {
    /// `@digitalbazaar/vc` under Node.js.
    fn digitalbazaar() -> Result<Self, String> {
        installed(Path::new("node_modules/@digitalbazaar/vc"))?;
        let node = PathBuf::from("node");
        match Command::new(&node).arg("--version").output() {
            Ok(_) => Ok(Self { interpreter: node, script: "verify.mjs" }),
            Err(error) => Err(format!("node: {error}")),
        }
    }

    /// `openbadgeslib` under Python.
    fn openbadgeslib() -> Result<Self, String> {
        let python = installed(Path::new(".venv/bin/python"))?;
        Ok(Self { interpreter: python, script: "verify.py" })
    }

    /// Runs the peer once over all files; one answer per file, in order.
    fn verify(&self, documents: &Path, files: &[PathBuf]) -> Vec<Answer> {
        let mut run = Command::new(&self.interpreter);
        run.arg(folder().join(self.script)).arg("--documents").arg(documents).args(files);
        let output = succeeded(self.script, run.output().unwrap());
        let answers: Vec<_> =
            output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(answers.len(), files.len());
        answers.iter().zip(files).map(|(answer, file)| read(answer, file)).collect()
    }
}

fn read(answer: &Value, file: &Path) -> Answer {
    assert_eq!(answer["file"].as_str().unwrap(), file.to_str().unwrap());
    let (verified, revoked) = (answer["verified"].as_bool().unwrap(), answer["revoked"].as_bool());
    if let Some(error) = answer.get("error") {
        println!("{}: {error}", file.display());
    }
    Answer { verified, revoked }
}

fn folder() -> PathBuf {
    repository().join("tests/peers")
}

fn installed(part: &Path) -> Result<PathBuf, String> {
    let path = folder().join(part);
    if path.exists() {
        Ok(path)
    } else {
        Err(format!("{} is missing; run tests/run", path.display()))
    }
}

fn succeeded(what: &str, output: Output) -> String {
    let (stdout, stderr) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{what}: {}\n{stdout}\n{stderr}", output.status);
    stdout
}

/// A copy of a demo credential in which the holder has another name.
fn renamed(demo: &Demo, dir: &Path) -> PathBuf {
    let valid = demo.files.iter().find(|file| file.valid).unwrap();
    let mut credential: Value = serde_json::from_slice(&fs::read(&valid.path).unwrap()).unwrap();
    let name = credential.pointer_mut("/credentialSubject/identifier/0/identityHash").unwrap();
    assert!(name.is_string());
    *name = json!("Basqa Adam");
    let path = dir.join("renamed.json");
    fs::write(&path, credential.to_string()).unwrap();
    path
}

fn agrees_with_the_demo(test: &str, peer: Result<Peer, String>) {
    let (peer, demo) = match (peer, demo()) {
        (Ok(peer), Ok(demo)) => (peer, demo),
        (Err(why), _) | (_, Err(why)) => return skip(test, &why),
    };
    let scratch = tempfile::tempdir().unwrap();
    let mut files: Vec<_> = demo.files.iter().map(|file| file.path.clone()).collect();
    files.push(renamed(&demo, scratch.path()));

    let mut answers = peer.verify(&demo.dir.join("documents"), &files);
    let control = answers.pop().unwrap();
    assert_eq!(control, Answer { verified: false, revoked: None }, "a changed name is accepted");

    for (file, answer) in demo.files.iter().zip(answers) {
        let expected = Answer { verified: true, revoked: Some(file.number == demo.revoked) };
        assert_eq!(answer, expected, "{} {}", file.number, file.language);
        // The demo breaks no signature: what it calls invalid is what it revoked.
        assert_eq!(file.valid, answer.revoked == Some(false), "{} {}", file.number, file.language);
    }
    assert!(demo.files.iter().any(|file| !file.valid), "the demo revokes nothing");
}

#[test]
fn digitalbazaar_agrees_with_the_demo() {
    agrees_with_the_demo("digitalbazaar_agrees_with_the_demo", Peer::digitalbazaar());
}

#[test]
fn openbadgeslib_agrees_with_the_demo() {
    agrees_with_the_demo("openbadgeslib_agrees_with_the_demo", Peer::openbadgeslib());
}

/// Known cases, good and bad: a peer that says yes to everything would agree with any demo.
#[test]
fn the_peers_tell_right_from_wrong() {
    let (node, python) = match (Peer::digitalbazaar(), Peer::openbadgeslib()) {
        (Ok(node), Ok(python)) => (node, python),
        (Err(why), _) | (_, Err(why)) => return skip("the_peers_tell_right_from_wrong", &why),
    };
    assert!(python.interpreter.exists());
    let run = Command::new(node.interpreter).arg(folder().join("selftest.mjs")).output().unwrap();
    println!("{}", succeeded("selftest.mjs", run));
}
