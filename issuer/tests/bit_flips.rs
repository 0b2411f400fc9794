//! One bit flips somewhere in the register or in the store: the next start repairs a tail that was never acknowledged, or says
//! what is damaged, or rebuilds the store; whatever is read afterwards is what was written. `TANU_FLIPS` sets how many flips
//! (2,000 in the register, a twentieth of them over all files with the store on top); `TANU_SEED` repeats them.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use issuer::register::{Entry, FileRegister, Register};
use issuer::store::{CertificateRecord, Store};

#[path = "office/fixture.rs"]
mod fixture;

/// Files and their bytes, without the reserve, which holds nothing, and what no flip can reach.
type Files = BTreeMap<PathBuf, Vec<u8>>;

fn flips() -> usize {
    env::var("TANU_FLIPS").ok().and_then(|flips| flips.parse().ok()).unwrap_or(2_000)
}

fn seed() -> u64 {
    let given = env::var("TANU_SEED").ok().and_then(|seed| seed.parse().ok());
    let clock = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let seed = given.unwrap_or_else(|| clock.as_secs() ^ u64::from(clock.subsec_nanos()));
    println!("TANU_SEED={seed}");
    seed | 1
}

/// A number below `end` (xorshift).
fn below(state: &mut u64, end: usize) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    usize::try_from(*state % u64::try_from(end).unwrap()).unwrap()
}

/// A closed data directory with some sixty certificates.
fn made() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let now = "2026-11-23T06:00:00Z".parse().unwrap();
    let office = fixture::office(home.path(), (fixture::PROGRAMMES, usize::MAX), now);
    office.close().unwrap();
    home
}

fn files(directory: &Path) -> Files {
    let mut files = Files::new();
    let mut directories = vec![directory.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                directories.push(entry.path());
            } else if entry.file_name() != "reserve" {
                files.insert(entry.path(), fs::read(entry.path()).unwrap());
            }
        }
    }
    files
}

/// Everything as it was.
fn restore(directory: &Path, pristine: &Files) {
    for path in files(directory).keys().filter(|path| !pristine.contains_key(*path)) {
        fs::remove_file(path).unwrap();
    }
    for (path, bytes) in pristine {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if fs::read(path).ok().as_ref() != Some(bytes) {
            fs::write(path, bytes).unwrap();
        }
    }
}

/// Flips one bit of the files of which `is_hit` is true.
fn flip(pristine: &Files, state: &mut u64, is_hit: impl Fn(&Path) -> bool) -> String {
    let hit: Vec<_> =
        pristine.iter().filter(|(path, bytes)| !bytes.is_empty() && is_hit(path)).collect();
    let (path, bytes) = hit[below(state, hit.len())];
    let mut bytes = bytes.clone();
    let (at, bit) = (below(state, bytes.len()), below(state, 8));
    bytes[at] ^= 1 << bit;
    fs::write(path, bytes).unwrap();
    format!("{} byte {at} bit {bit}", path.display())
}

/// What came of the flips.
#[derive(Debug, Default)]
struct Count {
    detected: usize,
    repaired: usize,
    harmless: usize,
}

#[test]
fn a_flipped_bit_in_the_register_is_never_read() {
    let home = made();
    let directory = home.path().join("register");
    let pristine = files(&directory);
    let expected = FileRegister::open(home.path()).unwrap().0.read(0, usize::MAX).unwrap();
    let mut state = seed();
    let mut count = Count::default();
    for _ in 0..flips() {
        let flipped = flip(&pristine, &mut state, |path| path.extension().is_some());
        match FileRegister::open(home.path()) {
            Err(_) => count.detected += 1,
            Ok((register, recovery)) => {
                let read = register.read(0, usize::MAX).unwrap();
                // Only the last group may count as torn: it is indistinguishable from one that was never acknowledged,
                // and the store, which has seen it, says so.
                let lost = expected.len() - read.len();
                assert_eq!(lost > 0, recovery.torn.is_some(), "{flipped}");
                assert!(read[..] == expected[..read.len()], "silently wrong: {flipped}");
                count.repaired += 1;
            }
        }
        restore(&directory, &pristine);
    }
    println!("{} flips in the register: {count:?}, 0 silent wrong reads", flips());
    assert!(count.detected > count.repaired, "{count:?}");
}

/// What register and store answer together, or why they do not.
fn answers(home: &Path) -> Result<(Vec<Entry>, Vec<CertificateRecord>), String> {
    let (register, _) = FileRegister::open(home).map_err(|error| error.to_string())?;
    let register: Arc<dyn Register> = Arc::new(register);
    let store = Store::open(home, Arc::clone(&register)).map_err(|error| error.to_string())?;
    let entries = register.read(0, usize::MAX).map_err(|error| error.to_string())?;
    let records = store.certificates().collect::<Result<Vec<_>, _>>();
    let records = records.map_err(|error| error.to_string())?;
    for record in &records {
        let by_handle = store.certificate_by_handle(&record.certificate.handle);
        let by_handle = by_handle.map_err(|error| error.to_string())?;
        if by_handle.as_ref() != Some(record) {
            return Err("a handle leads to another certificate".to_owned());
        }
    }
    Ok((entries, records))
}

#[test]
fn a_flipped_bit_anywhere_gives_no_wrong_answer() {
    let home = made();
    let expected = answers(home.path()).unwrap();
    let pristine = files(home.path());
    let mut state = seed();
    let mut count = Count::default();
    let in_scope = |path: &Path| {
        let path = path.strip_prefix(home.path()).unwrap();
        path.starts_with("register") || path.starts_with("store")
    };
    for _ in 0..flips().div_ceil(20) {
        let flipped = flip(&pristine, &mut state, in_scope);
        match answers(home.path()) {
            Err(_) => count.detected += 1,
            Ok(read) => {
                assert!(read == expected, "silently wrong: {flipped}");
                count.harmless += 1;
            }
        }
        restore(home.path(), &pristine);
    }
    println!("{} flips over all files: {count:?}, 0 silent wrong reads", flips().div_ceil(20));
    assert!(count.detected > 0, "{count:?}");
}
