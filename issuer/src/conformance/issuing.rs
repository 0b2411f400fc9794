//! Issuing: a client's credential becomes a secured one, if its structure and its contexts are sound.
//! It signs anything that is well formed: that is what these keys are for, and why they are thrown away.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use verifier::{
    Cryptosuite, TokenOptions, TokenProfile, general_signing_input, lint_credential, secure,
    token_input,
};

use super::answer::Refusal;
use super::bench::{Bench, Issuer, Securing};
use super::revocations::{instant, proof_options, single_proof};

const CONTEXT_1: &str = "https://www.w3.org/2018/credentials/v1";
const DATA_INTEGRITY: &str = "https://w3id.org/security/data-integrity/v2";
const STATUS_LISTS: &str = "https://www.w3.org/ns/credentials/status/v1";

impl Bench {
    /// Issues `request.credential` as `issuer`.
    pub(super) fn issue(
        &self,
        issuer: &Issuer,
        request: &Value,
        now: Timestamp,
    ) -> Result<Value, Refusal> {
        let credential = request.get("credential").and_then(Value::as_object);
        let credential = credential.ok_or(Refusal::Request("`credential` is not an object."))?;
        check_issuer(credential, issuer)?;
        check_proofs(credential)?;
        let credential = self.completed(credential.clone(), issuer, now);
        lint_credential(credential.to_string().as_bytes(), &self.contexts)?;
        match issuer.securing {
            Securing::Proof(suite) => self.prove(&credential, issuer, suite, now),
            Securing::ProofAndStatus => {
                self.prove(&credential, issuer, Cryptosuite::EddsaRdfc2022, now)
            }
            Securing::Token => envelop(&credential, issuer, now),
        }
    }

    fn prove(
        &self,
        credential: &Value,
        issuer: &Issuer,
        suite: Cryptosuite,
        now: Timestamp,
    ) -> Result<Value, Refusal> {
        let options = proof_options(issuer, suite, now);
        let input = general_signing_input(credential, &options, &self.contexts)?;
        let signature = issuer.key.sign(input.as_bytes());
        Ok(single_proof(secure(credential, &options, &signature)))
    }

    /// What the issuer adds: in the data model 1.1 the contexts and the date that the proof and the model need; a status entry.
    fn completed(
        &self,
        mut credential: Map<String, Value>,
        issuer: &Issuer,
        now: Timestamp,
    ) -> Value {
        let with_status = issuer.securing == Securing::ProofAndStatus;
        if is_of_model_1(&credential) {
            add_context(&mut credential, DATA_INTEGRITY);
            if with_status {
                add_context(&mut credential, STATUS_LISTS);
            }
            credential.entry("issuanceDate").or_insert_with(|| instant(now).into());
        }
        if with_status {
            let entry = self.new_status_entry(credential.get("id").and_then(Value::as_str));
            add_status(&mut credential, entry);
        }
        Value::Object(credential)
    }
}

/// The credential as a VC-JWT, in an enveloped credential ("Enveloped Verifiable Credentials").
fn envelop(credential: &Value, issuer: &Issuer, now: Timestamp) -> Result<Value, Refusal> {
    let options = TokenOptions {
        profile: TokenProfile::VcJwt,
        key_id: issuer.key.method(),
        issued_at: Some(now.as_second()),
    };
    let input = token_input(credential, &options)?;
    let token = input.secure(&issuer.key.sign(input.as_bytes()));
    Ok(json!({
        "@context": "https://www.w3.org/ns/credentials/v2",
        "id": format!("data:application/vc+jwt,{token}"),
        "type": "EnvelopedVerifiableCredential",
    }))
}

/// The issuer signs in its own name alone.
fn check_issuer(credential: &Map<String, Value>, issuer: &Issuer) -> Result<(), Refusal> {
    let named = match credential.get("issuer") {
        Some(Value::Object(profile)) => profile.get("id"),
        named => named,
    };
    match named {
        Some(named) if *named == issuer.did() => Ok(()),
        _ => Err(Refusal::Request("`issuer` does not name the issuer of this endpoint.")),
    }
}

/// Proofs of others stay beside ours, if they are proofs at all.
fn check_proofs(credential: &Map<String, Value>) -> Result<(), Refusal> {
    let Some(proof) = credential.get("proof") else { return Ok(()) };
    let proofs = proof.as_array().map_or_else(|| std::slice::from_ref(proof), Vec::as_slice);
    if proofs.iter().all(|proof| proof.get("type").is_some_and(Value::is_string)) {
        Ok(())
    } else {
        Err(Refusal::Request("`proof` holds something that is not a proof."))
    }
}

fn is_of_model_1(credential: &Map<String, Value>) -> bool {
    credential.get("@context").and_then(|contexts| contexts.get(0)) == Some(&json!(CONTEXT_1))
}

fn add_context(credential: &mut Map<String, Value>, url: &str) {
    if let Some(Value::Array(contexts)) = credential.get_mut("@context")
        && !contexts.iter().any(|context| context == url)
    {
        contexts.push(url.into());
    }
}

fn add_status(credential: &mut Map<String, Value>, entry: Value) {
    let status = match credential.remove("credentialStatus") {
        None => entry,
        Some(Value::Array(mut entries)) => {
            entries.push(entry);
            Value::Array(entries)
        }
        Some(other) => json!([other, entry]),
    };
    credential.insert("credentialStatus".to_owned(), status);
}
