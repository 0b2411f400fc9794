//! All that the conformance server has: four issuers, their status lists, the contexts that may be loaded.
//! It is made at start; only the status lists change.

use std::collections::BTreeMap;
use std::sync::Mutex;

use verifier::{ContextDocuments, Cryptosuite, JsonLdError};

use super::key::ThrowawayKey;
use super::revocations::Revocations;

/// How an issuer secures what it issues.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Securing {
    /// A Data Integrity proof.
    Proof(Cryptosuite),
    /// The same, with an entry in a status list.
    ProofAndStatus,
    /// A VC-JWT, in an enveloped credential.
    Token,
}

/// One issuer: a key, and a way to secure.
#[derive(Debug)]
pub struct Issuer {
    pub(super) key: ThrowawayKey,
    pub(super) securing: Securing,
}

impl Issuer {
    /// The DID that its credentials name as `issuer`.
    #[must_use]
    pub fn did(&self) -> String {
        self.key.did()
    }
}

/// The state of the server.
#[derive(Debug)]
pub struct Bench {
    base_url: String,
    issuers: BTreeMap<&'static str, Issuer>,
    pub(super) contexts: ContextDocuments,
    pub(super) revocations: Mutex<Revocations>,
}

/// Why no bench can be made.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// The operating system has no randomness to give.
    #[error("no keys can be made: {0}")]
    Randomness(getrandom::Error),
    /// A context of ours cannot be read.
    #[error("a context cannot be read: {0}")]
    Context(#[from] JsonLdError),
}

/// What `https://www.w3.org/ns/credentials/examples/v2` says: every term that nothing else defines is an example. Our own verifier
/// does not pin it, because no misspelling could be told under it; the fixtures of the suites use it.
const EXAMPLES: (&str, &str) = (
    "https://www.w3.org/ns/credentials/examples/v2",
    r#"{"@context":{"@vocab":"https://www.w3.org/ns/credentials/examples#"}}"#,
);

impl Bench {
    /// Fresh issuers at `base_url`.
    ///
    /// # Errors
    /// If the operating system has no randomness to give.
    pub fn new(base_url: String) -> Result<Self, BenchError> {
        let mut issuers = BTreeMap::new();
        for (name, securing) in [
            ("rdfc", Securing::Proof(Cryptosuite::EddsaRdfc2022)),
            ("jcs", Securing::Proof(Cryptosuite::EddsaJcs2022)),
            ("status", Securing::ProofAndStatus),
            ("jwt", Securing::Token),
        ] {
            let key = ThrowawayKey::generate().map_err(BenchError::Randomness)?;
            issuers.insert(name, Issuer { key, securing });
        }
        let mut contexts = ContextDocuments::pinned();
        contexts.insert(EXAMPLES.0, EXAMPLES.1)?;
        Ok(Self { base_url, issuers, contexts, revocations: Mutex::default() })
    }

    /// `https://127.0.0.1:8443`, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Every issuer with its name in addresses.
    pub fn issuers(&self) -> impl Iterator<Item = (&'static str, &Issuer)> {
        self.issuers.iter().map(|(name, issuer)| (*name, issuer))
    }

    pub(super) fn issuer(&self, name: &str) -> Option<&Issuer> {
        self.issuers.get(name)
    }
}
