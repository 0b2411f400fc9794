//! A statement in the members of an Open Badge, so that people are shown it as they are shown a credential.
//! It adds nothing to what is signed but the words of the form, in Kazakh like the statement.

use serde_json::{Value, json};

use super::claims::Statement;
use crate::time::Timestamp;

/// Form of study (regulation 5.3), by its number.
const STUDY_FORMS: [&str; 4] = ["күндізгі", "қашықтықтан", "аралас", "дуалды"];

/// What the statement says; `url` is where the certificate lives.
pub(super) fn view(statement: &Statement, url: &str) -> Value {
    let programme = &statement.programme;
    let achievement = json!({
        "type": ["Achievement"],
        "name": programme.qualification,
        "specialization": programme.title,
        "version": programme.version,
        "otherIdentifier": [{
            "type": "IdentifierEntry",
            "identifierType": "ext:MKProgrammeRegistrationNumber",
            "identifier": programme.registration_number,
        }],
        "alignment": [
            alignment("ext:NQFLevel", &programme.level.to_string()),
            alignment("ext:StudyForm", study_form(programme.study_form)),
        ],
        "inLanguage": "kk",
        "resultDescription": descriptions(statement, url),
    });
    let [first, last] = statement.period;
    json!({
        "id": url,
        "issuer": { "id": statement.issuer, "type": ["Profile"] },
        "awardedDate": date(statement.commission_day),
        "validFrom": date(statement.issue_day),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [{
                "type": "IdentityObject",
                "identityType": "name",
                "hashed": false,
                "identityHash": statement.holder,
            }],
            "activityStartDate": date(first),
            "activityEndDate": date(last),
            "creditsEarned": programme.credits,
            "licenseNumber": statement.number,
            "achievement": achievement,
            "result": results(statement, url),
        },
        "evidence": [{ "type": ["Evidence"], "genre": "journal-number", "name": statement.registration_number }],
    })
}

fn alignment(kind: &str, name: &str) -> Value {
    json!({ "type": ["Alignment"], "targetType": kind, "targetName": name })
}

fn study_form(number: u8) -> &'static str {
    STUDY_FORMS.get(usize::from(number)).copied().unwrap_or_default()
}

/// The name of each result. A competence that had no room for its name goes by its place.
fn descriptions(statement: &Statement, url: &str) -> Vec<Value> {
    let describe = |part: &str, name: &str, kind: &str| {
        json!({
            "id": format!("{url}#{part}"),
            "type": ["ResultDescription"],
            "name": name,
            "resultType": kind,
        })
    };
    let mut all = vec![describe("percent", "Қорытынды баға, %", "Percent")];
    for place in 0..statement.scores.len() {
        let numbered = format!("{}-құзырет", place + 1);
        let name = statement.competences.get(place).unwrap_or(&numbered);
        all.push(describe(&competence(place), name, "Percent"));
    }
    all.push(describe("hours", "Академиялық сағат", "ext:AcademicHours"));
    all
}

fn results(statement: &Statement, url: &str) -> Vec<Value> {
    let result = |part: &str, value: String| {
        json!({
            "type": ["Result"],
            "resultDescription": format!("{url}#{part}"),
            "value": value,
        })
    };
    let mut all = vec![result("percent", statement.percent.to_string())];
    let scores = statement.scores.iter().enumerate();
    all.extend(scores.map(|(place, score)| result(&competence(place), score.to_string())));
    all.push(result("hours", statement.programme.hours.to_string()));
    all
}

fn competence(place: usize) -> String {
    format!("competence-{}", place + 1)
}

/// The midnight that begins a day in Kazakhstan, as credentials write it.
fn date(day: u32) -> String {
    let utc = Timestamp::from_unix_seconds(i64::from(day) * 86_400).to_string();
    format!("{}+05:00", utc.trim_end_matches('Z'))
}
