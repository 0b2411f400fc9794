//! Which payloads may be gone: what is personal of a certificate, in which entries, and what erasures name of it.
//! It knows entries by their kinds and certificates by ordinals; it must not judge numbers or status entries.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::finding::{Account, Invariant};
use super::keys::entry;
use crate::register::{Erasure, Kind};

/// What the register says so far of payloads and of who may erase them.
#[derive(Default)]
pub(super) struct Payloads {
    /// Runs of entries by their first index: the kind in each head, `None` for one that nobody knows. A byte for each entry.
    kinds: BTreeMap<u64, Vec<Option<Kind>>>,
    /// Entries whose payload is gone, until an erasure names them.
    unlicensed: BTreeSet<u64>,
    /// And those that one named.
    licensed: BTreeSet<u64>,
    /// The ordinal of a certificate, and an entry that holds it once more: new signatures of it, or a transcript.
    holding: BTreeSet<(u32, u64)>,
    /// The same by numbers that no entry before names: of certificates that were erased later.
    awaiting: HashMap<String, Vec<u64>>,
}

/// What stands where an erasure says that a payload is erased.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Named {
    /// It is gone, and this erasure is the first that says so.
    Gone,
    /// It is there: the erasure was cut off.
    There,
    /// It was erased by an erasure before.
    Before,
    /// Something else: no erasure may take it.
    Other,
}

impl Payloads {
    /// There is an entry of this kind at `index`.
    pub(super) fn see(&mut self, index: u64, kind: Option<Kind>) {
        if let Some(mut run) = self.kinds.last_entry() {
            let length = u64::try_from(run.get().len()).unwrap_or(u64::MAX);
            if run.key().checked_add(length) == Some(index) {
                run.get_mut().push(kind);
                return;
            }
        }
        // In a register that is whole there is one run.
        self.kinds.entry(index).or_insert_with(|| vec![kind]);
    }

    /// The payload of the entry is gone.
    pub(super) fn miss(&mut self, index: u64) {
        self.unlicensed.insert(index);
    }

    /// The entry holds the certificate once more.
    pub(super) fn hold(&mut self, ordinal: u32, index: u64) {
        self.holding.insert((ordinal, index));
    }

    /// The entry holds a certificate whose number no entry before names.
    pub(super) fn hold_unknown(&mut self, number: &str, index: u64) {
        self.awaiting.entry(number.to_owned()).or_default().push(index);
    }

    /// The number is that of a certificate that is erased: what held it before is known from now on.
    pub(super) fn know(&mut self, number: &str, ordinal: u32) {
        let held = self.awaiting.remove(number).unwrap_or_default();
        self.holding.extend(held.into_iter().map(|index| (ordinal, index)));
    }

    /// The erasure of entry `by` names the entry `index`, which must be of this kind and before it.
    pub(super) fn name(
        &mut self,
        by: u64,
        (index, kind): (u64, Kind),
        account: &mut Account<'_>,
    ) -> Named {
        if index >= by || self.kind(index) != Some(kind) {
            let what = match kind {
                Kind::TranscriptIssued => {
                    format!("it erases the transcript of entry {index}, where there is none")
                }
                Kind::EditionAdded => {
                    format!("it erases the new signatures of entry {index}, where there are none")
                }
                _ => format!("it erases the certificate of entry {index}, where there is none"),
            };
            account.find(Invariant::I5, entry(by), what);
            return Named::Other;
        }
        if self.unlicensed.remove(&index) {
            self.licensed.insert(index);
            return Named::Gone;
        }
        if self.licensed.contains(&index) { Named::Before } else { Named::There }
    }

    /// Signatures and transcripts go with their certificates: each that is named is one of them, and none of them is left.
    pub(super) fn erase_others(
        &mut self,
        (by, ordinals): (u64, &[u32]),
        erasure: &Erasure,
        account: &mut Account<'_>,
    ) {
        let others = erasure.entries().filter(|(_, kind)| *kind != Kind::CertificateIssued);
        let others: Vec<(u64, Kind)> = others.collect();
        for (index, kind) in &others {
            if self.name(by, (*index, *kind), account) != Named::There {
                continue;
            }
            if ordinals.iter().any(|ordinal| self.holding.contains(&(*ordinal, *index))) {
                account.note(still_there(*index));
            } else {
                let what = format!("it erases entry {index}, which holds none of its certificates");
                account.find(Invariant::I5, entry(by), what);
            }
        }
        let named: BTreeSet<u64> = others.into_iter().map(|(index, _)| index).collect();
        let held = |ordinal: &u32| self.holding.range((*ordinal, 0)..=(*ordinal, u64::MAX));
        let held: BTreeSet<u64> = ordinals.iter().flat_map(held).map(|(_, index)| *index).collect();
        for index in held.difference(&named) {
            let what =
                format!("it holds a certificate that entry {by} erases, and is not erased with it");
            account.find(Invariant::I5, entry(*index), what);
        }
    }

    /// What can be said once all was read.
    pub(super) fn finish(&self, account: &mut Account<'_>) {
        for index in &self.unlicensed {
            let what = "its payload is gone, and no entry says that it was erased";
            account.find(Invariant::I5, entry(*index), what);
        }
        let indices = |(number, indices): (&String, &Vec<u64>)| {
            indices.iter().map(|index| (*index, number.clone())).collect::<Vec<_>>()
        };
        let mut awaiting: Vec<_> = self.awaiting.iter().flat_map(indices).collect();
        awaiting.sort_unstable();
        for (index, number) in awaiting {
            let verb = match self.kind(index) {
                Some(Kind::TranscriptIssued) => "holds a transcript of",
                _ => "signs anew",
            };
            let what = format!("it {verb} {number}, which was never issued");
            account.find(Invariant::I5, entry(index), what);
        }
    }

    fn kind(&self, index: u64) -> Option<Kind> {
        let (first, run) = self.kinds.range(..=index).next_back()?;
        run.get(usize::try_from(index.checked_sub(*first)?).ok()?).copied().flatten()
    }
}

/// What the next start of the program will do.
pub(super) fn still_there(index: u64) -> String {
    format!(
        "the payload of entry {index} was to be erased and is still there; the next start erases it"
    )
}
