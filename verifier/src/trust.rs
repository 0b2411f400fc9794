//! The caller's trust list: whom the caller believes, and with which keys.
//! It answers what it is asked; it must not fetch or follow anything.

use serde::Deserialize;

use crate::identifier::Multikey;
use crate::problem::{Code, Problem};
use crate::report::Finding;
use crate::time::Timestamp;

/// A trust list, `trust.json` of `docs/formats.md`.
#[derive(Clone, Debug, Default)]
pub struct TrustList {
    issuers: Vec<Issuer>,
}

/// Why a trust list was not accepted.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustListError {
    /// Not a trust list.
    #[error("the trust list is not readable: {0}")]
    Parsing(String),
    /// A version this verifier does not know.
    #[error("the trust list has version {0}; this verifier reads version 1")]
    Version(u64),
    /// Two entries for one issuer.
    #[error("the trust list names {0} twice")]
    RepeatedIssuer(String),
    /// A pinned key that is weak or not Ed25519.
    #[error("the trust list pins a key of {issuer} that is not a usable Ed25519 key: {key}")]
    Key {
        /// Whose key.
        issuer: String,
        /// Its `id`.
        key: String,
    },
    /// One key pinned for two issuers.
    #[error("the trust list pins the key {0} for two issuers")]
    SharedKey(String),
}

#[derive(Clone, Debug)]
struct Issuer {
    id: String,
    keys: Option<Vec<PinnedKey>>,
}

#[derive(Clone, Debug)]
struct PinnedKey {
    id: String,
    key: Multikey,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    compromised: bool,
}

#[derive(Deserialize)]
struct ListFile {
    version: u64,
    issuers: Vec<IssuerFile>,
}

#[derive(Deserialize)]
struct IssuerFile {
    id: String,
    keys: Option<Vec<KeyFile>>,
}

#[derive(Deserialize)]
struct KeyFile {
    id: String,
    multibase: String,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    /// The checkpoint before the compromise; its content belongs to the inclusion check.
    compromised: Option<serde_json::Value>,
}

impl TrustList {
    /// Reads a trust list of version 1.
    ///
    /// # Errors
    ///
    /// [`TrustListError`] when the bytes are no trust list, name an issuer twice, or pin an unusable or shared key.
    pub fn parse(bytes: &[u8]) -> Result<Self, TrustListError> {
        let file: ListFile = crate::json::deserialize(bytes)
            .map_err(|problem| TrustListError::Parsing(problem.detail))?;
        if file.version != 1 {
            return Err(TrustListError::Version(file.version));
        }
        let mut list = Self::default();
        for issuer in file.issuers {
            if list.issuers.iter().any(|known| known.id == issuer.id) {
                return Err(TrustListError::RepeatedIssuer(issuer.id));
            }
            let keys = match issuer.keys {
                Some(keys) => Some(list.pin(&issuer.id, keys)?),
                None => None,
            };
            list.issuers.push(Issuer { id: issuer.id, keys });
        }
        Ok(list)
    }

    fn pin(&self, issuer: &str, keys: Vec<KeyFile>) -> Result<Vec<PinnedKey>, TrustListError> {
        let mut pinned = Vec::new();
        for file in keys {
            let key = Multikey::parse(&file.multibase).map_err(|_| TrustListError::Key {
                issuer: issuer.to_owned(),
                key: file.id.clone(),
            })?;
            let elsewhere = self.issuers.iter().flat_map(|other| other.keys.iter().flatten());
            if elsewhere.into_iter().any(|other| other.key == key) {
                return Err(TrustListError::SharedKey(file.multibase));
            }
            let compromised = file.compromised.is_some();
            let (from, until) = (file.from, file.until);
            pinned.push(PinnedKey { id: file.id, key, from, until, compromised });
        }
        Ok(pinned)
    }

    /// Whether the list vouches for `issuer` having signed with `key` (named `key_id`) at `signed_at`.
    ///
    /// An issuer listed without keys is trusted with whatever key its document authorizes;
    /// pinned keys are the only ones believed (following a document to new keys is the caller's choice).
    pub(crate) fn vouch(
        &self,
        issuer: &str,
        key: (&str, &Multikey),
        signed_at: Option<Timestamp>,
    ) -> Result<(), Finding> {
        if self.issuers.is_empty() {
            return Err(unlisted(
                Code::NoTrustList,
                "No trust list was given, so no issuer is trusted.".to_owned(),
            ));
        }
        let Some(entry) = self.issuers.iter().find(|entry| entry.id == issuer) else {
            return Err(unlisted(
                Code::IssuerNotListed,
                format!("The trust list does not name {issuer}."),
            ));
        };
        let Some(keys) = &entry.keys else { return Ok(()) };
        let covers = |pinned: &PinnedKey| {
            pinned.id == key.0
                && pinned.key == *key.1
                && pinned.from.is_none_or(|from| signed_at.is_some_and(|at| at >= from))
                && pinned.until.is_none_or(|until| signed_at.is_some_and(|at| at < until))
        };
        match keys.iter().find(|pinned| covers(pinned)) {
            // Whoever stole the key can write any date: only the register could prove an earlier one.
            Some(pinned) if pinned.compromised => Err(Finding::unknown(
                Code::InclusionMissing,
                format!(
                    "The key {} was compromised, and nothing proves an earlier registration.",
                    key.0
                ),
            )),
            Some(_) => Ok(()),
            None => Err(unlisted(
                Code::KeyNotPinned,
                format!(
                    "The trust list does not vouch for the key {} at the time of signing.",
                    key.0
                ),
            )),
        }
    }
}

fn unlisted(code: Code, detail: String) -> Finding {
    Finding::Unlisted(Problem::new(code, detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "z6MkhVBZ22uzPdFVTseotrxp4eLZtsX7PKstSonWTEEokt5F";
    const OTHER: &str = "z6MkneMkZqwqRiU5mJzSG3kDwzt9P8C59N4NGTfBLfSGE7c7";

    fn list(keys: &str) -> TrustList {
        let text = format!(r#"{{"version":1,"issuers":[{{"id":"did:web:a","name":"A"{keys}}}]}}"#);
        TrustList::parse(text.as_bytes()).unwrap()
    }

    fn vouch(list: &TrustList, issuer: &str, key: &str, at: &str) -> Result<(), Code> {
        let key = Multikey::parse(key).unwrap();
        list.vouch(issuer, ("did:web:a#k", &key), Timestamp::parse(at))
            .map_err(|finding| finding.into_problem().code)
    }

    #[test]
    fn nobody_is_trusted_by_default() {
        let at = "2026-01-01T00:00:00Z";
        assert_eq!(vouch(&TrustList::default(), "did:web:a", KEY, at), Err(Code::NoTrustList));
        assert_eq!(vouch(&list(""), "did:web:b", KEY, at), Err(Code::IssuerNotListed));
        assert_eq!(vouch(&list(""), "did:web:a", KEY, at), Ok(()));
    }

    #[test]
    fn pinned_keys_are_the_only_ones_and_only_for_their_time() {
        let keys = |more: &str| {
            list(&format!(r#","keys":[{{"id":"did:web:a#k","multibase":"{KEY}"{more}}}]"#))
        };
        let at = |time: &str| format!("2026-01-{time}T00:00:00Z");
        assert_eq!(vouch(&keys(""), "did:web:a", KEY, &at("01")), Ok(()));
        assert_eq!(vouch(&keys(""), "did:web:a", OTHER, &at("01")), Err(Code::KeyNotPinned));
        let bounded = keys(r#","from":"2026-01-10T00:00:00Z","until":"2026-01-20T00:00:00Z""#);
        assert_eq!(vouch(&bounded, "did:web:a", KEY, &at("15")), Ok(()));
        for outside in [at("09"), at("20"), String::new()] {
            assert_eq!(vouch(&bounded, "did:web:a", KEY, &outside), Err(Code::KeyNotPinned));
        }
        let stolen = keys(r#","compromised":{"size":5,"root":"x"}"#);
        assert_eq!(vouch(&stolen, "did:web:a", KEY, &at("01")), Err(Code::InclusionMissing));
        assert_eq!(
            vouch(&list(r#","keys":[]"#), "did:web:a", KEY, &at("01")),
            Err(Code::KeyNotPinned)
        );
    }

    #[test]
    fn unfit_lists_are_refused() {
        let parse = |issuers: &str| {
            TrustList::parse(format!(r#"{{"version":1,"issuers":[{issuers}]}}"#).as_bytes()).err()
        };
        let issuer = |id: &str, key: &str| {
            format!(r#"{{"id":"{id}","name":"A","keys":[{{"id":"{id}#k","multibase":"{key}"}}]}}"#)
        };
        assert_eq!(parse(&issuer("a", KEY)), None);
        let twice = format!("{},{}", issuer("a", KEY), issuer("a", OTHER));
        assert_eq!(parse(&twice), Some(TrustListError::RepeatedIssuer("a".to_owned())));
        let shared = format!("{},{}", issuer("a", KEY), issuer("b", KEY));
        assert_eq!(parse(&shared), Some(TrustListError::SharedKey(KEY.to_owned())));
        assert!(matches!(parse(&issuer("a", "z6Mk")), Some(TrustListError::Key { .. })));
        assert_eq!(
            TrustList::parse(br#"{"version":2,"issuers":[]}"#).err(),
            Some(TrustListError::Version(2))
        );
        assert!(matches!(TrustList::parse(b"[]").err(), Some(TrustListError::Parsing(_))));
        assert!(TrustList::parse(br#"{"version":1,"version":1,"issuers":[]}"#).is_err());
    }
}
