//! What stops a command before its work: usage, missing files, keys that do not fit, somebody else in the directory. Each ends
//! with one plain sentence and its own exit code, and changes nothing.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use age::scrypt::Recipient;
use serde_json::{Value, json};
use tanu_tests::{Office, PASSPHRASE, Service, repository, run, sample, skip, text};

fn ready(test: &str) -> Option<Office> {
    Office::ready().map_err(|why| skip(test, &why)).ok()
}

#[test]
fn a_wrong_command_line_ends_with_64() {
    let Some(office) = ready("a_wrong_command_line_ends_with_64") else { return };
    for words in [
        &["import"][..],
        &["import", "--no-such-option", "x"],
        &["show"],
        &["list", "--json", "more"],
        &["export", "MC", "--format", "wax-tablet"],
        &["revoke", "MC", "--reason", "because"],
        &["no-such-command"],
        &[],
    ] {
        let finished = office.run(words).ended(64);
        assert_eq!(finished.stdout, "", "{words:?}");
        assert!(!finished.stderr.is_empty(), "{words:?}");
    }
    for words in [&["--help"][..], &["--version"], &["import", "--help"], &["demo", "--help"]] {
        assert!(!office.run(words).ended(0).stdout.is_empty(), "{words:?}");
    }
}

#[test]
fn an_input_that_cannot_be_read_ends_with_66() {
    let Some(office) = ready("an_input_that_cannot_be_read_ends_with_66") else { return };
    let missing = text(&office.scratch.join("missing"));
    let folder = text(&office.scratch);
    for words in [
        &["import", &missing][..],
        &["import", &folder],
        &["programme", "import", &missing],
        &["init", "--profile", &missing],
    ] {
        let finished = office.run(words).ended(66);
        assert!(finished.sentence().contains("cannot be read"), "{words:?}: {finished:?}");
    }
}

#[test]
fn a_certificate_that_does_not_exist_is_told() {
    let Some(office) = ready("a_certificate_that_does_not_exist_is_told") else { return };
    for number in ["MC-A-000001-X", "MC-A-000001-Y", "", "../../etc/passwd", "ж"] {
        for words in [
            &["show", number][..],
            &["export", number, "--format", "json"],
            &["revoke", number, "--reason", "misconduct", "--confirmed-by", "dean"],
        ] {
            let finished = office.run(words).ended(1);
            assert!(finished.sentence().contains("no certificate"), "{words:?}: {finished:?}");
        }
    }
    let codes = office.run(&["programme", "show", "MK-XX-99"]).ended(1);
    assert!(codes.sentence().contains("MK-XX-99"));
}

#[test]
fn a_directory_that_is_none_is_told_and_not_made() {
    let Some(office) = Office::empty()
        .map_err(|why| skip("a_directory_that_is_none_is_told_and_not_made", &why))
        .ok()
    else {
        return;
    };
    let file = text(&sample("completions.csv"));
    for (words, code) in [
        (&["list"][..], 1),
        (&["show", "MC-A-000001-X"], 1),
        (&["serve", "--listen", "127.0.0.1:0"], 1),
        (&["import", &file], 2),
    ] {
        let finished = office.run(words).ended(code);
        assert!(finished.sentence().contains("issuer init"), "{finished:?}");
        assert!(!office.dir.exists(), "{words:?} made the directory");
    }
}

/// Runs a command as somebody who may not read everything: as this user, or as `nobody` if this user is root.
fn unprivileged(office: &Office, words: &[&str]) -> Option<Command> {
    let command = office.command(words);
    if fs::read_dir(&office.dir).is_err() {
        return Some(command);
    }
    if Command::new("setpriv").arg("--version").output().is_err() {
        return None;
    }
    let mut other = Command::new("setpriv");
    other.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]);
    other.arg(command.get_program()).args(command.get_args());
    Some(other)
}

#[test]
fn a_directory_that_may_not_be_read_is_told_as_such() {
    let test = "a_directory_that_may_not_be_read_is_told_as_such";
    let Some(office) = ready(test) else { return };
    let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode));
    // Whoever runs the command may come as far as the data directory.
    mode(office.scratch.parent().unwrap(), 0o755).unwrap();
    mode(&office.dir, 0o000).unwrap();
    let finished = unprivileged(&office, &["list"]).map(|mut command| run(&mut command));
    mode(&office.dir, 0o700).unwrap();
    let Some(finished) = finished else { return skip(test, "root, and no setpriv") };
    let finished = finished.ended(1);
    // "Make one with `issuer init`" would be the wrong advice: there is one.
    assert!(finished.sentence().contains("cannot be read"), "{finished:?}");
}

#[test]
fn a_directory_that_is_a_file_is_told_as_such() {
    let Some(mut office) = ready("a_directory_that_is_a_file_is_told_as_such") else { return };
    office.dir = office.file("a-file", b"not a directory");
    assert!(!office.run(&["list"]).ended(1).sentence().is_empty());
    assert!(!office.run(&["init", "--work-factor", "low"]).ended(1).sentence().is_empty());
    assert_eq!(fs::read(&office.dir).unwrap(), b"not a directory");
}

#[test]
fn keys_that_do_not_open_are_told() {
    let Some(office) = ready("keys_that_do_not_open_are_told") else { return };
    let keys = office.dir.join("keys.age");
    let good = fs::read(&keys).unwrap();
    let passphrase = office.scratch.join("passphrase");

    let _ = office.file("passphrase", b"another passphrase\n");
    assert!(office.run(&["list"]).ended(1).sentence().contains("passphrase"));
    let _ = office.file("passphrase", b"\n");
    assert!(office.run(&["list"]).ended(1).sentence().contains("empty"));
    fs::remove_file(&passphrase).unwrap();
    assert!(office.run(&["list"]).ended(66).sentence().contains("passphrase"));
    let _ = office.file("passphrase", PASSPHRASE.as_bytes());
    let _ = office.run(&["list"]).ended(0);

    fs::remove_file(&keys).unwrap();
    let finished = office.run(&["list"]).ended(1);
    assert!(finished.sentence().contains("keys.age"), "{finished:?}");
    for damaged in [&good[..good.len() / 2], b"", b"age-encryption.org/v1\n", &[0; 500]] {
        fs::write(&keys, damaged).unwrap();
        assert!(office.run(&["list"]).ended(1).sentence().contains("key file"));
    }
    fs::write(&keys, good).unwrap();
    let _ = office.run(&["list"]).ended(0);
}

#[test]
fn nobody_is_asked_for_a_passphrase_without_a_terminal() {
    let Some(office) = ready("nobody_is_asked_for_a_passphrase_without_a_terminal") else { return };
    let mut command = Command::new(office.command(&[]).get_program());
    command.env_remove("CREDENTIALS_DIRECTORY").arg("list").arg("--dir").arg(&office.dir);
    assert!(run(&mut command).ended(1).sentence().contains("--passphrase-file"));
    // What the service manager hands over is taken (systemd, "LoadCredential").
    command.env("CREDENTIALS_DIRECTORY", &office.scratch);
    let _ = run(&mut command).ended(0);
}

/// A key file with the published seeds of `keys-example/`.
fn example_key_file(credentials: &str) -> Vec<u8> {
    let seed = |name: &str| -> Vec<u8> {
        let file = fs::read(repository().join("keys-example").join(name)).unwrap();
        let file: Value = serde_json::from_slice(&file).unwrap();
        let hex = file["secretSeedHex"].as_str().unwrap();
        (0..32).map(|n| u8::from_str_radix(&hex[2 * n..2 * n + 2], 16).unwrap()).collect()
    };
    let content = json!({
        "version": 1,
        "credentials": if credentials.is_empty() { vec![7; 32] } else { seed(credentials) },
        "status_lists": seed("status-1.json"),
        "personal_data": vec![9; 32],
    });
    let mut recipient = Recipient::new(PASSPHRASE.to_owned().into());
    recipient.set_work_factor(4);
    age::encrypt(&recipient, content.to_string().as_bytes()).unwrap()
}

#[test]
fn an_example_key_is_refused_outside_the_demonstration() {
    let test = "an_example_key_is_refused_outside_the_demonstration";
    let Some(office) = Office::initialized().map_err(|why| skip(test, &why)).ok() else { return };
    // Either of them alone is enough.
    for name in ["credentials-1.json", ""] {
        fs::write(office.dir.join("keys.age"), example_key_file(name)).unwrap();
        for words in [&["list"][..], &["serve", "--listen", "127.0.0.1:0"]] {
            let finished = office.run(words).ended(1);
            assert!(finished.sentence().contains("example key"), "{finished:?}");
        }
    }
    assert!(!office.dir.join("register").exists(), "the register was begun with an example key");
}

#[test]
fn the_key_file_belongs_to_its_register() {
    let Some(office) = ready("the_key_file_belongs_to_its_register") else { return };
    let Some(other) = ready("the_key_file_belongs_to_its_register") else { return };
    fs::copy(other.dir.join("keys.age"), office.dir.join("keys.age")).unwrap();
    assert!(office.run(&["list"]).ended(1).sentence().contains("key"));
}

#[test]
fn a_second_process_is_refused_and_disturbs_nothing() {
    let Some(office) = ready("a_second_process_is_refused_and_disturbs_nothing") else { return };
    let first = Service::start(&office);
    // Without its socket nobody can ask the first process; it holds the directory all the same.
    fs::remove_file(office.dir.join("control.sock")).unwrap();
    let file = text(&sample("completions.csv"));
    let answers = [
        office.run(&["import", &file]),
        office.run(&["list"]),
        office.run(&["serve", "--listen", "127.0.0.1:0"]),
    ];
    first.kill();
    for (answer, code) in answers.into_iter().zip([2, 1, 1]) {
        assert!(answer.ended(code).sentence().contains("another process"));
    }
    assert_eq!(office.list(), "");
}

#[test]
fn a_directory_is_initialized_once() {
    let Some(office) = ready("a_directory_is_initialized_once") else { return };
    let before = fs::read(office.dir.join("keys.age")).unwrap();
    let finished = office.run(&["init", "--work-factor", "low"]).ended(1);
    assert!(finished.sentence().contains("already"), "{finished:?}");
    assert_eq!(fs::read(office.dir.join("keys.age")).unwrap(), before);
    let mode = fs::metadata(office.dir.join("keys.age")).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "others may read the key file");
    let mode = fs::metadata(&office.dir).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "others may read the data directory");
}
