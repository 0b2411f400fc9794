//! What the caller asks for: whom it trusts, which contexts it reads, how much clock difference it tolerates.
//! It holds choices; it must not look at proofs or dates.

use crate::json::{At, Object, Value};
use crate::linked_data::context_urls;
use crate::problem::{Code, Problem};
use crate::report::Finding;
use crate::time::Timestamp;
use crate::trust::TrustList;

/// The caller's choices.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Whom the caller believes.
    pub trust: TrustList,
    /// Clock difference tolerated for `validFrom`, seconds; at most [`crate::limits::SKEW_SECONDS_MAX`] are used.
    pub skew_seconds: i64,
    /// Whether a credential must prove that the register of its issuer holds it.
    pub require_inclusion: bool,
    /// How old what is handed over is, where somebody vouches for that: an offline pack does.
    pub freshness: Option<Freshness>,
}

/// Of when everything is that the verifier was given, and how old that may be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Freshness {
    /// Unix seconds: the oldest of the documents was still what its issuer published then.
    pub as_of: i64,
    /// The age at which no status is known any more, seconds.
    pub age_seconds_max: i64,
}

impl Freshness {
    /// Why nothing is known of a status at `now`, Unix seconds, if that is so.
    pub(crate) fn outdated(self, now: i64) -> Option<Problem> {
        let age = now.saturating_sub(self.as_of);
        let as_of = Timestamp::from_unix_seconds(self.as_of);
        let detail = format!(
            "The offline pack is as of {as_of}, {} hours old; at most {} hours are accepted.",
            age / 3_600,
            self.age_seconds_max / 3_600
        );
        (age > self.age_seconds_max).then(|| Problem::new(Code::StatusStale, detail))
    }
}

/// What kind of document is being read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Reads {
    /// A badge, an endorsement.
    Badge,
    /// A Comprehensive Learner Record.
    Clr,
    StatusList,
}

const VC_2: &str = "https://www.w3.org/ns/credentials/v2";
const VC_1: &str = "https://www.w3.org/2018/credentials/v1";
const STATUS_1: &str = "https://www.w3.org/ns/credentials/status/v1";
const OB_EXTENSIONS: &str = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json";
/// Contexts of Open Badges 3.0. The oldest redefine protected terms of credentials/v2, so that no document can use both;
/// that shows when they are compiled.
const OB: [&str; 4] = [
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context.json",
];
const CLR: [&str; 2] = [
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
    "https://purl.imsglobal.org/spec/clr/v2p0/context.json",
];
/// What a document of VC Data Model 1.1 needs for its proof: that model's own context does not know the newer suites.
const SUITES_1: [&str; 3] = [
    "https://w3id.org/security/suites/ed25519-2020/v1",
    "https://w3id.org/security/data-integrity/v1",
    "https://w3id.org/security/data-integrity/v2",
];

impl Policy {
    /// The policy of every user-facing path: Open Badges from pinned contexts, judged by `trust`.
    #[must_use]
    pub const fn badge(trust: TrustList) -> Self {
        Self { trust, skew_seconds: 0, require_inclusion: false, freshness: None }
    }

    /// The same, with this choice of [`Policy::require_inclusion`].
    #[must_use]
    pub fn requiring_inclusion(self, require_inclusion: bool) -> Self {
        Self { require_inclusion, ..self }
    }

    /// The same, where what is handed over is of this age.
    #[must_use]
    pub fn with_freshness(self, freshness: Freshness) -> Self {
        Self { freshness: Some(freshness), ..self }
    }

    /// Whether the document's contexts are an array of the table, in its order, and no context stands
    /// deeper than at the top of an embedded credential (VC Data Integrity, "Context Validation").
    pub(crate) fn check_context(&self, document: &Object<'_>, reads: Reads) -> Result<(), Finding> {
        let refused = |detail: &str, at: &str| {
            Err(Finding::Fail(Problem::new(Code::ContextNotAllowed, detail).at(at)))
        };
        if !matches!(document.find("@context"), Some(Value::Array(_))) {
            return refused("`@context` is not an array.", "/@context");
        }
        let Some(urls) = context_urls(document) else {
            return refused("`@context` holds something other than URLs.", "/@context");
        };
        if !allows(reads, &urls) {
            return refused(
                "The list of contexts is not one that this verifier reads.",
                "/@context",
            );
        }
        stray_context(document, &At::Root).map_err(Finding::Fail)
    }
}

/// The table of allowed context arrays.
fn allows(reads: Reads, urls: &[&str]) -> bool {
    match (reads, urls) {
        (Reads::Badge, [model, badge, rest @ ..]) => OB.contains(badge) && allows_rest(model, rest),
        (Reads::Clr, [model, record, badge, rest @ ..]) => {
            CLR.contains(record) && OB.contains(badge) && allows_rest(model, rest)
        }
        (Reads::StatusList, [VC_2] | [VC_2, STATUS_1]) => true,
        _ => false,
    }
}

/// What may follow the contexts that a kind of document must have.
fn allows_rest(model: &str, rest: &[&str]) -> bool {
    match (model, rest) {
        (VC_1 | VC_2, [] | [OB_EXTENSIONS]) => true,
        (VC_1, [suite] | [OB_EXTENSIONS, suite] | [suite, OB_EXTENSIONS]) => {
            SUITES_1.contains(suite)
        }
        _ => false,
    }
}

/// Refuses an embedded context that is not one of a badge. A proof's is compared with the document's when the proof is read.
fn stray_context(object: &Object<'_>, at: &At<'_>) -> Result<(), Problem> {
    object
        .members()
        .filter(|(name, _)| !matches!(*name, "@context" | "proof"))
        .try_for_each(|(name, value)| stray_context_in(value, &At::Member(at, name)))
}

fn stray_context_in(value: &Value<'_>, at: &At<'_>) -> Result<(), Problem> {
    match value {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(index, item)| stray_context_in(item, &At::Item(at, index))),
        Value::Object(object) => {
            if object.find("@context").is_some()
                && !context_urls(object).is_some_and(|urls| allows(Reads::Badge, &urls))
            {
                let detail = "An embedded document has a context that is not allowed.";
                let at = At::Member(at, "@context");
                return Err(Problem::new(Code::ContextNotAllowed, detail).at(at));
            }
            stray_context(object, at)
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn only_listed_context_arrays_are_read() {
        let policy = Policy::badge(TrustList::default());
        let allowed = |contexts: &str, reads| {
            let text = format!("{{\"@context\":{contexts}}}");
            policy.check_context(&json::parse(text.as_bytes()).unwrap(), reads).is_ok()
        };
        let ob = OB[0];
        assert!(allowed(&format!(r#"["{VC_2}","{ob}"]"#), Reads::Badge));
        assert!(allowed(&format!(r#"["{VC_2}","{ob}","{OB_EXTENSIONS}"]"#), Reads::Badge));
        assert!(allowed(&format!(r#"["{VC_2}"]"#), Reads::StatusList));
        for contexts in [
            format!(r#"["{VC_2}"]"#),
            format!(r#"["{ob}","{VC_2}"]"#),
            format!(r#"["{VC_2}","{ob}","{ob}"]"#),
            format!(r#"["{VC_2}","{ob}#x"]"#),
            format!(r#"["{VC_2}/","{ob}"]"#),
            format!(r#"["http://www.w3.org/ns/credentials/v2","{ob}"]"#),
            format!(r#"["{VC_2}","{ob}",{{"name":"https://schema.org/description"}}]"#),
            format!(r#"["{VC_2}","{ob}","https://evil.example/context"]"#),
            format!(r#""{VC_2}""#),
            "{}".to_owned(),
            "null".to_owned(),
        ] {
            assert!(!allowed(&contexts, Reads::Badge), "{contexts}");
        }
    }

    #[test]
    fn a_nested_context_is_read_only_in_an_embedded_badge() {
        let policy = Policy::badge(TrustList::default());
        let ob = OB[0];
        let allowed = |inner: &str| {
            let text = format!(
                r#"{{"@context":["{VC_2}","{ob}"],"endorsement":[{{"@context":{inner}}}]}}"#
            );
            policy.check_context(&json::parse(text.as_bytes()).unwrap(), Reads::Badge).is_ok()
        };
        assert!(allowed(&format!(r#"["{VC_2}","{ob}"]"#)));
        assert!(!allowed(r#"{"name":"https://schema.org/description"}"#));
        assert!(!allowed("null"));
    }
}
