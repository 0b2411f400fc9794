//! What a verified document states, in the terms of the certificate form (Appendix Б).
//! It must be given nothing but `Report::view`, or a credential that this university has released; every text is made plain here, once.

use jiff::civil::Date;
use serde_json::Value;
use verifier::plain_text;

/// The statements of one credential; what it lacks is `None` or empty.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Stated {
    /// `id`: where the credential lives.
    pub(crate) id: Option<String>,
    pub(crate) issuer_id: Option<String>,
    pub(crate) organisation: Option<String>,
    pub(crate) head: Option<String>,
    pub(crate) number: Option<String>,
    pub(crate) registration_number: Option<String>,
    pub(crate) holder: Option<String>,
    /// The same name in Latin script, as its holder spells it: English editions have it.
    pub(crate) holder_latin: Option<String>,
    pub(crate) period_start: Option<Date>,
    pub(crate) period_end: Option<Date>,
    pub(crate) programme: Option<String>,
    pub(crate) programme_code: Option<String>,
    pub(crate) qualification: Option<String>,
    pub(crate) hours: Option<String>,
    pub(crate) credits: Option<String>,
    pub(crate) level: Option<String>,
    pub(crate) study_form: Option<String>,
    pub(crate) study_language: Option<String>,
    pub(crate) commission_date: Option<Date>,
    pub(crate) commission_protocol: Option<String>,
    pub(crate) issue_date: Option<Date>,
    pub(crate) valid_until: Option<Date>,
    /// Competences with their grades (6.2.1).
    pub(crate) competences: Vec<Graded>,
    /// The final result: percent, letter, level of achievement.
    pub(crate) finals: Vec<Graded>,
}

/// What was assessed, and the grade.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Graded {
    pub(crate) name: String,
    pub(crate) grade: String,
}

impl Stated {
    /// Reads the verified document, with at most so many results.
    pub(crate) fn of(view: &Value, results_max: usize) -> Self {
        let (subject, issuer) = (&view["credentialSubject"], &view["issuer"]);
        let achievement = &subject["achievement"];
        let aligned = |kind: &str| {
            let found = find(&achievement["alignment"], "targetType", kind)?;
            text(&found["targetName"])
        };
        let evidence = |genre: &str| text(&find(&view["evidence"], "genre", genre)?["name"]);
        let (holder, holder_latin) = names(subject);
        let mut stated = Self {
            id: text(&view["id"]),
            issuer_id: text(&issuer["id"]).or_else(|| text(issuer)),
            organisation: text(&issuer["name"]),
            head: text(&issuer["official"]),
            number: text(&subject["licenseNumber"]),
            registration_number: evidence("journal-number"),
            holder,
            holder_latin,
            period_start: date(&subject["activityStartDate"]),
            period_end: date(&subject["activityEndDate"]),
            programme: text(&achievement["specialization"]),
            programme_code: text(&achievement["humanCode"]),
            qualification: text(&achievement["name"]).or_else(|| text(&view["name"])),
            credits: text(&subject["creditsEarned"]),
            level: aligned("ext:NQFLevel"),
            study_form: aligned("ext:StudyForm"),
            study_language: aligned("ext:LanguageOfStudy"),
            commission_date: date(&view["awardedDate"]),
            commission_protocol: evidence("commission-decision"),
            issue_date: date(&view["validFrom"]),
            valid_until: date(&view["validUntil"]),
            ..Self::default()
        };
        for result in items(&subject["result"]).take(results_max) {
            stated.take(result, achievement);
        }
        stated
    }

    /// The name as its holder's, in Latin script first where there is one: `KALYPOVA ASEM (Қалыпова Әсем)`.
    pub(crate) fn whose(&self) -> Option<String> {
        let name = self.holder.as_ref()?;
        Some(match &self.holder_latin {
            Some(latin) => format!("{latin} ({name})"),
            None => name.clone(),
        })
    }

    /// Puts one result where it belongs: hours, final result, or a competence.
    fn take(&mut self, result: &Value, achievement: &Value) {
        let Some(id) = result["resultDescription"].as_str() else { return };
        let description = find(&achievement["resultDescription"], "id", id);
        let description = description.unwrap_or(&Value::Null);
        let level = || {
            let reached = result["achievedLevel"].as_str()?;
            let level = find(&description["rubricCriterionLevel"], "id", reached);
            level.map_or_else(|| Some(plain_text(reached)), |level| text(&level["name"]))
        };
        let grade = text(&result["value"]).or_else(level).or_else(|| text(&result["status"]));
        let Some(grade) = grade else { return };
        let name = text(&description["name"]).unwrap_or_else(|| plain_text(id));
        let kind = description["resultType"].as_str().unwrap_or_default();
        // The final percentage is told from those of the competences by its place in the achievement.
        let is_final = kind != "Percent" || id.rsplit('#').next() == Some("percent");
        match kind {
            "ext:AcademicHours" => self.hours = Some(grade),
            _ if is_final => self.finals.push(Graded { name, grade }),
            _ => self.competences.push(Graded { name, grade: format!("{grade} %") }),
        }
    }
}

/// The name in clear if the credential has one, else the key or address of its holder; then the same name in Latin script. They are told
/// apart by their letters: the order of a set is not signed.
fn names(subject: &Value) -> (Option<String>, Option<String>) {
    let in_clear = |identity: &&Value| identity["hashed"] == Value::Bool(false);
    let names = items(&subject["identifier"])
        .filter(in_clear)
        .filter(|identity| identity["identityType"] == "name")
        .filter_map(|identity| text(&identity["identityHash"]));
    let mut names: Vec<String> = names.collect();
    names.dedup();
    names.sort_by_key(|name| is_latin(name));
    let mut names = names.into_iter();
    let first = names.next().or_else(|| text(&subject["name"])).or_else(|| text(&subject["id"]));
    (first, names.find(|name| is_latin(name)))
}

/// Whether every letter is one of the Latin script, with or without marks (Unicode, "Latin-1 Supplement" to "Latin Extended-B").
fn is_latin(name: &str) -> bool {
    name.chars().filter(|letter| letter.is_alphabetic()).all(|letter| letter < '\u{250}')
}

/// The object of a set whose member `name` is `value`.
fn find<'v>(set: &'v Value, name: &str, value: &str) -> Option<&'v Value> {
    items(set).find(|item| item[name] == value)
}

/// A JSON-LD set: an array, or its only member.
fn items(value: &Value) -> impl Iterator<Item = &Value> {
    let (many, one) = match value {
        Value::Array(items) => (items.as_slice(), None),
        Value::Null => (&[][..], None),
        one => (&[][..], Some(one)),
    };
    many.iter().chain(one)
}

/// A text or number, made plain.
fn text(value: &Value) -> Option<String> {
    let found = value.as_str().or_else(|| value["@value"].as_str()).map(plain_text);
    found.or_else(|| value.as_number().map(ToString::to_string)).filter(|text| !text.is_empty())
}

/// The calendar date as it is written, in the offset in which it is written.
fn date(value: &Value) -> Option<Date> {
    value.as_str()?.get(..10)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_empty_document_states_nothing() {
        assert_eq!(Stated::of(&Value::Null, 9), Stated::default());
        assert_eq!(Stated::of(&json!({"credentialSubject": [], "issuer": 7}), 9).holder, None);
    }

    #[test]
    fn results_are_sorted_by_their_kind() {
        let description = |id: &str, kind: &str| json!({"id": id, "name": id, "resultType": kind});
        let view = json!({"credentialSubject": {
            "result": [
                {"resultDescription": "a#percent", "value": "90"},
                {"resultDescription": "a#LO1", "value": "92"},
                {"resultDescription": "a#hours", "value": "30"},
                {"resultDescription": "a#unknown", "status": "Completed"},
                {"resultDescription": "a#LO2"}
            ],
            "achievement": {"resultDescription": [
                description("a#percent", "Percent"), description("a#LO1", "Percent"),
                description("a#hours", "ext:AcademicHours")
            ]}
        }});
        let stated = Stated::of(&view, 9);
        assert_eq!(stated.hours.as_deref(), Some("30"));
        assert_eq!(stated.competences, [Graded { name: "a#LO1".into(), grade: "92 %".into() }]);
        let finals: Vec<_> = stated.finals.iter().map(|graded| graded.name.as_str()).collect();
        assert_eq!(finals, ["a#percent", "a#unknown"]);
    }

    #[test]
    fn the_name_in_latin_script_is_told_by_its_letters() {
        let stated = |names: &[&str]| {
            let identity = |name: &&str| json!({"identityType": "name", "hashed": false, "identityHash": name});
            let names: Vec<Value> = names.iter().map(identity).collect();
            Stated::of(&json!({"credentialSubject": {"identifier": names}}), 9)
        };
        let whose = |names: &[&str]| stated(names).whose().unwrap_or_default();
        for names in [["Қалыпова Әсем", "KALYPOVA ASEM"], ["KALYPOVA ASEM", "Қалыпова Әсем"]]
        {
            assert_eq!(whose(&names), "KALYPOVA ASEM (Қалыпова Әсем)");
            assert_eq!(stated(&names).holder.as_deref(), Some("Қалыпова Әсем"));
        }
        assert_eq!(whose(&["Қалыпова Әсем"]), "Қалыпова Әсем");
        assert_eq!(whose(&["Ødegård Åse", "Ødegård Åse"]), "Ødegård Åse");
        assert_eq!(stated(&[]).whose(), None);
    }

    #[test]
    fn hidden_characters_are_spelt_out() {
        let stated = Stated::of(&json!({"issuer": {"name": "a\u{202e}b"}}), 9);
        assert_eq!(stated.organisation.as_deref(), Some("a[U+202E]b"));
    }
}
