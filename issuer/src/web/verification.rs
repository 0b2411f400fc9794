//! Verification with the documents of this office alone: its own DID document, its own status lists.
//! It fetches nothing: what a credential of somebody else needs stays missing, and the report says so.

use jiff::Timestamp;
use verifier::{Document, Documents, Report, verify};

use super::desk::Desk;
use super::limits::ROUNDS_MAX;
use crate::issuing::IssueError;

impl Desk {
    /// Verifies one credential as of `now`. `list` is the status list that it is known to need, if it is known.
    pub(super) fn verify(&self, input: &[u8], list: Option<u32>, now: Timestamp) -> Report {
        let mut documents = Documents::new();
        let issuance = &self.office.issuance;
        let published = self.published();
        let did_document = published.did_document.clone();
        documents.insert(issuance.identity.profile.id.clone(), Ok(own(did_document)));
        if let Some(number) = list {
            self.add_list(&mut documents, &issuance.identity.public_url.status_list(number), now);
        }
        let mut report = verify(input, &documents, &published.policy, now.as_second());
        for _ in 1..ROUNDS_MAX {
            let missing = report.documents_missing().iter();
            let added = missing.filter(|url| self.add_list(&mut documents, url, now)).count();
            if added == 0 {
                break;
            }
            report = verify(input, &documents, &published.policy, now.as_second());
        }
        report
    }

    /// Adds the list at `url` if it is one of ours. One that cannot be had stays missing: then nothing is called valid.
    fn add_list(&self, documents: &mut Documents, url: &str, now: Timestamp) -> bool {
        let issuance = &self.office.issuance;
        let number = url.rsplit('/').next().and_then(list_number);
        let number =
            number.filter(|number| issuance.identity.public_url.status_list(*number) == url);
        let Some(number) = number else { return false };
        let list = self.has_list(number).and_then(|there| {
            if there { issuance.served_status_list(number, now).map(Some) } else { Ok(None) }
        });
        match list {
            Ok(Some(list)) => {
                documents.insert(url, Ok(own(list.text.clone())));
                true
            }
            Ok(None) => false,
            Err(error) => {
                eprintln!("web: status list {number}: {error}");
                false
            }
        }
    }

    /// Whether the list of this number exists: asking for any other must not make one.
    pub(super) fn has_list(&self, number: u32) -> Result<bool, IssueError> {
        Ok(self.office.issuance.status_list_numbers()?.contains(&number))
    }
}

/// Handed over on the spot: its own signed validity decides whether it is fresh.
fn own(text: String) -> Document {
    Document::new(text.into_bytes(), None)
}

/// A number as it is written in our addresses: digits, no sign, no leading zero.
pub(super) fn list_number(text: &str) -> Option<u32> {
    let number: u32 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}
