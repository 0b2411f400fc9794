//! Data Integrity proofs with the cryptosuite `eddsa-rdfc-2022` (VC Data Integrity EdDSA Cryptosuites 1.0).
//! It says what is signed, for signing and for verifying alike; it must not know what a badge is, nor whose a key is.

use ed25519_dalek::Signature;
use serde::Serializer;

use crate::base58;
use crate::identifier::Multikey;
use crate::json::{self, Object, Value};
use crate::limits;
use crate::linked_data::{Claims, Contexts, canonical_n_quads, context_urls, pinned_contexts};
use crate::problem::{Code, Problem};
use crate::report::Finding;
use crate::time::Timestamp;

pub(crate) const CRYPTOSUITE: &str = "eddsa-rdfc-2022";

/// What a proof says of itself, besides its value ("Representation: DataIntegrityProof").
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ProofOptions {
    /// DID URL of the key.
    pub verification_method: String,
    /// When the proof is made: an `xsd:dateTimeStamp`.
    pub created: String,
}

/// The 64 bytes that an `eddsa-rdfc-2022` proof signs: the SHA-256 of the canonical proof configuration,
/// then the SHA-256 of the canonical document. Only [`signing_input`] and verification make them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SigningInput([u8; 64]);

impl SigningInput {
    /// The bytes, for the signature algorithm.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

/// What must be signed to secure `unsecured` with these options ("Create Proof", steps up to signing).
///
/// # Errors
///
/// The problem that verification would report: an unpinned context, an undefined term, a relative
/// reference, a date that is none.
pub fn signing_input(
    unsecured: &serde_json::Value,
    options: &ProofOptions,
) -> Result<SigningInput, Problem> {
    let text = unsecured.to_string();
    let document = json::parse(text.as_bytes())?;
    let options = options.to_object()?;
    hash_data(pinned_contexts(), &document, &options).map_err(Finding::into_problem)
}

/// The canonical N-Quads of a document under the pinned contexts, without its proof: the text whose hash is the second half of
/// a [`SigningInput`].
///
/// # Errors
///
/// As [`signing_input`].
pub fn canonical_document(document: &serde_json::Value) -> Result<String, Problem> {
    let text = document.to_string();
    let document = json::parse(text.as_bytes())?;
    let urls = context_urls(&document).ok_or_else(|| no_list_of_urls().into_problem())?;
    let document = document.without("proof");
    canonical_n_quads(pinned_contexts(), &urls, &document, limits::QUADS_MAX)
        .map_err(Finding::into_problem)
}

/// The secured document: `unsecured` with a proof of these options and this signature.
#[must_use]
pub fn secure(
    unsecured: &serde_json::Value,
    options: &ProofOptions,
    signature: &[u8; 64],
) -> serde_json::Value {
    let mut secured = unsecured.clone();
    // What was written a moment ago is read.
    let proof = serde_json::from_str(&options.to_proof(signature));
    if let (Some(members), Ok(proof)) = (secured.as_object_mut(), proof) {
        members.insert("proof".to_owned(), serde_json::Value::Array(vec![proof]));
    }
    secured
}

impl ProofOptions {
    /// The members of a proof without its value, in the order written.
    fn members(&self) -> [(&'static str, &str); 5] {
        [
            ("type", "DataIntegrityProof"),
            ("cryptosuite", CRYPTOSUITE),
            ("created", &self.created),
            ("verificationMethod", &self.verification_method),
            ("proofPurpose", "assertionMethod"),
        ]
    }

    /// The proof configuration, without its context.
    pub(crate) fn to_object(&self) -> Result<Object<'_>, Problem> {
        if Timestamp::parse(&self.created).is_none() {
            return Err(Problem::new(Code::MalformedValue, "`created` is not a date and time.")
                .at("/proof/created"));
        }
        Ok(Object::of_texts(self.members()))
    }

    /// The proof with its value, as JSON.
    pub(crate) fn to_proof(&self, signature: &[u8; 64]) -> String {
        let value = format!("z{}", base58::encode(signature));
        let members = self.members().into_iter().chain([("proofValue", value.as_str())]);
        let mut json = Vec::new();
        // Strings into memory: nothing can fail.
        let _ = serde_json::Serializer::new(&mut json).collect_map(members);
        String::from_utf8(json).unwrap_or_default()
    }
}

/// One proof of a document, well formed and of a supported suite; its signature is not checked yet.
#[derive(Debug)]
pub(crate) struct Proof<'v> {
    members: &'v Object<'v>,
    /// JSON Pointer to the proof in its document.
    pub(crate) pointer: String,
    pub(crate) verification_method: &'v str,
    pub(crate) created: Option<Timestamp>,
    expires: Option<Timestamp>,
    signature: Signature,
}

/// Every proof of `document`, all of them well formed ("Verify Proof", steps 1 to 4).
pub(crate) fn read_proofs<'v>(document: &'v Object<'v>) -> Result<Vec<Proof<'v>>, Finding> {
    let no_proof = || Finding::fail(Code::NoProof, "The credential carries no proof.").at("/proof");
    let proofs = document.find("proof").map(Value::items).ok_or_else(no_proof)?;
    if proofs.is_empty() {
        return Err(no_proof());
    }
    if proofs.len() > limits::PROOFS_MAX {
        let detail = format!("The credential carries more than {} proofs.", limits::PROOFS_MAX);
        return Err(Finding::refused(Code::Limit, detail).at("/proof"));
    }
    let listed = matches!(document.find("proof"), Some(Value::Array(_)));
    let pointer = |index| if listed { format!("/proof/{index}") } else { "/proof".to_owned() };
    let placed = proofs.iter().enumerate().map(|(index, proof)| (pointer(index), proof));
    placed
        .map(|(pointer, proof)| match proof {
            Value::Object(members) => Proof::read(members, pointer),
            Value::Null => Err(no_proof()),
            other => {
                let detail = format!("The proof is {}, not an object.", other.kind());
                Err(Finding::fail(Code::ProofMalformed, detail).at(&pointer))
            }
        })
        .collect()
}

impl<'v> Proof<'v> {
    fn read(members: &'v Object<'v>, pointer: String) -> Result<Self, Finding> {
        let malformed = |detail: &str| Finding::fail(Code::ProofMalformed, detail).at(&pointer);
        let suite = (members.text("type"), members.text("cryptosuite"));
        if suite != (Some("DataIntegrityProof"), Some(CRYPTOSUITE)) {
            let detail =
                "The proof is not a DataIntegrityProof with the cryptosuite eddsa-rdfc-2022.";
            return Err(Finding::fail(Code::UnsupportedSuite, detail).at(&pointer));
        }
        if members.text("proofPurpose") != Some("assertionMethod") {
            return Err(malformed("The proof's purpose is not `assertionMethod`."));
        }
        // A proof made for one audience or as part of a chain says something else than "I assert this".
        for member in ["domain", "challenge", "previousProof", "@context"] {
            if members.find(member).is_some() {
                return Err(malformed(
                    "The proof has a member that a credential's proof must not have.",
                )
                .at(&format!("{pointer}/{member}")));
            }
        }
        let date = |name: &str| match members.find(name) {
            None => Ok(None),
            Some(value) => match value.as_str().and_then(Timestamp::parse) {
                Some(date) => Ok(Some(date)),
                None => {
                    Err(malformed("A date of the proof is not a date and time with an offset."))
                }
            },
        };
        let method = members.text("verificationMethod");
        let method = method.ok_or_else(|| malformed("The proof names no verification method."))?;
        let (created, expires) = (date("created")?, date("expires")?);
        let signature = read_signature(members.text("proofValue"))
            .map_err(|finding| finding.at(&format!("{pointer}/proofValue")))?;
        Ok(Self { members, pointer, verification_method: method, created, expires, signature })
    }
}

/// `proofValue`: `z` and the base58btc of 64 bytes.
fn read_signature(value: Option<&str>) -> Result<Signature, Finding> {
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
    let bytes = base58::decode(encoded).ok_or_else(malformed)?;
    Ok(Signature::from_bytes(&bytes))
}

/// A document without its proofs, canonicalized once for all of them.
pub(crate) struct Unsecured<'v> {
    contexts: &'v Contexts,
    urls: Vec<&'v str>,
    digest: [u8; 32],
}

impl<'v> Unsecured<'v> {
    /// Transforms and hashes ("Transformation", "Hashing"): fails where anything would stay unsigned.
    pub(crate) fn new(contexts: &'v Contexts, document: &'v Object<'v>) -> Result<Self, Finding> {
        let urls = context_urls(document).ok_or_else(no_list_of_urls)?;
        let claims =
            Claims { urls: &urls, document, without: "proof", quads_max: limits::QUADS_MAX };
        let digest = claims.digest(contexts)?;
        Ok(Self { contexts, urls, digest })
    }

    /// What a proof with these options signs; the `proofValue` of a proof that was made is not one of them.
    fn signing_input(&self, options: &Object<'_>) -> Result<SigningInput, Finding> {
        let claims = Claims {
            urls: &self.urls,
            document: options,
            without: "proofValue",
            quads_max: limits::PROOF_QUADS_MAX,
        };
        let mut bytes = [0; 64];
        let (configuration, document) = bytes.split_at_mut(32);
        configuration.copy_from_slice(&claims.digest(self.contexts)?);
        document.copy_from_slice(&self.digest);
        Ok(SigningInput(bytes))
    }

    /// "Proof Verification", with `verify_strict`: signatures that some verifiers accept and others do
    /// not are refused here.
    pub(crate) fn verify(
        &self,
        proof: &Proof<'_>,
        key: &Multikey,
        now: Timestamp,
    ) -> Result<(), Finding> {
        if proof.expires.is_some_and(|expires| now >= expires) {
            let detail = "The proof has passed its own `expires`.";
            let at = format!("{}/expires", proof.pointer);
            return Err(Finding::fail(Code::ProofExpired, detail).at(&at));
        }
        let signed =
            self.signing_input(proof.members).map_err(|finding| finding.under(&proof.pointer))?;
        key.verifying_key().verify_strict(signed.as_bytes(), &proof.signature).map_err(|_| {
            let detail = "The signature does not match: the credential was changed after signing, or was signed with another key.";
            Finding::fail(Code::Signature, detail).at(&format!("{}/proofValue", proof.pointer))
        })
    }
}

fn no_list_of_urls() -> Finding {
    Finding::fail(Code::ContextNotAllowed, "`@context` is not a list of URLs.").at("/@context")
}

/// What a proof with these options signs.
pub(crate) fn hash_data(
    contexts: &Contexts,
    document: &Object<'_>,
    options: &Object<'_>,
) -> Result<SigningInput, Finding> {
    Unsecured::new(contexts, document)?
        .signing_input(options)
        .map_err(|finding| finding.under("/proof"))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::fs;
    use std::path::PathBuf;

    use ed25519_dalek::{Signer, SigningKey};
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::linked_data::hex;

    fn vectors() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/vc-di-eddsa")
    }

    fn text(path: &str) -> String {
        fs::read_to_string(vectors().join(path)).unwrap()
    }

    /// The vectors' contexts besides the pinned ones: one defines every term by `@vocab`, so it is
    /// never pinned.
    fn contexts() -> Contexts {
        let schemas = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../schemas/contexts/w3c");
        Contexts::new(
            [
                ("https://www.w3.org/ns/credentials/v2", schemas.join("credentials-v2.jsonld")),
                (
                    "https://www.w3.org/ns/credentials/examples/v2",
                    vectors().join("contexts/credentials-examples-v2.jsonld"),
                ),
                (
                    "https://w3id.org/citizenship/v4rc1",
                    vectors().join("contexts/citizenship-v4rc1.jsonld"),
                ),
            ]
            .map(|(url, path)| {
                (url.to_owned(), serde_json::from_slice(&fs::read(path).unwrap()).unwrap())
            }),
        )
    }

    fn signing_key() -> SigningKey {
        let pair: serde_json::Value = serde_json::from_str(&text("keyPair.json")).unwrap();
        let encoded = pair["privateKeyMultibase"].as_str().unwrap();
        let bytes = bs58::decode(&encoded[1..]).into_vec().unwrap();
        SigningKey::from_bytes(bytes[2..].try_into().unwrap())
    }

    /// W3C vc-di-eddsa: every intermediate value, and signing reproduces the published proof value.
    fn reproduce(folder: &str, unsigned: &str) {
        let contexts = contexts();
        let unsigned = text(unsigned);
        let document = json::parse(unsigned.as_bytes()).unwrap();
        let configuration = text(&format!("{folder}/proofConfigDataInt.json"));
        let configuration = json::parse(configuration.as_bytes()).unwrap();
        let urls = context_urls(&document).unwrap();
        let published = |name: &str| text(&format!("{folder}/{name}DataInt.txt"));

        let canonical = canonical_n_quads(&contexts, &urls, &document, limits::QUADS_MAX).unwrap();
        assert_eq!(canonical, published("canonDoc"));
        assert_eq!(hex(&Sha256::digest(&canonical)), published("docHash").trim());
        let canonical = canonical_n_quads(
            &contexts,
            &urls,
            &configuration.without("@context"),
            limits::PROOF_QUADS_MAX,
        )
        .unwrap();
        assert_eq!(canonical, published("proofCanon"));
        assert_eq!(hex(&Sha256::digest(&canonical)), published("proofHash").trim());

        let options = configuration.without("@context");
        let signed = hash_data(&contexts, &document, &options).unwrap();
        assert_eq!(hex(signed.as_bytes()), published("combinedHash").trim());
        let signature = signing_key().sign(signed.as_bytes());
        assert_eq!(hex(&signature.to_bytes()), published("sigHex").trim());
        let value = format!("z{}", bs58::encode(signature.to_bytes()).into_string());
        assert_eq!(value, published("sigBTC58").trim());

        let secured = text(&format!("{folder}/signedDataInt.json"));
        let secured = json::parse(secured.as_bytes()).unwrap();
        let proofs = read_proofs(&secured).unwrap();
        let key = Multikey::from_bytes(signing_key().verifying_key().as_bytes()).unwrap();
        let now = Timestamp::from_unix_seconds(1_700_000_000);
        let unsecured = Unsecured::new(&contexts, &secured).unwrap();
        for proof in &proofs {
            assert_eq!(unsecured.verify(proof, &key, now), Ok(()));
        }
        let changed =
            secured.with("validFrom", Value::String(Cow::Borrowed("2000-01-01T00:00:00Z")));
        let unsecured = Unsecured::new(&contexts, &changed).unwrap();
        assert!(proofs.iter().all(|proof| unsecured.verify(proof, &key, now).is_err()));
    }

    #[test]
    fn w3c_alumni_vector() {
        reproduce("eddsa-rdfc-2022", "unsigned.json");
    }

    #[test]
    fn w3c_employment_vector() {
        reproduce("eddsa-rdfc-2022/employ", "employmentAuth.json");
    }

    #[test]
    fn types_are_bounded() {
        let code = |types: usize| {
            let types = vec!["Achievement"; types];
            let document = serde_json::json!({
                "@context": ["https://www.w3.org/ns/credentials/v2",
                    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
                "id": "urn:a", "type": types,
            });
            canonical_document(&document).map(|_| ()).map_err(|problem| problem.code)
        };
        assert_eq!(code(limits::NODE_TYPES_MAX), Ok(()));
        assert_eq!(code(limits::NODE_TYPES_MAX + 1), Err(Code::Limit));
    }

    #[test]
    fn a_proof_must_be_whole() {
        let good = r#"{"proof":{"type":"DataIntegrityProof","cryptosuite":"eddsa-rdfc-2022","proofPurpose":"assertionMethod","verificationMethod":"did:key:a#a","proofValue":"VALUE"}}"#
            .replace("VALUE", &format!("z{}", bs58::encode([7_u8; 64]).into_string()));
        let code = |text: &str| {
            let document = json::parse(text.as_bytes()).unwrap();
            read_proofs(&document).map(|_| ()).map_err(|finding| finding.into_problem().code)
        };
        assert_eq!(code(&good), Ok(()));
        for absent in ["{}", r#"{"proof":null}"#, r#"{"proof":[]}"#, r#"{"proof":[null]}"#] {
            assert_eq!(code(absent), Err(Code::NoProof), "{absent}");
        }
        assert_eq!(code(r#"{"proof":"x"}"#), Err(Code::ProofMalformed));
        assert_eq!(code(r#"{"proof":{}}"#), Err(Code::UnsupportedSuite));
        let nine = format!("{{\"proof\":[{}{{}}]}}", "{},".repeat(limits::PROOFS_MAX));
        assert_eq!(code(&nine), Err(Code::Limit));
        for (from, to, expected) in [
            ("eddsa-rdfc-2022", "eddsa-jcs-2022", Code::UnsupportedSuite),
            ("\"DataIntegrityProof\"", "[\"DataIntegrityProof\"]", Code::UnsupportedSuite),
            ("assertionMethod", "authentication", Code::ProofMalformed),
            ("\"assertionMethod\"", "[\"assertionMethod\"]", Code::ProofMalformed),
            (
                "\"verificationMethod\"",
                "\"created\":\"x\",\"verificationMethod\"",
                Code::ProofMalformed,
            ),
            (
                "\"verificationMethod\"",
                "\"domain\":\"x\",\"verificationMethod\"",
                Code::ProofMalformed,
            ),
            ("\"proofValue\":\"z", "\"proofValue\":\"u", Code::ProofMalformed),
            ("\"proofValue\":\"z", "\"proofValue\":\"z0", Code::ProofMalformed),
            ("\"proofValue\":\"z", "\"proofValue\":\"z1", Code::ProofMalformed),
            ("\"proofValue\":\"z", "\"proofValue\":\"z ", Code::ProofMalformed),
        ] {
            assert_eq!(code(&good.replace(from, to)), Err(expected), "{from} → {to}");
        }
    }
}
