//! Pages for people: their language, the form of the regulation, and what they never show.

use super::*;

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
