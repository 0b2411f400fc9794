//! `issuer serve`: the directory is opened once, for pages over HTTP and for commands over the control socket.

use std::io::{self, Write as _};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::{Arc, Weak};
use std::time::Duration;

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
    let checkpoints = tokio::spawn(sign_checkpoints(Arc::clone(&office), stopping.clone()));
    announce(&actual, command.json);
    let mut stop = stopping.clone();
    let stopped = async move { told(&mut stop).await };
    let served = issuer::web::serve(listener, office, stopped).await;
    let _ = commands.await;
    let _ = checkpoints.await;
    served.map_err(Failure::Served)
}

fn announce(address: &str, json: bool) {
    let line = if json {
        serde_json::json!({ "listening": address }).to_string()
    } else {
        format!("serving on http://{address}/ — stop with Ctrl-C")
    };
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Turns true on SIGTERM or SIGINT.
pub(super) fn stop_signal() -> Result<watch::Receiver<bool>, Failure> {
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

/// How long commands that were begun may take when the service is told to stop.
const COMMANDS_GRACE: Duration = Duration::from_secs(10);

/// Performs commands until told to stop; those that were begun then come to their end.
async fn take_commands(office: Arc<Office>, socket: UnixListener, mut stop: watch::Receiver<bool>) {
    let mut running = JoinSet::new();
    let mut callers: Vec<Weak<UnixStream>> = Vec::new();
    loop {
        let accepted = tokio::select! {
            () = told(&mut stop) => break,
            accepted = socket.accept() => accepted,
        };
        let stream = match accepted.and_then(|(stream, _)| blocking(stream)) {
            Ok(stream) => stream,
            Err(error) => {
                say(&format!("a command could not be taken: {error}"));
                // What fails now, for want of descriptors say, would fail at once again.
                tokio::time::sleep(Duration::from_millis(200)).await;
                continue;
            }
        };
        callers.retain(|caller| caller.strong_count() > 0);
        callers.push(Arc::downgrade(&stream));
        let office = Arc::clone(&office);
        running.spawn_blocking(move || {
            if let Err(error) = control::answer(&office, &stream) {
                say(&format!("a command could not be taken: {error}"));
            }
        });
        while running.try_join_next().is_some() {}
    }
    // A caller who has not said yet what he wants, wants nothing any more.
    hang_up(&callers, Shutdown::Read);
    let finish = async { while running.join_next().await.is_some() {} };
    if tokio::time::timeout(COMMANDS_GRACE, finish).await.is_err() {
        // A caller who does not read his answer must not keep the work, which goes on without him, from its end.
        hang_up(&callers, Shutdown::Both);
        while running.join_next().await.is_some() {}
    }
}

/// How often a checkpoint is signed while there is anything new: every entry is covered a second or two after its append.
const CHECKPOINT_INTERVAL: Duration = Duration::from_secs(1);

/// Signs checkpoints until told to stop. A failure is told once, until it is another one or over.
async fn sign_checkpoints(office: Arc<Office>, mut stop: watch::Receiver<bool>) {
    let mut told_of = None;
    loop {
        tokio::select! {
            () = told(&mut stop) => return,
            () = tokio::time::sleep(CHECKPOINT_INTERVAL) => {}
        }
        let office = Arc::clone(&office);
        let published = tokio::task::spawn_blocking(move || {
            office.issuance.publish_checkpoint().map_err(|error| error.to_string())
        });
        let failure = match published.await {
            Ok(Ok(_)) => None,
            Ok(Err(sentence)) => Some(sentence),
            Err(_) => Some("the program failed while it signed a checkpoint".to_owned()),
        };
        if let Some(sentence) = failure.as_ref().filter(|_| failure != told_of) {
            say(&format!("no checkpoint is signed: {sentence}"));
        }
        told_of = failure;
    }
}

/// Returns when the service is told to stop.
pub(super) async fn told(stop: &mut watch::Receiver<bool>) {
    // Fails only if the sender is gone, and then nobody could stop us any more.
    let _ = stop.wait_for(|stop| *stop).await;
}

fn blocking(stream: tokio::net::UnixStream) -> io::Result<Arc<UnixStream>> {
    let stream = stream.into_std()?;
    stream.set_nonblocking(false)?;
    Ok(Arc::new(stream))
}

fn hang_up(callers: &[Weak<UnixStream>], direction: Shutdown) {
    for caller in callers.iter().filter_map(Weak::upgrade) {
        // Whoever is gone already needs no hanging up.
        let _ = caller.shutdown(direction);
    }
}
