//! The embedded sled store: records and lookups, a projection of the register.
//! It answers reads; it must never hold the only copy of anything.

mod database;
mod erasure;
mod error;
mod key;
mod lookup;
mod open;
mod projection;
mod record;
mod transcripts;

#[cfg(test)]
mod tests;

pub use erasure::ErasedRecord;
pub use error::StoreError;
pub(crate) use key::series_and_serial;
pub use open::{Progress, Store};
pub use record::{CertificateRecord, CertificateState, KnownKey, LearnerRecord};
