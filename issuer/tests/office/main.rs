//! An opened data directory, in process: what must hold however often acts are asked for, wherever they are cut off, and whoever asks.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod acts;
mod answer;
mod api;
mod fixture;
mod imports;
mod keys;
mod qr;
mod web;
