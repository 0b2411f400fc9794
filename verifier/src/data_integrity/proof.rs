//! One proof of a document, as far as it can be read without knowing what it signs.
//! It must not look at the document, nor for a key.

use super::suite::Cryptosuite;
use crate::base58;
use crate::json::{Object, Value};
use crate::limits;
use crate::problem::Code;
use crate::report::Finding;
use crate::time::Timestamp;

/// One proof of a document, well formed and of a supported suite; its signature is not checked yet.
#[derive(Debug)]
pub(crate) struct Proof<'v> {
    pub(super) members: &'v Object<'v>,
    /// JSON Pointer to the proof in its document.
    pub(crate) pointer: String,
    pub(crate) suite: Cryptosuite,
    pub(crate) verification_method: &'v str,
    pub(crate) created: Option<Timestamp>,
    pub(crate) expires: Option<Timestamp>,
    /// `previousProof`: identifiers of the proofs that this one signs too.
    pub(super) previous: Vec<&'v str>,
    /// 64 bytes: R and S of RFC 8032.
    pub(crate) signature: [u8; 64],
}

/// What a proof must have been made for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Purpose<'p> {
    /// "I assert this", to everybody.
    Assertion,
    /// "It is me who presents this", to whoever asked with this challenge in this domain.
    #[cfg_attr(
        not(feature = "general"),
        expect(dead_code, reason = "only general documents are presented")
    )]
    Authentication { domain: Option<&'p str>, challenge: Option<&'p str> },
}

/// Every proof of `document`, all of them well formed ("Verify Proof", steps 1 to 4).
pub(crate) fn read_proofs<'v>(
    document: &'v Object<'v>,
    purpose: Purpose<'_>,
) -> Result<Vec<Proof<'v>>, Finding> {
    let no_proof = || Finding::fail(Code::NoProof, "The document carries no proof.").at("/proof");
    let proofs = document.find("proof").map(Value::items).ok_or_else(no_proof)?;
    if proofs.is_empty() {
        return Err(no_proof());
    }
    if proofs.len() > limits::PROOFS_MAX {
        let detail = format!("The document carries more than {} proofs.", limits::PROOFS_MAX);
        return Err(Finding::refused(Code::Limit, detail).at("/proof"));
    }
    let listed = matches!(document.find("proof"), Some(Value::Array(_)));
    let pointer = |index| if listed { format!("/proof/{index}") } else { "/proof".to_owned() };
    let placed = proofs.iter().enumerate().map(|(index, proof)| (pointer(index), proof));
    placed
        .map(|(pointer, proof)| match proof {
            Value::Object(members) => Proof::read(members, pointer, purpose),
            Value::Null => Err(no_proof()),
            other => {
                let detail = format!("The proof is {}, not an object.", other.kind());
                Err(Finding::fail(Code::ProofMalformed, detail).at(&pointer))
            }
        })
        .collect()
}

impl<'v> Proof<'v> {
    fn read(
        members: &'v Object<'v>,
        pointer: String,
        purpose: Purpose<'_>,
    ) -> Result<Self, Finding> {
        let malformed = |detail: &str| Finding::fail(Code::ProofMalformed, detail).at(&pointer);
        let Some(suite) = Cryptosuite::of(members) else {
            let detail = "The proof is of a cryptosuite that this verifier does not support.";
            return Err(Finding::fail(Code::UnsupportedSuite, detail).at(&pointer));
        };
        check_purpose(members, purpose).map_err(|finding| finding.at(&pointer))?;
        if members.find("@context").is_some() && suite != Cryptosuite::EddsaJcs2022 {
            return Err(malformed("A proof of this suite must not have a context of its own."));
        }
        let date = |name: &str| match members.find(name) {
            None => Ok(None),
            Some(value) => match value.as_str().and_then(Timestamp::parse_lenient) {
                Some(date) => Ok(Some(date)),
                None => Err(malformed("A date of the proof is not a date and time.")),
            },
        };
        let method = members.text("verificationMethod");
        let method = method.ok_or_else(|| malformed("The proof names no verification method."))?;
        let (created, expires) = (date("created")?, date("expires")?);
        let previous = previous(members)
            .ok_or_else(|| malformed("`previousProof` does not name proofs by their `id`."))?;
        let signature = read_signature(members.text("proofValue"))
            .map_err(|finding| finding.at(&format!("{pointer}/proofValue")))?;
        let verification_method = method;
        Ok(Self {
            members,
            pointer,
            suite,
            verification_method,
            created,
            expires,
            previous,
            signature,
        })
    }

    /// Whether the proof is in a form that was replaced when VC Data Model 2.0 came.
    pub(crate) fn is_legacy(&self) -> bool {
        self.suite == Cryptosuite::Ed25519Signature2020
            || self.members.text("cryptosuite") == Some("eddsa-2022")
    }

    /// Whether the proof was made under exactly the contexts that `document` has.
    pub(crate) fn shares_context(&self, document: &Object<'_>) -> bool {
        let own = self.members.find("@context");
        own.is_none() || own == document.find("@context")
    }
}

/// A proof made for somebody says something else than one made for everybody: neither stands for the other.
fn check_purpose(members: &Object<'_>, purpose: Purpose<'_>) -> Result<(), Finding> {
    let malformed = |detail: &str| Err(Finding::fail(Code::ProofMalformed, detail));
    let (name, domain, challenge) = match purpose {
        Purpose::Assertion => ("assertionMethod", None, None),
        Purpose::Authentication { domain, challenge } => ("authentication", domain, challenge),
    };
    if members.text("proofPurpose") != Some(name) {
        return malformed(&format!("The proof's purpose is not `{name}`."));
    }
    let asked = |member: &str, expected: Option<&str>| match (members.find(member), expected) {
        (None, None) => true,
        (Some(value), Some(expected)) => {
            value.items().iter().any(|item| item.as_str() == Some(expected))
        }
        _ => false,
    };
    if !asked("domain", domain) || !asked("challenge", challenge) {
        return malformed("The proof was made for another `domain` or `challenge`.");
    }
    Ok(())
}

/// `previousProof`: one identifier or several; `None` if it is anything else.
fn previous<'v>(members: &'v Object<'v>) -> Option<Vec<&'v str>> {
    match members.find("previousProof") {
        None => Some(Vec::new()),
        Some(value) if value.items().is_empty() => None,
        Some(value) => value.items().iter().map(Value::as_str).collect(),
    }
}

/// `proofValue`: `z` and the base58btc of 64 bytes.
fn read_signature(value: Option<&str>) -> Result<[u8; 64], Finding> {
    let malformed = || {
        Finding::fail(
            Code::ProofMalformed,
            "`proofValue` is not a base58btc signature of 64 bytes.",
        )
    };
    let encoded = value.and_then(|value| value.strip_prefix('z')).ok_or_else(malformed)?;
    if encoded.len() > limits::PROOF_VALUE_CHARS_MAX {
        return Err(malformed());
    }
    base58::decode(encoded).ok_or_else(malformed)
}
