//! `/c/{handle}.pdf`: the certificate on paper. Whoever may not see the page does not get the paper either.

use std::sync::Arc;
use std::time::Duration;

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, Uri};
use axum::response::{IntoResponse, Response};

use super::answer::Failure;
use super::certificate::{record, vouched};
use super::desk::Desk;
use super::negotiation::parameter;
use crate::document::PaperError;
use crate::office::{OfficeError, PaperKind, Printed};
use crate::store::{CertificateRecord, CertificateState};

/// How often is looked whether a checkpoint covers the certificate before its paper is printed, and the time between: one is signed within a second.
const LOOKS: u8 = 4;
const BETWEEN_LOOKS: Duration = Duration::from_millis(500);

/// `GET /c/{handle}.pdf`, with `?lang=en` together with the English edition.
pub(super) async fn paper(desk: Arc<Desk>, handle: String, uri: &Uri) -> Result<Response, Failure> {
    let english = parameter(uri, "lang") == Some("en");
    for _ in 1..LOOKS {
        let covered = desk.office.issuance.log().size();
        if record(&desk, &handle)?.signed_index() < covered {
            break;
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
    let (number, printed) = print(&desk, handle, english).await?;
    Ok(answer(&number, printed))
}

async fn print(
    desk: &Arc<Desk>,
    handle: String,
    english: bool,
) -> Result<(String, Printed), Failure> {
    let now = desk.now();
    let work = {
        let desk = Arc::clone(desk);
        move || {
            let record = vouched(&desk, &handle)?;
            if record.state != CertificateState::Active {
                return Err(Failure::Revoked);
            }
            if !is_sound(&desk, &record, now) {
                eprintln!(
                    "web: {} does not verify; no paper is printed",
                    record.certificate.number
                );
                return Err(Failure::Broken);
            }
            let printed = desk.office.print(&record, PaperKind::Certificate, english);
            let printed = printed.map_err(|error| match error {
                OfficeError::Paper(PaperError::NoEdition { .. }) => Failure::NotFound,
                other => other.into(),
            })?;
            Ok((record.certificate.number, printed))
        }
    };
    desk.pages.run(work).await
}

/// As on the page, nothing is shown of a stored credential that does not verify.
fn is_sound(desk: &Desk, record: &CertificateRecord, now: jiff::Timestamp) -> bool {
    record.certificate.editions.iter().all(|edition| {
        let bytes = edition.credential.as_bytes();
        desk.verify(bytes, Some(edition.status.list), now).view().is_some()
    })
}

fn answer(number: &str, printed: Printed) -> Response {
    let mut response = ([(CONTENT_TYPE, "application/pdf")], printed.bytes).into_response();
    let file = format!("inline; filename=\"{number}.pdf\"");
    if let Ok(file) = HeaderValue::from_str(&file) {
        response.headers_mut().insert(CONTENT_DISPOSITION, file);
    }
    response
}
