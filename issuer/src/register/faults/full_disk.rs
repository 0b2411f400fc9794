//! A disk without room: nothing is issued, and what must be ended still is.

use super::*;

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
