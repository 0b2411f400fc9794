//! What verifies, and what does not.

use std::fs;
use std::io::Write as _;

use serde_json::{Value, json};
use tanu_tests::Answer;

use crate::cases::{all_cases, wrong};
use crate::{is_refusal, server, vectors};

#[test]
fn what_is_good_verifies_and_what_is_not_does_not() {
    let server = server();
    let cases = all_cases(&server);
    let good = cases.iter().filter(|case| case.good).count();
    assert!(good >= 18 && cases.len() - good >= 200, "{good} of {}", cases.len());
    let wrong = wrong(&cases, |case| server.post(case.path, &case.request));
    let right = cases.len() - wrong.len();
    let _ = writeln!(
        std::io::stderr(),
        "conformance: {right} of {} requests are answered rightly, {good} of them with yes",
        cases.len()
    );
    assert!(wrong.is_empty(), "{} of {} are wrong: {wrong:#?}", wrong.len(), cases.len());
}

/// A verifier that does not look would pass no such test.
#[test]
fn a_verifier_that_always_says_the_same_is_found_out() {
    let server = server();
    let cases = all_cases(&server);
    let always =
        |status| Answer { status, media_type: "application/json".to_owned(), body: json!({}) };
    let good = cases.iter().filter(|case| case.good).count();
    assert_eq!(wrong(&cases, |_| always(200)).len(), cases.len() - good);
    assert_eq!(wrong(&cases, |_| always(422)).len(), good);
    assert_eq!(wrong(&cases, |_| always(500)).len(), cases.len());
}

/// The chains of data-integrity-test-suite-assertion: the first proof is by another key than the issuer's.
#[test]
fn proof_chains_verify_whole_or_not_at_all() {
    let Some(folder) = vectors("proof_chains_verify_whole_or_not_at_all") else { return };
    let server = server();
    let mut counts = [0, 0];
    for entry in
        fs::read_dir(folder.join("data-integrity-test-suite-inputs/eddsa-rdfc-2022")).unwrap()
    {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let secured: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        let good = name.contains("Ok");
        counts[usize::from(good)] += 1;
        let answer = server.verify(&secured);
        assert_eq!(answer.status == 200, good, "{name}: {}", answer.body);
        assert!(good || is_refusal(&answer), "{name}");
        if good {
            for index in [0, 1] {
                let mut alone = secured.clone();
                alone["proof"] = secured["proof"][index].clone();
                assert!(is_refusal(&server.verify(&alone)), "{name}: proof {index} alone");
            }
        }
    }
    assert_eq!(counts, [8, 4]);
}
