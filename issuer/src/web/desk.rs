//! What every request is answered with: the office, the clock, and turns for the work that blocks.
//! It gives out turns; it does not know routes.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::Semaphore;

use super::answer::Failure;
use super::limits::{BODIES_MAX, SENDERS_MAX, WAITING_MAX};
use super::pace::Pace;
use super::pages::Masthead;
use super::tally::Tally;
use crate::issuing::Published;
use crate::office::Office;

/// The clock of the service; tests stop it.
pub(super) type Clock = fn() -> Timestamp;

/// The counter at which requests are answered.
pub(super) struct Desk {
    pub(super) office: Arc<Office>,
    pub(super) masthead: Masthead,
    clock: Clock,
    /// One permit for each body in memory.
    pub(super) bodies: Semaphore,
    /// Certificates, counting.
    pub(super) pages: Queue,
    /// Documents that strangers send: what they cost is theirs to choose, so they wait for each other alone.
    pub(super) strangers: Queue,
    /// Status lists: every verifier in the world waits for them, so no crowd at the pages may hold them up.
    pub(super) lists: Queue,
    /// Completions that other systems send: they wait for the disk, not for a processor.
    pub(super) senders: Queue,
    pub(super) pace: Pace,
    pub(super) tally: Tally,
}

impl Desk {
    pub(super) fn new(office: Arc<Office>, clock: Clock) -> Self {
        Self {
            bodies: Semaphore::new(BODIES_MAX),
            pages: Queue::new(),
            strangers: Queue::new(),
            lists: Queue::new(),
            senders: Queue::of(SENDERS_MAX),
            pace: Pace::default(),
            tally: Tally::default(),
            masthead: Masthead::of(&office.issuance.identity.public_url, office.configuration.demo),
            clock,
            office,
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// The keys as others read them now. The pages believe one issuer: the one whose pages they are.
    pub(super) fn published(&self) -> Arc<Published> {
        self.office.issuance.published()
    }

    /// The public address of the service; never what a request calls it.
    pub(super) fn public_url(&self) -> &str {
        self.office.issuance.identity.public_url.as_str()
    }
}

/// Turns for work that computes or reads files: one for each processor, and a bounded number waiting.
pub(super) struct Queue {
    waiting: Arc<Semaphore>,
    running: Arc<Semaphore>,
}

impl Queue {
    pub(super) fn new() -> Self {
        Self::of(std::thread::available_parallelism().map_or(1, std::num::NonZero::get))
    }

    /// Turns for so many at a time.
    fn of(running: usize) -> Self {
        Self {
            waiting: Arc::new(Semaphore::new(WAITING_MAX)),
            running: Arc::new(Semaphore::new(running)),
        }
    }

    /// Does `work` away from the threads that serve sockets.
    ///
    /// # Errors
    /// [`Failure::Busy`] if too many wait already, [`Failure::Broken`] if the work broke down.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let _waiting = self.waiting.try_acquire().map_err(|_| Failure::Busy)?;
        let turn = Arc::clone(&self.running).acquire_owned().await.map_err(|_| Failure::Busy)?;
        let work = move || {
            // Held by the work, not by the request: who hangs up does not make room for more of it.
            let _turn = turn;
            work()
        };
        tokio::task::spawn_blocking(work).await.unwrap_or(Err(Failure::Broken))
    }
}
