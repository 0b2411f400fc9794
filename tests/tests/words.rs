//! What the command line says to the people who type: a sentence that tells what was found and what to do.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use serde_json::Value;
use tanu_tests::{Office, binary, records, run, sample, skip, text};

fn ready(test: &str) -> Option<Office> {
    Office::ready().map_err(|why| skip(test, &why)).ok()
}

#[test]
fn a_passphrase_that_everybody_may_read_is_told_and_used() {
    let Some(office) = ready("a_passphrase_that_everybody_may_read_is_told_and_used") else {
        return;
    };
    let file = office.scratch.join("passphrase");
    assert_eq!(office.run(&["list"]).ended(0).stderr, "");
    for (mode, is_told) in [(0o644, true), (0o604, true), (0o640, false), (0o400, false)] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let told = office.run(&["list"]).ended(0).stderr;
        assert_eq!(
            told.contains("everybody on this machine may read"),
            is_told,
            "{mode:o}: {told}"
        );
        assert_eq!(told.lines().count(), usize::from(is_told), "{told}");
    }
}

#[test]
fn a_programme_that_nobody_knows_is_told() {
    let Some(office) = ready("a_programme_that_nobody_knows_is_told") else { return };
    assert_eq!(office.run(&["list", "--programme", "MK-DL-01"]).ended(0).stdout, "");
    let told = office.run(&["list", "--programme", "NOPE"]).ended(1).sentence().to_owned();
    assert!(told.contains("there is no programme NOPE"), "{told}");
}

#[test]
fn a_file_that_is_no_table_is_called_by_its_name() {
    let Some(office) = ready("a_file_that_is_no_table_is_called_by_its_name") else { return };
    let pdf = text(&office.file("some.pdf", b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n1 0 obj\n"));
    let told = office.run(&["import", "--lang", "en", &pdf]).ended(1).sentence().to_owned();
    assert!(told.contains("This is PDF; completions come as"), "{told}");
    let told = office.run(&["import", &pdf]).ended(1).sentence().to_owned();
    assert!(told.contains("Это PDF"), "{told}");
}

#[test]
fn the_drawing_of_a_code_is_told_from_a_certificate() {
    let test = "the_drawing_of_a_code_is_told_from_a_certificate";
    let Some(office) = ready(test) else { return };
    let Some(verifier) = binary("verifier") else {
        return skip(test, "the binary `verifier` is missing");
    };
    let help = office.run(&["export", "--help"]).ended(0).stdout;
    assert!(
        help.contains("The QR code to be printed") && help.contains("C2SP tlog-proof"),
        "{help}"
    );
    let _ = office.import(&sample("completions.csv"), &[]).ended(1);
    let number = records(&office.list())[0]["number"].as_str().unwrap().to_owned();
    let svg = text(&office.scratch.join("code.svg"));
    let _ = office.run(&["export", &number, "--format", "qr", "--out", &svg]).ended(0);
    for (language, words) in [
        ("en", "This is a drawing of a QR code"),
        ("ru", "QR-код отсканируйте или дайте его картинку в PNG или JPEG"),
        ("kk", "QR-кодты сканерлеңіз немесе суретін PNG не JPEG түрінде беріңіз"),
    ] {
        let mut check = Command::new(&verifier);
        check.args(["check", "--offline", "--lang", language, &svg]);
        let told = run(&mut check).ended(4).stdout;
        assert!(told.contains(words), "{told}");
    }
}

#[test]
fn the_demonstration_again_after_a_revocation_says_what_it_found() {
    let test = "the_demonstration_again_after_a_revocation_says_what_it_found";
    let Some(office) = Office::demonstrated().map_err(|why| skip(test, &why)).ok() else { return };
    let index = || {
        let index = fs::read(office.dir.join("demo.json")).unwrap();
        serde_json::from_slice::<Value>(&index).unwrap()
    };
    let of = |record: &Value| record["number"].as_str().unwrap().to_owned();
    let (own, other) = (index()["revoked"].clone(), of(&records(&office.list())[5]));
    let words =
        ["revoke", &other, "--reason", "holder-request", "--by", "A", "--confirmed-by", "B"];
    let _ = office.run(&words).ended(0);
    for _ in 0..2 {
        let told = run(&mut office.demo()).ended(0).stdout;
        assert!(told.contains(&format!("Certificate {other} was revoked too")), "{told}");
        assert!(!told.contains("unexpected"), "{told}");
    }
    assert_eq!(index()["revoked"], own);
    let index = index();
    let certificates = index["certificates"].as_array().unwrap();
    let found = certificates.iter().find(|record| of(record) == other).unwrap();
    assert_eq!(found["files"][0]["verdict"], "invalid");
}

#[test]
fn a_transcript_in_english_has_the_name_in_latin_script() {
    let Some(office) = ready("a_transcript_in_english_has_the_name_in_latin_script") else {
        return;
    };
    let _ = office.import(&sample("completions.csv"), &[]).ended(1);
    let records = records(&office.list());
    // SYN-0004 of the sample.
    let record =
        records.iter().find(|record| record.to_string().contains("Қалыпова Әсем")).unwrap();
    let number = record["number"].as_str().unwrap();
    for (language, names) in [
        ("en", &["Қалыпова Әсем Деректіқызы", "KALYPOVA ASEM"][..]),
        ("ru", &["Қалыпова Әсем Деректіқызы"]),
    ] {
        let told = office.run(&["export", number, "--lang", language, "--format", "clr"]).ended(0);
        let transcript: Value = serde_json::from_str(&told.stdout).unwrap();
        let identities = transcript["credentialSubject"]["identifier"].as_array().unwrap();
        let found: Vec<&str> =
            identities.iter().map(|identity| identity["identityHash"].as_str().unwrap()).collect();
        assert_eq!(found, names);
    }
}
