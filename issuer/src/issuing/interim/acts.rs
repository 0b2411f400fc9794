//! What the entries of a register say that are no certificates, as far as revocation and signing need it.
//! It must fold them as the store does: a test holds the two against each other.

use std::collections::{HashMap, HashSet};

use crate::register::{
    Erasure, Event, KeyCompromise, KeyRetirement, Kind, RegisteredKey, Restoration, Revocation,
    StatusEntry,
};
use crate::store::{ErasedRecord, KnownKey};

/// The acts so far.
#[derive(Debug, Default)]
pub(super) struct Acts {
    prefix: Option<String>,
    keys: Vec<RegisteredKey>,
    retired: HashMap<String, KeyRetirement>,
    compromised: HashMap<String, KeyCompromise>,
    restorations: Vec<Restoration>,
    /// By number; also of certificates that were erased later.
    revocations: HashMap<String, Revocation>,
    /// The number of a corrected certificate, and of the one that it replaced.
    supersedes: HashMap<String, String>,
    /// Numbers whose pages are hidden.
    hidden: HashSet<String>,
    erased: HashMap<String, ErasedRecord>,
    /// Entries that issued what was erased.
    erased_at: HashSet<u64>,
}

impl Acts {
    /// Whether an entry of this kind has to be read.
    pub(super) const fn concern(kind: Kind) -> bool {
        matches!(
            kind,
            Kind::InstanceRegistered
                | Kind::CertificateRevoked
                | Kind::KeyAdded
                | Kind::KeyRetired
                | Kind::KeyCompromised
                | Kind::PageUnpublished
                | Kind::PagePublished
                | Kind::PayloadErased
                | Kind::RegisterRestored
        )
    }

    /// Takes note of the next event.
    pub(super) fn apply(&mut self, event: Event) {
        match event {
            Event::InstanceRegistered { prefix } => self.prefix = Some(prefix),
            Event::KeyAdded(key) => self.keys.push(key),
            Event::KeyRetired(end) => {
                self.retired.insert(end.id.clone(), end);
            }
            Event::KeyCompromised(end) => {
                self.compromised.insert(end.id.clone(), end);
            }
            Event::RegisterRestored(restoration) => self.restorations.push(restoration),
            Event::CertificateRevoked(revocation) => self.revoke(revocation),
            Event::PageUnpublished(change) => {
                self.hidden.insert(change.number);
            }
            Event::PagePublished(change) => {
                self.hidden.remove(&change.number);
            }
            Event::PayloadErased(erasure) => self.erase(&erasure),
            _ => {}
        }
    }

    fn revoke(&mut self, revocation: Revocation) {
        if let Some(new) = &revocation.superseded_by {
            self.supersedes.insert(new.clone(), revocation.number.clone());
        }
        self.revocations.insert(revocation.number.clone(), revocation);
    }

    fn erase(&mut self, erasure: &Erasure) {
        for certificate in &erasure.certificates {
            self.erased_at.insert(certificate.index);
            let left =
                ErasedRecord { certificate: certificate.clone(), erased_at: erasure.erased_at };
            self.erased.insert(certificate.number.clone(), left);
        }
    }

    pub(super) fn prefix(&self) -> Option<&str> {
        self.prefix.as_deref()
    }

    pub(super) fn keys(&self) -> Vec<KnownKey> {
        let known = |key: &RegisteredKey| KnownKey {
            key: key.clone(),
            retired: self.retired.get(&key.id).cloned(),
            compromised: self.compromised.get(&key.id).cloned(),
        };
        self.keys.iter().map(known).collect()
    }

    pub(super) fn restorations(&self) -> &[Restoration] {
        &self.restorations
    }

    pub(super) fn revocation(&self, number: &str) -> Option<&Revocation> {
        self.revocations.get(number)
    }

    pub(super) fn supersedes(&self, number: &str) -> Option<&str> {
        self.supersedes.get(number).map(String::as_str)
    }

    pub(super) fn is_published(&self, number: &str) -> bool {
        !self.hidden.contains(number)
    }

    pub(super) fn erased(&self, number: &str) -> Option<&ErasedRecord> {
        self.erased.get(number)
    }

    /// Whether this entry issued a certificate that was erased.
    pub(super) fn is_erased_at(&self, index: u64) -> bool {
        self.erased_at.contains(&index)
    }

    /// The numbers of revoked certificates whose bits stand in the certificates alone.
    pub(super) fn revoked_numbers(&self) -> impl Iterator<Item = &str> {
        self.revocations
            .keys()
            .map(String::as_str)
            .filter(|number| !self.erased.contains_key(*number))
    }

    /// The revoked bits of certificates that are not there any more: erased, or lost before a restore.
    pub(super) fn bits_without_certificates(&self) -> impl Iterator<Item = StatusEntry> {
        let erased = self.erased.values().flat_map(|left| &left.certificate.statuses);
        let kept = self.restorations.iter().flat_map(|restored| &restored.kept);
        erased.chain(kept).copied()
    }
}
