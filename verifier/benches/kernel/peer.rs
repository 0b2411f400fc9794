//! What another implementation needs for the same credentials: `@digitalbazaar/vc` under Node.js, warm, timed by itself.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::credentials::Credential;

/// Microseconds for one verification of each credential, or why nobody measured.
pub(crate) fn verify_us(credentials: &[Credential]) -> Result<Vec<f64>, String> {
    let peers = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/peers");
    if !peers.join("node_modules/@digitalbazaar/vc").exists() {
        return Err("tests/peers/node_modules is not installed; run tests/run".to_owned());
    }
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let documents = folder.path().join("documents");
    fs::create_dir(&documents).unwrap();
    let published = credentials.iter().flat_map(|credential| &credential.published);
    for (number, (_, bytes)) in published.enumerate() {
        fs::write(documents.join(format!("{number}.json")), bytes).unwrap();
    }
    let files = credentials.iter().map(|credential| {
        let path = folder.path().join(format!("{}.json", credential.name));
        fs::write(&path, &credential.secured).unwrap();
        path
    });
    let mut node = Command::new("node");
    node.arg(peers.join("speed.mjs")).arg("--documents").arg(&documents).args(files);
    let output = node.output().map_err(|error| format!("node: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let lines = String::from_utf8_lossy(&output.stdout);
    Ok(lines.lines().map(|line| line.parse().unwrap()).collect())
}
