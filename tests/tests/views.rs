//! Tens of thousands of reshaped credentials of every form: whatever somebody without a key makes of a signed one, what the
//! verifier shows as proven says what the issuer signed. `TANU_LONG=1` tries every reshape; the ordinary run a part, and another
//! one each time.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use tanu_tests::corpus::honest;
use tanu_tests::{
    Judge, Meaning, Random, Reshape, demo, is_consistent, repository, reshapes, skip,
};
use verifier::{Report, Role, Verdict};

/// How many reshapes of one credential the ordinary run tries, about.
const SAMPLE: usize = 4_500;

/// What a report shows as proven: the document, and what is inside.
#[derive(Debug, PartialEq)]
struct Shown {
    document: Meaning,
    /// Whether it is an endorsement, whether it is accepted, and what it says.
    inside: Vec<(bool, bool, Meaning)>,
}

impl Shown {
    fn of(report: &Report) -> Option<Self> {
        let document = Meaning::of(report.view()?);
        // What is not proven is not shown: it may be there once more, as an empty shell.
        let inside = report.embedded().iter().filter_map(|inner| {
            let view = Meaning::of(inner.report.view()?);
            Some((inner.role == Role::Endorsement, accepted(inner.report.verdict()), view))
        });
        let mut inside: Vec<_> = inside.collect();
        inside.sort_by_key(|shown| format!("{shown:?}"));
        Some(Self { document, inside })
    }
}

fn accepted(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Valid | Verdict::Untrusted)
}

/// A credential, its judge, and what is shown of it.
struct Bench {
    name: String,
    judge: Judge,
    document: Value,
    shown: Shown,
    consistent: bool,
}

impl Bench {
    fn set(name: &str, judge: Judge, document: Value) -> Self {
        let report = judge.report(document.to_string().as_bytes());
        let problems: Vec<_> = report.problems().collect();
        assert!(accepted(report.verdict()), "{name}: {problems:?}");
        let shown = Shown::of(&report).unwrap();
        let consistent = is_consistent(report.view().unwrap());
        Self { name: name.to_owned(), judge, document, shown, consistent }
    }

    /// Why this text is not shown as what was signed, if so; and whether it was accepted.
    fn tried(&self, text: &str) -> (bool, Option<&'static str>) {
        let report = self.judge.report(text.as_bytes());
        let accepted = accepted(report.verdict());
        let fault = match Shown::of(&report) {
            None if accepted => Some("accepted, and nothing is shown"),
            None => None,
            Some(shown) if shown != self.shown => Some("something else is shown"),
            Some(_) if self.consistent && !is_consistent(report.view().unwrap()) => {
                Some("a node is told in two ways")
            }
            Some(_) => None,
        };
        (accepted, fault)
    }
}

fn corpus_judge() -> Judge {
    let mut judge = Judge::alone();
    let folder = repository().join("tests/corpus");
    judge.trust(&fs::read(folder.join("trust/university.json")).unwrap()).unwrap();
    for entry in fs::read_dir(folder.join("documents")).unwrap() {
        judge.add(fs::read(entry.unwrap().path()).unwrap()).unwrap();
    }
    judge
}

/// Credentials that other implementations signed; `None` with a loud word where they are not.
fn interop() -> Vec<(String, Value)> {
    let shared = env::var_os("TANU_SHARED_DATA").map(PathBuf::from);
    let folder = shared.unwrap_or_else(|| repository().join("../shared/data")).join("interop");
    if !folder.is_dir() {
        skip("views", &format!("{} is missing", folder.display()));
        return Vec::new();
    }
    let names = ["db-min", "db-full", "obl-min", "obl-full", "db-jcs-min", "db-jcs-full"];
    let read = |name: &str| {
        let bytes = fs::read(folder.join(format!("signed-{name}.json"))).unwrap();
        (name.to_owned(), serde_json::from_slice(&bytes).unwrap())
    };
    names.into_iter().map(read).collect()
}

fn benches() -> Vec<Bench> {
    let mut benches: Vec<_> = honest()
        .into_iter()
        .map(|(name, document)| Bench::set(name, corpus_judge(), document))
        .collect();
    for (name, document) in interop() {
        benches.push(Bench::set(&name, Judge::alone(), document));
    }
    match demo() {
        Ok(demo) => {
            let file = demo.files.iter().find(|file| file.valid && file.language == "kk").unwrap();
            let document = serde_json::from_slice(&fs::read(&file.path).unwrap()).unwrap();
            benches.push(Bench::set("demo", Judge::of(&demo.dir), document));
        }
        Err(why) => skip("views", &why),
    }
    benches
}

/// Tries the reshapes that `chosen` lets through; what was tried and accepted of each kind, and every fault.
fn run(
    bench: &Bench,
    mut chosen: impl FnMut() -> bool,
) -> (BTreeMap<String, [usize; 2]>, Vec<String>) {
    let mut counts: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    let mut faults = Vec::new();
    reshapes(&bench.document, &mut |Reshape { what, text }| {
        if !chosen() {
            return;
        }
        let (accepted, fault) = bench.tried(&text);
        let kind = what.split(':').next().unwrap().to_owned();
        let count = counts.entry(kind).or_default();
        count[0] += 1;
        count[1] += usize::from(accepted);
        faults.extend(fault.map(|fault| format!("{}: {what}: {fault}", bench.name)));
    });
    (counts, faults)
}

#[test]
fn what_is_shown_is_what_was_signed() {
    let test = "what_is_shown_is_what_was_signed";
    let long = env::var_os("TANU_LONG").is_some_and(|long| long == "1");
    let mut random = Random::announced(test);
    let (mut tried, mut faults) = (0, Vec::new());
    for bench in benches() {
        let mut all = 0_usize;
        reshapes(&bench.document, &mut |_| all += 1);
        let (counts, found) = run(&bench, || long || random.below(all) < SAMPLE);
        let sum = |which: usize| counts.values().map(|count| count[which]).sum::<usize>();
        println!("{}: {} of {all} reshapes, {} accepted: {counts:?}", bench.name, sum(0), sum(1));
        tried += sum(0);
        faults.extend(found);
    }
    assert!(tried > 45_000, "{tried}");
    let shown: Vec<_> = faults.iter().take(60).collect();
    assert!(faults.is_empty(), "{} of {tried} reshapes: {shown:#?}", faults.len());
    println!("{tried} reshapes");
}
