//! The few statements of a verified document that a person compares with the paper.
//! It must be given nothing but [`Report::view`](crate::report::Report::view).

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::Value;

use super::plain::plain_identifier;

/// What a verified credential says, each as it is written there.
pub(super) struct Content<'a> {
    pub(super) holder: Vec<Cow<'a, str>>,
    pub(super) title: Option<Cow<'a, str>>,
    /// Already plain: `host (DID)`, or the DID or address alone.
    pub(super) issuer: Option<String>,
    /// The name the issuer gives itself; nobody vouches for it.
    pub(super) issuer_own_name: Option<Cow<'a, str>>,
    pub(super) number: Option<&'a str>,
    pub(super) awarded: Option<&'a str>,
    pub(super) valid_from: Option<&'a str>,
    pub(super) valid_until: Option<&'a str>,
    pub(super) credits: Option<String>,
    /// What an endorser says.
    pub(super) comment: Option<Cow<'a, str>>,
    /// What was assessed, and the grade.
    pub(super) results: Vec<(Cow<'a, str>, String)>,
}

impl<'a> Content<'a> {
    /// Reads the verified document; whatever it lacks is left out.
    pub(super) fn of(view: &'a Value) -> Self {
        let subject = &view["credentialSubject"];
        let achievement = &subject["achievement"];
        let issuer = &view["issuer"];
        Self {
            holder: holder(subject),
            // The credential's own name stands in only where the achievement has none, not where it has several. A transcript of one
            // achievement is a transcript.
            title: match &achievement["name"] {
                name if *name != Value::Null && !is_of_transcript(subject) => texts(name),
                _ => texts(&view["name"]),
            },
            issuer: text(issuer).or_else(|| text(&issuer["id"])).map(identified),
            issuer_own_name: texts(&issuer["name"]),
            number: text(&subject["licenseNumber"]),
            awarded: text(&view["awardedDate"]),
            valid_from: text(&view["validFrom"]).or_else(|| text(&view["issuanceDate"])),
            valid_until: text(&view["validUntil"]).or_else(|| text(&view["expirationDate"])),
            credits: text(&subject["creditsEarned"])
                .map(str::to_owned)
                .or_else(|| subject["creditsEarned"].as_number().map(ToString::to_string)),
            comment: texts(&subject["endorsementComment"]),
            results: results(subject, achievement),
        }
    }
}

fn is_of_transcript(subject: &Value) -> bool {
    items(&subject["type"]).any(|class| class == "ClrSubject")
}

/// The name in clear if the credential has one, else the identifiers that it has.
fn holder(subject: &Value) -> Vec<Cow<'_, str>> {
    let identities = || items(&subject["identifier"]);
    let in_clear = |identity: &&Value| identity["hashed"] == Value::Bool(false);
    let mut named: Vec<_> = identities()
        .filter(in_clear)
        .filter(|identity| text(&identity["identityType"]) == Some("name"))
        .filter_map(|identity| texts(&identity["identityHash"]))
        .collect();
    if !named.is_empty() {
        // A long row is cut: what is left of it must not depend on the order of a set.
        named.sort();
        return named;
    }
    let others =
        identities().filter(in_clear).filter_map(|identity| texts(&identity["identityHash"]));
    let mut others: Vec<_> = others.collect();
    others.sort();
    texts(&subject["name"]).into_iter().chain(texts(&subject["id"])).chain(others).collect()
}

/// What each result assesses and its grade.
fn results<'a>(subject: &'a Value, achievement: &'a Value) -> Vec<(Cow<'a, str>, String)> {
    // By identifier: a document may hold thousands of results and of descriptions.
    let descriptions = by_id(&achievement["resultDescription"]);
    let levels = |description: &&'a Value| by_id(&description["rubricCriterionLevel"]);
    let levels: HashMap<&str, _> =
        descriptions.iter().map(|(id, description)| (*id, levels(description))).collect();
    let graded = |result: &'a Value| {
        let id = text(&result["resultDescription"])?;
        let assessed = descriptions.get(id).and_then(|found| texts(&found["name"]));
        let grades = ["value", "achievedLevel", "status"].into_iter().filter_map(|member| {
            let grade = texts(&result[member])?;
            let level = levels.get(id).and_then(|levels| levels.get(&*grade));
            Some(level.and_then(|level| texts(&level["name"])).unwrap_or(grade))
        });
        let grades: Vec<_> = grades.collect();
        (!grades.is_empty()).then(|| (assessed.unwrap_or_else(|| id.into()), grades.join(", ")))
    };
    items(&subject["result"]).filter_map(graded).collect()
}

/// The objects of a set by their `id`; of two with one, the first.
fn by_id(set: &Value) -> HashMap<&str, &Value> {
    let mut objects = HashMap::new();
    for item in items(set) {
        if let Some(id) = text(&item["id"]) {
            objects.entry(id).or_insert(item);
        }
    }
    objects
}

/// A JSON-LD set: an array, or its only member.
fn items(value: &Value) -> impl Iterator<Item = &Value> {
    let (many, one) = match value {
        Value::Array(items) => (items.as_slice(), None),
        Value::Null => (&[][..], None),
        one => (&[][..], Some(one)),
    };
    many.iter().chain(one)
}

/// A string, or the string of a language-tagged value.
fn text(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value["@value"].as_str())
}

/// The same, or several of them: a node that is told in several objects may have several names.
fn texts(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Array(several) => {
            let mut several: Vec<&str> = several.iter().map(text).collect::<Option<_>>()?;
            several.sort_unstable();
            Some(several.join(" / ").into())
        }
        one => text(one).map(Into::into),
    }
}

/// The host before the whole identifier, where there is a host: it is what a person can recognise.
fn identified(id: &str) -> String {
    let host = if let Some(rest) = id.strip_prefix("did:web:") {
        rest.split(':').next().map(|host| host.replace("%3A", ":").replace("%3a", ":"))
    } else if let Some(rest) = id.strip_prefix("https://") {
        let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
        // What stands before an `@` is not the host, however much it looks like one.
        authority.rsplit('@').next().map(str::to_owned)
    } else {
        None
    };
    let id = plain_identifier(id);
    match host.filter(|host| !host.is_empty()) {
        Some(host) => format!("{} ({id})", plain_identifier(&host)),
        None => id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_host_comes_first() {
        assert_eq!(identified("did:web:example.kz:unit"), "example.kz (did:web:example.kz:unit)");
        assert_eq!(
            identified("did:web:localhost%3A8080"),
            "localhost:8080 (did:web:localhost%3A8080)"
        );
        assert_eq!(
            identified("https://good.kz@evil.example/x"),
            "evil.example (https://good.kz@evil.example/x)"
        );
        assert_eq!(identified("did:key:z6Mk"), "did:key:z6Mk");
    }

    #[test]
    fn reads_what_the_certificate_prints() {
        let view = json!({
            "issuer": {"id": "did:web:example.kz", "name": "Сынақ университеті"},
            "awardedDate": "2026-05-13T00:00:00+05:00",
            "validFrom": "2026-05-15T00:00:00+05:00",
            "credentialSubject": {
                "id": "did:key:z6Mk",
                "identifier": [
                    {"identityType": "emailAddress", "hashed": true, "identityHash": "sha256$00"},
                    {"identityType": "name", "hashed": false, "identityHash": "Қалыпова Әсем"}
                ],
                "creditsEarned": 3.0,
                "licenseNumber": "2026-A-000004",
                "result": [
                    {"resultDescription": "#percent", "value": "90"},
                    {"resultDescription": "#band", "achievedLevel": "#band-A"},
                    {"resultDescription": "#other", "status": "Completed"},
                    {"resultDescription": "#empty"}
                ],
                "achievement": {
                    "name": {"@value": "Жоба үйлестірушісі", "@language": "kk"},
                    "resultDescription": [
                        {"id": "#percent", "name": "Қорытынды баға, %"},
                        {"id": "#band", "name": "Деңгей",
                         "rubricCriterionLevel": [{"id": "#band-A", "name": "өте жақсы"}]}
                    ]
                }
            }
        });
        let content = Content::of(&view);
        assert_eq!(content.holder, ["Қалыпова Әсем"]);
        assert_eq!(content.title.as_deref(), Some("Жоба үйлестірушісі"));
        assert_eq!(content.issuer.as_deref(), Some("example.kz (did:web:example.kz)"));
        assert_eq!(content.number, Some("2026-A-000004"));
        assert_eq!(content.credits.as_deref(), Some("3.0"));
        assert_eq!(
            content.results,
            [
                ("Қорытынды баға, %".into(), "90".to_owned()),
                ("Деңгей".into(), "өте жақсы".to_owned()),
                ("#other".into(), "Completed".to_owned())
            ]
        );
        assert_eq!(content.valid_until, None);
    }

    #[test]
    fn an_empty_document_shows_nothing() {
        let content = Content::of(&Value::Null);
        assert!(content.holder.is_empty() && content.title.is_none() && content.issuer.is_none());
    }
}
