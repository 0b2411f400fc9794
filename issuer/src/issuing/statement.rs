//! Composes the statement that the QR code of a certificate carries (`docs/qr.md`), and the text of that code.
//! It decides what there is room for; it signs nothing.

use jiff::civil::Date;
use verifier::{
    Code, Language, Problem, StatedProgramme, Statement, UnsignedStatement, achievement_digest,
    handle_bytes,
};

use super::IssueError;
use super::achievement::achievement;
use super::compose::Draft;
use crate::profile::PublicUrl;
use crate::programme::{Programme, StudyForm};
use crate::register::{Certificate, StatusEntry};

/// Bits of a QR code of version 22 at level M (ISO/IEC 18004, "Data capacity"): 105 modules, which at 40 mm are as wide as a phone tells
/// apart on a print of 300 dpi.
const CODE_BITS_MAX: usize = 782 * 8;

/// The same of version 24, 113 modules: the most that a paper prints 40 mm wide (`document/paper/qr.rs`). What no paper could show is not signed.
const LARGEST_BITS_MAX: usize = 914 * 8;

/// What the QR code of a certificate says: its address, and the signed statement where it has one.
#[must_use]
pub fn qr_text(certificate: &Certificate, public_url: &PublicUrl) -> String {
    text(public_url, &certificate.handle, certificate.statement.as_deref())
}

pub(super) fn text(public_url: &PublicUrl, handle: &str, statement: Option<&str>) -> String {
    format!("{}{}", public_url.certificate(handle), statement.unwrap_or_default())
}

/// The statement of a certificate, ready for the key of this name. Where the code would grow beyond version 22, the names of the competences
/// stay away: their results and the programme's digest stay, and the page has the names. `None` where the texts of the programme are so long
/// that no printed code holds them: the code then has the address alone.
///
/// # Errors
/// [`IssueError::Refused`] for a date or a number that no statement can say.
pub(super) fn prepare(
    draft: &Draft<'_>,
    tied: (StatusEntry, [u8; 32]),
    key_name: &str,
) -> Result<Option<UnsignedStatement>, IssueError> {
    let address = draft.public_url.certificate(draft.handle);
    let mut statement = compose(draft, tied)?;
    let mut unsigned = statement.prepare(key_name);
    if code_bits(&address, &unsigned) > CODE_BITS_MAX {
        statement.competences.clear();
        unsigned = statement.prepare(key_name);
    }
    Ok((code_bits(&address, &unsigned) <= LARGEST_BITS_MAX).then_some(unsigned))
}

/// What is said of a certificate with this revocation bit, whose signatures have the digest `editions`.
fn compose(
    draft: &Draft<'_>,
    (status, editions): (StatusEntry, [u8; 32]),
) -> Result<Statement, IssueError> {
    let completion = draft.completion;
    let (scores, competences) = results(draft);
    Ok(Statement {
        issuer: draft.profile.id.clone(),
        handle: handle_bytes(draft.handle).ok_or_else(|| unsayable("handle"))?,
        number: draft.number.to_owned(),
        registration_number: draft.registration_number.to_owned(),
        holder: completion.learner.name.to_string(),
        programme: programme(draft)?,
        period: [day(completion.period_start)?, day(completion.period_end)?],
        commission_day: day(completion.commission_date)?,
        issue_day: day(completion.issue_date)?,
        percent: completion.score_percent,
        scores,
        competences,
        status: [status.list, status.index],
        editions,
    })
}

/// Results and names of the competences, in the programme's order.
fn results(draft: &Draft<'_>) -> (Vec<u8>, Vec<String>) {
    let scored = draft.programme.outcomes.iter().filter_map(|outcome| {
        let mut scores = draft.completion.outcome_scores.iter();
        let (_, score) = scores.find(|(id, _)| *id == outcome.short_id)?;
        Some((*score, outcome.name.kk.clone()))
    });
    scored.unzip()
}

fn programme(draft: &Draft<'_>) -> Result<StatedProgramme, IssueError> {
    let programme = draft.programme;
    let achievement = achievement(draft.public_url, programme, Language::Kk).to_string();
    Ok(StatedProgramme {
        // A programme under which certificates are issued is registered, so it has one.
        registration_number: programme
            .registration_number
            .clone()
            .unwrap_or_else(|| programme.code.clone()),
        version: programme.version.clone(),
        digest: achievement_digest(achievement.as_bytes()).map_err(IssueError::Refused)?,
        title: programme.title.kk.clone(),
        qualification: programme.qualification_name.kk.clone(),
        level: programme.nqf_level,
        hours: programme.hours,
        credits: programme.credits,
        study_form: study_form(programme),
    })
}

const fn study_form(programme: &Programme) -> u8 {
    match programme.study_form {
        StudyForm::FullTime => 0,
        StudyForm::Distance => 1,
        StudyForm::Blended => 2,
        StudyForm::Dual => 3,
    }
}

/// Days after 1970-01-01.
fn day(date: Date) -> Result<u32, IssueError> {
    let epoch = Date::constant(1970, 1, 1);
    let days = epoch.until(date).ok().and_then(|span| u32::try_from(span.get_days()).ok());
    days.ok_or_else(|| unsayable("date"))
}

fn unsayable(what: &str) -> IssueError {
    let detail = format!("The {what} is one that the statement of a QR code cannot say.");
    IssueError::Refused(Problem::new(Code::MalformedValue, detail))
}

/// Bits of a QR code of version 10 to 26 that has the address as bytes, and in the alphanumeric mode what follows the `#`.
fn code_bits(address: &str, unsigned: &UnsignedStatement) -> usize {
    // Any signature is as long as any other.
    let (bytes, characters) = (address.len() + 1, unsigned.fragment(&[0; 64]).len() - 1);
    4 + 16 + 8 * bytes + 4 + 11 + characters / 2 * 11 + characters % 2 * 6
}
