//! The server itself: what it says of itself, what requests must be, did:key; and that `serve` has none of it.

use serde_json::json;
use tanu_tests::{Office, Service};

use crate::{is_refusal, server};

#[test]
fn the_server_says_what_it_is() {
    let server = server();
    let announced = &server.announced;
    let url = announced["baseUrl"].as_str().unwrap();
    assert!(url.starts_with("https://127.0.0.1:"), "{url}");
    let mut dids: Vec<&str> = ["rdfc", "jcs", "status", "jwt"].map(|name| server.did(name)).into();
    dids.sort_unstable();
    dids.dedup();
    assert_eq!(dids.len(), 4, "each issuer has a key of its own");
    assert!(dids.iter().all(|did| did.starts_with("did:key:z6Mk")));
    let told = server.ended();
    assert!(told.contains("throwaway keys"), "{told}");
    assert_eq!(told.lines().count(), 1, "{told}");
}

#[test]
fn requests_that_are_none_are_told_so() {
    let server = server();
    for (method, path, body) in [
        ("POST", "/credentials/verify", &b""[..]),
        ("POST", "/credentials/verify", b"{"),
        ("POST", "/credentials/verify", b"[]"),
        ("POST", "/credentials/verify", b"\xff\xfe"),
        (
            "POST",
            "/credentials/verify",
            br#"{"verifiableCredential":{},"verifiableCredential":{}}"#,
        ),
        ("POST", "/issuers/rdfc/credentials/issue", b"null"),
        ("POST", "/issuers/rdfc/credentials/issue", br#"{"verifiableCredential":{}}"#),
        ("POST", "/issuers/rdfc/credentials/issue", br#"{"credential":[]}"#),
        ("POST", "/issuers/status/credentials/status", b"{}"),
    ] {
        let answer = server.send(method, path, body);
        assert!(is_refusal(&answer), "{path} {} {answer:?}", String::from_utf8_lossy(body));
    }
    let deep = format!("{{\"credential\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(is_refusal(&server.send("POST", "/issuers/rdfc/credentials/issue", deep.as_bytes())));
    for (method, path) in [
        ("POST", "/issuers/none/credentials/issue"),
        ("POST", "/"),
        ("GET", "/"),
        ("GET", "/status/1/x"),
    ] {
        let answer = server.send(method, path, b"{}");
        assert_eq!(answer.status, 404, "{method} {path}");
        assert!(answer.media_type.contains("json"));
    }
    assert_eq!(server.get("/credentials/verify").status, 405);
}

#[test]
fn did_key_is_resolved_or_says_why_not() {
    let server = server();
    let key = "z6MktKwz7Ge1Yxzr4JHavN33wiwa8y81QdcMRLXQsrH9T53b";
    let encoded = |bytes: &[u8]| format!("did:key:z{}", bs58::encode(bytes).into_string());
    let did = format!("did:key:{key}");
    let resolve = |did: &str, query: &str| {
        let escaped = did.replace(':', "%3A").replace('#', "%23");
        server.get(&format!("/did/{escaped}{query}"))
    };
    let found = resolve(&did, "");
    assert_eq!(found.status, 200);
    let document = &found.body["didDocument"];
    assert_eq!(document["id"], did);
    assert_eq!(document["verificationMethod"][0]["publicKeyMultibase"], key);
    assert_eq!(document["assertionMethod"][0], format!("{did}#{key}"));
    let method = resolve(&format!("{did}#{key}"), "?publicKeyFormat=Multikey");
    assert_eq!(method.body["didDocument"]["controller"], did);
    assert_eq!(method.body["didDocument"]["type"], "Multikey");
    let jwk = resolve(&did, "?publicKeyFormat=JsonWebKey2020");
    let jwk = &jwk.body["didDocument"]["verificationMethod"][0]["publicKeyJwk"];
    assert_eq!((&jwk["kty"], &jwk["crv"]), (&json!("OKP"), &json!("Ed25519")));

    let unchanged = "";
    for (did, query, code) in [
        (key.to_owned(), unchanged, "invalidDid"),
        (format!("key:{key}"), unchanged, "invalidDid"),
        (format!("did:{key}"), unchanged, "invalidDid"),
        (format!("did:key:-v4:{key}"), unchanged, "invalidDid"),
        (format!("did:key:{}", &key[1..]), unchanged, "invalidDid"),
        (format!("did:example:{key}"), unchanged, "methodNotSupported"),
        (encoded(&[&[0xed, 0x01][..], &[1; 31]].concat()), unchanged, "invalidPublicKeyLength"),
        (encoded(&[&[0xed, 0x01][..], &[1; 33]].concat()), unchanged, "invalidPublicKeyLength"),
        (encoded(&[&[0xed, 0x01][..], &[0; 32]].concat()), unchanged, "invalidPublicKey"),
        (encoded(&[&[0x80, 0x24][..], &[2; 33]].concat()), unchanged, "unsupportedPublicKeyType"),
        (did.clone(), "?publicKeyFormat=Unknown", "unsupportedPublicKeyType"),
        (
            did.clone(),
            "?publicKeyFormat=X25519KeyAgreementKey2020&enableExperimentalPublicKeyTypes=false",
            "invalidPublicKeyType",
        ),
        (format!("{did}#other"), unchanged, "invalidDidUrl"),
        (format!("{did}#"), unchanged, "invalidDidUrl"),
    ] {
        let answer = resolve(&did, query);
        assert_eq!(answer.status, 400, "{did}{query}");
        assert!(answer.body["didDocument"].is_object(), "{did}");
        let metadata =
            if did.contains('#') { "didDereferencingMetadata" } else { "didResolutionMetadata" };
        assert_eq!(answer.body[metadata]["error"], code, "{did}{query}");
    }
}

/// The production service signs nothing that a client wrote: none of these addresses is there.
#[test]
fn the_service_has_none_of_this() {
    let office = Office::initialized().unwrap_or_else(|why| panic!("{why}"));
    let service = Service::start(&office);
    for path in [
        "/issuers/rdfc/credentials/issue",
        "/issuers/status/credentials/status",
        "/credentials/verify",
        "/presentations/verify",
        "/did/did:key:z6MktKwz7Ge1Yxzr4JHavN33wiwa8y81QdcMRLXQsrH9T53b",
    ] {
        assert_eq!(service.get(path).0, 404, "{path}");
    }
}
