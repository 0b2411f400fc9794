//! Honest credentials of every form that the verifier reads: what the reshapes begin with, and the comparison for the cases.

use serde_json::{Value, json};
use verifier::{Cryptosuite, ProofOptions, secure, signing_input};

use super::badge::{
    KEY, OB_3, UNIVERSITY, VC_2, badge, by_university, microcertificate, signed, university_key,
};
use super::documents::PARTNER;
use super::edit::{add, remove};
use super::keys::{Key, key};
use super::sign::{options, prove, prove_text, with_proofs};

const CLR_2: &str = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json";
const VC_1: &str = "https://www.w3.org/2018/credentials/v1";
const SUITE_2020: &str = "https://w3id.org/security/suites/ed25519-2020/v1";

/// An honest credential under its name.
pub type Honest = (&'static str, Value);

/// Honest credentials, every one `valid` with the corpus's documents and its trust list `university`.
#[must_use]
pub fn honest() -> Vec<Honest> {
    vec![
        ("badge", by_university(&badge())),
        ("microcertificate", by_university(&microcertificate())),
        ("shared nodes", shared()),
        ("endorsed", endorsed()),
        ("transcript", transcript()),
        ("text", by_suite(&badge(), Cryptosuite::EddsaJcs2022)),
        ("shared nodes, text", by_suite(&unproven(shared()), Cryptosuite::EddsaJcs2022)),
        ("both suites", both_suites()),
        ("chain", chain()),
        ("data model 1.1", older()),
    ]
}

/// The document without its proofs.
fn unproven(mut document: Value) -> Value {
    remove(&mut document, "/proof");
    document
}

/// The document with one proof more, by the university and this suite.
pub(crate) fn by_suite(document: &Value, cryptosuite: Cryptosuite) -> Value {
    let options = ProofOptions {
        cryptosuite,
        verification_method: KEY.to_owned(),
        created: "2020-01-15T09:00:00Z".to_owned(),
    };
    match signing_input(document, &options) {
        Ok(input) => secure(document, &options, &university_key().sign(input.as_bytes())),
        Err(problem) => panic!("{}", problem.detail),
    }
}

/// One node in several objects: word for word, as a mere reference, and with other members.
fn shared() -> Value {
    signed(|badge| {
        add(badge, "/issuer", "url", json!("https://university.example/"));
        let achievement = &mut badge["credentialSubject"]["achievement"];
        achievement["creator"] =
            json!({ "id": UNIVERSITY, "type": ["Profile"], "name": "Example University" });
        achievement["tag"] = json!(["chemistry", "light"]);
        badge["evidence"] = json!([
            { "id": "https://university.example/reports/1", "type": ["Evidence"], "name": "Report on benzene" },
            { "id": "https://university.example/reports/1", "type": ["Evidence"], "genre": "report" },
            { "type": ["Evidence"], "narrative": "An interview." },
        ]);
    })
}

/// An unsigned endorsement of what has this identifier.
pub(crate) fn endorsement(number: u8, of: &str, by: &str) -> Value {
    json!({
        "@context": [VC_2, OB_3],
        "id": format!("https://partner.example/endorsements/{number}"),
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "An endorsement",
        "issuer": { "id": by, "type": ["Profile"], "name": "Partner" },
        "validFrom": "2020-01-16T09:00:00Z",
        "credentialSubject": { "id": of, "type": ["EndorsementSubject"], "endorsementComment": "A good course." },
    })
}

/// The document with a proof by `#key-1` of its issuer.
pub(crate) fn by_issuer(document: &Value, key: &Key) -> Value {
    let issuer = document["issuer"]["id"].as_str().unwrap_or_default();
    with_proofs(document, vec![prove(document, &options(&format!("{issuer}#key-1")), key)])
}

fn endorsed() -> Value {
    let partner = key("partner");
    signed(|badge| {
        let credential = badge["id"].as_str().unwrap_or_default().to_owned();
        badge["endorsement"] = json!([by_issuer(&endorsement(1, &credential, PARTNER), &partner)]);
        let achievement = &mut badge["credentialSubject"]["achievement"];
        let id = achievement["id"].as_str().unwrap_or_default().to_owned();
        achievement["endorsement"] = json!([
            by_issuer(&endorsement(2, &id, PARTNER), &partner),
            by_issuer(&endorsement(3, &id, "did:web:stranger.example"), &key("stranger")),
        ]);
    })
}

/// A badge about another achievement.
fn second_badge() -> Value {
    let text = badge().to_string();
    let text = text.replace("/achievements/1", "/achievements/2").replace("Spectroscopy", "Optics");
    let text = text.replace("/credentials/1", "/credentials/2").replace("/reports/1", "/reports/2");
    match serde_json::from_str(&text) {
        Ok(badge) => by_university(&badge),
        Err(error) => panic!("the second badge: {error}"),
    }
}

/// An unsigned transcript of these credentials.
pub(crate) fn unsigned_transcript(credentials: &[Value]) -> Value {
    json!({
        "@context": [VC_2, CLR_2, OB_3],
        "id": "https://university.example/transcripts/1",
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": "Transcript",
        "issuer": { "id": UNIVERSITY, "type": ["Profile"], "name": "Example University" },
        "validFrom": "2020-01-20T09:00:00Z",
        "credentialSubject": {
            "id": "did:example:learner",
            "type": ["ClrSubject"],
            "verifiableCredential": credentials,
            "association": [{
                "type": "Association",
                "associationType": "precedes",
                "sourceId": "https://university.example/achievements/1",
                "targetId": "https://university.example/achievements/2"
            }],
        },
    })
}

fn transcript() -> Value {
    by_university(&unsigned_transcript(&[by_university(&badge()), second_badge()]))
}

fn both_suites() -> Value {
    by_suite(&by_suite(&badge(), Cryptosuite::EddsaRdfc2022), Cryptosuite::EddsaJcs2022)
}

/// The first proof of a chain, and the second, which signs the first too.
pub(crate) fn chain() -> Value {
    let document = badge();
    let mut first = options(KEY);
    first["id"] = json!("urn:uuid:00000000-0000-4000-8000-000000000001");
    let first = prove_text(&document, &[], &first, &university_key());
    let mut second = options(KEY);
    second["id"] = json!("urn:uuid:00000000-0000-4000-8000-000000000002");
    second["previousProof"] = first["id"].clone();
    let second = prove_text(&document, std::slice::from_ref(&first), &second, &university_key());
    with_proofs(&document, vec![first, second])
}

/// The badge in the data model of 2018, with the proof of that time.
pub(crate) fn older() -> Value {
    let mut badge = badge();
    badge["@context"] = json!([VC_1, OB_3, SUITE_2020]);
    badge["issuanceDate"] = badge["validFrom"].take();
    remove(&mut badge, "/validFrom");
    by_suite(&badge, Cryptosuite::Ed25519Signature2020)
}
