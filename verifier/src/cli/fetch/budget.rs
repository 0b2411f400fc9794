//! How much is fetched in a minute, in all and from one host, so that nobody makes a verifier knock at
//! strangers' doors on his behalf. It counts; it must not wait.

use std::collections::HashMap;

use crate::cli::limits::{FETCHES_PER_HOST_AND_MINUTE, FETCHES_PER_MINUTE};

/// Seconds.
const MINUTE: i64 = 60;

/// What was fetched in the minute that runs.
#[derive(Debug, Default)]
pub(super) struct Budget {
    minute: i64,
    spent: u32,
    /// At most as many as were spent.
    spent_by_host: HashMap<String, u32>,
}

impl Budget {
    /// Takes one fetch from `host` at `now`, Unix seconds, off the budget. False if it is used up.
    pub(super) fn spend(&mut self, host: &str, now: i64) -> bool {
        let minute = now.div_euclid(MINUTE);
        // Requests that began in the minute before still come; a clock that was put back further starts anew.
        if minute > self.minute || minute < self.minute - 1 {
            *self = Self { minute, ..Self::default() };
        }
        let by_host = self.spent_by_host.get(host).copied().unwrap_or(0);
        if self.spent >= FETCHES_PER_MINUTE || by_host >= FETCHES_PER_HOST_AND_MINUTE {
            return false;
        }
        self.spent += 1;
        self.spent_by_host.insert(host.to_owned(), by_host + 1);
        true
    }

    /// When the minute of `now` is over, Unix seconds.
    pub(super) const fn next_minute(now: i64) -> i64 {
        now.saturating_sub(now.rem_euclid(MINUTE)).saturating_add(MINUTE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_host_and_all_hosts_have_an_end_until_the_next_minute() {
        let mut budget = Budget::default();
        let spent = |budget: &mut Budget, host: &str, now| {
            (0..10_000).take_while(|_| budget.spend(host, now)).count()
        };
        let (of_host, of_all) = (
            usize::try_from(FETCHES_PER_HOST_AND_MINUTE).unwrap(),
            usize::try_from(FETCHES_PER_MINUTE).unwrap(),
        );
        assert_eq!(spent(&mut budget, "a.kz", 600), of_host);
        assert_eq!(spent(&mut budget, "a.kz", 659), 0);
        let others = (0..10_000).filter(|host| budget.spend(&format!("{host}.kz"), 659)).count();
        assert_eq!(others, of_all - of_host);
        assert_eq!(spent(&mut budget, "a.kz", 660), of_host);
        assert_eq!(spent(&mut budget, "a.kz", 659), 0, "the minute before is over");
        assert_eq!(spent(&mut budget, "a.kz", 0), of_host, "a clock put back");
        for (now, next) in [(600, 660), (601, 660), (659, 660), (-1, 0), (i64::MAX, i64::MAX)] {
            assert_eq!(Budget::next_minute(now), next);
        }
    }
}
