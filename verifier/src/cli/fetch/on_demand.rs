//! Fetching for a command that waits: a runtime and a fetcher, made when the first document is missing, since
//! most calls need neither. It must not be there at all in a call that opens no connection.

use tokio::runtime::{Builder, Runtime};
use verifier::{Document, Documents};

use super::{Fetcher, Wanted};
use crate::cli::Clock;
use crate::cli::failure::Failure;

/// The network for one call of a command.
pub(in crate::cli) struct OnDemand {
    clock: Clock,
    line: Option<(Runtime, Fetcher)>,
}

impl OnDemand {
    /// Nothing is opened yet. `clock` tells when a document was retrieved.
    pub(in crate::cli) const fn new(clock: Clock) -> Self {
        Self { clock, line: None }
    }

    /// With a fetcher of the test's own.
    #[cfg(test)]
    pub(in crate::cli) fn over(runtime: Runtime, fetcher: Fetcher, clock: Clock) -> Self {
        Self { clock, line: Some((runtime, fetcher)) }
    }

    /// Fetches what is wanted, one after the other, and puts it among `documents`, failures too.
    ///
    /// # Errors
    ///
    /// When the operating system or the TLS library does not give what it takes to fetch anything at all.
    pub(in crate::cli) fn fetch(
        &mut self,
        wanted: &[Wanted],
        documents: &mut Documents,
    ) -> Result<(), Failure> {
        let (runtime, fetcher) = match &self.line {
            Some(line) => line,
            None => self.line.insert(open()?),
        };
        for wanted in wanted {
            let found = runtime.block_on(fetcher.fetch(wanted));
            let retrieved_at = Some((self.clock)());
            documents.insert(&wanted.id, found.map(|bytes| Document { bytes, retrieved_at }));
        }
        Ok(())
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
