//! What one verification costs: processor time and memory, measured by a process of its own from inside. Linux only; elsewhere
//! nothing is measured.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use verifier::{Documents, Policy, Timestamp, TrustList, verify};

use crate::Judge;

/// What it cost.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Cost {
    /// Processor time of the thread that verified, nanoseconds.
    pub cpu_nanoseconds: u64,
    /// How far the memory rose above what it was before, KiB.
    pub memory_kibibytes: u64,
}

/// Verifies once and says what that cost. The files are read before the measuring begins.
///
/// # Errors
///
/// If a file cannot be read, or the kernel tells no measures.
pub fn measure(input: &Path, trust: &Path, documents: &Path, at: &str) -> io::Result<Cost> {
    let bytes = fs::read(input)?;
    let trust = TrustList::parse(&fs::read(trust)?).map_err(io::Error::other)?;
    let mut judge = Judge { documents: Documents::new(), policy: Policy::badge(trust), now: 0 };
    judge.now = Timestamp::parse(at).map_or(0, Timestamp::unix_seconds);
    for entry in fs::read_dir(documents)? {
        judge.add(fs::read(entry?.path())?)?;
    }
    // 5: the peak of the resident set begins anew (proc(5), "/proc/pid/clear_refs").
    fs::write("/proc/self/clear_refs", "5")?;
    let (cpu, memory) = (cpu_nanoseconds()?, status("VmRSS:")?);
    let _ = verify(&bytes, &judge.documents, &judge.policy, judge.now);
    Ok(Cost {
        cpu_nanoseconds: cpu_nanoseconds()?.saturating_sub(cpu),
        memory_kibibytes: status("VmHWM:")?.saturating_sub(memory),
    })
}

/// The first number of `schedstat`: time spent on a processor.
fn cpu_nanoseconds() -> io::Result<u64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    let first = text.split(' ').next().and_then(|number| number.parse().ok());
    first.ok_or_else(|| io::Error::other("no schedstat"))
}

fn status(name: &str) -> io::Result<u64> {
    let text = fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
    number.ok_or_else(|| io::Error::other(format!("no {name}")))
}
