//! How far a call with many inputs is, on standard error, and only where a person looks at it.

use std::io::{self, IsTerminal as _};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use verifier::Language;

use super::limits::{PROGRESS_FROM, WAIT_SECONDS_MAX};
use super::reason::pick;
use super::{Clock, say};

/// A bar, once there are enough inputs for one.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    expected: usize,
    done: usize,
    language: Language,
}

impl Progress {
    pub(super) const fn new(language: Language) -> Self {
        Self { bar: None, expected: 0, done: 0, language }
    }

    /// So many inputs are about to come, besides those that came.
    pub(super) fn expect(&mut self, count: usize) {
        self.expected = self.expected.max(self.done).saturating_add(count);
        if self.expected < PROGRESS_FROM || !io::stderr().is_terminal() {
            return;
        }
        let length = u64::try_from(self.expected).unwrap_or(u64::MAX);
        let done = u64::try_from(self.done).unwrap_or(u64::MAX);
        let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {eta} {msg}");
        let bar = self.bar.get_or_insert_with(|| ProgressBar::new(length));
        bar.set_length(length);
        bar.set_position(done);
        if let Ok(style) = style {
            bar.set_style(style);
        }
    }

    /// One more is done, which `print` shows: not in the middle of the bar.
    pub(super) fn one_more(&mut self, print: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        self.done = self.done.saturating_add(1);
        let Some(bar) = &self.bar else { return print() };
        bar.inc(1);
        // A terminal that shows the results too shows them above the bar.
        if io::stdout().is_terminal() { bar.suspend(print) } else { print() }
    }

    /// Waits until `until`, Unix seconds, by `clock`, says meanwhile why nothing happens, and what time it is then.
    pub(super) fn wait(&self, until: i64, clock: Clock) -> i64 {
        let seconds = seconds_until(until, clock());
        // A line where there is no bar: whoever reads the messages later learns too where the time went.
        if self.bar.is_none() && seconds > 0 {
            say(&waiting(seconds, self.language));
        }
        for passed in 0..seconds {
            if let Some(bar) = &self.bar {
                bar.set_message(waiting(seconds - passed, self.language));
            }
            thread::sleep(Duration::from_secs(1));
        }
        if let Some(bar) = &self.bar {
            bar.set_message("");
        }
        clock().max(until)
    }

    /// The bar goes.
    pub(super) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// How many seconds to wait: none where the moment has come, and never long where the clock was put back meanwhile.
fn seconds_until(until: i64, now: i64) -> u64 {
    let seconds = until.saturating_sub(now).clamp(0, WAIT_SECONDS_MAX);
    u64::try_from(seconds).unwrap_or(0)
}

fn waiting(seconds: u64, language: Language) -> String {
    pick(WAITING, language).replace("{seconds}", &seconds.to_string())
}

/// Kazakh, Russian, English.
const WAITING: [&str; 3] = [
    "серверлерге тым жиі сұрау жібермеу үшін {seconds} с күтіледі",
    "ожидание {seconds} с, чтобы не обращаться к серверам слишком часто",
    "waiting {seconds} s, so that no server is asked too often",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_ends_with_the_minute_whatever_the_clock_does() {
        assert_eq!(seconds_until(660, 642), 18);
        assert_eq!(seconds_until(660, 660), 0);
        assert_eq!(seconds_until(660, 9_000), 0, "the minute was over before");
        assert_eq!(seconds_until(660, 0), 60, "a clock put back");
        assert_eq!(seconds_until(i64::MAX, i64::MIN), 60);
        // Nothing is waited for, and the time is never before the moment that was waited for.
        assert_eq!(Progress::new(Language::En).wait(660, || 700), 700);
        assert_eq!(Progress::new(Language::En).wait(660, || 660), 660);
    }

    #[test]
    fn the_reason_for_a_wait_is_told_in_every_language() {
        for language in Language::ALL {
            let told = waiting(37, language);
            assert!(told.contains("37") && !told.contains('{'), "{told}");
        }
    }
}
