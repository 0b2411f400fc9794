//! How a document is secured: which keys its signatures name, and whether they hold.
//! It does not know what the document is for, nor whether anybody trusts the keys.

use crate::data_integrity::{Proof, Purpose, Unsecured, check_chain, read_proofs};
use crate::documents::Documents;
use crate::identifier::{Multikey, retrieve_key};
use crate::json::Object;
use crate::problem::Code;
use crate::report::Finding;
use crate::shape::DataModel;
use crate::time::Timestamp;

/// Every signature of a document, each with its key.
pub(crate) struct Signatures<'v> {
    proofs: Vec<Proof<'v>>,
    keys: Vec<Multikey>,
}

/// What a signature says of itself, for whoever must decide whether to believe its key.
pub(crate) struct Signed<'s> {
    pub(crate) key_id: &'s str,
    pub(crate) key: &'s Multikey,
    pub(crate) created: Option<Timestamp>,
}

/// The signatures of `document`, whose keys must all be those of `issuer`.
pub(crate) fn find_signatures<'v>(
    document: &'v Object<'v>,
    issuer: &str,
    documents: &Documents,
    now: Timestamp,
) -> Result<Signatures<'v>, Finding> {
    let proofs = read_proofs(document, Purpose::Assertion)?;
    check_chain(&proofs)?;
    proofs.iter().try_for_each(|proof| check_suite(proof, document))?;
    let keys = proofs.iter().map(|proof| {
        retrieve_key(proof.verification_method, issuer, documents, now)
            .map_err(|finding| finding.at(&format!("{}/verificationMethod", proof.pointer)))
    });
    let keys = keys.collect::<Result<_, _>>()?;
    Ok(Signatures { proofs, keys })
}

/// The older suite belongs to the older data model. And a document shows no contexts that its signer did not see.
fn check_suite(proof: &Proof<'_>, document: &Object<'_>) -> Result<(), Finding> {
    if proof.is_legacy() && DataModel::of(document) == DataModel::V2 {
        let detail = "This cryptosuite belongs to VC Data Model 1.1 alone.";
        return Err(Finding::fail(Code::UnsupportedSuite, detail).at(&proof.pointer));
    }
    if !proof.shares_context(document) {
        let detail = "The proof was made under other contexts than the document has.";
        return Err(Finding::fail(Code::ContextNotAllowed, detail).at("/@context"));
    }
    Ok(())
}

/// Whether a signature of the document, if it holds, covers its JSON to the letter.
pub(crate) fn is_fixed_to_the_letter(document: &Object<'_>) -> bool {
    read_proofs(document, Purpose::Assertion)
        .is_ok_and(|proofs| proofs.iter().any(|proof| proof.suite.fixes_the_text()))
}

impl<'v> Signatures<'v> {
    /// Verifies every signature: one that is broken says that somebody touched the document.
    pub(crate) fn verify(&self, unsecured: &Unsecured<'v>, now: Timestamp) -> Result<(), Finding> {
        let mut each = self.proofs.iter().zip(&self.keys);
        each.try_for_each(|(proof, key)| unsecured.verify(proof, &self.proofs, key, now))
    }

    /// What each signature says of itself.
    pub(crate) fn each(&self) -> impl Iterator<Item = Signed<'_>> {
        self.proofs.iter().zip(&self.keys).map(|(proof, key)| Signed {
            key_id: proof.verification_method,
            key,
            created: proof.created,
        })
    }

    /// The names of the ways in which the document is secured, in the order of its signatures.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.proofs.iter().map(|proof| proof.suite.name()).collect()
    }
}
