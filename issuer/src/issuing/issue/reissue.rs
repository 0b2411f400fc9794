//! Signing issued certificates anew, after the key that signed them was compromised: the same certificate, number and status,
//! another key. It changes nothing of what a certificate says.

use jiff::Timestamp;
use verifier::log::{LeafView, TlogProof};
use verifier::open_statement;

use super::super::statement::{qr_text, text};
use super::{Draft, Issuance, IssueError};
use crate::programme::Programme;
use crate::register::{Edition, EditionsAdded, Entry, Event, KeyPurpose, NewEntry, Payload};
use crate::store::{CertificateRecord, CertificateState, KnownKey};

/// The certificates in force that compromised keys have to do with, each in journal order.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Touched {
    /// Numbers of those whose signatures have to be made anew.
    pub to_sign: Vec<String>,
    /// Those that nobody can say the university issued.
    pub doubtful: Vec<Doubtful>,
}

/// A certificate that a compromised key issued, and that the log does not show from before; or a correction of such a one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Doubtful {
    /// Its number.
    pub number: String,
    /// The number of the certificate that the key issued: the same, or one that was corrected.
    pub issued: String,
    /// DID URL of the key.
    pub key_id: String,
}

impl From<Doubtful> for IssueError {
    fn from(Doubtful { number, issued, key_id: id }: Doubtful) -> Self {
        Self::Forged { number, issued, id }
    }
}

impl Issuance {
    /// The certificates in force that were issued by a compromised key, or whose signatures are of one.
    ///
    /// # Errors
    /// If the store or an entry cannot be read.
    pub fn touched(&self) -> Result<Touched, IssueError> {
        let keys = self.compromised_keys()?;
        let mut touched = Touched::default();
        for record in self.store.certificates() {
            let record = record?;
            if record.state != CertificateState::Active {
                continue;
            }
            if let Some(doubtful) = self.doubtful_by(&record, &keys)? {
                touched.doubtful.push(doubtful);
            } else if keys.iter().any(|known| self.is_signed_with(&record, known)) {
                touched.to_sign.push(record.certificate.number);
            }
        }
        Ok(touched)
    }

    /// Signs all editions of these certificates with the key in use, in one append. One that needs it no more is left.
    ///
    /// # Errors
    /// [`IssueError::Forged`] if a compromised key issued a certificate, and the log does not show that this was before: who issued it
    /// is not known.
    pub fn reissue(&self, numbers: &[String], now: Timestamp) -> Result<(), IssueError> {
        let _turn = self.turn()?;
        let keys = self.compromised_keys()?;
        let mut entries = Vec::with_capacity(numbers.len());
        for number in numbers {
            let record = self.record(number)?;
            if let Some(doubtful) = self.doubtful_by(&record, &keys)? {
                return Err(doubtful.into());
            }
            let stolen = keys.iter().filter(|known| self.is_signed_with(&record, known));
            let stolen: Vec<&KnownKey> = stolen.collect();
            if stolen.is_empty() {
                continue;
            }
            let of_code = |known: &&KnownKey| known.key.purpose == KeyPurpose::QrStatements;
            entries.push(self.sign_anew(&record, stolen.iter().any(of_code), now)?);
        }
        if entries.is_empty() { Ok(()) } else { self.append(&entries) }
    }

    /// Why nobody can say that the university issued this certificate, if so; `None` of one that is revoked.
    ///
    /// # Errors
    /// If the store or an entry cannot be read.
    pub fn doubtful(&self, record: &CertificateRecord) -> Result<Option<Doubtful>, IssueError> {
        if record.state != CertificateState::Active {
            return Ok(None);
        }
        self.doubtful_by(record, &self.compromised_keys()?)
    }

    /// A correction says what the certificate before it said, but for what was corrected: it is as good as that one.
    fn doubtful_by(
        &self,
        record: &CertificateRecord,
        keys: &[KnownKey],
    ) -> Result<Option<Doubtful>, IssueError> {
        let mut before = None;
        loop {
            let issuing = before.as_ref().unwrap_or(record);
            let issued = issuing.certificate.number.clone();
            if let Some(known) = self.doubtful_issuer(issuing, keys)? {
                let number = record.certificate.number.clone();
                return Ok(Some(Doubtful { number, issued, key_id: known.key.id.clone() }));
            }
            // Nothing is left of one that was erased, nor of those before it.
            let corrected = match keys.is_empty() {
                true => None,
                false => self.store.supersedes(&issued)?,
            };
            let Some(corrected) = corrected else { return Ok(None) };
            let Some(found) = self.store.certificate(&corrected)? else { return Ok(None) };
            // A correction is always the younger one; anything else would go round for ever.
            if found.register_index >= issuing.register_index {
                return Ok(None);
            }
            before = Some(found);
        }
    }

    /// The compromised key that issued this certificate, unless the log held it before. The entry that issued it decides, whatever key has
    /// signed it since: all is composed from it alone, and signing anew makes nothing the university's own. A key of the codes issues no
    /// certificate.
    fn doubtful_issuer<'k>(
        &self,
        record: &CertificateRecord,
        keys: &'k [KnownKey],
    ) -> Result<Option<&'k KnownKey>, IssueError> {
        let is_beyond = |known: &&KnownKey| {
            let pinned = known.compromised.as_ref().map_or(0, |compromise| compromise.pin.size);
            known.key.purpose == KeyPurpose::Credentials && record.register_index >= pinned
        };
        let beyond: Vec<&KnownKey> = keys.iter().filter(is_beyond).collect();
        if beyond.is_empty() {
            return Ok(None);
        }
        let entry = self.register.read(record.register_index, 1)?.pop();
        let Some(Payload::Present(Event::CertificateIssued(issued))) =
            entry.map(|entry| entry.payload)
        else {
            return Ok(None);
        };
        Ok(beyond.into_iter().find(|known| names_key(&issued.editions, known)))
    }

    /// The code on paper stays as it is unless its own key was stolen.
    fn sign_anew(
        &self,
        record: &CertificateRecord,
        with_statement: bool,
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
        let (editions, mut commitments) = self.sign_editions(&draft, &wanted, &documents, now)?;
        let signed = match with_statement {
            true => self.sign_statement(&draft, &wanted, &commitments, &documents)?,
            false => None,
        };
        let statement = signed.map(|(statement, commitment)| {
            commitments.push(commitment);
            statement
        });
        let number = certificate.number.clone();
        let added = EditionsAdded { number, editions, statement, signed_at: now };
        let payload = Event::EditionAdded(added);
        Ok(NewEntry { time: now, commitments, payload })
    }

    /// The programme in the version under which the certificate was issued.
    ///
    /// # Errors
    /// [`IssueError::Programme`] if the register does not hold it, or the store cannot be read.
    pub fn programme_version(&self, record: &CertificateRecord) -> Result<Programme, IssueError> {
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
        let keys = self.compromised_keys()?;
        self.prove_entry(&self.signed_entry(record)?, self.signer_of(record, &keys))
    }

    /// As [`Issuance::prove`], but never to a checkpoint that came later than the first one, cosigned or not: the same proof whenever it
    /// is asked for, so that a paper printed again is the same file.
    ///
    /// # Errors
    /// As [`Issuance::prove`].
    pub fn prove_first(&self, record: &CertificateRecord) -> Result<Option<TlogProof>, IssueError> {
        let (entry, keys) = (self.signed_entry(record)?, self.compromised_keys()?);
        match self.prove_to_pin(&entry, self.signer_of(record, &keys))? {
            Pinned::Proven(proof) => Ok(proof),
            Pinned::Not => Ok(self.log.prove_first(&entry)?),
        }
    }

    /// As [`Issuance::prove`], of the statement that the key of this name signed, also after the certificate got another one; `None` if
    /// it has none such.
    ///
    /// # Errors
    /// As [`Issuance::prove`].
    pub fn prove_statement(
        &self,
        record: &CertificateRecord,
        key_name: &str,
    ) -> Result<Option<TlogProof>, IssueError> {
        let id = format!("{}#{key_name}", self.identity.profile.id);
        let Some(entry) = self.entry_of_statement(record, &id)? else { return Ok(None) };
        let keys = self.compromised_keys()?;
        self.prove_entry(&entry, keys.iter().find(|known| known.key.id == id))
    }

    /// As [`Issuance::prove`], of the credential's signature with this commitment, also after it was signed anew; `None` if there was none.
    ///
    /// # Errors
    /// As [`Issuance::prove`].
    pub fn prove_signature(
        &self,
        record: &CertificateRecord,
        commitment: &[u8; 32],
    ) -> Result<Option<TlogProof>, IssueError> {
        let keys = self.compromised_keys()?;
        for index in std::iter::once(record.register_index).chain(record.edition_indices.clone()) {
            let Some(entry) = self.register.read(index, 1)?.pop() else { continue };
            let leaf = LeafView::parse(entry.leaf.bytes());
            if !leaf.is_ok_and(|leaf| leaf.commitments.contains(commitment)) {
                continue;
            }
            let editions = match &entry.payload {
                Payload::Present(Event::CertificateIssued(issued)) => &issued.editions,
                Payload::Present(Event::EditionAdded(added)) => &added.editions,
                _ => return Ok(None),
            };
            let signer = keys.iter().find(|known| names_key(editions, known));
            return self.prove_entry(&entry, signer);
        }
        Ok(None)
    }

    /// As [`Issuance::prove`], of any entry, whose signatures are of `compromised`, if of such a key.
    pub(super) fn prove_entry(
        &self,
        entry: &Entry,
        compromised: Option<&KnownKey>,
    ) -> Result<Option<TlogProof>, IssueError> {
        match self.prove_to_pin(entry, compromised)? {
            Pinned::Proven(proof) => Ok(proof),
            Pinned::Not => Ok(self.log.prove(entry)?),
        }
    }

    fn prove_to_pin(
        &self,
        entry: &Entry,
        compromised: Option<&KnownKey>,
    ) -> Result<Pinned, IssueError> {
        let pin = compromised
            .and_then(|known| known.compromised.as_ref())
            .map(|compromise| compromise.pin.size)
            .filter(|size| entry.index < *size);
        let Some(size) = pin else { return Ok(Pinned::Not) };
        let note = self.log.checkpoint_within(size)?;
        Ok(Pinned::Proven(note.map(|note| self.log.prove_to(entry, &note)).transpose()?))
    }

    /// The entry that registers the statement of a certificate under this key.
    fn entry_of_statement(
        &self,
        record: &CertificateRecord,
        key_id: &str,
    ) -> Result<Option<Entry>, IssueError> {
        let public_url = &self.identity.public_url;
        let mut indices = vec![record.register_index];
        indices.extend(&record.edition_indices);
        for index in indices {
            let Some(entry) = self.register.read(index, 1)?.pop() else { continue };
            let statement = match &entry.payload {
                Payload::Present(Event::CertificateIssued(issued)) => issued.statement.as_deref(),
                Payload::Present(Event::EditionAdded(added)) => added.statement.as_deref(),
                _ => None,
            };
            let opened = statement.map(|statement| {
                open_statement(&text(public_url, &record.certificate.handle, Some(statement)))
            });
            if opened.is_some_and(|opened| opened.is_ok_and(|opened| opened.key_id == key_id)) {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    fn signed_entry(&self, record: &CertificateRecord) -> Result<Entry, IssueError> {
        let entry = self.register.read(record.signed_index(), 1)?.pop();
        entry.ok_or_else(|| IssueError::Unknown(record.certificate.number.clone()))
    }

    pub(super) fn compromised_keys(&self) -> Result<Vec<KnownKey>, IssueError> {
        let keys = self.store.keys()?.into_iter();
        Ok(keys.filter(|known| known.compromised.is_some()).collect())
    }

    /// Which of these keys signed the credentials that are given out: the code has a proof of its own.
    fn signer_of<'k>(
        &self,
        record: &CertificateRecord,
        keys: &'k [KnownKey],
    ) -> Option<&'k KnownKey> {
        keys.iter()
            .filter(|known| known.key.purpose == KeyPurpose::Credentials)
            .find(|known| self.is_signed_with(record, known))
    }

    /// Whether a credential or the statement that is given out names this key.
    pub(super) fn is_signed_with(&self, record: &CertificateRecord, known: &KnownKey) -> bool {
        let certificate = &record.certificate;
        if known.key.purpose == KeyPurpose::QrStatements {
            let opened = open_statement(&qr_text(certificate, &self.identity.public_url));
            return opened.is_ok_and(|opened| opened.key_id == known.key.id);
        }
        names_key(&certificate.editions, known)
    }
}

/// Whether one of these credentials names this key as the one that signed it.
fn names_key(editions: &[Edition], known: &KnownKey) -> bool {
    let name = format!("\"verificationMethod\":\"{}\"", known.key.id);
    editions.iter().any(|edition| edition.credential.contains(&name))
}

/// Whether the tree is given in which an entry must be proven.
enum Pinned {
    /// To the checkpoint that the pin of a compromised key believes.
    Proven(Option<TlogProof>),
    Not,
}
