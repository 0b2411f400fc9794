//! `verifier check` as a user runs it: the real binary, files, standard input, exit codes.
#![expect(clippy::unwrap_used, reason = "a test that cannot set up its case shall stop")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

fn synthetic(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/synthetic").join(name)
}

fn command(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_verifier"));
    command.args(words).env_remove("NO_COLOR").stdin(Stdio::null());
    command
}

fn run(words: &[&str]) -> Output {
    command(words).output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    stdout(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A folder with these files, and the path of each.
fn folder(files: &[(&str, &[u8])]) -> (TempDir, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let paths = files.iter().map(|(name, bytes)| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    });
    let paths = paths.collect();
    (folder, paths)
}

#[test]
fn wrong_words_exit_64_and_help_exits_0() {
    for words in [
        &[][..],
        &["check"],
        &["check", "--nonsense", "a"],
        &["check", "a", "--lang", "de"],
        &["check", "a", "--at", "yesterday"],
        &["check", "-", "-"],
        &["serve", "--listen", "nowhere"],
        &["frobnicate"],
    ] {
        let output = run(words);
        assert_eq!(code(&output), 64, "{words:?}");
        assert!(!stderr(&output).is_empty() && stdout(&output).is_empty(), "{words:?}");
    }
    for words in [&["--help"][..], &["--version"], &["check", "--help"], &["serve", "--help"]] {
        assert_eq!(code(&run(words)), 0, "{words:?}");
    }
    assert!(stdout(&run(&["check", "--help"])).contains("66"));
}

#[test]
fn a_line_of_json_has_the_fixed_members_in_order() {
    let (_folder, paths) = folder(&[("a.json", b"{}")]);
    let output = run(&["check", "--json", "--at", "2026-05-15T05:00:00+05:00", &paths[0]]);
    assert_eq!(stdout(&output).lines().count(), 1);
    let line = &lines(&output)[0];
    let members: Vec<_> = line.as_object().unwrap().keys().map(String::as_str).collect();
    let fixed = ["input", "verdict", "credential", "checks", "documents_missing", "checked_at"];
    assert_eq!(members, fixed);
    assert_eq!(line["input"], paths[0].as_str());
    assert_eq!(line["checked_at"], "2026-05-15T00:00:00Z");
    let credential: Vec<_> = line["credential"].as_object().unwrap().keys().collect();
    assert_eq!(credential, ["id", "issuer"]);
    let names: Vec<_> = line["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| check["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["read", "shape", "context", "key", "proof", "validity", "status", "inclusion", "trust"]
    );
}

#[test]
fn inputs_are_answered_in_order_also_when_one_cannot_be_read() {
    let (folder, paths) = folder(&[("a.json", b"{}"), ("b.json", b"[]")]);
    let missing = folder.path().join("missing.json");
    let output = run(&["check", "--json", &paths[1], missing.to_str().unwrap(), &paths[0]]);
    assert_eq!(code(&output), 66);
    let lines = lines(&output);
    let inputs: Vec<_> = lines.iter().map(|line| line["input"].as_str().unwrap()).collect();
    assert_eq!(inputs, [paths[1].as_str(), missing.to_str().unwrap(), &paths[0]]);
    assert!(lines[1]["error"].as_str().unwrap().starts_with("cannot be read: "));
    assert_eq!(lines[1].get("verdict"), None);
    assert!(lines[2]["verdict"].is_string());

    let output = run(&["check", missing.to_str().unwrap()]);
    assert_eq!(code(&output), 66);
    assert!(stderr(&output).contains("cannot be read"));
}

#[test]
fn unreadable_and_malformed_surroundings_stop_the_call() {
    let (folder, paths) =
        folder(&[("a.json", b"{}"), ("trust.json", br#"{"version":2,"issuers":[]}"#)]);
    let missing = folder.path().join("missing");
    let missing = missing.to_str().unwrap();
    let check = |option, value| run(&["check", option, value, &paths[0]]);
    for (output, expected, says) in [
        (check("--trust", missing), 66, "cannot be read"),
        (check("--documents", missing), 66, "cannot be read"),
        (check("--trust", &paths[1]), 65, "version 2"),
        (check("--trust", &paths[0]), 65, "trust list"),
    ] {
        assert_eq!(code(&output), expected, "{}", stderr(&output));
        assert!(stderr(&output).contains(says), "{}", stderr(&output));
        assert_eq!(stderr(&output).lines().count(), 1);
        assert!(stdout(&output).is_empty());
    }
}

#[test]
fn the_documents_folder_is_read_by_id() {
    let (_inputs, paths) = folder(&[("a.json", b"{}")]);
    let check = |folder: &TempDir| {
        run(&["check", "--documents", folder.path().to_str().unwrap(), &paths[0]])
    };

    let (twins, _) = folder(&[("x.json", br#"{"id":"urn:x"}"#), ("y.json", br#"{"id":"urn:x"}"#)]);
    let output = check(&twins);
    assert_eq!(code(&output), 64);
    for word in ["x.json", "y.json", "urn:x"] {
        assert!(stderr(&output).contains(word), "{}", stderr(&output));
    }

    let (nameless, _) = folder(&[("x.json", b"{}"), ("y.json", b"\x1b[31m"), ("z.txt", b"{}")]);
    let output = check(&nameless);
    assert!(![64, 66].contains(&code(&output)), "only a warning");
    assert_eq!(stderr(&output).lines().count(), 2, "{}", stderr(&output));
}

#[test]
fn standard_input_is_an_input() {
    let mut child = command(&["check", "--json", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(&fs::read(synthetic("signed-db-min.json")).unwrap())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(lines(&output)[0]["input"], "-");
    assert_eq!(lines(&output)[0]["verdict"], "untrusted");
}

#[test]
fn people_are_answered_in_their_language_without_colours_in_a_pipe() {
    let credential = synthetic("signed-db-min.json");
    for (language, word) in [("kk", "Тексерулер"), ("ru", "Проверки"), ("en", "Checks")]
    {
        let output = run(&["check", "--lang", language, credential.to_str().unwrap()]);
        assert!(stdout(&output).contains(word), "{}", stdout(&output));
        assert!(!stdout(&output).contains('\u{1b}'));
    }
}

#[test]
fn a_huge_file_is_refused_and_not_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("huge.json");
    // Sparse: 64 GiB that exist only by name.
    fs::File::create(&path).unwrap().set_len(64 << 30).unwrap();
    let output = run(&["check", "--json", path.to_str().unwrap()]);
    assert_eq!(code(&output), 4);
    assert_eq!(lines(&output)[0]["checks"][0]["problem"]["type"], "urn:tanu:problem:LIMIT");
}

#[test]
fn every_verdict_has_its_exit_code_and_the_worst_wins() {
    let credential = fs::read_to_string(synthetic("signed-db-min.json")).unwrap();
    let forged = credential.replace("Teamwork Badge", "Leadership Badge");
    let (_folder, paths) = folder(&[
        ("good.json", credential.as_bytes()),
        ("forged.json", forged.as_bytes()),
        ("broken.json", b"{\"a\":1,\"a\":2}"),
    ]);
    let [good, forged, broken] = &paths[..] else { unreachable!() };
    let trust = synthetic("trust.json");
    let trusting = |inputs: &[&str]| {
        let words = [
            &["check", "--offline", "--at", "2026-05-15", "--trust", trust.to_str().unwrap()],
            inputs,
        ];
        run(&words.concat())
    };
    assert_eq!(code(&trusting(&[good])), 0);
    assert_eq!(code(&run(&["check", "--at", "2026-05-15", good])), 2);
    assert_eq!(code(&trusting(&[forged])), 1);
    assert_eq!(code(&trusting(&[broken])), 4);
    assert_eq!(code(&trusting(&[good, broken])), 4);
    assert_eq!(code(&trusting(&[broken, forged, good])), 1);
    assert_eq!(code(&trusting(&[good, forged, "/nonexistent"])), 66);

    let output = trusting(&[good]);
    assert!(stdout(&output).starts_with("VALID — "), "{}", stdout(&output));
    assert!(stdout(&output).contains("Teamwork"), "{}", stdout(&output));
    assert!(!stdout(&trusting(&[forged])).contains("Leadership"), "nothing unverified is shown");
}

/// The first check's problem, its type and its sentence.
fn refusal(line: &Value) -> (&str, &str) {
    let problem = &line["checks"][0]["problem"];
    (problem["type"].as_str().unwrap(), problem["detail"].as_str().unwrap())
}

#[test]
fn a_link_without_a_statement_is_answered_with_what_to_do() {
    for link in
        ["https://university.example/c/ABCDEFGHIJKLMNOP", "HTTPS://university.example/c/X/kk"]
    {
        let output = run(&["check", "--json", link]);
        assert_eq!(code(&output), 4, "{}", stderr(&output));
        let line = &lines(&output)[0];
        assert_eq!((&line["input"], &line["verdict"]), (&link.into(), &"refused".into()));
        let (kind, detail) = refusal(line);
        assert_eq!(kind, "urn:tanu:problem:FOREIGN_CODE");
        assert!(detail.contains(link) && detail.contains(".json"), "{detail}");
    }
    let told = run(&["check", "--lang", "ru", "https://university.example/c/ABCDEFGHIJKLMNOP"]);
    assert!(stdout(&told).contains("Скачайте файл .json"), "{}", stdout(&told));
}

#[test]
fn a_number_is_answered_with_what_to_do() {
    let number = "MC-A-000001-KRTB-T";
    for (language, words) in [
        ("kk", "сертификаттың нөмірі өздігінен ештеңені дәлелдемейді"),
        ("ru", "номер сертификата сам по себе ничего не доказывает"),
        ("en", "the number of a certificate proves nothing by itself"),
    ] {
        let output = run(&["check", "--lang", language, number]);
        assert_eq!(code(&output), 66);
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
        assert_eq!(stderr(&output).lines().count(), 1);
    }
    let output = run(&["check", "--json", "--lang", "kk", number]);
    let line = &lines(&output)[0];
    assert_eq!(line["input"], number);
    assert!(line["error"].as_str().unwrap().contains("proves nothing by itself"));
}

#[test]
fn what_cannot_be_read_is_told_in_the_language_of_the_reader() {
    let (folder, paths) = folder(&[("empty.json", b""), ("a.json", b"{}")]);
    let missing = folder.path().join("missing.json");
    let empty_folder = tempfile::tempdir().unwrap();
    let [missing, place] =
        [missing.as_path(), empty_folder.path()].map(|path| path.to_str().unwrap());
    let told = |words: &[&str]| {
        let output = run(words);
        let told = format!("{}{}", stdout(&output), stderr(&output));
        (code(&output), told)
    };
    for (language, absent, is_folder, nothing, empty) in [
        ("kk", "мұндай файл жоқ", "бұл бума, ал файл керек", "ештеңе тексерілмеді", "Файл бос"),
        ("ru", "такого файла нет", "это папка, а нужен файл", "ничего не проверено", "Файл пуст"),
        (
            "en",
            "there is no such file",
            "it is a folder, and a file is wanted",
            "nothing was checked",
            "The input is empty",
        ),
    ] {
        for (code, words, says) in [
            (66, &["check", "--lang", language, missing][..], absent),
            (66, &["check", "--lang", language, "--trust", missing, &paths[1]], absent),
            (66, &["check", "--lang", language, "--trust", place, &paths[1]], is_folder),
            (66, &["check", "--lang", language, "--documents", missing, &paths[1]], absent),
            (66, &["check", "--lang", language, place], nothing),
            (4, &["check", "--lang", language, &paths[0]], empty),
        ] {
            let (found, told) = told(words);
            assert_eq!(found, code, "{words:?}: {told}");
            assert!(told.contains(says), "{words:?}: {told}");
        }
    }
}

#[test]
fn what_belongs_beside_a_certificate_is_called_by_its_name() {
    let (_folder, paths) = folder(&[
        ("a.tlog-proof", b"c2sp.org/tlog-proof@v1\nindex 0\n"),
        ("pack", b"tanu-offline-pack/v1\n{}\n"),
        ("trust.json", br#"{"version":1,"issuers":[]}"#),
        ("did.json", br#"{"id":"did:web:a.kz","verificationMethod":[]}"#),
    ]);
    for (path, option) in paths.iter().zip(["--documents", "--pack", "--trust", "--documents"]) {
        let output = run(&["check", "--offline", "--json", path]);
        let line = &lines(&output)[0];
        assert_ne!(line["verdict"], "valid");
        assert!(line.to_string().contains("urn:tanu:problem:OTHER_DOCUMENT"), "{line}");
        assert!(line.to_string().contains(&format!("hand this over with {option}")), "{line}");
        let output = run(&["check", "--offline", "--lang", "kk", path]);
        assert!(stdout(&output).contains("Бұл сертификат емес"), "{}", stdout(&output));
    }
}
