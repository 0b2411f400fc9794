//! Revocation, and the status lists that tell of it: when it returns, the lists say so.
//! It revokes whole certificates, for good; who may, is decided before.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::super::sequencer::open_list;
use super::super::status_lists::PublishedList;
use super::{Issuance, IssueError};
use crate::register::{Event, NewEntry, Revocation};
use crate::store::{CertificateRecord, CertificateState};

impl Issuance {
    /// The status list of this number, signed anew if it is stale.
    ///
    /// # Errors
    /// If it cannot be signed or written.
    pub fn status_list(
        &self,
        number: u32,
        now: Timestamp,
    ) -> Result<Arc<PublishedList>, IssueError> {
        self.status_lists.publish(number, &self.identity, &|list| self.revoked_indices(list), now)
    }

    /// The same for whoever asks over the network: also while the disk takes no file.
    ///
    /// # Errors
    /// If it cannot be signed.
    pub fn served_status_list(
        &self,
        number: u32,
        now: Timestamp,
    ) -> Result<Arc<PublishedList>, IssueError> {
        self.status_lists.serve(number, &self.identity, &|list| self.revoked_indices(list), now)
    }

    /// Indices of a status list that are revoked, sorted.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn revoked_indices(&self, list: u32) -> Result<Vec<u32>, IssueError> {
        Ok(self.store.revoked_indices(list)?)
    }

    /// The numbers of all status lists, rising: those in which an index was given, and the one that is open.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn status_list_numbers(&self) -> Result<BTreeSet<u32>, IssueError> {
        let mut numbers: BTreeSet<u32> = self.store.lists()?.into_iter().collect();
        numbers.insert(open_list(&self.store)?);
        Ok(numbers)
    }

    /// Revokes a certificate, all its editions, for good. Returns once the new status lists are in place; a certificate
    /// that was revoked before stays as it is.
    ///
    /// # Errors
    /// [`IssueError::Unknown`] if there is no such certificate.
    pub fn revoke(&self, revocation: Revocation) -> Result<CertificateRecord, IssueError> {
        let turn = self.turn()?;
        let now = revocation.revoked_at;
        let number = revocation.number.clone();
        if self.record(&number)?.state == CertificateState::Active {
            let payload = Event::CertificateRevoked(revocation);
            self.append(&[NewEntry::unsigned(payload, now)])?;
        }
        drop(turn);
        let record = self.record(&number)?;
        for edition in &record.certificate.editions {
            self.status_list(edition.status.list, now)?;
        }
        Ok(record)
    }
}
