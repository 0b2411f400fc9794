//! The structure of a credential as the W3C data model has it (Verifiable Credentials Data Model 2.0 and 1.1, "Basic Concepts").
//! It must not look at proofs or at what a term means.

use super::related;
use super::values::{
    check_id, check_text, check_typed, check_types, check_url, date, each_object, malformed,
    missing,
};
use crate::json::{At, Number, Object, Value};
use crate::problem::{Code, Problem};
use crate::time::Timestamp;

/// Which data model a document follows, told by its first context.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum DataModel {
    OnePointOne,
    Two,
}

impl DataModel {
    const CONTEXT_1: &str = "https://www.w3.org/2018/credentials/v1";
    const CONTEXT_2: &str = "https://www.w3.org/ns/credentials/v2";

    /// "Contexts": an array whose first item is the base context, then URLs and objects.
    pub(super) fn of(document: &Object<'_>, at: At<'_>) -> Result<Self, Problem> {
        let context = document.find("@context").ok_or_else(|| missing(at, "@context"))?;
        let at = At::Member(&at, "@context");
        let Value::Array(items) = context else {
            return Err(malformed(at, format!("`@context` is {}, not an array.", context.kind())));
        };
        for (index, item) in items.iter().enumerate() {
            match item {
                Value::String(_) => check_url(item, At::Item(&at, index))?,
                Value::Object(_) if index > 0 => {}
                other => {
                    let detail = format!("{} is not a context here.", other.kind());
                    return Err(malformed(At::Item(&at, index), detail));
                }
            }
        }
        match items.first().and_then(Value::as_str) {
            Some(Self::CONTEXT_1) => Ok(Self::OnePointOne),
            Some(Self::CONTEXT_2) => Ok(Self::Two),
            _ => Err(malformed(At::Item(&at, 0), "The first context is not the base context.")),
        }
    }
}

/// Checks every property that the data model describes.
pub(super) fn check(credential: &Object<'_>, at: At<'_>) -> Result<(), Problem> {
    let model = DataModel::of(credential, at)?;
    check_id(credential, at)?;
    check_types(credential, "VerifiableCredential", at)?;
    check_issuer(credential, model, at)?;
    check_subjects(credential, at)?;
    check_period(credential, model, at)?;
    for name in ["credentialStatus", "refreshService", "termsOfUse", "evidence", "credentialSchema"]
    {
        check_typed(credential, name, at)?;
    }
    each_object(credential, "credentialSchema", at, |schema, at| {
        schema.find("id").map(|_| ()).ok_or_else(|| missing(at, "id"))
    })?;
    each_object(credential, "credentialStatus", at, check_status_entry)?;
    if model == DataModel::Two {
        check_text(credential, "name", at)?;
        check_text(credential, "description", at)?;
        related::check(credential, at)?;
    }
    Ok(())
}

/// "Issuer": a URL, or an object with one.
fn check_issuer(credential: &Object<'_>, model: DataModel, at: At<'_>) -> Result<(), Problem> {
    let issuer = credential.find("issuer").ok_or_else(|| missing(at, "issuer"))?;
    let at = At::Member(&at, "issuer");
    let Value::Object(profile) = issuer else { return check_url(issuer, at) };
    let id = profile.find("id").ok_or_else(|| missing(at, "id"))?;
    check_url(id, At::Member(&at, "id"))?;
    if model == DataModel::Two {
        check_text(profile, "name", at)?;
        check_text(profile, "description", at)?;
    }
    Ok(())
}

/// "Credential Subject": objects that claim something.
fn check_subjects(credential: &Object<'_>, at: At<'_>) -> Result<(), Problem> {
    if credential.find("credentialSubject").is_none() {
        return Err(missing(at, "credentialSubject"));
    }
    each_object(credential, "credentialSubject", at, |subject, at| {
        if subject.is_empty() {
            return Err(malformed(at, "A subject without claims says nothing."));
        }
        check_id(subject, at)
    })
}

/// "Validity Period"; in version 1.1 "Issuance Date" and "Expiration".
fn check_period(credential: &Object<'_>, model: DataModel, at: At<'_>) -> Result<(), Problem> {
    let (from, until) = period(credential, model, at)?;
    if model == DataModel::OnePointOne && from.is_none() {
        return Err(missing(at, "issuanceDate"));
    }
    match (from, until) {
        (Some(from), Some(until)) if until < from => {
            let detail = "The credential would end before it begins.";
            Err(Problem::new(Code::ContradictoryDates, detail).at(at))
        }
        _ => Ok(()),
    }
}

/// From when and until when the credential holds.
pub(super) fn period(
    credential: &Object<'_>,
    model: DataModel,
    at: At<'_>,
) -> Result<(Option<Timestamp>, Option<Timestamp>), Problem> {
    let (from, until) = match model {
        DataModel::OnePointOne => ("issuanceDate", "expirationDate"),
        DataModel::Two => ("validFrom", "validUntil"),
    };
    Ok((date(credential, from, at)?, date(credential, until, at)?))
}

/// Bitstring Status List, "BitstringStatusListEntry".
fn check_status_entry(entry: &Object<'_>, at: At<'_>) -> Result<(), Problem> {
    let types = entry.find("type").map(Value::items).unwrap_or_default();
    if !types.iter().any(|name| name.as_str() == Some("BitstringStatusListEntry")) {
        return Ok(());
    }
    let member = |name| entry.find(name).ok_or_else(|| missing(at, name));
    check_url(member("statusListCredential")?, At::Member(&at, "statusListCredential"))?;
    if member("statusPurpose")?.as_str().is_none_or(str::is_empty) {
        return Err(malformed(at, "`statusPurpose` is not a word."));
    }
    let index = member("statusListIndex")?.as_str().unwrap_or_default();
    if index.is_empty() || !index.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(malformed(at, "`statusListIndex` is not a number in a string."));
    }
    if entry.find("id") == entry.find("statusListCredential") {
        return Err(malformed(at, "The `id` of a status entry is that of the whole list."));
    }
    match entry.find("statusSize") {
        None | Some(Value::Number(Number::Integer(1..))) => Ok(()),
        Some(_) => Err(malformed(at, "`statusSize` is not a positive integer.")),
    }
}
