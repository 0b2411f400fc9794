//! What a report holds beside its outcomes: whose the document is, what it rests on, what is inside.

use serde::Serialize;

use super::Report;

/// What the credential says of itself; trustworthy only as far as the outcomes say.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Subject {
    /// `id` of the credential, if it has a readable one.
    pub id: Option<String>,
    /// `issuer` or `issuer.id`, if readable.
    pub issuer: Option<String>,
}

/// What a credential is to the document that carries it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Somebody's word on what carries it. Its verdict is its own: it says nothing of the document around it.
    Endorsement,
    /// One of the credentials that a transcript consists of: the transcript is no better than the worst of them.
    Credential,
}

/// The report on a credential inside another document.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EmbeddedReport {
    /// JSON Pointer to the credential.
    pub pointer: String,
    /// What it is to the document.
    pub role: Role,
    /// What was found.
    pub report: Report,
}

/// One of the credentials of a PDF: a certificate has one for each language.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Edition {
    /// The name of the attachment.
    pub name: String,
    /// What was found.
    pub report: Report,
}

/// A status list that was asked, and for how long its issuer has signed it: how old an answer is that was handed over.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ListPeriod {
    /// Its address.
    pub id: String,
    /// Since when it says what it says, Unix seconds.
    pub valid_from: Option<i64>,
    /// How long it may be used, Unix seconds.
    pub valid_until: Option<i64>,
}
