//! The contexts that the general path may load: those under `schemas/contexts`, and documents that the caller hands in.
//! It must not fetch.

use std::collections::HashMap;

use json_ld::syntax::{Object, Parse, Value};
use json_ld::{IriBuf, RemoteDocument};
use sha2::{Digest, Sha256};

use super::JsonLdError;
use crate::linked_data::canonicalize::hex;
use crate::linked_data::pinned;

/// Contexts by URL. There is no other source: a context that is not here cannot be loaded.
#[derive(Clone, Debug, Default)]
pub struct ContextDocuments(HashMap<IriBuf, RemoteDocument>);

/// Contexts that no badge may use, and other documents do.
const OTHERS: &[pinned::Pinned] = pinned::pinned! {
    "https://w3id.org/security/multikey/v1" "w3c/multikey-v1.jsonld"
        "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597"
    "https://www.w3.org/ns/did/v1" "w3c/did-v1.jsonld"
        "adefa50311393eb1bd788a38ac9fe2696c65367928f6996812cd54577394f4da"
    "https://www.w3.org/ns/cid/v1" "w3c/cid-v1.jsonld"
        "ea216ecc1cb02cd39b693dba2250141e270ba0bf95890be107dd9a9e8e43de85"
};

impl ContextDocuments {
    /// Every context under `schemas/contexts`. One whose bytes lack their SHA-256 is left out: whatever needs it fails.
    #[must_use]
    pub fn pinned() -> Self {
        let mut documents = Self::default();
        for pinned in pinned::PINNED.iter().chain(OTHERS) {
            let genuine = hex(&Sha256::digest(pinned.bytes)) == pinned.sha256;
            if let (true, Ok(text)) = (genuine, std::str::from_utf8(pinned.bytes)) {
                // What is pinned is readable: a test sees to it.
                let _ = documents.insert(pinned.url, text);
            }
        }
        documents
    }

    /// Adds the context document `text` for `url`.
    ///
    /// # Errors
    ///
    /// [`JsonLdError::Unreadable`] if the URL is no IRI or the text no JSON.
    pub fn insert(&mut self, url: &str, text: &str) -> Result<(), JsonLdError> {
        let url = super::read_iri(url)?;
        let (value, _) = Value::parse_str(text)
            .map_err(|error| JsonLdError::Unreadable(format!("{url}: {error}")))?;
        self.0.insert(url.clone(), RemoteDocument::new(Some(url), None, value));
        Ok(())
    }

    /// Whether the context `url` is at hand.
    #[must_use]
    pub fn contains(&self, url: &str) -> bool {
        super::read_iri(url).is_ok_and(|url| self.0.contains_key(&url))
    }

    pub(super) const fn loader(&self) -> &HashMap<IriBuf, RemoteDocument> {
        &self.0
    }
}

/// A context document that stands where a context belongs, `{"@context": {"@context": {…}}}`, is read as the context in it:
/// other implementations do, and signatures over such documents exist. Nothing else may stand beside the inner `@context`.
pub(super) fn unwrap(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(unwrap),
        Value::Object(object) => {
            for (name, value) in object.iter_mut() {
                if name.as_str() == "@context" {
                    unwrap_context(value);
                } else {
                    unwrap(value);
                }
            }
        }
        _ => {}
    }
}

fn unwrap_context(context: &mut Value) {
    if let Value::Array(items) = context {
        let inner = items.iter().flat_map(|item| match item.as_object().and_then(sole_context) {
            Some(Value::Array(several)) => several.clone(),
            Some(single) => vec![single.clone()],
            None => vec![item.clone()],
        });
        *items = inner.collect();
    } else if let Some(inner) = context.as_object().and_then(sole_context) {
        *context = inner.clone();
    }
}

fn sole_context(object: &Object) -> Option<&Value> {
    let entry = object.first().filter(|entry| object.len() == 1 && entry.key == "@context")?;
    Some(&entry.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_context_of_the_folder_is_at_hand() {
        let index = include_str!("../../../../schemas/contexts/index.json");
        let index: serde_json::Value = serde_json::from_str(index).unwrap();
        let documents = ContextDocuments::pinned();
        for entry in index.as_array().unwrap() {
            assert!(documents.contains(entry["url"].as_str().unwrap()), "{entry}");
        }
        assert_eq!(documents.0.len(), index.as_array().unwrap().len());
    }
}
