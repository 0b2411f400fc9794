//! The drill for a stolen key: certificates are issued and logged, the key is stolen and used, its loss is declared, and everybody's view
//! is asked for. `TANU_COMPROMISE=10000` makes it a long one, and prints how long each step took.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::env;
use std::fs;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use tanu_tests::{Judge, Office, PASSPHRASE, Service, clock, completions, records, skip};
use verifier::log::{Note, NoteAlgorithm, SignatureLine, VerifierKey, cosigned_message};
use verifier::{
    Check, Code, Cryptosuite, Document, Outcome, ProofOptions, Report, TrustList, Verdict, secure,
    signing_input, verify,
};

/// One certificate in the hands of its holder: the credential, and its inclusion proof if there is one.
struct Held {
    number: String,
    credential: String,
    proof: Option<Vec<u8>>,
}

fn certificates() -> usize {
    env::var("TANU_COMPROMISE").ok().and_then(|count| count.parse().ok()).unwrap_or(60)
}

/// Tells of a step and how long it took; the long run is read by a person.
fn timed<T>(step: &str, work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let done = work();
    println!("{:8.2} s  {step}", began.elapsed().as_secs_f64());
    done
}

/// The secret seed of the credentials' key, as whoever steals file and passphrase gets it.
fn stolen_key(office: &Office) -> SigningKey {
    let sealed = fs::read(office.dir.join("keys.age")).unwrap();
    let passphrase = age::scrypt::Identity::new(PASSPHRASE.to_owned().into());
    let keys: Value = serde_json::from_slice(&age::decrypt(&passphrase, &sealed).unwrap()).unwrap();
    let seed: [u8; 32] = serde_json::from_value(keys["credentials"]["seed"].clone()).unwrap();
    SigningKey::from_bytes(&seed)
}

/// A certificate that nobody issued: another name, signed with the stolen key, dated like the honest one.
fn forge(honest: &str, key: &SigningKey) -> String {
    let mut document: Value = serde_json::from_str(honest).unwrap();
    let proof = document.as_object_mut().unwrap().remove("proof").unwrap();
    let proof = proof.as_array().map_or(&proof, |proofs| &proofs[0]);
    let name = "/credentialSubject/identifier/0/identityHash";
    let place = document.pointer_mut(name).unwrap();
    *place = json!("СТОЛЕНБЕКОВ Алдан");
    let options = ProofOptions {
        cryptosuite: Cryptosuite::EddsaRdfc2022,
        verification_method: proof["verificationMethod"].as_str().unwrap().to_owned(),
        created: proof["created"].as_str().unwrap().to_owned(),
    };
    let input = signing_input(&document, &options).unwrap();
    let signature = key.sign(input.as_bytes()).to_bytes();
    secure(&document, &options, &signature).to_string()
}

/// A witness (C2SP tlog-cosignature) that lives in this test.
struct Witness(SigningKey);

impl Witness {
    fn vkey(&self) -> VerifierKey {
        let key = self.0.verifying_key().to_bytes();
        VerifierKey::new("witness.example/drill", NoteAlgorithm::CosignatureV1, &key).unwrap()
    }

    /// The checkpoint with our line: we have seen it now.
    fn cosign(&self, note: &str) -> String {
        let mut signed = Note::parse(note.as_bytes()).unwrap();
        let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let signature = self.0.sign(cosigned_message(signed.text(), time).as_bytes()).to_bytes();
        let lines: Vec<_> = signed
            .signatures()
            .iter()
            .cloned()
            .chain([SignatureLine::of_cosignature(&self.vkey(), time, &signature)])
            .collect();
        signed = Note::new(signed.text(), lines).unwrap();
        signed.to_string()
    }
}

/// What everybody holds: fetched from the service, as a learner would.
fn held(service: &Service, listed: &[Value]) -> Vec<Held> {
    let hold = |record: &Value| {
        let handle = record["handle"].as_str().unwrap();
        let (status, credential) = service.get(&format!("/c/{handle}/kk.json"));
        assert_eq!(status, 200);
        let (status, proof) = service.get(&format!("/c/{handle}/kk.tlog-proof"));
        Held {
            number: record["number"].as_str().unwrap().to_owned(),
            credential: String::from_utf8(credential).unwrap(),
            proof: (status == 200).then_some(proof),
        }
    };
    listed.iter().map(hold).collect()
}

/// The report on a credential, with this proof under the credential's name.
fn judge(judge: &Judge, credential: &str, proof: Option<&[u8]>) -> Report {
    let mut documents = judge.documents.clone();
    if let Some(proof) = proof {
        let id = serde_json::from_str::<Value>(credential).unwrap()["id"].clone();
        let name = format!("{}.tlog-proof", id.as_str().unwrap());
        documents.insert(name, Ok(Document::new(proof.to_vec(), None)));
    }
    verify(credential.as_bytes(), &documents, &judge.policy, judge.now)
}

fn code(report: &Report, check: Check) -> Option<Code> {
    match report.outcome(check) {
        Outcome::Fail(problem) | Outcome::Unknown(problem) => Some(problem.code),
        _ => None,
    }
}

fn drill(office: &Office, witness: Option<&Witness>) {
    let count = certificates();
    if let Some(witness) = witness {
        let path = office.dir.join("tanu.toml");
        let configuration = fs::read_to_string(&path).unwrap();
        let lines = format!("witnesses = [\"{}\"]\nquorum = 1\n{configuration}", witness.vkey());
        fs::write(&path, lines).unwrap();
    }
    let file = office.file("before.csv", completions("BEFORE", 0..count).as_bytes());
    timed(&format!("{count} certificates issued"), || drop(office.import(&file, &[]).ended(0)));
    let listed = records(&office.list());
    assert_eq!(listed.len(), count);
    if let Some(witness) = witness {
        let note = fs::read_to_string(office.dir.join("log/checkpoint")).unwrap();
        fs::write(office.dir.join("log/cosigned"), format!("{}\n", witness.cosign(&note))).unwrap();
    }
    // Times of witnesses and of this command are whole seconds.
    std::thread::sleep(Duration::from_millis(2_100));
    let since = clock();
    let key = stolen_key(office);
    let late = office.file("late.csv", completions("LATE", 0..1).as_bytes());
    let late = office.import(&late, &[]).ended(0).records()[0]["number"].clone();
    let late = office.run(&["show", late.as_str().unwrap(), "--json"]).ended(0).record();
    let service = Service::start(office);
    let late = (&held(&service, std::slice::from_ref(&late))[0], late["handle"].as_str().unwrap());
    let before = timed("credentials and proofs fetched before", || held(&service, &listed));
    let forged: Vec<String> = timed("as many forged", || {
        before.iter().map(|held| forge(&held.credential, &key)).collect()
    });

    // While nobody knows of the theft, nothing tells a forgery from an honest certificate.
    let unaware = Judge::of(&office.dir);
    assert_eq!(judge(&unaware, &forged[0], None).verdict(), Verdict::Valid);

    let words = ["key", "compromise", "--purpose", "credentials", "--since", &since];
    let words = [&words[..], &["--by", "A", "--confirmed-by", "B"]].concat();
    let declared = timed("compromise declared", || office.run(&words).ended(0));
    assert_eq!(declared.stderr.contains("university's word"), witness.is_none(), "{declared:?}");
    let aware = Judge::of(&office.dir);
    let after = timed("proofs fetched after", || held(&service, &listed));
    timed("everything verified", || {
        for (held, forged) in after.iter().zip(&forged) {
            let proof = held.proof.as_deref();
            assert!(proof.is_some(), "{} has no proof", held.number);
            let report = judge(&aware, &held.credential, proof);
            assert_eq!(report.verdict(), Verdict::Valid, "{}: {report:?}", held.number);
            assert_eq!(code(&report, Check::Inclusion), None);
            let bare = judge(&aware, &held.credential, None);
            assert_eq!(bare.verdict(), Verdict::Indeterminate);
            assert_eq!(code(&bare, Check::Inclusion), Some(Code::InclusionMissing));
            // The forgery, alone and with the proof of the honest certificate.
            assert_eq!(judge(&aware, forged, None).verdict(), Verdict::Indeterminate);
            let report = judge(&aware, forged, proof);
            assert_eq!(report.verdict(), Verdict::Invalid, "a forgery of {}", held.number);
            assert_eq!(code(&report, Check::Inclusion), Some(Code::InclusionMismatch));
        }
    });
    reissue(office, &service, (late, &listed, &after, &aware));
    assert!(service.told("TERM").success());
}

/// The old credential, whose address gives out the proof of the new one since: that of its own signature is asked for by name.
fn assert_proven_online(service: &Service, judge: &Judge, (old, new): (&Held, &Held)) {
    let fetched = |proof: &[u8]| Ok(Document::new(proof.to_vec(), Some(judge.now)));
    let id = serde_json::from_str::<Value>(&old.credential).unwrap()["id"].clone();
    let mut documents = judge.documents.clone();
    let newest = new.proof.as_deref().unwrap();
    documents.insert(format!("{}.tlog-proof", id.as_str().unwrap()), fetched(newest));
    let report = verify(old.credential.as_bytes(), &documents, &judge.policy, judge.now);
    assert_eq!(report.verdict(), Verdict::Indeterminate, "{report:?}");
    assert_eq!(code(&report, Check::Inclusion), Some(Code::InclusionMissing));
    let [name] = report.documents_missing() else { panic!("{report:?}") };
    let (_, path) = name.split_once("/c/").unwrap();
    let (status, proof) = service.get(&format!("/c/{path}"));
    assert_eq!(status, 200, "{name}");
    documents.insert(name.clone(), fetched(&proof));
    let report = verify(old.credential.as_bytes(), &documents, &judge.policy, judge.now);
    assert_eq!((report.verdict(), code(&report, Check::Inclusion)), (Verdict::Valid, None));
}

/// What was issued after the theft must go; all else is signed anew, and then needs no proof, nor a verifier that knows the log.
fn reissue(
    office: &Office,
    service: &Service,
    ((late, handle), listed, old, aware): ((&Held, &str), &[Value], &[Held], &Judge),
) {
    // The office stands by it no more, and gives out nothing but where it stands in the log.
    let (status, _) = service.get(&format!("/c/{handle}/kk.json"));
    assert_eq!(status, 409);
    let (status, proof) = service.get(&format!("/c/{handle}/kk.tlog-proof"));
    assert_eq!(status, 200);
    let report = judge(aware, &late.credential, Some(&proof));
    assert_eq!(report.verdict(), Verdict::Invalid, "{report:?}");
    assert_eq!(code(&report, Check::Inclusion), Some(Code::RegisteredLate));
    let refused = office.run(&["key", "reissue", "--json"]);
    let late = late.number.as_str();
    assert!(refused.code == 1 && refused.stderr.contains(late), "{refused:?}");
    let words = ["revoke", late, "--reason", "issued-in-error", "--by", "A", "--confirmed-by", "B"];
    let _ = office.run(&words).ended(0);
    let done = timed("all signed anew", || office.run(&["key", "reissue", "--json"]).ended(0));
    let mut reissued: Vec<String> = done
        .records()
        .iter()
        .chain(&refused.records())
        .map(|record| record["number"].as_str().unwrap().to_owned())
        .collect();
    reissued.sort();
    let mut expected: Vec<String> = old.iter().map(|held| held.number.clone()).collect();
    expected.sort();
    assert_eq!(reissued, expected);
    let new = timed("new credentials fetched", || held(service, listed));
    let judge_now = Judge::of(&office.dir);
    // A verifier that knows no pins and follows the DID document alone.
    let mut plain = Judge::of(&office.dir);
    let trust = r#"{"version":1,"issuers":[{"id":"did:web:credentials.example.org"}]}"#;
    plain.policy.trust = TrustList::parse(trust.as_bytes()).unwrap();
    for (new, old) in new.iter().zip(old) {
        assert_ne!(new.credential, old.credential);
        assert!(new.credential.contains("#key-2\""), "{}", new.number);
        for judging in [&judge_now, &plain] {
            let report = judge(judging, &new.credential, None);
            assert_eq!(report.verdict(), Verdict::Valid, "{}: {report:?}", new.number);
        }
        let report = judge(&judge_now, &new.credential, new.proof.as_deref());
        assert_eq!((report.verdict(), code(&report, Check::Inclusion)), (Verdict::Valid, None));
        let report = judge(&plain, &old.credential, None);
        assert_eq!(report.verdict(), Verdict::Invalid, "the old key is in no document any more");
        assert_eq!(code(&report, Check::Key), Some(Code::VerificationMethod));
        assert_proven_online(service, &judge_now, (old, new));
        // Who kept credential and proof from before needs nothing new.
        assert_eq!(
            judge(&judge_now, &old.credential, old.proof.as_deref()).verdict(),
            Verdict::Valid
        );
    }
}

#[test]
fn a_stolen_key_forges_nothing_that_a_witness_did_not_see() {
    let office = match Office::ready() {
        Ok(office) => office,
        Err(reason) => {
            return skip("a_stolen_key_forges_nothing_that_a_witness_did_not_see", &reason);
        }
    };
    drill(&office, Some(&Witness(SigningKey::from_bytes(&[7; 32]))));
}

#[test]
fn without_a_witness_the_time_is_the_university_s_word() {
    let office = match Office::ready() {
        Ok(office) => office,
        Err(reason) => {
            return skip("without_a_witness_the_time_is_the_university_s_word", &reason);
        }
    };
    drill(&office, None);
}
