//! A directory with a past: what it was yesterday, what it is today, what else it could have become; and who looks at it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tanu_tests::{Office, binary, checker, run};
use verifier::log;
use verifier::{Cryptosuite, ProofOptions, signing_input};

/// The demonstration directory with an anchor, and earlier states of it.
pub(crate) struct Day {
    office: Office,
    /// Earlier states, the oldest first: one revocation lies between each two.
    pub(crate) yesterdays: Vec<PathBuf>,
    /// Numbers of all certificates, in journal order.
    pub(crate) numbers: Vec<String>,
    /// What else became of the oldest state: the same keys issued and revoked something else.
    pub(crate) fork: PathBuf,
    /// A checkpoint of today that an auditor kept.
    kept: PathBuf,
}

/// Who noticed.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// What the program said instead of opening the directory.
    pub(crate) refusal: Option<String>,
    /// Which invariants `register verify` found broken.
    pub(crate) invariants: Vec<String>,
    /// Whether the script had findings.
    pub(crate) script: bool,
}

impl Seen {
    pub(crate) fn is_clean(&self) -> bool {
        !self.refuses() && self.invariants.is_empty() && !self.script
    }

    pub(crate) fn refuses(&self) -> bool {
        self.refusal.is_some()
    }
}

impl Day {
    pub(crate) fn new() -> Result<Self, String> {
        let office = Office::demonstrated()?;
        let _ = checker(&office.dir)?;
        let configuration = office.dir.join("tanu.toml");
        let anchor = office.scratch.join("anchor");
        let text = fs::read_to_string(&configuration).unwrap();
        fs::write(&configuration, format!("anchor = {anchor:?}\n{text}")).unwrap();
        // An anchor for a log that has a past begins with its last checkpoint.
        fs::copy(office.dir.join("log/checkpoint"), &anchor).unwrap();
        let _ = office.run(&["register", "checkpoint"]).ended(0);
        let listed = tanu_tests::records(&office.list());
        let numbers = listed.iter().map(|record| record["number"].as_str().unwrap().to_owned());
        let (kept, fork) = (office.scratch.join("kept"), office.scratch.join("fork"));
        let mut day =
            Self { office, yesterdays: Vec::new(), numbers: numbers.collect(), fork, kept };
        for count in 0..3 {
            let yesterday = day.office.scratch.join(format!("yesterday-{count}"));
            copy(&day.office.dir, &yesterday);
            day.yesterdays.push(yesterday);
            day.revoke(&day.office.dir.clone(), 10 + count);
        }
        day.make_fork();
        fs::copy(day.office.dir.join("log/checkpoint"), &day.kept).unwrap();
        Ok(day)
    }

    /// From the oldest state, without its anchor: other certificates are revoked, more of them, and one is issued.
    fn make_fork(&self) {
        copy(&self.yesterdays[0], &self.fork);
        let configuration = self.fork.join("tanu.toml");
        let with_anchor = fs::read_to_string(&configuration).unwrap();
        let without: Vec<&str> = with_anchor.lines().skip(1).collect();
        fs::write(&configuration, format!("{}\n", without.join("\n"))).unwrap();
        let sample = fs::read_to_string(tanu_tests::sample("completions.csv")).unwrap();
        let mut lines = sample.lines();
        let (head, row) = (lines.next().unwrap(), lines.nth(10).unwrap());
        // The completion is free again once its certificate is revoked.
        self.revoke(&self.fork, 10);
        let (_, rest) = row.split_once(',').unwrap();
        let file =
            self.office.file("fork.csv", format!("{head}\nSYN-NOBODY-1,{rest}\n").as_bytes());
        let words = ["import", "--json", file.to_str().unwrap()];
        let imported = run(&mut self.command(&self.fork, &words));
        let record = &imported.records()[0];
        assert_eq!(record["outcome"], "issued", "{imported:?}");
        let number = record["number"].as_str().unwrap();
        let credential = self.fork.join("unregistered.json");
        let words = ["export", number, "--format", "json", "--out", credential.to_str().unwrap()];
        let _ = run(&mut self.command(&self.fork, &words)).ended(0);
        for count in 0..5 {
            self.revoke(&self.fork, 30 + count);
        }
        fs::write(&configuration, with_anchor).unwrap();
    }

    pub(crate) fn revoke(&self, place: &Path, number: usize) {
        let number = &self.numbers[number];
        let words = ["revoke", number, "--reason", "superseded", "--confirmed-by", "dean"];
        let _ = run(&mut self.command(place, &words)).ended(0);
    }

    /// `issuer WORDS` on a copy.
    pub(crate) fn command(&self, place: &Path, words: &[&str]) -> Command {
        let mut command = Command::new(binary("issuer").unwrap());
        command.arg("--dir").arg(place);
        command.arg("--passphrase-file").arg(self.office.scratch.join("passphrase")).args(words);
        command.env_remove("CREDENTIALS_DIRECTORY");
        command
    }

    /// A copy of today's directory.
    pub(crate) fn copy(&self, name: &str) -> PathBuf {
        let place = self.office.scratch.join("work").join(name);
        copy(&self.office.dir, &place);
        place
    }

    /// How many entries today's register has; less than a tile.
    pub(crate) fn width(&self) -> usize {
        let note = fs::read_to_string(&self.kept).unwrap();
        note.lines().nth(1).unwrap().parse().unwrap()
    }

    /// Everybody looks. The program comes last: opening may repair.
    pub(crate) fn look(&self, place: &Path, is_kept: bool) -> Seen {
        let audit = run(&mut self.command(place, &["register", "verify", "--json"]));
        let records = audit.records();
        let mut invariants: Vec<String> = records
            .iter()
            .filter_map(|record| Some(record.get("invariant")?.as_str()?.to_owned()))
            .collect();
        assert_eq!(audit.code == 0, invariants.is_empty(), "{audit:?}");
        invariants.sort_unstable();
        invariants.dedup();
        let mut script = checker(place).unwrap();
        if is_kept {
            script.arg("--kept").arg(&self.kept);
        }
        let script = run(&mut script).code != 0;
        // The anchor is one for all copies, and opening writes it: each has its own here.
        let anchor = self.office.scratch.join("anchor");
        let own = place.with_extension("anchor");
        fs::copy(&anchor, &own).unwrap();
        let configuration = place.join("tanu.toml");
        let text = fs::read_to_string(&configuration).unwrap();
        fs::write(&configuration, text.replace(&format!("{anchor:?}"), &format!("{own:?}")))
            .unwrap();
        let opened = run(&mut self.command(place, &["register", "checkpoint"]));
        let refusal = (opened.code != 0).then_some(opened.stderr);
        Seen { refusal, invariants, script }
    }
}

/// The commitment to an exported credential, as its holder computes it.
pub(crate) fn commitment(place: &Path, number: &str, language: &str) -> [u8; 32] {
    let text = fs::read(place.join(format!("export/{number}.{language}.json"))).unwrap();
    let credential: Value = serde_json::from_slice(&text).unwrap();
    let proof = &credential["proof"][0];
    let options = ProofOptions {
        cryptosuite: Cryptosuite::EddsaRdfc2022,
        verification_method: proof["verificationMethod"].as_str().unwrap().to_owned(),
        created: proof["created"].as_str().unwrap().to_owned(),
    };
    let input = signing_input(&credential, &options).unwrap();
    let value = proof["proofValue"].as_str().unwrap().strip_prefix('z').unwrap();
    let signature: [u8; 64] = bs58::decode(value).into_vec().unwrap().try_into().unwrap();
    log::commitment("eddsa-rdfc-2022", input.as_bytes(), &signature)
}

/// Copies a directory over another one.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else if entry.file_type().unwrap().is_file() && entry.file_name() != "reserve" {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}
