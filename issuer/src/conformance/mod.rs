//! The VC-API that the W3C and CCG test suites drive (`issuer conformance`): it signs and judges whatever a client sends.
//! Its keys are made at start and live in memory; nothing here may touch the university's keys, register or store.

mod answer;
mod bench;
mod did_key;
mod endpoints;
mod issuing;
mod key;
mod limits;
mod revocations;
mod tls;
mod verifying;

use std::io;
use std::net::SocketAddr;

use serde_json::{Value, json};
use tokio::net::TcpListener;

pub use bench::{Bench, BenchError, Issuer};
pub use tls::Certificate;

/// What is told before anything else, so that nobody takes these keys for somebody's.
pub const BANNER: &str = "conformance: throwaway keys, made now and gone with this process; anybody who can reach it can have anything signed with them";

/// The address that documents of this server name: the loopback's own name is not asked for.
#[must_use]
pub fn base_url(address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        format!("https://localhost:{}", address.port())
    } else {
        format!("https://{address}")
    }
}

/// What a test suite needs to know to begin, as one JSON object: the base URL, the DID of each issuer, and the certificate (PEM).
#[must_use]
pub fn announcement(bench: &Bench, certificate: &Certificate) -> Value {
    let issuers = bench.issuers().map(|(name, issuer)| {
        let endpoint = format!("{}/issuers/{name}/credentials/issue", bench.base_url());
        (name.to_owned(), json!({ "id": issuer.did(), "endpoint": endpoint }))
    });
    let url = bench.base_url();
    json!({
        "baseUrl": url,
        "issuers": issuers.collect::<serde_json::Map<_, _>>(),
        "verifier": format!("{url}/credentials/verify"),
        "vpVerifier": format!("{url}/presentations/verify"),
        "didResolver": format!("{url}/did"),
        "certificate": certificate.pem(),
    })
}

/// Serves over HTTPS with this certificate until `shutdown` ends.
///
/// # Errors
/// If the certificate is not usable or the listener breaks.
pub async fn serve(
    listener: TcpListener,
    certificate: &Certificate,
    bench: Bench,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let listener = tls::Listener::new(listener, certificate)?;
    axum::serve(listener, endpoints::routes(bench)).with_graceful_shutdown(shutdown).await
}
