//! One fuzzer for every target: `TANU_FUZZ_TARGET` names the one to run.
//! What the targets assert stands in `verifier/src/fuzzing`; here is nothing but the way in.

#![no_main]

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use verifier::fuzzing::{TARGETS, Target};

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("TANU_FUZZ_TARGET").unwrap_or_default();
    let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    match TARGETS.into_iter().find(|target| target.name == name) {
        Some(target) => target,
        None => panic!("TANU_FUZZ_TARGET is one of {}", names.join(" ")),
    }
});

/// Writes the target's own seeds where libFuzzer looks for its corpus, before it looks.
fn write_seeds() {
    let Some(folder) = std::env::var_os("TANU_FUZZ_SEEDS") else { return };
    for (index, seed) in (TARGET.seeds)().into_iter().enumerate() {
        let path = Path::new(&folder).join(format!("seed-{index:02}"));
        fs::write(&path, seed).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

fuzz_target!(init: write_seeds(), |bytes: &[u8]| (TARGET.run)(bytes));
