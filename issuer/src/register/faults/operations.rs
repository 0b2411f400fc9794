//! The k-th operation fails, is done by half, or is the last one.

use super::*;

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
