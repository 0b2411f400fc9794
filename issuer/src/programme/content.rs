//! The rows of the content table of Appendix Г as the passport states them: hours by kind, and the type of lesson.

use serde_json::Value;

use super::Text;
use super::passport::Programme;

/// One row of the content table, in the order of the programme's outcomes.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ContentRow {
    /// Academic hours: total, theoretical, laboratory-practical, individual, with a teacher (СРСП), alone (СРС).
    pub hours: [u16; 6],
    /// Type of lesson, if it is stated.
    pub lesson_type: Option<Text>,
}

impl Programme {
    /// The content table of Appendix Г: one row for each outcome. Their hours were checked when the programme was read.
    #[must_use]
    pub fn content(&self) -> Vec<ContentRow> {
        let rows = self.document().pointer("/appendix_G_explanatory_note/content/rows");
        rows.and_then(Value::as_array).into_iter().flatten().map(content_row).collect()
    }
}

fn content_row(row: &Value) -> ContentRow {
    let hours = [
        "/hours_total",
        "/of_which/theoretical",
        "/of_which/laboratory_practical",
        "/of_which/individual",
        "/srsp_hours",
        "/srs_hours",
    ];
    let hour = |pointer: &str| {
        let hours = row.pointer(pointer).and_then(Value::as_u64);
        hours.and_then(|hours| u16::try_from(hours).ok()).unwrap_or_default()
    };
    let lesson_type = row.get("lesson_type").cloned();
    ContentRow {
        hours: hours.map(hour),
        lesson_type: lesson_type.and_then(|text| serde_json::from_value(text).ok()),
    }
}
