//! Opens and closes the house: the listener, the rhythm in which status lists are signed anew, the end.

use std::future::IntoFuture as _;
use std::io;
use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::extract::Request;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tower::ServiceExt as _;

use super::limits::{EXCHANGE_TIME, RESIGN_TIME, STOP_TIME};
use super::listener::Punctual;
use super::routes::{app, standby_app};
use crate::office::{Office, Standby};

/// Serves the pages of `office` until `shutdown` ends; requests that run then get some seconds to finish.
///
/// # Errors
/// If the listener breaks.
pub async fn serve(
    listener: TcpListener,
    office: Arc<Office>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let pages = app(Arc::clone(&office), Timestamp::now);
    answer(listener, (pages, keep_lists_fresh(office)), shutdown).await
}

/// As [`serve`], from before the office is open: `standby` answers until `opened` gives the office, then the office does, over
/// the same connections. If it never gives one, `standby` answers until `shutdown` ends.
///
/// # Errors
/// If the listener breaks.
pub async fn serve_from_standby(
    listener: TcpListener,
    (standby, opened): (Arc<Standby>, oneshot::Receiver<Arc<Office>>),
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let current = Arc::new(RwLock::new(standby_app(standby, Timestamp::now)));
    let shown = Arc::clone(&current);
    let upkeep = async move {
        let Ok(office) = opened.await else { return std::future::pending().await };
        let pages = app(Arc::clone(&office), Timestamp::now);
        *current.write().unwrap_or_else(PoisonError::into_inner) = pages;
        keep_lists_fresh(office).await;
    };
    let pages = Router::new().fallback(move |request: Request| {
        let pages = shown.read().unwrap_or_else(PoisonError::into_inner).clone();
        pages.oneshot(request)
    });
    answer(listener, (pages, upkeep), shutdown).await
}

/// Answers with `pages` until `shutdown` ends, and works at `upkeep` meanwhile.
async fn answer(
    listener: TcpListener,
    (pages, upkeep): (Router, impl Future<Output = ()>),
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (stopping, stopped) = oneshot::channel();
    let signal = async move {
        shutdown.await;
        let _ = stopping.send(());
    };
    let served =
        axum::serve(Punctual::new(listener, EXCHANGE_TIME), pages).with_graceful_shutdown(signal);
    tokio::select! {
        result = served.into_future() => result,
        () = grace(stopped) => Ok(()),
        () = upkeep => Ok(()),
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
