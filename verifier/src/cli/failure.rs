//! Why a command could not do what it was asked, and the exit code that says so (BSD `sysexits.h`).
//! A credential that does not verify is no failure: that is a verdict.

use std::io;

use verifier::log::LogError;
use verifier::{Language, PackError, TrustListError};

use super::reason::{pick, why};

/// The words make no command, or contradict each other (`EX_USAGE`).
pub(super) const USAGE: u8 = 64;
/// An input, a trust list or a documents folder cannot be read (`EX_NOINPUT`).
pub(super) const UNREADABLE: u8 = 66;

/// [`Failure::NothingToCheck`] in Kazakh and Russian; its English stands with it.
const NOTHING_TO_CHECK: [&str; 3] = [
    "ештеңе тексерілмеді: сертификат болуы мүмкін бірде-бір файл немесе жол табылмады",
    "ничего не проверено: нет ни одного файла и ни одной строки, где мог бы быть сертификат",
    "",
];

/// What stopped a command.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(super) enum Failure {
    /// Standard input was named more than once.
    #[error("standard input (-) can be checked only once")]
    RepeatedInput,
    /// Two files of the documents folder claim one `id`.
    #[error(
        "{first} and {second} have the same id {id}; remove one of them from the documents folder"
    )]
    RepeatedDocument {
        /// The `id` they share.
        id: String,
        /// The file that comes first by name.
        first: String,
        /// The other one.
        second: String,
    },
    /// The documents folder holds more than it may.
    #[error("{path} has more than {files_max} documents")]
    TooManyDocuments {
        /// The folder.
        path: String,
        /// The limit.
        files_max: usize,
    },
    /// A file that is there, but is no trust list (`EX_DATAERR`).
    #[error("{path}: {source}")]
    TrustList {
        /// The file.
        path: String,
        /// What is wrong with it.
        source: TrustListError,
    },
    /// A file or folder cannot be read.
    #[error("the {what} {path} cannot be read: {source}")]
    Unreadable {
        /// Trust list or documents folder.
        what: &'static str,
        /// The file or folder.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// An offline pack that is not believed, or could not be made (`EX_DATAERR`).
    #[error("{path}: {source}")]
    Pack {
        /// The file.
        path: String,
        /// What is wrong with it.
        source: PackError,
    },
    /// An offline pack brings a trust list, so nobody is trusted on the word of the file alone.
    #[error(
        "an offline pack is believed only under the key of whoever makes packs for you: give it with --pack-key, as \
         `verifier pack --new-key` printed it or as a file that holds it"
    )]
    PackKeyMissing,
    /// `--pack-key` or `--key` is no key (`EX_DATAERR`).
    #[error("{given} is no key for packs: {source}")]
    PackKey {
        /// What was given, or the file.
        given: String,
        /// Why not.
        source: LogError,
    },
    /// A file with a secret that others may read.
    #[error("{path} holds a secret key, and others than its owner may read it: chmod 600 it")]
    KeyNotSecret {
        /// The file.
        path: String,
    },
    /// A folder, an archive or a table without anything to check: that is no good news (`EX_NOINPUT`).
    #[error("nothing was checked: no file or row is there that may be a credential")]
    NothingToCheck,
    /// Nothing that could be packed (`EX_DATAERR`).
    #[error(
        "nothing is packed: no key document of an issuer in the trust list could be had and verified"
    )]
    NothingToPack,
    /// `--out` is a file that the command reads: it would be gone (`EX_USAGE`).
    #[error(
        "{out} is not written: it would take the place of {input}, which is read here; name another file with --out"
    )]
    OutIsInput {
        /// As it was named.
        out: String,
        /// The file that would be lost.
        input: String,
    },
    /// A file cannot be written (`EX_CANTCREAT`).
    #[error("{path} cannot be written: {source}")]
    Unwritable {
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// The operating system gives no random numbers (`EX_OSERR`).
    #[error("no key can be made: the operating system gives no random numbers")]
    Randomness,
    /// The address of `--listen` cannot be had (`EX_UNAVAILABLE`).
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The operating system gave no threads, sockets or signals (`EX_OSERR`).
    #[error("the service cannot run: {0}")]
    Runtime(#[source] io::Error),
    /// The TLS library offers nothing to fetch documents with (`EX_OSERR`).
    #[error("documents cannot be fetched: {0}; with --offline none are")]
    Tls(#[source] tokio_rustls::rustls::Error),
    /// The answer could not be written, so nobody knows all of it (`EX_IOERR`).
    #[error("the answer cannot be written: {0}")]
    Output(#[from] io::Error),
}

impl Failure {
    /// The sentence in the reader's language where a registrar's mistake is at fault; what only its operator mends is told in English.
    pub(super) fn sentence(&self, language: Language) -> String {
        match (self, language) {
            (Self::Unreadable { path, source, .. }, Language::Kk | Language::Ru) => {
                let cannot = ["оқылмады", "не удаётся прочитать", ""];
                format!("{path}: {}: {}", pick(cannot, language), why(source, language))
            }
            (Self::Unreadable { what, path, source }, Language::En) => {
                format!("the {what} {path} cannot be read: {}", why(source, language))
            }
            (Self::NothingToCheck, Language::Kk | Language::Ru) => {
                pick(NOTHING_TO_CHECK, language).to_owned()
            }
            _ => self.to_string(),
        }
    }

    /// The exit code.
    pub(super) const fn exit_code(&self) -> u8 {
        match self {
            Self::RepeatedInput
            | Self::RepeatedDocument { .. }
            | Self::PackKeyMissing
            | Self::OutIsInput { .. } => USAGE,
            Self::TrustList { .. }
            | Self::TooManyDocuments { .. }
            | Self::Pack { .. }
            | Self::PackKey { .. }
            | Self::KeyNotSecret { .. }
            | Self::NothingToPack => 65,
            Self::Unwritable { .. } => 73,
            Self::Unreadable { .. } | Self::NothingToCheck => UNREADABLE,
            Self::Listen { .. } => 69,
            Self::Runtime(_) | Self::Tls(_) | Self::Randomness => 71,
            Self::Output(_) => 74,
        }
    }
}
