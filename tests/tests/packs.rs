//! Offline packs made and used by the real binaries: the verdicts of the demonstration come out of one file.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tanu_tests::{Demo, Finished, Office, binary, demo, run, sample, skip, text};
use verifier::{Pack, Timestamp, log::VerifierKey};

/// A key for packs, and room for them.
struct Maker {
    folder: tempfile::TempDir,
    verifier: PathBuf,
    vkey: String,
}

impl Maker {
    fn new(test: &str) -> Option<Self> {
        let Some(verifier) = binary("verifier") else {
            skip(test, "the binary `verifier` is missing");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("packs.key");
        let made = run(Command::new(&verifier).args(["pack", "--new-key"]).arg(&key)).ended(0);
        let vkey = made.stdout.trim().to_owned();
        let secret = fs::read_to_string(key).unwrap();
        assert!(!made.stdout.contains(secret.trim()) && vkey.starts_with("packs+"), "{vkey}");
        Some(Self { folder, verifier, vkey })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Packs what lies in `dir`, as `issuer demo` leaves it, without any network.
    fn pack(&self, documents: &Path, trust: &Path, out: &str) -> Finished {
        let mut command = Command::new(&self.verifier);
        command.args(["pack", "--offline", "--json", "--trust"]).arg(trust);
        command.arg("--documents").arg(documents);
        run(command.arg("--key").arg(self.path("packs.key")).arg("--out").arg(self.path(out)))
    }

    fn check(&self, pack: &str, words: &[&str], inputs: &[PathBuf]) -> Finished {
        let mut command = Command::new(&self.verifier);
        command.args(["check", "--offline", "--json", "--pack"]).arg(self.path(pack));
        run(command.args(["--pack-key", &self.vkey]).args(words).args(inputs))
    }
}

fn ready(test: &str) -> Option<(Maker, Demo)> {
    let maker = Maker::new(test)?;
    let demo = demo().map_err(|why| skip(test, &why)).ok()?;
    Some((maker, demo))
}

fn verdicts(finished: &Finished) -> Vec<String> {
    finished.records().iter().map(|line| line["verdict"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn one_file_gives_every_verdict_of_the_demonstration() {
    let Some((maker, demo)) = ready("packs") else { return };
    let (documents, trust) = (demo.dir.join("documents"), demo.dir.join("trust.json"));
    let told = maker.pack(&documents, &trust, "demo.pack").ended(0).record();
    assert_eq!((&told["key_documents"], &told["left_out"]), (&1.into(), &Value::Array(Vec::new())));
    assert!(told["status_lists"].as_u64().unwrap() >= 1, "{told}");

    let inputs: Vec<PathBuf> = demo.files.iter().map(|file| file.path.clone()).collect();
    let checked = maker.check("demo.pack", &[], &inputs).ended(1);
    let expected = demo.files.iter().map(|file| if file.valid { "valid" } else { "invalid" });
    assert_eq!(verdicts(&checked), expected.collect::<Vec<_>>());
    // As of the signing of the oldest list in it, and no word younger than that.
    let lists = fs::read_dir(&documents).unwrap().map(|entry| {
        let list: Value =
            serde_json::from_slice(&fs::read(entry.unwrap().path()).unwrap()).unwrap();
        list["validFrom"].as_str().and_then(Timestamp::parse)
    });
    let oldest = lists.flatten().min().unwrap().to_string();
    for line in checked.records() {
        assert_eq!(
            (&line["as_of"], &told["as_of"]),
            (&oldest.as_str().into(), &oldest.as_str().into())
        );
    }
}

#[test]
fn a_pack_is_believed_only_under_its_key_and_only_whole() {
    let Some((maker, demo)) = ready("packs") else { return };
    let (documents, trust) = (demo.dir.join("documents"), demo.dir.join("trust.json"));
    let _ = maker.pack(&documents, &trust, "demo.pack").ended(0);
    let input = &demo.files.iter().find(|file| file.valid).unwrap().path;
    let check = |words: &[&str]| {
        let mut command = Command::new(&maker.verifier);
        command.args(["check", "--offline", "--pack"]).arg(maker.path("demo.pack"));
        run(command.args(words).arg(input))
    };
    assert!(check(&[]).ended(64).sentence().contains("--pack-key"));
    let other = Maker::new("packs").unwrap();
    assert!(check(&["--pack-key", &other.vkey]).ended(65).sentence().contains("not signed"));
    assert_eq!(check(&["--pack-key", &maker.vkey, "--trust", &text(&trust)]).code, 64);

    let honest = fs::read(maker.path("demo.pack")).unwrap();
    let key = VerifierKey::parse(&maker.vkey).unwrap();
    for at in (0..honest.len()).step_by(honest.len() / 200) {
        let mut flipped = honest.clone();
        flipped[at] ^= 0x04;
        assert!(Pack::open(&flipped, &key).is_err(), "byte {at}");
        assert!(Pack::open(&honest[..at], &key).is_err(), "cut at {at}");
    }
    fs::write(maker.path("demo.pack"), &honest[..honest.len() - 1]).unwrap();
    let _ = check(&["--pack-key", &maker.vkey]).ended(65).sentence();
}

#[test]
fn an_old_pack_says_how_old_it_is() {
    let Some((maker, demo)) = ready("packs") else { return };
    let (documents, trust) = (demo.dir.join("documents"), demo.dir.join("trust.json"));
    let told = maker.pack(&documents, &trust, "demo.pack").ended(0).record();
    let valid = demo.files.iter().find(|file| file.valid).unwrap().path.clone();
    let revoked = demo.files.iter().find(|file| !file.valid).unwrap().path.clone();
    let inputs = [valid, revoked];
    // Too old for any status, but not for one that says revoked.
    let at = told["as_of"].as_str().and_then(Timestamp::parse).unwrap().unix_seconds();
    let later = Timestamp::from_unix_seconds(at + 7_261).to_string();
    for (age, expected) in [("3h", "valid"), ("2h", "indeterminate")] {
        let checked = maker.check("demo.pack", &["--max-age", age, "--at", &later], &inputs);
        assert_eq!(verdicts(&checked), [expected, "invalid"], "{checked:?}");
        let status = &checked.records()[0]["checks"][6];
        let stale = status["outcome"] == "unknown";
        assert_eq!(stale, expected == "indeterminate", "{status}");
    }
    let week = Timestamp::from_unix_seconds(at + 7 * 86_400 + 1).to_string();
    let checked = maker.check("demo.pack", &["--at", &week], &inputs[..1]).ended(3);
    let detail = checked.record()["checks"][6]["problem"]["detail"].to_string();
    assert!(detail.contains("168 hours old"), "{detail}");
    assert_eq!(maker.check("demo.pack", &["--max-age", "soon"], &inputs).code, 64);
}

#[test]
fn a_pack_from_before_a_revocation_does_not_know_of_it() {
    let Some(maker) = Maker::new("packs") else { return };
    let Ok(office) = Office::ready().map_err(|why| skip("packs", &why)) else { return };
    let _ = office.run(&["import", &text(&sample("completions.csv"))]);
    let listed = office.run(&["list", "--json"]).ended(0).records();
    let number = listed[0]["number"].as_str().unwrap();
    let file = office.scratch.join("one.json");
    let words = ["export", number, "--lang", "kk", "--format", "json", "--out", &text(&file)];
    let _ = office.run(&words).ended(0);

    let documents = office.scratch.join("documents");
    fs::create_dir(&documents).unwrap();
    let collect = || {
        fs::copy(office.dir.join("did.json"), documents.join("did.json")).unwrap();
        for entry in fs::read_dir(office.dir.join("status")).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, documents.join(path.file_name().unwrap())).unwrap();
        }
    };
    collect();
    let trust = office.dir.join("trust.json");
    let before = maker.pack(&documents, &trust, "before.pack").ended(0).record();
    let reason = ["--reason", "issued-in-error", "--by", "A", "--confirmed-by", "B"];
    let _ = office.run(&[&["revoke", number][..], &reason].concat()).ended(0);
    collect();
    let after = maker.pack(&documents, &trust, "after.pack").ended(0).record();
    let inputs = [file];
    let checked = maker.check("before.pack", &[], &inputs).ended(0).record();
    assert_eq!(checked["as_of"], before["as_of"]);
    let checked = maker.check("after.pack", &[], &inputs).ended(1).record();
    assert_eq!(checked["as_of"], after["as_of"]);
}
