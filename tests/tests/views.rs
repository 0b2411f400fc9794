//! Tens of thousands of reshaped credentials of every form: whatever somebody without a key makes of a signed one, what the
//! verifier shows as proven says what the issuer signed.

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

    /// Whether nothing but what was signed is shown. Somebody can damage an endorsement, so that it is not proven any more, but a
    /// transcript that lost a credential must not be accepted.
    fn is_of(&self, signed: &Self, accepted: bool) -> bool {
        let credentials =
            |shown: &Self| shown.inside.iter().filter(|(endorses, ..)| !endorses).count();
        self.document == signed.document
            && self.inside.len() <= signed.inside.len()
            && self.inside.iter().all(|inner| signed.inside.contains(inner))
            && (!accepted || credentials(self) == credentials(signed))
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
    /// Some samples name status lists that nobody has: their verdict is open, but what they say is proven and shown.
    fn set(name: &str, judge: Judge, document: Value) -> Self {
        let report = judge.report(document.to_string().as_bytes());
        let problems: Vec<_> = report.problems().collect();
        assert!(report.view().is_some(), "{name}: {problems:?}");
        let shown = Shown::of(&report).unwrap();
        let consistent = is_consistent(report.view().unwrap());
        Self { name: name.to_owned(), judge, document, shown, consistent }
    }

    /// Whether anything of this text is shown as proven; and why it should not be, if so.
    fn tried(&self, text: &str) -> (bool, Option<&'static str>) {
        let report = self.judge.report(text.as_bytes());
        let fault = match Shown::of(&report) {
            None if accepted(report.verdict()) => Some("accepted, and nothing is shown"),
            None => return (false, None),
            Some(shown) if !shown.is_of(&self.shown, accepted(report.verdict())) => {
                Some("something else is shown")
            }
            Some(_) if self.consistent && !is_consistent(report.view().unwrap()) => {
                Some("a node is told in two ways")
            }
            Some(_) => None,
        };
        (true, fault)
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

/// Tries every reshape: how many of each kind were tried and shown, and every fault.
fn run(bench: &Bench) -> (BTreeMap<String, [usize; 2]>, Vec<String>) {
    let mut counts: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    let mut faults = Vec::new();
    reshapes(&bench.document, &mut |Reshape { what, text }| {
        let (shown, fault) = bench.tried(&text);
        let kind = what.split(':').next().unwrap().to_owned();
        let count = counts.entry(kind).or_default();
        count[0] += 1;
        count[1] += usize::from(shown);
        faults.extend(fault.map(|fault| format!("{}: {what}: {fault}", bench.name)));
    });
    (counts, faults)
}

#[test]
fn what_is_shown_is_what_was_signed() {
    let (mut tried, mut faults) = (0, Vec::new());
    for bench in benches() {
        let (counts, found) = run(&bench);
        let sum = |which: usize| counts.values().map(|count| count[which]).sum::<usize>();
        println!("{}: {} reshapes, {} shown: {counts:?}", bench.name, sum(0), sum(1));
        tried += sum(0);
        faults.extend(found);
    }
    assert!(tried > 100_000, "{tried}");
    let shown: Vec<_> = faults.iter().take(60).collect();
    assert!(faults.is_empty(), "{} of {tried} reshapes: {shown:#?}", faults.len());
    println!("{tried} reshapes");
}

/// Two reshapes, one after the other: what one of them closes the other could open again.
#[test]
fn two_reshapes_are_no_better_than_one() {
    let test = "two_reshapes_are_no_better_than_one";
    let mut random = Random::announced(test);
    let mut faults = Vec::new();
    let mut shown = 0;
    for bench in benches() {
        // A part of them, another one each time. Those that are shown go on: the others would only be refused once more.
        let mut passed = Vec::new();
        reshapes(&bench.document, &mut |reshape| {
            if random.below(4) == 0 && bench.tried(&reshape.text).0 {
                passed.push(reshape);
            }
        });
        random.shuffle(&mut passed);
        for Reshape { what, text } in passed.iter().take(2) {
            let Ok(document) = serde_json::from_str::<Value>(text) else { continue };
            reshapes(&document, &mut |second| {
                if random.below(10) > 0 {
                    return;
                }
                let (again, fault) = bench.tried(&second.text);
                shown += usize::from(again);
                let name = &bench.name;
                faults.extend(
                    fault.map(|fault| format!("{name}: {what}, then {}: {fault}", second.what)),
                );
            });
        }
    }
    assert!(shown > 20, "{shown}");
    let few: Vec<_> = faults.iter().take(60).collect();
    assert!(faults.is_empty(), "{}: {few:#?}", faults.len());
}
