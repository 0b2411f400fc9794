//! Section A: proofs, and whose they are.

#![expect(clippy::too_many_lines, reason = "a table of cases is as long as it is")]

use serde_json::{Value, json};
use verifier::Check::{Context, Key, Proof, Shape};
use verifier::Code;

use super::badge::{
    KEY, UNIVERSITY, badge, by_university, changed, microcertificate_changed, signed,
    university_key,
};
use super::case::{Case, case, generated_case};
use super::documents::signed_list;
use super::edit::{push, remove, set};
use super::keys::key;
use super::sign::{extend, options, prove, secured, with_proofs};

pub(super) fn cases() -> Vec<Case> {
    [changes(), presence(), whose_key(), suites(), options_of_a_proof(), crossed()].concat()
}

/// A01, A02: what was signed is changed, added or taken away. `tests/reshapes.rs` and `tests/verdicts.rs` do it everywhere.
fn changes() -> Vec<Case> {
    let leaf = |id, says, pointer: &str, value: Value| {
        case(id, says, &changed(|badge| set(badge, pointer, value))).invalid(Proof, Code::Signature)
    };
    let removed = |id, says, pointer: &str| {
        case(id, says, &changed(|badge| remove(badge, pointer))).invalid(Proof, Code::Signature)
    };
    vec![
        case("A00-honest", "An honest badge, for comparison.", &by_university(&badge())),
        case("A00-honest-strict", "An honest badge of the strict profile.", &microcertificate_changed(|_| ())),
        leaf("A01-name", "The achievement gets another name.", "/credentialSubject/achievement/name", json!("Spectroscopy II")),
        leaf("A01-grade", "The grade gets better.", "/credentialSubject/result/0/value", json!("A")),
        leaf("A01-credits", "A number grows.", "/credentialSubject/creditsEarned", json!(4)),
        leaf("A01-date", "The award is dated back.", "/awardedDate", json!("2019-01-10T09:00:00Z")),
        leaf("A01-recipient", "The learner's name is replaced.", "/credentialSubject/identifier/0/identityHash", json!("Bolat Example")),
        leaf("A01-subject", "The badge goes to another DID.", "/credentialSubject/id", json!("did:example:thief")),
        leaf("A01-boolean", "A plain name is called a hash.", "/credentialSubject/identifier/0/hashed", json!(true)),
        leaf("A01-allowed-values", "The order of the grades is turned.", "/credentialSubject/achievement/resultDescription/0/allowedValue", json!(["C", "B", "A"])),
        leaf("A01-issuer-name", "The issuer's name is replaced.", "/issuer/name", json!("Better University")),
        removed("A02-member-removed", "A member is taken out of the subject.", "/credentialSubject/creditsEarned"),
        removed("A02-nested-removed", "A member is taken out of an object in an array.", "/evidence/0/name"),
        removed("A02-result-removed", "The result is taken away.", "/credentialSubject/result"),
        case("A02-item-added", "A second piece of evidence is added.", &changed(|badge| {
            let more = json!({ "id": "https://university.example/reports/2", "type": ["Evidence"], "name": "Another" });
            push(badge, "/evidence", more);
        }))
        .invalid(Proof, Code::Signature),
        case("A02-nested-added", "A member is added deep inside.", &changed(|badge| {
            badge["credentialSubject"]["achievement"]["criteria"]["id"] = json!("https://evil.example/criteria");
        }))
        .invalid(Proof, Code::Signature),
        case("A02-status-removed", "The status entry is taken away, so that nobody asks.", &{
            let mut badge = badge();
            badge["credentialStatus"] = super::badge::status_entry("revoked", 94);
            let mut badge = by_university(&badge);
            remove(&mut badge, "/credentialStatus");
            badge
        })
        .invalid(Proof, Code::Signature),
    ]
}

/// A03 to A05: no proof, two proofs, ten thousand.
fn presence() -> Vec<Case> {
    let nothing = |id, proof: Value, check, code| {
        case(
            id,
            "The proof is nothing that could be one.",
            &changed(|badge| badge["proof"] = proof),
        )
        .invalid(check, code)
    };
    let honest = by_university(&badge())["proof"][0].clone();
    let later = |created: &str| {
        let mut options = options(KEY);
        options["created"] = json!(created);
        options
    };
    let second = prove(&badge(), &later("2020-01-16T09:00:00Z"), &university_key());
    let broken = prove(&badge(), &later("2020-01-16T09:00:00Z"), &key("stranger"));
    let both = |proofs| with_proofs(&badge(), proofs);
    vec![
        case("A03-removed", "The proof is removed.", &badge()).invalid(Key, Code::NoProof),
        nothing("A03-null", json!(null), Shape, Code::EmptyValue),
        nothing("A03-empty-array", json!([]), Shape, Code::EmptyValue),
        nothing("A03-empty-object", json!({}), Shape, Code::EmptyValue),
        nothing("A03-array-of-null", json!([null]), Shape, Code::EmptyValue),
        nothing("A03-string", json!("valid"), Key, Code::ProofMalformed),
        nothing("A03-true", json!(true), Key, Code::ProofMalformed),
        nothing("A03-another-object", json!({ "verified": true }), Key, Code::UnsupportedSuite),
        case(
            "A04-both-good",
            "Two good proofs by one key.",
            &both(vec![honest.clone(), second.clone()]),
        ),
        case(
            "A04-second-broken",
            "A good proof, then a broken one: all must verify.",
            &both(vec![honest.clone(), broken.clone()]),
        )
        .invalid(Proof, Code::Signature),
        case(
            "A04-first-broken",
            "A broken proof, then a good one.",
            &both(vec![broken, honest.clone()]),
        )
        .invalid(Proof, Code::Signature),
        case(
            "A04-one-unsupported",
            "A good proof, and one of an unknown suite.",
            &both(vec![honest.clone(), {
                let mut other = second;
                other["cryptosuite"] = json!("future-2099");
                other
            }]),
        )
        .invalid(Key, Code::UnsupportedSuite),
        generated_case(
            "A05-ten-thousand-proofs",
            "Ten thousand copies of the proof.",
            "proofs-10000",
        )
        .refused(Key, Code::Limit),
        generated_case("A05-nine-proofs", "One proof more than the limit.", "proofs-9")
            .refused(Key, Code::Limit),
    ]
}

/// A06 to A10: a good signature by a key that may not make it.
fn whose_key() -> Vec<Case> {
    let by =
        |id, says, method: &str, name: &str| case(id, says, &secured(&badge(), method, &key(name)));
    let stranger = key("stranger");
    let purpose = |id, purpose: Value| {
        let mut options = options(KEY);
        options["proofPurpose"] = purpose;
        let proof = prove(&badge(), &options, &university_key());
        case(id, "The proof was made for another purpose.", &with_proofs(&badge(), vec![proof]))
            .invalid(Key, Code::ProofMalformed)
    };
    let mut silent = options(KEY);
    remove(&mut silent, "/proofPurpose");
    vec![
        by(
            "A06-did-key-of-a-stranger",
            "A stranger signs with a did:key.",
            &stranger.did_url(),
            "stranger",
        )
        .invalid(Key, Code::KeyNotOfIssuer),
        by(
            "A06-did-web-of-a-stranger",
            "A stranger signs with a key of his own domain.",
            "did:web:stranger.example#key-1",
            "stranger",
        )
        .invalid(Key, Code::KeyNotOfIssuer),
        by(
            "A06-trusted-partner",
            "Another trusted issuer signs in the university's name.",
            "did:web:partner.example#key-1",
            "partner",
        )
        .invalid(Key, Code::KeyNotOfIssuer),
        by(
            "A06-own-key-name-other-key",
            "A stranger signs and names the university's key.",
            KEY,
            "stranger",
        )
        .invalid(Proof, Code::Signature),
        by(
            "A07-claimed-controller",
            "A stranger's document says that the university controls its key.",
            "did:web:impostor.example#key-1",
            "impostor",
        )
        .invalid(Key, Code::KeyNotOfIssuer),
        by(
            "A07-longer-identifier",
            "The key's identifier begins like the issuer's.",
            "did:web:university.example.evil.example#key-1",
            "stranger",
        )
        .invalid(Key, Code::KeyNotOfIssuer),
        by(
            "A07-key-in-the-fragment",
            "The key itself stands in the fragment.",
            &format!("{UNIVERSITY}#{}", stranger.multibase()),
            "stranger",
        )
        .invalid(Key, Code::VerificationMethod),
        by("A07-no-fragment", "The proof names no key, only the issuer.", UNIVERSITY, "university")
            .invalid(Key, Code::VerificationMethodUrl),
        by("A07-relative", "The key is named relatively.", "urn:x:y", "university")
            .invalid(Key, Code::VerificationMethodUrl),
        by(
            "A09-login-key",
            "The key serves logins only.",
            "did:web:university.example#login",
            "login",
        )
        .invalid(Key, Code::Relationship),
        purpose("A10-authentication", json!("authentication")),
        purpose("A10-two-purposes", json!(["assertionMethod", "authentication"])),
        case(
            "A10-no-purpose",
            "The proof has no purpose.",
            &with_proofs(&badge(), vec![prove(&badge(), &silent, &university_key())]),
        )
        .invalid(Key, Code::ProofMalformed),
        case(
            "A10-other-case",
            "The purpose is spelt with another letter.",
            &changed(|badge| {
                badge["proof"][0]["proofPurpose"] = json!("AssertionMethod");
            }),
        )
        .invalid(Key, Code::ProofMalformed),
    ]
}

/// A11: labels of suites that were not used.
fn suites() -> Vec<Case> {
    let labelled = |id, member: &str, value: Value| {
        let document = changed(|badge| badge["proof"][0][member] = value);
        case(id, "The proof is labelled as something else.", &document)
            .invalid(Key, Code::UnsupportedSuite)
    };
    vec![
        labelled("A11-ed25519-2018", "type", json!("Ed25519Signature2018")),
        labelled("A11-ed25519-2020", "type", json!("Ed25519Signature2020")),
        labelled("A11-unknown", "cryptosuite", json!("bbs-2023")),
        labelled("A11-array", "cryptosuite", json!(["eddsa-rdfc-2022"])),
        labelled("A11-other-case", "cryptosuite", json!("EdDSA-RDFC-2022")),
        labelled("A11-empty", "cryptosuite", json!("")),
        case(
            "A11-null",
            "The suite is null.",
            &changed(|badge| badge["proof"][0]["cryptosuite"] = json!(null)),
        )
        .invalid(Shape, Code::EmptyValue),
        labelled("A11-no-type", "type", json!("Proof")),
    ]
}

/// A13 to A18: what a proof says of itself.
fn options_of_a_proof() -> Vec<Case> {
    let changed_option = |id, member: &str, value: Value| {
        case(
            id,
            "A member of the proof is changed or added.",
            &changed(|badge| badge["proof"][0][member] = value),
        )
    };
    let signed_option = |id, says, more: Value| {
        let mut options = options(KEY);
        extend(&mut options, &more);
        case(id, says, &with_proofs(&badge(), vec![prove(&badge(), &options, &university_key())]))
    };
    vec![
        changed_option("A13-created-changed", "created", json!("2020-01-15T09:00:01Z"))
            .invalid(Proof, Code::Signature),
        changed_option("A13-created-no-date", "created", json!("yesterday"))
            .invalid(Key, Code::ProofMalformed),
        changed_option("A13-created-without-offset", "created", json!("2020-01-15T09:00:00"))
            .invalid(Proof, Code::Signature),
        changed_option("A13-created-year-10000", "created", json!("10000-01-15T09:00:00Z"))
            .invalid(Key, Code::ProofMalformed),
        changed_option("A13-created-number", "created", json!(1_579_078_800))
            .invalid(Key, Code::ProofMalformed),
        signed_option(
            "A14-expires-later",
            "The proof's own end lies far off.",
            json!({ "expires": "9000-01-01T00:00:00Z" }),
        ),
        signed_option(
            "A14-expired",
            "The proof's own end has passed.",
            json!({ "expires": "2021-01-01T00:00:00Z" }),
        )
        .invalid(Proof, Code::ProofExpired),
        changed_option("A14-end-removed", "expires", json!("9000-01-01T00:00:00Z"))
            .invalid(Proof, Code::Signature),
        changed_option("A15-unknown-member", "x", json!("unsigned")).invalid(Proof, Code::DataLoss),
        changed_option("A15-known-member", "nonce", json!("unsigned"))
            .invalid(Proof, Code::Signature),
        changed_option("A15-id", "id", json!("urn:uuid:00000000-0000-4000-8000-000000000001"))
            .invalid(Proof, Code::Signature),
        changed_option("A15-a-badge-in-the-proof", "name", json!("Doctor of Science"))
            .invalid(Proof, Code::Signature),
        signed_option(
            "A17-previous-unknown",
            "The proof follows one that is not there.",
            json!({ "previousProof": "urn:uuid:00000000-0000-4000-8000-000000000009" }),
        )
        .invalid(Key, Code::ProofMalformed),
        signed_option(
            "A17-previous-itself",
            "The proof follows itself.",
            json!({ "id": "urn:uuid:00000000-0000-4000-8000-000000000001", "previousProof": "urn:uuid:00000000-0000-4000-8000-000000000001" }),
        )
        .invalid(Key, Code::ProofMalformed),
        signed_option(
            "A18-domain",
            "A proof made for one audience is no assertion.",
            json!({ "domain": "https://evil.example" }),
        )
        .invalid(Key, Code::ProofMalformed),
        signed_option(
            "A18-challenge",
            "A proof made in answer to a challenge is no assertion.",
            json!({ "challenge": "1" }),
        )
        .invalid(Key, Code::ProofMalformed),
    ]
}

/// A17, A30, A31: proofs that were made for something else.
fn crossed() -> Vec<Case> {
    let first = by_university(&badge());
    let mut other = badge();
    other["id"] = json!("https://university.example/credentials/2");
    other["credentialSubject"]["id"] = json!("did:example:other");
    let list = super::documents::unsigned_list("replayed", &[0; 8]);
    let mut statement = signed(|_| ());
    statement["type"] = json!(["VerifiableCredential"]);
    vec![
        case(
            "A30-proof-of-another-badge",
            "The proof of one badge stands under another.",
            &with_proofs(&other, vec![first["proof"][0].clone()]),
        )
        .invalid(Proof, Code::Signature),
        case("A31-status-list", "A status list is presented as a badge.", &signed_list(&list))
            .invalid(Shape, Code::OtherDocument),
        case(
            "A31-plain-credential",
            "A credential of no kind is presented as a badge.",
            &statement,
        )
        .invalid(Shape, Code::MalformedValue),
        case(
            "A31-trust-list",
            "A trust list is presented as a badge.",
            &json!({ "version": 1, "issuers": [] }),
        )
        .invalid(Shape, Code::OtherDocument),
        case(
            "A31-presentation",
            "A presentation with a good badge inside.",
            &json!({
                "@context": [super::badge::VC_2],
                "type": ["VerifiablePresentation"],
                "verifiableCredential": [first],
            }),
        )
        .invalid(Shape, Code::MalformedValue),
        case("A31-badge-in-a-badge", "A good badge stands inside a forged one.", &{
            let mut outer = badge();
            outer["credentialSubject"]["achievement"]["endorsement"] =
                json!([by_university(&badge())]);
            outer
        })
        .invalid(Key, Code::NoProof),
        case("A31-unsigned-part", "The signed badge is a part of what is presented.", &{
            let mut outer = by_university(&badge());
            outer["verifiableCredential"] = json!([badge()]);
            outer
        })
        .invalid(Context, Code::DataLoss),
        case(
            "A31-context-in-proof",
            "The proof brings its own context.",
            &changed(|badge| {
                badge["proof"][0]["@context"] = badge["@context"].clone();
            }),
        )
        .invalid(Key, Code::ProofMalformed),
    ]
}
