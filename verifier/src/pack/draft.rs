//! What a pack is made of, each document verified before it is in: an offline verifier must not find out that a list is worthless.
//! It says what is to be signed; it holds no key and asks no network.

use super::{Body, FIRST_LINE, Kind, PackError, Packed};
use crate::documents::{Document, Documents};
use crate::identifier::check_document;
use crate::limits;
use crate::log::{LogError, Note, SignatureLine};
use crate::policy::Policy;
use crate::report::Finding;
use crate::secured::{Opened, Secured};
use crate::status::{self, Consulted, FailedLists, issuer_id};
use crate::time::Timestamp;
use crate::trust::TrustList;

/// A pack that is being put together.
///
/// Key documents come before the status lists that they verify.
#[derive(Debug)]
pub struct PackDraft {
    policy: Policy,
    trust: String,
    made_at: i64,
    documents: Documents,
    packed: Vec<Packed>,
}

impl std::fmt::Debug for Packed {
    /// Its name alone: the text can be half a megabyte.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:?} {}", self.kind, self.id)
    }
}

impl PackDraft {
    /// A pack with this trust list, made at `made_at`, Unix seconds.
    ///
    /// # Errors
    ///
    /// [`PackError::Trust`], or [`PackError::Malformed`] if the bytes are no UTF-8.
    pub fn new(trust: &[u8], made_at: i64) -> Result<Self, PackError> {
        let list = TrustList::parse(trust)?;
        let trust = text_of("the trust list", trust)?;
        let (documents, packed) = (Documents::new(), Vec::new());
        Ok(Self { policy: Policy::badge(list), trust, made_at, documents, packed })
    }

    /// Whom the trust list names.
    #[must_use]
    pub const fn trust(&self) -> &TrustList {
        &self.policy.trust
    }

    /// Adds the document with the keys of a trusted issuer. `retrieved_at`, Unix seconds, is when it was fetched; what was handed over
    /// is taken as the issuer's own as long as whoever signs the pack says so.
    ///
    /// # Errors
    ///
    /// [`PackError::Document`] unless the trust list names `id`, and the document is its and has a usable key;
    /// [`PackError::Repeated`], [`PackError::TooMany`].
    pub fn add_key_document(
        &mut self,
        id: &str,
        bytes: Vec<u8>,
        retrieved_at: Option<i64>,
    ) -> Result<(), PackError> {
        if !self.trust().issuers().any(|issuer| issuer == id) {
            return Err(fault(id, "the trust list does not name this issuer"));
        }
        let now = Timestamp::from_unix_seconds(self.made_at);
        check_document(&bytes, id, now).map_err(|finding| unverified(id, finding))?;
        let as_of = retrieved_at.unwrap_or(self.made_at);
        self.add(Kind::KeyDocument, id, bytes, as_of)
    }

    /// Adds a status list of a trusted issuer whose key document is there already, and returns the issuer. It is as of its retrieval, or of its signing if it
    /// was handed over.
    ///
    /// # Errors
    ///
    /// [`PackError::Document`] unless an offline verifier of today would believe it; [`PackError::Repeated`], [`PackError::TooMany`].
    pub fn add_status_list(
        &mut self,
        id: &str,
        bytes: Vec<u8>,
        retrieved_at: Option<i64>,
    ) -> Result<String, PackError> {
        let issuer = issuer_of_list(&bytes).unwrap_or_default();
        if !self.trust().issuers().any(|trusted| trusted == issuer) {
            return Err(fault(id, "it is no status list of an issuer that the trust list names"));
        }
        let mut documents = self.documents.clone();
        documents.insert(id, Ok(Document::new(bytes.clone(), None)));
        let question = status::Question {
            issuer: &issuer,
            documents: &documents,
            policy: &self.policy,
            now: Timestamp::from_unix_seconds(self.made_at),
            failed: &FailedLists::default(),
            consulted: &Consulted::default(),
        };
        let from = status::check_list(id, &question).map_err(|finding| unverified(id, finding))?;
        let signed_at = from.map(Timestamp::unix_seconds);
        let as_of = retrieved_at.or(signed_at).ok_or_else(|| {
            fault(id, "it does not say since when it is valid, so nobody could tell how old it is")
        })?;
        self.add(Kind::StatusList, id, bytes, as_of)?;
        Ok(issuer)
    }

    /// Adds the checkpoint of a register that the trust list names; returns its origin. `retrieved_at` as for key documents.
    ///
    /// # Errors
    ///
    /// [`PackError::Document`] unless a log of the trust list has signed it; [`PackError::Repeated`], [`PackError::TooMany`].
    pub fn add_checkpoint(
        &mut self,
        bytes: Vec<u8>,
        retrieved_at: Option<i64>,
    ) -> Result<String, PackError> {
        let mut found = Err(LogError::NotSigned);
        for log in self.trust().logs().filter_map(|(issuer, _)| self.trust().log_of(issuer)) {
            found = log.checkpoint(&bytes);
            if found.is_ok() {
                break;
            }
        }
        let origin = found.map_err(|error| fault("the checkpoint", &error.to_string()))?.origin;
        let as_of = retrieved_at.unwrap_or(self.made_at);
        self.add(Kind::Checkpoint, &origin, bytes, as_of)?;
        Ok(origin)
    }

    fn add(&mut self, kind: Kind, id: &str, bytes: Vec<u8>, as_of: i64) -> Result<(), PackError> {
        let most = limits::PACK_DOCUMENTS_MAX;
        if self.packed.len() >= most {
            return Err(PackError::TooMany { given: most + 1, most });
        }
        if self.packed.iter().any(|known| (known.kind, known.id.as_str()) == (kind, id)) {
            return Err(PackError::Repeated(id.to_owned()));
        }
        let text = text_of(id, &bytes)?;
        // The issuer's clock may be ahead of ours by seconds.
        let as_of = Timestamp::from_unix_seconds(as_of.min(self.made_at)).to_string();
        self.documents.insert(id, Ok(Document::new(bytes, None)));
        self.packed.push(Packed { id: id.to_owned(), kind, as_of, text });
        Ok(())
    }

    /// What is to be signed, as a C2SP signed-note signs it: with its final line feed.
    ///
    /// # Errors
    ///
    /// [`PackError::Malformed`] if it cannot be written.
    pub fn text(&self) -> Result<String, PackError> {
        let mut documents = self.packed.clone();
        // The same documents make the same text.
        documents.sort_by(|one, other| (one.kind, &one.id).cmp(&(other.kind, &other.id)));
        let body = Body {
            version: 1,
            made_at: Timestamp::from_unix_seconds(self.made_at).to_string(),
            trust: self.trust.clone(),
            documents,
        };
        let body = serde_json::to_string(&body);
        let body = body.map_err(|error| PackError::Malformed(error.to_string()))?;
        Ok(format!("{FIRST_LINE}{body}\n"))
    }

    /// The file: `text`, as [`PackDraft::text`] gave it, and the signature over it.
    ///
    /// # Errors
    ///
    /// [`PackError::Signature`] if both make no note: a pack beyond the limit.
    pub fn seal(text: &str, signature: &SignatureLine) -> Result<String, PackError> {
        let file = format!("{text}\n{signature}\n");
        Note::parse_within(file.as_bytes(), limits::PACK_BYTES_MAX)
            .map_err(PackError::Signature)?;
        Ok(file)
    }
}

/// Who signed a list by its own word, in either form: whether that is true is checked with the list.
fn issuer_of_list(bytes: &[u8]) -> Option<String> {
    let opened = Opened::of(bytes).ok()?;
    let read = opened.read().ok()?;
    let secured = Secured::of(&opened, read).ok()?;
    issuer_id(&secured.document).map(str::to_owned)
}

fn text_of(id: &str, bytes: &[u8]) -> Result<String, PackError> {
    let text = std::str::from_utf8(bytes).map_err(|_| fault(id, "it is not UTF-8"))?;
    Ok(text.to_owned())
}

fn unverified(id: &str, finding: Finding) -> PackError {
    fault(id, &finding.into_problem().detail)
}

fn fault(id: &str, fault: &str) -> PackError {
    PackError::Document { id: id.to_owned(), fault: fault.trim_end_matches('.').to_owned() }
}
