//! The pages and documents that everybody may see: routes, content negotiation, problem documents.
//! It shows and checks; it must not issue, revoke, or tell anything that a verified document does not say.

mod answer;
mod api;
mod badges;
mod body;
mod certificate;
mod completions;
mod desk;
mod documents;
mod form;
mod frameworks;
mod limits;
mod listener;
mod log;
mod negotiation;
mod pace;
mod pages;
mod paper;
mod programmes;
mod readiness;
mod routes;
mod serve;
mod standby;
mod status;
mod tally;
mod transcript;
mod verdict;
mod verdict_list;
mod verification;
mod verify_page;
mod words;

pub use routes::{app, standby_app};
pub use serve::{serve, serve_from_standby};
