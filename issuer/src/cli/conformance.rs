//! `issuer conformance`: the test suites' server, from its banner to its end. It opens no data directory.

use std::io::{self, Write as _};

use issuer::conformance::{self, Bench, Certificate};
use tokio::net::TcpListener;

use super::failure::Failure;
use super::{say, serve};

pub(super) fn run(address: &str) -> Result<u8, Failure> {
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::Served)?;
    runtime.block_on(serve_on(address)).map(|()| 0)
}

async fn serve_on(address: &str) -> Result<(), Failure> {
    let listen = |source| Failure::Listen { address: address.to_owned(), source };
    let listener = TcpListener::bind(address).await.map_err(listen)?;
    let actual = listener.local_addr().map_err(listen)?;
    let bench = Bench::new(conformance::base_url(actual));
    let bench = bench.map_err(|error| Failure::Served(io::Error::other(error)))?;
    let certificate = Certificate::self_signed(actual).map_err(Failure::Served)?;
    let mut stop = serve::stop_signal()?;
    say(conformance::BANNER);
    let mut out = io::stdout().lock();
    // Whoever closed our output may still know the address.
    let _ = writeln!(out, "{}", conformance::announcement(&bench, &certificate))
        .and_then(|()| out.flush());
    drop(out);
    let stopped = async move { serve::told(&mut stop).await };
    conformance::serve(listener, &certificate, bench, stopped).await.map_err(Failure::Served)
}
