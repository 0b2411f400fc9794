//! Section G: dates, schemas, refreshing, endorsements.

use serde_json::{Value, json};
use verifier::Check::{Context, Proof, Shape, Validity};
use verifier::Code;

use super::badge::{OB_3, VC_2, badge, by_university, signed};
use super::case::{Case, case, generated_case};
use super::edit::remove;

/// The context that defines schemas and services.
const EXTENSIONS: &str = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json";

pub(super) fn cases() -> Vec<Case> {
    [dates(), services(), endorsements(), subjects()].concat()
}

/// G01, G03, G04, G08.
fn dates() -> Vec<Case> {
    let honest = |id, says| case(id, says, &by_university(&badge()));
    let until = |date: &str| signed(|badge| badge["validUntil"] = json!(date));
    let from = |date: &str| signed(|badge| badge["validFrom"] = json!(date));
    vec![
        honest("G01-a-second-early", "A second before it is valid.")
            .at("2020-01-15T08:59:59Z")
            .invalid(Validity, Code::NotYetValid),
        honest("G01-on-time", "The second from which it is valid.").at("2020-01-15T09:00:00Z"),
        case("G01-in-the-future", "A badge of the year 9000.", &from("9000-01-15T09:00:00Z"))
            .invalid(Validity, Code::NotYetValid),
        case(
            "G01-other-offset",
            "The same moment, written with another offset, as signed.",
            &from("2020-01-15T14:00:00+05:00"),
        ),
        case(
            "G03-until-before-from",
            "The end lies before the beginning.",
            &until("2019-01-15T09:00:00Z"),
        )
        .invalid(Validity, Code::ContradictoryDates),
        case("G03-expired", "The end has passed.", &until("2021-01-15T09:00:00Z"))
            .invalid(Validity, Code::Expired),
        case("G03-last-second", "The last second.", &until("2021-01-15T09:00:00Z"))
            .at("2021-01-15T09:00:00Z"),
        case("G03-valid-until-far", "The end lies far off.", &until("9000-01-15T09:00:00Z")),
        case("G03-until-no-date", "The end is no date.", &until("never"))
            .invalid(Shape, Code::MalformedValue),
        case("G04-issuance-date", "A date of the older data model beside the newer one.", &{
            let mut badge = by_university(&badge());
            badge["issuanceDate"] = json!("2010-01-15T09:00:00Z");
            badge
        })
        .invalid(Context, Code::DataLoss),
        honest("G08-clock-of-1970", "The verifier's clock stands at 1970.")
            .at("1970-01-01T00:00:00Z")
            .invalid(Validity, Code::NotYetValid),
        honest("G08-clock-of-2100", "The verifier's clock stands at 2100.")
            .at("2100-01-01T00:00:00Z"),
    ]
}

/// G05, G06: nothing that a badge names is ever followed.
fn services() -> Vec<Case> {
    let schema = |id, says, url: &str| {
        case(
            id,
            says,
            &signed(|badge| {
                badge["@context"] = json!([VC_2, OB_3, EXTENSIONS]);
                badge["credentialSchema"] =
                    json!([{ "id": url, "type": "1EdTechJsonSchemaValidator2019" }]);
            }),
        )
    };
    vec![
        schema(
            "G05-internal-schema",
            "The schema lies at an internal address: it is not fetched.",
            "http://169.254.169.254/schema.json",
        ),
        schema(
            "G05-file-schema",
            "The schema is a local file: it is not read.",
            "file:///etc/passwd",
        ),
        case(
            "G06-refresh-service",
            "A service to refresh the badge at an internal address: it is not asked.",
            &signed(|badge| {
                badge["@context"] = json!([VC_2, OB_3, EXTENSIONS]);
                badge["refreshService"] = json!({ "id": "http://169.254.169.254/refresh", "type": "1EdTechCredentialRefresh" });
            }),
        ),
        case("G06-refresh-added", "Somebody adds a service to refresh the badge.", &{
            let mut badge = by_university(&badge());
            badge["refreshService"] =
                json!({ "id": "https://evil.example/refresh", "type": "1EdTechCredentialRefresh" });
            badge
        })
        .invalid(Context, Code::DataLoss),
    ]
}

/// G07: endorsements in masses.
fn endorsements() -> Vec<Case> {
    vec![
        generated_case(
            "G07-nested",
            "Fifteen endorsements, one in the other.",
            "nested-endorsements-15",
        )
        .invalid(Proof, Code::Signature),
        generated_case("G07-thousand", "A thousand endorsements.", "endorsements-1000")
            .refused(Context, Code::Limit),
        case("G07-jwt-junk", "An endorsement that is no JWT is added.", &{
            let mut badge = by_university(&badge());
            badge["endorsementJwt"] = json!(["junk"]);
            badge
        })
        .invalid(Proof, Code::Signature),
    ]
}

/// G09: whose badge it is.
fn subjects() -> Vec<Case> {
    let without = |names: &[&str]| {
        signed(|badge| {
            names.iter().for_each(|name| remove(badge, &format!("/credentialSubject/{name}")));
        })
    };
    let subjects = |id, says, subject: Value| {
        case(id, says, &signed(|badge| badge["credentialSubject"] = subject))
            .invalid(Shape, Code::MalformedValue)
    };
    let one = badge()["credentialSubject"].clone();
    vec![
        case(
            "G09-nobody",
            "The subject has neither identifier nor id.",
            &without(&["id", "identifier"]),
        )
        .invalid(Shape, Code::MissingValue),
        case("G09-only-id", "The subject has an id alone.", &without(&["identifier"])),
        case("G09-only-identifier", "The subject has an identifier alone.", &without(&["id"])),
        case(
            "G09-no-achievement",
            "The subject has achieved nothing.",
            &without(&["achievement", "result"]),
        )
        .invalid(Shape, Code::MissingValue),
        subjects(
            "G09-two-subjects",
            "There are two subjects.",
            json!([one, { "id": "did:example:other" }]),
        ),
        subjects(
            "G09-subject-is-a-string",
            "The subject is a string.",
            json!("did:example:learner"),
        ),
    ]
}
