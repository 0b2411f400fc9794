//! The real program on a directory without a store: what it answers before it is ready, and what is left of that when it is
//! killed in the midst of it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use issuer::register::{FileRegister, Register as _};
use jiff::Timestamp;
use serde_json::{Value, json};
use verifier::Verdict;

use crate::place::Place;

/// A service that does not come to anything fails the test instead of stopping it. No rule of the product: a bound.
const PATIENCE: Duration = Duration::from_secs(180);

/// How many acts the register holds at first: where the store is there before anything could be asked, twice as many are tried.
const CHANGES: usize = 10_000;
const CHANGES_MAX: usize = 640_000;
/// Certificates; one is revoked in each try.
const ROWS: usize = 12;

/// `issuer WORDS` on this directory.
fn issuer(place: &Place, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_issuer"));
    command.arg("--dir").arg(place.path());
    command.arg("--passphrase-file").arg(place.passphrase_file()).args(words);
    command.env_remove("CREDENTIALS_DIRECTORY").stdin(Stdio::null());
    command
}

/// A running service; killed when it goes out of sight.
struct Service {
    child: Child,
    address: String,
}

impl Service {
    /// Starts it and waits until it says where it listens.
    fn start(place: &Place) -> Self {
        let mut command = issuer(place, &["serve", "--listen", "127.0.0.1:0", "--json"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let announced: Value = serde_json::from_str(&line).unwrap();
        Self { child, address: announced["listening"].as_str().unwrap().to_owned() }
    }

    /// Status and body of `GET path`.
    fn get(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    /// Whether the store is there.
    fn is_ready(&self) -> bool {
        let (status, body) = self.get("/readyz");
        let ready = serde_json::from_str::<Value>(&body).unwrap()["ready"].as_bool().unwrap();
        assert_eq!(status, if ready { 200 } else { 503 }, "{body}");
        ready
    }

    /// There is no moment in which nobody answers, or no status list is served.
    fn wait_until_ready(&self) {
        let step = Duration::from_millis(2);
        let mut waited = Duration::ZERO;
        while !self.is_ready() {
            assert!(waited < PATIENCE, "the store is not rebuilt: {}", self.get("/readyz").1);
            assert_eq!(self.get("/status/1").0, 200);
            thread::sleep(step);
            waited += step;
        }
    }

    /// SIGKILL.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and how it ended.
    fn terminate(mut self) -> ExitStatus {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-s", "TERM", &id]).status().unwrap();
        let step = Duration::from_millis(20);
        let mut waited = Duration::ZERO;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(waited < PATIENCE, "SIGTERM does not end the service");
            thread::sleep(step);
            waited += step;
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It has ended already, unless the test stopped on its way.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The last line that the service answers to `act` over its control socket.
fn command(place: &Place, act: &Value) -> Value {
    let mut stream = UnixStream::connect(place.path().join("control.sock")).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(format!("{act}\n").as_bytes()).unwrap();
    let lines = BufReader::new(stream).lines().map(Result::unwrap);
    serde_json::from_str(&lines.last().unwrap()).unwrap()
}

fn revocation(number: &str) -> Value {
    json!({
        "act": "revoke", "number": number, "reason": "misconduct", "by": "registrar",
        "confirmed_by": "dean", "json": true,
    })
}

/// Asks a service that is not ready; revokes the certificate `which`, and notes that once it is acknowledged.
fn ask_before_ready(
    place: &Place,
    service: &Service,
    revoked: &mut Vec<usize>,
) -> Result<(), &'static str> {
    const LATE: &str = "the store was there before everything was asked";
    let which = revoked.len();
    let record = &place.records[which];
    if service.is_ready() {
        return Err(LATE);
    }
    let (status, list) = service.get("/status/1");
    assert_eq!(status, 200);
    assert_eq!(place.verdict_at(record, &list, Timestamp::now()), Verdict::Valid);
    let listed = command(place, &json!({ "act": "list", "programme": null, "json": true }));
    if listed.get("exit").is_some() {
        return Err(LATE);
    }
    assert!(listed["error"].as_str().unwrap().contains("being rebuilt"), "{listed}");
    let answer = command(place, &revocation(&record.certificate.number));
    assert_eq!(answer, json!({ "exit": 0 }));
    revoked.push(which);
    let (status, list) = service.get("/status/1");
    assert_eq!(status, 200);
    assert_eq!(place.verdict_at(record, &list, Timestamp::now()), Verdict::Invalid);
    assert_eq!(service.get("/healthz").0, 200);
    let (page, _) = service.get("/");
    if service.is_ready() {
        return Err(LATE);
    }
    assert_eq!(page, 503, "the start page needs the store");
    Ok(())
}

/// A service that was asked in time while its store was rebuilt, and which certificates were revoked. Where this machine was
/// too fast, the register is made larger until it is not.
fn asked_in_time(place: &Place) -> (Service, Vec<usize>) {
    let (mut changes, mut revoked) = (CHANGES, Vec::new());
    loop {
        place.remove_store();
        let service = Service::start(place);
        match ask_before_ready(place, &service, &mut revoked) {
            Ok(()) => return (service, revoked),
            Err(late) => {
                assert!(changes < CHANGES_MAX, "{late}, of a register with {changes} acts");
                println!("{late}, of a register with {changes} acts: once more with twice as many");
            }
        }
        service.kill();
        place.change_pages(changes);
        changes *= 2;
    }
}

/// Everything that `issuer list` says.
fn listed(place: &Place) -> Vec<Value> {
    let output = issuer(place, &["list", "--json"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// List, register and audit say that these certificates are revoked and no others.
fn assert_revoked(place: &Place, revoked: &[usize]) {
    let listed = listed(place);
    assert_eq!(listed.len(), place.records.len());
    for (which, line) in listed.iter().enumerate() {
        let state = if revoked.contains(&which) { "revoked" } else { "active" };
        assert_eq!(line["number"], place.records[which].certificate.number.as_str());
        assert_eq!(line["state"], state, "{line}");
    }
    let list = place.file("status/1.json");
    for (which, record) in place.records.iter().enumerate() {
        let verdict = if revoked.contains(&which) { Verdict::Invalid } else { Verdict::Valid };
        assert_eq!(place.verdict_at(record, &list, Timestamp::now()), verdict, "{which}");
    }
}

#[test]
fn a_service_killed_while_it_rebuilds_its_store_keeps_the_revocation() {
    let place = Place::new(ROWS, CHANGES);
    let (service, mut revoked) = asked_in_time(&place);
    service.kill();
    // In the same boot the next start goes on with the store that was begun.
    let service = Service::start(&place);
    let (status, list) = service.get("/status/1");
    assert_eq!(status, 200);
    let first = &place.records[revoked[0]];
    assert_eq!(place.verdict_at(first, &list, Timestamp::now()), Verdict::Invalid);
    let number = &place.records[ROWS - 1].certificate.number;
    assert_eq!(command(&place, &revocation(number)), json!({ "exit": 0 }));
    revoked.push(ROWS - 1);
    service.wait_until_ready();
    assert_eq!(service.get("/").0, 200);
    assert_revoked(&place, &revoked);
    assert!(service.terminate().success());
    assert_eq!(place.file("store/state"), "closed", "nobody held the office when it was closed");
    let audited = issuer(&place, &["register", "verify", "--json"]).output().unwrap();
    let said = String::from_utf8_lossy(&audited.stdout).into_owned();
    assert!(audited.status.success(), "{said}");
    assert_revoked(&place, &revoked);
}

#[test]
fn a_service_that_rebuilds_its_store_ends_when_it_is_told_to() {
    let place = Place::new(ROWS, CHANGES);
    let (service, revoked) = asked_in_time(&place);
    // Told in the second before the next checkpoint is due.
    assert!(service.terminate().success());
    assert!(!place.path().join("control.sock").exists());
    assert_eq!(checkpoint_size(&place), register_size(&place), "entries without a checkpoint");
    assert_revoked(&place, &revoked);
}

/// How many entries the last checkpoint covers (C2SP tlog-checkpoint: the second line).
fn checkpoint_size(place: &Place) -> u64 {
    place.file("log/checkpoint").lines().nth(1).unwrap().parse().unwrap()
}

fn register_size(place: &Place) -> u64 {
    FileRegister::open(place.path()).unwrap().0.size()
}

/// The store is rebuilt, and the office cannot be opened: whoever stood in for it must not go on as if it could.
#[test]
fn a_service_whose_office_does_not_open_ends_with_a_sentence() {
    let place = Place::new(ROWS, CHANGES);
    let did_document = place.file("did.json");
    place.block("did.json");
    place.remove_store();
    let words = ["serve", "--listen", "127.0.0.1:0", "--json"];
    let mut command = issuer(&place, &words);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let ended = child.wait_with_output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(!ended.status.success());
    assert!(String::from_utf8(ended.stdout).unwrap().contains("listening"), "{said}");
    assert!(said.contains("did.json cannot be written"), "{said}");
    assert!(!place.path().join("control.sock").exists());
    std::fs::remove_dir_all(place.path().join("did.json")).unwrap();
    let service = Service::start(&place);
    service.wait_until_ready();
    assert_eq!(place.file("did.json"), did_document);
}
