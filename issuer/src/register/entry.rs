//! An entry before and after it is appended, and the two verbs of every register.

use jiff::Timestamp;

use super::frame::{StoredPayload, deflate};
use super::limits::{GROUP_ENTRIES_MAX, LEAF_BYTES_MAX, PAYLOAD_BYTES_MAX, SHARED_ENTRIES_MIN};
use super::payload::{Salt, fresh_salt, payload_commitment, salted};
use super::{AppendError, Event, Kind, Leaf, Outline, RegisterError};
use crate::processors::on_all_processors;

/// An append-only sequence of entries, the truth of this system.
///
/// Every implementation passes `suite::passes`.
pub trait Register: Send + Sync {
    /// Appends `entries`, all or none, if the register still holds `expected_size` entries, and returns the
    /// new size. On return they survive a power loss. No entries: nothing is written.
    ///
    /// # Errors
    /// [`AppendError::Conflict`] if the size is another by now; [`AppendError::Storage`] if the entries could
    /// not be made durable: then nothing of them is read from this register, and after a restart they are
    /// there all or not at all. Look for the idempotency key before trying again.
    fn append(&self, expected_size: u64, entries: &[NewEntry]) -> Result<u64, AppendError>;

    /// At most `count_max` entries, in order, from index `from` on. Empty at and beyond the end.
    ///
    /// # Errors
    /// If the bytes of an entry cannot be read or are damaged.
    fn read(&self, from: u64, count_max: usize) -> Result<Vec<Entry>, RegisterError>;

    /// Erases the payloads of these entries for good; heads, leaves and every hash stay. What is erased already is left.
    /// On return no file of the register holds them any more.
    ///
    /// Append the licence, [`Event::PayloadErased`], first: a payload that is missing without one is damage.
    ///
    /// # Errors
    /// If they could not be erased. Repeat it: nothing else has changed.
    fn erase(&self, indices: &[u64]) -> Result<(), RegisterError>;

    /// As [`Register::read`], for whoever keeps certificates as they are stored and looks nothing up but their outlines.
    ///
    /// # Errors
    /// As [`Register::read`].
    fn read_stored(&self, from: u64, count_max: usize) -> Result<Vec<StoredEntry>, RegisterError> {
        self.read(from, count_max)?.into_iter().map(StoredEntry::pack).collect()
    }

    /// What each of at most `count_max` entries records, in order, from index `from` on. Only heads are read: a walk over a
    /// whole register for whoever looks for the few entries that are no certificates.
    ///
    /// # Errors
    /// If the bytes of a head cannot be read or are damaged.
    fn kinds(&self, from: u64, count_max: usize) -> Result<Vec<Kind>, RegisterError> {
        Ok(self.read(from, count_max)?.iter().map(|entry| entry.kind).collect())
    }

    /// How many entries are durable: the index of the next one.
    fn size(&self) -> u64;

    /// The time of the last entry, `None` if there is none.
    fn last_time(&self) -> Option<Timestamp>;

    /// Why this register takes no more entries until the program is started again: a failure left it unclear what
    /// is on the disk. `None` while it takes them. Reading goes on either way.
    fn stopped(&self) -> Option<String> {
        None
    }
}

/// An entry to append. The register gives it its index and composes its leaf.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// When it happened. Kept in microseconds; raised to one more than the entry before if it is not later.
    pub time: Timestamp,
    /// One commitment per signature made for it. The register adds the one to the payload.
    pub commitments: Vec<[u8; 32]>,
    /// What it says.
    pub payload: Event,
}

/// An entry of the register.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Entry {
    /// Its place, from 0.
    pub index: u64,
    /// What it records.
    pub kind: Kind,
    /// Raised at each restore of a backup, so that two histories of one index can be told apart. From 1.
    pub epoch: u32,
    /// Which process appended it. A file has one writer, number 1.
    pub instance: u32,
    /// When, in microseconds; later than the entry before.
    pub time: Timestamp,
    /// Its public part.
    pub leaf: Leaf,
    /// What it says, unless that was erased.
    pub payload: Payload,
}

/// An entry for whoever follows the register.
#[derive(Clone, Debug)]
pub struct StoredEntry {
    /// Its place, from 0.
    pub index: u64,
    /// Hash of its leaf.
    pub leaf_hash: [u8; 32],
    /// What it says.
    pub payload: Stored,
}

/// The payload of a [`StoredEntry`]. Nearly all of them are certificates, and nearly all of each is signed text that is kept
/// as it is: nobody need read it, nor compress it once more.
#[derive(Clone, Debug)]
pub enum Stored {
    /// A certificate was issued: its outline, and the JSON text of the event in zlib form (RFC 1950).
    Certificate(Box<Outline>, Vec<u8>),
    /// Something else happened.
    Other(Event),
    /// It was erased.
    Erased,
}

impl StoredEntry {
    fn pack(entry: Entry) -> Result<Self, RegisterError> {
        let Entry { index, leaf, .. } = entry;
        let payload = match entry.payload {
            Payload::Erased => Stored::Erased,
            Payload::Present(event) => match &event {
                Event::CertificateIssued(certificate) => {
                    let outline = Outline::from(&**certificate);
                    let plain = serde_json::to_vec(&event)
                        .map_err(|source| RegisterError::Payload { index, source })?;
                    Stored::Certificate(Box::new(outline), deflate(&plain))
                }
                _ => Stored::Other(event),
            },
        };
        Ok(Self { index, leaf_hash: leaf.hash(), payload })
    }
}

/// The content of an entry, which may hold personal data and can be erased.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Payload {
    /// It is there.
    Present(Event),
    /// It was erased; the leaf still proves that the entry was made.
    Erased,
}

/// An entry to append whose payload has its stored form. Packing is most of the work of an append, and needs no turn.
#[derive(Clone, Debug)]
pub struct PackedEntry {
    kind: Kind,
    time: Timestamp,
    commitments: Vec<[u8; 32]>,
    payload: StoredPayload,
}

impl NewEntry {
    /// An entry that no signature stands behind.
    #[must_use]
    pub const fn unsigned(payload: Event, time: Timestamp) -> Self {
        Self { time, commitments: Vec::new(), payload }
    }

    /// Writes the payload as JSON, commits to it and compresses it. `index` is where the entry is expected to go, for messages.
    ///
    /// # Errors
    /// [`RegisterError::TooLarge`] if the payload is longer than the format allows; [`RegisterError::Randomness`].
    pub fn pack(&self, index: u64) -> Result<PackedEntry, RegisterError> {
        self.pack_with(index, &fresh_salt()?)
    }

    pub(super) fn pack_with(&self, index: u64, salt: &Salt) -> Result<PackedEntry, RegisterError> {
        let plain = salted(&self.payload, salt)
            .map_err(|source| RegisterError::Payload { index, source })?;
        within("a payload in bytes", plain.len(), PAYLOAD_BYTES_MAX)?;
        let commitments = self.commitments.iter().copied().chain([payload_commitment(&plain)]);
        Ok(PackedEntry {
            kind: self.payload.kind(),
            time: self.time,
            commitments: commitments.collect(),
            payload: StoredPayload::pack(&plain),
        })
    }
}

/// Packs the entries of one append, each with a salt of its own, on all processors.
pub(super) fn pack_all(
    size: u64,
    entries: &[NewEntry],
    salt: &(dyn Fn() -> Result<Salt, getrandom::Error> + Sync),
) -> Result<Vec<PackedEntry>, RegisterError> {
    within("the number of entries of an append", entries.len(), GROUP_ENTRIES_MAX)?;
    let indexed: Vec<(u64, &NewEntry)> =
        (0..).zip(entries).map(|(place, entry)| (size.saturating_add(place), entry)).collect();
    let pack = |(index, entry): &(u64, &NewEntry)| entry.pack_with(*index, &salt()?);
    if entries.len() < SHARED_ENTRIES_MIN {
        return indexed.iter().map(pack).collect();
    }
    on_all_processors(&indexed, pack).into_iter().collect()
}

/// A new entry with all that the register adds, ready to be stored.
pub(super) struct Sealed {
    pub(super) index: u64,
    pub(super) kind: Kind,
    pub(super) time: Timestamp,
    pub(super) leaf: Leaf,
    pub(super) payload: StoredPayload,
}

/// Gives `entries` their indices, times and leaves, from `size` on and after `last`.
pub(super) fn seal(
    size: u64,
    mut last: Option<Timestamp>,
    entries: Vec<PackedEntry>,
) -> Result<Vec<Sealed>, RegisterError> {
    within("the number of entries of an append", entries.len(), GROUP_ENTRIES_MAX)?;
    let mut sealed = Vec::with_capacity(entries.len());
    for (index, entry) in (size..).zip(entries) {
        let time = following(index, last, entry.time)?;
        last = Some(time);
        let leaf = Leaf::compose(entry.kind, index, time, &entry.commitments);
        within("a leaf in bytes", leaf.bytes().len(), LEAF_BYTES_MAX)?;
        sealed.push(Sealed { index, kind: entry.kind, time, leaf, payload: entry.payload });
    }
    Ok(sealed)
}

/// Refuses a measure over its limit.
pub(super) fn within(what: &'static str, measured: usize, max: usize) -> Result<(), RegisterError> {
    if measured > max {
        return Err(RegisterError::TooLarge { what, measured, max });
    }
    Ok(())
}

/// Times rise strictly, whatever the clock does: a leaf's time is then also its order.
fn following(
    index: u64,
    last: Option<Timestamp>,
    wanted: Timestamp,
) -> Result<Timestamp, RegisterError> {
    let earliest = last.map_or(0, |last| last.as_microsecond() + 1);
    Timestamp::from_microsecond(wanted.as_microsecond().max(earliest))
        .map_err(|_| RegisterError::Time { index })
}
