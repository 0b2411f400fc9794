//! Credentials inside credentials: endorsements (G07, E20) and transcripts, whose proofs must hold each for itself.

#![expect(clippy::too_many_lines, reason = "a table of cases is as long as it is")]

use serde_json::{Value, json};
use verifier::Check::{Key, Proof, Shape};
use verifier::Code;

use super::badge::{UNIVERSITY, badge, by_university, signed, status_entry};
use super::case::{Case, case, generated_case};
use super::documents::PARTNER;
use super::edit::{add, set};
use super::honest::{by_issuer, endorsement, honest, unsigned_transcript};
use super::keys::key;

pub(super) fn cases() -> Vec<Case> {
    [endorsements(), transcripts()].concat()
}

fn form(name: &str) -> Value {
    match honest().into_iter().find(|(other, _)| *other == name) {
        Some((_, document)) => document,
        None => panic!("no honest {name}"),
    }
}

/// A badge that its issuer signed with this endorsement.
fn endorsed_by(endorsement: Value) -> Value {
    signed(|badge| badge["endorsement"] = json!([endorsement]))
}

fn good() -> Value {
    by_issuer(&endorsement(1, "https://university.example/credentials/1", PARTNER), &key("partner"))
}

/// A badge whose endorser says of the learner what only the issuer could.
fn speaking_of_the_learner() -> Value {
    let mut endorsement = endorsement(1, "https://university.example/credentials/1", PARTNER);
    endorsement["termsOfUse"] = json!([{
        "id": "did:example:learner", "type": ["AchievementSubject"], "role": "Doctor of Medicine"
    }]);
    endorsed_by(by_issuer(&endorsement, &key("partner")))
}

fn endorsements() -> Vec<Case> {
    let changed = |id, says, change: fn(&mut Value)| {
        let mut document = form("endorsed");
        change(&mut document);
        case(id, says, &document)
    };
    vec![
        changed("E20-comment-changed", "The word of an endorser is changed.", |badge| {
            set(badge, "/endorsement/0/credentialSubject/endorsementComment", json!("The best course."));
        })
        .invalid(Proof, Code::Signature),
        changed("E20-endorser-changed", "The endorser's name is changed.", |badge| set(badge, "/endorsement/0/issuer/name", json!("Ministry")))
            .invalid(Proof, Code::Signature),
        changed("E20-added-by-somebody", "An endorsement is added after signing.", |badge| {
            add(badge, "/issuer", "endorsement", json!([good()]));
        })
        .invalid(Proof, Code::Signature),
        case("E20-endorser-speaks-of-the-learner", "An endorser says something of the learner beside his endorsement: who says it, nobody can tell.", &speaking_of_the_learner())
            .indeterminate(Proof, Code::RepeatedIdentifier),
        case("E20-endorsers-word-copied", "The endorser's word of the learner is copied into the badge: not one statement changes.", &{
            let mut badge = speaking_of_the_learner();
            add(&mut badge, "/credentialSubject", "role", json!("Doctor of Medicine"));
            badge
        })
        .indeterminate(Proof, Code::RepeatedIdentifier),
        case("E20-untrusted-endorser", "A stranger endorses: the badge is as valid as before.", &endorsed_by(by_issuer(
            &endorsement(1, "https://university.example/credentials/1", "did:web:stranger.example"),
            &key("stranger"),
        ))),
        case("E20-broken-endorsement", "The issuer signed a broken endorsement: whose word it is, nobody can tell.", &endorsed_by({
            let mut broken = good();
            set(&mut broken, "/credentialSubject/endorsementComment", json!("The best course."));
            broken
        }))
        .indeterminate(Proof, Code::RepeatedIdentifier),
        case("E20-unsigned-endorsement", "The issuer signed an endorsement without a proof.", &endorsed_by(endorsement(
            1,
            "https://university.example/credentials/1",
            PARTNER,
        )))
        .indeterminate(Proof, Code::RepeatedIdentifier),
        case("E20-endorses-another", "The endorsement speaks of another badge.", &endorsed_by(by_issuer(
            &endorsement(1, "https://university.example/credentials/2", PARTNER),
            &key("partner"),
        ))),
        case("E20-endorses-itself", "The university endorses itself in its partner's name.", &endorsed_by(by_issuer(
            &endorsement(1, "https://university.example/credentials/1", PARTNER),
            &key("university"),
        )))
        .indeterminate(Proof, Code::RepeatedIdentifier),
        case("E20-speaks-of-the-learner", "An endorsement says something of the learner that the badge could have said.", &endorsed_by({
            let mut other = endorsement(1, "https://university.example/credentials/1", PARTNER);
            other["evidence"] = json!([{ "id": "did:example:learner", "type": ["Evidence"], "name": "Doctor" }]);
            by_issuer(&other, &key("partner"))
        }))
        .indeterminate(Proof, Code::RepeatedIdentifier),
        case("G07-alone", "An endorsement is presented as a badge.", &good()).invalid(Shape, Code::MalformedValue),
        case("G07-two-deep", "An endorsement carries an endorsement.", &endorsed_by({
            let mut outer = endorsement(1, "https://university.example/credentials/1", PARTNER);
            outer["endorsement"] = json!([by_issuer(
                &endorsement(2, "https://partner.example/endorsements/1", "did:web:stranger.example"),
                &key("stranger"),
            )]);
            by_issuer(&outer, &key("partner"))
        }))
        .indeterminate(Proof, Code::RepeatedIdentifier),
        case("G07-seventeen", "Seventeen endorsements.", &signed(|badge| {
            let about = badge["id"].as_str().unwrap_or_default().to_owned();
            let all = (0..17).map(|number| by_issuer(&endorsement(number, &about, PARTNER), &key("partner")));
            badge["endorsement"] = all.collect();
        }))
        .refused(Proof, Code::Limit),
    ]
}

/// Every credential of a transcript has a proof of its own, and the transcript is no better than the worst of them.
fn transcripts() -> Vec<Case> {
    let changed = |id, says, change: fn(&mut Value)| {
        let mut document = form("transcript");
        change(&mut document);
        case(id, says, &document)
    };
    let of = |credentials: &[Value]| by_university(&unsigned_transcript(credentials));
    let mut tampered = by_university(&badge());
    set(&mut tampered, "/name", json!("Doctor"));
    let mut revoked = badge();
    revoked["credentialStatus"] = status_entry("revoked", 94);
    let revoked = by_university(&revoked);
    let mut by_stranger = badge();
    by_stranger["issuer"] =
        json!({ "id": "did:web:stranger.example", "type": ["Profile"], "name": "Stranger" });
    let by_stranger = by_issuer(&by_stranger, &key("stranger"));
    vec![
        changed("G10-swapped", "Two inner badges change places: a set has no order.", |record| {
            let all = &mut record["credentialSubject"]["verifiableCredential"];
            *all = json!([all[1], all[0]]);
        }),
        changed("G10-one-removed", "An inner badge is removed.", |record| {
            let all = &mut record["credentialSubject"]["verifiableCredential"];
            *all = json!([all[0]]);
        })
        .invalid(Proof, Code::Signature),
        changed("G10-inner-grade", "The grade of an inner badge gets better.", |record| {
            set(
                record,
                "/credentialSubject/verifiableCredential/0/credentialSubject/result/0/value",
                json!("A"),
            );
        })
        .invalid(Proof, Code::Signature),
        changed("G10-proofs-swapped", "The proofs of two inner badges change places.", |record| {
            let all = &mut record["credentialSubject"]["verifiableCredential"];
            let first = all[0]["proof"].take();
            all[0]["proof"] = all[1]["proof"].take();
            all[1]["proof"] = first;
        })
        .invalid(Proof, Code::Signature),
        changed("G10-subject-changed", "The transcript goes to another learner.", |record| {
            set(record, "/credentialSubject/id", json!("did:example:thief"))
        })
        .invalid(Proof, Code::Signature),
        case(
            "G10-inner-tampered",
            "The issuer of a transcript took a tampered badge in.",
            &of(&[tampered]),
        )
        .indeterminate(Proof, Code::RepeatedIdentifier)
        .inside("invalid"),
        case("G10-inner-revoked", "An inner badge was revoked.", &of(&[revoked])).inside("invalid"),
        case("G10-inner-unsigned", "An inner badge has no proof.", &of(&[badge()]))
            .indeterminate(Proof, Code::RepeatedIdentifier)
            .inside("invalid"),
        case("G10-inner-untrusted", "An inner badge is a stranger's.", &of(&[by_stranger]))
            .inside("untrusted"),
        generated_case(
            "G10-costly",
            "A stranger's transcript of nine badges, each too costly: the first of them ends it.",
            "transcript-9",
        )
        .refused(Proof, Code::Poison),
        case("G10-as-badge", "A transcript says that it is a badge too.", &{
            let mut record = form("transcript");
            record["type"] =
                json!(["VerifiableCredential", "ClrCredential", "OpenBadgeCredential"]);
            record
        })
        .invalid(Shape, Code::MalformedValue),
        case(
            "G10-by-a-stranger",
            "A stranger makes a transcript of good badges in the university's name.",
            &{
                let record = unsigned_transcript(&[by_university(&badge())]);
                super::sign::secured(&record, &key("stranger").did_url(), &key("stranger"))
            },
        )
        .invalid(Key, Code::KeyNotOfIssuer),
        case(
            "G10-inner-says-of-the-outer",
            "In an inner badge its issuer says more of himself than in the transcript.",
            &of(&[{
                let mut inner = badge();
                inner["issuer"] = json!({ "id": UNIVERSITY, "type": ["Profile"], "name": "Example University", "url": "https://evil.example" });
                by_university(&inner)
            }]),
        )
        .indeterminate(Proof, Code::RepeatedIdentifier),
        case(
            "G10-twins",
            "Of one inner badge there are two, and they differ.",
            &{
                let mut other = badge();
                other["name"] = json!("Another name");
                of(&[by_university(&badge()), by_university(&other)])
            },
        )
        .indeterminate(Shape, Code::RepeatedIdentifier),
    ]
}
