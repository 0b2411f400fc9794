//! Fetching: the documents that a report lacks, over HTTPS and within limits, for `check` and `serve`.
//! It must not judge a document beyond what makes it safe to take; the library verifies it.

mod address;
mod answer;
mod budget;
mod fetcher;
mod network;
mod on_demand;
mod shelf;
mod supply;
#[cfg(test)]
pub(super) mod tests;

use std::time::{Duration, Instant};

use verifier::{Document, Documents, Report, Unavailable, did_web_url};

use self::address::Target;
pub(super) use self::fetcher::Fetcher;
pub(super) use self::on_demand::OnDemand;
pub(super) use self::supply::Supply;
use super::limits::{DOCUMENTS_PER_INPUT_MAX, FETCHING_TIME, ROUNDS_MAX};

/// What a document is wanted for.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
enum Kind {
    /// A controlled identifier document, which holds keys.
    KeyDocument,
    /// A status list credential.
    StatusList,
    /// A proof that the register holds a credential.
    InclusionProof,
    /// The last checkpoint of a register.
    Checkpoint,
}

impl Kind {
    /// What a document of this name is wanted for, where `issuer` is that of the input.
    fn of(id: &str, issuer: Option<&str>) -> Self {
        if id.starts_with("did:") || issuer == Some(id) {
            Self::KeyDocument
        } else if id.ends_with(".tlog-proof") {
            Self::InclusionProof
        } else {
            Self::StatusList
        }
    }
}

/// A document that a report lacks. What was answered to one use of an address says nothing of another: else a
/// badge that calls somebody's status list its issuer could spoil that list for everybody.
#[derive(Clone, Debug, Eq, PartialEq, Hash)]
pub(super) struct Wanted {
    /// Absolute URL or DID, as the report names it.
    pub(super) id: String,
    kind: Kind,
}

/// The document that was wanted, or why there is none.
pub(super) type Found = Result<Document, Unavailable>;

impl Wanted {
    /// The key document of a `did:web` issuer.
    pub(super) fn key_document(did: &str) -> Self {
        Self { id: did.to_owned(), kind: Kind::KeyDocument }
    }

    /// The status list at this URL.
    pub(super) fn status_list(url: &str) -> Self {
        Self { id: url.to_owned(), kind: Kind::StatusList }
    }

    /// The checkpoint of the log of this origin, where C2SP tlog-tiles has it for an origin that is the address of its log.
    pub(super) fn checkpoint(origin: &str) -> Self {
        Self { id: format!("https://{origin}/checkpoint"), kind: Kind::Checkpoint }
    }

    /// Where it lies; `None` if that address is never asked.
    fn target(&self) -> Option<Target> {
        if self.id.starts_with("did:") {
            return Target::parse(&did_web_url(&self.id).ok()?);
        }
        Target::parse(&self.id)
    }
}

/// What may still be fetched for one input, so that no credential makes the verifier fetch without end.
pub(super) struct Asking {
    /// What was asked for, so that nothing is twice.
    asked: Vec<String>,
    rounds_left: usize,
    documents_left: usize,
    deadline: Instant,
}

impl Asking {
    /// Nothing was asked for yet.
    pub(super) fn new() -> Self {
        Self::within(FETCHING_TIME)
    }

    /// The same within another time than the usual one.
    pub(super) fn within(time: Duration) -> Self {
        Self {
            asked: Vec::new(),
            rounds_left: ROUNDS_MAX,
            documents_left: DOCUMENTS_PER_INPUT_MAX,
            deadline: Instant::now() + time,
        }
    }

    /// Whether another document may be asked for: what one round names can take longer than all rounds may.
    pub(super) fn is_in_time(&self) -> bool {
        Instant::now() < self.deadline
    }

    /// What to fetch before the input is verified once more; nothing when that would find out no more.
    /// What was fetched is never asked for again, neither a document nor a failure; what was handed over and is stale, is once.
    pub(super) fn next(&mut self, report: &Report, documents: &Documents) -> Vec<Wanted> {
        if self.rounds_left == 0 || !self.is_in_time() {
            return Vec::new();
        }
        let issuer = report.subject().issuer.as_deref();
        let missing = report.documents_missing().iter();
        let wanted: Vec<Wanted> = missing
            .filter(|id| documents.find(id).is_none_or(is_handed_over) && !self.asked.contains(id))
            .take(self.documents_left)
            .map(|id| Wanted { id: id.clone(), kind: Kind::of(id, issuer) })
            .collect();
        self.asked.extend(wanted.iter().map(|wanted| wanted.id.clone()));
        self.rounds_left -= 1;
        self.documents_left -= wanted.len();
        wanted
    }
}

/// Adds what was found to `documents`, but no failure in the place of what was handed over: that this is stale says more.
pub(super) fn take(documents: &mut Documents, id: String, found: Found) {
    if found.is_ok() || documents.find(&id).is_none() {
        documents.insert(id, found);
    }
}

fn is_handed_over(found: &Found) -> bool {
    found.as_ref().is_ok_and(|document| document.retrieved_at().is_none())
}
