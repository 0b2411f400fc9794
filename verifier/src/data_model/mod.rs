//! Plain credentials and presentations of the W3C data model, under any contexts: the corridor of `issuer conformance`.
//! It is wider than `verify`, which judges badges; nothing that a person relies on may come through here.

mod credential;
mod presentation;
mod related;
mod signed;
mod token;
mod values;

use crate::data_integrity::Purpose;
use crate::documents::Documents;
use crate::json::{self, At, Object, Value};
use crate::limits;
use crate::linked_data::{ContextDocuments, Part, Reading, Work};
use crate::policy::Policy;
use crate::problem::{Code, Problem};
use crate::report::Finding;
use crate::status::{self, Consulted, FailedLists, issuer_id};
use crate::time::Timestamp;
use crate::trust::TrustList;

/// What a document is verified with.
#[derive(Clone, Copy, Debug)]
pub struct Expectations<'e> {
    /// Every context that may be loaded.
    pub contexts: &'e ContextDocuments,
    /// Status lists at hand.
    pub documents: &'e Documents,
    /// Whether a status that cannot be found out is a fault. A status list at hand always counts.
    pub status: bool,
    /// The domain that a presentation was asked for in.
    pub domain: Option<&'e str>,
    /// The challenge that a presentation was asked for with.
    pub challenge: Option<&'e str>,
    /// The time of verification, Unix seconds.
    pub now: i64,
}

/// Reads one JSON object as strictly as every input of the verifier: no member twice, nothing that readers take differently.
///
/// # Errors
///
/// What is wrong with the bytes.
pub fn read_json(input: &[u8]) -> Result<serde_json::Value, Problem> {
    json::parse(input).map(|object| object.to_serde())
}

/// Checks a credential that is not secured yet: its structure, and that its contexts give everything in it a meaning.
///
/// # Errors
///
/// The first problem, located.
pub fn lint_credential(input: &[u8], contexts: &ContextDocuments) -> Result<(), Problem> {
    let credential = json::parse(input)?;
    credential::check(&credential, At::Root)?;
    check_meaning(&credential, contexts)
}

/// Verifies one credential: structure, every proof, dates, status. Its issuer is its own witness: nobody is trusted or distrusted.
///
/// # Errors
///
/// The first problem, located.
pub fn verify_credential(input: &[u8], expectations: &Expectations<'_>) -> Result<(), Problem> {
    let credential = json::parse(input)?;
    if expectations.domain.is_some() || expectations.challenge.is_some() {
        let detail =
            "A credential is made for everybody: its proof has no domain and no challenge.";
        return Err(Problem::new(Code::ProofMalformed, detail));
    }
    check_enveloped(&credential, expectations)
}

/// Verifies one credential in a token, a compact JWS.
///
/// # Errors
///
/// The first problem, located.
pub fn verify_token(token: &str, expectations: &Expectations<'_>) -> Result<(), Problem> {
    token::verify(token, expectations)
}

/// Verifies one presentation and every credential in it.
///
/// # Errors
///
/// The first problem, located.
pub fn verify_presentation(input: &[u8], expectations: &Expectations<'_>) -> Result<(), Problem> {
    let document = json::parse(input)?;
    presentation::check(&document)?;
    let purpose =
        Purpose::Authentication { domain: expectations.domain, challenge: expectations.challenge };
    let holder = document.find("holder").and_then(identifier);
    let signed = signed::Signed { document: &document, purpose, by: holder };
    signed.verify(expectations)?;
    let credentials = document.find("verifiableCredential").map(Value::items).unwrap_or_default();
    for (index, credential) in credentials.iter().enumerate() {
        let Value::Object(credential) = credential else { continue };
        let at = format!("/verifiableCredential/{index}");
        check_presented(credential, holder, expectations)
            .map_err(|problem| Finding::Fail(problem).under(&at).into_problem())?;
    }
    Ok(())
}

/// A credential in a presentation: secured itself, or the holder's own word, which the presentation's proof covers
/// ("Presentations Including Holder Claims").
fn check_presented(
    credential: &Object<'_>,
    holder: Option<&str>,
    expectations: &Expectations<'_>,
) -> Result<(), Problem> {
    if credential.find("proof").is_some() || issuer_id(credential) != holder {
        return check_enveloped(credential, expectations);
    }
    credential::check(credential, At::Root)?;
    check_standing(credential, expectations)
}

/// A credential as it is, or in an envelope ("Enveloped Verifiable Credentials").
fn check_enveloped(
    credential: &Object<'_>,
    expectations: &Expectations<'_>,
) -> Result<(), Problem> {
    match presentation::envelope(credential, At::Root)? {
        Some(token) => token::verify(token, expectations),
        None => check_credential(credential, expectations),
    }
}

fn check_credential(
    credential: &Object<'_>,
    expectations: &Expectations<'_>,
) -> Result<(), Problem> {
    credential::check(credential, At::Root)?;
    let signed = signed::Signed {
        document: credential,
        purpose: Purpose::Assertion,
        by: issuer_id(credential),
    };
    signed.verify(expectations)?;
    check_standing(credential, expectations)
}

/// Whether the credential stands today: its dates and its status.
fn check_standing(credential: &Object<'_>, expectations: &Expectations<'_>) -> Result<(), Problem> {
    let now = Timestamp::from_unix_seconds(expectations.now);
    let model = credential::data_model(credential, At::Root)?;
    let (from, until) = credential::period(credential, model, At::Root)?;
    if from.is_some_and(|from| now < from) {
        return Err(Problem::new(Code::NotYetValid, "The credential is not valid yet."));
    }
    if until.is_some_and(|until| now > until) {
        return Err(Problem::new(Code::Expired, "The credential has expired."));
    }
    check_status(credential, now, expectations).map_err(Finding::into_problem)
}

fn check_status(
    credential: &Object<'_>,
    now: Timestamp,
    expectations: &Expectations<'_>,
) -> Result<(), Finding> {
    let issuer = issuer_id(credential).unwrap_or_default();
    let policy = Policy::badge(TrustList::default());
    let (documents, failed) = (expectations.documents, &FailedLists::default());
    let consulted = &Consulted::default();
    let question = status::Question { issuer, documents, policy: &policy, now, failed, consulted };
    match status::check(credential, &question) {
        Ok(_) => Ok(()),
        Err(Finding::Missing(..)) if !expectations.status => Ok(()),
        Err(Finding::Unknown(problem))
            if !expectations.status && problem.code == Code::UnsupportedStatus =>
        {
            Ok(())
        }
        Err(finding) => Err(finding),
    }
}

fn check_meaning(document: &Object<'_>, contexts: &ContextDocuments) -> Result<(), Problem> {
    let context = document.find("@context").unwrap_or(&Value::Null);
    // Proofs that are there already say for themselves what they sign.
    let work = &Work::default();
    let unproved = Part { document, without: "proof", quads_max: limits::QUADS_MAX, work };
    Reading::General { documents: contexts, context }
        .digest(unproved)
        .map(|_| ())
        .map_err(Finding::into_problem)
}

/// The identifier in a holder or issuer: itself, or the `id` of an object.
fn identifier<'v>(value: &'v Value<'_>) -> Option<&'v str> {
    match value {
        Value::Object(profile) => profile.text("id"),
        other => other.as_str(),
    }
}
