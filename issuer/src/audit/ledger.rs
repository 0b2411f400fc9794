//! What all entries together must not contradict: numbers, status entries, requests, revocations, erasures.
//! It keeps some two hundred bytes for each certificate, nothing personal; it must not read a file.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::credentials::{Genuine, digest};
use super::finding::{Account, Invariant};
use super::keys::{Keys, entry};
use super::numbers::{self, Numbers, Parsed};
use super::payloads::{Named, Payloads, still_there};
use crate::register::{
    Certificate, EditionsAdded, ErasedCertificate, Erasure, Kind, Revocation, StatusEntry, Void,
};

/// Bits of one status list.
pub(super) const LIST_BITS: usize = 131_072;

/// How many lists there may be: what damaged entries may make us allocate is half a megabyte for each. Ten million certificates use some 300.
const LIST_MAX: usize = 1_024;

/// One certificate as far as the register was read.
struct Standing {
    /// The entry that issued it.
    issued: u64,
    /// The key that issued it; `None` if that is erased or not genuine.
    issuer: Option<u32>,
    /// The certificate that it corrected, by ordinal.
    corrects: Option<u32>,
    /// Whose it is; 0 if that is erased.
    learner: u128,
    /// The entry whose signatures are given out.
    signed: u64,
    /// The key of these signatures; `None` if they are erased or not genuine.
    key: Option<u32>,
    /// The entry and the key of the statement that is given out.
    statement: Option<(u64, u32)>,
    is_revoked: bool,
}

#[derive(Default)]
pub(super) struct Ledger {
    prefixes: BTreeSet<String>,
    numbers: Numbers,
    standings: Vec<Standing>,
    handles: HashMap<u128, u32>,
    /// Requests by their keys.
    requests: HashSet<u128>,
    /// Who holds a completion last: learner, programme, version and period.
    claims: HashMap<u128, u32>,
    /// Claims of the group that is being read.
    claimed: Vec<(u128, u32)>,
    /// By list: one more than the ordinal of the certificate that has the bit.
    bits: BTreeMap<u32, Vec<u32>>,
    /// Revoked bits of certificates that a restore lost: they stay set, and are given to nobody.
    kept: HashSet<(u32, usize)>,
    /// Which entries hold what of whom, and which of them are erased.
    pub(super) payloads: Payloads,
    /// Revocations of numbers that no entry before names: of certificates that were erased later.
    unknown: HashMap<String, u64>,
    /// Every credential that was ever registered.
    texts: HashSet<u128>,
    /// Handles of transcripts.
    transcript_handles: HashSet<u128>,
}

impl Ledger {
    pub(super) fn instance(&mut self, index: u64, prefix: &str, account: &mut Account<'_>) {
        if !self.prefixes.insert(prefix.to_owned()) {
            account.find(
                Invariant::I3,
                entry(index),
                format!("the prefix {prefix} is taken twice"),
            );
        }
    }

    /// A restore keeps the bits of what it lost.
    pub(super) fn keep(&mut self, kept: &[StatusEntry]) {
        let place = |status: &StatusEntry| Some((status.list, usize::try_from(status.index).ok()?));
        self.kept.extend(kept.iter().filter_map(place));
    }

    /// A certificate was issued in `year`, Kazakhstan's time, by the entry `index`.
    pub(super) fn issue(
        &mut self,
        (index, year): (u64, i16),
        certificate: &Certificate,
        genuine: &[Genuine],
        account: &mut Account<'_>,
    ) {
        let learner = digest(&[&certificate.learner_key]);
        let ordinal = self.stand((index, learner), genuine);
        account.summary.certificates = account.summary.certificates.saturating_add(1);
        self.number((index, Some(ordinal)), &certificate.number, account);
        self.registration(
            (index, Some(ordinal)),
            &certificate.registration_number,
            Some(year),
            account,
        );
        for edition in &certificate.editions {
            self.texts.insert(digest(&[&edition.credential]));
            self.status(index, ordinal, edition.status, account);
        }
        let handle = digest(&[&certificate.handle.to_ascii_uppercase()]);
        if self.handles.insert(handle, ordinal).is_some() {
            account.find(Invariant::I3, entry(index), "its handle was given before");
        }
        if !self.requests.insert(digest(&[&certificate.idempotency_key])) {
            account.find(Invariant::I7, entry(index), "its idempotency key was used before");
        }
        let completion = &certificate.completion;
        let claim = digest(&[
            &certificate.learner_key,
            &completion.programme_code,
            &certificate.programme_version,
            &completion.period_start.to_string(),
            &completion.period_end.to_string(),
        ]);
        self.claimed.push((claim, ordinal));
    }

    /// New signatures for a certificate: the same bits, the same address.
    pub(super) fn add_editions(
        &mut self,
        index: u64,
        added: &EditionsAdded,
        genuine: &[Genuine],
        account: &mut Account<'_>,
    ) {
        for edition in &added.editions {
            self.texts.insert(digest(&[&edition.credential]));
        }
        let Some(ordinal) = self.hold(&added.number, index) else { return };
        let bits =
            added.editions.iter().all(|edition| self.holder(edition.status) == Some(ordinal));
        let addresses = genuine.iter().all(|genuine| {
            self.handles.get(&digest(&[&genuine.handle.to_ascii_uppercase()])) == Some(&ordinal)
        });
        if !bits || !addresses {
            let what = format!(
                "its credentials have another status entry or address than {} has",
                added.number
            );
            account.find(Invariant::I5, entry(index), what);
        }
        if let Some(standing) = self.standing(ordinal) {
            standing.signed = index;
            standing.key = key_of(genuine, false);
            // Without a new one the statement before stays.
            let anew = key_of(genuine, true).map(|key| (index, key));
            standing.statement = anew.or(standing.statement);
        }
    }

    pub(super) fn revoke(
        &mut self,
        index: u64,
        revocation: &Revocation,
        account: &mut Account<'_>,
    ) {
        let number = &revocation.number;
        let Some(ordinal) = self.owner(number) else {
            if self.unknown.insert(number.clone(), index).is_some() {
                account.find(Invariant::I5, entry(index), format!("{number} is revoked twice"));
            }
            return;
        };
        let Some(standing) = self.standing(ordinal) else { return };
        if standing.is_revoked {
            account.find(Invariant::I5, entry(index), format!("{number} is revoked twice"));
        }
        standing.is_revoked = true;
        let successor = revocation.superseded_by.as_ref().and_then(|new| self.owner(new));
        // A correction is the younger one.
        if let Some(successor) = successor.filter(|successor| *successor > ordinal)
            && let Some(standing) = self.standing(successor)
        {
            standing.corrects = Some(ordinal);
        }
    }

    pub(super) fn void(&mut self, index: u64, void: &Void, account: &mut Account<'_>) {
        self.number((index, None), &void.number, account);
        self.registration((index, None), &void.registration_number, None, account);
    }

    pub(super) fn erase(&mut self, index: u64, erasure: &Erasure, account: &mut Account<'_>) {
        for erased in &erasure.certificates {
            let named = (erased.index, Kind::CertificateIssued);
            match self.payloads.name(index, named, account) {
                Named::Gone => self.take_over(index, erased, account),
                Named::There => self.condemn(index, erased, account),
                Named::Before | Named::Other => {}
            }
        }
        let owners = erasure.certificates.iter().filter_map(|erased| self.owner(&erased.number));
        let ordinals: Vec<u32> = owners.collect();
        self.payloads.erase_others((index, &ordinals), erasure, account);
    }

    /// A certificate that is to be erased and still stands in its entry.
    fn condemn(&mut self, index: u64, erased: &ErasedCertificate, account: &mut Account<'_>) {
        let number = &erased.number;
        let Some(ordinal) = self.owner(number) else {
            let what = format!("it erases {number}, which was never issued");
            account.find(Invariant::I5, entry(index), what);
            return;
        };
        let issued = self.standing(ordinal).map(|standing| standing.issued);
        if issued == Some(erased.index) {
            account.note(still_there(erased.index));
        } else {
            let what = format!("it erases {number} in entry {}, which is another", erased.index);
            account.find(Invariant::I5, entry(index), what);
        }
    }

    /// What the erased entry said that must outlast it.
    fn take_over(&mut self, index: u64, erased: &ErasedCertificate, account: &mut Account<'_>) {
        let ordinal = self.stand((erased.index, 0), &[]);
        account.summary.certificates = account.summary.certificates.saturating_add(1);
        self.number((index, Some(ordinal)), &erased.number, account);
        self.registration((index, Some(ordinal)), &erased.registration_number, None, account);
        for status in &erased.statuses {
            self.status(index, ordinal, *status, account);
        }
        let is_revoked = self.unknown.remove(&erased.number).is_some();
        self.payloads.know(&erased.number, ordinal);
        if !is_revoked {
            let what = format!("{} is erased and was not revoked before", erased.number);
            account.find(Invariant::I5, entry(index), what);
        }
        if let Some(standing) = self.standing(ordinal) {
            standing.is_revoked = is_revoked;
        }
    }

    /// A group ends: what it issued and what it revoked counts together.
    pub(super) fn close_group(&mut self, account: &mut Account<'_>) {
        for (claim, ordinal) in std::mem::take(&mut self.claimed) {
            let before = self.claims.insert(claim, ordinal);
            let in_force = before
                .and_then(|before| self.standing(before))
                .filter(|standing| !standing.is_revoked)
                .map(|standing| standing.issued);
            if let Some(before) = in_force {
                let index = self.standing(ordinal).map_or(0, |standing| standing.issued);
                let what = format!(
                    "it certifies the same completion as entry {before}, which is in force"
                );
                account.find(Invariant::I7, entry(index), what);
            }
        }
    }

    /// What can be said once all was read.
    pub(super) fn finish(&self, keys: &Keys, account: &mut Account<'_>) {
        self.numbers.find_gaps(account);
        self.payloads.finish(account);
        let mut unknown: Vec<_> = self.unknown.iter().collect();
        unknown.sort_unstable_by_key(|(_, index)| **index);
        for (number, index) in unknown {
            let what = format!("it revokes {number}, which was never issued");
            account.find(Invariant::I5, entry(*index), what);
        }
        for standing in self.standings.iter().filter(|standing| !standing.is_revoked) {
            // Neither signing anew nor a correction makes a certificate the university's own: the entries that issued it are judged too.
            let mut named: BTreeSet<_> = self.issuers(standing).collect();
            let given_out = standing.key.map(|key| (standing.signed, key));
            named.extend([given_out, standing.statement].into_iter().flatten());
            for (signed, key) in named {
                let key = usize::try_from(key).ok().and_then(|key| keys.0.get(key));
                let Some(key) = key.filter(|key| key.is_doubtful(signed)) else { continue };
                let what = format!(
                    "the certificate, or one that corrects it, is in force, and its signatures by the compromised key {} are beyond what is believed of it",
                    key.id
                );
                account.find(Invariant::I6, entry(signed), what);
            }
        }
    }

    /// The entries that issued a certificate and those that it corrects, with their keys.
    fn issuers<'s>(&'s self, standing: &'s Standing) -> impl Iterator<Item = (u64, u32)> + 's {
        let before =
            |standing: &&'s Standing| self.standings.get(usize::try_from(standing.corrects?).ok()?);
        let line = std::iter::successors(Some(standing), before);
        line.filter_map(|standing| Some((standing.issued, standing.issuer?)))
    }

    /// Whether this credential was ever registered, to the letter.
    pub(super) fn knows(&self, credential: &str) -> bool {
        self.texts.contains(&digest(&[credential]))
    }

    pub(super) fn remember_text(&mut self, credential: &str) {
        self.texts.insert(digest(&[credential]));
    }

    /// `false` if another transcript has this handle.
    pub(super) fn take_transcript(&mut self, handle: u128) -> bool {
        self.transcript_handles.insert(handle)
    }

    /// The entry holds the certificate of this number once more, and is erased with it. Returns its ordinal, `None` if no entry
    /// before names it.
    pub(super) fn hold(&mut self, number: &str, index: u64) -> Option<u32> {
        let ordinal = self.owner(number);
        match ordinal {
            Some(ordinal) => self.payloads.hold(ordinal, index),
            None => self.payloads.hold_unknown(number, index),
        }
        ordinal
    }

    /// Whose the certificate is, and whether it is in force as far as the register was read.
    pub(super) fn stands(&mut self, ordinal: u32) -> Option<(u128, bool)> {
        self.standing(ordinal).map(|standing| (standing.learner, !standing.is_revoked))
    }

    /// The lists that have entries.
    pub(super) fn lists(&self) -> impl Iterator<Item = u32> {
        self.bits.keys().copied()
    }

    /// Whether the bit must be set.
    pub(super) fn is_revoked(&self, list: u32, index: usize) -> bool {
        let holder = self.bits.get(&list).and_then(|bits| bits.get(index));
        let ordinal = holder.and_then(|holder| holder.checked_sub(1));
        let place = ordinal.and_then(|ordinal| usize::try_from(ordinal).ok());
        let standing = place.and_then(|place| self.standings.get(place));
        standing.is_some_and(|standing| standing.is_revoked) || self.kept.contains(&(list, index))
    }

    fn stand(&mut self, (issued, learner): (u64, u128), genuine: &[Genuine]) -> u32 {
        let ordinal = u32::try_from(self.standings.len()).unwrap_or(u32::MAX);
        self.standings.push(Standing {
            issued,
            issuer: key_of(genuine, false),
            corrects: None,
            learner,
            signed: issued,
            key: key_of(genuine, false),
            statement: key_of(genuine, true).map(|key| (issued, key)),
            is_revoked: false,
        });
        ordinal
    }

    fn standing(&mut self, ordinal: u32) -> Option<&mut Standing> {
        self.standings.get_mut(usize::try_from(ordinal).ok()?)
    }

    fn owner(&self, number: &str) -> Option<u32> {
        self.numbers.owner(&numbers::certificate(number).ok()?)
    }

    fn holder(&self, status: StatusEntry) -> Option<u32> {
        let bits = self.bits.get(&status.list)?;
        bits.get(usize::try_from(status.index).ok()?)?.checked_sub(1)
    }

    fn number(
        &mut self,
        (index, ordinal): (u64, Option<u32>),
        number: &str,
        account: &mut Account<'_>,
    ) {
        self.take((index, ordinal), (number, numbers::certificate(number)), account);
    }

    fn registration(
        &mut self,
        (index, ordinal): (u64, Option<u32>),
        number: &str,
        year: Option<i16>,
        account: &mut Account<'_>,
    ) {
        let parsed = numbers::registration(number).and_then(|parsed| {
            let is_right = year.is_none() || parsed.year == year;
            is_right.then_some(parsed).ok_or("its year is not that of the entry")
        });
        self.take((index, ordinal), (number, parsed), account);
    }

    fn take(
        &mut self,
        (index, ordinal): (u64, Option<u32>),
        (number, parsed): (&str, Result<Parsed, &'static str>),
        account: &mut Account<'_>,
    ) {
        let fault = match parsed {
            Err(fault) => Some(fault),
            Ok(parsed) if !self.prefixes.contains(&parsed.prefix) => {
                Some("no entry before registers its prefix")
            }
            Ok(parsed) => self.numbers.take(&parsed, ordinal).err().map(|()| "it was given before"),
        };
        if let Some(fault) = fault {
            account.find(Invariant::I3, entry(index), format!("the number {number}: {fault}"));
        }
    }

    fn status(&mut self, index: u64, ordinal: u32, status: StatusEntry, account: &mut Account<'_>) {
        let StatusEntry { list, index: bit } = status;
        let is_new = !self.bits.contains_key(&list);
        if list == 0 || is_new && self.bits.len() >= LIST_MAX {
            let what = format!("the status entry {list}#{bit} is of a list that does not exist");
            account.find(Invariant::I4, entry(index), what);
            return;
        }
        let is_kept = usize::try_from(bit).is_ok_and(|place| self.kept.contains(&(list, place)));
        let bits = self.bits.entry(list).or_insert_with(|| vec![0; LIST_BITS]);
        let place = usize::try_from(bit).ok().and_then(|place| bits.get_mut(place));
        let fault = match place {
            None => Some("is beyond the end of the list"),
            Some(holder) if is_kept || *holder != 0 => Some("was given before"),
            Some(holder) => {
                *holder = ordinal.saturating_add(1);
                None
            }
        };
        if let Some(fault) = fault {
            let what = format!("the status entry {list}#{bit} {fault}");
            account.find(Invariant::I4, entry(index), what);
        }
    }
}

/// The key of the credentials, or of the statement.
fn key_of(genuine: &[Genuine], is_statement: bool) -> Option<u32> {
    let one = genuine.iter().find(|genuine| genuine.is_statement == is_statement)?;
    u32::try_from(one.key).ok()
}
