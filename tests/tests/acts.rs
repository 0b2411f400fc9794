//! The registrar's acts and the interface for programs, with the real binary: alone, beside a running service, and when the
//! service is killed.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;
use std::fs;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tanu_tests::{Judge, Office, Service, records, sample, skip, text};
use verifier::Verdict;

const COMPLETIONS: &str = "/api/v1/completions";

fn ready(test: &str) -> Option<Office> {
    Office::ready().map_err(|why| skip(test, &why)).ok()
}

/// The sample's header and one of its rows, as an import takes them.
fn one_row(office: &Office, line: usize, change: (&str, &str)) -> String {
    let sample = fs::read_to_string(sample("completions.csv")).unwrap();
    let (header, row) = (sample.lines().next().unwrap(), sample.lines().nth(line).unwrap());
    assert!(row.contains(change.0));
    let name = format!("row-{line}-{}.csv", change.1.len());
    let row = row.replacen(change.0, change.1, 1);
    text(&office.file(&name, format!("{header}\n{row}\n").as_bytes()))
}

/// A row of the sample as JSON, with a reference, an address and dates of its own.
fn completion(line: usize, n: usize) -> String {
    let sample = fs::read_to_string(sample("completions.csv")).unwrap();
    let names = sample.lines().next().unwrap().split(',');
    let row = sample.lines().nth(line).unwrap().to_owned();
    let mut completion: BTreeMap<&str, Value> =
        names.zip(row.split(',')).map(|(name, value)| (name, value.into())).collect();
    completion.insert("learner_ref", format!("API-{n:05}").into());
    completion.insert("email", format!("api{n}@example.org").into());
    completion.insert("iin", Value::Null);
    serde_json::to_string(&completion).unwrap()
}

fn token(office: &Office, per_hour: &str) -> String {
    let words = ["token", "create", "--name", "lms", "--scope", "issue", "--per-hour", per_hour];
    let made = office.run(&[&words[..], &["--json"]].concat()).ended(0);
    assert!(made.stderr.contains("shown once"), "{}", made.stderr);
    made.record()["token"].as_str().unwrap().to_owned()
}

fn send(service: &Service, token: &str, key: &str, body: &str) -> Option<(u16, Vec<u8>)> {
    let bearer = format!("Bearer {token}");
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Idempotency-Key", key),
        ("Content-Type", "application/json"),
    ];
    service.send(COMPLETIONS, &headers, body.as_bytes()).ok()
}

#[test]
fn a_correction_works_alone_and_beside_a_service() {
    let Some(office) = ready("a_correction_works_alone_and_beside_a_service") else { return };
    let _ = office.import(&sample("completions.csv"), &[]).ended(1);
    let old = records(&office.list())[2]["number"].as_str().unwrap().to_owned();
    let row = one_row(&office, 3, ("Үлгібаев", "Үлгібаева"));
    let words = ["correct", &old, "--completion", &row, "--by", "registrar", "--confirmed-by"];
    let correct = |second: &str| office.run(&[&words[..], &[second, "--json"]].concat());
    assert!(correct("Registrar").ended(1).stderr.contains("second person"));
    let done = correct("dean").ended(0).record();
    assert_eq!((&done["outcome"], &done["supersedes"]), (&"corrected".into(), &old.clone().into()));
    let new = done["number"].as_str().unwrap();
    let judge = Judge::of(&office.dir);
    assert_eq!(judge.verdict(office.credential(&old, "kk").as_bytes()), Verdict::Invalid);
    let credential = office.credential(new, "kk");
    assert_eq!(judge.verdict(credential.as_bytes()), Verdict::Valid);
    assert!(credential.contains("Үлгібаева"));

    let service = Service::start(&office);
    let again = correct("dean").ended(0).record();
    assert_eq!((&again["outcome"], &again["number"]), (&"unchanged".into(), &done["number"]));
    let shown = office.run(&["show", &old, "--json"]).ended(0).record();
    assert_eq!((&shown["state"], &shown["superseded_by"]), (&"revoked".into(), &done["number"]));
    let handle = shown["handle"].as_str().unwrap();
    let (_, page) = service.get(&format!("/c/{handle}?lang=en"));
    let page = String::from_utf8(page).unwrap();
    assert!(page.contains(&format!("replaced by a corrected certificate: {new}")), "{page}");
    assert!(office.run(&["list"]).ended(0).stdout.contains(&format!("→ {new}")));
    let hidden = office.run(&["unpublish", new, "--json"]).ended(0).record();
    assert_eq!((&hidden["page"], &hidden["changed"]), (&"unpublished".into(), &true.into()));
    let handle = office.run(&["show", new, "--json"]).ended(0).record()["handle"].clone();
    let path = format!("/c/{}", handle.as_str().unwrap());
    assert_eq!(service.get(&path).0, 404);
    assert_eq!(judge.verdict(office.credential(new, "ru").as_bytes()), Verdict::Valid);
    let _ = office.run(&["publish", new]).ended(0);
    assert_eq!(service.get(&path).0, 200);
    assert!(service.told("TERM").success());
}

#[test]
fn the_stop_switch_acts_at_once_across_processes_and_restarts() {
    let test = "the_stop_switch_acts_at_once_across_processes_and_restarts";
    let Some(office) = ready(test) else { return };
    let service = Service::start(&office);
    let token = token(&office, "100000");
    let stopped = AtomicBool::new(false);
    let late = thread::scope(|scope| {
        let senders: Vec<_> = (0..4)
            .map(|sender| {
                let (service, token, stopped) = (&service, &token, &stopped);
                scope.spawn(move || {
                    let mut late = 0;
                    for n in 0..2_000 {
                        // Seen before the request begins, so it began after the stop was confirmed.
                        let after = stopped.load(Ordering::SeqCst);
                        let n = sender * 10_000 + n;
                        let (status, _) =
                            send(service, token, &format!("k{n}"), &completion(1, n)).unwrap();
                        match status {
                            201 => late += usize::from(after),
                            503 => break,
                            other => panic!("{other}"),
                        }
                    }
                    late
                })
            })
            .collect();
        thread::sleep(Duration::from_millis(300));
        let begun = Instant::now();
        let _ = office.run(&["stop", "--by", "registrar", "--reason", "a drill"]).ended(0);
        stopped.store(true, Ordering::SeqCst);
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        senders.into_iter().map(|sender| sender.join().unwrap()).sum::<usize>()
    });
    assert_eq!(late, 0, "certificates issued after the stop was confirmed");
    let issued = records(&office.list()).len();
    assert!(issued > 0, "nothing was issued before the stop");
    let ready = |service: &Service| service.get("/readyz");
    assert_eq!(ready(&service).0, 200);
    assert!(String::from_utf8(ready(&service).1).unwrap().contains("\"stopped\""));
    service.kill();
    let refused = office.import(&sample("completions.csv"), &[]).ended(2);
    assert!(refused.stderr.contains("a drill"), "{}", refused.stderr);
    let number = records(&office.list())[0]["number"].as_str().unwrap().to_owned();
    let _ = office
        .run(&["revoke", &number, "--reason", "misconduct", "--confirmed-by", "dean"])
        .ended(0);
    let service = Service::start(&office);
    assert_eq!(send(&service, &token, "new", &completion(1, 99_999)).unwrap().0, 503);
    let _ = office.run(&["resume", "--by", "registrar", "--reason", "over"]).ended(0);
    assert_eq!(send(&service, &token, "new", &completion(1, 99_999)).unwrap().0, 201);
    assert_eq!(records(&office.list()).len(), issued + 1);
}

#[test]
fn a_hundred_requests_with_one_key_make_one_certificate() {
    let Some(office) = ready("a_hundred_requests_with_one_key_make_one_certificate") else {
        return;
    };
    let service = Service::start(&office);
    let token = token(&office, "1000");
    let body = completion(1, 1);
    let answers: Vec<_> = thread::scope(|scope| {
        let asking: Vec<_> = (0..100)
            .map(|_| scope.spawn(|| send(&service, &token, "one", &body).unwrap()))
            .collect();
        asking.into_iter().map(|asked| asked.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| *answer == answers[0]), "not the same bytes for all");
    assert_eq!(answers[0].0, 201);
    assert_eq!(records(&office.list()).len(), 1);
    // Neither files nor what was printed hold the token.
    let kept = fs::read_to_string(office.dir.join("tokens.json")).unwrap();
    assert!(!kept.contains(&token[5..]));
    let listed = office.run(&["token", "list", "--json"]).ended(0);
    assert!(!listed.stdout.contains(&token[5..]) && listed.record()["name"] == "lms");
    // Ended beside the running service, it opens nothing at once.
    let ended = office.run(&["token", "revoke", "lms", "--json"]).ended(0).record();
    assert_eq!(ended["name"], "lms");
    assert_eq!(send(&service, &token, "one", &body).unwrap().0, 401);
}

#[test]
fn a_killed_service_keeps_what_it_answered_and_answers_the_same_again() {
    let test = "a_killed_service_keeps_what_it_answered_and_answers_the_same_again";
    let Some(office) = ready(test) else { return };
    let mut token_text = String::new();
    let mut answered: BTreeMap<usize, Vec<u8>> = BTreeMap::new();
    for cycle in 0..3 {
        let service = Service::start(&office);
        if token_text.is_empty() {
            token_text = token(&office, "100000");
        }
        let (token, service_ref) = (&token_text, &service);
        let found = thread::scope(|scope| {
            let senders: Vec<_> = (0..8)
                .map(|sender| {
                    scope.spawn(move || {
                        let mut found = Vec::new();
                        for n in 0..200 {
                            let n = cycle * 10_000 + sender * 1_000 + n;
                            let answer =
                                send(service_ref, token, &format!("k{n}"), &completion(1, n));
                            let Some((201, body)) = answer else { break };
                            found.push((n, body));
                        }
                        found
                    })
                })
                .collect();
            thread::sleep(Duration::from_millis(400));
            let _ = std::process::Command::new("kill")
                .args(["-9", &service_ref.id().to_string()])
                .status();
            senders.into_iter().flat_map(|sender| sender.join().unwrap()).collect::<Vec<_>>()
        });
        assert!(!found.is_empty(), "nothing was answered before the kill");
        answered.extend(found);
        service.kill();
    }
    let service = Service::start(&office);
    for (n, body) in &answered {
        let (status, again) =
            send(&service, &token_text, &format!("k{n}"), &completion(1, *n)).unwrap();
        assert_eq!((status, &again), (201, body), "k{n}");
    }
    let listed = records(&office.list());
    let mut numbers: Vec<_> =
        listed.iter().map(|record| record["number"].clone().to_string()).collect();
    numbers.sort();
    numbers.dedup();
    assert_eq!(numbers.len(), listed.len());
}

#[test]
fn the_journal_is_printed_in_every_form() {
    let Some(office) = ready("the_journal_is_printed_in_every_form") else { return };
    let _ = office.import(&sample("completions.csv"), &[]).ended(1);
    let out = office.scratch.join("journal.html");
    for (format, begins) in
        [("text", "Книга"), ("csv", "\u{feff}№"), ("html", "<!DOCTYPE html>"), ("json", "{")]
    {
        let words = ["journal", "--lang", "ru", "--format", format];
        let printed = office.run(&words).ended(0).stdout;
        assert!(printed.starts_with(begins), "{format}: {}", &printed[..60]);
        let _ = office.run(&[&words[..], &["--out", &text(&out)]].concat()).ended(0);
        assert_eq!(fs::read_to_string(&out).unwrap(), printed);
    }
    let whole = office.run(&["journal", "--format", "json"]).ended(0).stdout;
    assert_eq!(office.run(&["journal", "--json"]).ended(0).stdout, whole);
    let words = ["journal", "--from", "2026-05-01", "--to", "2026-05-31", "--json"];
    let may = office.run(&words).ended(0).records();
    assert!(!may.is_empty() && may.len() < 68);
    assert!(may.iter().all(|line| line["date"].as_str().unwrap().starts_with("2026-05-")));
    let _ = office.run(&["journal", "--from", "2026-13-01"]).ended(64);
    let _ = office.run(&["journal", "--from", "2026-06-01", "--to", "2026-05-01"]).ended(1);
}

#[test]
fn a_long_import_holds_nobody_up() {
    let Some(office) = ready("a_long_import_holds_nobody_up") else { return };
    let sample = fs::read_to_string(sample("completions.csv")).unwrap();
    let (header, row) = (sample.lines().next().unwrap(), sample.lines().nth(1).unwrap());
    let fields: Vec<&str> = row.split(',').collect();
    let rows: String = (0..1_500)
        .map(|n| {
            let (reference, email) = (format!("LONG-{n}"), format!("long{n}@example.org"));
            let mut fields = fields.clone();
            (fields[0], fields[5], fields[6]) = (&reference, "", &email);
            format!("{}\n", fields.join(","))
        })
        .collect();
    let file = office.file("long.csv", format!("{header}\n{rows}").as_bytes());
    let service = Service::start(&office);
    let token = token(&office, "1000");
    let done = AtomicBool::new(false);
    let meanwhile = thread::scope(|scope| {
        scope.spawn(|| {
            let _ = office.import(&file, &[]).ended(0);
            done.store(true, Ordering::SeqCst);
        });
        let mut meanwhile = 0;
        for n in 0.. {
            if done.load(Ordering::SeqCst) {
                break;
            }
            let begun = Instant::now();
            let (status, _) = send(&service, &token, &format!("k{n}"), &completion(2, n)).unwrap();
            assert_eq!(status, 201);
            assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
            let _ = office
                .run(&["token", "create", "--name", &format!("t{n}"), "--scope", "read"])
                .ended(0);
            assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
            meanwhile += 1;
        }
        meanwhile
    });
    assert!(meanwhile > 3, "only {meanwhile} requests were answered beside the import");
    assert_eq!(records(&office.list()).len(), 1_500 + meanwhile);
}

#[test]
fn an_erasure_killed_at_any_moment_is_done_whole_or_not_at_all() {
    let test = "an_erasure_killed_at_any_moment_is_done_whole_or_not_at_all";
    let Some(office) = ready(test) else { return };
    let _ = office.import(&sample("completions.csv"), &[]).ended(1);
    let of = |listed: &[Value], learner: &str| {
        listed.iter().filter(|record| record["learner"] == learner).count()
    };
    let begun = Instant::now();
    let words = ["erase", "SYN-0060", "--by", "registrar", "--confirmed-by", "dean"];
    let _ = office.run(&words).ended(0);
    let whole = begun.elapsed();
    let before = records(&office.list());
    let lines = office.run(&["journal", "--format", "json"]).ended(0).records().len();
    let (mut done, mut undone) = (0, 0);
    // From well before the end of a whole erasure to well behind it.
    for n in 1..=20_u32 {
        let learner = format!("SYN-{n:04}");
        let words = ["erase", &learner, "--by", "registrar", "--confirmed-by", "dean"];
        let mut erasing = office.command(&words);
        let mut erasing = erasing.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(whole * n / 10);
        let _ = erasing.kill();
        let _ = erasing.wait();
        let left = of(&records(&office.list()), &learner);
        assert!([0, of(&before, &learner)].contains(&left), "{learner}: half erased");
        let entries = office.run(&["journal", "--format", "json"]).ended(0).records();
        assert_eq!(entries.len(), lines, "a line of the journal is lost");
        if left == 0 {
            done += 1;
            // What the register says is erased is gone from its files once somebody opened them.
            let again = office.run(&words).ended(1);
            assert!(again.stderr.contains("nothing to erase"), "{}", again.stderr);
        } else {
            undone += 1;
            let _ = office.run(&words).ended(0);
        }
        assert_eq!(of(&records(&office.list()), &learner), 0);
    }
    assert!(done > 0 && undone > 0, "kills came too early or too late: {done} done, {undone} not");
}
