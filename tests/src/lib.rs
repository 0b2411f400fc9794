//! End-to-end tests live in `tests/tests`; this library holds what they share: the binaries under
//! test, the directories they are tried on, and the one way to skip.

mod cli;
mod clock;
mod completions;
mod conformance;
pub mod corpus;
mod demo;
mod https;
mod judge;
mod meaning;
mod mount;
mod office;
mod place;
mod random;
mod reshape;
mod segment;
mod service;
mod skip;

use std::env;
use std::path::{Path, PathBuf};

pub use cli::{Finished, checker, records, run, start};
pub use clock::clock;
pub use completions::completions;
pub use conformance::Conformance;
pub use demo::{Demo, DemoFile, demo};
pub use https::{Answer, Https};
pub use judge::{Judge, offer};
pub use meaning::{Meaning, is_consistent};
pub use mount::SmallDisk;
pub use office::{Office, PASSPHRASE, sample, text};
pub use place::{Place, Step, places};
pub use random::Random;
pub use reshape::{Reshape, reshapes};
pub use segment::{Extent, Frame, Segment, base64url, microseconds_text};
pub use service::Service;
pub use skip::skip;

/// The root of the repository.
#[must_use]
pub fn repository() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests)
}

/// The binary under test: in `$TANU_BIN_DIR`, else beside the running test (`target/release`).
#[must_use]
pub fn binary(name: &str) -> Option<PathBuf> {
    let path = binaries()?.join(name);
    path.is_file().then_some(path)
}

// Cargo runs a test as `target/PROFILE/deps/NAME-HASH` and leaves binaries in `target/PROFILE`.
fn binaries() -> Option<PathBuf> {
    if let Some(dir) = env::var_os("TANU_BIN_DIR") {
        return Some(PathBuf::from(dir));
    }
    let test = env::current_exe().ok()?;
    Some(test.parent()?.parent()?.to_path_buf())
}
