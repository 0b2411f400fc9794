//! `verifier check`: every input in turn, one report each, the worst verdict as exit code.

mod surroundings;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use verifier::limits::PACK_BYTES_MAX;
use verifier::{Documents, Freshness, Language, Pack, PassedOver, Policy, Timestamp, Verdict};

use self::surroundings::{Now, Surroundings};

use super::failure::Failure;
use super::fetch::OnDemand;
use super::inputs::{self, Found, Item, STANDARD_INPUT, Visitor};
use super::progress::Progress;
use super::results::{Printing, Worst};
use super::table::Table;
use super::{Clock, documents_folder, pack, read_file, say, shown, trust_list};

/// Check credentials: JSON, JWT, PDF, baked PNG or SVG, a picture or the text of a QR code; and say of each: valid, invalid, untrusted, indeterminate or refused
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
66 trust list or documents folder not readable. 73: the table of --report could not be made.
74: the answer could not be written.")]
pub(super) struct Check {
    /// File with a credential, or the text of a QR code in quotes; `-` is standard input. A folder, a ZIP (also one in a
    /// folder) and a CSV table with a column `credential` or `file` are many: one line each
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Open no connection: use only what is given here. Else what is missing is fetched over HTTPS
    #[arg(long)]
    offline: bool,
    /// Trust list: the issuers you believe, and their keys. Without it no issuer is trusted
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
    /// Folder of key documents and status lists (every *.json in it, known by its own id) and of inclusion proofs
    /// (every *.tlog-proof)
    #[arg(long, value_name = "DIR")]
    documents: Option<PathBuf>,
    /// Signed file made by `verifier pack`, with a trust list and documents of its own
    #[arg(long, value_name = "FILE", requires = "offline", conflicts_with = "trust")]
    pack: Option<PathBuf>,
    /// Public key of whoever makes packs for you, or a file that holds it
    #[arg(long, value_name = "KEY", requires = "pack")]
    pack_key: Option<String>,
    /// Age from which the pack says nothing of any status: 7d, 36h, 90m
    #[arg(long, value_name = "DURATION", default_value = "7d", value_parser = duration, requires = "pack")]
    max_age: i64,
    /// Not valid unless the register of the issuer is proven to hold the credential
    #[arg(long)]
    require_inclusion: bool,
    /// Check as of this time: RFC 3339, or a date, which means 00:00 UTC. Default: now
    #[arg(long, value_name = "TIME", value_parser = point_in_time)]
    at: Option<Timestamp>,
    /// Language of the report for people
    #[arg(long, default_value = "en", value_parser = language())]
    lang: Language,
    /// One line of JSON for each input, in order
    #[arg(long)]
    json: bool,
    /// Write the results as a table too: .csv or .json
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

impl Check {
    /// In which people are answered.
    pub(super) const fn language(&self) -> Language {
        self.lang
    }

    /// Checks every input and returns the exit code.
    pub(super) fn run(self, clock: Clock) -> Result<u8, Failure> {
        let standard = |input: &&PathBuf| input.as_os_str() == STANDARD_INPUT;
        if self.inputs.iter().filter(standard).count() > 1 {
            return Err(Failure::RepeatedInput);
        }
        let (policy, documents) = self.given()?;
        let now = match self.at {
            Some(time) => Now::Said(time.unix_seconds()),
            None => Now::Read(clock()),
        };
        let network = (!self.offline).then(|| OnDemand::new(clock()));
        let policy = policy.requiring_inclusion(self.require_inclusion);
        let surroundings = Surroundings::new(policy, documents, now).on(network);
        let table = self.report.as_deref().map(|place| Table::create(place, self.lang)).transpose();
        let table =
            table.map_err(|source| Failure::Unwritable { path: self.shown_report(), source })?;
        let many = self.inputs.iter().any(|input| inputs::is_many(input));
        let mut call = Call {
            surroundings,
            printing: Printing { json: self.json, lang: self.lang, many, blocks: 0 },
            progress: Progress::new(self.lang),
            clock,
            worst: Worst::default(),
            counts: [0; VERDICTS.len()],
            seen: 0,
            table,
        };
        for input in &self.inputs {
            inputs::each(input, &mut call)?;
        }
        let report = self.shown_report();
        call.finish(report)
    }

    /// Whom to believe and the documents at hand. A pack's own come before those of the folder.
    fn given(&self) -> Result<(Policy, Documents), Failure> {
        let folder = Arc::new(documents_folder::read(self.documents.as_deref())?);
        let Some(path) = &self.pack else {
            let trust = trust_list(self.trust.as_deref())?;
            return Ok((Policy::badge(trust), Documents::over(folder)));
        };
        let key = self.pack_key.as_deref().ok_or(Failure::PackKeyMissing)?;
        let key = pack::believed(key)?;
        let bytes = read_file(path, PACK_BYTES_MAX).map_err(|source| Failure::Unreadable {
            what: "offline pack",
            path: shown(path),
            source,
        })?;
        let pack = Pack::open(&bytes, &key)
            .map_err(|source| Failure::Pack { path: shown(path), source })?;
        let freshness = Freshness { as_of: pack.as_of(), age_seconds_max: self.max_age };
        let (trust, documents) = pack.into_parts();
        Ok((Policy::badge(trust).with_freshness(freshness), documents.above(folder)))
    }

    fn shown_report(&self) -> String {
        self.report.as_deref().map_or_else(String::new, shown)
    }
}

/// One call, input after input.
struct Call {
    surroundings: Surroundings,
    printing: Printing,
    progress: Progress,
    clock: Clock,
    worst: Worst,
    /// How many there were of each verdict.
    counts: [usize; VERDICTS.len()],
    /// How many there were, read or not.
    seen: usize,
    table: Option<Table>,
}

/// Every verdict, in the order in which they are counted.
const VERDICTS: [Verdict; 5] = [
    Verdict::Valid,
    Verdict::Untrusted,
    Verdict::Indeterminate,
    Verdict::Refused,
    Verdict::Invalid,
];

impl Visitor for Call {
    fn expect(&mut self, count: usize) {
        self.progress.expect(count);
    }

    fn visit(&mut self, item: Item) -> Result<(), Failure> {
        let Item { name, found } = item;
        self.seen += 1;
        let report = match found {
            Found::Bytes(bytes) => {
                let (progress, clock) = (&self.progress, self.clock);
                self.surroundings.verify(&bytes, &mut |until| progress.wait(until, clock))?
            }
            Found::Packed(reason) => reason.report(self.surroundings.now()),
            Found::Unreadable(reason) => {
                self.worst.unreadable();
                if let Some(table) = &mut self.table {
                    table.add_unreadable(&name, &reason)?;
                }
                self.progress.one_more(|| self.printing.unreadable(&name, &reason))?;
                return Ok(());
            }
        };
        self.worst.verdict(report.verdict());
        for (count, verdict) in self.counts.iter_mut().zip(VERDICTS) {
            *count += usize::from(verdict == report.verdict());
        }
        if let Some(table) = &mut self.table {
            table.add(&name, &report)?;
        }
        self.progress.one_more(|| self.printing.report(&report, &name))?;
        Ok(())
    }

    fn pass_over(&mut self, name: &str) -> Result<(), Failure> {
        let passed_over = PassedOver { input: name };
        if let Some(table) = &mut self.table {
            table.add_passed_over(passed_over)?;
        }
        self.progress.one_more(|| {
            say(&passed_over.text(self.printing.lang));
            Ok(())
        })?;
        Ok(())
    }
}

impl Call {
    fn finish(self, path: String) -> Result<u8, Failure> {
        self.progress.finish();
        if self.printing.many && !self.printing.json {
            let counts = VERDICTS.iter().zip(self.counts).filter(|(_, count)| *count > 0);
            let lang = self.printing.lang;
            let counts =
                counts.map(|(verdict, count)| format!("{}: {count}", verdict.phrase(lang).name));
            writeln!(io::stdout(), "{}", counts.collect::<Vec<_>>().join(", "))?;
        }
        io::stdout().flush()?;
        if self.seen == 0 {
            self.table.into_iter().for_each(Table::abandon);
            return Err(Failure::NothingToCheck);
        }
        if let Some(table) = self.table {
            table.finish().map_err(|source| Failure::Unwritable { path, source })?;
        }
        Ok(self.worst.exit_code())
    }
}

/// RFC 3339, whose `t` and `z` may be small, or its `full-date` alone.
fn point_in_time(text: &str) -> Result<Timestamp, &'static str> {
    let written = text.to_ascii_uppercase();
    Timestamp::parse(&written)
        .or_else(|| Timestamp::parse(&format!("{written}T00:00:00Z")))
        .ok_or("neither a time like 2026-05-15T09:00:00+05:00 nor a date like 2026-05-15")
}

/// Days, hours or minutes as seconds.
fn duration(text: &str) -> Result<i64, &'static str> {
    const FORM: &str = "not a duration like 7d, 36h or 90m";
    let (unit, seconds) = match text.chars().last() {
        Some('d') => ('d', 86_400),
        Some('h') => ('h', 3_600),
        Some('m') => ('m', 60),
        _ => return Err(FORM),
    };
    let number = text.strip_suffix(unit).unwrap_or_default();
    let number: u32 = number.parse().map_err(|_| FORM)?;
    Ok(i64::from(number) * seconds)
}

fn language() -> impl clap::builder::TypedValueParser<Value = Language> {
    PossibleValuesParser::new(Language::ALL.map(Language::tag))
        .map(|tag| Language::from_tag(&tag).unwrap_or(Language::En))
}

#[cfg(test)]
mod tests;
