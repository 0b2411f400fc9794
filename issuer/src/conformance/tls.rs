//! HTTPS with a certificate made at start and signed by itself: the suites speak no other HTTP, and ask for no authority.
//! It knows nothing of what is sent.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertifiedKey, KeyPair};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::server::TlsStream;

use super::limits::{HANDSHAKE_TIME, HANDSHAKES_MAX};

/// A certificate that nobody but its holder has signed, and its key.
pub struct Certificate(CertifiedKey<KeyPair>);

impl Certificate {
    /// For this machine's names and `address`.
    ///
    /// # Errors
    /// If no key can be made.
    pub fn self_signed(address: SocketAddr) -> io::Result<Self> {
        let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
        let own = address.ip().to_string();
        if !names.contains(&own) {
            names.push(own);
        }
        rcgen::generate_simple_self_signed(names).map(Self).map_err(io::Error::other)
    }

    /// The certificate in PEM, for clients that want to know whom they talk to.
    #[must_use]
    pub fn pem(&self) -> String {
        let encoded = STANDARD.encode(self.0.cert.der());
        let mut pem = "-----BEGIN CERTIFICATE-----\n".to_owned();
        for line in encoded.as_bytes().chunks(64) {
            pem.push_str(&String::from_utf8_lossy(line));
            pem.push('\n');
        }
        pem.push_str("-----END CERTIFICATE-----\n");
        pem
    }
}

type Secured = (TlsStream<TcpStream>, SocketAddr);

/// Connections whose handshake is done. One that never ends its handshake holds up nobody.
pub(super) struct Listener {
    address: SocketAddr,
    ready: mpsc::Receiver<Secured>,
    accepting: JoinHandle<()>,
}

impl Listener {
    pub(super) fn new(listener: TcpListener, certificate: &Certificate) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let acceptor = TlsAcceptor::from(Arc::new(configuration(certificate)?));
        let (sender, ready) = mpsc::channel(HANDSHAKES_MAX);
        let accepting = tokio::spawn(accept(listener, acceptor, sender));
        Ok(Self { address, ready, accepting })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl axum::serve::Listener for Listener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> Secured {
        match self.ready.recv().await {
            Some(secured) => secured,
            // The task that accepts runs as long as this listener.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, sender: mpsc::Sender<Secured>) {
    let handshakes = Arc::new(Semaphore::new(HANDSHAKES_MAX));
    loop {
        // The semaphore is never closed.
        let permit = Arc::clone(&handshakes).acquire_owned().await.ok();
        let Ok((stream, address)) = listener.accept().await else {
            // What fails now, for want of descriptors say, would fail at once again.
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            continue;
        };
        let (acceptor, sender) = (acceptor.clone(), sender.clone());
        tokio::spawn(async move {
            let handshake = tokio::time::timeout(HANDSHAKE_TIME, acceptor.accept(stream));
            // A client that cannot shake hands has nothing to ask.
            if let Ok(Ok(secured)) = handshake.await {
                let _ = sender.send((secured, address)).await;
            }
            drop(permit);
        });
    }
}

fn configuration(Certificate(made): &Certificate) -> io::Result<ServerConfig> {
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .map_err(io::Error::other)
}
