//! Backups through the office: a fresh checkpoint first, then the file. What is in the file is not decided here.

use std::path::Path;

use jiff::Timestamp;
use serde_json::json;
use zeroize::Zeroizing;

use super::act::{EXIT_NOTHING, Seal};
use super::output::Output;
use super::{DataDirectory, Office, OfficeError};
use crate::backup::Making;
use crate::keys::{Envelope, Passphrase};
use crate::register::FileRegister;

/// Writes a backup of all that is in the register now.
pub(super) fn backup(
    office: &Office,
    order: (&Path, &Seal, Option<u64>),
    now: Timestamp,
    output: (bool, &mut dyn Output),
) -> Result<u8, OfficeError> {
    office.issuance.publish_checkpoint()?;
    write(&office.directory, &office.files, order, (now, output))
}

impl DataDirectory {
    /// Writes a backup of this directory up to its last checkpoint, without its keys: while nobody else has it open.
    ///
    /// # Errors
    /// If the register cannot be opened, or the backup not be written.
    pub fn back_up(
        &self,
        (out, seal): (&Path, &Seal),
        now: Timestamp,
        output: (bool, &mut dyn Output),
    ) -> Result<u8, OfficeError> {
        if !self.is_initialized()? {
            return Err(OfficeError::NotInitialized(self.path().to_owned()));
        }
        let (register, _) = FileRegister::open(self.path())?;
        write(self, &register, (out, seal, None), (now, output))
    }
}

fn write(
    directory: &DataDirectory,
    register: &FileRegister,
    (out, seal, from): (&Path, &Seal, Option<u64>),
    (now, (json, output)): (Timestamp, (bool, &mut dyn Output)),
) -> Result<u8, OfficeError> {
    let envelope = envelope(seal)?;
    let making = Making { directory, register, envelope: &envelope };
    let Some(made) = making.write(out, from, now)? else { return Ok(EXIT_NOTHING) };
    let file = made.file.display().to_string();
    if json {
        let line = json!({
            "file": file, "from": made.from, "size": made.tree.size, "root": made.tree.root, "bytes": made.bytes,
        });
        output.line(&line.to_string());
    } else {
        let (from, size) = (made.from, made.tree.size);
        output.line(&format!("{file} holds entries {from} to {size} of the register"));
    }
    Ok(0)
}

fn envelope(seal: &Seal) -> Result<Envelope, OfficeError> {
    match seal {
        Seal::Recipient(text) => Envelope::to_recipient(text)
            .map_err(|error| OfficeError::from(crate::backup::BackupError::from(error))),
        Seal::PassphraseFile(path) => {
            let text = std::fs::read_to_string(path).map(Zeroizing::new);
            let text = text.map_err(|source| OfficeError::Read { path: path.clone(), source })?;
            if text.lines().next().unwrap_or_default().is_empty() {
                let sentence = "the passphrase of the backup is empty; take one of several words";
                return Err(OfficeError::Request(sentence.to_owned()));
            }
            Ok(Envelope::under_passphrase(&Passphrase::new(&text)))
        }
    }
}
