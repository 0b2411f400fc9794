//! `issuer backup` and `issuer restore`: the files that are named, the service that is asked, what is said about it.
//! It copies nothing itself.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use issuer::backup::{self, BackupError, Believed, KeyCopy, Restored, Thefts};
use issuer::keys::{Opener, Passphrase};
use issuer::office::{Act, DataDirectory, OfficeError, Output as _, Seal, Transcript};
use jiff::Timestamp;
use zeroize::Zeroizing;

use super::control::Connection;
use super::failure::Failure;
use super::terminal::Terminal;
use super::{passphrase, read, say};

/// How often `--follow` asks for what is new: the service signs a checkpoint a second after an append.
const FOLLOW_INTERVAL: Duration = Duration::from_secs(1);

/// Nothing was new (as acts say it).
const NOTHING_NEW: u8 = 2;

#[derive(Args)]
pub(super) struct BackupCommand {
    /// New file, or a directory to put one in
    #[arg(long, value_name = "PATH")]
    out: PathBuf,
    /// For whom it is encrypted: a recipient of age; without one, `--passphrase-file` names a file with a passphrase of its own
    #[arg(long, value_name = "age1…")]
    recipient: Option<String>,
    /// Then goes on: a file for whatever is added, until stopped; needs `issuer serve`, `--recipient` and a directory
    #[arg(long)]
    follow: bool,
    /// Reads every file back; with `--recipient` this needs `--identity`
    #[arg(long)]
    verify: bool,
    /// File with the secret key of the recipient
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
    /// One JSON object for each file
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(super) struct RestoreCommand {
    /// A full backup and its increments, in any order
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Prefix of all numbers from now on: upper-case letters that were never a prefix of this register
    #[arg(long, value_name = "LETTERS")]
    prefix: String,
    /// The key file, which is in no backup; it can also be put into the directory later
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// File with the passphrase of the key file; with `--identity`, `--passphrase-file` is taken for it
    #[arg(long, value_name = "FILE")]
    keys_passphrase_file: Option<PathBuf>,
    /// The trust.json that was handed out last: says which keys were stolen after the backup
    #[arg(long, value_name = "FILE", conflicts_with = "no_trust_list")]
    trust_list: Option<PathBuf>,
    /// Says that no key was stolen after the backup
    #[arg(long)]
    no_trust_list: bool,
    /// File with the secret key of the recipient; without one, `--passphrase-file` names the passphrase of the backup
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
    /// A status list as it was published last; once for each
    #[arg(long, value_name = "FILE")]
    status_list: Vec<PathBuf>,
    /// The newest checkpoint that is known: tells how much is lost
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// Who restores
    #[arg(long, value_name = "NAME", default_value = "registrar")]
    by: String,
    /// As one line of JSON
    #[arg(long)]
    json: bool,
}

impl RestoreCommand {
    /// A backup for a recipient leaves `--passphrase-file` to the key file.
    fn passphrase_of_keys<'p>(&'p self, passphrase_file: Option<&'p Path>) -> Option<&'p Path> {
        let of_keys = passphrase_file.filter(|_| self.identity.is_some());
        self.keys_passphrase_file.as_deref().or(of_keys)
    }
}

/// Makes a backup: by the running service, or by this process, which needs no key for it.
pub(super) fn back_up(
    directory: &DataDirectory,
    passphrase_file: Option<&Path>,
    command: &BackupCommand,
) -> Result<u8, Failure> {
    let seal = seal(command.recipient.as_ref(), passphrase_file)?;
    let opener = match command.verify {
        true => Some(opener(command.identity.as_deref(), passphrase_file)?),
        false => None,
    };
    if command.follow && !(command.out.is_dir() && command.recipient.is_some()) {
        return Err(request("--follow needs a directory for --out, and --recipient"));
    }
    let out = absolute(&command.out)?;
    let is_served = Connection::find(directory).is_some();
    if command.follow && !is_served {
        return Err(request(
            "--follow needs a running `issuer serve`: nothing is added without it",
        ));
    }
    let mut from = None;
    loop {
        let mut answer = Transcript::default();
        let code = if is_served {
            let act = Act::Backup { out: out.clone(), seal: seal.clone(), from, json: true };
            let service = Connection::find(directory).ok_or(Failure::ControlClosed)?;
            service.perform(&act, &mut answer)?
        } else {
            directory.back_up((&out, &seal), Timestamp::now(), (true, &mut answer))?
        };
        if let Some(line) = answer.lines.first().filter(|_| code != NOTHING_NEW) {
            from = tell(line, command.json, opener.as_ref())?;
        }
        if !command.follow {
            return Ok(code);
        }
        std::thread::sleep(FOLLOW_INTERVAL);
    }
}

/// Tells of a backup once it was read back, if that was asked for. Returns where the next one begins.
fn tell(line: &str, json: bool, opener: Option<&Opener>) -> Result<Option<u64>, Failure> {
    let made: serde_json::Value =
        serde_json::from_str(line).map_err(|error| Failure::Control(error.into()))?;
    let (file, size) = (made["file"].as_str().unwrap_or_default(), made["size"].as_u64());
    if let Some(opener) = opener {
        backup::verify(Path::new(file), opener).map_err(refused)?;
    }
    let mut terminal = Terminal::new(None);
    if json {
        terminal.line(line);
    } else {
        let checked = if opener.is_some() { ", and was read back whole" } else { "" };
        let (from, size) = (&made["from"], size.unwrap_or_default());
        terminal.line(&format!("{file} holds the register from entry {from} to {size}{checked}"));
    }
    Ok(size)
}

/// Restores into a new directory, and tells what is lost.
pub(super) fn restore(
    directory: &DataDirectory,
    passphrase_file: Option<&Path>,
    command: &RestoreCommand,
) -> Result<u8, Failure> {
    let opener = opener(command.identity.as_deref(), passphrase_file)?;
    let passphrase = match &command.keys {
        Some(_) => passphrase::handed_over(command.passphrase_of_keys(passphrase_file))?,
        None => None,
    };
    let order = backup::Restore {
        files: &command.files,
        opener: &opener,
        prefix: &command.prefix,
        by: &command.by,
        keys: command.keys.as_deref().map(|file| KeyCopy { file, passphrase: passphrase.as_ref() }),
        thefts: match &command.trust_list {
            Some(list) => Thefts::Listed(list),
            None if command.no_trust_list => Thefts::Denied,
            None => Thefts::Unsaid,
        },
        status_lists: &command.status_list,
        checkpoint: command.checkpoint.as_deref(),
    };
    let restored = backup::restore(directory, &order, Timestamp::now()).map_err(refused)?;
    if command.json {
        let line = serde_json::json!({
            "size": restored.tree.size, "root": restored.tree.root, "epoch": restored.epoch,
            "last_number": restored.last_number, "lost_entries": restored.lost_entries,
            "revoked": restored.revoked, "kept": restored.kept, "stolen": restored.stolen, "lists_missing": restored.lists_missing,
            "tokens_ended": restored.tokens_ended,
            "anchor": restored.anchors.as_ref().map(|(left, new)| serde_json::json!({ "left": left, "new": new })),
        });
        Terminal::new(None).line(&line.to_string());
    } else {
        report(&restored);
    }
    say(
        "a `stop`, an `unpublish`, an erasure and a new token from after the backup are lost: repeat them before anything is issued",
    );
    if command.keys.is_none() {
        say("put keys.age into the directory before anything is issued: it is in no backup");
    }
    Ok(0)
}

fn report(restored: &Restored) {
    let mut terminal = Terminal::new(None);
    let (size, epoch) = (restored.tree.size, restored.epoch);
    let last = restored.last_number.as_deref().unwrap_or("none");
    terminal.line(&format!(
        "restored the first {size} entries; the last certificate is {last}; epoch {epoch} begins"
    ));
    terminal.line(&match restored.lost_entries {
        Some(0) => "nothing is lost as far as the newest known checkpoint tells".to_owned(),
        Some(lost) => format!("{lost} entries are lost, from entry {size} on: enter them again from your papers"),
        None => format!("what was appended from entry {size} on is lost; a newer checkpoint (--checkpoint) would tell how much"),
    });
    if !restored.revoked.is_empty() {
        let numbers = restored.revoked.join(", ");
        terminal.line(&format!("revoked, as the published status lists say: {numbers}"));
    }
    if !restored.kept.is_empty() {
        let count = restored.kept.len();
        terminal.line(&format!("{count} revoked bits of lost certificates stay set for good"));
    }
    for Believed { id, size } in &restored.stolen {
        terminal.line(&format!(
            "{id} was stolen, as the trust list says; it is believed for the first {size} entries alone: run `issuer key reissue`"
        ));
    }
    for list in &restored.lists_missing {
        terminal.note(&format!(
            "status list {list} was not given (--status-list): what was revoked in it after the backup becomes valid again"
        ));
    }
    if restored.tokens_ended > 0 {
        terminal.line(&format!(
            "{} API tokens are ended, since some may have been revoked after the backup: give the systems that used them new ones (`issuer token create`)",
            restored.tokens_ended
        ));
    }
    if let Some((old, new)) = &restored.anchors {
        let new = new.as_ref().map_or_else(
            || {
                "there is none now. Open the directory, give its log/checkpoint to whoever shows that address, and once it is shown write `anchor` into tanu.toml again".to_owned()
            },
            |new| format!("the new one is {new}"),
        );
        terminal
            .line(&format!("the anchor {old} is left as evidence of the log that ended; {new}"));
    }
    terminal.line("give verifiers the new trust.json once the directory was opened");
}

fn seal(recipient: Option<&String>, passphrase_file: Option<&Path>) -> Result<Seal, Failure> {
    match (recipient, passphrase_file) {
        (Some(recipient), _) => Ok(Seal::Recipient(recipient.clone())),
        (None, Some(file)) => Ok(Seal::PassphraseFile(absolute(file)?)),
        (None, None) => Err(request(
            "say for whom the backup is encrypted: --recipient age1…, or --passphrase-file with a passphrase of its own",
        )),
    }
}

fn opener(identity: Option<&Path>, passphrase_file: Option<&Path>) -> Result<Opener, Failure> {
    let text = |path: &Path| {
        let text = String::from_utf8(read(path)?).map(Zeroizing::new);
        text.map_err(|_| Failure::NotUtf8(path.to_owned()))
    };
    match (identity, passphrase_file) {
        (Some(path), _) => {
            Opener::with_identities(&text(path)?).map_err(|error| refused(error.into()))
        }
        (None, Some(path)) => Ok(Opener::with_passphrase(&Passphrase::new(&text(path)?))),
        (None, None) => Err(request(
            "say how the backup opens: --identity with the secret key of its recipient, or --passphrase-file",
        )),
    }
}

/// The service has a working directory of its own.
fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path).map_err(|source| Failure::Read { path: path.to_owned(), source })
}

fn request(sentence: &str) -> Failure {
    Failure::Office(OfficeError::Request(sentence.to_owned()))
}

fn refused(error: BackupError) -> Failure {
    Failure::Office(error.into())
}
