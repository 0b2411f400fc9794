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
    /// [`IssueError::ProgrammeChanged`], [`IssueError::ProgrammeNumberTaken`], or if the register does not take them.
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
                    self.check_registration_number(programme, programmes)?;
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

    /// The number in the register of programmes is what a certificate and its code name a programme by: no two share one (regulation 9.4).
    fn check_registration_number(
        &self,
        programme: &Programme,
        together: &[Programme],
    ) -> Result<(), IssueError> {
        let Some(number) = &programme.registration_number else { return Ok(()) };
        let known = self.programmes();
        let other = known.all().chain(together).find(|other| {
            other.code != programme.code && other.registration_number.as_ref() == Some(number)
        });
        match other {
            None => Ok(()),
            Some(other) => Err(IssueError::ProgrammeNumberTaken {
                code: programme.code.clone(),
                number: number.clone(),
                other: other.code.clone(),
            }),
        }
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
