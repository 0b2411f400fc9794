//! `POST /verify`: what is sent, in which form, and what is answered.

use super::*;

/// A picture with this credential in it.
fn baked(credential: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:o=\"https://purl.imsglobal.org/ob/v3p0\"><o:credential><![CDATA[{credential}]]></o:credential></svg>"
    )
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
        ("<i>skills.txt", "A text.".to_owned()),
    ] {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut writer, text.as_bytes()).unwrap();
    }
    let archive = writer.finish().unwrap().into_inner();
    let lines = post(&[], archive.clone()).await;
    assert_eq!(lines.header("content-type"), "application/jsonl");
    let lines = lines.body.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let lines: Vec<Value> = lines.collect();
    let verdicts: Vec<Value> = lines.iter().map(|line| line["verdict"].clone()).collect();
    assert_eq!(verdicts[..3], ["valid", "valid", "invalid"]);
    assert!(verdicts.len() == 4 && verdicts[3].is_null(), "{verdicts:?}");
    let text = lines[3]["passed_over"].as_str();
    assert_eq!(text, Some("is a text and no credential: passed over"));
    let page = post(&[("accept", BROWSER), ("accept-language", "en")], archive.clone()).await;
    assert!(page.is_page() && page.body.contains("VALID: 2, INVALID: 1"), "{}", page.body);
    assert!(page.body.contains("&#60;b&#62;genuine.json") && !page.body.contains("<b>"));
    assert!(page.body.contains("&#60;i&#62;skills.txt") && !page.body.contains("<i>"));
    assert!(page.body.contains("is a text and no credential: passed over"), "{}", page.body);
    let text = post(&[("accept", "text/plain"), ("accept-language", "kk")], archive).await.body;
    assert!(text.starts_with("ЖАРАМДЫ — <b>genuine.json · "), "{text}");
    assert!(text.ends_with("<i>skills.txt — мәтін, сертификат емес: тексерілмеді\n"), "{text}");

    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for number in 0..101 {
        writer.start_file(number.to_string(), zip::write::SimpleFileOptions::default()).unwrap();
    }
    let many = writer.finish().unwrap().into_inner();
    assert_eq!(post(&[], many).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn an_archive_with_nothing_to_check_is_refused() {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file("skills.txt", zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut writer, b"A text.").unwrap();
    let archive = writer.finish().unwrap().into_inner();
    let report = post(&[], archive.clone()).await.json();
    assert_eq!(report["verdict"], "refused", "{report}");
    assert!(report.to_string().contains("NO_CREDENTIAL"), "{report}");
    let page = post(&[("accept", BROWSER), ("accept-language", "en")], archive).await;
    assert!(page.is_page() && page.body.contains("REFUSED: 1"), "{}", page.body);
}

#[tokio::test]
async fn foreign_credentials_are_not_vouched_for() {
    let credential = record(0).certificate.editions[0].credential.clone();
    let foreign = credential.replace("did:web:credentials.example.org", "did:web:evil.example");
    let report = post(&[], foreign).await.json();
    assert_eq!(report["verdict"], "indeterminate", "{report}");
    assert_eq!(report["documents_missing"][0], "did:web:evil.example");
}
