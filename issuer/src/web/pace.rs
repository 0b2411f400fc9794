//! How many certificates each token has made in the hour that runs: a stolen one must not empty the office.
//! It counts in memory; a restart begins a new hour.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

const HOUR_SECONDS: i64 = 3_600;

/// The counts of all tokens by name.
#[derive(Default)]
pub(super) struct Pace(Mutex<HashMap<String, Hour>>);

struct Hour {
    began: Timestamp,
    made: u32,
    /// Whether the operator was told.
    told: bool,
}

impl Pace {
    /// Takes `count` certificates of the token's hour.
    ///
    /// # Errors
    /// The seconds until its next hour, if they are more than are left of this one.
    pub(super) fn take(
        &self,
        (name, per_hour): (&str, u32),
        count: u32,
        now: Timestamp,
    ) -> Result<(), i64> {
        let mut hours = self.hours();
        let fresh = || Hour { began: now, made: 0, told: false };
        let hour = hours.entry(name.to_owned()).or_insert_with(fresh);
        let age = |hour: &Hour| now.duration_since(hour.began).as_secs();
        if !(0..HOUR_SECONDS).contains(&age(hour)) {
            *hour = fresh();
        }
        let made = hour.made.saturating_add(count);
        if made > per_hour {
            if !hour.told {
                eprintln!(
                    "api: the token `{name}` asks for more than its {per_hour} certificates an hour; if that is not its owner, end it with `issuer token revoke {name}`"
                );
                hour.told = true;
            }
            return Err((HOUR_SECONDS - age(hour)).clamp(1, HOUR_SECONDS));
        }
        hour.made = made;
        Ok(())
    }

    /// Gives back what was taken and not made.
    pub(super) fn give_back(&self, name: &str, count: u32) {
        if let Some(hour) = self.hours().get_mut(name) {
            hour.made = hour.made.saturating_sub(count);
        }
    }

    fn hours(&self) -> MutexGuard<'_, HashMap<String, Hour>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    #[test]
    fn an_hour_holds_so_many_and_no_more() {
        let pace = Pace::default();
        let now: Timestamp = "2026-10-01T07:00:00Z".parse().unwrap();
        let later = |seconds| now + SignedDuration::from_secs(seconds);
        assert_eq!(pace.take(("a", 10), 7, now), Ok(()));
        assert_eq!(pace.take(("a", 10), 4, later(600)), Err(3_000));
        assert_eq!(pace.take(("b", 10), 4, now), Ok(()));
        pace.give_back("a", 1);
        assert_eq!(pace.take(("a", 10), 4, later(3_599)), Ok(()));
        assert_eq!(pace.take(("a", 10), 1, later(3_599)), Err(1));
        assert_eq!(pace.take(("a", 10), 10, later(3_600)), Ok(()));
        // A clock that goes back begins a new hour; it must not lock the token out.
        assert_eq!(pace.take(("a", 10), 10, later(-9)), Ok(()));
        assert_eq!(pace.take(("a", 10), 11, later(9_000)), Err(3_600));
    }
}
