//! Reads typed values from a programme's JSON and remembers every problem on the way.
//! A missing value leaves a placeholder: the programme is only made when no problem was found.

use jiff::civil::Date;
use serde_json::Value;

use super::Text;
use super::limits::{LINE_CHARACTERS_MAX, TEXT_CHARACTERS_MAX};
use super::problem::ProgrammeProblem;

/// A JSON document under reading.
pub(super) struct Reading<'a> {
    root: &'a Value,
    problems: Vec<ProgrammeProblem>,
}

impl<'a> Reading<'a> {
    pub(super) const fn new(root: &'a Value) -> Self {
        Self { root, problems: Vec::new() }
    }

    /// The problems in the order found. A value that two rules read is reported once.
    pub(super) fn into_problems(self) -> Vec<ProgrammeProblem> {
        let mut once: Vec<ProgrammeProblem> = Vec::new();
        for problem in self.problems {
            if !once.contains(&problem) {
                once.push(problem);
            }
        }
        once
    }

    pub(super) const fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }

    pub(super) fn refuse(&mut self, pointer: &str, sentence: impl Into<String>) {
        self.problems
            .push(ProgrammeProblem { pointer: pointer.to_owned(), sentence: sentence.into() });
    }

    /// Whether nothing was found wrong at or below these places: only then do rules that compare them make sense.
    pub(super) fn sound_at(&self, pointers: &[&str]) -> bool {
        !self.problems.iter().any(|problem| {
            pointers.iter().any(|pointer| {
                problem
                    .pointer
                    .strip_prefix(pointer)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                    || pointer.starts_with(&format!("{}/", problem.pointer))
            })
        })
    }

    /// The value at this place; JSON `null` counts as absent.
    pub(super) fn at(&self, pointer: &str) -> Option<&'a Value> {
        self.root.pointer(pointer).filter(|value| !value.is_null())
    }

    pub(super) fn line(&mut self, pointer: &str) -> String {
        match self.at(pointer) {
            Some(Value::String(text)) => self.checked(pointer, text, LINE_CHARACTERS_MAX),
            Some(_) => {
                self.refuse(pointer, "This must be a text.");
                String::new()
            }
            None => {
                self.refuse(pointer, "This text is missing.");
                String::new()
            }
        }
    }

    pub(super) fn optional_line(&mut self, pointer: &str) -> Option<String> {
        self.at(pointer).is_some().then(|| self.line(pointer))
    }

    fn checked(&mut self, pointer: &str, text: &str, characters_max: usize) -> String {
        if text.trim().is_empty() {
            self.refuse(pointer, "This text is empty.");
        }
        if text.chars().count() > characters_max {
            self.refuse(pointer, format!("This text is longer than {characters_max} characters."));
        }
        if text.chars().any(|character| character.is_control() && character != '\n') {
            self.refuse(pointer, "This text holds control characters.");
        }
        text.to_owned()
    }

    /// A text in Kazakh and Russian, both demanded, and perhaps English.
    pub(super) fn text(&mut self, pointer: &str) -> Text {
        if !matches!(self.at(pointer), Some(Value::Object(_))) {
            self.refuse(
                pointer,
                "This must be a text in Kazakh and Russian: {\"kk\": …, \"ru\": …}.",
            );
            return Text::default();
        }
        let en = format!("{pointer}/en");
        Text {
            kk: self.edition(&format!("{pointer}/kk"), "Kazakh"),
            ru: self.edition(&format!("{pointer}/ru"), "Russian"),
            en: self.at(&en).is_some().then(|| self.edition(&en, "English")),
        }
    }

    pub(super) fn optional_text(&mut self, pointer: &str) -> Option<Text> {
        self.at(pointer).is_some().then(|| self.text(pointer))
    }

    fn edition(&mut self, pointer: &str, language: &str) -> String {
        match self.at(pointer) {
            Some(Value::String(text)) => self.checked(pointer, text, TEXT_CHARACTERS_MAX),
            _ => {
                self.refuse(pointer, format!("The {language} text is missing."));
                String::new()
            }
        }
    }

    pub(super) fn whole_number(&mut self, pointer: &str) -> u32 {
        let number = self.at(pointer).and_then(Value::as_u64);
        let Some(number) = number.and_then(|number| u32::try_from(number).ok()) else {
            self.refuse(pointer, "This must be a whole number.");
            return 0;
        };
        number
    }

    pub(super) fn date(&mut self, pointer: &str) -> Date {
        let text = self.at(pointer).and_then(Value::as_str);
        // Ten characters exactly: `jiff` alone would also read times and other forms of ISO 8601.
        let date = text.filter(|text| text.len() == 10).and_then(|text| text.parse().ok());
        date.unwrap_or_else(|| {
            self.refuse(pointer, "This must be a date such as 2026-02-01.");
            Date::ZERO
        })
    }

    /// The members of an array; an absent one counts as empty, since every demanded one has a rule of its own.
    pub(super) fn count(&mut self, pointer: &str) -> usize {
        match self.at(pointer) {
            Some(Value::Array(members)) => members.len(),
            None => 0,
            Some(_) => {
                self.refuse(pointer, "This must be a list.");
                0
            }
        }
    }

    pub(super) fn lines(&mut self, pointer: &str) -> Vec<String> {
        (0..self.count(pointer)).map(|index| self.line(&format!("{pointer}/{index}"))).collect()
    }
}
