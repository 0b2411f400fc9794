//! `cargo run --release -p tanu-tests --bin corpus` writes `tests/corpus` anew from its makers. With `measure INPUT TRUST DOCUMENTS
//! TIME` it verifies once instead and prints what that cost.

use std::env;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use tanu_tests::corpus::{measure, rewrite};

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let said = match words.as_slice() {
        [] => rewrite().map(|files| format!("tests/corpus: {files} files")),
        ["measure", input, trust, documents, at] => cost(input, trust, documents, at),
        _ => Err(io::Error::other("usage: corpus [measure INPUT TRUST DOCUMENTS TIME]")),
    };
    match said {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("corpus: {error}");
            ExitCode::FAILURE
        }
    }
}

fn cost(input: &str, trust: &str, documents: &str, at: &str) -> io::Result<String> {
    let path = Path::new;
    let cost = measure(path(input), path(trust), path(documents), at)?;
    Ok(serde_json::to_string(&cost)?)
}
