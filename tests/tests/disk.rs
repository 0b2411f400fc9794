//! A disk that is full, read-only, or a process without descriptors: nothing is issued by half, revoking and reading go on
//! where they can, and `/healthz` says what is the matter. Needs root to mount; else it is skipped, loudly.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStderr, Command, Stdio};

use serde_json::Value;
use tanu_tests::{Judge, Office, Service, SmallDisk, records, run, sample, skip, text};
use verifier::Verdict;

/// An office with ten certificates on a disk of 64 MiB.
fn on_small_disk(test: &str) -> Option<(SmallDisk, Office)> {
    let disk = SmallDisk::mounted(64).map_err(|why| skip(test, &why)).ok()?;
    let office = Office::ready_below(&disk.root()).map_err(|why| skip(test, &why)).ok()?;
    let _ = office.import(&sample("completions_excel_ru.csv"), &[]).ended(0);
    Some((disk, office))
}

fn numbers(office: &Office) -> Vec<String> {
    let listed = records(&office.list());
    listed.iter().map(|record| record["number"].as_str().unwrap().to_owned()).collect()
}

fn revoke(number: &str) -> [&str; 8] {
    ["revoke", number, "--reason", "misconduct", "--by", "registrar", "--confirmed-by", "dean"]
}

fn assert_revoked(office: &Office, service: &Service, number: &str) {
    let shown = office.run(&["show", number, "--json"]).ended(0).record();
    assert_eq!(shown["state"], "revoked", "{shown}");
    let served = service.get("/status/1");
    assert_eq!(served.0, 200);
    let filed = fs::read(office.dir.join("status/1.json")).unwrap();
    assert_eq!(served.1, filed, "the list that is served is the one in the file");
    let credential = office.credential(number, "kk");
    assert_eq!(Judge::of(&office.dir).verdict(credential.as_bytes()), Verdict::Invalid);
}

#[test]
fn on_a_full_disk_nothing_is_issued_and_revoking_works() {
    let test = "on_a_full_disk_nothing_is_issued_and_revoking_works";
    let Some((disk, office)) = on_small_disk(test) else { return };
    assert_eq!(fs::metadata(office.dir.join("register/reserve")).unwrap().len(), 16 * 1024 * 1024);
    let numbers_before = numbers(&office);
    let service = Service::start(&office);
    let filler = disk.filled();

    let refused = office.import(&sample("completions.csv"), &[]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.stderr.contains("room left") && refused.stderr.contains("revoking works"));
    assert_eq!(numbers(&office), numbers_before);
    assert_eq!(service.get("/healthz").0, 200, "want of room alone stops nothing for good");
    assert_eq!(service.get("/status/1").0, 200);

    for number in &numbers_before[..3] {
        let _ = office.run(&revoke(number)).ended(0);
        assert_revoked(&office, &service, number);
    }
    let refused = office.import(&sample("completions.csv"), &[]);
    assert_eq!(refused.code, 2, "the room that the reserve gave is not for issuing: {refused:?}");

    service.kill();
    fs::remove_file(&filler).unwrap();
    let service = Service::start(&office);
    let issued = office.import(&sample("completions.csv"), &[]).ended(1);
    assert_eq!(issued.records().iter().filter(|row| row["outcome"] == "issued").count(), 58);
    assert_eq!(fs::metadata(office.dir.join("register/reserve")).unwrap().len(), 16 * 1024 * 1024);
    assert_eq!(numbers(&office).len(), 68);
    service.kill();
}

#[test]
fn a_full_disk_is_met_at_the_start_and_revoking_works() {
    let test = "a_full_disk_is_met_at_the_start_and_revoking_works";
    let Some((disk, office)) = on_small_disk(test) else { return };
    let number = numbers(&office)[0].clone();
    let _ = disk.filled();
    // First alone, then through a service.
    let _ = office.run(&revoke(&number)).ended(0);
    let service = Service::start(&office);
    assert_revoked(&office, &service, &number);
    service.kill();
}

#[test]
fn on_a_read_only_disk_a_command_is_refused_with_a_sentence() {
    let test = "on_a_read_only_disk_a_command_is_refused_with_a_sentence";
    let Some((disk, office)) = on_small_disk(test) else { return };
    let before = numbers(&office);
    disk.read_only().unwrap();
    for words in [&["list"][..], &revoke(&before[0]), &["serve", "--listen", "127.0.0.1:0"]] {
        let refused = office.run(words);
        assert_ne!(refused.code, 0);
        assert!(refused.sentence().contains("Read-only file system"), "{refused:?}");
    }
    disk.writable().unwrap();
    assert_eq!(numbers(&office), before);
    let _ = office.run(&revoke(&before[0])).ended(0);
}

/// `strace` that makes one system call on one file fail in a running service, until it is killed.
struct Sabotage {
    strace: Child,
    /// Its messages must find a reader, or it ends.
    _messages: BufReader<ChildStderr>,
}

impl Sabotage {
    fn begin(service: &Service, call: &str, error: &str, file: &str) -> Result<Self, String> {
        let mut strace = Command::new("strace");
        strace.args(["-f", "-o", "/dev/null", "-P", file, "-p", &service.id().to_string()]);
        strace.arg("-e").arg(format!("inject={call}:error={error}"));
        strace.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = strace.spawn().map_err(|error| format!("strace: {error}"))?;
        let mut line = String::new();
        let mut messages = BufReader::new(child.stderr.take().unwrap());
        if messages.read_line(&mut line).is_ok() && line.contains("attached") {
            return Ok(Self { strace: child, _messages: messages });
        }
        let _ = child.kill();
        let _ = child.wait();
        Err(format!("strace does not attach: {}", line.trim()))
    }

    fn end(mut self) {
        self.strace.kill().unwrap();
        self.strace.wait().unwrap();
    }
}

#[test]
fn after_a_failed_write_or_sync_a_service_acknowledges_nothing_and_reads_on() {
    let test = "after_a_failed_write_or_sync_a_service_acknowledges_nothing_and_reads_on";
    // A disk that turned read-only, a broken one, a broken one that says so late, a full one that says so late.
    let faults =
        [("pwritev", "EROFS"), ("pwritev", "EIO"), ("fdatasync", "EIO"), ("fdatasync", "ENOSPC")];
    for (call, error) in faults {
        let Ok(office) = Office::ready().map_err(|why| skip(test, &why)) else { return };
        let _ = office.import(&sample("completions_excel_ru.csv"), &[]).ended(0);
        let before = numbers(&office);
        let credential = office.credential(&before[0], "kk");
        let service = Service::start(&office);
        let segment = text(&office.dir.join("register/00000000000000000000.seg"));
        let sabotage = match Sabotage::begin(&service, call, error, &segment) {
            Ok(sabotage) => sabotage,
            Err(why) => return skip(test, &why),
        };
        let refused = office.import(&sample("completions.csv"), &[]);
        assert_eq!(refused.code, 2, "{call} {error}: {refused:?}");
        assert!(refused.records().iter().all(|row| row["outcome"] != "issued"), "{refused:?}");
        sabotage.end();
        // The disk works again; whoever cannot know what is on it still acknowledges nothing.
        let again = office.import(&sample("completions.csv"), &[]);
        assert!(again.code == 2 && again.stderr.contains("restart"), "{again:?}");
        let refused = office.run(&revoke(&before[0]));
        assert!(refused.code != 0 && refused.stderr.contains("restart"), "{refused:?}");
        let (status, sentence) = service.get("/healthz");
        assert_eq!(status, 503, "{call} {error}");
        assert!(String::from_utf8(sentence).unwrap().contains("restart the service"));
        assert_eq!(numbers(&office), before, "{call} {error}");
        assert_eq!(service.get("/status/1").0, 200);
        assert_eq!(verdict(&service, &credential), "valid");
        service.kill();
        let issued = office.import(&sample("completions.csv"), &[]).ended(1);
        let count =
            |outcome| issued.records().iter().filter(|row| row["outcome"] == outcome).count();
        assert_eq!(count("issued") + count("unchanged"), 68, "{call} {error}");
        assert_eq!(numbers(&office).len(), 68, "{call} {error}: a repetition made a second one");
    }
}

fn verdict(service: &Service, credential: &str) -> String {
    let (status, body) = service.post("/verify", credential.as_bytes());
    assert_eq!(status, 200);
    let report: Value = serde_json::from_slice(&body).unwrap();
    report["verdict"].as_str().unwrap().to_owned()
}

#[test]
fn without_descriptors_a_command_is_refused_and_nothing_is_lost() {
    let test = "without_descriptors_a_command_is_refused_and_nothing_is_lost";
    let Ok(office) = Office::ready().map_err(|why| skip(test, &why)) else { return };
    let mut acknowledged = Vec::new();
    let mut refused = 0;
    // From too few to open anything to enough for everything.
    for descriptors in (3..40).step_by(2) {
        let mut limited = limited(&office, descriptors);
        let finished = run(&mut limited);
        let rows = records(&finished.stdout);
        acknowledged
            .extend(rows.iter().filter_map(|row| row["number"].as_str().map(str::to_owned)));
        match finished.code {
            0 => {}
            1 | 2 => {
                refused += 1;
                assert!(finished.stderr.starts_with("issuer: "), "{finished:?}");
            }
            other => assert!(matches!(other, 127), "{descriptors}: {finished:?}"),
        }
    }
    assert!(refused > 0, "there were always descriptors enough");
    let _ = office.import(&sample("completions_excel_ru.csv"), &[]).ended(0);
    let after = numbers(&office);
    assert_eq!(after.len(), 10);
    acknowledged.sort();
    acknowledged.dedup();
    assert!(acknowledged.len() == 10 && acknowledged.iter().all(|number| after.contains(number)));
}

/// The import of ten rows by a process that may open so many files.
fn limited(office: &Office, descriptors: usize) -> Command {
    let file = text(&sample("completions_excel_ru.csv"));
    let inner = office.command(&["import", "--json", &file]);
    let mut limited = Command::new("sh");
    limited.arg("-c").arg(format!("ulimit -n {descriptors}; exec \"$@\"")).arg("sh");
    limited.arg(inner.get_program()).args(inner.get_args());
    limited
}

#[test]
fn strangers_leave_a_service_the_descriptors_it_needs() {
    let test = "strangers_leave_a_service_the_descriptors_it_needs";
    let Ok(office) = Office::ready().map_err(|why| skip(test, &why)) else { return };
    let _ = office.import(&sample("completions_excel_ru.csv"), &[]).ended(0);
    let number = numbers(&office)[0].clone();
    let inner = office.command(&["serve", "--listen", "127.0.0.1:0", "--json"]);
    let mut limited = Command::new("sh");
    limited.arg("-c").arg("ulimit -n 64; exec \"$@\"").arg("sh");
    limited.arg(inner.get_program()).args(inner.get_args());
    let service = Service::announcing(&mut limited);
    // More strangers than there are descriptors, and none of them hangs up.
    let crowd: Vec<_> = (0..80).map(|_| std::net::TcpStream::connect(&service.address)).collect();
    let _ = run(&mut office.command(&revoke(&number))).ended(0);
    assert!(crowd.iter().filter(|stranger| stranger.is_ok()).count() > 64);
    drop(crowd);
    assert_eq!(service.get("/healthz").0, 200);
    assert_revoked(&office, &service, &number);
    service.kill();
}
