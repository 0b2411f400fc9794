//! A client for HTTPS that knows one server by its certificate, as careful clients do.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// A server that does not answer fails the test instead of stopping it. No rule of the product: a bound.
const PATIENCE: Duration = Duration::from_secs(30);

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// `content-type`, or nothing.
    pub media_type: String,
    /// The body; `null` if it is empty or no JSON.
    pub body: Value,
}

/// A client of one server.
#[derive(Debug)]
pub struct Https {
    address: String,
    config: Arc<ClientConfig>,
}

impl Https {
    /// A client of the server at `address`, `host:port`, that shows this certificate (PEM).
    ///
    /// # Errors
    ///
    /// If the certificate cannot be used.
    pub fn new(address: &str, certificate: &str) -> io::Result<Self> {
        let certificate = CertificateDer::from_pem_slice(certificate.as_bytes());
        let mut roots = RootCertStore::empty();
        roots.add(certificate.map_err(io::Error::other)?).map_err(io::Error::other)?;
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { address: address.to_owned(), config: Arc::new(config) })
    }

    /// `method path` with this body.
    ///
    /// # Errors
    ///
    /// If no whole answer comes.
    pub fn exchange(&self, method: &str, path: &str, body: &[u8]) -> io::Result<Answer> {
        let host = self.address.rsplit_once(':').map_or(self.address.as_str(), |(host, _)| host);
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        let tls = ClientConnection::new(Arc::clone(&self.config), name);
        let stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut stream = StreamOwned::new(tls.map_err(io::Error::other)?, stream);
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             Accept: application/ld+json, application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            self.address,
            body.len()
        );
        stream.write_all(&[head.as_bytes(), body].concat())?;
        let mut answer = Vec::new();
        match stream.read_to_end(&mut answer) {
            // The server may close without a word of farewell; the length of the body tells whether it is whole.
            Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(error),
            _ => read(&answer),
        }
    }
}

fn read(answer: &[u8]) -> io::Result<Answer> {
    let fault = |what: &str| io::Error::other(what.to_owned());
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let (head, body) = answer.split_at(end.ok_or_else(|| fault("no head"))?);
    let head = String::from_utf8_lossy(head).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let header = |wanted: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.find_map(|(name, value)| name.eq_ignore_ascii_case(wanted).then_some(value))
    };
    let body = body.get(4..).unwrap_or_default();
    if header("content-length").is_some_and(|length| length != body.len().to_string()) {
        return Err(fault("the body is not whole"));
    }
    Ok(Answer {
        status: status.ok_or_else(|| fault("no status"))?,
        media_type: header("content-type").unwrap_or_default().to_owned(),
        body: serde_json::from_slice(body).unwrap_or(Value::Null),
    })
}
