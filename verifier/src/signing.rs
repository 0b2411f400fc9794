//! Securing a credential from bytes to bytes, and the counterpart that checks nothing but its proofs.
//! It holds no secret key: it says what is to be signed, and writes the signature that it is given.

use crate::data_integrity::{
    ProofOptions, Purpose, SigningInput, Unsecured, hash_data, read_proofs,
};
use crate::identifier::Multikey;
use crate::json;
use crate::key::PublicKey;
use crate::linked_data::{Work, pinned_contexts};
use crate::problem::{Code, Problem};
use crate::report::Finding;
use crate::time::Timestamp;

/// An unsecured credential that was read once: what is to be signed for it, and its secured bytes once that is signed.
///
/// ```
/// use verifier::{Cryptosuite, ProofOptions, Securing};
///
/// let credential = br#"{"@context": ["https://www.w3.org/ns/credentials/v2"], "id": "urn:a", "type": "VerifiableCredential"}"#;
/// let options = ProofOptions {
///     cryptosuite: Cryptosuite::EddsaRdfc2022,
///     verification_method: "did:web:example.org#key-1".to_owned(),
///     created: "2026-05-15T00:00:00Z".to_owned(),
/// };
/// let securing = Securing::of(credential, &options)?;
/// let signature = [0; 64]; // made by whoever holds the key, of the 64 bytes `securing.input()`
/// let secured = securing.secure(&signature);
/// assert!(secured.starts_with(&credential[..credential.len() - 1]));
/// # Ok::<(), verifier::Problem>(())
/// ```
#[derive(Clone, Debug)]
pub struct Securing<'b> {
    /// The credential up to its last member.
    members: &'b [u8],
    options: &'b ProofOptions,
    context: Option<serde_json::Value>,
    input: SigningInput,
}

impl<'b> Securing<'b> {
    /// Reads `unsecured`, one JSON object, and computes what a proof with these options signs.
    ///
    /// # Errors
    ///
    /// As [`crate::signing_input`], and when the credential carries a proof already.
    pub fn of(unsecured: &'b [u8], options: &'b ProofOptions) -> Result<Self, Problem> {
        let document = json::parse(unsecured)?;
        if document.find("proof").is_some() {
            let detail = "The credential carries a proof already.";
            return Err(Problem::new(Code::ForbiddenConstruct, detail).at("/proof"));
        }
        let input = hash_data(pinned_contexts(), &document, &options.configuration(&document)?)
            .map_err(Finding::into_problem)?;
        let object = unsecured.trim_ascii_end();
        let members = object.strip_suffix(b"}").unwrap_or(object).trim_ascii_end();
        let context = document.find("@context").filter(|_| options.names_context());
        let context = context.map(json::Value::to_serde);
        Ok(Self { members, options, context, input })
    }

    /// What is to be signed.
    #[must_use]
    pub const fn input(&self) -> &SigningInput {
        &self.input
    }

    /// The secured credential: the bytes that were read, with `proof`, an array of one, as their last member.
    #[must_use]
    pub fn secure(&self, signature: &[u8; 64]) -> Vec<u8> {
        let proof = self.options.proof(self.context.as_ref(), signature);
        [self.members, b",\"proof\":[", proof.as_bytes(), b"]}"].concat()
    }
}

/// Whether every proof of the credential `secured` was made with `key`, as of `now`, Unix seconds. Nothing else is judged: not the
/// shape, not whose the key is, not the status.
///
/// # Errors
///
/// The problem that [`crate::verify()`] would report as reading, context or proof.
pub fn verify_proofs(secured: &[u8], key: &Multikey, now: i64) -> Result<(), Problem> {
    let document = json::parse(secured)?;
    let now = Timestamp::from_unix_seconds(now);
    let key = PublicKey::Ed25519(*key);
    let verified = read_proofs(&document, Purpose::Assertion).and_then(|proofs| {
        let work = Work::default();
        let unsecured = Unsecured::new(pinned_contexts(), &document, &work)?;
        proofs.iter().try_for_each(|proof| unsecured.verify(proof, &proofs, &key, now).map(drop))
    });
    verified.map_err(Finding::into_problem)
}
