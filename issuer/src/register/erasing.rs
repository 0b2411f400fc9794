//! Erasures on a disk that fails and loses power: what is to go goes in the end, and nothing else ever does.

use std::time::Instant;

use super::disk::{Disk, Failure};
use super::frame::ERASED;
use super::samples::{certificate, issued, prefix};
use super::{Entry, FileRegister, MemoryRegister, Payload, Register};

const SIZE: u64 = 24;
/// In three segments, first and last entries among them.
const CONDEMNED: [u64; 4] = [0, 10, 11, 23];

fn fill(register: &dyn Register) {
    for n in 0..u32::try_from(SIZE).unwrap() / 2 {
        register.append(register.size(), &[issued(certificate(n, n)), prefix("A")]).unwrap();
    }
}

fn all(register: &dyn Register) -> Vec<Entry> {
    register.read(0, usize::MAX).unwrap()
}

/// Everything is as before, but that payloads of the condemned may be gone; says whether all of them are.
fn assert_sound(before: &[Entry], after: &[Entry], case: &str) -> bool {
    assert_eq!(before.len(), after.len(), "{case}");
    let mut all_gone = true;
    for (old, new) in before.iter().zip(after) {
        assert_eq!((&old.leaf, old.time, old.kind), (&new.leaf, new.time, new.kind), "{case}");
        let condemned = CONDEMNED.contains(&old.index);
        all_gone &= !condemned || new.payload == Payload::Erased;
        let gone = condemned && new.payload == Payload::Erased;
        assert!(gone || old.payload == new.payload, "{case}: entry {}", old.index);
    }
    all_gone
}

fn erases_what_it_is_told(register: &dyn Register) {
    fill(register);
    let before = all(register);
    register.erase(&CONDEMNED).unwrap();
    assert!(assert_sound(&before, &all(register), "erased"));
    // Again, and behind the end: nothing happens.
    register.erase(&CONDEMNED).unwrap();
    register.erase(&[SIZE, u64::MAX]).unwrap();
    register.erase(&[]).unwrap();
    assert!(assert_sound(&before, &all(register), "again"));
    // Places in the index are those of the new files.
    for from in 0..SIZE {
        assert_eq!(register.read(from, 1).unwrap()[0].index, from);
    }
    register.append(SIZE, &[prefix("B")]).unwrap();
    assert!(assert_sound(&before, &all(register)[..before.len()], "appended"));
}

#[test]
fn every_register_erases() {
    erases_what_it_is_told(&MemoryRegister::new());
    let directory = tempfile::tempdir().unwrap();
    let register = FileRegister::open(directory.path()).unwrap().0;
    erases_what_it_is_told(&register);
    let before = all(&register);
    drop(register);
    let (register, recovery) = FileRegister::open(directory.path()).unwrap();
    assert_eq!(recovery.torn, None);
    assert_eq!(all(&register), before);
    register.append(register.size(), &[prefix("C")]).unwrap();
}

#[test]
fn the_bytes_are_gone_from_every_file() {
    let disk = Disk::default();
    let register = disk.open().unwrap().0;
    fill(&register);
    assert!(disk.segments().len() >= 3, "the cases need several segments");
    drop(register);
    // An append that was cut off: its copy holds what an erasure is about.
    let last = disk.segments().pop().unwrap();
    let mut bytes = disk.bytes(&last);
    bytes.extend_from_slice(&bytes.clone()[..100]);
    disk.set_bytes(&last, &bytes);
    let (register, recovery) = disk.open().unwrap();
    assert!(recovery.torn.is_some());
    let length =
        |disk: &Disk| -> usize { disk.segments().iter().map(|name| disk.bytes(name).len()).sum() };
    let before = length(&disk);
    register.erase(&CONDEMNED).unwrap();
    assert!(before - length(&disk) > 4 * 20, "the files are as long as before");
    let markers = disk
        .segments()
        .into_iter()
        .map(|name| disk.bytes(&name).windows(4).filter(|window| *window == ERASED).count());
    assert_eq!(markers.sum::<usize>(), CONDEMNED.len());
    let names: Vec<String> = disk.state().files.keys().cloned().collect();
    // Summaries hold places and times alone.
    let other = names.iter().find(|name| !name.ends_with(".seg") && !name.ends_with(".sum"));
    assert_eq!(other, None, "only segments are left: {names:?}");
}

#[test]
fn an_erasure_that_fails_anywhere_loses_nothing_and_is_finished_later() {
    let (mut cases, mut failed) = (0, 0);
    for failure in [Failure::Undone, Failure::Done, Failure::Torn(3), Failure::Torn(400)] {
        for count in [1, usize::MAX] {
            for from in 0..24 {
                for power_lost in [false, true] {
                    let case = format!("{failure:?}, {count} from {from}, power {power_lost}");
                    failed += usize::from(fails_and_is_finished(
                        (from, count, failure),
                        power_lost,
                        &case,
                    ));
                    cases += 1;
                }
            }
        }
    }
    assert_eq!(cases, 4 * 2 * 24 * 2);
    assert!(failed > cases / 2, "most of the failures must hit: {failed} of {cases}");
}

/// Says whether the erasure failed.
fn fails_and_is_finished(
    (from, count, failure): (usize, usize, Failure),
    power_lost: bool,
    case: &str,
) -> bool {
    let disk = Disk::default();
    let register = disk.open().unwrap().0;
    fill(&register);
    let before = all(&register);
    disk.fail(from, count, failure);
    let erased = register.erase(&CONDEMNED);
    disk.state().failing = None;
    if erased.is_ok() {
        assert!(assert_sound(&before, &all(&register), case), "{case}: told too early");
    }
    drop(register);
    if power_lost {
        disk.lose_power();
    }
    let (register, recovery) = disk.open().unwrap_or_else(|error| panic!("{case}: {error}"));
    assert_eq!(recovery.torn, None, "{case}");
    let all_gone = assert_sound(&before, &all(&register), case);
    assert!(all_gone || erased.is_err(), "{case}: what was told to be gone is back");
    register.erase(&CONDEMNED).unwrap_or_else(|error| panic!("{case}: {error}"));
    assert!(assert_sound(&before, &all(&register), case), "{case}: not finished");
    register.append(SIZE, &[prefix("B")]).unwrap();
    drop(register);
    disk.lose_power();
    let register = disk.open().unwrap().0;
    assert!(assert_sound(&before, &all(&register)[..before.len()], case), "{case}: not durable");
    assert_eq!(register.size(), SIZE + 1, "{case}");
    erased.is_err()
}

#[test]
fn readers_and_writers_go_on_beside_an_erasure() {
    let directory = tempfile::tempdir().unwrap();
    let register = FileRegister::open(directory.path()).unwrap().0;
    fill(&register);
    let before = all(&register);
    let end = Instant::now() + std::time::Duration::from_millis(300);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for index in (0..SIZE).rev() {
                register.erase(&[index]).unwrap();
            }
        });
        scope.spawn(|| {
            while Instant::now() < end {
                register.append(register.size(), &[prefix("B")]).unwrap();
            }
        });
        scope.spawn(|| {
            while Instant::now() < end {
                let found = register.read(0, before.len()).unwrap();
                let same = found.iter().zip(&before).all(|(new, old)| new.leaf == old.leaf);
                assert!(same && found.len() == before.len());
            }
        });
    });
    let erased = all(&register).into_iter().take(before.len());
    assert!(erased.into_iter().all(|entry| entry.payload == Payload::Erased));
}
