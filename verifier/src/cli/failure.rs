//! Why a command could not do what it was asked, and the exit code that says so (BSD `sysexits.h`).
//! A credential that does not verify is no failure: that is a verdict.

use std::io;

use verifier::TrustListError;

/// The words make no command, or contradict each other (`EX_USAGE`).
pub(super) const USAGE: u8 = 64;
/// An input, a trust list or a documents folder cannot be read (`EX_NOINPUT`).
pub(super) const UNREADABLE: u8 = 66;

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
    /// The table of `--report` cannot be made (`EX_CANTCREAT`).
    #[error("the report {path} cannot be written: {source}")]
    Report {
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
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
    /// The exit code.
    pub(super) const fn exit_code(&self) -> u8 {
        match self {
            Self::RepeatedInput | Self::RepeatedDocument { .. } => USAGE,
            Self::TrustList { .. } | Self::TooManyDocuments { .. } => 65,
            Self::Unreadable { .. } => UNREADABLE,
            Self::Listen { .. } => 69,
            Self::Runtime(_) | Self::Tls(_) => 71,
            Self::Report { .. } => 73,
            Self::Output(_) => 74,
        }
    }
}
