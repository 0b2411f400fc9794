//! Every limit of this room, with its reason.

/// Bytes of one line that heads a part: a name, a length, two words.
pub(super) const LINE_BYTES_MAX: u64 = 512;

/// Bytes of the list of all parts: about a hundred a part, and ten million certificates make a few thousand parts.
pub(super) const MANIFEST_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Bytes copied at once.
pub(super) const COPY_BYTES: usize = 256 * 1024;

/// Entries read at once when a register is looked through.
pub(super) const CHUNK_ENTRIES: usize = 256;

/// How often a backup begins again because personal data were erased meanwhile. Erasures are rare; a third one in a row is a mistake.
pub(super) const ATTEMPTS_MAX: usize = 3;

/// Status lists that are left out after a restore: the lost tail may have used them. They hold some thirty million certificates.
pub(super) const LISTS_LEFT_OUT: u32 = 1_000;

/// Revocations of one append.
pub(super) const REVOCATIONS_AT_ONCE: usize = 4_096;

/// Bytes of a status list before it is inflated, and after: 131,072 bits are 16 KiB.
pub(super) const LIST_BYTES_MAX: u64 = 1024 * 1024;
