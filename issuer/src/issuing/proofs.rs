//! The log of the register, as the rooms around issuing use it. It publishes checkpoints; it issues nothing.

use super::IssueError;
use super::issue::Issuance;
use crate::register::Log;

impl Issuance {
    /// The log of the register.
    #[must_use]
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Signs a checkpoint of all that the register holds, unless the last one covers it. Returns how many entries are covered.
    ///
    /// # Errors
    /// [`IssueError::Log`]: then nothing new was published.
    pub fn publish_checkpoint(&self) -> Result<u64, IssueError> {
        Ok(self.log.publish(&*self.register, &*self.identity)?)
    }
}
