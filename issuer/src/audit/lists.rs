//! The published status lists against the register: signed by the right key, and each bit as it must be.
//! It reads files; what a bit must be is the ledger's answer.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::read::GzDecoder;
use serde_json::Value;
use verifier::{Multikey, verify_proofs};

use super::finding::{Account, Invariant};
use super::keys::Keys;
use super::ledger::{LIST_BITS, Ledger};
use super::place::Place;
use crate::register::KeyPurpose;

/// How often a list is looked at again beside a service, which publishes a list a moment after a revocation is registered.
const LOOKS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(250);

/// The lists as they were before the register was read.
pub(super) struct Lists {
    directory: PathBuf,
    before: BTreeMap<u32, String>,
}

/// How a list differs from the register: bits that are set and must not be, and bits that are not and must be.
struct Difference {
    extra: usize,
    lacking: usize,
    /// One of them.
    example: usize,
}

impl Lists {
    pub(super) fn read(directory: &Path) -> Self {
        let directory = directory.join("status");
        let mut before = BTreeMap::new();
        for number in numbers(&directory) {
            if let Ok(text) = fs::read_to_string(directory.join(format!("{number}.json"))) {
                before.insert(number, text);
            }
        }
        Self { directory, before }
    }

    /// Compares every list. Beside a service no bit may have been set before its revocation was registered, and every revocation that was
    /// read must show within seconds.
    pub(super) fn compare(
        &self,
        (place, keys, ledger): (&Place, &Keys, &Ledger),
        now: i64,
        account: &mut Account<'_>,
    ) {
        if !self.directory.exists() {
            account.note("no status lists are published here, so none was compared");
            return;
        }
        let mut wanted: BTreeSet<u32> = ledger.lists().collect();
        wanted.extend(numbers(&self.directory));
        for number in wanted {
            let name = format!("status/{number}.json");
            match self.difference(number, (place, keys, ledger), now) {
                Err(fault) => account.find(Invariant::I4, name, fault),
                Ok(Difference { extra: 0, lacking: 0, .. }) => {}
                Ok(Difference { extra, lacking, example }) => {
                    let what = format!(
                        "{lacking} revocations are not in it and {extra} bits are set that no revocation set, such as {example}"
                    );
                    account.find(Invariant::I4, name, what);
                }
            }
        }
    }

    fn difference(
        &self,
        number: u32,
        (place, keys, ledger): (&Place, &Keys, &Ledger),
        now: i64,
    ) -> Result<Difference, String> {
        let before = self.before.get(&number).filter(|_| place.is_in_use);
        let looks = if place.is_in_use { LOOKS } else { 1 };
        let mut found = Err("it is missing".to_owned());
        for look in 0..looks {
            if look > 0 {
                thread::sleep(PAUSE);
            }
            let path = self.directory.join(format!("{number}.json"));
            let Ok(text) = fs::read_to_string(path) else { continue };
            let bits = read(&text, number, (place, keys), now)?;
            let mut difference = compare(&bits, |index| ledger.is_revoked(number, index));
            if place.is_in_use {
                difference.extra = 0;
            }
            let is_done = difference.lacking == 0;
            found = Ok(difference);
            if is_done {
                break;
            }
        }
        let mut found = found?;
        if let Some(before) = before {
            let bits = read(before, number, (place, keys), now)?;
            let early = compare(&bits, |index| ledger.is_revoked(number, index));
            found.extra = early.extra;
            found.example = if early.extra > 0 { early.example } else { found.example };
        }
        Ok(found)
    }
}

/// The numbers of the lists in a directory.
fn numbers(directory: &Path) -> Vec<u32> {
    let Ok(entries) = fs::read_dir(directory) else { return Vec::new() };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    names.filter_map(|name| name.strip_suffix(".json")?.parse().ok()).collect()
}

fn compare(bits: &[u8], is_revoked: impl Fn(usize) -> bool) -> Difference {
    let mut difference = Difference { extra: 0, lacking: 0, example: 0 };
    for index in 0..LIST_BITS {
        let byte = bits.get(index / 8).copied().unwrap_or(0);
        let is_set = byte & (0x80 >> (index % 8)) != 0;
        let count = match (is_set, is_revoked(index)) {
            (true, false) => &mut difference.extra,
            (false, true) => &mut difference.lacking,
            _ => continue,
        };
        *count += 1;
        difference.example = index;
    }
    difference
}

/// The bits of a list whose signature holds.
fn read(
    text: &str,
    number: u32,
    (place, keys): (&Place, &Keys),
    now: i64,
) -> Result<Vec<u8>, String> {
    let document: Value = serde_json::from_str(text).map_err(|_| "it is not readable")?;
    let said = |pointer: &str| document.pointer(pointer).and_then(Value::as_str);
    let id = format!("{}/status/{number}", place.url);
    for (pointer, wanted) in [
        ("/id", id.as_str()),
        ("/issuer", &place.issuer),
        ("/type/1", "BitstringStatusListCredential"),
        ("/credentialSubject/type", "BitstringStatusList"),
        ("/credentialSubject/statusPurpose", "revocation"),
    ] {
        if said(pointer) != Some(wanted) {
            return Err(format!("its {pointer} is not {wanted}"));
        }
    }
    let method = said("/proof/0/verificationMethod").or_else(|| said("/proof/verificationMethod"));
    let (_, key) = method
        .and_then(|method| keys.find(method, KeyPurpose::StatusLists))
        .filter(|(_, key)| !key.is_compromised())
        .ok_or("it is signed with no registered key for status lists")?;
    let key = Multikey::parse(&key.multibase).map_err(|_| "its key is none")?;
    verify_proofs(text.as_bytes(), &key, now).map_err(|_| "its signature does not hold")?;
    let encoded = said("/credentialSubject/encodedList").and_then(|list| list.strip_prefix('u'));
    let packed = encoded.and_then(|encoded| URL_SAFE_NO_PAD.decode(encoded).ok());
    let packed = packed.ok_or("its bits are not in base64url")?;
    let mut bits = Vec::new();
    let limit = u64::try_from(LIST_BITS / 8 + 1).unwrap_or(u64::MAX);
    let inflated = GzDecoder::new(packed.as_slice()).take(limit).read_to_end(&mut bits);
    if inflated.is_err() || bits.len() != LIST_BITS / 8 {
        return Err("it does not hold 131,072 bits".to_owned());
    }
    Ok(bits)
}
