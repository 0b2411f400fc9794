//! How many instructions the hot paths take: a number that does not change with the load of the machine, so that a regression
//! shows. `cargo bench -p verifier --bench instructions` compares with `benches/instructions.txt` and fails where a path became
//! slower by more than two in a hundred; with `-- --accept` it rewrites that file. It needs valgrind.

#![expect(clippy::unwrap_used, reason = "a measurement stops at the first surprise")]

#[path = "kernel/credentials.rs"]
mod credentials;

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use credentials::{Credential, MULTIKEY, NOW};
use verifier::{Documents, Securing, report_line, verify, verify_proofs};

const OPERATIONS: [&str; 3] = ["prepare", "verify", "report"];
const TOLERATED: f64 = 0.02;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [run, operation, name, times] = arguments.as_slice()
        && run == "run"
    {
        perform(operation, name, times.parse().unwrap());
        return ExitCode::SUCCESS;
    }
    if Command::new("valgrind").arg("--version").output().is_err() {
        eprintln!(
            "\n*** NOT COUNTED: valgrind is not installed (Debian: apt-get install valgrind)\n"
        );
        return ExitCode::SUCCESS;
    }
    let known = read_baseline();
    let counted = count_all();
    let accepted = arguments.iter().any(|argument| argument == "--accept");
    if accepted {
        let lines = counted.iter().map(|(path, count)| format!("{path} {count}\n"));
        fs::write(baseline(), lines.collect::<String>()).unwrap();
    }
    let slower = counted.iter().filter(|(path, count)| {
        let before = known.get(*path).copied();
        print_row(path, **count, before);
        before.is_some_and(|before| change(**count, before) > TOLERATED)
    });
    if slower.count() == 0 || accepted { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn baseline() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/instructions.txt")
}

/// Lines of a path and its number of instructions.
fn read_baseline() -> BTreeMap<String, u64> {
    let text = fs::read_to_string(baseline()).unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.rsplit_once(' '));
    lines.map(|(path, count)| (path.to_owned(), count.parse().unwrap())).collect()
}

/// One operation costs the difference of eleven and one, a tenth of it: what happens once does not count.
fn count_all() -> BTreeMap<String, u64> {
    let mut counted = BTreeMap::new();
    for credential in credentials::all() {
        for operation in OPERATIONS {
            let [many, one] = ["11", "1"].map(|times| count(operation, credential.name, times));
            counted.insert(format!("{operation} {}", credential.name), (many - one) / 10);
        }
    }
    counted
}

/// The instructions of a whole process that performs an operation so many times.
fn count(operation: &str, name: &str, times: &str) -> u64 {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    valgrind.arg(env::current_exe().unwrap()).args(["run", operation, name, times]);
    let output = valgrind.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let line = said.lines().find(|line| line.contains("Collected :")).unwrap();
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

fn perform(operation: &str, name: &str, times: u32) {
    let all = credentials::all();
    let credential = all.iter().find(|credential| credential.name == name).unwrap();
    let (documents, policy) = (credential.documents(), credentials::policy());
    for _ in 0..times {
        match operation {
            "prepare" => prepare(credential),
            "verify" => verify_proofs(&credential.secured, &MULTIKEY, NOW).unwrap(),
            _ => report(credential, &documents, &policy),
        }
    }
}

/// Signing but for the signature.
fn prepare(credential: &Credential) {
    let securing = Securing::of(&credential.unsecured, &credential.options).unwrap();
    black_box(securing.secure(&[0xa5; 64]));
}

fn report(credential: &Credential, documents: &Documents, policy: &verifier::Policy) {
    let report = verify(&credential.secured, documents, policy, NOW);
    black_box(report_line(&report, credential.name));
}

fn change(count: u64, before: u64) -> f64 {
    let number = |count: u64| f64::from(u32::try_from(count).unwrap());
    number(count) / number(before) - 1.0
}

fn print_row(path: &str, count: u64, before: Option<u64>) {
    let compared = before.map_or_else(
        || "(new)".to_owned(),
        |before| {
            let change = change(count, before);
            let word = if change > TOLERATED { " SLOWER" } else { "" };
            format!("{:+.1} %{word}", change * 100.0)
        },
    );
    println!("{path:<20}{count:>12}   {compared}");
}
