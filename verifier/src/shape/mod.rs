//! The shape of an Open Badges 3.0 credential: its structure, and what no signature over RDF would fix.
//! It reads JSON alone; it must not expand, fetch or verify.

mod badge;
mod model;
mod unfixed;

use unfixed::Oddity;

use crate::json::{self, At, Object, Value};
use crate::problem::{Code, Problem};
use crate::report::Finding;

/// The identifier type that our own credentials carry, and therefore their mark: it is signed, so it cannot be
/// taken away to have a credential read under the looser rules for foreign badges.
const OWN_MARK: &str = "ext:MKProgrammeRegistrationNumber";

/// Whose rules a credential is held to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Profile {
    /// A microcertificate of ours: the profile of `docs/formats.md`, to the letter.
    Microcertificate,
    /// Any other Open Badge: the specification.
    OpenBadge,
}

impl Profile {
    pub(crate) fn of(credential: &Object<'_>) -> Self {
        let own = credential.members().any(|(_, value)| mentions_mark(value));
        if own { Self::Microcertificate } else { Self::OpenBadge }
    }
}

fn mentions_mark(value: &Value<'_>) -> bool {
    match value {
        Value::String(text) => text == OWN_MARK,
        Value::Array(items) => items.iter().any(mentions_mark),
        Value::Object(object) => object.members().any(|(_, value)| mentions_mark(value)),
        _ => false,
    }
}

/// Checks the shape; returns what is odd about a foreign badge and changes nothing that is shown.
///
/// In our own profile everything odd is a fault. A foreign badge that tells one node in several ways cannot be judged: reading it as
/// its signer meant it would need all members of the node together, and the proofs of what is embedded.
pub(crate) fn check(credential: &Object<'_>, profile: Profile) -> Result<Vec<Problem>, Finding> {
    let oddities = unfixed::check(credential).map_err(Finding::Fail)?;
    badge::check(credential, profile).map_err(Finding::Fail)?;
    let mut warnings = Vec::new();
    for oddity in oddities {
        match (profile, oddity) {
            (Profile::Microcertificate, Oddity::Repetition(problem) | Oddity::Divided(problem)) => {
                return Err(Finding::Fail(problem));
            }
            (Profile::OpenBadge, Oddity::Divided(problem)) => {
                return Err(Finding::Unknown(problem));
            }
            (Profile::OpenBadge, Oddity::Repetition(problem)) => warnings.push(problem),
        }
    }
    Ok(warnings)
}

/// Checks an unsecured credential of ours before it is signed: its shape, and texts that every verifier reads alike.
///
/// # Errors
///
/// The located problem: what [`crate::verify()`] would report as shape, or a character that implementations canonicalize
/// differently, so that the signature would not verify with all of them.
pub fn lint(unsecured: &serde_json::Value) -> Result<(), Problem> {
    let text = unsecured.to_string();
    let credential = json::parse(text.as_bytes())?;
    check(&credential, Profile::Microcertificate).map_err(Finding::into_problem)?;
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
    match unfixed::check(document).map_err(Finding::Fail)?.into_iter().next() {
        Some(Oddity::Repetition(problem) | Oddity::Divided(problem)) => Err(Finding::Fail(problem)),
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
        check(&document, Profile::of(&document))
            .map(|odd| odd.len())
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

    #[test]
    fn a_foreign_badge_that_tells_a_node_in_two_ways_is_not_judged() {
        let judged = |to: &str| {
            let text = BADGE.replace(r#""validFrom""#, &format!(r#"{to},"validFrom""#));
            let document = json::parse(text.as_bytes()).unwrap();
            check(&document, Profile::OpenBadge).map(|odd| odd.len())
        };
        assert_eq!(judged(r#""description":"d""#), Ok(0));
        // The same again says nothing else.
        let again = r#""evidence":[{"id":"urn:e","type":["Evidence"]}],"endorsement":[{"id":"urn:e","type":["Evidence"]}]"#;
        assert_eq!(judged(again), Ok(1));
        for divided in [
            // Status and expiry could be moved into an object that names the credential.
            r#""evidence":[{"id":"urn:uuid:1","type":["Evidence"]}]"#,
            // Members of the issuer could stand in its namesake, or be taken from it.
            r#""evidence":[{"id":"did:web:example.org","type":["Evidence"],"name":"x"}]"#,
            r#""endorsement":[{"id":"did:web:example.org"}]"#,
            // What an endorsement says of the subject could be made the badge's own word.
            r#""endorsement":[{"@context":["x"],"id":"urn:e","type":["VerifiableCredential"],"credentialSubject":{"id":"did:example:l"}}]"#,
        ] {
            assert!(matches!(judged(divided), Err(Finding::Unknown(_))), "{divided}");
        }
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
