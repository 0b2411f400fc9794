//! `verifier check`: every input in turn, one report each, the worst verdict as exit code.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use verifier::limits::INPUT_BYTES_MAX;
use verifier::{
    Documents, Language, Policy, Report, Timestamp, Verdict, human_report, plain_text, report_line,
    verify,
};

use super::failure::{Failure, UNREADABLE};
use super::{Clock, documents_folder, read_file, read_limited, say, shown, trust_list};

/// The name of standard input.
const STANDARD_INPUT: &str = "-";

/// Check credentials and say of each: valid, invalid, untrusted, indeterminate or refused
#[derive(Args)]
#[command(after_help = "\
Exit code, the first that applies to any input:
  66  an input could not be read, so the answer is incomplete (the others are still checked)
   1  invalid        a check failed
   4  refused        not readable within the limits
   3  indeterminate  something could not be found out
   2  untrusted      everything holds, but the trust list does not vouch for the issuer
   0  valid          all of them
Nothing is checked: 64 usage error, two documents of one id; 65 malformed trust list;
66 trust list or documents folder not readable. 74: the answer could not be written.")]
pub(super) struct Check {
    /// File with a credential; `-` is standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Open no connection: use only what is given here
    #[arg(long)]
    offline: bool,
    /// Trust list: the issuers you believe, and their keys. Without it no issuer is trusted
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
    /// Folder of key documents and status lists: every *.json in it, known by its own id
    #[arg(long, value_name = "DIR")]
    documents: Option<PathBuf>,
    /// Check as of this time: RFC 3339, or a date, which means 00:00 UTC. Default: now
    #[arg(long, value_name = "TIME", value_parser = point_in_time)]
    at: Option<Timestamp>,
    /// Language of the report for people
    #[arg(long, default_value = "en", value_parser = language())]
    lang: Language,
    /// One line of JSON for each input, in order
    #[arg(long)]
    json: bool,
}

impl Check {
    /// Checks every input and returns the exit code.
    pub(super) fn run(self, clock: Clock) -> Result<u8, Failure> {
        let standard = |input: &&PathBuf| input.as_os_str() == STANDARD_INPUT;
        if self.inputs.iter().filter(standard).count() > 1 {
            return Err(Failure::RepeatedInput);
        }
        // Fetching is not built yet: with and without `--offline` only `--documents` is used.
        let _ = self.offline;
        let policy = Policy::badge(trust_list(self.trust.as_deref())?);
        let documents = documents_folder::read(self.documents.as_deref())?;
        let now = self.at.map_or_else(clock, Timestamp::unix_seconds);
        let mut worst = Worst::default();
        let mut blocks = 0;
        for input in &self.inputs {
            match read_input(input) {
                Ok(bytes) => {
                    let report = verify_bytes(&bytes, &documents, &policy, now);
                    worst.verdict(report.verdict());
                    if blocks > 0 && !self.json {
                        writeln!(io::stdout())?;
                    }
                    blocks += 1;
                    self.print(&report, input)?;
                }
                Err(error) => {
                    worst.unreadable();
                    self.print_unreadable(input, &error)?;
                }
            }
        }
        io::stdout().flush()?;
        Ok(worst.exit_code())
    }

    fn print(&self, report: &Report, input: &Path) -> io::Result<()> {
        let mut out = io::stdout().lock();
        let name = input.to_string_lossy();
        if self.json {
            return writeln!(out, "{}", report_line(report, &name));
        }
        let text = human_report(report, &name, self.lang);
        match text.split_once('\n') {
            Some((first, rest)) if colours() => {
                write!(out, "\u{1b}[{}m{first}\u{1b}[0m\n{rest}", colour(report.verdict()))
            }
            _ => write!(out, "{text}"),
        }
    }

    /// A line without a verdict: there is nothing to judge.
    fn print_unreadable(&self, input: &Path, error: &io::Error) -> io::Result<()> {
        let sentence = plain_text(&format!("cannot be read: {error}"));
        if self.json {
            let line = serde_json::json!({"input": input.to_string_lossy(), "error": sentence});
            return writeln!(io::stdout(), "{line}");
        }
        say(&format!("{} {sentence}", shown(input)));
        Ok(())
    }
}

/// The library's one answer. A function of its own so that fetching finds its place here.
fn verify_bytes(bytes: &[u8], documents: &Documents, policy: &Policy, now: i64) -> Report {
    verify(bytes, documents, policy, now)
}

fn read_input(input: &Path) -> io::Result<Vec<u8>> {
    if input.as_os_str() == STANDARD_INPUT {
        read_limited(io::stdin().lock(), INPUT_BYTES_MAX)
    } else {
        read_file(input, INPUT_BYTES_MAX)
    }
}

/// RFC 3339, whose `t` and `z` may be small, or its `full-date` alone.
fn point_in_time(text: &str) -> Result<Timestamp, &'static str> {
    let written = text.to_ascii_uppercase();
    Timestamp::parse(&written)
        .or_else(|| Timestamp::parse(&format!("{written}T00:00:00Z")))
        .ok_or("neither a time like 2026-05-15T09:00:00+05:00 nor a date like 2026-05-15")
}

fn language() -> impl clap::builder::TypedValueParser<Value = Language> {
    PossibleValuesParser::new(Language::ALL.map(Language::tag))
        .map(|tag| Language::from_tag(&tag).unwrap_or(Language::En))
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
struct Worst {
    rank: u8,
    code: u8,
}

impl Worst {
    fn verdict(&mut self, verdict: Verdict) {
        let rank = match verdict {
            Verdict::Valid => 0,
            Verdict::Untrusted => 1,
            Verdict::Indeterminate => 2,
            Verdict::Refused => 3,
            Verdict::Invalid => 4,
        };
        self.raise(rank, verdict.exit_code());
    }

    fn unreadable(&mut self) {
        self.raise(5, UNREADABLE);
    }

    fn raise(&mut self, rank: u8, code: u8) {
        if rank > self.rank {
            *self = Self { rank, code };
        }
    }

    const fn exit_code(&self) -> u8 {
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

    #[test]
    fn times_and_dates_are_read() {
        let seconds = |text| point_in_time(text).map(Timestamp::unix_seconds);
        assert_eq!(seconds("2026-05-15"), Ok(1_778_803_200));
        assert_eq!(seconds("2026-05-15t00:00:00+05:00"), Ok(1_778_785_200));
        assert!(seconds("yesterday").is_err() && seconds("2026-02-30").is_err());
    }
}
