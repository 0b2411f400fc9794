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
