//! Fetching for a command that waits: a runtime and a fetcher, made when the first document is missing, since
//! most calls need neither. It must not be there at all in a call that opens no connection.

use tokio::runtime::{Builder, Runtime};
use verifier::Unavailable;

use super::budget::Budget;
use super::shelf::Shelf;
use super::{Fetcher, Found, Wanted};
use crate::cli::failure::Failure;

/// The network for one call of a command.
pub(in crate::cli) struct OnDemand {
    opened: Option<(Runtime, Fetcher)>,
    /// Everything is as of the beginning of the call, or the end of its last wait, so nothing on the shelf grows old meanwhile.
    shelf: Shelf,
    /// A folder of strangers' badges must not make this machine knock at ten thousand doors at once.
    budget: Budget,
    now: i64,
}

impl OnDemand {
    /// Nothing is opened yet. `now`, Unix seconds, is when documents count as retrieved.
    pub(in crate::cli) fn new(now: i64) -> Self {
        Self { opened: None, shelf: Shelf::default(), budget: Budget::default(), now }
    }

    /// With a fetcher of the test's own.
    #[cfg(test)]
    pub(in crate::cli) fn over(runtime: Runtime, fetcher: Fetcher, now: i64) -> Self {
        let mut network = Self::new(now);
        network.opened = Some((runtime, fetcher));
        network
    }

    /// When as much may be fetched again as in any minute, Unix seconds.
    pub(in crate::cli) const fn next_minute(&self) -> i64 {
        Budget::next_minute(self.now)
    }

    /// The call has waited, and it is `now`, Unix seconds.
    pub(in crate::cli) fn move_on(&mut self, now: i64) {
        self.now = now.max(self.now);
    }

    /// Fetches a document, unless this call has fetched it before. `Postponed` when the call has fetched as
    /// much as it may before [`OnDemand::next_minute`].
    ///
    /// # Errors
    ///
    /// When the operating system or the TLS library does not give what it takes to fetch anything at all.
    pub(in crate::cli) fn obtain(&mut self, wanted: &Wanted) -> Result<Found, Failure> {
        if let Some(known) = self.shelf.find(wanted, self.now) {
            return Ok(known);
        }
        let Some(target) = wanted.target() else { return Ok(Err(Unavailable::AddressNotAllowed)) };
        if !self.budget.spend(&target.host, self.now) {
            return Ok(Err(Unavailable::Postponed));
        }
        let (runtime, fetcher) = match &self.opened {
            Some(opened) => opened,
            None => self.opened.insert(open()?),
        };
        let fetched = runtime.block_on(fetcher.fetch(wanted));
        Ok(self.shelf.keep(wanted, fetched, self.now))
    }
}

impl Drop for OnDemand {
    /// A name server that does not answer must not keep the command from ending.
    fn drop(&mut self) {
        if let Some((runtime, _)) = self.opened.take() {
            runtime.shutdown_background();
        }
    }
}

fn open() -> Result<(Runtime, Fetcher), Failure> {
    let runtime = Builder::new_current_thread().enable_all().build().map_err(Failure::Runtime)?;
    Ok((runtime, Fetcher::new().map_err(Failure::Tls)?))
}
