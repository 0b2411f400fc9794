//! Ratios that hold on a noisy machine: two operations measured in turn, in batches, and the median of the pairs.

use std::time::Instant;

/// How an operation compares to a raw signature operation.
pub(crate) struct Ratio {
    /// Median over all pairs of batches.
    pub(crate) median: f64,
    /// The fastest batch of the operation, microseconds for one.
    pub(crate) quiet_us: f64,
}

const PAIRS: usize = 401;
/// Long enough for the clock, short enough that both halves of a pair see the same machine.
const BATCH_US: f64 = 400.0;

/// Measures `operation` in units of `raw`.
pub(crate) fn measure(raw: impl Fn(), operation: impl Fn()) -> Ratio {
    let (raw_count, count) = (batch_size(&raw), batch_size(&operation));
    let mut quiet_us = f64::INFINITY;
    let mut ratios: Vec<f64> = (0..PAIRS)
        .map(|_| {
            let raw_us = time_us(&raw, raw_count);
            let us = time_us(&operation, count);
            quiet_us = quiet_us.min(us);
            us / raw_us
        })
        .collect();
    ratios.sort_unstable_by(f64::total_cmp);
    Ratio { median: ratios[PAIRS / 2], quiet_us }
}

/// Repetitions that fill a batch, after warming up.
fn batch_size(operation: &impl Fn()) -> u32 {
    let once = time_us(operation, 20);
    (1..200).find(|count| f64::from(*count) * once >= BATCH_US).unwrap_or(200)
}

/// Microseconds for one of `count` repetitions.
fn time_us(operation: &impl Fn(), count: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..count {
        operation();
    }
    start.elapsed().as_secs_f64() * 1e6 / f64::from(count)
}
