//! The public keys that the register records, and when each was in use by the order of its entries.
//! It knows public keys alone; it must not take one from anywhere but the register.

use ed25519_dalek::VerifyingKey;
use verifier::Multikey;
use verifier::log::{NoteAlgorithm, VerifierKey};

use super::finding::{Account, Invariant};
use crate::register::{KeyPurpose, RegisteredKey};

/// A key and its time, in entries of the register.
pub(super) struct Key {
    pub(super) id: String,
    pub(super) multibase: String,
    pub(super) purpose: KeyPurpose,
    pub(super) verifying: VerifyingKey,
    added: u64,
    retired: Option<u64>,
    /// The entry that declares it, and how many entries are believed.
    compromised: Option<(u64, u64)>,
}

/// The keys, and the epoch that the register has come to: each epoch has a log of its own name.
#[derive(Default)]
pub(super) struct Keys(pub(super) Vec<Key>, u32);

impl Keys {
    pub(super) fn add(&mut self, index: u64, key: &RegisteredKey, account: &mut Account<'_>) {
        let place = entry(index);
        let is_known = |known: &&Key| known.id == key.id || known.multibase == key.multibase;
        if self.0.iter().find(is_known).is_some() {
            let what = format!("the key {} or its name was registered before", key.id);
            account.find(Invariant::I6, &place, what);
        }
        let Some(verifying) = verifying(&key.multibase) else {
            let what = format!("the key {} is weak or no Ed25519 key", key.id);
            account.find(Invariant::I6, &place, what);
            return;
        };
        self.0.push(Key {
            id: key.id.clone(),
            multibase: key.multibase.clone(),
            purpose: key.purpose,
            verifying,
            added: index,
            retired: None,
            compromised: None,
        });
    }

    pub(super) fn restored(&mut self, epoch: u32) {
        self.1 = self.1.max(epoch);
    }

    pub(super) fn retire(&mut self, index: u64, id: &str, account: &mut Account<'_>) {
        match self.of(id) {
            Some(key) => key.retired = Some(index),
            None => unknown(index, id, account),
        }
    }

    pub(super) fn compromise(
        &mut self,
        index: u64,
        (id, pin): (&str, u64),
        account: &mut Account<'_>,
    ) {
        match self.of(id) {
            Some(key) => {
                let (first, before) = key.compromised.unwrap_or((index, pin));
                if pin > before {
                    let what = format!(
                        "it believes {pin} entries of {id}, and {before} were believed before: what was doubtful would be good again"
                    );
                    account.find(Invariant::I6, entry(index), what);
                }
                key.compromised = Some((first, pin.min(before)));
            }
            None => unknown(index, id, account),
        }
    }

    fn of(&mut self, id: &str) -> Option<&mut Key> {
        self.0.iter_mut().find(|key| key.id == id)
    }

    /// The key of this name for this purpose, and its place.
    pub(super) fn find(&self, id: &str, purpose: KeyPurpose) -> Option<(usize, &Key)> {
        let is_it = |(_, key): &(usize, &Key)| key.id == id && key.purpose == purpose;
        self.0.iter().enumerate().find(is_it)
    }

    /// The log's keys, under the names that the logs at `url` have had: one more after each restore.
    pub(super) fn of_log(&self, url: &str) -> Vec<VerifierKey> {
        let host = url.split_once("://").map_or(url, |(_, host)| host);
        let later = (2..=self.1).map(|epoch| format!("{host}/log-{epoch}"));
        let names: Vec<String> = std::iter::once(format!("{host}/log")).chain(later).collect();
        let keys = self.0.iter().filter(|key| key.purpose == KeyPurpose::Log);
        let named = keys.flat_map(|key| {
            let bytes = key.verifying.as_bytes();
            names.iter().map(move |name| VerifierKey::new(name, NoteAlgorithm::Ed25519, bytes))
        });
        named.filter_map(Result::ok).collect()
    }
}

impl Key {
    /// Why the entry `index` cannot hold what this key signed, if so.
    pub(super) fn unfit_at(&self, index: u64) -> Option<String> {
        let id = &self.id;
        if index < self.added {
            return Some(format!("it is signed with {id}, which came into use later"));
        }
        if self.retired.is_some_and(|retired| retired < index) {
            return Some(format!("it is signed with {id}, which was retired"));
        }
        let declared = self.compromised.is_some_and(|(declared, _)| declared < index);
        declared.then(|| format!("it is signed with {id}, which was declared compromised before"))
    }

    /// Whether somebody else may have made what the entry `index` holds.
    pub(super) fn is_doubtful(&self, index: u64) -> bool {
        self.compromised.is_some_and(|(_, pin)| index >= pin)
    }

    pub(super) const fn is_compromised(&self) -> bool {
        self.compromised.is_some()
    }
}

/// How an entry is called.
pub(super) fn entry(index: u64) -> String {
    format!("entry {index}")
}

fn unknown(index: u64, id: &str, account: &mut Account<'_>) {
    account.find(Invariant::I6, entry(index), format!("the key {id} was never registered"));
}

/// The 32 bytes behind the two of the Multikey type for Ed25519.
fn verifying(multibase: &str) -> Option<VerifyingKey> {
    // The verifier's reader refuses weak keys and other types.
    Multikey::parse(multibase).ok()?;
    let bytes = bs58::decode(multibase.strip_prefix('z')?).into_vec().ok()?;
    VerifyingKey::from_bytes(bytes.get(2..)?.try_into().ok()?).ok()
}
