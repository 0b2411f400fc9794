//! Bitstring Status List v1.0: what the issuer's list says of a credential.
//! It believes a list only after verifying it whole; whatever is wrong with the list is not the credential's fault.

mod bits;
mod list;

use crate::documents::Documents;
use crate::json::{self, Object, Value};
use crate::limits;
use crate::policy::Policy;
use crate::problem::{Code, Problem};
use crate::report::Finding;
use crate::time::Timestamp;
pub(crate) use list::{Consulted, FailedLists, StatusList};

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
    pub(crate) failed: &'q FailedLists,
    /// What was asked.
    pub(crate) consulted: &'q Consulted,
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
    let mut unknown: Option<Finding> = None;
    for (index, entry) in entries.iter().enumerate() {
        let at = match status {
            Value::Array(_) => format!("/credentialStatus/{index}"),
            _ => "/credentialStatus".to_owned(),
        };
        match check_entry(entry, question).map_err(|finding| finding.at(&at)) {
            Ok(()) => {}
            Err(fault @ (Finding::Fail(_) | Finding::Refused(_))) => return Err(fault),
            Err(other) => {
                unknown = Some(match unknown {
                    None => other,
                    Some(first) => first.lacking_also(other),
                });
            }
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
    check_bits(&Entry::read(entry).map_err(Finding::Fail)?, question)
}

/// Whether the list at this URL marks its entry `index` revoked: for what says so without a credential's members.
pub(crate) fn check_revocation(
    list: &str,
    index: u32,
    question: &Question<'_>,
) -> Result<(), Finding> {
    let entry = Entry { purpose: "revocation", index: u64::from(index), list, size: 1 };
    check_bits(&entry, question)
}

fn check_bits(entry: &Entry<'_>, question: &Question<'_>) -> Result<(), Finding> {
    let document = question.documents.require(entry.list, Code::StatusRetrieval)?;
    // From here on every fault is the list's.
    let list = question
        .failed
        .or_else(entry, question.issuer, || StatusList::of(document, question))
        .inspect(|list| question.consulted.note(list))
        .and_then(|list| list.check(entry, document, question).map(|()| list))
        .map_err(|finding| match finding {
            Finding::Missing(..) | Finding::Unknown(_) => finding,
            other => list_fault(&other.into_problem()),
        })?;
    match (bits::value(list.bits(), entry)?, entry.purpose) {
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

/// Whether the document of this name is a status list that would be believed today, and since when it says what it says.
pub(crate) fn check_list(id: &str, question: &Question<'_>) -> Result<Option<Timestamp>, Finding> {
    let document = question.documents.require(id, Code::StatusRetrieval)?;
    StatusList::of(document, question)?.check_whole(id, document, question)
}

pub(crate) fn issuer_id<'v>(credential: &'v Object<'_>) -> Option<&'v str> {
    match credential.find("issuer")? {
        Value::String(id) => Some(id),
        Value::Object(profile) => profile.text("id"),
        _ => None,
    }
}
