//! Bitstring Status List v1.0: what the issuer's list says of a credential.
//! It believes a list only after verifying it whole; whatever is wrong with the list is not the credential's fault.

use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::bufread::GzDecoder;

use crate::documents::{Document, Documents};
use crate::json::{self, Object, Value};
use crate::limits;
use crate::policy::{Policy, Reads};
use crate::problem::{Code, Problem};
use crate::report::Finding;
use crate::secured::{Opened, Secured};
use crate::shape;
use crate::time::Timestamp;
use crate::trust::{Use, Vouching};

/// One entry of a credential's `credentialStatus` ("BitstringStatusListEntry").
struct Entry<'v> {
    purpose: &'v str,
    index: u64,
    list: &'v str,
    size: u64,
}

/// What the verifier was asked, for whom.
pub(crate) struct Question<'q> {
    pub(crate) issuer: &'q str,
    pub(crate) documents: &'q Documents,
    pub(crate) policy: &'q Policy,
    pub(crate) now: Timestamp,
}

/// Whether every status entry is clean. `Ok(None)` if the credential has none.
pub(crate) fn check(
    credential: &Object<'_>,
    question: &Question<'_>,
) -> Result<Option<()>, Finding> {
    let Some(status) = credential.find("credentialStatus") else { return Ok(None) };
    let entries = status.items();
    if entries.len() > limits::STATUS_ENTRIES_MAX {
        let detail = format!("More than {} status entries.", limits::STATUS_ENTRIES_MAX);
        return Err(Finding::refused(Code::Limit, detail).at("/credentialStatus"));
    }
    // Every entry is looked at: one clean entry must not hide a revoked one.
    let mut unknown = None;
    for (index, entry) in entries.iter().enumerate() {
        let at = match status {
            Value::Array(_) => format!("/credentialStatus/{index}"),
            _ => "/credentialStatus".to_owned(),
        };
        match check_entry(entry, question).map_err(|finding| finding.at(&at)) {
            Ok(()) => {}
            Err(fault @ (Finding::Fail(_) | Finding::Refused(_))) => return Err(fault),
            Err(other) => unknown = unknown.or(Some(other)),
        }
    }
    unknown.map_or(Ok(Some(())), Err)
}

fn check_entry(entry: &Value<'_>, question: &Question<'_>) -> Result<(), Finding> {
    let Value::Object(entry) = entry else {
        let detail = format!("The status entry is {}, not an object.", entry.kind());
        return Err(Finding::fail(Code::MalformedValue, detail));
    };
    let kinds = entry.find("type").map(Value::items).unwrap_or_default();
    if !kinds.iter().any(|kind| kind.as_str() == Some("BitstringStatusListEntry")) {
        let detail = "The status entry is of a type that this verifier does not know.";
        return Err(Finding::unknown(Code::UnsupportedStatus, detail));
    }
    let entry = Entry::read(entry).map_err(Finding::Fail)?;
    let document = question.documents.require(entry.list, Code::StatusRetrieval)?;
    // From here on every fault is the list's.
    let bits = open_list(document, &entry, question).map_err(|finding| match finding {
        Finding::Missing(..) | Finding::Unknown(_) => finding,
        other => list_fault(&other.into_problem()),
    })?;
    match (bit_value(&bits, &entry)?, entry.purpose) {
        (0, _) => Ok(()),
        (_, "revocation") => {
            Err(Finding::fail(Code::Revoked, "The issuer has revoked the credential."))
        }
        (_, "suspension") => {
            Err(Finding::fail(Code::Suspended, "The issuer has suspended the credential."))
        }
        // They inform; they do not invalidate ("Status Purposes").
        (_, "refresh" | "message") => Ok(()),
        (_, purpose) => Err(Finding::unknown(
            Code::UnsupportedStatus,
            format!(
                "The status list says something of the purpose `{purpose}`, which this verifier does not know."
            ),
        )),
    }
}

fn list_fault(problem: &Problem) -> Finding {
    Finding::unknown(
        Code::StatusVerification,
        format!("The status list does not verify: {}", problem.detail),
    )
}

impl<'v> Entry<'v> {
    fn read(entry: &'v Object<'_>) -> Result<Self, Problem> {
        let malformed = |member: &str| {
            let detail = format!("`{member}` of the status entry is missing or malformed.");
            Problem::new(Code::MalformedValue, detail)
        };
        let text = |member: &str| entry.text(member).ok_or_else(|| malformed(member));
        let list = text("statusListCredential")?;
        if entry.text("id") == Some(list) {
            return Err(malformed("id"));
        }
        let index = text("statusListIndex")?;
        let digits = !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit());
        let index = if digits { index.parse().ok() } else { None };
        let size = match entry.find("statusSize") {
            None => 1,
            Some(Value::Number(json::Number::Integer(size @ 1..=64))) => size.unsigned_abs(),
            Some(_) => return Err(malformed("statusSize")),
        };
        let index = index.ok_or_else(|| malformed("statusListIndex"))?;
        Ok(Self { purpose: text("statusPurpose")?, index, list, size })
    }
}

/// "Validate Algorithm", steps 2 to 7: the bits of a list that verifies, is the issuer's, is the one the
/// entry names, is about the entry's purpose, and is fresh.
fn open_list(
    document: &Document,
    entry: &Entry<'_>,
    question: &Question<'_>,
) -> Result<Vec<u8>, Finding> {
    let opened = Opened::of(&document.bytes)?;
    let secured = Secured::of(&opened, opened.read()?)?;
    let list = &secured.document;
    question.policy.check_context(list, Reads::StatusList)?;
    shape::check_unfixed(list)?;
    let unverified = |detail: &str| Finding::unknown(Code::StatusVerification, detail);
    let types = list.find("type").map(Value::items).unwrap_or_default();
    if !types.iter().any(|name| name.as_str() == Some("BitstringStatusListCredential")) {
        return Err(unverified("The document is not a status list."));
    }
    if list.text("id") != Some(entry.list) {
        return Err(unverified("The status list at hand is another one than the entry names."));
    }
    if issuer_id(list) != Some(question.issuer) {
        return Err(unverified("The status list is signed by somebody other than the issuer."));
    }
    let subject = list.find("credentialSubject").and_then(Value::as_object);
    let subject = subject.ok_or_else(|| unverified("The status list has no subject."))?;
    let purposes = subject.find("statusPurpose").map(Value::items).unwrap_or_default();
    if subject.text("type") != Some("BitstringStatusList")
        || !purposes.iter().any(|purpose| purpose.as_str() == Some(entry.purpose))
    {
        return Err(unverified("The status list is about another purpose than the entry."));
    }
    check_signed(&secured, question)?;
    check_fresh(list, subject, document, question.now)?;
    inflate(subject.text("encodedList").unwrap_or_default())
}

pub(crate) fn issuer_id<'v>(credential: &'v Object<'_>) -> Option<&'v str> {
    match credential.find("issuer")? {
        Value::String(id) => Some(id),
        Value::Object(profile) => profile.text("id"),
        _ => None,
    }
}

fn check_signed(secured: &Secured<'_>, question: &Question<'_>) -> Result<(), Finding> {
    let list = &secured.document;
    let signatures = secured.signatures(question.issuer, question.documents, question.now)?;
    for signed in signatures.each() {
        // An issuer whose keys are pinned publishes its lists with a pinned key too: otherwise whoever
        // takes its domain over could un-revoke. An issuer nobody lists is told by the trust check.
        let dates = signed.created.into_iter().chain(date(list, "validFrom")).collect();
        let (key_id, key) = (signed.key_id, signed.key);
        let vouching = Vouching { key_id, key, by_use: Use::StatusLists, dates };
        match question.policy.trust.vouch(question.issuer, &vouching) {
            Err(Finding::Unlisted(problem)) if problem.code == Code::KeyNotPinned => {
                return Err(Finding::Unknown(problem));
            }
            Err(finding @ Finding::Unknown(_)) => return Err(finding),
            _ => {}
        }
    }
    if signatures.expires().is_some_and(|expires| question.now >= expires) {
        return Err(Finding::unknown(
            Code::StatusStale,
            "The token of the status list has expired.",
        ));
    }
    signatures.verify(&secured.unsecured()?, question.now)
}

fn date(list: &Object<'_>, member: &str) -> Option<Timestamp> {
    list.text(member).and_then(Timestamp::parse)
}

/// Fresh until its signed `validUntil` if it was handed over, within `ttl` of its retrieval if fetched.
fn check_fresh(
    list: &Object<'_>,
    subject: &Object<'_>,
    document: &Document,
    now: Timestamp,
) -> Result<(), Finding> {
    let stale = |detail: &str| Finding::unknown(Code::StatusStale, detail);
    let date = |name: &str| match list.find(name) {
        None => Ok(None),
        Some(value) => value
            .as_str()
            .and_then(Timestamp::parse)
            .map(Some)
            .ok_or_else(|| stale("A date of the status list is not a date and time.")),
    };
    let (from, until) = (date("validFrom")?, date("validUntil")?);
    if from.is_some_and(|from| now < from) {
        return Err(stale("The status list is not valid yet."));
    }
    if until.is_some_and(|until| now > until) {
        return Err(stale("The status list has expired; a newer one is needed."));
    }
    match (document.retrieved_at, until) {
        (None, None) => Err(stale("The status list says nothing of how long it may be used.")),
        (None, Some(_)) => Ok(()),
        (Some(retrieved_at), _) => {
            let age = now.unix_seconds().saturating_sub(retrieved_at);
            if age <= ttl_seconds(subject)? {
                Ok(())
            } else {
                Err(stale("The status list is older than its ttl."))
            }
        }
    }
}

/// `ttl` is in milliseconds; a list without one is kept five minutes.
fn ttl_seconds(subject: &Object<'_>) -> Result<i64, Finding> {
    match subject.find("ttl") {
        None => Ok(limits::STATUS_TTL_SECONDS_DEFAULT),
        Some(Value::Number(json::Number::Integer(milliseconds @ 1..))) => Ok((milliseconds
            / 1_000)
            .clamp(limits::STATUS_TTL_SECONDS_MIN, limits::STATUS_TTL_SECONDS_MAX)),
        Some(_) => Err(Finding::unknown(
            Code::StatusStale,
            "The `ttl` of the status list is not a duration.",
        )),
    }
}

/// "Bitstring Expansion Algorithm", bounded: exactly one GZIP member (RFC 1952) whose checksum and length
/// hold, and nothing after it. More than the limit is an error, never a truncation.
fn inflate(encoded: &str) -> Result<Vec<u8>, Finding> {
    let fault = |detail: &str| Finding::unknown(Code::StatusVerification, detail);
    let compressed = encoded
        .strip_prefix('u')
        .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
        .ok_or_else(|| fault("The status list's bits are not in base64url."))?;
    let mut decoder = GzDecoder::new(compressed.as_slice());
    let mut bits = Vec::new();
    let limit = u64::try_from(limits::STATUS_LIST_BYTES_MAX).unwrap_or(u64::MAX);
    let read = decoder.by_ref().take(limit + 1).read_to_end(&mut bits);
    if read.is_err() {
        return Err(fault("The status list's bits are not in GZIP format."));
    }
    if bits.len() > limits::STATUS_LIST_BYTES_MAX {
        return Err(fault("The status list inflates beyond the limit."));
    }
    if !decoder.into_inner().is_empty() {
        return Err(fault("Something follows the status list's bits."));
    }
    Ok(bits)
}

/// Steps 8 to 10: the value at the entry's place. Index 0 is the left-most bit.
fn bit_value(bits: &[u8], entry: &Entry<'_>) -> Result<u64, Finding> {
    let length = u64::try_from(bits.len()).unwrap_or(0).saturating_mul(8);
    if length / entry.size < limits::STATUS_LIST_ENTRIES_MIN {
        let detail = "The status list has fewer entries than the specification demands.";
        return Err(Finding::unknown(Code::StatusListLength, detail));
    }
    let out_of_range =
        || Finding::unknown(Code::StatusRange, "The index lies outside the status list.");
    let start = entry.index.checked_mul(entry.size).ok_or_else(out_of_range)?;
    let end =
        start.checked_add(entry.size).filter(|end| *end <= length).ok_or_else(out_of_range)?;
    (start..end).try_fold(0, |value: u64, position| {
        let byte = usize::try_from(position / 8).ok().and_then(|index| bits.get(index));
        let byte = byte.ok_or_else(out_of_range)?;
        Ok(value << 1 | u64::from(byte >> (7 - position % 8) & 1))
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn inflated(compressed: &[u8]) -> Result<Vec<u8>, Code> {
        inflate(&format!("u{}", URL_SAFE_NO_PAD.encode(compressed)))
            .map_err(|finding| finding.into_problem().code)
    }

    fn value(bits: &[u8], index: u64, size: u64) -> Result<u64, Code> {
        let entry = Entry { purpose: "revocation", index, list: "", size };
        bit_value(bits, &entry).map_err(|finding| finding.into_problem().code)
    }

    #[test]
    fn index_zero_is_the_left_most_bit() {
        let mut bits = vec![0; 16_384];
        for (index, byte, mask) in [
            (0, 0, 0x80),
            (1, 0, 0x40),
            (7, 0, 0x01),
            (8, 1, 0x80),
            (23, 2, 0x01),
            (131_071, 16_383, 0x01),
        ] {
            bits[byte] = mask;
            assert_eq!(value(&bits, index, 1), Ok(1), "{index}");
            assert_eq!(bits.iter().map(|byte| byte.count_ones()).sum::<u32>(), 1);
            bits[byte] = 0;
            assert_eq!(value(&bits, index, 1), Ok(0));
        }
        assert_eq!(value(&bits, 131_072, 1), Err(Code::StatusRange));
        assert_eq!(value(&bits, u64::MAX, 1), Err(Code::StatusRange));
        assert_eq!(value(&bits, 0, 2), Err(Code::StatusListLength));
        assert_eq!(value(&bits[1..], 0, 1), Err(Code::StatusListLength));
        bits.extend(vec![0; 16_384]);
        bits[0] = 0b0110_0000;
        assert_eq!((value(&bits, 0, 2), value(&bits, 1, 2)), (Ok(1), Ok(2)));
    }

    #[test]
    fn inflating_is_bounded_and_exact() {
        let good = gzip(&[0; 16_384]);
        assert_eq!(inflated(&good), Ok(vec![0; 16_384]));
        let bomb = gzip(&vec![0; 64 * 1024 * 1024]);
        let twice = [good.clone(), good.clone()].concat();
        let trailing = [good.clone(), vec![0]].concat();
        let mut wrong_sum = good.clone();
        let end = wrong_sum.len();
        wrong_sum[end - 6] ^= 1;
        let mut wrong_length = good.clone();
        wrong_length[end - 1] ^= 1;
        for bad in
            [&bomb[..], &twice, &trailing, &wrong_sum, &wrong_length, &good[..end - 1], &[], b"x"]
        {
            assert_eq!(inflated(bad), Err(Code::StatusVerification));
        }
        for text in ["", "u", "z", "uH4sI=", "u H4sI"] {
            assert!(inflate(text).is_err(), "{text}");
        }
    }
}
