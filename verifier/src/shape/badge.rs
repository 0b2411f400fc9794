//! The Open Badges 3.0 data model as tables (Open Badges 3.0, "Open Badges Data Model").

use super::{Profile, malformed};
use crate::json::{Object, Value, pointer};
use crate::problem::{Code, Problem};
use crate::time::Timestamp;

/// A class of the data model.
struct Class {
    name: &'static str,
    /// How its `type` is written.
    typed: Typed,
    /// No members but these.
    closed: bool,
    members: &'static [Member],
}

enum Typed {
    /// A set that holds the class name.
    Set,
    /// The class name itself.
    Word,
    /// Anything, or nothing.
    Free,
}

struct Member {
    name: &'static str,
    kind: Kind,
    many: bool,
    required: bool,
}

enum Kind {
    Text,
    Number,
    Boolean,
    DateTime,
    /// A date and time; the specification's own contexts say date, so foreign badges may hold one.
    Day,
    Object(&'static Class),
    /// An object that other checks look into.
    Open,
}

const fn one(name: &'static str, kind: Kind) -> Member {
    Member { name, kind, many: false, required: false }
}

const fn need(name: &'static str, kind: Kind) -> Member {
    Member { name, kind, many: false, required: true }
}

const fn many(name: &'static str, kind: Kind) -> Member {
    Member { name, kind, many: true, required: false }
}

use Kind::{Boolean, DateTime, Day, Number, Open, Text};

static CREDENTIAL: Class = Class {
    name: "OpenBadgeCredential",
    typed: Typed::Free,
    closed: false,
    members: &[
        need("id", Text),
        one("name", Text),
        one("description", Text),
        one("image", Kind::Object(&IMAGE)),
        one("awardedDate", DateTime),
        need("issuer", Kind::Object(&PROFILE)),
        need("validFrom", DateTime),
        one("validUntil", DateTime),
        need("credentialSubject", Kind::Object(&SUBJECT)),
        many("evidence", Kind::Object(&EVIDENCE)),
        many("endorsement", Open),
        many("endorsementJwt", Text),
        many("credentialSchema", Open),
        many("termsOfUse", Open),
        one("refreshService", Open),
    ],
};

static SUBJECT: Class = Class {
    name: "AchievementSubject",
    typed: Typed::Set,
    closed: false,
    members: &[
        one("id", Text),
        need("achievement", Kind::Object(&ACHIEVEMENT)),
        one("activityStartDate", Day),
        one("activityEndDate", Day),
        one("creditsEarned", Number),
        many("identifier", Kind::Object(&IDENTITY_OBJECT)),
        one("image", Kind::Object(&IMAGE)),
        one("licenseNumber", Text),
        one("narrative", Text),
        many("result", Kind::Object(&RESULT)),
        one("role", Text),
        one("source", Kind::Object(&PROFILE)),
        one("term", Text),
    ],
};

static ACHIEVEMENT: Class = Class {
    name: "Achievement",
    typed: Typed::Set,
    closed: false,
    members: &[
        need("id", Text),
        need("name", Text),
        need("description", Text),
        need("criteria", Kind::Object(&CRITERIA)),
        many("alignment", Kind::Object(&ALIGNMENT)),
        one("achievementType", Text),
        one("creator", Kind::Object(&PROFILE)),
        one("creditsAvailable", Number),
        many("endorsement", Open),
        many("endorsementJwt", Text),
        one("fieldOfStudy", Text),
        one("humanCode", Text),
        one("image", Kind::Object(&IMAGE)),
        one("inLanguage", Text),
        many("otherIdentifier", Kind::Object(&IDENTIFIER_ENTRY)),
        many("related", Kind::Object(&RELATED)),
        many("resultDescription", Kind::Object(&RESULT_DESCRIPTION)),
        one("specialization", Text),
        many("tag", Text),
        one("version", Text),
    ],
};

static PROFILE: Class = Class {
    name: "Profile",
    typed: Typed::Set,
    closed: false,
    members: &[
        need("id", Text),
        one("name", Text),
        one("url", Text),
        one("phone", Text),
        one("description", Text),
        many("endorsement", Open),
        many("endorsementJwt", Text),
        one("image", Kind::Object(&IMAGE)),
        one("email", Text),
        one("address", Kind::Object(&ADDRESS)),
        many("otherIdentifier", Kind::Object(&IDENTIFIER_ENTRY)),
        one("official", Text),
        one("parentOrg", Kind::Object(&PROFILE)),
        one("familyName", Text),
        one("givenName", Text),
        one("additionalName", Text),
        one("patronymicName", Text),
        one("honorificPrefix", Text),
        one("honorificSuffix", Text),
        one("familyNamePrefix", Text),
        one("dateOfBirth", Text),
    ],
};

static CRITERIA: Class = Class {
    name: "Criteria",
    typed: Typed::Free,
    closed: false,
    members: &[one("id", Text), one("narrative", Text)],
};

static ALIGNMENT: Class = Class {
    name: "Alignment",
    typed: Typed::Set,
    closed: false,
    members: &[
        need("targetName", Text),
        need("targetUrl", Text),
        one("targetCode", Text),
        one("targetDescription", Text),
        one("targetFramework", Text),
        one("targetType", Text),
    ],
};

static EVIDENCE: Class = Class {
    name: "Evidence",
    typed: Typed::Set,
    closed: false,
    members: &[
        one("id", Text),
        one("narrative", Text),
        one("name", Text),
        one("description", Text),
        one("genre", Text),
        one("audience", Text),
    ],
};

static IMAGE: Class = Class {
    name: "Image",
    typed: Typed::Word,
    closed: true,
    members: &[need("id", Text), one("caption", Text)],
};

static IDENTITY_OBJECT: Class = Class {
    name: "IdentityObject",
    typed: Typed::Word,
    closed: true,
    members: &[
        need("hashed", Boolean),
        need("identityHash", Text),
        need("identityType", Text),
        one("salt", Text),
    ],
};

static IDENTIFIER_ENTRY: Class = Class {
    name: "IdentifierEntry",
    typed: Typed::Word,
    closed: true,
    members: &[need("identifier", Text), need("identifierType", Text)],
};

static ADDRESS: Class = Class {
    name: "Address",
    typed: Typed::Set,
    closed: false,
    members: &[
        one("addressCountry", Text),
        one("addressCountryCode", Text),
        one("addressRegion", Text),
        one("addressLocality", Text),
        one("streetAddress", Text),
        one("postOfficeBoxNumber", Text),
        one("postalCode", Text),
        one("geo", Kind::Object(&GEO_COORDINATES)),
    ],
};

static GEO_COORDINATES: Class = Class {
    name: "GeoCoordinates",
    typed: Typed::Word,
    closed: false,
    members: &[need("latitude", Number), need("longitude", Number)],
};

static RELATED: Class = Class {
    name: "Related",
    typed: Typed::Set,
    closed: false,
    members: &[need("id", Text), one("inLanguage", Text), one("version", Text)],
};

static RESULT: Class = Class {
    name: "Result",
    typed: Typed::Set,
    closed: false,
    members: &[
        one("achievedLevel", Text),
        many("alignment", Kind::Object(&ALIGNMENT)),
        one("resultDescription", Text),
        one("status", Text),
        one("value", Text),
    ],
};

static RESULT_DESCRIPTION: Class = Class {
    name: "ResultDescription",
    typed: Typed::Set,
    closed: false,
    members: &[
        need("id", Text),
        need("name", Text),
        need("resultType", Text),
        many("alignment", Kind::Object(&ALIGNMENT)),
        many("allowedValue", Text),
        one("requiredLevel", Text),
        one("requiredValue", Text),
        many("rubricCriterionLevel", Kind::Object(&RUBRIC_CRITERION_LEVEL)),
        one("valueMax", Text),
        one("valueMin", Text),
    ],
};

static RUBRIC_CRITERION_LEVEL: Class = Class {
    name: "RubricCriterionLevel",
    typed: Typed::Set,
    closed: false,
    members: &[
        need("id", Text),
        need("name", Text),
        many("alignment", Kind::Object(&ALIGNMENT)),
        one("description", Text),
        one("level", Text),
        one("points", Text),
    ],
};

/// The `@context` of our own credentials.
const OWN_CONTEXT: [&str; 2] = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
];

/// Their `type`: the synonym `AchievementCredential` has the same IRI, so the signature does not tell them apart.
const OWN_TYPE: [&str; 2] = ["VerifiableCredential", "OpenBadgeCredential"];

pub(super) fn check(credential: &Object<'_>, profile: Profile) -> Result<(), Problem> {
    check_type(credential, profile)?;
    if profile == Profile::Microcertificate && !is_list(credential.find("@context"), &OWN_CONTEXT) {
        return Err(malformed(
            "A microcertificate has exactly the two contexts of its profile.",
            "/@context",
        ));
    }
    CREDENTIAL.check(credential, profile, "")?;
    let subject = credential.find("credentialSubject").and_then(Value::as_object);
    if let Some(subject) = subject {
        check_subject(subject)?;
        check_criteria(subject)?;
    }
    Ok(())
}

fn check_type(credential: &Object<'_>, profile: Profile) -> Result<(), Problem> {
    let value = credential.find("type");
    let types: Vec<_> =
        value.map(Value::items).unwrap_or_default().iter().filter_map(Value::as_str).collect();
    let badge = types.contains(&"OpenBadgeCredential") || types.contains(&"AchievementCredential");
    if !types.contains(&"VerifiableCredential") || !badge {
        return Err(malformed(
            "The document is not an Open Badge credential by its `type`.",
            "/type",
        ));
    }
    if profile == Profile::Microcertificate && !is_list(value, &OWN_TYPE) {
        let detail =
            "The type of a microcertificate is exactly VerifiableCredential, OpenBadgeCredential.";
        return Err(malformed(detail, "/type"));
    }
    Ok(())
}

fn is_list(value: Option<&Value<'_>>, expected: &[&str]) -> bool {
    let Some(Value::Array(items)) = value else { return false };
    items.iter().map(Value::as_str).eq(expected.iter().copied().map(Some))
}

/// Open Badges 3.0, "AchievementSubject": "Either `id` or at least one `identifier` MUST be supplied".
fn check_subject(subject: &Object<'_>) -> Result<(), Problem> {
    if subject.find("id").is_none() && subject.find("identifier").is_none() {
        let detail = "The subject has neither an id nor an identifier: the badge is nobody's.";
        return Err(Problem::new(Code::MissingValue, detail).at("/credentialSubject"));
    }
    Ok(())
}

fn check_criteria(subject: &Object<'_>) -> Result<(), Problem> {
    let achievement = subject.find("achievement").and_then(Value::as_object);
    let criteria = achievement.and_then(|achievement| achievement.find("criteria")?.as_object());
    match criteria {
        Some(criteria) if criteria.is_empty() => {
            let detail = "The criteria are empty: an id or a narrative is needed.";
            Err(Problem::new(Code::EmptyValue, detail)
                .at("/credentialSubject/achievement/criteria"))
        }
        _ => Ok(()),
    }
}

impl Class {
    fn check(&self, object: &Object<'_>, profile: Profile, at: &str) -> Result<(), Problem> {
        self.check_typed(object, profile, at)?;
        for member in self.members {
            let at = pointer(at, member.name);
            match object.find(member.name) {
                Some(value) => member.check(value, profile, &at)?,
                None if member.required => {
                    let detail = format!("`{}` is missing from the {}.", member.name, self.name);
                    return Err(Problem::new(Code::MissingValue, detail).at(at));
                }
                None => {}
            }
        }
        let known =
            |name: &str| name == "type" || self.members.iter().any(|member| member.name == name);
        match object.members().find(|(name, _)| !known(name)) {
            Some((name, _)) if self.closed => {
                Err(malformed(format!("A {} has no `{name}`.", self.name), &pointer(at, name)))
            }
            _ => Ok(()),
        }
    }

    fn check_typed(&self, object: &Object<'_>, profile: Profile, at: &str) -> Result<(), Problem> {
        let value = object.find("type");
        let holds = match self.typed {
            Typed::Free => true,
            Typed::Word => value.is_some_and(|value| value.as_str() == Some(self.name)),
            Typed::Set if profile == Profile::Microcertificate => is_list(value, &[self.name]),
            Typed::Set => value
                .map(Value::items)
                .unwrap_or_default()
                .iter()
                .any(|item| item.as_str() == Some(self.name)),
        };
        let detail = || format!("The type of this object is not {}.", self.name);
        if holds { Ok(()) } else { Err(malformed(detail(), &pointer(at, "type"))) }
    }
}

impl Member {
    fn check(&self, value: &Value<'_>, profile: Profile, at: &str) -> Result<(), Problem> {
        match value {
            Value::Array(items) if self.many => {
                for (index, item) in items.iter().enumerate() {
                    self.kind.check(item, profile, &pointer(at, index))?;
                }
                Ok(())
            }
            // JSON-LD compaction turns a set of one into its member; the specification allows both.
            single if self.many && profile == Profile::Microcertificate => {
                Err(malformed(format!("`{}` is {}, not an array.", self.name, single.kind()), at))
            }
            single => self.kind.check(single, profile, at),
        }
    }
}

impl Kind {
    fn check(&self, value: &Value<'_>, profile: Profile, at: &str) -> Result<(), Problem> {
        let expected = match (self, value) {
            // What vanishes from the signature is told by name, whatever was expected.
            (_, Value::Null) => {
                return Err(Problem::new(Code::EmptyValue, "A null is not signed.").at(at));
            }
            (_, Value::Array(items)) if items.is_empty() => {
                return Err(Problem::new(Code::EmptyValue, "An empty array is not signed.").at(at));
            }
            (Self::Object(_) | Open, Value::Object(object)) if object.is_empty() => {
                return Err(Problem::new(Code::EmptyValue, "An empty object says nothing.").at(at));
            }
            (Text, Value::String(_))
            | (Number, Value::Number(_))
            | (Boolean, Value::Bool(_))
            | (Open, Value::Object(_)) => return Ok(()),
            (DateTime | Day, Value::String(text)) if Timestamp::parse(text).is_some() => {
                return Ok(());
            }
            (Day, Value::String(text)) if profile == Profile::OpenBadge && is_date(text) => {
                return Ok(());
            }
            (Self::Object(class), Value::Object(object)) => {
                return class.check(object, profile, at);
            }
            (Text, _) => "a string",
            (Number, _) => "a number",
            (Boolean, _) => "a boolean",
            (DateTime | Day, _) => "a date and time with an offset",
            (Self::Object(_) | Open, _) => "an object",
        };
        Err(malformed(format!("This is {}, not {expected}.", value.kind()), at))
    }
}

fn is_date(text: &str) -> bool {
    Timestamp::parse(&format!("{text}T00:00:00Z")).is_some()
}
