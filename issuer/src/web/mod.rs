//! Pages over HTTP.
use crate::office::Office;
use std::future::Future;
use std::io;
use std::sync::Arc;
/// Serves until `shutdown`.
///
/// # Errors
/// If the listener fails.
pub async fn serve(
    _listener: tokio::net::TcpListener,
    _office: Arc<Office>,
    _clock: fn() -> jiff::Timestamp,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    shutdown.await;
    Ok(())
}
