//! The embedded sled store: records and lookups, a projection of the register.
//! It answers reads; it must never hold the only copy of anything.
