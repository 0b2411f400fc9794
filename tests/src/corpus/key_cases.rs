//! Section E: whose key it is, and whom the caller trusts. What needs a network is tested where fetching is; here no document is
//! at hand.

use serde_json::{Value, json};
use verifier::Check::{Key, Proof};
use verifier::Code;

use super::badge::{KEY, UNIVERSITY, badge, by_university, university_key};
use super::case::{Case, case};
use super::documents::PARTNER;
use super::keys::{Key as KeyPair, key};
use super::sign::secured;

pub(super) fn cases() -> Vec<Case> {
    [addresses(), documents(), look_alikes(), pinned(), did_keys()].concat()
}

/// A badge of this issuer, signed with `#key-1` of its identifier.
fn issued_by(issuer: &str, key: &KeyPair) -> Value {
    let mut badge = badge();
    badge["issuer"]["id"] = json!(issuer);
    secured(&badge, &format!("{issuer}#key-1"), key)
}

/// E01, E04, E11: identifiers that no fetcher may follow. Offline they are documents that are not at hand.
fn addresses() -> Vec<Case> {
    [
        ("E01-localhost", "localhost"),
        ("E01-loopback", "127.0.0.1"),
        ("E01-loopback-v6", "[::1]"),
        ("E01-zero", "0"),
        ("E01-decimal-address", "2130706433"),
        ("E01-hexadecimal-address", "0x7f.1"),
        ("E01-metadata", "169.254.169.254"),
        ("E01-private", "10.0.0.8"),
        ("E01-private-v6", "[fd00::8]"),
        ("E01-mapped-v6", "[::ffff:127.0.0.1]"),
        ("E01-shared-address", "100.64.0.1"),
        ("E01-internal", "vault.internal"),
        ("E02-rebinding-name", "rebind.evil.example"),
        ("E04-port", "university.example%3A23"),
        ("E04-user", "user@university.example"),
        ("E04-path-up", "university.example:..:..:etc"),
        ("E04-encoded-path-up", "university.example:%2e%2e"),
        ("E04-nul", "university.example%00.evil.example"),
        ("E04-semicolon", "university.example;a=b"),
        ("E04-trailing-dot", "university.example."),
        ("E04-upper-case-percent", "university%2Eexample"),
        ("E11-punycode", "xn--example-"),
    ]
    .into_iter()
    .map(|(id, host)| {
        let document = issued_by(&format!("did:web:{host}"), &key("stranger"));
        case(id, "The issuer's identifier leads where no verifier may go.", &document)
            .indeterminate(Key, Code::DocumentMissing)
    })
    .collect()
}

/// E07, E08, E13: documents that are somebody else's, or no longer say so.
fn documents() -> Vec<Case> {
    let by = |id, says, fragment: &str| {
        case(id, says, &secured(&badge(), &format!("{UNIVERSITY}#{fragment}"), &university_key()))
    };
    let unknown = "did:web:unheard.example";
    let other = json!({
        "id": "did:web:evil.example",
        "verificationMethod": [{ "id": format!("{unknown}#key-1"), "type": "Multikey", "controller": unknown, "publicKeyMultibase": key("stranger").multibase() }],
        "assertionMethod": [format!("{unknown}#key-1")],
    });
    let elsewhere = |id, says, text: &str| {
        case(id, says, &issued_by(unknown, &key("stranger"))).found(unknown, text)
    };
    vec![
        elsewhere(
            "E07-document-of-another",
            "The document found under the identifier is another's.",
            &other.to_string(),
        )
        .invalid(Key, Code::ControllerDocument),
        elsewhere(
            "E06-login-page",
            "A page of HTML is found under the identifier.",
            "<html>{\"id\":\"did:web:unheard.example\"}</html>",
        )
        .indeterminate(Key, Code::ControllerDocument),
        elsewhere(
            "E07-id-twice",
            "The document has two identifiers.",
            &format!("{{\"id\":\"did:web:evil.example\",\"id\":\"{unknown}\"}}"),
        )
        .indeterminate(Key, Code::ControllerDocument),
        elsewhere("E07-empty-document", "The document is empty.", "{}")
            .invalid(Key, Code::ControllerDocument),
        by("E08-other-controller", "The key names another controller.", "borrowed")
            .invalid(Key, Code::VerificationMethod),
        by("E08-two-controllers", "The key names two controllers.", "two-controllers")
            .invalid(Key, Code::VerificationMethod),
        by("E08-two-keys-of-one-name", "Two keys have one name.", "twice")
            .invalid(Key, Code::VerificationMethod),
        case(
            "E13-key-removed",
            "The key is pinned, but the document does not list it any more.",
            &secured(&badge(), &format!("{UNIVERSITY}#removed"), &key("removed")),
        )
        .invalid(Key, Code::VerificationMethod),
        by("E13-key-revoked", "The key was revoked.", "revoked").invalid(Key, Code::KeyExpired),
        by("E13-key-expired", "The key's own end has passed.", "expired")
            .invalid(Key, Code::KeyExpired),
        by("E13-key-end-unreadable", "The key's own end is no date.", "expires-never-said")
            .invalid(Key, Code::VerificationMethod),
        by("E13-unknown-key", "The document lists no such key.", "key-9")
            .invalid(Key, Code::VerificationMethod),
        case("E14-no-document", "No document is at hand at all.", &by_university(&badge()))
            .alone()
            .indeterminate(Key, Code::DocumentMissing),
    ]
}

/// E10: issuers that look like a trusted one.
fn look_alikes() -> Vec<Case> {
    let missing = |id, issuer: &str| {
        case(id, "An issuer that looks like the university.", &issued_by(issuer, &key("stranger")))
            .indeterminate(Key, Code::DocumentMissing)
    };
    let stranger = |change: fn(&mut Value)| {
        let mut badge = badge();
        badge["issuer"]["id"] = json!("did:web:stranger.example");
        change(&mut badge);
        secured(&badge, "did:web:stranger.example#key-1", &key("stranger"))
    };
    vec![
        case("E10-same-name", "A stranger gives itself the university's name.", &stranger(|_| ()))
            .untrusted(Code::IssuerNotListed),
        case(
            "E10-homoglyph-name",
            "A stranger's name has a Cyrillic letter.",
            &stranger(|badge| {
                badge["issuer"]["name"] = json!("Ex\u{430}mple University");
            }),
        )
        .untrusted(Code::IssuerNotListed),
        case(
            "E10-right-to-left-name",
            "A stranger's name turns the direction of writing.",
            &stranger(|badge| {
                badge["issuer"]["name"] = json!("\u{202e}ytisrevinU elpmaxE");
            }),
        )
        .untrusted(Code::IssuerNotListed),
        missing("E10-subdomain", "did:web:university.example.evil.example"),
        missing("E10-hyphen", "did:web:university-example"),
        missing("E10-homoglyph-host", "did:web:universit\u{443}.example"),
        missing("E10-punycode-host", "did:web:xn--universit-c4i.example"),
        missing("E10-upper-case", "did:web:University.example"),
        missing("E10-path", "did:web:university.example:evil"),
    ]
}

/// E13 to E18: what the trust list says.
fn pinned() -> Vec<Case> {
    let honest = |id, says, list: &str| case(id, says, &by_university(&badge())).trusting(list);
    vec![
        honest("E15-another-key-pinned", "Another key is pinned under this name.", "another-key")
            .untrusted(Code::KeyNotPinned),
        honest(
            "E16-key-ended",
            "The key was believed until before the badge was issued.",
            "key-ended",
        )
        .untrusted(Code::KeyNotPinned),
        honest(
            "E16-key-later",
            "The key is believed from after the badge was issued.",
            "key-later",
        )
        .untrusted(Code::KeyNotPinned),
        honest("E18-nobody", "The trust list is empty.", "nobody").untrusted(Code::NoTrustList),
        case(
            "E18-trusted-by-document",
            "An issuer without pinned keys is believed with its document's.",
            &issued_by(PARTNER, &key("partner")),
        ),
        case(
            "E15-key-for-lists",
            "The key for status lists signs a badge.",
            &secured(&badge(), &format!("{UNIVERSITY}#status-1"), &key("status")),
        )
        .untrusted(Code::KeyNotPinned),
        case("E15-tampered-and-untrusted", "A tampered badge of nobody.", &{
            let mut badge = by_university(&badge());
            badge["name"] = json!("Doctor");
            badge
        })
        .trusting("nobody")
        .invalid(Proof, Code::Signature),
    ]
}

/// Issuers that are their own key.
fn did_keys() -> Vec<Case> {
    let holder = key("did-key issuer");
    let badge_of = |did: String, url: String, key: &KeyPair| {
        let mut badge = badge();
        badge["issuer"]["id"] = json!(did);
        secured(&badge, &url, key)
    };
    let stranger = key("stranger");
    vec![
        case(
            "E00-did-key",
            "An honest badge of a did:key, trusted.",
            &badge_of(holder.did(), holder.did_url(), &holder),
        )
        .alone(),
        case(
            "E00-did-key-stranger",
            "An honest badge of a did:key that nobody lists.",
            &badge_of(stranger.did(), stranger.did_url(), &stranger),
        )
        .alone()
        .untrusted(Code::IssuerNotListed),
        case(
            "E07-did-key-other-fragment",
            "The fragment names another key than the did:key.",
            &badge_of(
                holder.did(),
                format!("{}#{}", holder.did(), stranger.multibase()),
                &stranger,
            ),
        )
        .invalid(Key, Code::VerificationMethodUrl),
        case(
            "E07-did-key-short-fragment",
            "The fragment is a name of its own.",
            &badge_of(holder.did(), format!("{}#key-1", holder.did()), &holder),
        )
        .invalid(Key, Code::VerificationMethodUrl),
        case(
            "E07-unknown-method",
            "An identifier of a method that nobody knows.",
            &badge_of("did:unheard:1".to_owned(), "did:unheard:1#key-1".to_owned(), &stranger),
        )
        .indeterminate(Key, Code::DocumentMissing),
        case(
            "E07-two-fragments",
            "The key's URL has two fragments.",
            &secured(&badge(), &format!("{KEY}#x"), &university_key()),
        )
        .invalid(Key, Code::VerificationMethodUrl),
    ]
}
