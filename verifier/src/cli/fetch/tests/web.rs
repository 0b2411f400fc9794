//! A small web on the loopback: public names and addresses, all of which end at TLS servers of the test.
//! Everything that the fetcher does to it is written down in order.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use crate::cli::fetch::fetcher::Fetcher;
use crate::cli::fetch::network::{Network, Pending};

/// Who vouches for a server, and for which name.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) enum Certificate {
    Good,
    /// A right one, of a server that speaks no TLS but 1.2.
    GoodOverTls12,
    Expired,
    NotYetValid,
    OtherHost,
    OtherAuthority,
    SelfSigned,
}

/// What a server says to a request, and then.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Reply {
    pub(in crate::cli) bytes: Vec<u8>,
    pub(in crate::cli) then: Then,
}

#[derive(Clone, Copy, Debug)]
pub(in crate::cli) enum Then {
    Close,
    /// One more byte every few milliseconds, for ever.
    Drip,
    /// Mebibytes as fast as they go.
    Pour,
}

impl Reply {
    pub(in crate::cli) fn raw(text: &str) -> Self {
        Self { bytes: text.as_bytes().to_vec(), then: Then::Close }
    }

    pub(in crate::cli) fn ok(content_type: &str, body: &str) -> Self {
        let length = body.len();
        Self::raw(&format!(
            "HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\r\n{body}"
        ))
    }

    pub(in crate::cli) fn then(self, then: Then) -> Self {
        Self { then, ..self }
    }
}

/// Replies by path; what is not there is not found. It may change while the server runs.
pub(in crate::cli) type Pages = Arc<Mutex<HashMap<String, Reply>>>;

pub(in crate::cli) fn pages(replies: &[(&str, Reply)]) -> Pages {
    Arc::new(Mutex::new(
        replies.iter().map(|(path, reply)| ((*path).to_owned(), reply.clone())).collect(),
    ))
}

/// What happened, in order: `resolve example.kz`, `connect 8.8.8.8:443`, `GET /path`.
#[derive(Clone, Default)]
pub(in crate::cli) struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    fn note(&self, event: String) {
        self.0.lock().unwrap().push(event);
    }

    pub(in crate::cli) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    pub(in crate::cli) fn count(&self, word: &str) -> usize {
        self.all().iter().filter(|event| event.starts_with(word)).count()
    }
}

/// Names, addresses and servers.
pub(in crate::cli) struct Web {
    /// What each name resolves to, the first time, the second time …; the last answer stays.
    names: HashMap<String, Mutex<Vec<Vec<IpAddr>>>>,
    doors: HashMap<SocketAddr, SocketAddr>,
    authority: (CertificateDer<'static>, Issuer<'static, KeyPair>),
    pub(in crate::cli) seen: Seen,
}

impl Web {
    pub(in crate::cli) fn new() -> Self {
        Self {
            names: HashMap::new(),
            doors: HashMap::new(),
            authority: authority(),
            seen: Seen::default(),
        }
    }

    /// Lets `host` resolve to each of these lists of addresses in turn.
    pub(in crate::cli) fn name(&mut self, host: &str, answers: &[&[&str]]) {
        let answer = |list: &&[&str]| list.iter().map(|text| text.parse().unwrap()).collect();
        self.names.insert(host.to_owned(), Mutex::new(answers.iter().map(answer).collect()));
    }

    /// A site at 8.8.8.8, port 443, with a right certificate.
    pub(in crate::cli) async fn site(&mut self, host: &str, pages: &Pages) {
        self.name(host, &[&["8.8.8.8"]]);
        self.server(host, "8.8.8.8:443", Certificate::Good, pages).await;
    }

    /// A server for `host` behind a public address.
    pub(in crate::cli) async fn server(
        &mut self,
        host: &str,
        address: &str,
        certificate: Certificate,
        pages: &Pages,
    ) {
        let acceptor = self.acceptor(host, certificate);
        let (pages, seen) = (Arc::clone(pages), self.seen.clone());
        self.listen(address, move |stream| {
            let (acceptor, pages, seen) = (acceptor.clone(), Arc::clone(&pages), seen.clone());
            tokio::spawn(async move {
                if let Ok(stream) = acceptor.accept(stream).await {
                    let _ = answer(stream, &pages, &seen).await;
                }
            });
        })
        .await;
    }

    /// A server behind a public address that does with a connection what it likes.
    pub(in crate::cli) async fn listen(
        &mut self,
        address: &str,
        serve: impl Fn(TcpStream) + Send + 'static,
    ) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        self.doors.insert(address.parse().unwrap(), listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                serve(stream);
            }
        });
    }

    /// A fetcher that sees this web and believes its authority.
    pub(in crate::cli) fn fetcher(self) -> Fetcher {
        let mut roots = RootCertStore::empty();
        roots.add(self.authority.0.clone()).unwrap();
        Fetcher::on(Box::new(self), roots).unwrap()
    }

    fn acceptor(&self, host: &str, certificate: Certificate) -> TlsAcceptor {
        let other = authority();
        let name = if let Certificate::OtherHost = certificate { "other.kz" } else { host };
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        match certificate {
            Certificate::Expired => params.not_after = date_time_ymd(2020, 1, 1),
            Certificate::NotYetValid => params.not_before = date_time_ymd(2100, 1, 1),
            _ => {}
        }
        let key = KeyPair::generate().unwrap();
        let signed = match certificate {
            Certificate::SelfSigned => params.self_signed(&key),
            Certificate::OtherAuthority => params.signed_by(&key, &other.1),
            _ => params.signed_by(&key, &self.authority.1),
        };
        let chain = vec![signed.unwrap().der().clone()];
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let versions: &[_] = match certificate {
            Certificate::GoodOverTls12 => &[&TLS12],
            _ => &[&TLS13, &TLS12],
        };
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(versions)
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

fn authority() -> (CertificateDer<'static>, Issuer<'static, KeyPair>) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap().der().clone();
    (certificate, Issuer::new(params, key))
}

impl Network for Web {
    fn resolve<'n>(&'n self, host: &'n str) -> Pending<'n, Vec<IpAddr>> {
        self.seen.note(format!("resolve {host}"));
        let found = self.names.get(host).map(|answers| {
            let mut answers = answers.lock().unwrap();
            if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() }
        });
        Box::pin(async move { found.ok_or_else(|| io::ErrorKind::NotFound.into()) })
    }

    fn connect(&self, address: SocketAddr) -> Pending<'_, TcpStream> {
        self.seen.note(format!("connect {address}"));
        Box::pin(async move {
            match self.doors.get(&address) {
                Some(door) => TcpStream::connect(door).await,
                None => Err(io::ErrorKind::ConnectionRefused.into()),
            }
        })
    }
}

/// Reads the head of one request and replies.
async fn answer(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    pages: &Pages,
    seen: &Seen,
) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8(head).unwrap();
    seen.note(head.lines().next().unwrap().replace(" HTTP/1.1", ""));
    seen.note(format!("headers {}", head.lines().skip(1).collect::<Vec<_>>().join("|")));
    let path = head.split(' ').nth(1).unwrap();
    let missing = || Reply::raw("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
    let reply = pages.lock().unwrap().get(path).cloned().unwrap_or_else(missing);
    stream.write_all(&reply.bytes).await?;
    stream.flush().await?;
    match reply.then {
        Then::Close => stream.shutdown().await,
        Then::Drip => loop {
            tokio::time::sleep(Duration::from_millis(5)).await;
            stream.write_all(b" ").await?;
            stream.flush().await?;
        },
        Then::Pour => loop {
            stream.write_all(&vec![b' '; 1 << 20]).await?;
        },
    }
}
