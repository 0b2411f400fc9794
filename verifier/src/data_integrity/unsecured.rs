//! What a proof signs: a document without its proofs, transformed and hashed as the proof's suite says.
//! Signing and verifying both come through here; it must not know whose a key is.

use sha2::{Digest, Sha256};

use super::SigningInput;
use super::chain::matching_proofs;
use super::proof::Proof;
use super::suite::Cryptosuite;
use crate::identifier::Multikey;
use crate::jcs;
use crate::json::{Object, Value};
use crate::limits;
#[cfg(feature = "general")]
use crate::linked_data::ContextDocuments;
use crate::linked_data::{Contexts, Reading, context_urls};
use crate::problem::Code;
use crate::report::Finding;
use crate::time::Timestamp;

/// A document without its proofs, transformed once for all of them.
pub(crate) struct Unsecured<'v> {
    reading: Reading<'v>,
    document: Object<'v>,
    /// SHA-256 of the canonical dataset; `None` while no proof asked for it.
    dataset: Option<[u8; 32]>,
}

impl<'v> Unsecured<'v> {
    /// Fails where anything would stay unsigned, whatever the suite: a term that no context defines means nothing.
    pub(crate) fn new(contexts: &'v Contexts, document: &'v Object<'v>) -> Result<Self, Finding> {
        let urls = context_urls(document).ok_or_else(no_list_of_urls)?;
        Self::read(Reading::Pinned { contexts, urls }, document)
    }

    /// The same under any contexts, the document's own among them.
    #[cfg(feature = "general")]
    pub(crate) fn general(
        documents: &'v ContextDocuments,
        document: &'v Object<'v>,
    ) -> Result<Self, Finding> {
        let context = document.find("@context").ok_or_else(no_list_of_urls)?;
        Self::read(Reading::General { documents, context }, document)
    }

    fn read(reading: Reading<'v>, document: &'v Object<'v>) -> Result<Self, Finding> {
        let only_text = fixed_by_text(document);
        let document = document.without("proof");
        let dataset = if only_text {
            reading.check_lossless(&document)?;
            None
        } else {
            Some(canonical_digest(&reading, &document)?)
        };
        Ok(Self { reading, document, dataset })
    }

    /// "Proof Verification", with `verify_strict`: signatures that some verifiers accept and others do
    /// not are refused here. `proofs` are all proofs of the document, for those that sign others too.
    pub(crate) fn verify(
        &self,
        proof: &Proof<'v>,
        proofs: &[Proof<'v>],
        key: &Multikey,
        now: Timestamp,
    ) -> Result<(), Finding> {
        if proof.expires.is_some_and(|expires| now >= expires) {
            let detail = "The proof has passed its own `expires`.";
            let at = format!("{}/expires", proof.pointer);
            return Err(Finding::fail(Code::ProofExpired, detail).at(&at));
        }
        let options = proof.members.without("proofValue");
        let signed = self.signing_input(proof.suite, &options, matching_proofs(proof, proofs));
        let signed = signed.map_err(|finding| finding.under(&proof.pointer))?;
        key.verifying_key().verify_strict(signed.as_bytes(), &proof.signature).map_err(|_| {
            let detail = "The signature does not match: the credential was changed after signing, or was signed with another key.";
            Finding::fail(Code::Signature, detail).at(&format!("{}/proofValue", proof.pointer))
        })
    }

    /// "Transformation", "Proof Configuration" and "Hashing" of a suite; `previous` are the proofs that are signed with the document.
    pub(super) fn signing_input(
        &self,
        suite: Cryptosuite,
        options: &Object<'v>,
        previous: Vec<Value<'v>>,
    ) -> Result<SigningInput, Finding> {
        match suite {
            Cryptosuite::EddsaJcs2022 => self.text_input(options, previous),
            Cryptosuite::EddsaRdfc2022 | Cryptosuite::Ed25519Signature2020 => {
                self.dataset_input(options, previous)
            }
        }
    }

    fn dataset_input(
        &self,
        options: &Object<'v>,
        previous: Vec<Value<'v>>,
    ) -> Result<SigningInput, Finding> {
        let document = match self.dataset {
            Some(digest) if previous.is_empty() => digest,
            _ => canonical_digest(&self.reading, &self.with_proofs(previous))?,
        };
        // The proof configuration has the document's contexts.
        let options = self.reading.canonical_n_quads(options, limits::PROOF_QUADS_MAX)?;
        Ok(SigningInput::new(Sha256::digest(options).into(), document))
    }

    fn text_input(
        &self,
        options: &Object<'v>,
        previous: Vec<Value<'v>>,
    ) -> Result<SigningInput, Finding> {
        let mut document = self.with_proofs(previous);
        if let Some(context) = options.find("@context") {
            // "Verify Proof (eddsa-jcs-2022)": the document may have more contexts than were signed, but only after those.
            let (own, signed) = (self.document.find("@context"), context.items());
            if !own.is_some_and(|own| own.items().starts_with(signed)) {
                let detail =
                    "The document's contexts do not begin with those that the proof signs.";
                return Err(Finding::fail(Code::ContextNotAllowed, detail).at("/@context"));
            }
            document = document.with("@context", context.clone());
        }
        Ok(SigningInput::new(jcs::digest(options), jcs::digest(&document)))
    }

    fn with_proofs(&self, previous: Vec<Value<'v>>) -> Object<'v> {
        if previous.is_empty() {
            self.document.clone()
        } else {
            self.document.with("proof", Value::Array(previous))
        }
    }
}

/// Whether every proof signs the JSON itself, so that nobody needs the canonical dataset.
fn fixed_by_text(document: &Object<'_>) -> bool {
    let proofs = document.find("proof").map(Value::items).unwrap_or_default();
    !proofs.is_empty()
        && proofs.iter().all(|proof| {
            let suite = proof.as_object().and_then(Cryptosuite::of);
            suite.is_some_and(Cryptosuite::fixes_the_text)
        })
}

fn canonical_digest(reading: &Reading<'_>, document: &Object<'_>) -> Result<[u8; 32], Finding> {
    let canonical = reading.canonical_n_quads(document, limits::QUADS_MAX)?;
    Ok(Sha256::digest(canonical).into())
}

pub(super) fn no_list_of_urls() -> Finding {
    Finding::fail(Code::ContextNotAllowed, "`@context` is not a list of URLs.").at("/@context")
}
