//! What a durable append costs beyond the disk, whether it stays so as the register grows, and how long opening and
//! rebuilding take. `cargo bench -p issuer --bench register`; with `-- --million` the last two on a million certificates
//! (about 25 GB of disk and half an hour), with `-- --open` nothing else, and
//! `-- --open --count 200000` on that many; with `-- --writers` what an append costs alone.

#![expect(clippy::unwrap_used, reason = "a measurement stops at the first surprise")]

mod bare;
mod certificates;
#[path = "../../tests/office/fixture.rs"]
mod fixture;
mod growth;
mod million;
#[path = "../../src/issuing/turns.rs"]
#[cfg_attr(test, expect(unused, reason = "its tests run with the library"))]
mod turns;

use std::path::{Path, PathBuf};
use std::sync::{Barrier, Mutex};
use std::thread;
use std::time::Instant;

use issuer::register::{FileRegister, PackedEntry, Register as _};

use bare::BareLog;
use certificates::Certificates;
use turns::Turns;

/// Pairs of an append and a bare write, for the median of their ratios.
const PAIRS: usize = 400;
/// Rounds of the concurrent measurement, and appends of each writer in a round: so many that the first and the last turns
/// of a round, which not all writers share, weigh little.
const ROUNDS: usize = 12;
const APPENDS: usize = 32;
const WRITERS: usize = 64;

fn main() {
    if let Some(path) = std::env::args().skip_while(|argument| argument != "--stand-in").nth(1) {
        return million::stand_in(Path::new(&path), count());
    }
    let certificates = Certificates::of_the_sample();
    if !is_asked("--open") {
        println!("payload of a certificate: {} bytes as JSON", certificates.plain_bytes());
        let packing = certificates.packing_us();
        println!("packing it (JSON, compression; in the caller's thread): {packing:.0} µs");
        one_by_one(&certificates);
        in_groups(&certificates);
        sixty_four_writers(&certificates);
        if is_asked("--writers") {
            return;
        }
        growth::measure(if is_asked("--million") { 1_000_000 } else { 100_000 });
    }
    million::measure(&certificates, count());
}

/// Certificates to open and rebuild.
fn count() -> usize {
    let asked = std::env::args().skip_while(|argument| argument != "--count").nth(1);
    let few = if is_asked("--million") { 1_000_000 } else { 20_000 };
    asked.and_then(|count| count.parse().ok()).unwrap_or(few)
}

fn is_asked(word: &str) -> bool {
    std::env::args().any(|argument| argument == word)
}

/// On the disk that `TMPDIR` names; a disk in memory would measure nothing.
fn directory() -> tempfile::TempDir {
    let directory = std::env::var_os("TMPDIR").map_or_else(std::env::temp_dir, PathBuf::from);
    tempfile::tempdir_in(directory).unwrap()
}

fn us(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1e6
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

/// An append of one entry, against `write` and `fdatasync` of as many bytes.
fn one_by_one(certificates: &Certificates) {
    let directory = directory();
    let register = FileRegister::open(directory.path()).unwrap().0;
    let mut bare = BareLog::new(directory.path(), "bare");
    let (mut ratios, mut appends, mut bares) = (Vec::new(), Vec::new(), Vec::new());
    for n in 0..PAIRS {
        let packed = vec![certificates.packed(n)];
        let before = bytes_of(&directory);
        let began = Instant::now();
        register.append_packed(register.size(), packed).unwrap();
        let append_us = us(began);
        let bytes = bytes_of(&directory) - before;
        let bare_us = bare.write(bytes);
        ratios.push(bare_us / append_us);
        appends.push(append_us);
        bares.push(bare_us);
    }
    println!(
        "one by one: append {:.0} µs, bare write and fdatasync {:.0} µs; {:.2} of the bare loop (at least 0.80)",
        median(appends),
        median(bares),
        median(ratios)
    );
}

/// Bytes of all segments: the first one is full before the bench is over.
fn bytes_of(directory: &tempfile::TempDir) -> u64 {
    let files = std::fs::read_dir(directory.path().join("register")).unwrap().flatten();
    let segments = files.filter(|file| file.path().extension().is_some_and(|end| end == "seg"));
    segments.map(|segment| segment.metadata().unwrap().len()).sum()
}

/// Groups of sixty-four by one who waits for nobody: what the register itself takes of the time.
fn in_groups(certificates: &Certificates) {
    let directory = directory();
    let register = FileRegister::open(directory.path()).unwrap().0;
    let mut bare = BareLog::new(directory.path(), "bare");
    let (mut ratios, mut appends, mut bares) = (Vec::new(), Vec::new(), Vec::new());
    let mut bytes = 0;
    for group in 0..PAIRS {
        let first = group * WRITERS;
        let packed = (first..first + WRITERS).map(|n| certificates.packed(n)).collect();
        // Whoever syncs first also waits for what others left the disk to do, so they take turns.
        let earlier_us = (group % 2 == 1).then(|| bare.write(bytes));
        let before = bytes_of(&directory);
        let began = Instant::now();
        register.append_packed(register.size(), packed).unwrap();
        let append_us = us(began);
        bytes = bytes_of(&directory) - before;
        let bare_us = earlier_us.unwrap_or_else(|| bare.write(bytes));
        ratios.push(bare_us / append_us);
        appends.push(append_us);
        bares.push(bare_us);
    }
    println!(
        "groups of {WRITERS}: append {:.0} µs, bare write and fdatasync {:.0} µs; {:.2} of the bare loop",
        median(appends),
        median(bares),
        median(ratios)
    );
}

/// Sixty-four writers through the turns of the sequencer, against groups of sixty-four in a bare loop. The clock runs from
/// when all of them stand ready.
fn sixty_four_writers(certificates: &Certificates) {
    let directory = directory();
    let register = FileRegister::open(directory.path()).unwrap().0;
    let mut bare = BareLog::new(directory.path(), "bare");
    let (mut ratios, mut rates) = (Vec::new(), Vec::new());
    let mut total_us = 0.0;
    let count = WRITERS * APPENDS;
    let groups = Mutex::new((0_usize, 0.0));
    for round in 0..ROUNDS {
        let mut packed: Vec<Vec<PackedEntry>> = (0..WRITERS)
            .map(|writer| {
                (0..APPENDS)
                    .map(|n| certificates.packed((round * WRITERS + writer) * APPENDS + n))
                    .collect()
            })
            .collect();
        let turns: Turns<(), Mutex<Option<PackedEntry>>, ()> = Turns::new(());
        let before = bytes_of(&directory);
        let ready = Barrier::new(WRITERS + 1);
        let began = thread::scope(|scope| {
            for entries in packed.drain(..) {
                let (turns, register, groups, ready) = (&turns, &register, &groups, &ready);
                scope.spawn(move || {
                    ready.wait();
                    for entry in entries {
                        append_together(turns, register, entry, groups);
                    }
                });
            }
            ready.wait();
            Instant::now()
        });
        let append_us = us(began);
        total_us += append_us;
        let bytes = (bytes_of(&directory) - before) / u64::try_from(APPENDS).unwrap();
        let bare_us: f64 = (0..APPENDS).map(|_| bare.write(bytes)).sum();
        ratios.push(bare_us / append_us);
        rates.push(f64::from(u32::try_from(count).unwrap()) / append_us * 1e6);
    }
    let (groups, inside_us) = groups.into_inner().unwrap();
    println!(
        "{WRITERS} writers: {:.0} appends a second in groups of {} on average; {:.2} of the bare loop in groups of {WRITERS} (at least 0.60)",
        median(rates),
        count * ROUNDS / groups,
        median(ratios)
    );
    println!("of that time {:.0} % within the register", 100.0 * inside_us / total_us);
}

fn append_together(
    turns: &Turns<(), Mutex<Option<PackedEntry>>, ()>,
    register: &FileRegister,
    entry: PackedEntry,
    groups: &Mutex<(usize, f64)>,
) {
    let answer = turns.together(Mutex::new(Some(entry)), (|_| 1, 256), |(), works| {
        let entries = works.iter().filter_map(|work| work.lock().unwrap().take()).collect();
        let began = Instant::now();
        register.append_packed(register.size(), entries).unwrap();
        let mut groups = groups.lock().unwrap();
        *groups = (groups.0 + 1, groups.1 + us(began));
        vec![(); works.len()]
    });
    answer.unwrap();
}
