//! Where the documents of a pack come from: a folder first, then the network. What does not verify is left out, and told.
//! It must not judge a document; the draft does.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use verifier::limits::NOTE_BYTES_MAX;
use verifier::{PackDraft, PackError, Unavailable, did_web_url, plain_text};

use crate::cli::failure::Failure;
use crate::cli::fetch::{OnDemand, Wanted};
use crate::cli::limits::STATUS_LISTS_COUNTED_MAX;
use crate::cli::{documents_folder, read_file, shown};

/// What is put into a pack, and from where.
pub(super) struct Gathering {
    draft: PackDraft,
    /// Of the folder, as long as they are not in the pack.
    handed_over: HashMap<String, Vec<u8>>,
    network: Option<OnDemand>,
    now: i64,
    tell: fn(&str),
    /// Whose key document is in the pack, and whether a status list of theirs is.
    listed: BTreeMap<String, bool>,
    pub(super) counts: Counts,
}

/// What is in the pack, and what is not.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) key_documents: usize,
    pub(super) status_lists: usize,
    pub(super) checkpoints: usize,
    /// A sentence for each document that was found, or asked for by name, and is not in the pack.
    pub(super) left_out: Vec<String>,
}

/// A document, and when it was fetched; `None` for one that was handed over.
type Taken = (Vec<u8>, Option<i64>);

impl Gathering {
    /// Nothing is gathered yet. `tell` shows how far it is.
    pub(super) fn new(
        draft: PackDraft,
        network: Option<OnDemand>,
        now: i64,
        tell: fn(&str),
    ) -> Self {
        let counts = Counts::default();
        let (handed_over, listed) = (HashMap::new(), BTreeMap::new());
        Self { draft, handed_over, network, now, tell, listed, counts }
    }

    /// Takes the folder's documents into account.
    ///
    /// # Errors
    ///
    /// When it cannot be listed, has too many files, or two of one `id`.
    pub(super) fn open_folder(&mut self, folder: Option<&Path>) -> Result<(), Failure> {
        if let Some(folder) = folder {
            self.handed_over.extend(documents_folder::each(folder)?);
        }
        Ok(())
    }

    /// The key documents of all issuers of the trust list, their status lists, and those that are named.
    ///
    /// # Errors
    ///
    /// When the network cannot be used at all.
    pub(super) fn gather(&mut self, lists: &[String]) -> Result<(), Failure> {
        let mut issuers: Vec<String> = self.draft.trust().issuers().map(str::to_owned).collect();
        issuers.sort();
        for issuer in &issuers {
            self.add_key_document(issuer)?;
        }
        let mut asked: HashSet<String> = HashSet::new();
        for url in lists {
            if asked.insert(url.clone()) {
                let found = self.add_named_list(url)?;
                found.unwrap_or_else(|reason| self.leave_out(unavailable(url, reason)));
            }
        }
        for issuer in &issuers {
            self.count_lists(issuer, &asked)?;
        }
        // What is left of the folder are lists of other addresses, or none at all.
        let mut rest: Vec<(String, Vec<u8>)> = self.handed_over.drain().collect();
        rest.sort();
        for (id, bytes) in rest {
            self.put_list(&id, (bytes, None));
        }
        // Whoever checks with such a pack cannot find out whether anything of theirs was revoked.
        for (issuer, _) in std::mem::take(&mut self.listed).into_iter().filter(|(_, has)| !has) {
            self.leave_out(format!("{issuer} has no status list in the pack: none was found"));
        }
        Ok(())
    }

    fn add_key_document(&mut self, issuer: &str) -> Result<(), Failure> {
        // Such an identifier is its own document.
        if ["did:key:", "did:jwk:"].iter().any(|method| issuer.starts_with(method)) {
            return Ok(());
        }
        match self.obtain(&Wanted::key_document(issuer))? {
            Ok((bytes, at)) => {
                let added = self.draft.add_key_document(issuer, bytes, at);
                if self.note(added).is_some() {
                    self.counts.key_documents += 1;
                    self.listed.insert(issuer.to_owned(), false);
                }
            }
            Err(reason) => self.leave_out(unavailable(issuer, reason)),
        }
        Ok(())
    }

    /// Our issuers number their lists from 1 (`docs/formats.md`, "Status list"); the first that is not there ends the count.
    fn count_lists(&mut self, issuer: &str, asked: &HashSet<String>) -> Result<(), Failure> {
        let Ok(document) = did_web_url(issuer) else { return Ok(()) };
        let home = document.trim_end_matches("/did.json").trim_end_matches("/.well-known");
        for number in 1..=STATUS_LISTS_COUNTED_MAX {
            let url = format!("{home}/status/{number}");
            if asked.contains(&url) {
                continue;
            }
            match self.add_named_list(&url)? {
                Ok(()) => {}
                Err(Unavailable::NotThere) => break,
                // Something is there, only not a list.
                Err(reason @ (Unavailable::AnswerNotAcceptable | Unavailable::RolledBack)) => {
                    self.leave_out(unavailable(&url, reason));
                }
                // Nobody knows whether it is there: it is named, and the next ones would fail alike.
                Err(reason) => {
                    self.leave_out(unavailable(&url, reason));
                    break;
                }
            }
        }
        Ok(())
    }

    /// Puts the list at `url` into the pack, or names what is wrong with it; or why it could not be had.
    fn add_named_list(&mut self, url: &str) -> Result<Result<(), Unavailable>, Failure> {
        let found = self.obtain(&Wanted::status_list(url))?;
        Ok(found.map(|taken| self.put_list(url, taken)))
    }

    fn put_list(&mut self, id: &str, (bytes, at): Taken) {
        let added = self.draft.add_status_list(id, bytes, at);
        if let Some(issuer) = self.note(added) {
            self.counts.status_lists += 1;
            self.listed.entry(issuer).and_modify(|has| *has = true);
        }
    }

    /// The checkpoints in these files; those of the other registers of the trust list are fetched.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, or the network cannot be used at all.
    pub(super) fn add_checkpoints(&mut self, files: &[PathBuf]) -> Result<(), Failure> {
        let mut known = HashSet::new();
        for path in files {
            let bytes = read_file(path, NOTE_BYTES_MAX).map_err(|source| Failure::Unreadable {
                what: "checkpoint",
                path: shown(path),
                source,
            })?;
            known.extend(self.put_checkpoint((bytes, None)));
        }
        let logs = self.draft.trust().logs().map(|(_, origin)| origin.to_owned());
        let mut logs: Vec<String> = logs.filter(|origin| !known.contains(origin)).collect();
        logs.sort();
        logs.dedup();
        for origin in logs.iter().filter(|_| self.network.is_some()).cloned().collect::<Vec<_>>() {
            match self.obtain(&Wanted::checkpoint(&origin))? {
                Ok(taken) => {
                    self.put_checkpoint(taken);
                }
                Err(reason) => self.leave_out(unavailable(&format!("{origin}/checkpoint"), reason)),
            }
        }
        Ok(())
    }

    fn put_checkpoint(&mut self, (bytes, at): Taken) -> Option<String> {
        let added = self.draft.add_checkpoint(bytes, at);
        let origin = self.note(added)?;
        self.counts.checkpoints += 1;
        Some(origin)
    }

    /// From the folder, else over the network, if there is one.
    fn obtain(&mut self, wanted: &Wanted) -> Result<Result<Taken, Unavailable>, Failure> {
        if let Some(bytes) = self.handed_over.remove(&wanted.id) {
            return Ok(Ok((bytes, None)));
        }
        let Some(network) = &mut self.network else { return Ok(Err(Unavailable::NotThere)) };
        (self.tell)(&format!("fetching {}", plain_text(&wanted.id)));
        let found = network.obtain(wanted)?;
        Ok(found.map(|document| (document.bytes().to_vec(), Some(self.now))))
    }

    fn note<T>(&mut self, added: Result<T, PackError>) -> Option<T> {
        added.map_err(|error| self.leave_out(error.to_string())).ok()
    }

    fn leave_out(&mut self, sentence: String) {
        self.counts.left_out.push(plain_text(&sentence));
    }

    /// The draft with everything in it.
    pub(super) fn into_parts(self) -> (PackDraft, Counts) {
        (self.draft, self.counts)
    }
}

fn unavailable(id: &str, reason: Unavailable) -> String {
    let reason = match reason {
        Unavailable::AddressNotAllowed => "lies at an address that is never asked",
        Unavailable::AnswerNotAcceptable => "was not taken: what was answered cannot be it",
        Unavailable::RolledBack => "was not taken: it is older than one seen before",
        Unavailable::Postponed => "was not fetched: its host was asked often enough for now",
        _ => "could not be had",
    };
    format!("{id} {reason}")
}
