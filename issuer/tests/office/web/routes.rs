//! Every route: what it answers, what guards the answer, and what a failure tells.

use super::*;

const FOUND: [&str; 16] = [
    "/",
    "/verify",
    "/register",
    "/healthz",
    "/readyz",
    "/style.css",
    "/status/1",
    "/.well-known/did.json",
    "/programmes/MK-DL-01",
    "/achievements/MK-DL-01/1.0/kk",
    "/achievements/MK-DL-01/1.0/ru.png",
    "/achievements/MK-DL-01/1.0/en.svg",
    "/issuers/satbayev-university-test",
    "/issuers/sample-department-digital-technologies",
    "/frameworks/nqf-kz/6",
    "/study-forms/full-time",
];

const MISSING: [&str; 20] = [
    "/x",
    "/c",
    "/c/",
    "/status/0",
    "/status/2",
    "/status/01",
    "/status/x",
    "/programmes/MK-DL-99",
    "/programmes/%ff",
    "/achievements/MK-DL-01/9.9/kk",
    "/achievements/MK-DL-01/9.9/kk.svg",
    "/achievements/MK-DL-01/1.0/kk.gif",
    "/achievements/MK-DL-01/1.0/KK",
    "/issuers/nobody",
    "/frameworks/nqf-kz/9",
    "/frameworks/nqf-kz/0",
    "/frameworks/ps/none",
    "/study-forms/none",
    "/verify/",
    "/metrics",
];

#[tokio::test]
async fn every_route_answers_and_guards_its_answer() {
    let ends = ["", "/kk", "/kk.json", "/ru", "/qr.svg", "/kk.png", "/en.svg"];
    let of_certificate = ends.map(|end| page_of(0) + end);
    let found = FOUND.iter().map(ToString::to_string).chain(of_certificate);
    let found = found.map(|path| (path, StatusCode::OK));
    let missing = MISSING.iter().map(|path| ((*path).to_owned(), StatusCode::NOT_FOUND));
    for (path, status) in found.chain(missing) {
        for accept in [BROWSER, "*/*", "application/json"] {
            let answer = get_as(&path, accept).await;
            assert_eq!(answer.status, status, "{path} {accept}: {}", answer.body);
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
            let policy = answer.header("content-security-policy");
            let is_picture = answer.header("content-type").starts_with("image/");
            let begin = if is_picture { SANDBOX } else { "default-src 'none'; style-src 'self';" };
            assert!(policy.starts_with(begin), "{path}");
            assert!(!answer.header("cache-control").is_empty(), "{path}");
            let noindex = answer.header("x-robots-tag").contains("noindex");
            assert_eq!(noindex, path.starts_with("/c/"), "{path}");
            assert!(answer.headers.get("set-cookie").is_none(), "{path}");
            for forbidden in ["<script", "style=", " onclick", "javascript:"] {
                let clean = !answer.is_page() || !answer.body.contains(forbidden);
                assert!(clean, "{path}: {forbidden}");
            }
        }
    }
}

#[tokio::test]
async fn failures_are_pages_for_people_and_problems_for_programs() {
    let program = get("/nowhere").await;
    assert_eq!(program.header("content-type"), "application/problem+json");
    assert_eq!(program.json()["status"], 404);
    let person = get_as("/nowhere?lang=ru", BROWSER).await;
    assert!(person.is_page() && person.body.contains("<h1>Не найдено</h1>"), "{}", person.body);
    let wrong = ask(Method::DELETE, "/verify", &[], Body::empty()).await;
    assert_eq!(wrong.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(wrong.header("allow").contains("POST"), "{:?}", wrong.headers);
    assert_eq!(wrong.json()["status"], 405);
    let head = ask(Method::HEAD, "/status/1", &[], Body::empty()).await;
    assert_eq!((head.status, head.body.as_str()), (StatusCode::OK, ""));
}

#[tokio::test]
async fn an_unknown_handle_tells_nothing() {
    let certificate = record(0).certificate;
    let known = certificate.handle;
    let names = [
        "AAAAAAAAAAAAAAAA".to_owned(),
        "a".to_owned(),
        "%00".to_owned(),
        "%D0%90".to_owned(),
        "AAAAAAAAAAAAAAAA/qr.svg".to_owned(),
        "AAAAAAAAAAAAAAAA/kk.json".to_owned(),
        "AAAAAAAAAAAAAAAA/kk.png".to_owned(),
        "AAAAAAAAAAAAAAAA/kk.svg".to_owned(),
        format!("{known}/de.png"),
        format!("{known}x"),
        format!("{known}/de"),
        format!("{known}/KK"),
        format!("{known}/.json"),
        certificate.number,
        certificate.registration_number,
    ];
    for accept in [BROWSER, "application/json"] {
        let first = get_as("/c/BBBBBBBBBBBBBBBB", accept).await;
        assert_eq!(first.status, StatusCode::NOT_FOUND);
        for name in &names {
            let answer = get_as(&format!("/c/{name}"), accept).await;
            assert_eq!((answer.status, &answer.headers), (first.status, &first.headers), "{name}");
            assert_eq!(answer.body, first.body, "{name}");
        }
    }
}

#[tokio::test]
async fn it_serves_on_a_socket_and_stops() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let shutdown = async move {
        let _ = stopped.await;
    };
    // An office of its own: the service signs status lists by the real clock, and the other tests live at another time.
    let folder = tempfile::tempdir().unwrap();
    let office = Arc::new(crate::office(folder.path(), 0));
    let served = tokio::spawn(issuer::web::serve(listener, office, shutdown));
    let answer = tokio::task::spawn_blocking(move || {
        use std::io::{Read as _, Write as _};
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        let request = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    });
    assert!(answer.await.unwrap().ends_with("ok"));
    stop.send(()).unwrap();
    served.await.unwrap().unwrap();
}
