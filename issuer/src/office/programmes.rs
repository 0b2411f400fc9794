//! Programmes through the office: entering a file into the register of programmes, listing, showing.

use jiff::Timestamp;
use serde_json::json;

use super::act::EXIT_REFUSED;
use super::output::Output;
use super::{Office, OfficeError};
use crate::programme::{Programme, ProgrammeFile};
use crate::register::Event;

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
    let total = programmes.len();
    let mut exit = 0;
    for (index, programme) in programmes.iter().enumerate() {
        let code = &programme.code;
        match enter(office, programme, now)? {
            Entered::New => output.line(&format!("{code} {} entered", programme.version)),
            Entered::Unchanged => output.line(&format!("{code} {} unchanged", programme.version)),
            Entered::Changed => {
                exit = EXIT_REFUSED;
                output.note(&format!(
                    "{code} {} is in the register with other content; a change needs a new version (regulation 9.6)",
                    programme.version
                ));
            }
        }
        output.progress(index + 1, total);
    }
    Ok(exit)
}

enum Entered {
    New,
    Unchanged,
    Changed,
}

fn enter(office: &Office, programme: &Programme, now: Timestamp) -> Result<Entered, OfficeError> {
    let store = &office.issuance.store;
    match store.programme_version(&programme.code, &programme.version)? {
        Some(known) if known == *programme.document() => Ok(Entered::Unchanged),
        Some(_) => Ok(Entered::Changed),
        None => {
            let programme = programme.document().clone();
            office.issuance.record_event(Event::ProgrammeRegistered { programme }, now)?;
            Ok(Entered::New)
        }
    }
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
    let programme = office.issuance.store.programme(code)?.ok_or_else(|| {
        OfficeError::Request(format!(
            "there is no programme {code}; `issuer programme list` shows all"
        ))
    })?;
    output.line(&serde_json::to_string_pretty(&programme).unwrap_or_default());
    Ok(0)
}
