//! What each entry of the register changes in the store; it must depend on nothing but the entries,
//! so that a rebuilt store equals one that grew.

use std::collections::BTreeMap;

use serde::Serialize;

use super::error::StoreError;
use super::key;
use super::record::{CertificateState, LearnerRecord, StoredRecord};
use crate::register::{Certificate, EditionsAdded, Outline, Revocation, StatusEntry};
use crate::register::{Event, PageChange, Restoration, Stored, StoredEntry};

/// Bits of one value: an issue rewrites half a kilobyte, not a whole list of 16.
const CHUNK_BITS: u32 = 4_096;
const CHUNK_BYTES: usize = 512;

/// Changes of several entries, over the tree as it is.
pub(super) struct Projection<'a> {
    tree: &'a sled::Tree,
    changes: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
}

impl<'a> Projection<'a> {
    pub(super) fn new(tree: &'a sled::Tree) -> Self {
        Self { tree, changes: BTreeMap::new() }
    }

    /// Adds what `entry` changes, with the new applied size.
    pub(super) fn apply(&mut self, entry: StoredEntry) -> Result<(), StoreError> {
        match entry.payload {
            Stored::Certificate(outline, packed) => self.issue(entry.index, &outline, packed)?,
            Stored::Other(event) => self.apply_event(entry.index, &event)?,
            Stored::Erased => {}
        }
        self.put(key::APPLIED.to_vec(), entry.index.saturating_add(1).to_be_bytes().to_vec());
        self.put(key::LAST_LEAF.to_vec(), entry.leaf_hash.to_vec());
        self.put(key::FORMAT_KEY.to_vec(), key::FORMAT.to_vec());
        Ok(())
    }

    /// All changes, to be applied at once.
    pub(super) fn into_batch(self) -> sled::Batch {
        let mut batch = sled::Batch::default();
        for (key, value) in self.changes {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        batch
    }

    fn apply_event(&mut self, index: u64, event: &Event) -> Result<(), StoreError> {
        match event {
            Event::InstanceRegistered { prefix } => {
                self.put(key::PREFIX.to_vec(), prefix.clone().into_bytes());
            }
            Event::ProgrammeRegistered { programme } => self.programme(index, programme)?,
            // Comes as an outline.
            Event::CertificateIssued(_) => {}
            Event::CertificateRevoked(revocation) => self.revoke(revocation)?,
            Event::NumbersVoided(void) => {
                self.count_number(&void.number)?;
                self.count_number(&void.registration_number)?;
            }
            Event::KeyAdded(key) => self.put(key::public_key(index), json(index, key)?),
            Event::PageUnpublished(change) => self.publish(change, false)?,
            Event::PagePublished(change) => self.publish(change, true)?,
            Event::PayloadErased(erasure) => self.erase(index, erasure)?,
            Event::IssuingStopped(switch) => self.put(key::STOPPED.to_vec(), json(index, switch)?),
            Event::IssuingResumed(_) => self.remove(key::STOPPED.to_vec()),
            Event::KeyRetired(end) => self.put(key::key_retired(&end.id), json(index, end)?),
            Event::KeyCompromised(end) => {
                self.put(key::key_compromised(&end.id), json(index, end)?);
            }
            Event::EditionAdded(added) => self.add_editions(index, added)?,
            Event::RegisterRestored(restoration) => self.restore(index, restoration)?,
            Event::TranscriptIssued(transcript) => self.add_transcript(index, transcript)?,
        }
        Ok(())
    }

    /// Numbers and lists begin anew; what was revoked and is lost stays revoked.
    fn restore(&mut self, index: u64, restoration: &Restoration) -> Result<(), StoreError> {
        for status in &restoration.kept {
            self.set_bit(key::USED, *status)?;
            self.set_bit(key::REVOKED, *status)?;
        }
        self.put(key::restoration(index), json(index, restoration)?);
        Ok(())
    }

    fn programme(&mut self, index: u64, programme: &serde_json::Value) -> Result<(), StoreError> {
        let code = programme.get("code").and_then(serde_json::Value::as_str);
        let code = code.ok_or(StoreError::NoProgrammeCode { index })?;
        let version = version_of(programme);
        let text = json(index, programme)?;
        let place = key::programme_version(code, version);
        self.put(key::programme_order(index), place.clone());
        self.put(place, text.clone());
        self.put(key::programme(code), text);
        Ok(())
    }

    fn issue(
        &mut self,
        index: u64,
        certificate: &Outline,
        packed: Vec<u8>,
    ) -> Result<(), StoreError> {
        let place = index.to_be_bytes().to_vec();
        self.put(key::number(&certificate.number), place.clone());
        self.put(key::handle(&certificate.handle), place.clone());
        self.put(key::idempotency(&certificate.idempotency_key), place.clone());
        let of_learner = key::of_learner(&certificate.learner_key);
        self.put(key::join(&of_learner, certificate.number.as_bytes()), place);
        self.learner(index, certificate)?;
        self.count_number(&certificate.number)?;
        self.count_number(&certificate.registration_number)?;
        for edition in &certificate.editions {
            self.set_bit(key::USED, edition.status)?;
        }
        let record = StoredRecord {
            register_index: index,
            state: CertificateState::Active,
            is_published: true,
            edition_indices: Vec::new(),
            certificate: None,
            packed,
        };
        self.put_record(record)
    }

    /// A revocation of a certificate that was erased finds nothing to change.
    fn revoke(&mut self, revocation: &Revocation) -> Result<(), StoreError> {
        if let Some(new) = &revocation.superseded_by {
            self.put(key::supersedes(new), revocation.number.clone().into_bytes());
        }
        let Some(place) = self.value(&key::number(&revocation.number))? else { return Ok(()) };
        let record_key = key::join(key::RECORDS, &place);
        let Some(bytes) = self.value(&record_key)? else { return Ok(()) };
        let mut record =
            StoredRecord::parse(&bytes).ok_or_else(|| StoreError::damaged(&record_key))?;
        // The bits of a record that keeps only its place are set by `revoke_bits`.
        if let Some(certificate) = &record.certificate {
            for edition in &certificate.editions {
                self.set_bit(key::REVOKED, edition.status)?;
            }
        }
        record.state = CertificateState::Revoked(revocation.clone());
        self.put_record(record)
    }

    /// The credentials are given out as they were signed last: those are read from the register.
    fn add_editions(&mut self, index: u64, added: &EditionsAdded) -> Result<(), StoreError> {
        let Some(place) = self.value(&key::number(&added.number))? else { return Ok(()) };
        let record_key = key::join(key::RECORDS, &place);
        let Some(bytes) = self.value(&record_key)? else { return Ok(()) };
        let mut record =
            StoredRecord::parse(&bytes).ok_or_else(|| StoreError::damaged(&record_key))?;
        record.edition_indices.push(index);
        self.put_record(record)
    }

    fn publish(&mut self, change: &PageChange, is_published: bool) -> Result<(), StoreError> {
        let Some(place) = self.value(&key::number(&change.number))? else { return Ok(()) };
        let record_key = key::join(key::RECORDS, &place);
        let Some(bytes) = self.value(&record_key)? else { return Ok(()) };
        let record = StoredRecord::parse(&bytes).ok_or_else(|| StoreError::damaged(&record_key))?;
        self.put_record(StoredRecord { is_published, ..record })
    }

    /// Marks the bits of a certificate whose record keeps only its place in the register.
    pub(super) fn revoke_bits(&mut self, certificate: &Certificate) -> Result<(), StoreError> {
        certificate
            .editions
            .iter()
            .try_for_each(|edition| self.set_bit(key::REVOKED, edition.status))
    }

    /// The place of a certificate that `number` names, if its record keeps nothing else.
    pub(super) fn place_only(&self, number: &str) -> Result<Option<u64>, StoreError> {
        let Some(place) = self.value(&key::number(number))? else { return Ok(None) };
        let record_key = key::join(key::RECORDS, &place);
        let Some(bytes) = self.value(&record_key)? else { return Ok(None) };
        let record = StoredRecord::parse(&bytes).ok_or_else(|| StoreError::damaged(&record_key))?;
        Ok(record.certificate.is_none().then_some(record.register_index))
    }

    fn learner(&mut self, index: u64, certificate: &Outline) -> Result<(), StoreError> {
        let learner = &certificate.completion.learner;
        let learner_key = key::learner(&certificate.learner_key);
        let filed_under = certificate.learner_key.as_bytes().to_vec();
        self.put(key::reference(&learner.reference), filed_under);
        let before = match self.value(&learner_key)? {
            None => None,
            Some(bytes) => serde_json::from_slice::<LearnerRecord>(&bytes)
                .map(|record| record.email)
                .map_err(|_| StoreError::damaged(&learner_key))?,
        };
        let email = learner.email.as_ref().map(|email| email.trim().to_lowercase());
        let email = email.or_else(|| before.clone());
        if let Some(old) = before.filter(|old| email.as_ref() != Some(old)) {
            let old = key::email(&old);
            if self.value(&old)?.as_deref() == Some(certificate.learner_key.as_bytes()) {
                self.changes.insert(old, None);
            }
        }
        if let Some(email) = &email {
            self.put(key::email(email), certificate.learner_key.clone().into_bytes());
        }
        let record = LearnerRecord {
            name: learner.name.clone(),
            reference: learner.reference.clone(),
            email,
        };
        self.put(learner_key, json(index, &record)?);
        Ok(())
    }

    /// A number once given is never given again, void or not.
    pub(super) fn count_number(&mut self, number: &str) -> Result<(), StoreError> {
        let Some((series, serial)) = key::series_and_serial(number) else { return Ok(()) };
        let key = key::serial(series);
        let before = self.value(&key)?.map_or(Some(0), |bytes| integer(&bytes));
        let before = before.ok_or_else(|| StoreError::damaged(&key))?;
        self.put(key, before.max(serial).to_be_bytes().to_vec());
        Ok(())
    }

    pub(super) fn set_bit(&mut self, prefix: &[u8], status: StatusEntry) -> Result<(), StoreError> {
        let key = key::bits(prefix, status.list, status.index / CHUNK_BITS);
        let mut chunk = self.value(&key)?.unwrap_or_else(|| vec![0; CHUNK_BYTES]);
        let within = status.index % CHUNK_BITS;
        let byte = usize::try_from(within / 8).ok().and_then(|byte| chunk.get_mut(byte));
        *byte.ok_or_else(|| StoreError::damaged(&key))? |= 0x80 >> (within % 8);
        self.put(key, chunk);
        Ok(())
    }

    fn put_record(&mut self, record: StoredRecord) -> Result<(), StoreError> {
        let index = record.register_index;
        let bytes =
            record.into_bytes().map_err(|source| StoreError::Unwritable { index, source })?;
        self.put(key::record(index), bytes);
        Ok(())
    }

    pub(super) fn put(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.changes.insert(key, Some(value));
    }

    pub(super) fn remove(&mut self, key: Vec<u8>) {
        self.changes.insert(key, None);
    }

    /// A value with the changes so far.
    pub(super) fn value(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        if let Some(changed) = self.changes.get(key) {
            return Ok(changed.clone());
        }
        let value = self.tree.get(key).map_err(StoreError::database("read"))?;
        Ok(value.map(|value| value.to_vec()))
    }
}

/// The version that a programme's entry states, empty if it states none.
pub(super) fn version_of(programme: &serde_json::Value) -> &str {
    let stated = programme.pointer("/register/version").or_else(|| programme.get("version"));
    stated.and_then(serde_json::Value::as_str).unwrap_or_default()
}

/// The indices that a chunk has set.
pub(super) fn indices(chunk_number: u32, chunk: &[u8]) -> impl Iterator<Item = u32> {
    (0..CHUNK_BITS)
        .zip(chunk.iter().flat_map(|byte| (0..8).map(move |bit| byte & (0x80 >> bit) != 0)))
        .filter(|(_, is_set)| *is_set)
        .map(move |(within, _)| chunk_number.saturating_mul(CHUNK_BITS).saturating_add(within))
}

/// Eight bytes, big-endian.
pub(super) fn integer(bytes: &[u8]) -> Option<u64> {
    bytes.try_into().ok().map(u64::from_be_bytes)
}

pub(super) fn json<T: Serialize>(index: u64, value: &T) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(value).map_err(|source| StoreError::Unwritable { index, source })
}
