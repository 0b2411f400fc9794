//! Acts on the university's keys: rotation, compromise, and signing anew what a compromised key had signed.
//! It brings key file, register and published documents together; it sees no secret key.

use jiff::Timestamp;
use serde_json::json;
use verifier::Language;

use super::output::Output;
use super::{Office, OfficeError};
use crate::issuing::{Declaration, IssueError, Stolen, Touched, moment};
use crate::keys::{KeyFile, WorkFactor};
use crate::register::KeyPurpose;

/// Certificates that are signed anew in one append.
const REISSUED_AT_ONCE: usize = 64;

pub(super) fn checkpoint(office: &Office, output: &mut dyn Output) -> Result<u8, OfficeError> {
    office.issuance.publish_checkpoint()?;
    let note = office.issuance.log().checkpoint()?.unwrap_or_default();
    output.line(note.trim_end());
    Ok(0)
}

/// Takes the cosignatures of witnesses: what they saw is no longer the university's word alone.
pub(super) fn cosign(
    office: &Office,
    note: &[u8],
    output: &mut dyn Output,
) -> Result<u8, OfficeError> {
    let note = std::str::from_utf8(note).map_err(|_| {
        OfficeError::Request(
            "this is no signed note; hand over what the witness gave back".to_owned(),
        )
    })?;
    let issuance = &office.issuance;
    let size = issuance.log().cosign(note, &issuance.identity.witnesses.keys)?;
    output.line(&format!("the checkpoint of {size} entries is cosigned"));
    Ok(0)
}

pub(super) fn list(
    office: &Office,
    json: bool,
    output: &mut dyn Output,
) -> Result<u8, OfficeError> {
    for known in office.issuance.store.keys()? {
        let state = |written: fn(Timestamp) -> String| match (&known.compromised, &known.retired) {
            (Some(compromise), _) => format!("compromised since {}", written(compromise.since)),
            (None, Some(retirement)) => format!("retired on {}", written(retirement.retired_at)),
            (None, None) => "in use".to_owned(),
        };
        if json {
            let key = &known.key;
            let line = json!({
                "id": key.id, "multibase": key.multibase, "purpose": key.purpose, "state": state(|time| time.to_string()),
                "retired": known.retired, "compromised": known.compromised,
            });
            output.line(&line.to_string());
        } else {
            let state = state(|time| moment(time, Language::En));
            output.line(&format!("{}  {}  {state}", known.key.id, known.key.multibase));
        }
    }
    Ok(0)
}

pub(super) fn rotate(
    office: &Office,
    purpose: KeyPurpose,
    now: Timestamp,
    output: &mut dyn Output,
) -> Result<u8, OfficeError> {
    office.rotate_key(purpose, now)?;
    let key = office.issuance.identity.key_in_use(purpose);
    output.line(&format!("{} is in use; what the key before it signed stays good", key.id));
    output.line("Back up keys.age, and give verifiers the new trust.json.");
    Ok(0)
}

pub(super) fn declare_compromise(
    office: &Office,
    stolen: &Stolen,
    declaration: &Declaration,
    now: Timestamp,
    output: &mut dyn Output,
) -> Result<u8, OfficeError> {
    if declaration.since > now {
        let sentence = "a key cannot be compromised from a time that has not come yet";
        return Err(OfficeError::Request(sentence.to_owned()));
    }
    let (old, pin) = office.issuance.declare_compromise(stolen, declaration, now)?;
    let purpose = old.purpose;
    if office.issuance.identity.key_in_use(purpose) == old {
        office.rotate_key(purpose, now)?;
    } else {
        // It was exchanged before; what others read of it changes all the same.
        office.issuance.publish_checkpoint()?;
        office.write_published()?;
    }
    office.publish_status_lists(now)?;
    output.line(&format!(
        "{} is believed no more, but for what is among the first {} entries of the log",
        old.id, pin.size
    ));
    for other in office.issuance.store.keys()? {
        let is_believed = other.retired.is_some() && other.compromised.is_none();
        if is_believed && other.key.purpose == purpose && matches!(stolen, Stolen::InUse(_)) {
            let id = &other.key.id;
            output.note(&format!("{id}, which was retired, is still believed: if it may have been stolen too, `issuer key compromise --key` declares it"));
        }
    }
    if office.issuance.identity.witnesses.quorum == 0 {
        output.note("no witnesses cosign this log: that these entries are older is the university's word alone");
    }
    output.line("Give verifiers the new trust.json at once, then run `issuer key reissue`.");
    Ok(0)
}

pub(super) fn reissue(
    office: &Office,
    json: bool,
    now: Timestamp,
    output: &mut dyn Output,
) -> Result<u8, OfficeError> {
    let Touched { to_sign, doubtful } = office.issuance.touched()?;
    let mut done = 0;
    for chunk in to_sign.chunks(REISSUED_AT_ONCE) {
        office.issuance.reissue(chunk, now)?;
        done += chunk.len();
        output.progress(done, to_sign.len());
        if json {
            chunk.iter().for_each(|number| output.line(&json!({ "number": number }).to_string()));
        }
    }
    office.issuance.publish_checkpoint()?;
    if !json {
        output.line(&format!(
            "{done} certificates are signed anew; their addresses give out the new signatures"
        ));
    }
    let left = u8::from(!doubtful.is_empty());
    for certificate in doubtful {
        output.note(&IssueError::from(certificate).to_string());
    }
    Ok(left)
}

impl Office {
    /// Puts a fresh key in the place of the one in use for `purpose`: the key file first, then the register, then what others read.
    /// A start finishes what was cut off in between.
    pub(super) fn rotate_key(
        &self,
        purpose: KeyPurpose,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let path = self.directory.keys();
        let bytes = self.directory.read_optional(&path)?;
        let bytes = bytes.ok_or_else(|| OfficeError::NoKeys(path.clone()))?;
        let mut keys = KeyFile::open(&bytes, &self.passphrase)?;
        keys.rotate(purpose, self.issuance.identity.epoch)?;
        let demo = self.configuration.demo;
        let work = if demo { WorkFactor::Low } else { WorkFactor::Tuned };
        self.directory.write_private(&path, &keys.seal(&self.passphrase, work)?)?;
        self.issuance.change_keys(keys.into_signer(), now)?;
        self.issuance.publish_checkpoint()?;
        self.write_published()
    }
}
