//! Linked data: from JSON under pinned contexts to canonical N-Quads.
//! It says what a document means; it must not know about proofs or credentials.

mod canonicalize;
mod context;
mod expand;
#[cfg(feature = "general")]
mod general;
mod n_quads;
mod pinned;
mod quad;

use crate::json::{Object, Value};
use crate::limits;
use crate::problem::{Code, Problem};
use crate::report::Finding;

#[cfg(test)]
pub(crate) use canonicalize::hex;
pub use canonicalize::{Canonical, HashFunction, Poisoned, canonicalize};
pub(crate) use context::Contexts;
#[cfg(feature = "general")]
pub use general::{
    ContextDocuments, Direction, JsonLdError, Losses, Processing, Version, expand, general_quads,
};
pub use n_quads::{Labelled, parse_n_quads};
pub(crate) use pinned::contexts as pinned_contexts;
pub use quad::{Blank, Quad, Term};

/// The URLs of a document's `@context`, if it is a list of URLs and nothing else.
pub(crate) fn context_urls<'v>(document: &'v Object<'_>) -> Option<Vec<&'v str>> {
    match document.find("@context")? {
        Value::Array(items) => items.iter().map(Value::as_str).collect(),
        single => single.as_str().map(|url| vec![url]),
    }
}

/// The contexts under which a document and its proofs are read: a proof configuration has those of the document that it secures.
pub(crate) enum Reading<'v> {
    /// Pinned contexts, by their URLs.
    Pinned { contexts: &'v Contexts, urls: Vec<&'v str> },
    /// Any contexts, the document's own among them.
    #[cfg(feature = "general")]
    General { documents: &'v ContextDocuments, context: &'v Value<'v> },
}

impl Reading<'_> {
    /// The canonical N-Quads of `document`, if it makes at most `quads_max` statements. Its own top-level `@context` is not looked at.
    pub(crate) fn canonical_n_quads(
        &self,
        document: &Object<'_>,
        quads_max: usize,
    ) -> Result<String, Finding> {
        let quads = self.to_quads(document, quads_max)?;
        match canonicalize(&quads, HashFunction::Sha256) {
            Ok(canonical) => Ok(canonical.n_quads),
            Err(Poisoned) => Err(Finding::refused(
                Code::Poison,
                "Canonicalizing the document would take more work than any honest credential needs.",
            )),
        }
    }

    /// Whether `document` means all that it says: no term, type or reference is lost.
    pub(crate) fn check_lossless(&self, document: &Object<'_>) -> Result<(), Finding> {
        self.to_quads(document, limits::QUADS_MAX).map(|_| ())
    }

    fn to_quads(&self, document: &Object<'_>, quads_max: usize) -> Result<Vec<Quad>, Finding> {
        let quads = match self {
            Self::Pinned { contexts, urls } => {
                let active = contexts.of_document(urls).map_err(|error| {
                    let problem = Problem::new(Code::ContextNotAllowed, format!("{error}."));
                    Finding::Fail(problem.at("/@context"))
                })?;
                expand::to_quads(contexts, &active, document, quads_max)
            }
            #[cfg(feature = "general")]
            Self::General { documents, context } => {
                let document = document.with("@context", (*context).clone());
                let text = document.to_serde().to_string();
                general_quads(&text, documents, &Processing::safe(), quads_max)
                    .map_err(Problem::from)
            }
        };
        quads.map_err(|problem| match problem.code {
            Code::Limit => Finding::Refused(problem),
            _ => Finding::Fail(problem),
        })
    }
}
