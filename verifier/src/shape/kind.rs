//! What kind of credential a document is, in which data model, and whose rules it is held to.
//! It reads names; it must not judge structure.

use crate::json::{Object, Value};

/// The identifier type that our own credentials carry, and therefore their mark: it is signed, so it cannot be
/// taken away to have a credential read under the looser rules for foreign badges.
const OWN_MARK: &str = "ext:MKProgrammeRegistrationNumber";

const VC_1: &str = "https://www.w3.org/2018/credentials/v1";

/// The kinds of credential that this verifier reads.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// An `OpenBadgeCredential`, also named `AchievementCredential`.
    Badge,
    /// An `EndorsementCredential`: somebody's word on a badge, an achievement or a profile.
    Endorsement,
    /// A `ClrCredential`: a transcript that holds whole credentials.
    Clr,
}

/// The data model, told by the first context.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum DataModel {
    V1,
    V2,
}

/// Whose rules a credential is held to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Profile {
    /// A microcertificate of ours: the profile of `docs/formats.md`, to the letter.
    Microcertificate,
    /// Any other Open Badge: the specification.
    OpenBadge,
    /// One that tells a node in several objects, read whole: a text may have several values then.
    MergedBadge,
}

/// What a document is held to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Form {
    pub(crate) kind: Kind,
    pub(crate) profile: Profile,
    /// Whether a signature covers the JSON to the letter, so that nothing can be moved in it.
    pub(crate) exact: bool,
}

impl Kind {
    /// The kind that a type names.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "OpenBadgeCredential" | "AchievementCredential" => Some(Self::Badge),
            "EndorsementCredential" => Some(Self::Endorsement),
            "ClrCredential" => Some(Self::Clr),
            _ => None,
        }
    }

    /// The kind of a document by its `type`.
    pub(crate) fn of(document: &Object<'_>) -> Option<Self> {
        let types = document.find("type").map(Value::items).unwrap_or_default();
        types.iter().filter_map(Value::as_str).find_map(Self::named)
    }

    /// For sentences.
    pub(super) const fn article_and_name(self) -> &'static str {
        match self {
            Self::Badge => "an Open Badge credential",
            Self::Endorsement => "an endorsement",
            Self::Clr => "a Comprehensive Learner Record",
        }
    }
}

impl DataModel {
    pub(crate) fn of(document: &Object<'_>) -> Self {
        let contexts = document.find("@context").map(Value::items).unwrap_or_default();
        match contexts.first().and_then(Value::as_str) {
            Some(VC_1) => Self::V1,
            _ => Self::V2,
        }
    }
}

impl Profile {
    /// A transcript may hold microcertificates of ours, and is none itself.
    pub(crate) fn of(credential: &Object<'_>, kind: Kind) -> Self {
        let marked = || credential.members().any(|(_, value)| mentions_mark(value));
        if kind == Kind::Badge && marked() { Self::Microcertificate } else { Self::OpenBadge }
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
