//! The network as the fetcher sees it: names to addresses, addresses to connections.
//! It must not judge either; that is done between the two.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;

use tokio::net::{TcpStream, lookup_host};

/// Something that the network will say.
pub(super) type Pending<'n, T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send + 'n>>;

/// A seam: tests resolve public names and addresses to a server of their own, and see what was asked for.
pub(super) trait Network: Send + Sync {
    /// Every address of `host`, in the order in which they should be tried.
    fn resolve<'n>(&'n self, host: &'n str) -> Pending<'n, Vec<IpAddr>>;

    /// A connection to exactly `address`.
    fn connect(&self, address: SocketAddr) -> Pending<'_, TcpStream>;
}

/// The resolver and the sockets of the operating system. No proxy: the environment is not asked.
pub(super) struct System;

impl Network for System {
    fn resolve<'n>(&'n self, host: &'n str) -> Pending<'n, Vec<IpAddr>> {
        Box::pin(async move {
            let found = lookup_host((host, 443)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }

    fn connect(&self, address: SocketAddr) -> Pending<'_, TcpStream> {
        Box::pin(TcpStream::connect(address))
    }
}
