//! Strict JSON.

use serde::de::DeserializeOwned;

use crate::report::{Code, Problem};

/// Reads `bytes` as a `T`, refusing what [`parse`] refuses.
pub(crate) fn deserialize<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|error| Problem::new(Code::Parsing, error.to_string()))
}
