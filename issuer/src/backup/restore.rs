//! Makes a new data directory of backups: checks all of it, and begins an epoch in which nothing of the lost tail comes again.
//! The configuration is written last, so a directory whose restore was cut off is none.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;

use super::BackupError;
use super::findings::{Findings, examine, files_of, revocations};
use super::limits::{LISTS_LEFT_OUT, REVOCATIONS_AT_ONCE};
use super::parts::Manifest;
use super::unpack::Packed;
use crate::keys::{Opener, Passphrase};
use crate::office::{Configuration, DataDirectory};
use crate::register::{
    Anchor, Event, FileRegister, KeyCompromise, NewEntry, Register as _, Restoration, Revocation,
    RevocationReason, StatusEntry, TreePin, check_erasable,
};

/// What is to be restored, and how it goes on.
#[derive(Debug)]
pub struct Restore<'r> {
    /// A full backup and its increments, in any order.
    pub files: &'r [PathBuf],
    /// Who opens them.
    pub opener: &'r Opener,
    /// The prefix of all numbers from now on; never used before.
    pub prefix: &'r str,
    /// Who restores.
    pub by: &'r str,
    /// The key file, if it is at hand.
    pub keys: Option<KeyCopy<'r>>,
    /// What is known of keys that were stolen after the backup.
    pub thefts: Thefts<'r>,
    /// Status lists as they were published last.
    pub status_lists: &'r [PathBuf],
    /// A checkpoint that is newer than the backup: it tells how much is lost.
    pub checkpoint: Option<&'r Path>,
}

/// The key file that goes into the directory.
#[derive(Clone, Copy, Debug)]
pub struct KeyCopy<'r> {
    /// Where it is.
    pub file: &'r Path,
    /// What opens it: without it nobody can see whether a key was exchanged since the backup.
    pub passphrase: Option<&'r Passphrase>,
}

/// What is known of keys that were stolen after the backup: the lost tail may have said so.
#[derive(Clone, Copy, Debug)]
pub enum Thefts<'r> {
    /// The trust list that was handed out last says it.
    Listed(&'r Path),
    /// The registrar says that there were none.
    Denied,
    /// Nobody says anything: then only keys that the backup knows may be in use.
    Unsaid,
}

/// A stolen key, and what is believed of it from now on.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Believed {
    /// The DID URL of the key.
    pub id: String,
    /// Entries of the log that are believed.
    pub size: u64,
}

/// What was restored, and what is lost.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Restored {
    /// The tree at the end of the backup.
    pub tree: TreePin,
    /// The epoch that began.
    pub epoch: u32,
    /// The number given last of those that are kept.
    pub last_number: Option<String>,
    /// Entries that a newer checkpoint counts and the backup lacks; `None` if no newer checkpoint is known.
    pub lost_entries: Option<u64>,
    /// Numbers of certificates that a published list says are revoked.
    pub revoked: Vec<String>,
    /// Bits that stay set for certificates that are lost.
    pub kept: Vec<StatusEntry>,
    /// Keys that the trust list says were stolen, and the backup did not know of it.
    pub stolen: Vec<Believed>,
    /// API tokens that were in force in the backup and are so no more: some may have been revoked since.
    pub tokens_ended: usize,
    /// Status lists that nobody handed in: what was revoked in them after the backup is not known.
    pub lists_missing: Vec<u32>,
    /// The old anchor, which is left as evidence, and the new one; none, if somebody else must show it first.
    pub anchors: Option<(Anchor, Option<Anchor>)>,
}

/// Restores into `directory`, which must be new or empty.
///
/// # Errors
/// [`BackupError`]; then the directory has no configuration and is of no use.
pub fn restore(
    directory: &DataDirectory,
    restore: &Restore<'_>,
    now: Timestamp,
) -> Result<Restored, BackupError> {
    check_prefix(restore.prefix)?;
    make_empty(directory)?;
    let restored = restore_into(directory, restore, now);
    if restored.is_err() {
        // What was decrypted must not lie about, and the next try needs an empty directory.
        clear(directory);
    }
    restored
}

/// Takes away what a restore that failed has unpacked. The directory was empty before; what cannot be removed is left.
fn clear(directory: &DataDirectory) {
    for entry in fs::read_dir(directory.path()).into_iter().flatten().flatten() {
        let path = entry.path();
        let _ = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
    }
}

fn restore_into(
    directory: &DataDirectory,
    restore: &Restore<'_>,
    now: Timestamp,
) -> Result<Restored, BackupError> {
    let manifests = unpack(directory, &chain(restore)?)?;
    // Out of the way until all is done: with it the directory would count as initialized.
    let aside = directory.path().join("restored.toml");
    fs::rename(directory.configuration(), &aside).map_err(BackupError::io("restore", &aside))?;
    let mut configuration = Configuration::read_from(&aside)?;
    let (register, tree) = open_whole(directory, &manifests)?;
    let findings =
        examine(directory, restore, (&register, &configuration), (&manifests, tree, now))?;
    check_erasable(&register, findings.survey.erased.iter().copied())?;
    let mut restored = go_on(&register, restore, &findings, now)?;
    let erased: Vec<u64> = findings.survey.erased.iter().map(|(index, _)| *index).collect();
    register.erase(&erased)?;
    drop(register);
    // They know less than the register now, and whoever copied them would revive what is revoked; the service signs them anew.
    for list in files_of(&directory.status_lists())? {
        fs::remove_file(&list).map_err(BackupError::io("remove", &list))?;
    }
    restored.tokens_ended = directory.end_tokens(now)?;
    put_log_aside(directory, findings.survey.restorations.len())?;
    if let Some(KeyCopy { file, .. }) = restore.keys {
        let bytes = fs::read(file).map_err(BackupError::io("read", file))?;
        directory.write_private(&directory.keys(), &bytes)?;
    }
    restored.anchors = move_anchor(&mut configuration, restored.epoch);
    restore.prefix.clone_into(&mut configuration.prefix);
    directory.write(&directory.configuration(), configuration.to_toml().as_bytes())?;
    fs::remove_file(&aside).map_err(BackupError::io("remove", &aside))?;
    Ok(restored)
}

/// The unpacked register, every byte of it checked, and the tree that it must be.
fn open_whole(
    directory: &DataDirectory,
    manifests: &[Manifest],
) -> Result<(FileRegister, TreePin), BackupError> {
    let (register, recovery) = FileRegister::open(directory.path())?;
    let tree = manifests.last().map(|manifest| manifest.tree.clone());
    let tree = tree.ok_or_else(|| BackupError::Chain("none was given".to_owned()))?;
    if recovery.torn.is_some() || register.size() != tree.size {
        let why = format!("{} entries instead of {}", register.size(), tree.size);
        return Err(BackupError::Contradiction(why));
    }
    Ok((register, tree))
}

/// From now on the anchor is another one: that of so far is evidence of the log that ended.
fn move_anchor(configuration: &mut Configuration, epoch: u32) -> Option<(Anchor, Option<Anchor>)> {
    let old = configuration.anchor.take()?;
    if let Anchor::File(path) = &old {
        let mut name = path.clone().into_os_string();
        name.push(format!(".log-{epoch}"));
        configuration.anchor = Some(Anchor::File(PathBuf::from(name)));
    }
    Some((old, configuration.anchor.clone()))
}

fn check_prefix(prefix: &str) -> Result<(), BackupError> {
    if !prefix.is_empty() && prefix.bytes().all(|letter| letter.is_ascii_uppercase()) {
        return Ok(());
    }
    let reason = "it must be upper-case letters A to Z";
    Err(BackupError::Prefix { prefix: prefix.to_owned(), reason })
}

fn make_empty(directory: &DataDirectory) -> Result<(), BackupError> {
    let path = directory.path();
    let listed = match fs::read_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        listed => Some(listed.map_err(BackupError::io("read", path))?),
    };
    if listed.is_some_and(|mut entries| entries.next().is_some()) {
        return Err(BackupError::NotEmpty(path.to_owned()));
    }
    Ok(directory.make()?)
}

/// The backups in order: a full one, then each increment where the one before it ends.
fn chain<'r>(restore: &Restore<'r>) -> Result<Vec<Packed<'r>>, BackupError> {
    let packed = restore.files.iter().map(|file| Packed::open(file, restore.opener));
    let mut chain: Vec<Packed<'r>> = packed.collect::<Result<_, _>>()?;
    chain.sort_by_key(|packed| (packed.span.from, packed.span.until));
    let mut next = 0;
    for packed in &chain {
        if packed.span.from != next {
            let why = format!("after entry {next} comes {}", packed.path.display());
            return Err(BackupError::Chain(why));
        }
        next = packed.span.until;
    }
    if chain.is_empty() { Err(BackupError::Chain("none was given".to_owned())) } else { Ok(chain) }
}

fn unpack(directory: &DataDirectory, chain: &[Packed<'_>]) -> Result<Vec<Manifest>, BackupError> {
    let mut manifests: Vec<Manifest> = Vec::new();
    for packed in chain {
        let manifest = packed.unpack(Some(directory.path()))?;
        let before = manifests.last().map(|before| &before.tree);
        if before != manifest.from.as_ref() {
            let why = format!("{} goes on from another register", packed.path.display());
            return Err(BackupError::Chain(why));
        }
        manifests.push(manifest);
    }
    Ok(manifests)
}

/// Begins the new epoch in the register.
fn go_on(
    register: &FileRegister,
    restore: &Restore<'_>,
    findings: &Findings,
    now: Timestamp,
) -> Result<Restored, BackupError> {
    let survey = &findings.survey;
    let (revoked, kept) = revocations(findings);
    let lists = findings.lists.iter().map(|list| list.number);
    let highest_list = lists.clone().max().unwrap_or_default().max(survey.highest_list);
    // Those that came with the backup know no more than it.
    let handed_in: HashSet<u32> = lists.skip(findings.lists_in_backup).collect();
    let epoch = register.raise_epoch()?;
    let restoration = Restoration {
        from: findings.tree.clone(),
        epoch,
        prefix: restore.prefix.to_owned(),
        log: findings.log.to_string(),
        first_status_list: highest_list.saturating_add(LISTS_LEFT_OUT),
        kept: kept.clone(),
        by: restore.by.to_owned(),
        restored_at: now,
    };
    let prefix = restore.prefix.to_owned();
    let mut events =
        vec![Event::RegisterRestored(restoration), Event::InstanceRegistered { prefix }];
    // Before anything else: a start takes a key that nobody called stolen for one that was merely exchanged.
    for (key, pin) in &findings.stolen {
        events.push(Event::KeyCompromised(KeyCompromise {
            id: key.id.clone(),
            since: last_believed(register, pin)?.unwrap_or(now),
            pin: pin.clone(),
            by: restore.by.to_owned(),
            confirmed_by: None,
            declared_at: now,
        }));
    }
    events.extend(revoked.iter().map(|number| {
        Event::CertificateRevoked(Revocation {
            number: number.clone(),
            reason: RevocationReason::NotRecorded,
            by: "restore".to_owned(),
            confirmed_by: None,
            revoked_at: now,
            superseded_by: None,
        })
    }));
    for chunk in events.chunks(REVOCATIONS_AT_ONCE) {
        let entries = chunk.iter().map(|event| NewEntry::unsigned(event.clone(), now));
        let entries: Vec<NewEntry> = entries.collect();
        register.append(register.size(), &entries)?;
    }
    Ok(Restored {
        tree: findings.tree.clone(),
        epoch,
        last_number: survey.last_number.clone(),
        lost_entries: findings.lost_entries,
        revoked,
        kept,
        stolen: findings
            .stolen
            .iter()
            .map(|(key, pin)| Believed { id: key.id.clone(), size: pin.size })
            .collect(),
        lists_missing: (1..=survey.highest_list).filter(|list| !handed_in.contains(list)).collect(),
        tokens_ended: 0,
        anchors: None,
    })
}

/// When the last entry came that is believed of a stolen key. A trust list does not say when the theft was, only that all it believes is
/// older; whoever knows the time and finds it to be earlier still can declare it.
fn last_believed(register: &FileRegister, pin: &TreePin) -> Result<Option<Timestamp>, BackupError> {
    let last = register.read(pin.size.saturating_sub(1), 1)?.pop();
    Ok(last.map(|entry| entry.time))
}

/// The log ends here; its checkpoints are kept as what was once signed, and a new log begins.
fn put_log_aside(directory: &DataDirectory, logs_before: usize) -> Result<(), BackupError> {
    let log = directory.log();
    let earlier = log.join("earlier").join(logs_before.saturating_add(1).to_string());
    fs::create_dir_all(&earlier).map_err(BackupError::io("create", &earlier))?;
    for name in ["history", "cosigned", "checkpoint"] {
        let path = log.join(name);
        match fs::rename(&path, earlier.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(BackupError::io("move", &path)(error));
            }
            _ => {}
        }
    }
    let synced = [&earlier, &log].into_iter().try_for_each(|path| File::open(path)?.sync_all());
    synced.map_err(BackupError::io("sync", &earlier))
}
