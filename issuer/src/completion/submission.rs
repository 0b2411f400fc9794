//! Completions as JSON: one object or an array of them becomes rows, under the same names as the columns of a file.
//! It reads; whether a row may become a certificate is decided where rows of files are judged.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::column::Column;
use super::table::Row;

/// The member that is no column: the key of one completion of an array.
const IDEMPOTENCY_KEY: &str = "idempotency_key";

/// The completions of one request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Submissions {
    /// An object.
    One(Submission),
    /// An array.
    Many(Vec<Submission>),
}

/// One completion as it was sent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Submission {
    /// The row that the rules judge. Its line is its place in the request, from 1.
    pub row: Row,
    /// Its own idempotency key, if it names one.
    pub idempotency_key: Option<String>,
}

/// Why a body holds no completions: nothing of it is attempted.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SubmissionFault {
    /// It is no JSON, or has a member twice.
    #[error("the body is not JSON: {0}")]
    NotJson(String),
    /// It is neither an object nor an array of objects.
    #[error("{pointer} must be an object whose members are the columns of a completion")]
    NotACompletion {
        /// JSON Pointer to what it is instead.
        pointer: String,
    },
    /// A member that no completion has.
    #[error("{pointer} is no member of a completion; nothing is taken that would be ignored")]
    UnknownMember {
        /// JSON Pointer to it.
        pointer: String,
    },
    /// A value of the wrong type.
    #[error("{pointer} must be a text, a whole number, true, false or null")]
    WrongType {
        /// JSON Pointer to it.
        pointer: String,
    },
    /// A control character in a text.
    #[error("{pointer} holds a control character")]
    ControlCharacter {
        /// JSON Pointer to it.
        pointer: String,
    },
    /// An array of none or of too many.
    #[error("the array holds {count} completions; send 1 to {count_max}")]
    Count {
        /// How many there are.
        count: usize,
        /// How many there may be.
        count_max: usize,
    },
}

impl Submissions {
    /// Reads a JSON text: an object, or an array of 1 to `count_max` objects.
    ///
    /// # Errors
    /// [`SubmissionFault`] at the first thing that is not as it must be.
    pub fn read(bytes: &[u8], count_max: usize) -> Result<Self, SubmissionFault> {
        let json: Json = serde_json::from_slice(bytes)
            .map_err(|error| SubmissionFault::NotJson(error.to_string()))?;
        match json {
            Json::Array(items) => {
                let count = items.len();
                if count == 0 || count > count_max {
                    return Err(SubmissionFault::Count { count, count_max });
                }
                let places = items.into_iter().enumerate();
                let read = |(place, item)| Submission::of(item, place + 1, &format!("/{place}"));
                places.map(read).collect::<Result<_, _>>().map(Self::Many)
            }
            one => Submission::of(one, 1, "").map(Self::One),
        }
    }
}

impl Submission {
    fn of(json: Json, line: usize, place: &str) -> Result<Self, SubmissionFault> {
        let Json::Object(members) = json else {
            let pointer = if place.is_empty() { "the body" } else { place }.to_owned();
            return Err(SubmissionFault::NotACompletion { pointer });
        };
        let mut columns = Vec::with_capacity(members.len());
        let mut idempotency_key = None;
        for (name, value) in members {
            let pointer = format!("{place}/{name}");
            if name == IDEMPOTENCY_KEY {
                idempotency_key = Some(text(value, &pointer)?);
                continue;
            }
            let column = Column::ALL.into_iter().find(|column| column.name() == name);
            let column = column
                .ok_or_else(|| SubmissionFault::UnknownMember { pointer: pointer.clone() })?;
            let text = match value {
                Json::Object(scores) if column == Column::LoScores => {
                    outcome_scores(scores, &pointer)?
                }
                value => text(value, &pointer)?,
            };
            columns.push((column, text));
        }
        let columns = columns.iter().map(|(column, text)| (*column, text.as_str()));
        Ok(Self { row: Row::from_columns(line, columns), idempotency_key })
    }
}

/// The value as the text that a cell would hold.
fn text(value: Json, pointer: &str) -> Result<String, SubmissionFault> {
    let text = match value {
        Json::Null => String::new(),
        Json::Bool(true) => "yes".to_owned(),
        Json::Bool(false) => "no".to_owned(),
        Json::Number(text) | Json::Text(text) => text,
        Json::Array(_) | Json::Object(_) => {
            return Err(SubmissionFault::WrongType { pointer: pointer.to_owned() });
        }
    };
    if text.chars().any(char::is_control) {
        return Err(SubmissionFault::ControlCharacter { pointer: pointer.to_owned() });
    }
    Ok(text)
}

/// `{"LO1": 92, "LO2": 88}` as `LO1:92|LO2:88`.
fn outcome_scores(scores: Vec<(String, Json)>, pointer: &str) -> Result<String, SubmissionFault> {
    let mut parts = Vec::with_capacity(scores.len());
    for (outcome, score) in scores {
        let pointer = format!("{pointer}/{outcome}");
        // What would be read as another outcome or another score is none.
        if outcome.contains(['|', ':']) {
            return Err(SubmissionFault::UnknownMember { pointer });
        }
        let score = text(score, &pointer)?;
        if score.contains(['|', ':']) {
            return Err(SubmissionFault::WrongType { pointer });
        }
        parts.push(format!("{outcome}:{score}"));
    }
    text(Json::Text(parts.join("|")), pointer)
}

/// Any JSON, with members in order and none twice.
enum Json {
    Null,
    Bool(bool),
    /// As its digits.
    Number(String),
    Text(String),
    Array(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value.to_string()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value.to_string()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Number(value.to_string()))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut found = Vec::new();
        while let Some(item) = items.next_element()? {
            found.push(item);
        }
        Ok(Json::Array(found))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut found: Vec<(String, Json)> = Vec::new();
        while let Some((name, value)) = members.next_entry::<String, Json>()? {
            // Two readers would take two different ones.
            if found.iter().any(|(known, _)| *known == name) {
                return Err(de::Error::custom(format!("the member `{name}` stands twice")));
            }
            found.push((name, value));
        }
        Ok(Json::Object(found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Row {
        match Submissions::read(text.as_bytes(), 3).unwrap() {
            Submissions::One(submission) => submission.row,
            Submissions::Many(_) => panic!("an array"),
        }
    }

    fn fault(text: &str) -> String {
        Submissions::read(text.as_bytes(), 3).unwrap_err().to_string()
    }

    #[test]
    fn every_column_is_a_member() {
        let members: Vec<String> =
            Column::ALL.iter().map(|column| format!(r#""{0}":"x {0}""#, column.name())).collect();
        let row = one(&format!("{{{}}}", members.join(",")));
        for column in Column::ALL {
            assert_eq!(row.field(column), format!("x {}", column.name()));
        }
    }

    #[test]
    fn values_are_read_as_the_cells_of_a_file() {
        let row = one(
            r#"{"score_percent":91,"consent_personal_data":true,"email":null,"lo_scores":{"LO1":92,"LO2":"88"}}"#,
        );
        assert_eq!(row.field(Column::ScorePercent), "91");
        assert_eq!(row.field(Column::ConsentPersonalData), "yes");
        assert_eq!(row.field(Column::Email), "");
        assert_eq!(row.field(Column::LoScores), "LO1:92|LO2:88");
        assert_eq!(one(r#"{"score_percent":89.5}"#).field(Column::ScorePercent), "89.5");
        assert_eq!(one(r#"{"lo_scores":"LO1:1"}"#).field(Column::LoScores), "LO1:1");
    }

    #[test]
    fn what_would_be_ignored_or_misread_is_refused() {
        assert!(fault(r#"{"number":"MC-A-000001-X"}"#).contains("/number"));
        assert!(fault(r#"[{},{"status_index":7}]"#).contains("/1/status_index"));
        assert!(fault(r#"{"iin":"1","iin":"2"}"#).contains("twice"));
        assert!(fault(r#"{"lo_scores":{"LO1":1,"LO1":2}}"#).contains("twice"));
        assert!(fault(r#"{"lo_scores":{"LO1:1|LO2":2}}"#).contains("/lo_scores/LO1:1|LO2"));
        assert!(fault(r#"{"lo_scores":{"LO1":"1|LO2:9"}}"#).contains("/lo_scores/LO1"));
        assert!(fault(r#"{"iin":["1"]}"#).contains("/iin"));
        assert!(fault("{\"employer\":\"a\\u0000b\"}").contains("control"));
        assert!(fault("[]").contains('0'));
        assert!(fault("[{},{},{},{}]").contains('4'));
        for text in ["", "7", "\"x\"", "[7]", "{", "[[{}]]", "{} {}", "\u{feff}{}"] {
            assert!(Submissions::read(text.as_bytes(), 3).is_err(), "{text}");
        }
        let deep = "[".repeat(100_000);
        assert!(Submissions::read(deep.as_bytes(), 3).is_err());
    }
}
