//! Composes the credential of one certificate in one language: the regulation's fields in Open Badges 3.0 terms, no
//! private context (`docs/formats.md`, "The credential"). It only writes JSON; it gives no number and signs nothing.

use jiff::civil::Date;
use serde_json::{Value, json};
use verifier::Language;

use super::achievement::{Badge, band_part};
use crate::completion::{Completion, Learner, band, letter};
use crate::profile::{IssuerProfile, PublicUrl};
use crate::programme::{Programme, Text};
use crate::register::StatusEntry;

/// What stays the same in every language of a certificate.
pub(super) struct Draft<'d> {
    pub(super) profile: &'d IssuerProfile,
    pub(super) public_url: &'d PublicUrl,
    pub(super) programme: &'d Programme,
    pub(super) completion: &'d Completion,
    pub(super) number: &'d str,
    pub(super) registration_number: &'d str,
    pub(super) handle: &'d str,
}

const CONTEXTS: [&str; 2] = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
];

/// Kazakhstan keeps one time zone, UTC+5; the form's calendar dates are its midnights.
pub(super) fn midnight(date: Date) -> String {
    format!("{date}T00:00:00+05:00")
}

/// The part of a URL made from a name: lower-case letters, digits and single hyphens.
#[must_use]
pub fn slug(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

impl Draft<'_> {
    /// The unsecured credential.
    pub(super) fn compose(&self, language: Language, status: StatusEntry) -> Value {
        let edition = Edition { draft: self, language };
        let id = self.public_url.credential(self.handle, language.tag());
        let list = self.public_url.status_list(status.list);
        json!({
            "@context": CONTEXTS,
            "id": id,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": edition.text(&self.programme.qualification_name),
            "issuer": issuer(self.profile, language),
            "awardedDate": midnight(self.completion.commission_date),
            "validFrom": midnight(self.completion.issue_date),
            "credentialSubject": edition.subject(),
            "evidence": [
                evidence(&id, "commission-decision", &self.completion.commission_protocol),
                evidence(&id, "journal-number", self.registration_number),
            ],
            "credentialStatus": {
                "id": format!("{list}#{}", status.index),
                "type": "BitstringStatusListEntry",
                "statusPurpose": "revocation",
                "statusListIndex": status.index.to_string(),
                "statusListCredential": list,
            },
        })
    }
}

fn evidence(credential: &str, genre: &str, name: &str) -> Value {
    json!({
        "id": format!("{credential}#{genre}"),
        "type": ["Evidence"],
        "genre": genre,
        "name": name,
    })
}

/// The issuer's profile in `language`, as it stands in every credential.
#[must_use]
pub fn issuer(profile: &IssuerProfile, language: Language) -> Value {
    let mut issuer = json!({
        "id": profile.id,
        "type": ["Profile"],
        "name": text_in(&profile.name, language),
        "url": profile.url,
    });
    let bin = profile.bin.as_ref().map(|bin| {
        json!([{ "type": "IdentifierEntry", "identifierType": "ext:KZ-BIN", "identifier": bin }])
    });
    put(&mut issuer, "email", profile.email.as_deref().map(Value::from));
    put(&mut issuer, "official", profile.official.as_deref().map(Value::from));
    put(&mut issuer, "otherIdentifier", bin);
    let address = profile.address.as_ref().and_then(|address| serde_json::to_value(address).ok());
    put(
        &mut issuer,
        "address",
        address.map(|mut address| {
            put(&mut address, "type", Some(json!(["Address"])));
            address
        }),
    );
    issuer
}

/// The name as the form prints it; in English also as its holder spells it in Latin script, never transliterated by us.
pub(super) fn names(learner: &Learner, language: Language) -> Vec<Value> {
    let latin = learner.name_latin.clone().filter(|_| language == Language::En);
    let name = |name: String| json!({ "type": "IdentityObject", "identityType": "name", "hashed": false, "identityHash": name });
    [Some(learner.name.to_string()), latin].into_iter().flatten().map(name).collect()
}

/// One language of a draft.
struct Edition<'d> {
    draft: &'d Draft<'d>,
    language: Language,
}

impl Edition<'_> {
    fn text<'t>(&self, text: &'t Text) -> &'t str {
        text_in(text, self.language)
    }

    const fn badge(&self) -> Badge<'_> {
        let Draft { public_url, programme, .. } = self.draft;
        Badge { public_url, programme, language: self.language }
    }

    fn subject(&self) -> Value {
        let completion = self.draft.completion;
        let mut subject = json!({
            "type": ["AchievementSubject"],
            "identifier": names(&completion.learner, self.language),
            "activityStartDate": midnight(completion.period_start),
            "activityEndDate": midnight(completion.period_end),
            "creditsEarned": self.draft.programme.credits,
            "licenseNumber": self.draft.number,
            "achievement": self.badge().achievement(),
            "result": self.results(),
        });
        put(&mut subject, "id", completion.learner.did.as_deref().map(Value::from));
        subject
    }

    fn results(&self) -> Vec<Value> {
        let completion = self.draft.completion;
        let badge = self.badge();
        let value = |part: &str, value: String| {
            json!({
                "type": ["Result"],
                "resultDescription": badge.part_id(part),
                "value": value,
            })
        };
        let percent = completion.score_percent;
        let mut results = vec![
            value("percent", percent.to_string()),
            value("letter", letter(percent).to_owned()),
            json!({
                "type": ["Result"],
                "resultDescription": badge.part_id("band"),
                "achievedLevel": badge.part_id(&band_part(band(percent))),
            }),
        ];
        for (outcome, score) in &completion.outcome_scores {
            results.push(value(outcome, score.to_string()));
        }
        results.push(value("hours", self.draft.programme.hours.to_string()));
        results
    }
}

pub(super) fn put(object: &mut Value, member: &str, value: Option<Value>) {
    if let (Some(members), Some(value)) = (object.as_object_mut(), value) {
        members.insert(member.to_owned(), value);
    }
}

/// The text of a certificate, which is composed only in languages in which its programme has every text.
pub(super) fn text_in(text: &Text, language: Language) -> &str {
    text.in_language(language).unwrap_or(&text.kk)
}
