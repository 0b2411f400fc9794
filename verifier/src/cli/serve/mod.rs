//! `verifier serve`: the same check behind HTTP. This file opens and closes the house; the routes are in `app`.
//! Nothing of a body is ever written anywhere.

mod answer;
mod app;
mod body;
mod listener;
#[cfg(test)]
mod tests;

use std::future::IntoFuture as _;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use verifier::Policy;

use self::app::{Desk, app};
use self::listener::Punctual;
use super::documents_folder::Watched;
use super::failure::Failure;
use super::fetch::{Fetcher, Supply};
use super::limits::{EXCHANGE_TIME, STOP_TIME};
use super::{Clock, say, trust_list};

/// Check credentials over HTTP: POST /verify with the credential as the body
#[derive(Args)]
#[command(after_help = "\
POST /verify   body: the credential, as JSON, JWT, PDF, PNG, SVG, JPEG or the text of a QR code. 200 and the
               report, whatever the verdict: JSON, or text with `Accept: text/plain` in the language of `?lang=`
               (kk, ru, en) or `Accept-Language`. A ZIP is answered with one line for each of its files
GET /healthz   200 ok

SIGTERM and SIGINT let running requests finish. Exit code: 0 after such a signal, 64 usage error,
65 malformed trust list, 66 trust list or documents folder not readable, 69 address not to be had.")]
pub(super) struct Serve {
    /// Address and port; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8081")]
    listen: SocketAddr,
    /// Open no connection to others: use only what is given here. Else what is missing is fetched over HTTPS
    #[arg(long)]
    offline: bool,
    /// Trust list: the issuers you believe, and their keys. Without it no issuer is trusted
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
    /// Folder of key documents, status lists and inclusion proofs, read again when its files change
    #[arg(long, value_name = "DIR")]
    documents: Option<PathBuf>,
    /// No credential is valid unless the register of its issuer is proven to hold it
    #[arg(long)]
    require_inclusion: bool,
    /// Print the address as JSON
    #[arg(long)]
    json: bool,
}

impl Serve {
    /// Serves until a signal says stop.
    pub(super) fn run(self, clock: Clock) -> Result<(), Failure> {
        let policy = Policy::badge(trust_list(self.trust.as_deref())?)
            .requiring_inclusion(self.require_inclusion);
        let documents = Watched::open(self.documents.clone())?;
        let supply = if self.offline {
            None
        } else {
            Some(Supply::new(Fetcher::new().map_err(Failure::Tls)?))
        };
        let desk = Desk::new(policy, documents, supply, clock);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(Failure::Runtime)?;
        let served = runtime.block_on(self.listen(desk));
        // A verification that outlives the grace is abandoned: it holds nothing that needs closing.
        runtime.shutdown_background();
        served
    }

    async fn listen(&self, desk: Desk) -> Result<(), Failure> {
        // Before the address is told: who reads it may already send a signal.
        let stop = stop_signal().map_err(Failure::Runtime)?;
        let refused = |source| Failure::Listen { address: self.listen, source };
        let listener = TcpListener::bind(self.listen).await.map_err(refused)?;
        self.announce(listener.local_addr().map_err(refused)?)?;
        let (stopping, stopped) = oneshot::channel();
        let signal = async move {
            stop.await;
            let _ = stopping.send(());
        };
        let served = axum::serve(Punctual::new(listener, EXCHANGE_TIME), app(desk))
            .with_graceful_shutdown(signal);
        tokio::select! {
            result = served.into_future() => result.map_err(Failure::Runtime),
            () = grace(stopped) => {
                say("stopped before every request was answered");
                Ok(())
            }
        }
    }

    fn announce(&self, address: SocketAddr) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if self.json {
            writeln!(out, "{}", serde_json::json!({"listening": address}))?;
        } else {
            writeln!(out, "Listening on http://{address}")?;
        }
        out.flush()
    }
}

/// Ends when requests have had their time after the signal.
async fn grace(stopped: oneshot::Receiver<()>) {
    if stopped.await.is_err() {
        std::future::pending::<()>().await;
    }
    tokio::time::sleep(STOP_TIME).await;
}

/// Ends at SIGTERM or SIGINT; the handlers are in place when this returns.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Ends at Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
