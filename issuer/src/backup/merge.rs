//! Published status lists, from which a restore learns what was revoked in the lost tail.
//! A list counts only if a status-list key of the register or of the key file signed it; a bit that is set is never cleared.

use std::collections::HashSet;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::read::GzDecoder;
use jiff::Timestamp;
use serde_json::Value;
use verifier::{Multikey, verify_proofs};

use super::BackupError;
use super::limits::LIST_BYTES_MAX;
use crate::register::StatusEntry;

/// A status list as it was published.
pub(super) struct PublishedBits {
    pub(super) number: u32,
    pub(super) set: HashSet<StatusEntry>,
    text: Vec<u8>,
}

impl PublishedBits {
    /// The list in `path`, which must be one of those under `address`, `https://HOST/status/`.
    pub(super) fn read(path: &Path, address: &str) -> Result<Self, BackupError> {
        let text = fs::read(path).map_err(BackupError::io("read", path))?;
        let unfit = |reason| BackupError::unfit(path, reason);
        let document: Value =
            serde_json::from_slice(&text).map_err(|_| unfit("it is no status list"))?;
        let id = document.get("id").and_then(Value::as_str).unwrap_or_default();
        let number = id.strip_prefix(address).and_then(|number| number.parse().ok());
        let number = number.ok_or_else(|| unfit("it is no status list of this issuer"))?;
        let encoded = document.pointer("/credentialSubject/encodedList").and_then(Value::as_str);
        let bits = encoded.and_then(inflate).ok_or_else(|| unfit("its bits cannot be read"))?;
        let set = bits.iter().zip(0_u32..).flat_map(|(byte, place)| {
            (0..8_u32).filter(move |bit| byte & (0x80 >> bit) != 0).map(move |bit| StatusEntry {
                list: number,
                index: place.saturating_mul(8).saturating_add(bit),
            })
        });
        Ok(Self { number, set: set.collect(), text })
    }

    /// Whether one of `keys` (`z6Mk…`), those for status lists, signed it.
    pub(super) fn check(
        &self,
        path: &Path,
        keys: &[&str],
        now: Timestamp,
    ) -> Result<(), BackupError> {
        let signed = keys.iter().any(|key| {
            Multikey::parse(key)
                .is_ok_and(|key| verify_proofs(&self.text, &key, now.as_second()).is_ok())
        });
        if signed {
            return Ok(());
        }
        Err(BackupError::unfit(
            path,
            "no key for status lists in the backup or in keys.age has signed it",
        ))
    }
}

fn inflate(encoded: &str) -> Option<Vec<u8>> {
    let compressed = URL_SAFE_NO_PAD.decode(encoded.strip_prefix('u')?).ok()?;
    let mut bits = Vec::new();
    GzDecoder::new(compressed.as_slice()).take(LIST_BYTES_MAX).read_to_end(&mut bits).ok()?;
    Some(bits)
}
