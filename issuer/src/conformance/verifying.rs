//! Verifying credentials and presentations that a client sends, with the status lists of this server at hand.
//! It decides nothing: the verifier's corridor for plain documents does.

use jiff::Timestamp;
use serde_json::{Value, json};
use verifier::{
    Document, Documents, Expectations, Problem, verify_credential, verify_presentation,
};

use super::answer::Refusal;
use super::bench::Bench;

type Verify = fn(&[u8], &Expectations<'_>) -> Result<(), Problem>;

impl Bench {
    /// `POST /credentials/verify`.
    pub(super) fn verify_credential(
        &self,
        request: &Value,
        now: Timestamp,
    ) -> Result<Value, Refusal> {
        let document = request.get("verifiableCredential");
        self.verify(document, request, (verify_credential, "assertionMethod"), now)
    }

    /// `POST /presentations/verify`.
    pub(super) fn verify_presentation(
        &self,
        request: &Value,
        now: Timestamp,
    ) -> Result<Value, Refusal> {
        let document = request.get("verifiablePresentation");
        self.verify(document, request, (verify_presentation, "authentication"), now)
    }

    fn verify(
        &self,
        document: Option<&Value>,
        request: &Value,
        (verify, purpose): (Verify, &str),
        now: Timestamp,
    ) -> Result<Value, Refusal> {
        let document = document.filter(|document| document.is_object());
        let document = document.ok_or(Refusal::Request("There is no document to verify."))?;
        let options = request.get("options").unwrap_or(&Value::Null);
        let text = |name: &str| options.get(name).and_then(Value::as_str);
        if text("expectedProofPurpose").is_some_and(|expected| expected != purpose) {
            return Err(Refusal::Request("Proofs of another purpose are verified elsewhere."));
        }
        let bytes = document.to_string();
        let documents = self.lists_named_in(&bytes, now)?;
        let expectations = Expectations {
            contexts: &self.contexts,
            documents: &documents,
            status: asks_for_status(options),
            domain: text("domain"),
            challenge: text("challenge"),
            now: now.as_second(),
        };
        verify(bytes.as_bytes(), &expectations)?;
        Ok(json!({ "verified": true, "checks": ["proof"], "warnings": [], "errors": [] }))
    }

    /// Our own lists are taken from ourselves: a server that fetched from its own address would only wait for itself.
    fn lists_named_in(&self, document: &str, now: Timestamp) -> Result<Documents, Refusal> {
        let mut documents = Documents::new();
        for number in self.lists() {
            let url = self.list_url(number);
            if document.contains(&url) {
                let bytes = self.signed_list(number, now)?.to_string().into_bytes();
                documents.insert(url, Ok(Document { bytes, retrieved_at: None }));
            }
        }
        Ok(documents)
    }
}

/// Without `checks` everything is checked; with it, what it names. Proof, structure and dates always are.
fn asks_for_status(options: &Value) -> bool {
    options.get("checks").and_then(Value::as_array).is_none_or(|checks| {
        checks.iter().any(|check| check == "credentialStatus" || check == "status")
    })
}
