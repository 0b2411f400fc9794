//! Chance that can be repeated: every test prints its seed, and `TANU_SEED` sets it. Not for secrets.

use std::env;
use std::time::{SystemTime, UNIX_EPOCH};

/// A sequence of numbers that a seed decides (SplitMix64).
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// Begins with `TANU_SEED`, else with the clock, and prints which.
    #[must_use]
    pub fn announced(test: &str) -> Self {
        let given = env::var("TANU_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = given.unwrap_or_else(|| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            now.as_secs() ^ u64::from(now.subsec_nanos()).rotate_left(32)
        });
        println!("{test}: TANU_SEED={seed}");
        Self(seed)
    }

    /// Begins with `seed`: one of many that an announced one gave.
    #[must_use]
    pub const fn of(seed: usize) -> Self {
        // Nothing is lost: no machine that runs this has a longer word.
        #[expect(clippy::as_conversions, reason = "`From` is not const")]
        Self(seed as u64)
    }

    /// A number below `end`; 0 if `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let mixed = mixed ^ (mixed >> 31);
        let end = u64::try_from(end).unwrap_or(u64::MAX);
        usize::try_from(mixed.checked_rem(end).unwrap_or_default()).unwrap_or_default()
    }

    /// Puts `items` in another order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last.saturating_add(1));
            items.swap(last, other);
        }
    }
}
