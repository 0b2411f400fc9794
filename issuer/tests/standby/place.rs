//! A data directory of a test's own, whose register takes its store some time to follow: certificates of the sample, and
//! pages that were hidden and shown again many times.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use issuer::office::DataDirectory;
use issuer::register::{Event, FileRegister, NewEntry, PageChange, Register};
use issuer::store::CertificateRecord;
use jiff::Timestamp;
use verifier::{Document, Documents, Policy, TrustList, Verdict, verify};

use crate::fixture::{self, PASSPHRASE, PROGRAMMES};

/// The moment of the test: the program that it starts has the clock of the machine.
static NOW: LazyLock<Timestamp> = LazyLock::new(Timestamp::now);

pub(crate) fn clock() -> Timestamp {
    *NOW
}

pub(crate) struct Place {
    home: tempfile::TempDir,
    path: PathBuf,
    /// The certificates, in journal order.
    pub(crate) records: Vec<CertificateRecord>,
}

impl Place {
    /// The first `rows` certificates of the sample, and so many changes of their pages.
    pub(crate) fn new(rows: usize, changes: usize) -> Self {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("passphrase"), format!("{PASSPHRASE}\n")).unwrap();
        let path = home.path().join("data");
        let office = fixture::office(&path, (PROGRAMMES, rows), clock());
        let records: Vec<CertificateRecord> =
            office.issuance.store.certificates().map(Result::unwrap).collect();
        // Of the 72 completions of the sample 4 were not passed.
        assert!((rows.saturating_sub(4)..=rows).contains(&records.len()));
        // The list is in the past, as one of a service that stopped.
        office.issuance.status_list(1, clock()).unwrap();
        office.close().unwrap();
        let place = Self { home, path, records };
        place.change_pages(changes);
        place
    }

    /// Hides and shows the pages again, `count` acts in all, as an office would have entered them one by one.
    pub(crate) fn change_pages(&self, count: usize) {
        let register = FileRegister::open(self.path()).unwrap().0;
        let rounds = (0..count).map(|n| {
            let record = &self.records[n % self.records.len()];
            let number = record.certificate.number.clone();
            let change = PageChange { number, by: "registrar".to_owned(), changed_at: clock() };
            let is_hidden = (n / self.records.len()).is_multiple_of(2);
            let event = if is_hidden { Event::PageUnpublished } else { Event::PagePublished };
            NewEntry::unsigned(event(change), clock())
        });
        let entries: Vec<NewEntry> = rounds.collect();
        for group in entries.chunks(512) {
            register.append(register.size(), group).unwrap();
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The file with the passphrase, for the command line.
    pub(crate) fn passphrase_file(&self) -> PathBuf {
        self.home.path().join("passphrase")
    }

    pub(crate) fn directory(&self) -> DataDirectory {
        DataDirectory::new(self.path())
    }

    pub(crate) fn file(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }

    pub(crate) fn remove_store(&self) {
        let store = self.path().join("store");
        if store.exists() {
            fs::remove_dir_all(store).unwrap();
        }
    }

    /// As somebody who edits the configuration of a register that has numbers.
    pub(crate) fn take_prefix(&self, prefix: &str) {
        let text =
            self.file("tanu.toml").replace("prefix = \"A\"", &format!("prefix = \"{prefix}\""));
        fs::write(self.path().join("tanu.toml"), text).unwrap();
    }

    /// Puts a directory where this file should be written.
    pub(crate) fn block(&self, name: &str) {
        let path = self.path().join(name);
        fs::remove_file(&path).unwrap();
        fs::create_dir_all(path.join("in the way")).unwrap();
    }

    /// What anybody says of the first edition of a certificate who trusts this issuer and was handed this status list.
    pub(crate) fn verdict(&self, record: &CertificateRecord, list: &str) -> Verdict {
        self.verdict_at(record, list, clock())
    }

    pub(crate) fn verdict_at(
        &self,
        record: &CertificateRecord,
        list: &str,
        now: Timestamp,
    ) -> Verdict {
        let trust = TrustList::parse(self.file("trust.json").as_bytes()).unwrap();
        let profile: serde_json::Value = serde_json::from_str(&self.file("issuer.json")).unwrap();
        let published: serde_json::Value = serde_json::from_str(list).unwrap();
        let mut documents = Documents::new();
        let did = profile["id"].as_str().unwrap();
        documents.insert(did, Ok(Document::new(self.file("did.json").into_bytes(), None)));
        let url = published["id"].as_str().unwrap();
        documents.insert(url, Ok(Document::new(list.as_bytes().to_vec(), None)));
        let credential = record.certificate.editions[0].credential.as_bytes();
        verify(credential, &documents, &Policy::badge(trust), now.as_second()).verdict()
    }
}
