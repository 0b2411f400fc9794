//! Suites and data models besides the usual one: `eddsa-jcs-2022`, chains, `Ed25519Signature2020` and VC Data Model 1.1 (rows A11, A17,
//! C23, G04).

use serde_json::{Value, json};
use verifier::Check::{Context, Key, Proof, Shape, Trust, Validity};
use verifier::{Code, Cryptosuite};

use super::badge::{KEY, OB_3, VC_2, badge, by_university, university_key};
use super::case::{Case, case};
use super::edit::{add, push, remove, set};
use super::honest::{by_suite, chain, honest, older};
use super::keys::key;
use super::sign::{options, prove_text, with_proofs};

pub(super) fn cases() -> Vec<Case> {
    [every_form(), texts(), mixed(), chains(), data_model_1()].concat()
}

/// One case for each honest form.
fn every_form() -> Vec<Case> {
    let case = |(name, document): (&str, Value)| {
        case(
            &format!("A00-{}", name.replace([' ', ',', '.'], "-")),
            "An honest credential, for comparison.",
            &document,
        )
    };
    honest().into_iter().skip(2).map(case).collect()
}

fn by_text() -> Value {
    by_suite(&badge(), Cryptosuite::EddsaJcs2022)
}

/// `eddsa-jcs-2022`: the JSON itself is signed, so not even what RDF calls the same may change.
fn texts() -> Vec<Case> {
    let changed = |id, says, change: fn(&mut Value)| {
        let mut document = by_text();
        change(&mut document);
        case(id, says, &document)
    };
    let broken = |id, says, change: fn(&mut Value)| {
        changed(id, says, change).invalid(Proof, Code::Signature)
    };
    vec![
        broken("C23-leaf", "A leaf is changed.", |badge| set(badge, "/name", json!("Doctor"))),
        broken("C23-order-of-a-set", "The order of a set is turned.", |badge| set(badge, "/type", json!(["OpenBadgeCredential", "VerifiableCredential"]))),
        broken("C23-array-of-one", "An array of one becomes its item.", |badge| set(badge, "/issuer/type", json!("Profile"))),
        changed("C23-context-not-the-same", "The document has another context than the proof.", |badge| {
            set(badge, "/@context/1", json!(OB_3.replace("3.0.3", "3.0.2")));
        })
        .invalid(Context, Code::DataLoss),
        changed("C23-context-appended", "The document has one context more than was signed: the suite allows it, and we do not.", |badge| {
            push(badge, "/@context", json!("https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"));
        })
        .invalid(Key, Code::ContextNotAllowed),
        changed("C23-context-in-the-proof-changed", "Both contexts are changed.", |badge| {
            let contexts = json!([VC_2, OB_3.replace("3.0.3", "3.0.2")]);
            set(badge, "/@context", contexts.clone());
            set(badge, "/proof/0/@context", contexts);
        }).invalid(Context, Code::DataLoss),
        broken("C23-context-of-the-proof-removed", "The proof's own context is removed.", |badge| remove(badge, "/proof/0/@context")),
        changed("C23-unknown-term", "A term that no context defines, added.", |badge| add(badge, "", "honours", json!(true)))
            .invalid(Context, Code::DataLoss),
        broken("C23-option-added", "A member is added to the proof.", |badge| add(badge, "/proof/0", "nonce", json!("1"))),
        case("C23-unknown-term-signed", "A term that no context defines, signed: it means nothing.", &{
            let mut badge = badge();
            badge["honours"] = json!(true);
            let proof = prove_text(&badge, &[], &options(KEY), &university_key());
            with_proofs(&badge, vec![proof])
        })
        .invalid(Context, Code::DataLoss),
        changed("A11-text-labelled-as-rdf", "A proof of the text is labelled as one of the quads.", |badge| {
            set(badge, "/proof/0/cryptosuite", json!("eddsa-rdfc-2022"));
        })
        .invalid(Key, Code::ProofMalformed),
        case("A11-rdf-labelled-as-text", "A proof of the quads is labelled as one of the text.", &{
            let mut badge = by_university(&badge());
            set(&mut badge, "/proof/0/cryptosuite", json!("eddsa-jcs-2022"));
            badge
        })
        .invalid(Proof, Code::Signature),
    ]
}

/// Proofs of both suites on one document.
fn mixed() -> Vec<Case> {
    let both = || by_suite(&by_text(), Cryptosuite::EddsaRdfc2022);
    let changed = |id, says, change: fn(&mut Value)| {
        let mut document = both();
        change(&mut document);
        case(id, says, &document)
    };
    vec![
        changed("A04-suites-text-broken", "Only the quads still match.", |badge| {
            set(badge, "/type", json!(["OpenBadgeCredential", "VerifiableCredential"]));
        })
        .invalid(Proof, Code::Signature),
        changed(
            "A04-suites-one-removed",
            "The proof of the text is removed: the other still holds.",
            remove_first_proof,
        ),
        case("A06-text-by-a-stranger", "A stranger adds a proof of the text.", &{
            let mut badge = by_university(&badge());
            let stranger = key("stranger");
            let proof = prove_text(
                &badge_without_proof(&badge),
                &[],
                &options(&stranger.did_url()),
                &stranger,
            );
            push(&mut badge, "/proof", proof);
            badge
        })
        .invalid(Key, Code::KeyNotOfIssuer),
    ]
}

fn remove_first_proof(badge: &mut Value) {
    badge["proof"] = json!([badge["proof"][1]]);
}

fn badge_without_proof(badge: &Value) -> Value {
    let mut badge = badge.clone();
    remove(&mut badge, "/proof");
    badge
}

/// A17: chains.
fn chains() -> Vec<Case> {
    let changed = |id, says, change: fn(&mut Value)| {
        let mut document = chain();
        change(&mut document);
        case(id, says, &document)
    };
    vec![
        changed("A17-turned", "The proofs of a chain in another order.", |badge| {
            let proofs = json!([badge["proof"][1], badge["proof"][0]]);
            set(badge, "/proof", proofs);
        }),
        changed(
            "A17-first-removed",
            "The proof that the second one follows is removed.",
            remove_first_proof,
        )
        .invalid(Key, Code::ProofMalformed),
        changed(
            "A17-second-removed",
            "The second proof of a chain is removed: what is left is whole.",
            |badge| {
                badge["proof"] = json!([badge["proof"][0]]);
            },
        ),
        changed(
            "A17-first-replaced",
            "The first proof is replaced by another good one of the same name.",
            |badge| {
                let mut other = options(KEY);
                other["id"] = badge["proof"][0]["id"].clone();
                other["created"] = json!("2020-01-15T09:30:00Z");
                let document = badge_without_proof(badge);
                badge["proof"][0] = prove_text(&document, &[], &other, &university_key());
            },
        )
        .invalid(Proof, Code::Signature),
        changed("A17-circle", "Two proofs follow each other.", |badge| {
            let second = badge["proof"][1]["id"].clone();
            add(badge, "/proof/0", "previousProof", second);
        })
        .invalid(Key, Code::ProofMalformed),
        changed(
            "A17-link-removed",
            "The second proof does not say any more that it follows.",
            |badge| remove(badge, "/proof/1/previousProof"),
        )
        .invalid(Proof, Code::Signature),
        changed("A17-two-of-one-name", "Two proofs have one name.", |badge| {
            let first = badge["proof"][0]["id"].clone();
            set(badge, "/proof/1/id", first);
        })
        .invalid(Key, Code::ProofMalformed),
        changed("A17-link-in-an-object", "The link is an object.", |badge| {
            set(badge, "/proof/1/previousProof", json!({ "id": "urn:x:1" }))
        })
        .invalid(Key, Code::ProofMalformed),
    ]
}

/// G04, A11: VC Data Model 1.1 with `Ed25519Signature2020`.
fn data_model_1() -> Vec<Case> {
    let changed = |id, says, change: fn(&mut Value)| {
        let mut document = older();
        change(&mut document);
        case(id, says, &document)
    };
    let signed = |change: fn(&mut Value)| {
        let mut document = badge_without_proof(&older());
        change(&mut document);
        by_suite(&document, Cryptosuite::Ed25519Signature2020)
    };
    vec![
        changed("G04-leaf", "A leaf of a badge of the older data model is changed.", |badge| {
            set(badge, "/name", json!("Doctor"))
        })
        .invalid(Proof, Code::Signature),
        changed("G04-date-changed", "Its date is changed.", |badge| {
            set(badge, "/issuanceDate", json!("2019-01-15T09:00:00Z"))
        })
        .invalid(Proof, Code::Signature),
        case(
            "G04-two-dates-that-differ",
            "It gives two dates that differ.",
            &signed(|badge| add(badge, "", "validFrom", json!("2021-01-15T09:00:00Z"))),
        )
        .invalid(Validity, Code::ContradictoryDates)
        .invalid(Trust, Code::ContradictoryDates),
        case(
            "G04-expired",
            "It has expired.",
            &signed(|badge| add(badge, "", "expirationDate", json!("2021-01-15T09:00:00Z"))),
        )
        .invalid(Validity, Code::Expired),
        case("G04-no-date", "It has no date of issue.", &{
            let mut badge = older();
            remove(&mut badge, "/issuanceDate");
            badge
        })
        .invalid(Shape, Code::MissingValue),
        changed(
            "G04-newer-context",
            "The newer data model's context takes the older one's place.",
            |badge| {
                set(badge, "/@context", json!([VC_2, OB_3]));
            },
        )
        .invalid(Shape, Code::MissingValue),
        changed("G04-both-contexts", "Both data models' contexts.", |badge| {
            set(badge, "/@context", json!([VC_2, "https://www.w3.org/2018/credentials/v1", OB_3]));
        })
        .invalid(Shape, Code::MissingValue),
    ]
}
