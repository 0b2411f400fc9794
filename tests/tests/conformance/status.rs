//! Status lists: made, served, read, and what revoking does.

use serde_json::json;

use crate::{credential, is_refusal, server};

#[test]
fn a_revoked_credential_is_refused() {
    let server = server();
    let mut document = credential();
    document["id"] = json!("urn:uuid:6f1");
    let issued = server.issued("status", &document);
    let entry = &issued["credentialStatus"];
    assert_eq!(entry["type"], "BitstringStatusListEntry");
    assert_eq!(entry["statusPurpose"], "revocation");
    assert!(entry["statusListIndex"].as_str().unwrap().parse::<u32>().is_ok());
    let url = entry["statusListCredential"].as_str().unwrap();
    assert_ne!(entry["id"], url);
    let path = url.strip_prefix(server.announced["baseUrl"].as_str().unwrap()).unwrap();

    let list = server.get(path);
    assert_eq!((list.status, list.body["id"].as_str()), (200, Some(url)));
    assert!(list.media_type.contains("json"));
    assert_eq!(list.body["issuer"], server.did("status"));
    assert!(
        list.body["type"].as_array().unwrap().contains(&json!("BitstringStatusListCredential"))
    );
    assert_eq!(list.body["credentialSubject"]["type"], "BitstringStatusList");
    assert!(list.body["credentialSubject"]["encodedList"].as_str().unwrap().starts_with("uH4sI"));
    assert_eq!(server.verify(&list.body).status, 200, "the list is a credential itself");

    assert_eq!(server.verify(&issued).status, 200);
    let revoke = |revoked: bool| {
        let status = json!({ "type": "BitstringStatusListEntry", "statusPurpose": "revocation" });
        let request = json!({ "credentialId": "urn:uuid:6f1", "credentialStatus": status, "status": revoked });
        server.post("/issuers/status/credentials/status", &request).status
    };
    assert_eq!(revoke(true), 200);
    let revoked = server.verify(&issued);
    assert!(is_refusal(&revoked) && revoked.body["type"].as_str().unwrap().ends_with("REVOKED"));
    let other = server.issued("status", &credential());
    assert_eq!(server.verify(&other).status, 200, "the next entry is untouched");
    assert_eq!(revoke(false), 200);
    assert_eq!(server.verify(&issued).status, 200);
    assert_eq!(server.get("/status/2").status, 404);
    assert_eq!(server.get("/status/x").status, 404);
}

/// A list of somebody else is not at hand: without `checks` that is a fault, and a list that is named `proof` alone is not looked at.
#[test]
fn a_status_that_cannot_be_found_out_is_not_good() {
    let server = server();
    let mut document = credential();
    document["credentialStatus"] = json!({
        "type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "1",
        "statusListCredential": "https://lists.example/1"
    });
    let issued = server.issued("rdfc", &document);
    assert_eq!(server.verify(&issued).status, 200);
    for options in [json!({}), json!({ "checks": ["proof", "credentialStatus"] })] {
        let request = json!({ "verifiableCredential": issued, "options": options });
        assert!(is_refusal(&server.post("/credentials/verify", &request)), "{request}");
    }
}
