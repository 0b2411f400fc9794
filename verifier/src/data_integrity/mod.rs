//! Data Integrity proofs (VC Data Integrity 1.0; VC Data Integrity EdDSA Cryptosuites 1.0).
//! It says what is signed, for signing and for verifying alike; it must not know what a badge is, nor whose a key is.

mod chain;
mod proof;
mod suite;
mod unsecured;

use serde::Serializer;

use crate::base58;
use crate::json::{self, Object};
use crate::limits;
#[cfg(feature = "general")]
use crate::linked_data::ContextDocuments;
use crate::linked_data::{Contexts, Work, canonical_n_quads, context_urls, pinned_contexts};
use crate::problem::{Code, Problem};
use crate::report::Finding;
use crate::time::Timestamp;

pub(crate) use chain::check_chain;
pub(crate) use proof::{Proof, Purpose, read_proofs};
pub use suite::Cryptosuite;
pub(crate) use unsecured::Unsecured;

/// What a proof says of itself, besides its value ("Representation: DataIntegrityProof").
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ProofOptions {
    /// How the document is made into what is signed.
    pub cryptosuite: Cryptosuite,
    /// DID URL of the key.
    pub verification_method: String,
    /// When the proof is made: an `xsd:dateTimeStamp`.
    pub created: String,
}

/// The 64 bytes that a proof signs: the SHA-256 of the canonical proof configuration, then the SHA-256 of the canonical
/// document. Only [`signing_input`] and verification make them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SigningInput([u8; 64]);

impl SigningInput {
    fn new(configuration: [u8; 32], document: [u8; 32]) -> Self {
        let mut bytes = [0; 64];
        let (first, second) = bytes.split_at_mut(32);
        first.copy_from_slice(&configuration);
        second.copy_from_slice(&document);
        Self(bytes)
    }

    /// The bytes, for the signature algorithm.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

/// What must be signed to secure `document` with these options ("Create Proof", steps up to signing). Proofs that the document
/// already has are left as they are, and are not signed: proofs of one document stand beside each other as a set.
///
/// # Errors
///
/// The problem that verification would report: an unpinned context, an undefined term, a relative
/// reference, a date that is none.
pub fn signing_input(
    document: &serde_json::Value,
    options: &ProofOptions,
) -> Result<SigningInput, Problem> {
    let text = document.to_string();
    let document = json::parse(text.as_bytes())?;
    let configuration = options.configuration(&document)?;
    hash_data(pinned_contexts(), &document, &configuration).map_err(Finding::into_problem)
}

/// [`signing_input`] under any contexts, the document's own among them.
///
/// # Errors
///
/// As [`signing_input`]; a context outside `contexts` is one that is not at hand.
#[cfg(feature = "general")]
pub fn general_signing_input(
    document: &serde_json::Value,
    options: &ProofOptions,
    contexts: &ContextDocuments,
) -> Result<SigningInput, Problem> {
    let text = document.to_string();
    let document = json::parse(text.as_bytes())?;
    let configuration = options.configuration(&document)?;
    let work = Work::default();
    Unsecured::general(contexts, &document, &work)
        .and_then(|unsecured| hash_unsecured(&unsecured, &configuration))
        .map_err(Finding::into_problem)
}

/// The canonical N-Quads of a document under the pinned contexts, without its proof: the text whose hash is the second half of
/// a [`SigningInput`] of the suites that read RDF.
///
/// # Errors
///
/// As [`signing_input`].
pub fn canonical_document(document: &serde_json::Value) -> Result<String, Problem> {
    let text = document.to_string();
    let document = json::parse(text.as_bytes())?;
    let urls =
        context_urls(&document).ok_or_else(|| unsecured::no_list_of_urls().into_problem())?;
    let document = document.without("proof");
    canonical_n_quads(pinned_contexts(), &urls, &document, limits::QUADS_MAX)
        .map_err(Finding::into_problem)
}

/// The secured document: `document` with one proof more, of these options and this signature.
#[must_use]
pub fn secure(
    document: &serde_json::Value,
    options: &ProofOptions,
    signature: &[u8; 64],
) -> serde_json::Value {
    let mut secured = document.clone();
    // What was written a moment ago is read.
    let proof = serde_json::from_str(&options.proof(document.get("@context"), signature));
    if let (Some(members), Ok(proof)) = (secured.as_object_mut(), proof) {
        let mut proofs = match members.remove("proof") {
            None => Vec::new(),
            Some(serde_json::Value::Array(proofs)) => proofs,
            Some(single) => vec![single],
        };
        proofs.push(proof);
        members.insert("proof".to_owned(), serde_json::Value::Array(proofs));
    }
    secured
}

impl ProofOptions {
    /// The members of a proof without its value, in the order written.
    fn members(&self) -> impl Iterator<Item = (&str, &str)> {
        let options = [
            ("created", self.created.as_str()),
            ("verificationMethod", &self.verification_method),
            ("proofPurpose", "assertionMethod"),
        ];
        self.cryptosuite.names().iter().copied().chain(options)
    }

    /// Whether the proof names the contexts of its document: its text does not tell by itself under which it was signed
    /// ("Create Proof (eddsa-jcs-2022)", step 2).
    pub(crate) fn names_context(&self) -> bool {
        self.cryptosuite == Cryptosuite::EddsaJcs2022
    }

    /// The proof configuration for `document`.
    pub(crate) fn configuration<'v>(
        &'v self,
        document: &Object<'v>,
    ) -> Result<Object<'v>, Problem> {
        if Timestamp::parse(&self.created).is_none() {
            return Err(Problem::new(Code::MalformedValue, "`created` is not a date and time.")
                .at("/proof/created"));
        }
        let configuration = Object::of_texts(self.members());
        match document.find("@context") {
            Some(context) if self.names_context() => {
                Ok(configuration.with("@context", context.clone()))
            }
            _ => Ok(configuration),
        }
    }

    /// The whole proof as JSON, for a document with this context.
    pub(crate) fn proof(
        &self,
        context: Option<&serde_json::Value>,
        signature: &[u8; 64],
    ) -> String {
        let value = format!("z{}", base58::encode(signature));
        let members = self.members().chain([("proofValue", value.as_str())]);
        let mut json = Vec::with_capacity(512);
        // Strings into memory: nothing can fail.
        let _ = serde_json::Serializer::new(&mut json).collect_map(members);
        if let Some(context) = context.filter(|_| self.names_context()) {
            json.pop();
            json.extend_from_slice(format!(",\"@context\":{context}}}").as_bytes());
        }
        String::from_utf8(json).unwrap_or_default()
    }
}

/// What the proof with these options signs of `document`.
pub(crate) fn hash_data<'v>(
    contexts: &'v Contexts,
    document: &'v Object<'v>,
    options: &Object<'v>,
) -> Result<SigningInput, Finding> {
    let work = Work::default();
    let unsecured = Unsecured::new(contexts, document, &work)?;
    hash_unsecured(&unsecured, options)
}

fn hash_unsecured<'v>(
    unsecured: &Unsecured<'v>,
    options: &Object<'v>,
) -> Result<SigningInput, Finding> {
    let suite = Cryptosuite::of(options).ok_or_else(|| {
        Finding::fail(Code::UnsupportedSuite, "The proof options name no supported cryptosuite.")
    })?;
    unsecured.signing_input(suite, options, Vec::new()).map_err(|finding| finding.under("/proof"))
}

#[cfg(test)]
mod tests;
