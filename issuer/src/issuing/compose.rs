//! Composes the credential of one certificate in one language: the regulation's fields in Open Badges 3.0 terms, no
//! private context (`docs/formats.md`, "The credential"). It only writes JSON; it gives no number and signs nothing.

use jiff::civil::Date;
use serde_json::{Value, json};
use verifier::Language;

use super::certificate::StatusEntry;
use super::wording::{self, word};
use crate::completion::{BANDS, Band, Completion, LETTERS, band, letter};
use crate::profile::{IssuerProfile, PublicUrl};
use crate::programme::{Programme, Text};

/// What stays the same in every language of a certificate.
pub(super) struct Draft<'d> {
    pub(super) profile: &'d IssuerProfile,
    pub(super) public_url: &'d PublicUrl,
    pub(super) programme: &'d Programme,
    pub(super) completion: &'d Completion,
    pub(super) number: &'d str,
    pub(super) registration_number: &'d str,
    pub(super) handle: &'d str,
}

const CONTEXTS: [&str; 2] = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
];

/// Kazakhstan keeps one time zone, UTC+5; the form's calendar dates are its midnights.
pub(super) fn midnight(date: Date) -> String {
    format!("{date}T00:00:00+05:00")
}

/// The part of a URL made from a name: lower-case letters, digits and single hyphens.
#[must_use]
pub fn slug(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

impl Draft<'_> {
    /// The unsecured credential.
    pub(super) fn compose(&self, language: Language, status: StatusEntry) -> Value {
        let edition = Edition { draft: self, language };
        let id = self.public_url.credential(self.handle, language.tag());
        let list = self.public_url.status_list(status.list);
        json!({
            "@context": CONTEXTS,
            "id": id,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": edition.text(&self.programme.qualification_name),
            "issuer": edition.issuer(),
            "awardedDate": midnight(self.completion.commission_date),
            "validFrom": midnight(self.completion.issue_date),
            "credentialSubject": edition.subject(),
            "evidence": [
                evidence(&id, "commission-decision", &self.completion.commission_protocol),
                evidence(&id, "journal-number", self.registration_number),
            ],
            "credentialStatus": {
                "id": format!("{list}#{}", status.index),
                "type": "BitstringStatusListEntry",
                "statusPurpose": "revocation",
                "statusListIndex": status.index.to_string(),
                "statusListCredential": list,
            },
        })
    }
}

fn evidence(credential: &str, genre: &str, name: &str) -> Value {
    json!({
        "id": format!("{credential}#{genre}"),
        "type": ["Evidence"],
        "genre": genre,
        "name": name,
    })
}

/// One language of a draft.
struct Edition<'d> {
    draft: &'d Draft<'d>,
    language: Language,
}

impl Edition<'_> {
    fn text<'t>(&self, text: &'t Text) -> &'t str {
        // A certificate is composed only in languages in which its programme has every text.
        text.in_language(self.language).unwrap_or(&text.kk)
    }

    fn word(&self, words: wording::Words) -> &'static str {
        word(words, self.language)
    }

    fn issuer(&self) -> Value {
        let profile = self.draft.profile;
        let mut issuer = json!({
            "id": profile.id,
            "type": ["Profile"],
            "name": self.text(&profile.name),
            "url": profile.url,
        });
        let bin = profile.bin.as_ref().map(|bin| {
            json!([{ "type": "IdentifierEntry", "identifierType": "ext:KZ-BIN", "identifier": bin }])
        });
        put(&mut issuer, "email", profile.email.as_deref().map(Value::from));
        put(&mut issuer, "official", profile.official.as_deref().map(Value::from));
        put(&mut issuer, "otherIdentifier", bin);
        let address =
            profile.address.as_ref().and_then(|address| serde_json::to_value(address).ok());
        put(
            &mut issuer,
            "address",
            address.map(|mut address| {
                put(&mut address, "type", Some(json!(["Address"])));
                address
            }),
        );
        issuer
    }

    fn subject(&self) -> Value {
        let completion = self.draft.completion;
        let mut subject = json!({
            "type": ["AchievementSubject"],
            "identifier": [{
                "type": "IdentityObject",
                "identityType": "name",
                "hashed": false,
                "identityHash": completion.learner.name.to_string(),
            }],
            "activityStartDate": midnight(completion.period_start),
            "activityEndDate": midnight(completion.period_end),
            "creditsEarned": self.draft.programme.credits,
            "licenseNumber": self.draft.number,
            "achievement": self.achievement(),
            "result": self.results(),
        });
        put(&mut subject, "id", completion.learner.did.as_deref().map(Value::from));
        subject
    }

    fn achievement_id(&self, language: Language) -> String {
        let programme = self.draft.programme;
        let base = self.draft.public_url.as_str();
        format!("{base}/achievements/{}/{}/{}", programme.code, programme.version, language.tag())
    }

    /// Identifier of a part of the achievement.
    fn part_id(&self, part: &str) -> String {
        format!("{}#{part}", self.achievement_id(self.language))
    }

    fn achievement(&self) -> Value {
        let programme = self.draft.programme;
        let base = self.draft.public_url.as_str();
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
        let programme = self.draft.programme;
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
        let programme = self.draft.programme;
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
        let programme = self.draft.programme;
        let mut alignments = vec![self.nqf_level(), self.study_form()];
        alignments.extend(self.language_of_study());
        if let Some(field) = &programme.field_of_study {
            let page = format!("http://data.europa.eu/snb/isced-f/{}", field.code);
            let target = ("ext:ISCEDF", Some(field.code.as_str()));
            alignments.push(alignment(target, "ISCED-F 2013", &field.name, &page));
        }
        alignments.extend(self.professional_standard());
        for accreditation in &programme.accreditation {
            let page = self.page(&format!("programmes/{}#accreditation", programme.code));
            let target = ("ext:QualityAssurance", Some(accreditation.kind.as_str()));
            let framework = self.word(wording::ACCREDITATION);
            alignments.push(alignment(target, framework, &accreditation.agency, &page));
        }
        for other in &programme.alignment {
            let target = ("ext:Framework", Some(other.code.as_str()));
            alignments.push(alignment(target, &other.framework, &other.name, &other.url));
        }
        alignments
    }

    /// A page of ours.
    fn page(&self, path: &str) -> String {
        format!("{}/{path}", self.draft.public_url.as_str())
    }

    fn nqf_level(&self) -> Value {
        let level = self.draft.programme.nqf_level.to_string();
        let name = self.text(&self.draft.programme.nqf_label);
        let page = self.page(&format!("frameworks/nqf-kz/{level}"));
        alignment(("ext:NQFLevel", Some(&level)), self.word(wording::NQF), name, &page)
    }

    fn study_form(&self) -> Value {
        let (form, name) = wording::study_form(self.draft.completion.study_form);
        let page = self.page(&format!("study-forms/{name}"));
        let target = ("ext:StudyForm", Some(name));
        alignment(target, self.word(wording::STUDY_FORMS), self.word(form), &page)
    }

    fn language_of_study(&self) -> Option<Value> {
        let (name, code) = wording::language_of_study(&self.draft.completion.language)?;
        let page = format!("http://publications.europa.eu/resource/authority/language/{code}");
        let target = ("ext:LanguageOfStudy", Some(code));
        Some(alignment(target, self.word(wording::LANGUAGE_OF_STUDY), self.word(name), &page))
    }

    /// `None` if the programme follows the labour market instead (Appendix Д 9): then the narrative says so.
    fn professional_standard(&self) -> Option<Value> {
        let standard = &self.draft.programme.professional_standard;
        let code = standard.code.as_deref()?;
        let page = self.page(&format!("frameworks/ps/{}", slug(code)));
        let framework = self.word(wording::PROFESSIONAL_STANDARDS);
        let target = ("ext:ProfessionalStandard", Some(code));
        Some(alignment(target, framework, self.text(&standard.name), &page))
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
        for outcome in &self.draft.programme.outcomes {
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

    fn results(&self) -> Vec<Value> {
        let completion = self.draft.completion;
        let value = |part: &str, value: String| {
            json!({
                "type": ["Result"],
                "resultDescription": self.part_id(part),
                "value": value,
            })
        };
        let percent = completion.score_percent;
        let mut results = vec![
            value("percent", percent.to_string()),
            value("letter", letter(percent).to_owned()),
            json!({
                "type": ["Result"],
                "resultDescription": self.part_id("band"),
                "achievedLevel": self.part_id(&band_part(band(percent))),
            }),
        ];
        for (outcome, score) in &completion.outcome_scores {
            results.push(value(outcome, score.to_string()));
        }
        results.push(value("hours", self.draft.programme.hours.to_string()));
        results
    }
}

/// An alignment to `name` in a framework; `target` is its type and its code there.
fn alignment(target: (&str, Option<&str>), framework: &str, name: &str, url: &str) -> Value {
    let mut alignment = json!({
        "type": ["Alignment"],
        "targetType": target.0,
        "targetFramework": framework,
        "targetName": name,
        "targetUrl": url,
    });
    put(&mut alignment, "targetCode", target.1.map(Value::from));
    alignment
}

/// A band goes by the first of its letters.
fn band_letter(band: &Band) -> &'static str {
    band.letters.get(..1).unwrap_or_default()
}

fn band_part(band: &Band) -> String {
    format!("band-{}", band_letter(band))
}

/// Empty sets are left out: they would vanish from what is signed.
fn non_empty(values: Vec<Value>) -> Option<Value> {
    (!values.is_empty()).then(|| Value::Array(values))
}

fn put(object: &mut Value, member: &str, value: Option<Value>) {
    if let (Some(members), Some(value)) = (object.as_object_mut(), value) {
        members.insert(member.to_owned(), value);
    }
}
