//! `verifier serve` as a user runs it: the real binary on a free port, ended by a signal.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot set up its case shall stop")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// A running service; killed when a test fails before it stops it.
struct Service {
    child: Child,
    address: String,
}

impl Service {
    fn start(words: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_verifier"))
            .args(["serve", "--listen", "127.0.0.1:0", "--json"])
            .args(words)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let line: Value = serde_json::from_str(&line).unwrap();
        let address = line["listening"].as_str().unwrap().to_owned();
        Self { child, address }
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    /// The exit code and what stood on standard error.
    fn end(&mut self) -> (i32, String) {
        let code = self.child.wait().unwrap().code().unwrap();
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (code, said)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn finish(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn answers_then_stops_at_a_signal() {
    for signal in ["TERM", "INT"] {
        let mut service = Service::start(&[]);
        assert!(!service.address.ends_with(":0"), "the real port");
        let mut stream = TcpStream::connect(&service.address).unwrap();
        let body = r#"{"secret":"Айгерім"}"#;
        write!(
            stream,
            "POST /verify HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let answer = finish(stream);
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("\"verdict\""), "{answer}");
        // A connection kept open does not keep the service running.
        let _idle = TcpStream::connect(&service.address).unwrap();
        service.signal(signal);
        let (code, said) = service.end();
        assert_eq!(code, 0, "{signal}");
        assert!(said.is_empty(), "nothing of a body is told: {said}");
    }
}

#[test]
fn a_request_in_flight_is_finished() {
    let mut service = Service::start(&[]);
    let mut stream = TcpStream::connect(&service.address).unwrap();
    // The body is asked for, so the request has arrived when the interim answer has.
    write!(
        stream,
        "POST /verify HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n"
    )
    .unwrap();
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    service.signal("TERM");
    // The door closes first: wait until it has.
    while TcpStream::connect(&service.address).is_ok() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    stream.write_all(b"{}").unwrap();
    let answer = finish(stream);
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert_eq!(service.end().0, 0);
}

#[test]
fn an_address_in_use_is_one_sentence() {
    let service = Service::start(&[]);
    let output = Command::new(env!("CARGO_BIN_EXE_verifier"))
        .args(["serve", "--listen", &service.address])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(69));
    assert_eq!(String::from_utf8(output.stderr).unwrap().lines().count(), 1);
}

#[test]
fn a_broken_trust_list_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trust.json");
    std::fs::write(&path, "[]").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_verifier"))
        .args(["serve", "--listen", "127.0.0.1:0", "--trust", path.to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(65));
}
