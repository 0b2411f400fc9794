//! Opening a large register with a current store, without one, and without summaries.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use issuer::register::{FileRegister, Register};
use issuer::store::Store;

use crate::certificates::Certificates;

pub(crate) fn measure(certificates: &Certificates, count: usize) {
    let directory = super::directory();
    let path = directory.path();
    let began = Instant::now();
    fill(certificates, path, count);
    println!("{count} certificates made in {:.0} s, {:.1} GB", seconds(began), gigabytes(path));

    reset_peak();
    let began = Instant::now();
    let store = open(path);
    println!("rebuilding the store: {:.1} s, peak memory {} MiB", seconds(began), peak_mib());
    look(&store, count);
    store.close().unwrap();

    reset_peak();
    let began = Instant::now();
    let store = open(path);
    println!(
        "opening with a current store: {:.2} s, peak memory {} MiB",
        seconds(began),
        peak_mib()
    );
    look(&store, count);
    drop(store);

    let began = Instant::now();
    let store = open(path);
    println!("opening after a kill: {:.2} s", seconds(began));
    look(&store, count);
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

fn fill(certificates: &Certificates, path: &Path, count: usize) {
    let register = FileRegister::open(path).unwrap().0;
    let mut next = 0;
    while next < count {
        let end = count.min(next + 512);
        let entries: Vec<_> = (next..end).map(|n| certificates.entry(n)).collect();
        register.append(register.size(), &entries).unwrap();
        next = end;
    }
}

fn open(path: &Path) -> Store {
    let register: Arc<dyn Register> = Arc::new(FileRegister::open(path).unwrap().0);
    Store::open(path, register).unwrap()
}

/// The store answers, and knows the last certificate.
fn look(store: &Store, count: usize) {
    let number = format!("MC-A-{:06}-0", count - 1);
    assert_eq!(store.certificate(&number).unwrap().unwrap().certificate.number, number);
    assert_eq!(store.applied_size().unwrap(), u64::try_from(count).unwrap());
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
