//! Fetching over real TLS connections to servers of the test, which stand behind public names and addresses.

pub(in crate::cli) mod documents;
mod many;
mod one;
pub(in crate::cli) mod online;
mod registered;
pub(in crate::cli) mod web;
