//! The vectors of W3C vc-di-eddsa, value by value, and proofs that are not whole.

use std::borrow::Cow;
use std::fs;
use std::path::PathBuf;

use ed25519_dalek::{Signer, SigningKey};
use sha2::{Digest, Sha256};

use super::*;
use crate::identifier::Multikey;
use crate::jcs;
use crate::json::Value;
use crate::key::PublicKey;
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
            (
                "https://w3id.org/security/suites/ed25519-2020/v1",
                schemas.join("ed25519-2020-v1.jsonld"),
            ),
        ]
        .map(|(url, path)| {
            (url.to_owned(), serde_json::from_slice(&fs::read(path).unwrap()).unwrap())
        }),
    )
}

fn secret_key(encoded: &str) -> SigningKey {
    let bytes = bs58::decode(&encoded[1..]).into_vec().unwrap();
    SigningKey::from_bytes(bytes[2..].try_into().unwrap())
}

fn signing_key() -> SigningKey {
    let pair: serde_json::Value = serde_json::from_str(&text("keyPair.json")).unwrap();
    secret_key(pair["privateKeyMultibase"].as_str().unwrap())
}

fn public_key(key: &SigningKey) -> PublicKey {
    PublicKey::Ed25519(Multikey::from_bytes(key.verifying_key().as_bytes()).unwrap())
}

/// One folder of vectors: its document, and how its files are named.
struct Vectors {
    folder: &'static str,
    unsigned: &'static str,
    suffix: &'static str,
}

impl Vectors {
    fn file(&self, name: &str, ending: &str) -> String {
        text(&format!("{}/{name}{}.{ending}", self.folder, self.suffix))
    }

    /// Every intermediate value; signing reproduces the published proof value; and the published document verifies.
    fn reproduce(&self) {
        let contexts = contexts();
        // The older suite adds its own context before it signs, so the document is the signed one without its proof.
        let unsigned =
            if self.suffix == "EdSig" { self.file("signed", "json") } else { text(self.unsigned) };
        let document = json::parse(unsigned.as_bytes()).unwrap().without("proof");
        let configuration = self.file("proofConfig", "json");
        let configuration = json::parse(configuration.as_bytes()).unwrap();
        let published = |name: &str| self.file(name, "txt");
        let (canonical, canonical_proof, options) =
            self.transform(&contexts, &document, &configuration);
        assert_eq!(canonical, published("canonDoc"));
        assert_eq!(hex(&Sha256::digest(&canonical)), published("docHash").trim());
        assert_eq!(canonical_proof, published("proofCanon"));
        assert_eq!(hex(&Sha256::digest(&canonical_proof)), published("proofHash").trim());

        let signed = hash_data(&contexts, &document, &options).unwrap();
        assert_eq!(hex(signed.as_bytes()), published("combinedHash").trim());
        let signature = signing_key().sign(signed.as_bytes());
        assert_eq!(hex(&signature.to_bytes()), published("sigHex").trim());
        let value = format!("z{}", bs58::encode(signature.to_bytes()).into_string());
        assert_eq!(value, published("sigBTC58").trim());

        let secured = self.file("signed", "json");
        let secured = json::parse(secured.as_bytes()).unwrap();
        assert_eq!(verify_all(&contexts, &secured, &[public_key(&signing_key())]), Ok(()));
        let changed =
            secured.with("validFrom", Value::String(Cow::Borrowed("2000-01-01T00:00:00Z")));
        assert!(verify_all(&contexts, &changed, &[public_key(&signing_key())]).is_err());
    }

    /// The two canonical texts, and the options that are hashed.
    fn transform<'v>(
        &self,
        contexts: &Contexts,
        document: &Object<'v>,
        configuration: &Object<'v>,
    ) -> (String, String, Object<'v>) {
        if self.suffix == "JCS" {
            let [mut canonical, mut proof] = [const { String::new() }; 2];
            jcs::canonical(document, &mut canonical);
            jcs::canonical(configuration, &mut proof);
            return (canonical, proof, configuration.clone());
        }
        let options = configuration.without("@context");
        let urls = context_urls(document).unwrap();
        let canonical = canonical_n_quads(contexts, &urls, document, limits::QUADS_MAX).unwrap();
        let proof = canonical_n_quads(contexts, &urls, &options, limits::PROOF_QUADS_MAX).unwrap();
        (canonical, proof, options)
    }
}

/// Verifies every proof of `secured`, each with the key of its place, the last key for all the rest.
fn verify_all(contexts: &Contexts, secured: &Object<'_>, keys: &[PublicKey]) -> Result<(), Code> {
    let code = |finding: Finding| finding.into_problem().code;
    let proofs = read_proofs(secured, Purpose::Assertion).map_err(code)?;
    check_chain(&proofs).map_err(code)?;
    let work = Work::default();
    let unsecured = Unsecured::new(contexts, secured, &work).map_err(code)?;
    let now = Timestamp::from_unix_seconds(1_700_000_000);
    proofs.iter().enumerate().try_for_each(|(index, proof)| {
        let key = keys.get(index).or_else(|| keys.last()).unwrap();
        unsecured.verify(proof, &proofs, key, now).map(drop).map_err(code)
    })
}

#[test]
fn w3c_alumni_vector() {
    Vectors { folder: "eddsa-rdfc-2022", unsigned: "unsigned.json", suffix: "DataInt" }.reproduce();
}

#[test]
fn w3c_employment_vector() {
    let folder = "eddsa-rdfc-2022/employ";
    Vectors { folder, unsigned: "employmentAuth.json", suffix: "DataInt" }.reproduce();
}

#[test]
fn w3c_jcs_vector() {
    Vectors { folder: "eddsa-jcs-2022", unsigned: "unsigned.json", suffix: "JCS" }.reproduce();
}

#[test]
fn w3c_ed25519_signature_2020_vector() {
    Vectors { folder: "Ed25519Signature2020", unsigned: "", suffix: "EdSig" }.reproduce();
}

fn chain_keys() -> Vec<SigningKey> {
    let pairs: serde_json::Value =
        serde_json::from_str(&text("proof-set-chain/multiKeyPairs.json")).unwrap();
    let pairs = pairs.as_object().unwrap().values();
    pairs.map(|pair| secret_key(pair["privateKeyMultibase"].as_str().unwrap())).collect()
}

/// Each published proof of a set or chain, made once more with its key.
#[test]
fn w3c_proof_sets_and_chains() {
    let (contexts, keys) = (contexts(), chain_keys());
    let public: Vec<PublicKey> = keys.iter().map(public_key).collect();
    for file in ["signedProofSet1", "signedProofSet2", "signedProofChain1", "signedProofChain2"] {
        let secured = text(&format!("proof-set-chain/{file}.json"));
        let secured = json::parse(secured.as_bytes()).unwrap();
        assert_eq!(verify_all(&contexts, &secured, &public), Ok(()), "{file}");
        let proofs = read_proofs(&secured, Purpose::Assertion).unwrap();
        let work = Work::default();
        let unsecured = Unsecured::new(&contexts, &secured, &work).unwrap();
        for (proof, key) in proofs.iter().zip(&keys) {
            let options = proof.members.without("proofValue");
            let previous = chain::matching_proofs(proof, &proofs);
            let signed = unsecured.signing_input(proof.suite, &options, previous).unwrap();
            assert_eq!(
                key.sign(signed.as_bytes()).to_bytes(),
                proof.signature,
                "{file} {}",
                proof.pointer
            );
        }
    }
}

#[test]
fn a_chain_must_be_whole() {
    let (contexts, keys) = (contexts(), chain_keys());
    let public: Vec<PublicKey> = keys.iter().map(public_key).collect();
    let chain = text("proof-set-chain/signedProofChain2.json");
    let first = "urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544";
    let third = "urn:uuid:d94f792a-c546-4d06-b38a-da070ab56c23";
    let verdict = |text: &str| {
        let secured = json::parse(text.as_bytes()).unwrap();
        verify_all(&contexts, &secured, &public)
    };
    assert_eq!(verdict(&chain), Ok(()));
    let named = |id: &str| format!("\"id\": \"{id}\"");
    // A proof that is named and not there; one that names itself; two of one name.
    let lost = chain.replace(&named(first), &named("urn:uuid:0"));
    assert_eq!(verdict(&lost), Err(Code::ProofMalformed));
    let circle = chain.replacen(&format!("\"{first}\","), &format!("\"{third}\","), 1);
    assert_eq!(verdict(&circle), Err(Code::ProofMalformed));
    let twice = chain.replace("urn:uuid:8cc9022b-6b14-4cf3-8571-74972c5feb54", first);
    assert_eq!(verdict(&twice), Err(Code::ProofMalformed));
    // A link that is taken away changes what the proof after it signs.
    let unlinked = chain.replacen(&format!("\"previousProof\": \"{third}\","), "", 1);
    assert_eq!(verdict(&unlinked), Err(Code::Signature));
    let changed = chain.replace("2023-02-24T23:36:38Z", "2023-02-24T23:36:39Z");
    assert_eq!(verdict(&changed), Err(Code::Signature));
}

#[test]
fn a_jcs_proof_fixes_the_contexts_it_names() {
    let contexts = contexts();
    let signed = text("eddsa-jcs-2022/signedJCS.json");
    let verdict = |contexts_of_document: &str| {
        let secured = json::parse(signed.as_bytes()).unwrap();
        let value = format!("{{\"c\":{contexts_of_document}}}");
        let value = json::parse(value.as_bytes()).unwrap();
        let secured = secured.with("@context", value.find("c").unwrap().clone());
        verify_all(&contexts, &secured, &[public_key(&signing_key())])
    };
    let (v2, examples) = (
        "\"https://www.w3.org/ns/credentials/v2\"",
        "\"https://www.w3.org/ns/credentials/examples/v2\"",
    );
    let suite = "\"https://w3id.org/security/suites/ed25519-2020/v1\"";
    assert_eq!(verdict(&format!("[{v2},{examples}]")), Ok(()));
    assert_eq!(verdict(&format!("[{v2},{examples},{suite}]")), Ok(()));
    assert_eq!(verdict(&format!("[{examples},{v2}]")), Err(Code::ContextNotAllowed));
    assert_eq!(verdict(&format!("[{v2},{suite},{examples}]")), Err(Code::ContextNotAllowed));
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
        read_proofs(&document, Purpose::Assertion)
            .map(|_| ())
            .map_err(|finding| finding.into_problem().code)
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
        ("eddsa-rdfc-2022", "ecdsa-jcs-2019", Code::UnsupportedSuite),
        ("\"DataIntegrityProof\"", "[\"DataIntegrityProof\"]", Code::UnsupportedSuite),
        ("assertionMethod", "authentication", Code::ProofMalformed),
        ("\"assertionMethod\"", "[\"assertionMethod\"]", Code::ProofMalformed),
        (
            "\"verificationMethod\"",
            "\"created\":\"x\",\"verificationMethod\"",
            Code::ProofMalformed,
        ),
        ("\"verificationMethod\"", "\"domain\":\"x\",\"verificationMethod\"", Code::ProofMalformed),
        ("\"proofValue\":\"z", "\"proofValue\":\"u", Code::ProofMalformed),
        ("\"proofValue\":\"z", "\"proofValue\":\"z0", Code::ProofMalformed),
        ("\"proofValue\":\"z", "\"proofValue\":\"z1", Code::ProofMalformed),
        ("\"proofValue\":\"z", "\"proofValue\":\"z ", Code::ProofMalformed),
    ] {
        assert_eq!(code(&good.replace(from, to)), Err(expected), "{from} → {to}");
    }
}
