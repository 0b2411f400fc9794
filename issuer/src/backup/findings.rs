//! All that is found out about a backup, and what the registrar brought with it, before anything is made of them.
//! It reads; it must not change a file.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use verifier::log::{TreeHead, VerifierKey};

use super::BackupError;
use super::handed_out::{HandedOut, Kept};
use super::merge::PublishedBits;
use super::parts::Manifest;
use super::restore::{KeyCopy, Restore, Thefts};
use super::survey::{Survey, Wanted};
use crate::issuing::log_origin;
use crate::keys::{KeyFile, multibase};
use crate::office::{Configuration, DataDirectory};
use crate::register::{
    Anchor, FileRegister, KeyPurpose, RegisteredKey, StatusEntry, TreePin, read_checkpoints,
};

/// All that was found out before anything is changed.
pub(super) struct Findings {
    pub(super) survey: Survey,
    pub(super) tree: TreePin,
    pub(super) lists: Vec<PublishedBits>,
    pub(super) lists_in_backup: usize,
    pub(super) log: VerifierKey,
    pub(super) lost_entries: Option<u64>,
    /// Keys that were stolen after the backup, and what is believed of them.
    pub(super) stolen: Vec<(RegisteredKey, TreePin)>,
}

/// Looks at everything that the backup and the registrar brought.
pub(super) fn examine(
    directory: &DataDirectory,
    restore: &Restore<'_>,
    (register, configuration): (&FileRegister, &Configuration),
    (manifests, tree, now): (&[Manifest], TreePin, Timestamp),
) -> Result<Findings, BackupError> {
    let url = configuration.public_url.trim_end_matches('/');
    let address = format!("{url}/status/");
    let in_backup = files_of(&directory.status_lists())?;
    let paths: Vec<&PathBuf> = in_backup.iter().chain(restore.status_lists).collect();
    let lists = paths.iter().map(|path| PublishedBits::read(path, &address));
    let lists: Vec<PublishedBits> = lists.collect::<Result<_, _>>()?;
    let notes = signed_notes(directory, manifests)?;
    let newer = newer_checkpoints(restore, configuration)?;
    let handed_out = match restore.thefts {
        Thefts::Listed(path) => Some(HandedOut::read(path)?),
        Thefts::Denied | Thefts::Unsaid => None,
    };
    let pinned = handed_out.iter().flat_map(HandedOut::sizes);
    let sizes = notes.iter().chain(&newer).filter_map(|note| note.lines().nth(1)?.parse().ok());
    let bits = lists.iter().flat_map(|list| &list.set).copied();
    let wanted = Wanted { sizes: sizes.chain(pinned).collect(), bits: bits.collect() };
    let survey = Survey::of(register, &wanted)?;
    for note in &notes {
        survey.check(note)?;
    }
    let ending = manifests.last().map(|manifest| manifest.checkpoint.as_str());
    let (head, log) = survey.check(ending.unwrap_or_default())?;
    let host = url.split_once("://").map_or(url, |(_, host)| host);
    let epoch = survey.restorations.last().map_or(1, |restored| restored.epoch);
    if head.size != tree.size || log.name() != log_origin(host, epoch) {
        return Err(BackupError::Contradiction("its last checkpoint is of another log".to_owned()));
    }
    let in_use = keys_in_use(restore)?;
    let stolen = match &handed_out {
        Some(list) => {
            let cosigned = cosigned(&directory.log())?;
            let kept = Kept { survey: &survey, tree: &tree, log: &log, cosigned: &cosigned };
            list.stolen(&kept, in_use.as_deref().unwrap_or_default())?
        }
        None => check_known(restore, &survey, in_use.as_deref())?,
    };
    let keys = keys_of_lists(&survey, in_use.as_deref().unwrap_or_default());
    for (list, path) in lists.iter().zip(paths) {
        list.check(path, &keys, now)?;
    }
    if survey.prefixes.contains(restore.prefix) {
        let reason = "the register has numbers with it already; take letters that were never used";
        return Err(BackupError::Prefix { prefix: restore.prefix.to_owned(), reason });
    }
    let newer = newer.iter().map(|note| Ok(survey.check(note)?.0));
    let newer: Vec<TreeHead> = newer.collect::<Result<_, BackupError>>()?;
    let lost = newer.iter().map(|head| head.size.saturating_sub(tree.size)).max();
    let lists_in_backup = in_backup.len();
    Ok(Findings { survey, tree, lists, lists_in_backup, log, lost_entries: lost, stolen })
}

/// Every checkpoint of the backup.
fn signed_notes(
    directory: &DataDirectory,
    manifests: &[Manifest],
) -> Result<Vec<String>, BackupError> {
    let mut notes = Vec::new();
    for history in histories(&directory.log())? {
        notes.extend(read_checkpoints(&history)?.into_iter().map(|(_, note)| note));
    }
    notes.extend(manifests.iter().map(|manifest| manifest.checkpoint.clone()));
    Ok(notes)
}

/// The keys that sign status lists, as far as anybody here knows: one that came into use after the backup is in the key file alone.
fn keys_of_lists<'k>(survey: &'k Survey, in_use: &'k [(KeyPurpose, String)]) -> Vec<&'k str> {
    let known = survey.keys_for(KeyPurpose::StatusLists).map(|key| key.multibase.as_str());
    let newer = in_use.iter().filter(|(purpose, _)| *purpose == KeyPurpose::StatusLists);
    known.chain(newer.map(|(_, key)| key.as_str())).collect()
}

/// The public keys of the key file, if it is at hand and opens.
fn keys_in_use(restore: &Restore<'_>) -> Result<Option<Vec<(KeyPurpose, String)>>, BackupError> {
    let Some(KeyCopy { file, passphrase: Some(passphrase) }) = restore.keys else {
        return Ok(None);
    };
    let bytes = fs::read(file).map_err(BackupError::io("read", file))?;
    let signer = KeyFile::open(&bytes, passphrase)?.into_signer();
    let keys = KeyPurpose::ALL.map(|purpose| (purpose, multibase(&*signer, purpose)));
    Ok(Some(keys.to_vec()))
}

/// Without a trust list nothing is known to be stolen; and if nobody says that nothing was, no key may have been exchanged since the backup: a
/// start would take the key before it for retired, and whatever a thief signed with it would be valid.
fn check_known(
    restore: &Restore<'_>,
    survey: &Survey,
    in_use: Option<&[(KeyPurpose, String)]>,
) -> Result<Vec<(RegisteredKey, TreePin)>, BackupError> {
    if matches!(restore.thefts, Thefts::Denied) {
        return Ok(Vec::new());
    }
    let in_use = in_use.ok_or(BackupError::KeysUnseen)?;
    for (purpose, multibase) in in_use {
        let mut known = survey.keys_for(*purpose).peekable();
        // Where the register has no key for a purpose, none was exchanged.
        if known.peek().is_some() && known.all(|key| key.multibase != *multibase) {
            return Err(BackupError::KeyExchanged { purpose: named(*purpose) });
        }
    }
    Ok(Vec::new())
}

const fn named(purpose: KeyPurpose) -> &'static str {
    match purpose {
        KeyPurpose::Credentials => "credentials",
        KeyPurpose::StatusLists => "status lists",
        KeyPurpose::Log => "the log",
        KeyPurpose::QrStatements => "QR statements",
    }
}

/// Every note that witnesses have cosigned, of the log and of those before it.
fn cosigned(log: &Path) -> Result<Vec<(u64, String)>, BackupError> {
    let mut notes = Vec::new();
    for history in histories(log)? {
        notes.extend(read_checkpoints(&history.with_file_name("cosigned"))?);
    }
    Ok(notes)
}

/// Checkpoints that may be newer than the backup: the one that was handed in, and the anchor's.
fn newer_checkpoints(
    restore: &Restore<'_>,
    configuration: &Configuration,
) -> Result<Vec<String>, BackupError> {
    let mut notes = Vec::new();
    if let Some(path) = restore.checkpoint {
        notes.push(fs::read_to_string(path).map_err(BackupError::io("read", path))?);
    }
    // The anchor may be out of reach where the backup is restored.
    notes.extend(configuration.anchor.as_ref().and_then(Anchor::last));
    Ok(notes)
}

/// Certificates that a published list says are revoked and the register does not, and the bits that belong to no certificate of the register.
pub(super) fn revocations(findings: &Findings) -> (Vec<String>, Vec<StatusEntry>) {
    let survey = &findings.survey;
    let set = findings.lists.iter().flat_map(|list| &list.set);
    let in_order: BTreeMap<(u32, u32), StatusEntry> =
        set.map(|status| ((status.list, status.index), *status)).collect();
    let before: HashSet<StatusEntry> =
        survey.restorations.iter().flat_map(|restored| &restored.kept).copied().collect();
    let (mut revoked, mut kept) = (Vec::new(), Vec::new());
    for status in in_order.into_values() {
        match survey.owners.get(&status) {
            Some(number) if survey.ended.contains(number) || revoked.contains(number) => {}
            Some(number) => revoked.push(number.clone()),
            None if before.contains(&status) => {}
            None => kept.push(status),
        }
    }
    (revoked, kept)
}

/// Every file of checkpoints: that of the log, and those of the logs before it.
fn histories(log: &Path) -> Result<Vec<PathBuf>, BackupError> {
    let mut histories = vec![log.join("history")];
    let earlier = log.join("earlier");
    if earlier.is_dir() {
        let listed = fs::read_dir(&earlier).map_err(BackupError::io("list", &earlier))?;
        for entry in listed {
            let path = entry.map_err(BackupError::io("list", &earlier))?.path();
            histories.push(path.join("history"));
        }
    }
    Ok(histories)
}

pub(super) fn files_of(directory: &Path) -> Result<Vec<PathBuf>, BackupError> {
    if !directory.is_dir() {
        return Ok(Vec::new());
    }
    let listed = fs::read_dir(directory).map_err(BackupError::io("list", directory))?;
    let paths = listed.map(|entry| entry.map(|entry| entry.path()));
    paths.collect::<Result<_, _>>().map_err(BackupError::io("list", directory))
}
