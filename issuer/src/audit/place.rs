//! The data directory that is audited, as its configuration tells: address, issuer, anchor, witnesses.
//! It reads three small files and writes none; it takes no lock that would hold a service up.

use std::fs::{self, File, TryLockError};
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use verifier::log::VerifierKey;

use super::AuditError;
use super::finding::{Account, Invariant};
use super::keys::Keys;
use crate::profile::PublicUrl;

/// What must be known of a directory before its register is read.
pub(super) struct Place {
    /// Public address, without a slash at its end.
    pub(super) url: String,
    /// DID of the issuer.
    pub(super) issuer: String,
    /// A file or an address, as it is written.
    pub(super) anchor: Option<String>,
    pub(super) witnesses: Vec<VerifierKey>,
    /// Whether a process has the register open for writing.
    pub(super) is_in_use: bool,
}

/// What an audit needs of `tanu.toml`; the rest of it is not its business.
#[derive(Deserialize)]
struct Configuration {
    public_url: String,
    anchor: Option<String>,
    #[serde(default)]
    witnesses: Vec<String>,
}

impl Place {
    pub(super) fn read(directory: &Path) -> Result<Self, AuditError> {
        let path = directory.join("tanu.toml");
        let unusable = |reason: String| AuditError::Configuration { path: path.clone(), reason };
        let text = fs::read_to_string(&path)
            .map_err(|source| AuditError::Unreadable { path: path.clone(), source })?;
        let configuration: Configuration =
            toml::from_str(&text).map_err(|error| unusable(error.to_string().trim().to_owned()))?;
        let url = PublicUrl::parse(&configuration.public_url)
            .map_err(|error| unusable(error.to_string()))?;
        let witnesses = configuration.witnesses.iter().map(|vkey| VerifierKey::parse(vkey));
        let witnesses = witnesses.collect::<Result<_, _>>();
        Ok(Self {
            url: url.as_str().to_owned(),
            issuer: url.did(),
            anchor: configuration.anchor,
            witnesses: witnesses.map_err(|error| unusable(error.to_string()))?,
            is_in_use: is_in_use(directory),
        })
    }

    /// The file that is the anchor. An audit asks no network, so of an address it says that nobody asked.
    pub(super) fn anchor_file(&self, account: &mut Account<'_>) -> Option<&Path> {
        let anchor = self.anchor.as_deref()?;
        if anchor.starts_with("https://") || anchor.starts_with("http://") {
            account.note(format!(
                "the anchor {anchor} was not asked; hand over what it shows with --kept"
            ));
            return None;
        }
        Some(Path::new(anchor))
    }

    /// Whether what verifiers are handed names the keys that the register records, and no other.
    pub(super) fn compare_published(
        &self,
        directory: &Path,
        keys: &Keys,
        account: &mut Account<'_>,
    ) {
        for (name, list, id, key) in [
            ("trust.json", "/issuers/0/keys", "id", "multibase"),
            ("did.json", "/verificationMethod", "id", "publicKeyMultibase"),
        ] {
            let Some(document) = read(&directory.join(name), name, account) else { continue };
            let listed = document.pointer(list).and_then(Value::as_array);
            for listed in listed.into_iter().flatten() {
                let said = |member: &str| listed.get(member).and_then(Value::as_str).unwrap_or("");
                let (id, key) = (said(id), said(key));
                if !keys.0.iter().any(|known| known.id == id && known.multibase == key) {
                    let what = format!("it names the key {id}, which the register does not record");
                    account.find(Invariant::I6, name, what);
                }
            }
            if let Some(vkey) = document.pointer("/issuers/0/log/vkey").and_then(Value::as_str)
                && !keys.of_log(&self.url).iter().any(|known| known.to_string() == vkey)
            {
                let what = "it names a key of the log that the register does not record";
                account.find(Invariant::I6, name, what);
            }
        }
    }
}

/// A file that is made anew from the register: its absence is no fault.
fn read(path: &Path, name: &str, account: &mut Account<'_>) -> Option<Value> {
    let bytes = fs::read(path).ok()?;
    let document = serde_json::from_slice(&bytes).ok();
    if document.is_none() {
        account.find(Invariant::I6, name, "it is not readable");
    }
    document
}

/// The lock is asked for shared and given back at once.
fn is_in_use(directory: &Path) -> bool {
    let Ok(lock) = File::open(directory.join("register/lock")) else { return false };
    matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock))
}
