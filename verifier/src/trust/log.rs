//! The register of an issuer as the trust list knows it: the log's name and key, and the witnesses that vouch for its checkpoints.
//! It holds keys; it must not look at a checkpoint.

use serde::Deserialize;

use super::TrustListError;
use crate::key::PublicKey;
use crate::limits;
use crate::log::{
    Checkpoint, LogError, Note, NoteAlgorithm, TreeHead, VerifierKey, hash_of_text, is_origin,
};

/// Whose checkpoints are believed as those of an issuer's register.
#[derive(Clone, Debug)]
pub(crate) struct TrustedLog {
    pub(crate) origin: String,
    /// The log's key, then those of the witnesses.
    keys: Vec<VerifierKey>,
    /// Logs that the register had before it was restored from a backup: nothing is added to them, and what they prove stays proven.
    earlier: Vec<(String, VerifierKey)>,
    /// Witnesses that must have cosigned a checkpoint; 0 where the issuer's own word is enough.
    pub(crate) quorum: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LogFile {
    origin: String,
    vkey: String,
}

/// The members `log`, `witnesses` and `quorum` of an issuer.
#[derive(Default)]
pub(super) struct LogFiles {
    pub(super) log: Option<LogFile>,
    pub(super) earlier_logs: Option<Vec<LogFile>>,
    pub(super) witnesses: Option<Vec<String>>,
    pub(super) quorum: Option<usize>,
}

/// The last checkpoint before a key was compromised.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PinFile {
    size: u64,
    root: String,
}

impl PinFile {
    /// A tree of any size, also an empty one: then nothing was registered before.
    pub(super) fn read(&self) -> Option<TreeHead> {
        let root = hash_of_text(&self.root)?;
        (self.size <= limits::TREE_SIZE_MAX).then_some(TreeHead { size: self.size, root })
    }
}

impl TrustedLog {
    pub(super) fn read(issuer: &str, files: LogFiles) -> Result<Option<Self>, TrustListError> {
        let fault = |fault| TrustListError::Log { issuer: issuer.to_owned(), fault };
        let key_fault = |source| TrustListError::LogKey { issuer: issuer.to_owned(), source };
        let Some(log) = files.log else {
            return match (files.witnesses, files.quorum, files.earlier_logs) {
                (None, None, None) => Ok(None),
                _ => Err(fault("`witnesses`, `quorum` or `earlier_logs` without `log`")),
            };
        };
        let earlier_logs = files.earlier_logs.unwrap_or_default();
        if earlier_logs.len() > limits::EARLIER_LOGS_MAX {
            return Err(fault("too many `earlier_logs`"));
        }
        if !earlier_logs.iter().chain([&log]).all(|log| is_origin(&log.origin)) {
            return Err(fault("an `origin` that is empty, too long, or has a space or a plus"));
        }
        let read = |vkey: &String| VerifierKey::parse(vkey).map_err(key_fault);
        let mut keys = vec![read(&log.vkey)?];
        for vkey in files.witnesses.iter().flatten() {
            keys.push(read(vkey)?);
        }
        if keys.len() > limits::WITNESSES_MAX + 1 {
            return Err(fault("too many witnesses"));
        }
        let quorum = files.quorum.unwrap_or(0);
        if files.quorum == Some(0) || quorum >= keys.len() {
            return Err(fault("a `quorum` of none, or of more witnesses than there are"));
        }
        check_kinds(&keys).map_err(fault)?;
        let mut earlier: Vec<(String, VerifierKey)> = Vec::new();
        for before in earlier_logs {
            let key = read(&before.vkey)?;
            let is_known = earlier.iter().any(|(origin, _)| *origin == before.origin);
            if is_known || log.origin == before.origin {
                return Err(fault("one `origin` for two logs"));
            }
            // A log that goes on under another name may have kept its key.
            let witnesses = keys.iter().skip(1).cloned();
            let beside: Vec<VerifierKey> = [key.clone()].into_iter().chain(witnesses).collect();
            check_kinds(&beside).map_err(fault)?;
            earlier.push((before.origin, key));
        }
        Ok(Some(Self { origin: log.origin, keys, earlier, quorum }))
    }

    /// Every key whose signature under a checkpoint of this origin must be right: the log's own first, then the witnesses. `None` for
    /// the checkpoint of another log.
    pub(crate) fn keys_of(&self, origin: &str) -> Option<Vec<VerifierKey>> {
        let before = self.earlier.iter().find(|(name, _)| name == origin).map(|(_, key)| key);
        let own = if origin == self.origin { self.keys.first() } else { before };
        Some([own?].into_iter().chain(self.keys.iter().skip(1)).cloned().collect())
    }

    /// The checkpoint in a note that this log has signed.
    ///
    /// # Errors
    ///
    /// [`LogError`] for any other note.
    pub(crate) fn checkpoint(&self, note: &[u8]) -> Result<Checkpoint, LogError> {
        let note = Note::parse(note)?;
        let checkpoint = Checkpoint::parse(note.text())?;
        let keys = self.keys_of(&checkpoint.origin).ok_or(LogError::NotSigned)?;
        let signed = note.verify(&keys)?;
        let own = signed.iter().any(|by| keys.first() == Some(by.key));
        if own { Ok(checkpoint) } else { Err(LogError::NotSigned) }
    }

    /// Whether anybody but the issuer vouches for a checkpoint with enough cosignatures.
    pub(crate) const fn is_witnessed(&self) -> bool {
        self.quorum > 0
    }

    /// The keys as those of credentials are compared with.
    pub(super) fn public_keys(&self) -> impl Iterator<Item = PublicKey> {
        let earlier = self.earlier.iter().map(|(_, key)| key);
        self.keys.iter().chain(earlier).map(|key| PublicKey::Ed25519(key.public_key()))
    }
}

/// A log signs texts, witnesses sign texts with a time. And nobody is his own witness: a cosignature does not even say under which name
/// it was made.
fn check_kinds(keys: &[VerifierKey]) -> Result<(), &'static str> {
    for (index, key) in keys.iter().enumerate() {
        let expected =
            if index == 0 { NoteAlgorithm::Ed25519 } else { NoteAlgorithm::CosignatureV1 };
        if key.algorithm() != expected {
            return Err(
                "a log key that is not of type 0x01, or a witness that is not of type 0x04",
            );
        }
        if keys.iter().take(index).any(|other| other.public_key() == key.public_key()) {
            return Err("one key for two: the log and its witnesses have a key each");
        }
    }
    Ok(())
}
