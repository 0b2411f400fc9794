//! Requests to verify, each with the answer that is due.

use serde_json::{Value, json};
use tanu_tests::{Answer, Conformance};

use crate::holder::{CHALLENGE, DOMAIN};
use crate::{changed, credential, is_refusal, older_credential, presentations};

/// A case of verification: what is asked, and whether the answer must be yes.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) path: &'static str,
    pub(crate) request: Value,
    pub(crate) good: bool,
}

impl Case {
    pub(crate) fn credential(name: &str, credential: &Value, good: bool) -> Self {
        let request =
            json!({ "verifiableCredential": credential, "options": { "checks": ["proof"] } });
        Self { name: name.to_owned(), path: "/credentials/verify", request, good }
    }

    pub(crate) fn presentation(name: &str, presentation: &Value, good: bool) -> Self {
        let request = json!({ "verifiablePresentation": presentation, "options": { "domain": DOMAIN, "challenge": CHALLENGE } });
        Self { name: name.to_owned(), path: "/presentations/verify", request, good }
    }
}

/// The cases that `answers` gets wrong.
pub(crate) fn wrong(cases: &[Case], answers: impl Fn(&Case) -> Answer) -> Vec<&str> {
    let wrong = cases.iter().filter(|case| {
        let answer = answers(case);
        if case.good { answer.status != 200 } else { !is_refusal(&answer) }
    });
    wrong.map(|case| case.name.as_str()).collect()
}

pub(crate) fn all_cases(server: &Conformance) -> Vec<Case> {
    let mut cases = proof_cases(server);
    cases.extend(presentations::cases(server));
    cases.extend(token_cases(server));
    cases.extend(broken_requests());
    cases
}

/// What must not be done to the proof of a good credential.
fn proof_cases(server: &Conformance) -> Vec<Case> {
    let mut cases = Vec::new();
    for issuer in ["rdfc", "jcs"] {
        for base in [credential(), older_credential()] {
            let issued = server.issued(issuer, &base);
            let case = |name: &str, document: &Value, good| {
                Case::credential(&format!("{issuer}: {name}"), document, good)
            };
            cases.push(case("as issued", &issued, true));
            let listed = changed(&issued, "/proof", Some(json!([issued["proof"]])));
            cases.push(case("its proof in a list", &listed, true));
            let twice = changed(&issued, "/proof", Some(json!([issued["proof"], issued["proof"]])));
            cases.push(case("its proof twice", &twice, true));
            for proof in
                [json!(null), json!("x"), json!(10), json!(true), json!([]), json!({}), json!([{}])]
            {
                let document = changed(&issued, "/proof", Some(proof.clone()));
                cases.push(case(&format!("the proof {proof}"), &document, false));
            }
            for member in [
                "type",
                "cryptosuite",
                "verificationMethod",
                "proofPurpose",
                "proofValue",
                "created",
            ] {
                for value in [None, Some(json!(null)), Some(json!("other")), Some(json!(4))] {
                    let document = changed(&issued, &format!("/proof/{member}"), value.clone());
                    cases.push(case(&format!("{member} is {value:?}"), &document, false));
                }
            }
            for member in ["type", "issuer", "credentialSubject", "@context"] {
                for value in [
                    None,
                    Some(json!(null)),
                    Some(json!("string")),
                    Some(json!(10)),
                    Some(json!([])),
                    Some(json!([null])),
                ] {
                    let document = changed(&issued, &format!("/{member}"), value.clone());
                    cases.push(case(&format!("{member} is {value:?}"), &document, false));
                }
            }
            let undefined = changed(&issued, "/undefined", Some(json!("x")));
            cases.push(case("a term without meaning", &undefined, false));
        }
    }
    cases
}

fn token_cases(server: &Conformance) -> Vec<Case> {
    let envelope = server.issued("jwt", &credential());
    assert_eq!(envelope["type"], "EnvelopedVerifiableCredential");
    let id = envelope["id"].as_str().unwrap();
    let token = id.strip_prefix("data:application/vc+jwt,").unwrap();
    let flipped = if token.ends_with('A') { "B" } else { "A" };
    let altered = format!("{}{flipped}", &id[..id.len() - 1]);
    let (head, _) = token.rsplit_once('.').unwrap();
    vec![
        Case::credential("a token in its envelope", &envelope, true),
        Case::credential("a token alone", &json!(token), true),
        Case::credential(
            "a token whose signature is another",
            &changed(&envelope, "/id", Some(json!(altered))),
            false,
        ),
        Case::credential("a token without signature", &json!(format!("{head}.")), false),
        Case::credential(
            "an envelope of nothing",
            &changed(&envelope, "/id", Some(json!("data:application/vc+jwt,"))),
            false,
        ),
        Case::credential("an envelope that is none", &changed(&envelope, "/id", None), false),
        Case::credential("no token", &json!("x"), false),
    ]
}

fn broken_requests() -> Vec<Case> {
    let mut cases = Vec::new();
    for path in ["/credentials/verify", "/presentations/verify"] {
        for value in [json!(null), json!("x"), json!({}), json!([]), json!(4)] {
            for name in ["verifiableCredential", "verifiablePresentation", "other"] {
                let request = json!({ name: value });
                cases.push(Case { name: format!("{path} {request}"), path, request, good: false });
            }
        }
    }
    cases
}
