//! The corpus of attacks and bad inputs, every case of it, through the library, the command line and HTTP: one answer, and the
//! right one.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use tanu_tests::corpus::{
    ABSENT, Case, Cost, Expect, ExpectedProblem, Input, KNOWN_GAPS, committed, generated_documents,
    made, read_cases, rows,
};
use tanu_tests::{Service, binary, offer, repository, run, skip};
use verifier::{
    Document, Documents, Freshness, Outcome, Policy, Report, Timestamp, TrustList, Unavailable,
    Verdict, open_statement, report_line, verify,
};

/// Everything that the cases share, made once.
struct Bench {
    cases: Vec<Case>,
    documents: Documents,
    /// The same documents as files, the large ones too.
    folder: tempfile::TempDir,
}

impl Bench {
    fn set() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().join("documents");
        fs::create_dir(&at).unwrap();
        fs::create_dir(folder.path().join("none")).unwrap();
        let small = fs::read_dir(repository().join("tests/corpus/documents")).unwrap();
        let small = small.map(|entry| {
            let path = entry.unwrap().path();
            (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap())
        });
        let large =
            generated_documents().into_iter().map(|(name, bytes)| (format!("{name}.json"), bytes));
        let mut documents = Documents::new();
        for (name, bytes) in small.chain(large) {
            fs::write(at.join(name), &bytes).unwrap();
            offer(&mut documents, bytes).unwrap();
        }
        let cases = read_cases().unwrap();
        assert!(cases.len() > 250, "{}", cases.len());
        Self { cases, documents, folder }
    }

    fn documents_of(&self, case: &Case) -> Documents {
        let mut documents = match case.environment.documents.as_str() {
            "shared" => self.documents.clone(),
            "none" => Documents::new(),
            other => panic!("{}: no documents {other}", case.id),
        };
        for found in &case.environment.found {
            let document = found
                .text
                .as_ref()
                .map(|text| Document::new(text.as_bytes().to_vec(), found.retrieved_at));
            documents.insert(&found.url, document.ok_or(Unavailable::NotFetched));
        }
        documents
    }

    fn report(&self, case: &Case) -> Report {
        let at = Timestamp::parse(&case.environment.at).unwrap().unix_seconds();
        let policy = Policy::badge(TrustList::parse(&fs::read(trust(case)).unwrap()).unwrap())
            .requiring_inclusion(case.environment.require_inclusion);
        verify(bytes(case), &self.documents_of(case), &policy, at)
    }

    /// The input as a file.
    fn file(&self, case: &Case) -> PathBuf {
        let path = self.folder.path().join(format!("{}.json", case.id));
        fs::write(&path, bytes(case)).unwrap();
        path
    }

    fn folder_of(&self, case: &Case) -> PathBuf {
        let name = if case.environment.documents == "none" { "none" } else { "documents" };
        self.folder.path().join(name)
    }
}

/// The option of a case that asks for proof of registration.
fn asking(case: &Case) -> Option<&'static str> {
    case.environment.require_inclusion.then_some("--require-inclusion")
}

fn trust(case: &Case) -> PathBuf {
    repository().join("tests/corpus/trust").join(&case.environment.trust).with_extension("json")
}

fn bytes(case: &Case) -> &[u8] {
    match &case.input {
        Input::File(_, bytes) => bytes,
        Input::Generated(name) => panic!("{name} was not made"),
    }
}

fn answer(report: &Report) -> Expect {
    let problems = report.checks().filter_map(|(check, outcome)| match outcome {
        Outcome::Fail(problem)
        | Outcome::Unknown(problem)
        | Outcome::Unlisted(problem)
        | Outcome::Refused(problem) => Some(ExpectedProblem::new(check, problem.code)),
        Outcome::Pass | Outcome::Absent | Outcome::NotRun => None,
    });
    Expect { verdict: report.verdict().name().to_owned(), problems: problems.collect() }
}

#[test]
fn every_case_gets_its_verdict() {
    let bench = Bench::set();
    let mut wrong = Vec::new();
    for case in &bench.cases {
        let report = bench.report(case);
        let gap = KNOWN_GAPS.iter().find(|gap| gap.id == case.id);
        match (answer(&report) == case.expect, gap) {
            (true, None) | (false, Some(_)) => {}
            (true, Some(_)) => wrong.push(format!("{}: this gap is closed", case.id)),
            (false, None) => {
                let problems: Vec<_> = report.problems().map(|problem| &problem.detail).collect();
                let (got, expected) = (answer(&report), &case.expect);
                wrong.push(format!("{}: {got:?}, not {expected:?}: {problems:?}", case.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), bench.cases.len(), wrong.join("\n"));
}

/// The cases that have all but their input in common: one process answers them all.
fn groups<'c>(
    cases: impl Iterator<Item = &'c Case>,
) -> BTreeMap<([&'c str; 3], bool), Vec<&'c Case>> {
    let mut groups = BTreeMap::<_, Vec<_>>::new();
    // What was found under a name that is not its own, no folder can offer.
    for case in cases.filter(|case| case.environment.found.is_empty()) {
        let around = &case.environment;
        let world = [&*around.trust, &around.documents, &around.at];
        groups.entry((world, around.require_inclusion)).or_default().push(case);
    }
    groups
}

#[test]
fn the_command_line_says_the_same() {
    let Some(verifier) = binary("verifier") else {
        return skip("the_command_line_says_the_same", "the binary `verifier` is missing");
    };
    let bench = Bench::set();
    for group in groups(bench.cases.iter()).into_values() {
        let inputs: Vec<_> = group.iter().map(|case| bench.file(case)).collect();
        let mut command = Command::new(&verifier);
        command.args(["check", "--json", "--offline", "--at", &group[0].environment.at]);
        command.args(asking(group[0]));
        command.arg("--trust").arg(trust(group[0]));
        command.arg("--documents").arg(bench.folder_of(group[0])).args(&inputs);
        let finished = run(&mut command);
        let lines: Vec<_> = finished.stdout.lines().collect();
        assert_eq!(lines.len(), group.len(), "{finished:?}");
        for ((case, line), input) in group.iter().zip(lines).zip(&inputs) {
            let expected = report_line(&bench.report(case), &input.to_string_lossy());
            assert_eq!(line, expected, "{}", case.id);
        }
    }
}

/// Every address in the corpus is one that must never be asked: what is missing offline is refused online, before any connection.
#[test]
fn online_no_case_makes_it_connect() {
    let Some(verifier) = binary("verifier") else {
        return skip("online_no_case_makes_it_connect", "the binary `verifier` is missing");
    };
    let bench = Bench::set();
    for group in groups(bench.cases.iter()).into_values() {
        let mut command = Command::new(&verifier);
        command.args(["check", "--json", "--at", &group[0].environment.at]);
        command.args(asking(group[0]));
        command.arg("--trust").arg(trust(group[0]));
        command.arg("--documents").arg(bench.folder_of(group[0]));
        let records = run(command.args(group.iter().map(|case| bench.file(case)))).records();
        assert_eq!(records.len(), group.len());
        for (case, record) in group.iter().zip(&records) {
            assert_eq!(record["verdict"], *case.expect.verdict, "{}", case.id);
            let told = record["checks"].as_array().unwrap().iter();
            let told = told.filter_map(|check| check["problem"]["type"].as_str());
            for (told, expected) in told.zip(&case.expect.problems) {
                // A list that was handed over and is stale is asked for too.
                let missing = [
                    "DOCUMENT_MISSING",
                    "STATUS_RETRIEVAL_ERROR",
                    "STATUS_STALE",
                    "INCLUSION_MISSING",
                ];
                let refused = missing.iter().any(|code| expected.kind.ends_with(code))
                    && told == "urn:tanu:problem:ADDRESS_NOT_ALLOWED";
                assert!(told == expected.kind || refused, "{}: {told}", case.id);
            }
        }
    }
}

#[test]
fn http_says_the_same() {
    let Some(verifier) = binary("verifier") else {
        return skip("http_says_the_same", "the binary `verifier` is missing");
    };
    let bench = Bench::set();
    let mut asked = 0;
    for group in
        groups(bench.cases.iter().filter(|case| !case.environment.fixed_time)).into_values()
    {
        let mut command = Command::new(&verifier);
        command.args(["serve", "--listen", "127.0.0.1:0", "--json", "--offline"]);
        command.args(asking(group[0]));
        command.arg("--trust").arg(trust(group[0]));
        command.arg("--documents").arg(bench.folder_of(group[0]));
        let service = Service::announcing(&mut command);
        for case in group {
            let (status, body) = service.post("/verify", bytes(case));
            assert_eq!(status, 200, "{}: {}", case.id, String::from_utf8_lossy(&body));
            let mut told: Value = serde_json::from_slice(&body).unwrap();
            let mut expected: Value =
                serde_json::from_str(&report_line(&bench.report(case), "-")).unwrap();
            for report in [&mut told, &mut expected] {
                report.as_object_mut().unwrap().shift_remove("checked_at").unwrap();
            }
            assert_eq!(told, expected, "{}", case.id);
            asked += 1;
        }
    }
    assert!(asked > 250, "{asked}");
}

/// The bound of the goals is 250 ms and 64 MiB. Twice that, because other programs run beside the tests.
#[test]
#[cfg(target_os = "linux")]
fn no_case_costs_much() {
    let bench = Bench::set();
    let mut costs = Vec::new();
    for case in &bench.cases {
        let mut command = Command::new(env!("CARGO_BIN_EXE_corpus"));
        command.arg("measure").arg(bench.file(case)).arg(trust(case));
        command.arg(bench.folder_of(case)).arg(&case.environment.at);
        let cost: Cost = serde_json::from_value(run(&mut command).ended(0).record()).unwrap();
        assert!(cost.cpu_nanoseconds < 500_000_000, "{}: {cost:?}", case.id);
        assert!(cost.memory_kibibytes < 128 * 1024, "{}: {cost:?}", case.id);
        costs.push((cost, &case.id));
    }
    costs.sort_by_key(|(cost, _)| std::cmp::Reverse(cost.cpu_nanoseconds));
    for (cost, id) in &costs[..8] {
        let (cpu, memory) = (cost.cpu_nanoseconds / 1_000, cost.memory_kibibytes);
        println!("{id}: {cpu} µs of a processor, {memory} KiB more memory");
    }
    let most = costs.iter().max_by_key(|(cost, _)| cost.memory_kibibytes).unwrap();
    println!("most memory: {}, {} KiB", most.1, most.0.memory_kibibytes);
}

#[test]
fn the_corpus_is_what_its_makers_make() {
    let (made, committed) = (made(), committed().unwrap());
    let rewrite = "`cargo run --release -p tanu-tests --bin corpus` writes the corpus anew";
    let names = |files: &BTreeMap<PathBuf, Vec<u8>>| files.keys().cloned().collect::<BTreeSet<_>>();
    let odd: Vec<_> = names(&made).symmetric_difference(&names(&committed)).cloned().collect();
    assert!(odd.is_empty(), "{rewrite}: {odd:?}");
    let other: Vec<_> = made.iter().filter(|(path, bytes)| committed[*path] != **bytes).collect();
    assert!(
        other.is_empty(),
        "{rewrite}: {:?}",
        other.iter().map(|(path, _)| path).collect::<Vec<_>>()
    );
}

#[test]
fn the_documented_proof_is_one_of_the_corpus() {
    let read = |path: &str| fs::read_to_string(repository().join(path)).unwrap();
    let proof = read("tests/corpus/documents/P06-registered.tlog-proof");
    assert!(read("docs/formats.md").contains(&format!("```\n{proof}```\n")));
}

#[test]
fn every_shared_document_serves_a_case() {
    let cases = read_cases().unwrap();
    let committed = committed().unwrap();
    for path in committed.keys().filter(|path| path.starts_with("trust")) {
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(cases.iter().any(|case| case.environment.trust == name), "{}", path.display());
    }
    for (path, document) in committed.iter().filter(|(path, _)| path.starts_with("documents")) {
        if path.extension().is_some_and(|extension| extension == "tlog-proof") {
            let name = path.file_stem().unwrap().to_str().unwrap();
            assert!(cases.iter().any(|case| case.id == name), "{}", path.display());
            continue;
        }
        let document: Value = serde_json::from_slice(document).unwrap();
        let id = document["id"].as_str().unwrap();
        let named = |case: &&Case| {
            let text = String::from_utf8_lossy(bytes(case));
            // The statement of a QR code says the number of its list alone.
            let list = open_statement(&text).ok().map(|opened| opened.statement.status[0]);
            let list = list.map(|list| format!("https://university.example/status/{list}"));
            text.contains(id) || list.as_deref() == Some(id)
        };
        assert!(cases.iter().any(|case| named(&case)), "{}", path.display());
    }
}

#[test]
fn every_row_of_the_catalogue_is_kept_or_explained() {
    let cases = read_cases().unwrap();
    let kept: BTreeSet<_> = cases.iter().map(|case| case.id[..3].to_owned()).collect();
    let absent: BTreeSet<_> = ABSENT.iter().map(|(row, _)| (*row).to_owned()).collect();
    for row in rows() {
        assert!(kept.contains(&row) != absent.contains(&row), "{row}: in both lists, or in none");
    }
    assert!(absent.iter().all(|row| rows().contains(row)));
    for gap in KNOWN_GAPS {
        assert!(cases.iter().any(|case| case.id == gap.id), "no case {}", gap.id);
        assert!(!gap.reason.is_empty());
    }
}

/// A pack that is too old lets nothing pass as valid, whatever form a certificate has.
#[test]
fn nothing_is_valid_on_the_word_of_documents_that_are_too_old() {
    let bench = Bench::set();
    let mut valid = 0;
    for case in &bench.cases {
        if bench.report(case).verdict() != Verdict::Valid {
            continue;
        }
        valid += 1;
        let at = Timestamp::parse(&case.environment.at).unwrap().unix_seconds();
        let freshness = Freshness { as_of: at - 61, age_seconds_max: 60 };
        let policy = Policy::badge(TrustList::parse(&fs::read(trust(case)).unwrap()).unwrap())
            .requiring_inclusion(case.environment.require_inclusion)
            .with_freshness(freshness);
        let report = verify(bytes(case), &bench.documents_of(case), &policy, at);
        assert_eq!(report.verdict(), Verdict::Indeterminate, "{}", case.id);
        assert_eq!(report.as_of(), Some(at - 61), "{}", case.id);
    }
    assert!(valid > 50, "{valid}");
}
