//! What carriers cost that somebody made to cost much: each of the corpus as it is, and fifty times changed at random, every one in a process
//! of its own. `cargo bench -p tanu-tests --bench hostile`; `TANU_SEED` repeats the changes.

#![expect(clippy::unwrap_used, reason = "a measurement stops at the first surprise")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tanu_tests::corpus::{Case, Cost, Input, read_cases};
use tanu_tests::{Random, repository, run};

/// What no input may exceed: a quarter of a second of one processor, 64 MiB.
const NANOSECONDS_MAX: u64 = 250_000_000;
const KIBIBYTES_MAX: u64 = 64 * 1024;

/// How often each carrier is changed.
const CHANGES: usize = 50;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = Random::announced("hostile");
    let mut costs = Vec::new();
    for case in read_cases().unwrap().iter().filter(|case| is_carrier(case)) {
        let Input::File(_, bytes) = &case.input else { panic!("{} was not made", case.id) };
        let place = folder.path().join("input");
        for change in 0..=CHANGES {
            let bytes = if change == 0 { bytes.clone() } else { changed(bytes, &mut random) };
            fs::write(&place, bytes).unwrap();
            costs.push((cost(&place, folder.path(), case), format!("{} {change}", case.id)));
        }
    }
    println!("{} inputs", costs.len());
    costs.sort_by_key(|(cost, _)| std::cmp::Reverse(cost.cpu_nanoseconds));
    print_worst("processor", &costs);
    costs.sort_by_key(|(cost, _)| std::cmp::Reverse(cost.memory_kibibytes));
    print_worst("memory", &costs);
}

/// Rows H to K of the catalogue.
fn is_carrier(case: &Case) -> bool {
    case.id.starts_with(['H', 'I', 'J', 'K'])
}

fn cost(input: &Path, folder: &Path, case: &Case) -> Cost {
    let corpus = repository().join("tests/corpus");
    let trust: PathBuf = corpus.join("trust").join(&case.environment.trust);
    let mut command = Command::new(env!("CARGO_BIN_EXE_corpus"));
    command.arg("measure").arg(input).arg(trust.with_extension("json"));
    // Nothing but taking the credential out is measured: no document is at hand.
    let none = folder.join("none");
    fs::create_dir_all(&none).unwrap();
    command.arg(none).arg(&case.environment.at);
    serde_json::from_value(run(&mut command).ended(0).record()).unwrap()
}

fn print_worst(what: &str, costs: &[(Cost, String)]) {
    println!("\nmost {what}:");
    for (cost, id) in costs.iter().take(8) {
        let fits =
            cost.cpu_nanoseconds <= NANOSECONDS_MAX && cost.memory_kibibytes <= KIBIBYTES_MAX;
        println!(
            "  {id:<36}{:>8} us {:>8} KiB   {}",
            cost.cpu_nanoseconds / 1_000,
            cost.memory_kibibytes,
            if fits { "within" } else { "EXCEEDED" }
        );
    }
}

/// The bytes with some of them turned, cut out, repeated or moved.
fn changed(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..1 << random.below(5) {
        let at = random.below(bytes.len());
        let length = 1 << random.below(12);
        let end = (at + length).min(bytes.len());
        let part = bytes.get(at..end).unwrap_or_default().to_vec();
        match random.below(4) {
            0 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << random.below(8)),
            1 => drop(bytes.splice(at..end, [])),
            2 => drop(bytes.splice(at..at, part.repeat(1 << random.below(10)))),
            _ => {
                let to = random.below(bytes.len());
                drop(bytes.splice(to..to, part));
            }
        }
    }
    bytes
}
