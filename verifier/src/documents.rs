//! Where the verifier gets every document that is not in the credential itself.
//! It holds bytes under names; it must not fetch, and never takes a document from the input.

use std::collections::HashMap;

use crate::problem::{Code, Problem};
use crate::report::Finding;

/// A document as it was retrieved.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Document {
    /// The bytes, unchanged.
    pub bytes: Vec<u8>,
    /// When they were retrieved, Unix seconds. `None` for a document handed over offline: then its
    /// own signed validity decides whether it is fresh, not its `ttl`.
    pub retrieved_at: Option<i64>,
}

/// Why a document could not be had.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Unavailable {
    /// The server did not answer, or answered with an error.
    NotFetched,
    /// The address or the answer broke a rule of the fetcher.
    Hostile,
}

/// The documents at hand, by absolute URL or DID, without fragment.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    by_url: HashMap<String, Result<Document, Unavailable>>,
}

impl Documents {
    /// No documents.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what was found at `url`; a second find replaces the first.
    pub fn insert(&mut self, url: impl Into<String>, found: Result<Document, Unavailable>) {
        self.by_url.insert(url.into(), found);
    }

    /// What was found at `url`; `None` if nobody looked.
    #[must_use]
    pub fn find(&self, url: &str) -> Option<&Result<Document, Unavailable>> {
        self.by_url.get(url)
    }

    /// How many URLs are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_url.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_url.is_empty()
    }

    /// The document at `url`, or the finding that it is not at hand.
    pub(crate) fn require(&self, url: &str, code: Code) -> Result<&Document, Finding> {
        match self.find(url) {
            Some(Ok(document)) => Ok(document),
            Some(Err(_)) => {
                Err(Finding::unknown(code, format!("The document {url} could not be fetched.")))
            }
            None => Err(Finding::Missing(
                Problem::new(code, format!("The document {url} is not at hand.")),
                url.to_owned(),
            )),
        }
    }
}
