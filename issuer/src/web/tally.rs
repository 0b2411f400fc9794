//! Plain numbers of the journal: how many certificates of each programme were issued, and how many of them revoked.
//! It counts; no name passes through it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use super::limits::TALLY_SECONDS;
use crate::store::{CertificateState, Store, StoreError};

/// Numbers of one programme.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Count {
    pub(super) issued: u64,
    pub(super) revoked: u64,
}

pub(super) type Counts = BTreeMap<String, Count>;

/// The last count and its time. Counting reads the whole journal, so nobody can ask for it as often as they like.
#[derive(Default)]
pub(super) struct Tally {
    last: Mutex<Option<(Timestamp, Arc<Counts>)>>,
}

impl Tally {
    /// The numbers by programme code as of `now` or a minute earlier, and their time. It blocks; one reader counts for all.
    pub(super) fn of(
        &self,
        store: &Store,
        now: Timestamp,
    ) -> Result<(Timestamp, Arc<Counts>), StoreError> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((time, counts)) = &*last
            && (0..TALLY_SECONDS).contains(&now.duration_since(*time).as_secs())
        {
            return Ok((*time, Arc::clone(counts)));
        }
        let mut counts = Counts::new();
        for record in store.certificates() {
            let record = record?;
            let count = counts.entry(record.certificate.completion.programme_code).or_default();
            count.issued += 1;
            count.revoked += u64::from(record.state != CertificateState::Active);
        }
        let counts = Arc::new(counts);
        *last = Some((now, Arc::clone(&counts)));
        Ok((now, counts))
    }
}
