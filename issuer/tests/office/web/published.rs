//! What programs and wallets fetch: credentials, pictures, status lists, documents, and every address in a credential.

use super::*;
use crate::fixture::PUBLIC_URL;

#[tokio::test]
async fn the_credential_is_served_in_the_type_that_is_asked_for() {
    let certificate = record(0).certificate;
    let path = format!("/c/{}/kk", certificate.handle);
    for (accept, media_type) in [
        ("application/vc", "application/vc"),
        ("application/vc+ld+json", "application/vc+ld+json"),
        ("application/ld+json", "application/ld+json"),
        ("application/json", "application/json"),
        ("*/*", "application/vc+ld+json"),
        ("image/png", "application/vc+ld+json"),
    ] {
        let answer = get_as(&path, accept).await;
        assert_eq!(answer.header("content-type"), media_type, "{accept}");
        assert_eq!(answer.body, certificate.editions[0].credential);
        assert_eq!(answer.json()["id"], format!("{PUBLIC_URL}{path}"));
    }
    assert!(get_as(&path, BROWSER).await.is_page());
    let file = get_as(&format!("{path}.json"), BROWSER).await;
    assert_eq!(file.body, certificate.editions[0].credential);
    assert!(file.header("content-disposition").contains("attachment"));
    let lower = format!("/c/{}", certificate.handle.to_lowercase());
    assert!(get_as(&lower, "application/vc").await.body.starts_with('{'));
    assert!(get(&lower).await.is_page());
}

#[tokio::test]
async fn pictures_are_shown_and_never_run() {
    let certificate = record(0).certificate;
    let handle = &certificate.handle;
    for (name, media_type) in [("kk.png", "image/png"), ("ru.svg", "image/svg+xml")] {
        let baked = get(&format!("/c/{handle}/{name}")).await;
        let plain = get(&format!("/achievements/MK-DL-01/1.0/{name}")).await;
        for answer in [&baked, &plain] {
            assert_eq!(answer.header("content-type"), media_type);
            assert_eq!(answer.header("content-security-policy"), SANDBOX);
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert_eq!(answer.header("access-control-allow-origin"), "*");
        }
        let file = format!("inline; filename=\"microcertificate-{name}\"");
        assert_eq!(baked.header("content-disposition"), file);
        let json = get(&format!("/c/{handle}/{}.json", &name[..2])).await;
        assert_eq!(baked.header("cache-control"), json.header("cache-control"));
        assert!(baked.body.contains(&json.body), "{name}");
        assert_eq!(plain.header("cache-control"), "public, max-age=300");
        assert!(!plain.body.contains("credentialSubject") && !plain.body.contains(handle));
    }
    // The page shows the picture and says what is in it; the page of a revoked certificate adorns itself with nothing.
    let page = get_as(&(page_of(0) + "?lang=en"), BROWSER).await;
    for name in ["en.svg", "en.png", "en.json"] {
        assert!(page.body.contains(&format!("=\"/c/{handle}/{name}\"")), "{name}");
    }
    let revoked = get_as(&(page_of(1) + "?lang=en"), BROWSER).await;
    assert!(!revoked.body.contains("en.svg") && !revoked.body.contains("en.png"));
    let programme = get_as("/programmes/MK-DL-01?lang=kk", BROWSER).await;
    assert!(programme.body.contains("=\"/achievements/MK-DL-01/1.0/kk.svg\""));
}

#[tokio::test]
async fn status_lists_are_cacheable_and_typed() {
    let list = get("/status/1").await;
    assert_eq!(list.header("content-type"), "application/vc+ld+json");
    assert_eq!(list.header("access-control-allow-origin"), "*");
    assert_eq!(list.header("cache-control"), "public, max-age=150");
    assert_eq!(list.json()["id"], format!("{PUBLIC_URL}/status/1"));
    for accept in ["application/vc", "application/ld+json", "application/json"] {
        assert_eq!(get_as("/status/1", accept).await.header("content-type"), accept);
    }
    let etag = list.header("etag").to_owned();
    for known in [etag.clone(), format!("\"x\", W/{etag}"), "*".to_owned()] {
        let headers = [("if-none-match", known.as_str())];
        let unchanged = ask(Method::GET, "/status/1", &headers, Body::empty()).await;
        assert_eq!((unchanged.status, unchanged.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
        assert_eq!(unchanged.header("etag"), etag);
        assert_eq!(unchanged.header("cache-control"), "public, max-age=150");
    }
    let other = [("if-none-match", "\"x\"")];
    assert_eq!(ask(Method::GET, "/status/1", &other, Body::empty()).await.status, StatusCode::OK);
    let history = get("/status/1?timestamp=2026-01-01T00:00:00Z").await;
    assert_eq!(history.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_did_document_and_the_profile_are_published() {
    let did = get("/.well-known/did.json").await;
    assert_eq!(did.header("content-type"), "application/json");
    assert_eq!(did.header("access-control-allow-origin"), "*");
    assert_eq!(did.json()["id"], "did:web:credentials.example.org");
    let typed = get_as("/.well-known/did.json", "application/did+json").await;
    assert_eq!(typed.header("content-type"), "application/did+json");
    let profile = get("/issuers/satbayev-university-test?lang=en").await.json();
    assert_eq!(profile["name"], "Satbayev University (TEST)");
    assert!(get_as("/achievements/MK-DL-01/1.0/kk", BROWSER).await.is_page());
}

#[tokio::test]
async fn every_address_in_a_credential_answers_with_what_was_signed() {
    let path = |value: &Value| value.as_str().unwrap().strip_prefix(PUBLIC_URL).map(str::to_owned);
    for record in records(&OFFICE.1) {
        for edition in &record.certificate.editions {
            let credential: Value = serde_json::from_str(&edition.credential).unwrap();
            let achievement = &credential["credentialSubject"]["achievement"];
            let published = get(&path(&achievement["id"]).unwrap()).await.json();
            for member in ["id", "name", "criteria", "creator", "resultDescription", "related"] {
                assert_eq!(published[member], achievement[member], "{member}");
            }
            let unit = path(&achievement["creator"]["id"]).unwrap();
            let unit = get(&format!("{unit}?lang={}", edition.language.tag())).await;
            assert_eq!(unit.json(), achievement["creator"]);
            let pages = achievement["alignment"].as_array().unwrap().iter();
            let pages = pages.map(|alignment| &alignment["targetUrl"]);
            for url in pages.chain([&achievement["criteria"]["id"]]) {
                let Some(path) = path(url) else { continue };
                assert!(get_as(&path, BROWSER).await.is_page(), "{url}");
                assert_eq!(get_as(&path, BROWSER).await.status, StatusCode::OK, "{url}");
            }
        }
    }
}
