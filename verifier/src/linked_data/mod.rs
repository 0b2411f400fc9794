//! Linked data: from JSON under pinned contexts to canonical N-Quads.
//! It says what a document means; it must not know about proofs or credentials.

mod canonicalize;
mod compiled;
mod context;
mod expand;
#[cfg(feature = "general")]
mod general;
mod n_quads;
mod number;
mod pinned;
mod quad;
mod work;

use crate::json::{Object, Value};
use crate::problem::{Code, Problem};
use crate::report::Finding;

use canonicalize::canonical_digest;
#[cfg(any(test, feature = "general"))]
pub(crate) use canonicalize::hex;
pub use canonicalize::{Canonical, HashFunction, Poisoned, canonicalize};
pub(crate) use compiled::Contexts;
#[cfg(feature = "general")]
pub use general::{
    ContextDocuments, Direction, JsonLdError, Losses, Processing, Version, expand, general_quads,
};
pub use n_quads::{Labelled, parse_n_quads};
#[cfg(test)]
pub(crate) use pinned::coerced_to_identifiers;
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
        canonicalize(&dataset).map_err(|Poisoned| poisoned())
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

/// A document without one of its members, as far as it is read.
#[derive(Clone, Copy)]
pub(crate) struct Part<'d> {
    pub(crate) document: &'d Object<'d>,
    /// As in [`Claims`].
    pub(crate) without: &'static str,
    /// As in [`Claims`].
    pub(crate) quads_max: usize,
    /// As in [`Claims`].
    pub(crate) work: &'d Work,
}

impl Reading<'_> {
    /// The SHA-256 of the canonical N-Quads.
    pub(crate) fn digest(&self, part: Part<'_>) -> Result<[u8; 32], Finding> {
        match self {
            Self::Pinned { contexts, urls } => part.under(urls).digest(contexts),
            #[cfg(feature = "general")]
            Self::General { documents, context } => {
                let dataset = general::dataset(documents, context, part)?;
                canonical_digest(&dataset, part.work).map_err(|Poisoned| poisoned())
            }
        }
    }

    /// Whether the document means all that it says: no term, type or reference is lost.
    pub(crate) fn check_lossless(&self, part: Part<'_>) -> Result<(), Finding> {
        match self {
            Self::Pinned { contexts, urls } => part.under(urls).check_lossless(contexts),
            #[cfg(feature = "general")]
            Self::General { documents, context } => {
                general::dataset(documents, context, part).map(|_| ())
            }
        }
    }
}

impl<'d> Part<'d> {
    const fn under(self, urls: &'d [&'d str]) -> Claims<'d> {
        let Self { document, without, quads_max, work } = self;
        Claims { urls, document, without, quads_max, work }
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

fn poisoned() -> Finding {
    let detail =
        "Canonicalizing the document would take more work than any honest credential needs.";
    Finding::refused(Code::Poison, detail)
}

fn refused_at_limit(problem: Problem) -> Finding {
    match problem.code {
        Code::Limit => Finding::Refused(problem),
        _ => Finding::Fail(problem),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::data_integrity::canonical_document;
    use crate::problem::Code;

    fn refusal(subject: &serde_json::Value) -> Option<Code> {
        let document = json!({
            "@context": ["https://www.w3.org/ns/credentials/v2",
                "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
            "id": "urn:a", "type": ["VerifiableCredential"], "credentialSubject": subject,
        });
        canonical_document(&document).err().map(|problem| problem.code)
    }

    /// Every statement repeats its subject: 100 kB of input would become gigabytes.
    #[test]
    fn a_long_identifier_of_many_statements_is_refused() {
        let tags = |count: usize| (0..count).map(|tag| tag.to_string()).collect::<Vec<_>>();
        let subject =
            |id: String, count| json!({ "id": id, "type": "Achievement", "tag": tags(count) });
        assert_eq!(refusal(&subject("urn:b".to_owned(), 10_000)), None);
        let long = format!("urn:{}", "b".repeat(50_000));
        assert_eq!(refusal(&subject(long.clone(), 10)), None);
        assert_eq!(refusal(&subject(long, 10_000)), Some(Code::Limit));
    }

    /// Nodes that nothing tells apart, around a node without a name: each would look at all the others, in every order.
    #[test]
    fn a_hub_with_thousands_of_equal_leaves_is_refused() {
        let leaves = |count: usize| vec![json!({ "type": "Alignment", "targetName": "n" }); count];
        let subject = |count| json!({ "type": "Achievement", "alignment": leaves(count) });
        assert_eq!(refusal(&subject(3)), None);
        assert_eq!(refusal(&subject(5_000)), Some(Code::Poison));
    }
}
