//! The stop switch and the pages of certificates through the office.

use serde_json::json;

use super::output::Output;
use super::{Office, OfficeError, persons};
use crate::register::{PageChange, Switch};

/// Stops issuing, or takes it up again.
pub(super) fn switch_issuing(
    office: &Office,
    (on, switch): (bool, Switch),
    json: bool,
    output: &mut dyn Output,
) -> Result<u8, OfficeError> {
    persons::check(&switch.by, None)?;
    persons::check_reason(&switch.reason)?;
    let changed =
        if on { office.issuance.resume(switch)? } else { office.issuance.stop(switch)? };
    let word = if on { "running" } else { "stopped" };
    if json {
        output.line(&json!({ "issuing": word, "changed": changed }).to_string());
    } else {
        output.line(match (on, changed) {
            (true, true) => "issuing is taken up again",
            (true, false) => "issuing was not stopped; nothing was changed",
            (false, true) => {
                "issuing is stopped; revocation and verification go on; `issuer resume` takes it up again"
            }
            (false, false) => "issuing was stopped before; nothing was changed",
        });
    }
    Ok(0)
}

/// Hides the page of a certificate, or shows it again.
pub(super) fn change_page(
    office: &Office,
    (is_published, change): (bool, PageChange),
    json: bool,
    output: &mut dyn Output,
) -> Result<u8, OfficeError> {
    persons::check(&change.by, None)?;
    let number = office.record(&change.number)?.certificate.number;
    let change = PageChange { number: number.clone(), ..change };
    let changed = office.issuance.change_page(change, is_published)?;
    if json {
        let page = if is_published { "published" } else { "unpublished" };
        output.line(&json!({ "number": number, "page": page, "changed": changed }).to_string());
        return Ok(0);
    }
    let word = if is_published { "published" } else { "not published" };
    let before = if changed { "is" } else { "was before" };
    output.line(&format!(
        "the page of {number} {before} {word}; the certificate itself is what it was"
    ));
    Ok(0)
}
