//! What somebody sees who checks what an office gives out, with its published documents and nothing else; and what an auditor sees.

use std::path::Path;

use issuer::audit::{Audit, Finding};
use issuer::issuing::qr_text;
use issuer::office::Office;
use issuer::store::CertificateRecord;
use verifier::{Document, Documents, Policy, Report, TrustList, open_statement, verify};

use crate::at;

pub(crate) fn records(office: &Office) -> Vec<CertificateRecord> {
    office.issuance.store.certificates().map(Result::unwrap).collect()
}

/// What the QR code of a certificate says.
pub(crate) fn text(office: &Office, record: &CertificateRecord) -> String {
    qr_text(&record.certificate, &office.issuance.identity.public_url)
}

/// The report of somebody with the published documents and nothing else.
pub(crate) fn check(office: &Office, text: &str, hours: i64) -> Report {
    check_by(office, text, hours, &office.issuance.published().trust_list)
}

pub(crate) fn check_by(office: &Office, text: &str, hours: i64, trust: &str) -> Report {
    let own = |text: &str| Ok(Document::new(text.as_bytes().to_vec(), None));
    let mut documents = Documents::new();
    let identity = &office.issuance.identity;
    documents.insert(&identity.profile.id, own(&office.issuance.published().did_document));
    let list = office.issuance.status_list(1, at(hours)).unwrap();
    documents.insert(identity.public_url.status_list(1), own(&list.text));
    let policy = Policy::badge(TrustList::parse(trust.as_bytes()).unwrap());
    verify(text.as_bytes(), &documents, &policy, at(hours).as_second())
}

/// What an audit of this directory finds.
pub(crate) fn findings(directory: &Path) -> Vec<Finding> {
    let audit = Audit { directory: directory.to_owned(), kept: Vec::new() };
    let mut findings = Vec::new();
    let mut tell = |finding: &Finding| findings.push(finding.clone());
    let _ = audit.verify(at(9).as_second(), &mut tell, &mut |_, _| ()).unwrap();
    findings
}

/// An audit finds nothing.
pub(crate) fn assert_sound(directory: &Path) {
    let findings = findings(directory);
    assert!(findings.is_empty(), "{findings:#?}");
}

/// The report of somebody who asks for proof of registration, and gets that of the statement under this key.
pub(crate) fn check_with_proof(
    office: &Office,
    record: &CertificateRecord,
    (text, key): (&str, &str),
) -> Report {
    let published = office.issuance.published();
    let identity = &office.issuance.identity;
    let own = |text: &str| Ok(Document::new(text.as_bytes().to_vec(), None));
    let mut documents = Documents::new();
    documents.insert(&identity.profile.id, own(&published.did_document));
    let list = office.issuance.status_list(1, at(7)).unwrap();
    documents.insert(identity.public_url.status_list(1), own(&list.text));
    let proof = office.issuance.prove_statement(record, key).unwrap().unwrap();
    let address = identity.public_url.certificate(&record.certificate.handle);
    let named = open_statement(text).unwrap().key_id;
    let named = named.rsplit('#').next().unwrap();
    documents.insert(format!("{address}/{named}.tlog-proof"), own(&proof.to_string()));
    let policy = published.policy.clone().requiring_inclusion(true);
    verify(text.as_bytes(), &documents, &policy, at(7).as_second())
}
