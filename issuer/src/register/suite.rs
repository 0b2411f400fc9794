//! What every register must do, whatever keeps it.

use jiff::{SignedDuration, Timestamp};
use verifier::log::LeafView;

use super::samples::{certificate, entry, issued, prefix};
use super::{
    AppendError, Event, FileRegister, Kind, Leaf, MemoryRegister, NewEntry, Payload, Register,
    RegisterError,
};

#[test]
fn the_memory_register_passes() {
    passes(&|| Box::new(MemoryRegister::new()));
}

#[test]
fn the_file_register_passes() {
    let directories = std::cell::RefCell::new(Vec::new());
    passes(&|| {
        let directory = tempfile::tempdir().unwrap();
        let register = FileRegister::open(directory.path()).unwrap().0;
        directories.borrow_mut().push(directory);
        Box::new(register)
    });
}

/// Runs every case on registers that `fresh` makes, each empty.
fn passes(fresh: &dyn Fn() -> Box<dyn Register>) {
    begins_empty(&*fresh());
    keeps_what_was_appended(&*fresh());
    compares_before_it_swaps(&*fresh());
    keeps_times_rising(&*fresh());
    refuses_what_is_too_large(&*fresh());
    reads_any_stretch(&*fresh());
    lets_one_of_many_writers_win(&*fresh());
}

fn begins_empty(register: &dyn Register) {
    assert_eq!(register.size(), 0);
    assert_eq!(register.last_time(), None);
    assert_eq!(register.read(0, 10).unwrap(), []);
    assert_eq!(register.append(0, &[]).unwrap(), 0);
}

fn keeps_what_was_appended(register: &dyn Register) {
    let new = [prefix("A"), issued(certificate(1, 1))];
    assert_eq!(register.append(0, &new).unwrap(), 2);
    let entries = register.read(0, 10).unwrap();
    assert_eq!(entries.len(), 2);
    for (index, (entry, new)) in (0..).zip(entries.iter().zip(&new)) {
        assert_eq!(entry.index, index);
        assert_eq!((entry.epoch, entry.instance), (1, 1));
        assert_eq!(entry.kind, new.payload.kind());
        assert_eq!(entry.time, new.time);
        assert_eq!(entry.payload, Payload::Present(new.payload.clone()));
        let said = LeafView::parse(entry.leaf.bytes()).unwrap().commitments;
        let (_, signatures) = said.split_last().unwrap();
        assert_eq!(signatures, new.commitments);
        assert_eq!(entry.leaf, Leaf::compose(entry.kind, index, new.time, &said));
    }
    assert_eq!(entries[1].kind, Kind::CertificateIssued);
    assert_eq!(register.last_time(), Some(entries[1].time));
}

fn compares_before_it_swaps(register: &dyn Register) {
    register.append(0, &[prefix("A")]).unwrap();
    for expected in [0, 2, u64::MAX] {
        let refused = register.append(expected, &[prefix("B")]).unwrap_err();
        assert!(matches!(refused, AppendError::Conflict { size: 1 }), "{refused}");
    }
    assert_eq!(register.size(), 1);
}

fn keeps_times_rising(register: &dyn Register) {
    let at = |text: &str| NewEntry { time: text.parse().unwrap(), ..prefix("A") };
    let new = [
        at("2026-05-15T06:00:00.0000019Z"),
        at("2026-05-15T06:00:00.0000019Z"),
        at("2026-05-15T05:00:00Z"),
        at("1969-01-01T00:00:00Z"),
        at("2026-05-15T06:00:01Z"),
    ];
    register.append(0, &new[..2]).unwrap();
    register.append(2, &new[2..]).unwrap();
    let times: Vec<_> =
        register.read(0, 9).unwrap().iter().map(|entry| format!("{:.6}", entry.time)).collect();
    assert_eq!(
        times,
        [
            "2026-05-15T06:00:00.000001Z",
            "2026-05-15T06:00:00.000002Z",
            "2026-05-15T06:00:00.000003Z",
            "2026-05-15T06:00:00.000004Z",
            "2026-05-15T06:00:01.000000Z",
        ]
    );
    let last = NewEntry { time: Timestamp::MAX, ..prefix("A") };
    let refused = register.append(5, &[last, prefix("B")]).unwrap_err();
    assert!(matches!(refused, AppendError::Storage(RegisterError::Time { .. })), "{refused}");
}

fn refuses_what_is_too_large(register: &dyn Register) {
    let large = entry(0, Event::InstanceRegistered { prefix: "A".repeat(17 * 1024 * 1024) });
    let wide = NewEntry { commitments: vec![[0; 32]; 2_000], ..prefix("A") };
    let many = vec![prefix("A"); 8_193];
    for refused in [vec![prefix("B"), large], vec![wide], many] {
        let refused = register.append(0, &refused).unwrap_err();
        assert!(matches!(refused, AppendError::Storage(RegisterError::TooLarge { .. })));
    }
    assert_eq!(register.size(), 0);
    assert_eq!(register.append(0, &[prefix("A")]).unwrap(), 1);
}

fn reads_any_stretch(register: &dyn Register) {
    let mut size = 0;
    for group in 1..15_u32 {
        let mut new: Vec<_> = (0..group).map(|n| issued(certificate(100 * group + n, n))).collect();
        if group % 3 == 0 {
            new.push(prefix("A"));
        }
        size = register.append(size, &new).unwrap();
    }
    let all = register.read(0, usize::MAX).unwrap();
    assert_eq!(u64::try_from(all.len()).unwrap(), size);
    for from in 0..=all.len() + 2 {
        for count in [0, 1, 7, 1_000] {
            let expected: Vec<_> = all.iter().skip(from).take(count).cloned().collect();
            let read = register.read(u64::try_from(from).unwrap(), count).unwrap();
            assert!(read == expected, "from {from}, {count} entries");
            let kinds = register.kinds(u64::try_from(from).unwrap(), count).unwrap();
            let expected: Vec<_> = expected.iter().map(|entry| entry.kind).collect();
            assert_eq!(kinds, expected, "from {from}, {count} entries");
        }
    }
    let gaps = all.windows(2).map(|pair| pair[1].time.duration_since(pair[0].time));
    assert!(gaps.into_iter().all(|gap| gap >= SignedDuration::from_micros(1)));
    assert!(register.read(u64::MAX, 1).unwrap().is_empty());
}

fn lets_one_of_many_writers_win(register: &dyn Register) {
    let write = || {
        let mut won = 0;
        while won < 20 {
            match register.append(register.size(), &[prefix("A"), prefix("B")]) {
                Ok(_) => won += 1,
                Err(AppendError::Conflict { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(write);
        }
    });
    assert_eq!(register.size(), 160);
    let prefixes: Vec<_> =
        register.read(0, 200).unwrap().into_iter().map(|entry| entry.payload).collect();
    let [a, b] = [prefix("A"), prefix("B")].map(|new| Payload::Present(new.payload));
    assert!(prefixes.chunks(2).all(|pair| pair == [a.clone(), b.clone()]));
}
