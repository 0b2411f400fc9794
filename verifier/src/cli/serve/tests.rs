//! The endpoint in process, and over a socket where time matters.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;
use verifier::limits::CARRIER_BYTES_MAX;
use verifier::{Policy, TrustList};

use super::app::{Desk, app};
use super::listener::Punctual;
use crate::cli::documents_folder::Watched;
use crate::cli::fetch::Supply;
use crate::cli::fetch::tests::documents::{Issuer, NOW};
use crate::cli::fetch::tests::web::{Reply, Web, pages};

/// A valid credential by a did:key issuer.
const CREDENTIAL: &str = include_str!("../../../tests/synthetic/signed-db-min.json");
const TRUST: &[u8] = include_bytes!("../../../tests/synthetic/trust.json");

fn clock() -> i64 {
    NOW
}

fn desk(trust: TrustList) -> Desk {
    Desk::new(Policy::badge(trust), Watched::open(None).unwrap(), None, clock)
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
    let (response, body) = ask(untrusting(), post(vec![b'['; CARRIER_BYTES_MAX + 5_000])).await;
    assert_eq!(response.status(), StatusCode::OK);
    let report: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(report["verdict"], "refused");
    assert_eq!(report["checks"][0]["problem"]["type"], "urn:tanu:problem:LIMIT");
}

/// An archive of these files, all with the same content.
fn packed(files: &[&str], content: &str) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut writer, content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[tokio::test]
async fn an_archive_with_nothing_to_check_is_refused() {
    for archive in [packed(&[], ""), packed(&["skills.txt", "link.txt"], "A text.")] {
        let (response, body) = ask(untrusting(), post(archive)).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header(&response, "content-type"), "application/json");
        assert_eq!(verdict(&body), "refused", "{body}");
        assert!(body.contains("urn:tanu:problem:NO_CREDENTIAL"), "{body}");
    }
    // Beside a credential they are named, in the order of the archive.
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [("skills.txt", "A text."), ("badge.json", CREDENTIAL)] {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut writer, text.as_bytes()).unwrap();
    }
    let archive = writer.finish().unwrap().into_inner();
    let (_, body) = ask(untrusting(), post(archive.clone())).await;
    let (first, second) = body.trim_end().split_once('\n').unwrap();
    let named =
        r#"{"input":"skills.txt","passed_over":"is a text and no credential: passed over"}"#;
    assert_eq!((first, verdict(second)), (named, json!("untrusted")));
    let text = Request::post("/verify?lang=ru").header("accept", "text/plain");
    let (_, body) = ask(untrusting(), text.body(archive.into()).unwrap()).await;
    let first = body.lines().next().unwrap();
    assert_eq!(first, "skills.txt — это текст, а не сертификат: не проверялся");
    assert_eq!(body.lines().count(), 2, "{body}");
    // What Windows writes before a text makes no text of a credential.
    let marked = packed(&["badge.txt"], &format!("\u{feff}{CREDENTIAL}"));
    let (_, body) = ask(untrusting(), post(marked)).await;
    assert!(body.contains("badge.txt") && verdict(&body) != "valid", "{body}");
}

#[tokio::test]
async fn what_there_is_no_time_for_is_told_file_by_file() {
    let mut desk = desk(TrustList::parse(TRUST).unwrap());
    desk.archive_time = Duration::ZERO;
    let (response, body) = ask(app(desk), post(packed(&["a.json", "b.json"], CREDENTIAL))).await;
    assert_eq!(response.status(), StatusCode::OK);
    let lines: Vec<&str> = body.lines().collect();
    assert_eq!(lines.len(), 2, "{body}");
    for (line, name) in lines.iter().zip(["a.json", "b.json"]) {
        assert!(line.contains(name) && line.contains("not checked in time"), "{line}");
        assert!(line.contains("\"urn:tanu:problem:NOT_IN_TIME\""), "{line}");
        assert_eq!(verdict(line), "refused");
    }
}

/// It is not too large: who reads Kazakh or Russian has nothing but the words of the code.
#[tokio::test]
async fn what_there_is_no_time_for_is_called_that_in_every_language() {
    for (lang, says) in [("kk", "уақыт жетпеді"), ("ru", "не хватило времени"), ("en", "in time")]
    {
        let mut desk = desk(TrustList::parse(TRUST).unwrap());
        desk.archive_time = Duration::ZERO;
        let request = Request::post(format!("/verify?lang={lang}")).header("accept", "text/plain");
        let archive = packed(&["a.json"], CREDENTIAL);
        let (_, body) = ask(app(desk), request.body(archive.into()).unwrap()).await;
        assert!(body.contains("a.json") && body.contains(says), "{body}");
    }
}

#[tokio::test]
async fn a_file_that_takes_too_long_leaves_time_for_the_answer() {
    let mut desk = desk(TrustList::parse(TRUST).unwrap());
    desk.archive_time = Duration::from_millis(50);
    // Every processor is taken for as long as the test lasts.
    desk.verifications = std::sync::Arc::new(tokio::sync::Semaphore::new(0));
    let (_, body) = ask(app(desk), post(packed(&["a.json", "b.json"], CREDENTIAL))).await;
    assert_eq!(body.matches("not checked in time").count(), 2, "{body}");
}

#[tokio::test]
async fn an_archive_is_answered_with_a_line_for_each_file() {
    let archive = |files: &[&str]| packed(files, CREDENTIAL);
    let router = || app(desk(TrustList::parse(TRUST).unwrap()));
    let (response, body) = ask(router(), post(archive(&["a", "../b"]))).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, "content-type"), "application/jsonl");
    let lines: Vec<Value> = body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> = lines.iter().map(|line| (&line["input"], &line["verdict"])).collect();
    assert_eq!(told, [(&json!("a"), &json!("valid")), (&json!("../b"), &json!("valid"))]);

    let many: Vec<String> = (0..101).map(|number| number.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let (response, _) = ask(router(), post(archive(&many))).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let (_, body) = ask(router(), post(&b"PK\x03\x04"[..])).await;
    assert!(body.contains("CARRIER_MALFORMED"), "{body}");
}

#[tokio::test]
async fn a_document_put_into_the_folder_is_seen_by_the_next_request() {
    let folder = tempfile::tempdir().unwrap();
    let documents = Watched::open(Some(folder.path().to_owned())).unwrap();
    let router = app(Desk::new(Policy::badge(TrustList::default()), documents, None, clock));
    let issuer = Issuer::new("did:web:example.kz");
    let (credential, document) = (issuer.badge(&[]), issuer.document());
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

const LIST: &str = "https://badges.kz/status/1";

fn verdict(body: &str) -> Value {
    serde_json::from_str::<Value>(body).unwrap()["verdict"].clone()
}

#[tokio::test]
async fn what_is_missing_is_fetched_and_kept() {
    let issuer = Issuer::new("did:web:badges.kz");
    let date = "2026-05-14T00:00:00Z";
    for (content_type, list, expected) in [
        ("application/vc", issuer.list(LIST, date, false), "valid"),
        ("application/vc", issuer.list(LIST, date, true), "invalid"),
        ("text/plain", issuer.list_token(LIST, date, false), "valid"),
        ("application/vc+jwt", issuer.list_token(LIST, date, true), "invalid"),
    ] {
        let mut web = Web::new();
        let replies = [
            ("/.well-known/did.json", Reply::ok("application/did+json", &issuer.document())),
            ("/status/1", Reply::ok(content_type, &list)),
        ];
        web.site("badges.kz", &pages(&replies)).await;
        let seen = web.seen.clone();
        let trust = TrustList::parse(issuer.trust().as_bytes()).unwrap();
        let supply = Some(Supply::new(web.fetcher()));
        let documents = Watched::open(None).unwrap();
        let router = app(Desk::new(Policy::badge(trust), documents, supply, clock));
        for _ in 0..3 {
            let (_, body) = ask(router.clone(), post(issuer.badge(&[LIST]))).await;
            assert_eq!(verdict(&body), expected, "{body}");
        }
        assert_eq!((seen.count("connect"), seen.count("GET")), (2, 2), "{:?}", seen.all());
    }
}

#[tokio::test]
async fn what_is_not_signed_rightly_makes_nobody_fetch_its_list() {
    let issuer = Issuer::new("did:web:badges.kz");
    let mut web = Web::new();
    let document = Reply::ok("application/did+json", &issuer.document());
    web.site("badges.kz", &pages(&[("/.well-known/did.json", document)])).await;
    let seen = web.seen.clone();
    let supply = Some(Supply::new(web.fetcher()));
    let documents = Watched::open(None).unwrap();
    let router = app(Desk::new(Policy::badge(TrustList::default()), documents, supply, clock));
    let forged = issuer.badge(&[LIST]).replace("Teamwork", "Leadership");
    let (_, body) = ask(router, post(forged)).await;
    assert_eq!(verdict(&body), "invalid", "{body}");
    assert_eq!(seen.count("GET"), 1, "only the key document: {:?}", seen.all());
}

#[tokio::test]
async fn nothing_but_keys_and_lists_is_ever_fetched() {
    let issuer = Issuer::new("did:web:badges.kz");
    let mut badge: Value = serde_json::from_str(&issuer.badge(&[LIST])).unwrap();
    let members = badge.as_object_mut().unwrap();
    members.remove("proof");
    let extensions = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json";
    members["@context"].as_array_mut().unwrap().push(extensions.into());
    let refresh = json!({"id": "https://other.kz/refresh", "type": "1EdTechCredentialRefresh"});
    members.insert("refreshService".to_owned(), refresh);
    let schema = json!({"id": "https://other.kz/schema", "type": "1EdTechJsonSchemaValidator2019"});
    members.insert("credentialSchema".to_owned(), json!([schema]));
    members["credentialSubject"]["achievement"]["image"] =
        json!({"id": "https://other.kz/image.png", "type": "Image"});
    let list = issuer.list(LIST, "2026-05-14T00:00:00Z", false);
    let mut web = Web::new();
    let replies = [
        ("/.well-known/did.json", Reply::ok("application/did+json", &issuer.document())),
        ("/status/1", Reply::ok("application/vc", &list)),
    ];
    web.site("badges.kz", &pages(&replies)).await;
    web.name("other.kz", &[&["8.8.8.8"]]);
    let seen = web.seen.clone();
    let supply = Some(Supply::new(web.fetcher()));
    let documents = Watched::open(None).unwrap();
    let router = app(Desk::new(Policy::badge(TrustList::default()), documents, supply, clock));
    let (_, body) = ask(router, post(issuer.sign(&badge))).await;
    assert_eq!(verdict(&body), "untrusted", "{body}");
    assert_eq!(
        (seen.count("resolve badges.kz"), seen.count("resolve")),
        (2, 2),
        "{:?}",
        seen.all()
    );
}
