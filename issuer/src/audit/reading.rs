//! The walk over the register: each entry is checked in its place and handed to those who keep account of all.
//! It owns the order of the checks; it must not decide what is unique or genuine.

use std::fs;
use std::io;
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::Offset;
use sha2::{Digest as _, Sha256};
use verifier::log::{Hash, LeafView};

use super::checkpoints::Checkpoints;
use super::credentials::{Expected, Genuine, Issued, check};
use super::finding::{Account, Invariant};
use super::frames::{RawEntry, Step, Stored, walk};
use super::keys::{Keys, entry as name_of};
use super::ledger::Ledger;
use super::place::Place;
use super::tree::Tree;
use super::{SegmentFile, statement, transcripts};
use crate::processors::on_all_processors;
use crate::register::{Edition, Event, Kind};

/// Entries whose signatures are verified at once: some megabytes, and work for every processor.
const ENTRIES_AT_ONCE: usize = 64;

/// How far the register was read, and what is known by then.
pub(super) struct Reading<'a> {
    place: &'a Place,
    checkpoints: &'a Checkpoints,
    pub(super) keys: Keys,
    pub(super) ledger: Ledger,
    pub(super) tree: Tree,
    next: u64,
    last_time: u64,
    last_epoch: u32,
    /// The epoch that a restore left behind; 1 without one.
    epoch: u32,
    /// Entries are missing or wrong, so that no root behind them can be computed.
    is_broken: bool,
}

/// An entry, its payload read as far as it can be.
struct Read<'s> {
    raw: RawEntry<'s>,
    leaf: Option<LeafView>,
    payload: Payload,
}

enum Payload {
    Present(Said),
    Erased,
    /// It was told already.
    Damaged,
    /// Why it is no event.
    Wrong(&'static str),
}

/// What an entry says, and the commitment to it.
struct Said {
    event: Box<Event>,
    commitment: Hash,
}

impl<'a> Reading<'a> {
    pub(super) fn new(place: &'a Place, directory: &Path, checkpoints: &'a Checkpoints) -> Self {
        let epoch = fs::read_to_string(directory.join("register/epoch")).ok();
        Self {
            place,
            checkpoints,
            keys: Keys::default(),
            ledger: Ledger::default(),
            tree: Tree::new(directory, checkpoints.covered, place.is_in_use),
            next: 0,
            last_time: 0,
            last_epoch: 1,
            epoch: epoch.and_then(|epoch| epoch.trim().parse().ok()).unwrap_or(1),
            is_broken: false,
        }
    }

    /// Reads one segment.
    pub(super) fn segment(
        &mut self,
        (segment, is_last): (&SegmentFile, bool),
        bytes: &[u8],
        account: &mut Account<'_>,
        progress: &mut dyn FnMut(u64),
    ) {
        let file = format!("register/{}", segment.name);
        if segment.first_index != self.next {
            let what =
                format!("it begins with entry {}, where {} is due", segment.first_index, self.next);
            account.find(Invariant::I1, &file, what);
        }
        walk(bytes, is_last, &mut |step| match step {
            Step::Fault(offset, what) => {
                account.find(Invariant::I1, format!("{file} at byte {offset}"), what);
            }
            Step::Torn(offset) => {
                let length = bytes.len().saturating_sub(offset);
                account.note(format!(
                    "the last {length} bytes of {file} are an append that was never acknowledged"
                ));
            }
            Step::Group(entries) => {
                for chunk in entries.chunks(ENTRIES_AT_ONCE) {
                    self.entries(&file, chunk, account);
                    let read = chunk.last().map_or(0, |entry| entry.offset);
                    progress(u64::try_from(read).unwrap_or(u64::MAX));
                }
                self.ledger.close_group(account);
            }
        });
    }

    /// What is left to compare at the end of the register.
    pub(super) fn finish(&mut self, account: &mut Account<'_>) -> io::Result<()> {
        if self.is_broken {
            let what = format!("no root of more than {} entries can be computed", self.tree.size());
            account.find(Invariant::I2, "the register", what);
            return Ok(());
        }
        self.tree.finish(account)
    }

    fn entries(&mut self, file: &str, entries: &[RawEntry<'_>], account: &mut Account<'_>) {
        let read = on_all_processors(entries, read);
        for entry in &read {
            self.frame(file, entry, account);
            self.keys(entry, account);
        }
        let genuine = {
            let (keys, place) = (&self.keys, self.place);
            on_all_processors(&read, |entry| genuine(entry, (place, keys)))
        };
        for (entry, genuine) in read.iter().zip(genuine) {
            self.event(entry, genuine, account);
        }
    }

    /// Head and leaf in their place, and the tree with one leaf more.
    fn frame(&mut self, file: &str, entry: &Read<'_>, account: &mut Account<'_>) {
        let head = entry.raw.head;
        let place = || format!("{file} at byte {}, entry {}", entry.raw.offset, head.index);
        let mut fault = |what: &str| account.find(Invariant::I1, place(), what);
        if head.index != self.next {
            fault(&format!("entry {} is due here", self.next));
            self.is_broken = true;
        }
        if head.microseconds <= self.last_time {
            fault("it is not later than the entry before");
        }
        if head.epoch < self.last_epoch || head.epoch > self.epoch {
            fault("its epoch is earlier than that before, or later than any restore made");
        }
        match &entry.leaf {
            None => fault("its leaf is not in its one canonical form"),
            Some(leaf) => {
                let kind = Kind::from_number(head.kind);
                if leaf.index != head.index || leaf.time != time_text(head.microseconds) {
                    fault("its leaf has another index or time than its head");
                }
                if kind.is_none_or(|kind| kind.name() != leaf.kind) {
                    fault("its leaf has another kind than its head");
                }
            }
        }
        self.ledger.payloads.see(head.index, Kind::from_number(head.kind));
        self.next = head.index.saturating_add(1);
        self.last_time = head.microseconds;
        self.last_epoch = head.epoch.max(self.last_epoch);
        account.summary.entries = account.summary.entries.saturating_add(1);
        if !self.is_broken {
            self.tree.push(entry.raw.leaf, account);
            self.checkpoints.compare(self.tree.size(), || self.tree.root(), account);
        }
    }

    /// Keys first: what the same append signs may be signed with a key that it adds.
    fn keys(&mut self, entry: &Read<'_>, account: &mut Account<'_>) {
        let index = entry.raw.head.index;
        let Payload::Present(said) = &entry.payload else { return };
        match &*said.event {
            Event::KeyAdded(key) => self.keys.add(index, key, account),
            Event::KeyRetired(end) => self.keys.retire(index, &end.id, account),
            Event::KeyCompromised(end) => {
                self.keys.compromise(index, (&end.id, end.pin.size), account);
            }
            Event::RegisterRestored(restored) => self.keys.restored(restored.epoch),
            _ => {}
        }
    }

    fn event(
        &mut self,
        entry: &Read<'_>,
        genuine: Vec<Result<Genuine, String>>,
        account: &mut Account<'_>,
    ) {
        let index = entry.raw.head.index;
        let said = match &entry.payload {
            Payload::Present(said) => said,
            Payload::Erased => return self.ledger.payloads.miss(index),
            Payload::Damaged => return,
            Payload::Wrong(fault) => {
                account.find(Invariant::I1, name_of(index), *fault);
                return;
            }
        };
        if happened(&said.event).is_some_and(|time| time.as_microsecond() > microseconds(entry)) {
            account.find(
                Invariant::I5,
                name_of(index),
                "what it says happened after it was registered",
            );
        }
        let genuine = self.accept((entry, said), genuine, account);
        match &*said.event {
            Event::InstanceRegistered { prefix } => self.ledger.instance(index, prefix, account),
            Event::RegisterRestored(restored) => self.ledger.keep(&restored.kept),
            Event::CertificateIssued(certificate) => {
                let year = Offset::constant(5).to_datetime(certificate.issued_at).year();
                self.ledger.issue((index, year), certificate, &genuine, account);
            }
            Event::EditionAdded(added) => {
                self.ledger.add_editions(index, added, &genuine, account);
            }
            Event::TranscriptIssued(transcript) => {
                self.ledger.transcript(index, transcript, account);
            }
            Event::CertificateRevoked(revocation) => self.ledger.revoke(index, revocation, account),
            Event::NumbersVoided(void) => self.ledger.void(index, void, account),
            Event::PayloadErased(erasure) => self.ledger.erase(index, erasure, account),
            _ => {}
        }
    }

    /// The credentials of an entry that are genuine; what is wrong with the others is told.
    fn accept(
        &self,
        (entry, said): (&Read<'_>, &Said),
        checked: Vec<Result<Genuine, String>>,
        account: &mut Account<'_>,
    ) -> Vec<Genuine> {
        let index = entry.raw.head.index;
        let expected = checked.len().saturating_add(1);
        let mut accepted = Vec::with_capacity(checked.len());
        for (edition, genuine) in checked.into_iter().enumerate() {
            account.summary.signatures = account.summary.signatures.saturating_add(1);
            match genuine {
                Ok(genuine) => accepted.push(genuine),
                Err(fault) => {
                    let what = format!("of its credential {}: {fault}", edition + 1);
                    account.find(Invariant::I5, name_of(index), what);
                }
            }
        }
        let commitments = entry.leaf.as_ref().map(|leaf| leaf.commitments.as_slice());
        let commitments = commitments.unwrap_or_default();
        if !accepted.iter().all(|genuine| commitments.contains(&genuine.commitment)) {
            let what = "its leaf does not commit to a credential of it";
            account.find(Invariant::I5, name_of(index), what);
        }
        if commitments.last() != Some(&said.commitment) {
            let what = "its leaf does not commit to what it says";
            account.find(Invariant::I5, name_of(index), what);
        }
        // Theirs, the payload's, and no further one.
        if commitments.len() != expected {
            let what = format!(
                "its leaf has {} commitments, and {expected} belong to it",
                commitments.len()
            );
            account.find(Invariant::I5, name_of(index), what);
        }
        for genuine in &accepted {
            let unfit = self.keys.0.get(genuine.key).and_then(|key| key.unfit_at(index));
            if let Some(unfit) = unfit {
                account.find(Invariant::I6, name_of(index), unfit);
            }
        }
        accepted
    }
}

fn read<'s>(raw: &RawEntry<'s>) -> Read<'s> {
    let payload = match raw.stored {
        Stored::Erased => Payload::Erased,
        Stored::Damaged => Payload::Damaged,
        Stored::Present(stored) => match raw.head.unpack(stored) {
            None => Payload::Wrong("its payload does not unpack to the length it states"),
            Some(plain) => match serde_json::from_slice::<Event>(&plain) {
                Err(_) => Payload::Wrong("its payload is no event that this version knows"),
                Ok(event) if event.kind().number() != raw.head.kind => {
                    Payload::Wrong("its payload is of another kind than its head")
                }
                Ok(event) => Payload::Present(Said {
                    event: Box::new(event),
                    commitment: payload_commitment(&plain),
                }),
            },
        },
    };
    Read { raw: *raw, leaf: LeafView::parse(raw.leaf).ok(), payload }
}

/// The commitment to a payload (`docs/formats.md`, "A group", "Leaf").
fn payload_commitment(plain: &[u8]) -> Hash {
    Sha256::new().chain_update(b"tanu-payload-v1\0").chain_update(plain).finalize().into()
}

/// Every credential of an entry, and the statement of its QR code after them, checked.
fn genuine(entry: &Read<'_>, (place, keys): (&Place, &Keys)) -> Vec<Result<Genuine, String>> {
    let Payload::Present(said) = &entry.payload else { return Vec::new() };
    let (number, issued, editions, fragment): (_, _, &[Edition], _) = match &*said.event {
        Event::CertificateIssued(certificate) => {
            let issued = Issued {
                registration_number: &certificate.registration_number,
                handle: &certificate.handle,
                completion: &certificate.completion,
            };
            (&certificate.number, Some(issued), &certificate.editions, &certificate.statement)
        }
        Event::EditionAdded(added) => (&added.number, None, &added.editions, &added.statement),
        Event::TranscriptIssued(transcript) => {
            return transcripts::check(transcript, (place, keys));
        }
        _ => return Vec::new(),
    };
    let expected = Expected { url: &place.url, issuer: &place.issuer, number, issued };
    let checked = editions.iter().map(|edition| check(edition, &expected, keys));
    let mut checked: Vec<_> = checked.collect();
    if let Some(fragment) = fragment {
        checked.push(statement::check(fragment, &expected, (editions, &checked), keys));
    }
    checked
}

/// When an event says that it happened.
fn happened(event: &Event) -> Option<Timestamp> {
    match event {
        Event::CertificateIssued(certificate) => Some(certificate.issued_at),
        Event::CertificateRevoked(revocation) => Some(revocation.revoked_at),
        Event::EditionAdded(added) => Some(added.signed_at),
        Event::TranscriptIssued(transcript) => Some(transcript.issued_at),
        Event::KeyRetired(end) => Some(end.retired_at),
        Event::KeyCompromised(end) => Some(end.declared_at),
        Event::PageUnpublished(change) | Event::PagePublished(change) => Some(change.changed_at),
        Event::IssuingStopped(switch) | Event::IssuingResumed(switch) => Some(switch.switched_at),
        Event::PayloadErased(erasure) => Some(erasure.erased_at),
        _ => None,
    }
}

fn microseconds(entry: &Read<'_>) -> i64 {
    i64::try_from(entry.raw.head.microseconds).unwrap_or(i64::MAX)
}

/// A time as leaves have it.
fn time_text(microseconds: u64) -> String {
    let time =
        i64::try_from(microseconds).ok().and_then(|time| Timestamp::from_microsecond(time).ok());
    time.map_or_else(String::new, |time| format!("{time:.6}"))
}
