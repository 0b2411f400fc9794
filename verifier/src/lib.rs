//! Checks Open Badges 3.0 credentials: what a credential is, what gets signed, every check.
//!
//! The library is pure. It opens no file and no socket and reads no clock: documents, policy and the
//! time come in as arguments, a [`Report`] comes out.

#![cfg_attr(not(test), deny(clippy::indexing_slicing))]

mod base58;
mod beside;
mod carrier;
mod data_integrity;
#[cfg(feature = "general")]
mod data_model;
mod did_web;
mod documents;
mod embedded;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod host_name;
mod identifier;
mod jcs;
mod jose;
mod json;
mod key;
mod language;
pub mod limits;
mod linked_data;
pub mod log;
mod pack;
mod policy;
mod problem;
mod report;
mod secured;
mod shape;
mod signing;
mod statement;
mod status;
mod time;
mod trust;
mod verify;
mod wording;

pub use carrier::archive::{Archive, Entry, Unpackable};
pub use carrier::{Carrier, is_companion};
#[cfg(feature = "general")]
pub use data_integrity::general_signing_input;
pub use data_integrity::{
    Cryptosuite, ProofOptions, SigningInput, canonical_document, secure, signing_input,
};
#[cfg(feature = "general")]
pub use data_model::{
    Expectations, lint_credential, read_json, verify_credential, verify_presentation, verify_token,
};
pub use did_web::{NotDidWeb, did_web_url};
pub use documents::{Document, Documents, Unavailable};
pub use host_name::is_canonical_host;
pub use identifier::{Multikey, NotAKey};
pub use jose::{TokenInput, TokenOptions, TokenProfile, token_input};
pub use language::Language;
pub use linked_data::{
    Canonical, Dataset, HashFunction, Labelled, Node, Poisoned, canonicalize, parse_n_quads,
};
#[cfg(feature = "general")]
pub use linked_data::{
    ContextDocuments, Direction, JsonLdError, Losses, Processing, Version, expand, general_quads,
};
pub use pack::{Pack, PackDraft, PackError};
pub use policy::{Freshness, Policy};
pub use problem::{Code, Problem};
pub use report::{
    Check, Edition, EmbeddedReport, ListPeriod, Outcome, Report, Role, Subject, Verdict,
};
pub use shape::lint;
pub use signing::{Securing, verify_proofs};
pub use statement::{
    OpenedStatement, StatedProgramme, Statement, UnsignedStatement, achievement_digest,
    editions_digest, handle_bytes, handle_text, is_statement, open_statement,
};
pub use time::Timestamp;
pub use trust::{TrustList, TrustListError};
pub use verify::verify;
pub use wording::{PassedOver, Phrase, Row, human_report, moment_text, plain_text, report_line};
