//! Verifier.
fn main() {}
