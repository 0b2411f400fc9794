//! What a proof signs: a document without its proofs, transformed and hashed as the proof's suite says.
//! Signing and verifying both come through here; it must not know whose a key is.

use super::SigningInput;
use super::chain::matching_proofs;
use super::proof::Proof;
use super::suite::Cryptosuite;
use crate::jcs;
use crate::json::{Object, Value};
use crate::key::{Algorithm, PublicKey};
use crate::limits;
#[cfg(feature = "general")]
use crate::linked_data::ContextDocuments;
use crate::linked_data::{Contexts, Part, Reading, Work, context_urls};
use crate::problem::Code;
use crate::report::Finding;
use crate::time::Timestamp;

/// A document without its proofs, transformed once for all of them.
pub(crate) struct Unsecured<'v> {
    reading: Reading<'v>,
    /// As it is written, with its proofs.
    document: &'v Object<'v>,
    /// SHA-256 of the canonical dataset; `None` while no proof asked for it.
    dataset: Option<[u8; 32]>,
    work: &'v Work,
}

impl<'v> Unsecured<'v> {
    /// Fails where anything would stay unsigned, whatever the suite: a term that no context defines means nothing.
    pub(crate) fn new(
        contexts: &'v Contexts,
        document: &'v Object<'v>,
        work: &'v Work,
    ) -> Result<Self, Finding> {
        let reading = pinned(contexts, document)?;
        Self { reading, document, dataset: None, work }.transformed(fixed_by_text(document))
    }

    /// A document that a token carries: its text is signed, whatever proofs it may have besides.
    pub(crate) fn of_token(
        contexts: &'v Contexts,
        document: &'v Object<'v>,
        work: &'v Work,
    ) -> Result<Self, Finding> {
        let reading = pinned(contexts, document)?;
        Self { reading, document, dataset: None, work }.transformed(true)
    }

    /// A document under any contexts, its own among them.
    #[cfg(feature = "general")]
    pub(crate) fn general(
        documents: &'v ContextDocuments,
        document: &'v Object<'v>,
        work: &'v Work,
    ) -> Result<Self, Finding> {
        let context = document.find("@context").ok_or_else(no_list_of_urls)?;
        let reading = Reading::General { documents, context };
        Self { reading, document, dataset: None, work }.transformed(fixed_by_text(document))
    }

    fn transformed(mut self, only_text: bool) -> Result<Self, Finding> {
        let unproved = self.without_proofs(self.document);
        if only_text {
            self.reading.check_lossless(unproved)?;
        } else {
            self.dataset = Some(self.reading.digest(unproved)?);
        }
        Ok(self)
    }

    /// "Proof Verification"; returns what was signed. `proofs` are all proofs of the document, for those that sign others too.
    pub(crate) fn verify(
        &self,
        proof: &Proof<'v>,
        proofs: &[Proof<'v>],
        key: &PublicKey,
        now: Timestamp,
    ) -> Result<SigningInput, Finding> {
        if proof.expires.is_some_and(|expires| now >= expires) {
            let detail = "The proof has passed its own `expires`.";
            let at = format!("{}/expires", proof.pointer);
            return Err(Finding::fail(Code::ProofExpired, detail).at(&at));
        }
        let previous = matching_proofs(proof, proofs);
        let signed = self.signing_input(proof.suite, proof.members, previous);
        let signed = signed.map_err(|finding| finding.under(&proof.pointer))?;
        let verified = key.verify(Algorithm::EdDsa, signed.as_bytes(), &proof.signature).map_err(|_| {
            let detail = "The signature does not match: the credential was changed after signing, or was signed with another key.";
            Finding::fail(Code::Signature, detail).at(&format!("{}/proofValue", proof.pointer))
        });
        verified.map(|()| signed)
    }

    /// "Transformation", "Proof Configuration" and "Hashing" of a suite. `options` are the proof, with or without its value;
    /// `previous` are the proofs that are signed with the document.
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
            _ if previous.is_empty() => self.reading.digest(self.without_proofs(self.document))?,
            // The previous proofs are part of what is signed, so `proof` is not left out here.
            _ => {
                let document = self.with_proofs(previous);
                let chained = Part { without: "@context", ..self.without_proofs(&document) };
                self.reading.digest(chained)?
            }
        };
        // The proof configuration has the document's contexts.
        let configuration = Part {
            document: options,
            without: "proofValue",
            quads_max: limits::PROOF_QUADS_MAX,
            work: self.work,
        };
        Ok(SigningInput::new(self.reading.digest(configuration)?, document))
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
        let configuration = options.without("proofValue");
        Ok(SigningInput::new(jcs::digest(&configuration), jcs::digest(&document)))
    }

    const fn without_proofs<'d>(&'d self, document: &'d Object<'d>) -> Part<'d> {
        Part { document, without: "proof", quads_max: limits::QUADS_MAX, work: self.work }
    }

    fn with_proofs(&self, previous: Vec<Value<'v>>) -> Object<'v> {
        if previous.is_empty() {
            self.document.without("proof")
        } else {
            self.document.with("proof", Value::Array(previous))
        }
    }
}

fn pinned<'v>(contexts: &'v Contexts, document: &'v Object<'v>) -> Result<Reading<'v>, Finding> {
    let urls = context_urls(document).ok_or_else(no_list_of_urls)?;
    Ok(Reading::Pinned { contexts, urls })
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

pub(super) fn no_list_of_urls() -> Finding {
    Finding::fail(Code::ContextNotAllowed, "`@context` is not a list of URLs.").at("/@context")
}
