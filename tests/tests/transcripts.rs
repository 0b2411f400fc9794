//! Transcripts (CLR 2.0) by the real binaries: all certificates of a learner that are in force, no better than the worst of them,
//! registered before they are given out, and gone when their learner is erased.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use age::secrecy::ExposeSecret as _;
use jsonschema::Draft;
use serde_json::Value;
use tanu_tests::{
    Finished, Frame, Office, Segment, Service, binary, clock, repository, run, sample, skip, text,
};

/// In the sample this learner has completed three programmes.
const LEARNER: &str = "SYN-0001";

/// An office with the certificates of the sample, and the verifier beside it.
struct Desk {
    office: Office,
    verifier: PathBuf,
    /// Of the learner, in journal order.
    numbers: Vec<String>,
}

impl Desk {
    fn open(test: &str) -> Option<Self> {
        let office = Office::ready().map_err(|why| skip(test, &why)).ok()?;
        let Some(verifier) = binary("verifier") else {
            skip(test, "the binary `verifier` is missing");
            return None;
        };
        let _ = office.import(&sample("completions.csv"), &[]).ended(1);
        let listed = office.run(&["list", "--json"]).ended(0).records();
        let own = listed.iter().filter(|record| record["learner"] == LEARNER);
        let numbers: Vec<String> =
            own.map(|record| record["number"].as_str().unwrap().to_owned()).collect();
        assert_eq!(numbers.len(), 3, "the sample has changed");
        Some(Self { office, verifier, numbers })
    }

    fn ask(&self, number: &str, language: &str) -> Finished {
        self.office.run(&["export", number, "--lang", language, "--format", "clr"])
    }

    /// The transcript of the learner, and a file that holds it.
    fn transcript(&self, number: &str, language: &str) -> (String, PathBuf) {
        let text = self.ask(number, language).ended(0).stdout;
        let document: Value = serde_json::from_str(&text).unwrap();
        let handle = document["id"].as_str().unwrap().rsplit('/').next().unwrap();
        let file = self.office.file(&format!("{handle}.json"), text.as_bytes());
        (text, file)
    }

    fn revoke(&self, number: &str) {
        let reason = ["--reason", "issued-in-error", "--by", "A", "--confirmed-by", "B"];
        let _ = self.office.run(&[&["revoke", number][..], &reason].concat()).ended(0);
    }

    /// The verdict of whoever has what the directory publishes now.
    fn check(&self, file: &Path, more: &[&str]) -> Value {
        let documents = self.office.scratch.join("documents");
        fs::create_dir_all(&documents).unwrap();
        fs::copy(self.office.dir.join("did.json"), documents.join("did.json")).unwrap();
        for entry in fs::read_dir(self.office.dir.join("status")).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, documents.join(path.file_name().unwrap())).unwrap();
        }
        let mut check = Command::new(&self.verifier);
        check.args(["check", "--offline", "--json", "--trust"]);
        check.arg(self.office.dir.join("trust.json")).arg("--documents").arg(&documents);
        run(check.args(more).arg(file)).record()
    }

    fn audit(&self) {
        let audit = self.office.run(&["register", "verify", "--json"]);
        let last = audit.records().pop().unwrap();
        assert_eq!((audit.code, &last["findings"]), (0, &0.into()), "{audit:?}");
    }
}

fn inside(transcript: &str) -> Vec<Value> {
    let document: Value = serde_json::from_str(transcript).unwrap();
    document["credentialSubject"]["verifiableCredential"].as_array().unwrap().clone()
}

fn numbers(transcript: &str) -> Vec<String> {
    let number = |one: &Value| one["credentialSubject"]["licenseNumber"].as_str().unwrap().into();
    inside(transcript).iter().map(number).collect()
}

#[test]
fn a_transcript_holds_every_certificate_of_its_learner() {
    let Some(desk) = Desk::open("transcripts") else { return };
    let (transcript, file) = desk.transcript(&desk.numbers[1], "kk");
    assert_eq!(numbers(&transcript), desk.numbers);
    for (one, number) in inside(&transcript).iter().zip(&desk.numbers) {
        assert_eq!(one.to_string(), desk.office.credential(number, "kk"), "not byte for byte");
    }
    let document: Value = serde_json::from_str(&transcript).unwrap();
    assert!(document.get("partial").is_none() && document.get("credentialStatus").is_none());
    let path = repository().join("schemas/clr/clr_v2p0_clrcredential_schema.json");
    let schema = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let options = jsonschema::options().with_draft(Draft::Draft201909);
    let schema = options.should_validate_formats(true).build(&schema).unwrap();
    let complaints: Vec<String> =
        schema.iter_errors(&document).map(|error| error.to_string()).collect();
    assert!(complaints.is_empty(), "{complaints:#?}");
    let mut nameless = document.clone();
    nameless.as_object_mut().unwrap().remove("name").unwrap();
    assert!(!schema.is_valid(&nameless), "the schema takes anything");

    let report = desk.check(&file, &[]);
    assert_eq!(report["verdict"], "valid", "{report}");
    assert_eq!(report["secured_with"], serde_json::json!(["eddsa-rdfc-2022", "eddsa-jcs-2022"]));
    let embedded = report["embedded"].as_array().unwrap();
    assert_eq!(embedded.len(), 3);
    assert!(embedded.iter().all(|one| one["verdict"] == "valid"), "{report}");

    // Asked for by any of his certificates, again, and by a store that was made anew: the same bytes.
    assert_eq!(desk.transcript(&desk.numbers[0], "kk").0, transcript);
    fs::remove_dir_all(desk.office.dir.join("store")).unwrap();
    assert_eq!(desk.transcript(&desk.numbers[2], "kk").0, transcript);
    let (russian, _) = desk.transcript(&desk.numbers[2], "ru");
    assert!(russian != transcript && russian.contains("Транскрипт микросертификатов"));
    desk.audit();
}

#[test]
fn a_transcript_is_no_better_than_the_worst_inside() {
    let Some(desk) = Desk::open("transcripts") else { return };
    let (before, old) = desk.transcript(&desk.numbers[0], "kk");
    desk.revoke(&desk.numbers[1]);
    let report = desk.check(&old, &[]);
    assert_eq!(report["verdict"], "invalid");
    assert_eq!(report["embedded"][1]["verdict"], "invalid", "{report}");
    // The learner of a revoked certificate has others.
    let (after, new) = desk.transcript(&desk.numbers[1], "kk");
    assert_eq!(numbers(&after), [desk.numbers[0].clone(), desk.numbers[2].clone()]);
    assert_eq!(desk.check(&new, &[])["verdict"], "valid");
    assert_ne!(before, after);
    // What was moved between the credentials inside, or changed, is not what was signed.
    let forged = after.replacen("\"score", "\"Score", 1).replacen("Мысалиев", "Мысалиева", 1);
    assert_ne!(forged, after);
    let forged = desk.office.file("forged.json", forged.as_bytes());
    assert_eq!(desk.check(&forged, &[])["verdict"], "invalid");
    for number in [0, 2] {
        desk.revoke(&desk.numbers[number]);
    }
    let told = desk.ask(&desk.numbers[0], "kk").ended(1);
    assert!(told.sentence().contains("no certificate in force"), "{told:?}");
    desk.audit();
}

#[test]
fn a_service_gives_transcripts_and_their_proofs() {
    let Some(desk) = Desk::open("transcripts") else { return };
    let service = Service::start(&desk.office);
    let (transcript, file) = desk.transcript(&desk.numbers[0], "en");
    let document: Value = serde_json::from_str(&transcript).unwrap();
    let id = document["id"].as_str().unwrap();
    let path = id.strip_prefix("https://credentials.example.org").unwrap();
    let (status, body) = service.get(&format!("{path}.json"));
    assert_eq!((status, String::from_utf8(body).unwrap()), (200, transcript.clone()));
    assert_eq!(service.get(&path.to_lowercase()).0, 200);
    assert_eq!(service.get("/clr/AAAAAAAAAAAAAAAA.json").0, 404);

    // The register holds it, and each certificate in it.
    let documents = desk.office.scratch.join("documents");
    fs::create_dir_all(&documents).unwrap();
    let proof = proven(&service, &format!("{path}.tlog-proof"));
    fs::write(documents.join("clr.tlog-proof"), &proof).unwrap();
    for (index, one) in inside(&transcript).iter().enumerate() {
        let id = one["id"].as_str().unwrap();
        let path = id.strip_prefix("https://credentials.example.org").unwrap();
        let proof = proven(&service, &format!("{path}.tlog-proof"));
        fs::write(documents.join(format!("{index}.tlog-proof")), proof).unwrap();
    }
    let report = desk.check(&file, &["--require-inclusion"]);
    assert_eq!(report["verdict"], "valid", "{report}");
    assert_eq!(report["checks"][7]["outcome"], "pass");
    fs::remove_file(documents.join("clr.tlog-proof")).unwrap();
    assert_eq!(desk.check(&file, &["--require-inclusion"])["verdict"], "indeterminate");

    // Who hides a page shows it in no transcript either.
    let _ = desk.office.run(&["unpublish", &desk.numbers[0], "--by", "A"]).ended(0);
    assert_ne!(service.get(&format!("{path}.json")).0, 200);
}

/// A proof, once a checkpoint covers the entry.
fn proven(service: &Service, path: &str) -> Vec<u8> {
    for _ in 0..100 {
        let (status, body) = service.get(path);
        if status == 200 {
            return body;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("{path}: no checkpoint covers it");
}

#[test]
fn nothing_new_is_signed_while_issuing_is_stopped() {
    let Some(desk) = Desk::open("transcripts") else { return };
    let (transcript, _) = desk.transcript(&desk.numbers[0], "kk");
    let _ = desk.office.run(&["stop", "--by", "A", "--reason", "a drill"]).ended(0);
    assert_eq!(desk.transcript(&desk.numbers[0], "kk").0, transcript);
    let told = desk.ask(&desk.numbers[0], "en").ended(1);
    assert!(told.sentence().contains("issuing was stopped"), "{told:?}");
    let _ = desk.office.run(&["resume", "--by", "A", "--reason", "it is over"]).ended(0);
    let _ = desk.transcript(&desk.numbers[0], "en");
}

#[test]
fn an_erased_learner_is_in_no_transcript() {
    let Some(desk) = Desk::open("transcripts") else { return };
    let (transcript, file) = desk.transcript(&desk.numbers[0], "kk");
    let _ = desk.transcript(&desk.numbers[0], "ru");
    desk.audit();
    let _ = desk.office.run(&["erase", LEARNER, "--by", "A", "--confirmed-by", "B"]).ended(0);
    let _ = desk.ask(&desk.numbers[0], "kk").ended(1);
    assert_eq!(desk.check(&file, &[])["verdict"], "invalid");
    let service = Service::start(&desk.office);
    let document: Value = serde_json::from_str(&transcript).unwrap();
    let path = document["id"].as_str().unwrap();
    let path = path.strip_prefix("https://credentials.example.org").unwrap();
    assert_eq!(service.get(path).0, 404);
    drop(service);
    desk.audit();
    // Also a store that never saw it, and after it the register is as it was.
    fs::remove_dir_all(desk.office.dir.join("store")).unwrap();
    let _ = desk.ask(&desk.numbers[0], "kk").ended(1);
    desk.audit();
}

#[test]
fn after_a_theft_transcripts_are_made_anew() {
    let Some(desk) = Desk::open("transcripts") else { return };
    let (before, old) = desk.transcript(&desk.numbers[0], "kk");
    // Times of this command are whole seconds.
    std::thread::sleep(std::time::Duration::from_millis(2_100));
    let words = ["key", "compromise", "--purpose", "credentials", "--since", &clock()];
    let _ = desk.office.run(&[&words[..], &["--by", "A", "--confirmed-by", "B"]].concat()).ended(0);
    assert_eq!(desk.check(&old, &[])["verdict"], "indeterminate");
    // Nothing is released that a verifier without proofs could not believe.
    let told = desk.ask(&desk.numbers[0], "kk").ended(1);
    assert!(told.sentence().contains("was compromised"), "{told:?}");
    let _ = desk.office.run(&["key", "reissue"]).ended(0);
    let (after, new) = desk.transcript(&desk.numbers[0], "kk");
    assert_ne!(after, before);
    assert_eq!(desk.check(&new, &[])["verdict"], "valid");

    // The old one, by the proofs that the log held it and what is in it before.
    let service = Service::start(&desk.office);
    let id = serde_json::from_str::<Value>(&before).unwrap()["id"].clone();
    let path = id.as_str().unwrap().strip_prefix("https://credentials.example.org").unwrap();
    let documents = desk.office.scratch.join("documents");
    fs::write(documents.join("old.tlog-proof"), proven(&service, &format!("{path}.tlog-proof")))
        .unwrap();
    let report = desk.check(&old, &[]);
    assert_eq!(report["checks"][7]["outcome"], "pass", "{report}");
    drop(service);
    let _ = desk.office.run(&["erase", LEARNER, "--by", "A", "--confirmed-by", "B"]).ended(0);
    desk.audit();
}

/// What is done to what an entry says, and what the audit says of it.
type Change = (fn(&mut Value), &'static str);

/// What of a transcript a clerk would like to be another, and what the audit says of it once the leaf commits to that.
const CHANGES: [Change; 9] = [
    (
        |entry| entry["numbers"].as_array_mut().unwrap().truncate(1),
        "the certificates in it are not those that the entry names",
    ),
    (
        |entry| entry["numbers"][0] = "MC-A-000999-X".into(),
        "it holds a transcript of MC-A-000999-X, which was never issued",
    ),
    (|entry| entry["handle"] = "AAAAAAAAAAAAAAAA".into(), "its /id is not what the entry says"),
    (|entry| entry["language"] = "ru".into(), "a credential in it is in another language"),
    (|entry| entry["learner_key"] = "another".into(), "which is another learner's"),
    (|entry| entry["partial"] = true.into(), "its /partial is not what the entry says"),
    (
        |entry| entry["issued_at"] = "2026-01-01T00:00:00Z".into(),
        "its /validFrom is not what the entry says",
    ),
    (
        |entry| {
            let text = entry["credential"].as_str().unwrap();
            entry["credential"] = text.replace("Мысалиев", "Басқаев").into();
        },
        "which stands in it otherwise than it was registered",
    ),
    (
        |entry| {
            let mut document: Value =
                serde_json::from_str(entry["credential"].as_str().unwrap()).unwrap();
            document["proof"].as_array_mut().unwrap().truncate(1);
            entry["credential"] = document.to_string().into();
        },
        "it has not exactly two proofs",
    ),
];

/// What the audit says of an entry.
fn told_of(desk: &Desk, index: u64) -> Vec<String> {
    let audit = desk.office.run(&["register", "verify", "--json"]).ended(1);
    let place = format!("entry {index}");
    let records = audit.records().into_iter().filter(|record| record["where"] == place.as_str());
    records.map(|record| record["what"].as_str().unwrap().to_owned()).collect()
}

fn transcript_in(segment: &mut Segment) -> &mut Frame {
    let mut frames = segment.0.iter_mut().flatten();
    frames.find(|frame| frame.kind == 18).unwrap()
}

#[test]
fn the_audit_finds_every_change_of_a_transcript() {
    let Some(desk) = Desk::open("transcripts") else { return };
    let _ = desk.transcript(&desk.numbers[0], "kk");
    desk.revoke(&desk.numbers[1]);
    let path = desk.office.dir.join("register/00000000000000000000.seg");
    let honest = fs::read(&path).unwrap();
    for (nth, (change, sentence)) in CHANGES.into_iter().enumerate() {
        let mut segment = Segment::parse(&honest);
        let frame = transcript_in(&mut segment);
        let index = frame.index;
        frame.say(change);
        fs::write(&path, segment.to_bytes()).unwrap();
        let told = told_of(&desk, index);
        assert!(told.iter().any(|what| what.contains(sentence)), "change {nth}: {told:#?}");
        // It is the transcript that is looked at, not the commitment to it.
        assert!(
            !told.iter().any(|what| what.contains("commit to what")),
            "change {nth}: {told:#?}"
        );
        // The leaf as it was tells every change alone.
        let mut segment = Segment::parse(&honest);
        transcript_in(&mut segment).write_payload(change);
        fs::write(&path, segment.to_bytes()).unwrap();
        let told = told_of(&desk, index);
        let commits = "its leaf does not commit to what it says";
        assert!(told.iter().any(|what| what == commits), "change {nth}: {told:#?}");
    }
    fs::write(&path, honest).unwrap();
    desk.audit();
}

#[test]
fn the_audit_finds_a_transcript_given_twice_or_after_a_revocation() {
    let Some(desk) = Desk::open("transcripts") else { return };
    let _ = desk.transcript(&desk.numbers[0], "kk");
    desk.revoke(&desk.numbers[1]);
    let path = desk.office.dir.join("register/00000000000000000000.seg");
    let mut segment = Segment::parse(&fs::read(&path).unwrap());
    let transcript = transcript_in(&mut segment).says();
    segment.append((18, "transcript-issued"), &transcript);
    let index = segment.0.last().unwrap()[0].index;
    fs::write(&path, segment.to_bytes()).unwrap();
    let told = told_of(&desk, index);
    for sentence in [
        "the handle of its transcript was given before".to_owned(),
        format!("its transcript holds {}, which was revoked before", desk.numbers[1]),
    ] {
        assert!(told.contains(&sentence), "{told:#?}");
    }
}

#[test]
fn a_restored_register_gives_the_same_transcript() {
    let Some(desk) = Desk::open("transcripts") else { return };
    let (transcript, _) = desk.transcript(&desk.numbers[0], "kk");
    let secret = age::x25519::Identity::generate();
    let line = format!("{}\n", secret.to_string().expose_secret());
    let identity = text(&desk.office.file("identity", line.as_bytes()));
    let recipient = secret.to_public().to_string();
    let backup = text(&desk.office.scratch.join("backup"));
    let _ = desk.office.run(&["backup", "--recipient", &recipient, "--out", &backup]).ended(0);
    let other = Office::empty().unwrap();
    let keys = text(&desk.office.dir.join("keys.age"));
    let words = ["restore", "--prefix", "B", "--identity", &identity, "--keys", &keys, &backup];
    let _ = other.run(&words).ended(0);
    let words = ["export", &desk.numbers[1], "--lang", "kk", "--format", "clr"];
    assert_eq!(other.run(&words).ended(0).stdout, transcript);
    // A service signs the status lists, which no backup holds.
    assert_eq!(Service::start(&other).get("/status/1").0, 200);
    let audit = other.run(&["register", "verify", "--json"]).ended(0);
    assert_eq!(audit.records().pop().unwrap()["findings"], 0, "{audit:?}");
}
