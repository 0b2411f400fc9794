//! Documents to begin with: the demo's, the repository's and the shared ones. It changes none of them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tanu_tests::{demo, repository};

/// Together they use every construct of Open Badges 3.0, of transcripts and of the older data model that RDF treats in a way
/// of its own.
const HAND_WRITTEN: &[(&str, &str)] = &[
    ("badge.json", include_str!("badge.json")),
    ("clr.json", include_str!("clr.json")),
    ("model-1.json", include_str!("model-1.json")),
];

/// The first of them.
pub(crate) fn badge() -> Value {
    serde_json::from_str(HAND_WRITTEN[0].1).unwrap()
}

/// The same with another text at the top.
pub(crate) fn badge_with(pointer: &str, text: &str) -> Value {
    let mut badge = badge();
    badge[pointer.trim_start_matches('/')] = json!(text);
    badge
}

/// Every document that is at hand, with its name.
pub(crate) fn known_documents() -> Result<Vec<(String, Value)>, String> {
    let mut known: Vec<_> = HAND_WRITTEN
        .iter()
        .map(|(name, text)| ((*name).to_owned(), serde_json::from_str(text).unwrap()))
        .collect();
    let demo = demo()?;
    for file in &demo.files {
        known.push(read(&file.path));
    }
    for folder in folders(&demo.dir) {
        known.extend(json_files(&folder).iter().map(|path| read(path)));
    }
    // Some suites hold files that are no JSON on purpose.
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
        let parts = ["interop", "standards/examples", "standards/vectors"];
        folders.extend(parts.map(|folder| shared.join(folder)));
    }
    folders
}

/// Every JSON file under `folder`, in an order of its own.
fn json_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let files = paths.into_iter().flat_map(|path| match path.is_dir() {
        true => json_files(&path),
        false => vec![path],
    });
    files.filter(|file| file.extension().is_some_and(|extension| extension == "json")).collect()
}

fn read(path: &Path) -> (String, Value) {
    let document = serde_json::from_slice(&fs::read(path).unwrap());
    (path.display().to_string(), document.unwrap_or_default())
}
