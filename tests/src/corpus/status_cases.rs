//! Section F: status lists. Whatever is wrong with a list leaves the status open; only a good list can say revoked.

#![expect(clippy::too_many_lines, reason = "a table of cases is as long as it is")]

use serde_json::{Value, json};
use verifier::Check::{Context, Shape, Status};
use verifier::Code;

use super::badge::{badge, by_university, microcertificate, signed, status_entry};
use super::case::{Case, Found, case};
use super::documents::{signed_list, unsigned_list};
use super::edit::remove;

pub(super) fn cases() -> Vec<Case> {
    [bits(), entries(), lists(), packed(), ages(), addresses()].concat()
}

/// A badge with this status.
fn with_status(status: Value) -> Value {
    signed(|badge| badge["credentialStatus"] = status)
}

fn on_list(id: &str, says: &str, list: &str) -> Case {
    case(id, says, &with_status(status_entry(list, 94)))
}

/// F01, F10: which bit it is.
fn bits() -> Vec<Case> {
    let at = |index: u64| {
        (
            format!("F10-index-{index}"),
            case("", "The bit at this index.", &with_status(status_entry("revoked", index))),
        )
    };
    let set = [0, 1, 7, 8, 131_071].map(|index| {
        let (id, case) = at(index);
        Case { id, ..case.invalid(Status, Code::Revoked) }
    });
    let clear = [2, 6, 9, 15, 131_070].map(|index| {
        let (id, case) = at(index);
        Case { id, ..case }
    });
    let mut own = microcertificate();
    own["credentialStatus"] = status_entry("revoked", 94);
    [
        on_list("F01-revoked", "The issuer has revoked it.", "revoked")
            .invalid(Status, Code::Revoked),
        case("F01-revoked-strict", "A microcertificate was revoked.", &by_university(&own))
            .invalid(Status, Code::Revoked),
        on_list("F01-clean", "Nothing was revoked.", "clean"),
        case(
            "F10-index-beyond",
            "The index lies outside the list.",
            &with_status(status_entry("revoked", 131_072)),
        )
        .indeterminate(Status, Code::StatusRange),
        case(
            "F10-index-huge",
            "The index has 63 bits.",
            &with_status(status_entry("revoked", i64::MAX.unsigned_abs())),
        )
        .indeterminate(Status, Code::StatusRange),
    ]
    .into_iter()
    .chain(set)
    .chain(clear)
    .collect()
}

/// F02, F03, F16: entries.
fn entries() -> Vec<Case> {
    let clean = status_entry("clean", 94);
    let revoked = status_entry("revoked", 94);
    let changed_entry = |id, says, member: &str, value: Value| {
        let mut entry = clean.clone();
        entry[member] = value;
        case(id, says, &with_status(entry))
    };
    let malformed = |id, member: &str, value: Value| {
        changed_entry(id, "A member of the entry has the wrong form.", member, value)
            .invalid(Status, Code::MalformedValue)
    };
    let foreign = json!({ "id": "https://university.example/status/foreign#94", "type": "https://example.org/Status" });
    let mut older = by_university(&badge());
    older["credentialStatus"] = clean.clone();
    older["credentialStatus"]["type"] = json!("StatusList2021Entry");
    let mut message = status_entry("messages", 7);
    message["statusPurpose"] = json!("message");
    message["statusSize"] = json!(2);
    let mut unsized_message = message.clone();
    unsized_message["statusSize"] = json!(65);
    vec![
        case(
            "F02-second-revoked",
            "A clean entry, then a revoked one.",
            &with_status(json!([clean, revoked])),
        )
        .invalid(Status, Code::Revoked),
        case(
            "F02-first-revoked",
            "A revoked entry, then a clean one.",
            &with_status(json!([revoked, clean])),
        )
        .invalid(Status, Code::Revoked),
        case(
            "F02-unknown-then-revoked",
            "An entry that nobody can look up does not hide a revoked one.",
            &with_status(json!([status_entry("nowhere", 94), revoked])),
        )
        .invalid(Status, Code::Revoked),
        case(
            "F02-clean-then-unknown",
            "A clean entry does not hide one that nobody can look up.",
            &with_status(json!([clean, status_entry("nowhere", 94)])),
        )
        .indeterminate(Status, Code::StatusRetrieval),
        case("F03-status-list-2021", "An entry of the older specification.", &older)
            .invalid(Context, Code::DataLoss),
        case(
            "F03-unknown-type",
            "An entry of a type with an IRI of its own.",
            &with_status(foreign.clone()),
        )
        .indeterminate(Status, Code::UnsupportedStatus),
        case(
            "F03-clean-then-unknown-type",
            "A clean entry does not hide one of an unknown type.",
            &with_status(json!([clean, foreign])),
        )
        .indeterminate(Status, Code::UnsupportedStatus),
        malformed("F10-index-negative", "statusListIndex", json!("-1")),
        malformed("F10-index-fraction", "statusListIndex", json!("94.0")),
        malformed("F10-index-in-words", "statusListIndex", json!("ninety")),
        malformed("F10-index-plus", "statusListIndex", json!("+94")),
        malformed("F10-index-beyond-64-bits", "statusListIndex", json!("18446744073709551616")),
        case(
            "F16-message",
            "A message of two bits informs, and does not invalidate.",
            &with_status(message),
        ),
        case("F16-size-65", "A size that no list has.", &with_status(unsized_message))
            .invalid(Status, Code::MalformedValue),
        changed_entry(
            "F06-other-purpose",
            "The list is about revocation, the entry about suspension.",
            "statusPurpose",
            json!("suspension"),
        )
        .indeterminate(Status, Code::StatusVerification),
        case("F01-strict-without-status", "A microcertificate without a status entry.", &{
            let mut own = microcertificate();
            remove(&mut own, "/credentialStatus");
            by_university(&own)
        })
        .invalid(Shape, Code::MalformedValue),
        super::case::generated_case("F02-thousand-entries", "A thousand entries.", "statuses-1000")
            .invalid(verifier::Check::Proof, Code::Signature),
    ]
}

/// F04 to F06: lists that are not the issuer's word on this purpose.
fn lists() -> Vec<Case> {
    let unverified =
        |id, says, list| on_list(id, says, list).indeterminate(Status, Code::StatusVerification);
    let mut suspended = status_entry("suspended", 94);
    suspended["statusPurpose"] = json!("suspension");
    let swapped = status_entry("swapped", 94);
    vec![
        unverified(
            "F04-by-partner",
            "Another trusted issuer's list stands at the issuer's address.",
            "by-partner",
        ),
        unverified(
            "F04-by-partner-as-university",
            "Another issuer signs in the university's name.",
            "by-partner-as-university",
        ),
        unverified("F04-unsigned", "The list has no proof.", "unsigned"),
        unverified("F04-tampered", "The bits were changed after signing.", "tampered"),
        on_list(
            "F04-by-credential-key",
            "The list is signed with a key that is pinned for badges.",
            "by-credential-key",
        )
        .indeterminate(Status, Code::KeyNotPinned),
        case(
            "F05-swapped",
            "Another list of the right issuer is found at the address.",
            &with_status(swapped),
        )
        .found(
            "https://university.example/status/swapped",
            &signed_list(&unsigned_list("clean", &[0])).to_string(),
        )
        .indeterminate(Status, Code::StatusVerification),
        unverified("F05-no-list-type", "The document is not called a status list.", "no-list-type"),
        on_list("F06-both-purposes", "The list is about both purposes.", "both-purposes"),
        case("F06-suspended", "The issuer has suspended it.", &with_status(suspended))
            .invalid(Status, Code::Suspended),
        unverified(
            "F06-suspension-list",
            "A list about suspension answers for revocation.",
            "suspended",
        ),
        on_list("F12-short", "The list has eight entries too few.", "short")
            .indeterminate(Status, Code::StatusListLength),
    ]
}

/// F11: bits that do not inflate, or do not stop.
fn packed() -> Vec<Case> {
    let unverified =
        |id, says, list| on_list(id, says, list).indeterminate(Status, Code::StatusVerification);
    vec![
        unverified("F11-one-gibibyte", "The list inflates to a gibibyte.", "zeros-1-gib"),
        unverified("F11-64-mebibytes", "The list inflates to 64 mebibytes.", "zeros-64-mib"),
        unverified("F11-ten-members", "Ten GZIP members.", "ten-members"),
        unverified("F11-two-members", "Two GZIP members.", "two-members"),
        unverified("F11-trailing", "Something follows the GZIP member.", "trailing"),
        unverified("F11-truncated", "The GZIP member is cut.", "truncated"),
        unverified("F11-wrong-sum", "The checksum is wrong.", "wrong-sum"),
        unverified("F11-wrong-length", "The length is wrong.", "wrong-length"),
        unverified("F11-not-gzip", "The bits are not in GZIP.", "not-gzip"),
        unverified("F11-too-long", "The list is one byte longer than the limit.", "too-long"),
        unverified("F11-plain-base64", "The bits lack their multibase prefix.", "plain-base64"),
    ]
}

/// F07, F08: how old a list is.
fn ages() -> Vec<Case> {
    let stale = |id, says, list| on_list(id, says, list).indeterminate(Status, Code::StatusStale);
    let url = "https://university.example/status/fetched";
    let zeros = super::documents::zero_list();
    let fetched = |id, says, ttl: Value, age: i64| {
        let mut list = unsigned_list("fetched", &zeros);
        if !ttl.is_null() {
            list["credentialSubject"]["ttl"] = ttl;
        }
        let mut case = case(id, says, &with_status(status_entry("fetched", 94)));
        // The time of the cases is 2026-06-01T00:00:00Z.
        let retrieved_at = Some(1_780_272_000 - age);
        case.environment.found.push(Found {
            url: url.to_owned(),
            text: Some(signed_list(&list).to_string()),
            retrieved_at,
        });
        case
    };
    let late = |case: Case| case.indeterminate(Status, Code::StatusStale);
    vec![
        stale("F07-expired", "The list's own end has passed.", "expired"),
        stale("F08-not-yet", "The list is not valid yet.", "not-yet"),
        stale(
            "F07-endless",
            "A list without an end, handed over offline, says nothing of its age.",
            "endless",
        ),
        fetched(
            "F08-within-ttl",
            "A list fetched five minutes ago, for an hour.",
            json!(3_600_000),
            300,
        ),
        late(fetched(
            "F08-beyond-ttl",
            "A list fetched two hours ago, for an hour.",
            json!(3_600_000),
            7_200,
        )),
        fetched("F08-ttl-tiny", "A ttl of one millisecond counts as a minute.", json!(1), 59),
        late(fetched(
            "F08-ttl-huge",
            "A ttl of thirty million years counts as a day.",
            json!(1_000_000_000_000_000_i64),
            86_401,
        )),
        late(fetched("F08-ttl-zero", "A ttl of nothing.", json!(0), 0)),
        late(fetched("F08-ttl-negative", "A ttl below nothing.", json!(-1), 0)),
        late(fetched(
            "F08-no-ttl",
            "A list without ttl, fetched six minutes ago.",
            json!(null),
            360,
        )),
    ]
}

/// F14, F15: lists that cannot be had.
fn addresses() -> Vec<Case> {
    let elsewhere = |id, says, url: &str| {
        let mut entry = status_entry("clean", 94);
        entry["statusListCredential"] = json!(url);
        case(id, says, &with_status(entry)).indeterminate(Status, Code::StatusRetrieval)
    };
    let mut login = case(
        "F14-login-page",
        "A page of HTML is found at the address.",
        &with_status(status_entry("login", 94)),
    );
    login = login
        .found("https://university.example/status/login", "<!doctype html><title>Log in</title>");
    vec![
        on_list("F14-not-at-hand", "The list is not at hand.", "nowhere")
            .indeterminate(Status, Code::StatusRetrieval),
        login.indeterminate(Status, Code::StatusVerification),
        elsewhere(
            "F15-metadata",
            "The list lies at the address of a cloud's metadata.",
            "http://169.254.169.254/latest",
        ),
        elsewhere("F15-file", "The list lies in a local file.", "file:///etc/passwd"),
        elsewhere("F15-data", "The list is a data URL.", "data:application/json,%7B%7D"),
        elsewhere(
            "F15-own-url",
            "The list's address is one for this holder alone.",
            "https://university.example/status/of/aigerim",
        ),
        case("F15-entry-is-the-list", "The entry's identifier is the list's.", &{
            let mut entry = status_entry("clean", 94);
            entry["id"] = entry["statusListCredential"].clone();
            with_status(entry)
        })
        .invalid(Status, Code::MalformedValue),
        case("F14-status-is-a-string", "The status is a string.", &{
            let mut document = badge();
            document["credentialStatus"] = json!("https://university.example/status/clean#94");
            by_university(&document)
        })
        .invalid(Status, Code::MalformedValue),
    ]
}
