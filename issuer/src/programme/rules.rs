//! The regulation's rules for a programme: the order in which a passport is read and checked.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::Value;

use super::limits::{
    CREDITS_MAX, CREDITS_MIN, HOURS_PER_CREDIT, NQF_LEVELS, OUTCOMES_MAX, VALIDITY_YEARS,
};
use super::passport::{
    Accreditation, Alignment, FieldOfStudy, Outcome, ProfessionalStandard, Programme,
    ProgrammeStatus,
};
use super::problem::ProgrammeProblem;
use super::reading::Reading;
use crate::completion::StudyForm;

const CONTENT: &str = "/appendix_G_explanatory_note/content/rows";
const TOTALS: &str = "/appendix_G_explanatory_note/content/totals";
const VOLUME: &str = "/register/volume";

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

/// Hours of Appendix Г: of a row, of all rows, and the practical share of 11.2.2.
fn check_hours(reading: &mut Reading<'_>, programme: &Programme) {
    let mut sums = Hours::default();
    for index in 0..reading.count(CONTENT).min(OUTCOMES_MAX) {
        let row = format!("{CONTENT}/{index}");
        let hours = Hours::read(reading, &row);
        let parts = hours.parts();
        if reading.sound_at(&[&row]) && parts != u64::from(hours.total) {
            reading.refuse(
                &format!("{row}/hours_total"),
                format!(
                    "The row says {} hours, its columns add up to {parts} (Appendix Г).",
                    hours.total
                ),
            );
        }
        sums.add(&hours);
    }
    if !reading.sound_at(&[CONTENT, VOLUME]) {
        return;
    }
    if sums.total != u32::from(programme.hours) {
        reading.refuse(
            CONTENT,
            format!(
                "The rows add up to {} hours, the programme has {} (Appendix Г).",
                sums.total, programme.hours
            ),
        );
    }
    if (u64::from(sums.practical) + u64::from(sums.individual)) * 2 < u64::from(sums.total) {
        reading.refuse(
            CONTENT,
            format!(
                "At least half of the hours must be practical (11.2.2): {} laboratory-practical and {} individual of {}.",
                sums.practical, sums.individual, sums.total
            ),
        );
    }
    check_totals(reading, &sums);
}

fn check_totals(reading: &mut Reading<'_>, sums: &Hours) {
    let stated = [
        ("hours_total", sums.total),
        ("theoretical", sums.theoretical),
        ("laboratory_practical", sums.practical),
        ("individual", sums.individual),
        ("srsp", sums.guided),
        ("srs", sums.alone),
    ];
    for (name, sum) in stated {
        let pointer = format!("{TOTALS}/{name}");
        if reading.at(&pointer).is_some() && reading.whole_number(&pointer) != sum {
            reading.refuse(&pointer, format!("The rows add up to {sum} (Appendix Г)."));
        }
    }
}

/// The hour columns of Appendix Г.
#[derive(Default)]
struct Hours {
    total: u32,
    theoretical: u32,
    practical: u32,
    individual: u32,
    /// With a teacher: СРСП.
    guided: u32,
    /// Alone: СРС.
    alone: u32,
}

impl Hours {
    fn read(reading: &mut Reading<'_>, row: &str) -> Self {
        Self {
            total: reading.whole_number(&format!("{row}/hours_total")),
            theoretical: reading.whole_number(&format!("{row}/of_which/theoretical")),
            practical: reading.whole_number(&format!("{row}/of_which/laboratory_practical")),
            individual: reading.whole_number(&format!("{row}/of_which/individual")),
            guided: reading.whole_number(&format!("{row}/srsp_hours")),
            alone: reading.whole_number(&format!("{row}/srs_hours")),
        }
    }

    fn parts(&self) -> u64 {
        [self.theoretical, self.practical, self.individual, self.guided, self.alone]
            .into_iter()
            .map(u64::from)
            .sum()
    }

    const fn add(&mut self, row: &Self) {
        self.total = self.total.saturating_add(row.total);
        self.theoretical = self.theoretical.saturating_add(row.theoretical);
        self.practical = self.practical.saturating_add(row.practical);
        self.individual = self.individual.saturating_add(row.individual);
        self.guided = self.guided.saturating_add(row.guided);
        self.alone = self.alone.saturating_add(row.alone);
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

fn passport(reading: &mut Reading<'_>, document: Value) -> Programme {
    let code = code(reading);
    let status = status(reading);
    let registered = status.is_registered();
    let outcomes = outcomes(reading, &code);
    let application = "/appendix_D_register_application";
    let note = "/appendix_G_explanatory_note";
    Programme {
        registration_number: required_if(reading, registered, "/register/registration_number"),
        version: reading.line("/register/version"),
        title: reading.text("/register/title"),
        qualification_name: reading.text("/badge/qualification_name"),
        nqf_level: nqf_level(reading),
        nqf_label: reading.text(&format!("{application}/5_nqf_level/label")),
        credits: narrow(reading.whole_number("/register/volume/academic_credits")),
        hours: narrow(reading.whole_number("/register/volume/academic_hours")),
        responsible_unit: reading.text("/register/responsible_unit"),
        status,
        registered_on: registered.then(|| reading.date("/register/registered_on")),
        valid_from: reading.date("/register/valid_from"),
        valid_until: reading.date("/register/valid_until"),
        goal: reading.text(&format!("{application}/3_goal")),
        course_description: reading.text(&format!("{note}/course_description")),
        competences: texts(reading, &format!("{note}/competences")),
        prerequisites: reading.optional_text(&format!("{note}/prerequisites")),
        outcomes,
        study_form: study_form(reading),
        study_form_label: reading.optional_text("/delivery/study_form_label"),
        assessment_forms: reading.lines("/delivery/assessment_forms"),
        languages_of_study: languages_of_study(reading),
        professional_standard: ProfessionalStandard {
            code: reading.optional_line(&format!("{application}/9_professional_standard/code")),
            name: reading.text(&format!("{application}/9_professional_standard/name")),
        },
        accreditation: accreditation(reading),
        field_of_study: field_of_study(reading),
        tags: reading.lines("/badge/tags"),
        alignment: alignment(reading),
        code,
        document,
    }
}

fn code(reading: &mut Reading<'_>) -> String {
    let code = reading.line("/code");
    let plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
    // The code is part of public URLs, and a Cyrillic О in it could never be typed again.
    if !code.is_empty() && !code.bytes().all(plain) {
        reading.refuse("/code", "A code is made of the letters A to Z, digits and hyphens.");
    }
    code
}

fn status(reading: &mut Reading<'_>) -> ProgrammeStatus {
    let word = reading.line("/register/status");
    ProgrammeStatus::from_word(&word).unwrap_or_else(|| {
        if !word.is_empty() {
            let known = ProgrammeStatus::ALL.map(ProgrammeStatus::word).join(", ");
            reading.refuse(
                "/register/status",
                format!("`{word}` is no status of the register (9.5): {known}."),
            );
        }
        ProgrammeStatus::Draft
    })
}

fn required_if(reading: &mut Reading<'_>, required: bool, pointer: &str) -> Option<String> {
    if required { Some(reading.line(pointer)) } else { reading.optional_line(pointer) }
}

fn nqf_level(reading: &mut Reading<'_>) -> u8 {
    let level = reading.whole_number("/register/nqf_level");
    if reading.sound_at(&["/register/nqf_level"]) && !NQF_LEVELS.contains(&level) {
        reading.refuse(
            "/register/nqf_level",
            format!("The national qualifications framework has the levels 1 to 8, not {level}."),
        );
    }
    narrow(level)
}

/// A number too large for its type is refused by its own rule; here it must only not pass for a small one.
fn narrow<T: TryFrom<u32> + Default>(number: u32) -> T {
    T::try_from(number).unwrap_or_default()
}

fn outcomes(reading: &mut Reading<'_>, code: &str) -> Vec<Outcome> {
    let count = reading.count(CONTENT);
    if count == 0 {
        reading.refuse(CONTENT, "A programme has at least one learning outcome (11.2.1).");
    }
    if count > OUTCOMES_MAX {
        reading.refuse(CONTENT, format!("There are more than {OUTCOMES_MAX} rows."));
    }
    let mut seen = BTreeSet::new();
    (0..count.min(OUTCOMES_MAX))
        .map(|index| {
            let outcome = outcome(reading, code, &format!("{CONTENT}/{index}"));
            if !seen.insert(outcome.id.clone()) {
                reading.refuse(
                    &format!("{CONTENT}/{index}/id"),
                    format!("The id `{}` is used twice.", outcome.id),
                );
            }
            outcome
        })
        .collect()
}

fn outcome(reading: &mut Reading<'_>, code: &str, row: &str) -> Outcome {
    let pointer = format!("{row}/id");
    let id = reading.line(&pointer);
    let short_id =
        id.strip_prefix(code).and_then(|rest| rest.strip_prefix('/')).unwrap_or_default();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-';
    // `|` and `:` separate the scores of a completion.
    if !id.is_empty() && (short_id.is_empty() || !short_id.bytes().all(plain)) {
        reading
            .refuse(&pointer, format!("The id of an outcome looks like {code}/LO1, not `{id}`."));
    }
    Outcome {
        short_id: short_id.to_owned(),
        name: reading.text(&format!("{row}/learning_outcome")),
        criteria: reading.text(&format!("{row}/assessment_criteria")),
        hours: narrow(reading.whole_number(&format!("{row}/hours_total"))),
        id,
    }
}

fn texts(reading: &mut Reading<'_>, pointer: &str) -> Vec<super::Text> {
    (0..reading.count(pointer)).map(|index| reading.text(&format!("{pointer}/{index}"))).collect()
}

fn study_form(reading: &mut Reading<'_>) -> StudyForm {
    let pointer = "/delivery/study_form";
    let form = reading.at(pointer).cloned().and_then(|value| serde_json::from_value(value).ok());
    form.unwrap_or_else(|| {
        reading.refuse(
            pointer,
            "The form of study is one of full_time, distance, blended, dual (5.3).",
        );
        StudyForm::FullTime
    })
}

fn languages_of_study(reading: &mut Reading<'_>) -> Vec<String> {
    let pointer = "/appendix_D_register_application/8_languages";
    let languages = reading.lines(pointer);
    if languages.is_empty() {
        reading.refuse(pointer, "At least one language of study is demanded (Appendix Д 8).");
    }
    languages
}

fn accreditation(reading: &mut Reading<'_>) -> Vec<Accreditation> {
    let pointer = "/appendix_D_register_application/6_accreditation";
    // The sample writes "none" for a programme without accreditation.
    if reading.at(pointer).and_then(Value::as_str) == Some("none") {
        return Vec::new();
    }
    (0..reading.count(pointer))
        .map(|index| Accreditation {
            kind: reading.line(&format!("{pointer}/{index}/type")),
            agency: reading.line(&format!("{pointer}/{index}/agency")),
        })
        .collect()
}

fn field_of_study(reading: &mut Reading<'_>) -> Option<FieldOfStudy> {
    reading.at("/badge/isced_f")?;
    let code = reading.line("/badge/isced_f/code");
    if code.len() != 4 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        reading.refuse("/badge/isced_f/code", "A detailed field of ISCED-F has four digits.");
    }
    Some(FieldOfStudy { code, name: reading.line("/badge/isced_f/name") })
}

fn alignment(reading: &mut Reading<'_>) -> Vec<Alignment> {
    let pointer = "/badge/alignment";
    (0..reading.count(pointer))
        .map(|index| {
            let member = |name: &str| format!("{pointer}/{index}/{name}");
            Alignment {
                framework: reading.line(&member("framework")),
                code: reading.line(&member("code")),
                name: reading.line(&member("name")),
                url: reading.line(&member("url")),
            }
        })
        .collect()
}
