//! Why nothing was issued.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use verifier::{Language, Problem};

use super::moment::moment;
use crate::keys::SignerError;
use crate::register::{AppendError, LogError, RegisterError, Switch};
use crate::store::StoreError;

/// Why an act of issuing or revoking did not happen; but for [`IssueError::NotVisible`], nothing was done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IssueError {
    /// The document would not verify.
    #[error("the document would not be valid, so it was not signed: {} ({})", .0.detail, .0.pointer.as_deref().unwrap_or("/"))]
    Refused(Problem),
    /// The signed document did not verify.
    #[error(
        "the verifier calls the signed credential `{verdict}`, so it was not released: {detail}"
    )]
    NotValid {
        /// The verifier's word.
        verdict: &'static str,
        /// Its first reason.
        detail: String,
    },
    /// The register did not take the entries.
    #[error("the register did not take the entry: {0}")]
    Append(#[from] AppendError),
    /// The register cannot be read.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The entry is durable, and the store could not follow.
    #[error(
        "the register took the entry, but the store could not follow ({0}); repeat the command, nothing is done twice"
    )]
    NotVisible(#[source] StoreError),
    /// The signer gave nothing good.
    #[error(transparent)]
    Signer(#[from] SignerError),
    /// The register knows another key of this name.
    #[error(
        "the register knows another key under {id}; restore the key file that belongs to this register"
    )]
    OtherKey {
        /// DID URL of the key.
        id: String,
    },
    /// A compromise that was declared before.
    #[error("{id} was declared compromised before, since {}; only an earlier time is taken, and nothing was changed", moment(*.since, Language::En))]
    Declared {
        /// DID URL of the key.
        id: String,
        /// Since when it is believed no more.
        since: Timestamp,
    },
    /// No key was in use at a time.
    #[error("no key was in use at {}; nothing was changed", moment(*.since, Language::En))]
    NoKey {
        /// The time.
        since: Timestamp,
    },
    /// There is no key of this name.
    #[error("there is no key {name}; `issuer key list` names them all")]
    NoSuchKey {
        /// What was asked for.
        name: String,
    },
    /// A compromise from before the key was there.
    #[error(
        "{id} came into use on {}, so nobody had it before; if it was stolen from the beginning, declare it from that time on",
        moment(*.added, Language::En)
    )]
    NotYetMade {
        /// DID URL of the key.
        id: String,
        /// When it entered the register.
        added: Timestamp,
    },
    /// A certificate was issued with a compromised key, and the log does not show that this was before.
    #[error(
        "{number} {}was issued with {id} and is not in the log from before that key was compromised: revoke it; what the university did issue, `issuer import --again` issues anew",
        corrects(.number, .issued)
    )]
    Forged {
        /// Its number.
        number: String,
        /// The number of the certificate that the key issued: the same, or one that was corrected.
        issued: String,
        /// DID URL of the key.
        id: String,
    },
    /// The log cannot go on.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The operating system has no randomness to give.
    #[error("the operating system gives no random numbers")]
    Randomness(#[from] getrandom::Error),
    /// A file could not be written.
    #[error("the file {} cannot be written; see that there is room and that the directory may be written", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The programme is not in the register of programmes in this version.
    #[error("the register of programmes has no programme {code} for these dates")]
    Programme {
        /// Its code.
        code: String,
    },
    /// A programme is registered in this version with other content.
    #[error(
        "{code} {version} is in the register with other content; a change needs a new version (regulation 9.6); nothing was entered"
    )]
    ProgrammeChanged {
        /// Its code.
        code: String,
        /// Its version.
        version: String,
    },
    /// Another programme has the number in the register of programmes.
    #[error(
        "{code} has the registration number {number}, which {other} has already; each programme has one of its own (regulation 9.4); nothing was entered"
    )]
    ProgrammeNumberTaken {
        /// Its code.
        code: String,
        /// The number.
        number: String,
        /// The code of the other one.
        other: String,
    },
    /// A registered programme no longer satisfies the rules that this program knows.
    #[error("the programme {code} in the register cannot be read: {problem}")]
    ProgrammeUnreadable {
        /// Its code.
        code: String,
        /// The first fault.
        problem: String,
    },
    /// The turn in which several callers were served failed, for all of them.
    #[error(transparent)]
    Together(Arc<Self>),
    /// The thread that worked for several callers broke down.
    #[error("the program failed while it issued; repeat the request, nothing is issued twice")]
    BrokenOff,
    /// Issuing is stopped.
    #[error(
        "issuing was stopped on {} by {} ({}); `issuer resume` takes it up again", moment(.0.switched_at, Language::En), .0.by, .0.reason
    )]
    Stopped(Switch),
    /// The certificate cannot be replaced.
    #[error("{number} cannot be corrected: {reason}")]
    NotCorrectable {
        /// Its number.
        number: String,
        /// Why, and what to do.
        reason: String,
    },
    /// A certificate of a transcript was signed with a compromised key, and not anew since.
    #[error(
        "{number} was signed with a key that was compromised; sign it anew with `issuer key reissue`, then ask again"
    )]
    NotReissued {
        /// Its number.
        number: String,
    },
    /// A transcript would be empty.
    #[error(
        "the learner of {number} has no certificate in force in the language {language}; there is nothing to make a transcript of"
    )]
    NothingInForce {
        /// Of which certificate the learner is.
        number: String,
        /// Tag of the language.
        language: &'static str,
    },
    /// No certificate has this number.
    #[error("there is no certificate {0}; check the number with `issuer list`")]
    Unknown(String),
}

impl IssueError {
    /// What went wrong, whether for one caller or for several at once.
    #[must_use]
    pub fn cause(&self) -> &Self {
        match self {
            Self::Together(error) => error.cause(),
            error => error,
        }
    }
}

fn corrects(number: &str, issued: &str) -> String {
    if number == issued { String::new() } else { format!("corrects {issued}, which ") }
}
