//! `cargo run --release -p tanu-tests --bin corpus` writes `tests/corpus` anew from its makers.

use std::process::ExitCode;

fn main() -> ExitCode {
    match tanu_tests::corpus::rewrite() {
        Ok(files) => {
            println!("tests/corpus: {files} files");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("tests/corpus cannot be written: {error}");
            ExitCode::FAILURE
        }
    }
}
