//! `kill -9` of the service again and again while clients issue through it: every certificate that was acknowledged is
//! there afterwards, every completion has exactly one, and no number or place in a status list is given twice.
//! `TANU_KILL_CYCLES` sets how many kills at least (200), `TANU_KILL_ISSUED` how many certificates (none), `TANU_KILL_CLIENTS`
//! how many clients (8), `TANU_KILL_WITHIN_MS` how long a service lives at most (60); `TANU_SEED` repeats the moments.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tanu_tests::{Judge, Office, Random, Service, records, sample, skip};
use verifier::Verdict;

/// What the clients share.
struct Issued {
    socket: PathBuf,
    /// Header and one row of the sample, to make others from.
    sample: [String; 2],
    next: AtomicUsize,
    /// Number of each row that was acknowledged.
    acknowledged: Mutex<BTreeMap<usize, String>>,
    is_over: AtomicBool,
}

impl Issued {
    /// A file with one completion, of the learner `n`.
    fn file(&self, n: usize) -> String {
        let mut fields: Vec<String> = self.sample[1].split(',').map(str::to_owned).collect();
        fields[0] = format!("KILL-{n:06}");
        fields[5] = String::new();
        fields[6] = format!("killed{n}@example.org");
        format!("{}\n{}\n", self.sample[0], fields.join(","))
    }

    /// Asks the service, over its control socket, for the certificate of `n`. The number and whether it is new, if that was
    /// acknowledged.
    fn ask(&self, n: usize) -> Option<(String, bool)> {
        let mut stream = UnixStream::connect(&self.socket).ok()?;
        let options = json!({ "dry_run": false, "language": "en", "json": true, "report": false });
        let file = STANDARD.encode(self.file(n));
        let act = json!({ "act": "import-completions", "file": file, "options": options });
        stream.write_all(format!("{act}\n").as_bytes()).ok()?;
        let mut said = None;
        for line in BufReader::new(stream).split(b'\n') {
            let line = String::from_utf8(line.ok()?).ok()?;
            // A line that was cut off acknowledges nothing.
            let answer: Value = serde_json::from_str(&line).ok()?;
            if let Some(text) = answer["line"].as_str() {
                let row: Value = serde_json::from_str(text).unwrap();
                assert!(matches!(row["outcome"].as_str(), Some("issued" | "unchanged")), "{row}");
                said = Some((row["number"].as_str()?.to_owned(), row["outcome"] == "issued"));
                // This line is the acknowledgement, whatever becomes of the rest.
                break;
            }
        }
        said
    }

    /// One client: the same row until it is acknowledged, then the next one.
    fn be_client(&self) {
        while !self.is_over.load(Ordering::SeqCst) {
            let n = self.next.fetch_add(1, Ordering::SeqCst);
            let number = loop {
                match self.ask(n) {
                    Some((number, _)) => break number,
                    None => thread::sleep(Duration::from_millis(2)),
                }
            };
            self.acknowledged.lock().unwrap().insert(n, number);
        }
    }
}

fn asked(variable: &str, default: usize) -> usize {
    env::var(variable).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

#[test]
fn a_service_killed_again_and_again_keeps_what_it_acknowledged() {
    let test = "a_service_killed_again_and_again_keeps_what_it_acknowledged";
    let mut random = Random::announced(test);
    let Ok(office) = Office::ready().map_err(|why| skip(test, &why)) else { return };
    let completions = std::fs::read_to_string(sample("completions.csv")).unwrap();
    let mut lines = completions.lines().map(str::to_owned);
    let issued = Issued {
        socket: office.dir.join("control.sock"),
        sample: [lines.next().unwrap(), lines.next().unwrap()],
        next: AtomicUsize::new(0),
        acknowledged: Mutex::default(),
        is_over: AtomicBool::new(false),
    };
    let (cycles, wanted) = (asked("TANU_KILL_CYCLES", 200), asked("TANU_KILL_ISSUED", 0));
    let within_us = 1_000 * asked("TANU_KILL_WITHIN_MS", 60);
    let acknowledged = || issued.acknowledged.lock().unwrap().len();
    let (mut kills, mut kills_with_news) = (0, 0);
    thread::scope(|scope| {
        for _ in 0..asked("TANU_KILL_CLIENTS", 8) {
            scope.spawn(|| issued.be_client());
        }
        while kills < cycles || acknowledged() < wanted {
            let before = acknowledged();
            let service = Service::start(&office);
            let delay = u64::try_from(random.below(within_us)).unwrap();
            thread::sleep(Duration::from_micros(delay));
            service.kill();
            kills += 1;
            kills_with_news += usize::from(acknowledged() > before);
        }
        issued.is_over.store(true, Ordering::SeqCst);
        // The last ones get their answer from a service that nobody kills.
        let service = Service::start(&office);
        while acknowledged() < issued.next.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(2));
        }
        assert_repeated(&issued);
        service.kill();
    });
    let acknowledged = issued.acknowledged.into_inner().unwrap();
    println!(
        "{kills} kills, {kills_with_news} of them after new certificates; {} certificates acknowledged",
        acknowledged.len()
    );
    assert!(kills_with_news > kills / 4, "the service was killed before it could do anything");
    assert_kept(&office, &acknowledged);
    println!("0 of them lost, 0 there twice");
}

/// Every request, repeated, finds its first certificate.
fn assert_repeated(issued: &Issued) {
    for (n, number) in &*issued.acknowledged.lock().unwrap() {
        assert_eq!(issued.ask(*n), Some((number.clone(), false)), "request {n} repeated");
    }
}

fn assert_kept(office: &Office, acknowledged: &BTreeMap<usize, String>) {
    let listed = records(&office.list());
    assert_eq!(listed.len(), acknowledged.len(), "a certificate is lost, or there twice");
    let by_learner: BTreeMap<&str, &str> = listed
        .iter()
        .map(|record| (record["learner"].as_str().unwrap(), record["number"].as_str().unwrap()))
        .collect();
    for (n, number) in acknowledged {
        assert_eq!(by_learner.get(format!("KILL-{n:06}").as_str()), Some(&number.as_str()));
    }
    for name in ["number", "registration_number", "handle"] {
        let values: BTreeSet<_> = listed.iter().map(|record| record[name].as_str()).collect();
        assert_eq!(values.len(), listed.len(), "{name}");
    }
    let editions = listed.iter().flat_map(|record| record["editions"].as_array().unwrap());
    let places: Vec<_> = editions
        .map(|edition| (edition["status_list"].to_string(), edition["status_index"].as_u64()))
        .collect();
    assert_eq!(places.iter().collect::<BTreeSet<_>>().len(), places.len());
    let judge = Judge::of(&office.dir);
    for number in acknowledged.values().step_by(acknowledged.len().div_ceil(20).max(1)) {
        let credential = office.credential(number, "kk");
        assert_eq!(judge.verdict(credential.as_bytes()), Verdict::Valid, "{number}");
    }
}
