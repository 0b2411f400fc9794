//! Where in which segment an entry is; it holds places, never content.

use jiff::Timestamp;

use super::limits::LANDMARK_ENTRIES;

/// What a name of a segment ends with, after the first index in twenty digits.
const SEGMENT_SUFFIX: &str = ".seg";

/// What a name of its summary ends with.
const SUMMARY_SUFFIX: &str = ".sum";

/// One file of the register.
#[derive(Debug)]
pub(super) struct Segment {
    /// Index of its first entry, which names it.
    pub(super) first_index: u64,
    /// Bytes of its whole groups.
    pub(super) length: u64,
    /// (index, offset) of some entries, rising; the first entry of the segment is always among them.
    landmarks: Vec<(u64, u64)>,
}

impl Segment {
    pub(super) fn empty(first_index: u64) -> Self {
        Self { first_index, length: 0, landmarks: vec![(first_index, 0)] }
    }

    /// The same place without its landmarks: where the next group of a segment goes.
    pub(super) fn at(first_index: u64, length: u64) -> Self {
        Self { length, ..Self::empty(first_index) }
    }

    /// A finished segment as it is remembered.
    pub(super) fn remembered(first_index: u64, length: u64, landmarks: Vec<(u64, u64)>) -> Self {
        Self { first_index, length, landmarks }
    }

    pub(super) fn landmarks(&self) -> &[(u64, u64)] {
        &self.landmarks
    }

    pub(super) fn name(&self) -> String {
        segment_name(self.first_index)
    }

    /// Takes note of a group that ends at `length`.
    pub(super) fn extend(&mut self, entries: &[(u64, u64)], length: u64) {
        let landmarks = entries.iter().filter(|entry| entry.0 % LANDMARK_ENTRIES == 0);
        self.landmarks.extend(landmarks.filter(|entry| entry.0 != self.first_index));
        self.length = length;
    }

    /// A place at or before the entry `index`, at most `LANDMARK_ENTRIES` before.
    fn landmark(&self, index: u64) -> (u64, u64) {
        let after = self.landmarks.partition_point(|landmark| landmark.0 <= index);
        let landmark = after.checked_sub(1).and_then(|at| self.landmarks.get(at));
        landmark.copied().unwrap_or((self.first_index, 0))
    }
}

/// All segments, in order.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) segments: Vec<Segment>,
    /// Entries that are durable.
    pub(super) size: u64,
    pub(super) last_time: Option<Timestamp>,
    /// Epoch of the last entry, 0 if there is none.
    pub(super) epoch: u32,
}

/// A stretch of entries within one segment.
pub(super) struct Stretch {
    pub(super) segment: String,
    /// An entry at or before the one that was asked for.
    pub(super) first: u64,
    /// Where it begins.
    pub(super) offset: u64,
    /// Index behind the last entry of the segment.
    pub(super) end: u64,
}

impl Index {
    /// The segment that holds the entry `index`, `None` behind the end.
    pub(super) fn locate(&self, index: u64) -> Option<Stretch> {
        if index >= self.size {
            return None;
        }
        let after = self.segments.partition_point(|segment| segment.first_index <= index);
        let segment = self.segments.get(after.checked_sub(1)?)?;
        let end = self.segments.get(after).map_or(self.size, |next| next.first_index);
        let (first, offset) = segment.landmark(index);
        Some(Stretch { segment: segment.name(), first, offset, end })
    }

    /// First index and length of the segment that holds the entry `index`, `None` behind the end.
    pub(super) fn segment_of(&self, index: u64) -> Option<(u64, u64)> {
        let after = self.segments.partition_point(|segment| segment.first_index <= index);
        let segment = self.segments.get(after.checked_sub(1)?).filter(|_| index < self.size)?;
        Some((segment.first_index, segment.length))
    }

    /// Takes note that a segment was written anew.
    pub(super) fn replace(&mut self, segment: Segment) {
        let mut segments = self.segments.iter_mut();
        if let Some(old) = segments.find(|old| old.first_index == segment.first_index) {
            *old = segment;
        }
    }
}

pub(super) fn segment_name(first_index: u64) -> String {
    format!("{first_index:020}{SEGMENT_SUFFIX}")
}

pub(super) fn summary_name(first_index: u64) -> String {
    format!("{first_index:020}{SUMMARY_SUFFIX}")
}

/// The first index that a file's name states, `None` if it is no segment.
pub(super) fn first_index_of(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(SEGMENT_SUFFIX)?;
    let well_formed = digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
    well_formed.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_the_first_index() {
        assert_eq!(segment_name(42), "00000000000000000042.seg");
        assert_eq!(first_index_of("00000000000000000042.seg"), Some(42));
        for other in ["42.seg", "0000000000000000004x.seg", "lock", "99999999999999999999.seg"] {
            assert_eq!(first_index_of(other), None, "{other}");
        }
    }

    #[test]
    fn finds_the_landmark_before_an_entry() {
        let mut segment = Segment::empty(10);
        let entries: Vec<_> = (10..100).map(|index| (index, (index - 10) * 100)).collect();
        segment.extend(&entries, 9_000);
        assert_eq!(segment.landmark(10), (10, 0));
        assert_eq!(segment.landmark(31), (10, 0));
        assert_eq!(segment.landmark(32), (32, 2_200));
        assert_eq!(segment.landmark(99), (96, 8_600));
    }
}
