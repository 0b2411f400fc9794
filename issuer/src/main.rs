//! The issuer's command line. What it does is in the library; files, clock and terminal are here.

use std::process::ExitCode;

mod cli;

fn main() -> ExitCode {
    cli::run(std::env::args_os())
}
