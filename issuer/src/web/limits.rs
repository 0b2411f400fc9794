//! Every limit of the pages, with its reason. The limits of what is checked are the library's, `verifier::limits`.

use std::time::Duration;

use verifier::limits::CARRIER_BYTES_MAX;

/// Connections at a time; further ones wait in the kernel's queue. Fewer where the process may not open many files.
pub(super) const CONNECTIONS_MAX: usize = 1_024;

/// Of so many files that the process may open, one may be a connection: however many strangers come, the register, the
/// store and the office's commands find theirs.
pub(super) const FILES_PER_CONNECTION: u64 = 2;

/// Bodies in memory at a time, about 8 MiB each; further ones are told to come again.
pub(super) const BODIES_MAX: usize = 16;

/// Certificate pages and credentials being prepared or waited for at a time; further ones are told to come again.
pub(super) const WAITING_MAX: usize = 512;

/// Bytes of a form: one input as a file, and what the browser writes around it.
pub(super) const FORM_BYTES_MAX: usize = CARRIER_BYTES_MAX + 64 * 1024;

/// Completions of one request. Further ones go into another: a request is answered within its time.
pub(super) const COMPLETIONS_MAX: usize = 500;

/// Bytes of a request with completions: two kilobytes for each, where a row has about 700.
pub(super) const COMPLETIONS_BYTES_MAX: usize = COMPLETIONS_MAX * 2 * 1024;

/// Characters of an idempotency key: a UUID has 36.
pub(super) const IDEMPOTENCY_KEY_CHARACTERS_MAX: usize = 255;

/// Requests of senders that wait for the register together; one turn answers many, so they need no processor of their own.
pub(super) const SENDERS_MAX: usize = 128;

/// Files of an archive that one request checks: a group of students. More are checked by `verifier check`.
pub(super) const ARCHIVE_FILES_MAX: usize = 100;

/// Time for all files of such an archive, waiting included: no further one is begun after it, and each is told as not checked.
/// With [`BODY_TIME`] it leaves five seconds of [`EXCHANGE_TIME`] for the last one.
pub(super) const ARCHIVE_TIME: Duration = Duration::from_secs(20);

/// Parts of a form with files. Ours has two.
pub(super) const FORM_PARTS_MAX: usize = 8;

/// Bytes of the head of one part of a form: three short lines.
pub(super) const PART_HEAD_BYTES_MAX: usize = 4 * 1024;

/// Bytes of a too large body that are read and thrown away, so that its sender reads the answer.
pub(super) const DISCARDED_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Time for a whole body. 8 MiB in twenty seconds is what a poor mobile line manages.
pub(super) const BODY_TIME: Duration = Duration::from_secs(20);

/// Time from an accepted connection, or from the last bytes of an answer on it, to the next: headers, body, waiting and work.
pub(super) const EXCHANGE_TIME: Duration = Duration::from_secs(45);

/// Time that requests get to finish after a signal to stop.
pub(super) const STOP_TIME: Duration = Duration::from_secs(20);

/// How often stale status lists are looked for. A list may be half its `ttl` (150 s) old, so none gets much older.
pub(super) const RESIGN_TIME: Duration = Duration::from_secs(30);

/// How long a count of the journal is shown before it is made again, seconds: it reads every certificate.
pub(super) const TALLY_SECONDS: i64 = 60;

/// Rounds of a verification that finds out which status list it needs: the key first, then the list.
pub(super) const ROUNDS_MAX: usize = 4;

/// Results shown of one credential. A programme has fewer than a dozen outcomes.
pub(super) const RESULTS_SHOWN_MAX: usize = 40;
