//! A segment of the register taken apart and put together again with every length and checksum made anew, as a clerk with a shell and
//! our format description would do it. It knows frames; what an entry says is JSON to it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Crc;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

const HEAD_BYTES: usize = 88;
const COMMIT_BYTES: usize = 32;

/// An entry in its parts.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Number of its kind.
    pub kind: u16,
    /// Its epoch.
    pub epoch: u32,
    /// Its index.
    pub index: u64,
    /// Its time, microseconds since 1970.
    pub microseconds: u64,
    /// Its leaf.
    pub leaf: Vec<u8>,
    /// What it says; `None` once erased.
    pub payload: Option<Vec<u8>>,
}

/// The groups of a segment.
#[derive(Clone, Debug)]
pub struct Segment(pub Vec<Vec<Frame>>);

/// Where the parts of an entry lie in the file: head, leaf, marker and payload.
#[derive(Clone, Debug)]
pub struct Extent {
    /// Where the head begins.
    pub head: usize,
    /// Where the leaf begins.
    pub leaf: usize,
    /// Where the marker begins.
    pub marker: usize,
    /// Where the payload begins.
    pub payload: usize,
    /// Behind the payload.
    pub end: usize,
}

fn number(bytes: &[u8], at: usize, length: usize) -> usize {
    let field = bytes[at..at + length].iter().rev();
    field.fold(0, |number, byte| number << 8 | usize::from(*byte))
}

fn wide(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

impl Segment {
    /// Takes a whole segment apart.
    ///
    /// # Panics
    ///
    /// If it is not one.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Self {
        let mut groups = vec![Vec::new()];
        let mut at = 0;
        while at < bytes.len() {
            if bytes[at..].starts_with(b"TnuC") {
                groups.push(Vec::new());
                at += COMMIT_BYTES;
                continue;
            }
            let extent = Extent::at(bytes, at);
            let payload = (extent.payload < extent.end).then(|| {
                let stored = &bytes[extent.payload..extent.end];
                if bytes[at + 68] == 0 {
                    return stored.to_vec();
                }
                let mut plain = Vec::new();
                let mut decoder = flate2::read::ZlibDecoder::new(stored);
                match std::io::Read::read_to_end(&mut decoder, &mut plain) {
                    Ok(_) => plain,
                    Err(error) => panic!("a payload does not unpack: {error}"),
                }
            });
            let narrow = |field: usize| u32::try_from(field).unwrap_or(u32::MAX);
            if let Some(group) = groups.last_mut() {
                group.push(Frame {
                    kind: u16::from_le_bytes([bytes[at + 6], bytes[at + 7]]),
                    epoch: narrow(number(bytes, at + 8, 4)),
                    index: wide(number(bytes, at + 16, 8)),
                    microseconds: wide(number(bytes, at + 24, 8)),
                    leaf: bytes[extent.leaf..extent.marker].to_vec(),
                    payload,
                });
            }
            at = extent.end;
        }
        groups.retain(|group| !group.is_empty());
        Self(groups)
    }

    /// The bytes of these groups, payloads not compressed.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for group in self.0.iter().filter(|group| !group.is_empty()) {
            let mut covered = Vec::new();
            for frame in group {
                let head = frame.head();
                covered.extend_from_slice(&head);
                covered.extend_from_slice(&frame.leaf);
                bytes.extend_from_slice(&head);
                bytes.extend_from_slice(&frame.leaf);
                bytes.extend_from_slice(if frame.payload.is_some() { b"here" } else { b"gone" });
                bytes.extend_from_slice(frame.payload.as_deref().unwrap_or_default());
            }
            let (first, last) = (&group[0], &group[group.len() - 1]);
            let mut commit = b"TnuC\x01\0\0\0".to_vec();
            commit.extend_from_slice(&wide(group.len()).to_le_bytes()[..4]);
            commit.extend_from_slice(&first.index.to_le_bytes());
            commit.extend_from_slice(&(last.index + 1).to_le_bytes());
            covered.extend_from_slice(&commit);
            bytes.extend_from_slice(&commit);
            bytes.extend_from_slice(&crc(&covered));
        }
        bytes
    }

    /// Every entry with its group and its place in it.
    #[must_use]
    pub fn places(&self) -> Vec<(usize, usize)> {
        let groups = self.0.iter().enumerate();
        groups.flat_map(|(group, frames)| (0..frames.len()).map(move |at| (group, at))).collect()
    }

    /// Appends an entry in a group of its own, a microsecond behind the last one, with a leaf that commits to what it says.
    ///
    /// # Panics
    ///
    /// If there is no entry yet.
    pub fn append(&mut self, (kind, name): (u16, &str), says: &Value) {
        let Some(last) = self.0.last().and_then(|group| group.last()) else {
            panic!("nothing to append to")
        };
        let mut frame = last.clone();
        let index = last.index + 1;
        (frame.kind, frame.index) = (kind, index);
        frame.microseconds = last.microseconds + 1;
        let time = microseconds_text(frame.microseconds, &last.leaf);
        frame.payload = Some(b"{}".to_vec());
        frame.write_leaf(|leaf| {
            leaf["index"] = index.into();
            leaf["kind"] = name.into();
            leaf["time"] = time.into();
            leaf["commitments"] = vec![""].into();
        });
        frame.say(|said| *said = says.clone());
        self.0.push(vec![frame]);
    }

    /// Gives all entries rising indices, in heads and leaves alike.
    pub fn renumber(&mut self) {
        let first = self.0.first().and_then(|group| group.first()).map_or(0, |frame| frame.index);
        for (index, frame) in (first..).zip(self.0.iter_mut().flatten()) {
            frame.index = index;
            frame.write_leaf(|leaf| leaf["index"] = index.into());
        }
    }
}

impl Frame {
    fn head(&self) -> Vec<u8> {
        let payload = self.payload.as_deref().unwrap_or_default();
        let mut head = b"TnuH\x01\0".to_vec();
        head.extend_from_slice(&self.kind.to_le_bytes());
        head.extend_from_slice(&self.epoch.to_le_bytes());
        head.extend_from_slice(&1_u32.to_le_bytes());
        head.extend_from_slice(&self.index.to_le_bytes());
        head.extend_from_slice(&self.microseconds.to_le_bytes());
        head.extend_from_slice(
            &Sha256::new().chain_update([0]).chain_update(&self.leaf).finalize(),
        );
        for length in [self.leaf.len(), 0, payload.len(), payload.len()] {
            head.extend_from_slice(&wide(length).to_le_bytes()[..4]);
        }
        head.extend_from_slice(&crc(payload));
        let sum = crc(&head);
        head.extend_from_slice(&sum);
        head
    }

    /// Changes the leaf and writes it in its canonical form.
    ///
    /// # Panics
    ///
    /// If the leaf is no JSON.
    pub fn write_leaf(&mut self, change: impl FnOnce(&mut Value)) {
        let mut leaf: Value = match serde_json::from_slice(&self.leaf) {
            Ok(leaf) => leaf,
            Err(error) => panic!("a leaf is no JSON: {error}"),
        };
        change(&mut leaf);
        self.leaf = leaf.to_string().into_bytes();
    }

    /// Changes what the entry says, and commits to it: only the log can tell then that it was another.
    ///
    /// # Panics
    ///
    /// If that is no JSON.
    pub fn say(&mut self, change: impl FnOnce(&mut Value)) {
        self.write_payload(change);
        let payload = self.payload.as_deref().unwrap_or_default();
        let hash =
            Sha256::new().chain_update(b"tanu-payload-v1\0").chain_update(payload).finalize();
        self.write_leaf(|leaf| {
            let commitments = leaf["commitments"].as_array_mut();
            if let Some(last) = commitments.and_then(|commitments| commitments.last_mut()) {
                *last = base64url(&hash).into();
            }
        });
    }

    /// Changes what the entry says. Its leaf goes on committing to what it said before.
    ///
    /// # Panics
    ///
    /// If that is no JSON.
    pub fn write_payload(&mut self, change: impl FnOnce(&mut Value)) {
        let mut payload = self.says();
        change(&mut payload);
        self.payload = Some(payload.to_string().into_bytes());
    }

    /// What the entry says.
    ///
    /// # Panics
    ///
    /// If that is no JSON, or erased.
    #[must_use]
    pub fn says(&self) -> Value {
        match serde_json::from_slice(self.payload.as_deref().unwrap_or_default()) {
            Ok(payload) => payload,
            Err(error) => panic!("a payload is no JSON: {error}"),
        }
    }
}

impl Extent {
    /// The entry that begins at `at`.
    #[must_use]
    pub fn at(bytes: &[u8], at: usize) -> Self {
        let leaf = at + HEAD_BYTES;
        let marker = leaf + number(bytes, at + 64, 4);
        let payload = marker + 4;
        let is_there = bytes[marker..].starts_with(b"here");
        let end = payload + if is_there { number(bytes, at + 72, 4) } else { 0 };
        Self { head: at, leaf, marker, payload, end }
    }

    /// All entries of a segment, and where its commit frames begin.
    #[must_use]
    pub fn all(bytes: &[u8]) -> (Vec<Self>, Vec<usize>) {
        let (mut entries, mut commits, mut at) = (Vec::new(), Vec::new(), 0);
        while at < bytes.len() {
            if bytes[at..].starts_with(b"TnuC") {
                commits.push(at);
                at += COMMIT_BYTES;
            } else {
                let extent = Self::at(bytes, at);
                at = extent.end;
                entries.push(extent);
            }
        }
        (entries, commits)
    }
}

/// The time of a leaf at other microseconds of the same day.
///
/// # Panics
///
/// If the leaf has no time.
#[must_use]
pub fn microseconds_text(microseconds: u64, leaf: &[u8]) -> String {
    let leaf: Value = serde_json::from_slice(leaf).unwrap_or_default();
    let Some(day) = leaf["time"].as_str().and_then(|text| text.get(..10)) else {
        panic!("a leaf has no time")
    };
    let in_day = microseconds % 86_400_000_000;
    let (seconds, fraction) = (in_day / 1_000_000, in_day % 1_000_000);
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{day}T{hours:02}:{minutes:02}:{seconds:02}.{fraction:06}Z")
}

/// 32 bytes in base64url, as leaves have them.
#[must_use]
pub fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn crc(bytes: &[u8]) -> [u8; 4] {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum().to_le_bytes()
}
