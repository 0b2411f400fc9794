//! Credentials inside a credential: endorsements of a badge, the credentials of a transcript.
//! It finds them, and says what the proofs leave open between them and the document around them; it must not verify them.

use std::collections::HashMap;

use crate::json::{At, Object, Value};
use crate::limits;
use crate::problem::{Code, Problem};
use crate::report::{Check, EmbeddedReport, Finding, Outcome, Role};
use crate::shape::is_credential;

/// A credential inside another document.
#[derive(Debug)]
pub(crate) struct Embedded<'v> {
    /// JSON Pointer to it.
    pub(crate) pointer: String,
    pub(crate) role: Role,
    pub(crate) content: Content<'v>,
    /// `id` of the object that carries it.
    pub(crate) bearer: Option<&'v str>,
}

/// How it stands there.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Content<'v> {
    Object(&'v Object<'v>),
    /// A compact JWS.
    Token(&'v str),
}

/// The credentials that `document` carries, in its order; not those that they carry themselves.
///
/// # Errors
///
/// Refused when there are more than the limits; unknown when one stands where no credential belongs.
pub(crate) fn find<'v>(document: &'v Object<'v>) -> Result<Vec<Embedded<'v>>, Finding> {
    let mut found = Vec::new();
    search(document, &At::Root, &mut found)?;
    let count =
        |role| found.iter().filter(|embedded: &&Embedded<'_>| embedded.role == role).count();
    if count(Role::Endorsement) > limits::ENDORSEMENTS_MAX
        || count(Role::Credential) > limits::CLR_CREDENTIALS_MAX
    {
        return Err(Finding::refused(Code::Limit, "The document carries too many credentials."));
    }
    Ok(found)
}

fn search<'v>(
    object: &'v Object<'v>,
    at: &At<'_>,
    found: &mut Vec<Embedded<'v>>,
) -> Result<(), Finding> {
    for (name, value) in object.members().filter(|(name, _)| !matches!(*name, "@context" | "proof"))
    {
        let at = At::Member(at, name);
        for (index, item) in value.items().iter().enumerate() {
            let at = match value {
                Value::Array(_) => At::Item(&at, index),
                _ => at,
            };
            let role = match name {
                "endorsement" | "endorsementJwt" => Some(Role::Endorsement),
                "verifiableCredential" => Some(Role::Credential),
                _ => None,
            };
            let content = match item {
                Value::Object(inner) if is_credential(inner) => Content::Object(inner),
                Value::String(token) if name == "endorsementJwt" => Content::Token(token),
                Value::Object(inner) => {
                    search(inner, &at, found)?;
                    continue;
                }
                _ => continue,
            };
            let Some(role) = role else {
                let detail = "A credential stands where none belongs.";
                return Err(Finding::Unknown(
                    Problem::new(Code::ForbiddenConstruct, detail).at(at),
                ));
            };
            let bearer = object.text("id");
            found.push(Embedded { pointer: at.to_string(), role, content, bearer });
        }
    }
    Ok(())
}

/// Whether an endorsement speaks of what carries it.
pub(crate) fn check_target(endorsement: &Object<'_>, bearer: Option<&str>) -> Result<(), Finding> {
    let subject = endorsement.find("credentialSubject").and_then(Value::as_object);
    let target = subject.and_then(|subject| subject.text("id"));
    if bearer.is_some() && bearer != target {
        let detail = "The endorsement speaks of something else than what carries it.";
        return Err(Finding::fail(Code::EndorsesAnother, detail).at("/credentialSubject/id"));
    }
    Ok(())
}

/// Whether a credential of a transcript is about somebody else than the transcript, as far as identifiers tell. A learner may have
/// several, so that is odd and no fault.
pub(crate) fn other_subject(document: &Object<'_>, inner: &EmbeddedReport) -> Option<Problem> {
    let subject = document.find("credentialSubject").and_then(Value::as_object)?;
    let own = subject.text("id")?;
    let other = inner.report.view()?.pointer("/credentialSubject/id")?.as_str()?;
    let detail = "This credential is about another subject than the record that holds it.";
    (inner.role == Role::Credential && own != other)
        .then(|| Problem::new(Code::OtherSubject, detail).at(&inner.pointer))
}

/// What `document` shows: all but its proofs and the credentials inside, which have reports, and views, of their own.
pub(crate) fn view(document: &Object<'_>) -> serde_json::Value {
    let mut shown = serde_json::Map::with_capacity(document.len());
    for (name, value) in document.members().filter(|(name, _)| !is_apart(name)) {
        shown.insert(name.to_owned(), view_of(value));
    }
    shown.into()
}

fn view_of(value: &Value<'_>) -> serde_json::Value {
    match value {
        Value::Array(items) => items.iter().map(view_of).collect(),
        Value::Object(object) => view(object),
        scalar => scalar.to_serde(),
    }
}

fn is_apart(name: &str) -> bool {
    matches!(name, "proof" | "endorsement" | "endorsementJwt" | "verifiableCredential")
}

/// Whether the signatures fix which of two documents a statement belongs to, where both speak of one node.
///
/// The signature over RDF of the outer document covers the statements of both together, so a member could be moved from one to
/// the other. The inner proof, if it holds, fixes all that the inner document says; what is left to fix is that no member of the
/// outer document could be a copy of an inner one, or lack one that is.
///
/// # Errors
///
/// Unknown: the documents may both be honest, but what they say cannot be told apart.
pub(crate) fn check_boundary(
    document: &Object<'_>,
    embedded: &[Embedded<'_>],
    reports: &[EmbeddedReport],
) -> Result<(), Finding> {
    let mut outer = HashMap::new();
    label(document, &mut outer);
    for (inner, report) in embedded.iter().zip(reports) {
        if let Content::Object(object) = inner.content {
            let proven = report.report.outcome(Check::Proof) == &Outcome::Pass;
            check_inner(object, &outer, proven).map_err(|id| undecided(id, &inner.pointer))?;
        }
    }
    Ok(())
}

fn undecided(id: &str, pointer: &str) -> Finding {
    let detail = format!(
        "This credential and the document around it both speak of `{id}`, and the signatures do not fix which of them says what."
    );
    Finding::unknown(Code::RepeatedIdentifier, detail).at(pointer)
}

/// The objects of a document by identifier, without those of credentials inside it.
fn label<'v>(object: &'v Object<'v>, labelled: &mut HashMap<&'v str, &'v Object<'v>>) {
    if let Some(id) = object.text("id") {
        labelled.entry(id).or_insert(object);
    }
    for (_, value) in object.members() {
        for inner in value.items().iter().filter_map(Value::as_object) {
            if !is_credential(inner) {
                label(inner, labelled);
            }
        }
    }
}

/// The identifier of the first node that cannot be told apart.
fn check_inner<'v>(
    object: &'v Object<'v>,
    outer: &HashMap<&str, &Object<'_>>,
    proven: bool,
) -> Result<(), &'v str> {
    if let Some(id) = object.text("id")
        && let Some(around) = outer.get(id)
        && !(proven && is_fixed(object, around))
    {
        return Err(id);
    }
    let inner = object.members().filter(|(name, _)| *name != "proof");
    inner
        .flat_map(|(_, value)| value.items())
        .filter_map(Value::as_object)
        .try_for_each(|object| check_inner(object, outer, proven))
}

/// Whether all that a proven inner object says of a node is either said outside too, or could not be said there.
fn is_fixed(inner: &Object<'_>, outer: &Object<'_>) -> bool {
    let types = |object: &Object<'_>| {
        let types = object.find("type").map(Value::items).unwrap_or_default();
        types.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let (inner_types, outer_types) = (types(inner), types(outer));
    // No outer object has these types (the shape sees to it), and only they give the members their meaning.
    let endorsed = inner_types == ["EndorsementSubject"]
        && !outer_types.contains(&"EndorsementSubject".to_owned())
        && inner.members().all(|(name, _)| matches!(name, "id" | "type" | "endorsementComment"));
    let achieved = inner_types == ["AchievementSubject"] && outer_types == ["ClrSubject"];
    endorsed
        || achieved
        || inner.members().all(|(name, value)| {
            let said = outer.find(name).map(Value::items).unwrap_or_default();
            value.items().iter().all(|item| said.iter().any(|known| is_same(known, item)))
        })
}

/// Whether two values are one node, or one value.
fn is_same(one: &Value<'_>, other: &Value<'_>) -> bool {
    match (one.as_object().and_then(|object| object.text("id")), other) {
        (Some(id), Value::Object(other)) => other.text("id") == Some(id),
        _ => one == other,
    }
}
