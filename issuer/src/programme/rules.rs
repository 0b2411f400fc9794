//! The regulation's rules for a programme, in the order in which they are checked.

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::Value;

use super::entry::passport;
use super::hours::check_hours;
use super::limits::{CREDITS_MAX, CREDITS_MIN, HOURS_PER_CREDIT, VALIDITY_YEARS};
use super::passport::Programme;
use super::problem::ProgrammeProblem;
use super::reading::Reading;

/// Rows of the content table of Appendix Г.
pub(super) const CONTENT: &str = "/appendix_G_explanatory_note/content/rows";
/// Credits and hours in the register.
pub(super) const VOLUME: &str = "/register/volume";

/// Reads and checks one programme.
pub(super) fn parse(value: &Value) -> Result<Programme, Vec<ProgrammeProblem>> {
    let mut reading = Reading::new(value);
    if !value.is_object() {
        reading.refuse("", "A programme must be a JSON object.");
        return Err(reading.into_problems());
    }
    let programme = passport(&mut reading, value.clone());
    check_volume(&mut reading);
    check_validity(&mut reading, &programme);
    check_approval(&mut reading, &programme);
    check_hours(&mut reading, &programme);
    check_appendices(&mut reading, &programme);
    if reading.is_sound() { Ok(programme) } else { Err(reading.into_problems()) }
}

fn check_volume(reading: &mut Reading<'_>) {
    if !reading.sound_at(&[VOLUME]) {
        return;
    }
    let credits = reading.whole_number("/register/volume/academic_credits");
    let hours = reading.whole_number("/register/volume/academic_hours");
    if !(CREDITS_MIN..=CREDITS_MAX).contains(&credits) {
        reading.refuse(
            "/register/volume/academic_credits",
            format!(
                "A course has {CREDITS_MIN} to {CREDITS_MAX} academic credits (4.6), not {credits}."
            ),
        );
        return;
    }
    if hours != credits * HOURS_PER_CREDIT {
        reading.refuse(
            "/register/volume/academic_hours",
            format!(
                "{credits} credits are {} academic hours (4.15), not {hours}.",
                credits * HOURS_PER_CREDIT
            ),
        );
    }
}

fn check_validity(reading: &mut Reading<'_>, programme: &Programme) {
    if !reading.sound_at(&["/register/valid_from", "/register/valid_until"]) {
        return;
    }
    let (from, until) = (programme.valid_from, programme.valid_until);
    let last_day =
        |years: i32| from.checked_add(years.years()).and_then(|day| day.checked_sub(1.day())).ok();
    let (shortest, longest) = (last_day(*VALIDITY_YEARS.start()), last_day(*VALIDITY_YEARS.end()));
    if !(shortest.is_some_and(|day| until >= day) && longest.is_some_and(|day| until <= day)) {
        reading.refuse(
            "/register/valid_until",
            format!("A programme is valid for 1 to 3 years (4.13), not from {from} to {until}."),
        );
    }
}

/// The steps of 4.12, 4.16 and 9.2, each dated no earlier than the one before.
fn check_approval(reading: &mut Reading<'_>, programme: &Programme) {
    const STEPS: [&str; 6] = [
        "/approval/internal_review/date",
        "/approval/external_review/date",
        "/approval/institute_academic_council/date",
        "/approval/order/date",
        "/register/registered_on",
        "/register/valid_from",
    ];
    let demanded = programme.status.is_registered();
    let mut before: Option<(Date, &str)> = None;
    for pointer in STEPS {
        if reading.at(pointer).is_none() && !demanded {
            continue;
        }
        let known_bad = !reading.sound_at(&[pointer]);
        let date = if known_bad { Date::ZERO } else { reading.date(pointer) };
        if !reading.sound_at(&[pointer]) {
            continue;
        }
        if let Some((earlier, name)) = before.filter(|(earlier, _)| date < *earlier) {
            reading.refuse(
                pointer,
                format!("The steps of approval follow each other (4.12, 4.16, 9.2): {date} lies before {earlier} of {name}."),
            );
        }
        before = Some((date, pointer));
    }
    for review in ["/approval/internal_review", "/approval/external_review"] {
        check_review(reading, review, demanded);
    }
    if demanded {
        reading.line("/approval/institute_academic_council/protocol");
        reading.line("/approval/order/number");
        check_submitted_documents(reading);
    }
}

fn check_review(reading: &mut Reading<'_>, review: &str, demanded: bool) {
    if reading.at(review).is_none() && !demanded {
        return;
    }
    let pointer = format!("{review}/result");
    if reading.at(&pointer).and_then(Value::as_str) != Some("positive") {
        reading.refuse(
            &pointer,
            "Internal and external expertise must both be positive (4.12, 4.16): \"positive\".",
        );
    }
}

fn check_submitted_documents(reading: &mut Reading<'_>) {
    const DEMANDED: [&str; 5] = [
        "application",
        "programme_passport",
        "expert_opinion",
        "faculty_decision",
        "electronic_version",
    ];
    let pointer = "/approval/submitted_documents";
    let submitted = reading.lines(pointer);
    for document in DEMANDED {
        if !submitted.iter().any(|name| name == document) {
            reading.refuse(pointer, format!("The document `{document}` was not submitted (9.3)."));
        }
    }
}

/// What is written twice must be written alike: the public page, the badge and the application show the same programme.
fn check_appendices(reading: &mut Reading<'_>, programme: &Programme) {
    const PAIRS: [(&str, &str); 8] = [
        ("/appendix_D_register_application/2_programme_name", "/register/title"),
        ("/appendix_V_title_page/microqualification_name", "/badge/qualification_name"),
        ("/appendix_V_title_page/total_hours", "/register/volume/academic_hours"),
        ("/appendix_V_title_page/academic_credits", "/register/volume/academic_credits"),
        ("/appendix_D_register_application/7_total_workload", "/register/volume"),
        ("/appendix_D_register_application/5_nqf_level/level", "/register/nqf_level"),
        ("/appendix_D_register_application/4_form/study_form_5_3", "/delivery/study_form"),
        ("/appendix_D_register_application/4_form/label", "/delivery/study_form_label"),
    ];
    for (copy, original) in PAIRS {
        if reading.at(copy) != reading.at(original) {
            reading.refuse(copy, format!("This must be the same as {original}."));
        }
    }
    let pointer = "/appendix_D_register_application/10_learning_outcomes";
    let listed = reading.count(pointer);
    if listed != programme.outcomes.len() {
        reading.refuse(
            pointer,
            format!(
                "Appendix Д lists {listed} learning outcomes, Appendix Г {}.",
                programme.outcomes.len()
            ),
        );
        return;
    }
    for index in 0..listed {
        let copy = format!("{pointer}/{index}");
        let original = format!("{CONTENT}/{index}/learning_outcome");
        if reading.at(&copy) != reading.at(&original) {
            reading.refuse(&copy, format!("This must be the same as {original}."));
        }
    }
}
