//! The file register on a disk that fails, tears writes and loses power. Whatever happens: an entry whose
//! append returned is there and equal, and no entry is there by half.

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
fn loses_nothing_whichever_operation_fails() {
    let failures = [
        Failure::Undone,
        Failure::Done,
        Failure::Torn(1),
        Failure::Torn(HEAD_BYTES + 5),
        Failure::Torn(700),
    ];
    let mut cases = 0;
    let mut table = Table::default();
    for failure in failures {
        for count in [1, 2, 3, usize::MAX] {
            for from in 0..60 {
                for power_lost in [false, true] {
                    table += fails_and_recovers((from, count, failure), power_lost);
                    cases += 1;
                }
            }
        }
    }
    assert_eq!(cases, 5 * 4 * 60 * 2);
    println!("{cases} cases: {table:?}");
    assert_eq!(table.acknowledged_and_lost, 0);
    // All other outcomes are met, or the cases would say little.
    assert!(table.acknowledged_and_kept > 1_000 && table.refused_and_kept > 10, "{table:?}");
    assert!(table.refused_and_lost > 100, "{table:?}");
}

/// What became of the appends that were tried.
#[derive(Debug, Default)]
struct Table {
    acknowledged_and_kept: usize,
    acknowledged_and_lost: usize,
    /// Allowed: whoever asked was told of a failure, and finds his entry when he repeats.
    refused_and_kept: usize,
    refused_and_lost: usize,
}

impl std::ops::AddAssign for Table {
    fn add_assign(&mut self, other: Self) {
        self.acknowledged_and_kept += other.acknowledged_and_kept;
        self.acknowledged_and_lost += other.acknowledged_and_lost;
        self.refused_and_kept += other.refused_and_kept;
        self.refused_and_lost += other.refused_and_lost;
    }
}

/// Which of the groups are in the register, and which of them were acknowledged. No two groups are alike.
fn counted(register: &dyn Register, acknowledged: &[Vec<NewEntry>]) -> Table {
    let found = payloads(register);
    let mut table = Table::default();
    for group in groups() {
        let wanted = expected(&group);
        let kept = found.windows(wanted.len()).any(|part| part == wanted);
        let place = match (acknowledged.iter().any(|one| expected(one) == wanted), kept) {
            (true, true) => &mut table.acknowledged_and_kept,
            (true, false) => &mut table.acknowledged_and_lost,
            (false, true) => &mut table.refused_and_kept,
            (false, false) => &mut table.refused_and_lost,
        };
        *place += 1;
    }
    table
}

fn fails_and_recovers((from, count, failure): (usize, usize, Failure), power_lost: bool) -> Table {
    let case = format!("{failure:?}, {count} operations from {from}, power lost: {power_lost}");
    let disk = Disk::default();
    disk.fail(from, count, failure);
    let acknowledged = match disk.open() {
        Ok((register, _)) => {
            let acknowledged = append_all(&register);
            assert_holds(&register, &acknowledged, &case);
            acknowledged
        }
        Err(_) => Vec::new(),
    };
    disk.state().failing = None;
    if power_lost {
        disk.lose_power();
    }
    let (register, _) = disk.open().unwrap_or_else(|error| panic!("{case}: {error}"));
    assert_holds(&register, &acknowledged, &case);
    let table = counted(&register, &acknowledged);
    // What was found is now built upon: it must survive the next power loss.
    let before = payloads(&register);
    let size = register.append(register.size(), &[prefix("Z")]).unwrap();
    drop(register);
    disk.lose_power();
    let (register, recovery) = disk.open().unwrap();
    assert_eq!(recovery.torn, None, "{case}");
    assert_eq!(register.size(), size, "{case}");
    assert_eq!(payloads(&register)[..before.len()], before, "{case}");
    table
}

#[test]
fn recovers_though_the_recovery_fails() {
    let whole = filled();
    let last = whole.segments().pop().unwrap();
    let bytes = whole.bytes(&last);
    for from in 0..12 {
        for failure in [Failure::Undone, Failure::Done, Failure::Torn(9)] {
            let disk = filled();
            disk.set_bytes(&last, &bytes[..bytes.len() - 3]);
            disk.fail(from, 1, failure);
            let first = disk.open().map(|(register, _)| register.size());
            disk.state().failing = None;
            disk.lose_power();
            let register = disk.open().unwrap().0;
            assert!(first.is_err() || first.unwrap() == register.size());
            assert_holds(
                &register,
                &groups()[..groups().len() - 1],
                &format!("{from} {failure:?}"),
            );
        }
    }
}

#[test]
fn stops_after_a_failed_sync() {
    let disk = Disk::default();
    let register = disk.open().unwrap().0;
    register.append(0, &[prefix("A")]).unwrap();
    // The file is opened, written, synced.
    disk.fail(2, 1, Failure::Undone);
    let failed = register.append(1, &[prefix("B")]).unwrap_err();
    assert!(matches!(failed, AppendError::Storage(RegisterError::Io { action: "sync", .. })));
    disk.state().failing = None;
    let stopped = register.append(1, &[prefix("B")]).unwrap_err();
    assert!(matches!(stopped, AppendError::Storage(RegisterError::Stopped { .. })), "{stopped}");
    assert!(stopped.to_string().contains("restart"), "{stopped}");
    assert_eq!(register.size(), 1);
    assert_eq!(register.read(0, 9).unwrap().len(), 1);
}

#[test]
fn stops_when_a_new_segment_may_have_no_name() {
    let disk = Disk::default();
    let register = disk.open().unwrap().0;
    // Creating the segment succeeds, syncing the directory does not.
    disk.fail(1, 1, Failure::Undone);
    register.append(0, &[prefix("A")]).unwrap_err();
    disk.state().failing = None;
    let stopped = register.append(0, &[prefix("A")]).unwrap_err();
    assert!(matches!(stopped, AppendError::Storage(RegisterError::Stopped { .. })), "{stopped}");
}

#[test]
fn goes_on_after_a_file_that_could_not_be_opened() {
    let disk = Disk::default();
    let register = disk.open().unwrap().0;
    register.append(0, &[prefix("A")]).unwrap();
    disk.fail(0, 1, Failure::Undone);
    let failed = register.append(1, &[prefix("B")]).unwrap_err();
    assert!(matches!(failed, AppendError::Storage(RegisterError::Io { action: "open", .. })));
    assert_eq!(register.append(1, &[prefix("C")]).unwrap(), 2);
}

#[test]
fn stops_after_a_failed_write_though_it_took_it_back() {
    let disk = Disk::default();
    let register = disk.open().unwrap().0;
    register.append(0, &[prefix("A")]).unwrap();
    disk.fail(1, 1, Failure::Torn(40));
    let failed = register.append(1, &[prefix("B")]).unwrap_err();
    assert!(matches!(failed, AppendError::Storage(RegisterError::Io { action: "write", .. })));
    let name = disk.segments().pop().unwrap();
    assert!(register.stopped().unwrap().contains("write"));
    let stopped = register.append(1, &[prefix("C")]).unwrap_err();
    assert!(matches!(stopped, AppendError::Storage(RegisterError::Stopped { .. })), "{stopped}");
    // Reading goes on.
    assert_eq!(register.read(0, 9).unwrap().len(), 1);
    drop(register);
    disk.state().failing = None;
    disk.lose_power();
    let (register, recovery) = disk.open().unwrap();
    assert_eq!(recovery.torn, None, "the torn bytes were cut off");
    assert_eq!(register.append(1, &[prefix("D")]).unwrap(), 2);
    assert!(!disk.bytes(&name).is_empty());
}

const ROOMY: Sizes = Sizes { segment_bytes_max: 8 * 1024 * 1024, reserve_bytes: 4 * 1024 * 1024 };
const MEBIBYTE: usize = 1024 * 1024;

fn fill_up(disk: &Disk, room: usize) {
    let used: usize = disk.names().unwrap().iter().map(|name| disk.bytes(name).len()).sum();
    disk.state().capacity = Some(used + room);
}

#[test]
fn a_full_disk_refuses_to_issue_and_goes_on_to_revoke() {
    let disk = Disk::default();
    let register = disk.open_sized(ROOMY).unwrap().0;
    assert_eq!(disk.bytes("reserve").len(), 4 * MEBIBYTE);
    assert!(disk.bytes("reserve").iter().any(|byte| *byte != 0), "real bytes, not a hole");
    register.append(0, &[issued(certificate(1, 1))]).unwrap();
    for room in [10 * MEBIBYTE, 100, 0] {
        fill_up(&disk, room);
        let refused = register.append(1, &[issued(certificate(2, 2))]).unwrap_err();
        assert!(matches!(refused, AppendError::Storage(RegisterError::Full { .. })), "{refused}");
        assert_eq!(register.stopped(), None);
    }
    assert_eq!(disk.bytes("reserve").len(), 4 * MEBIBYTE, "refusing needs no reserve");
    let revoked = || entry(5, Event::CertificateRevoked(revocation("T-000001-K")));
    assert_eq!(register.append(1, &[revoked()]).unwrap(), 2);
    assert_eq!(disk.bytes("reserve").len(), 0);
    assert_eq!(register.append(2, &[revoked()]).unwrap(), 3);
    // Not even the reserve is room enough for this one; nothing is left of it, and nothing stops.
    let room_left = disk.room().unwrap();
    fill_up(&disk, 10);
    let refused = register.append(3, &[revoked()]).unwrap_err();
    assert!(matches!(refused, AppendError::Storage(RegisterError::Full { .. })), "{refused}");
    assert!(room_left > 10);
    // With room again the reserve comes back before anything is issued.
    fill_up(&disk, 64 * MEBIBYTE);
    assert_eq!(register.append(3, &[issued(certificate(2, 2))]).unwrap(), 4);
    assert_eq!(disk.bytes("reserve").len(), 4 * MEBIBYTE);
    drop(register);
    disk.lose_power();
    let (register, recovery) = disk.open_sized(ROOMY).unwrap();
    assert_eq!((register.size(), recovery.torn), (4, None));
}

#[test]
fn a_register_opens_on_a_full_disk_and_revokes() {
    let disk = Disk::default();
    let register = disk.open_sized(ROOMY).unwrap().0;
    register.append(0, &[issued(certificate(1, 1))]).unwrap();
    drop(register);
    fill_up(&disk, 0);
    let register = disk.open_sized(ROOMY).unwrap().0;
    assert_eq!(disk.bytes("reserve").len(), 0, "the store and the status lists need room to open");
    let refused = register.append(1, &[issued(certificate(2, 2))]).unwrap_err();
    assert!(matches!(refused, AppendError::Storage(RegisterError::Full { .. })), "{refused}");
    let revoked = entry(5, Event::CertificateRevoked(revocation("T-000001-K")));
    assert_eq!(register.append(1, &[revoked]).unwrap(), 2);
}

/// Start of the last group of the last segment.
fn last_group_start(disk: &Disk) -> (String, usize) {
    let name = disk.segments().pop().unwrap();
    let before = Disk::default();
    let register = before.open().unwrap().0;
    for group in &groups()[..groups().len() - 1] {
        register.append(register.size(), group).unwrap();
    }
    let start = if before.segments().last() == Some(&name) { before.bytes(&name).len() } else { 0 };
    assert!(start > 0, "the cases need two groups in the last segment");
    (name, start)
}

#[test]
fn cuts_a_tail_torn_at_any_byte() {
    let disk = filled();
    let (name, start) = last_group_start(&disk);
    let whole = disk.bytes(&name);
    let acknowledged = &groups()[..groups().len() - 1];
    for cut in start..whole.len() {
        for filler in [None, Some(0), Some(0xff), Some(b'T')] {
            let disk = filled();
            let mut torn = whole[..cut].to_vec();
            if let Some(filler) = filler {
                torn.resize(whole.len() + 100, filler);
            }
            disk.set_bytes(&name, &torn);
            let (register, recovery) = disk.open().unwrap();
            let case = format!("cut at {cut}, {filler:?}");
            assert_holds(&register, acknowledged, &case);
            assert_eq!(recovery.torn.is_some(), torn.len() > start, "{case}");
            disk.lose_power();
            if let Some(torn_off) = recovery.torn {
                let kept = torn_off.kept_as.unwrap().display().to_string();
                assert_eq!(disk.bytes(&kept), torn[start..], "{case}");
            }
            assert_eq!(disk.bytes(&name).len(), start);
        }
    }
}

#[test]
fn cuts_garbage_behind_the_last_group() {
    for garbage in [&[0; 5_000][..], b"TnuH", b"TnuC\x01\0", &[0xa5; 33], PRESENT.as_slice()] {
        let disk = filled();
        let name = disk.segments().pop().unwrap();
        let mut bytes = disk.bytes(&name);
        bytes.extend_from_slice(garbage);
        disk.set_bytes(&name, &bytes);
        let (register, recovery) = disk.open().unwrap();
        assert_holds(&register, &groups(), "garbage");
        let length = u64::try_from(garbage.len()).unwrap();
        assert_eq!(recovery.torn.unwrap().length_bytes, length);
    }
}

#[test]
fn refuses_any_wrong_bit_before_the_last_group() {
    let disk = filled();
    let (last, start) = last_group_start(&disk);
    for name in disk.segments() {
        let whole = disk.bytes(&name);
        let end = if name == last { start } else { whole.len() };
        for at in 0..end {
            for bit in 0..8 {
                let mut bytes = whole.clone();
                bytes[at] ^= 1 << bit;
                disk.set_bytes(&name, &bytes);
                let refused = disk.open().err().unwrap_or_else(|| panic!("{name} {at} {bit}"));
                let RegisterError::Damaged { file, offset, .. } = &refused else {
                    panic!("{name} {at} {bit}: {refused}")
                };
                assert!(*file == name && *offset <= u64::try_from(at).unwrap(), "{refused}");
                assert_eq!(disk.bytes(&name), bytes, "a refusal changes nothing");
            }
        }
        disk.set_bytes(&name, &whole);
    }
    assert_holds(&disk.open().unwrap().0, &groups(), "restored");
}

/// Segments that are finished, each with its summary.
fn finished(disk: &Disk) -> Vec<String> {
    let mut segments = disk.segments();
    segments.pop();
    let summaries = disk.names().unwrap().into_iter().filter(|name| name.ends_with(".sum"));
    assert_eq!(summaries.count(), segments.len());
    segments
}

#[test]
fn finds_bits_that_flip_unseen_when_they_are_read() {
    let disk = filled();
    let before = disk.open().unwrap().0.read(0, usize::MAX).unwrap();
    let mut found = 0;
    for name in finished(&disk) {
        let whole = disk.bytes(&name);
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            disk.rot(&name, &bytes);
            // The summary fits, so nobody looked; but nothing that is wrong is ever given out.
            let register = disk.open().unwrap().0;
            let mut wrong = 0;
            for (index, before) in (0..).zip(&before) {
                match register.read(index, 1) {
                    Ok(read) => assert_eq!(read, std::slice::from_ref(before), "{name} {at}"),
                    Err(RegisterError::Damaged { file, .. }) => {
                        assert_eq!(file, name);
                        wrong += 1;
                    }
                    Err(other) => panic!("{name} {at}: {other}"),
                }
            }
            let all = check(&disk, Trust::Nothing).err();
            assert!(matches!(all, Some(RegisterError::Damaged { .. })), "{name} {at}");
            found += usize::from(wrong > 0);
        }
        disk.rot(&name, &whole);
    }
    assert!(found > 1_000, "{found}");
}

#[test]
fn reads_a_segment_again_that_changed_since_its_summary() {
    let disk = filled();
    for name in finished(&disk) {
        let whole = disk.bytes(&name);
        // The same bytes, written again: read, found whole, remembered anew.
        disk.set_bytes(&name, &whole);
        assert_holds(&disk.open().unwrap().0, &groups(), "touched");
        let mut bytes = whole.clone();
        bytes[100] ^= 1;
        disk.set_bytes(&name, &bytes);
        assert!(matches!(disk.open().err(), Some(RegisterError::Damaged { .. })));
        // Shorter, though its time of change says nothing.
        for length in [0, whole.len() / 2, whole.len() - 1] {
            disk.rot(&name, &whole[..length]);
            assert!(matches!(disk.open().err(), Some(RegisterError::Damaged { .. })), "{length}");
        }
        disk.set_bytes(&name, &whole);
        assert_holds(&disk.open().unwrap().0, &groups(), "restored");
    }
}

#[test]
fn a_summary_that_is_not_right_is_no_summary() {
    let disk = filled();
    for segment in finished(&disk) {
        let name = segment.replace(".seg", ".sum");
        let whole = disk.bytes(&name);
        let torn = (0..whole.len()).map(|length| whole[..length].to_vec());
        let flipped = (0..8 * whole.len()).map(|bit| {
            let mut bytes = whole.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            bytes
        });
        for bytes in torn.chain(flipped) {
            disk.set_bytes(&name, &bytes);
            assert_holds(&disk.open().unwrap().0, &groups(), "a wrong summary");
            assert_eq!(disk.bytes(&name), whole, "it is written anew");
        }
        // That of another segment.
        let other = finished(&disk).into_iter().find(|other| *other != segment);
        let other = other.map(|other| disk.bytes(&other.replace(".seg", ".sum"))).unwrap();
        disk.set_bytes(&name, &other);
        assert_holds(&disk.open().unwrap().0, &groups(), "another summary");
    }
}

#[test]
fn refuses_missing_and_shortened_segments() {
    let disk = filled();
    let first = disk.segments()[0].clone();
    let whole = disk.bytes(&first);
    disk.set_bytes(&first, &whole[..whole.len() - 1]);
    assert!(matches!(disk.open().err(), Some(RegisterError::Damaged { .. })));
    disk.state().files.remove(&first);
    let missing = disk.open().err().unwrap();
    assert!(missing.to_string().contains("missing"), "{missing}");
}

#[test]
fn takes_a_newer_format_for_what_it_is() {
    let disk = Disk::default();
    disk.open().unwrap().0.append(0, &[prefix("A")]).unwrap();
    let name = disk.segments().pop().unwrap();
    for (at, value) in [(4, 2), (6, 200), (68, 9)] {
        let whole = disk.bytes(&name);
        let mut bytes = whole.clone();
        bytes[at] = value;
        let crc = crc32fast::hash(&bytes[..HEAD_BYTES - 4]);
        bytes[HEAD_BYTES - 4..HEAD_BYTES].copy_from_slice(&crc.to_le_bytes());
        disk.set_bytes(&name, &bytes);
        let refused = disk.open().err().unwrap();
        assert!(matches!(refused, RegisterError::Newer { .. }), "{refused}");
        disk.set_bytes(&name, &whole);
    }
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
