//! Packs made over a small web of the test's own.

use tokio::runtime::Runtime;
use verifier::{Check, Code, Document, Outcome, PackDraft, Policy, Timestamp, verify};

use super::*;
use crate::cli::fetch::tests::documents::{Issuer, NOW};
use crate::cli::fetch::tests::online;
use crate::cli::fetch::tests::web::{Pages, Reply, Seen};

/// A key document and two status lists.
fn site(issuer: &Issuer) -> Pages {
    let (from, until) = ("2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z");
    online::site(issuer, 2, |_, url| issuer.list_until(url, from, until))
}

fn gathering(issuer: &Issuer, trust: &str, pages: &Pages) -> (Gathering, Seen, Runtime) {
    let (network, seen, servers) = online::online(pages);
    let draft = PackDraft::new(trust.as_bytes(), NOW).unwrap();
    assert!(draft.trust().issuers().any(|id| id == issuer.did));
    (Gathering::new(draft, Some(network), NOW, |_| {}), seen, servers)
}

#[test]
fn lists_are_counted_until_one_is_not_there() {
    let issuer = Issuer::new("did:web:badges.kz");
    let (mut gathering, seen, _servers) = gathering(&issuer, &issuer.trust(), &site(&issuer));
    gathering.gather(&[]).unwrap();
    gathering.add_checkpoints(&[]).unwrap();
    let (draft, counts) = gathering.into_parts();
    assert_eq!((counts.key_documents, counts.status_lists, counts.checkpoints), (1, 2, 0));
    assert!(counts.left_out.is_empty(), "{counts:?}");
    assert_eq!(seen.count("GET"), 4, "{:?}", seen.all());
    let folder = tempfile::tempdir().unwrap();
    let key = PackKey::make(&folder.path().join("key"), "packs").unwrap();
    let (_, pack) = sealed(&draft, &key).unwrap();
    // What was fetched is of the time when it was fetched, however long ago it was signed.
    assert_eq!((pack.as_of(), pack.documents().len()), (NOW, 3));
}

#[test]
fn a_folder_spares_the_network() {
    let issuer = Issuer::new("did:web:badges.kz");
    let (mut gathering, seen, _servers) = gathering(&issuer, &issuer.trust(), &site(&issuer));
    let folder = tempfile::tempdir().unwrap();
    let url = "https://badges.kz/status/1";
    let list = issuer.list_until(url, "2026-05-14T00:00:00Z", "2026-06-01T00:00:00Z");
    for (name, text) in [("did.json", issuer.document()), ("list.json", list)] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    gathering.open_folder(Some(folder.path())).unwrap();
    gathering.gather(&[]).unwrap();
    assert_eq!(seen.count("GET /status/1") + seen.count("GET /.well-known"), 0);
    let key = PackKey::make(&folder.path().join("key"), "packs").unwrap();
    let (draft, counts) = gathering.into_parts();
    assert_eq!((counts.key_documents, counts.status_lists), (1, 2));
    let (_, pack) = sealed(&draft, &key).unwrap();
    assert_eq!(Timestamp::from_unix_seconds(pack.as_of()).to_string(), "2026-05-14T00:00:00Z");
}

#[test]
fn what_is_left_out_is_named() {
    let issuer = Issuer::new("did:web:badges.kz");
    let pages = site(&issuer);
    let url = "https://badges.kz/status/2";
    let stale = issuer.list_until(url, "2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z");
    pages.lock().unwrap().insert("/status/2".to_owned(), Reply::ok("application/vc", &stale));
    pages.lock().unwrap().insert("/status/3".to_owned(), Reply::ok("text/html", "<p>"));
    let trust = issuer.trust_with_log();
    let (mut gathering, _, _servers) = gathering(&issuer, &trust, &pages);
    gathering.gather(&["https://badges.kz/lists/9".to_owned()]).unwrap();
    gathering.add_checkpoints(&[]).unwrap();
    let (_, counts) = gathering.into_parts();
    assert_eq!((counts.key_documents, counts.status_lists, counts.checkpoints), (1, 1, 0));
    let [named, stale, page, log] = &counts.left_out[..] else { panic!("{counts:?}") };
    assert!(named.starts_with("https://badges.kz/lists/9 "), "{named}");
    assert!(stale.contains("/status/2 ") && stale.contains("expired"), "{stale}");
    assert!(page.contains("/status/3 was not taken"), "{page}");
    assert!(log.contains("badges.kz/log/checkpoint"), "{log}");
}

#[test]
fn nothing_that_is_read_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    let key = place("packs.key");
    PackKey::make(&key, "packs").unwrap();
    fs::create_dir(place("sub")).unwrap();
    fs::hard_link(&key, place("hard")).unwrap();
    std::os::unix::fs::symlink(&key, place("soft")).unwrap();
    PackKey::make(&place("today.new"), "packs").unwrap();
    for (out, input) in [
        ("packs.key", "packs.key"),
        ("sub/../packs.key", "packs.key"),
        ("hard", "packs.key"),
        ("soft", "packs.key"),
        ("packs.key", "soft"),
        ("today", "today.new"),
    ] {
        let refused = spare(&place(out), &place(input));
        assert!(matches!(refused, Err(Failure::OutIsInput { .. })), "{out} {input}");
    }
    spare(&place("other"), &key).unwrap();
    spare(&place("sub/packs.key"), &key).unwrap();
    spare(&place("hard"), &place("absent")).unwrap();

    // As the command: the key is as it was.
    fs::write(place("trust.json"), Issuer::new("did:web:badges.kz").trust()).unwrap();
    let before = fs::read(&key).unwrap();
    let command = PackCommand {
        new_key: None,
        name: "packs".to_owned(),
        trust: Some(place("trust.json")),
        key: Some(key.clone()),
        out: Some(key.clone()),
        documents: None,
        status_list: Vec::new(),
        checkpoint: Vec::new(),
        offline: true,
        json: false,
    };
    assert!(matches!(command.run(|| NOW), Err(Failure::OutIsInput { .. })));
    assert_eq!(fs::read(&key).unwrap(), before);
}

#[test]
fn a_list_that_only_failed_today_is_named() {
    let issuer = Issuer::new("did:web:badges.kz");
    let busy = Reply::raw("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n");
    for reply in [busy, Reply::raw("")] {
        let pages = site(&issuer);
        pages.lock().unwrap().insert("/status/2".to_owned(), reply);
        let (mut gathering, _, _servers) = gathering(&issuer, &issuer.trust(), &pages);
        gathering.gather(&[]).unwrap();
        let (_, counts) = gathering.into_parts();
        assert_eq!(counts.status_lists, 1);
        let [named] = &counts.left_out[..] else { panic!("{counts:?}") };
        assert!(named.starts_with("https://badges.kz/status/2 could not be had"), "{named}");
    }
}

#[test]
fn an_issuer_without_any_list_is_named() {
    let issuer = Issuer::new("did:web:badges.kz");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("did.json"), issuer.document()).unwrap();
    let gathered = || {
        let draft = PackDraft::new(issuer.trust().as_bytes(), NOW).unwrap();
        let mut gathering = Gathering::new(draft, None, NOW, |_| {});
        gathering.open_folder(Some(folder.path())).unwrap();
        gathering.gather(&[]).unwrap();
        gathering.into_parts().1
    };
    let counts = gathered();
    let [named] = &counts.left_out[..] else { panic!("{counts:?}") };
    assert!(named.starts_with("did:web:badges.kz ") && named.contains("status list"), "{named}");
    // One under any address is enough to know that it was thought of.
    let url = "https://elsewhere.kz/lists/7";
    let list = issuer.list_until(url, "2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z");
    fs::write(folder.path().join("list.json"), list).unwrap();
    let counts = gathered();
    assert_eq!((counts.status_lists, counts.left_out.len()), (1, 0), "{counts:?}");
}

#[test]
fn the_checkpoint_of_a_log_is_packed() {
    let issuer = Issuer::new("did:web:badges.kz");
    let (_, proof) = issuer.registered_badge("https://badges.kz/c/1/kk");
    let checkpoint = proof.split_once("\n\n").unwrap().1;
    let pages = site(&issuer);
    let reply = Reply::ok("text/plain; charset=utf-8", checkpoint);
    pages.lock().unwrap().insert("/log/checkpoint".to_owned(), reply);
    let trust = issuer.trust_with_log();
    let (mut gathering, _, _servers) = gathering(&issuer, &trust, &pages);
    gathering.gather(&[]).unwrap();
    gathering.add_checkpoints(&[]).unwrap();
    let (draft, counts) = gathering.into_parts();
    assert_eq!((counts.checkpoints, counts.left_out.len()), (1, 0), "{counts:?}");
    assert!(draft.text().unwrap().contains(r#""kind":"checkpoint""#));
}

/// Whoever asked for a pack knows one history of the register, and is not shown another one.
#[test]
fn a_proof_that_contradicts_the_packed_checkpoint_is_refused() {
    let issuer = Issuer::new("did:web:badges.kz");
    let (badge, proof) = issuer.registered_badge("https://badges.kz/c/1/kk");
    let (_, other) = issuer.registered_badge("https://badges.kz/c/2/kk");
    let checked = |packed: &str| {
        let checkpoint = packed.split_once("\n\n").unwrap().1.as_bytes().to_vec();
        let mut draft = PackDraft::new(issuer.trust_with_log().as_bytes(), NOW).unwrap();
        draft.add_key_document(&issuer.did, issuer.document().into_bytes(), None).unwrap();
        assert_eq!(draft.add_checkpoint(checkpoint, None).unwrap(), "badges.kz/log");
        let folder = tempfile::tempdir().unwrap();
        let key = PackKey::make(&folder.path().join("key"), "packs").unwrap();
        let (trust, mut documents) = sealed(&draft, &key).unwrap().1.into_parts();
        let name = "https://badges.kz/c/1/kk.tlog-proof";
        documents.insert(name, Ok(Document::new(proof.clone().into_bytes(), None)));
        verify(badge.as_bytes(), &documents, &Policy::badge(trust), NOW)
    };
    assert_eq!(checked(&proof).outcome(Check::Inclusion), &Outcome::Pass);
    let report = checked(&other);
    let Outcome::Fail(problem) = report.outcome(Check::Inclusion) else { panic!("{report:?}") };
    assert_eq!(problem.code, Code::CheckpointContradicted);
}
