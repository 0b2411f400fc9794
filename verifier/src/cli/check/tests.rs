//! What one call fetches, and how often.

use std::time::Duration;

use tokio::runtime::Runtime;
use verifier::{Code, Document, Outcome, Report, TrustList, verify};

use super::*;
use crate::cli::fetch::Asking;
use crate::cli::fetch::tests::documents::{Issuer, NOW};
use crate::cli::fetch::tests::online::{self, list_url};
use crate::cli::fetch::tests::web::{Pages, Reply, Seen};
use crate::cli::limits::{DOCUMENTS_PER_INPUT_MAX, ROUNDS_MAX};

/// A call at `NOW` that believes `issuer`.
fn surroundings(issuer: &Issuer, network: Option<OnDemand>) -> Surroundings {
    let trust = TrustList::parse(issuer.trust().as_bytes()).unwrap();
    Surroundings::new(Policy::badge(trust), Documents::new(), Now::Read(NOW)).on(network)
}

/// One input of a call that has no reason to wait.
fn checked(surroundings: &mut Surroundings, input: &str) -> Report {
    let mut wait = |until: i64| -> i64 { panic!("it waits until {until}") };
    surroundings.verify(input.as_bytes(), &mut wait).unwrap()
}

/// The issuer's key document, and its status lists 1 to 8, of which the third revokes.
fn site(issuer: &Issuer) -> Pages {
    online::site(issuer, 8, |number, url| issuer.list(url, "2026-05-14T00:00:00Z", number == 3))
}

/// A badge whose status stands in these lists.
fn badge(issuer: &Issuer, lists: &[u32]) -> String {
    let lists: Vec<String> = lists.iter().copied().map(list_url).collect();
    issuer.badge(&lists.iter().map(String::as_str).collect::<Vec<_>>())
}

/// A call that finds these pages at badges.kz, and what it does.
fn call(issuer: &Issuer, pages: &Pages) -> (Surroundings, Seen, Runtime) {
    let (network, seen, servers) = online::online(pages);
    (surroundings(issuer, Some(network)), seen, servers)
}

#[test]
fn what_is_fetched_for_one_input_serves_the_others() {
    let issuer = Issuer::new("did:web:badges.kz");
    let (mut surroundings, seen, _servers) = call(&issuer, &site(&issuer));
    for lists in [&[1, 2][..], &[1, 2], &[2]] {
        let report = checked(&mut surroundings, &badge(&issuer, lists));
        assert_eq!(report.verdict(), Verdict::Valid, "{report:?}");
    }
    assert_eq!((seen.count("connect"), seen.count("GET")), (3, 3), "{:?}", seen.all());

    // A list that is not there is asked for once, and named each time.
    for _ in 0..2 {
        let report = checked(&mut surroundings, &badge(&issuer, &[9]));
        assert_eq!(report.verdict(), Verdict::Indeterminate);
        assert_eq!(report.documents_missing(), [list_url(9)]);
    }
    assert_eq!(seen.count("GET"), 4);
    // It hides no other one.
    let report = checked(&mut surroundings, &badge(&issuer, &[9, 3]));
    assert_eq!(report.verdict(), Verdict::Invalid);
}

#[test]
fn a_stale_list_that_was_handed_over_is_fetched_anew() {
    let issuer = Issuer::new("did:web:badges.kz");
    let mut folder = Documents::new();
    for number in [1, 9] {
        let text = issuer.list(&list_url(number), "2026-05-14T00:00:00Z", false);
        folder.insert(list_url(number), Ok(Document::new(text.into_bytes(), None)));
    }
    let (mut surroundings, seen, _servers) = call(&issuer, &site(&issuer));
    surroundings.documents = Documents::over(Arc::new(folder));
    let report = checked(&mut surroundings, &badge(&issuer, &[1]));
    assert_eq!(report.verdict(), Verdict::Valid, "{report:?}");
    assert_eq!(seen.count("GET"), 2);

    // It is named too where nothing newer can be had, and stays at hand.
    let report = checked(&mut surroundings, &badge(&issuer, &[9]));
    assert_eq!(report.verdict(), Verdict::Indeterminate);
    assert_eq!(report.documents_missing(), [list_url(9)]);
    assert!(surroundings.documents.find(&list_url(9)).is_some_and(Result::is_ok));
    assert_eq!(seen.count("GET"), 3);
}

#[test]
fn a_proof_of_registration_is_fetched_where_it_is_asked_for() {
    let issuer = Issuer::new("did:web:badges.kz");
    let (badge, proof) = issuer.registered_badge("https://badges.kz/c/1/kk");
    let asked = |required: bool, reply: Reply| {
        let pages = site(&issuer);
        pages.lock().unwrap().insert("/c/1/kk.tlog-proof".to_owned(), reply);
        let (mut surroundings, seen, servers) = call(&issuer, &pages);
        let trust = TrustList::parse(issuer.trust_with_log().as_bytes()).unwrap();
        surroundings.policy = Policy::badge(trust).requiring_inclusion(required);
        let report = checked(&mut surroundings, &badge);
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

/// The code of the problem of the inclusion check, and whether the check failed for it.
fn inclusion(report: &Report) -> Option<(Code, bool)> {
    match report.outcome(verifier::Check::Inclusion) {
        Outcome::Fail(problem) => Some((problem.code, true)),
        Outcome::Unknown(problem) => Some((problem.code, false)),
        _ => None,
    }
}

/// The certificate was signed once more since: its address gives out the proof of the newer signature.
#[test]
fn a_fetched_proof_of_another_signature_is_no_answer_and_one_handed_over_contradicts() {
    const ADDRESS: &str = "https://badges.kz/c/1/kk.tlog-proof";
    let issuer = Issuer::new("did:web:badges.kz");
    let signed = issuer.badge_signed_anew("https://badges.kz/c/1/kk");
    let own = format!("https://badges.kz/c/1/kk.{}.tlog-proof", signed.commitment);
    let trust = || TrustList::parse(issuer.trust_with_log().as_bytes()).unwrap();
    // Each proof by its name, and when it was fetched: `None` for one that the presenter handed over.
    let report = |proofs: &[(&str, &str, Option<i64>)], required| {
        let mut documents = Documents::new();
        let keys = Document::new(issuer.document().into_bytes(), Some(NOW));
        documents.insert(issuer.did.clone(), Ok(keys));
        for (name, proof, fetched) in proofs {
            documents.insert(*name, Ok(Document::new(proof.as_bytes().to_vec(), *fetched)));
        }
        let policy = Policy::badge(trust()).requiring_inclusion(required);
        verify(signed.badge.as_bytes(), &documents, &policy, NOW)
    };
    let newer = signed.newer.as_str();
    let fetched = report(&[(ADDRESS, newer, Some(NOW))], true);
    assert_eq!(fetched.verdict(), Verdict::Indeterminate, "{fetched:?}");
    assert_eq!(inclusion(&fetched), Some((Code::InclusionMissing, false)));
    assert_eq!(fetched.documents_missing(), [own.as_str()]);
    // Nobody asked for proof: it says nothing, as none would.
    let unasked = report(&[(ADDRESS, newer, Some(NOW))], false);
    assert_eq!((unasked.verdict(), inclusion(&unasked)), (Verdict::Valid, None), "{unasked:?}");
    // Asked or not, whoever hands over the proof of something else claims what is not so.
    for required in [true, false] {
        let sent = report(&[(ADDRESS, newer, None)], required);
        assert_eq!(sent.verdict(), Verdict::Invalid, "{sent:?}");
        assert_eq!(inclusion(&sent), Some((Code::InclusionMismatch, true)));
        assert!(sent.documents_missing().is_empty(), "{sent:?}");
    }
    // Under the name of its own signature, whose proof nothing made since can be, it is none either.
    let both = report(&[(ADDRESS, newer, Some(NOW)), (&own, newer, None)], true);
    assert_eq!(inclusion(&both), Some((Code::InclusionMismatch, true)), "{both:?}");
    let both = report(&[(ADDRESS, newer, Some(NOW)), (&own, newer, Some(NOW))], true);
    assert_eq!(inclusion(&both), Some((Code::InclusionMissing, false)), "{both:?}");
    // One that holds is enough, whatever else lies there.
    let proven = report(&[(ADDRESS, newer, None), (&own, &signed.proof, None)], true);
    assert_eq!((proven.verdict(), inclusion(&proven)), (Verdict::Valid, None), "{proven:?}");
}

#[test]
fn the_proof_of_its_own_signature_is_fetched_in_a_second_round() {
    let issuer = Issuer::new("did:web:badges.kz");
    let signed = issuer.badge_signed_anew("https://badges.kz/c/1/kk");
    let path = format!("/c/1/kk.{}.tlog-proof", signed.commitment);
    let asked = |own: Option<&str>| {
        let pages = site(&issuer);
        let put = |path: &str, proof: &str| {
            let reply = Reply::ok("text/plain; charset=utf-8", proof);
            pages.lock().unwrap().insert(path.to_owned(), reply);
        };
        put("/c/1/kk.tlog-proof", &signed.newer);
        own.iter().for_each(|proof| put(&path, proof));
        let (mut surroundings, seen, servers) = call(&issuer, &pages);
        let trust = TrustList::parse(issuer.trust_with_log().as_bytes()).unwrap();
        surroundings.policy = Policy::badge(trust).requiring_inclusion(true);
        let report = checked(&mut surroundings, &signed.badge);
        let asked: Vec<String> =
            seen.all().into_iter().filter(|event| event.starts_with("GET")).collect();
        drop(servers);
        let in_order = [
            "GET /.well-known/did.json".to_owned(),
            "GET /c/1/kk.tlog-proof".to_owned(),
            format!("GET {path}"),
        ];
        assert_eq!(asked, in_order);
        report
    };
    let report = asked(Some(&signed.proof));
    assert_eq!((report.verdict(), inclusion(&report)), (Verdict::Valid, None), "{report:?}");
    assert!(report.documents_missing().is_empty(), "{report:?}");
    // Where it is not there, or another's proof in its place, nothing was found out.
    for own in [None, Some(signed.newer.as_str())] {
        let report = asked(own);
        assert_eq!(report.verdict(), Verdict::Indeterminate, "{report:?}");
        assert_eq!(inclusion(&report), Some((Code::InclusionMissing, false)));
        assert_eq!(report.documents_missing(), [format!("https://badges.kz{path}")]);
    }
}

#[test]
fn one_input_has_few_documents() {
    let issuer = Issuer::new("did:web:badges.kz");
    let (mut surroundings, seen, _servers) = call(&issuer, &site(&issuer));
    let many = badge(&issuer, &[1, 2, 4, 5, 6, 7, 8, 9]);
    let report = checked(&mut surroundings, &many);
    assert_eq!(report.verdict(), Verdict::Indeterminate);
    assert_eq!(seen.count("GET"), DOCUMENTS_PER_INPUT_MAX);
    assert_eq!(report.documents_missing(), [list_url(9)]);
    let report = checked(&mut surroundings, &badge(&issuer, &[1, 2, 4, 5, 6, 7, 8]));
    assert_eq!(report.verdict(), Verdict::Valid);
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

/// Two hundred badges, each with a list of its own on one host, which takes sixty requests a minute.
#[test]
fn a_call_waits_for_the_next_minute_and_no_input_suffers() {
    const BADGES: u32 = 200;
    let issuer = Issuer::new("did:web:badges.kz");
    let pages = online::site(&issuer, BADGES, |number, url| {
        issuer.list(url, "2026-05-14T00:00:00Z", number == 150)
    });
    let (mut surroundings, seen, _servers) = call(&issuer, &pages);
    // A clock of the test's own: the wait ends when it should, or a little later.
    let mut waits = Vec::new();
    let mut times = Vec::new();
    for number in 1..=BADGES {
        let before = seen.count("GET");
        let input = badge(&issuer, &[number]);
        let mut wait = |until: i64| {
            waits.push((until, before));
            until + 7
        };
        let report = surroundings.verify(input.as_bytes(), &mut wait).unwrap();
        let expected = if number == 150 { Verdict::Invalid } else { Verdict::Valid };
        assert_eq!(report.verdict(), expected, "{number}: {report:?}");
        times.push(report.checked_at());
    }
    // Sixty in the first minute, the key document among them; a minute later it is still on the shelf.
    let minutes: Vec<i64> = waits.iter().map(|(until, _)| until - NOW).collect();
    assert_eq!(minutes, [60, 120, 180]);
    let requests: Vec<usize> = waits.iter().map(|(_, requests)| *requests).collect();
    assert_eq!(requests, [60, 120, 180]);
    assert_eq!(seen.count("GET"), 201, "nothing is fetched twice for a wait");
    // Each report says at what time it is true.
    let at = |number: usize| times[number - 1] - NOW;
    assert_eq!((at(1), at(59), at(60), at(119), at(120), at(200)), (0, 0, 67, 67, 127, 187));
}

/// The issuer signs his lists again every few minutes: one that is newer than the call is the one that counts.
#[test]
fn what_was_signed_while_a_call_waited_is_taken_and_what_grew_old_is_fetched_anew() {
    let issuer = Issuer::new("did:web:badges.kz");
    let pages = online::site(&issuer, 61, |_, url| issuer.list(url, "2026-05-14T00:00:00Z", false));
    let put = |number, from, revoked| {
        let reply = Reply::ok("application/vc", &issuer.list(&list_url(number), from, revoked));
        pages.lock().unwrap().insert(format!("/status/{number}"), reply);
    };
    let (mut surroundings, seen, _servers) = call(&issuer, &pages);
    for number in 1..=59 {
        let report = checked(&mut surroundings, &badge(&issuer, &[number]));
        assert_eq!(report.verdict(), Verdict::Valid, "{report:?}");
    }
    put(60, "2026-05-15T00:00:30Z", false);
    put(1, "2026-05-15T00:04:00Z", true);
    let mut waits = 0;
    let mut wait = |until: i64| {
        waits += 1;
        until + 600
    };
    let newer = surroundings.verify(badge(&issuer, &[60]).as_bytes(), &mut wait).unwrap();
    assert_eq!(newer.verdict(), Verdict::Valid, "{newer:?}");
    // Its ttl is over since: what it says now counts.
    let revoked = surroundings.verify(badge(&issuer, &[1]).as_bytes(), &mut wait).unwrap();
    assert_eq!(revoked.verdict(), Verdict::Invalid, "{revoked:?}");
    assert_eq!((waits, seen.count("GET /status/1")), (1, 2 + 10), "{:?}", seen.all());
}

/// `--at`: the time of the check was said, and stays whatever time it takes.
#[test]
fn a_wait_moves_no_time_that_was_said() {
    let issuer = Issuer::new("did:web:badges.kz");
    let pages = online::site(&issuer, 60, |_, url| issuer.list(url, "2026-05-14T00:00:00Z", false));
    let (network, _, _servers) = online::online(&pages);
    let trust = TrustList::parse(issuer.trust().as_bytes()).unwrap();
    let said = Now::Said(NOW - 3_600);
    let mut surroundings =
        Surroundings::new(Policy::badge(trust), Documents::new(), said).on(Some(network));
    let mut waits = 0;
    for number in 1..=60 {
        let input = badge(&issuer, &[number]);
        let mut wait = |until| {
            waits += 1;
            until
        };
        let report = surroundings.verify(input.as_bytes(), &mut wait).unwrap();
        let told = (report.verdict(), report.checked_at());
        assert_eq!(told, (Verdict::Valid, NOW - 3_600), "{report:?}");
    }
    assert_eq!(waits, 1);
}

#[test]
fn a_call_without_a_network_has_no_fetcher() {
    let issuer = Issuer::new("did:web:badges.kz");
    let report = checked(&mut surroundings(&issuer, None), &issuer.badge(&[]));
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
