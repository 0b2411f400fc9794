//! When a credential is valid: its own dates, in either data model, and the end of its envelope.

use super::Question;
use crate::json::Object;
use crate::limits;
use crate::problem::Code;
use crate::report::Finding;
use crate::shape::DataModel;
use crate::time::Timestamp;

impl Question<'_> {
    /// Whether it is surely not yet `from`, with the difference of clocks that the caller tolerates.
    pub(super) fn is_before(&self, from: Timestamp) -> bool {
        let skew = self.policy.skew_seconds.clamp(0, limits::SKEW_SECONDS_MAX);
        Timestamp::from_unix_seconds(self.now.unix_seconds().saturating_add(skew)) < from
    }

    /// VC Data Model 2.0, "Validity Period".
    pub(super) fn check_validity(
        &self,
        credential: &Object<'_>,
        envelope_expires: Option<Timestamp>,
    ) -> Result<(), Finding> {
        let period = Period::of(credential)?;
        if let (Some(from), Some(until)) = (period.from, period.until)
            && until < from
        {
            let detail = "The credential ends before it begins.";
            return Err(Finding::fail(Code::ContradictoryDates, detail).at(period.until_at));
        }
        if period.from.is_some_and(|from| self.is_before(from)) {
            let detail = "The credential is not valid yet.";
            return Err(Finding::fail(Code::NotYetValid, detail).at(period.from_at));
        }
        if period.until.is_some_and(|until| self.now > until) {
            let detail = "The credential has expired.";
            return Err(Finding::fail(Code::Expired, detail).at(period.until_at));
        }
        if envelope_expires.is_some_and(|expires| self.now >= expires) {
            let detail = "The token that carries the credential has expired.";
            return Err(Finding::fail(Code::Expired, detail).at("/exp"));
        }
        Ok(())
    }
}

/// From when until when a credential is valid, and where it says so.
pub(super) struct Period {
    pub(super) from: Option<Timestamp>,
    from_at: &'static str,
    until: Option<Timestamp>,
    until_at: &'static str,
}

impl Period {
    /// VC Data Model 1.1 has names of its own; where its documents use both, both must say the same.
    pub(super) fn of(credential: &Object<'_>) -> Result<Self, Finding> {
        let date = |name: &str| credential.text(name).and_then(Timestamp::parse);
        let (from, until) = (date("validFrom"), date("validUntil"));
        if DataModel::of(credential) == DataModel::V2 {
            return Ok(Self { from, from_at: "/validFrom", until, until_at: "/validUntil" });
        }
        let (issued, expires) = (date("issuanceDate"), date("expirationDate"));
        let differ =
            |one: Option<_>, other: Option<_>| one.is_some() && other.is_some() && one != other;
        if differ(from, issued) || differ(until, expires) {
            let detail = "The credential gives two different dates for one thing.";
            return Err(Finding::fail(Code::ContradictoryDates, detail).at("/issuanceDate"));
        }
        let (from, until) = (issued.or(from), expires.or(until));
        Ok(Self { from, from_at: "/issuanceDate", until, until_at: "/expirationDate" })
    }
}
