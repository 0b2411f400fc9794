//! `kill -9` of the service again and again while clients issue through it: every certificate that was acknowledged is
//! there afterwards, every completion has exactly one, and no number, leaf or place in a status list is given twice.
//! `TANU_KILL_CYCLES` sets how many kills at least (200), `TANU_KILL_ISSUED` how many certificates (none), `TANU_KILL_CLIENTS`
//! how many clients (8), `TANU_KILL_ROWS` how many completions each asks for at once (1), `TANU_KILL_WITHIN_MS` how long a service
//! lives at most (60), `TANU_KILL_SECONDS` after how long no further service is killed, however few were issued (never); `TANU_SEED`
//! repeats the moments.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::{BTreeMap, HashSet};
use std::env;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::ops::Range;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tanu_tests::{Judge, Office, Random, Service, completions, skip};
use verifier::Verdict;

/// Bytes of a hash in a tile of the log.
const HASH_BYTES: usize = 32;

/// What the clients share.
struct Issued {
    socket: PathBuf,
    /// Completions in each request.
    rows: usize,
    next: AtomicUsize,
    /// Number of each completion that was acknowledged.
    acknowledged: Mutex<BTreeMap<usize, String>>,
    is_over: AtomicBool,
}

impl Issued {
    /// Asks the service, over its control socket, for the certificates of these learners, and says of each that is acknowledged its number
    /// and whether it is new. `None` if the answer was cut off.
    fn ask(&self, learners: &Range<usize>, told: &mut impl FnMut(usize, &str, bool)) -> Option<()> {
        let mut stream = UnixStream::connect(&self.socket).ok()?;
        let options = json!({ "dry_run": false, "language": "en", "json": true, "report": false });
        let file = STANDARD.encode(completions("KILL", learners.clone()));
        let act = json!({ "act": "import-completions", "file": file, "options": options });
        stream.write_all(format!("{act}\n").as_bytes()).ok()?;
        let mut open = learners.len();
        for line in BufReader::new(stream).split(b'\n') {
            let line = String::from_utf8(line.ok()?).ok()?;
            // A line that was cut off acknowledges nothing.
            let answer: Value = serde_json::from_str(&line).ok()?;
            let Some(text) = answer["line"].as_str() else { continue };
            let row: Value = serde_json::from_str(text).unwrap();
            assert!(matches!(row["outcome"].as_str(), Some("issued" | "unchanged")), "{row}");
            // The first line of the file is its header.
            let place = usize::try_from(row["line"].as_u64()?).ok()? - 2;
            told(learners.start + place, row["number"].as_str()?, row["outcome"] == "issued");
            open -= 1;
            if open == 0 {
                // This line is the acknowledgement, whatever becomes of the rest.
                return Some(());
            }
        }
        None
    }

    /// Keeps what is acknowledged; a completion keeps the number that it was told first.
    fn acknowledge(&self, learners: &Range<usize>) -> Option<()> {
        self.ask(learners, &mut |learner, number, _| {
            let mut acknowledged = self.acknowledged.lock().unwrap();
            let first = acknowledged.entry(learner).or_insert_with(|| number.to_owned());
            assert_eq!(first, number, "learner {learner}");
        })
    }

    /// One client: the same request until it is acknowledged, then the next one.
    fn be_client(&self) {
        while !self.is_over.load(Ordering::SeqCst) {
            let first = self.next.fetch_add(self.rows, Ordering::SeqCst);
            while self.acknowledge(&(first..first + self.rows)).is_none() {
                thread::sleep(Duration::from_millis(2));
            }
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
    let issued = Issued {
        socket: office.dir.join("control.sock"),
        rows: asked("TANU_KILL_ROWS", 1),
        next: AtomicUsize::new(0),
        acknowledged: Mutex::default(),
        is_over: AtomicBool::new(false),
    };
    let (cycles, wanted) = (asked("TANU_KILL_CYCLES", 200), asked("TANU_KILL_ISSUED", 0));
    let within_us = 1_000 * asked("TANU_KILL_WITHIN_MS", 60);
    let acknowledged = || issued.acknowledged.lock().unwrap().len();
    let began = Instant::now();
    let patience =
        Duration::from_secs(u64::try_from(asked("TANU_KILL_SECONDS", 31_536_000)).unwrap());
    let (mut kills, mut kills_with_news) = (0, 0);
    thread::scope(|scope| {
        for _ in 0..asked("TANU_KILL_CLIENTS", 8) {
            scope.spawn(|| issued.be_client());
        }
        while (kills < cycles || acknowledged() < wanted) && began.elapsed() < patience {
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
    assert_sound(&office, acknowledged.len());
    println!("0 of them lost, 0 there twice");
}

/// Every request, repeated, finds its first certificates.
fn assert_repeated(issued: &Issued) {
    let end = issued.next.load(Ordering::SeqCst);
    for first in (0..end).step_by(issued.rows) {
        let learners = first..first + issued.rows;
        let mut found = BTreeMap::new();
        let answered = issued.ask(&learners, &mut |learner, number, is_new| {
            assert!(!is_new, "learner {learner} has a second certificate");
            found.insert(learner, number.to_owned());
        });
        assert!(answered.is_some(), "{learners:?} repeated are not answered");
        let acknowledged = issued.acknowledged.lock().unwrap();
        for learner in learners {
            assert_eq!(found.get(&learner), acknowledged.get(&learner), "learner {learner}");
        }
    }
}

fn assert_kept(office: &Office, acknowledged: &BTreeMap<usize, String>) {
    let listed = office.list();
    let (mut kept, mut names, mut places) = (HashSet::new(), HashSet::new(), HashSet::new());
    for line in listed.lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        let learner = record["learner"].as_str().unwrap().strip_prefix("SYN-KILL-").unwrap();
        let learner: usize = learner.parse().unwrap();
        let number = acknowledged.get(&learner).map(String::as_str);
        assert_eq!(record["number"].as_str(), number, "learner {learner}");
        assert!(kept.insert(learner), "learner {learner} has two certificates");
        for name in ["number", "registration_number", "handle"] {
            let value = record[name].as_str().unwrap();
            assert!(names.insert((name, value.to_owned())), "{name} {value} is there twice");
        }
        for edition in record["editions"].as_array().unwrap() {
            let place =
                (edition["status_list"].to_string(), edition["status_index"].as_u64().unwrap());
            assert!(places.insert(place.clone()), "the place {place:?} is given twice");
        }
    }
    assert_eq!(kept.len(), acknowledged.len(), "a certificate is lost");
    let judge = Judge::of(&office.dir);
    for number in acknowledged.values().step_by(acknowledged.len().div_ceil(20).max(1)) {
        let credential = office.credential(number, "kk");
        assert_eq!(judge.verdict(credential.as_bytes()), Verdict::Valid, "{number}");
    }
}

/// No leaf of the log is there twice, and all else is as an audit wants it.
fn assert_sound(office: &Office, certificates: usize) {
    let audited = office.run(&["register", "verify", "--json"]).ended(0).record();
    assert_eq!(audited["certificates"], certificates, "{audited}");
    let hashes = leaf_hashes(&office.dir.join("log/tile/0"));
    assert!(hashes.len() >= certificates, "{} leaves: {audited}", hashes.len());
    let mut leaves = HashSet::new();
    for leaf in hashes {
        assert!(leaves.insert(leaf), "the leaf {leaf:02x?} is there twice");
    }
}

/// What the tiles of the lowest level hold (C2SP tlog-tiles, "Merkle Tree"); of one that grew, the widest.
fn leaf_hashes(directory: &Path) -> Vec<[u8; HASH_BYTES]> {
    let (mut hashes, mut widest) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            hashes.extend(leaf_hashes(&path));
            continue;
        }
        let (tile, rest) = fs::read(&path)
            .map(|bytes| {
                let (tile, rest) = bytes.as_chunks::<HASH_BYTES>();
                (tile.to_vec(), rest.len())
            })
            .unwrap();
        assert_eq!(rest, 0, "{}", path.display());
        if directory.extension().is_none() {
            hashes.extend(tile);
        } else if tile.len() > widest.len() {
            widest = tile;
        }
    }
    hashes.extend(widest);
    hashes
}
