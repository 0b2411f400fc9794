//! Verifying credentials and presentations that a client sends, with the status lists of this server at hand.
//! It decides nothing: the verifier's corridor for plain documents does.

use jiff::Timestamp;
use serde_json::{Value, json};
use verifier::{
    Document, Documents, Expectations, verify_credential, verify_presentation, verify_token,
};

use super::answer::Refusal;
use super::bench::Bench;

impl Bench {
    /// `POST /credentials/verify`: an object, or a token in a text.
    pub(super) fn verify_credential(
        &self,
        request: &Value,
        now: Timestamp,
    ) -> Result<Value, Refusal> {
        let document = request.get("verifiableCredential");
        let question = Question::of(document, request, "assertionMethod")?;
        let documents = self.lists_for(&question.document, now)?;
        let expectations = self.expectations(&question, &documents, now);
        match document.and_then(Value::as_str) {
            Some(token) => verify_token(token, &expectations)?,
            None => verify_credential(question.document.as_bytes(), &expectations)?,
        }
        Ok(verified())
    }

    /// `POST /presentations/verify`.
    pub(super) fn verify_presentation(
        &self,
        request: &Value,
        now: Timestamp,
    ) -> Result<Value, Refusal> {
        let document = request.get("verifiablePresentation");
        let question = Question::of(document, request, "authentication")?;
        let documents = self.lists_for(&question.document, now)?;
        let expectations = self.expectations(&question, &documents, now);
        verify_presentation(question.document.as_bytes(), &expectations)?;
        Ok(verified())
    }

    fn expectations<'e>(
        &'e self,
        question: &Question<'e>,
        documents: &'e Documents,
        now: Timestamp,
    ) -> Expectations<'e> {
        Expectations {
            contexts: &self.contexts,
            documents,
            status: asks_for_status(question.options),
            domain: question.text("domain"),
            challenge: question.text("challenge"),
            now: now.as_second(),
        }
    }

    /// Our own lists are taken from ourselves: a server that fetched from its own address would only wait for itself.
    fn lists_for(&self, document: &str, now: Timestamp) -> Result<Documents, Refusal> {
        let mut documents = Documents::new();
        // What a token says cannot be seen from outside. Every token begins so.
        let hidden = document.contains("eyJ");
        for number in self.lists() {
            let url = self.list_url(number);
            if hidden || document.contains(&url) {
                let bytes = self.signed_list(number, now)?.to_string().into_bytes();
                documents.insert(url, Ok(Document::new(bytes, None)));
            }
        }
        Ok(documents)
    }
}

/// What a client wants verified, and how.
struct Question<'q> {
    document: String,
    options: &'q Value,
}

impl<'q> Question<'q> {
    fn of(document: Option<&Value>, request: &'q Value, purpose: &str) -> Result<Self, Refusal> {
        let document = document.filter(|document| document.is_object() || document.is_string());
        let document = document.ok_or(Refusal::Request("There is no document to verify."))?;
        let options = request.get("options").unwrap_or(&Value::Null);
        let question = Self { document: document.to_string(), options };
        if question.text("expectedProofPurpose").is_some_and(|expected| expected != purpose) {
            return Err(Refusal::Request("Proofs of another purpose are verified elsewhere."));
        }
        Ok(question)
    }

    fn text(&self, name: &str) -> Option<&'q str> {
        self.options.get(name).and_then(Value::as_str)
    }
}

fn verified() -> Value {
    json!({ "verified": true, "checks": ["proof"], "warnings": [], "errors": [] })
}

/// Without `checks` everything is checked; with it, what it names. Proof, structure and dates always are.
fn asks_for_status(options: &Value) -> bool {
    options.get("checks").and_then(Value::as_array).is_none_or(|checks| {
        checks.iter().any(|check| check == "credentialStatus" || check == "status")
    })
}
