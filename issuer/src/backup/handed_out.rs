//! The trust list that was handed out last: it tells of stolen keys what a backup from before cannot know.
//! It may only take belief away; no key comes into the register from it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use verifier::TrustList;
use verifier::log::merkle::empty_root;
use verifier::log::{Note, VerifierKey};

use super::BackupError;
use super::survey::Survey;
use crate::register::{KeyPurpose, RegisteredKey, TreePin};

/// A trust list as it was handed out. Its form was checked by the one who reads trust lists, the verifier.
pub(super) struct HandedOut {
    path: PathBuf,
    issuers: Vec<Issuer>,
}

#[derive(Deserialize)]
struct List {
    issuers: Vec<Issuer>,
}

#[derive(Deserialize)]
struct Issuer {
    id: String,
    #[serde(default)]
    keys: Vec<Key>,
    log: Option<LogName>,
    #[serde(default)]
    witnesses: Vec<String>,
    #[serde(default)]
    quorum: usize,
}

#[derive(Deserialize)]
struct Key {
    id: String,
    multibase: String,
    compromised: Option<TreePin>,
}

#[derive(Deserialize)]
struct LogName {
    vkey: String,
}

/// What the backup holds that a list is compared with.
pub(super) struct Kept<'k> {
    pub(super) survey: &'k Survey,
    /// Its last tree.
    pub(super) tree: &'k TreePin,
    /// The log that signed it.
    pub(super) log: &'k VerifierKey,
    /// Notes that witnesses have cosigned, each with its size.
    pub(super) cosigned: &'k [(u64, String)],
}

impl HandedOut {
    pub(super) fn read(path: &Path) -> Result<Self, BackupError> {
        let text = fs::read(path).map_err(BackupError::io("read", path))?;
        let unfit = |reason: String| BackupError::unfit(path, reason);
        TrustList::parse(&text).map_err(|error| unfit(error.to_string()))?;
        let list: List = serde_json::from_slice(&text).map_err(|error| unfit(error.to_string()))?;
        Ok(Self { path: path.to_owned(), issuers: list.issuers })
    }

    /// The trees that it believes of stolen keys: their roots are to be computed.
    pub(super) fn sizes(&self) -> BTreeSet<u64> {
        let keys = self.issuers.iter().flat_map(|issuer| &issuer.keys);
        keys.filter_map(|key| Some(key.compromised.as_ref()?.size)).collect()
    }

    /// The keys that the backup knows and that the list says were stolen, each with the tree that is believed of it from now on: that of the
    /// list, or the part of it that the backup holds. A key of which the register believes no more already is left out.
    ///
    /// # Errors
    /// [`BackupError::Unfit`] if the list is of somebody else, of another log, or older than the backup or than `in_use`, the keys
    /// (`z6Mk…`) of the key file; [`BackupError::Contradiction`] if it believes another tree than the backup holds.
    pub(super) fn stolen(
        &self,
        kept: &Kept<'_>,
        in_use: &[(KeyPurpose, String)],
    ) -> Result<Vec<(RegisteredKey, TreePin)>, BackupError> {
        let unfit = |reason: String| BackupError::unfit(&self.path, reason);
        let issuer = self.issuer(kept)?;
        let named = |multibase: &str| issuer.keys.iter().any(|key| key.multibase == multibase);
        let known = |multibase: &str| kept.survey.keys.iter().any(|key| key.multibase == multibase);
        if in_use
            .iter()
            .any(|(purpose, key)| *purpose != KeyPurpose::Log && !named(key) && !known(key))
        {
            let why = "it does not name a key that keys.age has, so it was handed out before that key; take the newest one";
            return Err(unfit(why.to_owned()));
        }
        let mut stolen = Vec::new();
        for key in kept.survey.keys.iter().filter(|key| key.purpose != KeyPurpose::Log) {
            let before = kept.survey.compromised.get(&key.id);
            let listed = issuer.keys.iter().find(|listed| listed.id == key.id);
            let listed = listed.filter(|listed| listed.multibase == key.multibase);
            let listed = listed.ok_or_else(|| {
                unfit(format!(
                    "it does not name the key {} of the backup; take the newest one",
                    key.id
                ))
            })?;
            let Some(pin) = &listed.compromised else {
                if before.is_none() {
                    continue;
                }
                let why =
                    format!("it does not say yet that {} was stolen; take the newest one", key.id);
                return Err(unfit(why));
            };
            let pin = kept.believed(pin, issuer)?;
            if before.is_none_or(|before| pin.size < *before) {
                stolen.push((key.clone(), pin));
            }
        }
        Ok(stolen)
    }

    /// What it says of the issuer of this register, in the log that the backup is of: a list of a later log comes from after a restore that
    /// the backup knows nothing of, and its trees are other ones.
    fn issuer(&self, kept: &Kept<'_>) -> Result<&Issuer, BackupError> {
        let unfit = |reason: &str| BackupError::unfit(&self.path, reason);
        let is_ours = |issuer: &&Issuer| {
            let id = kept.survey.keys.first().and_then(|key| key.id.split('#').next());
            id == Some(issuer.id.as_str())
        };
        let issuer = self.issuers.iter().find(is_ours);
        let issuer = issuer.ok_or_else(|| unfit("it does not name the issuer of this backup"))?;
        let log = issuer.log.as_ref().and_then(|log| VerifierKey::parse(&log.vkey).ok());
        if log.as_ref() == Some(kept.log) {
            return Ok(issuer);
        }
        Err(unfit(
            "it names another log than the backup; take a backup and a trust list from after the same restore",
        ))
    }
}

impl Kept<'_> {
    /// As much of the tree of `pin` as the backup holds. A larger one is cut to the last state of which as much is known as of the pin: where
    /// the list asks for witnesses, one that they have cosigned, since they saw that the larger tree went on from it; nothing without one.
    fn believed(&self, pin: &TreePin, issuer: &Issuer) -> Result<TreePin, BackupError> {
        if pin.size > self.tree.size {
            return Ok(match issuer.quorum {
                0 => self.tree.clone(),
                quorum => self
                    .cosigned_last(&issuer.witnesses, quorum)
                    .unwrap_or_else(|| TreePin { size: 0, root: STANDARD.encode(empty_root()) }),
            });
        }
        let root = self.survey.roots.get(&pin.size).map(|root| STANDARD.encode(root));
        if root.as_ref() == Some(&pin.root) {
            return Ok(pin.clone());
        }
        let why = format!("the trust list believes another root of the first {} entries", pin.size);
        Err(BackupError::Contradiction(why))
    }

    /// The largest tree of the backup that so many of these witnesses have cosigned.
    fn cosigned_last(&self, witnesses: &[String], quorum: usize) -> Option<TreePin> {
        let keys = witnesses.iter().map(|vkey| VerifierKey::parse(vkey));
        let keys: Vec<VerifierKey> = keys.collect::<Result<_, _>>().ok()?;
        let trees = self.cosigned.iter().filter_map(|(size, note)| {
            let signed = Note::parse(note.as_bytes()).ok()?;
            let by = signed.verify(&keys).ok()?;
            // A note of another tree of this size than the register has vouches for nothing here.
            self.survey.check(note).ok()?;
            let root = self.survey.roots.get(size)?;
            let pin = TreePin { size: *size, root: STANDARD.encode(root) };
            (by.len() >= quorum && *size <= self.tree.size).then_some(pin)
        });
        trees.max_by_key(|pin| pin.size)
    }
}
