//! The acts of the registrar, as data: a command line makes one, a running service or this process performs it.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use verifier::Language;

use super::correction::{self, Corrected, Correcting};
use super::journal::{self, JournalFormat, Period};
use super::output::Output;
use super::tokens::{self, TokenAct};
use super::{
    Office, OfficeError, backup, erasure, export, import, keys, persons, programmes, records,
    switches,
};
use crate::issuing::{Declaration, ErasureRequest, Stolen};
use crate::register::{KeyPurpose, LogError, PageChange, RevocationReason, Switch};

/// One act. Files come as their bytes: who performs it need not see the caller's disk.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Act {
    /// Enters the programmes of a file into the register of programmes.
    ImportProgrammes {
        /// The file.
        #[serde(with = "base64_text")]
        file: Vec<u8>,
    },
    /// Lists the programmes.
    ListProgrammes {
        /// One JSON object a line.
        json: bool,
    },
    /// Shows one programme.
    ShowProgramme {
        /// Its code.
        code: String,
    },
    /// Makes certificates of a file of completions.
    ImportCompletions {
        /// The file.
        #[serde(with = "base64_text")]
        file: Vec<u8>,
        /// How.
        options: ImportOptions,
    },
    /// Lists certificates in journal order.
    List {
        /// Only of this programme.
        programme: Option<String>,
        /// One JSON object a line.
        json: bool,
    },
    /// Prints the journal of issue as a file.
    Journal {
        /// Of which days.
        period: Period,
        /// In which form.
        format: JournalFormat,
        /// In which language.
        language: Language,
    },
    /// Shows one certificate.
    Show {
        /// Its number.
        number: String,
        /// As a JSON object.
        json: bool,
    },
    /// Revokes a certificate.
    Revoke {
        /// Its number.
        number: String,
        /// Why.
        reason: RevocationReason,
        /// Who proposes it.
        by: String,
        /// The second person.
        confirmed_by: Option<String>,
        /// As a JSON object.
        json: bool,
    },
    /// Replaces a certificate by a corrected one.
    Correct {
        /// Its number.
        number: String,
        /// The completion as it should have been.
        corrected: Corrected,
        /// Who proposes it.
        by: String,
        /// The second person.
        confirmed_by: String,
        /// Language of the sentences.
        language: Language,
        /// As a JSON object.
        json: bool,
    },
    /// Hides the page of a certificate, or shows it again.
    ChangePage {
        /// Its number.
        number: String,
        /// Whether it is to be shown.
        is_published: bool,
        /// Who asked for it.
        by: String,
        /// As a JSON object.
        json: bool,
    },
    /// Stops issuing, or takes it up again.
    SwitchIssuing {
        /// Whether certificates are to be issued.
        on: bool,
        /// Who says so.
        by: String,
        /// Why.
        reason: String,
        /// As a JSON object.
        json: bool,
    },
    /// Erases the personal data of a learner.
    Erase {
        /// The registrar's reference of the learner.
        learner: String,
        /// Who proposes it.
        by: String,
        /// The second person.
        confirmed_by: String,
        /// One JSON object a line.
        json: bool,
    },
    /// Makes, lists or ends tokens of the HTTP interface.
    Token(TokenAct),
    /// Signs every status list anew that is stale.
    PublishStatusLists,
    /// Signs a checkpoint of all that the register holds.
    PublishCheckpoint,
    /// Takes a checkpoint that a witness has cosigned.
    Cosign {
        /// The signed note.
        #[serde(with = "base64_text")]
        note: Vec<u8>,
    },
    /// Lists every key that was ever used.
    ListKeys {
        /// One JSON object for each.
        json: bool,
    },
    /// Puts a fresh key in the place of the one in use.
    RotateKey {
        /// Which key.
        purpose: KeyPurpose,
    },
    /// Declares a key compromised, and puts a fresh one in its place.
    DeclareCompromise {
        /// Which key.
        stolen: Stolen,
        /// Since when somebody else may have it.
        since: Timestamp,
        /// Who declares it.
        by: String,
        /// The second person.
        confirmed_by: Option<String>,
    },
    /// Signs every certificate anew whose key was compromised.
    Reissue {
        /// One JSON object for each certificate.
        json: bool,
    },
    /// Writes a backup to a file, as far as the last checkpoint.
    Backup {
        /// A new file, or a directory to put one in; absolute: the service has another one of its own to begin from.
        out: PathBuf,
        /// For whom it is encrypted.
        seal: Seal,
        /// For an increment: the entry that it begins with.
        from: Option<u64>,
        /// As a JSON object.
        json: bool,
    },
    /// Gives a certificate out in a form.
    Export {
        /// Its number.
        number: String,
        /// In which language.
        language: Language,
        /// In which form.
        format: ExportFormat,
    },
}

/// For whom a backup is encrypted. A passphrase is named by its file, so that it is in no act.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seal {
    /// A recipient of age, `age1…`.
    Recipient(String),
    /// The absolute path of a file with a passphrase.
    PassphraseFile(PathBuf),
}

/// How completions are imported.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ImportOptions {
    /// Check everything, issue nothing.
    pub dry_run: bool,
    /// Issue again what is revoked and has nothing in its place.
    #[serde(default)]
    pub again: bool,
    /// Language of the sentences.
    pub language: Language,
    /// One JSON object for each row.
    pub json: bool,
    /// Give the report file of refused rows.
    pub report: bool,
}

/// The form of an exported certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ExportFormat {
    /// The signed credential.
    Json,
    /// The picture of the badge with the signed credential inside, as PNG.
    Png,
    /// The same as SVG.
    Svg,
    /// What a person uploads to a personnel portal, as ZIP.
    Enbek,
    /// A QR code of its address, as SVG.
    Qr,
    /// All certificates of its learner that are in force, in one signed transcript (CLR 2.0).
    Clr,
    /// The proof that it is in the register (C2SP tlog-proof).
    #[serde(rename = "tlog-proof")]
    TlogProof,
    /// The certificate on paper, PDF; in English the English edition comes with it.
    Pdf,
    /// The transcript on paper, PDF.
    Transcript,
}

/// There was nothing to do.
pub(super) const EXIT_NOTHING: u8 = 2;
/// Something of the input was refused: rows, or a file whole.
pub(super) const EXIT_REFUSED: u8 = 1;

impl Act {
    /// Whether nothing is signed, entered or changed by it: such an act needs no anchor.
    #[must_use]
    pub const fn only_reads(&self) -> bool {
        match self {
            Self::ListProgrammes { .. }
            | Self::ShowProgramme { .. }
            | Self::List { .. }
            | Self::Journal { .. }
            | Self::Show { .. }
            | Self::ListKeys { .. }
            | Self::Token(TokenAct::List { .. }) => true,
            Self::ImportCompletions { options, .. } => options.dry_run,
            // A learner's transcript is signed as it is asked for.
            Self::Export { format, .. } => !matches!(format, ExportFormat::Clr),
            Self::ImportProgrammes { .. }
            | Self::Revoke { .. }
            | Self::Correct { .. }
            | Self::ChangePage { .. }
            | Self::SwitchIssuing { .. }
            | Self::Erase { .. }
            | Self::Token(TokenAct::Create { .. } | TokenAct::Revoke { .. })
            | Self::PublishStatusLists
            | Self::PublishCheckpoint
            | Self::Cosign { .. }
            | Self::RotateKey { .. }
            | Self::DeclareCompromise { .. }
            | Self::Reissue { .. }
            | Self::Backup { .. } => false,
        }
    }
}

impl Office {
    /// Performs an act as of `now`; returns the exit code of the command.
    ///
    /// # Errors
    /// [`OfficeError`] with a sentence, if the act was not performed.
    pub fn perform(
        &self,
        act: Act,
        now: Timestamp,
        output: &mut dyn Output,
    ) -> Result<u8, OfficeError> {
        if let (Some(unasked), false) = (self.unasked(), act.only_reads()) {
            return Err(LogError::from(unasked.clone()).into());
        }
        match act {
            Act::ImportProgrammes { file } => programmes::import(self, &file, now, output),
            Act::ListProgrammes { json } => programmes::list(self, json, output),
            Act::ShowProgramme { code } => programmes::show(self, &code, output),
            Act::ImportCompletions { file, options } => {
                import::import(self, &file, &options, now, output)
            }
            Act::List { programme, json } => {
                records::list(self, programme.as_deref(), json, output)
            }
            Act::Journal { period, format, language } => {
                journal::journal(self, period, (format, language), output)
            }
            Act::Show { number, json } => records::show(self, &number, json, output),
            Act::Revoke { number, reason, by, confirmed_by, json } => {
                let act = records::Revoking { number, reason, by, confirmed_by };
                records::revoke(self, act, now, (json, output))
            }
            Act::Correct { number, corrected, by, confirmed_by, language, json } => {
                let act = Correcting { number, corrected, by, confirmed_by, language, json };
                correction::correct(self, act, now, output)
            }
            Act::ChangePage { number, is_published, by, json } => {
                let change = PageChange { number, by, changed_at: now };
                switches::change_page(self, (is_published, change), json, output)
            }
            Act::SwitchIssuing { on, by, reason, json } => {
                let switch = Switch { by, reason, switched_at: now };
                switches::switch_issuing(self, (on, switch), json, output)
            }
            Act::Erase { learner, by, confirmed_by, json } => {
                let request = ErasureRequest { reference: learner, by, confirmed_by };
                erasure::erase(self, &request, now, (json, output))
            }
            Act::Token(act) => tokens::perform(self, act, now, output),
            Act::PublishStatusLists => self.publish_status_lists(now).map(|()| 0),
            Act::PublishCheckpoint => keys::checkpoint(self, output),
            Act::Cosign { note } => keys::cosign(self, &note, output),
            Act::ListKeys { json } => keys::list(self, json, output),
            Act::RotateKey { purpose } => keys::rotate(self, purpose, now, output),
            Act::DeclareCompromise { stolen, since, by, confirmed_by } => {
                persons::check(&by, confirmed_by.as_deref())?;
                let declaration = Declaration { since, by, confirmed_by };
                keys::declare_compromise(self, &stolen, &declaration, now, output)
            }
            Act::Reissue { json } => keys::reissue(self, json, now, output),
            Act::Backup { out, seal, from, json } => {
                backup::backup(self, (&out, &seal, from), now, (json, output))
            }
            Act::Export { number, language, format } => {
                export::export(self, (&number, language), (format, now), output)
            }
        }
    }

    /// Signs every status list anew that needs it.
    pub(super) fn publish_status_lists(&self, now: Timestamp) -> Result<(), OfficeError> {
        for number in self.issuance.status_list_numbers()? {
            self.issuance.status_list(number, now)?;
        }
        Ok(())
    }
}

/// Bytes as base64 text: a file in JSON is then a third larger, not four times.
mod base64_text {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map_err(serde::de::Error::custom)
    }
}
