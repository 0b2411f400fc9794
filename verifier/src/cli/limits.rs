//! Every limit of the command line and the endpoint, with its reason. The limits of what is checked
//! are the library's, `verifier::limits`.

use std::time::Duration;

/// Bytes of a trust list. One issuer with two keys takes about 400; a national list has thousands.
pub(super) const TRUST_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Files of one documents folder. A university has a few dozen status lists and one key document.
pub(super) const DOCUMENT_FILES_MAX: usize = 4_096;

/// Connections at a time; further ones wait in the kernel's queue.
pub(super) const CONNECTIONS_MAX: usize = 512;

/// Requests whose body is in memory at a time, at most 4 MiB each; further ones are told to come again.
pub(super) const REQUESTS_MAX: usize = 64;

/// Bytes of a too large body that are read and thrown away, so that its sender reads the answer.
pub(super) const DISCARDED_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Time for a whole body. 4 MiB in ten seconds is what a poor mobile line manages.
pub(super) const BODY_TIME: Duration = Duration::from_secs(10);

/// Time from an accepted connection, or from the last answer on it, to the next answer: headers, body,
/// waiting and verification. A connection kept open without a request ends then too.
pub(super) const EXCHANGE_TIME: Duration = Duration::from_secs(30);

/// Time that requests get to finish after a signal to stop.
pub(super) const STOP_TIME: Duration = Duration::from_secs(20);
