//! `verifier check`: every input in turn, one report each, the worst verdict as exit code.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use verifier::limits::INPUT_BYTES_MAX;
use verifier::{
    Documents, Language, Policy, Report, Timestamp, Unavailable, Verdict, human_report,
    is_statement, plain_text, report_line, verify,
};

use super::failure::{Failure, UNREADABLE};
use super::fetch::{Asking, OnDemand, take};
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
    /// File with a credential, or the text of a QR code in quotes; `-` is standard input
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
}

impl Check {
    /// Checks every input and returns the exit code.
    pub(super) fn run(self, clock: Clock) -> Result<u8, Failure> {
        let standard = |input: &&PathBuf| input.as_os_str() == STANDARD_INPUT;
        if self.inputs.iter().filter(standard).count() > 1 {
            return Err(Failure::RepeatedInput);
        }
        let mut surroundings = Surroundings {
            policy: Policy::badge(trust_list(self.trust.as_deref())?)
                .requiring_inclusion(self.require_inclusion),
            documents: Documents::over(Arc::new(documents_folder::read(
                self.documents.as_deref(),
            )?)),
            now: self.at.map_or_else(clock, Timestamp::unix_seconds),
            network: (!self.offline).then(|| OnDemand::new(clock())),
        };
        let mut worst = Worst::default();
        let mut blocks = 0;
        for input in &self.inputs {
            match read_input(input) {
                Ok(bytes) => {
                    let report = surroundings.verify(&bytes)?;
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

/// What every input of one call is checked with. What was fetched for one input serves the later ones too.
struct Surroundings {
    policy: Policy,
    documents: Documents,
    now: i64,
    /// `None`: no connection is opened.
    network: Option<OnDemand>,
}

impl Surroundings {
    /// Verifies, and again with the documents that were lacking, until that finds out no more.
    fn verify(&mut self, bytes: &[u8]) -> Result<Report, Failure> {
        let mut asking = Asking::new();
        let mut failed = Vec::new();
        let report = loop {
            let report = verify(bytes, &self.documents, &self.policy, self.now);
            let Some(network) = &mut self.network else { break report };
            let wanted = asking.next(&report, &self.documents);
            if wanted.is_empty() {
                break report;
            }
            for wanted in wanted {
                let found = match asking.is_in_time() {
                    true => network.obtain(&wanted)?,
                    false => Err(Unavailable::NotFetched),
                };
                failed.extend(found.is_err().then(|| wanted.id.clone()));
                take(&mut self.documents, wanted.id, found);
            }
        };
        // A failure is this input's alone: the next one may want the same address for something else.
        failed.iter().for_each(|id| self.documents.remove(id));
        Ok(report)
    }
}

fn read_input(input: &Path) -> io::Result<Vec<u8>> {
    // What a scanner wrote is the input itself: no file has such a name.
    let written = input.as_os_str().as_encoded_bytes();
    if is_statement(written) {
        return Ok(written.to_vec());
    }
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
    use std::time::Duration;

    use tokio::runtime::{Builder, Runtime};
    use verifier::{Document, TrustList};

    use super::*;
    use crate::cli::fetch::tests::documents::{Issuer, NOW};
    use crate::cli::fetch::tests::web::{Pages, Reply, Seen, Web, pages};
    use crate::cli::limits::{DOCUMENTS_PER_INPUT_MAX, ROUNDS_MAX};

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

    /// A call at `NOW` that believes `issuer`.
    fn surroundings(issuer: &Issuer, network: Option<OnDemand>) -> Surroundings {
        let trust = TrustList::parse(issuer.trust().as_bytes()).unwrap();
        Surroundings {
            policy: Policy::badge(trust),
            documents: Documents::new(),
            now: NOW,
            network,
        }
    }

    /// The issuer's key document, and its status lists 1 to 8, of which the third revokes.
    fn site(issuer: &Issuer) -> Pages {
        let pages =
            pages(&[("/.well-known/did.json", Reply::ok("application/json", &issuer.document()))]);
        for number in 1..=8 {
            let text = issuer.list(&list(number), "2026-05-14T00:00:00Z", number == 3);
            let path = format!("/status/{number}");
            pages.lock().unwrap().insert(path, Reply::ok("application/vc", &text));
        }
        pages
    }

    fn list(number: u32) -> String {
        format!("https://badges.kz/status/{number}")
    }

    /// A badge whose status stands in these lists.
    fn badge(issuer: &Issuer, lists: &[u32]) -> String {
        let lists: Vec<String> = lists.iter().copied().map(list).collect();
        issuer.badge(&lists.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// A call that finds `issuer` at badges.kz, and what it does. The servers live as long as the runtime.
    fn online(issuer: &Issuer) -> (Surroundings, Seen, Runtime) {
        online_at(issuer, &site(issuer))
    }

    fn online_at(issuer: &Issuer, pages: &Pages) -> (Surroundings, Seen, Runtime) {
        // The servers run on a thread of their own; the command waits on this one.
        let servers = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let mut web = Web::new();
        servers.block_on(web.site("badges.kz", pages));
        let seen = web.seen.clone();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let network = OnDemand::over(runtime, web.fetcher(), NOW);
        (surroundings(issuer, Some(network)), seen, servers)
    }

    #[test]
    fn what_is_fetched_for_one_input_serves_the_others() {
        let issuer = Issuer::new("did:web:badges.kz");
        let (mut surroundings, seen, _servers) = online(&issuer);
        for lists in [&[1, 2][..], &[1, 2], &[2]] {
            let report = surroundings.verify(badge(&issuer, lists).as_bytes()).unwrap();
            assert_eq!(report.verdict(), Verdict::Valid, "{report:?}");
        }
        assert_eq!((seen.count("connect"), seen.count("GET")), (3, 3), "{:?}", seen.all());

        // A list that is not there is asked for once, and named each time.
        for _ in 0..2 {
            let report = surroundings.verify(badge(&issuer, &[9]).as_bytes()).unwrap();
            assert_eq!(report.verdict(), Verdict::Indeterminate);
            assert_eq!(report.documents_missing(), [list(9)]);
        }
        assert_eq!(seen.count("GET"), 4);
        // It hides no other one.
        let report = surroundings.verify(badge(&issuer, &[9, 3]).as_bytes()).unwrap();
        assert_eq!(report.verdict(), Verdict::Invalid);
    }

    #[test]
    fn a_stale_list_that_was_handed_over_is_fetched_anew() {
        let issuer = Issuer::new("did:web:badges.kz");
        let mut folder = Documents::new();
        for number in [1, 9] {
            let text = issuer.list(&list(number), "2026-05-14T00:00:00Z", false);
            folder.insert(list(number), Ok(Document::new(text.into_bytes(), None)));
        }
        let (mut surroundings, seen, _servers) = online(&issuer);
        surroundings.documents = Documents::over(Arc::new(folder));
        let report = surroundings.verify(badge(&issuer, &[1]).as_bytes()).unwrap();
        assert_eq!(report.verdict(), Verdict::Valid, "{report:?}");
        assert_eq!(seen.count("GET"), 2);

        // It is named too where nothing newer can be had, and stays at hand.
        let report = surroundings.verify(badge(&issuer, &[9]).as_bytes()).unwrap();
        assert_eq!(report.verdict(), Verdict::Indeterminate);
        assert_eq!(report.documents_missing(), [list(9)]);
        assert!(surroundings.documents.find(&list(9)).is_some_and(Result::is_ok));
        assert_eq!(seen.count("GET"), 3);
    }

    #[test]
    fn a_proof_of_registration_is_fetched_where_it_is_asked_for() {
        let issuer = Issuer::new("did:web:badges.kz");
        let (badge, proof) = issuer.registered_badge("https://badges.kz/c/1/kk");
        let asked = |required: bool, reply: Reply| {
            let pages = site(&issuer);
            pages.lock().unwrap().insert("/c/1/kk.tlog-proof".to_owned(), reply);
            let (mut surroundings, seen, servers) = online_at(&issuer, &pages);
            let trust = TrustList::parse(issuer.trust_with_log().as_bytes()).unwrap();
            surroundings.policy = Policy::badge(trust).requiring_inclusion(required);
            let report = surroundings.verify(badge.as_bytes()).unwrap();
            let asked = seen.count("GET /c/1/kk.tlog-proof");
            drop(servers);
            (report, asked)
        };
        let (report, times) = asked(true, Reply::ok("text/plain; charset=utf-8", &proof));
        assert_eq!((report.verdict(), times), (Verdict::Valid, 1), "{report:?}");
        // Nobody asked: the network is left alone.
        let (report, times) = asked(false, Reply::ok("text/plain", &proof));
        assert_eq!((report.verdict(), times), (Verdict::Valid, 0));
        let named = ["https://badges.kz/c/1/kk.tlog-proof"];
        for reply in [
            Reply::ok("text/html", &proof),
            Reply::ok("text/plain", "<!doctype html>"),
            Reply::raw("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"),
        ] {
            let (report, times) = asked(true, reply);
            assert_eq!((report.verdict(), times), (Verdict::Indeterminate, 1), "{report:?}");
            assert_eq!(report.documents_missing(), named);
        }
        // What a server says wrongly is not the credential's fault.
        let cut = proof.trim_end();
        let (report, _) = asked(true, Reply::ok("text/plain", cut));
        assert_eq!(report.verdict(), Verdict::Indeterminate, "{report:?}");
    }

    #[test]
    fn one_input_has_few_documents() {
        let issuer = Issuer::new("did:web:badges.kz");
        let (mut surroundings, seen, _servers) = online(&issuer);
        let many = badge(&issuer, &[1, 2, 4, 5, 6, 7, 8, 9]);
        let report = surroundings.verify(many.as_bytes()).unwrap();
        assert_eq!(report.verdict(), Verdict::Indeterminate);
        assert_eq!(seen.count("GET"), DOCUMENTS_PER_INPUT_MAX);
        assert_eq!(report.documents_missing(), [list(9)]);
        let report = surroundings.verify(badge(&issuer, &[1, 2, 4, 5, 6, 7, 8]).as_bytes());
        assert_eq!(report.unwrap().verdict(), Verdict::Valid);
    }

    #[test]
    fn one_input_has_little_time() {
        let issuer = Issuer::new("did:web:badges.kz");
        let documents = Documents::new();
        let policy = Policy::badge(TrustList::default());
        let report = verify(issuer.badge(&[]).as_bytes(), &documents, &policy, NOW);
        let mut late = Asking::within(Duration::ZERO);
        assert!(!late.is_in_time() && late.next(&report, &documents).is_empty());
        let mut early = Asking::new();
        assert!(early.is_in_time() && early.next(&report, &documents).len() == 1);
    }

    #[test]
    fn one_input_has_few_rounds() {
        let mut asking = Asking::new();
        let mut rounds = 0;
        for number in 0..ROUNDS_MAX + 3 {
            let issuer = Issuer::new(&format!("did:web:badges{number}.kz"));
            let documents = Documents::new();
            let policy = Policy::badge(TrustList::default());
            let report = verify(issuer.badge(&[]).as_bytes(), &documents, &policy, NOW);
            rounds += asking.next(&report, &documents).len();
        }
        assert_eq!(rounds, ROUNDS_MAX);
    }

    #[test]
    fn a_call_without_a_network_has_no_fetcher() {
        let issuer = Issuer::new("did:web:badges.kz");
        let report = surroundings(&issuer, None).verify(issuer.badge(&[]).as_bytes()).unwrap();
        assert_eq!(report.verdict(), Verdict::Indeterminate);
        assert_eq!(report.documents_missing(), ["did:web:badges.kz"]);
    }

    #[test]
    fn times_and_dates_are_read() {
        let seconds = |text| point_in_time(text).map(Timestamp::unix_seconds);
        assert_eq!(seconds("2026-05-15"), Ok(1_778_803_200));
        assert_eq!(seconds("2026-05-15t00:00:00+05:00"), Ok(1_778_785_200));
        assert!(seconds("yesterday").is_err() && seconds("2026-02-30").is_err());
    }
}
