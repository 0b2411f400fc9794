//! Composes a transcript: the certificates of one learner, each signed as it is, in one document (Comprehensive Learner Record 2.0).
//! It only writes JSON; it chooses no certificate and signs nothing.

use serde_json::{Value, json};
use verifier::Language;

use super::compose::{issuer, names, put};
use super::wording::{TRANSCRIPT, word};
use crate::completion::Learner;
use crate::profile::IssuerProfile;

/// In the order of the schema, by position.
const CONTEXTS: [&str; 3] = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
];

/// What a transcript says.
pub(super) struct Contents<'c> {
    pub(super) profile: &'c IssuerProfile,
    /// Its address.
    pub(super) id: String,
    pub(super) language: Language,
    /// When it is signed, `xsd:dateTimeStamp`.
    pub(super) valid_from: &'c str,
    /// As the newest of the certificates has him.
    pub(super) learner: &'c Learner,
    /// The signed credentials.
    pub(super) credentials: Vec<Value>,
    /// Whether there are certificates in force that are not in it.
    pub(super) partial: bool,
}

impl Contents<'_> {
    /// The unsecured transcript. It has no status of its own: each credential inside has one, and the transcript is no better than
    /// the worst of them. It repeats nothing that they say but who issued them and who earned them.
    pub(super) fn compose(self) -> Value {
        let mut subject = json!({
            "type": ["ClrSubject"],
            "identifier": names(self.learner, self.language),
            "verifiableCredential": self.credentials,
        });
        put(&mut subject, "id", self.learner.did.as_deref().map(Value::from));
        let mut transcript = json!({
            "@context": CONTEXTS,
            "id": self.id,
            "type": ["VerifiableCredential", "ClrCredential"],
            "name": word(TRANSCRIPT, self.language),
            "issuer": issuer(self.profile, self.language),
            "validFrom": self.valid_from,
            "credentialSubject": subject,
        });
        put(&mut transcript, "partial", self.partial.then_some(Value::Bool(true)));
        transcript
    }
}
