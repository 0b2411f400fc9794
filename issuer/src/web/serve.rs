//! Opens and closes the house: the listener, the rhythm in which status lists are signed anew, the end.

use std::future::IntoFuture as _;
use std::io;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::limits::{EXCHANGE_TIME, RESIGN_TIME, STOP_TIME};
use super::listener::Punctual;
use super::routes::app;
use crate::office::Office;

/// Serves the pages of `office` until `shutdown` ends; requests that run then get some seconds to finish.
///
/// # Errors
/// If the listener breaks.
pub async fn serve(
    listener: TcpListener,
    office: Arc<Office>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (stopping, stopped) = oneshot::channel();
    let signal = async move {
        shutdown.await;
        let _ = stopping.send(());
    };
    let served = axum::serve(
        Punctual::new(listener, EXCHANGE_TIME),
        app(Arc::clone(&office), Timestamp::now),
    )
    .with_graceful_shutdown(signal);
    tokio::select! {
        result = served.into_future() => result,
        () = grace(stopped) => Ok(()),
        () = keep_lists_fresh(office) => Ok(()),
    }
}

/// Ends when requests have had their time after the signal.
async fn grace(stopped: oneshot::Receiver<()>) {
    if stopped.await.is_err() {
        std::future::pending::<()>().await;
    }
    tokio::time::sleep(STOP_TIME).await;
}

/// Signs stale status lists anew, for as long as the service runs: a list that nobody asked for must be fresh for the
/// first who does, and its file for whoever copies the directory.
async fn keep_lists_fresh(office: Arc<Office>) {
    let mut rhythm = tokio::time::interval(RESIGN_TIME);
    loop {
        rhythm.tick().await;
        let office = Arc::clone(&office);
        // Should the work break down, the next turn tries again.
        let _ = tokio::task::spawn_blocking(move || sign_stale_lists(&office)).await;
    }
}

fn sign_stale_lists(office: &Office) {
    let numbers = match office.issuance.status_list_numbers() {
        Ok(numbers) => numbers,
        Err(error) => {
            eprintln!("web: status lists: {error}");
            return;
        }
    };
    for number in numbers {
        if let Err(error) = office.issuance.status_list(number, Timestamp::now()) {
            eprintln!("web: status list {number}: {error}");
        }
    }
}
