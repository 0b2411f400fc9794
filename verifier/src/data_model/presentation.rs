//! The structure of a presentation (Verifiable Credentials Data Model 2.0, "Verifiable Presentations").
//! It must not look at proofs.

use super::credential::DataModel;
use super::values::{
    check_id, check_typed, check_types, check_url, each_object, malformed, missing,
};
use crate::json::{At, Object, Value};
use crate::problem::Problem;

/// Checks the presentation itself; its credentials are checked one by one where they are verified.
pub(super) fn check(presentation: &Object<'_>) -> Result<(), Problem> {
    let at = At::Root;
    DataModel::of(presentation, at)?;
    check_id(presentation, at)?;
    check_types(presentation, "VerifiablePresentation", at)?;
    check_holder(presentation, at)?;
    check_typed(presentation, "termsOfUse", at)?;
    // Nothing but objects may stand here, not even the URL of a credential.
    each_object(presentation, "verifiableCredential", at, |_, _| Ok(()))
}

fn check_holder(presentation: &Object<'_>, at: At<'_>) -> Result<(), Problem> {
    let Some(holder) = presentation.find("holder") else { return Ok(()) };
    let at = At::Member(&at, "holder");
    let Value::Object(holder) = holder else { return check_url(holder, at) };
    let id = holder.find("id").ok_or_else(|| missing(at, "id"))?;
    check_url(id, At::Member(&at, "id"))
}

/// The credential in an enveloped one: what stands after `data:application/vc+jwt,`.
///
/// `None` if `credential` is not enveloped.
pub(super) fn envelope<'v>(
    credential: &'v Object<'_>,
    at: At<'_>,
) -> Result<Option<&'v str>, Problem> {
    let enveloped = credential
        .find("type")
        .map(Value::items)
        .unwrap_or_default()
        .iter()
        .any(|name| name.as_str() == Some("EnvelopedVerifiableCredential"));
    if !enveloped {
        return Ok(None);
    }
    let contexts = credential.find("@context").map(Value::items).unwrap_or_default();
    if contexts.first().and_then(Value::as_str) != Some("https://www.w3.org/ns/credentials/v2") {
        return Err(malformed(at, "An enveloped credential has the base context."));
    }
    let token = credential.text("id").and_then(|id| id.strip_prefix("data:application/vc+jwt,"));
    token.map(Some).ok_or_else(|| malformed(at, "Only VC-JWT envelopes are supported."))
}
