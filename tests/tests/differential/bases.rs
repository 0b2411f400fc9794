//! Documents to begin with: the demo's, the repository's and the shared ones. It changes none of them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tanu_tests::{demo, repository};

/// A badge that uses every construct of Open Badges 3.0 that RDF treats in a way of its own.
pub(crate) fn badge() -> Value {
    serde_json::from_str(include_str!("badge.json")).unwrap()
}

/// The same with another text at the top.
pub(crate) fn badge_with(pointer: &str, text: &str) -> Value {
    let mut badge = badge();
    badge[pointer.trim_start_matches('/')] = json!(text);
    badge
}

/// Every document that is at hand, with its name.
pub(crate) fn known_documents() -> Result<Vec<(String, Value)>, String> {
    let mut known = vec![("badge.json".to_owned(), badge())];
    let demo = demo()?;
    for file in &demo.files {
        known.push(read(&file.path));
    }
    for folder in folders(&demo.dir) {
        known.extend(json_files(&folder).iter().map(|path| read(path)));
    }
    known.retain(|(_, document)| document.get("@context").is_some());
    Ok(known)
}

fn folders(demo: &Path) -> Vec<PathBuf> {
    let mut folders = vec![
        demo.join("documents"),
        repository().join("tests/peers/selftest"),
        repository().join("verifier/tests/synthetic"),
        repository().join("tests/vectors/vc-di-eddsa"),
    ];
    if let Some(shared) = env::var_os("TANU_SHARED_DATA").map(PathBuf::from) {
        folders.extend(["interop", "interop/variants"].map(|folder| shared.join(folder)));
    }
    folders
}

fn json_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    files
}

fn read(path: &Path) -> (String, Value) {
    let document = serde_json::from_slice(&fs::read(path).unwrap());
    (path.display().to_string(), document.unwrap_or_else(|error| panic!("{path:?}: {error}")))
}
