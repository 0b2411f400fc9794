//! Correcting a certificate: one completion, judged by the same rules as every other, replaces it.
//! The register is asked to do both at once; nothing is issued or revoked here.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use verifier::Language;

use super::act::EXIT_REFUSED;
use super::known::{Past, Unsettled};
use super::output::Output;
use super::{Office, OfficeError, persons};
use crate::completion::{
    Completion, Known as _, Refusal, RefusedRow, Row, Submissions, Table, TableForm, check_row,
};
use crate::issuing::{Correction, IssueError, Outcome, Request, kazakhstan};
use crate::store::{CertificateRecord, CertificateState};

/// The completion as it should have been.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Corrected {
    /// The text of a CSV file with one row.
    Csv(String),
    /// One JSON object, as the HTTP interface takes it.
    Json(String),
}

/// A correction as it is asked for.
pub(super) struct Correcting {
    pub(super) number: String,
    pub(super) corrected: Corrected,
    pub(super) by: String,
    pub(super) confirmed_by: String,
    pub(super) language: Language,
    pub(super) json: bool,
}

pub(super) fn correct(
    office: &Office,
    act: Correcting,
    now: Timestamp,
    output: &mut dyn Output,
) -> Result<u8, OfficeError> {
    persons::check(&act.by, Some(&act.confirmed_by))?;
    let old = office.record(&act.number)?;
    let number = old.certificate.number.clone();
    let row = match read(&act.corrected, act.language)? {
        Ok(row) => row,
        Err(refusals) => return Ok(refuse(&act, &number, &refusals, output)),
    };
    let key = format!("correct.{number}.{}", office.row_key(&row));
    // The rules ask about the past, as in an import.
    let _turn = office.intake.turn();
    if let Some(new) = office.issuance.store.certificate_by_idempotency_key(&key)? {
        office.check_standing(&number, new.state)?;
        return Ok(tell(&act, &number, &Outcome::Unchanged(new.certificate.number), output));
    }
    old.check_correctable()?;
    let past = Past::new(&office.issuance);
    let today = now.to_zoned(kazakhstan()).date();
    let unsettled = Unsettled::new(&past, &old);
    let checked = check_row(&row, &office.issuance.programmes(), &unsettled, today);
    past.checked()?;
    let completion = match checked {
        Ok(completion) => completion,
        Err(refusals) => return Ok(refuse(&act, &number, &refusals, output)),
    };
    let request = office.corrected_request(completion, &old, (&past, key))?;
    let correction = Correction {
        number: number.clone(),
        request,
        by: act.by.clone(),
        confirmed_by: act.confirmed_by.clone(),
    };
    match office.issuance.correct(&correction, now)? {
        Outcome::Stopped(switch) => Err(IssueError::Stopped(switch).into()),
        outcome => Ok(tell(&act, &number, &outcome, output)),
    }
}

/// The one row, or why it is none.
fn read(
    corrected: &Corrected,
    language: Language,
) -> Result<Result<Row, Vec<Refusal>>, OfficeError> {
    let one = || OfficeError::Request("give exactly one completion".to_owned());
    match corrected {
        Corrected::Json(text) => match Submissions::read(text.as_bytes(), 1) {
            Ok(Submissions::One(submission)) => Ok(Ok(submission.row)),
            Ok(Submissions::Many(_)) => Err(one()),
            Err(fault) => Err(OfficeError::Request(fault.to_string())),
        },
        Corrected::Csv(text) => {
            let table = Table::read(text.as_bytes());
            let table = table.map_err(|fault| OfficeError::Request(fault.sentence(language)))?;
            let [row] = <[_; 1]>::try_from(table.rows).map_err(|_| one())?;
            Ok(row.map_err(|broken| vec![broken.refusal]))
        }
    }
}

fn refuse(act: &Correcting, number: &str, refusals: &[Refusal], output: &mut dyn Output) -> u8 {
    let row = RefusedRow::new(
        &Row::from_columns(1, []),
        &TableForm::plain(act.language),
        refusals.to_vec(),
    );
    let reason = row.reason(act.language);
    if act.json {
        let codes = row.codes();
        let codes: Vec<&str> = codes.split_whitespace().collect();
        let line =
            json!({ "outcome": "refused", "number": number, "codes": codes, "reason": reason });
        output.line(&line.to_string());
    } else {
        output.line(&format!("{number}: {reason}"));
    }
    EXIT_REFUSED
}

fn tell(act: &Correcting, number: &str, outcome: &Outcome, output: &mut dyn Output) -> u8 {
    let (word, new, sentence) = match outcome {
        Outcome::Issued(new) => (
            "corrected",
            new,
            format!("{number} is replaced by {new}, and the status lists say so"),
        ),
        Outcome::Unchanged(new) => (
            "unchanged",
            new,
            format!("{number} was replaced by {new} before; nothing was changed"),
        ),
        Outcome::Duplicate(other) | Outcome::Conflict(other) => {
            ("refused", other, format!("{other} certifies the same already; nothing was changed"))
        }
        Outcome::Refused(reason) => ("refused", reason, reason.clone()),
        // Told by the caller as a failure.
        Outcome::Stopped(_) => return EXIT_REFUSED,
    };
    if act.json {
        let line = match word {
            "refused" => json!({ "outcome": word, "number": number, "reason": sentence }),
            _ => json!({ "outcome": word, "number": new, "supersedes": number }),
        };
        output.line(&line.to_string());
    } else {
        output.line(&sentence);
    }
    if word == "refused" { EXIT_REFUSED } else { 0 }
}

impl Office {
    /// A correction that was made before and is revoked since must not look as if it stood.
    fn check_standing(&self, number: &str, state: CertificateState) -> Result<(), OfficeError> {
        let CertificateState::Revoked(revocation) = state else { return Ok(()) };
        let Err(last) = self.last_correction(revocation)? else { return Ok(()) };
        let reason = format!(
            "it was replaced by {0}, and {0} is revoked; to issue that one again on purpose, use `issuer import --again` with the corrected row",
            last.number
        );
        Err(IssueError::NotCorrectable { number: number.to_owned(), reason }.into())
    }

    /// The request that replaces `old`. Who keeps reference or number stays the same learner, whatever else is corrected.
    fn corrected_request(
        &self,
        completion: Completion,
        old: &CertificateRecord,
        (past, key): (&Past<'_>, String),
    ) -> Result<Request, OfficeError> {
        let old = &old.certificate;
        let learner_key = match &completion.learner.iin {
            Some(iin) => past.key_of(iin),
            None if completion.learner.reference == old.completion.learner.reference => {
                old.learner_key.clone()
            }
            None => past.learner_key(&completion),
        };
        let mut request = self.request(completion, past, key)?;
        if request.sealed_iin.is_none() && learner_key == old.learner_key {
            request.sealed_iin.clone_from(&old.sealed_iin);
        }
        request.learner_key = learner_key;
        Ok(request)
    }
}
