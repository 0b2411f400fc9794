//! Bytes that are not as they were written: torn, flipped, missing, shortened.

use super::*;

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
