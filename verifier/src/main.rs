//! `verifier`: checks credentials from the command line or over HTTP.
//! The clock is read here and nowhere else.

mod cli;

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

fn main() -> ExitCode {
    cli::run(std::env::args_os(), now)
}

/// Unix seconds. A clock before 1970 reads 0: then no credential is valid yet.
fn now() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX)
}
