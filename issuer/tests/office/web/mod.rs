//! The pages, in process: no port, a stopped clock, an office of sample data that all tests share.

mod pages;
mod published;
mod routes;
mod verifying;

use std::sync::{Arc, LazyLock};

use axum::body::Body;
use axum::http::{Method, StatusCode};
use issuer::office::{Act, Office, Transcript};
use issuer::register::RevocationReason;
use issuer::store::CertificateRecord;
use jiff::Timestamp;
use serde_json::Value;

use crate::answer::Answer;
use crate::fixture::{self, COMPLETIONS, PROGRAMMES, completions};

/// What keeps a picture that is opened by itself from doing anything.
const SANDBOX: &str = "sandbox; default-src 'none'";
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const EVIL: &str = "<script>alert(1)</script>\"'&";
const ESCAPED: &str = "&#60;script&#62;alert(1)";

fn clock() -> Timestamp {
    "2026-10-01T07:00:00Z".parse().unwrap()
}

/// An office with every sample certificate; the second is revoked. Opened once: sealing its keys takes time.
static OFFICE: LazyLock<(tempfile::TempDir, Arc<Office>)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let mut programmes: Value = serde_json::from_str(PROGRAMMES).unwrap();
    // The rules allow any visible character in a title, so the pages must stand it.
    let programme = &mut programmes["programmes"][0];
    programme["register"]["title"]["ru"] = EVIL.into();
    programme["appendix_D_register_application"]["2_programme_name"]["ru"] = EVIL.into();
    fixture::init(folder.path());
    let office = fixture::open(folder.path(), clock());
    perform(&office, Act::ImportProgrammes { file: programmes.to_string().into_bytes() });
    perform(&office, completions(COMPLETIONS));
    let revoke = Act::Revoke {
        number: records(&office).swap_remove(1).certificate.number,
        reason: RevocationReason::Misconduct,
        by: "SECRET REGISTRAR".to_owned(),
        confirmed_by: Some("SECRET SECOND".to_owned()),
        json: false,
    };
    perform(&office, revoke);
    (folder, Arc::new(office))
});

fn perform(office: &Office, act: Act) {
    let mut transcript = Transcript::default();
    let exit = office.perform(act, clock(), &mut transcript).unwrap();
    assert_ne!(exit, 2, "nothing was attempted: {transcript:?}");
}

fn records(office: &Office) -> Vec<CertificateRecord> {
    office.issuance.store.certificates().map(Result::unwrap).collect()
}

fn record(index: usize) -> CertificateRecord {
    records(&OFFICE.1).swap_remove(index)
}

/// Path of the page of a certificate.
fn page_of(index: usize) -> String {
    format!("/c/{}", record(index).certificate.handle)
}

async fn ask(
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Answer {
    let app = issuer::web::app(Arc::clone(&OFFICE.1), clock);
    Answer::of(app, (method, path), headers, body.into()).await
}

async fn get(path: &str) -> Answer {
    ask(Method::GET, path, &[], Body::empty()).await
}

async fn get_as(path: &str, accept: &str) -> Answer {
    ask(Method::GET, path, &[("accept", accept)], Body::empty()).await
}

async fn post(headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    ask(Method::POST, "/verify", headers, body).await
}
