//! Fetched documents, kept as long as they may be used: status lists by their `ttl`, key documents a few
//! minutes, failures a moment. It must not verify; an older status list than the one known is not taken.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use verifier::limits::{
    STATUS_LIST_BYTES_MAX, STATUS_TTL_SECONDS_DEFAULT, STATUS_TTL_SECONDS_MAX,
    STATUS_TTL_SECONDS_MIN,
};
use verifier::{Document, Timestamp, Unavailable};

use super::{Found, Kind, Wanted};
use crate::cli::limits::{
    FAILURE_KEPT_SECONDS, INCLUSION_PROOF_KEPT_SECONDS, KEY_DOCUMENT_KEPT_SECONDS,
    ROUNDS_SECONDS_MAX, SHELF_BYTES_MAX, SHELF_ENTRIES_MAX,
};

/// The documents and failures that need not be fetched again yet.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    kept: HashMap<Wanted, Kept>,
    /// Memory that all of them take.
    bytes: usize,
}

#[derive(Debug)]
struct Kept {
    found: Found,
    /// Memory that it takes, with what the library keeps of it.
    bytes: usize,
    /// Unix seconds: used from the first on and before the second.
    from: i64,
    until: i64,
    /// The newest edition of a status list that was seen, also after its bytes are of no use.
    edition: Option<Timestamp>,
}

impl Shelf {
    /// What is known at `now`.
    pub(super) fn find(&self, wanted: &Wanted, now: i64) -> Option<Found> {
        let kept = self.kept.get(wanted)?;
        // A request may have begun a little before another one fetched. A clock that was put back makes
        // everything old.
        let begun = kept.from - now <= ROUNDS_SECONDS_MAX;
        (begun && now < kept.until).then(|| kept.found.clone())
    }

    /// Puts away what was fetched at `now`, and hands it on: a status list that is older than the one known
    /// as [`Unavailable::RolledBack`].
    pub(super) fn keep(
        &mut self,
        wanted: &Wanted,
        fetched: Result<Vec<u8>, Unavailable>,
        now: i64,
    ) -> Found {
        let before = self.kept.get(wanted).and_then(|kept| kept.edition);
        let kept = match (wanted.kind, fetched) {
            (_, Err(reason)) => Kept::failure(reason, before, now),
            (Kind::KeyDocument, Ok(bytes)) => Kept::document(bytes, now, KEY_DOCUMENT_KEPT_SECONDS),
            (Kind::InclusionProof | Kind::Checkpoint, Ok(bytes)) => {
                Kept::document(bytes, now, INCLUSION_PROOF_KEPT_SECONDS)
            }
            (Kind::StatusList, Ok(bytes)) => match Told::by(&bytes) {
                told if told.edition(now) < before => {
                    Kept::failure(Unavailable::RolledBack, before, now)
                }
                told => Kept::status_list(bytes, &told, now),
            },
        };
        let found = kept.found.clone();
        self.put(wanted.clone(), kept);
        found
    }

    /// Makes room first: what is over goes before what is of use, and what has no edition to remember before
    /// what has one.
    fn put(&mut self, wanted: Wanted, kept: Kept) {
        self.remove(&wanted);
        while self.is_full(kept.bytes) {
            let worth = |kept: &Kept| (kept.edition.is_some(), kept.until);
            let least = self.kept.iter().min_by_key(|(_, kept)| worth(kept));
            let Some(least) = least.map(|(wanted, _)| wanted.clone()) else { break };
            self.remove(&least);
        }
        self.bytes += kept.bytes;
        self.kept.insert(wanted, kept);
    }

    fn remove(&mut self, wanted: &Wanted) {
        if let Some(kept) = self.kept.remove(wanted) {
            self.bytes -= kept.bytes;
        }
    }

    /// Whether there is no room for another document of this size.
    fn is_full(&self, bytes: usize) -> bool {
        self.kept.len() >= SHELF_ENTRIES_MAX || self.bytes + bytes > SHELF_BYTES_MAX
    }
}

impl Kept {
    /// Anything that does not say itself how long it is good.
    fn document(bytes: Vec<u8>, now: i64, seconds: i64) -> Self {
        let until = now.saturating_add(seconds);
        let size = bytes.len();
        let found = Ok(Document::new(bytes, Some(now)));
        Self { found, bytes: size, from: now, until, edition: None }
    }

    /// The bits of a verified list stay with the document: a kilobyte can inflate to all that the library allows.
    fn status_list(bytes: Vec<u8>, told: &Told, now: i64) -> Self {
        let until = now.saturating_add(told.ttl_seconds());
        let size = bytes.len().saturating_add(STATUS_LIST_BYTES_MAX);
        let found = Ok(Document::new(bytes, Some(now)));
        Self { found, bytes: size, from: now, until, edition: told.edition(now) }
    }

    /// A failure says nothing of the edition that was seen before it.
    const fn failure(reason: Unavailable, edition: Option<Timestamp>, now: i64) -> Self {
        let until = now.saturating_add(FAILURE_KEPT_SECONDS);
        Self { found: Err(reason), bytes: 0, from: now, until, edition }
    }
}

/// What a status list tells of itself, not verified yet: good for nothing but to keep it or not.
#[derive(Debug)]
struct Told {
    valid_from: Option<Timestamp>,
    ttl: Option<Value>,
}

impl Told {
    /// By a credential, or by the payload of a compact JWT, with or without the claim `vc`.
    fn by(bytes: &[u8]) -> Self {
        let decoded = || {
            let payload = bytes.split(|byte| *byte == b'.').nth(1)?;
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
        };
        let Some(told) = serde_json::from_slice(bytes).ok().or_else(decoded) else {
            return Self { valid_from: None, ttl: Some(Value::Null) };
        };
        let told: &Value = &told;
        let list = told.get("vc").unwrap_or(told);
        // VC Data Model 1.1 calls it `issuanceDate`; a token of it may say `nbf` alone.
        let written = ["validFrom", "issuanceDate"].into_iter().find_map(|name| list.get(name));
        let begins = || told.get("nbf").and_then(Value::as_i64).map(Timestamp::from_unix_seconds);
        Self {
            valid_from: written.and_then(Value::as_str).and_then(Timestamp::parse).or_else(begins),
            ttl: list.pointer("/credentialSubject/ttl").cloned(),
        }
    }

    /// A date in the future is no edition: else one wrong date would shut out every later list.
    fn edition(&self, now: i64) -> Option<Timestamp> {
        self.valid_from.filter(|date| date.unix_seconds() <= now)
    }

    /// As long as the library calls the list fresh; one whose `ttl` it does not accept, for the shortest time.
    fn ttl_seconds(&self) -> i64 {
        let Some(ttl) = &self.ttl else { return STATUS_TTL_SECONDS_DEFAULT };
        let milliseconds = ttl.as_i64().unwrap_or(0);
        (milliseconds / 1_000).clamp(STATUS_TTL_SECONDS_MIN, STATUS_TTL_SECONDS_MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_780_000_000;

    fn wanted(id: &str, kind: Kind) -> Wanted {
        Wanted { id: id.to_owned(), kind }
    }

    fn list(valid_from: &str, ttl: &str) -> Vec<u8> {
        format!(r#"{{"validFrom":"{valid_from}","credentialSubject":{{"ttl":{ttl}}}}}"#)
            .into_bytes()
    }

    /// For how many seconds `bytes` are kept.
    fn kept_for(kind: Kind, fetched: Result<Vec<u8>, Unavailable>) -> i64 {
        let mut shelf = Shelf::default();
        let wanted = wanted("x", kind);
        let _ = shelf.keep(&wanted, fetched, NOW);
        let until = (0..200_000).find(|age| shelf.find(&wanted, NOW + age).is_none()).unwrap();
        assert!(shelf.find(&wanted, NOW - 5).is_some(), "a request that began before");
        assert_eq!(shelf.find(&wanted, NOW - 61), None, "a clock put back");
        until
    }

    #[test]
    fn each_thing_is_kept_for_its_time() {
        for (ttl, seconds) in [
            ("300000", 300),
            ("1", 60),
            ("0", 60),
            ("-5", 60),
            ("\"300000\"", 60),
            ("1000000000000000000", 86_400),
            ("3600000", 3_600),
        ] {
            assert_eq!(kept_for(Kind::StatusList, Ok(list("2026-05-01T00:00:00Z", ttl))), seconds);
        }
        assert_eq!(kept_for(Kind::StatusList, Ok(b"{}".to_vec())), 300);
        assert_eq!(kept_for(Kind::StatusList, Ok(b"{".to_vec())), 60, "not readable");
        assert_eq!(kept_for(Kind::KeyDocument, Ok(b"{}".to_vec())), KEY_DOCUMENT_KEPT_SECONDS);
        let failure = Err(Unavailable::NotFetched);
        assert_eq!(kept_for(Kind::StatusList, failure), FAILURE_KEPT_SECONDS);
    }

    #[test]
    fn a_jwt_tells_its_ttl_too() {
        for payload in [
            r#"{"credentialSubject":{"ttl":120000}}"#,
            r#"{"vc":{"credentialSubject":{"ttl":120000}}}"#,
        ] {
            let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload));
            assert_eq!(kept_for(Kind::StatusList, Ok(token.into_bytes())), 120);
        }
    }

    #[test]
    fn an_older_edition_is_not_taken() {
        let mut shelf = Shelf::default();
        let wanted = wanted("https://example.org/status/1", Kind::StatusList);
        let mut keep = |date, now| shelf.keep(&wanted, Ok(list(date, "60000")), now).map(|_| ());
        assert_eq!(keep("2026-05-02T00:00:00Z", NOW), Ok(()));
        assert_eq!(keep("2026-05-01T00:00:00Z", NOW + 60), Err(Unavailable::RolledBack));
        assert_eq!(keep("2026-05-01T00:00:00Z", NOW + 9_000), Err(Unavailable::RolledBack));
        assert_eq!(keep("2026-05-02T00:00:00Z", NOW + 9_060), Ok(()));
        assert_eq!(keep("2026-05-02T00:00:00.5Z", NOW + 9_120), Ok(()));
        // A date in the future is refused by the library; it must not shut out what follows.
        let _ = keep("2126-01-01T00:00:00Z", NOW + 9_180);
        assert_eq!(keep("2026-05-03T00:00:00Z", NOW + 9_240), Ok(()));
        assert_eq!(
            shelf.keep(&wanted, Err(Unavailable::NotFetched), NOW + 9_300),
            Err(Unavailable::NotFetched)
        );
        let older = shelf.keep(&wanted, Ok(list("2026-05-02T00:00:00Z", "60000")), NOW + 9_360);
        assert_eq!(older, Err(Unavailable::RolledBack), "a failure in between changes nothing");
        assert_eq!(
            shelf.keep(&wanted, Ok(b"{}".to_vec()), NOW + 9_420),
            Err(Unavailable::RolledBack)
        );
    }

    #[test]
    fn an_older_token_is_not_taken_either() {
        for (newer, older) in [
            (r#"{"validFrom":"2026-05-02T00:00:00Z"}"#, r#"{"validFrom":"2026-05-01T00:00:00Z"}"#),
            (r#"{"nbf":1777680000,"vc":{}}"#, r#"{"nbf":1777679999,"vc":{}}"#),
            (
                r#"{"vc":{"issuanceDate":"2026-05-02T00:00:00Z"}}"#,
                r#"{"vc":{"issuanceDate":"2026-05-01T00:00:00Z"}}"#,
            ),
        ] {
            let mut shelf = Shelf::default();
            let wanted = wanted("https://example.org/status/1", Kind::StatusList);
            let token =
                |payload| format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload)).into_bytes();
            assert!(shelf.keep(&wanted, Ok(token(newer)), NOW).is_ok());
            let replayed = shelf.keep(&wanted, Ok(token(older)), NOW + 600);
            assert_eq!(replayed, Err(Unavailable::RolledBack), "{older}");
        }
    }

    #[test]
    fn one_use_of_an_address_does_not_spoil_another() {
        let mut shelf = Shelf::default();
        let (key, list_of) = (wanted("x", Kind::KeyDocument), wanted("x", Kind::StatusList));
        assert!(shelf.keep(&list_of, Ok(list("2026-05-02T00:00:00Z", "60000")), NOW).is_ok());
        let _ = shelf.keep(&key, Err(Unavailable::AnswerNotAcceptable), NOW);
        assert!(matches!(shelf.find(&list_of, NOW), Some(Ok(_))));
        let _ = shelf.keep(&key, Ok(b"{}".to_vec()), NOW + 60);
        let older = shelf.keep(&list_of, Ok(list("2026-05-01T00:00:00Z", "60000")), NOW + 60);
        assert_eq!(older, Err(Unavailable::RolledBack));
    }

    #[test]
    fn the_shelf_has_an_end() {
        let mut shelf = Shelf::default();
        let big = vec![b' '; 400_000];
        for number in 0..1_000 {
            let _ =
                shelf.keep(&wanted(&number.to_string(), Kind::KeyDocument), Ok(big.clone()), NOW);
            assert!(shelf.bytes <= SHELF_BYTES_MAX);
        }
        assert_eq!(shelf.bytes, shelf.kept.values().map(|kept| kept.bytes).sum::<usize>());
        assert!(shelf.find(&wanted("999", Kind::KeyDocument), NOW).is_some());
        for number in 0..1_000 {
            let wanted = wanted(&format!("list {number}"), Kind::StatusList);
            let _ = shelf.keep(&wanted, Ok(b"{}".to_vec()), NOW);
        }
        assert!(shelf.kept.len() <= SHELF_BYTES_MAX / STATUS_LIST_BYTES_MAX, "inflated bits count");
        for number in 0..SHELF_ENTRIES_MAX + 10 {
            let id = format!("small {number}");
            let _ = shelf.keep(&wanted(&id, Kind::KeyDocument), Ok(Vec::new()), NOW + 1);
        }
        assert_eq!(shelf.kept.len(), SHELF_ENTRIES_MAX);
    }
}
