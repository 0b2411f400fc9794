//! One document over HTTPS: the name resolved once, its addresses judged, one of exactly these connected to,
//! one request, one bounded answer. It must not retry, redirect or remember.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, ACCEPT_ENCODING, CONNECTION, HOST, USER_AGENT};
use hyper::{Request, Response, body::Incoming};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};
use verifier::Unavailable;

use super::Wanted;
use super::address::{Target, is_public};
use super::answer;
use super::network::{Network, System};
use crate::cli::limits::{
    ADDRESSES_TRIED_MAX, ANSWER_HEAD_BYTES_MAX, ANSWER_HEADERS_MAX, CONNECT_TIME, FETCH_TIME,
};

/// Fetches documents; holds no connection between two of them.
pub(in crate::cli) struct Fetcher {
    network: Box<dyn Network>,
    tls: TlsConnector,
    /// Time for one document, from its name to its last byte.
    pub(super) time: Duration,
}

impl Fetcher {
    /// A fetcher on the network of this machine that believes the certification authorities of browsers.
    ///
    /// # Errors
    ///
    /// When the TLS library offers no version of TLS that is still safe.
    pub(in crate::cli) fn new() -> Result<Self, rustls::Error> {
        let roots = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
        Self::on(Box::new(System), roots)
    }

    /// A fetcher on `network` that believes `roots`.
    ///
    /// # Errors
    ///
    /// As [`Fetcher::new`].
    pub(super) fn on(
        network: Box<dyn Network>,
        roots: RootCertStore,
    ) -> Result<Self, rustls::Error> {
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        // Nothing that a server gives us comes back to it: it shall not know one fetch from the next.
        config.resumption = rustls::client::Resumption::disabled();
        Ok(Self { network, tls: TlsConnector::from(Arc::new(config)), time: FETCH_TIME })
    }

    /// The bytes of the document, or why there are none.
    pub(super) async fn fetch(&self, wanted: &Wanted) -> Result<Vec<u8>, Unavailable> {
        let target = wanted.target().ok_or(Unavailable::AddressNotAllowed)?;
        let fetched = timeout(self.time, self.exchange(wanted, &target)).await;
        fetched.unwrap_or(Err(Unavailable::NotFetched))
    }

    async fn exchange(&self, wanted: &Wanted, target: &Target) -> Result<Vec<u8>, Unavailable> {
        let stream = self.connect(target).await?;
        let io = TokioIo::new(self.secure(target, stream).await?);
        let mut builder = http1::Builder::new();
        builder.max_buf_size(ANSWER_HEAD_BYTES_MAX).max_headers(ANSWER_HEADERS_MAX);
        let (mut sender, connection) =
            builder.handshake(io).await.map_err(|_| Unavailable::NotFetched)?;
        // Dropped with this function: then the connection is broken off, whatever the server still sends.
        let mut connections = JoinSet::new();
        connections.spawn(connection);
        let request = request(wanted, target).ok_or(Unavailable::AddressNotAllowed)?;
        let response: Response<Incoming> =
            sender.send_request(request).await.map_err(|_| Unavailable::NotFetched)?;
        answer::read(wanted.kind, response).await
    }

    /// Resolves the name once and connects to one of the addresses that were judged, never to a name: a second
    /// look at the name could find another address ("DNS rebinding").
    async fn connect(&self, target: &Target) -> Result<TcpStream, Unavailable> {
        let found = self.network.resolve(&target.host).await;
        let addresses: Vec<IpAddr> = found.map_err(|_| Unavailable::NotFetched)?;
        // One private address among public ones is somebody's trick, or a mistake to be mended.
        if !addresses.iter().copied().all(is_public) {
            return Err(Unavailable::AddressNotAllowed);
        }
        for address in addresses.into_iter().take(ADDRESSES_TRIED_MAX) {
            let attempt = self.network.connect(SocketAddr::new(address, target.port));
            if let Ok(Ok(stream)) = timeout(CONNECT_TIME, attempt).await {
                return Ok(stream);
            }
        }
        Err(Unavailable::NotFetched)
    }

    async fn secure(
        &self,
        target: &Target,
        stream: TcpStream,
    ) -> Result<TlsStream<TcpStream>, Unavailable> {
        let name = ServerName::try_from(target.host.clone());
        let name = name.map_err(|_| Unavailable::AddressNotAllowed)?;
        self.tls.connect(name, stream).await.map_err(|_| Unavailable::NotFetched)
    }
}

/// `None` if the path cannot stand in a request.
fn request(wanted: &Wanted, target: &Target) -> Option<Request<Empty<Bytes>>> {
    Request::get(&target.path)
        .header(HOST, target.authority())
        .header(ACCEPT, wanted.kind.accepted())
        .header(ACCEPT_ENCODING, "identity")
        .header(CONNECTION, "close")
        .header(USER_AGENT, concat!("tanu-verifier/", env!("CARGO_PKG_VERSION")))
        .body(Empty::new())
        .ok()
}
