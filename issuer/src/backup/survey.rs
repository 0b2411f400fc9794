//! Looks through a restored register once, from its first entry to its last: whether it is what its checkpoints say, and what it has used.
//! It reads; what follows from that is decided elsewhere.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use verifier::log::merkle::{empty_root, node_hash};
use verifier::log::{Checkpoint, Hash, Note, NoteAlgorithm, TreeHead, VerifierKey};

use super::BackupError;
use super::limits::CHUNK_ENTRIES;
use crate::register::{
    Certificate, Entry, Event, KeyPurpose, Kind, Payload, Register, RegisterError, RegisteredKey,
    Restoration, StatusEntry,
};

/// What a register has used, and the roots of its trees.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// The root of the first n entries, for every n that was asked for.
    pub(super) roots: BTreeMap<u64, Hash>,
    pub(super) prefixes: BTreeSet<String>,
    pub(super) keys: Vec<RegisteredKey>,
    pub(super) restorations: Vec<Restoration>,
    /// Of each key that was declared stolen, by its id, the size of the tree that is believed.
    pub(super) compromised: HashMap<String, u64>,
    /// Numbers of certificates that are revoked or erased.
    pub(super) ended: HashSet<String>,
    /// Whose each of the bits is that were asked for.
    pub(super) owners: HashMap<StatusEntry, String>,
    pub(super) highest_list: u32,
    /// Entries whose payloads the register says are erased, each with the kind that it must be of.
    pub(super) erased: Vec<(u64, Kind)>,
    pub(super) last_number: Option<String>,
}

/// What a survey is to find out.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) sizes: BTreeSet<u64>,
    pub(super) bits: HashSet<StatusEntry>,
}

impl Survey {
    pub(super) fn of(register: &dyn Register, wanted: &Wanted) -> Result<Self, RegisterError> {
        let mut survey = Self::default();
        let mut tree = Frontier::default();
        let mut next = 0;
        loop {
            if wanted.sizes.contains(&next) {
                survey.roots.insert(next, tree.root());
            }
            let count = wanted.sizes.range(next.saturating_add(1)..).next();
            let count = count.map_or(CHUNK_ENTRIES, |size| {
                usize::try_from(size - next).unwrap_or(CHUNK_ENTRIES).min(CHUNK_ENTRIES)
            });
            let entries = register.read(next, count)?;
            let Some(last) = entries.last() else { return Ok(survey) };
            next = last.index.saturating_add(1);
            for entry in entries {
                tree.push(entry.leaf.hash());
                survey.take(entry, wanted);
            }
        }
    }

    fn take(&mut self, entry: Entry, wanted: &Wanted) {
        let Payload::Present(event) = entry.payload else { return };
        match event {
            Event::InstanceRegistered { prefix } => {
                self.prefixes.insert(prefix);
            }
            Event::KeyAdded(key) => self.keys.push(key),
            Event::KeyCompromised(compromise) => {
                self.compromised.insert(compromise.id, compromise.pin.size);
            }
            Event::CertificateIssued(certificate) => self.issued(*certificate, wanted),
            Event::CertificateRevoked(revocation) => {
                self.ended.insert(revocation.number);
            }
            Event::PayloadErased(erasure) => {
                self.erased.extend(erasure.entries());
                for left in erasure.certificates {
                    for status in &left.statuses {
                        self.given(*status, &left.number, wanted);
                    }
                    self.ended.insert(left.number);
                }
            }
            Event::RegisterRestored(restoration) => {
                let lists = restoration.kept.iter().map(|status| status.list);
                let highest = lists.max().unwrap_or_default().max(restoration.first_status_list);
                self.highest_list = self.highest_list.max(highest);
                self.restorations.push(restoration);
            }
            _ => {}
        }
    }

    fn issued(&mut self, certificate: Certificate, wanted: &Wanted) {
        for edition in &certificate.editions {
            self.given(edition.status, &certificate.number, wanted);
        }
        self.last_number = Some(certificate.number);
    }

    fn given(&mut self, status: StatusEntry, number: &str, wanted: &Wanted) {
        self.highest_list = self.highest_list.max(status.list);
        if wanted.bits.contains(&status) {
            self.owners.insert(status, number.to_owned());
        }
    }

    /// The last key of this purpose that the register has, the others before it.
    pub(super) fn keys_for(&self, purpose: KeyPurpose) -> impl Iterator<Item = &RegisteredKey> {
        self.keys.iter().rev().filter(move |key| key.purpose == purpose)
    }

    /// The checkpoint in `note`, with the key of this register's log that signed it; its root must be that of the entries, if they are here.
    pub(super) fn check(&self, note: &str) -> Result<(TreeHead, VerifierKey), BackupError> {
        let wrong = |why: &str| BackupError::Contradiction(why.to_owned());
        let signed =
            Note::parse(note.as_bytes()).map_err(|_| wrong("a checkpoint is not readable"))?;
        let checkpoint =
            Checkpoint::parse(signed.text()).map_err(|_| wrong("a checkpoint is not readable"))?;
        let keys = self.keys_for(KeyPurpose::Log).filter_map(|key| {
            let bytes = bs58::decode(key.multibase.strip_prefix('z')?).into_vec().ok()?;
            let bytes: &[u8; 32] = bytes.strip_prefix(&[0xed, 0x01])?.try_into().ok()?;
            VerifierKey::new(&checkpoint.origin, NoteAlgorithm::Ed25519, bytes).ok()
        });
        let mut keys = keys.filter(|key| signed.verify(std::slice::from_ref(key)).is_ok());
        let key = keys.next();
        let key = key.ok_or_else(|| wrong("a checkpoint is not signed by the key of its log"))?;
        let head = checkpoint.head;
        if self.roots.get(&head.size).is_some_and(|root| *root != head.root) {
            let why = format!("the first {} entries have another root than was signed", head.size);
            return Err(BackupError::Contradiction(why));
        }
        Ok((head, key))
    }
}

/// The complete subtrees of a growing tree, the largest first: all that its root needs (RFC 6962, "Merkle Hash Trees").
#[derive(Debug, Default)]
struct Frontier(Vec<(u32, Hash)>);

impl Frontier {
    fn push(&mut self, leaf: Hash) {
        let (mut height, mut hash) = (0, leaf);
        while let Some((_, left)) = self.0.pop_if(|(left_height, _)| *left_height == height) {
            hash = node_hash(&left, &hash);
            height = height.saturating_add(1);
        }
        self.0.push((height, hash));
    }

    fn root(&self) -> Hash {
        let hashes = self.0.iter().rev().map(|(_, hash)| *hash);
        hashes.reduce(|right, left| node_hash(&left, &right)).unwrap_or_else(empty_root)
    }
}
