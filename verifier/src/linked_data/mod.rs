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

/// The canonical N-Quads of `document` under the context list `urls`, if it makes at most `quads_max` statements.
///
/// The document's own top-level `@context` is not looked at: a proof configuration has the one of the
/// document that it secures.
pub(crate) fn canonical_n_quads(
    contexts: &Contexts,
    urls: &[&str],
    document: &Object<'_>,
    quads_max: usize,
) -> Result<String, Finding> {
    let active = contexts.of_document(urls).map_err(|error| {
        Finding::Fail(Problem::new(Code::ContextNotAllowed, format!("{error}.")).at("/@context"))
    })?;
    let quads =
        expand::to_quads(contexts, &active, document, quads_max).map_err(
            |problem| match problem.code {
                Code::Limit => Finding::Refused(problem),
                _ => Finding::Fail(problem),
            },
        )?;
    match canonicalize(&quads, HashFunction::Sha256) {
        Ok(canonical) => Ok(canonical.n_quads),
        Err(Poisoned) => Err(Finding::refused(
            Code::Poison,
            "Canonicalizing the document would take more work than any honest credential needs.",
        )),
    }
}
