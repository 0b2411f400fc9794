//! The report for people: the verdict first, then the three facts, the content, the checks.
//! Foreign text passes through [`plain_text`] before it is written, without exception.

use std::borrow::Cow;

use super::content::Content;
use super::label::Label;
use super::line::problem;
use super::moment::{moment_text, written_moment};
use super::plain::{hides, plain_text};
use crate::language::Language;
use crate::problem::{Code, Problem};
use crate::report::{Check, ListPeriod, Outcome, Report, Role};

/// Results shown of one credential. A programme has fewer than a dozen outcomes.
const RESULTS_SHOWN_MAX: usize = 20;

/// The report on `input`, a file name or the like, in `language`: several lines, each with its line feed.
///
/// The first line is the verdict and its sentence. Of the credential it shows what [`Report::view`]
/// holds and nothing else; control, invisible and direction-changing characters are spelt out.
#[must_use]
pub fn human_report(report: &Report, input: &str, language: Language) -> String {
    let mut page = Page { language, text: String::new(), hidden: false };
    let verdict = report.verdict().phrase(language);
    page.line(&format!("{} — {}", verdict.name, verdict.sentence));
    if let Some((_, problem)) = report.decisive() {
        let reason = page.reason(problem);
        page.line(&format!("  {reason}"));
    }
    page.row(Label::Input, input);
    page.facts(report);
    match report.view_in(language) {
        Some(view) => page.content(&Content::of(view)),
        None => page.paragraph(Label::NothingShown),
    }
    page.editions(report);
    page.inside(report);
    page.checks(report);
    page.notes(report);
    page.text
}

/// The text so far.
struct Page {
    language: Language,
    text: String,
    /// Whether something shown had to be spelt out.
    hidden: bool,
}

impl Page {
    /// A line of our own words.
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn paragraph(&mut self, label: Label) {
        self.line("");
        self.line(&format!("  {}", label.text(self.language)));
    }

    /// Foreign text made plain, remembering whether it had to be.
    fn plain(&mut self, foreign: &str) -> String {
        self.hidden |= hides(foreign);
        plain_text(foreign)
    }

    /// A label and foreign text.
    fn row(&mut self, label: Label, foreign: &str) {
        let plain = self.plain(foreign);
        let label = format!("{}:", label.text(self.language));
        self.line(&format!("  {label:<29} {plain}"));
    }

    fn optional_row(&mut self, label: Label, foreign: Option<&str>) {
        if let Some(foreign) = foreign {
            self.row(label, foreign);
        }
    }

    /// A date of the document, in the offset in which it is written there.
    fn date_row(&mut self, label: Label, written: Option<&str>) {
        let shown = written.and_then(|text| written_moment(text, self.language));
        self.optional_row(label, shown.as_deref().or(written));
    }

    /// *The signature is right*, *the key is the issuer's*, *the issuer is trusted*: three facts,
    /// of which any may hold without the others.
    fn facts(&mut self, report: &Report) {
        self.line("");
        for (label, check) in [
            (Label::SignatureRight, Check::Proof),
            (Label::KeyOfIssuer, Check::Key),
            (Label::IssuerTrusted, Check::Trust),
        ] {
            let answer = answer(report, check);
            self.row(label, answer.text(self.language));
        }
    }

    fn content(&mut self, content: &Content<'_>) {
        self.line("");
        self.optional_row(
            Label::Holder,
            Some(content.holder.join(", ").as_str()).filter(|names| !names.is_empty()),
        );
        self.optional_row(Label::Title, content.title.as_deref());
        self.optional_row(Label::Issuer, content.issuer.as_deref());
        self.optional_row(Label::IssuerOwnName, content.issuer_own_name.as_deref());
        self.optional_row(Label::Number, content.number);
        self.date_row(Label::Awarded, content.awarded);
        self.date_row(Label::ValidFrom, content.valid_from);
        self.date_row(Label::ValidUntil, content.valid_until);
        self.optional_row(Label::Credits, content.credits.as_deref());
        self.results(&content.results);
    }

    fn results(&mut self, results: &[(Cow<'_, str>, String)]) {
        if results.is_empty() {
            return;
        }
        self.line(&format!("  {}:", Label::Results.text(self.language)));
        // The order of a set is not signed: which of too many are shown must not depend on it.
        let mut results: Vec<_> = results.iter().collect();
        if results.len() > RESULTS_SHOWN_MAX {
            results.sort();
        }
        for (assessed, grade) in results.iter().take(RESULTS_SHOWN_MAX) {
            let (assessed, grade) = (self.plain(assessed), self.plain(grade));
            self.line(&format!("    {assessed}: {grade}"));
        }
        if let Some(more) = results.len().checked_sub(RESULTS_SHOWN_MAX).filter(|more| *more > 0) {
            self.line(&format!("    … {} {more}", Label::More.text(self.language)));
        }
    }

    /// Each document inside with its own verdict: nothing of them is taken for a word of the document around them.
    fn inside(&mut self, report: &Report) {
        if report.embedded().is_empty() {
            return;
        }
        self.paragraph(Label::Inside);
        for inner in report.embedded() {
            let role = match inner.role {
                Role::Endorsement => Label::Endorsement,
                Role::Credential => Label::Credential,
            };
            let verdict = inner.report.verdict().phrase(self.language);
            let content = inner.report.view().map(Content::of);
            let told = content.map(|content| {
                let Content { issuer, title, comment, .. } = &content;
                let told = [issuer.as_deref(), title.as_deref(), comment.as_deref()];
                told.into_iter().flatten().collect::<Vec<_>>().join(" · ")
            });
            let told = self.plain(&told.unwrap_or_default());
            self.line(&format!("    {} — {}: {told}", role.text(self.language), verdict.name));
            for problem in inner.report.problems() {
                let reason = self.reason(problem);
                self.line(&format!("      {reason}"));
            }
        }
    }

    /// The credentials of a PDF with several.
    fn editions(&mut self, report: &Report) {
        if report.editions().is_empty() {
            return;
        }
        self.paragraph(Label::Editions);
        for edition in report.editions() {
            let verdict = edition.report.verdict().phrase(self.language);
            let name = self.plain(&edition.name);
            self.line(&format!("    {name} — {}", verdict.name));
        }
    }

    fn checks(&mut self, report: &Report) {
        self.paragraph(Label::Checks);
        for (check, outcome) in report.checks() {
            let name = check.phrase(self.language).name;
            let word = outcome.phrase(self.language).name;
            let row = format!("    {name:<10} {word}");
            match problem(outcome) {
                None => self.line(&row),
                Some(problem) => {
                    let reason = self.reason(problem);
                    self.line(&format!("{row} — {reason}"));
                }
            }
        }
    }

    /// The kind of problem in the reader's language. The detail exists in English only, so it is shown
    /// to readers of English only; where the fault lies needs no language.
    fn reason(&mut self, problem: &Problem) -> String {
        let mut reason = problem.code.phrase(self.language).sentence.to_owned();
        if self.language == Language::En && !problem.detail.is_empty() {
            reason = format!("{}: {}", problem.code.title(), self.plain(&problem.detail));
        }
        if let Some(pointer) = problem.pointer.as_deref().filter(|pointer| !pointer.is_empty()) {
            let pointer = self.plain(pointer);
            reason = format!("{reason} ({pointer})");
        }
        reason
    }

    fn notes(&mut self, report: &Report) {
        if !report.warnings().is_empty() {
            self.paragraph(Label::Warnings);
            for warning in report.warnings() {
                let reason = self.reason(warning);
                self.line(&format!("    {reason}"));
            }
        }
        if !report.documents_missing().is_empty() {
            self.paragraph(Label::DocumentsMissing);
            for url in report.documents_missing() {
                let url = self.plain(url);
                self.line(&format!("    {url}"));
            }
        }
        if self.hidden {
            self.paragraph(Label::HiddenCharacters);
        }
        self.line("");
        self.times(report);
    }

    /// When it was checked, and how old is what it was checked with. The library knows no zone of its reader: UTC.
    fn times(&mut self, report: &Report) {
        let checked_at = moment_text(report.checked_at(), 0, self.language);
        self.row(Label::CheckedAt, &checked_at);
        if let Some(as_of) = report.as_of() {
            let aged = self.aged(as_of, report);
            self.row(Label::PackAsOf, &aged);
        }
        self.status_list(report);
    }

    /// A time and the whole hours since then. A clock may be behind that of whoever signed: then it has no age.
    fn aged(&self, since: i64, report: &Report) -> String {
        let hours = report.checked_at().saturating_sub(since).max(0) / 3_600;
        let age = Label::HoursOld.text(self.language);
        format!("{} ({age} {hours})", moment_text(since, 0, self.language))
    }

    /// Of several lists the oldest: nothing is known of a status but as of then.
    fn status_list(&mut self, report: &Report) {
        let dated = |list: &&ListPeriod| list.valid_from.is_some();
        let oldest = report.status_lists().iter().filter(dated).min_by_key(|list| list.valid_from);
        let Some(ListPeriod { valid_from: Some(from), valid_until, .. }) = oldest else { return };
        let label = match report.status_lists() {
            [_] => Label::ListAsOf,
            _ => Label::OldestListAsOf,
        };
        let mut text = self.aged(*from, report);
        if let Some(until) = valid_until {
            let until = moment_text(*until, 0, self.language);
            text = format!("{text}, {} {until}", Label::ListUntil.text(self.language));
        }
        self.row(label, &text);
    }
}

/// Whether the fact that `check` establishes holds.
fn answer(report: &Report, check: Check) -> Label {
    let unsigned =
        matches!(report.outcome(Check::Key), Outcome::Fail(Problem { code: Code::NoProof, .. }));
    match report.outcome(check) {
        Outcome::Pass => Label::Yes,
        // Without a signature there is none that could be right, although the check never ran.
        Outcome::NotRun if unsigned && check == Check::Proof => Label::No,
        // The key could not even be looked for: that says nothing about whose it is.
        Outcome::Fail(problem)
            if matches!(problem.code, Code::ProofMalformed | Code::UnsupportedSuite) =>
        {
            Label::NotKnown
        }
        Outcome::Fail(_) | Outcome::Unlisted(_) | Outcome::Refused(_) => Label::No,
        Outcome::Absent | Outcome::Unknown(_) | Outcome::NotRun => Label::NotKnown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Finding, Subject};
    use serde_json::json;

    /// A report whose checks before `last` pass, and whose last says `result`.
    fn report(last: Check, result: Result<(), Finding>) -> Report {
        let mut report = Report::new(1_778_785_200);
        for check in Check::ALL.into_iter().take_while(|check| *check != last) {
            report.record(check, Ok(()));
        }
        report.record(last, result);
        report
    }

    #[test]
    fn the_verdict_comes_first_in_every_language() {
        let report = report(Check::Trust, Ok(()));
        for (language, word) in
            [(Language::Kk, "ЖАРАМДЫ"), (Language::Ru, "ДЕЙСТВИТЕЛЕН"), (Language::En, "VALID")]
        {
            assert!(human_report(&report, "a", language).starts_with(&format!("{word} — ")));
        }
    }

    #[test]
    fn the_three_facts_are_told_apart() {
        let finding = Finding::Unlisted(Problem::new(Code::IssuerNotListed, "Nobody knows x."));
        let text = human_report(&report(Check::Trust, Err(finding)), "a", Language::En);
        assert!(text.contains("The signature is right:       yes\n"), "{text}");
        assert!(text.contains("The key is the issuer's:      yes\n"), "{text}");
        assert!(text.contains("The issuer is trusted:        no\n"), "{text}");
        assert!(
            text.contains("not listed — Issuer not in the trust list: Nobody knows x."),
            "{text}"
        );
    }

    #[test]
    fn an_unsigned_document_has_no_right_signature() {
        for (code, signature, key) in
            [(Code::NoProof, "no", "no"), (Code::UnsupportedSuite, "not known", "not known")]
        {
            let report = report(Check::Key, Err(Finding::fail(code, "x")));
            let text = human_report(&report, "a", Language::En);
            let facts = [
                format!("The signature is right:       {signature}\n"),
                format!("The key is the issuer's:      {key}\n"),
            ];
            assert!(facts.iter().all(|fact| text.contains(fact)), "{text}");
        }
    }

    #[test]
    fn nothing_unverified_is_shown() {
        let mut report = report(Check::Key, Err(Finding::fail(Code::KeyNotOfIssuer, "x")));
        report
            .describe(Subject { id: Some("urn:x:1".into()), issuer: Some("did:web:evil".into()) });
        let text = human_report(&report, "a", Language::En);
        assert!(!text.contains("did:web:evil") && !text.contains("urn:x:1"), "{text}");
        assert!(text.contains("therefore not shown"), "{text}");
    }

    #[test]
    fn foreign_text_cannot_forge_a_line() {
        let mut report = report(Check::Trust, Ok(()));
        report.show(json!({
            "issuer": {"id": "did:web:example.kz", "name": "\u{202e}СУ\n  Issuer: did:web:other.kz"},
            "credentialSubject": {"achievement": {"name": "\u{1b}[32mA"}, "result": []}
        }));
        let text = human_report(&report, "a\nb", Language::Ru);
        assert!(text.contains("[U+202E]СУ Issuer: did:web:other.kz\n"), "{text}");
        assert!(text.contains("[U+001B][32mA") && !text.contains('\u{1b}'), "{text}");
        assert!(text.contains("Файл:                         a b\n"), "{text}");
        assert!(text.contains("скрытые символы"), "{text}");
    }

    #[test]
    fn reasons_are_told_in_the_language_of_the_reader() {
        let report = report(
            Check::Status,
            Err(Finding::fail(Code::Revoked, "Bit 7 is set.").at("/credentialStatus")),
        );
        let kk = human_report(&report, "a", Language::Kk);
        assert!(
            kk.contains(
                "өтпеді — Беруші бұл микросертификатты кері қайтарып алған. (/credentialStatus)"
            ),
            "{kk}"
        );
        assert!(!kk.contains("Bit 7"), "{kk}");
        let en = human_report(&report, "a", Language::En);
        assert!(en.contains("failed — Revoked: Bit 7 is set. (/credentialStatus)"), "{en}");
    }

    #[test]
    fn many_results_are_cut() {
        let mut report = report(Check::Trust, Ok(()));
        let results: Vec<_> =
            (0..25).map(|n| json!({"resultDescription": format!("#{n}"), "value": "1"})).collect();
        report.show(json!({"credentialSubject": {"result": results}}));
        let text = human_report(&report, "a", Language::En);
        // By what they say, not by the order in which they stand.
        assert!(text.contains("#4: 1\n    … more 5\n") && !text.contains("#5"), "{text}");
    }
}
