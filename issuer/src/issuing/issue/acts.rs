//! Small acts beside issuing: the stop switch, and pages hidden and shown. Each is one entry, once, however often it is asked for.

use super::{Issuance, IssueError};
use crate::register::{Event, NewEntry, PageChange, Register, Switch};

impl Issuance {
    /// Stops issuing, until [`Issuance::resume`], across restarts. When it returns, nothing is issued any more; what was asked
    /// for before gets its earlier answer, and revocation and verification go on. `false`: it was stopped before.
    ///
    /// # Errors
    /// If the register does not take it.
    pub fn stop(&self, switch: Switch) -> Result<bool, IssueError> {
        self.switch(false, switch)
    }

    /// Takes issuing up again. `false`: it was not stopped.
    ///
    /// # Errors
    /// If the register does not take it.
    pub fn resume(&self, switch: Switch) -> Result<bool, IssueError> {
        self.switch(true, switch)
    }

    /// Who stopped issuing; `None` while certificates are issued.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn switched_off(&self) -> Result<Option<Switch>, IssueError> {
        Ok(self.store.issuing_stopped()?)
    }

    fn switch(&self, on: bool, switch: Switch) -> Result<bool, IssueError> {
        let _turn = self.turn()?;
        if self.switched_off()?.is_none() == on {
            return Ok(false);
        }
        let time = switch.switched_at;
        let payload =
            if on { Event::IssuingResumed(switch) } else { Event::IssuingStopped(switch) };
        self.append(&[NewEntry::unsigned(payload, time)])?;
        Ok(true)
    }

    /// Hides the page of a certificate, or shows it again. `false`: it was so before.
    ///
    /// # Errors
    /// [`IssueError::Unknown`] if there is no such certificate.
    pub fn change_page(&self, change: PageChange, is_published: bool) -> Result<bool, IssueError> {
        let _turn = self.turn()?;
        if self.record(&change.number)?.is_published == is_published {
            return Ok(false);
        }
        let time = change.changed_at;
        let payload = if is_published {
            Event::PagePublished(change)
        } else {
            Event::PageUnpublished(change)
        };
        self.append(&[NewEntry::unsigned(payload, time)])?;
        Ok(true)
    }

    /// The register, for whoever reads it.
    #[must_use]
    pub fn register(&self) -> &dyn Register {
        &*self.register
    }
}
