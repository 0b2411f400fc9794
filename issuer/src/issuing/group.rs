//! What one turn of issuing works on: the requests of all who wait, and how far each has come. It keeps the account;
//! it composes, signs and appends nothing.

use std::sync::Arc;

use jiff::Timestamp;

use super::IssueError;
use super::issue::{Outcome, Request};
use super::sequencer::Assignment;
use crate::programme::Programme;

/// Requests of one turn, in one append: with three editions each they are signed within about half a second on two
/// processors, and take some two megabytes.
pub(super) const TURN_REQUESTS_MAX: usize = 256;

/// What one caller asks for: all of its requests are answered, or none.
pub(super) struct Job {
    pub(super) requests: Vec<Request>,
    pub(super) now: Timestamp,
}

impl Job {
    pub(super) fn weight(&self) -> usize {
        self.requests.len()
    }
}

/// What a caller is told.
pub(super) type Answer = Result<Vec<Outcome>, IssueError>;

/// A request by its caller and its place among that caller's requests.
pub(super) type Place = (usize, usize);

/// A request that has to be signed.
pub(super) struct Accepted<'j> {
    pub(super) place: Place,
    pub(super) request: &'j Request,
    pub(super) programme: Programme,
}

/// The same with its numbers.
pub(super) struct Numbered<'j> {
    pub(super) accepted: Accepted<'j>,
    pub(super) assignment: Assignment,
}

/// The requests of one turn.
pub(super) struct Group<'j> {
    jobs: &'j [&'j Job],
    /// For each caller: an outcome for each request that has one, or why it gets none.
    outcomes: Vec<Result<Vec<Option<Outcome>>, IssueError>>,
}

impl<'j> Group<'j> {
    pub(super) fn new(jobs: &'j [&'j Job]) -> Self {
        let outcomes = jobs.iter().map(|job| Ok(vec![None; job.requests.len()])).collect();
        Self { jobs, outcomes }
    }

    /// The clock of the turn: the latest that a caller read.
    pub(super) fn now(&self) -> Timestamp {
        self.jobs.iter().map(|job| job.now).max().unwrap_or_default()
    }

    pub(super) fn callers(&self) -> usize {
        self.jobs.len()
    }

    /// The requests of one caller that have no outcome yet; none if the caller gets none.
    pub(super) fn open(&self, caller: usize) -> Vec<(Place, &'j Request)> {
        let (Some(job), Some(Ok(outcomes))) = (self.jobs.get(caller), self.outcomes.get(caller))
        else {
            return Vec::new();
        };
        let requests = job.requests.iter().zip(outcomes).enumerate();
        requests
            .filter(|(_, (_, outcome))| outcome.is_none())
            .map(|(place, (request, _))| ((caller, place), request))
            .collect()
    }

    pub(super) fn is_open(&self) -> bool {
        (0..self.jobs.len()).any(|caller| !self.open(caller).is_empty())
    }

    pub(super) fn answer(&mut self, (caller, place): Place, outcome: Outcome) {
        if let Some(Ok(outcomes)) = self.outcomes.get_mut(caller)
            && let Some(open) = outcomes.get_mut(place)
        {
            *open = Some(outcome);
        }
    }

    /// This caller's requests cannot be judged; the others' can.
    pub(super) fn fail(&mut self, caller: usize, error: IssueError) {
        if let Some(outcomes) = self.outcomes.get_mut(caller) {
            *outcomes = Err(error);
        }
    }

    /// One answer for each caller, once nothing is open.
    pub(super) fn into_answers(self) -> Vec<Answer> {
        let whole = |outcomes: Vec<Option<Outcome>>| outcomes.into_iter().flatten().collect();
        self.outcomes.into_iter().map(|outcomes| outcomes.map(whole)).collect()
    }
}

/// Could `request` be answered by what becomes of one of these? Then it waits until they are durable.
pub(super) fn depends_on(request: &Request, accepted: &[Accepted<'_>]) -> bool {
    accepted.iter().any(|earlier| {
        let (old, new) = (&earlier.request.completion, &request.completion);
        earlier.request.idempotency_key == request.idempotency_key
            || earlier.request.learner_key == request.learner_key
                && old.programme_code == new.programme_code
                && old.period_start == new.period_start
                && old.period_end == new.period_end
    })
}

/// The failure of a turn, for everyone who took part in it.
pub(super) fn told_to_all(error: IssueError, callers: usize) -> Vec<Answer> {
    if callers == 1 {
        return vec![Err(error)];
    }
    let error = Arc::new(error);
    (0..callers).map(|_| Err(IssueError::Together(Arc::clone(&error)))).collect()
}
