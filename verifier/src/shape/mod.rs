//! The shape of an Open Badges 3.0 credential: its structure, and what no signature over RDF would fix.
//! It reads JSON alone; it must not expand, fetch or verify.

mod badge;
mod kind;
mod merged;
mod model;
mod unfixed;

use std::borrow::Cow;

pub(crate) use kind::{DataModel, Form, Kind, Profile};
pub(crate) use merged::Budget;
pub(crate) use unfixed::{is_credential, loses_order};

use merged::merge;
use unfixed::Found;

use crate::json::{self, At, Object, Value};
use crate::problem::{Code, Problem};
use crate::report::Finding;

/// A document whose shape is right.
#[derive(Debug)]
pub(crate) struct Shaped<'v> {
    /// The document as its signature fixes it: what follows is judged by this, and nothing else is shown.
    pub(crate) document: Cow<'v, Object<'v>>,
    /// What is odd about a foreign badge, and changes nothing that is shown.
    pub(crate) warnings: Vec<Problem>,
}

/// Checks the shape.
///
/// In our own profile everything odd is a fault. A foreign badge that tells one node in several objects is read as its signature
/// fixes it, every node whole; where that is impossible it cannot be judged. `budget` is what reading whole may still take of memory.
pub(crate) fn check<'v>(
    credential: &'v Object<'v>,
    form: Form,
    budget: &Budget,
) -> Result<Shaped<'v>, Finding> {
    let Found { odd, twin } = unfixed::check(credential).map_err(Finding::Fail)?;
    if let Some(problem) = twin.filter(|_| !form.exact) {
        return Err(Finding::Unknown(problem));
    }
    let own = form.profile == Profile::Microcertificate;
    let document = if own || form.exact || odd.is_empty() {
        badge::check(credential, form).map_err(Finding::Fail)?;
        Cow::Borrowed(credential)
    } else {
        let merged = merge(credential, budget)?;
        badge::check(&merged, Form { profile: Profile::MergedBadge, ..form })
            .map_err(Finding::Fail)?;
        Cow::Owned(merged)
    };
    match odd.first() {
        Some(problem) if own => Err(Finding::Fail(problem.clone())),
        _ => Ok(Shaped { document, warnings: odd }),
    }
}

/// Checks an unsecured credential or transcript of ours before it is signed: its shape, and texts that every verifier reads alike.
///
/// # Errors
///
/// The located problem: what [`crate::verify()`] would report as shape, or a character that implementations canonicalize
/// differently, so that the signature would not verify with all of them.
pub fn lint(unsecured: &serde_json::Value) -> Result<(), Problem> {
    let text = unsecured.to_string();
    let credential = json::parse(text.as_bytes())?;
    let form = match Kind::of(&credential) {
        // We sign transcripts to the letter.
        Some(Kind::Clr) => Form { kind: Kind::Clr, profile: Profile::OpenBadge, exact: true },
        _ => Form { kind: Kind::Badge, profile: Profile::Microcertificate, exact: false },
    };
    check(&credential, form, &Budget::default()).map_err(Finding::into_problem)?;
    check_texts(&credential, &At::Root)
}

fn check_texts(object: &Object<'_>, at: &At<'_>) -> Result<(), Problem> {
    object.members().try_for_each(|(name, value)| check_text(value, &At::Member(at, name)))
}

fn check_text(value: &Value<'_>, at: &At<'_>) -> Result<(), Problem> {
    match value {
        Value::String(text) => match text.chars().find(|character| is_divergent(*character)) {
            Some(character) => {
                let detail = format!("The text holds U+{:04X}.", u32::from(character));
                Err(malformed(detail, at))
            }
            None => Ok(()),
        },
        Value::Array(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(index, item)| check_text(item, &At::Item(at, index))),
        Value::Object(object) => check_texts(object, at),
        _ => Ok(()),
    }
}

/// Control characters, which implementations escape differently, and characters beyond the basic plane, which they sort
/// differently (by code points or by UTF-16 units): a signature over them would not verify everywhere.
fn is_divergent(character: char) -> bool {
    character.is_control() && !matches!(character, '\n' | '\r' | '\t') || character > '\u{FFFF}'
}

/// Checks only what a signature over RDF would not fix, for documents that are no badges.
pub(crate) fn check_unfixed(document: &Object<'_>) -> Result<(), Finding> {
    let Found { odd, twin } = unfixed::check(document).map_err(Finding::Fail)?;
    match odd.into_iter().chain(twin).next() {
        Some(problem) => Err(Finding::Fail(problem)),
        None => Ok(()),
    }
}

fn malformed(detail: impl Into<String>, at: &At<'_>) -> Problem {
    Problem::new(Code::MalformedValue, detail).at(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BADGE: &str = r#"{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        "id":"urn:uuid:1","type":["VerifiableCredential","OpenBadgeCredential"],
        "issuer":{"id":"did:web:example.org","type":["Profile"],"name":"U"},"validFrom":"2026-01-15T09:00:00Z",
        "credentialStatus":{"id":"urn:s#1","type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"1","statusListCredential":"urn:s"},
        "credentialSubject":{"id":"did:example:l","type":["AchievementSubject"],"achievement":{"id":"urn:uuid:2","type":["Achievement"],
        "name":"N","description":"D","criteria":{"narrative":"C"},"otherIdentifier":[{"type":"IdentifierEntry","identifierType":"ext:MARK","identifier":"1"}],
        "tag":["a","b"]}}}"#;

    fn outcome(text: &str) -> Result<usize, Code> {
        let document = json::parse(text.as_bytes()).unwrap();
        let profile = Profile::of(&document, Kind::Badge);
        check(&document, Form { kind: Kind::Badge, profile, exact: false }, &Budget::default())
            .map(|shaped| shaped.warnings.len())
            .map_err(|finding| finding.into_problem().code)
    }

    fn changed(own: bool, from: &str, to: &str) -> Result<usize, Code> {
        let mark = if own { "MKProgrammeRegistrationNumber" } else { "Other" };
        let text = BADGE.replace(from, to).replace("MARK", mark);
        assert!(text != BADGE.replace("MARK", mark) || from == to, "`{from}` is not in the badge");
        outcome(&text)
    }

    #[test]
    fn whole_badges_pass() {
        assert_eq!(changed(true, "", ""), Ok(0));
        assert_eq!(changed(false, "", ""), Ok(0));
    }

    #[test]
    fn what_is_required_is_required() {
        for (from, code) in [
            (r#""id":"urn:uuid:1","#, Code::MissingValue),
            (r#""validFrom":"2026-01-15T09:00:00Z","#, Code::MissingValue),
            (r#""description":"D","#, Code::MissingValue),
            (r#""narrative":"C""#, Code::EmptyValue),
            (r#""id":"did:example:l","#, Code::MissingValue),
        ] {
            assert_eq!(changed(false, from, ""), Err(code), "{from}");
        }
        for (from, to) in [
            (
                r#"{"id":"did:web:example.org","type":["Profile"],"name":"U"}"#,
                r#""did:web:example.org""#,
            ),
            ("2026-01-15T09:00:00Z", "2026-01-15"),
            (r#"["Achievement"]"#, r#"["Course"]"#),
            (r#""name":"N""#, r#""name":5"#),
            (r#""name":"N""#, r#""name":{"kk":"N"}"#),
            (r#""type":["Achievement"]"#, r#""type":["Achievement"],"creditsAvailable":"3""#),
        ] {
            assert_eq!(changed(false, from, to), Err(Code::MalformedValue), "{from} → {to}");
        }
    }

    #[test]
    fn constructs_that_reshape_a_signed_document_are_forbidden() {
        for member in [
            r#""@graph":[{"id":"urn:x"}]"#,
            r#""@included":[{"id":"urn:x"}]"#,
            r#""@reverse":{"name":"x"}"#,
            r#""@nest":{"name":"x"}"#,
            r#""@id":"urn:x""#,
            r#""https://schema.org/name":"x""#,
            r#""schema:name":"x""#,
            // A class name whose IRI is also that of a property: the value moves from `criteria` unseen.
            r#""Criteria":{"narrative":"x"}"#,
        ] {
            for own in [true, false] {
                let to = format!(r#""name":"N",{member}"#);
                assert_eq!(
                    changed(own, r#""name":"N""#, &to),
                    Err(Code::ForbiddenConstruct),
                    "{to}"
                );
            }
        }
        assert_eq!(
            changed(false, r#""id":"urn:uuid:2""#, r#""id":"_:b0""#),
            Err(Code::ForbiddenConstruct)
        );
        assert_eq!(
            changed(false, r#"["a","b"]"#, r#"[{"@value":"a"}]"#),
            Err(Code::ForbiddenConstruct)
        );
        for empty in ["null", "[]", "{}"] {
            let to = format!(r#""name":"N","image":{empty}"#);
            assert_eq!(changed(false, r#""name":"N""#, &to), Err(Code::EmptyValue), "{empty}");
        }
        assert_eq!(changed(false, r#"["a","b"]"#, r#"[["a"],"b"]"#), Err(Code::MalformedValue));
    }

    fn shown(more: &str) -> Result<String, Finding> {
        let text = BADGE.replace(r#""validFrom""#, &format!(r#"{more},"validFrom""#));
        let document = json::parse(text.as_bytes()).unwrap();
        let form = Form { kind: Kind::Badge, profile: Profile::OpenBadge, exact: false };
        check(&document, form, &Budget::default())
            .map(|shaped| shaped.document.to_serde().to_string())
    }

    #[test]
    fn what_is_said_of_a_node_in_two_objects_is_read_together() {
        // Status and expiry that were moved into an object which names the credential are found there all the same.
        let moved = r#""related":[{"id":"urn:uuid:1","type":["VerifiableCredential2"]}]"#;
        assert!(matches!(shown(moved), Err(Finding::Unknown(_))));
        let named = shown(
            r#""evidence":[{"id":"urn:e","type":["Evidence"],"name":"E"},{"id":"urn:e","type":["Evidence"],"genre":"g"}]"#,
        );
        assert!(
            named.unwrap().contains(
                r#""evidence":[{"id":"urn:e","type":["Evidence"],"name":"E","genre":"g"}"#
            )
        );
        // A mere reference is as good as the node itself.
        let source = shown(
            r#""evidence":[{"id":"urn:e","type":["Evidence"],"audience":"a"}],"related":[{"id":"urn:e"}]"#,
        );
        assert_eq!(source.unwrap().matches(r#""audience":"a""#).count(), 2);
        // Two names of one profile are both shown.
        let named =
            shown(r#""related":[{"id":"did:web:example.org","type":["Profile"],"name":"V"}]"#);
        assert!(named.unwrap().contains(r#""name":["U","V"]"#));
        for contradiction in [
            r#""evidence":[{"id":"did:web:example.org","type":["Evidence"],"name":"x"}]"#,
            r#""related":[{"id":"urn:uuid:1","type":["VerifiableCredential2","OpenBadgeCredential"]}]"#,
        ] {
            assert!(matches!(shown(contradiction), Err(Finding::Unknown(_))), "{contradiction}");
        }
    }

    #[test]
    fn a_document_that_grows_when_it_is_read_whole_is_refused() {
        let heavy =
            format!(r#"{{"id":"urn:h","type":["Evidence"],"name":"{}"}}"#, "n".repeat(100_000));
        let named =
            (0..1_000).map(|n| format!(r#"{{"id":"urn:{n}","type":["R"],"r":{{"id":"urn:h"}}}}"#));
        let named = named.collect::<Vec<_>>().join(",");
        let grown = shown(&format!(r#""evidence":[{heavy}],"related":[{named}]"#));
        assert!(matches!(grown, Err(Finding::Refused(_))));
        // Nodes that name each other end somewhere.
        let circle = r#""related":[{"id":"urn:x","type":["A"],"b":{"id":"urn:y","type":["B"],"a":{"id":"urn:x"}}}]"#;
        assert!(shown(circle).is_ok());
    }

    #[test]
    fn our_own_profile_knows_every_member() {
        for (from, to) in [
            (r#""name":"N""#, r#""name":"N","audience":"x""#),
            (r#""statusListIndex":"1""#, r#""statusListIndex":"1","statusSize":1"#),
            (r#""credentialStatus":{"#, r#""evidence":{"#),
            (r#""type":"BitstringStatusListEntry""#, r#""type":["BitstringStatusListEntry"]"#),
        ] {
            assert_eq!(changed(true, from, to), Err(Code::MalformedValue), "{to}");
        }
    }

    #[test]
    fn malleable_shapes_fail_in_our_profile_and_warn_elsewhere() {
        let creator =
            r#""name":"N","creator":{"id":"did:web:example.org","type":["Profile"],"name":"U"}"#;
        for (from, to, code) in [
            (r#""name":"N""#, creator, Code::RepeatedIdentifier),
            (r#"["a","b"]"#, r#"["a","b","a"]"#, Code::RepeatedValue),
        ] {
            assert_eq!(changed(true, from, to), Err(code));
            assert_eq!(changed(false, from, to), Ok(1));
        }
        for (from, to) in [
            ("OpenBadgeCredential", "AchievementCredential"),
            (
                r#"["VerifiableCredential","OpenBadgeCredential"]"#,
                r#"["OpenBadgeCredential","VerifiableCredential"]"#,
            ),
            ("context-3.0.3.json", "context-3.0.2.json"),
            (r#"["Profile"]"#, r#""Profile""#),
            (r#"["a","b"]"#, r#""a""#),
        ] {
            assert_eq!(changed(true, from, to), Err(Code::MalformedValue), "{to}");
            assert_eq!(changed(false, from, to), Ok(0), "{to}");
        }
    }
}
