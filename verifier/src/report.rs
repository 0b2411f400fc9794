//! The verification report: one outcome for every check, in a fixed order.
//! It records and concludes; it must not look at a credential itself.

mod finding;
mod parts;
mod verdict;

use serde::Serialize;

use crate::carrier::Carrier;
use crate::language::Language;
use crate::limits;
use crate::problem::Problem;
pub(crate) use finding::Finding;
pub use parts::{Edition, EmbeddedReport, ListPeriod, Role, Subject};
pub use verdict::Verdict;

/// One question the verifier asks of a credential, in the order it asks them.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Check {
    /// The bytes are one JSON object within the limits.
    Read,
    /// The object has the shape of an Open Badges 3.0 credential, and nothing that its signature would not fix.
    Shape,
    /// Every context is pinned and allowed, and every term is defined.
    Context,
    /// The proof names a key that the issuer's controlled identifier document authorizes.
    Key,
    /// Every proof covers this document.
    Proof,
    /// `validFrom` and `validUntil` enclose the time of verification.
    Validity,
    /// The status list does not mark the credential revoked or suspended.
    Status,
    /// The register holds the credential.
    Inclusion,
    /// The caller's trust list names the issuer.
    Trust,
}

impl Check {
    /// Every check, in order.
    pub const ALL: [Self; 9] = [
        Self::Read,
        Self::Shape,
        Self::Context,
        Self::Key,
        Self::Proof,
        Self::Validity,
        Self::Status,
        Self::Inclusion,
        Self::Trust,
    ];

    /// The name in reports: `read`, `shape`, … `trust`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Shape => "shape",
            Self::Context => "context",
            Self::Key => "key",
            Self::Proof => "proof",
            Self::Validity => "validity",
            Self::Status => "status",
            Self::Inclusion => "inclusion",
            Self::Trust => "trust",
        }
    }
}

/// What a check found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// The check ran and the credential satisfied it.
    Pass,
    /// The credential does not use the feature, so there was nothing to check.
    Absent,
    /// The credential is at fault.
    Fail(Problem),
    /// The verifier could not find out.
    Unknown(Problem),
    /// Nothing is wrong, but the caller's trust list does not vouch for the issuer.
    Unlisted(Problem),
    /// The input is not readable within the limits.
    Refused(Problem),
    /// A check that this one depends on did not pass.
    NotRun,
}

impl Outcome {
    /// Why the check did not pass, if it ran and did not.
    pub(crate) const fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Fail(problem)
            | Self::Unknown(problem)
            | Self::Unlisted(problem)
            | Self::Refused(problem) => Some(problem),
            Self::Pass | Self::Absent | Self::NotRun => None,
        }
    }

    /// The verdict on a credential with this outcome and no worse one.
    const fn verdict(&self) -> Verdict {
        match self {
            Self::Pass | Self::Absent => Verdict::Valid,
            Self::Fail(_) => Verdict::Invalid,
            Self::Unknown(_) | Self::NotRun => Verdict::Indeterminate,
            Self::Unlisted(_) => Verdict::Untrusted,
            Self::Refused(_) => Verdict::Refused,
        }
    }
}

/// An outcome for every [`Check`]. A check nobody recorded is [`Outcome::NotRun`].
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct Report {
    outcomes: [Outcome; Check::ALL.len()],
    subject: Subject,
    view: Option<serde_json::Value>,
    secured_by: Vec<&'static str>,
    embedded: Vec<EmbeddedReport>,
    warnings: Vec<Problem>,
    documents_missing: Vec<String>,
    checked_at: i64,
    as_of: Option<i64>,
    status_lists: Vec<ListPeriod>,
    carrier: Option<Carrier>,
    editions: Vec<Edition>,
}

impl Report {
    pub(crate) fn new(now: i64) -> Self {
        Self {
            outcomes: [const { Outcome::NotRun }; Check::ALL.len()],
            subject: Subject::default(),
            view: None,
            secured_by: Vec::new(),
            embedded: Vec::new(),
            warnings: Vec::new(),
            documents_missing: Vec::new(),
            checked_at: now,
            as_of: None,
            status_lists: Vec::new(),
            carrier: None,
            editions: Vec::new(),
        }
    }

    /// Of when the documents are that it rests on, where somebody vouches for that.
    pub(crate) const fn set_as_of(&mut self, as_of: Option<i64>) {
        self.as_of = as_of;
    }

    /// One report on all editions of a certificate, at least one: the checks are those of the worst, the documents missing those of all.
    pub(crate) fn of_editions(editions: Vec<Edition>) -> Option<Self> {
        // Of equal ones the first: `max_by_key` would take the last.
        let worst =
            editions.iter().rev().max_by_key(|edition| edition.report.verdict().weight())?;
        let mut report = worst.report.clone();
        for edition in &editions {
            edition.report.documents_missing.iter().for_each(|url| report.lack(url.clone()));
            report.rest_on(&edition.report.status_lists);
            for warning in &edition.report.warnings {
                if !report.warnings.contains(warning) {
                    report.warn(warning.clone());
                }
            }
        }
        if editions.len() > 1 {
            report.editions = editions;
        }
        Some(report)
    }

    /// Says what the credential came in, and first of all what of that is not verified.
    pub(crate) fn carried_by(mut self, carrier: Carrier, warnings: Vec<Problem>) -> Self {
        self.carrier = Some(carrier);
        let own = std::mem::replace(&mut self.warnings, warnings);
        own.into_iter().for_each(|warning| self.warn(warning));
        self
    }

    /// Records what `check` found, and hands its product on if it passed.
    pub(crate) fn record<T>(&mut self, check: Check, result: Result<T, Finding>) -> Option<T> {
        let (outcome, product) = match result {
            Ok(product) => (Outcome::Pass, Some(product)),
            Err(Finding::Fail(problem)) => (Outcome::Fail(problem), None),
            Err(Finding::Unknown(problem)) => (Outcome::Unknown(problem), None),
            Err(Finding::Missing(problem, urls)) => {
                urls.into_iter().for_each(|url| self.lack(url));
                (Outcome::Unknown(problem), None)
            }
            Err(Finding::Unlisted(problem)) => (Outcome::Unlisted(problem), None),
            Err(Finding::Refused(problem)) => (Outcome::Refused(problem), None),
        };
        self.set(check, outcome);
        product
    }

    pub(crate) fn absent(&mut self, check: Check) {
        self.set(check, Outcome::Absent);
    }

    pub(crate) fn describe(&mut self, subject: Subject) {
        self.subject = subject;
    }

    pub(crate) fn show(&mut self, view: serde_json::Value) {
        self.view = Some(view);
    }

    pub(crate) fn secured_by(&mut self, names: Vec<&'static str>) {
        self.secured_by = names;
    }

    /// Adds what was found of a credential inside; what that one lacks is lacking here too.
    pub(crate) fn embed(&mut self, embedded: EmbeddedReport) {
        embedded.report.documents_missing.iter().for_each(|url| self.lack(url.clone()));
        self.rest_on(&embedded.report.status_lists);
        self.embedded.push(embedded);
    }

    /// Adds the status lists that were asked, each once.
    pub(crate) fn rest_on(&mut self, lists: &[ListPeriod]) {
        for list in lists {
            if !self.status_lists.contains(list) {
                self.status_lists.push(list.clone());
            }
        }
    }

    pub(crate) fn warn(&mut self, warning: Problem) {
        if self.warnings.len() < limits::WARNINGS_MAX {
            self.warnings.push(warning);
        }
    }

    fn lack(&mut self, url: String) {
        if !self.documents_missing.contains(&url) {
            self.documents_missing.push(url);
        }
    }

    fn set(&mut self, check: Check, outcome: Outcome) {
        for (slot, name) in self.outcomes.iter_mut().zip(Check::ALL) {
            if name == check {
                debug_assert_eq!(*slot, Outcome::NotRun, "{check:?} recorded twice");
                *slot = outcome;
                return;
            }
        }
    }

    /// Every check with its outcome, in order.
    pub fn checks(&self) -> impl Iterator<Item = (Check, &Outcome)> {
        Check::ALL.into_iter().zip(&self.outcomes)
    }

    /// The outcome of one check.
    #[must_use]
    pub fn outcome(&self, check: Check) -> &Outcome {
        self.checks()
            .find_map(|(name, outcome)| (name == check).then_some(outcome))
            .unwrap_or(&Outcome::NotRun)
    }

    /// Why checks did not pass, in their order.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.outcomes.iter().filter_map(Outcome::problem)
    }

    /// The conclusion, computed from the outcomes and never stored.
    ///
    /// Precedence: refused; any failure is invalid; anything not found out is indeterminate;
    /// an unlisted issuer is untrusted; else valid. A transcript has the worst verdict of itself and its credentials.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let parts = self.embedded.iter().filter(|embedded| embedded.role == Role::Credential);
        let parts = parts.map(|embedded| embedded.report.verdict());
        let editions = self.editions.iter().map(|edition| edition.report.verdict());
        parts.chain(editions).fold(self.own_verdict(), Verdict::worse)
    }

    fn own_verdict(&self) -> Verdict {
        let any = |wanted: fn(&Outcome) -> bool| self.outcomes.iter().any(wanted);
        if any(|outcome| matches!(outcome, Outcome::Refused(_))) {
            Verdict::Refused
        } else if any(|outcome| matches!(outcome, Outcome::Fail(_))) {
            Verdict::Invalid
        } else if any(|outcome| matches!(outcome, Outcome::Unknown(_) | Outcome::NotRun)) {
            Verdict::Indeterminate
        } else if any(|outcome| matches!(outcome, Outcome::Unlisted(_))) {
            Verdict::Untrusted
        } else {
            Verdict::Valid
        }
    }

    /// Why the verdict is what it is: the first check whose outcome gives it, or, where that is not one of the document's own, of the
    /// first credential inside or edition that is as bad. `None` if it is valid.
    #[must_use]
    pub fn decisive(&self) -> Option<(Check, &Problem)> {
        let verdict = self.verdict();
        let own = self.checks().filter(|(_, outcome)| outcome.verdict() == verdict);
        let own = own.filter_map(|(check, outcome)| Some((check, outcome.problem()?))).next();
        own.or_else(|| {
            let parts = self.embedded.iter().filter(|inner| inner.role == Role::Credential);
            let parts = parts.map(|inner| &inner.report);
            let editions = self.editions.iter().map(|edition| &edition.report);
            parts.chain(editions).find(|part| part.verdict() == verdict)?.decisive()
        })
    }

    /// Why the document was not read to its end, if that is so. A proof of inclusion is no part of it.
    pub(crate) fn refusal(&self) -> Option<&Problem> {
        self.checks().find_map(|(check, outcome)| match outcome {
            Outcome::Refused(problem) if check != Check::Inclusion => Some(problem),
            _ => None,
        })
    }

    /// What the credential says of itself.
    #[must_use]
    pub const fn subject(&self) -> &Subject {
        &self.subject
    }

    /// The verified document, without its proof: the only source of anything shown to a person.
    /// `None` unless read, shape, context, key and proof all passed.
    #[must_use]
    pub fn view(&self) -> Option<&serde_json::Value> {
        match self.editions.first() {
            Some(first) => first.report.view(),
            None => self.view.as_ref(),
        }
    }

    /// Like [`Report::view`], of the edition in `language` if there is one.
    #[must_use]
    pub fn view_in(&self, language: Language) -> Option<&serde_json::Value> {
        let in_language = |view: &&serde_json::Value| {
            let named = view.pointer("/credentialSubject/achievement/inLanguage");
            named.and_then(serde_json::Value::as_str).and_then(Language::from_tag) == Some(language)
        };
        let mut views = self.editions.iter().filter_map(|edition| edition.report.view());
        views.find(in_language).or_else(|| self.view())
    }

    /// What the credential came in; `None` in the report on a credential inside another document.
    #[must_use]
    pub const fn carrier(&self) -> Option<Carrier> {
        self.carrier
    }

    /// The credentials of a PDF with more than one, in the order of its attachments, each with a report of its own.
    #[must_use]
    pub fn editions(&self) -> &[Edition] {
        &self.editions
    }

    /// How the document is secured: `eddsa-rdfc-2022`, `ob3-jwt` …, one for each signature. Empty while no key was found.
    #[must_use]
    pub fn secured_with(&self) -> &[&'static str] {
        &self.secured_by
    }

    /// The credentials inside the document, each with a report of its own.
    #[must_use]
    pub fn embedded(&self) -> &[EmbeddedReport] {
        &self.embedded
    }

    /// Oddities that change no verdict.
    #[must_use]
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// URLs of the documents that would let an unknown check be decided.
    #[must_use]
    pub fn documents_missing(&self) -> &[String] {
        &self.documents_missing
    }

    /// The time of verification, Unix seconds.
    #[must_use]
    pub const fn checked_at(&self) -> i64 {
        self.checked_at
    }

    /// Of when the documents of an offline pack are that the report rests on, Unix seconds; `None` without a pack.
    #[must_use]
    pub const fn as_of(&self) -> Option<i64> {
        self.as_of
    }

    /// The status lists that were asked and verified, also those of the credentials inside, each once.
    #[must_use]
    pub fn status_lists(&self) -> &[ListPeriod] {
        &self.status_lists
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Code;

    #[test]
    fn a_new_report_is_never_valid() {
        assert_eq!(Report::new(0).verdict(), Verdict::Indeterminate);
        assert_eq!(Report::new(0).checks().count(), 9);
    }

    #[test]
    fn the_worst_outcome_decides() {
        let passed = || {
            let mut report = Report::new(0);
            for check in Check::ALL.into_iter().filter(|check| *check != Check::Trust) {
                report.record(check, Ok(()));
            }
            report
        };
        let verdict = |result| {
            let mut report = passed();
            report.record::<()>(Check::Trust, result);
            report.verdict()
        };
        let problem = || Problem::new(Code::Expired, "x");
        assert_eq!(verdict(Ok(())), Verdict::Valid);
        assert_eq!(verdict(Err(Finding::Unlisted(problem()))), Verdict::Untrusted);
        assert_eq!(verdict(Err(Finding::Unknown(problem()))), Verdict::Indeterminate);
        assert_eq!(verdict(Err(Finding::Fail(problem()))), Verdict::Invalid);
        assert_eq!(verdict(Err(Finding::Refused(problem()))), Verdict::Refused);
    }

    #[test]
    fn the_reason_is_that_of_the_verdict_and_not_the_first() {
        let mut report = Report::new(0);
        for check in Check::ALL {
            let problem = |code| Problem::new(code, "x");
            match check {
                Check::Status => report
                    .record::<()>(check, Err(Finding::Unknown(problem(Code::StatusRetrieval)))),
                Check::Inclusion => {
                    report.record::<()>(check, Err(Finding::Fail(problem(Code::InclusionProof))))
                }
                Check::Trust => report
                    .record::<()>(check, Err(Finding::Unlisted(problem(Code::IssuerNotListed)))),
                _ => report.record(check, Ok(())),
            };
        }
        let decisive = report.decisive().map(|(check, problem)| (check, problem.code));
        assert_eq!(report.verdict(), Verdict::Invalid);
        assert_eq!(decisive, Some((Check::Inclusion, Code::InclusionProof)));
        // What was not looked at for want of something else has no reason of its own.
        let mut report = Report::new(0);
        assert_eq!(report.decisive(), None);
        report.record::<()>(
            Check::Status,
            Err(Finding::Unknown(Problem::new(Code::StatusRetrieval, "x"))),
        );
        assert_eq!(report.decisive().map(|(check, _)| check), Some(Check::Status));
    }
}
