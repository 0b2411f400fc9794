//! `issuer demo`: the main job from end to end on synthetic data. It may be killed and run again at any time: every step
//! first looks at what is done.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use issuer::keys::{Passphrase, WorkFactor};
use issuer::office::{
    Act, Configuration, DataDirectory, ExportFormat, ImportOptions, Office, Setup, Transcript,
};
use issuer::profile::IssuerProfile;
use issuer::register::RevocationReason;
use jiff::Timestamp;
use serde_json::{Value, json};
use verifier::{Document, Documents, Language, Policy, Report, TrustList, Verdict, verify};

use super::desk::Desk;
use super::failure::Failure;

const ISSUER: &[u8] = include_bytes!("../../sample/issuer.json");
const PROGRAMMES: &[u8] = include_bytes!("../../sample/programmes.json");
const COMPLETIONS: &[u8] = include_bytes!("../../sample/completions.csv");
const BROKEN_ROWS: &[u8] = include_bytes!("../../sample/broken_rows.csv");

/// It lies in clear beside the keys: the demonstration protects nothing.
const PASSPHRASE: &str = "synthetic demonstration\n";

pub(super) fn run(directory: &DataDirectory) -> Result<u8, Failure> {
    let start = Instant::now();
    prepare(directory)?;
    let demo = Demo { directory, desk: Desk::open(directory, Some(&directory.demo_passphrase()))? };
    demo.tell("Tanu demonstration. Everything here is synthetic: people, programmes, keys.\n");
    demo.import_programmes()?;
    let first = demo.import_completions()?;
    demo.import_broken_rows()?;
    demo.perform(Act::PublishStatusLists)?;
    let certificates = demo.export()?;
    demo.revoke(&first)?;
    let revoked = demo.revoked()?;
    demo.tell_others(&first, &revoked);
    let counts = demo.verify_all(&certificates, &revoked)?;
    demo.write_index(&certificates, (&first, &revoked))?;
    demo.desk.close()?;
    conclude(directory, &counts, &certificates, start);
    Ok(u8::from(!counts.unexpected.is_empty()))
}

/// Makes the directory on the first run.
fn prepare(directory: &DataDirectory) -> Result<(), Failure> {
    if directory.is_initialized()? {
        if directory.demo_passphrase().exists() {
            return Ok(());
        }
        let path = directory.path().display();
        return Err(Failure::Demo(format!("{path} is no demonstration; give another --dir")));
    }
    let profile: IssuerProfile =
        serde_json::from_slice(ISSUER).map_err(|error| Failure::Demo(error.to_string()))?;
    directory.make()?;
    write_secret(&directory.demo_passphrase(), PASSPHRASE.as_bytes())?;
    let setup = Setup {
        configuration: Configuration::new(&profile.url, true),
        profile,
        passphrase: Passphrase::new(PASSPHRASE),
        work: WorkFactor::Low,
    };
    Ok(Office::init(directory, &setup)?)
}

/// A certificate of the demonstration and the files of its editions.
struct Exported {
    number: String,
    handle: String,
    editions: Vec<(String, String)>,
}

#[derive(Default)]
struct Counts {
    valid: usize,
    invalid: usize,
    unexpected: Vec<String>,
}

struct Demo<'d> {
    directory: &'d DataDirectory,
    desk: Desk,
}

impl Demo<'_> {
    fn tell(&self, text: &str) {
        tell(text);
    }

    fn perform(&self, act: Act) -> Result<Transcript, Failure> {
        let mut transcript = Transcript::default();
        self.desk.perform(act, &mut transcript)?;
        Ok(transcript)
    }

    fn import_programmes(&self) -> Result<(), Failure> {
        let transcript = self.perform(Act::ImportProgrammes { file: PROGRAMMES.to_vec() })?;
        self.tell(&format!("Programmes in the register: {}", transcript.lines.len()));
        for line in &transcript.lines {
            self.tell(&format!("  {line}"));
        }
        Ok(())
    }

    /// Imports the good rows; returns the number of the first certificate.
    fn import_completions(&self) -> Result<String, Failure> {
        let rows = self.import(COMPLETIONS)?;
        self.tell_table("completions.csv", &rows);
        for row in rows.iter().filter(|row| row["outcome"] == "refused") {
            self.tell(&format!("    line {}: {}", row["line"], codes(row)));
        }
        // What was revoked or corrected since was the first one all the same.
        let first =
            rows.iter().find_map(|row| row["replaces"].as_str().or_else(|| row["number"].as_str()));
        first
            .map(str::to_owned)
            .ok_or_else(|| Failure::Demo("no certificate was issued".to_owned()))
    }

    fn import_broken_rows(&self) -> Result<(), Failure> {
        let rows = self.import(BROKEN_ROWS)?;
        self.tell_table("broken_rows.csv", &rows);
        for row in &rows {
            self.tell(&format!("    line {}: {}", row["line"], codes(row)));
        }
        Ok(())
    }

    fn import(&self, file: &[u8]) -> Result<Vec<Value>, Failure> {
        let (dry_run, again, report) = (false, false, false);
        let options = ImportOptions { dry_run, again, language: Language::En, json: true, report };
        let transcript = self.perform(Act::ImportCompletions { file: file.to_vec(), options })?;
        parse_lines(&transcript.lines)
    }

    fn tell_table(&self, name: &str, rows: &[Value]) {
        let count = |outcome: &str| rows.iter().filter(|row| row["outcome"] == outcome).count();
        // What an earlier run revoked is not issued again.
        let revoked = match count("revoked") {
            0 => String::new(),
            revoked => format!("   revoked {revoked}"),
        };
        self.tell(&format!(
            "\n{name}: {} rows   issued {}   unchanged {}   refused {}{revoked}",
            rows.len(),
            count("issued"),
            count("unchanged"),
            count("refused")
        ));
    }

    /// Leaves every credential as a file, and the documents that a verifier needs.
    fn export(&self) -> Result<Vec<Exported>, Failure> {
        let list = self.perform(Act::List { programme: None, json: true })?;
        let mut certificates = Vec::new();
        for row in parse_lines(&list.lines)? {
            let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
            let mut exported =
                Exported { number: text("number"), handle: text("handle"), editions: Vec::new() };
            for edition in row["editions"].as_array().into_iter().flatten() {
                let tag = edition["language"].as_str().unwrap_or_default();
                let language = Language::from_tag(tag).unwrap_or(Language::Kk);
                let number = exported.number.clone();
                let act = Act::Export { number, language, format: ExportFormat::Json };
                let file = format!("export/{}.{tag}.json", exported.number);
                let bytes = self.perform(act)?.file.unwrap_or_default();
                write(&self.directory.path().join(&file), &bytes)?;
                exported.editions.push((tag.to_owned(), file));
            }
            certificates.push(exported);
        }
        self.export_documents()?;
        Ok(certificates)
    }

    /// `documents/`: the DID document and every status list, as they are published now.
    fn export_documents(&self) -> Result<(), Failure> {
        let documents = self.directory.path().join("documents");
        let did = self.directory.did_document();
        write(&documents.join("did.json"), &read(&did)?)?;
        let lists = self.directory.status_lists();
        let found =
            fs::read_dir(&lists).map_err(|source| Failure::Read { path: lists.clone(), source })?;
        for entry in found.flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                let name = format!("status-{}", entry.file_name().to_string_lossy());
                write(&documents.join(name), &read(&path)?)?;
            }
        }
        Ok(())
    }

    /// Revokes the first certificate, unless an earlier run did, and shows what verifiers said before and say after.
    fn revoke(&self, number: &str) -> Result<(), Failure> {
        let file = self.directory.path().join(format!("export/{number}.kk.json"));
        let before = self.verify(&file)?;
        if self.revoked()?.contains(number) {
            self.tell(&format!(
                "\nCertificate {number}, revoked by an earlier run: {}",
                verdict(&before)
            ));
            return Ok(());
        }
        self.tell(&format!("\nCertificate {number} before revocation: {}", verdict(&before)));
        self.perform(Act::Revoke {
            number: number.to_owned(),
            reason: RevocationReason::IssuedInError,
            by: "demo registrar".to_owned(),
            confirmed_by: Some("demo dean".to_owned()),
            json: true,
        })?;
        self.export_documents()?;
        let after = self.verify(&file)?;
        self.tell(&format!("Certificate {number} after revocation:  {}", verdict(&after)));
        Ok(())
    }

    /// Every certificate that is revoked: by a run of this demonstration, or by whoever tried things out since.
    fn revoked(&self) -> Result<BTreeSet<String>, Failure> {
        let list = self.perform(Act::List { programme: None, json: true })?;
        let rows = parse_lines(&list.lines)?;
        let revoked = rows.iter().filter(|row| row["state"] == "revoked");
        Ok(revoked.filter_map(|row| row["number"].as_str()).map(str::to_owned).collect())
    }

    /// Says what was revoked besides: that is no fault, and nothing is undone.
    fn tell_others(&self, number: &str, revoked: &BTreeSet<String>) {
        for other in revoked.iter().filter(|other| *other != number) {
            self.tell(&format!("Certificate {other} was revoked too, since an earlier run."));
        }
    }

    /// Verifies as anybody could: with the files alone.
    fn verify(&self, file: &Path) -> Result<Report, Failure> {
        let (documents, policy) = self.judgement()?;
        Ok(verify(&read(file)?, &documents, &policy, Timestamp::now().as_second()))
    }

    fn judgement(&self) -> Result<(Documents, Policy), Failure> {
        let trust = read(&self.directory.trust_list())?;
        let trust = TrustList::parse(&trust).map_err(|error| Failure::Demo(error.to_string()))?;
        let folder = self.directory.path().join("documents");
        let found = fs::read_dir(&folder)
            .map_err(|source| Failure::Read { path: folder.clone(), source })?;
        let mut documents = Documents::new();
        for entry in found.flatten() {
            let bytes = read(&entry.path())?;
            let document: Value =
                serde_json::from_slice(&bytes).map_err(|error| Failure::Demo(error.to_string()))?;
            let id = document["id"].as_str().unwrap_or_default();
            documents.insert(id, Ok(Document::new(bytes, None)));
        }
        Ok((documents, Policy::badge(trust)))
    }

    fn verify_all(
        &self,
        certificates: &[Exported],
        revoked: &BTreeSet<String>,
    ) -> Result<Counts, Failure> {
        let (documents, policy) = self.judgement()?;
        let now = Timestamp::now().as_second();
        let mut counts = Counts::default();
        for certificate in certificates {
            let expected = expected_verdict(&certificate.number, revoked);
            for (_, file) in &certificate.editions {
                let bytes = read(&self.directory.path().join(file))?;
                let verdict = verify(&bytes, &documents, &policy, now).verdict();
                match verdict {
                    Verdict::Valid => counts.valid += 1,
                    _ => counts.invalid += 1,
                }
                if verdict != expected {
                    counts.unexpected.push(format!("{file}: {}", verdict.name()));
                }
            }
        }
        Ok(counts)
    }

    /// `demo.json`: what lies here, and what a verifier must say of each file. `first` is what the demonstration itself revoked.
    fn write_index(
        &self,
        certificates: &[Exported],
        (first, revoked): (&str, &BTreeSet<String>),
    ) -> Result<(), Failure> {
        let certificates: Vec<Value> = certificates
            .iter()
            .map(|certificate| {
                let verdict = expected_verdict(&certificate.number, revoked).name();
                let files: Vec<Value> = certificate
                    .editions
                    .iter()
                    .map(|(language, file)| {
                        json!({ "file": file, "language": language, "verdict": verdict })
                    })
                    .collect();
                json!({ "number": certificate.number, "handle": certificate.handle, "files": files })
            })
            .collect();
        let index = json!({ "version": 1, "revoked": first, "certificates": certificates });
        let text = serde_json::to_string_pretty(&index).unwrap_or_default();
        write(&self.directory.path().join("demo.json"), text.as_bytes())
    }
}

fn expected_verdict(number: &str, revoked: &BTreeSet<String>) -> Verdict {
    if revoked.contains(number) { Verdict::Invalid } else { Verdict::Valid }
}

fn verdict(report: &Report) -> String {
    let reason = report.decisive().map(|(_, problem)| format!(" — {}", problem.detail));
    format!("{}{}", report.verdict().name(), reason.unwrap_or_default())
}

fn codes(row: &Value) -> String {
    let codes = row["codes"].as_array().into_iter().flatten().filter_map(Value::as_str);
    codes.collect::<Vec<_>>().join(" ")
}

fn parse_lines(lines: &[String]) -> Result<Vec<Value>, Failure> {
    lines
        .iter()
        .map(|line| serde_json::from_str(line).map_err(|error| Failure::Demo(error.to_string())))
        .collect()
}

fn conclude(directory: &DataDirectory, counts: &Counts, certificates: &[Exported], start: Instant) {
    let shown = directory.path().display();
    tell(&format!(
        "\nVerified {} credentials of {} certificates offline: {} valid, {} invalid (what is revoked, in each language).",
        counts.valid + counts.invalid,
        certificates.len(),
        counts.valid,
        counts.invalid
    ));
    for unexpected in &counts.unexpected {
        tell(&format!("  unexpected: {unexpected}"));
    }
    tell(&format!(
        "Took {:.1} s. In {shown}: export/ credentials, documents/ and trust.json for verifiers, demo.json the index.",
        start.elapsed().as_secs_f64()
    ));
    tell("\nCheck them yourself:");
    tell(&format!(
        "  cargo run --release -p verifier -- check --offline --trust {shown}/trust.json --documents {shown}/documents {shown}/export/*.json"
    ));
    tell("Serve the pages:");
    tell(&format!("  cargo run --release -p issuer -- serve --dir {shown}"));
    if let Some(certificate) = certificates.last() {
        tell(&format!("  then open http://127.0.0.1:8080/c/{}", certificate.handle));
    }
}

/// A closed output ends the telling, not the work.
fn tell(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|source| Failure::Read { path: path.to_owned(), source })
}

/// Writes a new file that its owner alone may read.
fn write_secret(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let opened =
        fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    opened
        .and_then(|mut file| file.write_all(bytes))
        .map_err(|source| Failure::Write { path: path.to_owned(), source })
}

/// Writes a file whole, unless it is there already.
fn write(path: &PathBuf, bytes: &[u8]) -> Result<(), Failure> {
    if fs::read(path).is_ok_and(|present| present == bytes) {
        return Ok(());
    }
    let beside = path.with_extension("new");
    let parent = path.parent().unwrap_or_else(|| Path::new("."));
    fs::create_dir_all(parent)
        .and_then(|()| fs::write(&beside, bytes))
        .and_then(|()| fs::rename(&beside, path))
        .map_err(|source| Failure::Write { path: path.clone(), source })
}
