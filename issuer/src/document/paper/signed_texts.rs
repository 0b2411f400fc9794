//! The texts of QR codes that carry a statement, for tests of what is printed: real statements of sample certificates, but for their
//! signature, which is none.

use jiff::civil::{Date, date};
use verifier::{StatedProgramme, Statement, handle_bytes};

use super::qr::Code;
use crate::completion::Completion;
use crate::programme::Programme;

const HANDLE: &str = "ABCDEFGHIJKLMNOP";
/// As long as any signature is.
const SIGNATURE: [u8; 64] = [0x5A; 64];

/// Days after 1970-01-01.
fn day(day: Date) -> u32 {
    let span = date(1970, 1, 1).until(day).unwrap();
    u32::try_from(span.get_days()).unwrap()
}

fn statement(completion: &Completion, programme: &Programme) -> Statement {
    let names = programme.outcomes.iter().map(|outcome| outcome.name.kk.clone());
    Statement {
        issuer: "did:web:credentials.example.org".to_owned(),
        handle: handle_bytes(HANDLE).unwrap(),
        number: "MC-A-000004-TDCQ-5".to_owned(),
        registration_number: "2026-A-000004".to_owned(),
        holder: completion.learner.name.to_string(),
        programme: StatedProgramme {
            registration_number: programme.registration_number.clone().unwrap(),
            version: programme.version.clone(),
            digest: [0xA7; 16],
            title: programme.title.kk.clone(),
            qualification: programme.qualification_name.kk.clone(),
            level: programme.nqf_level,
            hours: programme.hours,
            credits: programme.credits,
            study_form: 1,
        },
        period: [day(completion.period_start), day(completion.period_end)],
        commission_day: day(completion.commission_date),
        issue_day: day(completion.issue_date),
        percent: completion.score_percent,
        scores: completion.outcome_scores.iter().map(|(_, score)| *score).collect(),
        competences: names.collect(),
        status: [1, 88_123],
        editions: std::array::from_fn(|place| u8::try_from(place * 7).unwrap()),
    }
}

fn text(statement: &Statement) -> String {
    let fragment = statement.prepare("qr-1").fragment(&SIGNATURE);
    format!("https://credentials.example.org/c/{HANDLE}{fragment}")
}

/// What the code of this certificate says.
pub(super) fn signed_text(completion: &Completion, programme: &Programme) -> String {
    text(&statement(completion, programme))
}

/// The longest such text that a code still holds: the title grows until none does.
pub(super) fn longest_text(completion: &Completion, programme: &Programme) -> String {
    let letters: Vec<char> = ('а'..='я').chain("әғқңөұүһі ".chars()).collect();
    let (mut statement, mut seed) = (statement(completion, programme), 1_u64);
    let mut longest = text(&statement);
    loop {
        // No two words are alike, so that deflating gains little.
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let place = usize::try_from(seed >> 33).unwrap() % letters.len();
        statement.programme.title.push(letters[place]);
        let longer = text(&statement);
        if Code::new(&longer).is_err() {
            return longest;
        }
        longest = longer;
    }
}
