//! `issuer serve`: the directory is opened once, for pages over HTTP and for commands over the control socket.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use issuer::office::{DataDirectory, Office};
use tokio::net::{TcpListener, UnixListener};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::arguments::ServeCommand;
use super::failure::Failure;
use super::{control, desk, say};

pub(super) fn run(
    directory: &DataDirectory,
    passphrase_file: Option<&Path>,
    command: &ServeCommand,
) -> Result<u8, Failure> {
    let office = desk::open(directory, passphrase_file)?;
    let configured = office.configuration.public_url.clone();
    if let Some(asked) = command.public_url.clone()
        && asked.trim_end_matches('/') != configured.trim_end_matches('/')
    {
        return Err(Failure::OtherPublicUrl { configured, asked });
    }
    let socket = control::listen(directory).map_err(Failure::Control)?;
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::Served)?;
    let office = Arc::new(office);
    let served = runtime.block_on(serve(Arc::clone(&office), socket, command));
    // A socket that nobody answers would only delay the next command.
    let _ = std::fs::remove_file(directory.control_socket());
    drop(runtime);
    if let Some(office) = Arc::into_inner(office) {
        office.close()?;
    }
    served.map(|()| 0)
}

async fn serve(
    office: Arc<Office>,
    socket: std::os::unix::net::UnixListener,
    command: &ServeCommand,
) -> Result<(), Failure> {
    let address = command.listen.clone().unwrap_or_else(|| office.configuration.listen.clone());
    let listen = |source| Failure::Listen { address: address.clone(), source };
    let listener = TcpListener::bind(&address).await.map_err(listen)?;
    let actual = listener.local_addr().map_err(listen)?.to_string();
    socket.set_nonblocking(true).map_err(Failure::Control)?;
    let socket = UnixListener::from_std(socket).map_err(Failure::Control)?;
    let stopping = stop_signal()?;

    let commands = tokio::spawn(take_commands(Arc::clone(&office), socket, stopping.clone()));
    announce(&actual, command.json);
    let mut stop = stopping.clone();
    let stopped = async move {
        // Fails only if the sender is gone, and then nobody could stop us any more.
        let _ = stop.wait_for(|stop| *stop).await;
    };
    let served = issuer::web::serve(listener, office, stopped).await;
    let _ = commands.await;
    served.map_err(Failure::Served)
}

fn announce(address: &str, json: bool) {
    let line = if json {
        serde_json::json!({ "listening": address }).to_string()
    } else {
        format!("serving on http://{address}/ — stop with Ctrl-C")
    };
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Turns true on SIGTERM or SIGINT.
fn stop_signal() -> Result<watch::Receiver<bool>, Failure> {
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::Served)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::Served)?;
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        let _ = sender.send(true);
        // Keeps the sender alive for those who look later.
        sender.closed().await;
    });
    Ok(receiver)
}

/// Performs commands until told to stop, then waits for those that were begun.
async fn take_commands(office: Arc<Office>, socket: UnixListener, mut stop: watch::Receiver<bool>) {
    let mut running = JoinSet::new();
    loop {
        let stream = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            accepted = socket.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(_) => continue,
            },
        };
        let office = Arc::clone(&office);
        running.spawn_blocking(move || {
            let answered = stream.into_std().and_then(|stream| {
                stream.set_nonblocking(false)?;
                control::answer(&office, &stream)
            });
            if let Err(error) = answered {
                say(&format!("a command could not be taken: {error}"));
            }
        });
        while running.try_join_next().is_some() {}
    }
    while running.join_next().await.is_some() {}
}
