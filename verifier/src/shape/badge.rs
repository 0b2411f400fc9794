//! Whether a credential has the structure of an Open Badge, by the tables of the data model.

use super::kind::{DataModel, Form, Kind, Profile};
use super::malformed;
use super::model::Kind::{Boolean, DateTime, Day, Number, Open, Other, Text};
use super::model::{self, BADGE, CLR, Class, DATES, DATES_1, ENDORSEMENT, Member, STATUS, Typed};
use crate::json::{At, Object, Value};
use crate::problem::{Code, Problem};
use crate::time::Timestamp;

/// The `@context` of our own credentials.
const OWN_CONTEXT: [&str; 2] = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
];

/// Their `type`: the synonym `AchievementCredential` has the same IRI, so the signature does not tell them apart.
const OWN_TYPE: [&str; 2] = ["VerifiableCredential", "OpenBadgeCredential"];

pub(super) fn check(credential: &Object<'_>, form: Form) -> Result<(), Problem> {
    check_type(credential, form)?;
    let class = match form.kind {
        Kind::Badge => &BADGE,
        Kind::Endorsement => &ENDORSEMENT,
        Kind::Clr => &CLR,
    };
    class.check(credential, form.profile, &At::Root)?;
    let dates = match DataModel::of(credential) {
        DataModel::V1 => &DATES_1,
        DataModel::V2 => &DATES,
    };
    dates.check(credential, Profile::OpenBadge, &At::Root)?;
    if form.profile == Profile::Microcertificate {
        check_own(credential)?;
    }
    let subject = credential.find("credentialSubject").and_then(Value::as_object);
    if let Some(subject) = subject {
        check_subject(subject)?;
        check_criteria(subject)?;
    }
    Ok(())
}

/// What our own profile fixes beyond the specification: contexts, and one status entry of one kind.
fn check_own(credential: &Object<'_>) -> Result<(), Problem> {
    if !is_list(credential.find("@context"), &OWN_CONTEXT) {
        let detail = "A microcertificate has exactly the two contexts of its profile.";
        return Err(malformed(detail, &At::Member(&At::Root, "@context")));
    }
    let at = At::Member(&At::Root, "credentialStatus");
    match credential.find("credentialStatus") {
        Some(Value::Object(status)) => STATUS.check(status, Profile::Microcertificate, &at),
        _ => Err(malformed("A microcertificate has exactly one status entry.", &at)),
    }
}

fn check_type(credential: &Object<'_>, form: Form) -> Result<(), Problem> {
    let at = At::Member(&At::Root, "type");
    let value = credential.find("type");
    let types: Vec<_> =
        value.map(Value::items).unwrap_or_default().iter().filter_map(Value::as_str).collect();
    // The two names of a badge have one IRI: the signature does not tell which of them stood there, or whether both did.
    let named = types.iter().filter(|name| Kind::named(name) == Some(form.kind)).count() == 1;
    let others = types.iter().any(|name| Kind::named(name).is_some_and(|kind| kind != form.kind));
    if !types.contains(&"VerifiableCredential") || !named || others {
        let detail = format!("The document is not {} by its `type`.", form.kind.article_and_name());
        return Err(malformed(detail, &at));
    }
    if form.profile == Profile::Microcertificate && !is_list(value, &OWN_TYPE) {
        let detail =
            "The type of a microcertificate is exactly VerifiableCredential, OpenBadgeCredential.";
        return Err(malformed(detail, &at));
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
    fn check(&self, object: &Object<'_>, profile: Profile, at: &At<'_>) -> Result<(), Problem> {
        self.check_typed(object, profile, at)?;
        for member in self.members {
            let at = At::Member(at, member.name);
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
            // In our own profile every class is closed: a member that no reader expects would say something unseen.
            Some((name, _)) if self.closed || profile == Profile::Microcertificate => {
                Err(malformed(format!("A {} has no `{name}`.", self.name), &At::Member(at, name)))
            }
            _ => Ok(()),
        }
    }

    fn check_typed(
        &self,
        object: &Object<'_>,
        profile: Profile,
        at: &At<'_>,
    ) -> Result<(), Problem> {
        let value = object.find("type");
        let holds = match self.typed {
            Typed::Free => true,
            Typed::Only => {
                let types = value.map(Value::items).unwrap_or_default();
                types.iter().map(Value::as_str).eq([Some(self.name)])
            }
            Typed::Word => value.is_some_and(|value| value.as_str() == Some(self.name)),
            Typed::Set if profile == Profile::Microcertificate => is_list(value, &[self.name]),
            Typed::Set => value
                .map(Value::items)
                .unwrap_or_default()
                .iter()
                .any(|item| item.as_str() == Some(self.name)),
        };
        let detail = || format!("The type of this object is not {}.", self.name);
        if holds { Ok(()) } else { Err(malformed(detail(), &At::Member(at, "type"))) }
    }
}

impl Member {
    fn check(&self, value: &Value<'_>, profile: Profile, at: &At<'_>) -> Result<(), Problem> {
        match value {
            Value::Array(items) if self.many => {
                for (index, item) in items.iter().enumerate() {
                    self.kind.check(item, profile, &At::Item(at, index))?;
                }
                Ok(())
            }
            Value::Array(texts)
                if matches!(self.kind, Text)
                    && profile == Profile::MergedBadge
                    && texts.len() > 1 =>
            {
                texts.iter().try_for_each(|text| self.kind.check(text, profile, at))
            }
            // Two objects of one node told the same without an identifier: that are two, and alike.
            Value::Array(items)
                if matches!(self.kind, model::Kind::Object(_))
                    && profile == Profile::MergedBadge
                    && items.len() > 1
                    && items.iter().all(|item| Some(item) == items.first()) =>
            {
                items.iter().try_for_each(|item| self.kind.check(item, profile, at))
            }
            // JSON-LD compaction turns a set of one into its member; the specification allows both.
            single if self.many && profile == Profile::Microcertificate => {
                Err(malformed(format!("`{}` is {}, not an array.", self.name, single.kind()), at))
            }
            single => self.kind.check(single, profile, at),
        }
    }
}

impl model::Kind {
    fn check(&self, value: &Value<'_>, profile: Profile, at: &At<'_>) -> Result<(), Problem> {
        let expected = match (self, value) {
            (Other, _) => return Ok(()),
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
            (Day, Value::String(text)) if profile != Profile::Microcertificate && is_date(text) => {
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
