//! The register: the append-only journal of issued certificates (regulation, App. А row 3), and the truth.
//! It keeps entries durable and in order; it must not know what a credential is.

mod event;

pub use event::{Event, KeyPurpose, RegisteredKey, Void};
