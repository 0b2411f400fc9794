//! Erasing a learner's personal data through the office, and finishing an erasure that was cut off.

use jiff::Timestamp;
use serde_json::json;

use super::output::Output;
use super::{Office, OfficeError, persons};
use crate::issuing::ErasureRequest;

pub(super) fn erase(
    office: &Office,
    request: &ErasureRequest,
    now: Timestamp,
    (json, output): (bool, &mut dyn Output),
) -> Result<u8, OfficeError> {
    persons::check(&request.by, Some(&request.confirmed_by))?;
    let erased = office.issuance.erase(request, now)?;
    if erased.is_empty() {
        let learner = &request.reference;
        return Err(OfficeError::Request(format!(
            "no certificate names the learner {learner}: there is nothing to erase, or it was erased before; `issuer list --json` shows each learner"
        )));
    }
    for certificate in &erased {
        let (number, line) = (&certificate.number, &certificate.registration_number);
        if json {
            let line =
                json!({ "number": number, "registration_number": line, "outcome": "erased" });
            output.line(&line.to_string());
        } else {
            output.line(&format!("{line}  {number}  revoked, personal data erased"));
        }
    }
    output.note(
        "the register holds no personal data of this learner any more, and what it kept of cut-off appends is removed; the store's files are made anew at the next start",
    );
    output.note(
        "not reached: backups, exported files, reports of imports, and what others were given; erase them where they are",
    );
    Ok(0)
}
