//! The form of study of a programme.

use serde::{Deserialize, Serialize};

/// Form of study (regulation 5.3).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StudyForm {
    /// In class.
    FullTime,
    /// At a distance.
    Distance,
    /// Blended.
    Blended,
    /// Dual: at the university and at a workplace.
    Dual,
}
