//! The register of programmes (regulation 9.4 to 9.6), as issuing needs it. It enters what was checked; it judges no passport.

use std::sync::{Arc, PoisonError};

use jiff::Timestamp;

use super::{Issuance, IssueError};
use crate::programme::{Programme, Programmes};
use crate::register::{Event, NewEntry};
use crate::store::Store;

impl Issuance {
    /// Enters programmes into the register of programmes, all or none, and says which were new. A programme that is there in
    /// the same version with the same content is left; one with other content stops them all (regulation 9.6).
    ///
    /// # Errors
    /// [`IssueError::ProgrammeChanged`], or if the register does not take them.
    pub fn register_programmes(
        &self,
        programmes: &[Programme],
        now: Timestamp,
    ) -> Result<Vec<bool>, IssueError> {
        let _turn = self.turn()?;
        let mut new = Vec::with_capacity(programmes.len());
        let mut entries = Vec::new();
        for programme in programmes {
            match self.store.programme_version(&programme.code, &programme.version)? {
                Some(known) if known == *programme.document() => new.push(false),
                Some(_) => {
                    let (code, version) = (programme.code.clone(), programme.version.clone());
                    return Err(IssueError::ProgrammeChanged { code, version });
                }
                None => {
                    new.push(true);
                    let payload =
                        Event::ProgrammeRegistered { programme: programme.document().clone() };
                    entries.push(NewEntry::unsigned(payload, now));
                }
            }
        }
        if !entries.is_empty() {
            self.append(&entries)?;
            let programmes = Arc::new(read(&self.store)?);
            *self.programmes.write().unwrap_or_else(PoisonError::into_inner) = programmes;
        }
        Ok(new)
    }
}

/// Every version of every programme.
pub(super) fn read(store: &Store) -> Result<Programmes, IssueError> {
    let parse = |version: serde_json::Value| {
        Programme::parse(&version).map_err(|problems| IssueError::ProgrammeUnreadable {
            code: version["code"].as_str().unwrap_or_default().to_owned(),
            problem: problems.first().map(|problem| problem.sentence.clone()).unwrap_or_default(),
        })
    };
    store.programme_versions()?.into_iter().map(parse).collect()
}
