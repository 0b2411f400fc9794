//! Whether the credentials of one PDF are the editions of one certificate: then they may stand together, else nobody knows
//! which of them is meant.

use serde_json::Value;

use crate::carrier::several;
use crate::problem::Code;
use crate::report::Finding;
use crate::wording::plain_text;

/// What an edition says of the certificate.
#[derive(Debug)]
struct Said<'d> {
    id: Option<&'d str>,
    issuer: Option<&'d str>,
    number: Option<&'d str>,
    language: Option<&'d str>,
}

impl<'d> Said<'d> {
    fn of(document: &'d Value) -> Self {
        let text = |pointer: &str| document.pointer(pointer).and_then(Value::as_str);
        let subject = text("/credentialSubject/licenseNumber");
        Self {
            id: text("/id"),
            issuer: text("/issuer/id").or_else(|| text("/issuer")),
            number: subject.or_else(|| text("/credentialSubject/0/licenseNumber")),
            language: text("/credentialSubject/achievement/inLanguage")
                .or_else(|| text("/credentialSubject/0/achievement/inLanguage")),
        }
    }
}

/// Whether `documents` are one credential, or editions of one certificate, and the one that the PDF says it is.
///
/// # Errors
///
/// [`Finding::Refused`] if they are several, or if an identifier of the PDF is another.
pub(crate) fn check_editions(documents: &[Value], identifiers: &[String]) -> Result<(), Finding> {
    let said: Vec<Said<'_>> = documents.iter().map(Said::of).collect();
    for (at, one) in said.iter().enumerate() {
        for other in said.iter().skip(at + 1) {
            let same = one.issuer.is_some() && one.issuer == other.issuer;
            let same = same && one.number.is_some() && one.number == other.number;
            let apart = differ(one.id, other.id) && differ(one.language, other.language);
            if !same || !apart {
                return Err(several(
                    "The PDF carries several credentials that are not one certificate in different languages.",
                ));
            }
        }
    }
    for identifier in identifiers {
        let named = said.iter().all(|one| {
            one.number.is_none_or(|number| squeezed(number) == squeezed(identifier))
                || one.id == Some(identifier.as_str())
        });
        if !named {
            let detail = format!(
                "The PDF says that it is {}, and carries the credential of another certificate.",
                plain_text(identifier)
            );
            return Err(Finding::refused(Code::CarrierContradiction, detail));
        }
    }
    Ok(())
}

fn differ(one: Option<&str>, other: Option<&str>) -> bool {
    one.is_some() && other.is_some() && one != other
}

/// A number without spaces and the sign before it.
fn squeezed(number: &str) -> String {
    number.chars().filter(|character| !character.is_whitespace() && *character != '№').collect()
}
