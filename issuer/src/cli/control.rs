//! The control socket: how a command reaches a service that runs on the same directory. One act goes in as a line of JSON,
//! its answer comes back as lines of JSON, the exit code last. Only the owner of the directory can connect.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read as _, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;

use issuer::office::{Act, DataDirectory, Output};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::door::Door;
use super::failure::Failure;

/// Bytes of one act: a file of completions at its limit, in base64, and what stands around it.
const ACT_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// One line of an answer.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Line(String),
    Note(String),
    Progress(usize, usize),
    File(Vec<u8>),
    Exit(u8),
    Error(String),
}

/// The socket by a path that is short however deep the directory lies: socket addresses end after 108 bytes.
fn address(directory: &DataDirectory) -> io::Result<(File, PathBuf)> {
    let opened = File::open(directory.path())?;
    let name = directory.control_socket();
    let name = name.file_name().unwrap_or_default();
    let path = PathBuf::from(format!("/proc/self/fd/{}", opened.as_raw_fd())).join(name);
    Ok((opened, path))
}

/// A connection to the running service.
pub(super) struct Connection(UnixStream);

impl Connection {
    /// Connects, if a service runs on the directory.
    pub(super) fn find(directory: &DataDirectory) -> Option<Self> {
        let (_opened, path) = address(directory).ok()?;
        UnixStream::connect(path).ok().map(Self)
    }

    /// Has the service perform `act`.
    pub(super) fn perform(mut self, act: &Act, output: &mut dyn Output) -> Result<u8, Failure> {
        let mut line = serde_json::to_vec(act).map_err(|error| Failure::Control(error.into()))?;
        line.push(b'\n');
        self.0.write_all(&line).map_err(Failure::Control)?;
        for answer in BufReader::new(self.0).lines() {
            let answer = answer.map_err(|_| Failure::ControlClosed)?;
            match serde_json::from_str(&answer).map_err(|error| Failure::Control(error.into()))? {
                Answer::Line(text) => output.line(&text),
                Answer::Note(text) => output.note(&text),
                Answer::Progress(done, total) => output.progress(done, total),
                Answer::File(bytes) => output.file(&bytes),
                Answer::Exit(code) => return Ok(code),
                Answer::Error(sentence) => return Err(Failure::Remote(sentence)),
            }
        }
        Err(Failure::ControlClosed)
    }
}

/// Opens the socket. The caller holds the directory, so a socket that is there was left by a service that was killed.
pub(super) fn listen(directory: &DataDirectory) -> io::Result<UnixListener> {
    let (_opened, path) = address(directory)?;
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(&path)?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Has `door` perform the one act that comes over `stream`. A caller who goes away does not stop what was begun.
pub(super) fn answer(door: &Door, stream: &UnixStream) -> io::Result<()> {
    let mut line = String::new();
    BufReader::new(stream).take(ACT_BYTES_MAX).read_line(&mut line)?;
    // Somebody only looked whether a service is here.
    if line.is_empty() {
        return Ok(());
    }
    let mut output = Line { stream };
    let last = match serde_json::from_str::<Act>(&line) {
        Err(error) => Answer::Error(format!("the command is not understood: {error}")),
        Ok(act) => match door.perform(act, Timestamp::now(), &mut output) {
            Ok(code) => Answer::Exit(code),
            Err(error) => Answer::Error(error.to_string()),
        },
    };
    output.send(&last);
    Ok(())
}

/// The caller's end of the socket.
struct Line<'s> {
    stream: &'s UnixStream,
}

impl Line<'_> {
    fn send(&mut self, answer: &Answer) {
        // Whether anybody still listens changes nothing about what is being done.
        if let Ok(mut line) = serde_json::to_vec(answer) {
            line.push(b'\n');
            let _ = self.stream.write_all(&line);
        }
    }
}

impl Output for Line<'_> {
    fn line(&mut self, text: &str) {
        self.send(&Answer::Line(text.to_owned()));
    }

    fn note(&mut self, text: &str) {
        self.send(&Answer::Note(text.to_owned()));
    }

    fn progress(&mut self, done: usize, total: usize) {
        self.send(&Answer::Progress(done, total));
    }

    fn file(&mut self, bytes: &[u8]) {
        self.send(&Answer::File(bytes.to_vec()));
    }
}
