//! What the register alone tells, against the store that is made of it.

use std::path::Path;

use super::super::sequencer::open_list;
use super::*;
use crate::register::moody::Moody;
use crate::register::samples::{certificate, entry, issued, prefix, revocation, time};
use crate::register::{
    Certificate, ErasedCertificate, Erasure, KeyCompromise, KeyPurpose, KeyRetirement,
    MemoryRegister, PageChange, RegisteredKey, TreePin, Void,
};
use crate::store::Store;

/// A register as it could have come about: numbers in order with gaps, restored twice, and whatever happens to certificates.
struct History {
    register: Arc<MemoryRegister>,
    seed: u64,
    issued: Vec<Certificate>,
    /// Indices of their entries.
    indices: Vec<u64>,
}

impl History {
    fn of(seed: u64) -> Self {
        let register = Arc::new(MemoryRegister::new());
        let mut history = Self { register, seed, issued: Vec::new(), indices: Vec::new() };
        history.append(prefix("T"));
        for name in ["a", "b"] {
            history.append(entry(3, Event::KeyAdded(key(name))));
        }
        for (epoch, series) in (1..).zip(["T", "U", "V"]) {
            history.go_on(series, epoch);
            if epoch < 3 {
                history.restore(epoch + 1, series);
            }
        }
        let retired_at = time(8);
        history.append(entry(8, Event::KeyRetired(KeyRetirement { id: key("a").id, retired_at })));
        history.append(entry(8, Event::KeyCompromised(compromise())));
        history
    }

    fn below(&mut self, end: u64) -> u64 {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.seed >> 33) % end
    }

    fn append(&mut self, new: NewEntry) {
        self.register.append(self.register.size(), &[new]).unwrap();
    }

    /// Sixty acts in one epoch.
    fn go_on(&mut self, series: &str, epoch: u32) {
        let mut serial = 0;
        for _ in 0..60 {
            match self.below(10) {
                0..=4 => {
                    serial += 1;
                    self.issue(serial, series, epoch);
                }
                5 => {
                    // A gap, which the journal explains.
                    serial += 1;
                    let void = Void {
                        number: format!("{series}-{serial:06}-K"),
                        registration_number: format!("2026-{series}-{serial:06}"),
                        reason: "the disk was full".to_owned(),
                    };
                    self.append(entry(10, Event::NumbersVoided(void)));
                }
                6 | 7 => {
                    let Some((number, _)) = self.any() else { continue };
                    let mut revoked = revocation(&number);
                    if self.below(3) == 0 {
                        revoked.superseded_by = self.any().map(|(number, _)| number);
                    }
                    self.append(entry(9, Event::CertificateRevoked(revoked)));
                }
                8 => {
                    let Some((number, _)) = self.any() else { continue };
                    let by = "registrar".to_owned();
                    let change = PageChange { number, by, changed_at: time(11) };
                    let hidden = self.below(2) == 0;
                    self.append(entry(
                        11,
                        if hidden {
                            Event::PageUnpublished(change)
                        } else {
                            Event::PagePublished(change)
                        },
                    ));
                }
                _ => self.erase(),
            }
        }
    }

    /// Lists rise with the certificates, twenty of them in each, and leave room after a restore.
    fn issue(&mut self, serial: u32, series: &str, epoch: u32) {
        let mut new = certificate(serial, serial % 7);
        new.number = format!("{series}-{serial:06}-K");
        new.registration_number = format!("2026-{series}-{serial:06}");
        new.handle = format!("HANDLE{series}{serial:09}");
        new.idempotency_key = format!("request-{series}-{serial}");
        for edition in &mut new.editions {
            edition.status.list = 10 * epoch + serial / 20;
        }
        self.indices.push(self.register.size());
        self.append(issued(new.clone()));
        self.issued.push(new);
    }

    /// Number and place in `issued` of any certificate.
    fn any(&mut self) -> Option<(String, usize)> {
        let count = u64::try_from(self.issued.len()).unwrap();
        let place = usize::try_from(self.below(count.max(1))).unwrap();
        self.issued.get(place).map(|certificate| (certificate.number.clone(), place))
    }

    fn erase(&mut self) {
        let Some((number, place)) = self.any() else { return };
        let known = &self.issued[place];
        let erased = ErasedCertificate {
            index: self.indices[place],
            number: number.clone(),
            registration_number: known.registration_number.clone(),
            issue_date: known.completion.issue_date,
            edition_indices: Vec::new(),
            statuses: known.editions.iter().map(|edition| edition.status).collect(),
        };
        let erasure = Erasure {
            by: "a".to_owned(),
            confirmed_by: "b".to_owned(),
            erased_at: time(20),
            certificates: vec![erased],
            transcripts: Vec::new(),
        };
        if self.below(2) == 0 {
            self.append(entry(9, Event::CertificateRevoked(revocation(&number))));
        }
        self.append(entry(20, Event::PayloadErased(erasure)));
        // One of three was cut off here.
        if self.below(3) > 0 {
            self.register.erase(&[self.indices[place]]).unwrap();
        }
    }

    fn restore(&mut self, epoch: u32, series: &str) {
        let restoration = Restoration {
            from: TreePin { size: 1, root: String::new() },
            epoch,
            prefix: series.to_owned(),
            log: format!("log-{epoch}"),
            first_status_list: 10 * epoch,
            kept: vec![StatusEntry { list: 10 * epoch - 2, index: 7 }],
            by: "registrar".to_owned(),
            restored_at: time(15),
        };
        self.append(entry(15, Event::RegisterRestored(restoration)));
        self.append(prefix(series));
    }
}

fn key(name: &str) -> RegisteredKey {
    RegisteredKey {
        id: format!("did:web:example.org#{name}"),
        multibase: "z6Mk".to_owned(),
        purpose: KeyPurpose::Credentials,
    }
}

fn compromise() -> KeyCompromise {
    KeyCompromise {
        id: key("b").id,
        since: time(1),
        pin: TreePin { size: 1, root: String::new() },
        by: "registrar".to_owned(),
        confirmed_by: None,
        declared_at: time(8),
    }
}

fn assert_alike(interim: &mut Interim, store: &Store, numbers: &[String]) {
    assert_eq!(interim.prefix(), store.prefix().unwrap().as_deref());
    assert_eq!(interim.keys(), store.keys().unwrap());
    assert_eq!(interim.restorations(), store.restorations().unwrap());
    let mut lists: BTreeSet<u32> = store.lists().unwrap().into_iter().collect();
    lists.insert(open_list(store).unwrap());
    assert_eq!(*interim.lists(), lists);
    for list in 0..60 {
        let revoked = store.revoked_indices(list).unwrap();
        assert_eq!(interim.revoked_bits().of(list), revoked, "list {list}");
    }
    for number in numbers {
        let record = store.certificate(number).unwrap();
        assert_eq!(interim.certificate(number).unwrap(), record, "{number}");
        assert_eq!(interim.erased(number).cloned(), store.erased(number).unwrap(), "{number}");
        assert_eq!(interim.supersedes(number), store.supersedes(number).unwrap().as_deref());
    }
}

fn store(directory: &Path, register: Arc<dyn Register>) -> Store {
    Store::open(directory, register).unwrap()
}

#[test]
fn tells_what_the_store_would_tell() {
    let mut revoked = 0;
    for seed in 0..40 {
        let history = History::of(seed);
        let directory = tempfile::tempdir().unwrap();
        let store = store(directory.path(), history.register.clone());
        let mut numbers: Vec<String> =
            history.issued.iter().map(|certificate| certificate.number.clone()).collect();
        // Of other letters, of no series, behind the last, never given.
        numbers.extend(
            ["T-000001-L", "X-000001-K", "T-000999-K", "V-000000-K", "", "T"].map(str::to_owned),
        );
        let mut interim = Interim::read(history.register.clone()).unwrap();
        assert_alike(&mut interim, &store, &numbers);
        for number in numbers.iter().step_by(3) {
            let known = store.certificate(number).unwrap();
            let before = history.register.size();
            let now = Revocation { revoked_at: time(99), ..revocation(number) };
            let answer = interim.revoke(now);
            let active =
                known.as_ref().is_some_and(|known| known.state == CertificateState::Active);
            assert_eq!(history.register.size(), before + u64::from(active), "{number}");
            store.catch_up().unwrap();
            match (answer, store.certificate(number).unwrap()) {
                (Ok(record), kept) => assert_eq!(Some(record), kept, "{number}"),
                (Err(IssueError::Unknown(_)), None) => {}
                (Err(error), _) => panic!("{number}: {error}"),
            }
            revoked += usize::from(active);
        }
        assert_alike(&mut interim, &store, &numbers);
        // Whoever reads the register anew reads the same.
        assert_alike(&mut Interim::read(history.register.clone()).unwrap(), &store, &numbers);
    }
    assert!(revoked > 200, "only {revoked} certificates were revoked");
}

#[test]
fn a_register_without_order_loses_no_revoked_bit() {
    let register = Arc::new(MemoryRegister::new());
    let order = [5, 1, 9, 2, 8, 3, 7, 4, 6];
    let entries: Vec<_> = order.iter().map(|n| issued(certificate(*n, 1))).collect();
    register.append(0, &entries).unwrap();
    for n in 1..10 {
        let revoked = Event::CertificateRevoked(revocation(&format!("T-{n:06}-K")));
        register.append(register.size(), &[entry(9, revoked)]).unwrap();
        let directory = tempfile::tempdir().unwrap();
        let store = store(directory.path(), register.clone());
        let interim = Interim::read(register.clone()).unwrap();
        assert_eq!(interim.revoked_bits().of(1), store.revoked_indices(1).unwrap());
    }
}

#[test]
fn finds_a_number_with_few_looks() {
    let register = Arc::new(Moody::default());
    // Every hundredth number was given in vain.
    let given: Vec<u32> = (1..2_000).filter(|n| n % 100 != 0).collect();
    let entries: Vec<_> = given.iter().map(|n| issued(certificate(*n, 1))).collect();
    register.append(0, &entries).unwrap();
    let mut interim = Interim::read(register.clone()).unwrap();
    let _ = register.looks();
    for n in given.iter().step_by(10) {
        let number = format!("T-{n:06}-K");
        assert_eq!(interim.certificate(&number).unwrap().unwrap().certificate.number, number);
    }
    let looks = register.looks();
    assert!(looks < 200 * 6, "{looks} looks for 200 numbers");
}

#[test]
fn revokes_nothing_once_the_register_stopped() {
    let register = Arc::new(Moody::default());
    register.append(0, &[issued(certificate(1, 1))]).unwrap();
    register.stop();
    let mut interim = Interim::read(register.clone()).unwrap();
    let refused = interim.revoke(revocation("T-000001-K")).unwrap_err();
    assert!(refused.to_string().contains("restart"), "{refused}");
    assert_eq!(register.size(), 1);
    assert_eq!(interim.revoked_bits().of(1), [0; 0]);
}
