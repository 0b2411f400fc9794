//! A report as one row of a table, for many credentials at a time.

use super::content::Content;
use super::plain::plain_text;
use crate::carrier::Carrier;
use crate::language::Language;
use crate::report::{Check, Report, Verdict};
use crate::time::Timestamp;

/// A report in the words of a table. Every text is plain; of the credential it says what [`Report::view`] holds and nothing else.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Row {
    /// The conclusion.
    pub verdict: Verdict,
    /// What it was sent in, where it was not the credential itself.
    pub carrier: Option<&'static str>,
    /// `id` of the verified credential.
    pub id: Option<String>,
    /// Issuer of the verified credential, host first.
    pub issuer: Option<String>,
    /// Whose it is.
    pub holder: Option<String>,
    /// What it is for.
    pub title: Option<String>,
    /// Number of the certificate.
    pub number: Option<String>,
    /// The check that decides the verdict ([`Report::decisive`]), the kind of its problem, and a sentence.
    pub reason: Option<(Check, String, String)>,
    /// Warnings, by the names of their kinds.
    pub warnings: Vec<&'static str>,
    /// RFC 3339.
    pub checked_at: String,
}

impl Row {
    /// The row of a report, its sentences in `language`.
    #[must_use]
    pub fn of(report: &Report, language: Language) -> Self {
        let view = report.view_in(language);
        let content = view.map(Content::of);
        let plain = |text: &str| Some(plain_text(text)).filter(|text| !text.is_empty());
        let of = content.as_ref();
        let holder = of.map(|content| content.holder.join(", "));
        Self {
            verdict: report.verdict(),
            carrier: report.carrier().and_then(Carrier::name),
            id: view.and_then(|view| view.get("id")?.as_str()).and_then(plain),
            issuer: of.and_then(|content| content.issuer.clone()),
            holder: holder.as_deref().and_then(plain),
            title: of.and_then(|content| content.title.as_deref()).and_then(plain),
            number: of.and_then(|content| content.number).and_then(plain),
            reason: reason(report, language),
            warnings: report.warnings().iter().map(|warning| warning.code.name()).collect(),
            checked_at: Timestamp::from_unix_seconds(report.checked_at()).to_string(),
        }
    }

    /// One line for people: verdict, what was verified, the reason.
    #[must_use]
    pub fn line(&self, input: &str, language: Language) -> String {
        let told = [&self.number, &self.holder, &self.title, &self.issuer];
        let told = told.into_iter().flatten().map(String::as_str);
        let reason = self.reason.as_ref().map(|(_, _, sentence)| sentence.as_str());
        let verdict = self.verdict.phrase(language).name;
        let parts = [plain_text(input)].into_iter().chain(told.chain(reason).map(str::to_owned));
        format!("{verdict} — {}", parts.collect::<Vec<_>>().join(" · "))
    }
}

fn reason(report: &Report, language: Language) -> Option<(Check, String, String)> {
    let (check, problem) = report.decisive()?;
    let sentence = match language {
        Language::En => plain_text(&problem.detail),
        _ => problem.code.phrase(language).sentence.to_owned(),
    };
    Some((check, problem.code.name().to_owned(), sentence))
}
