//! Certificates through the office: listing, showing, revoking.

use jiff::Timestamp;
use serde_json::{Value, json};
use verifier::Language;

use super::output::Output;
use super::{Office, OfficeError, persons};
use crate::issuing::moment;
use crate::profile::PublicUrl;
use crate::register::{Revocation, RevocationReason};
use crate::store::{CertificateRecord, CertificateState};

/// A revocation as it is asked for.
pub(super) struct Revoking {
    pub(super) number: String,
    pub(super) reason: RevocationReason,
    pub(super) by: String,
    pub(super) confirmed_by: Option<String>,
}

/// Where certificates are looked up and revoked: an office, or the register alone while its store is rebuilt.
pub(super) trait Records {
    /// The certificate with this number, upper case.
    fn certificate(&self, number: &str) -> Result<Option<CertificateRecord>, OfficeError>;
    /// When the personal data of the certificate with this number were erased, if they were.
    fn erased_at(&self, number: &str) -> Result<Option<Timestamp>, OfficeError>;
    /// The number of the certificate that this one replaced.
    fn supersedes(&self, number: &str) -> Result<Option<String>, OfficeError>;
    /// Revokes a certificate, durably, and publishes its status lists.
    fn revoke(&self, revocation: Revocation) -> Result<CertificateRecord, OfficeError>;
    /// The public address.
    fn public_url(&self) -> &PublicUrl;
}

impl Records for Office {
    fn certificate(&self, number: &str) -> Result<Option<CertificateRecord>, OfficeError> {
        Ok(self.issuance.store.certificate(number)?)
    }

    fn erased_at(&self, number: &str) -> Result<Option<Timestamp>, OfficeError> {
        Ok(self.issuance.store.erased(number)?.map(|erased| erased.erased_at))
    }

    fn supersedes(&self, number: &str) -> Result<Option<String>, OfficeError> {
        Ok(self.issuance.store.supersedes(number)?)
    }

    fn revoke(&self, revocation: Revocation) -> Result<CertificateRecord, OfficeError> {
        Ok(self.issuance.revoke(revocation)?)
    }

    fn public_url(&self) -> &PublicUrl {
        &self.issuance.identity.public_url
    }
}

pub(super) fn list(
    office: &Office,
    programme: Option<&str>,
    json: bool,
    output: &mut dyn Output,
) -> Result<u8, OfficeError> {
    if let Some(code) = programme.filter(|code| office.issuance.programmes().latest(code).is_none())
    {
        return Err(super::programmes::unknown(code));
    }
    for record in office.issuance.store.certificates() {
        let record = record?;
        let completion = &record.certificate.completion;
        if programme.is_some_and(|code| code != completion.programme_code) {
            continue;
        }
        if json {
            output.line(&describe(office, &record)?.to_string());
        } else {
            output.line(&format!(
                "{}  {}  {:10}  {}  {:8}  {}{}",
                record.certificate.registration_number,
                record.certificate.number,
                completion.programme_code,
                completion.issue_date,
                state(&record),
                completion.learner.name,
                superseded(&record).map_or_else(String::new, |new| format!("  → {new}")),
            ));
        }
    }
    Ok(0)
}

pub(super) fn show(
    office: &Office,
    number: &str,
    json: bool,
    output: &mut dyn Output,
) -> Result<u8, OfficeError> {
    let record = office.record(number)?;
    let description = describe(office, &record)?;
    if json {
        output.line(&description.to_string());
    } else {
        output.line(&serde_json::to_string_pretty(&description).unwrap_or_default());
    }
    Ok(0)
}

pub(super) fn revoke(
    records: &dyn Records,
    act: Revoking,
    now: Timestamp,
    (json, output): (bool, &mut dyn Output),
) -> Result<u8, OfficeError> {
    persons::check(&act.by, act.confirmed_by.as_deref())?;
    let before = known(records, &act.number)?;
    let number = before.certificate.number.clone();
    if let (CertificateState::Revoked(earlier), false) = (&before.state, json) {
        output.note(&format!(
            "{number} was revoked on {} by {}; nothing was changed",
            moment(earlier.revoked_at, Language::En),
            earlier.by
        ));
    }
    let revocation = Revocation {
        number,
        reason: act.reason,
        by: act.by,
        confirmed_by: act.confirmed_by,
        revoked_at: now,
        superseded_by: None,
    };
    let record = records.revoke(revocation)?;
    if json {
        output.line(&describe(records, &record)?.to_string());
    } else {
        output.line(&format!(
            "{} is revoked, and the status lists say so",
            record.certificate.number
        ));
    }
    Ok(0)
}

impl Office {
    /// The certificate of this number, typed in upper or lower case.
    ///
    /// # Errors
    /// A sentence, if there is none.
    pub fn record(&self, number: &str) -> Result<CertificateRecord, OfficeError> {
        known(self, number)
    }
}

/// The certificate of this number, typed in upper or lower case, or why there is none.
fn known(records: &dyn Records, number: &str) -> Result<CertificateRecord, OfficeError> {
    let number = number.trim().to_ascii_uppercase();
    let found = records.certificate(&number)?;
    if let (None, Some(erased_at)) = (&found, records.erased_at(&number)?) {
        return Err(OfficeError::Request(format!(
            "the personal data of {number} were erased on {}; its line in the journal is left",
            moment(erased_at, Language::En)
        )));
    }
    found.ok_or_else(|| {
        let hint = if crate::issuing::is_certificate_number(&number) {
            "`issuer list` shows all"
        } else if number.starts_with("MC-") {
            "its check character does not fit, so it is mistyped"
        } else {
            "a certificate number looks like MC-A-000001-KRTB-T; `issuer list` shows it in the second column"
        };
        OfficeError::Request(format!("there is no certificate {number}; {hint}"))
    })
}

fn state(record: &CertificateRecord) -> &'static str {
    match record.state {
        CertificateState::Active => "active",
        CertificateState::Revoked(_) => "revoked",
    }
}

/// The number of the certificate that replaced this one.
fn superseded(record: &CertificateRecord) -> Option<&str> {
    match &record.state {
        CertificateState::Active => None,
        CertificateState::Revoked(revocation) => revocation.superseded_by.as_deref(),
    }
}

/// What the registrar sees of a certificate.
fn describe(records: &dyn Records, record: &CertificateRecord) -> Result<Value, OfficeError> {
    let certificate = &record.certificate;
    let completion = &certificate.completion;
    let url = records.public_url();
    let editions: Vec<Value> = certificate
        .editions
        .iter()
        .map(|edition| {
            json!({
                "language": edition.language,
                "id": url.credential(&certificate.handle, edition.language.tag()),
                "status_list": url.status_list(edition.status.list),
                "status_index": edition.status.index,
            })
        })
        .collect();
    let mut description = json!({
        "number": certificate.number,
        "registration_number": certificate.registration_number,
        "handle": certificate.handle,
        "state": state(record),
        "page": if record.is_published { "published" } else { "unpublished" },
        "name": completion.learner.name.to_string(),
        "learner": completion.learner.reference,
        "programme": completion.programme_code,
        "version": certificate.programme_version,
        "score_percent": completion.score_percent,
        "issue_date": completion.issue_date.to_string(),
        "issued_at": certificate.issued_at.to_string(),
        "register_index": record.register_index,
        "editions": editions,
    });
    let Some(members) = description.as_object_mut() else { return Ok(description) };
    if let CertificateState::Revoked(revocation) = &record.state {
        members.insert("revocation".to_owned(), json!(revocation));
    }
    if let Some(new) = superseded(record) {
        members.insert("superseded_by".to_owned(), new.into());
    }
    if let Some(old) = records.supersedes(&certificate.number)? {
        members.insert("supersedes".to_owned(), old.into());
    }
    Ok(description)
}
