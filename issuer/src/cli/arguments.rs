//! The words of the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use issuer::keys::WorkFactor;
use issuer::office::ExportFormat;
use issuer::profile::{IssuerProfile, PublicUrl};
use issuer::programme::Text;
use issuer::register::{KeyPurpose, RevocationReason};
use verifier::Language;

use super::backup::{BackupCommand, RestoreCommand};
use super::registrar::RegistrarCommand;

/// Issues microcertificates: signed Open Badges 3.0 from completions.
#[derive(Parser)]
#[command(name = "issuer", version, disable_help_subcommand = true)]
pub(super) struct Arguments {
    /// The data directory [default: tanu; of demo: tanu-demo]
    #[arg(long, global = true)]
    dir: Option<PathBuf>,
    /// File with the passphrase of the key file; of `backup` and `restore`: of the backup (else $CREDENTIALS_DIRECTORY/passphrase, else a prompt)
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) passphrase_file: Option<PathBuf>,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Shows everything on synthetic data: issues, verifies, revokes; takes seconds
    Demo,
    /// Makes a data directory with fresh keys
    Init(InitCommand),
    /// Serves pages, credentials, status lists and verification
    Serve(ServeCommand),
    /// Serves the W3C and CCG test suites: throwaway keys that sign anything; never on a machine that issues
    Conformance {
        /// Where to listen
        #[arg(long, value_name = "ADDR")]
        listen: String,
    },
    /// The register of programmes
    Programme {
        #[command(subcommand)]
        command: ProgrammeCommand,
    },
    /// Makes certificates of a file of completions (exit 0: every row; 1: rows or the whole file refused; 2, 66: nothing attempted)
    Import(ImportCommand),
    /// Lists certificates in journal order
    List {
        /// Only of this programme
        #[arg(long, value_name = "CODE")]
        programme: Option<String>,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Shows one certificate
    Show {
        /// Number of the certificate
        number: String,
        /// As one line of JSON
        #[arg(long)]
        json: bool,
    },
    /// Revokes a certificate for good; returns when the new status list is in place
    Revoke {
        /// Number of the certificate
        number: String,
        /// Why
        #[arg(long)]
        reason: Reason,
        /// Who proposes it
        #[arg(long, value_name = "NAME", default_value = "registrar")]
        by: String,
        /// The second person who confirms it
        #[arg(long, value_name = "NAME")]
        confirmed_by: Option<String>,
        /// As one line of JSON
        #[arg(long)]
        json: bool,
    },
    #[command(flatten)]
    Registrar(RegistrarCommand),
    /// The keys of the university
    Key {
        #[command(subcommand)]
        command: KeyCommand,
    },
    /// The register and its log
    Register {
        #[command(subcommand)]
        command: RegisterCommand,
    },
    /// Writes an encrypted backup, also while others issue; keys.age is in none
    Backup(BackupCommand),
    /// Makes a new data directory of a backup and its increments
    Restore(RestoreCommand),
    /// Gives a certificate out in a form
    Export {
        /// Number of the certificate
        number: String,
        /// Language of the credential
        #[arg(long, default_value = "kk")]
        lang: Lang,
        /// The form
        #[arg(long)]
        format: Format,
        /// File to write [default: standard output]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

#[derive(Args)]
pub(super) struct InitCommand {
    /// Public address of the service; every identifier starts with it, for good; the default is for trying out
    #[arg(long, value_name = "URL", default_value = "http://localhost:8080")]
    pub(super) public_url: String,
    /// Where `serve` will listen
    #[arg(long, value_name = "ADDR")]
    pub(super) listen: Option<String>,
    /// Profile of the issuer, in the format of issuer/sample/issuer.json [default: the university's name alone]
    #[arg(long, value_name = "FILE")]
    pub(super) profile: Option<PathBuf>,
    /// How hard guessing the passphrase is made; `low` is for tests
    #[arg(long, default_value = "tuned")]
    pub(super) work_factor: Work,
}

#[derive(Args)]
pub(super) struct ServeCommand {
    /// Where to listen [default: as in tanu.toml]
    #[arg(long, value_name = "ADDR")]
    pub(super) listen: Option<String>,
    /// Must be the address in tanu.toml: identifiers do not move
    #[arg(long, value_name = "URL")]
    pub(super) public_url: Option<String>,
    /// Print the address as one line of JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Args)]
pub(super) struct ImportCommand {
    /// CSV file of completions, in UTF-8
    pub(super) file: PathBuf,
    /// Check every row, issue nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Issue again the rows whose certificate is revoked and has none in its place; the others are as without it
    #[arg(long)]
    pub(super) again: bool,
    /// Write the refused rows here, to be corrected and imported again
    #[arg(long, value_name = "FILE")]
    pub(super) report: Option<PathBuf>,
    /// Language of the sentences
    #[arg(long, default_value = "ru")]
    pub(super) lang: Lang,
    /// One JSON object for each row, written once the row is durable
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Subcommand)]
pub(super) enum ProgrammeCommand {
    /// Enters the programmes of a file
    Import {
        /// JSON file of programmes
        file: PathBuf,
    },
    /// Lists the programmes
    List {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Shows one programme
    Show {
        /// Its code
        code: String,
    },
}

#[derive(Subcommand)]
pub(super) enum KeyCommand {
    /// Lists every key that was ever used
    List {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Puts a fresh key in the place of the one in use; what that one signed stays good
    Rotate {
        /// Which key
        #[arg(long)]
        purpose: Purpose,
    },
    /// Declares that somebody else may have the key in use at a time, since then: what the log does not hold from before is believed no more
    Compromise {
        /// The key that was in use for this at that time
        #[arg(long, required_unless_present = "key")]
        purpose: Option<Purpose>,
        /// The key of this name, such as key-1, also if it was retired before the theft
        #[arg(long, value_name = "NAME", conflicts_with = "purpose")]
        key: Option<String>,
        /// Since when: RFC 3339
        #[arg(long, value_name = "TIME")]
        since: jiff::Timestamp,
        /// Who declares it
        #[arg(long, value_name = "NAME")]
        by: String,
        /// The second person who confirms it
        #[arg(long, value_name = "NAME")]
        confirmed_by: Option<String>,
    },
    /// Signs every certificate anew whose key was compromised: other verifiers do not know the log
    Reissue {
        /// One JSON object for each certificate
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
pub(super) enum RegisterCommand {
    /// Signs a checkpoint of all that the register holds, and shows it
    Checkpoint,
    /// Proves that a certificate is in the register, and shows what the proof says
    Prove {
        /// Number of the certificate
        number: String,
        /// File to write the proof to [default: standard output]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Checks every invariant of the register, beside a service or on a copy; needs no passphrase (exit 0: clean; 1: findings; 66: unreadable)
    Verify {
        /// One JSON object for each finding, and one at the end
        #[arg(long)]
        json: bool,
        /// A checkpoint, or a history of them, kept from before: the register must agree with it too
        #[arg(long, value_name = "FILE")]
        kept: Vec<PathBuf>,
    },
    /// Copies what an outside auditor needs: leaves, tiles, checkpoints, public keys; nothing personal
    Export {
        /// Folder to make
        #[arg(long, value_name = "FOLDER")]
        out: PathBuf,
    },
    /// Takes a checkpoint that a witness has cosigned, and serves its cosignature from then on
    Cosign {
        /// The checkpoint as the witness gave it back: a signed note
        file: PathBuf,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Purpose {
    Credentials,
    StatusLists,
    QrStatements,
}

impl From<Purpose> for KeyPurpose {
    fn from(purpose: Purpose) -> Self {
        match purpose {
            Purpose::Credentials => Self::Credentials,
            Purpose::StatusLists => Self::StatusLists,
            Purpose::QrStatements => Self::QrStatements,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Lang {
    Kk,
    Ru,
    En,
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Reason {
    IssuedInError,
    Superseded,
    Misconduct,
    HolderRequest,
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Format {
    /// The signed credential itself
    Json,
    /// The picture with the credential inside
    Png,
    /// The same as SVG
    Svg,
    /// A ZIP for personnel portals: PDF, skills, link, credentials; in all languages
    Enbek,
    /// The QR code to be printed, as a drawing (SVG): its address and its signed statement
    Qr,
    /// The proof that the register holds the certificate, as a text (C2SP tlog-proof)
    TlogProof,
    /// All certificates of its learner as one signed transcript
    Clr,
    /// The certificate on paper; with --lang en the English edition comes with it
    Pdf,
    /// The transcript on paper
    Transcript,
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Work {
    Tuned,
    Low,
}

impl Arguments {
    /// The data directory.
    pub(super) fn directory(&self) -> PathBuf {
        let default = if matches!(self.command, Command::Demo) { "tanu-demo" } else { "tanu" };
        self.dir.clone().unwrap_or_else(|| default.into())
    }
}

impl Command {
    /// The exit code when the command did not get to its work.
    pub(super) const fn exit_on_failure(&self) -> u8 {
        if matches!(self, Self::Import(_)) { 2 } else { 1 }
    }
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Kk => Self::Kk,
            Lang::Ru => Self::Ru,
            Lang::En => Self::En,
        }
    }
}

impl From<Reason> for RevocationReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::IssuedInError => Self::IssuedInError,
            Reason::Superseded => Self::Superseded,
            Reason::Misconduct => Self::Misconduct,
            Reason::HolderRequest => Self::HolderRequest,
        }
    }
}

impl From<Format> for ExportFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Json => Self::Json,
            Format::Png => Self::Png,
            Format::Svg => Self::Svg,
            Format::Enbek => Self::Enbek,
            Format::Qr => Self::Qr,
            Format::TlogProof => Self::TlogProof,
            Format::Clr => Self::Clr,
            Format::Pdf => Self::Pdf,
            Format::Transcript => Self::Transcript,
        }
    }
}

impl From<Work> for WorkFactor {
    fn from(work: Work) -> Self {
        match work {
            Work::Tuned => Self::Tuned,
            Work::Low => Self::Low,
        }
    }
}

/// The profile that `init` writes when it is given none: the university of the regulation, to be completed in issuer.json.
pub(super) fn university(public_url: &PublicUrl) -> IssuerProfile {
    IssuerProfile {
        id: public_url.did(),
        url: public_url.as_str().to_owned(),
        name: Text {
            kk: "«Қ.И. Сәтбаев атындағы ҚазҰТЗУ» КЕАҚ".to_owned(),
            ru: "НАО «КазНИТУ имени К.И. Сатпаева»".to_owned(),
            en: Some("Satbayev University".to_owned()),
        },
        bin: None,
        official: None,
        email: None,
        address: None,
    }
}
