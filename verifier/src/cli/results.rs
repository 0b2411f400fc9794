//! What is shown of each input, and which of them decides the exit code.

use std::io::{self, IsTerminal as _, Write as _};

use verifier::{Language, Report, Row, Verdict, human_report, plain_text, report_line};

use super::failure::UNREADABLE;
use super::reason::Unreadable;
use super::say;

/// How results are shown.
pub(super) struct Printing {
    pub(super) json: bool,
    pub(super) lang: Language,
    /// One line for each input, since there are many.
    pub(super) many: bool,
    pub(super) blocks: usize,
}

impl Printing {
    pub(super) fn report(&mut self, report: &Report, name: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if self.json {
            return writeln!(out, "{}", report_line(report, name));
        }
        let text = match self.many {
            true => format!("{}\n", Row::of(report, self.lang).line(name, self.lang)),
            false => human_report(report, name, self.lang),
        };
        if self.blocks > 0 && !self.many {
            writeln!(out)?;
        }
        self.blocks += 1;
        match text.split_once('\n') {
            Some((first, rest)) if colours() && !self.many => {
                write!(out, "\u{1b}[{}m{first}\u{1b}[0m\n{rest}", colour(report.verdict()))
            }
            _ => write!(out, "{text}"),
        }
    }

    /// A line without a verdict: there is nothing to judge.
    /// Programs read English, as in the details of problems.
    pub(super) fn unreadable(&self, name: &str, reason: &Unreadable) -> io::Result<()> {
        if self.json {
            let sentence = reason.sentence(Language::En);
            let line = serde_json::json!({"input": name, "error": sentence});
            return writeln!(io::stdout(), "{line}");
        }
        say(&format!("{} {}", plain_text(name), reason.sentence(self.lang)));
        Ok(())
    }
}

/// Colours for a terminal, unless NO_COLOR (no-color.org) is set to something.
fn colours() -> bool {
    let forbidden = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !forbidden && io::stdout().is_terminal()
}

/// Only `valid` is green.
const fn colour(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Valid => "1;32",
        Verdict::Invalid | Verdict::Refused => "1;31",
        Verdict::Untrusted | Verdict::Indeterminate => "1;33",
    }
}

/// The exit code so far: 66, 1, 4, 3, 2, 0 from worst to best.
#[derive(Default)]
pub(super) struct Worst {
    rank: u8,
    code: u8,
}

impl Worst {
    pub(super) fn verdict(&mut self, verdict: Verdict) {
        let rank = match verdict {
            Verdict::Valid => 0,
            Verdict::Untrusted => 1,
            Verdict::Indeterminate => 2,
            Verdict::Refused => 3,
            Verdict::Invalid => 4,
        };
        self.raise(rank, verdict.exit_code());
    }

    pub(super) fn unreadable(&mut self) {
        self.raise(5, UNREADABLE);
    }

    fn raise(&mut self, rank: u8, code: u8) {
        if rank > self.rank {
            *self = Self { rank, code };
        }
    }

    pub(super) const fn exit_code(&self) -> u8 {
        self.code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_verdict_decides_in_the_fixed_order() {
        let code = |verdicts: &[Verdict]| {
            let mut worst = Worst::default();
            verdicts.iter().for_each(|verdict| worst.verdict(*verdict));
            worst.exit_code()
        };
        use Verdict::{Indeterminate, Invalid, Refused, Untrusted, Valid};
        assert_eq!(code(&[]), 0);
        assert_eq!(code(&[Valid, Valid]), 0);
        assert_eq!(code(&[Valid, Untrusted, Valid]), 2);
        assert_eq!(code(&[Indeterminate, Untrusted]), 3);
        assert_eq!(code(&[Refused, Indeterminate]), 4);
        assert_eq!(code(&[Invalid, Refused, Indeterminate, Untrusted, Valid]), 1);
        let mut worst = Worst::default();
        worst.unreadable();
        worst.verdict(Invalid);
        assert_eq!(worst.exit_code(), 66);
    }
}
