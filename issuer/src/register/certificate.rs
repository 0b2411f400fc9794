//! What the register and the store keep of one microcertificate.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use verifier::Language;

use crate::completion::Completion;

/// One issued microcertificate: one act, one number, one signed credential per language.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Certificate {
    /// Certificate number, printed on the form (`B-01`), with its check character. `[A-Z0-9-]+`.
    pub number: String,
    /// Registration number: the line in the journal of issue (`B-13`), such as `2026-A-000123`.
    pub registration_number: String,
    /// The secret part of the credential's URL: 16 characters of upper-case base32, 80 random bits.
    pub handle: String,
    /// The learner's key in the store: blind index of the identity number, or the registrar's reference.
    pub learner_key: String,
    /// The national identity number, sealed; `None` if the learner gave none.
    pub sealed_iin: Option<String>,
    /// Key under which a repetition of the same request finds this certificate.
    pub idempotency_key: String,
    /// Keyed hash of the request's content: a repetition with another body is a conflict.
    pub request_hash: String,
    /// The completion that it certifies.
    pub completion: Completion,
    /// Version of the programme it was issued under.
    pub programme_version: String,
    /// When it was signed.
    pub issued_at: Timestamp,
    /// The signed credentials, one per language.
    pub editions: Vec<Edition>,
    /// The signed statement of the QR code: the fragment that follows the certificate's address, with its `#` (`docs/qr.md`). `None` for
    /// a certificate from before there were any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
}

/// The credential of a certificate in one language.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Edition {
    /// Its language.
    pub language: Language,
    /// The signed credential, byte for byte as released: compact JSON.
    pub credential: String,
    /// Where its revocation bit is.
    pub status: StatusEntry,
}

/// A bit in one of this instance's status lists.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash, Serialize, Deserialize)]
pub struct StatusEntry {
    /// Number of the list, from 1: `/status/{list}`.
    pub list: u32,
    /// Index of the bit, 0 to 131,071, never reused.
    pub index: u32,
}

/// The revocation of one certificate: all its editions at once, for good.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Revocation {
    /// Which certificate.
    pub number: String,
    /// Why.
    pub reason: RevocationReason,
    /// Who proposed it.
    pub by: String,
    /// The second person, if one confirmed it.
    pub confirmed_by: Option<String>,
    /// When.
    pub revoked_at: Timestamp,
    /// The certificate that replaces it, if it was corrected: issued in the same group of the register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superseded_by: Option<String>,
}

/// Why a certificate is revoked (four reasons, decided by the project).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RevocationReason {
    /// It should not have been issued, or not so.
    IssuedInError,
    /// A corrected certificate replaces it.
    Superseded,
    /// Academic misconduct was found.
    Misconduct,
    /// The holder asked for it.
    HolderRequest,
    /// It was revoked, as a published status list proves, and the entry that said why is lost: only a restore writes this.
    NotRecorded,
}
