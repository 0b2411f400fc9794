//! Acts on certificates that were issued, on an opened data directory: what must hold however often they are asked for and
//! wherever they are cut off.

mod again;
mod corrections;
mod erasures;
mod journal;
mod switches;

use issuer::office::{
    Act, Answer, Asked, Corrected, JournalFormat, Office, OfficeError, Period, Scope, TokenAct,
    Transcript,
};
use issuer::register::{Event, Payload, RevocationReason};
use issuer::store::CertificateState;
use serde_json::Value;
use verifier::Language;

use crate::fixture::{COMPLETIONS, completions};
use crate::made_at;

fn perform(office: &Office, act: Act) -> Result<(u8, Transcript), OfficeError> {
    // As it reaches a running service.
    let act = serde_json::from_str(&serde_json::to_string(&act).unwrap()).unwrap();
    let mut transcript = Transcript::default();
    let code = office.perform(act, made_at(), &mut transcript)?;
    Ok((code, transcript))
}

fn import(office: &Office, file: &str) -> Result<Vec<Value>, OfficeError> {
    Ok(objects(&perform(office, completions(file))?.1))
}

fn objects(transcript: &Transcript) -> Vec<Value> {
    transcript.lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn header() -> &'static str {
    COMPLETIONS.lines().next().unwrap()
}

fn row(line: usize) -> String {
    COMPLETIONS.lines().nth(line).unwrap().to_owned()
}

fn file(row: &str) -> String {
    format!("{}\n{row}\n", header())
}

fn numbers(office: &Office) -> Vec<String> {
    let records = office.issuance.store.certificates().map(Result::unwrap);
    records.map(|record| record.certificate.number).collect()
}

fn size(office: &Office) -> u64 {
    office.issuance.register().size()
}

fn correct(office: &Office, number: &str, row: &str) -> Result<(u8, Value), OfficeError> {
    let act = Act::Correct {
        number: number.to_owned(),
        corrected: Corrected::Csv(file(row)),
        by: "registrar".to_owned(),
        confirmed_by: "dean".to_owned(),
        language: Language::En,
        json: true,
    };
    let (code, transcript) = perform(office, act)?;
    Ok((code, objects(&transcript).remove(0)))
}

fn erase(office: &Office, learner: &str) -> Result<(u8, Transcript), OfficeError> {
    let (by, confirmed_by) = ("registrar".to_owned(), "dean".to_owned());
    perform(office, Act::Erase { learner: learner.to_owned(), by, confirmed_by, json: true })
}

fn journal(office: &Office, period: Period, format: JournalFormat, language: Language) -> String {
    let (code, transcript) = perform(office, Act::Journal { period, format, language }).unwrap();
    assert_eq!(code, 0);
    String::from_utf8(transcript.file.unwrap()).unwrap()
}

fn journal_lines(office: &Office, period: Period) -> Vec<Value> {
    let text = journal(office, period, JournalFormat::Json, Language::En);
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
