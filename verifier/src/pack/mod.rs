//! Offline packs: what a verifier without a network needs, in one signed file (`docs/formats.md`, "Offline pack").
//! It reads a pack under a key that the caller believes, and says what one is made of; it signs nothing and fetches nothing.

mod draft;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::documents::{Document, Documents};
use crate::json;
use crate::limits;
use crate::log::{LogError, Note, VerifierKey, checkpoint_urn};
use crate::time::Timestamp;
use crate::trust::{TrustList, TrustListError};
pub use draft::PackDraft;

/// The first line of every pack: whoever signs checkpoints or other notes with the same key has signed no pack.
const FIRST_LINE: &str = "tanu-offline-pack/v1\n";

/// What packs of every version begin with.
pub(crate) const START: &str = "tanu-offline-pack/";

/// An offline pack whose signature holds.
#[derive(Clone, Debug)]
pub struct Pack {
    trust: TrustList,
    documents: Documents,
    made_at: i64,
    as_of: i64,
}

/// Why a pack is not believed, or something is no part of one.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PackError {
    /// The file is no signed note, or not one that this key signed.
    #[error("the offline pack is not signed by the key that was given: {0}")]
    Signature(#[source] LogError),
    /// What is signed is no pack.
    #[error("the offline pack is malformed: {0}")]
    Malformed(String),
    /// A version that this verifier does not know.
    #[error("the offline pack has version {0}; this verifier reads version 1")]
    Version(u64),
    /// More documents than a pack may have.
    #[error("the offline pack has {given} documents, where at most {most} are read")]
    TooMany {
        /// How many there are.
        given: usize,
        /// How many may be.
        most: usize,
    },
    /// Two documents of one name.
    #[error("the offline pack holds {0} twice")]
    Repeated(String),
    /// The trust list in it is none.
    #[error("the trust list of the offline pack is not accepted: {0}")]
    Trust(#[from] TrustListError),
    /// A document that does not verify, or that nobody would ask for.
    #[error("{id} does not belong into a pack: {fault}")]
    Document {
        /// Its name.
        id: String,
        /// One sentence.
        fault: String,
    },
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Body {
    version: u64,
    made_at: String,
    /// The bytes of the trust list: its own reader is strict about them.
    trust: String,
    documents: Vec<Packed>,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Packed {
    id: String,
    kind: Kind,
    /// When it was still what its issuer published.
    as_of: String,
    text: String,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    KeyDocument,
    StatusList,
    Checkpoint,
}

impl Pack {
    /// Reads a pack that `key` has signed. The signature comes first: nothing else is looked at before it holds.
    ///
    /// # Errors
    ///
    /// [`PackError`].
    pub fn open(bytes: &[u8], key: &VerifierKey) -> Result<Self, PackError> {
        let note = Note::parse_within(bytes, limits::PACK_BYTES_MAX);
        let note = note.map_err(PackError::Signature)?;
        note.verify(std::slice::from_ref(key)).map_err(PackError::Signature)?;
        let body = note.text().strip_prefix(FIRST_LINE).ok_or_else(|| {
            malformed(&format!("its first line is not `{}`", FIRST_LINE.trim_end()))
        })?;
        let body: Body = json::deserialize_within(body.as_bytes(), limits::PACK_BYTES_MAX)
            .map_err(|problem| PackError::Malformed(problem.detail))?;
        Self::read(body)
    }

    fn read(body: Body) -> Result<Self, PackError> {
        if body.version != 1 {
            return Err(PackError::Version(body.version));
        }
        let (given, most) = (body.documents.len(), limits::PACK_DOCUMENTS_MAX);
        if given > most {
            return Err(PackError::TooMany { given, most });
        }
        let made_at = time(&body.made_at)?;
        let mut pack = Self {
            trust: TrustList::parse(body.trust.as_bytes())?,
            documents: Documents::new(),
            made_at,
            as_of: made_at,
        };
        let mut names = HashSet::new();
        for packed in body.documents {
            pack.take(packed, &mut names)?;
        }
        Ok(pack)
    }

    fn take(&mut self, packed: Packed, names: &mut HashSet<String>) -> Result<(), PackError> {
        let as_of = time(&packed.as_of)?;
        if as_of > self.made_at {
            return Err(malformed("it holds a document that is younger than itself"));
        }
        let name = match packed.kind {
            Kind::KeyDocument | Kind::StatusList => packed.id,
            Kind::Checkpoint => checkpoint_urn(&packed.id),
        };
        if !names.insert(name.clone()) {
            return Err(PackError::Repeated(name));
        }
        self.as_of = self.as_of.min(as_of);
        // Its own signed validity decides whether it is fresh, and the age of the whole pack.
        self.documents.insert(name, Ok(Document::new(packed.text.into_bytes(), None)));
        Ok(())
    }

    /// Whom its maker believes.
    #[must_use]
    pub const fn trust(&self) -> &TrustList {
        &self.trust
    }

    /// Its key documents, status lists and checkpoints, which are verified when they are asked for.
    #[must_use]
    pub const fn documents(&self) -> &Documents {
        &self.documents
    }

    /// Whom its maker believes, and the documents.
    #[must_use]
    pub fn into_parts(self) -> (TrustList, Documents) {
        (self.trust, self.documents)
    }

    /// When it was made, Unix seconds.
    #[must_use]
    pub const fn made_at(&self) -> i64 {
        self.made_at
    }

    /// When everything in it was still what its issuers published, Unix seconds: the time of its oldest document.
    #[must_use]
    pub const fn as_of(&self) -> i64 {
        self.as_of
    }
}

/// Whole seconds, as [`Timestamp`] writes them: one spelling for each time.
fn time(text: &str) -> Result<i64, PackError> {
    Timestamp::parse(text)
        .filter(|time| time.to_string() == text)
        .map(Timestamp::unix_seconds)
        .ok_or_else(|| malformed("a time in it is not of the form 2026-05-15T08:00:00Z"))
}

fn malformed(fault: &str) -> PackError {
    PackError::Malformed(fault.to_owned())
}

#[cfg(test)]
mod tests;
