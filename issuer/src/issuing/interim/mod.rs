//! What the register alone tells and takes while its store is rebuilt: what is revoked, which certificate a number names,
//! and one more revocation. It keeps no certificate in memory and issues nothing.

mod acts;
mod search;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};

use acts::Acts;
use search::Certificates;

use super::IssueError;
use crate::register::{
    AppendError, Event, Kind, NewEntry, Outline, Payload, Register, RegisterError, Restoration,
    Revocation, StatusEntry,
};
use crate::store::{CertificateRecord, CertificateState, ErasedRecord, KnownKey};

/// Heads walked at once: a walk over a million of them needs no more memory than this many.
const KINDS_AT_ONCE: usize = 8_192;
/// Entries read at once, where many that are no certificates stand together.
const ACTS_AT_ONCE: usize = 256;

/// The register as far as revocation needs it. Nobody else may append while it is in use.
pub(crate) struct Interim {
    register: Arc<dyn Register>,
    acts: Acts,
    certificates: Certificates,
    lists: BTreeSet<u32>,
    revoked: Arc<RevokedBits>,
}

/// The revoked indices of every status list, for whoever signs lists while others revoke.
#[derive(Debug, Default)]
pub(crate) struct RevokedBits(RwLock<BTreeMap<u32, BTreeSet<u32>>>);

impl RevokedBits {
    /// Indices of a list, rising.
    pub(crate) fn of(&self, list: u32) -> Vec<u32> {
        let lists = self.0.read().unwrap_or_else(PoisonError::into_inner);
        lists.get(&list).into_iter().flatten().copied().collect()
    }

    fn set(&self, places: impl IntoIterator<Item = StatusEntry>) {
        let mut lists = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for place in places {
            lists.entry(place.list).or_default().insert(place.index);
        }
    }
}

impl Interim {
    /// Walks the heads of the whole register, and reads the entries that are no certificates and those certificates that
    /// are revoked.
    ///
    /// # Errors
    /// If the register cannot be read or is damaged.
    pub(crate) fn read(register: Arc<dyn Register>) -> Result<Self, RegisterError> {
        let (acts, mut epochs) = walk(&*register)?;
        for epoch in &mut epochs {
            epoch.retain(|index| !acts.is_erased_at(*index));
        }
        let mut certificates = Certificates::new(epochs);
        let revoked = Arc::new(RevokedBits::default());
        revoked.set(acts.bits_without_certificates());
        // First of all the ends of each run, from which every number is found with few looks.
        let lists = lists(&acts, &mut certificates, &*register)?;
        let numbers: BTreeSet<&str> = acts.revoked_numbers().collect();
        revoked.set(certificates.places_of(&numbers, &*register)?);
        Ok(Self { register, acts, certificates, lists, revoked })
    }

    /// The prefix of numbers that was registered last.
    pub(crate) fn prefix(&self) -> Option<&str> {
        self.acts.prefix()
    }

    /// Every public key, in the order in which they came into use.
    pub(crate) fn keys(&self) -> Vec<KnownKey> {
        self.acts.keys()
    }

    /// Every time that the register was restored from a backup, in order.
    pub(crate) fn restorations(&self) -> &[Restoration] {
        self.acts.restorations()
    }

    /// The numbers of all status lists: those in which an index was given, and the one that is open.
    pub(crate) const fn lists(&self) -> &BTreeSet<u32> {
        &self.lists
    }

    /// What is revoked, now and after each revocation.
    pub(crate) fn revoked_bits(&self) -> Arc<RevokedBits> {
        Arc::clone(&self.revoked)
    }

    /// What is left of the certificate with this number, if it was erased.
    pub(crate) fn erased(&self, number: &str) -> Option<&ErasedRecord> {
        self.acts.erased(number)
    }

    /// The number of the certificate that this one replaced when it was corrected.
    pub(crate) fn supersedes(&self, number: &str) -> Option<&str> {
        self.acts.supersedes(number)
    }

    /// The certificate with this number, with the signatures that it was issued with: newer ones are left out.
    ///
    /// # Errors
    /// If the register cannot be read.
    pub(crate) fn certificate(
        &mut self,
        number: &str,
    ) -> Result<Option<CertificateRecord>, IssueError> {
        let found = self.certificates.find(number, &*self.register)?;
        let Some((register_index, _)) = found else { return Ok(None) };
        let entry = self.register.read(register_index, 1)?.pop();
        let Some(Payload::Present(Event::CertificateIssued(certificate))) =
            entry.map(|entry| entry.payload)
        else {
            return Ok(None);
        };
        let revoked = self.acts.revocation(number).cloned();
        Ok(Some(CertificateRecord {
            certificate: *certificate,
            register_index,
            state: revoked.map_or(CertificateState::Active, CertificateState::Revoked),
            is_published: self.acts.is_published(number),
            edition_indices: Vec::new(),
        }))
    }

    /// Revokes a certificate by the rules of [`Issuance::revoke`](super::Issuance::revoke): for good, durable on return, and
    /// one that was revoked before stays as it is. The caller publishes the lists.
    ///
    /// # Errors
    /// [`IssueError::Unknown`] if there is no such certificate, [`IssueError::Append`] if the register does not take it.
    pub(crate) fn revoke(
        &mut self,
        revocation: Revocation,
    ) -> Result<CertificateRecord, IssueError> {
        // Nothing is acknowledged any more once the register stopped, not even what needs no entry.
        if let Some(reason) = self.register.stopped() {
            return Err(AppendError::Storage(RegisterError::Stopped { reason }).into());
        }
        let number = revocation.number.clone();
        let unknown = || IssueError::Unknown(number.clone());
        let record = self.certificate(&number)?.ok_or_else(unknown)?;
        if record.state != CertificateState::Active {
            return Ok(record);
        }
        let (size, now) = (self.register.size(), revocation.revoked_at);
        let entry = NewEntry::unsigned(Event::CertificateRevoked(revocation.clone()), now);
        self.register.append(size, &[entry])?;
        self.revoked.set(record.certificate.editions.iter().map(|edition| edition.status));
        self.acts.apply(Event::CertificateRevoked(revocation.clone()));
        Ok(CertificateRecord { state: CertificateState::Revoked(revocation), ..record })
    }
}

/// What is said in the whole register, and the indices of the entries that issued certificates, one run for each epoch.
fn walk(register: &dyn Register) -> Result<(Acts, Vec<Vec<u64>>), RegisterError> {
    let mut acts = Acts::default();
    let mut epochs = vec![Vec::new()];
    let mut next = 0;
    loop {
        let kinds = register.kinds(next, KINDS_AT_ONCE)?;
        if kinds.is_empty() {
            return Ok((acts, epochs));
        }
        let mut wanted = Vec::new();
        for kind in kinds {
            match kind {
                // Numbers begin a new series then.
                Kind::RegisterRestored => epochs.push(Vec::new()),
                Kind::CertificateIssued => epochs.last_mut().into_iter().for_each(|e| e.push(next)),
                _ => {}
            }
            if Acts::concern(kind) {
                wanted.push(next);
            }
            next = next.saturating_add(1);
        }
        read_acts(&mut acts, &wanted, register)?;
    }
}

/// Reads the entries at these indices, those that stand together at once.
fn read_acts(
    acts: &mut Acts,
    wanted: &[u64],
    register: &dyn Register,
) -> Result<(), RegisterError> {
    for run in wanted.chunk_by(|one, next| one.saturating_add(1) == *next) {
        for part in run.chunks(ACTS_AT_ONCE) {
            let Some(first) = part.first() else { continue };
            for entry in register.read(*first, part.len())? {
                if let Payload::Present(event) = entry.payload {
                    acts.apply(event);
                }
            }
        }
    }
    Ok(())
}

/// The lists in which an index was given. Lists are filled one after the other, so those of an epoch reach from its first
/// certificate to its last.
fn lists(
    acts: &Acts,
    certificates: &mut Certificates,
    register: &dyn Register,
) -> Result<BTreeSet<u32>, RegisterError> {
    let mut lists: BTreeSet<u32> =
        acts.bits_without_certificates().map(|place| place.list).collect();
    for (first, last) in certificates.ends(register)? {
        let low = lists_of(&first).min();
        let high = lists_of(&last).max();
        lists.extend(low.zip(high).into_iter().flat_map(|(low, high)| low..=high));
    }
    let highest = lists.last().copied().unwrap_or(1);
    let restored = acts.restorations().last().map_or(1, |restored| restored.first_status_list);
    lists.insert(highest.max(restored));
    Ok(lists)
}

fn lists_of(outline: &Outline) -> impl Iterator<Item = u32> {
    outline.editions.iter().map(|edition| edition.status.list)
}
