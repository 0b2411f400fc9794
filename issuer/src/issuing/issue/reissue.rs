//! Signing issued certificates anew, after the key that signed them was compromised: the same certificate, number and status,
//! another key. It changes nothing of what a certificate says.

use jiff::Timestamp;
use verifier::log::TlogProof;

use super::{Draft, Issuance, IssueError};
use crate::programme::Programme;
use crate::register::{EditionsAdded, Entry, Event, NewEntry};
use crate::store::{CertificateRecord, CertificateState, KnownKey};

impl Issuance {
    /// Numbers of the certificates in force whose signatures are of a compromised key, in journal order.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn compromised_numbers(&self) -> Result<Vec<String>, IssueError> {
        let keys = self.compromised_keys()?;
        let mut numbers = Vec::new();
        for record in self.store.certificates() {
            let record = record?;
            let active = record.state == CertificateState::Active;
            if active && keys.iter().any(|known| is_signed_with(&record, known)) {
                numbers.push(record.certificate.number);
            }
        }
        Ok(numbers)
    }

    /// Signs all editions of these certificates with the key in use, in one append. One that needs it no more is left.
    ///
    /// # Errors
    /// [`IssueError::Forged`] if a certificate is not in the log as it was before the key was compromised: who issued it is not known.
    pub fn reissue(&self, numbers: &[String], now: Timestamp) -> Result<(), IssueError> {
        let _turn = self.turn()?;
        let keys = self.compromised_keys()?;
        let mut entries = Vec::with_capacity(numbers.len());
        for number in numbers {
            let record = self.record(number)?;
            let Some(known) = keys.iter().find(|known| is_signed_with(&record, known)) else {
                continue;
            };
            let pinned = known.compromised.as_ref().map_or(0, |compromise| compromise.pin.size);
            if record.signed_index() >= pinned {
                return Err(IssueError::Forged {
                    number: number.clone(),
                    id: known.key.id.clone(),
                });
            }
            entries.push(self.sign_anew(&record, now)?);
        }
        if entries.is_empty() { Ok(()) } else { self.append(&entries) }
    }

    fn sign_anew(
        &self,
        record: &CertificateRecord,
        now: Timestamp,
    ) -> Result<NewEntry, IssueError> {
        let certificate = &record.certificate;
        let programme = self.programme_version(record)?;
        let draft = Draft {
            profile: &self.identity.profile,
            public_url: &self.identity.public_url,
            programme: &programme,
            completion: &certificate.completion,
            number: &certificate.number,
            registration_number: &certificate.registration_number,
            handle: &certificate.handle,
        };
        let statuses = certificate.editions.iter().map(|edition| &edition.status);
        let documents = self.documents(statuses, now)?;
        let wanted: Vec<_> =
            certificate.editions.iter().map(|edition| (edition.language, edition.status)).collect();
        let (editions, commitments) = self.sign_editions(&draft, &wanted, &documents, now)?;
        let number = certificate.number.clone();
        let payload = Event::EditionAdded(EditionsAdded { number, editions, signed_at: now });
        Ok(NewEntry { time: now, commitments, payload })
    }

    /// The programme in the version under which the certificate was issued.
    fn programme_version(&self, record: &CertificateRecord) -> Result<Programme, IssueError> {
        let code = &record.certificate.completion.programme_code;
        let version = &record.certificate.programme_version;
        let document = self.store.programme_version(code, version)?;
        document
            .and_then(|document| Programme::parse(&document).ok())
            .ok_or_else(|| IssueError::Programme { code: code.clone() })
    }

    /// The proof that the signatures given out for a certificate are in the register; `None` while no checkpoint covers them. Signatures of
    /// a compromised key are proven to the checkpoint that its pin believes; all others to the first one that covers them.
    ///
    /// # Errors
    /// If the entry or a tile cannot be read.
    pub fn prove(&self, record: &CertificateRecord) -> Result<Option<TlogProof>, IssueError> {
        let entry = self.register.read(record.signed_index(), 1)?.pop();
        let entry = entry.ok_or_else(|| IssueError::Unknown(record.certificate.number.clone()))?;
        let keys = self.compromised_keys()?;
        self.prove_entry(&entry, keys.iter().find(|known| is_signed_with(record, known)))
    }

    /// The same of any entry, whose signatures are of `compromised`, if of such a key.
    pub(super) fn prove_entry(
        &self,
        entry: &Entry,
        compromised: Option<&KnownKey>,
    ) -> Result<Option<TlogProof>, IssueError> {
        let pin = compromised
            .and_then(|known| known.compromised.as_ref())
            .map(|compromise| compromise.pin.size)
            .filter(|size| entry.index < *size);
        let Some(size) = pin else { return Ok(self.log.prove(entry)?) };
        let note = self.log.checkpoint_within(size)?;
        Ok(note.map(|note| self.log.prove_to(entry, &note)).transpose()?)
    }

    pub(super) fn compromised_keys(&self) -> Result<Vec<KnownKey>, IssueError> {
        let keys = self.store.keys()?.into_iter();
        Ok(keys.filter(|known| known.compromised.is_some()).collect())
    }
}

/// Whether a credential that is given out names this key.
pub(super) fn is_signed_with(record: &CertificateRecord, known: &KnownKey) -> bool {
    let name = format!("\"verificationMethod\":\"{}\"", known.key.id);
    record.certificate.editions.iter().any(|edition| edition.credential.contains(&name))
}
