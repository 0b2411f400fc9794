//! The demo directory: everything that `issuer demo` leaves behind, made once for each build of the
//! issuer and shared by all tests. Tests read it and must not write into it.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;

use crate::{binaries, binary};

// The demo's status lists outlive this by weeks, so a directory in use never turns stale.
const AGE_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// What `issuer demo` left.
#[derive(Debug)]
pub struct Demo {
    /// The data directory, with `export/`, `documents/`, `trust.json`, `demo.json`.
    pub dir: PathBuf,
    /// The number of the certificate that the demo revokes.
    pub revoked: String,
    /// Every exported credential, in the order of `demo.json`.
    pub files: Vec<DemoFile>,
}

/// One exported credential.
#[derive(Debug)]
pub struct DemoFile {
    /// Where it is.
    pub path: PathBuf,
    /// The number of its certificate.
    pub number: String,
    /// `kk`, `ru` or `en`.
    pub language: String,
    /// Whether the demo says that it is `valid`, as opposed to `invalid`.
    pub valid: bool,
}

/// The shared demo directory, or why there is none: the issuer's binary has not been built.
///
/// # Panics
///
/// If `issuer demo` fails, or does not leave what it promises.
///
/// # Errors
///
/// One sentence: how to build the binary.
pub fn demo() -> Result<Demo, String> {
    let Some(issuer) = binary("issuer") else {
        return Err("the binary `issuer` is missing; run `cargo build --release` first, and the \
                    tests with `--release`, or set TANU_BIN_DIR"
            .to_owned());
    };
    match made(&issuer).and_then(|dir| read(&dir)) {
        Ok(demo) => Ok(demo),
        Err(error) => panic!("issuer demo: {error}"),
    }
}

fn made(issuer: &Path) -> io::Result<PathBuf> {
    let home = binaries().unwrap_or_default().join("tests-demo");
    fs::create_dir_all(&home)?;
    // Test binaries may run side by side: the first makes the directory, the others wait for it.
    let lock = File::create(home.join("lock"))?;
    lock.lock()?;

    let (dir, stamp) = (home.join("dir"), home.join("stamp"));
    let build = identity(issuer)?;
    if fs::read_to_string(&stamp).is_ok_and(|made_by| made_by == build) && is_fresh(&stamp)? {
        return Ok(dir);
    }
    if dir.exists() {
        fs::remove_dir_all(&dir)?;
    }
    run(issuer, &dir)?;
    fs::write(&stamp, build)?;
    Ok(dir)
}

fn run(issuer: &Path, dir: &Path) -> io::Result<()> {
    let run = Command::new(issuer).arg("demo").arg("--dir").arg(dir).output()?;
    if run.status.success() {
        return Ok(());
    }
    let told = String::from_utf8_lossy(&run.stderr);
    Err(io::Error::other(format!("{}: {told}", run.status)))
}

// A rebuilt binary makes a new directory.
fn identity(binary: &Path) -> io::Result<String> {
    let file = fs::metadata(binary)?;
    let modified = file.modified()?.duration_since(UNIX_EPOCH).map_err(io::Error::other)?;
    Ok(format!("{} {} {}", binary.display(), file.len(), modified.as_nanos()))
}

fn is_fresh(stamp: &Path) -> io::Result<bool> {
    let age = fs::metadata(stamp)?.modified()?.elapsed();
    Ok(age.is_ok_and(|age| age < AGE_MAX))
}

fn read(dir: &Path) -> io::Result<Demo> {
    let text = fs::read(dir.join("demo.json"))
        .map_err(|error| io::Error::other(format!("no demo.json in {}: {error}", dir.display())))?;
    let index: Value = serde_json::from_slice(&text)?;
    let mut files = Vec::new();
    for certificate in list(&index, "certificates")? {
        for file in list(certificate, "files")? {
            files.push(DemoFile {
                path: dir.join(string(file, "file")?),
                number: string(certificate, "number")?,
                language: string(file, "language")?,
                valid: is_valid(&string(file, "verdict")?)?,
            });
        }
    }
    Ok(Demo { dir: dir.to_path_buf(), revoked: string(&index, "revoked")?, files })
}

fn is_valid(verdict: &str) -> io::Result<bool> {
    match verdict {
        "valid" => Ok(true),
        "invalid" => Ok(false),
        other => Err(io::Error::other(format!("demo.json: unknown verdict {other}"))),
    }
}

fn list<'a>(value: &'a Value, member: &str) -> io::Result<&'a Vec<Value>> {
    value.get(member).and_then(Value::as_array).ok_or_else(|| absent(member))
}

fn string(value: &Value, member: &str) -> io::Result<String> {
    value.get(member).and_then(Value::as_str).map(str::to_owned).ok_or_else(|| absent(member))
}

fn absent(member: &str) -> io::Error {
    io::Error::other(format!("demo.json: `{member}` is missing or of the wrong type"))
}
