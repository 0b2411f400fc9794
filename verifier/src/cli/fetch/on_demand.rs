//! Fetching for a command that waits: a runtime and a fetcher, made when the first document is missing, since
//! most calls need neither. It must not be there at all in a call that opens no connection.

use tokio::runtime::{Builder, Runtime};

use super::shelf::Shelf;
use super::{Fetcher, Found, Wanted};
use crate::cli::failure::Failure;

/// The network for one call of a command.
pub(in crate::cli) struct OnDemand {
    line: Option<(Runtime, Fetcher)>,
    /// Everything is as of the beginning of the call, so nothing on the shelf grows old meanwhile.
    shelf: Shelf,
    now: i64,
}

impl OnDemand {
    /// Nothing is opened yet. `now`, Unix seconds, is when documents count as retrieved.
    pub(in crate::cli) fn new(now: i64) -> Self {
        Self { line: None, shelf: Shelf::default(), now }
    }

    /// With a fetcher of the test's own.
    #[cfg(test)]
    pub(in crate::cli) fn over(runtime: Runtime, fetcher: Fetcher, now: i64) -> Self {
        Self { line: Some((runtime, fetcher)), shelf: Shelf::default(), now }
    }

    /// Fetches a document, unless this call has fetched it before.
    ///
    /// # Errors
    ///
    /// When the operating system or the TLS library does not give what it takes to fetch anything at all.
    pub(in crate::cli) fn obtain(&mut self, wanted: &Wanted) -> Result<Found, Failure> {
        if let Some(known) = self.shelf.find(wanted, self.now) {
            return Ok(known);
        }
        let (runtime, fetcher) = match &self.line {
            Some(line) => line,
            None => self.line.insert(open()?),
        };
        let fetched = runtime.block_on(fetcher.fetch(wanted));
        Ok(self.shelf.keep(wanted, fetched, self.now))
    }
}

impl Drop for OnDemand {
    /// A name server that does not answer must not keep the command from ending.
    fn drop(&mut self) {
        if let Some((runtime, _)) = self.line.take() {
            runtime.shutdown_background();
        }
    }
}

fn open() -> Result<(Runtime, Fetcher), Failure> {
    let runtime = Builder::new_current_thread().enable_all().build().map_err(Failure::Runtime)?;
    Ok((runtime, Fetcher::new().map_err(Failure::Tls)?))
}
