//! The endpoint in process, and over a socket where time matters.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode};
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;
use verifier::limits::INPUT_BYTES_MAX;
use verifier::{Cryptosuite, Multikey, Policy, ProofOptions, TrustList, secure, signing_input};

use super::app::{Desk, app};
use super::listener::Punctual;
use crate::cli::documents_folder::Watched;

/// A valid credential by a did:key issuer.
const CREDENTIAL: &str = include_str!("../../../tests/synthetic/signed-db-min.json");
const TRUST: &[u8] = include_bytes!("../../../tests/synthetic/trust.json");

/// 2026-05-15T00:00:00Z.
fn clock() -> i64 {
    1_778_803_200
}

fn desk(trust: TrustList) -> Desk {
    Desk::new(Policy::badge(trust), Watched::open(None).unwrap(), clock)
}

fn untrusting() -> Router {
    app(desk(TrustList::default()))
}

async fn ask(router: Router, request: Request<Body>) -> (Response<()>, String) {
    let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
    let bytes = to_bytes(body, 1 << 20).await.unwrap();
    (Response::from_parts(parts, ()), String::from_utf8(bytes.to_vec()).unwrap())
}

fn post(body: impl Into<Body>) -> Request<Body> {
    Request::post("/verify").body(body.into()).unwrap()
}

fn header<'a>(response: &'a Response<()>, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_report_is_json_and_never_cached() {
    let (response, body) = ask(untrusting(), post("not a credential")).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, "content-type"), "application/json");
    assert_eq!(header(&response, "cache-control"), "no-store");
    assert_eq!(header(&response, "x-content-type-options"), "nosniff");
    assert_eq!(body.lines().count(), 1);
    let report: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(report["input"], "-");
    assert_eq!(report["checked_at"], "2026-05-15T00:00:00Z");
    assert_eq!(report["checks"].as_array().unwrap().len(), 9);
}

#[tokio::test]
async fn people_read_their_language() {
    for (uri, accept_language, word) in [
        ("/verify?lang=kk", "", "Тексерулер"),
        ("/verify", "ru-KZ,ru;q=0.9,en;q=0.5", "Проверки"),
        ("/verify", "", "Checks"),
    ] {
        let request = Request::post(uri)
            .header("accept", "text/plain")
            .header("accept-language", accept_language)
            .header("content-type", "image/x-unheard-of")
            .body(Body::from("{}"))
            .unwrap();
        let (response, body) = ask(untrusting(), request).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header(&response, "content-type"), "text/plain; charset=utf-8");
        assert!(body.contains(word), "{body}");
    }
}

#[tokio::test]
async fn an_encoded_body_is_not_inflated() {
    for coding in ["gzip", "br", "identity, deflate"] {
        let request =
            Request::post("/verify").header("content-encoding", coding).body(Body::from("x"));
        let (response, body) = ask(untrusting(), request.unwrap()).await;
        assert_eq!(response.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "{coding}");
        assert_eq!(header(&response, "content-type"), "application/problem+json");
        assert_eq!(header(&response, "accept-encoding"), "identity");
        let problem: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(problem["status"], 415);
    }
    let request = Request::post("/verify").header("content-encoding", "Identity").body("{}".into());
    assert_eq!(ask(untrusting(), request.unwrap()).await.0.status(), StatusCode::OK);
}

#[tokio::test]
async fn other_methods_and_addresses_are_problems() {
    for (method, uri, status, allow) in [
        ("GET", "/verify", 405, "POST"),
        ("DELETE", "/healthz", 405, "GET, HEAD"),
        ("GET", "/", 404, ""),
        ("POST", "/verify/", 404, ""),
    ] {
        let request = Request::builder().method(method).uri(uri).body(Body::empty()).unwrap();
        let (response, body) = ask(untrusting(), request).await;
        assert_eq!(response.status().as_u16(), status, "{method} {uri}");
        assert_eq!(header(&response, "content-type"), "application/problem+json");
        assert_eq!(header(&response, "allow"), allow);
        assert_eq!(header(&response, "cache-control"), "no-store");
        let problem: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(problem["status"], status);
    }
}

#[tokio::test]
async fn health_is_ok() {
    let request = Request::get("/healthz").body(Body::empty()).unwrap();
    let (response, body) = ask(untrusting(), request).await;
    assert_eq!((response.status(), body.as_str()), (StatusCode::OK, "ok"));
}

#[tokio::test]
async fn one_request_too_many_is_told_to_come_again() {
    let desk = desk(TrustList::default());
    desk.requests.forget_permits(usize::MAX);
    let (response, body) = ask(app(desk), post("{}")).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(header(&response, "retry-after"), "1");
    assert!(body.contains("Try again"), "{body}");
}

/// Serves `desk` on a free port.
async fn served(desk: Desk, exchange_time: Duration) -> TcpStream {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let punctual = Punctual::new(listener, exchange_time);
    tokio::spawn(async move { axum::serve(punctual, app(desk)).await });
    TcpStream::connect(address).await.unwrap()
}

#[tokio::test]
async fn a_body_that_does_not_come_is_given_up() {
    let mut desk = desk(TrustList::default());
    desk.body_time = Duration::from_millis(50);
    let mut stream = served(desk, Duration::from_secs(30)).await;
    let head = "POST /verify HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("application/problem+json"), "{answer}");
}

#[tokio::test]
async fn headers_that_drip_break_the_connection() {
    let mut stream = served(desk(TrustList::default()), Duration::from_millis(300)).await;
    let dripped = async {
        loop {
            tokio::time::sleep(Duration::from_millis(20)).await;
            if stream.write_all(b"G").await.is_err() {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), dripped).await.unwrap();
}

#[tokio::test]
async fn a_connection_serves_several_requests() {
    let mut stream = served(desk(TrustList::default()), Duration::from_secs(30)).await;
    for _ in 0..3 {
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200");
        let mut rest = [0; 4_096];
        while !rest.windows(6).any(|window| window == b"\r\n\r\nok") {
            let length = stream.read(&mut rest).await.unwrap();
            assert!(length > 0);
        }
    }
}

#[tokio::test]
async fn too_large_a_body_is_a_report() {
    let (response, body) = ask(untrusting(), post(vec![b'['; INPUT_BYTES_MAX + 5_000])).await;
    assert_eq!(response.status(), StatusCode::OK);
    let report: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(report["verdict"], "refused");
    assert_eq!(report["checks"][0]["problem"]["type"], "urn:tanu:problem:LIMIT");
}

/// The same credential by a did:web issuer, and that issuer's document; the key is made of sevens.
fn by_did_web() -> (String, String) {
    let key = SigningKey::from_bytes(&[7; 32]);
    let method = "did:web:example.kz#key-1";
    let mut credential: Value = serde_json::from_str(CREDENTIAL).unwrap();
    credential.as_object_mut().unwrap().remove("proof");
    credential["issuer"]["id"] = "did:web:example.kz".into();
    let options = ProofOptions {
        cryptosuite: Cryptosuite::EddsaRdfc2022,
        verification_method: method.to_owned(),
        created: "2026-01-15T09:30:00Z".to_owned(),
    };
    let signature = key.sign(signing_input(&credential, &options).unwrap().as_bytes());
    let document = json!({
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": "did:web:example.kz",
        "verificationMethod": [{
            "id": method,
            "type": "Multikey",
            "controller": "did:web:example.kz",
            "publicKeyMultibase":
                Multikey::from_bytes(key.verifying_key().as_bytes()).unwrap().to_string(),
        }],
        "assertionMethod": [method],
    });
    (secure(&credential, &options, &signature.to_bytes()).to_string(), document.to_string())
}

#[tokio::test]
async fn a_document_put_into_the_folder_is_seen_by_the_next_request() {
    let folder = tempfile::tempdir().unwrap();
    let documents = Watched::open(Some(folder.path().to_owned())).unwrap();
    let router = app(Desk::new(Policy::badge(TrustList::default()), documents, clock));
    let (credential, document) = by_did_web();
    let verdict = async || {
        let (_, body) = ask(router.clone(), post(credential.clone())).await;
        serde_json::from_str::<Value>(&body).unwrap()
    };
    let report = verdict().await;
    assert_eq!(report["verdict"], "indeterminate", "{report}");
    assert_eq!(report["documents_missing"], json!(["did:web:example.kz"]));
    std::fs::write(folder.path().join("any-name.json"), document).unwrap();
    let report = verdict().await;
    assert_eq!(report["verdict"], "untrusted", "{report}");
    assert_eq!(report["documents_missing"], json!([]));
}

#[tokio::test]
async fn the_trust_list_makes_the_verdict_valid() {
    for (trust, verdict) in
        [(TrustList::default(), "untrusted"), (TrustList::parse(TRUST).unwrap(), "valid")]
    {
        let (_, body) = ask(app(desk(trust)), post(CREDENTIAL)).await;
        let report: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(report["verdict"], verdict, "{report}");
    }
}
