//! `issuer serve`: the directory is opened once, for pages over HTTP and for commands over the control socket.

use std::io::{self, Write as _};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::{Arc, Weak};
use std::time::Duration;

use issuer::office::{DataDirectory, Office, OfficeError, Opening, Rebuild, Standby};
use jiff::Timestamp;
use tokio::net::{TcpListener, UnixListener};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

use super::arguments::ServeCommand;
use super::door::Door;
use super::failure::Failure;
use super::{control, desk, say};

pub(super) fn run(
    directory: &DataDirectory,
    passphrase_file: Option<&Path>,
    command: &ServeCommand,
) -> Result<u8, Failure> {
    let opening = desk::begin(directory, passphrase_file)?;
    let configured = opening.configuration().public_url.clone();
    if let Some(asked) = command.public_url.clone()
        && asked.trim_end_matches('/') != configured.trim_end_matches('/')
    {
        return Err(Failure::OtherPublicUrl { configured, asked });
    }
    let address = command.listen.clone();
    let address = address.unwrap_or_else(|| opening.configuration().listen.clone());
    let start = start(opening)?;
    let (mut office, standby) = match &start {
        Start::Open(office) => (Some(Arc::clone(office)), None),
        Start::Rebuilding(standby, _) => (None, Some(Arc::clone(standby))),
    };
    let socket = control::listen(directory).map_err(Failure::Control)?;
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::Served)?;
    let served = runtime.block_on(serve(start, socket, (address, command.json)));
    // A socket that nobody answers would only delay the next command.
    let _ = std::fs::remove_file(directory.control_socket());
    let served = served.map(|opened| office = office.take().or(opened));
    if office.is_some() {
        drop(runtime);
        // It holds the office that took over, which is to be closed.
        drop(standby);
    } else {
        // The store is left half made, and the next start goes on with it. Who waits for it here must not be waited for.
        runtime.shutdown_background();
        if let (Some(standby), Ok(())) = (standby, &served) {
            // As an office does when it is closed: what was acknowledged is covered, however long nobody starts again.
            standby.publish_checkpoint().map_err(OfficeError::from)?;
        }
    }
    if let Some(office) = office.and_then(Arc::into_inner) {
        office.close()?;
    }
    served.map(|()| 0)
}

/// How a service begins.
enum Start {
    /// The office is open.
    Open(Arc<Office>),
    /// The store is rebuilt while somebody stands in.
    Rebuilding(Arc<Standby>, Box<Rebuild>),
}

/// Opens the office, or finds who stands in for it as long as that would take.
fn start(opening: Opening) -> Result<Start, Failure> {
    if !opening.is_behind()? {
        let office = opening.open(Timestamp::now(), &mut desk::told_progress())?;
        return Ok(Start::Open(Arc::new(office)));
    }
    let (standby, rebuild) = opening.stand_by()?;
    if let Some(standby) = standby {
        say(
            "the store is rebuilt from the register; meanwhile status lists are served and revocations taken",
        );
        return Ok(Start::Rebuilding(standby, Box::new(rebuild)));
    }
    say(
        "the store is rebuilt from the register, and nothing served before: a key in use is new or was given up, or the prefix is another one",
    );
    Ok(Start::Open(rebuild.run(Timestamp::now, &mut desk::told_progress())?))
}

/// Serves until told to stop. Returns the office that was opened meanwhile, if one was.
async fn serve(
    start: Start,
    socket: std::os::unix::net::UnixListener,
    (address, json): (String, bool),
) -> Result<Option<Arc<Office>>, Failure> {
    let listen = |source| Failure::Listen { address: address.clone(), source };
    let listener = TcpListener::bind(&address).await.map_err(listen)?;
    let actual = listener.local_addr().map_err(listen)?.to_string();
    socket.set_nonblocking(true).map_err(Failure::Control)?;
    let socket = UnixListener::from_std(socket).map_err(Failure::Control)?;
    let stopping = stop_signal()?;
    let mut stop = stopping.clone();
    let stopped = async move { told(&mut stop).await };
    let work = |door: Door| {
        let commands = tokio::spawn(take_commands(door.clone(), socket, stopping.clone()));
        let checkpoints = tokio::spawn(sign_checkpoints(door, stopping.clone()));
        announce(&actual, json);
        (commands, checkpoints)
    };
    let (opened, (commands, checkpoints)) = match start {
        Start::Open(office) => {
            let working = work(Door::Office(Arc::clone(&office)));
            let served = issuer::web::serve(listener, office, stopped).await;
            (served.map(|()| None).map_err(Failure::Served), working)
        }
        Start::Rebuilding(standby, rebuild) => {
            let working = work(Door::Standby(Arc::clone(&standby)));
            (serve_rebuilding(listener, (standby, *rebuild), stopped).await, working)
        }
    };
    // After a failure nobody tells them to stop: they end with the runtime.
    let opened = opened?;
    let _ = commands.await;
    let _ = checkpoints.await;
    Ok(opened)
}

/// Serves while the store is rebuilt in a thread of its own, and goes on from the moment it is there.
async fn serve_rebuilding(
    listener: TcpListener,
    (standby, rebuild): (Arc<Standby>, Rebuild),
    stopped: impl Future<Output = ()> + Send + 'static,
) -> Result<Option<Arc<Office>>, Failure> {
    let (hand, opened) = oneshot::channel();
    let pages = issuer::web::serve_from_standby(listener, (standby, opened), stopped);
    let mut rebuilt = begin_rebuild(rebuild);
    tokio::pin!(pages);
    let office = tokio::select! {
        served = &mut pages => return served.map(|()| None).map_err(Failure::Served),
        rebuilt = &mut rebuilt => rebuilt.map_err(|_| Failure::BrokenOff)??,
    };
    // Fails only if the pages are closed, and then nobody needs it.
    let _ = hand.send(Arc::clone(&office));
    pages.await.map(|()| Some(office)).map_err(Failure::Served)
}

/// Not a thread of the runtime: one that is told to stop must not wait for minutes of work that the next start takes up.
fn begin_rebuild(rebuild: Rebuild) -> oneshot::Receiver<Result<Arc<Office>, OfficeError>> {
    let (sender, receiver) = oneshot::channel();
    std::thread::spawn(move || {
        let result = rebuild.run(Timestamp::now, &mut desk::told_progress());
        let _ = sender.send(result);
    });
    receiver
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
async fn take_commands(door: Door, socket: UnixListener, mut stop: watch::Receiver<bool>) {
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
        let door = door.clone();
        running.spawn_blocking(move || {
            if let Err(error) = control::answer(&door, &stream) {
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
async fn sign_checkpoints(door: Door, mut stop: watch::Receiver<bool>) {
    let mut told_of = None;
    loop {
        tokio::select! {
            () = told(&mut stop) => return,
            () = tokio::time::sleep(CHECKPOINT_INTERVAL) => {}
        }
        let door = door.clone();
        let published = tokio::task::spawn_blocking(move || {
            door.publish_checkpoint().map_err(|error| error.to_string())
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
