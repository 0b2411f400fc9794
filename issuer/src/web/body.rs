//! The body of a request: all of it within the limit and the time, or the reason why not.
//! It must not look at what the bytes say.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use super::answer::Failure;
use axum::body::{Body, Bytes, HttpBody as _};

use super::limits::DISCARDED_BYTES_MAX;

/// Reads `body`, but keeps at most one byte more than `bytes_max`: enough for the library to refuse it.
/// What follows is read and thrown away for a while, so that the sender gets to the answer.
///
/// # Errors
///
/// [`Failure::Late`] when the body takes longer than `time`, [`Failure::Torn`] when the connection breaks.
pub(super) async fn read(body: Body, bytes_max: usize, time: Duration) -> Result<Vec<u8>, Failure> {
    match tokio::time::timeout(time, kept(body, bytes_max)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err(Failure::Torn),
        Err(_) => Err(Failure::Late),
    }
}

async fn kept(mut body: Body, bytes_max: usize) -> Result<Vec<u8>, axum::Error> {
    let mut kept = Vec::new();
    let mut discarded = 0_usize;
    while let Some(chunk) = next(&mut body).await? {
        let room = (bytes_max + 1).saturating_sub(kept.len());
        let taken = chunk.get(..room).unwrap_or(&chunk);
        kept.extend_from_slice(taken);
        discarded = discarded.saturating_add(chunk.len().saturating_sub(taken.len()));
        if discarded > DISCARDED_BYTES_MAX {
            break;
        }
    }
    Ok(kept)
}

/// The next data of the body; trailers have none.
async fn next(body: &mut Body) -> Result<Option<Bytes>, axum::Error> {
    match poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await {
        None => Ok(None),
        Some(frame) => Ok(Some(frame?.into_data().unwrap_or_default())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn keeps_one_byte_more_than_the_limit() {
        for (sent, kept) in [(0, 0), (10, 10), (11, 11), (5_000, 11)] {
            let bytes = read(Body::from(vec![b'x'; sent]), 10, Duration::from_secs(5)).await;
            assert_eq!(bytes.unwrap().len(), kept);
        }
    }
}
