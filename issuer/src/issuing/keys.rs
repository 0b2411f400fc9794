//! Public keys over time: which are in use, which are retired or compromised, and what others are told of them.
//! It records and publishes; secret keys never come here.

use std::sync::{Arc, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use verifier::Policy;
use verifier::log::merkle::empty_root;

use super::IssueError;
use super::identity::Identity;
use super::issue::Issuance;
use crate::keys::Signer;
use crate::register::{
    Event, KeyCompromise, KeyPurpose, KeyRetirement, Kind, NewEntry, Payload, RegisteredKey,
    TreePin,
};
use crate::store::KnownKey;

/// How long before a key was made its theft may be declared.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Heads walked at once.
const KINDS_AT_ONCE: usize = 8_192;

/// What others read of our keys.
#[derive(Clone, Debug)]
pub struct Published {
    /// The DID document, JSON.
    pub did_document: String,
    /// The trust list that names this issuer alone, JSON.
    pub trust_list: String,
    /// What our own pages and checks believe: this issuer alone.
    pub policy: Policy,
}

impl Published {
    pub(crate) fn of(identity: &Identity, keys: &[KnownKey]) -> Self {
        Self {
            did_document: identity.did_document(keys).to_string(),
            trust_list: identity.trust_file(keys).to_string(),
            policy: Policy::badge(identity.trust(keys)),
        }
    }
}

/// Which key somebody else may have.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stolen {
    /// The one that was in use for a purpose at the time of the theft.
    InUse(KeyPurpose),
    /// The one of this name, such as `key-1`, also if it was retired before: an old copy of a key file is worth stealing too.
    Named(String),
}

/// Who declares a key compromised, and since when.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Declaration {
    /// From when on somebody else may have had it.
    pub since: Timestamp,
    /// Who declares it.
    pub by: String,
    /// The second person.
    pub confirmed_by: Option<String>,
}

impl Issuance {
    /// What others read of our keys now.
    #[must_use]
    pub fn published(&self) -> Arc<Published> {
        Arc::clone(&self.published.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Brings the register up to the keys in use: one that it does not know is added, and the one that was in use before is retired.
    /// Does nothing if it knows them all.
    ///
    /// # Errors
    /// [`IssueError::OtherKey`] if it knows another key under the same name, or if it does not take the entries.
    pub fn register_keys(&self, now: Timestamp) -> Result<(), IssueError> {
        let _turn = self.turn()?;
        self.register_in_turn(now)
    }

    /// From now on signs with `signer`, whose keys enter the register in the same turn: nothing is issued in between.
    ///
    /// # Errors
    /// As [`Issuance::register_keys`].
    pub fn change_keys(&self, signer: Arc<dyn Signer>, now: Timestamp) -> Result<(), IssueError> {
        let _turn = self.turn()?;
        self.identity.keyring.exchange(signer);
        self.register_in_turn(now)?;
        self.status_lists.forget();
        Ok(())
    }

    /// Which keys in use are compromised: they must be exchanged before anything is signed.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn compromised_in_use(&self) -> Result<Vec<KeyPurpose>, IssueError> {
        let known = self.store.keys()?;
        let compromised = |purpose: &KeyPurpose| {
            let key = self.identity.key_in_use(*purpose);
            known.iter().any(|known| known.key == key && known.compromised.is_some())
        };
        Ok(KeyPurpose::ALL.into_iter().filter(compromised).collect())
    }

    fn register_in_turn(&self, now: Timestamp) -> Result<(), IssueError> {
        let known = self.store.keys()?;
        let mut events = Vec::new();
        for purpose in KeyPurpose::ALL {
            let key = self.identity.key_in_use(purpose);
            if known.iter().any(|known| known.key.id == key.id && known.key != key) {
                return Err(IssueError::OtherKey { id: key.id });
            }
            if known.iter().any(|known| known.key == key) {
                continue;
            }
            let before = known.iter().filter(|known| known.key.purpose == purpose);
            for old in before.filter(|old| old.retired.is_none() && old.compromised.is_none()) {
                let id = old.key.id.clone();
                events.push(Event::KeyRetired(KeyRetirement { id, retired_at: now }));
            }
            events.push(Event::KeyAdded(key));
        }
        self.append_events(events, now)?;
        self.publish_keys()
    }

    /// Declares that somebody else may have a key since a time; the caller puts a fresh one in its place if it still is in use. What the log
    /// held before that time stays good, as far as a checkpoint of then proves it. Returns the key and that pin.
    ///
    /// # Errors
    /// [`IssueError::NoKey`] or [`IssueError::NoSuchKey`]; [`IssueError::Declared`] if that was declared before, of the same time or an
    /// earlier one; or if the register does not take it.
    pub fn declare_compromise(
        &self,
        stolen: &Stolen,
        declaration: &Declaration,
        now: Timestamp,
    ) -> Result<(RegisteredKey, TreePin), IssueError> {
        let _turn = self.turn()?;
        let keys = self.store.keys()?;
        let stolen = match stolen {
            Stolen::InUse(purpose) => used_at(&keys, *purpose, declaration.since)
                .ok_or_else(|| IssueError::NoKey { since: declaration.since })?,
            Stolen::Named(name) => {
                named(&keys, name).ok_or_else(|| IssueError::NoSuchKey { name: name.clone() })?
            }
        };
        let old = &stolen.key;
        // A day written without its time may begin before the key did; a year mistyped costs every certificate.
        if let Some(added) = self.added_at(old)?
            && added.duration_since(declaration.since) > DAY
        {
            return Err(IssueError::NotYetMade { id: old.id.clone(), added });
        }
        // What is found out later may move the time back, never forward.
        if let Some(known) = stolen.compromised.as_ref()
            && known.since <= declaration.since
        {
            return Err(IssueError::Declared { id: old.id.clone(), since: known.since });
        }
        let mut pin = self.pin_before(declaration.since)?;
        // Whatever is set up now, such as which witnesses count, nothing is believed that was doubtful before.
        if let Some(known) = &stolen.compromised
            && known.pin.size < pin.size
        {
            pin = known.pin.clone();
        }
        let compromise = KeyCompromise {
            id: old.id.clone(),
            since: declaration.since,
            pin: pin.clone(),
            by: declaration.by.clone(),
            confirmed_by: declaration.confirmed_by.clone(),
            declared_at: now,
        };
        self.append_events(vec![Event::KeyCompromised(compromise)], now)?;
        self.status_lists.forget();
        self.publish_keys()?;
        Ok((old.clone(), pin))
    }

    /// When this key came into use; `None` if nothing says so.
    fn added_at(&self, key: &RegisteredKey) -> Result<Option<Timestamp>, IssueError> {
        let mut next = 0;
        loop {
            let kinds = self.register.kinds(next, KINDS_AT_ONCE)?;
            if kinds.is_empty() {
                return Ok(None);
            }
            for kind in kinds {
                if kind == Kind::KeyAdded
                    && let Some(entry) = self.register.read(next, 1)?.pop()
                    && let Payload::Present(Event::KeyAdded(added)) = &entry.payload
                    && added == key
                {
                    return Ok(Some(entry.time));
                }
                next = next.saturating_add(1);
            }
        }
    }

    /// The last state of the log that surely was there before `since`: with witnesses, the last that a quorum of them cosigned by then;
    /// without, the last checkpoint whose entries are all older, and its time is the university's word.
    fn pin_before(&self, since: Timestamp) -> Result<TreePin, IssueError> {
        let note = if self.identity.witnesses.quorum > 0 {
            {
                let witnesses = &self.identity.witnesses;
                self.log.cosigned_before(since, &witnesses.keys, witnesses.quorum)?
            }
        } else {
            self.log.checkpoint_within(self.entries_before(since)?)?
        };
        let lines = note.as_deref().map(|note| note.lines().skip(1).take(2).collect::<Vec<_>>());
        Ok(match lines.as_deref() {
            Some([size, root]) => {
                TreePin { size: size.parse().unwrap_or_default(), root: (*root).to_owned() }
            }
            // Nothing is believed then: everything lies beyond it.
            _ => TreePin { size: 0, root: STANDARD.encode(empty_root()) },
        })
    }

    /// How many entries were appended before `since`. Their times rise, so it is searched for by halves.
    fn entries_before(&self, since: Timestamp) -> Result<u64, IssueError> {
        let (mut low, mut high) = (0, self.register.size());
        while low < high {
            let middle = low + (high - low) / 2;
            let entry = self.register.read(middle, 1)?.pop();
            match entry {
                Some(entry) if entry.time < since => low = middle + 1,
                _ => high = middle,
            }
        }
        Ok(low)
    }

    /// Appends events of this room, all at once. The caller has the turn.
    pub(super) fn append_events(
        &self,
        events: Vec<Event>,
        now: Timestamp,
    ) -> Result<(), IssueError> {
        let entries: Vec<_> =
            events.into_iter().map(|payload| NewEntry::unsigned(payload, now)).collect();
        if entries.is_empty() { Ok(()) } else { self.append(&entries) }
    }

    /// Tells others of the keys as the register has them now.
    pub(super) fn publish_keys(&self) -> Result<(), IssueError> {
        let published = Arc::new(Published::of(&self.identity, &self.store.keys()?));
        *self.published.write().unwrap_or_else(PoisonError::into_inner) = published;
        Ok(())
    }
}

/// The key of this name: its DID URL, or what stands behind the `#`.
fn named<'k>(keys: &'k [KnownKey], name: &str) -> Option<&'k KnownKey> {
    let is_it = |known: &&KnownKey| {
        known.key.id == name
            || known.key.id.rsplit_once('#').is_some_and(|(_, short)| short == name)
    };
    keys.iter().find(is_it)
}

/// The key that was in use for `purpose` at a time: of the keys in their order, the first that was not given up by then.
fn used_at(keys: &[KnownKey], purpose: KeyPurpose, at: Timestamp) -> Option<&KnownKey> {
    let given_up = |known: &KnownKey| {
        let retired = known.retired.as_ref().map(|end| end.retired_at);
        let declared = known.compromised.as_ref().map(|end| end.declared_at);
        retired.into_iter().chain(declared).min()
    };
    let mut keys = keys.iter().filter(|known| known.key.purpose == purpose);
    keys.find(|known| given_up(known).is_none_or(|end| at < end))
}
