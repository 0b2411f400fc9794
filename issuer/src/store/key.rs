//! The keys of the one tree; it knows nothing of the values.

/// Format of the store; any other one is rebuilt.
pub(super) const FORMAT_KEY: &[u8] = b"m/format";
pub(super) const FORMAT: &[u8] = b"2";
/// Entries applied, 8 bytes, big-endian.
pub(super) const APPLIED: &[u8] = b"m/applied";
/// Leaf hash of the last applied entry, 32 bytes.
pub(super) const LAST_LEAF: &[u8] = b"m/last-leaf";
/// The prefix of this instance's numbers.
pub(super) const PREFIX: &[u8] = b"m/prefix";

/// Who stopped issuing, while it is stopped.
pub(super) const STOPPED: &[u8] = b"m/stopped";
/// What is left of erased certificates, by number.
pub(super) const ERASED: &[u8] = b"y/";

/// Entries of erased transcripts.
pub(super) const ERASED_TRANSCRIPTS: &[u8] = b"w/";

/// Restores from a backup, in order.
pub(super) const RESTORATIONS: &[u8] = b"z/";

/// Records of certificates, in journal order.
pub(super) const RECORDS: &[u8] = b"c/";
/// Programmes by code and version.
pub(super) const PROGRAMME_VERSIONS: &[u8] = b"v/";
/// Programmes by code.
pub(super) const PROGRAMMES: &[u8] = b"g/";
/// Public keys, in the order in which they came into use.
pub(super) const KEYS: &[u8] = b"k/";
/// Bits of status lists that are used.
pub(super) const USED: &[u8] = b"u/";
/// Bits of status lists that are revoked.
pub(super) const REVOKED: &[u8] = b"r/";

/// The record of the certificate issued by the entry `index`.
pub(super) fn record(index: u64) -> Vec<u8> {
    join(RECORDS, &index.to_be_bytes())
}

pub(super) fn number(number: &str) -> Vec<u8> {
    join(b"n/", number.as_bytes())
}

pub(super) fn erased(number: &str) -> Vec<u8> {
    join(ERASED, number.as_bytes())
}

/// The number of the certificate that this one replaced.
pub(super) fn supersedes(number: &str) -> Vec<u8> {
    join(b"s/", number.as_bytes())
}

/// Handles are read case-insensitively.
pub(super) fn handle(handle: &str) -> Vec<u8> {
    join(b"h/", handle.to_ascii_uppercase().as_bytes())
}

/// The entry of a transcript, by the handle of its address.
pub(super) fn transcript(handle: &str) -> Vec<u8> {
    join(b"th/", handle.to_ascii_uppercase().as_bytes())
}

/// What must be forgotten with the transcript of this entry.
pub(super) fn transcript_ways(index: u64) -> Vec<u8> {
    join(b"tw/", &index.to_be_bytes())
}

/// What all transcripts that hold a certificate begin with; the index of the entry follows.
pub(super) fn transcripts_of(number: &str) -> Vec<u8> {
    join(b"tn/", format!("{number}/").as_bytes())
}

pub(super) fn erased_transcript(index: u64) -> Vec<u8> {
    join(ERASED_TRANSCRIPTS, &index.to_be_bytes())
}

pub(super) fn idempotency(key: &str) -> Vec<u8> {
    join(b"i/", key.as_bytes())
}

/// What all certificates of a learner begin with; the number follows.
pub(super) fn of_learner(learner_key: &str) -> Vec<u8> {
    join(b"l/", format!("{learner_key}/").as_bytes())
}

pub(super) fn learner(learner_key: &str) -> Vec<u8> {
    join(b"p/", learner_key.as_bytes())
}

pub(super) fn email(email: &str) -> Vec<u8> {
    join(b"e/", email.trim().to_lowercase().as_bytes())
}

/// The registrar's reference of a learner.
pub(super) fn reference(reference: &str) -> Vec<u8> {
    join(b"f/", reference.as_bytes())
}

pub(super) fn programme(code: &str) -> Vec<u8> {
    join(PROGRAMMES, code.as_bytes())
}

/// A zero byte, which neither part has, keeps code and version apart.
pub(super) fn programme_version(code: &str, version: &str) -> Vec<u8> {
    join(PROGRAMME_VERSIONS, format!("{code}\0{version}").as_bytes())
}

/// Versions of programmes in the order in which they were registered; the value is the version's own key.
pub(super) const PROGRAMME_ORDER: &[u8] = b"o/";

pub(super) fn programme_order(index: u64) -> Vec<u8> {
    join(PROGRAMME_ORDER, &index.to_be_bytes())
}

pub(super) fn public_key(index: u64) -> Vec<u8> {
    join(KEYS, &index.to_be_bytes())
}

/// What became of a public key, by its DID URL.
pub(super) fn key_retired(id: &str) -> Vec<u8> {
    join(b"kr/", id.as_bytes())
}

pub(super) fn key_compromised(id: &str) -> Vec<u8> {
    join(b"kc/", id.as_bytes())
}

pub(super) fn restoration(index: u64) -> Vec<u8> {
    join(RESTORATIONS, &index.to_be_bytes())
}

pub(super) fn serial(series: &str) -> Vec<u8> {
    join(b"x/", series.as_bytes())
}

/// All chunks of a list, under [`USED`] or [`REVOKED`].
pub(super) fn bits_of_list(prefix: &[u8], list: u32) -> Vec<u8> {
    join(prefix, &list.to_be_bytes())
}

pub(super) fn bits(prefix: &[u8], list: u32, chunk: u32) -> Vec<u8> {
    join(&bits_of_list(prefix, list), &chunk.to_be_bytes())
}

pub(super) fn join(prefix: &[u8], rest: &[u8]) -> Vec<u8> {
    [prefix, rest].concat()
}

/// Series and serial of a number: the last run of at least four digits, and what stands before it without
/// the separator. `2026-A-000123` is 123 in `2026-A`; `T-000042-K` is 42 in `T`.
pub(crate) fn series_and_serial(number: &str) -> Option<(&str, u64)> {
    let bytes = number.as_bytes();
    let mut end = bytes.len();
    while end > 0 {
        let digits = bytes.iter().take(end).rev().take_while(|byte| byte.is_ascii_digit()).count();
        if digits >= 4 {
            let serial = number.get(end - digits..end)?.parse().ok()?;
            return Some((number.get(..end - digits)?.trim_end_matches('-'), serial));
        }
        end -= digits.max(1);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_series_and_serial() {
        for (number, expected) in [
            ("2026-A-000123", Some(("2026-A", 123))),
            ("T-000042-K", Some(("T", 42))),
            ("2026-AB-001000-7", Some(("2026-AB", 1_000))),
            ("T26A000007K", Some(("T26A", 7))),
            ("000009", Some(("", 9))),
            ("A-12", None),
            ("", None),
            ("A-99999999999999999999", None),
        ] {
            assert_eq!(series_and_serial(number), expected, "{number}");
        }
    }
}
