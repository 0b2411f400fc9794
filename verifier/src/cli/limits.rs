//! Every limit of the command line and the endpoint, with its reason. The limits of what is checked
//! are the library's, `verifier::limits`.

use std::time::Duration;

/// Bytes of a trust list. One issuer with two keys takes about 400; a national list has thousands.
pub(super) const TRUST_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Files of one documents folder. A university has a few dozen status lists and one key document; somebody who checks all its
/// certificates after a key was stolen has an inclusion proof for each.
pub(super) const DOCUMENT_FILES_MAX: usize = 65_536;

/// Connections at a time; further ones wait in the kernel's queue.
pub(super) const CONNECTIONS_MAX: usize = 512;

/// Requests whose body is in memory at a time, at most 8 MiB each; further ones are told to come again.
pub(super) const REQUESTS_MAX: usize = 32;

/// Bytes of a too large body that are read and thrown away, so that its sender reads the answer.
pub(super) const DISCARDED_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Time for a whole body. 8 MiB in twenty seconds is what a poor mobile line manages.
pub(super) const BODY_TIME: Duration = Duration::from_secs(20);

/// Time from an accepted connection, or from the last answer on it, to the next answer: headers, body,
/// waiting and verification. A connection kept open without a request ends then too.
pub(super) const EXCHANGE_TIME: Duration = Duration::from_secs(45);

/// Time that requests get to finish after a signal to stop.
pub(super) const STOP_TIME: Duration = Duration::from_secs(20);

/// Bytes of a URL that is asked. Servers take about 8,000; status lists and key documents need a hundred.
pub(super) const URL_BYTES_MAX: usize = 2_048;

/// Rounds of fetching for one input: key documents, status lists, and whatever these need in turn.
pub(super) const ROUNDS_MAX: usize = 4;

/// Documents fetched for one input. An honest badge needs its issuer's document and one or two lists.
pub(super) const DOCUMENTS_PER_INPUT_MAX: usize = 8;

/// Time after which no further document is asked for on behalf of one input. With [`BODY_TIME`] and one more
/// [`FETCH_TIME`] it stays within [`EXCHANGE_TIME`].
pub(super) const FETCHING_TIME: Duration = Duration::from_secs(10);

/// Time for one document, from its name to its last byte. Two round trips around the world and a slow disk.
pub(super) const FETCH_TIME: Duration = Duration::from_secs(5);

/// How much longer ago than another one a request that is still answered can have begun, seconds: more than its
/// exchange may take, [`EXCHANGE_TIME`].
pub(super) const ROUNDS_SECONDS_MAX: i64 = 60;

/// Time for one connection, so that a dead address leaves time for the next one.
pub(super) const CONNECT_TIME: Duration = Duration::from_secs(2);

/// Addresses of one name that are tried: both families, twice.
pub(super) const ADDRESSES_TRIED_MAX: usize = 4;

/// Bytes of an answer's status line and headers, and of a piece of its body that is held at once.
pub(super) const ANSWER_HEAD_BYTES_MAX: usize = 32 * 1024;

/// Headers of an answer. Servers behind a content network send about forty.
pub(super) const ANSWER_HEADERS_MAX: usize = 100;

/// Bytes of a key document. One with a hundred keys has 30 kB.
pub(super) const KEY_DOCUMENT_BYTES_MAX: usize = 64 * 1024;

/// Bytes of a fetched status list: the largest that the library inflates, incompressible and in base64url twice (a
/// JWT encodes it again), and its frame.
pub(super) const STATUS_LIST_ANSWER_BYTES_MAX: usize = 512 * 1024;

/// How long a fetched inclusion proof is used, seconds. It never becomes wrong, but a later one can have more witnesses.
pub(super) const INCLUSION_PROOF_KEPT_SECONDS: i64 = 300;

/// How long a fetched key document is used, seconds: a key that is revoked in it stops verifying within this time.
pub(super) const KEY_DOCUMENT_KEPT_SECONDS: i64 = 300;

/// How long a failed fetch is not repeated, seconds: a dead host is not asked by every request, and a mended one
/// is found soon.
pub(super) const FAILURE_KEPT_SECONDS: i64 = 30;

/// Documents that the service keeps. A verifier of a whole country meets a few hundred issuers.
pub(super) const SHELF_ENTRIES_MAX: usize = 2_048;

/// Bytes of the documents that the service keeps, each status list counted with the largest bits that it can
/// inflate to: some five hundred lists.
pub(super) const SHELF_BYTES_MAX: usize = 128 * 1024 * 1024;

/// Requests that wait for the network at a time: half of [`REQUESTS_MAX`], so that slow hosts leave room for
/// requests that need none.
pub(super) const FETCHES_AT_A_TIME_MAX: usize = 16;

/// Fetches of the service in a minute, and of one call of `check`, which then waits. What is on the shelf costs none.
pub(super) const FETCHES_PER_MINUTE: u32 = 600;

/// Fetches from one host in a minute: a stranger's host shall not notice us. A university has a few dozen lists.
pub(super) const FETCHES_PER_HOST_AND_MINUTE: u32 = 60;

/// How long a call of `check` waits for the next minute, seconds, however its clock is put back meanwhile.
pub(super) const WAIT_SECONDS_MAX: i64 = 60;

/// Bytes of a file with a key for packs, which is one line.
pub(super) const PACK_KEY_BYTES_MAX: usize = 1_024;

/// Status lists of one issuer that are looked for by counting: more than all certificates of a country need.
pub(super) const STATUS_LISTS_COUNTED_MAX: u32 = 256;

/// Bytes of one row of a table: the largest credential in JSON, each quote of it doubled.
pub(super) const TABLE_ROW_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Columns of a table. Lists of students have a few dozen.
pub(super) const TABLE_COLUMNS_MAX: usize = 256;

/// Folders inside one another that are looked into.
pub(super) const FOLDER_DEPTH_MAX: usize = 32;

/// Files of a folder that are checked in one call. A large university issues so many in some years.
pub(super) const FOLDER_FILES_MAX: usize = 200_000;

/// Inputs from which on a call shows how far it is.
pub(super) const PROGRESS_FROM: usize = 20;

/// Files of an archive that one request checks: a group of students. More are checked by `verifier check`.
pub(super) const ARCHIVE_FILES_MAX: usize = 100;

/// Time for all files of such an archive: what was not reached then is told as that. With [`BODY_TIME`] it stays within
/// [`EXCHANGE_TIME`].
pub(super) const ARCHIVE_TIME: Duration = Duration::from_secs(20);
