//! Status lists (Bitstring Status List v1.0): a projection of the register, signed with a key of its own, re-signed
//! when half its `ttl` is over or a bit has changed. It decides nothing about certificates.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::{Compression, GzBuilder};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::IssueError;
use super::identity::Identity;
use crate::register::KeyPurpose;

/// Entries of one list: the smallest the specification allows, 16 KiB of bits.
pub(super) const ENTRIES: u32 = 131_072;

/// How long a fetched list may be used, seconds.
pub const TTL_SECONDS: i64 = 300;

/// A list as it is served.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublishedList {
    /// The signed credential, byte for byte as in the file.
    pub text: String,
    /// Strong validator for HTTP: a hash of the text, in quotes.
    pub etag: String,
    /// When it was signed, whole seconds.
    pub signed_at: Timestamp,
    bits: String,
}

/// The lists of this instance: files under `directory`, and the last of each in memory.
pub struct StatusLists {
    directory: PathBuf,
    validity: SignedDuration,
    published: Mutex<HashMap<u32, Signed>>,
}

/// Who knows the revoked indices of a list. Asked under the lock of the lists, so that no older answer is signed after a newer one.
pub type Revoked<'r> = &'r dyn Fn(u32) -> Result<Vec<u32>, IssueError>;

/// A list in memory.
#[derive(Clone)]
struct Signed {
    list: Arc<PublishedList>,
    /// Whether the file holds it.
    is_written: bool,
}

impl StatusLists {
    /// Lists in `directory`, each valid for `validity_days` from its signing.
    #[must_use]
    pub fn new(directory: &Path, validity_days: i64) -> Self {
        Self {
            directory: directory.to_owned(),
            validity: SignedDuration::from_hours(24 * validity_days),
            published: Mutex::default(),
        }
    }

    /// The list of this number as of `now`, in its file: signed anew if a bit has changed or half its `ttl` is over.
    ///
    /// # Errors
    /// If it cannot be signed or written; the file that was there before is then unharmed, and the new list is served
    /// all the same.
    pub fn publish(
        &self,
        number: u32,
        identity: &Identity,
        revoked: Revoked<'_>,
        now: Timestamp,
    ) -> Result<Arc<PublishedList>, IssueError> {
        let (list, written) = self.current(number, identity, revoked, now)?;
        written.map(|()| list)
    }

    /// As [`StatusLists::publish`], for whoever asks over the network: a disk that takes no file keeps no list from him.
    ///
    /// # Errors
    /// If it cannot be signed.
    pub fn serve(
        &self,
        number: u32,
        identity: &Identity,
        revoked: Revoked<'_>,
        now: Timestamp,
    ) -> Result<Arc<PublishedList>, IssueError> {
        self.current(number, identity, revoked, now).map(|(list, _)| list)
    }

    /// The list, and whether its file could be written.
    fn current(
        &self,
        number: u32,
        identity: &Identity,
        revoked: Revoked<'_>,
        now: Timestamp,
    ) -> Result<(Arc<PublishedList>, Result<(), IssueError>), IssueError> {
        // One at a time: two writers of one list would race to the rename, and the older could win.
        let mut published = self.published.lock().unwrap_or_else(PoisonError::into_inner);
        let bits = encode(&revoked(number)?);
        let known = published.get(&number).cloned().or_else(|| {
            let list = Arc::new(self.read(number)?);
            Some(Signed { list, is_written: true })
        });
        // A caller whose work began before the last signing must not turn the list back.
        let now = known.as_ref().map_or(now, |known| now.max(known.list.signed_at));
        // Signed with a key that is used no more, it is stale whatever its age.
        let key = format!("\"{}\"", identity.key_in_use(KeyPurpose::StatusLists).id);
        let fresh = |known: &Signed| {
            let age = now.duration_since(known.list.signed_at).as_secs();
            let current = known.list.bits == bits && known.list.text.contains(&key);
            current && (0..TTL_SECONDS / 2).contains(&age)
        };
        let mut signed = match known.filter(fresh) {
            Some(known) => known,
            None => {
                let list = Arc::new(self.sign(number, bits, identity, now)?);
                Signed { list, is_written: false }
            }
        };
        let written = if signed.is_written { Ok(()) } else { self.write(number, &signed.list) };
        signed.is_written = written.is_ok();
        let list = Arc::clone(&signed.list);
        published.insert(number, signed);
        Ok((list, written))
    }

    fn write(&self, number: u32, list: &PublishedList) -> Result<(), IssueError> {
        let path = self.path(number);
        write_whole(&path, list.text.as_bytes()).map_err(|source| IssueError::File { path, source })
    }

    /// Forgets what was signed before: with another key everything is signed anew.
    pub(super) fn forget(&self) {
        self.published.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn sign(
        &self,
        number: u32,
        bits: String,
        identity: &Identity,
        now: Timestamp,
    ) -> Result<PublishedList, IssueError> {
        // Whole seconds: fractions are legal, and not every verifier reads them.
        let signed_at = Timestamp::from_second(now.as_second()).unwrap_or(now);
        let until = signed_at.checked_add(self.validity).unwrap_or(Timestamp::MAX);
        let id = identity.public_url.status_list(number);
        let unsecured = json!({
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "id": id,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": identity.profile.id,
            "validFrom": signed_at.to_string(),
            "validUntil": until.to_string(),
            "credentialSubject": {
                "id": format!("{id}#list"),
                "type": "BitstringStatusList",
                "statusPurpose": "revocation",
                "ttl": TTL_SECONDS * 1_000,
                "encodedList": bits,
            },
        });
        let signed = identity.sign(KeyPurpose::StatusLists, &unsecured, &signed_at.to_string())?;
        let text = signed.document.to_string();
        Ok(PublishedList { etag: etag(&text), text, signed_at, bits })
    }

    /// The list that an earlier process left, if it can be read.
    fn read(&self, number: u32) -> Option<PublishedList> {
        let text = fs::read_to_string(self.path(number)).ok()?;
        let document: Value = serde_json::from_str(&text).ok()?;
        let signed_at = document.get("validFrom")?.as_str()?.parse().ok()?;
        let bits = document.pointer("/credentialSubject/encodedList")?.as_str()?.to_owned();
        Some(PublishedList { etag: etag(&text), text, signed_at, bits })
    }

    fn path(&self, number: u32) -> PathBuf {
        self.directory.join(format!("{number}.json"))
    }
}

fn etag(text: &str) -> String {
    let hash = Sha256::digest(text);
    format!("\"{}\"", URL_SAFE_NO_PAD.encode(hash.get(..16).unwrap_or_default()))
}

/// "Bitstring Generation Algorithm": index 0 is the left-most bit; GZIP without time or system, so that equal lists are equal bytes.
fn encode(revoked: &[u32]) -> String {
    let mut bits = vec![0_u8; usize::try_from(ENTRIES / 8).unwrap_or_default()];
    for index in revoked {
        if let Some(byte) = usize::try_from(index / 8).ok().and_then(|place| bits.get_mut(place)) {
            *byte |= 0x80 >> (index % 8);
        }
    }
    let mut encoder =
        GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), Compression::best());
    // Writing to memory does not fail.
    let compressed = encoder.write_all(&bits).and_then(|()| encoder.finish()).unwrap_or_default();
    format!("u{}", URL_SAFE_NO_PAD.encode(compressed))
}

/// Replaces the file at `path` by `bytes`: whoever reads it finds the old or the new, whole.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let directory = path.parent().unwrap_or_else(|| Path::new("."));
    fs::create_dir_all(directory)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = directory.join(name);
    let mut file = File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    File::open(directory)?.sync_all()
}
