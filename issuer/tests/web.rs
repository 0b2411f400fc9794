//! The pages, in process: no port, a stopped clock, a fresh office of sample data.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::sync::{Arc, LazyLock};

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use issuer::keys::{Passphrase, WorkFactor};
use issuer::office::{Act, Configuration, DataDirectory, ImportOptions, Office, Setup, Transcript};
use issuer::register::RevocationReason;
use issuer::store::CertificateRecord;
use jiff::Timestamp;
use serde_json::Value;
use tower::ServiceExt as _;
use verifier::Language;

const PUBLIC_URL: &str = "https://credentials.example.org";
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const EVIL: &str = "<script>alert(1)</script>\"'&";
const ESCAPED: &str = "&#60;script&#62;alert(1)";

fn clock() -> Timestamp {
    "2026-10-01T07:00:00Z".parse().unwrap()
}

/// An office with every sample certificate; the second is revoked. Opened once: sealing its keys takes time.
static OFFICE: LazyLock<(tempfile::TempDir, Arc<Office>)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let office = open(folder.path());
    let mut programmes: Value =
        serde_json::from_str(include_str!("../sample/programmes.json")).unwrap();
    // The rules allow any visible character in a title, so the pages must stand it.
    let programme = &mut programmes["programmes"][0];
    programme["register"]["title"]["ru"] = EVIL.into();
    programme["appendix_D_register_application"]["2_programme_name"]["ru"] = EVIL.into();
    perform(&office, Act::ImportProgrammes { file: programmes.to_string().into_bytes() });
    let file = include_bytes!("../sample/completions.csv").to_vec();
    let options =
        ImportOptions { dry_run: false, language: Language::En, json: true, report: false };
    perform(&office, Act::ImportCompletions { file, options });
    let revoke = Act::Revoke {
        number: records(&office).swap_remove(1).certificate.number,
        reason: RevocationReason::Misconduct,
        by: "SECRET REGISTRAR".to_owned(),
        confirmed_by: Some("SECRET SECOND".to_owned()),
        json: false,
    };
    perform(&office, revoke);
    (folder, Arc::new(office))
});

fn open(folder: &Path) -> Office {
    let directory = DataDirectory::new(folder);
    let passphrase = || Passphrase::new("a passphrase of the tests");
    let setup = Setup {
        configuration: Configuration::new(PUBLIC_URL, true),
        profile: serde_json::from_str(include_str!("../sample/issuer.json")).unwrap(),
        passphrase: passphrase(),
        work: WorkFactor::Low,
    };
    Office::init(&directory, &setup).unwrap();
    Office::open(directory, &passphrase(), clock()).unwrap()
}

fn perform(office: &Office, act: Act) {
    let mut transcript = Transcript::default();
    let exit = office.perform(act, clock(), &mut transcript).unwrap();
    assert_ne!(exit, 2, "nothing was attempted: {transcript:?}");
}

fn records(office: &Office) -> Vec<CertificateRecord> {
    office.issuance.store.certificates().map(Result::unwrap).collect()
}

fn record(index: usize) -> CertificateRecord {
    records(&OFFICE.1).swap_remove(index)
}

/// Path of the page of a certificate.
fn page_of(index: usize) -> String {
    format!("/c/{}", record(index).certificate.handle)
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    fn is_page(&self) -> bool {
        self.header("content-type").starts_with("text/html")
    }
}

async fn ask(
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let app = issuer::web::app(Arc::clone(&OFFICE.1), clock);
    let response = app.oneshot(request.body(body.into()).unwrap()).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let body = to_bytes(response.into_body(), 16 * 1024 * 1024).await.unwrap();
    // A PNG is no text; what it holds is looked at where badges are.
    Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
}

async fn get(path: &str) -> Answer {
    ask(Method::GET, path, &[], Body::empty()).await
}

async fn get_as(path: &str, accept: &str) -> Answer {
    ask(Method::GET, path, &[("accept", accept)], Body::empty()).await
}

async fn post(headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    ask(Method::POST, "/verify", headers, body).await
}

/// The text of a page without its elements.
fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for character in html.chars() {
        match character {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => text.push(character),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What keeps a picture that is opened by itself from doing anything.
const SANDBOX: &str = "sandbox; default-src 'none'";

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
async fn the_page_is_in_the_language_of_its_reader() {
    for (query, languages, tag) in [
        ("", "", "kk"),
        ("", "de", "kk"),
        ("", "ru-KZ, en;q=0.5", "ru"),
        ("?lang=en", "ru", "en"),
        ("?lang=xx", "ru", "ru"),
    ] {
        let headers = [("accept", BROWSER), ("accept-language", languages)];
        let path = page_of(3) + query;
        let answer = ask(Method::GET, &path, &headers, Body::empty()).await;
        assert!(answer.body.contains(&format!("<html lang=\"{tag}\">")), "{query} {languages}");
        assert_eq!(answer.header("content-language"), tag);
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn the_page_shows_the_form_word_for_word() {
    let number = record(3).certificate.number;
    let path = page_of(3);
    let page = async |tag: &str| plain(&get_as(&format!("{path}?lang={tag}"), BROWSER).await.body);
    let kk = page("kk").await;
    let number = format!("Сертификат № {number}");
    for line in [
        "ЖАРАМДЫ",
        &number,
        "Осы арқылы Қалыпова Әсем Деректіқызы",
        "2026 жылғы «06» сәуірден бастап 2026 жылғы «08» мамырға дейін",
        "микробіліктілік бағдарламасы бойынша: Инженерлік топтарда жобаларды басқару",
        "жалпы көлемі 90 академиялық сағат 3 академиялық кредиттерді оқығандығын растайды.",
        "Білім деңгейі 6 (алтыншы) деңгей",
        "Оқыту формасы күндізгі",
        "Біліктілік комиссиясының 2026 жылғы «13» мамырдағы шешімімен",
        "оған микробіліктілік берілді: Жоба үйлестірушісі",
        "Жетекші Қ. Қалыпов (SYN)",
        "Тіркеу нөмірі № 2026-A-",
        "Берілген күні: «15» мамыр 2026 ж.",
        "СЫНАҚ / ТЕСТ / TEST",
        "ЭЦҚ",
    ] {
        assert!(kk.contains(line), "{line}\n{kk}");
    }
    let ru = page("ru").await;
    for line in [
        "ДЕЙСТВИТЕЛЕН",
        "Настоящим подтверждает, что Қалыпова Әсем Деректіқызы",
        "прошел(ла) обучение с «06» апреля 2026 года по «08» мая 2026 год",
        "в объеме 90 академических часов 3 академических кредитов",
        "Решением Квалификационной комиссии от «13» мая 2026 года",
        "ему(ей) присвоена микроквалификация: Координатор проекта",
        "Дата выдачи: «15» мая 2026 г.",
        "92 %",
    ] {
        assert!(ru.contains(line), "{line}\n{ru}");
    }
    for secret in ["950625641408", "learner04@", "SYN-0004"] {
        assert!(!ru.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn the_paper_is_a_file_to_look_at() {
    let path = format!("{}.pdf", page_of(0));
    let answer = ask(Method::HEAD, &path, &[], Body::empty()).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "application/pdf");
    let file = format!("inline; filename=\"{}.pdf\"", record(0).certificate.number);
    assert_eq!(answer.header("content-disposition"), file);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.header("x-robots-tag").contains("noindex"));
    assert!(get_as(&page_of(0), "text/html").await.body.contains(&path));
}

#[tokio::test]
async fn the_english_page_has_the_name_in_latin_script_and_times_in_words() {
    let page = get_as(&format!("{}?lang=en", page_of(0)), BROWSER).await.body;
    let text = plain(&page);
    for told in [
        "This is to certify that MYSALIEV ALIKHAN (Мысалиев Алихан Сынақұлы)",
        "the learner was awarded the micro-qualification:",
        "Time of verification: 1 October 2026, 12:00 (UTC+5)",
    ] {
        assert!(text.contains(told), "{told}\nis not in\n{text}");
    }
    let programme = plain(&get_as("/programmes/MK-DL-01?lang=en", BROWSER).await.body);
    assert!(programme.contains("26 January 2026"), "{programme}");
    assert!(!programme.contains("2026-01-26") && !programme.contains("2026-02-01"), "{programme}");
}

#[tokio::test]
async fn a_revoked_certificate_says_so_first() {
    let path = page_of(1);
    let page = get_as(&format!("{path}?lang=ru"), BROWSER).await.body;
    let text = plain(&page);
    assert!(page.contains("class=\"verdict invalid\""));
    let first = "НЕДЕЙСТВИТЕЛЕН — Отозван Дата отзыва: «01» октября 2026 г. — нарушение академической честности";
    assert!(text.contains(first), "{text}");
    assert!(text.contains("больше не действует") && !text.contains("SECRET"), "{text}");
    let credential = get_as(&format!("{path}/ru"), "application/vc").await.body;
    let report = post(&[], credential).await.json();
    assert_eq!(report["verdict"], "invalid");
    assert_eq!(report["checks"][6]["problem"]["title"], "Revoked");
}

#[tokio::test]
async fn verify_tells_genuine_from_tampered_from_garbage() {
    let credential = record(0).certificate.editions[0].credential.clone();
    let report = post(&[], credential.clone()).await;
    assert_eq!(report.status, StatusCode::OK);
    assert_eq!(report.header("content-type"), "application/json");
    assert_eq!(report.header("cache-control"), "no-store");
    assert_eq!(report.json()["verdict"], "valid");
    assert_eq!(report.json()["checked_at"], "2026-10-01T07:00:00Z");

    let tampered = credential.replacen("Мысалиев", "Мысалиева", 1);
    assert_ne!(tampered, credential);
    assert_eq!(post(&[], tampered.clone()).await.json()["verdict"], "invalid");
    for garbage in ["", "nonsense", "{\"a\":1,\"a\":2}"] {
        assert_eq!(post(&[], garbage).await.json()["verdict"], "refused", "{garbage}");
    }
    let large = "x".repeat(verifier::limits::INPUT_BYTES_MAX + 2);
    assert_eq!(post(&[], large).await.json()["verdict"], "refused");
    let text = post(&[("accept", "text/plain"), ("accept-language", "kk")], credential).await;
    assert!(text.body.starts_with("ЖАРАМДЫ"), "{}", text.body);
    let page = post(&[("accept", BROWSER)], tampered).await;
    assert!(page.body.contains("class=\"verdict invalid\"") && !page.body.contains("Мысалиев"));
}

#[tokio::test]
async fn verify_reads_what_a_scanner_read() {
    let of = |index: usize| {
        let identity = &OFFICE.1.issuance.identity;
        issuer::issuing::qr_text(&record(index).certificate, &identity.public_url)
    };
    let page = post(&[("accept", BROWSER), ("accept-language", "ru")], of(0)).await;
    assert!(page.body.contains("class=\"verdict valid\""), "{}", page.body);
    assert!(page.body.contains(&format!("href=\"{}\"", page_of(0))), "{}", page.body);
    let holder = record(0).certificate.completion.learner.name.to_string();
    assert!(page.body.contains(&holder), "{}", page.body);
    assert_eq!(post(&[], of(1)).await.json()["verdict"], "invalid");
    let moved = of(0).replacen("credentials.example.org", "credentials.example.com", 1);
    assert_eq!(post(&[], moved).await.json()["verdict"], "invalid");
    // The fragment never reaches the server: the address alone is the page.
    let code = ask(Method::GET, &format!("{}/qr.svg", page_of(0)), &[], "").await;
    assert!(code.status == StatusCode::OK && code.body.contains("<svg"));
}

#[tokio::test]
async fn verify_reads_the_form_of_its_page() {
    let credential = record(0).certificate.editions[1].credential.clone();
    let part = |name: &str, value: &str| {
        let head = format!("Content-Disposition: form-data; name=\"{name}\"; filename=\"a\"");
        format!("--xyz\r\n{head}\r\nContent-Type: application/json\r\n\r\n{value}\r\n")
    };
    let form = [
        ("content-type", "multipart/form-data; boundary=xyz"),
        ("accept", BROWSER),
        ("accept-language", "ru"),
    ];
    let body = format!("{}{}--xyz--\r\n", part("file", &credential), part("text", ""));
    let page = post(&form, body).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("class=\"verdict valid\""), "{}", page.body);
    assert!(page.body.contains(ESCAPED) && !page.body.contains("<script"), "{}", page.body);
    assert!(page.body.contains(&format!("{}?lang=ru", page_of(0))), "{}", page.body);

    let both = format!("{}{}--xyz--\r\n", part("file", "{}"), part("text", "{}"));
    let refused = post(&form, both).await;
    assert!(refused.status == StatusCode::BAD_REQUEST && refused.is_page());
    let large = "x".repeat(9 * 1024 * 1024);
    assert_eq!(post(&form, large).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let encoded = [("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(post(&encoded, "text=%7B%7D&file=").await.json()["verdict"], "invalid");
    let zipped = post(&[("content-encoding", "gzip")], "{}").await;
    assert_eq!(zipped.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(zipped.header("accept-encoding"), "identity");
}

/// A picture with this credential in it.
fn baked(credential: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:o=\"https://purl.imsglobal.org/ob/v3p0\"><o:credential><![CDATA[{credential}]]></o:credential></svg>"
    )
}

#[tokio::test]
async fn verify_takes_a_picture_and_says_that_it_is_not_verified() {
    let picture = baked(&record(0).certificate.editions[0].credential);
    let report = post(&[("content-type", "image/svg+xml")], picture.clone()).await.json();
    assert_eq!(
        (report["verdict"].as_str(), report["carrier"].as_str()),
        (Some("valid"), Some("svg"))
    );
    assert_eq!(report["warnings"][0]["type"], "urn:tanu:problem:PICTURE_NOT_VERIFIED");
    let page = post(&[("accept", BROWSER), ("accept-language", "ru")], picture).await.body;
    assert!(page.contains("class=\"verdict valid\""), "{page}");
    assert!(
        page.contains("<p class=\"compare\">Изображённое на картинке не проверяется"),
        "{page}"
    );
    let address = post(&[("accept", BROWSER)], "https://credentials.example.org/c/X").await.body;
    assert!(address.contains("class=\"verdict refused\""));
    assert!(address.contains("қол қойылған мәлімет жоқ"), "no signed statement, in Kazakh");
}

#[tokio::test]
async fn verify_takes_an_archive_and_answers_for_each_file() {
    let credential = &record(0).certificate.editions[2].credential;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [
        ("<b>genuine.json", credential.clone()),
        ("picture.svg", baked(credential)),
        ("none.json", "{}".to_owned()),
    ] {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut writer, text.as_bytes()).unwrap();
    }
    let archive = writer.finish().unwrap().into_inner();
    let lines = post(&[], archive.clone()).await;
    assert_eq!(lines.header("content-type"), "application/jsonl");
    let lines = lines.body.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let verdicts: Vec<Value> = lines.map(|line| line["verdict"].clone()).collect();
    assert_eq!(verdicts, ["valid", "valid", "invalid"]);
    let page = post(&[("accept", BROWSER), ("accept-language", "en")], archive.clone()).await;
    assert!(page.is_page() && page.body.contains("VALID: 2, INVALID: 1"), "{}", page.body);
    assert!(page.body.contains("&#60;b&#62;genuine.json") && !page.body.contains("<b>"));
    let text = post(&[("accept", "text/plain"), ("accept-language", "kk")], archive).await.body;
    assert!(text.starts_with("ЖАРАМДЫ — <b>genuine.json · "), "{text}");

    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for number in 0..101 {
        writer.start_file(number.to_string(), zip::write::SimpleFileOptions::default()).unwrap();
    }
    let many = writer.finish().unwrap().into_inner();
    assert_eq!(post(&[], many).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn foreign_credentials_are_not_vouched_for() {
    let credential = record(0).certificate.editions[0].credential.clone();
    let foreign = credential.replace("did:web:credentials.example.org", "did:web:evil.example");
    let report = post(&[], foreign).await.json();
    assert_eq!(report["verdict"], "indeterminate", "{report}");
    assert_eq!(report["documents_missing"][0], "did:web:evil.example");
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

#[tokio::test]
async fn hostile_text_is_escaped() {
    let certificate = format!("{}?lang=ru", page_of(0));
    for path in ["/?lang=ru", "/programmes/MK-DL-01?lang=ru", "/register?lang=ru", &certificate] {
        let page = get_as(path, BROWSER).await;
        assert!(page.body.contains(ESCAPED), "{path}: {}", page.body);
        assert!(!page.body.contains("<script"), "{path}");
    }
    let reflected = get_as("/%3Cscript%3E?lang=%3Cscript%3E", BROWSER).await;
    assert!(!reflected.body.contains("script"));
    let headers =
        [("host", "evil.example"), ("x-forwarded-host", "evil.example"), ("accept", BROWSER)];
    for path in ["/", &certificate] {
        let page = ask(Method::GET, path, &headers, Body::empty()).await;
        assert!(!page.body.contains("evil.example"));
    }
}

#[tokio::test]
async fn public_lists_name_nobody() {
    for path in ["/", "/register", "/programmes/MK-PM-04", "/study-forms/blended"] {
        let page = get_as(&format!("{path}?lang=kk"), BROWSER).await.body;
        for record in records(&OFFICE.1) {
            let certificate = record.certificate;
            let learner = certificate.completion.learner;
            for secret in [
                &learner.name.to_string(),
                &certificate.handle,
                &certificate.number,
                &certificate.registration_number,
            ] {
                assert!(!page.contains(secret.as_str()), "{path}: {secret}");
            }
        }
    }
    let register = plain(&get_as("/register?lang=en", BROWSER).await.body);
    let issued = records(&OFFICE.1).len();
    assert!(register.contains(&format!("Total {issued} 1 ")), "{register}");
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
    let office = Arc::new(open(folder.path()));
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
