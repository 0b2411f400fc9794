//! What auditors and witnesses do: cosignatures are taken and served, what was kept from before must agree, what cannot be read is said.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;

use ed25519_dalek::{Signer as _, SigningKey};
use tanu_tests::{Finished, Office, checker, records, run, sample, skip, text};
use verifier::Timestamp;
use verifier::log::{Note, NoteAlgorithm, SignatureLine, VerifierKey, cosigned_message};

const TIME: u64 = 1_780_000_000;

/// A witness: signs what it is shown.
struct Witness {
    key: SigningKey,
    name: VerifierKey,
}

impl Witness {
    fn new(name: &str, seed: u8) -> Self {
        let key = SigningKey::from_bytes(&[seed; 32]);
        let public = key.verifying_key().to_bytes();
        let name = VerifierKey::new(name, NoteAlgorithm::CosignatureV1, &public).unwrap();
        Self { key, name }
    }

    /// The note with a cosignature of this witness, or with one that is none.
    fn cosign(&self, note: &str, is_right: bool) -> String {
        let note = Note::parse(note.as_bytes()).unwrap();
        let signed = cosigned_message(note.text(), if is_right { TIME } else { TIME + 1 });
        let signature = self.key.sign(signed.as_bytes()).to_bytes();
        let line = SignatureLine::of_cosignature(&self.name, TIME, &signature);
        let lines = [note.signatures().to_vec(), vec![line]].concat();
        Note::new(note.text(), lines).unwrap().to_string()
    }
}

fn ready(test: &str) -> Option<Office> {
    let office = Office::ready().map_err(|why| skip(test, &why)).ok()?;
    let python = checker(&office.dir).map_err(|why| skip(test, &why));
    python.is_ok().then_some(office)
}

fn watched(test: &str, witness: &Witness) -> Option<Office> {
    let office = ready(test)?;
    let path = office.dir.join("tanu.toml");
    let configuration = fs::read_to_string(&path).unwrap();
    let vkey = witness.name.to_string();
    fs::write(path, format!("witnesses = [{vkey:?}]\nquorum = 1\n{configuration}")).unwrap();
    Some(office)
}

fn cosign(office: &Office, note: &str) -> Finished {
    office.run(&["register", "cosign", &text(&office.file("cosigned", note.as_bytes()))])
}

fn script(office: &Office, more: &[&str]) -> Finished {
    run(checker(&office.dir).unwrap().args(more))
}

#[test]
fn a_cosigned_checkpoint_is_taken_served_and_audited() {
    let test = "a_cosigned_checkpoint_is_taken_served_and_audited";
    let (witness, stranger) =
        (Witness::new("witness.example", 7), Witness::new("nobody.example", 8));
    let Some(office) = watched(test, &witness) else { return };
    let checkpoint = office.run(&["register", "checkpoint"]).ended(0).stdout;

    let refused = cosign(&office, &stranger.cosign(&checkpoint, true)).ended(1);
    assert!(refused.sentence().contains("no witness"), "{refused:?}");
    let _ = cosign(&office, &witness.cosign(&checkpoint, false)).ended(1).sentence();
    let _ = cosign(&office, &checkpoint).ended(1).sentence();
    let refused = cosign(&office, "no note\n").ended(1);
    assert!(refused.sentence().contains("no checkpoint of this log"), "{refused:?}");
    let _ = office.run(&["register", "cosign", "/nowhere/note"]).ended(66).sentence();
    let cosigned = office.dir.join("log/cosigned");
    assert_eq!(fs::read_to_string(&cosigned).unwrap_or_default(), "", "a refused one is kept");

    let note = witness.cosign(&checkpoint, true);
    let taken = cosign(&office, &note).ended(0);
    assert!(taken.stdout.contains("11 entries is cosigned"), "{taken:?}");
    assert_eq!(fs::read_to_string(&cosigned).unwrap(), format!("{note}\n"));
    let _ = office.run(&["register", "verify"]).ended(0);
    let checked = script(&office, &[]).ended(0);
    assert!(checked.stdout.contains(" 0 findings"), "{checked:?}");

    // A cosignature that is none is no checkpoint of ours any more.
    fs::write(&cosigned, format!("{}\n", witness.cosign(&checkpoint, false))).unwrap();
    let told = office.run(&["register", "verify", "--json"]).ended(1);
    assert_eq!(told.records()[0]["invariant"], "I2", "{told:?}");
    assert_eq!(told.records()[0]["where"], "log/cosigned", "{told:?}");
    let _ = script(&office, &[]).ended(1);
}

#[test]
fn what_a_registrar_may_do_is_no_finding() {
    let test = "what_a_registrar_may_do_is_no_finding";
    let Some(office) = ready(test) else { return };
    let _ = office.import(&sample("completions_excel_ru.csv"), &[]).ended(0);
    let listed = records(&office.list());
    let number = |at: usize| listed[at]["number"].as_str().unwrap();
    let first = fs::read_to_string(sample("completions_excel_ru.csv")).unwrap();
    let learner = first.lines().nth(3).unwrap().split([',', ';']).next().unwrap().to_owned();
    let confirmed = ["--by", "registrar", "--confirmed-by", "dean"];
    let revoke = ["revoke", number(0), "--reason", "misconduct"];
    let since = "NOW";
    let acts: [&[&str]; 10] = [
        &[&revoke[..], &confirmed].concat(),
        &["unpublish", number(1), "--by", "registrar"],
        &[&["erase", &learner][..], &confirmed].concat(),
        &["key", "rotate", "--purpose", "status-lists"],
        &["key", "rotate", "--purpose", "credentials"],
        &["stop", "--by", "rector", "--reason", "a drill"],
        &["resume", "--by", "rector", "--reason", "it is over"],
        &["key", "compromise", "--purpose", "status-lists", "--since", since, "--by", "rector"],
        &["key", "compromise", "--purpose", "credentials", "--since", since, "--by", "rector"],
        &["key", "reissue"],
    ];
    for act in acts {
        let words = at_this_time(act);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let _ = office.run(&words).ended(0);
        let told = office.run(&["register", "verify", "--json"]);
        assert_eq!(told.code, 0, "after {act:?}: {told:?}");
        assert_eq!(told.record()["certificates"], listed.len(), "after {act:?}");
        let _ = script(&office, &[]).ended(0);
    }
}

/// The words of an act, with the present whole second where they say `NOW`: the key in use then is the one in use now.
fn at_this_time(act: &[&str]) -> Vec<String> {
    if act.contains(&"NOW") {
        std::thread::sleep(std::time::Duration::from_millis(1_100));
    }
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let now = Timestamp::from_unix_seconds(i64::try_from(now.as_secs()).unwrap()).to_string();
    act.iter().map(|word| word.replace("NOW", &now)).collect()
}

#[test]
fn what_was_kept_from_before_must_agree() {
    let test = "what_was_kept_from_before_must_agree";
    let Some(office) = ready(test) else { return };
    let history = fs::read(office.dir.join("log/history")).unwrap();
    let kept = text(&office.file("kept", &history));
    let _ = office.run(&["stop", "--by", "rector", "--reason", "a drill"]).ended(0);
    let _ = office.run(&["register", "verify", "--kept", &kept]).ended(0);
    let _ = script(&office, &["--kept", &kept]).ended(0);

    // Another directory of the same name: its own files agree with each other, and not with what was kept.
    let Some(other) = ready(test) else { return };
    let _ = other.run(&["register", "verify"]).ended(0);
    let told = other.run(&["register", "verify", "--json", "--kept", &kept]).ended(1);
    let records = told.records();
    assert!(records.iter().any(|record| record["invariant"] == "I2"), "{told:?}");
    assert_eq!(records.last().unwrap()["summary"], true, "{told:?}");
    let _ = script(&other, &["--kept", &kept]).ended(1);
}

#[test]
fn what_cannot_be_read_is_said() {
    let test = "what_cannot_be_read_is_said";
    let Some(office) = ready(test) else { return };
    let missing = text(&office.scratch.join("missing"));
    let words = ["register", "verify", "--kept", &missing];
    let _ = office.run(&words).ended(66).sentence();
    let _ =
        office.run(&["register", "export", "--out", &text(&office.scratch)]).ended(1).sentence();
    fs::remove_dir_all(office.dir.join("register")).unwrap();
    let _ = office.run(&["register", "verify"]).ended(66).sentence();
    fs::remove_file(office.dir.join("tanu.toml")).unwrap();
    let _ = office.run(&["register", "verify"]).ended(66).sentence();
    let _ = script(&office, &["--kept", &missing]).ended(66);
}
