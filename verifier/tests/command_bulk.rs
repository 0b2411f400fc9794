//! `verifier check` with many inputs: folders, archives and tables, as a user runs it.
#![expect(clippy::unwrap_used, reason = "a test that cannot set up its case shall stop")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A case of the corpus: its input.
fn case(name: &str, input: &str) -> Vec<u8> {
    fs::read(corpus().join(name).join(input)).unwrap()
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/corpus")
}

/// `verifier check` at the time and with the world of the corpus.
fn check(words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_verifier"));
    command.args(["check", "--offline", "--at", "2026-06-01T00:00:00Z"]).stdin(Stdio::null());
    command.arg("--trust").arg(corpus().join("trust/university.json"));
    command.arg("--documents").arg(corpus().join("documents"));
    command.args(words).env_remove("NO_COLOR").output().unwrap()
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

/// Names and verdicts of the lines of JSON.
fn verdicts(output: &Output) -> Vec<(String, String)> {
    let lines = stdout(output).lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    lines.map(|line| (text(&line["input"]), text(&line["verdict"]))).collect()
}

/// An honest badge, an honest picture, a PDF, a forged badge, and what is none.
fn files() -> [(&'static str, Vec<u8>); 5] {
    [
        ("b/honest.json", case("A00-honest", "input.json")),
        ("b/a.png", case("H00-json", "input.png")),
        ("c.pdf", case("J00-certificate", "input.pdf")),
        ("d.json", case("A01-grade", "input.json")),
        ("readme.md", b"nothing".to_vec()),
    ]
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("b")).unwrap();
    for (name, bytes) in files() {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

#[test]
fn a_folder_is_checked_in_the_order_of_its_paths() {
    let folder = folder();
    let root = folder.path().to_str().unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc", folder.path().join("link")).unwrap();
    let output = check(&["--json", root]);
    let expected = [
        ("b/a.png", "valid"),
        ("b/honest.json", "valid"),
        ("c.pdf", "valid"),
        ("d.json", "invalid"),
    ];
    let expected = expected.map(|(name, verdict)| (format!("{root}/{name}"), verdict.to_owned()));
    assert_eq!(verdicts(&output), expected);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("passed over"), "{told}");
}

#[test]
fn people_get_a_line_for_each_and_the_numbers() {
    let folder = folder();
    let output = check(&["--lang", "ru", folder.path().to_str().unwrap()]);
    let lines: Vec<&str> = stdout(&output).lines().collect();
    assert_eq!(lines.len(), 5, "{lines:?}");
    assert!(lines[0].starts_with("ДЕЙСТВИТЕЛЕН — ") && lines[0].contains("Aigerim Example"));
    assert!(lines[3].starts_with("НЕДЕЙСТВИТЕЛЕН — ") && !lines[3].contains("Aigerim"));
    assert_eq!(lines[4], "ДЕЙСТВИТЕЛЕН: 3, НЕДЕЙСТВИТЕЛЕН: 1");
}

#[test]
fn an_archive_in_a_folder_is_checked_file_by_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("z.json"), case("A00-honest", "input.json")).unwrap();
    let place = folder.path().join("package.zip");
    let mut writer = ZipWriter::new(fs::File::create(&place).unwrap());
    for (name, bytes) in files().into_iter().take(2) {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(&bytes).unwrap();
    }
    writer.start_file("inner.zip", SimpleFileOptions::default()).unwrap();
    writer.write_all(b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0").unwrap();
    writer.finish().unwrap();
    let (root, place) = (folder.path().to_str().unwrap(), place.to_str().unwrap());
    let expected = [
        (format!("{place}/b/honest.json"), "valid".to_owned()),
        (format!("{place}/b/a.png"), "valid".to_owned()),
        (format!("{place}/inner.zip"), "refused".to_owned()),
        (format!("{root}/z.json"), "valid".to_owned()),
    ];
    let output = check(&["--json", root]);
    assert_eq!(verdicts(&output), expected);
    assert!(!String::from_utf8_lossy(&output.stderr).contains("passed over"));
}

#[test]
fn the_age_of_a_status_list_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("badge.json");
    fs::write(&place, case("F01-clean", "input.json")).unwrap();
    let output = check(&["--json", place.to_str().unwrap()]);
    let line: Value = serde_json::from_str(stdout(&output).trim()).unwrap();
    let list = &line["status_lists"][0];
    let status = Path::new(list["id"].as_str().unwrap());
    assert!(status.starts_with("https:/"), "{line}");
    let [from, until] =
        ["valid_from", "valid_until"].map(|member| list[member].as_str().unwrap().to_owned());
    assert!(from.as_str() < "2026-06-01T00:00:00Z" && from < until, "{line}");
    // An input that asks no list names none.
    let output = check(&["--json", corpus().join("A00-honest/input.json").to_str().unwrap()]);
    assert!(!stdout(&output).contains("status_lists"), "{}", stdout(&output));
    for (language, label) in [
        ("kk", "Мәртебе тізімінің күні"),
        ("ru", "Список статусов на"),
        ("en", "Status list as of"),
    ] {
        let output = check(&["--lang", language, place.to_str().unwrap()]);
        let row = stdout(&output).lines().find(|line| line.contains(label)).unwrap().to_owned();
        assert!(row.contains("(UTC)") && !row.contains('Z'), "{row}");
    }
}

#[test]
fn an_archive_is_checked_file_by_file() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("all.zip");
    let mut writer = ZipWriter::new(fs::File::create(&place).unwrap());
    for (name, bytes) in files() {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(&bytes).unwrap();
    }
    // An archive inside is one input, which holds no single credential.
    writer.start_file("inner.zip", SimpleFileOptions::default()).unwrap();
    writer.write_all(b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0").unwrap();
    writer.finish().unwrap();
    let place = place.to_str().unwrap();
    let output = check(&["--json", place]);
    let found = verdicts(&output);
    let verdicts: Vec<&str> = found.iter().map(|(_, verdict)| verdict.as_str()).collect();
    assert_eq!(verdicts, ["valid", "valid", "valid", "invalid", "refused", "refused"]);
    assert_eq!(found[0].0, format!("{place}/b/honest.json"));

    fs::write(folder.path().join("broken.zip"), b"PK\x03\x04 and no more").unwrap();
    let output = check(&["--json", folder.path().join("broken.zip").to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(4));
    assert!(stdout(&output).contains("CARRIER_MALFORMED"), "{}", stdout(&output));
}

#[test]
fn a_table_names_credentials_or_files_beside_it() {
    let folder = folder();
    let honest = String::from_utf8(case("A00-honest", "input.json")).unwrap().replace('"', "\"\"");
    let table = format!(
        "student;file;credential\r\n1;b/a.png;\r\n2;;\"{honest}\"\r\n3;../x;\r\n4;d.json;\r\n"
    );
    let place = folder.path().join("table.csv");
    fs::write(&place, table).unwrap();
    let place = place.to_str().unwrap();
    let output = check(&["--json", place]);
    let expected = [(2, "valid"), (3, "valid"), (4, "-"), (5, "invalid")];
    let expected = expected.map(|(line, verdict)| (format!("{place}:{line}"), verdict.to_owned()));
    assert_eq!(verdicts(&output), expected);
    assert_eq!(output.status.code(), Some(66), "one row could not be read");
}

#[test]
#[cfg(unix)]
fn nothing_is_opened_but_a_file() {
    let (folder, elsewhere) = (folder(), tempfile::tempdir().unwrap());
    fs::write(elsewhere.path().join("secret.json"), case("A00-honest", "input.json")).unwrap();
    let place = |name: &str| folder.path().join(name);
    std::os::unix::fs::symlink(elsewhere.path(), place("linked")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", place("zero.json")).unwrap();
    assert!(Command::new("mkfifo").arg(place("pipe.json")).status().unwrap().success());
    // A pipe that nobody writes into would never be opened.
    let output = check(&["--json", folder.path().to_str().unwrap()]);
    assert_eq!(verdicts(&output).len(), 4, "{output:?}");

    fs::write(place("t.csv"), "file\npipe.json\nzero.json\nlinked/secret.json\nd.json\n").unwrap();
    let output = check(&["--json", place("t.csv").to_str().unwrap()]);
    let found = verdicts(&output);
    let found: Vec<&str> = found.iter().map(|(_, verdict)| verdict.as_str()).collect();
    assert_eq!(found, ["-", "-", "-", "invalid"], "{output:?}");
    assert!(stdout(&output).contains("what the row names is no file"), "{output:?}");
}

#[test]
fn the_results_are_a_table_too() {
    let folder = folder();
    let root = folder.path().to_str().unwrap();
    let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    assert_eq!(check(&["--report", &place("r.csv"), root]).status.code(), Some(1));
    let text = fs::read_to_string(place("r.csv")).unwrap();
    let rows: Vec<&str> = text.trim_end().split("\r\n").collect();
    assert_eq!(rows.len(), 5);
    assert_eq!(
        rows[0],
        "\u{feff}input,verdict,carrier,number,holder,title,issuer,id,check,problem,reason,warnings"
    );
    assert!(rows[1].contains(",valid,png,,Aigerim Example,Spectroscopy,"), "{}", rows[1]);
    assert!(rows[1].ends_with(",PICTURE_NOT_VERIFIED"), "{}", rows[1]);
    assert!(rows[3].contains(",valid,pdf,SYN-2020-A-000001,"), "{}", rows[3]);
    assert!(rows[4].contains(",invalid,,,,,,,proof,CRYPTOGRAPHIC_SECURITY_ERROR,"), "{}", rows[4]);

    check(&["--json", "--report", &place("r.out.json"), root]);
    let rows: Value = serde_json::from_slice(&fs::read(place("r.out.json")).unwrap()).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 4);
    assert_eq!(rows[2]["editions"].as_array().unwrap().len(), 3);

    let output = check(&["--report", &place("r.txt"), root]);
    assert_eq!(output.status.code(), Some(73));
    assert!(output.stdout.is_empty());
}

#[test]
fn the_edition_in_the_language_of_the_reader_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let path = corpus().join("J00-certificate/input.pdf");
    let titles = ["Спектроскопия негіздері", "Основы спектроскопии", "Basics of spectroscopy"];
    for (lang, title, warning) in [
        ("kk", titles[0], "PDF беттеріндегі"),
        ("ru", titles[1], "Текст на страницах PDF"),
        ("en", titles[2], "The visible text of the PDF"),
    ] {
        // The title of the programme is that of the edition, and no other is said.
        let is_alone = |text: &str| titles.iter().all(|one| text.contains(one) == (*one == title));
        let output = check(&["--lang", lang, path.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(0));
        let text = stdout(&output);
        assert!(text.contains(warning) && text.contains("SYN-2020-A-000001.ru.json"), "{text}");
        assert!(is_alone(text), "{lang}: {text}");
        // Each edition has an address of its own, which ends with its language.
        let table = folder.path().join(format!("{lang}.csv"));
        check(&["--lang", lang, "--report", table.to_str().unwrap(), path.to_str().unwrap()]);
        let table = fs::read_to_string(table).unwrap();
        let row = table.trim_end().split("\r\n").nth(1).unwrap();
        let shown = row.split(',').filter(|cell| cell.starts_with("https://"));
        assert!(shown.clone().any(|id| id.ends_with(&format!("/{lang}"))), "{row}");
        assert!(is_alone(row), "{lang}: {row}");
    }
}

#[test]
fn a_report_on_nothing_leaves_nothing_behind() {
    let (empty, place) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let report = place.path().join("x.csv");
    let [report, empty] = [report.as_path(), empty.path()].map(|path| path.to_str().unwrap());
    assert_eq!(check(&["--report", report, empty]).status.code(), Some(66));
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
}

#[test]
fn a_forged_credential_in_a_text_of_windows_is_judged_and_texts_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let forged = [&b"\xef\xbb\xbf"[..], &case("A01-grade", "input.json")].concat();
    fs::write(folder.path().join("forged.txt"), &forged).unwrap();
    fs::write(folder.path().join("honest.json"), case("A00-honest", "input.json")).unwrap();
    fs::write(folder.path().join("skills.txt"), "A text.").unwrap();
    let mut writer = ZipWriter::new(fs::File::create(folder.path().join("z.zip")).unwrap());
    for (name, bytes) in [("forged.txt", &forged[..]), ("link.txt", b"A text.")] {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let tables = ["r.csv", "r.json"].map(|name| elsewhere.path().join(name));
    let [csv, json] = tables.each_ref().map(|place| {
        let place = place.to_str().unwrap();
        let (lang, folder) = (["--lang", "ru"], folder.path().to_str().unwrap());
        let code = check(&[&lang[..], &["--report", place, folder]].concat()).status.code();
        assert_eq!(code, Some(4), "texts change no exit code");
        fs::read_to_string(place).unwrap()
    });
    let rows: Vec<&str> = csv.trim_end().split("\r\n").skip(1).collect();
    assert_eq!(rows.len(), 5, "{csv}");
    let told = ",,,,,,,,,,\"это текст, а не сертификат: не проверялся\",";
    assert!(rows[2].ends_with(&format!("skills.txt{told}")), "{}", rows[2]);
    assert!(rows[4].ends_with(&format!("z.zip/link.txt{told}")), "{}", rows[4]);
    let rows: Vec<Value> = serde_json::from_str(&json).unwrap();
    let told = |row: &Value| (row["passed_over"].as_str().is_some(), row["verdict"].is_null());
    let told: Vec<_> = rows.iter().map(told).collect();
    let (text, judged) = ((true, true), (false, false));
    assert_eq!(told, [judged, judged, text, judged, text], "{json}");
    assert_eq!(rows[4]["passed_over"], "is a text and no credential: passed over");
    assert!(rows[4]["input"].as_str().unwrap().ends_with("z.zip/link.txt"));

    let output = check(&["--json", folder.path().to_str().unwrap()]);
    let found = verdicts(&output);
    assert_eq!(found.len(), 3, "{found:?}");
    let passed = found.iter().filter(|(_, verdict)| verdict == "valid").count();
    assert!(passed == 1 && output.status.code() != Some(0), "{found:?}");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        told.contains("skills.txt is a text") && told.contains("z.zip/link.txt is a"),
        "{told}"
    );
}
