//! The limits of the conformance server, with their reasons. It is for one suite on one machine, and takes what a suite sends.

use std::time::Duration;

/// Time for a TLS handshake. A client on the same machine needs milliseconds.
pub(super) const HANDSHAKE_TIME: Duration = Duration::from_secs(10);

/// Handshakes at a time; further connections wait in the kernel's queue.
pub(super) const HANDSHAKES_MAX: usize = 64;

/// How long a status list is valid, hours. A suite runs for minutes.
pub(super) const LIST_HOURS: i64 = 24;

/// Entries of one status list: the smallest that the specification allows.
pub(super) const LIST_ENTRIES: u32 = 131_072;
