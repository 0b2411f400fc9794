//! Programmes through the office: entering a file into the register of programmes, listing, showing.

use jiff::Timestamp;
use serde_json::json;

use super::act::EXIT_REFUSED;
use super::output::Output;
use super::{Office, OfficeError};
use crate::issuing::IssueError;
use crate::programme::ProgrammeFile;

/// Enters every programme of the file, or none: a file with a fault is corrected first.
pub(super) fn import(
    office: &Office,
    file: &[u8],
    now: Timestamp,
    output: &mut dyn Output,
) -> Result<u8, OfficeError> {
    let programmes = match ProgrammeFile::parse(file) {
        Ok(file) => file.programmes,
        Err(problems) => {
            for problem in &problems {
                let place = if problem.pointer.is_empty() { "/" } else { &problem.pointer };
                output.note(&format!("{place}: {}", problem.sentence));
            }
            output.note("nothing was entered; correct the file and import it again");
            return Ok(EXIT_REFUSED);
        }
    };
    if programmes.is_empty() {
        output.note("the file names no programme; nothing was entered");
        return Ok(EXIT_REFUSED);
    }
    let new = match office.issuance.register_programmes(&programmes, now) {
        Ok(new) => new,
        Err(
            refusal @ (IssueError::ProgrammeChanged { .. }
            | IssueError::ProgrammeNumberTaken { .. }),
        ) => {
            output.note(&refusal.to_string());
            return Ok(EXIT_REFUSED);
        }
        Err(error) => return Err(error.into()),
    };
    for (programme, new) in programmes.iter().zip(new) {
        let word = if new { "entered" } else { "unchanged" };
        output.line(&format!("{} {} {word}", programme.code, programme.version));
    }
    Ok(0)
}

pub(super) fn list(
    office: &Office,
    json: bool,
    output: &mut dyn Output,
) -> Result<u8, OfficeError> {
    let programmes = office.issuance.programmes();
    for programme in programmes.codes().filter_map(|code| programmes.latest(code)) {
        let number = programme.registration_number.as_deref().unwrap_or_default();
        if json {
            let line = json!({
                "code": programme.code,
                "version": programme.version,
                "registration_number": number,
                "title": programme.title,
                "credits": programme.credits,
                "valid_from": programme.valid_from.to_string(),
                "valid_until": programme.valid_until.to_string(),
                "active": programme.is_active(),
            });
            output.line(&line.to_string());
        } else {
            output.line(&format!(
                "{:10} {:5} {:18} {} … {}  {}",
                programme.code,
                programme.version,
                number,
                programme.valid_from,
                programme.valid_until,
                programme.title.kk
            ));
        }
    }
    Ok(0)
}

pub(super) fn show(
    office: &Office,
    code: &str,
    output: &mut dyn Output,
) -> Result<u8, OfficeError> {
    let programme = office.issuance.store.programme(code)?.ok_or_else(|| unknown(code))?;
    output.line(&serde_json::to_string_pretty(&programme).unwrap_or_default());
    Ok(0)
}

/// That the register of programmes has none of this code.
pub(super) fn unknown(code: &str) -> OfficeError {
    let hint = "`issuer programme list` shows all";
    OfficeError::Request(format!("there is no programme {code}; {hint}"))
}
