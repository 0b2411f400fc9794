//! What the store answers; it changes nothing. A `None` may be a lag: `catch_up` and ask again.

use serde::de::DeserializeOwned;

use super::error::StoreError;
use super::key;
use super::open::Store;
use super::projection::{indices, integer};
use super::record::{CertificateRecord, KnownKey, LearnerRecord, StoredRecord};
use crate::register::{Certificate, EditionsAdded};
use crate::register::{Event, Payload, RegisteredKey, Restoration, Switch};

/// Every lookup fails only if the database cannot be read or a value is damaged.
impl Store {
    /// The certificate with this number.
    ///
    /// # Errors
    /// If the store or, for a large record, the register cannot be read.
    pub fn certificate(&self, number: &str) -> Result<Option<CertificateRecord>, StoreError> {
        self.record_at(&key::number(number))
    }

    /// The certificate whose URL carries this handle, upper or lower case.
    ///
    /// # Errors
    /// As [`Store::certificate`].
    pub fn certificate_by_handle(
        &self,
        handle: &str,
    ) -> Result<Option<CertificateRecord>, StoreError> {
        self.record_at(&key::handle(handle))
    }

    /// The certificate that the request with this idempotency key made.
    ///
    /// # Errors
    /// As [`Store::certificate`].
    pub fn certificate_by_idempotency_key(
        &self,
        idempotency_key: &str,
    ) -> Result<Option<CertificateRecord>, StoreError> {
        self.record_at(&key::idempotency(idempotency_key))
    }

    /// Numbers of all certificates of a learner, sorted.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn numbers_of_learner(&self, learner_key: &str) -> Result<Vec<String>, StoreError> {
        let prefix = key::of_learner(learner_key);
        let mut numbers = Vec::new();
        for found in self.tree.scan_prefix(&prefix).keys() {
            let found = found.map_err(|error| self.unread(error))?;
            let number = found.get(prefix.len()..).unwrap_or_default();
            // A learner's key may begin like another one; a number holds no slash.
            if !number.contains(&b'/') {
                numbers.push(String::from_utf8_lossy(number).into_owned());
            }
        }
        Ok(numbers)
    }

    /// All certificates in journal order, one in memory at a time.
    ///
    /// # Errors
    /// Each item: as [`Store::certificate`].
    pub fn certificates(
        &self,
    ) -> impl Iterator<Item = Result<CertificateRecord, StoreError>> + use<'_> {
        self.tree.scan_prefix(key::RECORDS).map(|found| {
            let (key, bytes) = found.map_err(|error| self.unread(error))?;
            self.complete(&key, &bytes)
        })
    }

    /// The learner with this key.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn learner(&self, learner_key: &str) -> Result<Option<LearnerRecord>, StoreError> {
        self.json_at(&key::learner(learner_key))
    }

    /// The key of the learner whose e-mail address this is, upper or lower case.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn learner_key_by_email(&self, email: &str) -> Result<Option<String>, StoreError> {
        self.text_at(&key::email(email))
    }

    /// The key of the learner whom the registrar calls by this reference.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn learner_key_by_reference(&self, reference: &str) -> Result<Option<String>, StoreError> {
        self.text_at(&key::reference(reference))
    }

    /// The version of a programme that was registered last.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn programme(&self, code: &str) -> Result<Option<serde_json::Value>, StoreError> {
        self.json_at(&key::programme(code))
    }

    /// One version of a programme.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn programme_version(
        &self,
        code: &str,
        version: &str,
    ) -> Result<Option<serde_json::Value>, StoreError> {
        self.json_at(&key::programme_version(code, version))
    }

    /// Every version of every programme, in the order in which they were registered.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn programme_versions(&self) -> Result<Vec<serde_json::Value>, StoreError> {
        let mut versions = Vec::new();
        for place in self.tree.scan_prefix(key::PROGRAMME_ORDER).values() {
            let place = place.map_err(|error| self.unread(error))?;
            versions.extend(self.json_at(&place)?);
        }
        Ok(versions)
    }

    /// All programmes in the version that was registered last, sorted by code.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn programmes(&self) -> Result<Vec<serde_json::Value>, StoreError> {
        self.json_below(key::PROGRAMMES)
    }

    /// The university's public keys in the order in which they came into use.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn keys(&self) -> Result<Vec<KnownKey>, StoreError> {
        let known = |key: RegisteredKey| {
            let retired = self.json_at(&key::key_retired(&key.id))?;
            let compromised = self.json_at(&key::key_compromised(&key.id))?;
            Ok(KnownKey { key, retired, compromised })
        };
        let keys: Vec<RegisteredKey> = self.json_below(key::KEYS)?;
        keys.into_iter().map(known).collect()
    }

    /// The prefix of journal numbers that was registered last.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn prefix(&self) -> Result<Option<String>, StoreError> {
        self.text_at(key::PREFIX)
    }

    /// Who stopped issuing, when and why; `None` while certificates are issued.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn issuing_stopped(&self) -> Result<Option<Switch>, StoreError> {
        self.json_at(key::STOPPED)
    }

    /// The number of the certificate that this one replaced when it was corrected.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn supersedes(&self, number: &str) -> Result<Option<String>, StoreError> {
        self.text_at(&key::supersedes(number))
    }

    /// The highest serial given in a series, 0 if none was. Void numbers count. The series of
    /// `2026-A-000123` is `2026-A`: what stands before the last run of at least four digits.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn serial(&self, series: &str) -> Result<u64, StoreError> {
        let key = key::serial(series);
        match self.value(&key)? {
            None => Ok(0),
            Some(bytes) => integer(&bytes).ok_or_else(|| self.damaged(&key)),
        }
    }

    /// The highest status list in use, `None` before the first certificate.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn highest_list(&self) -> Result<Option<u32>, StoreError> {
        self.list_before(None)
    }

    /// Every status list in which an index was given, the highest first.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn lists(&self) -> Result<Vec<u32>, StoreError> {
        let mut lists = Vec::new();
        while let Some(list) = self.list_before(lists.last().copied())? {
            lists.push(list);
        }
        Ok(lists)
    }

    /// The highest status list in use below this one.
    fn list_before(&self, end: Option<u32>) -> Result<Option<u32>, StoreError> {
        let end = key::bits_of_list(key::USED, end.unwrap_or(u32::MAX));
        let last = self.tree.range(key::USED.to_vec()..end).keys().next_back().transpose();
        let Some(last) = last.map_err(|error| self.unread(error))? else { return Ok(None) };
        let list = last.get(key::USED.len()..).and_then(<[u8]>::first_chunk);
        list.map(|list| Some(u32::from_be_bytes(*list))).ok_or_else(|| self.damaged(&last))
    }

    /// Every time that the register was restored from a backup, in order.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn restorations(&self) -> Result<Vec<Restoration>, StoreError> {
        self.json_below(key::RESTORATIONS)
    }

    /// Indices of a status list that were given, sorted.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn used_indices(&self, list: u32) -> Result<Vec<u32>, StoreError> {
        self.indices_below(&key::bits_of_list(key::USED, list))
    }

    /// Indices of a status list that are revoked, sorted.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn revoked_indices(&self, list: u32) -> Result<Vec<u32>, StoreError> {
        self.indices_below(&key::bits_of_list(key::REVOKED, list))
    }

    /// The certificate that the entry `index` issued, from the register.
    pub(super) fn issued_by(&self, index: u64) -> Result<Option<Certificate>, StoreError> {
        let entry = self.register.read(index, 1)?.pop();
        Ok(match entry.map(|entry| entry.payload) {
            Some(Payload::Present(Event::CertificateIssued(certificate))) => Some(*certificate),
            _ => None,
        })
    }

    pub(super) fn payload_at(&self, index: u64) -> Result<Option<Payload>, StoreError> {
        Ok(self.register.read(index, 1)?.pop().map(|entry| entry.payload))
    }

    /// Keys and values that begin with `prefix`, in order.
    pub(super) fn pairs_below(
        &self,
        prefix: &[u8],
    ) -> Result<Vec<(sled::IVec, sled::IVec)>, StoreError> {
        let found = self.tree.scan_prefix(prefix);
        found.collect::<Result<_, _>>().map_err(|error| self.unread(error))
    }

    /// The signatures that the entry `index` holds, from the register.
    fn signed_anew(&self, index: u64) -> Result<Option<EditionsAdded>, StoreError> {
        let entry = self.register.read(index, 1)?.pop();
        Ok(match entry.map(|entry| entry.payload) {
            Some(Payload::Present(Event::EditionAdded(added))) => Some(added),
            _ => None,
        })
    }

    /// The record that a lookup key points to.
    fn record_at(&self, lookup: &[u8]) -> Result<Option<CertificateRecord>, StoreError> {
        let Some(place) = self.value(lookup)? else { return Ok(None) };
        let key = key::join(key::RECORDS, &place);
        // A lookup and its record are written at once: one without the other is damage.
        let bytes = self.value(&key)?.ok_or_else(|| self.damaged(&key))?;
        self.complete(&key, &bytes).map(Some)
    }

    fn complete(&self, key: &[u8], bytes: &[u8]) -> Result<CertificateRecord, StoreError> {
        let stored = StoredRecord::parse(bytes).ok_or_else(|| self.damaged(key))?;
        let mut certificate = match stored.certificate {
            Some(certificate) => certificate,
            None => self.issued_by(stored.register_index)?.ok_or_else(|| self.damaged(key))?,
        };
        if let Some(newest) = stored.edition_indices.last() {
            let added = self.signed_anew(*newest)?.ok_or_else(|| self.damaged(key))?;
            certificate.editions = added.editions;
            // The code on paper stays as it is, as long as its key is good.
            for index in stored.edition_indices.iter().rev() {
                let added = self.signed_anew(*index)?.ok_or_else(|| self.damaged(key))?;
                if let Some(statement) = added.statement {
                    certificate.statement = Some(statement);
                    break;
                }
            }
        }
        Ok(CertificateRecord {
            certificate,
            register_index: stored.register_index,
            state: stored.state,
            is_published: stored.is_published,
            edition_indices: stored.edition_indices,
        })
    }

    fn indices_below(&self, prefix: &[u8]) -> Result<Vec<u32>, StoreError> {
        let mut found = Vec::new();
        for chunk in self.tree.scan_prefix(prefix) {
            let (key, chunk) = chunk.map_err(|error| self.unread(error))?;
            let number = key.get(prefix.len()..).and_then(|rest| rest.try_into().ok());
            let number = number.ok_or_else(|| self.damaged(&key))?;
            found.extend(indices(u32::from_be_bytes(number), &chunk));
        }
        Ok(found)
    }

    pub(super) fn value(&self, key: &[u8]) -> Result<Option<sled::IVec>, StoreError> {
        self.tree.get(key).map_err(|error| self.unread(error))
    }

    fn text_at(&self, key: &[u8]) -> Result<Option<String>, StoreError> {
        let Some(bytes) = self.value(key)? else { return Ok(None) };
        String::from_utf8(bytes.to_vec()).map(Some).map_err(|_| self.damaged(key))
    }

    pub(super) fn json_at<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, StoreError> {
        let Some(bytes) = self.value(key)? else { return Ok(None) };
        serde_json::from_slice(&bytes).map(Some).map_err(|_| self.damaged(key))
    }

    pub(super) fn json_below<T: DeserializeOwned>(
        &self,
        prefix: &[u8],
    ) -> Result<Vec<T>, StoreError> {
        let mut values = Vec::new();
        for found in self.tree.scan_prefix(prefix) {
            let (key, bytes) = found.map_err(|error| self.unread(error))?;
            values.push(serde_json::from_slice(&bytes).map_err(|_| self.damaged(&key))?);
        }
        Ok(values)
    }
}

/// The value that this JSON text holds, if it holds one.
pub(super) fn json_of<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    serde_json::from_slice(bytes).ok()
}
