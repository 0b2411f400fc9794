//! The honest credentials from which the cases are made: a foreign badge with a little of everything, and one under the mark
//! of our own profile. Everybody in them is invented.

use serde_json::{Value, json};

use super::keys::{Key, key};
use super::sign::secured;

pub(crate) const VC_2: &str = "https://www.w3.org/ns/credentials/v2";
pub(crate) const OB_3: &str = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json";

/// Who issues the honest badges.
pub(crate) const UNIVERSITY: &str = "did:web:university.example";
/// The key that signs them.
pub(crate) const KEY: &str = "did:web:university.example#key-1";

/// The university's signing key.
pub(crate) fn university_key() -> Key {
    key("university")
}

/// An honest badge without a proof.
pub(crate) fn badge() -> Value {
    json!({
        "@context": [VC_2, OB_3],
        "id": "https://university.example/credentials/1",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Spectroscopy",
        "issuer": { "id": UNIVERSITY, "type": ["Profile"], "name": "Example University" },
        "validFrom": "2020-01-15T09:00:00Z",
        "awardedDate": "2020-01-10T09:00:00Z",
        "credentialSubject": {
            "id": "did:example:learner",
            "type": ["AchievementSubject"],
            "identifier": [{
                "type": "IdentityObject",
                "hashed": false,
                "identityHash": "Aigerim Example",
                "identityType": "name"
            }],
            "creditsEarned": 3,
            "achievement": {
                "id": "https://university.example/achievements/1",
                "type": ["Achievement"],
                "name": "Spectroscopy",
                "description": "Reads the spectra of small molecules.",
                "criteria": { "narrative": "Ninety hours and an examination." },
                "resultDescription": [{
                    "id": "https://university.example/achievements/1#grade",
                    "type": ["ResultDescription"],
                    "name": "Grade",
                    "resultType": "LetterGrade",
                    "allowedValue": ["A", "B", "C"]
                }]
            },
            "result": [{
                "type": ["Result"],
                "resultDescription": "https://university.example/achievements/1#grade",
                "value": "B"
            }]
        },
        "evidence": [{
            "id": "https://university.example/reports/1",
            "type": ["Evidence"],
            "name": "Report on benzene"
        }]
    })
}

/// An honest badge under the strict profile: its mark, and the status entry that it must have.
pub(crate) fn microcertificate() -> Value {
    let mut badge = badge();
    badge["credentialSubject"]["achievement"]["otherIdentifier"] = json!([{
        "type": "IdentifierEntry",
        "identifierType": "ext:MKProgrammeRegistrationNumber",
        "identifier": "SYN-MK-2020-0001"
    }]);
    badge["credentialStatus"] = status_entry("clean", 7);
    badge
}

/// An entry for the revocation list of this name.
pub(crate) fn status_entry(list: &str, index: u64) -> Value {
    let url = format!("https://university.example/status/{list}");
    json!({
        "id": format!("{url}#{index}"),
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": index.to_string(),
        "statusListCredential": url
    })
}

/// The document with the university's own proof.
pub(crate) fn by_university(document: &Value) -> Value {
    secured(document, KEY, &university_key())
}

/// The honest badge, signed after this change: what its issuer wrote.
pub(crate) fn signed(change: impl FnOnce(&mut Value)) -> Value {
    let mut document = badge();
    change(&mut document);
    by_university(&document)
}

/// The honest badge, changed after it was signed: what somebody else made of it.
pub(crate) fn changed(change: impl FnOnce(&mut Value)) -> Value {
    let mut document = by_university(&badge());
    change(&mut document);
    document
}

/// The honest microcertificate, changed after it was signed.
pub(crate) fn microcertificate_changed(change: impl FnOnce(&mut Value)) -> Value {
    let mut document = by_university(&microcertificate());
    change(&mut document);
    document
}
