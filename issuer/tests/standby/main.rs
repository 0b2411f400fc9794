//! While the store is rebuilt: status lists are served and revocations taken from the register alone, and nothing of it is
//! lost when the office takes over.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod binary;
#[path = "../office/fixture.rs"]
mod fixture;
mod place;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use issuer::office::{Act, OfficeError, Opening, Rebuild, Standby, Transcript};
use issuer::register::{Event, FileRegister, Payload, Register, RevocationReason};
use issuer::store::{CertificateRecord, CertificateState, Store};
use place::{Place, clock};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tower::ServiceExt as _;
use verifier::Verdict;

/// More entries than a store applies while one waits.
const CHANGES: usize = 600;

fn begin(place: &Place) -> (Arc<Standby>, Rebuild) {
    place.remove_store();
    let opening = Opening::begin(place.directory(), &fixture::passphrase()).unwrap();
    assert!(opening.is_behind().unwrap());
    let (standby, rebuild) = opening.stand_by().unwrap();
    (standby.unwrap(), rebuild)
}

async fn ask(
    app: &Router,
    method: &str,
    path: &str,
    accept: &str,
) -> (StatusCode, HeaderMap, String) {
    let request = Request::builder().method(method).uri(path).header("accept", accept);
    let response = app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    // A tile of hashes is no text, and only its status is looked at.
    (status, headers, String::from_utf8_lossy(&body).into_owned())
}

async fn get(app: &Router, path: &str) -> (StatusCode, HeaderMap, String) {
    ask(app, "GET", path, "application/json").await
}

fn perform(standby: &Standby, act: Act) -> Result<(u8, Transcript), OfficeError> {
    let mut transcript = Transcript::default();
    let code = standby.perform(act, clock(), &mut transcript)?;
    Ok((code, transcript))
}

fn revoke(number: &str, confirmed_by: &str) -> Act {
    Act::Revoke {
        number: number.to_owned(),
        reason: RevocationReason::Misconduct,
        by: "registrar".to_owned(),
        confirmed_by: Some(confirmed_by.to_owned()),
        json: false,
    }
}

#[tokio::test]
async fn the_same_documents_are_at_the_same_addresses_and_nothing_else() {
    let place = Place::new(3, CHANGES);
    let (standby, _rebuild) = begin(&place);
    let app = issuer::web::standby_app(standby, clock);
    for path in ["/status/1", "/.well-known/did.json", "/log/checkpoint", "/log/tile/0/x001/000"] {
        let (status, headers, _) = get(&app, path).await;
        let expected = if path.ends_with("000") { StatusCode::NOT_FOUND } else { StatusCode::OK };
        assert_eq!(status, expected, "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
    }
    let (_, headers, did) = get(&app, "/.well-known/did.json").await;
    assert_eq!(headers["access-control-allow-origin"], "*");
    assert_eq!(did, place.file("did.json"));
    assert_eq!(get(&app, "/log/tile/0/000").await.0, StatusCode::OK, "a tile of 256 entries");
    for path in ["/status/2", "/status/0", "/status/01", "/status/x"] {
        assert_eq!(get(&app, path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(get(&app, "/status/1?timestamp=2026-01-01").await.0, StatusCode::BAD_REQUEST);
    assert_eq!(get(&app, "/healthz").await.0, StatusCode::OK);

    let (status, headers, body) = get(&app, "/readyz").await;
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &body["ready"]), (StatusCode::SERVICE_UNAVAILABLE, &false.into()));
    assert!(body["size"].as_u64().unwrap() > 600 && body["applied"] == 0, "{body}");
    assert!(body["reason"].as_str().unwrap().contains("rebuilt"), "{body}");
    assert_eq!(headers["retry-after"], "10");

    for (method, path) in [
        ("GET", "/"),
        ("GET", "/c/ABCDEFGHIJKLMNOP/kk"),
        ("POST", "/verify"),
        ("GET", "/x"),
        ("POST", "/api/v1/completions"),
    ] {
        let (status, headers, body) = ask(&app, method, path, "application/json").await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(headers["retry-after"], "10");
        assert_eq!(headers["content-type"], "application/problem+json");
        let problem: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(problem["status"], 503);
    }
    let (status, headers, page) = ask(&app, "GET", "/?lang=ru", "text/html").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(headers["content-language"], "ru");
    assert!(page.contains("реестр") && page.contains("/style.css"), "{page}");
    assert_eq!(ask(&app, "DELETE", "/status/1", "*/*").await.0, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_revocation_is_published_at_once_and_taken_over() {
    let place = Place::new(3, CHANGES);
    let [first, second, third] = <[CertificateRecord; 3]>::try_from(place.records.clone()).unwrap();
    let (standby, rebuild) = begin(&place);
    let app = issuer::web::standby_app(Arc::clone(&standby), clock);
    let list = get(&app, "/status/1").await.2;
    assert_eq!(place.verdict(&first, &list), Verdict::Valid);

    // What has to wait, says so.
    let waits = perform(&standby, Act::List { programme: None, json: true }).unwrap_err();
    assert!(matches!(waits, OfficeError::Rebuilding(_)), "{waits}");
    assert!(waits.to_string().contains("repeat"), "{waits}");
    // The rules are those of the office.
    let number = &first.certificate.number;
    let refused = perform(&standby, revoke(number, "Registrar ")).unwrap_err();
    assert!(refused.to_string().contains("second person"), "{refused}");
    for (number, said) in
        [("MC-A-000099-BCDF-0", "mistyped"), ("A-1", "looks like"), ("MC-A-000001", "mistyped")]
    {
        let unknown = perform(&standby, revoke(number, "dean")).unwrap_err().to_string();
        assert!(
            unknown.starts_with("there is no certificate") && unknown.contains(said),
            "{unknown}"
        );
    }
    assert_eq!(get(&app, "/status/1").await.2, list, "nothing was revoked yet");

    let size = standby.progress().size;
    let (code, done) =
        perform(&standby, revoke(&format!(" {} ", number.to_lowercase()), "dean")).unwrap();
    assert_eq!((code, done.lines.len()), (0, 1));
    let list = get(&app, "/status/1").await.2;
    assert_eq!(place.verdict(&first, &list), Verdict::Invalid);
    assert_eq!(place.verdict(&second, &list), Verdict::Valid);
    assert_eq!(place.file("status/1.json"), list, "the file says so too");
    let (code, again) = perform(&standby, revoke(number, "dean")).unwrap();
    assert_eq!(code, 0);
    assert!(again.notes[0].contains("was revoked on"), "{:?}", again.notes);
    assert_eq!(standby.publish_checkpoint().unwrap(), size + 1, "it is in the log");
    let checkpoint = get(&app, "/log/checkpoint").await.2;
    assert_eq!(checkpoint.lines().nth(1).unwrap(), (size + 1).to_string());

    let mut told = Vec::new();
    let office = rebuild.run(clock, &mut |progress| told.push(progress)).unwrap();
    assert!(told.len() > 1 && standby.progress() == *told.last().unwrap());
    let kept = office.record(number).unwrap();
    assert!(matches!(kept.state, CertificateState::Revoked(_)), "{kept:?}");
    // Whoever still knows the one who stood in is passed on, for every act and every list.
    let (code, listed) = perform(&standby, Act::List { programme: None, json: true }).unwrap();
    assert_eq!((code, listed.lines.len()), (0, 3));
    perform(&standby, revoke(&second.certificate.number, "dean")).unwrap();
    let list = get(&app, "/status/1").await.2;
    assert_eq!(place.verdict(&second, &list), Verdict::Invalid);
    assert_eq!(place.verdict(&third, &list), Verdict::Valid);
    drop((app, standby));
    Arc::into_inner(office).unwrap().close().unwrap();
    assert_like_one_made_afterwards(&place);
}

/// Revocations that come all the time, also in the moment when the office takes over: each is acknowledged, made once, and
/// in the store.
#[test]
fn nothing_is_lost_and_nothing_made_twice_when_the_office_takes_over() {
    let place = Place::new(72, 2 * CHANGES);
    let (standby, rebuild) = begin(&place);
    let numbers: Vec<String> =
        place.records.iter().map(|record| record.certificate.number.clone()).collect();
    let (before, after) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let office = thread::scope(|scope| {
        let rebuilt = scope.spawn(|| rebuild.run(clock, &mut |_| {}).unwrap());
        for caller in 0..4 {
            let (standby, numbers) = (&standby, &numbers);
            let (before, after) = (&before, &after);
            // Each number is asked for by two callers.
            scope.spawn(move || {
                for number in numbers.iter().skip(caller / 2).step_by(2) {
                    let (code, _) = perform(standby, revoke(number, "dean")).unwrap();
                    assert_eq!(code, 0, "{number}");
                    let waits = perform(standby, Act::ListKeys { json: true }).is_err();
                    if waits { before } else { after }.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        rebuilt.join().unwrap()
    });
    println!("{before:?} revocations before the office took over, {after:?} then");
    assert!(before.into_inner() > 0, "the office took over before anything was revoked");
    for number in &numbers {
        assert!(matches!(office.record(number).unwrap().state, CertificateState::Revoked(_)));
    }
    let list = office.issuance.status_list(1, clock()).unwrap();
    for record in &place.records {
        assert_eq!(place.verdict(record, &list.text), Verdict::Invalid);
    }
    drop(standby);
    Arc::into_inner(office).unwrap().close().unwrap();
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let register = FileRegister::open(place.path()).unwrap().0;
    for entry in register.read(0, usize::MAX).unwrap() {
        if let Payload::Present(Event::CertificateRevoked(revocation)) = entry.payload {
            *times.entry(revocation.number).or_default() += 1;
        }
    }
    drop(register);
    assert_eq!(times, numbers.into_iter().map(|number| (number, 1)).collect());
    assert_like_one_made_afterwards(&place);
}

/// One connection, kept open, is answered by both.
#[tokio::test]
async fn the_office_takes_over_on_the_same_connection() {
    let place = Place::new(1, CHANGES);
    let (standby, rebuild) = begin(&place);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (hand, opened) = oneshot::channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async move { drop(stopped.await) };
    let pages = issuer::web::serve_from_standby(listener, (standby, opened), shutdown);
    let served = tokio::spawn(pages);
    assert_eq!(get_on(&mut stream, "/readyz").await, 503);
    assert_eq!(get_on(&mut stream, "/").await, 503);
    let office = tokio::task::spawn_blocking(|| rebuild.run(clock, &mut |_| {}).unwrap());
    let office = office.await.unwrap();
    assert_eq!(get_on(&mut stream, "/status/1").await, 200);
    assert!(hand.send(Arc::clone(&office)).is_ok());
    while get_on(&mut stream, "/readyz").await != 200 {
        tokio::task::yield_now().await;
    }
    assert_eq!(get_on(&mut stream, "/").await, 200);
    assert_eq!(get_on(&mut stream, "/status/1").await, 200);
    stop.send(()).unwrap();
    drop(stream);
    served.await.unwrap().unwrap();
}

/// The status of `GET path` over a connection that stays open.
async fn get_on(stream: &mut TcpStream, path: &str) -> u16 {
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let (head, length) = loop {
        answer.push(stream.read_u8().await.unwrap());
        if answer.ends_with(b"\r\n\r\n") {
            let head = String::from_utf8(answer).unwrap().to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.unwrap().parse().unwrap();
            break (head, length);
        }
    };
    stream.read_exact(&mut vec![0; length]).await.unwrap();
    head.split(' ').nth(1).unwrap().parse().unwrap()
}

/// Whoever comes to revoke when the office failed to open gets a sentence; the lists stay as they are.
#[test]
fn who_waits_for_an_office_that_does_not_open_is_told() {
    let place = Place::new(1, CHANGES);
    let (standby, rebuild) = begin(&place);
    place.block("did.json");
    let number = &place.records[0].certificate.number;
    thread::scope(|scope| {
        // Before, in between, or after: taken or told, and never left waiting.
        let caller = scope.spawn(|| {
            loop {
                if let Err(error) = perform(&standby, revoke(number, "dean")) {
                    break error;
                }
            }
        });
        let failed = rebuild.run(clock, &mut |_| {}).err().unwrap();
        assert!(failed.to_string().contains("did.json cannot be written"), "{failed}");
        assert!(matches!(caller.join().unwrap(), OfficeError::NotOpened));
    });
    let list = standby.status_list(1, clock()).unwrap().unwrap();
    assert!(list.text.contains("BitstringStatusList"));
}

/// What the opening would refuse is not begun before it.
#[test]
fn nobody_stands_in_under_another_prefix() {
    let place = Place::new(1, CHANGES);
    place.take_prefix("B");
    place.remove_store();
    let opening = Opening::begin(place.directory(), &fixture::passphrase()).unwrap();
    let (standby, rebuild) = opening.stand_by().unwrap();
    assert!(standby.is_none());
    let refused = rebuild.run(clock, &mut |_| {}).err().unwrap();
    assert!(matches!(refused, OfficeError::OtherPrefix { .. }), "{refused}");
}

/// The store that was made while others revoked says what one says that is made in peace.
fn assert_like_one_made_afterwards(place: &Place) {
    let elsewhere = tempfile::tempdir().unwrap();
    copy(&place.path().join("register"), &elsewhere.path().join("register"));
    let [kept, fresh] = [place.path(), elsewhere.path()].map(|path| {
        let register: Arc<dyn Register> = Arc::new(FileRegister::open(path).unwrap().0);
        Store::open(path, register).unwrap()
    });
    assert_eq!(kept.applied_size().unwrap(), fresh.applied_size().unwrap());
    let records = |store: &Store| store.certificates().map(Result::unwrap).collect::<Vec<_>>();
    assert_eq!(records(&kept), records(&fresh));
    assert_eq!(kept.revoked_indices(1).unwrap(), fresh.revoked_indices(1).unwrap());
    assert_eq!(kept.used_indices(1).unwrap(), fresh.used_indices(1).unwrap());
    assert_eq!(kept.keys().unwrap(), fresh.keys().unwrap());
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}
