//! The few statements of a verified document that a person compares with the paper.
//! It must be given nothing but [`Report::view`](crate::report::Report::view).

use serde_json::Value;

use super::plain::plain_identifier;

/// What a verified credential says, each as it is written there.
pub(super) struct Content<'a> {
    pub(super) holder: Vec<&'a str>,
    pub(super) title: Option<&'a str>,
    /// Already plain: `host (DID)`, or the DID or address alone.
    pub(super) issuer: Option<String>,
    /// The name the issuer gives itself; nobody vouches for it.
    pub(super) issuer_own_name: Option<&'a str>,
    pub(super) number: Option<&'a str>,
    pub(super) awarded: Option<&'a str>,
    pub(super) valid_from: Option<&'a str>,
    pub(super) valid_until: Option<&'a str>,
    pub(super) credits: Option<String>,
    /// What an endorser says.
    pub(super) comment: Option<&'a str>,
    /// What was assessed, and the grade.
    pub(super) results: Vec<(&'a str, String)>,
}

impl<'a> Content<'a> {
    /// Reads the verified document; whatever it lacks is left out.
    pub(super) fn of(view: &'a Value) -> Self {
        let subject = &view["credentialSubject"];
        let achievement = &subject["achievement"];
        let issuer = &view["issuer"];
        Self {
            holder: holder(subject),
            // The credential's own name stands in only where the achievement has none, not where it has several.
            title: match &achievement["name"] {
                Value::Null => text(&view["name"]),
                name => text(name),
            },
            issuer: text(issuer).or_else(|| text(&issuer["id"])).map(identified),
            issuer_own_name: text(&issuer["name"]),
            number: text(&subject["licenseNumber"]),
            awarded: text(&view["awardedDate"]),
            valid_from: text(&view["validFrom"]).or_else(|| text(&view["issuanceDate"])),
            valid_until: text(&view["validUntil"]).or_else(|| text(&view["expirationDate"])),
            credits: text(&subject["creditsEarned"])
                .map(str::to_owned)
                .or_else(|| subject["creditsEarned"].as_number().map(ToString::to_string)),
            comment: text(&subject["endorsementComment"]),
            results: items(&subject["result"])
                .filter_map(|result| graded(result, achievement))
                .collect(),
        }
    }
}

/// The name in clear if the credential has one, else the identifiers that it has.
fn holder(subject: &Value) -> Vec<&str> {
    let identities = || items(&subject["identifier"]);
    let in_clear = |identity: &&Value| identity["hashed"] == Value::Bool(false);
    let named: Vec<_> = identities()
        .filter(in_clear)
        .filter(|identity| text(&identity["identityType"]) == Some("name"))
        .filter_map(|identity| text(&identity["identityHash"]))
        .collect();
    if !named.is_empty() {
        return named;
    }
    let others =
        identities().filter(in_clear).filter_map(|identity| text(&identity["identityHash"]));
    text(&subject["name"]).into_iter().chain(text(&subject["id"])).chain(others).collect()
}

/// What one result assesses and its grade: the value, the level reached, or the status.
fn graded<'a>(result: &'a Value, achievement: &'a Value) -> Option<(&'a str, String)> {
    let id = text(&result["resultDescription"])?;
    let description = named(&achievement["resultDescription"], id);
    let assessed = description.and_then(|found| text(&found["name"])).unwrap_or(id);
    let grades = ["value", "achievedLevel", "status"].into_iter().filter_map(|member| {
        let grade = text(&result[member])?;
        let level = description.and_then(|found| named(&found["rubricCriterionLevel"], grade));
        Some(level.and_then(|level| text(&level["name"])).unwrap_or(grade))
    });
    let grades: Vec<_> = grades.collect();
    (!grades.is_empty()).then(|| (assessed, grades.join(", ")))
}

/// The object of this `id` in a set.
fn named<'a>(set: &'a Value, id: &str) -> Option<&'a Value> {
    items(set).find(|item| text(&item["id"]) == Some(id))
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
        assert_eq!(content.title, Some("Жоба үйлестірушісі"));
        assert_eq!(content.issuer.as_deref(), Some("example.kz (did:web:example.kz)"));
        assert_eq!(content.number, Some("2026-A-000004"));
        assert_eq!(content.credits.as_deref(), Some("3.0"));
        assert_eq!(
            content.results,
            [
                ("Қорытынды баға, %", "90".to_owned()),
                ("Деңгей", "өте жақсы".to_owned()),
                ("#other", "Completed".to_owned())
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
