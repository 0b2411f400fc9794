//! `verifier pack`: what an offline verifier needs, gathered, verified and signed as one file.
//! It holds the one secret key of this crate's binary; the library has none.

mod gather;
mod key;
#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::{self, IsTerminal as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;
use verifier::{Pack, PackDraft, PackError, Timestamp};

use self::gather::{Counts, Gathering};
use self::key::PackKey;
pub(super) use self::key::believed;
use super::failure::Failure;
use super::fetch::OnDemand;
use super::limits::TRUST_BYTES_MAX;
use super::{Clock, read_file, say, shown};

/// Make one signed file of all that `check --offline --pack` needs: trust list, key documents, status lists, checkpoints
#[derive(Args)]
#[command(after_help = "\
Once:  verifier pack --new-key packs.key          prints the public key, which goes to everybody who checks
Then:  verifier pack --trust trust.json --key packs.key --out today.pack
And:   verifier check --offline --pack today.pack --pack-key 'packs+…' credential.json
Exit: 0 everything is in it; 1 written, but something was left out, and is named; 64 usage error; 65 nothing that could be packed;
66 a file cannot be read; 73 a file cannot be written.")]
pub(super) struct PackCommand {
    /// Make a key for packs in this new file, print its public part, and do nothing else
    #[arg(long, value_name = "FILE", conflicts_with_all = ["trust", "out", "key"])]
    new_key: Option<PathBuf>,
    /// Under which name a new key signs; a host name of yours is a good one
    #[arg(long, value_name = "NAME", default_value = "packs", requires = "new_key")]
    name: String,
    /// Trust list: whose documents are packed, and whom the pack makes others believe
    #[arg(long, value_name = "FILE", required_unless_present = "new_key")]
    trust: Option<PathBuf>,
    /// Key file that signs the pack
    #[arg(long, value_name = "FILE", required_unless_present = "new_key")]
    key: Option<PathBuf>,
    /// Where the pack is written, in the place of an older one
    #[arg(long, value_name = "FILE", required_unless_present = "new_key")]
    out: Option<PathBuf>,
    /// Folder of key documents and status lists, used instead of what could be fetched
    #[arg(long, value_name = "DIR")]
    documents: Option<PathBuf>,
    /// Status list to pack, besides those that issuers publish at /status/1, /status/2 …
    #[arg(long, value_name = "URL")]
    status_list: Vec<String>,
    /// Checkpoint of a register, as its log publishes it
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
    /// Open no connection: use only what is given here
    #[arg(long)]
    offline: bool,
    /// One line of JSON
    #[arg(long)]
    json: bool,
}

impl PackCommand {
    /// Makes a key or a pack, and returns the exit code.
    pub(super) fn run(self, clock: Clock) -> Result<u8, Failure> {
        if let Some(path) = &self.new_key {
            let key = PackKey::make(path, &self.name)?;
            writeln!(io::stdout(), "{}", key.public())?;
            return Ok(0);
        }
        let (Some(trust), Some(key), Some(out)) = (&self.trust, &self.key, &self.out) else {
            return Err(Failure::NothingToPack);
        };
        for input in [key, trust].into_iter().chain(&self.checkpoint) {
            spare(out, input)?;
        }
        let (now, key) = (clock(), PackKey::read(key)?);
        let network = (!self.offline).then(|| OnDemand::new(now));
        let mut gathering = Gathering::new(draft(trust, now)?, network, now, tell());
        gathering.open_folder(self.documents.as_deref())?;
        gathering.gather(&self.status_list)?;
        gathering.add_checkpoints(&self.checkpoint)?;
        let (draft, counts) = gathering.into_parts();
        let keys_in_names = draft.trust().issuers().all(|id| !id.starts_with("did:web:"));
        if counts.key_documents == 0 && !keys_in_names {
            counts.left_out.iter().for_each(|sentence| say(&format!("left out: {sentence}")));
            return Err(Failure::NothingToPack);
        }
        let (file, pack) =
            sealed(&draft, &key).map_err(|source| Failure::Pack { path: shown(out), source })?;
        write(out, file.as_bytes())?;
        self.tell_done(out, &pack, &counts)?;
        Ok(u8::from(!counts.left_out.is_empty()))
    }

    fn tell_done(&self, out: &Path, pack: &Pack, counts: &Counts) -> Result<(), Failure> {
        let as_of = Timestamp::from_unix_seconds(pack.as_of()).to_string();
        if self.json {
            let line = json!({
                "out": out.to_string_lossy(),
                "as_of": as_of,
                "key_documents": counts.key_documents,
                "status_lists": counts.status_lists,
                "checkpoints": counts.checkpoints,
                "left_out": counts.left_out,
            });
            writeln!(io::stdout(), "{line}")?;
            return Ok(());
        }
        counts.left_out.iter().for_each(|sentence| say(&format!("left out: {sentence}")));
        writeln!(
            io::stdout(),
            "{}: key documents {}, status lists {}, checkpoints {}; as of {as_of}",
            shown(out),
            counts.key_documents,
            counts.status_lists,
            counts.checkpoints
        )?;
        Ok(())
    }
}

fn draft(trust: &Path, now: i64) -> Result<PackDraft, Failure> {
    let bytes = read_file(trust, TRUST_BYTES_MAX).map_err(|source| Failure::Unreadable {
        what: "trust list",
        path: shown(trust),
        source,
    })?;
    PackDraft::new(&bytes, now).map_err(|source| Failure::Pack { path: shown(trust), source })
}

/// The file, and what whoever believes its key reads in it: nothing is handed out that is not read again first.
fn sealed(draft: &PackDraft, key: &PackKey) -> Result<(String, Pack), PackError> {
    let text = draft.text()?;
    let file = PackDraft::seal(&text, &key.sign(&text))?;
    let pack = Pack::open(file.as_bytes(), key.public())?;
    Ok((file, pack))
}

/// Refuses to write where `input` lies, however either is spelt: the secret of a key would be gone, and is nowhere else.
fn spare(out: &Path, input: &Path) -> Result<(), Failure> {
    // Links are followed: the same device and number are the same file.
    let of = |path: &Path| fs::metadata(path).ok().map(|found| (found.dev(), found.ino()));
    let read = of(input);
    if read.is_some() && [out, &beside(out)].into_iter().any(|written| of(written) == read) {
        return Err(Failure::OutIsInput { out: shown(out), input: shown(input) });
    }
    Ok(())
}

/// Where a pack is written before it takes its place.
fn beside(out: &Path) -> PathBuf {
    let mut beside = out.as_os_str().to_owned();
    beside.push(".new");
    PathBuf::from(beside)
}

/// Whole or not at all: a pack that is cut off would be refused on the day it is needed.
fn write(out: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let beside = beside(out);
    let written = File::create(&beside)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&beside, out));
    written.map_err(|source| Failure::Unwritable { path: shown(out), source })
}

/// How far it is, for whoever watches.
fn tell() -> fn(&str) {
    if io::stderr().is_terminal() { say } else { |_| {} }
}
