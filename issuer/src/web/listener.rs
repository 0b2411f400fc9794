//! Connections that end on time: a bounded number, each with a bounded time per exchange.
//! It must not know HTTP; it only sees bytes come and go.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::serve::Listener;
use rustix::process::{Resource, getrlimit};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep};

use super::limits::{CONNECTIONS_MAX, FILES_PER_CONNECTION};

/// A listener whose connections are [`Exchange`]s.
pub(super) struct Punctual {
    listener: TcpListener,
    connections: Arc<Semaphore>,
    exchange_time: Duration,
}

impl Punctual {
    /// Each connection has `exchange_time` from its start, and after every answer, to the next answer.
    pub(super) fn new(listener: TcpListener, exchange_time: Duration) -> Self {
        let connections = Arc::new(Semaphore::new(connections_max()));
        Self { listener, connections, exchange_time }
    }
}

/// Connections at a time, by what the process may open.
fn connections_max() -> usize {
    let files = getrlimit(Resource::Nofile).current;
    let allowed = files.map_or(u64::MAX, |files| files / FILES_PER_CONNECTION);
    usize::try_from(allowed).unwrap_or(usize::MAX).clamp(1, CONNECTIONS_MAX)
}

impl Listener for Punctual {
    type Io = Exchange;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        // The semaphore is never closed; without a permit the connection would only not be counted.
        let permit = Arc::clone(&self.connections).acquire_owned().await.ok();
        let (stream, address) = Listener::accept(&mut self.listener).await;
        let time = self.exchange_time;
        let deadline = Box::pin(tokio::time::sleep(time));
        (Exchange { stream, time, deadline, _permit: permit }, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// A connection that breaks when its time passes without an answer going out, however many
/// single bytes drip in (the "slow loris").
pub(super) struct Exchange {
    stream: TcpStream,
    time: Duration,
    deadline: Pin<Box<Sleep>>,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Exchange {
    fn late(&mut self, context: &mut Context<'_>) -> bool {
        self.deadline.as_mut().poll(context).is_ready()
    }

    /// What the stream says, unless it is late. Bytes that went out start the next exchange.
    fn written(
        &mut self,
        polled: Poll<io::Result<usize>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        match polled {
            Poll::Ready(Ok(_)) => {
                let next = Instant::now() + self.time;
                self.deadline.as_mut().reset(next);
                polled
            }
            Poll::Pending if self.late(context) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            other => other,
        }
    }
}

impl AsyncRead for Exchange {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.late(context) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Exchange {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(polled, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.written(polled, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
