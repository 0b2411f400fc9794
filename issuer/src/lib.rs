//! Issues microcertificates: completions go in, signed Open Badges 3.0 credentials come out.
//! `ARCHITECTURE.md` at the root of the workspace shows the rooms and what flows between them.

pub mod audit;
pub mod backup;
pub mod completion;
pub mod conformance;
pub mod document;
pub mod issuing;
pub mod keys;
pub mod office;
mod processors;
pub mod profile;
pub mod programme;
pub mod register;
pub mod store;
pub mod web;
