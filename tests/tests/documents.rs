//! Papers as a holder gets them: every sample learner's certificate and transcript, looked at with the programs of others.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tanu_tests::{Judge, Office, Service, records, run, sample, skip, text};
use verifier::Verdict;

/// The programs of others, and the Debian packages that have them.
const TOOLS: [(&str, &str); 8] = [
    ("pdfinfo", "poppler-utils"),
    ("pdffonts", "poppler-utils"),
    ("pdftotext", "poppler-utils"),
    ("pdfdetach", "poppler-utils"),
    ("pdftoppm", "poppler-utils"),
    ("qpdf", "qpdf"),
    ("mutool", "mupdf-tools"),
    ("zbarimg", "zbar-tools"),
];
/// The largest paper that is given out, bytes.
const PAPER_BYTES_MAX: u64 = 250_000;

/// A directory with every sample learner's certificate, and the records of `list --json`.
fn issued(test: &str) -> Option<(Office, Vec<Value>)> {
    for (tool, package) in TOOLS {
        let found = Command::new("which").arg(tool).stdout(Stdio::null()).status();
        if !found.is_ok_and(|status| status.success()) {
            skip(test, &format!("{tool} is not installed (Debian: apt-get install {package})"));
            return None;
        }
    }
    let office = Office::ready().map_err(|why| skip(test, &why)).ok()?;
    let _ = office.import(&sample("completions.csv"), &[]).ended(1);
    let certificates = records(&office.list());
    assert_eq!(certificates.len(), 68);
    Some((office, certificates))
}

fn word(record: &Value, member: &str) -> String {
    record[member].as_str().unwrap().to_owned()
}

/// What a program says of a file; it must find nothing wrong.
fn ask(words: &[&str], path: &Path) -> String {
    let [program, arguments @ ..] = words else { return String::new() };
    let mut command = Command::new(program);
    // What stands behind the file's name is written `--` in front of.
    let before: Vec<&&str> = arguments.iter().take_while(|word| **word != "--").collect();
    let after = arguments.iter().skip(before.len() + 1);
    command.args(before).arg(path).args(after);
    let finished = run(&mut command);
    assert_eq!(
        finished.code,
        0,
        "{words:?} {}: {}{}",
        path.display(),
        finished.stdout,
        finished.stderr
    );
    finished.stdout
}

/// Words with one space between them.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The attached files, by name.
fn attached(office: &Office, path: &Path) -> Vec<(String, Vec<u8>)> {
    let folder = office.scratch.join("attached");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir(&folder).unwrap();
    let _ = ask(&["pdfdetach", "-saveall", "-o", &text(&folder)], path);
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(&folder)
        .unwrap()
        .map(|file| {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// The text of every QR code on the pages.
fn scanned(office: &Office, path: &Path) -> Vec<String> {
    let stem = office.scratch.join("page");
    let _ = ask(&["pdftoppm", "-r", "200", "-png", "--", &text(&stem)], path);
    let mut pages: Vec<PathBuf> = fs::read_dir(&office.scratch)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "png"))
        .collect();
    pages.sort();
    let mut codes = Vec::new();
    for page in pages {
        let found = run(Command::new("zbarimg").args(["--raw", "--quiet"]).arg(&page));
        codes.extend(found.stdout.lines().map(str::to_owned));
        fs::remove_file(page).unwrap();
    }
    codes
}

fn export(office: &Office, number: &str, words: &[&str]) -> PathBuf {
    let path = office.scratch.join(format!("{number}-{}.pdf", words.join("-")));
    let out = text(&path);
    let words = [&["export", number, "--out", &out, "--format"], words].concat();
    let finished = office.run(&words).ended(0);
    assert!(!finished.stderr.contains("pending"), "{}", finished.stderr);
    path
}

#[test]
fn every_certificate_is_a_sound_file_with_its_credentials_inside() {
    let test = "every_certificate_is_a_sound_file_with_its_credentials_inside";
    let Some((office, certificates)) = issued(test) else { return };
    let service = Service::start(&office);
    let judge = Judge::of(&office.dir);
    for record in &certificates {
        let (number, handle) = (word(record, "number"), word(record, "handle"));
        let (status, bytes) = service.get(&format!("/c/{handle}.pdf"));
        assert_eq!(status, 200, "{number}");
        let path = office.file(&format!("{number}.pdf"), &bytes);
        assert!(fs::metadata(&path).unwrap().len() <= PAPER_BYTES_MAX, "{number}");
        let _ = ask(&["qpdf", "--check"], &path);
        let about = ask(&["pdfinfo"], &path);
        assert!(
            about.contains("Tagged:          yes") && about.contains("Pages:           1\n"),
            "{about}"
        );
        for line in ask(&["pdffonts"], &path).lines().skip(2) {
            assert!(line.contains("NotoSans") && line.contains("yes yes yes"), "{line}");
        }
        let files = attached(&office, &path);
        let names: Vec<String> = files.iter().map(|(name, _)| name.clone()).collect();
        let wanted = ["en.json", "kk.json", "ru.json", "tlog-proof"];
        assert_eq!(names, wanted.map(|end| format!("{number}.{end}")));
        for (name, bytes) in files.iter().filter(|(name, _)| name.ends_with(".json")) {
            assert_eq!(judge.verdict(bytes), Verdict::Valid, "{name}");
        }
    }
}

#[test]
fn what_is_attached_is_what_was_released_and_a_paper_printed_again_is_the_same() {
    let test = "what_is_attached_is_what_was_released_and_a_paper_printed_again_is_the_same";
    let Some((office, certificates)) = issued(test) else { return };
    let (number, handle) = (word(&certificates[3], "number"), word(&certificates[3], "handle"));
    let path = export(&office, &number, &["pdf"]);
    let first = fs::read(&path).unwrap();
    let files = attached(&office, &path);
    for (language, (_, bytes)) in ["en", "kk", "ru"].into_iter().zip(&files) {
        assert_eq!(String::from_utf8_lossy(bytes), office.credential(&number, language));
    }
    let proof = office.run(&["export", &number, "--format", "tlog-proof"]).ended(0).stdout;
    assert_eq!(String::from_utf8_lossy(&files[3].1), proof);
    // Later checkpoints, another process, another door: the same bytes.
    let _ = office.run(&["register", "checkpoint"]);
    let _ = office.run(&["unpublish", &number]).ended(0);
    let _ = office.run(&["publish", &number]).ended(0);
    assert!(fs::read(export(&office, &number, &["pdf"])).unwrap() == first);
    let service = Service::start(&office);
    assert!(service.get(&format!("/c/{handle}.pdf")).1 == first);
    assert!(fs::read(export(&office, &number, &["pdf"])).unwrap() == first);
}

#[test]
fn the_form_stands_on_the_paper_word_for_word() {
    let Some((office, certificates)) = issued("the_form_stands_on_the_paper_word_for_word") else {
        return;
    };
    // SYN-0004, as the sample's form has it.
    let record =
        certificates.iter().find(|record| record.to_string().contains("Қалыпова Әсем")).unwrap();
    let (number, registration) = (word(record, "number"), word(record, "registration_number"));
    let path = export(&office, &number, &["pdf", "--lang", "en"]);
    let kazakh = format!(
        "Сертификат № {number} Білім беру ұйымының атауы «Қ.И. Сәтбаев атындағы ҚазҰТЗУ» КЕАҚ (СЫНАҚ) \
         Осы арқылы Қалыпова Әсем Деректіқызы (тегі, аты, әкесінің аты (бар болса)) \
         2026 жылғы «06» сәуірден бастап 2026 жылғы «08» мамырға дейін \
         микробіліктілік бағдарламасы бойынша: Инженерлік топтарда жобаларды басқару \
         жалпы көлемі 90 академиялық сағат 3 академиялық кредиттерді оқығандығын растайды. \
         Білім деңгейі 6 (алтыншы) деңгей (Ұлттық біліктілік шеңбері бойынша санмен және сөзбен көрсетіледі) \
         Оқыту формасы күндізгі \
         Біліктілік комиссиясының 2026 жылғы «13» мамырдағы шешімімен оған микробіліктілік берілді: Жоба үйлестірушісі \
         Жетекші _ / Қ. Қалыпов (SYN) / (қолы) (тегі, аты, әкесінің инициалы) \
         Тіркеу нөмірі № {registration} Берілген күні: «15» мамыр 2026 ж. М.О."
    );
    let russian = format!(
        "Сертификат № {number} Наименование организации НАО «КазНИТУ имени К.И. Сатпаева» (ТЕСТ) \
         Настоящим подтверждает, что Қалыпова Әсем Деректіқызы (фамилия, имя, отчество (при его наличии)) \
         прошел(ла) обучение с «06» апреля 2026 года по «08» мая 2026 год \
         по программе микроквалификации: Управление проектами в инженерных командах \
         в объеме 90 академических часов 3 академических кредитов \
         Уровень образования 6 (шестой) уровень (указывается цифрой и словами в соответствии с НРК) \
         Форма обучения очная \
         Решением Квалификационной комиссии от «13» мая 2026 года ему(ей) присвоена микроквалификация: Координатор проекта \
         Руководитель _ / Қ. Қалыпов (SYN) / (подпись) (фамилия, инициалы) \
         Регистрационный номер № {registration} Дата выдачи: «15» мая 2026 г. М.П."
    );
    let english = "This is to certify that KALYPOVA ASEM (Қалыпова Әсем Деректіқызы)";
    let blanks = |text: &str| {
        let mut text = plain(text);
        while text.contains("__") {
            text = text.replace("__", "_");
        }
        text
    };
    let poppler = blanks(&ask(&["pdftotext", "-raw", "--", "-"], &path));
    let mupdf = blanks(&ask(&["mutool", "draw", "-q", "-F", "text"], &path));
    for said in [&poppler, &mupdf] {
        for wanted in [kazakh.as_str(), &russian, english] {
            assert!(said.contains(&plain(wanted)), "{wanted}\nis not in\n{said}");
        }
        for competence in ["Тәуекелдер тізілімін жүргізеді", "Ведёт реестр рисков", "92 %"]
        {
            assert!(said.contains(competence), "{competence}");
        }
    }
}

#[test]
fn the_code_on_the_page_leads_to_the_certificate() {
    let Some((office, certificates)) = issued("the_code_on_the_page_leads_to_the_certificate")
    else {
        return;
    };
    let judge = Judge::of(&office.dir);
    for record in certificates.iter().take(3) {
        let (number, handle) = (word(record, "number"), word(record, "handle"));
        let address = format!("https://credentials.example.org/c/{handle}");
        let path = export(&office, &number, &["pdf", "--lang", "en"]);
        let codes = scanned(&office, &path);
        assert_eq!(codes.len(), 2, "the English sheet has one too");
        let path = export(&office, &number, &["transcript"]);
        for code in codes.into_iter().chain(scanned(&office, &path)) {
            assert!(code.starts_with(&format!("{address}#T1")), "{code}");
            assert_eq!(judge.verdict(code.as_bytes()), Verdict::Valid, "{code}");
        }
    }
}

#[test]
fn the_transcript_has_content_scale_results_and_hours() {
    let Some((office, certificates)) = issued("the_transcript_has_content_scale_results_and_hours")
    else {
        return;
    };
    let number = word(&certificates[3], "number");
    let path = export(&office, &number, &["transcript"]);
    assert!(fs::metadata(&path).unwrap().len() <= PAPER_BYTES_MAX);
    let _ = ask(&["qpdf", "--check"], &path);
    let said = plain(&ask(&["pdftotext", "-raw", "--", "-"], &path));
    for wanted in [
        "Сертификатқа қосымша (Transcript)",
        "Приложение к сертификату (Transcript)",
        "SYN-QC-04/2026",
        "Тәуекелдер тізілімін жүргізеді",
        "Ведёт реестр рисков",
        "88 %",
        "Σ",
        "Барлығы",
        "Итого",
        "Шкала оценок",
        "қанағаттандырылғысыз",
        "Базовое понимание, ограниченная применимость на практике",
        "75–89",
    ] {
        assert!(said.contains(wanted), "{wanted} is not in {said}");
    }
    let files = attached(&office, &path);
    assert_eq!(String::from_utf8_lossy(&files[1].1), office.credential(&number, "kk"));
    assert!(
        fs::read(export(&office, &number, &["transcript"])).unwrap() == fs::read(&path).unwrap()
    );
}

#[test]
fn a_hidden_page_hides_the_paper_and_a_revoked_certificate_is_not_printed_for_strangers() {
    let test =
        "a_hidden_page_hides_the_paper_and_a_revoked_certificate_is_not_printed_for_strangers";
    let Some((office, certificates)) = issued(test) else { return };
    let of =
        |index: usize| (word(&certificates[index], "number"), word(&certificates[index], "handle"));
    let ((hidden, hidden_handle), (revoked, revoked_handle)) = (of(0), of(1));
    let _ = office.run(&["unpublish", &hidden]).ended(0);
    let _ =
        office.run(&["revoke", &revoked, "--reason", "issued-in-error", "--by", "Тестов"]).ended(0);
    let service = Service::start(&office);
    assert_eq!(service.get(&format!("/c/{hidden_handle}.pdf")).0, 404);
    assert_eq!(service.get(&format!("/c/{revoked_handle}.pdf")).0, 410);
    assert_eq!(service.get("/c/AAAAAAAAAAAAAAAA.pdf").0, 404);
    let out = text(&office.scratch.join("revoked.pdf"));
    let finished = office.run(&["export", &revoked, "--format", "pdf", "--out", &out]).ended(0);
    assert!(finished.stderr.contains("was revoked on"), "{}", finished.stderr);
}
