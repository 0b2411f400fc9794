//! The file register on a disk that fails, tears writes and loses power. Whatever happens: an entry whose
//! append returned is there and equal, and no entry is there by half.

mod damage;
mod full_disk;
mod operations;

use super::disk::{Disk, Failure};
use super::file::Sizes;
use super::frame::{ERASED, HEAD_BYTES, PRESENT};
use super::recovery::{Trust, check};
use super::samples::{certificate, entry, issued, prefix, revocation};
use super::storage::Storage as _;
use super::{AppendError, Event, FileRegister, NewEntry, Payload, Register, RegisterError};

/// Groups of one to three entries, some compressed, some not.
fn groups() -> Vec<Vec<NewEntry>> {
    (0..5_u32)
        .map(|group| {
            let entries = (0..=group % 3).map(|n| issued(certificate(10 * group + n, n)));
            std::iter::once(prefix("A")).chain(entries).collect()
        })
        .collect()
}

/// Appends every group, going on after errors as a sequencer would. Returns those that were acknowledged.
fn append_all(register: &FileRegister) -> Vec<Vec<NewEntry>> {
    let appended = |group: &Vec<NewEntry>| register.append(register.size(), group).is_ok();
    groups().into_iter().filter(appended).collect()
}

fn filled() -> Disk {
    let disk = Disk::default();
    let register = disk.open().unwrap().0;
    assert_eq!(append_all(&register).len(), groups().len());
    assert!(disk.segments().len() > 1, "the cases need several segments");
    disk
}

fn payloads(register: &dyn Register) -> Vec<Payload> {
    register.read(0, usize::MAX).unwrap().into_iter().map(|entry| entry.payload).collect()
}

/// The register holds the acknowledged groups in order; between and behind them only whole groups
/// that were tried.
fn assert_holds(register: &dyn Register, acknowledged: &[Vec<NewEntry>], case: &str) {
    let found = payloads(register);
    assert_eq!(u64::try_from(found.len()).unwrap(), register.size(), "{case}");
    let mut rest = found.as_slice();
    let mut wanted =
        acknowledged.iter().map(|group| expected(group)).collect::<Vec<_>>().into_iter().peekable();
    for group in groups().iter().map(|group| expected(group)) {
        if rest.starts_with(&group) {
            rest = &rest[group.len()..];
            wanted.next_if_eq(&group);
        }
    }
    assert!(rest.is_empty(), "{case}: an entry is there that belongs to no whole group");
    assert!(wanted.peek().is_none(), "{case}: an acknowledged entry is lost");
}

fn expected(group: &[NewEntry]) -> Vec<Payload> {
    group.iter().map(|new| Payload::Present(new.payload.clone())).collect()
}

#[test]
fn reads_on_without_erased_payloads() {
    let disk = Disk::default();
    let register = disk.open().unwrap().0;
    for index in 0..3 {
        register.append(index, &[prefix("A")]).unwrap();
    }
    let before = register.read(0, 9).unwrap();
    let name = disk.segments().pop().unwrap();
    let bytes = disk.bytes(&name);
    let payload = br#"{"kind":"instance-registered","prefix":"A","salt":"nzrhBHvIXSbxYCya1Bc-iA"}"#;
    let frame = [PRESENT.as_slice(), payload].concat();
    let starts = |pattern: &[u8]| bytes.windows(pattern.len()).position(|part| part == pattern);
    let at = starts(&frame).unwrap();
    let without = |marker: &[u8]| [&bytes[..at], marker, &bytes[at + frame.len()..]].concat();

    disk.set_bytes(&name, &without(&ERASED));
    let entries = disk.open().unwrap().0.read(0, 9).unwrap();
    assert_eq!(entries[0].payload, Payload::Erased);
    assert_eq!(entries[0].leaf, before[0].leaf);
    assert_eq!(entries[1..], before[1..]);

    for damage in [without(&PRESENT), without(b"")] {
        disk.set_bytes(&name, &damage);
        assert!(matches!(disk.open().err(), Some(RegisterError::Damaged { .. })));
    }
}

#[test]
fn raises_the_epoch_for_good() {
    let disk = Disk::default();
    let register = disk.open().unwrap().0;
    register.append(0, &[prefix("A")]).unwrap();
    assert_eq!(register.raise_epoch().unwrap(), 2);
    drop(register);
    disk.lose_power();
    let register = disk.open().unwrap().0;
    register.append(1, &[prefix("A")]).unwrap();
    let epochs: Vec<_> = register.read(0, 9).unwrap().iter().map(|entry| entry.epoch).collect();
    assert_eq!(epochs, [1, 2]);
}

#[test]
fn one_writer_and_any_reader() {
    let directory = tempfile::tempdir().unwrap();
    let register = FileRegister::open(directory.path()).unwrap().0;
    register.append(0, &[prefix("A")]).unwrap();
    let second = FileRegister::open(directory.path()).err().unwrap();
    assert!(matches!(second, RegisterError::Locked { .. }), "{second}");
    let reader = FileRegister::open_read_only(directory.path()).unwrap().0;
    assert_eq!(reader.read(0, 9).unwrap(), register.read(0, 9).unwrap());
    let refused = reader.append(1, &[prefix("A")]).unwrap_err();
    assert!(matches!(refused, AppendError::Storage(RegisterError::ReadOnly)));
    drop(register);
    assert_eq!(FileRegister::open(directory.path()).unwrap().1.size, 1);
}
