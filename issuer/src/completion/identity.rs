//! Who the learner of a row is, against what is known: nobody's number, reference or address twice, no completion twice.

use jiff::civil::Date;

use super::column::Column;
use super::iin::masked;
use super::known::{Claim, Known};
use super::refusal::{Findings, RefusalCode};
use super::request::{Learner, PersonName};
use crate::programme::Programme;

/// The keys under which this learner may be filed; `None` if the row claims what belongs to another.
pub(super) fn keys(
    learner: &Learner,
    known: &dyn Known,
    findings: &mut Findings,
) -> Option<Vec<String>> {
    let own_key = learner.iin.as_ref().map(|iin| known.key_of(iin));
    if let (Some(iin), Some(key)) = (&learner.iin, &own_key) {
        let holder = known.by_key(key);
        if holder.is_some_and(|holder| !is_same(&holder.name, &learner.name)) {
            findings.refuse(RefusalCode::IinBelongsToAnother, Column::Iin, &masked(iin.expose()));
            return None;
        }
    }
    // Somebody without a number is filed under the reference, and stays there when a number is added later.
    let mut keys = vec![learner.reference.clone()];
    keys.extend(own_key.clone());
    if let Some(holder) = known.by_reference(&learner.reference) {
        let is_other_number = own_key.is_some() && !keys.contains(&holder.key);
        if is_other_number || !is_same(&holder.name, &learner.name) {
            findings.refuse(
                RefusalCode::ReferenceBelongsToAnother,
                Column::LearnerRef,
                &learner.reference,
            );
            return None;
        }
        keys.push(holder.key);
    }
    check_email(learner, &keys, known, findings);
    Some(keys)
}

fn check_email(learner: &Learner, keys: &[String], known: &dyn Known, findings: &mut Findings) {
    if let Some(email) = &learner.email
        && known.by_email(email).is_some_and(|holder| !keys.contains(&holder.key))
    {
        findings.refuse(RefusalCode::EmailNotUnique, Column::Email, email);
    }
}

/// Refuses a completion that has its certificate; the value names the certificate if it has a number.
pub(super) fn check_duplicate(
    keys: &[String],
    programme: &Programme,
    (period_start, period_end): (Date, Date),
    (known, findings): (&dyn Known, &mut Findings),
) {
    let claim = |key: &String| Claim {
        learner_key: key.clone(),
        programme_code: programme.code.clone(),
        programme_version: programme.version.clone(),
        period_start,
        period_end,
    };
    if let Some(certificate) = keys.iter().find_map(|key| known.certificate(&claim(key))) {
        let value = certificate.number.unwrap_or_else(|| programme.code.clone());
        findings.refuse(RefusalCode::DuplicateCompletion, Column::ProgrammeCode, &value);
    }
}

/// Letter case apart, the same name.
fn is_same(first: &PersonName, second: &PersonName) -> bool {
    first.to_string().to_lowercase() == second.to_string().to_lowercase()
}
