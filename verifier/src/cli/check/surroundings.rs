//! What every input of one call is checked with, and one input checked. What was fetched for one input serves the later ones too,
//! until the call has to wait; it must not print.

use verifier::{Documents, Policy, Report, Unavailable, verify};

use crate::cli::failure::Failure;
use crate::cli::fetch::{Asking, OnDemand, take};

/// The time of a call, Unix seconds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Now {
    /// By `--at`: it stays.
    Said(i64),
    /// By the clock, at the beginning of the call or after it waited last: all inputs between two waits have one time.
    Read(i64),
}

/// Lets time pass until this moment, Unix seconds, and says what time it is then, which is no earlier one.
pub(super) type Wait<'w> = &'w mut dyn FnMut(i64) -> i64;

pub(super) struct Surroundings {
    pub(super) policy: Policy,
    pub(super) documents: Documents,
    now: Now,
    /// `None`: no connection is opened.
    network: Option<OnDemand>,
    /// What lies in `documents` and was fetched.
    fetched: Vec<String>,
}

impl Surroundings {
    pub(super) const fn new(policy: Policy, documents: Documents, now: Now) -> Self {
        Self { policy, documents, now, network: None, fetched: Vec::new() }
    }

    /// The same with this network.
    pub(super) fn on(self, network: Option<OnDemand>) -> Self {
        Self { network, ..self }
    }

    /// The time that inputs are checked at, Unix seconds.
    pub(super) const fn now(&self) -> i64 {
        match self.now {
            Now::Said(now) | Now::Read(now) => now,
        }
    }

    /// Verifies one input. Where as much was fetched in this minute as may be, it waits for the next one and begins anew, since a
    /// person asked for all of them and a host is not hurried by it. One wait is enough: a minute holds more than one input may ask for.
    pub(super) fn verify(&mut self, bytes: &[u8], wait: Wait<'_>) -> Result<Report, Failure> {
        let (report, is_postponed) = self.attempt(bytes)?;
        let until = self.network.as_ref().filter(|_| is_postponed).map(OnDemand::next_minute);
        let Some(until) = until else { return Ok(report) };
        self.move_on(wait(until));
        Ok(self.attempt(bytes)?.0)
    }

    /// Verifies, and again with the documents that were lacking, until that finds out no more; and whether one of them was not
    /// asked for because of the budget, which ends the attempt.
    fn attempt(&mut self, bytes: &[u8]) -> Result<(Report, bool), Failure> {
        let mut asking = Asking::new();
        let mut failed = Vec::new();
        let mut is_postponed = false;
        let report = loop {
            let report = verify(bytes, &self.documents, &self.policy, self.now());
            let Some(network) = &mut self.network else { break report };
            let wanted = asking.next(&report, &self.documents);
            if wanted.is_empty() || is_postponed {
                break report;
            }
            for wanted in wanted {
                let found = match asking.is_in_time() {
                    true => network.obtain(&wanted)?,
                    false => Err(Unavailable::NotFetched),
                };
                is_postponed |= found.as_ref().err() == Some(&Unavailable::Postponed);
                let ids = if found.is_ok() { &mut self.fetched } else { &mut failed };
                ids.push(wanted.id.clone());
                take(&mut self.documents, wanted.id, found);
            }
        };
        // A failure is this input's alone: the next one may want the same address for something else.
        failed.iter().for_each(|id| self.documents.remove(id));
        Ok((report, is_postponed))
    }

    /// It is `now`: what was fetched before is asked of the network again, which knows how long each of it may be used. A list signed
    /// while the call waited is from the future to whoever has not moved on.
    fn move_on(&mut self, now: i64) {
        if let Some(network) = &mut self.network {
            network.move_on(now);
        }
        if let Now::Read(read) = &mut self.now {
            *read = now.max(*read);
        }
        self.fetched.drain(..).for_each(|id| self.documents.remove(&id));
    }
}
