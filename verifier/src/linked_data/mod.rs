//! Linked data: from JSON under pinned contexts to canonical N-Quads.
//! It says what a document means; it must not know about proofs or credentials.

mod canonicalize;
mod compiled;
mod context;
mod expand;
mod n_quads;
mod number;
mod pinned;
mod quad;
mod work;

use crate::json::{Object, Value};
use crate::problem::{Code, Problem};
use crate::report::Finding;

use canonicalize::canonical_digest;
#[cfg(test)]
pub(crate) use canonicalize::hex;
pub use canonicalize::{Canonical, HashFunction, Poisoned, canonicalize};
pub(crate) use compiled::Contexts;
pub use n_quads::{Labelled, parse_n_quads};
pub(crate) use pinned::contexts as pinned_contexts;
pub use quad::{Dataset, Node};
pub(crate) use work::Work;

/// What a document says, to be canonicalized.
#[derive(Clone, Copy)]
pub(crate) struct Claims<'d> {
    /// The context list that it is read under. Its own top-level `@context` is not looked at: a proof configuration has the one
    /// of the document that it secures.
    pub(crate) urls: &'d [&'d str],
    pub(crate) document: &'d Object<'d>,
    /// A top-level member that is not part of it: the `proof` of a document, the `proofValue` of a proof.
    pub(crate) without: &'static str,
    /// How many statements it may make.
    pub(crate) quads_max: usize,
    /// What its canonicalization may cost.
    pub(crate) work: &'d Work,
}

/// The URLs of a document's `@context`, if it is a list of URLs and nothing else.
pub(crate) fn context_urls<'v>(document: &'v Object<'_>) -> Option<Vec<&'v str>> {
    match document.find("@context")? {
        Value::Array(items) => items.iter().map(Value::as_str).collect(),
        single => single.as_str().map(|url| vec![url]),
    }
}

impl Claims<'_> {
    /// The SHA-256 of the canonical N-Quads.
    pub(crate) fn digest(&self, contexts: &Contexts) -> Result<[u8; 32], Finding> {
        self.canonicalized(contexts, |dataset| canonical_digest(dataset, self.work))
    }

    /// The canonical N-Quads.
    pub(crate) fn n_quads(&self, contexts: &Contexts) -> Result<String, Finding> {
        self.canonicalized(contexts, |dataset| {
            canonicalize(dataset, HashFunction::Sha256).map(|canonical| canonical.n_quads)
        })
    }

    /// Whether the document means all that it says: no term, type or reference is lost.
    pub(crate) fn check_lossless(&self, contexts: &Contexts) -> Result<(), Finding> {
        self.canonicalized(contexts, |_| Ok(()))
    }

    fn canonicalized<T>(
        &self,
        contexts: &Contexts,
        canonicalize: impl FnOnce(&Dataset<'_>) -> Result<T, Poisoned>,
    ) -> Result<T, Finding> {
        let compiled = contexts.compiled();
        let active = compiled.of_document(self.urls).map_err(|error| {
            Finding::fail(Code::ContextNotAllowed, format!("{error}.")).at("/@context")
        })?;
        let dataset = expand::to_quads(&compiled, active, self).map_err(refused_at_limit)?;
        canonicalize(&dataset).map_err(|Poisoned| {
            Finding::refused(
                Code::Poison,
                "Canonicalizing the document would take more work than any honest credential needs.",
            )
        })
    }
}

/// The canonical N-Quads of `document` under the context list `urls`, if it makes at most `quads_max` statements.
pub(crate) fn canonical_n_quads(
    contexts: &Contexts,
    urls: &[&str],
    document: &Object<'_>,
    quads_max: usize,
) -> Result<String, Finding> {
    let work = &Work::default();
    Claims { urls, document, without: "@context", quads_max, work }.n_quads(contexts)
}

fn refused_at_limit(problem: Problem) -> Finding {
    match problem.code {
        Code::Limit => Finding::Refused(problem),
        _ => Finding::Fail(problem),
    }
}
