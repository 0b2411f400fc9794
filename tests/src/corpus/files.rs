//! The corpus on disk: what the makers give, what lies in `tests/corpus`, and how a case is read back.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::documents::{documents, trust_lists};
use super::inclusion_cases::{self, proofs};
use super::{Case, Environment, Expect, Input, cases, generated_input};
use crate::repository;

/// Files by their path below `tests/corpus`.
pub type Files = BTreeMap<PathBuf, Vec<u8>>;

fn folder() -> PathBuf {
    repository().join("tests/corpus")
}

/// Every file that the corpus should have, but for its README.
///
/// # Panics
///
/// If an environment cannot be written as TOML, or two cases have one id.
#[must_use]
pub fn made() -> Files {
    let mut files = Files::new();
    let json = |value: &Value| format!("{value}\n").into_bytes();
    for (name, document) in documents() {
        files.insert(format!("documents/{name}.json").into(), json(&document));
    }
    for (case, proof) in proofs() {
        files.insert(format!("documents/{case}.tlog-proof").into(), proof);
    }
    for (name, list) in trust_lists().into_iter().chain(inclusion_cases::trust_lists()) {
        files.insert(format!("trust/{name}.json").into(), json(&list));
    }
    for case in cases() {
        let at = PathBuf::from(&case.id);
        let text = match (toml::to_string(&case.environment), serde_json::to_string(&case.expect)) {
            (Ok(environment), Ok(expect)) => (environment, expect + "\n"),
            other => panic!("{}: {other:?}", case.id),
        };
        assert!(!files.contains_key(&at.join("env.toml")), "two cases are called {}", case.id);
        files.insert(at.join("env.toml"), text.0.into_bytes());
        files.insert(at.join("expect.json"), text.1.into_bytes());
        if let Input::File(name, bytes) = case.input {
            files.insert(at.join(name), bytes);
        }
    }
    files
}

/// Every file that the corpus has, but for its README.
///
/// # Errors
///
/// If a file cannot be read.
pub fn committed() -> io::Result<Files> {
    let mut files = Files::new();
    for entry in fs::read_dir(folder())? {
        let entry = entry?;
        if entry.file_name() == "README.md" {
            continue;
        }
        for file in fs::read_dir(entry.path())? {
            let file = file?;
            let path = PathBuf::from(entry.file_name()).join(file.file_name());
            files.insert(path, fs::read(file.path())?);
        }
    }
    Ok(files)
}

/// Writes the corpus anew; files that no case makes any more go.
///
/// # Errors
///
/// If a file cannot be written.
pub fn rewrite() -> io::Result<usize> {
    let (made, folder) = (made(), folder());
    if folder.is_dir() {
        for path in committed()?.keys().filter(|path| !made.contains_key(*path)) {
            fs::remove_file(folder.join(path))?;
            // A folder that still holds something stays.
            let _ = folder.join(path).parent().map(fs::remove_dir);
        }
    }
    for (path, bytes) in &made {
        let path = folder.join(path);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, bytes)?;
    }
    Ok(made.len())
}

/// Every case as it lies on disk.
///
/// # Errors
///
/// If a folder is not a case.
pub fn read_cases() -> io::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for entry in fs::read_dir(folder())? {
        let path = entry?.path();
        if path.join("env.toml").is_file() {
            cases.push(read_case(&path)?);
        }
    }
    cases.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(cases)
}

fn read_case(path: &Path) -> io::Result<Case> {
    let text = fs::read_to_string(path.join("env.toml"))?;
    let environment: Environment = toml::from_str(&text).map_err(io::Error::other)?;
    let expect: Expect = serde_json::from_slice(&fs::read(path.join("expect.json"))?)?;
    let input = match (&environment.input, &environment.generated) {
        (Some(name), None) => fs::read(path.join(name))?,
        (None, Some(name)) => {
            generated_input(name).ok_or_else(|| io::Error::other(format!("no generator {name}")))?
        }
        _ => {
            return Err(io::Error::other("not one input, in a file or generated"));
        }
    };
    let id = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Case { id, input: Input::File("input", input), environment, expect })
}
