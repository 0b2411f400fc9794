//! A running `issuer conformance`, as a test suite meets it: an announcement, then HTTPS.

use std::io::{self, BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::https::{Answer, Https};
use crate::{binary, start};

/// The server; killed when it goes out of sight.
#[derive(Debug)]
pub struct Conformance {
    child: Child,
    client: Https,
    /// What the server said when it was ready.
    pub announced: Value,
}

impl Conformance {
    /// Starts the server on a port that the system chooses.
    ///
    /// # Errors
    ///
    /// One sentence, if the binary has not been built.
    ///
    /// # Panics
    ///
    /// If the server does not come up.
    pub fn start() -> Result<Self, String> {
        let issuer = binary("issuer").ok_or("the binary `issuer` is missing; build it first")?;
        let mut command = Command::new(issuer);
        command.args(["conformance", "--listen", "127.0.0.1:0"]).stderr(Stdio::piped());
        let mut child = start(&mut command);
        match announcement(&mut child).and_then(|announced| Ok((client(&announced)?, announced))) {
            Ok((client, announced)) => Ok(Self { child, client, announced }),
            Err(error) => panic!("issuer conformance: {error}"),
        }
    }

    /// `POST path` with this JSON.
    ///
    /// # Panics
    ///
    /// If no whole answer comes.
    #[must_use]
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, body.to_string().as_bytes())
    }

    /// `GET path`.
    ///
    /// # Panics
    ///
    /// As [`Conformance::post`].
    #[must_use]
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[])
    }

    /// Any request.
    ///
    /// # Panics
    ///
    /// As [`Conformance::post`].
    #[must_use]
    pub fn send(&self, method: &str, path: &str, body: &[u8]) -> Answer {
        match self.client.exchange(method, path, body) {
            Ok(answer) => answer,
            Err(error) => panic!("{method} {path}: {error}"),
        }
    }

    /// The DID of the issuer with this name.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[must_use]
    pub fn did(&self, issuer: &str) -> &str {
        match self.announced["issuers"][issuer]["id"].as_str() {
            Some(did) => did,
            None => panic!("no issuer {issuer}: {}", self.announced),
        }
    }

    /// Has `credential` issued.
    #[must_use]
    pub fn issue(&self, issuer: &str, credential: &Value) -> Answer {
        let request = json!({ "credential": credential, "options": {} });
        self.post(&format!("/issuers/{issuer}/credentials/issue"), &request)
    }

    /// `credential` with its issuer filled in, issued.
    ///
    /// # Panics
    ///
    /// If it is refused.
    #[must_use]
    pub fn issued(&self, issuer: &str, credential: &Value) -> Value {
        let mut credential = credential.clone();
        credential["issuer"] = self.did(issuer).into();
        let answer = self.issue(issuer, &credential);
        assert_eq!(answer.status, 201, "{credential} {}", answer.body);
        answer.body["verifiableCredential"].clone()
    }

    /// Verifies a credential as the suites do.
    #[must_use]
    pub fn verify(&self, credential: &Value) -> Answer {
        let options = json!({ "checks": ["proof"] });
        let request = json!({ "verifiableCredential": credential, "options": options });
        self.post("/credentials/verify", &request)
    }

    /// Ends the server and gives what it wrote on standard error.
    ///
    /// # Panics
    ///
    /// If it cannot be read.
    #[must_use]
    pub fn ended(mut self) -> String {
        let mut text = String::new();
        let ended = self.child.kill().and_then(|()| self.child.wait());
        let read = self.child.stderr.take().map(|mut pipe| pipe.read_to_string(&mut text));
        match (ended, read) {
            (Ok(_), Some(Ok(_))) => text,
            other => panic!("{other:?}"),
        }
    }
}

fn announcement(child: &mut Child) -> io::Result<Value> {
    let mut line = String::new();
    if let Some(pipe) = child.stdout.as_mut() {
        BufReader::new(pipe).read_line(&mut line)?;
    }
    serde_json::from_str(&line).map_err(io::Error::other)
}

fn client(announced: &Value) -> io::Result<Https> {
    let text = |name: &str| announced[name].as_str().ok_or_else(|| io::Error::other("not said"));
    let address = text("baseUrl")?.trim_start_matches("https://");
    Https::new(address, text("certificate")?)
}

impl Drop for Conformance {
    fn drop(&mut self) {
        // It has ended already, unless the test stopped on its way.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
