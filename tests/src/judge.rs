//! The verifier library beside a data directory: the verdict of everybody who has its DID document, status lists and trust
//! list. It reads what lies there at this moment, as a verifier would fetch it.

use std::fs;
use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;
use verifier::log::{LeafView, TlogProof, commitment_urn};
use verifier::{Document, Documents, Policy, Report, TrustList, Verdict, verify};

/// Offers a document under its own `id`, an inclusion proof under the commitments of its leaf, as a folder of documents does.
///
/// # Errors
///
/// If it is neither a proof nor JSON with an `id`.
pub fn offer(documents: &mut Documents, bytes: Vec<u8>) -> io::Result<()> {
    let leaf = TlogProof::find_extra(&bytes).and_then(|leaf| LeafView::parse(&leaf).ok());
    let names = match leaf {
        Some(leaf) => leaf.commitments.iter().map(commitment_urn).collect(),
        None => {
            let document: Value = serde_json::from_slice(&bytes)?;
            vec![document["id"].as_str().ok_or_else(|| io::Error::other("no id"))?.to_owned()]
        }
    };
    let document = Document::new(bytes, None);
    for name in names {
        documents.insert(name, Ok(document.clone()));
    }
    Ok(())
}

/// Documents, trust list and time of a verification.
#[derive(Debug)]
pub struct Judge {
    /// The documents at hand.
    pub documents: Documents,
    /// Whom the verifier believes.
    pub policy: Policy,
    /// When: Unix seconds.
    pub now: i64,
}

impl Judge {
    /// Everything that the data directory publishes, trusted as its own `trust.json` says.
    ///
    /// # Panics
    ///
    /// If a file is missing or cannot be read.
    #[must_use]
    pub fn of(dir: &Path) -> Self {
        match Self::read(dir) {
            Ok(judge) => judge,
            Err(error) => panic!("{}: {error}", dir.display()),
        }
    }

    /// Nobody is trusted, and no document is at hand.
    #[must_use]
    pub fn alone() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        Self { documents: Documents::new(), policy: Policy::badge(TrustList::default()), now }
    }

    fn read(dir: &Path) -> io::Result<Self> {
        let mut judge = Self::alone();
        judge.trust(&fs::read(dir.join("trust.json"))?)?;
        judge.add(fs::read(dir.join("did.json"))?)?;
        for entry in fs::read_dir(dir.join("status"))? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                judge.add(fs::read(path)?)?;
            }
        }
        Ok(judge)
    }

    /// Believes whom this trust list names.
    ///
    /// # Errors
    ///
    /// If it is none.
    pub fn trust(&mut self, list: &[u8]) -> io::Result<()> {
        self.policy = Policy::badge(TrustList::parse(list).map_err(io::Error::other)?);
        Ok(())
    }

    /// Offers a document under its own `id`, an inclusion proof under what it proves.
    ///
    /// # Errors
    ///
    /// If it is neither a proof nor JSON with an `id`.
    pub fn add(&mut self, bytes: Vec<u8>) -> io::Result<()> {
        offer(&mut self.documents, bytes)
    }

    /// What the verifier says of these bytes.
    pub fn report(&self, bytes: &[u8]) -> Report {
        verify(bytes, &self.documents, &self.policy, self.now)
    }

    /// Its verdict alone.
    #[must_use]
    pub fn verdict(&self, bytes: &[u8]) -> Verdict {
        self.report(bytes).verdict()
    }
}
