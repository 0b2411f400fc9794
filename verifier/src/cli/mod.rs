//! The command line: words in, exit code out.
//! It reads files and opens sockets for the library; it must not judge a credential.

mod check;
mod documents_folder;
mod failure;
mod fetch;
mod inputs;
mod limits;
mod pack;
mod progress;
mod reason;
mod results;
mod serve;
mod table;

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read, Write as _};
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use verifier::{Language, TrustList, plain_text};

use failure::Failure;

/// Reads the time, Unix seconds.
type Clock = fn() -> i64;

/// Checks microcertificates: Open Badges 3.0 credentials.
#[derive(Parser)]
#[command(name = "verifier", version, disable_help_subcommand = true)]
enum Command {
    // Each command says in its own file what it does.
    Check(check::Check),
    Serve(serve::Serve),
    Pack(pack::PackCommand),
}

/// Runs the command that `words` spell, program name first.
pub(crate) fn run(words: impl Iterator<Item = OsString>, clock: Clock) -> ExitCode {
    let command = match Command::try_parse_from(words) {
        Ok(command) => command,
        Err(error) => {
            // `--help` and `--version` come this way too, with code 0. A closed pipe changes nothing.
            let _ = error.print();
            return ExitCode::from(if error.exit_code() == 0 { 0 } else { failure::USAGE });
        }
    };
    let language = match &command {
        Command::Check(check) => check.language(),
        Command::Serve(_) | Command::Pack(_) => Language::En,
    };
    let result = match command {
        Command::Check(check) => check.run(clock),
        Command::Serve(serve) => serve.run(clock).map(|()| 0),
        Command::Pack(pack) => pack.run(clock),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            say(&failure.sentence(language));
            ExitCode::from(failure.exit_code())
        }
    }
}

/// One sentence on standard error. There is nobody left to tell when that fails.
fn say(sentence: &str) {
    let _ = writeln!(io::stderr(), "verifier: {sentence}");
}

/// A path as it may be shown.
fn shown(path: &Path) -> String {
    plain_text(&path.to_string_lossy())
}

/// The trust list of `--trust`; without one, nobody is trusted.
fn trust_list(path: Option<&Path>) -> Result<TrustList, Failure> {
    let Some(path) = path else { return Ok(TrustList::default()) };
    let bytes = read_file(path, limits::TRUST_BYTES_MAX).map_err(|source| Failure::Unreadable {
        what: "trust list",
        path: shown(path),
        source,
    })?;
    TrustList::parse(&bytes).map_err(|source| Failure::TrustList { path: shown(path), source })
}

/// The file at `path`, but at most one byte more than `bytes_max`: enough to see that it is too large.
fn read_file(path: &Path, bytes_max: usize) -> io::Result<Vec<u8>> {
    read_limited(File::open(path)?, bytes_max)
}

/// What `source` holds, up to one byte more than `bytes_max`.
fn read_limited(source: impl Read, bytes_max: usize) -> io::Result<Vec<u8>> {
    let limit = u64::try_from(bytes_max).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    source.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}
