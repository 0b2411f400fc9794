//! The documents folder of `--documents`: every `*.json` in it, offered to the library under its own `id`, and every `*.tlog-proof`,
//! offered under the commitments of its leaf. It must not judge a document; whoever asks for it checks what it gets.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use serde::Deserialize;
use verifier::limits::{INCLUSION_PROOF_BYTES_MAX, INPUT_BYTES_MAX};
use verifier::log::{Hash, LeafView, TlogProof, commitment_urns};
use verifier::{Document, Documents, plain_text};

use super::failure::Failure;
use super::limits::DOCUMENT_FILES_MAX;
use super::{read_file, say, shown};

/// The files of a folder by which a change is noticed.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Seen {
    path: PathBuf,
    bytes: u64,
    changed: Option<SystemTime>,
}

/// Reads the folder once; without one there are no documents. Files that cannot be offered are told
/// on standard error.
///
/// # Errors
///
/// When the folder cannot be listed, has too many files, or two of them share an `id`.
pub(super) fn read(folder: Option<&Path>) -> Result<Documents, Failure> {
    folder.map_or_else(|| Ok(Documents::new()), |folder| offer(&list(folder)?))
}

/// Every document of the folder by its `id`, in the order of the files' names; inclusion proofs are none.
///
/// # Errors
///
/// As [`read`].
pub(super) fn each(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let files = list(folder)?;
    let (mut documents, mut owners) = (Vec::new(), HashMap::new());
    for Seen { path, .. } in files.iter().filter(|seen| !is_proof(&seen.path)) {
        match named(path) {
            Ok((id, bytes)) => {
                check_owner(&mut owners, &id, path)?;
                documents.push((id, bytes));
            }
            Err(reason) => say(&format!("{} is not used: {reason}", shown(path))),
        }
    }
    Ok(documents)
}

/// Two documents of one `id`: nobody knows which is meant.
fn check_owner<'f>(
    owners: &mut HashMap<String, &'f Path>,
    id: &str,
    path: &'f Path,
) -> Result<(), Failure> {
    let Some(first) = owners.insert(id.to_owned(), path) else { return Ok(()) };
    let (first, second) = (shown(first), shown(path));
    Err(Failure::RepeatedDocument { id: plain_text(id), first, second })
}

/// A folder whose documents are read again when its files change.
#[derive(Debug)]
pub(super) struct Watched {
    folder: Option<PathBuf>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    seen: Vec<Seen>,
    documents: Arc<Documents>,
    /// The last trouble told, so that it is told once and not at every request.
    trouble: Option<String>,
}

impl Watched {
    /// Reads the folder for the first time.
    ///
    /// # Errors
    ///
    /// As [`read`].
    pub(super) fn open(folder: Option<PathBuf>) -> Result<Self, Failure> {
        let seen = folder.as_deref().map(list).transpose()?.unwrap_or_default();
        let documents = Arc::new(offer(&seen)?);
        let state = State { seen, documents, trouble: None };
        Ok(Self { folder, state: Mutex::new(state) })
    }

    /// The documents as the folder has them now. When it cannot be read, the last ones stay: their own
    /// signed validity ends them.
    pub(super) fn current(&self) -> Arc<Documents> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = &self.folder {
            let trouble = state.refresh(folder).err().map(|failure| failure.to_string());
            if let Some(sentence) = trouble.as_ref().filter(|_| trouble != state.trouble) {
                say(sentence);
            }
            state.trouble = trouble;
        }
        Arc::clone(&state.documents)
    }
}

impl State {
    fn refresh(&mut self, folder: &Path) -> Result<(), Failure> {
        // Listed before it is read: what changes in between is seen the next time.
        let seen = list(folder)?;
        if seen != self.seen {
            let offered = offer(&seen);
            // Also after a failure: the same files would only fail again.
            self.seen = seen;
            self.documents = Arc::new(offered?);
        }
        Ok(())
    }
}

/// Whether a file of this name may hold a document.
fn is_offered(path: &Path) -> bool {
    path.extension() == Some(OsStr::new("json")) || is_proof(path)
}

fn is_proof(path: &Path) -> bool {
    path.extension() == Some(OsStr::new("tlog-proof"))
}

/// The regular files of the folder itself that may hold a document, by name.
fn list(folder: &Path) -> Result<Vec<Seen>, Failure> {
    let mut seen = Vec::new();
    for entry in fs::read_dir(folder).map_err(|source| unreadable(folder, source))? {
        let path = entry.map_err(|source| unreadable(folder, source))?.path();
        if !is_offered(&path) {
            continue;
        }
        // Follows links. A file that vanished meanwhile is not there; a pipe would block.
        match fs::metadata(&path) {
            Ok(found) if found.is_file() => {
                seen.push(Seen { path, bytes: found.len(), changed: found.modified().ok() });
            }
            _ => {}
        }
        if seen.len() > DOCUMENT_FILES_MAX {
            let path = shown(folder);
            return Err(Failure::TooManyDocuments { path, files_max: DOCUMENT_FILES_MAX });
        }
    }
    seen.sort();
    Ok(seen)
}

fn offer(files: &[Seen]) -> Result<Documents, Failure> {
    let mut documents = Documents::new();
    let mut owners: HashMap<String, &Path> = HashMap::new();
    let (proofs, others): (Vec<&Seen>, Vec<&Seen>) =
        files.iter().partition(|seen| is_proof(&seen.path));
    for Seen { path, .. } in others {
        let (id, bytes) = match named(path) {
            Ok(found) => found,
            Err(reason) => {
                say(&format!("{} is not used: {reason}", shown(path)));
                continue;
            }
        };
        check_owner(&mut owners, &id, path)?;
        documents.insert(id, Ok(Document::new(bytes, None)));
    }
    offer_proofs(&proofs, &mut documents);
    Ok(documents)
}

/// An inclusion proof, and the commitments of its leaf, each once.
struct Proof {
    commitments: BTreeSet<Hash>,
    bytes: Vec<u8>,
    /// It can be read and leads to the root that it names. Who signed that, only the trust list tells.
    is_whole: bool,
}

/// Offers proofs beside others of the same entry, each once: every edition of a certificate has one, and later ones have later
/// checkpoints. More than the library looks at say nothing new.
fn offer_proofs(files: &[&Seen], documents: &mut Documents) {
    let mut proofs = Vec::new();
    for Seen { path, .. } in files {
        match proving(path) {
            Ok(proof) => proofs.push(proof),
            Err(reason) => say(&format!("{} is not used: {reason}", shown(path))),
        }
    }
    // A leaf is public, and whoever adds a broken proof of it chooses the name of the file: it must not take the place of a whole one.
    proofs.sort_by_key(|proof| !proof.is_whole);
    let (mut offered, mut free) = (HashSet::new(), HashMap::new());
    for Proof { commitments, bytes, .. } in proofs {
        for commitment in commitments.iter().filter(|_| !offered.contains(&bytes)) {
            let names = free.entry(*commitment).or_insert_with(|| commitment_urns(commitment));
            if let Some(name) = names.find(|name| documents.find(name).is_none()) {
                documents.insert(name, Ok(Document::new(bytes.clone(), None)));
            }
        }
        offered.insert(bytes);
    }
}

/// Reads a proof, or says why it cannot be offered. One that is malformed elsewhere is offered too: whoever asks for it must see that.
fn proving(path: &Path) -> Result<Proof, String> {
    let bytes = read_within(path, INCLUSION_PROOF_BYTES_MAX)?;
    let leaf = TlogProof::find_extra(&bytes).ok_or("it holds no leaf")?;
    let leaf = LeafView::parse(&leaf).map_err(|error| error.to_string())?;
    let is_whole = TlogProof::parse(&bytes).is_ok_and(|proof| {
        proof.index == leaf.index && proof.check(leaf.text().as_bytes()).is_ok()
    });
    Ok(Proof { commitments: leaf.commitments.into_iter().collect(), bytes, is_whole })
}

fn read_within(path: &Path, bytes_max: usize) -> Result<Vec<u8>, String> {
    let bytes = read_file(path, bytes_max).map_err(|error| error.to_string())?;
    if bytes.len() > bytes_max {
        return Err(format!("it has more than {bytes_max} bytes"));
    }
    Ok(bytes)
}

/// The document's `id` and bytes, or why it cannot be offered.
fn named(path: &Path) -> Result<(String, Vec<u8>), String> {
    /// Only the name is read here: what the rest means is decided by whoever asks for the document.
    #[derive(Deserialize)]
    struct Named {
        id: Option<String>,
    }
    let bytes = read_within(path, INPUT_BYTES_MAX)?;
    match serde_json::from_slice(&bytes) {
        Ok(Named { id: Some(id) }) => Ok((id, bytes)),
        Ok(Named { id: None }) => Err("it has no id".to_owned()),
        Err(error) => Err(plain_text(&error.to_string())),
    }
}

fn unreadable(folder: &Path, source: io::Error) -> Failure {
    Failure::Unreadable { what: "documents folder", path: shown(folder), source }
}

#[cfg(test)]
mod tests {
    use verifier::limits::PROOFS_OF_ENTRY_MAX;
    use verifier::log::{Note, SignatureLine, VerifierKey};
    use verifier::{Policy, TrustList, Verdict, verify};

    use super::*;
    use crate::cli::fetch::tests::documents::{Issuer, NOW};

    #[test]
    fn documents_are_offered_under_their_own_id() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("a.json", r#"{"id":"https://example.kz/status/1","x":[1]}"#);
        write("b.txt", r#"{"id":"https://example.kz/other"}"#);
        write("c.json", r#"{"name":"no id"}"#);
        write("d.json", "not JSON");
        fs::create_dir(folder.path().join("e.json")).unwrap();
        let documents = read(Some(folder.path())).unwrap();
        assert_eq!(documents.len(), 1);
        let found = documents.find("https://example.kz/status/1").unwrap().as_ref().unwrap();
        assert_eq!(found.retrieved_at(), None);
        assert_eq!(found.bytes(), br#"{"id":"https://example.kz/status/1","x":[1]}"#);
    }

    #[test]
    fn proofs_are_offered_under_what_they_prove() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        let (_, proof) = Issuer::new("did:web:badges.kz").registered_badge("urn:a");
        write("any name.tlog-proof", &proof);
        write("b.tlog-proof", "c2sp.org/tlog-proof@v1\nindex 0\n");
        write("c.tlog-proof", "c2sp.org/tlog-proof@v1\nextra e30=\nindex 0\n");
        let leaf = TlogProof::find_extra(proof.as_bytes()).unwrap();
        let commitment = LeafView::parse(&leaf).unwrap().commitments[0];
        let documents = read(Some(folder.path())).unwrap();
        let names: Vec<String> = commitment_urns(&commitment).collect();
        assert_eq!(names[1], format!("{}/2", names[0]));
        let found = documents.find(&names[0]).unwrap().as_ref().unwrap();
        assert_eq!((found.bytes(), documents.len()), (proof.as_bytes(), 1));
        // Malformed elsewhere: whoever asks shall see that.
        write("any name.tlog-proof", &proof.replace("index 0", "index 7"));
        assert_eq!(read(Some(folder.path())).unwrap().len(), 1);
        // Another one of the same entry stands beside it, the same one again does not.
        write("d.tlog-proof", &proof);
        write("e.tlog-proof", &proof);
        let documents = read(Some(folder.path())).unwrap();
        let at = |nth: usize| documents.find(&names[nth]).unwrap().as_ref().unwrap().bytes();
        let malformed = proof.replace("index 0", "index 7");
        assert_eq!((at(0), at(1)), (proof.as_bytes(), malformed.as_bytes()), "the whole one first");
        assert_eq!(documents.len(), 2);
        for more in 0..=names.len() {
            write(&format!("f{more}.tlog-proof"), &format!("{proof}{more}"));
        }
        assert_eq!(read(Some(folder.path())).unwrap().len(), names.len());
    }

    /// What somebody added to the folder does not hide what was there: neither proofs that cannot be read or lead nowhere, nor ones
    /// that somebody else signed, nor a document that bears the name of a proof.
    #[test]
    fn proofs_that_are_no_good_hide_none() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        let issuer = Issuer::new("did:web:badges.kz");
        let (badge, proof) = issuer.registered_badge("https://badges.kz/c/1/kk");
        let (_, other) = issuer.registered_badge("https://badges.kz/c/2/kk");
        let leaf = LeafView::parse(&TlogProof::find_extra(proof.as_bytes()).unwrap()).unwrap();
        let trust = TrustList::parse(issuer.trust_with_log().as_bytes()).unwrap();
        let key = VerifierKey::parse(&vkey(&issuer.trust_with_log())).unwrap();
        // The leaf under the checkpoint of `of`, with a signature that the log never made.
        let forged = |of: &str, nth: usize| {
            let note = Note::parse(of.split_once("\n\n").unwrap().1.as_bytes()).unwrap();
            let mut signature = [7; 64];
            signature[..8].copy_from_slice(&nth.to_be_bytes());
            let line = SignatureLine::of_signature(&key, &signature);
            let note = Note::new(note.text(), vec![line]).unwrap();
            TlogProof::new(Some(leaf.text().into_bytes()), 0, Vec::new(), note).unwrap().to_string()
        };
        for nth in 0..PROOFS_OF_ENTRY_MAX {
            write(&format!("a{nth}.tlog-proof"), &format!("{proof}{nth}"));
            write(&format!("b{nth}.tlog-proof"), &forged(&other, nth));
        }
        // With the document and the honest proof, as many as are tried.
        for nth in 2..PROOFS_OF_ENTRY_MAX {
            write(&format!("c{nth}.tlog-proof"), &forged(&proof, nth));
        }
        let urn = commitment_urns(&leaf.commitments[0]).nth(1).unwrap();
        write("the honest one.tlog-proof", &proof);
        write("z.json", &format!(r#"{{"id":"{urn}"}}"#));
        write("did.json", &issuer.document());
        let documents = read(Some(folder.path())).unwrap();
        let policy = Policy::badge(trust).requiring_inclusion(true);
        let report = verify(badge.as_bytes(), &documents, &policy, NOW);
        assert_eq!(report.verdict(), Verdict::Valid, "{report:?}");
        fs::remove_file(folder.path().join("the honest one.tlog-proof")).unwrap();
        let report = verify(badge.as_bytes(), &read(Some(folder.path())).unwrap(), &policy, NOW);
        assert_ne!(report.verdict(), Verdict::Valid, "{report:?}");
    }

    /// The key of the log that a trust list names.
    fn vkey(trust: &str) -> String {
        let trust: serde_json::Value = serde_json::from_str(trust).unwrap();
        trust["issuers"][0]["log"]["vkey"].as_str().unwrap().to_owned()
    }

    #[test]
    fn two_documents_of_one_id_are_named_both() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.json"), r#"{"id":"urn:x"}"#).unwrap();
        fs::write(folder.path().join("b.json"), r#"{"id":"urn:x"}"#).unwrap();
        let failure = read(Some(folder.path())).unwrap_err();
        let sentence = failure.to_string();
        assert!(sentence.contains("a.json") && sentence.contains("b.json"), "{sentence}");
        assert_eq!(failure.exit_code(), 64);
    }

    #[test]
    fn a_changed_folder_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let watched = Watched::open(Some(folder.path().to_owned())).unwrap();
        assert!(watched.current().is_empty());
        fs::write(folder.path().join("a.json"), r#"{"id":"urn:1"}"#).unwrap();
        assert!(watched.current().find("urn:1").is_some());
        fs::write(folder.path().join("a.json"), r#"{"id":"urn:other"}"#).unwrap();
        assert!(watched.current().find("urn:1").is_none());
        // A contradiction keeps what was known.
        fs::write(folder.path().join("b.json"), r#"{"id":"urn:other"}"#).unwrap();
        assert!(watched.current().find("urn:other").is_some());
        fs::remove_file(folder.path().join("a.json")).unwrap();
        assert_eq!(watched.current().len(), 1);
    }
}
