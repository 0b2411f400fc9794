//! What the directory gives out, held against the register: exported credentials, and the records of the store.
//! It looks at a copy of the store; it must not open the one that a service uses.

use std::fs;
use std::io::{self, Read as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use flate2::read::ZlibDecoder;
use serde_json::Value;

use super::AuditError;
use super::finding::{Account, Invariant};
use super::ledger::Ledger;

/// Bytes of a store that are copied to be looked at: about a hundred thousand certificates. A larger one is deleted and made anew quicker.
const STORE_BYTES_MAX: u64 = 2 * 1024 * 1024 * 1024;
/// Bytes of a record, unpacked: the store keeps larger ones in the register alone.
const RECORD_BYTES_MAX: u64 = 1024 * 1024;
/// Bytes of an exported credential that are read.
const EXPORT_BYTES_MAX: u64 = 1024 * 1024;

/// Every credential in `DIR/export` must be in the register, to the letter.
pub(super) fn compare_exports(
    directory: &Path,
    ledger: &Ledger,
    account: &mut Account<'_>,
) -> Result<(), AuditError> {
    let export = directory.join("export");
    let Ok(entries) = fs::read_dir(&export) else { return Ok(()) };
    let unreadable = |source| AuditError::Unreadable { path: export.clone(), source };
    for entry in entries {
        let entry = entry.map_err(unreadable)?;
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let mut text = String::new();
        let read = fs::File::open(&path)
            .and_then(|file| file.take(EXPORT_BYTES_MAX).read_to_string(&mut text));
        if read.is_err() || !ledger.knows(text.trim_end()) {
            let name = entry.file_name().to_string_lossy().into_owned();
            let what = "this credential was never registered, or was changed, or its certificate was erased and this file was left";
            account.find(Invariant::I6, format!("export/{name}"), what);
        }
    }
    Ok(())
}

/// Every credential that the store could give out must be in the register.
pub(super) fn compare_store(
    directory: &Path,
    ledger: &Ledger,
    account: &mut Account<'_>,
) -> Result<(), AuditError> {
    let database = directory.join("store/db");
    if !database.is_dir() {
        return Ok(());
    }
    let unreadable = |source| AuditError::Unreadable { path: database.clone(), source };
    if bytes_in(&database).map_err(unreadable)? > STORE_BYTES_MAX {
        account.note("the store is too large to be looked at; delete DIR/store and it is made anew from the register");
        return Ok(());
    }
    let copy = Copy::of(&database).map_err(unreadable)?;
    // sled panics on some damage.
    let read = catch_unwind(AssertUnwindSafe(|| {
        let sled = sled::Config::new().path(&copy.0).cache_capacity(64 * 1024 * 1024).open()?;
        for record in sled.scan_prefix(b"c/") {
            compare_record(&record?.1, ledger, account);
        }
        Ok::<(), sled::Error>(())
    }));
    if !matches!(read, Ok(Ok(()))) {
        account
            .note("the store cannot be read; it is made anew from the register at the next start");
    }
    Ok(())
}

fn compare_record(packed: &[u8], ledger: &Ledger, account: &mut Account<'_>) {
    let mut plain = Vec::new();
    let unpacked = ZlibDecoder::new(packed).take(RECORD_BYTES_MAX).read_to_end(&mut plain);
    let record: Option<Value> = unpacked.ok().and_then(|_| serde_json::from_slice(&plain).ok());
    let said = |pointer: &str| record.as_ref().and_then(|record| record.pointer(pointer));
    let number = said("/certificate/number").and_then(Value::as_str).unwrap_or("a record");
    let editions = said("/certificate/editions").and_then(Value::as_array);
    for edition in editions.into_iter().flatten() {
        let credential = edition.get("credential").and_then(Value::as_str).unwrap_or_default();
        if !ledger.knows(credential) {
            let what = format!("a credential of {number} was never registered, or was changed");
            account.find(Invariant::I6, "store", what);
        }
    }
}

/// A copy that only its owner can read, gone when this value is.
struct Copy(PathBuf);

impl Copy {
    fn of(directory: &Path) -> io::Result<Self> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let name = format!("tanu-audit-{:016x}", u64::from_be_bytes(random));
        let copy = Self(std::env::temp_dir().join(name));
        copy_all(directory, &copy.0)?;
        Ok(copy)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        // Nobody is left to tell; the directory is closed to others.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn copy_all(from: &Path, to: &Path) -> io::Result<()> {
    fs::DirBuilder::new().mode(0o700).create(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        match entry.file_type()? {
            kind if kind.is_dir() => copy_all(&entry.path(), &target)?,
            kind if kind.is_file() => drop(fs::copy(entry.path(), target)?),
            _ => {}
        }
    }
    Ok(())
}

fn bytes_in(directory: &Path) -> io::Result<u64> {
    let mut bytes = 0_u64;
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let inside = if entry.file_type()?.is_dir() {
            bytes_in(&entry.path())?
        } else {
            entry.metadata()?.len()
        };
        bytes = bytes.saturating_add(inside);
    }
    Ok(bytes)
}
