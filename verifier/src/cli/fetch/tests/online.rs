//! The site of an issuer, and the network of a command that finds it there.

use tokio::runtime::{Builder, Runtime};

use super::documents::{Issuer, NOW};
use super::web::{Pages, Reply, Seen, Web, pages};
use crate::cli::fetch::OnDemand;

/// The address of a status list of badges.kz.
pub(in crate::cli) fn list_url(number: u32) -> String {
    format!("https://badges.kz/status/{number}")
}

/// The key document of `issuer`, and as many status lists, each as `list` makes it of its number and address.
pub(in crate::cli) fn site(
    issuer: &Issuer,
    lists: u32,
    list: impl Fn(u32, &str) -> String,
) -> Pages {
    let pages =
        pages(&[("/.well-known/did.json", Reply::ok("application/json", &issuer.document()))]);
    for number in 1..=lists {
        let reply = Reply::ok("application/vc", &list(number, &list_url(number)));
        pages.lock().unwrap().insert(format!("/status/{number}"), reply);
    }
    pages
}

/// A network that finds `pages` at badges.kz, and what is done to it. The servers live as long as the second runtime.
pub(in crate::cli) fn online(pages: &Pages) -> (OnDemand, Seen, Runtime) {
    // The servers run on a thread of their own; the command waits on this one.
    let servers = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let mut web = Web::new();
    servers.block_on(web.site("badges.kz", pages));
    let seen = web.seen.clone();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    (OnDemand::over(runtime, web.fetcher(), NOW), seen, servers)
}
