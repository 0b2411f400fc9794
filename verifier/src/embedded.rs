//! Credentials inside a credential: endorsements of a badge, the credentials of a transcript.
//! It finds them, and says what the proofs leave open between them and the document around them; it must not verify them.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use crate::json::{At, Object, Value};
use crate::limits;
use crate::problem::{Code, Problem};
use crate::report::{Check, EmbeddedReport, Finding, Outcome, Report, Role};
use crate::shape::is_credential;
use crate::status::issuer_id;

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
/// Refused when there are more than the limits; failed when something else stands in place of one; unknown when one stands where no
/// credential belongs.
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
                // A name alone, or what says of itself that it is none: nobody could verify it, and it must not pass unseen.
                _ if role.is_some() => {
                    let detail = "This is not a whole credential.";
                    return Err(Finding::Fail(Problem::new(Code::MalformedValue, detail).at(at)));
                }
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
/// The signature over RDF of the outer document covers the statements of both together, so a statement could be moved from one to
/// the other, copied, or taken away where it stands twice. The inner proof, if it holds, fixes all that the inner document says. What
/// an inner document says of a node of the outer one is harmless if it could not be said outside, or if it is the issuer's own word
/// and the outer document says all of it too.
///
/// # Errors
///
/// Unknown: the documents may both be honest, but who says what cannot be told.
pub(crate) fn check_boundary(
    document: &Object<'_>,
    embedded: &[Embedded<'_>],
    reports: &[EmbeddedReport],
) -> Result<(), Finding> {
    let mut nodes = HashMap::new();
    label(document, &mut nodes);
    let root = document.text("id");
    let boundary = Boundary { nodes, root, said: RefCell::default() };
    for (inner, report) in embedded.iter().zip(reports) {
        let Content::Object(object) = inner.content else { continue };
        let issuer = report.report.subject().issuer.as_deref();
        let word = match (is_proven(&report.report), issuer == issuer_id(document)) {
            (true, true) => Word::Issuers,
            (true, false) => Word::Others,
            (false, _) => Word::Nobodys,
        };
        // Its contexts are in no statement: without them it says nothing any more, and names nothing that would be missed.
        if inner.role == Role::Endorsement && inner.bearer.is_none() {
            let detail = "What carries this endorsement has no identifier, so the signatures do not fix that it speaks.";
            return Err(Finding::unknown(Code::MissingValue, detail).at(&inner.pointer));
        }
        boundary.cross(object, word).map_err(|id| undecided(id, &inner.pointer))?;
    }
    check_unproven(embedded, reports)
}

/// A document inside whose proof does not hold fixes nothing, so it must share no node with another one: what that one says could have been
/// taken away here, and the proof broken by it.
fn check_unproven(embedded: &[Embedded<'_>], reports: &[EmbeddedReport]) -> Result<(), Finding> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut unproven = Vec::new();
    for (inner, report) in embedded.iter().zip(reports) {
        let Content::Object(object) = inner.content else { continue };
        let mut nodes = HashSet::new();
        name_all(object, &mut nodes);
        for id in &nodes {
            *places.entry(id).or_default() += 1;
        }
        if !is_proven(&report.report) {
            unproven.push((inner, nodes));
        }
    }
    for (inner, nodes) in unproven {
        let shared = |id: &&&str| places.get(**id).is_some_and(|count| *count > 1);
        if let Some(id) = nodes.iter().find(shared) {
            return Err(undecided(id, &inner.pointer));
        }
    }
    Ok(())
}

/// Every node that a document names, in it and in all that is inside it.
fn name_all<'v>(object: &'v Object<'v>, nodes: &mut HashSet<&'v str>) {
    nodes.extend(object.text("id"));
    for (name, value) in object.members().filter(|(name, _)| *name != "proof") {
        for item in value.items() {
            match item {
                Value::Object(inner) => name_all(inner, nodes),
                Value::String(id) if names_node(name) => {
                    nodes.insert(id);
                }
                _ => {}
            }
        }
    }
}

/// Whether the proof of a credential holds, and those of all credentials in it.
fn is_proven(report: &Report) -> bool {
    report.outcome(Check::Proof) == &Outcome::Pass
        && report.embedded().iter().all(|inner| is_proven(&inner.report))
}

fn undecided(id: &str, pointer: &str) -> Finding {
    let detail = format!(
        "This credential and the document around it both speak of `{id}`, and the signatures do not fix which of them says what."
    );
    Finding::unknown(Code::RepeatedIdentifier, detail).at(pointer)
}

/// The nodes that a document names, without those of credentials inside it: each with its object, if it has one.
fn label<'v>(object: &'v Object<'v>, labelled: &mut HashMap<&'v str, Option<&'v Object<'v>>>) {
    if let Some(id) = object.text("id") {
        labelled.entry(id).or_default().get_or_insert(object);
    }
    for (name, value) in object.members() {
        for item in value.items() {
            match item {
                Value::Object(inner) if !is_credential(inner) => label(inner, labelled),
                Value::String(id) if names_node(name) => {
                    labelled.entry(id).or_default();
                }
                _ => {}
            }
        }
    }
}

/// Whose word a document inside is.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Word {
    /// The issuer's of the document around it.
    Issuers,
    Others,
    /// No proof of it holds.
    Nobodys,
}

struct Boundary<'o> {
    /// The nodes of the outer document; without an object where it only names them in a text.
    nodes: HashMap<&'o str, Option<&'o Object<'o>>>,
    /// The outer document itself: what decides about it is said by it alone.
    root: Option<&'o str>,
    /// What the outer document says of its nodes, member by member, as far as it was asked for: thousands may ask for the same.
    said: RefCell<HashMap<(&'o str, String), HashSet<String>>>,
}

impl Boundary<'_> {
    /// The identifier of the first node of which cannot be told who says what.
    fn cross<'v>(&self, object: &'v Object<'v>, word: Word) -> Result<(), &'v str> {
        if let Some(id) = object.text("id")
            && let Some((outer_id, outer)) = self.nodes.get_key_value(id)
        {
            let apart = object.len() == 1
                || outer.is_some_and(|outer| cannot_be_said_outside(object, outer));
            let is_known = || outer.is_some_and(|outer| self.says_all((outer_id, outer), object));
            match word {
                Word::Issuers | Word::Others if apart => {}
                Word::Issuers if self.root != Some(id) && is_known() => {}
                _ => return Err(id),
            }
        }
        for (name, value) in object.members().filter(|(name, _)| *name != "proof") {
            if word == Word::Nobodys && names_node(name) {
                let mut texts = value.items().iter().filter_map(Value::as_str);
                if let Some(id) = texts.find(|id| self.nodes.contains_key(id)) {
                    return Err(id);
                }
            }
            for inner in value.items().iter().filter_map(Value::as_object) {
                let word = match word {
                    Word::Issuers if is_credential(inner) => Word::Others,
                    same => same,
                };
                self.cross(inner, word)?;
            }
        }
        Ok(())
    }
}

impl<'o> Boundary<'o> {
    /// Whether the outer document says all of the node `id` that `inner` says of it. An object with an identifier is named by it here:
    /// what it says itself is compared where it stands.
    fn says_all(&self, (id, outer): (&'o str, &Object<'_>), inner: &Object<'_>) -> bool {
        let mut known = self.said.borrow_mut();
        inner.members().all(|(name, value)| {
            let said = known.entry((id, name.to_owned())).or_insert_with(|| {
                let said = outer.find(name).map(Value::items).unwrap_or_default();
                said.iter().map(spelling).collect()
            });
            value.items().iter().all(|item| said.contains(&spelling(item)))
        })
    }
}

/// What a value is compared by.
fn spelling(value: &Value<'_>) -> String {
    let id = value
        .as_object()
        .filter(|object| !is_credential(object))
        .and_then(|object| object.text("id"));
    id.map_or_else(|| value.to_serde().to_string(), |id| format!("<{id}>"))
}

/// Whether the types of an inner object, which alone give its members their meaning, are such as no outer object of this kind has.
fn cannot_be_said_outside(inner: &Object<'_>, outer: &Object<'_>) -> bool {
    let endorsed = has_type(inner, "EndorsementSubject")
        && !lists_type(outer, "EndorsementSubject")
        && inner.members().all(|(name, _)| matches!(name, "id" | "type" | "endorsementComment"));
    let in_clr = |name| {
        matches!(
            name,
            "id" | "type" | "identifier" | "achievement" | "verifiableCredential" | "association"
        )
    };
    let achieved = has_type(inner, "AchievementSubject")
        && has_type(outer, "ClrSubject")
        && outer.members().all(|(name, _)| in_clr(name));
    endorsed || achieved
}

/// Whether `name` is the one type of an object.
fn has_type(object: &Object<'_>, name: &str) -> bool {
    let types = object.find("type").map(Value::items).unwrap_or_default();
    types.iter().map(Value::as_str).eq([Some(name)])
}

fn lists_type(object: &Object<'_>, name: &str) -> bool {
    let types = object.find("type").map(Value::items).unwrap_or_default();
    types.iter().any(|known| known.as_str() == Some(name))
}

/// Whether a text in this member names a node: the terms that the pinned contexts coerce to identifiers.
fn names_node(member: &str) -> bool {
    NODE_NAMES.contains(&member)
}

const NODE_NAMES: [&str; 35] = [
    "address",
    "assertionMethod",
    "aud",
    "authentication",
    "capabilityDelegation",
    "capabilityInvocation",
    "confidenceMethod",
    "controller",
    "credentialSchema",
    "credentialStatus",
    "credentialSubject",
    "criteria",
    "evidence",
    "holder",
    "image",
    "iss",
    "issuer",
    "jku",
    "jti",
    "keyAgreement",
    "kid",
    "parentOrg",
    "previousProof",
    "proof",
    "refreshService",
    "relatedResource",
    "renderMethod",
    "source",
    "statusListCredential",
    "statusReference",
    "sub",
    "termsOfUse",
    "verifiableCredential",
    "verificationMethod",
    "x5u",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linked_data::coerced_to_identifiers;

    #[test]
    fn every_term_that_names_a_node_is_known() {
        let terms = coerced_to_identifiers();
        assert!(terms.contains("issuer"), "{terms:?}");
        assert!(terms.iter().all(|term| names_node(term)), "{terms:?}");
    }
}
