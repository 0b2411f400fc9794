//! The statement of a certificate's QR code against the entry that registers it: its signature, what it says, and the credentials that
//! it is tied to. It sees one statement at a time.

use ed25519_dalek::Signature;
use jiff::civil::Date;
use verifier::log::Hash;
use verifier::{OpenedStatement, editions_digest, handle_text, open_statement};

use super::credentials::{Expected, Genuine};
use super::keys::Keys;
use crate::register::{Edition, KeyPurpose};

/// Checks the statement `fragment` of a certificate whose credentials were checked before. The error is what is wrong with it, in a few
/// words.
pub(super) fn check(
    fragment: &str,
    expected: &Expected<'_>,
    (editions, genuine): (&[Edition], &[Result<Genuine, String>]),
    keys: &Keys,
) -> Result<Genuine, String> {
    let genuine: Option<Vec<&Genuine>> = genuine.iter().map(|one| one.as_ref().ok()).collect();
    let genuine = genuine.ok_or("the credentials that it is tied to are not all good")?;
    let handle = genuine.first().map(|one| one.handle.as_str());
    let handle = handle.ok_or("there is no credential that it could be tied to")?;
    let text = format!("{}/c/{handle}{fragment}", expected.url);
    let opened = open_statement(&text).map_err(|problem| problem.detail)?;
    let (place, key) = keys.find(&opened.key_id, KeyPurpose::QrStatements).ok_or_else(|| {
        format!("it is signed with {}, which is no registered key for statements", opened.key_id)
    })?;
    key.verifying
        .verify_strict(&opened.signing_input, &Signature::from_bytes(&opened.signature))
        .map_err(|_| "its signature does not hold")?;
    let commitments: Vec<Hash> = genuine.iter().map(|one| one.commitment).collect();
    if opened.statement.editions != editions_digest(&commitments) {
        return Err("it is tied to other credentials".to_owned());
    }
    check_says(&opened, expected, editions)?;
    Ok(Genuine {
        commitment: opened.commitment(),
        key: place,
        handle: handle_text(&opened.statement.handle),
        is_statement: true,
    })
}

fn check_says(
    opened: &OpenedStatement,
    expected: &Expected<'_>,
    editions: &[Edition],
) -> Result<(), String> {
    let said = &opened.statement;
    let status = |edition: &Edition| said.status == [edition.status.list, edition.status.index];
    let mut facts = vec![
        ("issuer", said.issuer == expected.issuer),
        ("number", said.number == expected.number),
        ("status entry", editions.iter().any(status)),
    ];
    if let Some(issued) = &expected.issued {
        let completion = issued.completion;
        let day = |date: Date, said: u32| {
            let days =
                Date::constant(1970, 1, 1).until(date).map(|span| i64::from(span.get_days()));
            days.ok() == Some(i64::from(said))
        };
        let [first, last] = said.period;
        let is_scored = said.scores.len() == completion.outcome_scores.len();
        facts.extend([
            ("handle", handle_text(&said.handle) == issued.handle),
            ("registration number", said.registration_number == issued.registration_number),
            ("name", said.holder == completion.learner.name.to_string()),
            ("score", said.percent == completion.score_percent && is_scored),
            ("date of issue", day(completion.issue_date, said.issue_day)),
            ("decision", day(completion.commission_date, said.commission_day)),
            ("period", day(completion.period_start, first) && day(completion.period_end, last)),
        ]);
    }
    match facts.into_iter().find(|(_, is_right)| !is_right) {
        Some((what, _)) => Err(format!("its {what} is not the one of the entry")),
        None => Ok(()),
    }
}
