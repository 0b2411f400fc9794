//! The corridor: bytes in, report out. It owns the order of the checks and all branching between them;
//! the rooms never call back up.

use crate::data_integrity::{Proof, Unsecured, read_proofs};
use crate::documents::Documents;
use crate::identifier::{Multikey, retrieve_key};
use crate::json::{self, Object};
use crate::limits;
use crate::linked_data::pinned_contexts;
use crate::policy::{Policy, Reads};
use crate::problem::Code;
use crate::report::{Check, Finding, Report, Subject};
use crate::shape::{self, Profile};
use crate::status::{self, issuer_id};
use crate::time::Timestamp;
use crate::trust::{Signed, Use};

/// Verifies one secured Open Badge as of `now`, Unix seconds.
///
/// Never fails: whatever is wrong with `input` is an outcome in the report. Documents that were lacking
/// are named there; with them at hand, call again. Same documents, same report.
///
/// ```
/// use verifier::{Documents, Policy, TrustList, Verdict, verify};
///
/// let report = verify(b"{}", &Documents::new(), &Policy::badge(TrustList::default()), 1_780_000_000);
/// assert_eq!(report.verdict(), Verdict::Invalid);
/// ```
pub fn verify(input: &[u8], documents: &Documents, policy: &Policy, now: i64) -> Report {
    let mut report = Report::new(now);
    let now = Timestamp::from_unix_seconds(now);
    let read = json::parse(input).map_err(Finding::Refused);
    let Some(credential) = report.record(Check::Read, read) else { return report };
    report.describe(subject_of(&credential));

    let shape = shape::check(&credential, Profile::of(&credential));
    let Some(odd) = report.record(Check::Shape, shape) else { return report };
    odd.into_iter().for_each(|problem| report.warn(problem));

    let unsecured = policy
        .check_context(&credential, Reads::Badge)
        .and_then(|()| Unsecured::new(pinned_contexts(), &credential));
    let Some(unsecured) = report.record(Check::Context, unsecured) else { return report };

    let Some(issuer) = issuer_id(&credential) else { return report };
    let signed = find_keys(&credential, issuer, documents, now);
    let Some(signed) = report.record(Check::Key, signed) else { return report };

    // Every proof must verify: one broken proof says that somebody touched the credential.
    let proof = signed.iter().try_for_each(|(proof, key)| unsecured.verify(proof, key, now));
    if report.record(Check::Proof, proof).is_none() {
        return report;
    }
    report.show(credential.without("proof").to_serde());

    report.record(Check::Validity, check_validity(&credential, policy, now));
    let question = status::Question { issuer, documents, policy, now };
    match status::check(&credential, &question) {
        Ok(None) => report.absent(Check::Status),
        Ok(Some(())) => {
            report.record(Check::Status, Ok(()));
        }
        Err(finding) => {
            report.record::<()>(Check::Status, Err(finding));
        }
    }
    report.absent(Check::Inclusion);
    report.record(Check::Trust, check_trust(&credential, issuer, &signed, policy));
    report
}

fn subject_of(credential: &Object<'_>) -> Subject {
    Subject {
        id: credential.text("id").map(str::to_owned),
        issuer: issuer_id(credential).map(str::to_owned),
    }
}

/// Each proof with its key, all of them the issuer's.
fn find_keys<'v>(
    credential: &'v Object<'v>,
    issuer: &str,
    documents: &Documents,
    now: Timestamp,
) -> Result<Vec<(Proof<'v>, Multikey)>, Finding> {
    let mut signed = Vec::new();
    for proof in read_proofs(credential)? {
        let key = retrieve_key(proof.verification_method, issuer, documents, now)
            .map_err(|finding| finding.at(&format!("{}/verificationMethod", proof.pointer)))?;
        signed.push((proof, key));
    }
    Ok(signed)
}

/// VC Data Model 2.0, "Validity Period".
fn check_validity(credential: &Object<'_>, policy: &Policy, now: Timestamp) -> Result<(), Finding> {
    let date = |name: &str| credential.text(name).and_then(Timestamp::parse);
    let (from, until) = (date("validFrom"), date("validUntil"));
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        let detail = "`validUntil` lies before `validFrom`.";
        return Err(Finding::fail(Code::ContradictoryDates, detail).at("/validUntil"));
    }
    let skew = policy.skew_seconds.clamp(0, limits::SKEW_SECONDS_MAX);
    let latest = Timestamp::from_unix_seconds(now.unix_seconds().saturating_add(skew));
    if from.is_some_and(|from| latest < from) {
        let detail = "The credential is not valid yet.";
        return Err(Finding::fail(Code::NotYetValid, detail).at("/validFrom"));
    }
    if until.is_some_and(|until| now > until) {
        let detail = "The credential has expired.";
        return Err(Finding::fail(Code::Expired, detail).at("/validUntil"));
    }
    Ok(())
}

/// Whether the caller's list vouches for the issuer with each key that signed.
fn check_trust(
    credential: &Object<'_>,
    issuer: &str,
    signed: &[(Proof<'_>, Multikey)],
    policy: &Policy,
) -> Result<(), Finding> {
    let valid_from = credential.text("validFrom").and_then(Timestamp::parse);
    signed.iter().try_for_each(|(proof, key)| {
        let signed = Signed {
            key_id: proof.verification_method,
            key,
            by_use: Use::Credentials,
            dates: proof.created.into_iter().chain(valid_from).collect(),
        };
        policy.trust.vouch(issuer, &signed)
    })
}
