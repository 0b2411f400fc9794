//! Reads the fields of one entry of `programmes.json`, each with its own rule.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Text;
use super::limits::{NQF_LEVELS, OUTCOMES_MAX};
use super::passport::{
    Accreditation, Alignment, FieldOfStudy, Outcome, ProfessionalStandard, Programme,
    ProgrammeStatus,
};
use super::reading::Reading;
use super::rules::CONTENT;
use crate::programme::StudyForm;

/// The programme as it is written; only to be used if `reading` found no problem.
pub(super) fn passport(reading: &mut Reading<'_>, document: Value) -> Programme {
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

fn texts(reading: &mut Reading<'_>, pointer: &str) -> Vec<Text> {
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
