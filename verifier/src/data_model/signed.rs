//! The proofs of a plain document: every one of them must verify, and one of them must be by whoever the document names.
//! Keys are taken from `did:key` alone; no document is asked for.

use super::Expectations;
use crate::data_integrity::{Proof, Purpose, Unsecured, check_chain, read_proofs};
use crate::identifier::retrieve_key;
use crate::json::Object;
use crate::key::PublicKey;
use crate::linked_data::Work;
use crate::problem::{Code, Problem};
use crate::report::Finding;
use crate::time::Timestamp;

/// A document, and what its proofs must be.
pub(super) struct Signed<'s> {
    pub(super) document: &'s Object<'s>,
    pub(super) purpose: Purpose<'s>,
    /// The issuer or holder, if the document names one.
    pub(super) by: Option<&'s str>,
}

impl Signed<'_> {
    pub(super) fn verify(&self, expectations: &Expectations<'_>) -> Result<(), Problem> {
        let now = Timestamp::from_unix_seconds(expectations.now);
        self.check(expectations, now).map_err(Finding::into_problem)
    }

    fn check(&self, expectations: &Expectations<'_>, now: Timestamp) -> Result<(), Finding> {
        let proofs = read_proofs(self.document, self.purpose)?;
        check_chain(&proofs)?;
        // The suite of 2020 asks for it; Data Integrity leaves it out at will.
        if let Some(proof) =
            proofs.iter().find(|proof| proof.is_legacy() && proof.created.is_none())
        {
            let detail = "A proof of this suite says when it was made.";
            return Err(Finding::fail(Code::ProofMalformed, detail).at(&proof.pointer));
        }
        let keys = proofs.iter().map(|proof| key(proof, expectations, now));
        let keys: Vec<PublicKey> = keys.collect::<Result<_, _>>()?;
        self.check_controller(&proofs)?;
        let work = Work::default();
        let unsecured = Unsecured::general(expectations.contexts, self.document, &work)?;
        let mut each = proofs.iter().zip(&keys);
        each.try_for_each(|(proof, key)| unsecured.verify(proof, &proofs, key, now).map(drop))
    }

    /// Others may sign beside, and in a chain before, whoever the document names.
    fn check_controller(&self, proofs: &[Proof<'_>]) -> Result<(), Finding> {
        let own = |proof: &Proof<'_>| Some(controller(proof.verification_method)) == self.by;
        if self.by.is_none() || proofs.iter().any(own) {
            return Ok(());
        }
        let detail = "No proof is by a key of whoever the document names.";
        Err(Finding::fail(Code::KeyNotOfIssuer, detail).at("/proof"))
    }
}

fn controller(method: &str) -> &str {
    method.split_once('#').map_or(method, |(controller, _)| controller)
}

fn key(
    proof: &Proof<'_>,
    expectations: &Expectations<'_>,
    now: Timestamp,
) -> Result<PublicKey, Finding> {
    let method = proof.verification_method;
    let at = format!("{}/verificationMethod", proof.pointer);
    if !method.starts_with("did:key:") {
        let detail = "Only keys of did:key are found here.";
        return Err(Finding::fail(Code::VerificationMethodUrl, detail).at(&at));
    }
    retrieve_key(method, controller(method), expectations.documents, now)
        .map_err(|finding| finding.at(&at))
}
