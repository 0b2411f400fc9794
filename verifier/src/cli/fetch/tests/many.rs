//! Many requests for documents: fetched once, kept as long as they may be, never without bound.

use std::sync::Arc;

use tokio::time::Duration;
use verifier::Unavailable;

use super::documents::{Issuer, NOW};
use super::web::{Pages, Reply, Seen, Web, pages};
use crate::cli::fetch::{Kind, OnDemand, Supply, Wanted};
use crate::cli::limits::{
    FAILURE_KEPT_SECONDS, FETCHES_AT_A_TIME_MAX, FETCHES_PER_HOST_AND_MINUTE, FETCHES_PER_MINUTE,
};

const LIST: &str = "https://badges.kz/status/1";

fn list(id: &str) -> Wanted {
    Wanted { id: id.to_owned(), kind: Kind::StatusList }
}

async fn supply(pages: &Pages) -> (Arc<Supply>, Seen) {
    let mut web = Web::new();
    web.site("badges.kz", pages).await;
    let seen = web.seen.clone();
    (Arc::new(Supply::new(web.fetcher())), seen)
}

fn put(pages: &Pages, path: &str, reply: Reply) {
    pages.lock().unwrap().insert(path.to_owned(), reply);
}

fn vc(text: &str) -> Reply {
    Reply::ok("application/vc", text)
}

#[tokio::test]
async fn a_list_is_fetched_again_when_its_ttl_is_over() {
    let pages = pages(&[("/status/1", vc(r#"{"credentialSubject":{"ttl":120000}}"#))]);
    let (supply, seen) = supply(&pages).await;
    for (now, fetched) in [(NOW, 1), (NOW + 1, 1), (NOW + 119, 1), (NOW + 120, 2), (NOW + 121, 2)] {
        let document = supply.obtain(&list(LIST), now).await.unwrap();
        assert_eq!(seen.count("GET"), fetched, "{now}");
        assert!(now - document.retrieved_at().unwrap() < 120);
    }
}

#[tokio::test]
async fn a_failure_is_not_repeated_for_a_moment() {
    let pages = pages(&[]);
    let (supply, seen) = supply(&pages).await;
    assert_eq!(supply.obtain(&list(LIST), NOW).await, Err(Unavailable::NotThere));
    put(&pages, "/status/1", vc("{}"));
    let at_once = supply.obtain(&list(LIST), NOW + FAILURE_KEPT_SECONDS - 1).await;
    assert_eq!((at_once, seen.count("GET")), (Err(Unavailable::NotThere), 1));
    assert!(supply.obtain(&list(LIST), NOW + FAILURE_KEPT_SECONDS).await.is_ok());
}

#[tokio::test]
async fn who_wait_for_one_document_wait_for_one_fetch() {
    let (supply, seen) = supply(&pages(&[("/status/1", vc("{}"))])).await;
    let asks: Vec<_> = (0..FETCHES_AT_A_TIME_MAX)
        .map(|_| {
            let supply = Arc::clone(&supply);
            tokio::spawn(async move { supply.obtain(&list(LIST), NOW).await })
        })
        .collect();
    for ask in asks {
        assert_eq!(ask.await.unwrap().unwrap().bytes(), b"{}");
    }
    assert_eq!((seen.count("resolve"), seen.count("connect"), seen.count("GET")), (1, 1, 1));
}

#[tokio::test]
async fn no_more_wait_than_may() {
    let mut web = Web::new();
    web.name("badges.kz", &[&["8.8.8.8"]]);
    web.listen("8.8.8.8:443", |stream| {
        tokio::spawn(async move {
            let _held = stream;
            std::future::pending::<()>().await;
        });
    })
    .await;
    let supply = Arc::new(Supply::new(web.fetcher()));
    for _ in 0..FETCHES_AT_A_TIME_MAX {
        let supply = Arc::clone(&supply);
        tokio::spawn(async move { supply.obtain(&list(LIST), NOW).await });
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    let one_more = supply.obtain(&list("https://badges.kz/status/2"), NOW).await;
    assert_eq!(one_more, Err(Unavailable::Postponed));
}

#[tokio::test]
async fn a_batch_of_strange_hosts_is_cut_off() {
    let web = Web::new();
    let seen = web.seen.clone();
    let supply = Supply::new(web.fetcher());
    let mut reasons = Vec::new();
    for number in 0..10_000 {
        let wanted = Wanted { id: format!("did:web:h{number}.kz"), kind: Kind::KeyDocument };
        reasons.push(supply.obtain(&wanted, NOW).await.unwrap_err());
    }
    let all = usize::try_from(FETCHES_PER_MINUTE).unwrap();
    assert_eq!(seen.count("resolve"), all);
    assert!(reasons[..all].iter().all(|reason| *reason == Unavailable::NotFetched));
    assert!(reasons[all..].iter().all(|reason| *reason == Unavailable::Postponed));
}

#[test]
fn a_folder_of_strange_hosts_is_cut_off() {
    let web = Web::new();
    let seen = web.seen.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut network = OnDemand::over(runtime, web.fetcher(), NOW);
    let mut postponed = 0;
    for number in 0..2_000 {
        let wanted = Wanted { id: format!("did:web:h{number}.kz"), kind: Kind::KeyDocument };
        let found = network.obtain(&wanted).unwrap();
        postponed += usize::from(found == Err(Unavailable::Postponed));
    }
    let all = usize::try_from(FETCHES_PER_MINUTE).unwrap();
    assert_eq!((seen.count("resolve"), postponed), (all, 2_000 - all));
}

#[tokio::test]
async fn one_host_is_not_flooded() {
    let (supply, seen) = supply(&pages(&[])).await;
    let of_host = usize::try_from(FETCHES_PER_HOST_AND_MINUTE).unwrap();
    for number in 0..of_host + 20 {
        let _ = supply.obtain(&list(&format!("https://badges.kz/{number}")), NOW).await;
    }
    assert_eq!(seen.count("connect"), of_host);
}

#[tokio::test]
async fn an_older_list_is_not_taken_back() {
    let issuer = Issuer::new("did:web:badges.kz");
    let edition = |date, revoked| vc(&issuer.list(LIST, date, revoked));
    let pages = pages(&[("/status/1", edition("2026-05-14T12:00:00Z", true))]);
    let (supply, _) = supply(&pages).await;
    assert!(supply.obtain(&list(LIST), NOW).await.is_ok());
    put(&pages, "/status/1", edition("2026-05-14T11:59:59Z", false));
    let replayed = supply.obtain(&list(LIST), NOW + 300).await;
    assert_eq!(replayed, Err(Unavailable::RolledBack));
}
