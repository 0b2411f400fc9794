//! Documents for many requests at a time: from the shelf, or fetched once for all who wait for the same one.
//! It bounds how much is fetched; it must not fetch what an input may not ask for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::Semaphore;
use verifier::Unavailable;

use super::budget::Budget;
use super::fetcher::Fetcher;
use super::shelf::Shelf;
use super::{Found, Wanted};
use crate::cli::limits::FETCHES_AT_A_TIME_MAX;

/// Held while a document is on its way.
type Flight = tokio::sync::Mutex<()>;

/// The documents of a service.
pub(in crate::cli) struct Supply {
    fetcher: Fetcher,
    shelf: Mutex<Shelf>,
    budget: Mutex<Budget>,
    /// One for each document on its way.
    flights: Mutex<HashMap<Wanted, Weak<Flight>>>,
    /// One permit for each request that waits for the network.
    askers: Semaphore,
}

impl Supply {
    /// An empty shelf before `fetcher`.
    pub(in crate::cli) fn new(fetcher: Fetcher) -> Self {
        Self {
            fetcher,
            shelf: Mutex::default(),
            budget: Mutex::default(),
            flights: Mutex::default(),
            askers: Semaphore::new(FETCHES_AT_A_TIME_MAX),
        }
    }

    /// The document as known at `now`, Unix seconds, or fetched then. `Postponed` if as much is being fetched, or
    /// was in this minute, as may be: that is not remembered.
    pub(in crate::cli) async fn obtain(&self, wanted: &Wanted, now: i64) -> Found {
        if let Some(known) = lock(&self.shelf).find(wanted, now) {
            return known;
        }
        let Some(target) = wanted.target() else { return Err(Unavailable::AddressNotAllowed) };
        let _asker = self.askers.try_acquire().map_err(|_| Unavailable::Postponed)?;
        let flight = self.flight(wanted);
        let _landed = flight.lock().await;
        // Whoever was on the way before has landed meanwhile.
        if let Some(known) = lock(&self.shelf).find(wanted, now) {
            return known;
        }
        if !lock(&self.budget).spend(&target.host, now) {
            return Err(Unavailable::Postponed);
        }
        let fetched = self.fetcher.fetch(wanted).await;
        lock(&self.shelf).keep(wanted, fetched, now)
    }

    /// The flight to a document: a new one, or the one that others wait for.
    fn flight(&self, wanted: &Wanted) -> Arc<Flight> {
        let mut flights = lock(&self.flights);
        flights.retain(|_, flight| flight.strong_count() > 0);
        if let Some(flight) = flights.get(wanted).and_then(Weak::upgrade) {
            return flight;
        }
        let flight = Arc::new(Flight::default());
        flights.insert(wanted.clone(), Arc::downgrade(&flight));
        flight
    }
}

/// Nothing that is locked here is left half done by a panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
