//! Proof chains: which other proofs a proof signs ("Proof Chains" of VC Data Integrity).
//! It orders proofs by their names; it must not verify them.

use std::collections::HashSet;

use super::proof::Proof;
use crate::json::Value;
use crate::problem::Code;
use crate::report::Finding;

/// Whether every `previousProof` names a proof of the same document and no proof comes, by whatever way, before itself.
pub(crate) fn check_chain(proofs: &[Proof<'_>]) -> Result<(), Finding> {
    let fault = |proof: &Proof<'_>, detail: &str| {
        let at = format!("{}/previousProof", proof.pointer);
        Finding::fail(Code::ProofMalformed, detail).at(&at)
    };
    let mut known = HashSet::new();
    for proof in proofs {
        if proof.id().is_some_and(|id| !known.insert(id)) {
            let detail = "Two proofs have one `id`, so a chain through it is ambiguous.";
            return Err(Finding::fail(Code::ProofMalformed, detail).at(&proof.pointer));
        }
    }
    if let Some(lost) =
        proofs.iter().find(|proof| proof.previous.iter().any(|id| !known.contains(id)))
    {
        return Err(fault(lost, "`previousProof` names a proof that is not there."));
    }
    // Take away, again and again, the proofs that wait for none: what remains waits for itself.
    let mut settled = HashSet::new();
    let mut waiting: Vec<&Proof<'_>> = proofs.iter().collect();
    while !waiting.is_empty() {
        let before = waiting.len();
        let (ready, rest): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .partition(|proof| proof.previous.iter().all(|id| settled.contains(id)));
        settled.extend(ready.iter().filter_map(|proof| proof.id()));
        if let (true, Some(circular)) = (rest.len() == before, rest.first()) {
            return Err(fault(circular, "The proofs name each other in a circle."));
        }
        waiting = rest;
    }
    Ok(())
}

/// The proofs that `proof` signs besides the document, as they stand there ("Verify Proof Sets and Chains").
pub(super) fn matching_proofs<'v>(proof: &Proof<'v>, proofs: &[Proof<'v>]) -> Vec<Value<'v>> {
    let named = |other: &&Proof<'v>| other.id().is_some_and(|id| proof.previous.contains(&id));
    proofs.iter().filter(named).map(|other| Value::Object(other.members.clone())).collect()
}

impl<'v> Proof<'v> {
    fn id(&self) -> Option<&'v str> {
        self.members.text("id")
    }
}
