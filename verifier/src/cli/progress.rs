//! How far a call with many inputs is, on standard error, and only where a person looks at it.

use std::io::{self, IsTerminal as _};

use indicatif::{ProgressBar, ProgressStyle};

use super::limits::PROGRESS_FROM;

/// A bar, once there are enough inputs for one.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    expected: usize,
    done: usize,
}

impl Progress {
    pub(super) const fn new() -> Self {
        Self { bar: None, expected: 0, done: 0 }
    }

    /// So many inputs are about to come, besides those that came.
    pub(super) fn expect(&mut self, count: usize) {
        self.expected = self.expected.max(self.done).saturating_add(count);
        if self.expected < PROGRESS_FROM || !io::stderr().is_terminal() {
            return;
        }
        let length = u64::try_from(self.expected).unwrap_or(u64::MAX);
        let done = u64::try_from(self.done).unwrap_or(u64::MAX);
        let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {eta}");
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

    /// The bar goes.
    pub(super) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
