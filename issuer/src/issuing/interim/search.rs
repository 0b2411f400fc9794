//! Finds certificates by their numbers in a register that has no index of them. Numbers are given in the order of the
//! register, so a few outlines lead to any of them; it must not answer from an order that it did not see.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::register::{Outline, Register, RegisterError, StatusEntry, Stored};
use crate::store::series_and_serial;

/// Outlines read at once, where all of them must be looked at.
const OUTLINES_AT_ONCE: usize = 256;

/// The entries that issued certificates, one run for each epoch of the register: each has a series of numbers of its own.
#[derive(Debug)]
pub(super) struct Certificates {
    runs: Vec<Run>,
}

/// Entries whose serials rise by at least one from each to the next.
#[derive(Debug, Default)]
struct Run {
    /// Indices in the register, rising.
    entries: Vec<u64>,
    /// Serials that were seen, with their places in `entries`.
    seen: BTreeMap<u64, usize>,
}

impl Certificates {
    /// Of these entries, by index, the runs in the order of the register.
    pub(super) fn new(runs: Vec<Vec<u64>>) -> Self {
        let run = |entries| Run { entries, seen: BTreeMap::new() };
        Self { runs: runs.into_iter().map(run).collect() }
    }

    /// The entry that issued the certificate with this number, and its outline.
    ///
    /// # Errors
    /// If the register cannot be read.
    pub(super) fn find(
        &mut self,
        number: &str,
        register: &dyn Register,
    ) -> Result<Option<(u64, Outline)>, RegisterError> {
        let Some((series, serial)) = series_and_serial(number) else { return Ok(None) };
        for run in &mut self.runs {
            if let Some(found) = run.find((series, serial), register)?
                && found.1.number == number
            {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The places in the status lists of the certificates with these numbers. What the order of the numbers does not lead to
    /// is looked for in every outline: no revoked bit may be missing for want of order.
    ///
    /// # Errors
    /// If the register cannot be read.
    pub(super) fn places_of(
        &mut self,
        numbers: &BTreeSet<&str>,
        register: &dyn Register,
    ) -> Result<Vec<StatusEntry>, RegisterError> {
        let mut places = Vec::new();
        let mut missing = BTreeSet::new();
        for number in numbers {
            match self.find(number, register)? {
                Some((_, outline)) => places.extend(places_in(&outline)),
                None => {
                    missing.insert(*number);
                }
            }
        }
        if !missing.is_empty() {
            places.extend(self.places_anywhere(&missing, register)?);
        }
        Ok(places)
    }

    fn places_anywhere(
        &self,
        numbers: &BTreeSet<&str>,
        register: &dyn Register,
    ) -> Result<Vec<StatusEntry>, RegisterError> {
        let mut places = Vec::new();
        let entries = self.runs.iter().flat_map(|run| &run.entries).copied();
        let (Some(mut next), Some(last)) = (entries.clone().next(), entries.last()) else {
            return Ok(places);
        };
        while next <= last {
            let read = register.read_stored(next, OUTLINES_AT_ONCE)?;
            let Some(entry) = read.last() else { break };
            next = entry.index.saturating_add(1);
            for entry in read {
                if let Stored::Certificate(outline, _) = entry.payload
                    && numbers.contains(outline.number.as_str())
                {
                    places.extend(places_in(&outline));
                }
            }
        }
        Ok(places)
    }

    /// The first and the last certificate of each run that has any.
    ///
    /// # Errors
    /// If the register cannot be read.
    pub(super) fn ends(
        &mut self,
        register: &dyn Register,
    ) -> Result<Vec<(Outline, Outline)>, RegisterError> {
        let mut ends = Vec::new();
        for run in &mut self.runs {
            let first = run.outline(0, register)?;
            let last = run.outline(run.entries.len().saturating_sub(1), register)?;
            ends.extend(first.zip(last));
        }
        Ok(ends)
    }
}

impl Run {
    /// The entry of this serial, if the run is of this series and has it.
    fn find(
        &mut self,
        (series, serial): (&str, u64),
        register: &dyn Register,
    ) -> Result<Option<(u64, Outline)>, RegisterError> {
        let mut range = 0..self.entries.len();
        loop {
            // A place that was seen narrows the range from its side, and never widens it again.
            let known = self.range_of(serial);
            range = range.start.max(known.start)..range.end.min(known.end);
            if range.is_empty() {
                return Ok(None);
            }
            let middle = range.start + range.len() / 2;
            let Some(outline) = self.outline(middle, register)? else { return Ok(None) };
            let Some((_, own)) =
                series_and_serial(&outline.number).filter(|(own_series, _)| *own_series == series)
            else {
                return Ok(None);
            };
            match own.cmp(&serial) {
                std::cmp::Ordering::Equal => {
                    return Ok(self.entries.get(middle).map(|index| (*index, outline)));
                }
                std::cmp::Ordering::Less => range.start = middle.saturating_add(1),
                std::cmp::Ordering::Greater => range.end = middle,
            }
        }
    }

    /// Where a serial can stand, by those that were seen: as many places behind a smaller one as it is larger, at most, and
    /// the same before a larger one. Where no number was left out, the two leave one place.
    fn range_of(&self, serial: u64) -> Range<usize> {
        let distance = |from: u64, to: u64| usize::try_from(to - from).unwrap_or(usize::MAX);
        if let Some(place) = self.seen.get(&serial) {
            return *place..place.saturating_add(1);
        }
        let mut range = 0..self.entries.len();
        if let Some((before, place)) = self.seen.range(..serial).next_back() {
            let farthest = place.saturating_add(distance(*before, serial));
            range = place.saturating_add(1)..range.end.min(farthest.saturating_add(1));
        }
        if let Some((after, place)) = self.seen.range(serial..).next() {
            let nearest = place.saturating_sub(distance(serial, *after));
            range = range.start.max(nearest)..range.end.min(*place);
        }
        range
    }

    /// The outline at this place. A certificate whose payload is gone, though nothing says that it was erased, leaves the run.
    fn outline(
        &mut self,
        place: usize,
        register: &dyn Register,
    ) -> Result<Option<Outline>, RegisterError> {
        while let Some(index) = self.entries.get(place).copied() {
            let read = register.read_stored(index, 1)?.pop().map(|entry| entry.payload);
            if let Some(Stored::Certificate(outline, _)) = read {
                if let Some((_, serial)) = series_and_serial(&outline.number) {
                    self.seen.insert(serial, place);
                }
                return Ok(Some(*outline));
            }
            self.entries.remove(place);
            self.seen.clear();
        }
        Ok(None)
    }
}

fn places_in(outline: &Outline) -> impl Iterator<Item = StatusEntry> {
    outline.editions.iter().map(|edition| edition.status)
}
