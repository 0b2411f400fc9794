//! The achievement of a programme in one language: what every credential of it holds, and what stands at the achievement's
//! own address. It knows no learner; it only writes JSON.

use serde_json::{Value, json};
use verifier::Language;

use super::compose::{put, slug, text_in};
use super::wording::{self, word};
use crate::completion::{BANDS, Band, LETTERS};
use crate::profile::PublicUrl;
use crate::programme::{Programme, Text};

/// The achievement of `programme` in `language`: the same in every credential and at its own address, since it has one identifier.
#[must_use]
pub fn achievement(public_url: &PublicUrl, programme: &Programme, language: Language) -> Value {
    Badge { public_url, programme, language }.achievement()
}

/// One language of an achievement.
pub(super) struct Badge<'b> {
    pub(super) public_url: &'b PublicUrl,
    pub(super) programme: &'b Programme,
    pub(super) language: Language,
}

impl Badge<'_> {
    fn text<'t>(&self, text: &'t Text) -> &'t str {
        text_in(text, self.language)
    }

    fn word(&self, words: wording::Words) -> &'static str {
        word(words, self.language)
    }

    fn achievement_id(&self, language: Language) -> String {
        let programme = self.programme;
        let base = self.public_url.as_str();
        format!("{base}/achievements/{}/{}/{}", programme.code, programme.version, language.tag())
    }

    /// Identifier of a part of the achievement.
    pub(super) fn part_id(&self, part: &str) -> String {
        format!("{}#{part}", self.achievement_id(self.language))
    }

    pub(super) fn achievement(&self) -> Value {
        let programme = self.programme;
        let base = self.public_url.as_str();
        let related = programme.languages().into_iter().filter(|other| *other != self.language);
        let unit = programme.responsible_unit.en.as_deref().unwrap_or(&programme.code);
        let mut achievement = json!({
            "id": self.achievement_id(self.language),
            "type": ["Achievement"],
            "name": self.text(&programme.qualification_name),
            "description": format!("{}\n\n{}", self.text(&programme.goal), self.text(&programme.course_description)),
            "achievementType": "MicroCredential",
            "inLanguage": self.language.tag(),
            "version": programme.version,
            "humanCode": programme.code,
            "specialization": self.text(&programme.title),
            "creditsAvailable": programme.credits,
            "criteria": { "id": format!("{base}/programmes/{}", programme.code), "narrative": self.narrative() },
            "creator": {
                "id": format!("{base}/issuers/{}", slug(unit)),
                "type": ["Profile"],
                "name": self.text(&programme.responsible_unit),
            },
            "alignment": self.alignments(),
            "resultDescription": self.result_descriptions(),
        });
        put(&mut achievement, "otherIdentifier", programme.registration_number.as_ref().map(|number| {
            json!([{ "type": "IdentifierEntry", "identifierType": "ext:MKProgrammeRegistrationNumber", "identifier": number }])
        }));
        let related: Vec<Value> = related
            .map(|other| {
                json!({
                    "id": self.achievement_id(other),
                    "type": ["Related"],
                    "inLanguage": other.tag(),
                    "version": programme.version,
                })
            })
            .collect();
        put(&mut achievement, "related", non_empty(related));
        let field = programme.field_of_study.as_ref();
        put(&mut achievement, "fieldOfStudy", field.map(|field| field.name.as_str().into()));
        put(&mut achievement, "tag", non_empty(self.tags()));
        achievement
    }

    /// Learning outcomes with their criteria, prerequisites, forms of assessment (Appendix Г; 11.2.3).
    fn narrative(&self) -> String {
        let programme = self.programme;
        let mut lines: Vec<String> = programme
            .outcomes
            .iter()
            .enumerate()
            .map(|(index, outcome)| {
                format!(
                    "{}. {} — {}",
                    index + 1,
                    self.text(&outcome.name),
                    self.text(&outcome.criteria)
                )
            })
            .collect();
        if let Some(text) =
            programme.prerequisites.as_ref().and_then(|text| text.in_language(self.language))
        {
            lines.push(format!("{}: {text}", self.word(wording::PREREQUISITES)));
        }
        let forms = programme.assessment_forms.iter();
        let forms: Vec<_> =
            forms.map(|form| wording::assessment_form(form, self.language)).collect();
        if !forms.is_empty() {
            lines.push(format!("{}: {}", self.word(wording::ASSESSMENT), forms.join(", ")));
        }
        if programme.professional_standard.code.is_none() {
            lines.push(self.text(&programme.professional_standard.name).to_owned());
        }
        lines.join("\n")
    }

    /// The programme's tags and the competences that it forms, none twice: a set is not signed with its repetitions.
    fn tags(&self) -> Vec<Value> {
        let programme = self.programme;
        let competences = programme.competences.iter().map(|competence| self.text(competence));
        let mut tags: Vec<&str> = Vec::new();
        for tag in programme.tags.iter().map(String::as_str).chain(competences) {
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        tags.into_iter().map(Value::from).collect()
    }

    fn alignments(&self) -> Vec<Value> {
        let programme = self.programme;
        let base = self.public_url.as_str();
        let level = programme.nqf_level.to_string();
        let (form, form_page) = wording::study_form(programme.study_form);
        let mut alignments = vec![
            alignment(
                "ext:NQFLevel",
                self.word(wording::NQF),
                Some(&level),
                self.text(&programme.nqf_label),
                &format!("{base}/frameworks/nqf-kz/{level}"),
            ),
            alignment(
                "ext:StudyForm",
                self.word(wording::STUDY_FORMS),
                Some(form_page),
                self.word(form),
                &format!("{base}/study-forms/{form_page}"),
            ),
        ];
        let languages = programme.languages_of_study.iter();
        for (name, code) in languages.filter_map(|tag| wording::language_of_study(tag)) {
            let page = format!("http://publications.europa.eu/resource/authority/language/{code}");
            alignments.push(alignment(
                "ext:LanguageOfStudy",
                self.word(wording::LANGUAGE_OF_STUDY),
                Some(code),
                self.word(name),
                &page,
            ));
        }
        if let Some(field) = &programme.field_of_study {
            let page = format!("http://data.europa.eu/snb/isced-f/{}", field.code);
            alignments.push(alignment(
                "ext:ISCEDF",
                "ISCED-F 2013",
                Some(&field.code),
                &field.name,
                &page,
            ));
        }
        alignments.extend(self.recognitions());
        alignments
    }

    /// What outside bodies say of the programme: professional standard, accreditations, frameworks of skills.
    fn recognitions(&self) -> Vec<Value> {
        let programme = self.programme;
        let base = self.public_url.as_str();
        let mut alignments = Vec::new();
        let standard = &programme.professional_standard;
        if let Some(code) = &standard.code {
            let page = format!("{base}/frameworks/ps/{}", slug(code));
            alignments.push(alignment(
                "ext:ProfessionalStandard",
                self.word(wording::PROFESSIONAL_STANDARDS),
                Some(code),
                self.text(&standard.name),
                &page,
            ));
        }
        for accreditation in &programme.accreditation {
            let page = format!("{base}/programmes/{}#accreditation", programme.code);
            alignments.push(alignment(
                "ext:QualityAssurance",
                self.word(wording::ACCREDITATION),
                Some(&accreditation.kind),
                &accreditation.agency,
                &page,
            ));
        }
        for other in &programme.alignment {
            alignments.push(alignment(
                "ext:Framework",
                &other.framework,
                Some(&other.code),
                &other.name,
                &other.url,
            ));
        }
        alignments
    }

    fn result_descriptions(&self) -> Vec<Value> {
        let percent = |part: &str, name: &str| {
            json!({
                "id": self.part_id(part),
                "type": ["ResultDescription"],
                "name": name,
                "resultType": "Percent",
                "valueMin": "0",
                "valueMax": "100",
                "requiredValue": "50",
            })
        };
        let letters: Vec<&str> = LETTERS.iter().rev().map(|(_, letter)| *letter).collect();
        let mut descriptions = vec![
            percent("percent", self.word(wording::FINAL_PERCENT)),
            json!({
                "id": self.part_id("letter"),
                "type": ["ResultDescription"],
                "name": self.word(wording::FINAL_LETTER),
                "resultType": "LetterGrade",
                "allowedValue": letters,
                "requiredValue": "D",
            }),
            json!({
                "id": self.part_id("band"),
                "type": ["ResultDescription"],
                "name": self.word(wording::LEVEL_OF_ACHIEVEMENT),
                "resultType": "RubricCriterionLevel",
                "requiredLevel": self.part_id("band-D"),
                "rubricCriterionLevel": BANDS.iter().rev().map(|band| self.level(band)).collect::<Vec<_>>(),
            }),
        ];
        for outcome in &self.programme.outcomes {
            descriptions.push(percent(&outcome.short_id, self.text(&outcome.name)));
        }
        descriptions.push(json!({
            "id": self.part_id("hours"),
            "type": ["ResultDescription"],
            "name": self.word(wording::ACADEMIC_HOURS),
            "resultType": "ext:AcademicHours",
        }));
        descriptions
    }

    fn level(&self, band: &Band) -> Value {
        json!({
            "id": self.part_id(&band_part(band)),
            "type": ["RubricCriterionLevel"],
            "name": self.text(&band.level()),
            "level": band_letter(band),
            "points": format!("{}-{}", band.percent_min, band.percent_max),
            "description": self.text(&band.description()),
        })
    }
}

fn alignment(kind: &str, framework: &str, code: Option<&str>, name: &str, url: &str) -> Value {
    let mut alignment = json!({
        "type": ["Alignment"],
        "targetType": kind,
        "targetFramework": framework,
        "targetName": name,
        "targetUrl": url,
    });
    put(&mut alignment, "targetCode", code.map(Value::from));
    alignment
}

/// A band goes by the first of its letters.
fn band_letter(band: &Band) -> &'static str {
    band.letters.get(..1).unwrap_or_default()
}

pub(super) fn band_part(band: &Band) -> String {
    format!("band-{}", band_letter(band))
}

/// Empty sets are left out: they would vanish from what is signed.
fn non_empty(values: Vec<Value>) -> Option<Value> {
    (!values.is_empty()).then(|| Value::Array(values))
}
