//! Every limit of the register, with its reason. Nothing else in this room may hold a bound.

/// Bytes after which the next append opens a new segment. Small enough that an erasure rewrites a
/// segment in about a second, large enough that ten million certificates need a few thousand files.
pub(super) const SEGMENT_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Bytes of one leaf: about 1,400 commitments, where a certificate makes about ten.
pub(super) const LEAF_BYTES_MAX: usize = 64 * 1024;

/// Bytes of one payload before compression. A certificate with three editions takes about 40 kB.
pub(super) const PAYLOAD_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Entries of one append. The sequencer batches by time; a whole import fits in a few appends.
pub(super) const GROUP_ENTRIES_MAX: usize = 8_192;

/// Bytes of one append as written: what one call may hold in memory and lose in a torn write.
pub(super) const GROUP_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Bytes of one read of a segment: few system calls for a long read, little memory for a short one.
pub(super) const CHUNK_BYTES: usize = 256 * 1024;

/// Entries between two remembered offsets: at most this many heads are walked to find an entry, and
/// ten million entries cost about five megabytes of memory.
pub(super) const LANDMARK_ENTRIES: u64 = 32;

/// Bytes of the file that is given up when the disk is full: some thousand revocations with their status lists.
pub(super) const RESERVE_BYTES: u64 = 16 * 1024 * 1024;

/// Bytes of one write of the reserve.
pub(super) const RESERVE_CHUNK_BYTES: usize = 1024 * 1024;

/// Free bytes below which nothing is issued: the store writes about twice what the register does, later, and what it
/// cannot write breaks it until the next start.
pub(super) const ISSUING_ROOM_BYTES_MIN: u64 = 16 * 1024 * 1024;

/// Free bytes below which a revocation gives up the reserve first: a status list, an append and what the store writes.
pub(super) const URGENT_ROOM_BYTES_MIN: u64 = 2 * 1024 * 1024;

/// Bytes of a group that may use the reserve: a revocation takes about half a kilobyte.
pub(super) const URGENT_BYTES_MAX: usize = 256 * 1024;

/// Entries of an append from which on packing is shared among processors: below, starting threads costs as much.
pub(super) const SHARED_ENTRIES_MIN: usize = 8;

/// Bytes of memory kept from one append to the next: a turn of issuing fits.
pub(super) const BUFFER_BYTES_MAX: usize = 4 * 1024 * 1024;
