//! What an act says, on the terminal: the answer on standard output, all else on standard error.

use std::io::{IsTerminal, Write as _};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use issuer::office::Output;

/// The terminal, with a progress bar if the work is long and somebody looks.
pub(super) struct Terminal {
    bar: Option<ProgressBar>,
    unit: &'static str,
    file: Option<Vec<u8>>,
}

impl Terminal {
    /// `unit` names what is counted; without one there is no bar.
    pub(super) fn new(unit: Option<&'static str>) -> Self {
        let watched = std::io::stderr().is_terminal();
        let bar = unit.filter(|_| watched).map(|_| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {msg} {eta}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        Self { bar, unit: unit.unwrap_or_default(), file: None }
    }

    /// The file that came with the answer.
    pub(super) fn into_file(mut self) -> Option<Vec<u8>> {
        self.file.take()
    }

    /// Writes past the bar. A closed pipe ends the reading, not the work.
    fn write(&self, write: impl FnOnce() -> std::io::Result<()>) {
        let _ = match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        };
    }
}

impl Output for Terminal {
    fn line(&mut self, text: &str) {
        self.write(|| {
            let mut out = std::io::stdout().lock();
            writeln!(out, "{text}").and_then(|()| out.flush())
        });
    }

    fn note(&mut self, text: &str) {
        self.write(|| writeln!(std::io::stderr(), "{text}"));
    }

    fn progress(&mut self, done: usize, total: usize) {
        if let Some(bar) = &self.bar {
            bar.set_length(u64::try_from(total).unwrap_or(u64::MAX));
            bar.set_message(self.unit);
            bar.set_position(u64::try_from(done).unwrap_or(u64::MAX));
            if done == total {
                bar.finish_and_clear();
            }
        }
    }

    fn file(&mut self, bytes: &[u8]) {
        self.file = Some(bytes.to_vec());
    }
}
