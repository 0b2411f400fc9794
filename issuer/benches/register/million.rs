//! Opening a large register with a current store, without one, and without summaries; how long it takes until somebody stands
//! in while the store is rebuilt, and what a revocation takes then.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use issuer::office::{Act, DataDirectory, Opening, Transcript};
use issuer::register::{Event, FileRegister, NewEntry, Register, Revocation, RevocationReason};
use issuer::store::Store;

use crate::certificates::{self, Certificates};
use crate::fixture;

pub(crate) fn measure(certificates: &Certificates, count: usize) {
    let directory = super::directory();
    let path = directory.path();
    let began = Instant::now();
    // As a service leaves it: with keys, and with a log that covers everything.
    fixture::office(path, (fixture::PROGRAMMES, 0), certificates::now()).close().unwrap();
    let beside = fill(certificates, path, count);
    println!("{count} certificates made in {:.0} s, {:.1} GB", seconds(began), gigabytes(path));
    fixture::open(path, certificates::now()).close().unwrap();

    fs::remove_dir_all(path.join("store")).unwrap();
    // In a process of its own, whose memory is that of a service.
    let mut service = Command::new(std::env::current_exe().unwrap());
    service.arg("--stand-in").arg(path).args(["--count", &count.to_string()]);
    assert!(service.status().unwrap().success());
    fs::remove_dir_all(path.join("store")).unwrap();

    reset_peak();
    let began = Instant::now();
    let store = open(path);
    println!("rebuilding the store: {:.1} s, peak memory {} MiB", seconds(began), peak_mib());
    look(&store, beside, count);
    store.close().unwrap();

    reset_peak();
    let began = Instant::now();
    let store = open(path);
    println!(
        "opening with a current store: {:.2} s, peak memory {} MiB",
        seconds(began),
        peak_mib()
    );
    look(&store, beside, count);
    drop(store);

    let began = Instant::now();
    let store = open(path);
    println!("opening after a kill: {:.2} s", seconds(began));
    look(&store, beside, count);
    store.close().unwrap();

    for name in fs::read_dir(path.join("register")).unwrap() {
        let name = name.unwrap().path();
        if name.extension().is_some_and(|extension| extension == "sum") {
            fs::remove_file(name).unwrap();
        }
    }
    let began = Instant::now();
    drop(FileRegister::open(path).unwrap());
    println!("opening the register without summaries: {:.1} s", seconds(began));
}

/// Appends the certificates, and revokes one of a hundred. Returns how many entries there are beside certificates.
fn fill(certificates: &Certificates, path: &Path, count: usize) -> u64 {
    let register = FileRegister::open(path).unwrap().0;
    let mut next = 0;
    while next < count {
        let end = count.min(next + 512);
        let mut entries: Vec<_> = (next..end).map(|n| certificates.entry(n)).collect();
        let revoked = (next..end).filter(|n| n % 100 == 50);
        entries.extend(revoked.map(|n| {
            let revocation = revocation(&number(n));
            NewEntry::unsigned(Event::CertificateRevoked(revocation), certificates::now())
        }));
        register.append(register.size(), &entries).unwrap();
        next = end;
    }
    register.size() - u64::try_from(count).unwrap()
}

/// The way of `issuer serve` on a directory without a store.
pub(crate) fn stand_in(path: &Path, count: usize) {
    let began = Instant::now();
    let directory = DataDirectory::new(path);
    let opening = Opening::begin(directory, &fixture::passphrase()).unwrap();
    let (standby, rebuild) = opening.stand_by().unwrap();
    let standby = standby.unwrap();
    standby.status_list(1, certificates::now()).unwrap().unwrap();
    println!(
        "the first status list without a store: {:.1} s, peak memory {} MiB",
        seconds(began),
        peak_mib()
    );
    let began = Instant::now();
    let office = thread::scope(|scope| {
        let rebuilt = scope.spawn(|| rebuild.run(certificates::now, &mut |_| {}).unwrap());
        let asked = Instant::now();
        // Not one of those that are revoked already.
        let Revocation { number, reason, by, confirmed_by, .. } =
            revocation(&number(count / 200 * 100));
        let act = Act::Revoke { number, reason, by, confirmed_by, json: false };
        standby.perform(act, certificates::now(), &mut Transcript::default()).unwrap();
        println!("a revocation meanwhile: {:.0} ms", seconds(asked) * 1_000.0);
        rebuilt.join().unwrap()
    });
    println!(
        "the office open behind it: {:.1} s later, peak memory {} MiB",
        seconds(began),
        peak_mib()
    );
    drop(standby);
    Arc::into_inner(office).unwrap().close().unwrap();
}

fn number(n: usize) -> String {
    format!("MC-A-{n:06}-0")
}

fn revocation(number: &str) -> Revocation {
    Revocation {
        number: number.to_owned(),
        reason: RevocationReason::HolderRequest,
        by: "registrar".to_owned(),
        confirmed_by: None,
        revoked_at: certificates::now(),
        superseded_by: None,
    }
}

fn open(path: &Path) -> Store {
    let register: Arc<dyn Register> = Arc::new(FileRegister::open(path).unwrap().0);
    Store::open(path, register).unwrap()
}

/// The store answers, and knows the last certificate.
fn look(store: &Store, beside: u64, count: usize) {
    let number = number(count - 1);
    assert_eq!(store.certificate(&number).unwrap().unwrap().certificate.number, number);
    // The one that `stand_in` revoked came later.
    assert_eq!(store.applied_size().unwrap(), beside + 1 + u64::try_from(count).unwrap());
}

fn seconds(began: Instant) -> f64 {
    began.elapsed().as_secs_f64()
}

fn gigabytes(path: &Path) -> f64 {
    let files = fs::read_dir(path.join("register")).unwrap();
    let bytes: u64 = files.map(|file| file.unwrap().metadata().unwrap().len()).sum();
    f64::from(u32::try_from(bytes / 1_000_000).unwrap()) / 1_000.0
}

/// The highest memory since then is what `peak_mib` tells (`proc(5)`, `clear_refs`).
fn reset_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

fn peak_mib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or_default() / 1024
}
