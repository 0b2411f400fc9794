//! The shape of an Open Badges 3.0 credential: its structure, and what no signature over RDF would fix.
//! It reads JSON alone; it must not expand, fetch or verify.

mod badge;
mod unfixed;

use crate::json::{self, Object, Value, pointer};
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
pub(crate) fn check(credential: &Object<'_>, profile: Profile) -> Result<Vec<Problem>, Finding> {
    badge::check(credential, profile).map_err(Finding::Fail)?;
    let odd = unfixed::check(credential).map_err(Finding::Fail)?;
    match (profile, odd.first()) {
        (Profile::Microcertificate, Some(problem)) => Err(Finding::Fail(problem.clone())),
        _ => Ok(odd),
    }
}

/// Checks an unsecured credential of ours before it is signed: its shape, and texts that every verifier reads alike.
///
/// # Errors
///
/// The located problem: what [`crate::verify()`] would report as shape, or a control character, which some
/// implementations escape differently when they canonicalize, so that the signature would not verify there.
pub fn lint(unsecured: &serde_json::Value) -> Result<(), Problem> {
    let text = unsecured.to_string();
    let credential = json::parse(text.as_bytes())?;
    check(&credential, Profile::Microcertificate).map_err(Finding::into_problem)?;
    match credential.members().find_map(|(name, value)| control(value, &pointer("", name))) {
        Some(at) => Err(malformed("The text holds a control character.", &at)),
        None => Ok(()),
    }
}

fn control(value: &Value<'_>, at: &str) -> Option<String> {
    match value {
        Value::String(text) => text
            .contains(|character: char| character.is_control() && !"\n\r\t".contains(character))
            .then(|| at.to_owned()),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(index, item)| control(item, &pointer(at, index)))
        }
        Value::Object(object) => {
            object.members().find_map(|(name, value)| control(value, &pointer(at, name)))
        }
        _ => None,
    }
}

/// Checks only what a signature over RDF would not fix, for documents that are no badges.
pub(crate) fn check_unfixed(document: &Object<'_>) -> Result<(), Finding> {
    match unfixed::check(document).map_err(Finding::Fail)?.into_iter().next() {
        Some(problem) => Err(Finding::Fail(problem)),
        None => Ok(()),
    }
}

fn malformed(detail: impl Into<String>, pointer: &str) -> Problem {
    Problem::new(Code::MalformedValue, detail).at(pointer)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BADGE: &str = r#"{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        "id":"urn:uuid:1","type":["VerifiableCredential","OpenBadgeCredential"],
        "issuer":{"id":"did:web:example.org","type":["Profile"],"name":"U"},"validFrom":"2026-01-15T09:00:00Z",
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
            Err(Code::MalformedValue)
        );
        for empty in ["null", "[]", "{}"] {
            let to = format!(r#""name":"N","image":{empty}"#);
            assert_eq!(changed(false, r#""name":"N""#, &to), Err(Code::EmptyValue), "{empty}");
        }
        assert_eq!(changed(false, r#"["a","b"]"#, r#"[["a"],"b"]"#), Err(Code::MalformedValue));
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
