//! The caller's trust list: whom the caller believes, and with which keys.
//! It answers what it is asked; it must not fetch or follow anything.

mod log;

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use crate::key::PublicKey;
use crate::log::{LogError, TreeHead};
use crate::problem::{Code, Problem};
use crate::report::Finding;
use crate::time::Timestamp;
pub(crate) use log::TrustedLog;
use log::{LogFile, LogFiles, PinFile};

/// A trust list, `trust.json` of `docs/formats.md`.
#[derive(Clone, Debug, Default)]
pub struct TrustList {
    /// By their id.
    issuers: HashMap<String, TrustedIssuer>,
}

#[derive(Clone, Debug)]
struct TrustedIssuer {
    /// `None` for an issuer trusted with whatever its document authorizes.
    keys: Option<Vec<PinnedKey>>,
    log: Option<TrustedLog>,
}

/// What a key signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Use {
    Credentials,
    StatusLists,
    QrStatements,
}

/// A signature to be vouched for.
pub(crate) struct Vouching<'s> {
    pub(crate) key_id: &'s str,
    pub(crate) key: &'s PublicKey,
    pub(crate) by_use: Use,
    /// Every date that the signed document gives for itself: all must lie in the time for which the key is believed.
    pub(crate) dates: Vec<Timestamp>,
    /// Whether it is proven that the register held it before its key was compromised.
    pub(crate) registered: bool,
}

/// Why a trust list was not accepted.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustListError {
    /// Not a trust list.
    #[error("the trust list is not readable: {0}")]
    Parsing(String),
    /// A version this verifier does not know.
    #[error("the trust list has version {0}; this verifier reads version 1")]
    Version(u64),
    /// Two entries for one issuer.
    #[error("the trust list names {0} twice")]
    RepeatedIssuer(String),
    /// A pinned key that is weak, or neither Ed25519 nor P-256.
    #[error("the trust list pins a key of {issuer} that is no usable Ed25519 or P-256 key: {key}")]
    Key {
        /// Whose key.
        issuer: String,
        /// Its `id`.
        key: String,
    },
    /// A pinned key whose id is not one of the issuer's.
    #[error(
        "the trust list pins the key {key} for {issuer}, but the key's id belongs to somebody else"
    )]
    ForeignKey {
        /// Whose key.
        issuer: String,
        /// Its `id`.
        key: String,
    },
    /// One key, or one key id, pinned twice.
    #[error("the trust list pins the key {0}, or another one under its id, twice")]
    RepeatedKey(String),
    /// `log`, `witnesses` and `quorum` do not go together.
    #[error("the trust list has for the register of {issuer} {fault}")]
    Log {
        /// Whose register.
        issuer: String,
        /// What is wrong.
        fault: &'static str,
    },
    /// The key of a log or a witness cannot be used.
    #[error(
        "the trust list names for the register of {issuer} a key that cannot be used: {source}"
    )]
    LogKey {
        /// Whose register.
        issuer: String,
        /// Why.
        source: LogError,
    },
    /// A key of a log or a witness is pinned for credentials or status lists too: whoever holds it could issue and vouch.
    #[error(
        "the trust list pins a key for signing that is also one of the register of {0} or its witnesses"
    )]
    SharedLogKey(String),
    /// A key was compromised, and the checkpoint before that is not readable.
    #[error(
        "the trust list says of the key {0} that it was compromised, but its size and root are no checkpoint"
    )]
    Pin(String),
}

#[derive(Clone, Debug)]
struct PinnedKey {
    id: String,
    key: PublicKey,
    by_use: Option<Use>,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    /// The tree before it was compromised.
    compromised: Option<TreeHead>,
}

// A member that this version does not know could be a typing error that switches a restriction off.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListFile {
    version: u64,
    issuers: Vec<IssuerFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IssuerFile {
    id: String,
    /// For people who read the list.
    #[serde(rename = "name")]
    _name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    keys: Option<Vec<KeyFile>>,
    #[serde(default, deserialize_with = "present")]
    log: Option<LogFile>,
    #[serde(default, deserialize_with = "present")]
    earlier_logs: Option<Vec<LogFile>>,
    #[serde(default, deserialize_with = "present")]
    witnesses: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    quorum: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    id: String,
    multibase: String,
    #[serde(rename = "use", default, deserialize_with = "present")]
    by_use: Option<Use>,
    #[serde(default, deserialize_with = "present")]
    from: Option<Timestamp>,
    #[serde(default, deserialize_with = "present")]
    until: Option<Timestamp>,
    /// The checkpoint before the compromise.
    #[serde(default, deserialize_with = "present")]
    compromised: Option<PinFile>,
}

/// A member that is there has a value: `"keys": null` must not read as "any key".
fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

impl TrustList {
    /// Reads a trust list of version 1.
    ///
    /// # Errors
    ///
    /// [`TrustListError`] when the bytes are no trust list, name an issuer twice, pin an unusable or shared key, or a register
    /// that could not be checked.
    pub fn parse(bytes: &[u8]) -> Result<Self, TrustListError> {
        let file: ListFile = crate::json::deserialize(bytes)
            .map_err(|problem| TrustListError::Parsing(problem.detail))?;
        if file.version != 1 {
            return Err(TrustListError::Version(file.version));
        }
        let mut list = Self::default();
        let mut owners = HashSet::new();
        for issuer in file.issuers {
            let keys = match issuer.keys {
                Some(keys) => Some(pin(&issuer.id, keys, &mut owners)?),
                None => None,
            };
            let IssuerFile { log, earlier_logs, witnesses, quorum, .. } = issuer;
            let files = LogFiles { log, earlier_logs, witnesses, quorum };
            let log = TrustedLog::read(&issuer.id, files)?;
            if list.issuers.insert(issuer.id.clone(), TrustedIssuer { keys, log }).is_some() {
                return Err(TrustListError::RepeatedIssuer(issuer.id));
            }
        }
        // Once all issuing keys are known: a register must be out of the hands of whoever issues.
        for (id, issuer) in &list.issuers {
            if issuer.log.iter().flat_map(TrustedLog::public_keys).any(|key| owners.contains(&key))
            {
                return Err(TrustListError::SharedLogKey(id.clone()));
            }
        }
        Ok(list)
    }

    /// The issuers that it names, in no order.
    pub fn issuers(&self) -> impl Iterator<Item = &str> {
        self.issuers.keys().map(String::as_str)
    }

    /// The origins of the registers in use, each with its issuer, in no order.
    pub fn logs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.issuers.iter().filter_map(|(id, issuer)| {
            issuer.log.as_ref().map(|log| (id.as_str(), log.origin.as_str()))
        })
    }

    /// The register of `issuer`, if the list names one.
    pub(crate) fn log_of(&self, issuer: &str) -> Option<&TrustedLog> {
        self.issuers.get(issuer)?.log.as_ref()
    }

    /// The key of this name that was compromised: it was in this use, and the issuer's document does not list it any more.
    pub(crate) fn compromised_key(
        &self,
        issuer: &str,
        key_id: &str,
        by_use: Use,
    ) -> Option<&PublicKey> {
        let mut keys = self.issuers.get(issuer)?.keys.as_ref()?.iter();
        let pinned = keys.find(|pinned| pinned.id == key_id && pinned.compromised.is_some())?;
        pinned.by_use.is_none_or(|known| known == by_use).then_some(&pinned.key)
    }

    /// The tree before the key of this signature was compromised, if it was: only what that tree holds is believed.
    pub(crate) fn compromise(&self, issuer: &str, signed: &Vouching<'_>) -> Option<TreeHead> {
        self.issuers
            .get(issuer)?
            .keys
            .as_ref()?
            .iter()
            .find(|pinned| pinned.covers(signed))?
            .compromised
    }

    /// Whether the list vouches for `issuer` having made this signature.
    ///
    /// An issuer listed without keys is trusted with whatever key its document authorizes;
    /// pinned keys are the only ones believed (following a document to new keys is the caller's choice).
    pub(crate) fn vouch(&self, issuer: &str, signed: &Vouching<'_>) -> Result<(), Finding> {
        if self.issuers.is_empty() {
            return Err(unlisted(
                Code::NoTrustList,
                "No trust list was given, so no issuer is trusted.".to_owned(),
            ));
        }
        let Some(TrustedIssuer { keys, .. }) = self.issuers.get(issuer) else {
            return Err(unlisted(
                Code::IssuerNotListed,
                format!("The trust list does not name {issuer}."),
            ));
        };
        let Some(keys) = keys else { return Ok(()) };
        match keys.iter().find(|pinned| pinned.covers(signed)) {
            // Whoever stole the key can write any date: only the register can prove an earlier one.
            Some(pinned) if pinned.compromised.is_some() && !signed.registered => {
                Err(Finding::unknown(
                    Code::InclusionMissing,
                    format!(
                        "The key {} was compromised, and nothing proves an earlier registration.",
                        signed.key_id
                    ),
                ))
            }
            Some(_) => Ok(()),
            None => Err(unlisted(
                Code::KeyNotPinned,
                format!(
                    "The trust list does not vouch for the key {} in this use at this time.",
                    signed.key_id
                ),
            )),
        }
    }
}

impl PinnedKey {
    fn covers(&self, signed: &Vouching<'_>) -> bool {
        let bounded = self.from.is_some() || self.until.is_some();
        let within = |date: &Timestamp| {
            self.from.is_none_or(|from| *date >= from)
                && self.until.is_none_or(|until| *date < until)
        };
        self.id == signed.key_id
            && self.key == *signed.key
            && self.by_use.is_none_or(|by_use| by_use == signed.by_use)
            && (!bounded || !signed.dates.is_empty() && signed.dates.iter().all(within))
    }
}

/// Reads the pinned keys of one issuer; `owners` holds every key pinned so far.
fn pin(
    issuer: &str,
    keys: Vec<KeyFile>,
    owners: &mut HashSet<PublicKey>,
) -> Result<Vec<PinnedKey>, TrustListError> {
    let mut pinned: Vec<PinnedKey> = Vec::new();
    for file in keys {
        let (owner, key_id) = (issuer.to_owned(), file.id.clone());
        if file.id.split_once('#').is_none_or(|(controller, _)| controller != issuer) {
            return Err(TrustListError::ForeignKey { issuer: owner, key: key_id });
        }
        let key = PublicKey::from_multikey(&file.multibase)
            .map_err(|_| TrustListError::Key { issuer: owner.clone(), key: key_id })?;
        // Two entries could say different things of one key.
        if !owners.insert(key.clone()) || pinned.iter().any(|known| known.id == file.id) {
            return Err(TrustListError::RepeatedKey(file.multibase));
        }
        let compromised = match &file.compromised {
            Some(pin) => Some(pin.read().ok_or_else(|| TrustListError::Pin(file.id.clone()))?),
            None => None,
        };
        pinned.push(PinnedKey {
            id: file.id,
            key,
            by_use: file.by_use,
            from: file.from,
            until: file.until,
            compromised,
        });
    }
    Ok(pinned)
}

fn unlisted(code: Code, detail: String) -> Finding {
    Finding::Unlisted(Problem::new(code, detail))
}

#[cfg(test)]
mod tests;
