//! A report as a page tells it: the verdict, the three facts, the checks. It judges nothing anew.

use jiff::Timestamp;
use verifier::{Check, Code, Language, Outcome, Problem, Report, Verdict, plain_text};

use super::words::{Words, words};
use crate::document::dates;
use crate::issuing::{kazakhstan, moment};
use crate::register::{Revocation, RevocationReason};

/// What stands first on a page that tells a verdict.
pub(super) struct Telling {
    /// Class of the style sheet: `valid`, `invalid`, `untrusted`, `indeterminate`, `refused`.
    pub(super) class: &'static str,
    pub(super) headline: String,
    pub(super) sentence: String,
    /// Why the first failed check failed.
    pub(super) reason: Option<String>,
    /// Whether the status list marks it revoked.
    pub(super) revoked: bool,
    /// Date and category, if this certificate is revoked and the office knows when and why.
    pub(super) revocation: Option<String>,
    pub(super) facts: Vec<Fact>,
    pub(super) checks: Vec<CheckRow>,
    /// What of the file that was sent is not verified.
    pub(super) cautions: Vec<String>,
    pub(super) warnings: Vec<String>,
    pub(super) checked_at: String,
}

/// One of the three facts.
pub(super) struct Fact {
    pub(super) name: &'static str,
    pub(super) class: &'static str,
    pub(super) answer: &'static str,
}

/// One check.
pub(super) struct CheckRow {
    pub(super) name: &'static str,
    pub(super) meaning: &'static str,
    pub(super) class: &'static str,
    pub(super) outcome: &'static str,
    pub(super) reason: Option<String>,
}

impl Telling {
    /// The report in `language`; `revocation` is what the office knows of it beyond the status list.
    pub(super) fn new(
        report: &Report,
        revocation: Option<&Revocation>,
        language: Language,
    ) -> Self {
        let words = words(language);
        let verdict = report.verdict();
        let phrase = verdict.phrase(language);
        // The library speaks of the reader's trust list; here nobody gave one but the issuer itself.
        let sentence = match verdict {
            Verdict::Valid => words.valid_sentence,
            Verdict::Untrusted => words.untrusted_sentence,
            _ => phrase.sentence,
        };
        let revoked = is_revoked(report);
        let headline = if revoked {
            format!("{} — {}", phrase.name, Code::Revoked.phrase(language).name)
        } else {
            phrase.name.to_owned()
        };
        // A revocation stands in the headline already.
        let worst = report.decisive().map(|(_, problem)| problem).filter(|_| !revoked);
        Self {
            class: verdict.name(),
            headline,
            sentence: sentence.to_owned(),
            reason: worst.map(|problem| reason(problem, language)),
            revoked,
            revocation: revocation
                .filter(|_| revoked)
                .map(|revocation| tell_revocation(revocation, language)),
            facts: facts(report, words),
            checks: report.checks().map(|(check, outcome)| row(check, outcome, language)).collect(),
            cautions: report.warnings().iter().filter_map(|it| caution(it, language)).collect(),
            warnings: report.warnings().iter().map(|warning| reason(warning, language)).collect(),
            checked_at: moment(
                Timestamp::from_second(report.checked_at()).unwrap_or_default(),
                language,
            ),
        }
    }
}

fn is_revoked(report: &Report) -> bool {
    matches!(report.outcome(Check::Status), Outcome::Fail(problem) if problem.code == Code::Revoked)
}

/// Status, date, category: all that the public sees of a revocation. Never who, never a free text.
fn tell_revocation(revocation: &Revocation, language: Language) -> String {
    let words = words(language);
    let date = dates::day(revocation.revoked_at.to_zoned(kazakhstan()).date(), language);
    let category = match revocation.reason {
        RevocationReason::IssuedInError => words.issued_in_error,
        RevocationReason::Superseded => words.superseded,
        RevocationReason::Misconduct => words.misconduct,
        RevocationReason::HolderRequest => words.holder_request,
        RevocationReason::NotRecorded => words.reason_not_recorded,
    };
    let told = format!("{}: {date} — {category}", words.revoked_on);
    match &revocation.superseded_by {
        Some(new) => format!("{told}: {new}"),
        None => told,
    }
}

/// *The signature is right*, *the key is the issuer's*, *the issuer is trusted*: any may hold without the others.
fn facts(report: &Report, words: &Words) -> Vec<Fact> {
    let fact = |name, check| {
        let (class, answer) = match report.outcome(check) {
            Outcome::Pass => ("yes", words.yes),
            Outcome::Fail(_) | Outcome::Refused(_) | Outcome::Unlisted(_) => ("no", words.no),
            Outcome::Absent | Outcome::Unknown(_) | Outcome::NotRun => {
                ("unknown", words.not_found_out)
            }
        };
        Fact { name, class, answer }
    };
    vec![
        fact(words.signature_right, Check::Proof),
        fact(words.key_of_issuer, Check::Key),
        fact(words.issuer_is_ours, Check::Trust),
    ]
}

fn row(check: Check, outcome: &Outcome, language: Language) -> CheckRow {
    let (class, problem) = match outcome {
        Outcome::Pass => ("yes", None),
        Outcome::Absent | Outcome::NotRun => ("none", None),
        Outcome::Unknown(problem) => ("unknown", Some(problem)),
        Outcome::Fail(problem) | Outcome::Unlisted(problem) | Outcome::Refused(problem) => {
            ("no", Some(problem))
        }
    };
    let phrase = check.phrase(language);
    CheckRow {
        name: phrase.name,
        meaning: phrase.sentence,
        class,
        outcome: outcome.phrase(language).name,
        reason: problem.map(|problem| reason(problem, language)),
    }
}

/// What a reader must know of the file before he compares it with the page.
fn caution(warning: &Problem, language: Language) -> Option<String> {
    let of_carrier = matches!(
        warning.code,
        Code::PictureNotVerified
            | Code::PagesNotVerified
            | Code::BytesAdded
            | Code::AttachmentNotVerified
    );
    let told = || match language {
        Language::En => plain_text(&warning.detail),
        _ => warning.code.phrase(language).sentence.to_owned(),
    };
    of_carrier.then(told)
}

/// The kind of problem in the reader's language. The detail exists in English only, and is shown to its readers only.
fn reason(problem: &Problem, language: Language) -> String {
    let phrase = problem.code.phrase(language);
    let place = problem.pointer.as_deref().filter(|pointer| !pointer.is_empty());
    let place = place.map_or_else(String::new, |pointer| format!(" ({})", plain_text(pointer)));
    if language == Language::En && !problem.detail.is_empty() {
        return format!("{}: {}{place}", phrase.name, plain_text(&problem.detail));
    }
    format!("{}: {}{place}", phrase.name, phrase.sentence)
}
