//! A running service of a test's own, on a port that the system chooses.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, ExitStatus};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::Office;
use crate::cli::start;

/// A service that neither answers nor ends fails the test instead of stopping it. No rule of the product: a bound.
const PATIENCE: Duration = Duration::from_secs(20);

/// A service on a directory; killed when it goes out of sight.
#[derive(Debug)]
pub struct Service {
    child: Child,
    /// Where it listens.
    pub address: String,
}

impl Service {
    /// Starts `issuer serve` and waits until it says where it listens.
    ///
    /// # Panics
    ///
    /// If it does not say so.
    #[must_use]
    pub fn start(office: &Office) -> Self {
        let words = ["serve", "--listen", "127.0.0.1:0", "--json"];
        Self::announcing(&mut office.command(&words))
    }

    /// Starts this command, a service on a free port, and waits until it says where it listens.
    ///
    /// # Panics
    ///
    /// If it does not say so.
    #[must_use]
    pub fn announcing(command: &mut Command) -> Self {
        let mut service = Self { child: start(command), address: String::new() };
        match service.announced() {
            Ok(address) => service.address = address,
            Err(error) => panic!("{command:?}: {error}"),
        }
        service
    }

    fn announced(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if let Some(pipe) = self.child.stdout.as_mut() {
            BufReader::new(pipe).read_line(&mut line)?;
        }
        let announced: Value = serde_json::from_str(&line)?;
        let address = announced["listening"].as_str().map(str::to_owned);
        address.ok_or_else(|| io::Error::other(format!("it announces {line}")))
    }

    /// The number of its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends SIGKILL and waits for the end.
    ///
    /// # Panics
    ///
    /// If it cannot be sent.
    pub fn kill(mut self) {
        if let Err(error) = self.child.kill().and_then(|()| self.child.wait()) {
            panic!("kill: {error}");
        }
    }

    /// Sends this signal and waits for the end.
    ///
    /// # Panics
    ///
    /// If the service does not end.
    #[must_use]
    pub fn told(mut self, signal: &str) -> ExitStatus {
        match self.ended_by(signal) {
            Ok(Some(status)) => status,
            Ok(None) => panic!("SIG{signal} does not end the service"),
            Err(error) => panic!("SIG{signal}: {error}"),
        }
    }

    fn ended_by(&mut self, signal: &str) -> io::Result<Option<ExitStatus>> {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-s", signal, &id]).status()?;
        let step = Duration::from_millis(20);
        let mut waited = Duration::ZERO;
        while waited < PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                return Ok(Some(status));
            }
            thread::sleep(step);
            waited = waited.saturating_add(step);
        }
        Ok(None)
    }

    /// Status and body of `GET path`.
    ///
    /// # Panics
    ///
    /// If no whole answer comes.
    #[must_use]
    pub fn get(&self, path: &str) -> (u16, Vec<u8>) {
        let request = format!("GET {path} HTTP/1.1\r\n");
        match self.exchange(&request, &[]) {
            Ok(answer) => answer,
            Err(error) => panic!("GET {path}: {error}"),
        }
    }

    /// Status and body of `POST path` with this body.
    ///
    /// # Panics
    ///
    /// If no whole answer comes.
    #[must_use]
    pub fn post(&self, path: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let request = format!("POST {path} HTTP/1.1\r\nContent-Length: {}\r\n", body.len());
        match self.exchange(&request, body) {
            Ok(answer) => answer,
            Err(error) => panic!("POST {path}: {error}"),
        }
    }

    /// Status and body of `POST path` with these further headers and this body.
    ///
    /// # Errors
    ///
    /// If no whole answer comes: the service may have been killed.
    pub fn send(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<(u16, Vec<u8>)> {
        let mut head = format!("POST {path} HTTP/1.1\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        self.exchange(&head, body)
    }

    fn exchange(&self, head: &str, body: &[u8]) -> io::Result<(u16, Vec<u8>)> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let head = format!("{head}Host: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes())?;
        stream.write_all(body)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let fault = |what: &str| io::Error::other(what.to_owned());
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
        let body = answer.split_off(end.ok_or_else(|| fault("no head"))?);
        let head = String::from_utf8(answer).map_err(io::Error::other)?;
        if head.to_ascii_lowercase().contains("transfer-encoding") {
            return Err(fault("a body in chunks, which this client does not read"));
        }
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        Ok((status.ok_or_else(|| fault("no status"))?, body[4..].to_vec()))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It has ended already, unless the test stopped on its way.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
