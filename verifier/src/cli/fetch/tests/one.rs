//! One document: what is refused, of the network and of the answer.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use verifier::Unavailable;

use super::web::{Certificate, Pages, Reply, Seen, Then, Web, pages};
use crate::cli::fetch::fetcher::Fetcher;
use crate::cli::fetch::{Kind, Wanted};
use crate::cli::limits::{KEY_DOCUMENT_BYTES_MAX, STATUS_LIST_ANSWER_BYTES_MAX};

const JSON: &str = "application/json";
const LIST: &str = "https://badges.kz/status/1";

fn list(id: &str) -> Wanted {
    Wanted { id: id.to_owned(), kind: Kind::StatusList }
}

fn key(id: &str) -> Wanted {
    Wanted { id: id.to_owned(), kind: Kind::KeyDocument }
}

/// A fetcher that finds these pages at badges.kz, and what it does.
async fn fetcher(pages: &Pages) -> (Fetcher, Seen) {
    let mut web = Web::new();
    web.site("badges.kz", pages).await;
    let seen = web.seen.clone();
    (web.fetcher(), seen)
}

/// What becomes of one reply to a request for a status list.
async fn replied(reply: Reply) -> Result<Vec<u8>, Unavailable> {
    let (mut fetcher, _) = fetcher(&pages(&[("/status/1", reply)])).await;
    fetcher.time = Duration::from_millis(800);
    fetcher.fetch(&list(LIST)).await
}

#[tokio::test]
async fn a_document_is_fetched_with_one_request() {
    let replies = pages(&[
        ("/.well-known/did.json", Reply::ok("application/did+json", "{\"id\":1}")),
        ("/u/7/did.json", Reply::ok("application/did+ld+json; charset=utf-8", "{\"id\":2}")),
        ("/status/1?v=2", Reply::ok("application/vc", "{\"id\":3}")),
    ]);
    let (fetcher, seen) = fetcher(&replies).await;
    assert_eq!(fetcher.fetch(&key("did:web:badges.kz")).await.unwrap(), b"{\"id\":1}");
    assert_eq!(fetcher.fetch(&key("did:web:badges.kz:u:7")).await.unwrap(), b"{\"id\":2}");
    let third = fetcher.fetch(&list("https://badges.kz/status/1?v=2")).await;
    assert_eq!(third.unwrap(), b"{\"id\":3}");
    let events = seen.all();
    assert_eq!(
        events[..3],
        ["resolve badges.kz", "connect 8.8.8.8:443", "GET /.well-known/did.json"]
    );
    assert_eq!((seen.count("resolve"), seen.count("connect"), seen.count("GET")), (3, 3, 3));
    for header in
        ["host: badges.kz|", "accept-encoding: identity|", "accept: application/did+json,"]
    {
        assert!(events[3].contains(header), "{}", events[3]);
    }
    for header in ["cookie", "authorization", "referer"] {
        assert!(!events[3].contains(header), "{}", events[3]);
    }
}

#[tokio::test]
async fn a_chunked_answer_is_put_together() {
    let chunked = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n\
        3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n";
    assert_eq!(replied(Reply::raw(chunked)).await.unwrap(), b"{\"a\":1}");
}

#[tokio::test]
async fn what_may_not_be_asked_is_not_even_resolved() {
    let (fetcher, seen) = fetcher(&pages(&[])).await;
    for id in [
        "http://badges.kz/status/1",
        "file:///etc/passwd",
        "https://127.0.0.1/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://localhost:8443/",
        "https://badges.kz:22/",
        "https://user@badges.kz/",
        "https://xn--badges-.kz/",
        "did:web:localhost%3A8443",
        "did:web:169.254.169.254",
        "did:web:badges.kz%3A22",
        "did:web:badges.kz:..:x",
        "did:web:Badges.kz",
        "did:ion:badges.kz",
        "did:key:z6Mk",
        "urn:uuid:1",
        "",
    ] {
        assert_eq!(fetcher.fetch(&list(id)).await, Err(Unavailable::AddressNotAllowed), "{id}");
    }
    assert!(seen.all().is_empty(), "{:?}", seen.all());
}

#[tokio::test]
async fn a_name_with_a_private_address_is_not_connected_to() {
    for addresses in [
        &["127.0.0.1"][..],
        &["8.8.8.8", "10.0.0.1"],
        &["169.254.169.254"],
        &["::1"],
        &["::ffff:8.8.8.8"],
        &["64:ff9b::808:808"],
        &["100.64.0.1"],
        &["fd00::1"],
    ] {
        let mut web = Web::new();
        web.site("badges.kz", &pages(&[("/status/1", Reply::ok(JSON, "{}"))])).await;
        web.name("badges.kz", &[addresses]);
        let seen = web.seen.clone();
        let found = web.fetcher().fetch(&list(LIST)).await;
        assert_eq!(found, Err(Unavailable::AddressNotAllowed), "{addresses:?}");
        assert_eq!(seen.all(), ["resolve badges.kz"]);
    }
}

#[tokio::test]
async fn a_name_is_resolved_once_and_what_was_judged_is_connected_to() {
    let mut web = Web::new();
    web.site("badges.kz", &pages(&[("/status/1", Reply::ok(JSON, "{}"))])).await;
    web.name("badges.kz", &[&["8.8.8.8"], &["127.0.0.1"]]);
    let seen = web.seen.clone();
    let fetcher = web.fetcher();
    assert!(fetcher.fetch(&list(LIST)).await.is_ok());
    assert_eq!(seen.all()[..2], ["resolve badges.kz", "connect 8.8.8.8:443"]);
    assert_eq!(fetcher.fetch(&list(LIST)).await, Err(Unavailable::AddressNotAllowed));
    assert_eq!((seen.count("resolve"), seen.count("connect")), (2, 1));
}

#[tokio::test]
async fn the_next_address_is_tried_but_not_every_one() {
    let mut web = Web::new();
    web.site("badges.kz", &pages(&[("/status/1", Reply::ok(JSON, "{}"))])).await;
    web.name(
        "badges.kz",
        &[&["1.1.1.1", "8.8.8.8"], &["1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.4", "8.8.8.8"]],
    );
    let seen = web.seen.clone();
    let fetcher = web.fetcher();
    assert!(fetcher.fetch(&list(LIST)).await.is_ok());
    assert_eq!(
        seen.all()[..3],
        ["resolve badges.kz", "connect 1.1.1.1:443", "connect 8.8.8.8:443"]
    );
    assert_eq!(fetcher.fetch(&list(LIST)).await, Err(Unavailable::NotFetched));
    assert_eq!(seen.count("connect"), 6);
}

#[tokio::test]
async fn a_server_that_cannot_prove_its_name_is_not_asked() {
    for certificate in [
        Certificate::Expired,
        Certificate::NotYetValid,
        Certificate::OtherHost,
        Certificate::OtherAuthority,
        Certificate::SelfSigned,
    ] {
        let mut web = Web::new();
        web.name("badges.kz", &[&["8.8.8.8"]]);
        let replies = pages(&[("/status/1", Reply::ok(JSON, "{}"))]);
        web.server("badges.kz", "8.8.8.8:443", certificate, &replies).await;
        let seen = web.seen.clone();
        let found = web.fetcher().fetch(&list(LIST)).await;
        assert_eq!(found, Err(Unavailable::NotFetched), "{certificate:?}");
        assert_eq!((seen.count("connect"), seen.count("GET")), (1, 0), "{certificate:?}");
    }
}

#[tokio::test]
async fn tls_1_2_is_spoken_too() {
    let mut web = Web::new();
    web.name("badges.kz", &[&["8.8.8.8"]]);
    let replies = pages(&[("/status/1", Reply::ok(JSON, "{}"))]);
    web.server("badges.kz", "8.8.8.8:443", Certificate::GoodOverTls12, &replies).await;
    assert_eq!(web.fetcher().fetch(&list(LIST)).await.unwrap(), b"{}");
}

/// A ServerHello of TLS 1.1 (RFC 4346, section 7.4.1.3) with TLS_RSA_WITH_AES_128_CBC_SHA, and nothing after it.
fn server_hello_of_tls_1_1() -> Vec<u8> {
    let mut hello = vec![22, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2];
    hello.extend([5; 32]);
    hello.extend([0, 0x00, 0x2f, 0]);
    hello
}

#[tokio::test]
async fn old_tls_and_no_tls_are_broken_off() {
    let plain = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
        .to_vec();
    for first_words in [server_hello_of_tls_1_1(), plain, Vec::new()] {
        let mut web = Web::new();
        web.name("badges.kz", &[&["8.8.8.8"]]);
        let words = first_words.clone();
        web.listen("8.8.8.8:443", move |mut stream| {
            let words = words.clone();
            tokio::spawn(async move {
                let _ = stream.read_u8().await;
                let _ = stream.write_all(&words).await;
            });
        })
        .await;
        let found = web.fetcher().fetch(&list(LIST)).await;
        assert_eq!(found, Err(Unavailable::NotFetched), "{first_words:?}");
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    for (status, to) in [
        (301, "https://badges.kz/status/2"),
        (302, "http://169.254.169.254/"),
        (303, "file:///etc/passwd"),
        (307, "https://127.0.0.1/"),
        (308, "/status/2"),
        (304, ""),
    ] {
        let head = format!("HTTP/1.1 {status} X\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
        let replies =
            pages(&[("/status/1", Reply::raw(&head)), ("/status/2", Reply::ok(JSON, "{}"))]);
        let (fetcher, seen) = fetcher(&replies).await;
        let found = fetcher.fetch(&list(LIST)).await;
        assert_eq!(found, Err(Unavailable::AnswerNotAcceptable), "{status}");
        assert_eq!((seen.count("resolve"), seen.count("GET")), (1, 1), "{status}");
    }
}

#[tokio::test]
async fn an_error_is_no_document() {
    let (not_there, not_fetched) = (Unavailable::NotThere, Unavailable::NotFetched);
    for (status, reason) in [
        ("404 Not Found", not_there),
        ("410 Gone", not_there),
        ("401 Unauthorized", not_fetched),
        ("429 Slow", not_fetched),
        ("500 Oh", not_fetched),
        ("503 Wait", not_fetched),
    ] {
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{{}}"
        );
        assert_eq!(replied(Reply::raw(&head)).await, Err(reason), "{status}");
    }
    for status in ["201 Created", "203 Changed", "204 Nothing", "206 Part"] {
        let head = format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\n\r\n{{}}");
        assert_eq!(
            replied(Reply::raw(&head)).await,
            Err(Unavailable::AnswerNotAcceptable),
            "{status}"
        );
    }
    for nonsense in ["", "HTTP/0.9 200\r\n\r\n{}", "{}", "ICY 200 OK\r\n\r\n"] {
        assert_eq!(replied(Reply::raw(nonsense)).await, Err(Unavailable::NotFetched), "{nonsense}");
    }
    let cut = Reply::raw(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{}",
    );
    assert_eq!(replied(cut).await, Err(Unavailable::NotFetched), "a cut answer");
}

#[tokio::test]
async fn pages_and_encoded_answers_are_not_taken() {
    for (content_type, body) in [
        ("text/html", "<script type=\"application/json\">{}</script>"),
        ("application/json", "<!doctype html><title>Sign in</title>"),
        ("text/plain", "{\"id\":\"https://badges.kz/status/1\"}"),
        ("image/svg+xml", "{}"),
        ("application/did+json", "{}"),
    ] {
        let found = replied(Reply::ok(content_type, body)).await;
        assert_eq!(found, Err(Unavailable::AnswerNotAcceptable), "{content_type}");
    }
    // Three kilobytes that inflate to three megabytes: they are never inflated.
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\n\r\n";
    let mut bomb = Reply::raw(head);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut encoder, &vec![b' '; 3 << 20]).unwrap();
    bomb.bytes.extend(encoder.finish().unwrap());
    assert_eq!(replied(bomb).await, Err(Unavailable::AnswerNotAcceptable));
}

#[tokio::test]
async fn too_much_is_not_taken_however_it_comes() {
    let announced =
        format!("HTTP/1.1 200 OK\r\ncontent-type: {JSON}\r\ncontent-length: 99999999999\r\n\r\n{{");
    let endless = format!("HTTP/1.1 200 OK\r\ncontent-type: {JSON}\r\n\r\n{{");
    for head in [&announced, &endless] {
        let found = replied(Reply::raw(head).then(Then::Pour)).await;
        assert_eq!(found, Err(Unavailable::AnswerNotAcceptable), "{head}");
    }
    let body = |length: usize| format!("{{{}}}", " ".repeat(length - 2));
    for (kind, max) in [
        (Kind::KeyDocument, KEY_DOCUMENT_BYTES_MAX),
        (Kind::StatusList, STATUS_LIST_ANSWER_BYTES_MAX),
    ] {
        let replies =
            pages(&[("/a", Reply::ok(JSON, &body(max))), ("/b", Reply::ok(JSON, &body(max + 1)))]);
        let (fetcher, _) = fetcher(&replies).await;
        let fetch = async |path| {
            fetcher.fetch(&Wanted { id: format!("https://badges.kz{path}"), kind }).await
        };
        assert_eq!(fetch("/a").await.unwrap().len(), max);
        assert_eq!(fetch("/b").await, Err(Unavailable::AnswerNotAcceptable));
    }
    let headers = format!("HTTP/1.1 200 OK\r\ncontent-type: {JSON}\r\n{}", "x: y\r\n".repeat(200));
    assert_eq!(
        replied(Reply::raw(&format!("{headers}\r\n{{}}"))).await,
        Err(Unavailable::NotFetched)
    );
    let long = Reply::raw("HTTP/1.1 200 OK\r\nx: ").then(Then::Pour);
    assert_eq!(replied(long).await, Err(Unavailable::NotFetched));
}

#[tokio::test]
async fn a_slow_server_is_left_in_time() {
    let ok = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
    for head in [
        "",
        "HTTP/1.1 200 OK\r\nx:",
        ok,
        &format!("{ok}\r\n{{"),
        &format!("{ok}content-length: 100000\r\n\r\n{{"),
    ] {
        let begun = Instant::now();
        let found = replied(Reply::raw(head).then(Then::Drip)).await;
        assert_eq!(found, Err(Unavailable::NotFetched), "{head}");
        assert!(begun.elapsed() < Duration::from_secs(2), "{head}: {:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn a_server_that_never_speaks_is_left_in_time() {
    let mut web = Web::new();
    web.name("badges.kz", &[&["8.8.8.8"]]);
    web.listen("8.8.8.8:443", |stream| {
        tokio::spawn(async move {
            let _held = stream;
            std::future::pending::<()>().await;
        });
    })
    .await;
    let mut fetcher = web.fetcher();
    fetcher.time = Duration::from_millis(200);
    assert_eq!(fetcher.fetch(&list(LIST)).await, Err(Unavailable::NotFetched));
}
