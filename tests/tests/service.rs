//! The running service: commands reach it through its control socket and take effect at once, nobody else may have the
//! directory, and it ends when it is told to.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tanu_tests::{Judge, Office, Random, Service, records, sample, skip, start, text};
use verifier::{Document, Verdict};

fn demonstrated(test: &str) -> Option<Office> {
    Office::demonstrated().map_err(|why| skip(test, &why)).ok()
}

fn ready(test: &str) -> Option<Office> {
    Office::ready().map_err(|why| skip(test, &why)).ok()
}

fn revoke(office: &Office, number: &str) {
    let words = ["revoke", number, "--reason", "misconduct", "--by", "registrar"];
    let finished =
        office.run(&[&words[..], &["--confirmed-by", "dean", "--json"]].concat()).ended(0);
    assert_eq!(finished.record()["state"], "revoked");
}

#[test]
fn every_command_works_while_the_service_runs_and_its_effect_is_seen() {
    let test = "every_command_works_while_the_service_runs_and_its_effect_is_seen";
    let Some(office) = demonstrated(test) else { return };
    let alone = office.list();
    let service = Service::start(&office);
    assert_eq!(office.list(), alone, "the service answers otherwise than the command alone");
    assert_eq!(records(&alone).len(), 68);
    let number = records(&alone)[5]["number"].as_str().unwrap().to_owned();
    let shown = office.run(&["show", &number, "--json"]).ended(0).record();
    assert_eq!(shown, records(&alone)[5]);
    let credential = office.credential(&number, "ru");
    let exported = fs::read_to_string(office.dir.join(format!("export/{number}.ru.json"))).unwrap();
    assert_eq!(credential, exported);
    let svg = office.run(&["export", &number, "--format", "qr"]).ended(0).stdout;
    assert!(svg.contains("<svg"), "{svg}");
    let out = office.scratch.join("out.json");
    let words = ["export", &number, "--format", "json", "--out", &text(&out)];
    assert_eq!(office.run(&words).ended(0).stdout, "");
    assert!(out.exists());
    assert_eq!(office.run(&["programme", "list", "--json"]).ended(0).records().len(), 6);

    // One was revoked by the demonstration, and is not issued anew by a file that is read twice.
    let again = office.import(&sample("completions.csv"), &[]).ended(1).records();
    assert_eq!(again.iter().filter(|row| row["outcome"] == "unchanged").count(), 67);
    let revoked: Vec<_> = again.iter().filter(|row| row["outcome"] == "revoked").collect();
    assert_eq!(revoked.len(), 1);
    assert_eq!(revoked[0]["codes"], serde_json::json!(["CERTIFICATE_REVOKED"]));
    let broken = office.scratch.join("refused.csv");
    let refused = office.import(&sample("broken_rows.csv"), &["--report", &text(&broken)]).ended(1);
    assert_eq!(refused.records().len(), 20);
    assert_eq!(fs::read_to_string(&broken).unwrap().lines().count(), 21);

    assert_eq!(Judge::of(&office.dir).verdict(credential.as_bytes()), Verdict::Valid);
    revoke(&office, &number);
    assert_eq!(Judge::of(&office.dir).verdict(credential.as_bytes()), Verdict::Invalid);
    let shown = office.run(&["show", &number, "--json"]).ended(0).record();
    assert_eq!(shown["state"], "revoked");
    assert!(service.told("TERM").success());
    let after = office.run(&["show", &number, "--json"]).ended(0).record();
    assert_eq!(after, shown, "what the service did is forgotten");
}

#[test]
fn a_certificate_issued_through_the_service_is_there_at_once() {
    let Some(office) = ready("a_certificate_issued_through_the_service_is_there_at_once") else {
        return;
    };
    let service = Service::start(&office);
    let issued = office.import(&sample("completions_excel_ru.csv"), &[]).ended(0);
    let listed = records(&office.list());
    assert_eq!(listed.len(), 10);
    for (record, listed) in issued.records().iter().zip(&listed) {
        assert_eq!(record["number"], listed["number"]);
        let credential = office.credential(record["number"].as_str().unwrap(), "kk");
        assert_eq!(Judge::of(&office.dir).verdict(credential.as_bytes()), Verdict::Valid);
    }
    assert!(service.told("TERM").success());
    assert_eq!(records(&office.list()), listed);
}

#[test]
fn errors_come_through_the_socket_as_they_are() {
    let Some(office) = ready("errors_come_through_the_socket_as_they_are") else { return };
    let file = text(&office.file("empty.csv", b""));
    let missing = text(&office.scratch.join("missing.csv"));
    let commands = [
        &["show", "MC-A-999999-9"][..],
        &["revoke", "x", "--reason", "misconduct"],
        &["import", &file],
        &["import", &missing],
        &["programme", "show", "MK-XX-99"],
        &["export", "MC-A-000001-X", "--format", "json"],
        &["show"],
    ];
    let answers = || {
        let finished = commands.map(|words| office.run(words));
        finished.map(|answer| (answer.code, answer.stdout, answer.stderr))
    };
    let alone = answers();
    let service = Service::start(&office);
    for (through, alone) in answers().into_iter().zip(alone) {
        assert_eq!(through, alone);
    }
    assert!(service.told("INT").success());
}

#[test]
fn a_second_service_is_refused_and_the_first_goes_on() {
    let Some(office) = ready("a_second_service_is_refused_and_the_first_goes_on") else { return };
    let service = Service::start(&office);
    let second = office.run(&["serve", "--listen", "127.0.0.1:0"]).ended(1);
    assert!(second.sentence().contains("another process"), "{second:?}");
    let _ = office.import(&sample("completions_excel_ru.csv"), &[]).ended(0);
    assert!(service.told("TERM").success());
    // An address that is taken is told, and the directory is free again.
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = office.run(&["serve", "--listen", &address]).ended(1);
    assert!(refused.sentence().contains(&address), "{refused:?}");
    assert_eq!(records(&office.list()).len(), 10);
    // Identifiers do not move.
    let moved = ["serve", "--listen", "127.0.0.1:0", "--public-url", "https://other.example.org"];
    let moved = office.run(&moved).ended(1);
    assert!(moved.sentence().contains("credentials.example.org"), "{moved:?}");
}

#[test]
fn only_the_owner_can_reach_the_socket() {
    let Some(office) = ready("only_the_owner_can_reach_the_socket") else { return };
    let service = Service::start(&office);
    let socket = office.dir.join("control.sock");
    assert_eq!(fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(service.told("TERM").success());
    assert!(!socket.exists(), "the socket is left behind");
}

#[test]
fn a_service_that_is_told_to_stop_ends_what_was_begun() {
    let test = "a_service_that_is_told_to_stop_ends_what_was_begun";
    let mut random = Random::announced(test);
    let file = text(&sample("completions.csv"));
    for _ in 0..4 {
        let Some(office) = ready(test) else { return };
        let service = Service::start(&office);
        let client = start(&mut office.command(&["import", "--json", &file]));
        thread::sleep(Duration::from_millis(random.below(300).try_into().unwrap()));
        assert!(service.told("TERM").success());
        let output = client.wait_with_output().unwrap();
        let before = records(&String::from_utf8(output.stdout).unwrap());
        let numbers = |records: &[Value]| {
            let numbers = records.iter().filter_map(|record| record["number"].as_str());
            numbers.map(str::to_owned).collect::<Vec<_>>()
        };
        let after = numbers(&records(&office.list()));
        assert!(numbers(&before).iter().all(|number| after.contains(number)));
        match output.status.code() {
            // The whole file, or nothing, because the service was gone before the command came.
            Some(1) => assert_eq!(before.len(), 72),
            _ => assert!(before.is_empty(), "{} rows, then {:?}", before.len(), output.status),
        }
    }
}

#[test]
fn nonsense_on_the_socket_disturbs_nobody() {
    let Some(office) = ready("nonsense_on_the_socket_disturbs_nobody") else { return };
    let service = Service::start(&office);
    for nonsense in [&b""[..], b"\n", b"hello\n", b"{\"act\":\"no-such-act\"}\n", &[0xFF; 9000]] {
        // Socket addresses end after 108 bytes; those of temporary directories are shorter.
        let mut socket = UnixStream::connect(office.dir.join("control.sock")).unwrap();
        socket.write_all(nonsense).unwrap();
        socket.shutdown(Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).unwrap();
    }
    assert_eq!(office.run(&["programme", "list", "--json"]).ended(0).records().len(), 6);
    assert!(service.told("TERM").success());
}

/// A judge who fetches the status list of this certificate from the service.
fn by_the_served_list(service: &Service, office: &Office, certificate: &Value) -> Judge {
    let list = certificate["editions"][0]["status_list"].as_str().unwrap();
    let (status, bytes) =
        service.get(list.strip_prefix("https://credentials.example.org").unwrap());
    assert_eq!(status, 200, "{list}");
    let mut judge = Judge::of(&office.dir);
    let document = Document::new(bytes, Some(judge.now));
    judge.documents.insert(list, Ok(document));
    judge
}

#[test]
fn the_served_status_list_shows_a_revocation_at_once() {
    let test = "the_served_status_list_shows_a_revocation_at_once";
    let Some(office) = demonstrated(test) else { return };
    let service = Service::start(&office);
    assert_eq!(service.get("/healthz").0, 200);
    let listed = records(&office.list());
    let active = listed.iter().filter(|record| record["state"] == "active");
    for record in active.take(5) {
        let number = record["number"].as_str().unwrap();
        let credential = office.credential(number, "kk");
        let verdict =
            || by_the_served_list(&service, &office, record).verdict(credential.as_bytes());
        assert_eq!(verdict(), Verdict::Valid, "{number}");
        revoke(&office, number);
        assert_eq!(verdict(), Verdict::Invalid, "{number}");
    }
    assert!(service.told("TERM").success());
}

#[test]
fn what_is_issued_is_served_at_once() {
    let test = "what_is_issued_is_served_at_once";
    let Some(office) = ready(test) else { return };
    let service = Service::start(&office);
    let _ = office.import(&sample("completions_excel_ru.csv"), &[]).ended(0);
    for record in records(&office.list()) {
        let (number, handle) =
            (record["number"].as_str().unwrap(), record["handle"].as_str().unwrap());
        for language in ["kk", "ru", "en"] {
            let (status, served) = service.get(&format!("/c/{handle}/{language}.json"));
            assert_eq!(status, 200, "{number} {language}");
            assert_eq!(served, office.credential(number, language).as_bytes(), "{number}");
        }
        // The printed number alone opens nothing.
        assert_eq!(service.get(&format!("/c/{number}")).0, 404);
    }
    let (status, document) = service.get("/.well-known/did.json");
    assert_eq!(status, 200);
    let published: Value = serde_json::from_slice(&document).unwrap();
    let kept: Value =
        serde_json::from_slice(&fs::read(office.dir.join("did.json")).unwrap()).unwrap();
    assert_eq!(published, kept);
    assert!(service.told("TERM").success());
}

#[test]
fn somebody_who_says_nothing_does_not_keep_the_service_from_ending() {
    let test = "somebody_who_says_nothing_does_not_keep_the_service_from_ending";
    let Some(office) = ready(test) else { return };
    let service = Service::start(&office);
    let half = |bytes: &[u8]| {
        let mut stream = TcpStream::connect(&service.address).unwrap();
        stream.write_all(bytes).unwrap();
        stream
    };
    let _pages =
        [half(b""), half(b"GET / HTTP/1.1\r\nHost:"), half(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")];
    assert_eq!(service.get("/healthz").0, 200, "they keep the service from answering others");
    assert!(service.told("TERM").success());
    let _ = office.run(&["list"]).ended(0);
}

#[test]
fn a_command_that_never_comes_does_not_keep_the_service_from_ending() {
    let test = "a_command_that_never_comes_does_not_keep_the_service_from_ending";
    let Some(office) = ready(test) else { return };
    let service = Service::start(&office);
    let socket = office.dir.join("control.sock");
    let _silent = UnixStream::connect(&socket).unwrap();
    let mut begun = UnixStream::connect(&socket).unwrap();
    begun.write_all(b"{\"act\":").unwrap();
    assert_eq!(office.run(&["programme", "list", "--json"]).ended(0).records().len(), 6);
    assert!(service.told("TERM").success());
    let _ = office.run(&["list"]).ended(0);
}

#[test]
fn a_revocation_that_was_killed_is_published_by_the_next_service() {
    let test = "a_revocation_that_was_killed_is_published_by_the_next_service";
    let mut random = Random::announced(test);
    let Some(office) = ready(test) else { return };
    let _ = office.import(&sample("completions_excel_ru.csv"), &[]).ended(0);
    let numbers: Vec<_> = records(&office.list())
        .iter()
        .map(|record| record["number"].as_str().unwrap().to_owned())
        .collect();
    for number in &numbers[1..] {
        let words = ["revoke", number, "--reason", "misconduct", "--confirmed-by", "dean"];
        let mut child = start(&mut office.command(&words));
        thread::sleep(Duration::from_micros(random.below(60_000).try_into().unwrap()));
        child.kill().unwrap();
        child.wait().unwrap();
        let shown = office.run(&["show", number, "--json"]).ended(0).record();
        let credential = office.credential(number, "en");
        let service = Service::start(&office);
        let judge = by_the_served_list(&service, &office, &shown);
        let expected = if shown["state"] == "revoked" { Verdict::Invalid } else { Verdict::Valid };
        println!("{number}: {}", shown["state"]);
        assert_eq!(judge.verdict(credential.as_bytes()), expected, "{shown}");
        assert!(service.told("TERM").success());
        // Asked for again, it is done, whether it was or not.
        let _ = office.run(&words).ended(0);
        assert_eq!(Judge::of(&office.dir).verdict(credential.as_bytes()), Verdict::Invalid);
    }
    assert_eq!(
        Judge::of(&office.dir).verdict(office.credential(&numbers[0], "kk").as_bytes()),
        Verdict::Valid
    );
}

#[test]
fn a_status_list_that_is_older_than_the_register_is_not_served() {
    let test = "a_status_list_that_is_older_than_the_register_is_not_served";
    let Some(office) = ready(test) else { return };
    let _ = office.import(&sample("completions_excel_ru.csv"), &[]).ended(0);
    let number = records(&office.list())[4]["number"].as_str().unwrap().to_owned();
    let path = office.dir.join("status/1.json");
    let credential = office.credential(&number, "kk");
    assert!(Service::start(&office).told("TERM").success());
    let older = fs::read(&path).unwrap();
    revoke(&office, &number);
    let shown = office.run(&["show", &number, "--json"]).ended(0).record();
    // As if the power had gone between the register and the list; or the list were lost, or torn.
    let torn = &older[..older.len() / 2];
    for found in [Some(&older[..]), None, Some(torn), Some(&[])] {
        match found {
            Some(bytes) => fs::write(&path, bytes).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        let service = Service::start(&office);
        let judge = by_the_served_list(&service, &office, &shown);
        let told = judge.verdict(credential.as_bytes());
        assert_eq!(told, Verdict::Invalid, "{:?}", found.map(<[u8]>::len));
        assert!(service.told("TERM").success());
    }
}

#[test]
fn a_caller_who_stops_reading_does_not_keep_the_service_from_ending() {
    let test = "a_caller_who_stops_reading_does_not_keep_the_service_from_ending";
    let Some(office) = ready(test) else { return };
    // More refusals than pipe and socket take in.
    let broken = fs::read_to_string(sample("broken_rows.csv")).unwrap();
    let (header, rows) = broken.split_once('\n').unwrap();
    let file = office.file("long.csv", format!("{header}\n{}", rows.repeat(200)).as_bytes());
    let service = Service::start(&office);
    let mut caller = start(&mut office.command(&["import", "--json", &text(&file)]));
    let mut first = [0];
    caller.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    // Others are served meanwhile.
    assert_eq!(office.run(&["programme", "list", "--json"]).ended(0).records().len(), 6);
    let ended = std::panic::catch_unwind(|| service.told("TERM"));
    caller.kill().unwrap();
    caller.wait().unwrap();
    assert!(ended.unwrap().success());
}
