//! Where the verifier gets every document that is not in the credential itself.
//! It holds bytes under names; it must not fetch, and never takes a document from the input.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::problem::{Code, Problem};
use crate::report::Finding;
use crate::status::StatusList;

/// A document as it was retrieved.
#[derive(Clone, Debug)]
pub struct Document {
    bytes: Vec<u8>,
    retrieved_at: Option<i64>,
    /// The status list that it holds, once it was verified: thousands of credentials may ask it. Copies of
    /// the document share it.
    status_list: Arc<OnceLock<Arc<StatusList>>>,
}

impl Document {
    /// The document of these bytes, unchanged, and when they were retrieved, Unix seconds. `None` for a document handed over
    /// offline: then its own signed validity decides whether it is fresh, not its `ttl`.
    #[must_use]
    pub fn new(bytes: Vec<u8>, retrieved_at: Option<i64>) -> Self {
        Self { bytes, retrieved_at, status_list: Arc::default() }
    }

    /// The bytes, unchanged.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// When they were retrieved, Unix seconds.
    #[must_use]
    pub const fn retrieved_at(&self) -> Option<i64> {
        self.retrieved_at
    }

    /// The place for what was verified of it.
    pub(crate) fn status_list(&self) -> &OnceLock<Arc<StatusList>> {
        &self.status_list
    }
}

/// What was verified of it follows from the bytes.
impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        (&self.bytes, self.retrieved_at) == (&other.bytes, other.retrieved_at)
    }
}

impl Eq for Document {}

/// Why a document could not be had. None of them is the credential's fault.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Unavailable {
    /// The server could not be reached, was not the one it should be, or answered with an error.
    NotFetched,
    /// The server says that there is no such document (RFC 9110, "404 Not Found", "410 Gone").
    NotThere,
    /// Whoever fetches has fetched as much as it may for now.
    Postponed,
    /// The address is one that is never asked: not HTTPS, or not on the public internet.
    AddressNotAllowed,
    /// The answer cannot be the document: a redirect, too large, encoded, or of another content type.
    AnswerNotAcceptable,
    /// The status list is an older edition than one seen before.
    RolledBack,
}

impl Unavailable {
    /// The kind of problem, and why the document `url` is not there. `missing` is the kind for a document that
    /// could simply not be had.
    fn problem(self, url: &str, missing: Code) -> Problem {
        // The specification names the failed retrieval of a status list; nobody names that of a key document.
        let not_fetched = match missing {
            Code::DocumentMissing => Code::NotFetched,
            named => named,
        };
        let (code, reason) = match self {
            Self::NotFetched => (not_fetched, "could not be fetched"),
            Self::NotThere => (not_fetched, "could not be fetched: its server has none there"),
            Self::Postponed => {
                (not_fetched, "was not fetched: enough is fetched for now; try again in a minute")
            }
            Self::AddressNotAllowed => {
                (Code::AddressNotAllowed, "was not fetched: its address is never asked")
            }
            Self::AnswerNotAcceptable => {
                (Code::AnswerNotAcceptable, "was not used: the answer cannot be that document")
            }
            Self::RolledBack => {
                (Code::StatusStale, "was not used: it is older than the one seen before")
            }
        };
        Problem::new(code, format!("The document {url} {reason}."))
    }
}

/// The documents at hand, by absolute URL or DID, without fragment.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    by_url: HashMap<String, Result<Document, Unavailable>>,
    /// Where to look for what is not here.
    below: Option<Arc<Self>>,
}

impl Documents {
    /// No documents.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// No documents of its own, but all of `below`, which is shared and not copied.
    #[must_use]
    pub fn over(below: Arc<Self>) -> Self {
        Self { by_url: HashMap::new(), below: Some(below) }
    }

    /// The same, with all of `below` for what is not here.
    #[must_use]
    pub fn above(self, below: Arc<Self>) -> Self {
        Self { below: Some(below), ..self }
    }

    /// Adds what was found at `url`; a second find replaces the first.
    pub fn insert(&mut self, url: impl Into<String>, found: Result<Document, Unavailable>) {
        self.by_url.insert(url.into(), found);
    }

    /// Forgets what was found at `url`; what lies below stays.
    pub fn remove(&mut self, url: &str) {
        self.by_url.remove(url);
    }

    /// What was found at `url`; `None` if nobody looked.
    #[must_use]
    pub fn find(&self, url: &str) -> Option<&Result<Document, Unavailable>> {
        let below = || self.below.as_ref().and_then(|below| below.find(url));
        self.by_url.get(url).or_else(below)
    }

    /// How many URLs are known here, without those of the documents below.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_url.len()
    }

    /// Whether none is known here.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_url.is_empty()
    }

    /// The document at `url`, or the finding that it is not at hand. `code` is the kind of problem when nobody
    /// looked. A document that could not be had is named as missing too: the caller may have it from elsewhere.
    pub(crate) fn require(&self, url: &str, code: Code) -> Result<&Document, Finding> {
        let problem = match self.find(url) {
            Some(Ok(document)) => return Ok(document),
            Some(Err(reason)) => reason.problem(url, code),
            None => Problem::new(code, format!("The document {url} is not at hand.")),
        };
        Err(Finding::Missing(problem, vec![url.to_owned()]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Result<Document, Unavailable> {
        Ok(Document::new(text.as_bytes().to_vec(), None))
    }

    #[test]
    fn what_lies_below_is_found_unless_it_is_covered() {
        let mut below = Documents::new();
        below.insert("urn:a", document("a"));
        below.insert("urn:b", document("b"));
        let mut documents = Documents::over(Arc::new(below));
        documents.insert("urn:b", document("newer b"));
        assert_eq!(documents.find("urn:a"), Some(&document("a")));
        assert_eq!(documents.find("urn:b"), Some(&document("newer b")));
        assert_eq!((documents.find("urn:c"), documents.len()), (None, 1));
        documents.remove("urn:b");
        assert_eq!((documents.find("urn:b"), documents.len()), (Some(&document("b")), 0));
    }

    #[test]
    fn what_was_verified_of_a_document_is_known_to_its_copies() {
        let original = Document::new(Vec::new(), None);
        assert!(std::ptr::eq(original.clone().status_list(), original.status_list()));
    }

    #[test]
    fn every_reason_is_told_and_the_document_is_named() {
        let mut documents = Documents::new();
        for (reason, key, list) in [
            (Unavailable::NotFetched, Code::NotFetched, Code::StatusRetrieval),
            (Unavailable::NotThere, Code::NotFetched, Code::StatusRetrieval),
            (Unavailable::Postponed, Code::NotFetched, Code::StatusRetrieval),
            (Unavailable::AddressNotAllowed, Code::AddressNotAllowed, Code::AddressNotAllowed),
            (
                Unavailable::AnswerNotAcceptable,
                Code::AnswerNotAcceptable,
                Code::AnswerNotAcceptable,
            ),
            (Unavailable::RolledBack, Code::StatusStale, Code::StatusStale),
        ] {
            documents.insert("urn:x", Err(reason));
            for (asked, expected) in [(Code::DocumentMissing, key), (Code::StatusRetrieval, list)] {
                let Err(Finding::Missing(problem, urls)) = documents.require("urn:x", asked) else {
                    panic!("{reason:?}");
                };
                assert_eq!(
                    (problem.code, &urls[..]),
                    (expected, &["urn:x".to_owned()][..]),
                    "{reason:?}"
                );
                assert!(problem.detail.contains("urn:x"), "{}", problem.detail);
            }
        }
    }
}
