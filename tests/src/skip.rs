//! Skipping a test, loudly. A skip is never silent and never passes a strict run.

use std::env;
use std::io::Write;

/// Says on standard error that the test did not run, and why.
///
/// # Panics
///
/// Under `TANU_STRICT=1`, where a skipped test is a failed one.
pub fn skip(test: &str, why: &str) {
    assert!(
        env::var_os("TANU_STRICT").is_none_or(|strict| strict != "1"),
        "{test} was skipped, and TANU_STRICT=1 forbids that: {why}"
    );
    // Not `eprintln!`: the test harness would swallow it, because a skipped test passes.
    let _ = writeln!(std::io::stderr(), "\n*** SKIPPED {test}: {why}\n");
}
